"""The value of information against cases whose answer is known: normal and uniform numbers, and a study with normal error."""

import numpy as np
import pytest
from scipy.stats import norm

from simulation.analysis.regression import Known, value_of_all, value_of_knowing

LOSS = -0.5  # mean benefit of the second option; the first one brings 0
SLOPES = (1.0, 2.0)
NOISE = 0.7  # error of a study of the first number


def unit_normal_loss(mean, sd):
    """`E[max(0, X)] - max(0, mean)` of a normal X (Raiffa and Schlaifer 1961)."""
    u = abs(mean) / sd
    return sd * (norm.pdf(u) - u * norm.sf(u))


def linear_case(seed, draws=512):
    """Two options, the second one linear in two of three independent normal numbers, and a study of the first."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((3, draws))
    benefit = np.stack([np.zeros(draws), LOSS + SLOPES[0] * x[0] + SLOPES[1] * x[1]])
    return x, benefit, x[0] + NOISE * rng.standard_normal(draws)


def known(numbers, benefit):
    return [Known.of(one, benefit) for one in np.atleast_2d(numbers)]


TRUTH = {
    "everything": unit_normal_loss(LOSS, np.hypot(*SLOPES)),
    "first": unit_normal_loss(LOSS, SLOPES[0]),
    "second": unit_normal_loss(LOSS, SLOPES[1]),
    "both": unit_normal_loss(LOSS, np.hypot(*SLOPES)),
    "nothing": 0.0,
    "study": unit_normal_loss(LOSS, SLOPES[0] / np.sqrt(1.0 + NOISE**2)),
}


def estimates(seed, draws=512):
    x, benefit, study = linear_case(seed, draws)
    looked = {"first": x[0], "second": x[1], "both": x[:2], "nothing": x[2], "study": study}
    return {"everything": value_of_all(benefit)} | {
        name: value_of_knowing(known(numbers, benefit), benefit, seed) for name, numbers in looked.items()}


@pytest.fixture(scope="module")
def repeats():
    """The case 120 times with other random numbers, 512 draws each."""
    found = [estimates(seed) for seed in range(120)]
    return {name: [one[name] for one in found] for name in TRUTH}


@pytest.mark.parametrize("name", TRUTH)
def test_normal_case_is_met_within_its_stated_error(name):
    """EVPI, EVPPI of one, of two and of a number without influence, and EVSI in 16,384 draws: within 3 standard errors."""
    found = estimates(20270101, 16384)[name]
    assert found.error_rp < 0.012
    assert abs(found.value_rp - TRUTH[name]) <= 3.0 * found.error_rp + 1e-12


@pytest.mark.parametrize("name", [name for name in TRUTH if name != "nothing"])
def test_the_stated_error_is_the_error(repeats, name):
    """The 95 % interval holds the truth in about 95 of 100 samples (five standard errors of 120 repeats: 85 to 100)."""
    inside = np.mean([one.low_rp <= TRUTH[name] <= one.high_rp for one in repeats[name]])
    assert 0.85 <= inside
    errors, spread = [one.error_rp for one in repeats[name]], np.std([one.value_rp for one in repeats[name]])
    assert 0.8 < np.mean(errors) / spread < 1.3


@pytest.mark.parametrize("name", TRUTH)
def test_no_bias_is_left(repeats, name):
    """The mean of 120 estimates is the truth within their own error."""
    values = np.array([one.value_rp for one in repeats[name]])
    assert abs(values.mean() - TRUTH[name]) <= 3.0 * values.std(ddof=1) / np.sqrt(len(values)) + 0.004


def test_the_bias_taken_off_is_the_bias_of_a_crowded_fit():
    """Twelve useless numbers beside the useful one: the plain estimate is too high, the corrected one less than half as much."""
    plain, corrected = [], []
    for seed in range(40):
        x, benefit, _ = linear_case(seed)
        useless = np.random.default_rng([seed, 1]).standard_normal((12, 512))
        found = value_of_knowing(known(np.concatenate([x[:1], useless]), benefit), benefit, seed)
        plain.append(found.value_rp + found.bias_rp)
        corrected.append(found.value_rp)
    too_high = np.mean(plain) - TRUTH["first"]
    assert too_high > 0.015
    assert abs(np.mean(corrected) - TRUTH["first"]) < 0.5 * too_high


def test_independent_noise_is_worth_nothing(repeats):
    """A number that nothing depends on: every interval holds 0, and the estimate is a hundredth of EVPI at most in the mean."""
    assert all(one.low_rp == 0.0 for one in repeats["nothing"])
    assert np.mean([one.value_rp for one in repeats["nothing"]]) < 0.01 * TRUTH["everything"]


def test_noise_that_ties_the_options_stays_within_its_error():
    """The hardest zero: two options of equal mean, where the smallest ripple of a fit changes the choice; 86 of 100 intervals hold it."""
    inside = []
    for seed in range(100):
        rng = np.random.default_rng(seed)
        benefit = np.stack([np.zeros(512), rng.standard_normal(512)])
        found = value_of_knowing(known(rng.standard_normal(512), benefit), benefit, seed)
        inside.append(found.low_rp == 0.0)
    assert np.mean(inside) >= 0.73  # 0.86 in the long run, less four standard errors


def test_known_nonlinear_case():
    """`sin^2` of one number against a constant, hidden behind another: `E[max(sin^2 pi u, 1/2)] - 1/2 = 1/(2 pi)`."""
    rng = np.random.default_rng(7)
    u, v = rng.random((2, 16384))
    benefit = np.stack([np.full(16384, 0.5), np.sin(np.pi * u) ** 2 + (v - 0.5)])
    found = value_of_knowing(known(u, benefit), benefit, 7)
    assert abs(found.value_rp - 0.5 / np.pi) <= 3.0 * found.error_rp
    assert found.error_rp < 0.005


def test_known_product_needs_both_numbers():
    """`x y` of two normal numbers is worth 0 to know by one and `E max(xy, 0) = 1/pi` by both."""
    rng = np.random.default_rng(11)
    x = rng.standard_normal((2, 16384))
    benefit = np.stack([np.zeros(16384), x[0] * x[1] + rng.standard_normal(16384)])
    both, one = (value_of_knowing(known(numbers, benefit), benefit, 11) for numbers in (x, x[0]))
    assert abs(both.value_rp - 1.0 / np.pi) <= 3.0 * both.error_rp
    assert one.low_rp == 0.0


def test_three_options_and_a_rank_scale():
    """Three options, and the same value when the number is written on a logarithmic scale: only ranks count."""
    rng = np.random.default_rng(3)
    x = rng.standard_normal(16384)
    benefit = np.stack([np.zeros(16384), x, -x - 0.3]) + 0.5 * rng.standard_normal((3, 16384))
    truth = unit_normal_loss(0.0, 1.0) + unit_normal_loss(-0.3, 1.0)  # max(0, x, -x - 0.3) = x+ + (-x - 0.3)+ less the overlap
    overlap = norm.expect(lambda z: np.maximum(z, 0) + np.maximum(-z - 0.3, 0) - np.maximum.reduce([0 * z, z, -z - 0.3]))
    plain, logged = (value_of_knowing(known(numbers, benefit), benefit, 3) for numbers in (x, np.exp(2.0 * x)))
    assert abs(overlap) < 1e-9
    assert abs(plain.value_rp - truth) <= 3.0 * plain.error_rp
    assert plain == logged


def test_same_seed_same_bits():
    """Value, error and bias are the same numbers again, and the seed of the redraws moves the error only a little."""
    x, benefit, _ = linear_case(1)
    first, again, other = (value_of_knowing(known(x[:2], benefit), benefit, seed) for seed in (5, 5, 6))
    assert first == again
    assert first != other
    assert first.error_rp == pytest.approx(other.error_rp, rel=0.3)


def test_a_weak_bend_does_not_break_the_error():
    """Diminishing returns, hidden behind noise four times as large, in samples of 1,024: a straight line would promise far too much.

    Benefit `1 - exp(-0.6 x) - 0.4` of a normal x: positive only beyond the root, where it stays below 0.6.
    """
    root = -np.log(0.6) / 0.6
    truth = norm.expect(lambda x: np.maximum(0.6 - np.exp(-0.6 * x), 0.0), lb=root)
    inside = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        x, noise = rng.standard_normal((2, 1024))
        benefit = np.stack([np.zeros(1024), 0.6 - np.exp(-0.6 * x) + 2.0 * noise])
        found = value_of_knowing(known(x, benefit), benefit, seed)
        inside.append(found.low_rp <= truth <= found.high_rp)
    assert np.mean(inside) >= 0.85
