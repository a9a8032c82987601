"""Which scenario is preferred at which willingness to pay: exact, because the expected net benefit is a straight line in it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from simulation.analysis.futures import Futures

UP_TO_RP = 200e9  # rupiah per IKM point: how far the table goes unless the stated willingness needs more


@dataclass(frozen=True)
class Stretch:
    """A stretch of willingness to pay with one preferred scenario, rupiah per IKM point.

    Attributes:
        from_rp, to_rp: where it begins and ends.
        low_rp, high_rp: 90 % interval of `from_rp` from the finite number of futures; infinite where they cannot tell.
        preferred: short name of the scenario.
        gain: its expected IKM above the baseline. cost_rp: its expected cost.
    """

    from_rp: float
    to_rp: float
    low_rp: float
    high_rp: float
    preferred: str
    gain: float
    cost_rp: float


def frontier(futures: Futures, willingness_rp: float, z: float) -> tuple[Stretch, ...]:
    """Preferred scenario from 0 to `UP_TO_RP`, or to twice the stated willingness.

    The interval of a change between two scenarios is Fieller's for the ratio of extra cost to extra IKM.
    """
    top = max(UP_TO_RP, 2.0 * willingness_rp)
    gain, cost = (futures.ikm - futures.ikm[0]).mean(axis=1), futures.cost_rp.mean(axis=1)
    found, at = [], 0.0
    best = int(np.argmin(cost - 1e-6 * gain))  # at nothing for a point the cheapest, of equally cheap ones the better
    low = high = 0.0
    while True:
        step, other = _next(gain, cost, best, at)
        end = min(step, top)
        found.append(Stretch(at, end, low, high, futures.keys[best], float(gain[best]), float(cost[best])))
        if step >= top:
            return tuple(found)
        low, high = fieller(futures.cost_rp[other] - futures.cost_rp[best], futures.ikm[other] - futures.ikm[best], z)
        at, best = step, other


def _next(gain: np.ndarray, cost: np.ndarray, best: int, at: float) -> tuple[float, int]:
    """Where the next scenario overtakes, and which: the steepest of those that do so first."""
    better = [k for k in range(len(gain)) if gain[k] > gain[best]]
    if not better:
        return math.inf, best
    where = {k: max(at, float((cost[k] - cost[best]) / (gain[k] - gain[best]))) for k in better}
    return min((w, -gain[k], k) for k, w in where.items())[0::2]


def fieller(above: np.ndarray, below: np.ndarray, z: float) -> tuple[float, float]:
    """Interval of the ratio of two means from paired draws, not below 0 (Fieller 1954); infinite above where the
    second mean is not told from zero.

    >>> low, high = fieller(np.array([2.0, 2.0, 2.0]), np.array([1.0, 1.0, 1.0]), 1.64)
    >>> low, high
    (2.0, 2.0)
    """
    n = len(above)
    c, g = float(above.mean()), float(below.mean())
    if n < 2:
        return 0.0, math.inf
    cc, cg, _, gg = (np.cov(above, below) / n).reshape(-1).tolist()
    a, b, d = g * g - z * z * gg, c * g - z * z * cg, c * c - z * z * cc
    if a <= 0.0:
        return 0.0, math.inf
    root = math.sqrt(max(b * b - a * d, 0.0))
    return max(0.0, (b - root) / a), (b + root) / a
