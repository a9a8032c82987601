"""Calibration where the answer is known: conjugate cases, published shares and gains, data that no future could give."""

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import beta, chisquare, multivariate_normal

from simulation.analysis.calibration import calibrate
from simulation.analysis.calibration_data import Observations
from simulation.analysis.calibration_ensemble import Proposal
from simulation.analysis.calibration_learned import THREE
from simulation.analysis.calibration_likelihood import (
    Expected,
    applying_after,
    course_gain,
    log_likelihood,
)
from simulation.analysis.psis import smoothed
from simulation.draws import points
from simulation.ensemble import prepare
from simulation.errors import InputError

NAME = {"id": "uji", "en": "test"}


def normal_item(mean, observed, own, common=0.0, block=("one",)):
    """An observation with normal errors."""
    nothing = np.zeros_like(mean)
    return Expected("tests", 0, f"{observed}", block, "normal", observed, mean, nothing + own, nothing + common)


@pytest.fixture(scope="module")
def theta():
    """Standard normal draws, as evenly spread as the ledger's."""
    return ndtri(points(("theta",), 8192, 3)["theta"])


def test_a_normal_mean_has_its_conjugate_posterior(theta):
    """Prior N(0, 1), one figure 1.2 with error 0.5: mean y / (1 + s^2), variance s^2 / (1 + s^2)."""
    weights = smoothed(log_likelihood([normal_item(theta, 1.2, 0.5)], len(theta)))
    variance, error = weights.spread(theta)
    assert weights.k < 0.5
    assert weights.mean(theta) == pytest.approx(1.2 / 1.25, abs=0.01)
    assert abs(variance - 0.25 / 1.25) < 3 * error


def test_a_shared_discrepancy_is_counted_once(theta):
    """Ten figures of one wave teach no more than their common discrepancy lets them: generalised least squares."""
    seen = np.linspace(0.2, 1.4, 10)
    items = [normal_item(theta, float(y), 0.4, 0.6) for y in seen]
    weights = smoothed(log_likelihood(items, len(theta)))
    precision = 10 / (0.4**2 + 10 * 0.6**2)
    assert weights.mean(theta) == pytest.approx(precision * seen.mean() / (1 + precision), abs=0.01)
    assert weights.spread(theta)[0] == pytest.approx(1 / (1 + precision), abs=0.01)


def test_the_likelihood_of_a_block_is_the_multivariate_normal():
    """The formula of Sherman and Morrison against scipy, up to the constant."""
    rng = np.random.default_rng(0)
    means, own, seen = rng.normal(size=(4, 3)), np.array([0.5, 1.0, 2.0, 0.7]), rng.normal(size=4)
    items = [normal_item(m, float(y), s, 0.8) for m, y, s in zip(means, seen, own, strict=True)]
    exact = [multivariate_normal(m, np.diag(own**2) + 0.8**2).logpdf(seen) for m in means.T]
    found = log_likelihood(items, 3)
    assert np.allclose(found - found[0], np.array(exact) - exact[0])


@pytest.mark.parametrize(("seen", "applying"), [(40, 21), (3000, 1100)])
def test_share_applying_gives_the_beta_posterior(library, city, ledger, seen, applying):
    """Right after a course the share is p0 itself, Beta(8.1, 5) before and Beta(8.1 + k, 5 + n - k) after, however many were seen."""
    observations = Observations.of({"name": NAME, "applying": [{"months": 0, "seen": seen, "applying": applying}]})
    found = calibrate(library["todays_path"], city, ledger, observations, 1024)
    p0 = next(one for one in found.parameters if one.key == "p0")
    exact = beta(8.1 + applying, 5.0 + seen - applying)
    assert found.verdict == "good enough"
    assert p0.posterior == pytest.approx(exact.ppf(THREE), abs=0.3 * exact.std())
    assert found.parameters[0].key == "p0"


def test_a_proposal_reweighted_is_the_prior(library, city, ledger):
    """Futures looked for elsewhere, times prior over proposal density, are spread evenly over the unit cube again."""
    class Stand:
        points = ledger.points(4096, 1, ())
        log_ratio = np.zeros(4096)

    names = Stand.points.names
    first, second, third = ndtri(Stand.points.u[:3])
    proposal = Proposal.of(Stand, -0.5 * ((first - 1.5) / 0.3) ** 2 - 0.5 * ((second + third) / 0.4) ** 2, names)
    assert set(proposal.moved) >= set(names[:3])
    assert len(proposal.moved) <= 6
    still = next(name for name in names if name not in proposal.moved)
    placed, log_ratio = proposal.place(ledger.points(4096, 2, ()))
    weights = np.exp(log_ratio)
    assert weights.mean() == pytest.approx(1.0, abs=0.1)
    assert weights.max() <= 10.0 + 1e-9
    assert np.average(placed[names[0]], weights=weights) == pytest.approx(0.5, abs=0.05)
    assert np.array_equal(placed[still], ledger.points(4096, 2, ())[still])


@pytest.mark.parametrize("content", [
    {"applying": [{"months": 0, "seen": 5000, "applying": 10}]},
    {"surveys": [{"wave": "2027", "ikm": 40.0, "n": 5000}]},
])
def test_absurd_data_are_not_believed(library, city, ledger, content):
    """Two in a thousand applying what they learned, or an IKM of 40: no future comes near, and k says so."""
    found = calibrate(library["todays_path"], city, ledger, Observations.of({"name": NAME, **content}), 512)
    assert found.k > 0.7
    assert found.verdict == "too far apart"
    assert {one.verdict for one in found.parameters} == {"unreliable"}
    with pytest.raises(InputError):
        found.posterior_assumptions()


def test_an_unforeseen_result_is_named_even_when_it_can_be_explained(library, city, ledger):
    """A gain of 4 SD is reached by a programme far out of the ordinary only, and the sentence says so."""
    observations = Observations.of({"name": NAME, "tests": [{"programme": "service_excellence", "gain": 4.0, "error": 0.05, "control": True}]})
    found = calibrate(library["todays_path"], city, ledger, observations, 1024)
    assert found.checks[0].unforeseen
    assert found.verdict == "good enough"
    assert "next to impossible" in found.sentence("en")


def test_share_applying_follows_the_published_course(library, city, ledger):
    """0.62 / 0.44 / 0.34 at 0 / 6 / 12 months (Saks and Belcourt 2006) at the ledger's central values, without a coach."""
    fixed = ledger.replace({key: ledger[key].value for key in ("p0", "stay", "lapse")})
    setting, changed = prepare(library["todays_path"], city, fixed)
    values, _ = changed.draw(2, 0, ())
    found = [applying_after(setting, values, months, "service_excellence")[0] for months in (0, 6, 12)]
    assert found == pytest.approx([0.62, 0.44, 0.34], abs=0.005)


def test_a_coach_keeps_more_of_them_applying(library, city, ledger):
    """Coaching after a quarter wins back p0 of those who do not apply it, and slows the lapse: by hand for nine months."""
    fixed = ledger.replace({key: ledger[key].value for key in ("p0", "stay", "lapse", "follow_up_effect")})
    scenario = library["practice_and_follow_up"]
    setting, changed = prepare(scenario, city, fixed)
    a = {key: value[0] for key, value in changed.draw(2, 0, ())[0].items()}
    span = 3.0 * scenario.catalogue.terms["coaching_quarters"]
    steady, wavering = a["p0"] * a["stay"], a["p0"] * (1 - a["stay"]) * np.exp(-3 * a["lapse"] * a["follow_up_effect"])
    woken = a["p0"] * (1 - steady - wavering)
    steady, wavering = steady + a["stay"] * woken, wavering + (1 - a["stay"]) * woken
    slow = min(9.0, span) - 3.0
    wavering *= np.exp(-a["lapse"] * (a["follow_up_effect"] * slow + 6.0 - slow))
    values = changed.draw(2, 0, ())[0]
    assert scenario.refresher_months in (0, 12)
    name = next(n for n, seats in zip(scenario.catalogue.ids, setting.plan.seats.sum(axis=1), strict=True) if seats > 0)
    assert applying_after(setting, values, 9, name)[0] == pytest.approx(steady + wavering, abs=1e-12)


def test_a_course_of_20_jp_shows_the_published_gain(library, city, ledger):
    """kappa = 1, all multipliers 1: the test of a 20 JP course gains d20 = 0.63 SD (Arthur et al. 2003)."""
    setting, fixed = prepare(library["todays_path"], city, ledger.replace({"kappa": {"value": 1.0, "range": [0.28, 1.0], "distribution": "fixed"}, "d20": 0.63}))
    values, luck = fixed.draw(64, 0, setting.scenario.catalogue.ids)
    sigma = np.sqrt(np.log1p(values["programme_sd"] ** 2))
    catalogue = setting.scenario.catalogue
    p = next(i for i, row in enumerate(catalogue.programmes) if (row.format, row.practice, row.hours_jp) == ("classroom", False, 20))
    assert np.allclose(course_gain(setting, values, np.zeros_like(luck) + 0.5 * sigma, p), 0.63)


def test_ranks_are_even_where_everything_is_normal():
    """Simulation-based calibration (Talts et al. 2018) of the weights themselves: 400 truths, 90 % intervals and even ranks."""
    rng = np.random.default_rng(1)
    places, inside = [], 0
    for _ in range(400):
        prior, truth = rng.standard_normal((2, 1024)), rng.standard_normal(2)
        seen = truth.sum() + 0.7 * rng.standard_normal()
        weights = smoothed(log_likelihood([normal_item(prior.sum(axis=0), float(seen), 0.7)], 1024))
        place = weights.mean((prior[0] < truth[0]).astype(float))
        places.append(place)
        inside += 0.05 <= place <= 0.95
    assert 0.86 <= inside / 400 <= 0.94
    assert chisquare(np.histogram(places, 10, (0.0, 1.0))[0]).pvalue > 0.001
