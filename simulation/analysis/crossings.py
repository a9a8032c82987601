"""Where the best of several options changes along a line: brackets on a grid, then narrowed to a tolerance.

Nothing here knows a model: a curve is a number, a position on it lies between 0 and 1, and the caller scores the options
at the positions asked for. All curves are searched side by side, so that a costly caller can work in few large steps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

GRID = tuple(np.linspace(0.0, 1.0, 9))
TOLERANCE = 0.005  # of the range: far below what the sampling error leaves unknown
DIP = 0.1  # share of a gap's own swing by which a smooth curve may lie under the parabola through three of its points
Place = tuple[int, float]  # (curve, position)
Score = Callable[[Sequence[Place]], np.ndarray]  # places -> (places, options); the highest is chosen, the first of equals


@dataclass(frozen=True)
class Crossing:
    """A change of the best option.

    Attributes:
        position: where, between 0 and 1; off by at most the tolerance.
        below, above: positions of the best option among the options, on either side.
    """

    position: float
    below: int
    above: int


@dataclass(frozen=True)
class _Bracket:
    """A stretch whose ends have different best options; `tries` counts how often it was narrowed."""

    curve: int
    left: float
    right: float
    at_left: np.ndarray
    at_right: np.ndarray
    tries: int = 0

    @property
    def labels(self) -> tuple[int, int]:
        return int(np.argmax(self.at_left)), int(np.argmax(self.at_right))

    @property
    def root(self) -> float:
        """Where a straight line between the ends lets the two options meet."""
        a, b = self.labels
        ahead, behind = self.at_left[a] - self.at_left[b], self.at_right[b] - self.at_right[a]
        share = ahead / (ahead + behind) if ahead + behind > 0 else 0.5
        return float(self.left + share * (self.right - self.left))

    def probe(self, tolerance: float) -> float:
        """The next position: just beyond the straight line's guess, on its far side; every third time the middle."""
        if self.tries % 3 == 2:
            return 0.5 * (self.left + self.right)
        nudge = 0.45 * tolerance * (1 if self.right - self.root > self.root - self.left else -1)
        return min(max(self.root + nudge, self.left + 0.3 * tolerance), self.right - 0.3 * tolerance)

    def split(self, position: float, scores: np.ndarray) -> list[_Bracket]:
        """The stretches left of and right of a probe that still hold a change."""
        parts = (_Bracket(self.curve, self.left, position, self.at_left, scores, self.tries + 1),
                 _Bracket(self.curve, position, self.right, scores, self.at_right, self.tries + 1))
        return [part for part in parts if part.labels[0] != part.labels[1]]


def crossings(score: Score, curves: int, grid: Sequence[float] = GRID, tolerance: float = TOLERANCE) -> list[list[Crossing]]:
    """Every change of the best option that shows on the grid, for each curve in order of position.

    Two changes between the same neighbours of the grid that undo each other are not seen.

    Args:
        score: places -> scores of the options, (places, options); -inf for an option that is out of the running.
        curves: how many there are.
        grid: positions in rising order from 0 to 1.
        tolerance: width to which each bracket is narrowed.

    >>> two = crossings(lambda places: np.array([[0.0, (x - 0.2) * (x - 0.7)] for _, x in places]), 1)[0]
    >>> [(round(c.position, 1), c.below, c.above) for c in two]
    [(0.2, 1, 0), (0.7, 0, 1)]
    """
    places = [(curve, float(x)) for curve in range(curves) for x in grid]
    scores = np.asarray(score(places)).reshape(curves, len(grid), -1) if curves else np.empty((0, len(grid), 1))
    open_ones = [_Bracket(k, float(a), float(b), scores[k, i], scores[k, i + 1]) for k in range(curves)
                 for i, (a, b) in enumerate(pairwise(grid))]
    open_ones = [b for b in open_ones if b.labels[0] != b.labels[1]]
    done: list[_Bracket] = []
    while open_ones:
        done += [b for b in open_ones if b.right - b.left <= tolerance]
        wide = [b for b in open_ones if b.right - b.left > tolerance]
        probes = [b.probe(tolerance) for b in wide]
        found = score([(b.curve, x) for b, x in zip(wide, probes, strict=True)]) if wide else []
        open_ones = [part for b, x, s in zip(wide, probes, found, strict=True) for part in b.split(x, np.asarray(s))]
    return [[Crossing(b.root, *b.labels) for b in sorted(done, key=lambda b: b.left) if b.curve == k] for k in range(curves)]


def may_cross(scores: np.ndarray, dip: float = DIP) -> bool:
    """Whether the best option of a curve may change, judged from its two ends and its middle.

    It may when the best is not the same at the three, or when the parabola through the lead over another option comes
    nearer to zero than `dip` of that lead's own swing.

    Args:
        scores: at positions 0, 0.5 and 1, (3, options).
    """
    best = scores.argmax(axis=1)
    if len(set(best.tolist())) > 1:
        return True
    others = [k for k in range(scores.shape[1]) if k != best[0] and np.isfinite(scores[:, k]).all()]
    for lead in (scores[:, best[0]] - scores[:, k] for k in others):
        if lowest(lead) < dip * np.ptp(lead):
            return True
    return False


def lowest(values: np.ndarray) -> float:
    """Lowest point between 0 and 1 of the parabola through values at 0, 0.5 and 1."""
    a, b, c = (float(v) for v in values)
    bend, slope = 2.0 * (a + c - 2.0 * b), 4.0 * b - 3.0 * a - c
    turn = -slope / (2.0 * bend) if bend > 0.0 else -1.0
    return min(a, b, c, a + slope * turn + bend * turn**2 if 0.0 < turn < 1.0 else a)


def uncertain_stretch(position: float, positions: np.ndarray, z: np.ndarray, limit: float) -> tuple[float, float]:
    """Around a crossing, the stretch in which two options cannot be told apart: |z| below `limit`, straight between points.

    Args:
        position: of the crossing, where z is zero.
        positions: in rising order, with z there: the lead of one option in standard errors.

    Returns:
        Both ends; an end of the range when z stays below `limit` up to there.
    """
    before = [(x, v) for x, v in zip(positions, z, strict=True) if x < position][::-1]
    after = [(x, v) for x, v in zip(positions, z, strict=True) if x > position]
    return _until(position, before, limit, 0.0), _until(position, after, limit, 1.0)


def _until(position: float, points: list[tuple[float, float]], limit: float, end: float) -> float:
    """Where |z| first reaches `limit` on the way along `points`, starting from zero at `position`."""
    at, was = position, 0.0
    for x, value in points:
        if abs(value) >= limit:
            return float(at + (limit - was) / (abs(value) - was) * (x - at))
        at, was = x, abs(value)
    return end
