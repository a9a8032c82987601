"""Where government, civil servants and citizens need different things, and whether that is more than chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.analysis.needs_columns import GROUPS
from simulation.analysis.needs_statistics import ranks

_PAIRS = ((0, 1), (0, 2), (1, 2))


@dataclass(frozen=True)
class Disagreement:
    """A competency that two groups need differently.

    Attributes:
        competency: position among the competencies asked.
        more, less: groups that need it more and less, of all pairs the two furthest apart.
        difference: of their need, points of 100; low, high: 90 % interval that holds for all competencies and pairs at once.
        clear: whether the interval leaves out zero.
        need, importance, performance, rank: of both groups, (more, less).
    """

    competency: int
    more: str
    less: str
    difference: float
    low: float
    high: float
    clear: bool
    need: tuple[float, float]
    importance: tuple[float, float]
    performance: tuple[float, float]
    rank: tuple[float, float]


def disagreements(need: np.ndarray, means: np.ndarray, heard: np.ndarray) -> tuple[Disagreement, ...]:
    """Where two groups are furthest apart, with an interval that holds for all competencies and pairs together.

    The width is the 90 % point of the largest standardised deviation in a bootstrap sample, so that the pair and the
    competency may be chosen after looking.

    Args:
        need: of each group, 0-100, (samples, groups, asked). means: importance and performance, (2, groups, asked).
    """
    pairs = [(a, b) for a, b in _PAIRS if heard[a] and heard[b]]
    if not pairs:
        return ()
    apart = np.stack([need[:, a] - need[:, b] for a, b in pairs], axis=1)
    spread = apart[1:].std(axis=0)
    moved = np.divide(np.abs(apart[1:] - apart[0]), spread, out=np.zeros_like(apart[1:]), where=spread > 1e-12)
    width = np.quantile(moved.max(axis=(1, 2)), 0.9) * spread
    order = ranks(need[0])
    found = []
    for i in range(need.shape[2]):
        p = int(np.argmax(np.abs(np.round(apart[0, :, i], 9))))
        more, less = pairs[p] if apart[0, p, i] >= 0 else pairs[p][::-1]
        size = float(abs(apart[0, p, i]))
        low, high = size - width[p, i], size + width[p, i]
        found.append(Disagreement(i, GROUPS[more], GROUPS[less], size, float(low), float(high), bool(low > 1e-9), *(
            (float(values[more, i]), float(values[less, i])) for values in (need[0], means[0], means[1], order))))
    return tuple(sorted(found, key=lambda d: (-round(d.difference, 9), d.competency)))
