"""Figures of a ticket log with their intervals: tickets of one day share its troubles, so days are the clusters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

LEVEL = 0.95
YEAR = 365.25
_GAP = 31  # days without a ticket that end a stretch of the log
_STRETCH = 0.02  # of all tickets; a stretch with less is a typing error in the date, not a part of the log


@dataclass(frozen=True)
class Measure:
    """A figure with its 95 % interval and the number of tickets it rests on."""

    value: float
    low: float
    high: float
    n: int


def clustered(value: float, influence: np.ndarray, cluster: np.ndarray, low: float = 0.0, high: float = np.inf) -> Measure:
    """A figure with the interval `value +- t * se`, the standard error from sums over clusters.

    Args:
        influence: how much each ticket moves the figure (sums to zero), (n,).
        cluster: number of each ticket's day, (n,); with a single day every ticket is a cluster of its own.
        low, high: limits that the figure cannot pass.
    """
    _, code = np.unique(cluster, return_inverse=True)
    sums = np.bincount(code, influence) if code.max() > 0 else influence
    if len(sums) < 2:
        return Measure(value, low, high, len(influence))
    error = np.sqrt(len(sums) / (len(sums) - 1) * np.sum(sums**2))
    reach = student.ppf(0.5 + LEVEL / 2.0, len(sums) - 1) * error
    return Measure(value, float(max(low, value - reach)), float(min(high, value + reach)), len(influence))


def mean(values: np.ndarray, day: np.ndarray, high: float = np.inf) -> Measure:
    """Mean of the tickets."""
    middle = float(values.mean())
    return clustered(middle, (values - middle) / len(values), day, high=high)


def squared_variation(values: np.ndarray, day: np.ndarray) -> Measure:
    """Squared coefficient of variation, `var / mean^2`; its interval by the delta method."""
    first, second = values.mean(), (values**2).mean()
    influence = ((values**2 - second) / first**2 - 2.0 * second / first**3 * (values - first)) / len(values)
    return clustered(float(second / first**2 - 1.0), influence, day)


def percentile(values: np.ndarray, share: float, day: np.ndarray) -> Measure:
    """A percentile with Woodruff's interval (1952): that of the share below it, read off the sorted values."""
    value = float(np.quantile(values, share))
    below = clustered(share, ((values <= value) - np.mean(values <= value)) / len(values), day, high=1.0)
    low, high = np.quantile(values, [below.low, below.high])
    return Measure(value, float(low), float(high), len(values))


def main_stretches(days: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which tickets lie in the stretches of time that the log covers, and every day of those stretches.

    A stretch ends where no ticket is dated for more than a month; one with under 2 % of the tickets is not covered.
    """
    distinct, counts = np.unique(days, return_counts=True)
    stretch = np.cumsum(np.diff(distinct, prepend=distinct[0]) > _GAP)
    kept = np.bincount(stretch, counts) >= _STRETCH * counts.sum()
    covered = [np.arange(distinct[stretch == s][0], distinct[stretch == s][-1] + 1) for s in np.flatnonzero(kept)]
    covered = np.concatenate(covered)
    return np.isin(days, covered), covered


def every_weekday_twice(covered: np.ndarray) -> bool:
    """Whether days are enough for a volume of a year: with less nothing says how much days differ."""
    return bool(np.bincount(covered % 7, minlength=7).min() >= 2)


def per_year(days: np.ndarray, covered: np.ndarray) -> Measure | None:
    """Tickets in a full year: the mean of each weekday times the weeks of a year; None if a weekday is not covered twice.

    A log that starts on a Monday and ends on a Friday is not read as if weekends did not exist. The interval is of the day-to-day
    differences within weekdays, never less than what mere chance gives; it knows nothing of seasons that the log does not cover.

    Args:
        days: day of each ticket, (n,); covered: all days that the log covers.
    """
    if not every_weekday_twice(covered):
        return None
    counts = np.bincount(np.searchsorted(covered, days), minlength=len(covered))
    weeks, total, variance = YEAR / 7.0, 0.0, 0.0
    for weekday in range(7):
        of_day = counts[covered % 7 == weekday]
        total += of_day.mean()
        variance += max(of_day.var(ddof=1), of_day.mean()) / len(of_day)
    reach = student.ppf(0.5 + LEVEL / 2.0, len(covered) - 7) * np.sqrt(variance)
    return Measure(float(weeks * total), float(weeks * max(0.0, total - reach)), float(weeks * (total + reach)), len(days))


def peak(second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Clock hours that are open and, among them, busy; both (24,).

    Open is an hour with at least 1 % of the arrivals; busy an open hour with more than the mean of the open hours.
    """
    counts = np.bincount(np.minimum(second // 3600, 23), minlength=24)
    is_open = counts >= 0.01 * counts.sum()
    return is_open, is_open & (counts > counts[is_open].mean())


def gaps(day: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Times between consecutive arrivals of a day, and their days; time runs faster in the busy hours and not at all in closed ones.

    The model loads its counters by a busy and a quiet part of the day already, so that mornings are fuller than afternoons must
    not count as irregularity once more: an hour is as long as the arrivals that its part of the day brings.
    """
    is_open, busy = peak(second)
    hour = np.minimum(second // 3600, 23)
    counts = np.bincount(hour, minlength=24)
    length = np.zeros(24)
    for part in (busy, is_open & ~busy):
        length[part] = counts[part].sum() / max(part.sum(), 1)
    start = np.concatenate([[0.0], np.cumsum(length)[:-1]])
    order = np.lexsort((second, day))
    day, hour, second = day[order], hour[order], second[order]
    clock = start[hour] + length[hour] * (second % 3600) / 3600.0
    same = np.diff(day) == 0
    return np.diff(clock)[same], day[1:][same]
