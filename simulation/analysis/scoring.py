"""How good a forecast was: its error, whether the band held, and the CRPS that rewards a band for being narrow and right.

Numbers only. A forecast is a set of members: `MEMBERS` values at the levels 1/100 ... 99/100 of what it expects.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr
from scipy.stats import beta, t

MEMBERS = 99  # the 5, 25, 50, 75 and 95 % quantiles are then members themselves
LEVELS = np.arange(1, MEMBERS + 1) / (MEMBERS + 1)
CONFIDENCE = 0.95  # of every interval in this file
TELLING_WIDTH = 0.2  # an interval for a coverage that is wider than this tells nothing about the band


def crps(members: np.ndarray, observed: float) -> float:
    """Continuous ranked probability score of an ensemble, in the unit of the values; smaller is better, 0 is perfect.

    `E|X - y| - 0.5 E|X - X'|` with X and X' drawn from the members: exact for the distribution that they are
    (Gneiting and Raftery 2007, equation 21). For a single member it is the absolute error.

    >>> crps(np.array([1.0, 3.0]), 2.0), crps(np.array([5.0]), 3.0)
    (0.5, 2.0)
    """
    x = np.sort(np.asarray(members, dtype=float))
    m = len(x)
    pairs = float(np.sum((2.0 * np.arange(1, m + 1) - m - 1.0) * x)) / m**2
    return float(np.mean(np.abs(x - observed))) - pairs


def crps_normal(mean: float, sd: float, observed: float) -> float:
    """CRPS of a normal forecast (Gneiting and Raftery 2007, equation 22); the absolute error when `sd` is 0.

    >>> round(crps_normal(0.0, 1.0, 0.0), 4)
    0.2337
    """
    if sd == 0.0:
        return abs(observed - mean)
    z = (observed - mean) / sd
    density = np.exp(-0.5 * z * z) / np.sqrt(2.0 * np.pi)
    return float(sd * (z * (2.0 * ndtr(z) - 1.0) + 2.0 * density - 1.0 / np.sqrt(np.pi)))


def pit(members: np.ndarray, observed: float) -> float:
    """Probability that the forecast gave to a value below the observed one; uniform when forecasts are calibrated.

    Between members it is interpolated; beyond the outermost ones it is the middle of the tail that is left.
    """
    tail = 0.5 / (MEMBERS + 1)
    return float(np.interp(observed, np.sort(members), LEVELS, left=tail, right=1.0 - tail))


def at(members: np.ndarray, level: float) -> float:
    """The quantile of a forecast at a level between 0.01 and 0.99."""
    return float(np.interp(level, LEVELS, np.sort(members)))


@dataclass(frozen=True)
class Coverage:
    """How often a band held.

    Attributes:
        nominal: how often it should, 0 to 1.
        inside, pairs, waves: what was counted.
        low, high: interval for the true share, see `coverage`.
        verdict: "too narrow", "too wide", "agrees" or "cannot tell".
    """

    nominal: float
    inside: int
    pairs: int
    waves: int
    low: float
    high: float
    verdict: str


def coverage(inside: np.ndarray, wave: np.ndarray, nominal: float) -> Coverage:
    """Count how often a band held, with a binomial interval that knows that units of one wave err together.

    Clopper and Pearson's interval at the effective count of Korn and Graubard (1998), `p (1 - p) / v`, where v is the
    variance between waves, reduced for few waves. Where v says nothing (a single wave; all in or all out) the waves
    are the count. With one pair a wave it is the plain Clopper-Pearson interval, except where all are in or out, when
    it is the same one too.

    Args:
        inside: whether the band held, (pairs,) of bool; at least one.
        wave: the wave each pair belongs to, (pairs,).
        nominal: what the band promises.
    """
    inside = np.asarray(inside, dtype=float)
    names, group = np.unique(np.asarray(wave), return_inverse=True)
    pairs, waves, share = len(inside), len(names), float(inside.mean())
    between = float(np.sum(np.bincount(group, inside - share) ** 2)) / pairs**2
    count = float(waves)
    if waves > 1 and between > 0.0:
        few = t.ppf(0.5 + CONFIDENCE / 2, pairs - 1) / t.ppf(0.5 + CONFIDENCE / 2, waves - 1)
        count = max(1.0, min(float(pairs), share * (1.0 - share) / between) * few**2)
    low, high = binomial_interval(share * count, count)
    verdict = ("too wide" if low > nominal else "too narrow" if high < nominal else
               "agrees" if high - low <= TELLING_WIDTH else "cannot tell")
    return Coverage(nominal, int(inside.sum()), pairs, waves, low, high, verdict)


def binomial_interval(successes: float, count: float) -> tuple[float, float]:
    """Clopper and Pearson's exact interval for a share.

    >>> [round(v, 3) for v in binomial_interval(9, 10)]
    [0.555, 0.997]
    """
    tail = (1.0 - CONFIDENCE) / 2
    low = float(beta.ppf(tail, successes, count - successes + 1)) if successes > 0 else 0.0
    high = float(beta.ppf(1 - tail, successes + 1, count - successes)) if successes < count else 1.0
    return low, high


@dataclass(frozen=True)
class Mean:
    """A mean over the waves with its interval; `low` and `high` are NaN when there are fewer than two waves."""

    value: float
    low: float
    high: float

    @property
    def sign(self) -> int:
        """1 or -1 when the interval is on one side of zero, else 0: cannot tell."""
        return int(self.low > 0) - int(self.high < 0)


def mean_over_waves(values: np.ndarray, wave: np.ndarray) -> Mean:
    """Mean of the waves' means; its t interval treats a wave, not a unit, as one piece of evidence."""
    names, group = np.unique(np.asarray(wave), return_inverse=True)
    means = np.bincount(group, values) / np.bincount(group)
    middle = float(means.mean())
    if len(names) < 2:
        return Mean(middle, float("nan"), float("nan"))
    half = float(t.ppf(0.5 + CONFIDENCE / 2, len(names) - 1) * means.std(ddof=1) / np.sqrt(len(names)))
    return Mean(middle, middle - half, middle + half)
