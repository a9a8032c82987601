"""Calibration as a city uses it: a file of figures in, a verdict, a table and a picture out."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri

from simulation import distributions
from simulation.analysis.calibration import calibrate, leave_last_wave_out
from simulation.analysis.calibration_data import Observations
from simulation.analysis.calibration_learned import THREE, refitted
from simulation.analysis.calibration_likelihood import Expected, log_likelihood
from simulation.analysis.futures import at_points
from simulation.analysis.psis import Weights, smoothed
from simulation.analysis.survey_waves import Wave
from simulation.errors import Cancelled, InputError
from simulation.present import calibration_views as views

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "data" / "samples" / "kalibrasi.yaml"
NAME = {"id": "uji", "en": "test"}
DRAWS = 1024


@pytest.fixture(scope="module")
def found(library, city, ledger):
    """The sample file against today's path."""
    return calibrate(library["todays_path"], city, ledger, Observations.load(SAMPLE), DRAWS)


@pytest.fixture(scope="module")
def last(found):
    """Its last survey wave, forecast from the earlier data."""
    return leave_last_wave_out(found)


def problems(content: dict) -> set[str]:
    """Codes of everything wrong with a mapping of observations."""
    with pytest.raises(InputError) as caught:
        Observations.of({"name": NAME, **content})
    text = caught.value.text("id") + caught.value.text("en")
    assert "{" not in text
    return {problem.code for problem in caught.value.problems}


# Files


def test_the_sample_says_that_it_is_made_up():
    """Nobody may take the example for a measurement."""
    sample = Observations.load(SAMPLE)
    assert "buatan" in sample.name["id"] and "made up" in sample.name["en"]
    assert len(sample) == 9


def test_a_mistake_is_found_with_its_line(tmp_path):
    """A group of four, an unknown key and a wrong period are all named at once, each with its line."""
    path = tmp_path / "pengamatan.yaml"
    path.write_text('version: 1\nname: {id: a, en: b}\nsurveys:\n- {wave: "2027", ikm: 85.0, n: 4}\n- {wave: "2027", ikn: 85.0, n: 40}\n', encoding="utf-8")
    with pytest.raises(InputError) as caught:
        Observations.load(path)
    found = {(problem.code, problem.line) for problem in caught.value.problems}
    assert {("beyond_limit", 4), ("unknown_key", 5)} <= found


@pytest.mark.parametrize(("content", "codes"), [
    ({}, {"calibration_empty"}),
    ({"surveys": [{"wave": "last year", "ikm": 85.0, "n": 40}]}, {"forecast_wave"}),
    ({"surveys": [{"wave": "2027", "ikm": 8.5, "n": 40}]}, {"beyond_limit"}),
    ({"surveys": [{"wave": "2027", "ikm": 85.0, "n": 40}, {"wave": "2027-Q2", "ikm": 85.0, "n": 40, "unit": "rsud"}]}, {"calibration_twice"}),
    ({"applying": [{"months": 6, "seen": 20, "applying": 21}]}, {"calibration_more_than_seen"}),
    ({"applying": [{"months": 6, "seen": 4, "applying": 2}]}, {"beyond_limit"}),
    ({"tests": [{"programme": "integrity", "gain": 0.2}]}, {"calibration_test_error"}),
    ({"tests": [{"programme": "integrity", "gain": 0.2, "error": 0.1, "n": 20, "spread": 1.0}]}, {"calibration_test_error"}),
    ({"tests": [{"programme": "integrity", "gain": 0.2, "n": 20, "spread": 1.0, "n_control": 20}]}, {"calibration_control"}),
    ({"counters": [{"period": "2027", "minutes": 9.0}]}, {"calibration_counter_error", "calibration_discrepancy"}),
])
def test_what_cannot_be_used_is_said(content, codes):
    """Every kind of contradiction has its own message, in both languages."""
    assert problems(content) == codes


@pytest.mark.parametrize(("content", "code"), [
    ({"surveys": [{"wave": "2027", "ikm": 85.0, "n": 40, "unit": "rsudd"}]}, "unknown_unit"),
    ({"surveys": [{"wave": "2025", "ikm": 85.0, "n": 40}]}, "calibration_horizon"),
    ({"counters": [{"period": "2027", "minutes": 9.0, "error": 1.0, "service": "disdukcapil_ktpp"}], "counter_discrepancy": 0.2}, "calibration_unknown_counter"),
    ({"tests": [{"programme": "integrty", "gain": 0.2, "error": 0.1}]}, "unknown_programme"),
    ({"tests": [{"programme": "digital_registry", "gain": 0.2, "error": 0.1}]}, "calibration_not_held"),
    ({"tests": [{"programme": "integrity", "gain": 0.2, "error": 0.1, "year": 2031}, {"programme": "integrity", "gain": 0.2, "error": 0.1, "year": 2040}]},
     "calibration_not_held"),
])
def test_observations_must_belong_to_what_was_carried_out(library, city, ledger, content, code):
    """An unknown place, a time outside the plan or a course nobody sat in is refused before anything is run."""
    with pytest.raises(InputError) as caught:
        calibrate(library["todays_path"], city, ledger, Observations.of({"name": NAME, **content}), DRAWS)
    assert [problem.code for problem in caught.value.problems] == [code]
    assert "{" not in caught.value.text("id") + caught.value.text("en")


def test_survey_waves_of_the_forecast_ledger_are_observations(city):
    """Units where the survey names them, the total where it does not."""
    units = Wave.of({"unit": ["rsud", "setda"], "n": [40, 30], "ikm": [81.5, 86.0], "sd": [9.0, 8.0]}, "2027-S1")
    total = Wave.of({"n": [400], "ikm": [84.0], "sd": [9.0]}, "2028-S1")
    rows = Observations.of_waves([units, total], NAME).surveys
    assert [(row.wave, row.unit, row.n) for row in rows] == [("2027-S1", "rsud", 40), ("2027-S1", "setda", 30), ("2028-S1", "city", 400)]


# Results


def test_the_sample_teaches_the_level_and_the_share_applying(found):
    """Three SKM waves fix the starting level, two follow-up visits sharpen who applies; the IKM slope stays unknown."""
    by = {one.key: one for one in found.parameters}
    assert found.verdict == "good enough"
    assert by["baseline_ikm_error"].verdict == "learned" and by["baseline_ikm_error"].posterior[2] < 0.5
    assert by["p0"].verdict in ("learned", "a little")
    assert by["behaviour_slope"].verdict == by["citizen_wage"].verdict == "nothing"


def test_a_test_with_controls_knows_only_the_product(found):
    """The discount and the programme's own effect multiply; the test fixes neither, but both together."""
    pair = next(p for p in found.pairs if p.b == "programme_luck:service_excellence")
    assert pair.verdict == "only together" and pair.together == "product"
    assert pair.correlation < -0.3
    assert pair.shrinkage > max(pair.shrinkage_a, pair.shrinkage_b)


def test_shrinkage_never_stands_without_its_error(found):
    """Every row of the table has a Monte Carlo error, and nothing is called learned inside it."""
    table = found.table()
    assert (table["error"] > 0).all()
    told = table[table["verdict"] == "nothing"]
    assert (told["shrinkage"] - 1.96 * told["error"] < 0.05).all()


def test_a_test_without_controls_only_caps_the_gain(library, city, ledger):
    """A high uncontrolled gain teaches nothing; a low one says that the course cannot be better."""
    def kappa(gain):
        seen = Observations.of({"name": NAME, "tests": [{"programme": "service_excellence", "gain": gain, "error": 0.05}]})
        one = calibrate(library["todays_path"], city, ledger, seen, 512)
        return next(p for p in one.parameters if p.key == "kappa")

    high, low = kappa(2.5), kappa(0.1)
    assert abs(high.shrinkage) < 0.05 and high.verdict == "nothing"
    assert low.posterior[1] < high.posterior[1] - 0.1


def test_a_change_at_the_same_counter_weighs_more_than_its_level():
    """The model's own discrepancy at a counter is common to its measurements, so it cancels out of their difference."""
    level, change = np.array([0.0, 0.2, 0.0]), np.array([0.0, 0.2, 0.2])  # as expected; all longer; only the later longer
    both = [Expected("counters", i, str(i), ("counters", "ktp"), "normal", 3.0, 3.0 + mean, np.full(3, 0.05), np.full(3, 0.3))
            for i, mean in enumerate((level, change))]
    fit = log_likelihood(both, 3)
    assert fit[0] - fit[1] < 0.3
    assert fit[0] - fit[2] > 3.0


def test_a_later_course_meets_less_headroom(library, city, ledger):
    """The same course gains less once its participants' units possess more of it than in the first year."""
    rows = [{"programme": "service_excellence", "gain": 0.3, "error": 0.5, "control": True, "year": year} for year in (2027, 2031)]
    found = calibrate(library["frontline_first"], city, ledger, Observations.of({"name": NAME, "tests": rows}), 256)
    first, later = (item.mean for item in sorted(found.prior.expected, key=lambda item: item.index))
    assert np.all(later <= first) and 0.7 < np.median(later / first) < 0.99


def test_the_last_wave_is_forecast_from_what_came_before(last):
    """The forecast does not use the wave, is narrower than the ledger's and says whether the result fell inside."""
    assert last.wave == "2028" and len(last.checks) == 1
    one = last.checks[0]
    assert one.posterior[2] - one.posterior[0] < one.prior[2] - one.prior[0]
    assert last.inside == 1 and one.observed == 86.9
    assert last.table()["inside"].tolist() == [True]


def test_one_wave_alone_cannot_be_left_out(library, city, ledger):
    """There must be something before it."""
    alone = calibrate(library["todays_path"], city, ledger, Observations.of({"name": NAME, "surveys": [{"wave": "2027", "ikm": 86.0, "n": 900}]}), 512)
    with pytest.raises(InputError):
        leave_last_wave_out(alone)


def test_what_was_learned_runs_any_scenario(found, city, ledger, library):
    """The posterior points go into the analyses as they are, and give the posterior's IKM."""
    run = at_points([library["half_budget"]], city, ledger, found.posterior_points())
    prior = at_points([library["half_budget"]], city, ledger, found.prior.points)
    assert run.draws == DRAWS
    assert run.ikm.std() < 0.6 * prior.ikm.std()
    values, luck = found.values_and_luck()
    assert np.array_equal(run.values["p0"], values["p0"]) and luck.shape == (len(found.scenario.catalogue.ids), DRAWS)


def test_a_ledger_is_made_of_the_margins(found, ledger):
    """Rows that were learned have the posterior's points; the others are untouched."""
    after = found.posterior_assumptions()
    changed = {row.key for row in after.parameters if row.changed}
    told = {one.key: one for one in found.parameters if one.verdict in ("learned", "a little")}
    assert changed == {key for key in told if not key.startswith("programme_luck")}
    points = after["baseline_ikm_error"].quantile(np.array(THREE))
    assert points == pytest.approx(told["baseline_ikm_error"].posterior, abs=0.15)
    assert after["behaviour_slope"] == ledger["behaviour_slope"]


# The same bits, progress


def test_order_of_rows_and_workers_do_not_matter(library, city, ledger, found):
    """The same figures in another order, on two threads: the same bits."""
    content = yaml.safe_load(SAMPLE.read_text(encoding="utf-8"))
    for kind in ("surveys", "tests", "applying", "counters"):
        content[kind] = content[kind][::-1]
    with ThreadPoolExecutor(2) as executor:
        other = calibrate(library["todays_path"], city, ledger, Observations.of(content), DRAWS, executor=executor)
    assert np.array_equal(found.weights.values, other.weights.values)
    assert np.array_equal(found.chosen, other.chosen)
    assert found.table().equals(other.table())
    assert sorted(found.checks_table()["posterior_p"]) == sorted(other.checks_table()["posterior_p"])


def test_progress_only_grows_and_may_stop_the_work(library, city, ledger):
    """Progress ends at its total; a cancel passes through."""
    seen = Observations.of({"name": NAME, "applying": [{"months": 6, "seen": 40, "applying": 18}]})
    told = []
    calibrate(library["todays_path"], city, ledger, seen, 512, progress=lambda done, total: told.append((done, total)))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1][0] == told[-1][1]

    def stop(done, total):
        raise Cancelled

    with pytest.raises(Cancelled):
        calibrate(library["todays_path"], city, ledger, seen, 512, progress=stop)


# Weights


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.0, 3.0), st.integers(1, 400))
def test_resampling_keeps_every_share_within_one(seed, sharpness, n):
    """Systematic resampling takes each draw its weight times n, rounded up or down."""
    weights = smoothed(sharpness * np.random.default_rng(seed).standard_normal(300))
    counts = np.bincount(weights.resample(n, seed), minlength=300)
    assert counts.sum() == n
    assert np.all(np.abs(counts - n * weights.values) < 1.0 + 1e-9)


def test_data_that_say_nothing_leave_equal_weights():
    """All futures as likely: no weight differs, every draw counts."""
    weights = smoothed(np.zeros(100))
    assert weights.ess == pytest.approx(100) and weights.reliable


def test_weighted_quantiles_of_equal_weights_are_quantiles():
    """The 5, 50 and 95 % points of even steps."""
    weights = Weights(np.full(1001, 1 / 1001), 0.0)
    assert weights.quantiles(np.linspace(0, 1, 1001)[::-1], THREE) == pytest.approx(THREE, abs=0.001)


@pytest.mark.parametrize("key", ["kappa", "p0", "behaviour_slope", "baseline_ikm_error", "m_practice", "error_slope", "use_decay"])
def test_a_refitted_row_has_the_posterior_points(ledger, key):
    """For every kind of distribution: a band a third as wide, off the middle, is met, and the ledger takes it."""
    row = ledger[key]
    target = tuple(float(x) for x in row.quantile(np.array([0.45, 0.6, 0.75])))
    change = refitted(row, target)
    assert distributions.quantile(change["distribution"], np.array(THREE)) == pytest.approx(target, abs=0.05 * (target[2] - target[0]))
    assert ledger.replace({key: change})[key].changed


# Words and pictures


@pytest.mark.parametrize("lang", ["id", "en"])
def test_words_tables_and_pictures_say_the_same(found, last, lang):
    """The sentence stands in every picture's text alternative; rows have their header's width; numbers are the tables'."""
    text = found.sentence(lang)
    for table in (views.rows(found, lang), views.pair_rows(found, lang), views.check_rows(found, lang), views.check_rows(last, lang)):
        assert len({len(row) for row in table}) == 1 and len(table) > 1
    assert text in views.learned_picture(found, lang).description
    for kind in ("surveys", "tests", "applying", "counters"):
        picture = views.checks_picture(found, lang, kind)
        assert picture.description and len(picture.rows["dots"]) == 3 * sum(one.kind == kind for one in found.checks)
    assert last.sentence(lang) in views.checks_picture(last, lang).description
    assert views.checks_picture(last, lang, "tests") is None
    assert not re.search(r"[{}]|calibration\.", text + last.sentence(lang))


def test_an_unreliable_calibration_says_conclude_nothing(library, city, ledger):
    """The sentence names the figure furthest out and claims nothing about any assumption."""
    seen = Observations.of({"name": NAME, "surveys": [{"wave": "2026", "ikm": 88.0, "n": 900}, {"wave": "2027", "ikm": 40.0, "n": 5000}]})
    bad = calibrate(library["todays_path"], city, ledger, seen, 512)
    assert "Conclude nothing" in bad.sentence("en") and "City, SKM 2027" in bad.sentence("en")
    assert "learned" not in bad.sentence("en")
    assert views.learned_picture(bad).rows["dots"]


def test_both_languages_have_the_same_words():
    """Same keys and same places to fill in."""
    one, other = (yaml.safe_load((ROOT / f"simulation/locale/{lang}/calibration.yaml").read_text(encoding="utf-8")) for lang in ("id", "en"))
    assert one.keys() == other.keys()
    for key in one:
        assert set(re.findall(r"{(\w+)}", one[key])) == set(re.findall(r"{(\w+)}", other[key])), key


def test_scores_of_points_stay_finite(found):
    """No future lies at an infinite score, however far the data pull."""
    assert np.isfinite(ndtri(found.futures.points.u)).all()
