"""What knowing more is worth, which study to buy, and what is said when a file of studies is wrong."""

from dataclasses import replace

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.analysis.futures import LUCK, futures
from simulation.analysis.information import CURVE, value_of_information
from simulation.analysis.information_studies import (
    Setting,
    findings,
    survey_error,
    test_error,
)
from simulation.analysis.regression import Known, value_of_all, value_of_knowing
from simulation.assumptions import DATA
from simulation.ensemble import prepare
from simulation.errors import Cancelled, InputError
from simulation.model.skill import share_applying
from simulation.present.information_views import (
    curve_rows,
    evpi_picture,
    frontier_picture,
    link_rows,
    rows,
    studies_picture,
    study_rows,
    worth_picture,
)
from simulation.studies import Studies

test_error.__test__ = False  # a formula, not a test
PLANS = ("todays_path", "designed_for_impact", "digital_front_desk", "no_training")
PUBLISHED = yaml.safe_load((DATA / "studies.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def seen(city, ledger, library):
    """Four plans in 512 futures."""
    return futures([library[key] for key in PLANS], city, ledger, 512)


@pytest.fixture(scope="module")
def found(seen):
    """Their value of information with the published studies."""
    return value_of_information(seen)


def written(folder, **changes):
    path = folder / "studies.yaml"
    path.write_text(yaml.safe_dump(PUBLISHED | changes, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return path


def problems_of(call, *arguments, **named):
    with pytest.raises(InputError) as caught:
        call(*arguments, **named)
    assert all(problem.text(lang) for problem in caught.value.problems for lang in ("id", "en"))
    return caught.value.problems


def with_study(i, **changes):
    return {"studies": [study | changes if k == i else study for k, study in enumerate(PUBLISHED["studies"])]}


def test_the_choice_is_the_plan_with_the_highest_expected_net_benefit(seen, found):
    """And EVPI is the mean of the best plan of each future less it."""
    benefit = seen.net_benefit_rp(found.choice.willingness_rp)
    assert found.preferred is seen.scenarios[benefit.mean(axis=1).argmax()]
    assert found.choice.evpi.value_rp == pytest.approx((benefit.max(axis=0) - benefit[found.choice.preferred]).mean())
    assert found.likely.sum() == pytest.approx(1.0)
    assert found.likely[found.choice.preferred] == found.choice.probability_best


def test_nothing_is_worth_more_than_knowing_everything_or_less_than_nothing(found):
    """Every assumption, link and study has a value in between, an interval around it, and an error that is not negative."""
    limit = found.choice.evpi.value_rp
    for one in (*found.worths, *found.studies):
        assert 0.0 <= one.estimate.value_rp <= limit
        assert one.estimate.low_rp <= one.estimate.value_rp <= one.estimate.high_rp
        assert one.estimate.error_rp >= 0.0


def test_every_assumption_that_varies_and_the_programmes_own_effects_are_valued(seen, found):
    """Once each, the highest first; each link once."""
    keys = [worth.key for worth in found.of("assumption")]
    assert sorted(keys) == sorted([*seen.varying, LUCK])
    assert {worth.key for worth in found.of("link")} == {seen.assumptions[key].feeds for key in seen.varying}
    values = [worth.estimate.value_rp for worth in found.of("assumption")]
    assert values == sorted(values, reverse=True)


def test_what_cannot_touch_a_plan_is_worth_nothing(found):
    """Survey errors and wages move no IKM and no spending: 0 lies inside the interval of each."""
    for key in ("respondent_sd", "unit_wave_sd", "citizen_wage", "staff_cost_per_hour", "baseline_ikm_error"):
        assert found.worth(key).estimate.low_rp == 0.0
        assert found.worth(key).estimate.value_rp < 0.05 * found.choice.evpi.value_rp


def test_studies_are_ranked_by_worth_less_price(found):
    """And the verdict says on which side of the price the interval lies."""
    nets = [study.net_rp for study in found.studies]
    assert nets == sorted(nets, reverse=True)
    for study in found.studies:
        inside = study.estimate.low_rp <= study.cost_rp <= study.estimate.high_rp
        assert (study.verdict == "unsure") == inside


def test_the_curve_runs_over_what_a_point_may_be_worth(seen, found):
    """At nothing per point the cheapest plan is best in every future; the stated point agrees with the choice."""
    assert tuple(choice.willingness_rp for choice in found.curve) == CURVE
    assert found.scenarios[found.curve[0].preferred].key == "no_training"
    assert found.curve[0].probability_best == 1.0
    assert found.curve[0].evpi.value_rp == 0.0
    assert found.curve[CURVE.index(50e9)] == found.choice
    assert len(found.curve_table()) == len(CURVE)


def test_same_futures_same_bits(seen, found):
    """Twice the same; the order of the file of studies changes no study."""
    again = value_of_information(seen)
    assert again.table().equals(found.table())
    shuffled = Studies(Studies.load().willingness, Studies.load().studies[::-1])
    ours = {(s.study.id, s.size): s.estimate for s in value_of_information(seen, studies=shuffled).studies}
    assert ours == {(s.study.id, s.size): s.estimate for s in found.studies}


def test_a_user_can_stop_it(seen):
    """Progress counts up to the total, and stopping it goes straight through."""
    steps = []

    def stop(done, total):
        steps.append((done, total))
        if done == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        value_of_information(seen, progress=stop)
    assert [done for done, _ in steps] == [1, 2, 3]


def test_wrong_numbers_are_named_all_at_once(seen):
    """Worth per point and redraws; too few futures; a single plan."""
    codes = [p.code for p in problems_of(value_of_information, seen, -1.0, resamples=1)]
    assert codes == ["information_willingness", "information_resamples"]
    few = replace(seen, scenarios=seen.scenarios[:1], ikm=seen.ikm[:1, :100], cost_rp=seen.cost_rp[:1, :100])
    assert [p.code for p in problems_of(value_of_information, few)] == ["two_scenarios", "information_few_draws"]
    assert [p.code for p in problems_of(value_of_information, seen, float("nan"))] == ["information_willingness"]


def test_an_unknown_assumption_gets_the_nearest_name(found):
    """`behaviour_slop` is `behaviour_slope`."""
    problem = problems_of(found.worth, "behaviour_slop")[0]
    assert "behaviour_slope" in problem.text("en")


@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_sentence_names_choice_worth_and_purchase(found, lang):
    """Plan, EVPI, and the study on top or that there is none; one sentence for each assumption."""
    text = found.sentence(lang)
    assert found.preferred.name[lang] in text
    assert "{" not in text
    best = found.studies[0]
    assert (best.study.name[lang] in text) == (best.net_rp > 0.0 or best.verdict != "leave")
    told = found.know_before("behaviour_slope", lang)
    assert found.assumptions["behaviour_slope"].label[lang] in told
    assert Studies.load()["skm_comparison"].name[lang] in told
    assert found.know_before("headroom", lang) != told


def test_when_every_price_is_too_high_nothing_is_worth_buying(seen, tmp_path):
    """Said plainly."""
    dear = Studies.load(written(tmp_path, studies=[study | {"fixed_rp": 1e12} for study in PUBLISHED["studies"]]))
    found = value_of_information(seen, studies=dear)
    assert {study.verdict for study in found.studies} == {"leave"}
    assert "not worth" not in found.sentence("en") and "No study on offer is worth buying" in found.sentence("en")


def test_when_one_plan_is_always_best_knowing_is_worth_nothing(seen):
    """Every value is exactly 0, and the sentence says that more knowledge changes nothing."""
    ikm = seen.ikm.copy()
    ikm[1] = ikm.max() + 1.0
    sure = replace(seen, ikm=ikm)
    found = value_of_information(sure)
    assert all(one.estimate.value_rp == 0.0 for one in (*found.worths, *found.studies))
    assert "in every future" in found.sentence("en")


def test_tables_and_pictures_hold_the_same_numbers(found):
    """Header first, as many cells in each row; pictures have a text alternative and draw without a network."""
    for table in (rows, link_rows, study_rows, curve_rows):
        for lang in ("id", "en"):
            cells = table(found, lang)
            assert len(cells) > 1 and len({len(row) for row in cells}) == 1
    assert len(study_rows(found)) == 1 + len(found.studies)
    for picture in (worth_picture, studies_picture, frontier_picture, evpi_picture):
        drawn = picture(found, "id")
        assert drawn.description
        assert "<svg" in drawn.svg()
    frame = found.table()
    assert list(frame["kind"].unique()) == ["everything", "assumption", "link", "study"]
    assert (frame["ikm_points"] == frame["value_rp"] / found.choice.willingness_rp).all()


def test_a_visit_sees_who_applies(seen):
    """On average the model's own share after six months, with binomial noise that more visits make smaller."""
    study, setting = Studies.load()["follow_up_visit"], Setting(seen, np.full(4, 0.25))
    share = share_applying(seen.values, np.array([6.0]))[0]
    few, many = (findings(study, n, setting, 1)[0] - share for n in (50, 5000))
    assert abs(few.mean()) < 0.01
    assert few.std() == pytest.approx(np.sqrt((share * (1 - share)).mean() / 50), rel=0.1)
    assert many.std() < 0.2 * few.std()


def test_tests_look_at_the_courses_that_cost_most(seen):
    """Three numbers, one per course; each is the model's gain with the stated error, so large groups give the gain itself."""
    study, setting = Studies.load()["tests_control"], Setting(seen, np.array([0.0, 0.5, 0.5, 0.0]))
    small, large = findings(study, 50, setting, 1), findings(study, 1_000_000, setting, 1)
    assert small.shape == large.shape == (study.courses, seen.draws)
    gains = np.array([gain for _, gain in setting.courses[:study.courses]])
    assert np.allclose(large, gains, atol=0.01)
    assert (small - gains).std() == pytest.approx(test_error(50, study.retest_correlation.value), rel=0.1)
    assert 0.1 < np.median(gains) < 1.5


def test_a_survey_sees_a_first_year_through_its_noise(seen):
    """The pilot raises the IKM a little in nearly every future; even 2,500 respondents have an error several times as large."""
    study, setting = Studies.load()["skm_comparison"], Setting(seen, np.full(4, 0.25))
    effect = setting.pilot_ikm
    assert (effect > 0).mean() > 0.9 and np.median(effect) < 1.0
    error = survey_error(seen.values, 2500, study.units_per_arm)
    assert np.median(error) > 2.0 * np.median(effect)
    noise = findings(study, 2500, setting, 1)[0] - effect
    assert noise.std() == pytest.approx(np.sqrt((error**2).mean()), rel=0.1)


def test_a_log_learns_only_what_nobody_measured(seen):
    """Two spreads where the ledger stands in; none where the city's own log already gave them."""
    study, likely = Studies.load()["ticket_log"], np.full(4, 0.25)
    seen_spreads = findings(study, 245, Setting(seen, likely), 1)
    assert seen_spreads.shape == (2, seen.draws)
    assert np.corrcoef(seen_spreads[1], seen.values["arrival_cv2"])[0, 1] > 0.95
    s = seen.city.counters
    measured = replace(s, service_scv=np.ones(len(s.servers)), arrival_scv=np.ones(len(s.servers)))
    known = replace(seen, city=replace(seen.city, counters=measured))
    assert findings(study, 245, Setting(known, likely), 1).shape == (0, seen.draws)


def test_the_survey_error_is_that_of_a_difference_in_differences():
    """Respondents and units drawn again and again spread as the formula says."""
    rng = np.random.default_rng(1)
    units, n, sd, wobble = 8, 400, 9.0, 1.5
    means = wobble * rng.standard_normal((4000, 2, 2, units)).mean(axis=-1) + sd / np.sqrt(n / 2) * rng.standard_normal((4000, 2, 2))
    differences = (means[:, 0, 1] - means[:, 0, 0]) - (means[:, 1, 1] - means[:, 1, 0])
    values = {"respondent_sd": np.array([sd]), "unit_wave_sd": np.array([wobble])}
    assert differences.std() == pytest.approx(survey_error(values, n, units)[0], rel=0.05)


def test_the_test_error_is_that_of_two_groups_gains():
    """Scores before and after with the stated correlation, two groups, drawn again and again."""
    rng, r, n = np.random.default_rng(2), 0.6, 25
    scores = rng.multivariate_normal([0, 0], [[1, r], [r, 1]], size=(4000, 2, n))
    gains = (scores[..., 1] - scores[..., 0]).mean(axis=2)
    assert (gains[:, 0] - gains[:, 1]).std() == pytest.approx(test_error(n, r), rel=0.05)


def test_prices_count_what_is_paid_for():
    """Both waves of a survey, both groups and all courses of tests, days of a log, visits."""
    studies = Studies.load()
    assert studies["skm_comparison"].cost_rp(400) == 15e6 + 25e3 * 800
    assert studies["tests_control"].cost_rp(50) == 20e6 + 1e5 * 50 * 2 * 3
    assert studies["ticket_log"].cost_rp(60) == 30e6 + 1e5 * 60
    assert studies["follow_up_visit"].cost_rp(100) == 10e6 + 15e4 * 100


def test_an_unknown_study_gets_the_nearest_name():
    """`ticket_logs` is `ticket_log`."""
    assert "ticket_log" in problems_of(Studies.load().__getitem__, "ticket_logs")[0].text("en")


@pytest.mark.parametrize(("changes", "code", "word"), [
    (with_study(1, coursess=3), "unknown_key", "courses"),
    (with_study(2, kind="surve"), "not_an_option", "survey"),
    (with_study(2, kind=["log"]), "not_an_option", "log"),
    (with_study(0, measures=["behaviour_slop"]), "unknown_assumption", "behaviour_slope"),
    (with_study(0, sizes=[400, 400]), "study_sizes", "400"),
    (with_study(3, per_unit_rp=-1.0), "beyond_limit", "-1"),
    (with_study(3, id="ticket_log"), "repeated_key", "ticket_log"),
    (with_study(3, months="six"), "wrong_type", "six"),
    ({"willingness_rp": PUBLISHED["willingness_rp"] | {"value": 1e9}}, "out_of_range", "1e+09"),
    ({"willingness_rp": PUBLISHED["willingness_rp"] | {"value": 0.0}}, "beyond_limit", "0"),
    ({"studies": []}, "empty_value", ""),
    ({"studies": ["survey"]}, "wrong_type", "survey"),
    ({"studies": {"survey": 1}}, "wrong_type", ""),
    ({"version": 2}, "not_an_option", "1"),
    ({"stuides": []}, "unknown_key", "studies"),
])
def test_a_wrong_file_says_where_and_what(tmp_path, changes, code, word):
    """One problem with file and line, in both languages."""
    found = problems_of(Studies.load, written(tmp_path, **changes))
    assert [problem.code for problem in found] == [code]
    assert found[0].line and found[0].file.endswith("studies.yaml")
    assert word in found[0].text("en")


def test_all_problems_of_a_file_are_said_at_once(tmp_path):
    """Two studies and the worth of a point."""
    wrong = [study | {"grade": "E"} if i in (0, 2) else study for i, study in enumerate(PUBLISHED["studies"])]
    found = problems_of(Studies.load, written(tmp_path, studies=wrong, willingness_rp=PUBLISHED["willingness_rp"] | {"grade": "F"}))
    assert [problem.code for problem in found] == ["not_an_option"] * 3
    assert [problem.line for problem in found] == sorted(problem.line for problem in found)
    assert [problem.column for problem in found] == ["willingness_rp.grade", "studies.0.grade", "studies.2.grade"]


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.floats(-1e9, 1e9), st.integers(1, 3))
def test_only_differences_between_plans_count(seed, shift, turn):
    """Something that every plan gets alike, and the order of the plans, change no value of information."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal(256)
    benefit = np.outer([0.0, 1.0, -1.0, 0.5], x) * 1e6 + 5e5 * rng.standard_normal((4, 256))
    other = np.roll(benefit, turn, axis=0) + shift * rng.standard_normal(256)
    values = []
    for one in (benefit, other):
        assert value_of_all(one).value_rp == pytest.approx(value_of_all(benefit).value_rp, rel=1e-6)
        from_best = one - one[one.mean(axis=1).argmax()]
        values.append(value_of_knowing([Known.of(x, from_best)], one, 1))
    assert values[1].value_rp == pytest.approx(values[0].value_rp, rel=1e-6)
    assert values[1].error_rp == pytest.approx(values[0].error_rp, rel=1e-6)
