"""Sobol indices of functions whose indices are known, through the estimator that the model uses."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import sobol_indices, uniform

from simulation import draws
from simulation.analysis.sobol import sobol


def ishigami(points):
    """sin x1 + 7 sin^2 x2 + 0.1 x3^4 sin x1 on (-pi, pi)^3 (Ishigami and Homma 1990)."""
    x = np.pi * (2.0 * points - 1.0)
    return (np.sin(x[0]) + 7.0 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0]))[None]


ISHIGAMI = {"first": [0.3139, 0.4424, 0.0], "total": [0.5576, 0.4424, 0.2437]}
N = 65_536
A = np.array([0.0, 1.0, 4.5, 9.0, 99.0, 99.0])


def g_function(points):
    """Product of (|4 x - 2| + a) / (1 + a) (Sobol 1998)."""
    a = A[:, None]
    return np.prod((np.abs(4.0 * points - 2.0) + a) / (1.0 + a), axis=0)[None]


def g_indices():
    """First and total order of the g-function in closed form."""
    part = 1.0 / 3.0 / (1.0 + A) ** 2
    whole = np.prod(1.0 + part) - 1.0
    return part / whole, part * np.prod(1.0 + part) / (1.0 + part) / whole


def alone(count):
    """Each input a group of its own."""
    return {str(i): [i] for i in range(count)}


def indices(function, inputs, groups, n, seed, resamples=20):
    """Of two samples drawn as the model draws its own: the same names under two seeds."""
    a, b = (draws.points(tuple(map(str, range(inputs))), n, one).u for one in (2 * seed, 2 * seed + 1))
    return sobol(function, a, b, groups, seed, resamples=resamples)


def test_ishigami():
    """First and total order within 0.02 at 65,536 points: the two samples meet by chance, so the error falls with the square root."""
    found = indices(ishigami, 3, alone(3), N, seed=1)
    assert np.allclose(found.first[:, 0], ISHIGAMI["first"], atol=0.02)
    assert np.allclose(found.total[:, 0], ISHIGAMI["total"], atol=0.02)


def test_g_function():
    """First and total order of six inputs within 0.02 at 65,536 points."""
    first, total = g_indices()
    found = indices(g_function, 6, alone(6), N, seed=2)
    assert np.allclose(found.first[:, 0], first, atol=0.02) and np.allclose(found.total[:, 0], total, atol=0.02)


def test_the_same_figures_as_scipy():
    """The estimators are those of `scipy.stats.sobol_indices`, on the same outputs to 1e-10."""
    kept = []

    def watched(points):
        kept.append(ishigami(points))
        return kept[-1]

    n = 64
    found = indices(watched, 3, alone(3), n, seed=3)
    f_a, f_b = kept[0][:, :n], kept[0][:, n:]
    f_ab = np.concatenate([kept[1].reshape(1, 3, -1), kept[2].reshape(1, 3, -1)], axis=2).swapaxes(0, 1)
    theirs = sobol_indices(func={"f_A": f_a, "f_B": f_b, "f_AB": f_ab}, n=n, dists=[uniform()] * 3)
    assert np.allclose(found.first[:, 0], theirs.first_order, atol=1e-10) and np.allclose(found.total[:, 0], theirs.total_order, atol=1e-10)


def test_groups_carry_what_their_members_carry_together():
    """x1 and x3 of Ishigami together carry all that x2 does not; everything together carries everything."""
    found = indices(ishigami, 3, {"1 and 3": [0, 2], "2": [1], "all": [0, 1, 2]}, N, seed=4)
    assert found.first[0, 0] == pytest.approx(0.5576, abs=0.02) and found.total[0, 0] == pytest.approx(0.5576, abs=0.02)
    assert found.first[2, 0] == pytest.approx(1.0, abs=0.02) and found.total[2, 0] == pytest.approx(1.0, abs=0.02)


def test_intervals_cover_the_known_indices():
    """95 % intervals at 256 points hold the true index in at least 93 % of 300 samples of the g-function (95 and 97 % were found)."""
    first, total = g_indices()
    inside = np.zeros(2)
    for seed in range(300):
        found = indices(g_function, 6, alone(6), 256, seed=seed, resamples=400)
        inside += [np.mean((found.first_low[:, 0] <= first) & (first <= found.first_high[:, 0])),
                   np.mean((found.total_low[:, 0] <= total) & (total <= found.total_high[:, 0]))]
    assert np.all(inside / 300 >= 0.93), inside / 300


def test_an_input_that_changes_nothing_is_exactly_zero():
    """Two of them cost one evaluation of each point together, which shows it at all points."""
    counted = []

    def ignoring(points):
        counted.append(points.shape[1])
        return points[0][None]

    found = indices(ignoring, 3, alone(3), 1024, seed=1)
    assert found.inert[:, 0].tolist() == [False, True, True] and found.total[1, 0] == found.total_high[1, 0] == 0.0
    assert sum(counted) == found.runs == 2 * 1024 + 1024 + 2 * 16 + 1008


def test_an_input_that_acts_in_few_futures_only_is_not_called_inert():
    """One future in a thousand is enough, though none of the first 256 points shows it; the other output stays exactly zero."""
    def seldom(points):
        return np.stack([points[0] + (points[1] > 0.999) * 50.0, points[0]])

    found = indices(seldom, 3, alone(3), 1024, seed=1)
    assert found.inert.tolist() == [[False, False], [False, True], [True, True]]
    assert found.total[1, 0] > 0.9 and found.total_high[1, 1] == 0.0


def test_first_orders_never_sum_above_the_whole_and_total_orders_never_below():
    """Within error, on a function with interactions."""
    found = indices(g_function, 6, alone(6), N, seed=6)
    assert found.first.sum() <= 1.0 + 0.01 and found.total.sum() >= 1.0 - 0.01


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0.1, 5.0), min_size=3, max_size=3), st.integers(0, 99))
def test_without_interactions_first_and_total_order_are_the_share_of_the_variance(weights, seed):
    """Property of every sum: both orders are weight squared over the sum of squares."""
    found = indices(lambda points: (np.array(weights) @ points)[None], 3, alone(3), 16_384, seed, resamples=2)
    shares = np.square(weights) / np.square(weights).sum()
    assert np.allclose(found.first[:, 0], shares, atol=0.05) and np.allclose(found.total[:, 0], shares, atol=0.05)


def test_the_same_seed_gives_the_same_bits():
    """Points and intervals."""
    one, two = (indices(ishigami, 3, alone(3), 64, seed=9) for _ in range(2))
    assert np.array_equal(one.total_low, two.total_low) and np.array_equal(one.first, two.first)
