"""Scores of forecasts against closed forms, brute-force integrals and simulated forecasters whose quality is known."""

import numpy as np
import pytest
from scipy.stats import kstest, norm

from simulation.analysis.scoring import (
    LEVELS,
    at,
    binomial_interval,
    coverage,
    crps,
    crps_normal,
    mean_over_waves,
    pit,
)


@pytest.mark.parametrize(("mean", "sd", "seen"), [(0.0, 1.0, 0.0), (88.0, 2.4, 91.3), (88.0, 2.4, 79.0), (70.0, 0.3, 70.1)])
def test_crps_of_many_draws_is_that_of_the_normal_within_monte_carlo_error(mean, sd, seen):
    """Forty ensembles of 2,000 draws: their mean lies within four standard errors of the closed form."""
    rng = np.random.default_rng(11)
    found = np.array([crps(rng.normal(mean, sd, 2000), seen) for _ in range(40)])
    # A finite ensemble is worse than its parent by half the mean difference over its size: E|X-X'| / (2 m).
    excess = 2.0 * sd / np.sqrt(np.pi) / 2.0 / 2000
    assert abs(found.mean() - excess - crps_normal(mean, sd, seen)) < 4.0 * found.std(ddof=1) / np.sqrt(40)


@pytest.mark.parametrize("seen", [81.0, 87.95, 88.0, 96.4])
def test_crps_is_the_integral_of_the_squared_distance_of_the_distributions(seen):
    """Integral of (F(x) - 1{x >= y})^2 on a fine grid, for an ensemble and for the normal."""
    members = np.random.default_rng(5).normal(88.0, 2.5, 99)
    x, step = np.linspace(60.0, 116.0, 1_120_001, retstep=True)
    middle = x[:-1] + step / 2
    after = middle >= seen
    steps = np.searchsorted(np.sort(members), middle, side="right") / len(members)
    assert crps(members, seen) == pytest.approx(np.sum((steps - after) ** 2) * step, abs=2e-4)
    assert crps_normal(88.0, 2.5, seen) == pytest.approx(np.sum((norm.cdf(middle, 88.0, 2.5) - after) ** 2) * step, abs=1e-5)


def test_99_quantiles_score_like_the_distribution_they_stand_for():
    """Storing 99 values costs less than a hundredth of the spread within two SD, a fiftieth beyond."""
    members = norm.ppf(LEVELS, 88.0, 2.5)
    for seen in np.linspace(80.0, 96.0, 33):
        near = abs(seen - 88.0) <= 2 * 2.5
        assert crps(members, seen) == pytest.approx(crps_normal(88.0, 2.5, seen), abs=(0.01 if near else 0.02) * 2.5)


def test_crps_needs_no_order_and_a_single_member_gives_the_error():
    """By hand: E|X - y| = 1, half of E|X - X'| = 0.5."""
    assert crps(np.array([3.0, 1.0]), 2.0) == crps(np.array([1.0, 3.0]), 2.0) == 0.5
    assert crps(np.array([5.0]), 3.0) == 2.0 and crps_normal(5.0, 0.0, 3.0) == 2.0


def perfect(count, spread=1.0, seed=2):
    """PIT and band hits of a forecaster that knows the truth's distribution, its bands `spread` times as wide."""
    rng = np.random.default_rng(seed)
    centre, sd = rng.normal(85.0, 3.0, count), rng.uniform(1.0, 4.0, count)
    seen = rng.normal(centre, sd)
    members = norm.ppf(LEVELS)[None] * sd[:, None] * spread + centre[:, None]
    hits = [at(m, 0.05) <= y <= at(m, 0.95) for m, y in zip(members, seen, strict=True)]
    halves = [at(m, 0.25) <= y <= at(m, 0.75) for m, y in zip(members, seen, strict=True)]
    return np.array(hits), np.array(halves), np.array([pit(m, y) for m, y in zip(members, seen, strict=True)])


def test_a_perfect_forecaster_covers_what_it_promises_and_its_pit_is_uniform():
    """4,000 repetitions: 90 +- 3 % and 50 +- 3 % inside, Kolmogorov's test does not object."""
    hits, halves, values = perfect(4000)
    assert abs(hits.mean() - 0.90) < 0.03 and abs(halves.mean() - 0.50) < 0.03
    assert kstest(values, "uniform").pvalue > 0.01
    assert coverage(hits, np.arange(4000), 0.9).verdict == "agrees"


@pytest.mark.parametrize(("spread", "verdict"), [(0.6, "too narrow"), (1.8, "too wide")])
def test_a_forecaster_with_wrong_bands_is_found_out(spread, verdict):
    """200 waves are enough for bands of 0.6 or 1.8 times the right width."""
    hits, _, values = perfect(200, spread)
    assert coverage(hits, np.arange(200), 0.9).verdict == verdict
    assert kstest(values, "uniform").pvalue < 0.01


def test_few_waves_cannot_tell_a_coverage():
    """Nine of ten is what a 90 % band promises, and what a 60 % band may show; units of one wave add nothing."""
    nine = np.array([True] * 9 + [False])
    assert coverage(nine, np.arange(10), 0.9).verdict == "cannot tell"
    one_wave = coverage(np.array([True] * 40 + [False] * 6), np.zeros(46), 0.9)
    assert one_wave.verdict == "cannot tell" and one_wave.waves == 1 and one_wave.pairs == 46


def test_the_binomial_interval_is_clopper_and_pearsons():
    """Published values for 9 of 10, and the closed form for 10 of 10."""
    assert binomial_interval(9, 10) == pytest.approx((0.5550, 0.9975), abs=1e-4)
    assert binomial_interval(10, 10) == pytest.approx((0.025 ** (1 / 10), 1.0))
    single = coverage(np.array([True] * 9 + [False]), np.arange(10), 0.9)
    assert (single.low, single.high) == pytest.approx(binomial_interval(9, 10))


def test_the_coverage_interval_holds_when_units_of_a_wave_err_together():
    """30 waves of 20 units with a common shock: the interval covers the true share in 93 % or more of 500 repetitions."""
    rng = np.random.default_rng(8)
    wave, held, naive = np.repeat(np.arange(30), 20), 0, 0
    half = norm.ppf(0.95)
    for _ in range(500):
        error = np.sqrt(0.5) * np.repeat(rng.standard_normal(30), 20) + np.sqrt(0.5) * rng.standard_normal(600)
        found = coverage(np.abs(error) < half, wave, 0.9)
        held += found.low <= 0.9 <= found.high
        low, high = binomial_interval(found.inside, 600)
        naive += low <= 0.9 <= high
    assert held >= 0.93 * 500
    assert naive < 0.85 * 500  # counting every unit as one piece of evidence would promise too much


def test_the_interval_of_a_bias_holds():
    """Six waves with ten units each: 95 +- 2.5 % over 2,000 repetitions, and one wave gives no interval."""
    rng = np.random.default_rng(4)
    wave, held = np.repeat(np.arange(6), 10), 0
    for _ in range(2000):
        found = mean_over_waves(np.repeat(rng.standard_normal(6), 10) + rng.standard_normal(60) + 0.7, wave)
        held += found.low <= 0.7 <= found.high
    assert abs(held / 2000 - 0.95) < 0.025
    alone = mean_over_waves(np.ones(10), np.zeros(10))
    assert np.isnan(alone.low) and alone.sign == 0
