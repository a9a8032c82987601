"""Check 18: a twin in which every civil servant is an agent agrees with the cohort model.

The twin has chance in it. Every comparison states its Monte Carlo error; `python -m benchmarks.twin` repeats them with more replications, and
docs/credibility.md has those figures.
"""

from functools import cache

import numpy as np
import pytest
from courses import middle
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("mesa")

from benchmarks.twin.agreement import TOLERANCE, compare, one_future
from benchmarks.twin.contrasts import as_before, contrasts
from benchmarks.twin.records import Records
from benchmarks.twin.seating import EVEN, IN_PERSON, STEADY, Register, Rules, whole
from benchmarks.twin.town import Town
from simulation.ensemble import prepare
from simulation.model import people, skill

REPLICATIONS = 6
CASES = [(key, draw) for key in ("todays_path", "designed_for_impact") for draw in (0, 1, 2)]


@pytest.fixture(scope="module")
def agreement(city, ledger, library):
    """(scenario, draw, rules) -> both models, each run once."""

    @cache
    def run(key, draw, rules=EVEN):
        return compare(key, library[key], city, ledger, draw, rules, REPLICATIONS)

    return run


@pytest.fixture(scope="module")
def town(city, ledger, library):
    """A town of agents at the central values, not yet started."""

    def build(key="designed_for_impact", rules=EVEN, seed=0, **changes):
        scenario = library[key].replace(changes)
        setting, changed = prepare(scenario, city, ledger)
        return Town(setting, *one_future(scenario, changed, 0), rules, seed)

    return build


# Agreement


@pytest.mark.parametrize("key", ["todays_path", "designed_for_impact"])
def test_18_the_citys_ikm_agrees_at_the_central_values(agreement, key):
    """In every quarter the twin's mean IKM of the city is within 0.05 of the cohort model; the standard error is a third of that or less."""
    both = agreement(key, 0)
    assert both.error("ikm").max() <= TOLERANCE["ikm"] / 3.0
    assert abs(both.difference("ikm")).max() <= TOLERANCE["ikm"]


@pytest.mark.parametrize(("key", "draw"), [case for case in CASES if case[1]])
def test_18_the_citys_ikm_agrees_over_the_path_in_other_draws(agreement, key, draw):
    """Mean over the quarters within 0.05. A single quarter of the twin swings by 0.05 there: small offices are one person short by chance."""
    mean, error = agreement(key, draw).over_the_path("ikm")
    assert error <= TOLERANCE["ikm"] / 2.0
    assert abs(mean) <= TOLERANCE["ikm"]


@pytest.mark.parametrize("key", ["todays_path", "designed_for_impact"])
def test_18_it_agrees_in_every_quarter_when_nobody_is_missing_by_chance(agreement, key):
    """With the expected number of filled posts at the counters, the draw in which the two are furthest apart agrees in every quarter."""
    both = agreement(key, 2, STEADY)
    assert both.error("ikm").max() <= TOLERANCE["ikm"] / 3.0
    assert abs(both.difference("ikm")).max() <= TOLERANCE["ikm"]


@pytest.mark.parametrize(("key", "draw", "rules"), [*((*case, EVEN) for case in CASES), *((key, 0, IN_PERSON) for key in ("todays_path", "designed_for_impact"))])
def test_18_the_share_applying_agrees(agreement, key, draw, rules):
    """Skill in use over all skill is within 0.02 on average over the path, give or take two standard errors, however persons are picked."""
    mean, error = agreement(key, draw, rules).over_the_path("share_applying")
    assert error <= TOLERANCE["share_applying"] / 2.0
    assert abs(mean) <= TOLERANCE["share_applying"] + 2.0 * error


def test_18_the_citys_ikm_agrees_when_persons_are_picked_as_an_office_would(agreement):
    """Seats by turns and rotation between units: within 0.05."""
    assert abs(agreement("designed_for_impact", 0, IN_PERSON).difference("ikm")).max() <= TOLERANCE["ikm"]


def test_18_a_coach_and_a_refresher_bring_what_they_bring_to_persons(city, ledger, library):
    """Five contrasts of plans agree in sign with the twin, persons picked as an office would, and within 0.01 IKM or two standard errors."""
    found = contrasts(city, as_before(ledger), library)
    assert len(found) == 5
    for one in found:
        assert abs(one.cohort - one.twin) <= max(0.01, 2.0 * one.error), one
        assert np.sign(one.cohort) == np.sign(one.twin) or abs(one.twin) <= 2.0 * one.error, one


def test_18_of_a_class_as_many_still_apply_as_the_formula_says(ledger):
    """Of 20,000 persons trained once, the share who apply stays within 0.01 of the published fall-off for two years; its standard error is 0.0035."""
    a, n, rng = middle(ledger), 20_000, np.random.default_rng(1)
    records = Records(1, a, ledger.structure)
    for _ in range(n):
        records.open(0, 0.0)
    everybody, nobody = np.ones((1, len(records.cell))), np.zeros(len(records.cell), dtype=bool)
    applies, stays = rng.random((2, len(records.cell)))
    records.learn(everybody, np.zeros_like(everybody), everybody, [], applies < a["p0"], stays < a["stay"], nobody)
    share = [applying(records, n)]
    for _ in range(8):
        records.quarter_passes(nobody, rng.random(len(records.cell)) < records.lapse_chance(nobody))
        share.append(applying(records, n))
    assert share == pytest.approx(skill.share_applying(a, np.arange(9) * skill.MONTHS)[:, 0], abs=0.01)


def applying(records, people):
    """Share of persons who use anything of what they know."""
    return np.count_nonzero(records.skill.expressed()[0, records.cell == 0, 0]) / people


# The bookkeeping of persons


def test_the_same_seed_gives_the_same_bits(town):
    """A town is a pure function of its seed."""
    first, again, other = town(seed=3).run(), town(seed=3).run(), town(seed=4).run()
    assert np.array_equal(first.ikm, again.ikm) and np.array_equal(first.in_use, again.in_use)
    assert not np.array_equal(first.ikm, other.ikm)


def test_posts_empty_as_in_the_cohort_model_when_nobody_is_hired(town, city):
    """With a moratorium the number of agents falls as the filled posts do, within four standard errors."""
    frozen = town(replacement_ratio=0.0)
    posts = people.Posts(frozen.a, city.exit_relative, 0.0, int(frozen.setting.fixed["vacancy_lag"]))
    for _ in range(20):
        frozen.step()
        posts.stays()
    expected = posts.filled[:, 0] @ city.heads
    assert len(frozen.agents) == pytest.approx(expected, abs=4.0 * np.sqrt(expected * (1.0 - expected / city.heads.sum())))


def test_nobody_takes_a_programme_again_before_colleagues_had_a_turn(town, city):
    """With turns, courses taken by two colleagues who were there from the start differ by one at most in a year."""
    fair = town("rotation_20jp", IN_PERSON)
    lessons = fair.register.quarter(0, fair._by_cell())
    assert lessons
    for q in (1, 2, 3):
        fair.register.quarter(q, fair._by_cell())
    for colleagues in fair._by_cell():
        for programme in {p for employee in colleagues for p in employee.turns}:
            turns = [employee.turns.get(programme, 0) for employee in colleagues]
            assert max(turns) <= 1 or min(turns) >= 1


def test_the_coach_meets_those_who_took_the_course(town):
    """With the same people, everybody coached in a quarter sat in that programme in the quarter before."""
    started = town(rules=Rules(same_people=True))
    register, by_cell = started.register, started._by_cell()
    seated = {(employee, p) for employee, lesson in register.quarter(0, by_cell).items() for p in lesson.courses}
    coached = {(employee, p) for employee, lesson in register.quarter(1, by_cell).items() for p in lesson.coached}
    assert coached and coached <= seated


def test_lowest_scorers_first_is_refused(town):
    """Agents have no test score."""
    with pytest.raises(ValueError, match="gap_first"):
        town(targeting="gap_first")


def test_seats_are_those_of_the_plan(town, city):
    """Seats held in a quarter are the plan's, give or take one per course."""
    started = town()
    share = started.plan.share[:started.register.programmes, 0]
    lessons = Register(started.setting, EVEN, np.random.default_rng(5)).quarter(0, started._by_cell())
    seats = np.bincount([p for lesson in lessons.values() for p in lesson.courses], minlength=len(share))
    assert np.all(abs(seats - share @ city.heads) < 1.0 + 1e-9)


@given(st.lists(st.floats(0.0, 50.0), min_size=1, max_size=30), st.floats(0.0, 1.0, exclude_max=True))
def test_whole_seats_keep_the_total(expected, offset):
    """Whole numbers next to each expectation, and their total next to the total."""
    got = whole(np.array(expected), offset)
    assert np.all(got >= 0)
    assert np.all(abs(got - expected) < 1.0 + 1e-6)
    assert abs(got.sum() - sum(expected)) < 1.0 + 1e-6
