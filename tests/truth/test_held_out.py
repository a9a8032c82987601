"""Published results that did not set any row of the ledger, against what the model says: hits and misses.

A miss stays as a strict expected failure with what was measured; docs/credibility.md lists both. What was used in building is not here:
Boissy et al. (2016) and Harter et al. (2002) set the IKM slope, De Grip et al. (2016) the newcomers, Pekalongan and Bantul the survey's noise.
"""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from courses import catalogue_of, everyone_once, nobody
from scipy.special import ndtri
from scipy.stats import spearmanr

from simulation import simulate
from simulation.model import service, skill
from simulation.survey import observed

DRAWS = 4096


def miss(measured):
    """An expected failure of the comparison itself; any other error is an error."""
    return pytest.mark.xfail(strict=True, raises=AssertionError, reason=measured)


ONE_COMPETENCY = np.array([[1.0]])
# City and unit series found for the project that no row of the ledger cites.
MADIUN = (86.964, 88.028, 88.74, 89.89)  # Kota Madiun 2022-2025, madiuntoday.id, 3 November 2023 and 23 December 2025
BOGOR = (74.67, 74.51, 74.59, 75.77)  # DPMPTSP Kabupaten Bogor 2011-2014, 14 elements, dpmptsp.bogorkab.go.id/indeks-kepuasan-masyarakat
# Al Jadidi and Al Jufaili (2023), Oman Medical Journal 38(3) e509: CPR score in per cent before, then 100 after training, after 6 and 12 months.
CONTROL, REFRESHED = (75.8, 88.5, 79.4), (72.7, 87.2, 93.8)


def learned(a, hours_jp=20.0, multiplier=1.0):
    """Gain of one course on one competency, SD, (draws,)."""
    size = np.broadcast_to(multiplier, (1, len(a["d20"])))
    return skill.learning(ONE_COMPETENCY, np.array([hours_jp]), size, a, a["h0"])[0, 0]


def inside(value, values, low=0.05, high=0.95):
    """Whether a published figure lies in the model's 90 % band."""
    below, above = np.quantile(values, [low, high])
    return bool(below <= value <= above)


@pytest.fixture(scope="module")
def drawn(ledger):
    """Draws of the ledger, the same under research conditions, and one programme's own effect."""
    a, luck = ledger.draw(DRAWS, 1, ["course"])
    sigma = np.sqrt(np.log1p(a["programme_sd"] ** 2))
    return SimpleNamespace(a=a, research=a | {"kappa": np.ones(DRAWS)}, programme=np.exp(sigma * luck[0] - 0.5 * sigma**2))


@pytest.fixture(scope="module")
def kept(drawn, ledger, catalogue):
    """Share of a gain still known 6 and 12 months later by people who never use it, and with a refresher in between, (draws,)."""

    def after(months, refreshed_at=None):
        a = drawn.research | {"p0": np.zeros(DRAWS)}
        person, none = skill.Skill(1, 1, a, ledger.structure), np.zeros((1, 1))
        person.teach(learned(a)[None, None].copy(), none, none)
        start = person.possessed()[0, 0]
        month = skill.fading(a, ledger.structure, np.zeros(1), np.ones((1, 1, 1)), 1.0)
        for passed in range(1, months + 1):
            person.fade(month)
            if passed == refreshed_at:
                person.teach(learned(a, 20.0 * catalogue.terms["refresher_share"])[None, None].copy(), none, none)
        return person.possessed()[0, 0] / start

    return SimpleNamespace(six=after(6), twelve=after(12), refreshed=after(12, refreshed_at=6))


@pytest.fixture(scope="module")
def surveys(city, ledger, library):
    """What surveys of four years running would report if nothing but today's path happened, 16 surveys of each future, (years, units, draws)."""
    outcome = simulate(library["todays_path"], city, ledger, 1024)
    return np.stack([np.concatenate([observed(outcome, year, seed=10 * again + year) for again in range(16)], axis=-1) for year in range(1, 5)])


def retained(scores, at):
    """Share of the gain that is left: scores before, at 6 and at 12 months; 100 right after training."""
    return (scores[at] - scores[0]) / (100.0 - scores[0])


# Learning and use


def effect(points):
    """Percentage points of correct practice from 40 % on, as SD (probit)."""
    return ndtri(0.40 + points / 100.0) - ndtri(0.40)


def test_hit_a_government_course_acts_as_strongly_as_most_health_worker_courses(drawn):
    """Skill in use right after 20 JP lies in the published quartiles, +3.6 to +17.4 points (Rowe et al. 2021; the discount rests on their median)."""
    in_use = learned(drawn.a) * skill.applying(drawn.a)
    assert effect(3.6) <= np.median(in_use) <= effect(17.4)


@miss("measured 12 % under the lower and 9 % over the upper quartile: the model's courses differ less")
def test_miss_courses_differ_as_much_as_published_ones_do(drawn):
    """A quarter of courses lies under the published lower quartile and a quarter over the upper one, give or take 10 points."""
    in_use = learned(drawn.a, multiplier=drawn.programme) * skill.applying(drawn.a)
    shares = [np.mean(in_use < effect(3.6)), np.mean(in_use > effect(17.4))]
    assert shares == pytest.approx([0.25, 0.25], abs=0.1)


@miss("measured median 0.39 SD, 90 % band 0.24 to 0.54")
def test_miss_behaviour_changes_as_much_as_the_meta_analysis_found(drawn):
    """Under research conditions 0.62 SD show in behaviour (Arthur et al. 2003; their 0.63 on learning is in the ledger, this figure is not)."""
    assert inside(0.62, learned(drawn.research) * skill.applying(drawn.research))


def test_hit_teachers_courses_move_pupils_as_52_trials_found(drawn):
    """Pupils' attainment rises by 0.09 SD (Fletcher-Wood and Zuccollo 2020); the mean of the year after 20 JP."""
    months = np.linspace(0.0, 12.0, 49)
    in_use = learned(drawn.a) * skill.share_applying(drawn.a, months).mean(axis=0)
    assert inside(0.09, service.attainment(in_use, drawn.a))


# Forgetting


def test_hit_half_of_what_is_not_used_is_left_after_six_months(kept):
    """53 % of a gain in resuscitation is left after 6 months (REF-CPR, 38 people)."""
    assert all(inside(retained(arm, 1), kept.six) for arm in (CONTROL, REFRESHED))


@miss("measured median 0.39, 90 % band 0.28 to 0.50: published 0.15")
def test_miss_little_is_left_after_a_year(kept):
    """15 % of the gain is left after 12 months without a refresher (REF-CPR)."""
    assert inside(retained(CONTROL, 2), kept.twelve)


@miss("measured median +0.20, 90 % band +0.14 to +0.32: published +0.62")
def test_miss_a_refresher_saves_most_of_it(kept):
    """A refresher after 6 months keeps 62 points more of the gain at 12 months (REF-CPR)."""
    assert inside(retained(REFRESHED, 2) - retained(CONTROL, 2), kept.refreshed - kept.twelve)


# Output


def test_hit_a_call_centre_course_lies_in_the_band(drawn, ledger):
    """Output rises by 10 % after a week of targeted training (De Grip and Sauermann 2012): research conditions, practice, one programme."""
    size = drawn.programme * drawn.research["m_practice"]
    in_use = learned(drawn.research, multiplier=size) * skill.applying(drawn.research)
    assert inside(10.0, 100.0 * (1.0 / service.time_factor(in_use, 1.0, drawn.research, ledger.structure) - 1.0))


@miss("measured exactly 0: the model has no learning from colleagues")
def test_miss_untrained_colleagues_gain_too(city, ledger, catalogue):
    """Output of the untrained rises by 0.5 % per 10 points of trained peers (De Grip and Sauermann 2012)."""
    courses = catalogue_of(catalogue, city.competencies, {"all": {"pelayanan_publik": 1.0}})
    outcome = simulate(everyone_once(courses), city, ledger, 64)
    assert outcome.arrays["in_use"][city.group("frontline"), 1:].all()
    assert outcome.arrays["in_use"][city.group("backoffice"), 1:].any()


# Satisfaction


@pytest.fixture(scope="module")
def clinic_gain(city, ledger, catalogue):
    """City IKM of the first year with 20 JP of communication and service for every front line, research conditions, (draws,)."""
    courses = catalogue_of(catalogue, city.competencies, {"all": {"komunikasi": 0.6, "pelayanan_publik": 0.4}})
    rows = tuple(replace(row, value=1.0, distribution={"kind": "fixed"}) if row.key == "kappa" else row for row in ledger.parameters)
    research = replace(ledger, parameters=rows)
    trained, idle = (simulate(scenario(courses), city, research, 256) for scenario in (everyone_once, nobody))
    return trained.year_mean(trained.city_ikm, 1) - idle.year_mean(idle.city_ikm, 1)


@miss("measured median +0.19 IKM, 90 % band +0.04 to +0.62: published +0.8 to +5.3 on the same scale")
def test_miss_communication_courses_satisfy_patients_as_much_as_in_trials(clinic_gain):
    """Patients' satisfaction rises by 4.1 of 100 points (1.1 to 7.0) after communication training (Oliveira et al. 2015, 19 trials).

    The IKM runs over 75 points only, so 0.8 to 5.3 of its points; even the lower end has to be reached.
    """
    low, high = np.quantile(clinic_gain, [0.05, 0.95])
    assert low <= 0.75 * 7.0 and high >= 0.75 * 1.1


def test_hit_a_citys_ikm_moves_from_year_to_year_as_its_survey_does(surveys, city):
    """Kota Madiun's three yearly changes (+1.1, +0.7, +1.2) lie in the 90 % band of two surveys in a city where nothing changes."""
    of_city = np.einsum("u,yud->yd", city.users / city.users.sum(), surveys)
    assert all(inside(change, of_city[1] - of_city[0]) for change in np.diff(MADIUN))


@miss("measured 90 % band -2.89 to +2.82: published +2.93, just outside (95.5 % of futures lie below); the model has no trend")
def test_miss_a_citys_ikm_climbs_year_after_year(surveys, city):
    """Kota Madiun's IKM rose by 2.9 points in three years without a cause the model knows."""
    of_city = np.einsum("u,yud->yd", city.users / city.users.sum(), surveys)
    assert inside(MADIUN[-1] - MADIUN[0], of_city[3] - of_city[0])


def test_hit_an_offices_ikm_moves_as_its_survey_does(surveys, city):
    """A permit office's yearly changes (-0.2, +0.1, +1.2) and its three-year change lie in the 90 % band of two surveys of the permit office."""
    permits = surveys[:, city.unit("dpmptsp")]
    assert all(inside(change, permits[1] - permits[0]) for change in np.diff(BOGOR))
    assert inside(BOGOR[-1] - BOGOR[0], permits[3] - permits[0])


# What to doubt first


def test_the_ikm_slope_is_what_to_doubt_first(city, ledger, library):
    """Over the draws, the gain of `designed_for_impact` over today's path follows the IKM slope most, then the discount, then use at work."""
    designed, today = (simulate(library[key], city, ledger, 1024) for key in ("designed_for_impact", "todays_path"))
    gain = designed.year_mean(designed.city_ikm, 5) - today.year_mean(today.city_ikm, 5)
    follows = {key: abs(spearmanr(values, gain).statistic) for key, values in designed.values.items() if np.ptp(values) > 0.0}
    assert sorted(follows, key=follows.get)[:-4:-1] == ["ikm_slope", "kappa", "p0"]
    assert follows["ikm_slope"] == pytest.approx(0.73, abs=0.05)
