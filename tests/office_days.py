"""Offices simulated visit by visit and case by case, to hold the closed forms of the model against.

Nothing here is taken from `simulation`: an independent reading of the same description, many days side by side.
"""

from typing import NamedTuple

import numpy as np


class Days(NamedTuple):
    """What many days at one counter brought.

    Attributes:
        minutes: mean from number to finish of those served. error: its standard error, days being independent.
        within: share of those served who took no longer than the standard. turned_away: share of all visits.
    """

    minutes: float
    error: float
    within: float
    turned_away: float


def spread(rng, cv2: float, size) -> np.ndarray:
    """Positive numbers of mean 1 and squared coefficient of variation `cv2`: exponential at 1, else log-normal."""
    if cv2 == 1.0:
        return rng.exponential(size=size)
    sigma = np.sqrt(np.log1p(cv2))
    return np.exp(sigma * rng.standard_normal(size) - 0.5 * sigma**2)


def at_a_counter(desks: int, minutes: float, visits: float, peak_share: float, peak_hours: float, hours: float, standard: float,
                 service_cv2: float = 1.0, arrival_cv2: float = 1.0, limit: float = 2.0, days: int = 4000, seed: int = 0) -> Days:
    """Days that begin with idle desks: first come first served, whoever would wait beyond the limit leaves, whoever holds a number is served.

    Args:
        visits: mean number a day, a share `peak_share` of them in the first `peak_hours`. limit: hours.
        seed: the same seed gives the same arrivals and the same draws of service, whatever `minutes`.
    """
    rng = np.random.default_rng(seed)
    most = int(visits + 6.0 * np.sqrt(visits * max(arrival_cv2, 1.0)) + 10.0)
    gaps = spread(rng, arrival_cv2, (days, most))
    count = np.cumsum(gaps, axis=1) - (0.0 if arrival_cv2 == 1.0 else gaps[:, :1] * rng.random((days, 1)))
    service = spread(rng, service_cv2, (days, most)) * minutes / 60.0
    busy = visits * peak_share
    arrive = np.where(count < busy, count / busy * peak_hours, peak_hours + (count - busy) / (visits - busy) * (hours - peak_hours))
    comes = count < visits
    free, day = np.zeros((days, desks)), np.arange(days)
    stay, left = np.full((days, most), np.nan), np.zeros((days, most), dtype=bool)
    for k in range(most):
        desk = free.argmin(axis=1)
        start = np.maximum(arrive[:, k], free[day, desk])
        wait = start - arrive[:, k]
        served = comes[:, k] & (wait <= limit)
        left[:, k] = comes[:, k] & ~served
        stay[served, k] = 60.0 * (wait + service[:, k])[served]
        free[day[served], desk[served]] = (start + service[:, k])[served]
    served = ~np.isnan(stay)
    mean = stay[served].mean()
    error = np.std(np.nansum(stay, axis=1) - mean * served.sum(axis=1)) / served.sum(axis=1).mean() / np.sqrt(days)
    return Days(mean, error, float((stay[served] <= standard).mean()), float(left.sum() / comes.sum()))


def in_the_back_office(load: float, longest: float, cases: float = 10.0, days: int = 245 * 5, runs: int = 200, seed: int = 0) -> tuple[float, float]:
    """Mean backlog in the last year, days of work, and share of all cases refused, when cases of random size come at random.

    Args:
        load: work that comes in over what a day can do. longest: days of work from which on cases are refused. cases: done a day at full work.
    """
    rng = np.random.default_rng(seed)
    backlog, seen, refused = np.zeros(runs), [], []
    for _ in range(days):
        came = rng.poisson(load * cases, runs)
        asked = np.maximum(backlog + rng.gamma(np.maximum(came, 1e-12)) / cases - 1.0, 0.0)
        backlog = np.minimum(asked, longest)
        seen.append(backlog.mean())
        refused.append((asked - backlog).mean())
    return float(np.mean(seen[-245:])), float(np.mean(refused) / load)
