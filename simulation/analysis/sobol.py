"""Sobol indices of any function of the unit cube: how much of a result's spread each input, or group of inputs, carries.

First order `S = E[f_B (f_AB - f_A)] / V` (Saltelli et al. 2010) is what an input carries on its own; total order
`T = E[(f_A - f_AB)^2] / 2V` (Jansen 1999) what it carries together with the others. `scipy.stats.sobol_indices` has the same
estimators (tests compare); what it lacks is groups of inputs and an interval that is the same at every call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

TRIAL = 16  # points tried first: the groups that change no bit in them are swapped all at once in the rest
AT_ONCE = 32_768  # points of one call, so that memory stays flat


@dataclass(frozen=True)
class Indices:
    """Indices of every output by every group of inputs.

    Attributes:
        names: groups.
        first, first_low, first_high: first order with its interval, (groups, outputs).
        total, total_low, total_high: total order with its interval, (groups, outputs).
        inert: groups that change no bit of the output at any point, (groups, outputs); their indices are exactly 0.
        resampled: first order in each resample, (resamples, groups, outputs).
        variance: of each output, (outputs,).
        n, runs: sample size and evaluations of the function.
    """

    names: tuple[str, ...]
    first: np.ndarray
    first_low: np.ndarray
    first_high: np.ndarray
    total: np.ndarray
    total_low: np.ndarray
    total_high: np.ndarray
    inert: np.ndarray
    resampled: np.ndarray
    variance: np.ndarray
    n: int
    runs: int


def sobol(function: Callable[[np.ndarray], np.ndarray], a: np.ndarray, b: np.ndarray, groups: Mapping[str, Sequence[int]], seed: int,
          confidence: float = 0.95, resamples: int = 1000) -> Indices:
    """Indices of a function with an interval from resampling the points.

    Args:
        function: points (inputs, m) -> outputs (outputs, m).
        a, b: two samples of the unit cube that know nothing of each other, (inputs, n) each.
        groups: name -> the inputs that belong to it; groups may overlap.
        seed: of the resampling.
        confidence: of the intervals (percentiles of `resamples` resamples).
    """
    n = a.shape[1]
    both = function(np.concatenate([a, b], axis=1))
    f_a, f_b = both[:, :n], both[:, n:]
    columns = [list(group) for group in groups.values()]
    f_ab, runs = _all_swapped(function, a, b, f_a, columns)
    inert = (f_ab == f_a).all(axis=2)
    return _with_intervals(tuple(groups), f_a, f_b, f_ab, inert, 2 * n + runs, seed, confidence, resamples)


def _all_swapped(function, a: np.ndarray, b: np.ndarray, f_a: np.ndarray, columns: list[list[int]]) -> tuple[np.ndarray, int]:
    """Outputs with each group swapped, (groups, outputs, points), and the evaluations it took.

    Groups that change nothing at the first points are swapped together at all others: if still no bit changes, none of them acts,
    and one evaluation of each point has shown it for all of them; if one does, each is evaluated by itself.
    """
    n = a.shape[1]
    first = min(TRIAL, n)
    tried = _swapped(function, a[:, :first], b[:, :first], columns)
    f_ab = np.repeat(f_a[None], len(columns), axis=0)
    f_ab[:, :, :first] = tried
    still = (tried == f_a[:, :first]).all(axis=(1, 2))
    alive, runs = list(range(len(columns))), len(columns) * first
    if first < n and still.sum() > 1:
        idle = sorted({c for group, quiet in zip(columns, still, strict=True) if quiet for c in group})
        runs += n - first
        if (_swapped(function, a[:, first:], b[:, first:], [idle])[0] == f_a[:, first:]).all():
            alive = np.flatnonzero(~still).tolist()
    if first < n and alive:
        f_ab[alive, :, first:] = _swapped(function, a[:, first:], b[:, first:], [columns[i] for i in alive])
    return f_ab, runs + len(alive) * (n - first)


def _swapped(function, a: np.ndarray, b: np.ndarray, columns: list[list[int]]) -> np.ndarray:
    """Outputs at the points of `a` with the columns of one group after the other from `b`, (groups, outputs, points)."""
    n, parts = a.shape[1], []
    several = max(1, AT_ONCE // n)
    for start in range(0, len(columns), several):
        some = columns[start:start + several]
        mixed = np.tile(a, (1, len(some)))
        for i, group in enumerate(some):
            mixed[group, i * n:(i + 1) * n] = b[group]
        parts.append(np.moveaxis(function(mixed).reshape(-1, len(some), n), 1, 0))
    return np.concatenate(parts)


def _with_intervals(names, f_a, f_b, f_ab, inert, runs: int, seed: int, confidence: float, resamples: int) -> Indices:
    """Indices are ratios of means over the points, so a resample is one product with its counts."""
    n, (groups, outputs) = f_a.shape[1], f_ab.shape[:2]
    middle = 0.5 * (f_a.mean(axis=1) + f_b.mean(axis=1))[:, None]
    f_a, f_b, f_ab = f_a - middle, f_b - middle, f_ab - middle
    terms = np.concatenate([(f_b * (f_ab - f_a)).reshape(groups * outputs, n), (0.5 * (f_a - f_ab) ** 2).reshape(groups * outputs, n)])
    moments = np.concatenate([0.5 * (f_a + f_b), 0.5 * (f_a**2 + f_b**2)])
    counts = np.random.default_rng([seed, 1]).multinomial(n, np.full(n, 1.0 / n), size=resamples)
    weights = np.concatenate([np.ones((1, n)), counts]) / n
    means = weights @ terms.T
    mean, square = np.split(weights @ moments.T, 2, axis=1)
    variance = np.tile(square - mean**2, (1, 2 * groups))
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.where(variance > 0.0, means / variance, 0.0).reshape(resamples + 1, 2, groups, outputs)
    tail = 50.0 * (1.0 - confidence)
    low, high = np.percentile(found[1:], (tail, 100.0 - tail), axis=0)
    (first, total), variance = found[0], variance[0, :outputs]
    return Indices(names, first, low[0], high[0], total, low[1], high[1], inert, found[1:, 0], variance, n, runs)
