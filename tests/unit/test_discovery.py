"""Scenario discovery as a planner uses it: a plan and a target in, conditions, a sentence and pictures out."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from simulation.analysis import prim
from simulation.analysis.discovery import discover
from simulation.analysis.discovery_result import Share
from simulation.analysis.futures import futures
from simulation.draws import luck_name, row_name
from simulation.errors import Cancelled, InputError
from simulation.language import number, percent
from simulation.present import discovery_views as views

PLAN, BASE = "designed_for_impact", "todays_path"


@pytest.fixture(scope="module")
def run(city, ledger, library):
    """Three plans in 1,024 futures, the last link by trials of training alone; with both routes a miss has two causes and no box holds it."""
    return futures([library[BASE], library[PLAN], library["no_training"]], city, ledger.replace(structure={"last_link": "trial"}), 1024)


@pytest.fixture(scope="module")
def found(run):
    """Where the designed plan stays below +0.2."""
    return discover(run, PLAN, target=0.2, resamples=20)


def with_misses(run, missed):
    """The futures with the plan a point worse where it should miss and a point better elsewhere; the other plan is unchanged."""
    change = np.where(missed, -1.0, 1.0)
    return replace(run, ikm=np.stack([np.zeros(change.size), change, run.ikm[2] - run.ikm[0]]))


# The answer


def test_the_small_slope_is_what_makes_the_plan_miss(found, run):
    """Misses of +0.2 gather at few IKM points per unit of competency, as the model is built."""
    first = found.boxes[0]
    assert found.verdict == "found"
    assert ("behaviour_slope", "below") in {(limit.key, limit.side) for limit in first.limits}
    assert first.density.value > found.missed.value > found.elsewhere.value
    assert found.missed.part == int((run.ikm[1] - run.ikm[0] < 0.2).sum())


def test_limits_are_in_the_assumptions_own_unit(found, ledger):
    """A limit is the quantile of the row at its probability, and so are the ends of its interval."""
    for limit in (limit for box in found.boxes for limit in box.limits if limit.kind == "assumption"):
        for value, u in ((limit.value, limit.probability), (limit.low, limit.probability_low), (limit.high, limit.probability_high)):
            assert value == pytest.approx(float(ledger[limit.key].quantile(np.array([u]))[0]))
        assert limit.grade == ledger[limit.key].grade and limit.low <= limit.high


def test_the_table_has_one_row_per_limit(found):
    """English column names, shares with their intervals, and the base rate on each row."""
    table = found.table()
    assert len(table) == sum(len(box.limits) for box in found.boxes)
    assert {"box", "key", "side", "value", "low", "high", "reappears", "p_value", "grade", "coverage_low", "density_high", "base_rate"} <= set(table)
    assert (table["coverage_low"] <= table["coverage"]).all() and (table["base_rate"] == found.missed.value).all()
    path = found.trade_off()
    assert path.groupby("box")["chosen"].sum().eq(1).all() and path["mass"].iloc[0] == 1.0


def test_coverage_and_density_are_those_of_the_judging_half(found):
    """They count half of the futures only, never those that chose the box."""
    assert found.boxes[0].coverage.whole == found.missed.part // 2
    assert found.boxes[0].mass.whole == found.missed.part // 2 + (found.draws - found.missed.part) // 2


def test_same_futures_in_another_order_give_the_same_answer(run, found):
    """Halves and redraws are drawn from the futures' contents, so their order does not count, and the same input gives the same bits."""
    order = np.random.default_rng(3).permutation(run.draws)
    mixed = replace(run, points=run.points.at(order), ikm=run.ikm[:, order])
    again = discover(mixed, PLAN, target=0.2, resamples=20)
    assert again.boxes == found.boxes and again.elsewhere == found.elsewhere


def test_a_programmes_own_effect_is_named(run):
    """A miss that depends on how well one programme turns out is told as that programme's own effect, as a share of what is plausible."""
    programme = next(iter(run.scenarios[1].programmes))
    found = discover(with_misses(run, run.points[luck_name(programme)] < 0.4), PLAN, target=0.0, resamples=10)
    (limit,) = found.boxes[0].limits
    assert (limit.kind, limit.key, limit.side) == ("luck", programme, "below")
    assert limit.probability == pytest.approx(0.4, abs=0.02) and limit.value == pytest.approx(-0.253, abs=0.06)
    name = run.scenarios[0].catalogue.programmes[run.scenarios[0].catalogue.ids.index(programme)].name
    for lang in ("id", "en"):
        assert name[lang] in found.sentence(lang) and percent(limit.probability, lang) in found.sentence(lang)
        assert views.box_picture(found, lang).rows["bars"]


def test_programmes_that_nobody_buys_are_not_searched(run):
    """Their own effect cannot matter, and each thing searched makes chance findings likelier."""
    bought = set(run.scenarios[0].programmes) | set(run.scenarios[1].programmes)
    assert discover(run, PLAN, target=0.2, resamples=10).tried == len(run.varying) + len(bought)


def test_a_band_in_the_middle_has_two_limits(run):
    """A lower and an upper limit of one assumption are told as between."""
    found = discover(with_misses(run, np.abs(run.points[row_name("kappa")] - 0.5) < 0.2), PLAN, target=0.0, resamples=10)
    assert {limit.side for limit in found.boxes[0].limits} == {"below", "above"}
    assert "antara" in found.sentence("id") and "between" in found.sentence("en")
    (bar,) = views.box_picture(found).rows["bars"]
    assert (bar["low"], bar["high"]) == (pytest.approx(30, abs=3), pytest.approx(70, abs=3))


def test_less_is_better_for_waiting(run):
    """More minutes than the target are a miss; the baseline can be any other plan."""
    found = discover(run, PLAN, target=-0.01, baseline="no_training", indicator="waiting_minutes", resamples=10)
    assert found.missed.part == int((run.waiting_minutes[1] - run.waiting_minutes[2] > -0.01).sum())
    assert found.question.baseline.key == "no_training"


def test_net_benefit_needs_what_a_point_is_worth(run):
    """Net benefit below zero at a willingness to pay is a miss."""
    found = discover(run, PLAN, indicator="net_benefit_rp", willingness_rp=1e8, resamples=10)
    assert found.missed.part == int((run.net_benefit_rp(1e8)[1] < 0.0).sum()) > 0
    assert "Rp 100 juta" in found.sentence("id")


def test_without_a_target_the_smallest_difference_that_matters_counts(run, ledger):
    """The default comes from the ledger."""
    assert discover(run, PLAN, resamples=10).question.target == ledger["smallest_difference"].value


# Nothing to find


@pytest.mark.parametrize(("missed", "verdict"), [(0, "never"), (1024, "always"), (20, "few"), (1004, "few")])
def test_too_few_on_one_side_is_a_sentence(run, missed, verdict):
    """None, all, or hardly any misses (or successes): said in words, with pictures and tables that stand."""
    found = discover(with_misses(run, np.arange(1024) < missed), PLAN, target=0.0, resamples=10)
    assert found.verdict == verdict and found.boxes == () and found.table().empty and found.trade_off().empty
    for lang in ("id", "en"):
        assert number(min(missed, 1024 - missed) if verdict == "few" else 1024, lang, 0) in found.sentence(lang)
        assert views.rows(found, lang)[1:] == []
        assert views.box_picture(found, lang).svg().startswith("<svg") and views.trade_picture(found, lang).description == found.sentence(lang)


def test_when_nothing_separates_it_says_so(run):
    """Misses at random: no box, and the sentence says that the search found none."""
    found = discover(with_misses(run, np.random.default_rng(1).random(1024) < 0.4), PLAN, target=0.0, resamples=10)
    assert found.verdict == "nothing"
    assert "tidak menemukan" in found.sentence("id") and "found no combination" in found.sentence("en")


def test_one_uncertain_assumption_is_enough(city, ledger, library):
    """With everything else held at its value only one thing is searched, and it is found."""
    held = ledger.replace({row.key: row.value for row in ledger.parameters if row.varies and row.key != "behaviour_slope"})
    both = futures([library["no_training"], library["no_training"].replace({"minutes_factor": 0.9})], city, held, 256)
    missed = both.points[row_name("behaviour_slope")] < 0.3
    both = replace(both, ikm=np.stack([np.zeros(256), np.where(missed, -1.0, 1.0)]))
    found = discover(both, both.keys[1], target=0.0, resamples=10)
    assert found.tried == 1 and found.boxes[0].limits[0].probability == pytest.approx(0.3, abs=0.03)


# Bad questions


def problems(run, *args, **kwargs):
    with pytest.raises(InputError) as caught:
        discover(run, *args, **kwargs)
    assert "{" not in caught.value.text("id") + caught.value.text("en")
    return [problem.code for problem in caught.value.problems]


def test_everything_wrong_with_a_question_is_said_at_once(run):
    """An unknown plan with the nearest name, an unknown indicator and numbers that cannot be used."""
    codes = problems(run, "designed_for_impct", target="much", indicator="ikn", most_boxes=0, resamples=3, seed=-1)
    assert codes == ["unknown_scenario", "unknown_indicator", "discovery_target", *["discovery_whole"] * 3]
    with pytest.raises(InputError, match=PLAN):
        discover(run, "designed_for_impct")


@pytest.mark.parametrize(("arguments", "codes"), [
    ({"scenario_key": BASE}, ["discovery_same"]),
    ({"scenario_key": PLAN, "baseline": PLAN}, ["discovery_same"]),
    ({"scenario_key": PLAN, "baseline": "todays_pth"}, ["unknown_scenario"]),
    ({"scenario_key": None}, ["unknown_scenario"]),
    ({"scenario_key": PLAN, "target": float("nan")}, ["discovery_target"]),
    ({"scenario_key": PLAN, "indicator": "net_benefit_rp"}, ["discovery_willingness"]),
    ({"scenario_key": PLAN, "indicator": "net_benefit_rp", "willingness_rp": -1.0}, ["discovery_willingness"]),
    ({"scenario_key": PLAN, "most_boxes": True}, ["discovery_whole"]),
])
def test_a_question_that_cannot_be_asked_is_named(run, arguments, codes):
    """One mistake, one problem."""
    assert problems(run, **arguments) == codes


def test_progress_counts_redraws_and_can_stop(run):
    """The last call is (all, all); a cancelled search passes on and keeps nothing."""
    told = []
    discover(run, PLAN, target=0.2, resamples=10, progress=lambda done, total: told.append((done, total)))
    assert told == [(i, 10) for i in range(1, 11)]

    def stop(done, total):
        raise Cancelled

    with pytest.raises(Cancelled):
        discover(run, PLAN, target=0.2, resamples=10, progress=stop)


# Words and pictures


@pytest.mark.parametrize("lang", ["id", "en"])
def test_sentence_table_and_pictures_say_the_same(found, lang):
    """The shares of the table stand in the sentence, and the pictures carry it as their text."""
    text = found.sentence(lang)
    for box in found.boxes:
        assert views.share(box.coverage, lang) in text and views.share(box.density, lang) in text
        assert views.conditions(found, box, lang) in text
    table = views.rows(found, lang)
    assert len({len(row) for row in table}) == 1 and len(table) == 1 + len(found.table())
    for picture in (views.box_picture(found, lang), views.trade_picture(found, lang)):
        assert text in picture.description and picture.svg().startswith("<svg")


def test_a_changed_ledger_is_said(city, ledger, library):
    """Whoever changed an assumption reads that with the result."""
    changed = ledger.replace({"kappa": 0.5})
    both = futures([library[BASE], library[PLAN]], city, changed, 128)
    found = discover(both, PLAN, target=0.2, resamples=10)
    label = ledger["kappa"].label["en"]
    assert label in found.sentence("en") and label in views.stamp(found, "en")


def test_a_limit_on_grade_d_is_pointed_out(run, ledger):
    """A condition that rests on an assumption without evidence is named as such."""
    row = next(row for row in ledger.parameters if row.varies and row.grade == "D")
    found = discover(with_misses(run, run.points[row_name(row.key)] > 0.6), PLAN, target=0.0, resamples=10)
    assert [limit.key for limit in found.assumed] == [row.key] and found.boxes[0].weakest_grade == "D"
    assert "derajat D" in found.sentence("id") and "grade D" in found.sentence("en")


# The algorithm


@pytest.mark.parametrize(("part", "whole"), [(0, 12), (8, 10), (12, 12), (70, 200)])
def test_intervals_of_shares_are_wilsons(part, whole):
    """As scipy computes them."""
    expected = binomtest(part, whole).proportion_ci(0.9, "wilson")
    assert (Share(part, whole).low, Share(part, whole).high) == pytest.approx((expected.low, expected.high))


def test_quasi_p_value_by_hand():
    """Four hits of four inside, half of eight without the limit: 1/16."""
    x, y = np.arange(8.0)[None], np.array([1, 1, 1, 1, 0, 0, 0, 0], dtype=bool)
    assert prim.quasi_p(x, y, np.array([[-np.inf, 3.5]]), 0, 1) == pytest.approx(1 / 16)


def test_no_points_and_no_hits_are_no_accident():
    """An empty box, no hit at all, and hits everywhere have shares and no limits."""
    x = np.random.default_rng(0).random((3, 40))
    empty = prim.stage(x, np.ones(40, dtype=bool), np.array([[2.0, np.inf], *[[-np.inf, np.inf]] * 2]))
    assert (empty.points, empty.density, empty.coverage, empty.balance) == (0, 0.0, 0.0, 0.0)
    for y in (np.zeros(40, dtype=bool), np.ones(40, dtype=bool)):
        assert prim.cover(x, y, 2) == [] and len(list(prim.peel(x, y))) == 1


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 12), st.integers(1, 5))
def test_peeling_holds_its_own_count_with_any_ties(seed, values, dimensions):
    """On points with many equal values: boxes are nested, counts are those of the limits, and the points' order does not matter."""
    rng = np.random.default_rng(seed)
    x = rng.integers(values, size=(dimensions, 90)).astype(float)
    y = rng.random(90) < np.where(x[0] < values / 2, 0.7, 0.2)
    path, order = list(prim.peel(x, y)), rng.permutation(90)
    for before, now in pairwise(path):
        assert now.points < before.points and len(np.argwhere(now.limits != before.limits)) == 1
    for one in path:
        again = prim.stage(x, y, one.limits)
        assert (again.points, again.hits) == (one.points, one.hits)
    mixed = list(prim.peel(x[:, order], y[order]))
    assert [one.limits.tolist() for one in mixed] == [one.limits.tolist() for one in path]
    assert prim.search(x, y).balance >= 0.0


def test_pasting_never_lowers_the_balance():
    """A box that was cut too far is moved out again."""
    x = np.random.default_rng(4).random((2, 400))
    y = x[0] < 0.5
    tight = prim.stage(x, y, np.array([[-np.inf, 0.3], [-np.inf, np.inf]]))
    wide = prim.paste(x, y, tight)
    assert wide.balance > tight.balance and wide.limits[0, 1] == pytest.approx(0.5, abs=0.05)
