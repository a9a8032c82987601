"""Do people agree, and would another handful of people have said the same: the statistics behind the needs.

Everything is drawn from an explicit seed and computed on sorted rows, so that neither the order of a file nor the
machine changes a bit of the result.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2, rankdata

LOW, HIGH = 0.05, 0.95  # ends of the 90 % interval that every result of the workbook shows
_BLOCK = 4_000_000  # counts held at once while resampling, 32 MB


def bootstrap_counts(strata: np.ndarray, draws: int, seed: int):
    """How much each person counts when every stratum is sampled again with replacement.

    Of n people n - 1 are drawn and count n / (n - 1) each (Rao and Wu 1988, Journal of the American Statistical Association
    83, 231-241): drawing n would understate the variance of a mean by the factor (n - 1) / n, a fifth in a group of five.

    Args:
        strata: stratum of each person, (people,), sorted.
        draws: how many samples.
        seed: of this generator alone.

    Yields:
        slice of the people of one stratum, slice of the draws, weights (draws of the block, people of the stratum).
    """
    names, starts = np.unique(strata, return_index=True)
    ends = [*starts[1:], len(strata)]
    for stream, start, end in zip(np.random.SeedSequence(seed).spawn(len(names)), starts, ends, strict=True):
        rng, n = np.random.default_rng(stream), int(end - start)
        step, drawn = max(1, _BLOCK // n), max(n - 1, 1)
        for first in range(0, draws, step):
            size = min(step, draws - first)
            yield slice(start, end), slice(first, first + size), rng.multinomial(drawn, np.full(n, 1.0 / n), size=size) * (n / drawn)


def resampled_sums(values: np.ndarray, strata: np.ndarray, draws: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Sums and counts of what the people answered, in every bootstrap sample and stratum.

    Args:
        values: answers, (people, questions); NaN where somebody did not answer.
        strata: as in `bootstrap_counts`; numbered 0, 1, 2 ... without gaps.

    Returns:
        sums and numbers of answers, both (draws, strata, questions).
    """
    names = np.unique(strata)
    answered = ~np.isnan(values)
    filled = np.where(answered, values, 0.0)
    sums = np.zeros((draws, len(names), values.shape[1]))
    counts = np.zeros_like(sums)
    for people, block, drawn in bootstrap_counts(strata, draws, seed):
        stratum = int(strata[people.start])
        sums[block, stratum] = drawn @ filled[people]
        counts[block, stratum] = drawn @ answered[people].astype(float)
    return sums, counts


def bootstrap_means(values: np.ndarray, draws: int, seed: int) -> np.ndarray:
    """Mean of each question in every bootstrap sample of one group of people, (draws, questions)."""
    sums, counts = resampled_sums(values, np.zeros(len(values), dtype=int), draws, seed)
    return np.divide(sums[:, 0], counts[:, 0], out=np.full_like(sums[:, 0], np.nan), where=counts[:, 0] > 0)


def interval(draws: np.ndarray, low: float = LOW, high: float = HIGH) -> tuple[np.ndarray, np.ndarray]:
    """Percentile interval over the first axis; draws without an answer are left out."""
    with np.errstate(all="ignore"):
        ends = np.nanquantile(draws, (low, high), axis=0)
    return ends[0], ends[1]


def ranks(scores: np.ndarray) -> np.ndarray:
    """Ranks along the last axis, 1 for the largest; equal scores share the mean of their ranks."""
    return rankdata(-np.round(scores, 9), axis=-1)


@dataclass(frozen=True)
class Agreement:
    """How far several judges put the same things in the same order.

    Attributes:
        w: Kendall's coefficient of concordance, 0 (no agreement) to 1 (the same order); corrected for ties.
        judges, items: how many judged how many.
        chi_square, p_chi_square: `m (n - 1) W` against chi-square with n - 1 degrees of freedom; rough for few judges.
        p_permutation: share of random orders that agree at least as well; exact up to the number of permutations.
        chance: 5 and 95 % ends of W when all orders are random.
        low, high: 90 % bootstrap interval by respondents; None where the judges are themselves all there is.
    """

    w: float
    judges: int
    items: int
    chi_square: float
    p_chi_square: float
    p_permutation: float
    chance: tuple[float, float]
    low: float | None = None
    high: float | None = None


def kendall_w(ranking: np.ndarray) -> np.ndarray:
    """Kendall's W with the correction for ties (Kendall and Babington Smith 1939; Siegel and Castellan 1988, ch. 9).

        W = 12 S / (m^2 (n^3 - n) - m sum_j T_j),   S = sum_i (R_i - mean R)^2,   T_j = sum over ties (t^3 - t)

    Args:
        ranking: mid-ranks, (..., judges m, items n).

    Returns:
        W, (...,); 1 where every judge ties everything, since nobody then disagrees with anybody.

    >>> float(kendall_w(np.array([[1, 2, 3], [1, 2, 3]])))
    1.0
    """
    ranking = np.asarray(ranking, dtype=float)
    judges, items = ranking.shape[-2:]
    total = ranking.sum(axis=-2)
    spread = ((total - total.mean(axis=-1, keepdims=True)) ** 2).sum(axis=-1)
    # sum of (t^3 - t) over groups of ties = n^3 - n - 12 x sum of squared deviations of the mid-ranks of one judge
    own = ((ranking - (items + 1) / 2) ** 2).sum(axis=-1)
    largest = judges * own.sum(axis=-1)
    return np.divide(spread, largest, out=np.ones_like(spread), where=largest > 1e-12)


def agreement(ranking: np.ndarray, draws: int, seed: int, resampled: np.ndarray | None = None) -> Agreement | None:
    """Kendall's W of a ranking with its tests and intervals; None for fewer than two judges or items.

    Args:
        ranking: mid-ranks, (judges, items).
        draws: random permutations of every judge's order.
        resampled: the same ranking in every bootstrap sample, (draws, judges, items), for the interval.
    """
    judges, items = ranking.shape
    if judges < 2 or items < 2:
        return None
    w = float(kendall_w(ranking))
    chi_square = judges * (items - 1) * w
    rng = np.random.default_rng(seed)
    ordered = np.sort(ranking, axis=1)  # the judges' order must not matter, so they are sorted too
    ordered = ordered[np.lexsort(ordered.T[::-1])]
    shuffled = rng.permuted(np.broadcast_to(ordered, (draws, judges, items)), axis=-1)
    random = kendall_w(shuffled)
    p_permutation = (1 + int((random >= w - 1e-12).sum())) / (1 + draws)
    chance = tuple(float(end) for end in interval(random))
    ends = (None, None) if resampled is None else tuple(float(e) for e in interval(kendall_w(resampled)))
    return Agreement(w, judges, items, chi_square, float(chi2.sf(chi_square, items - 1)), p_permutation, chance, *ends)
