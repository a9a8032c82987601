"""Patient rule induction: the box of conditions in which something happens unusually often.

A box is a lower and an upper limit for some of the dimensions. It is found by peeling: again and again a thin slice is
taken off one face of the box, the one whose loss raises the share of hits inside the most per point removed, so that no
single early cut decides (Friedman and Fisher 1999, Statistics and Computing 9, 123-143). Coverage (share of all hits that
lie inside) against density (share of hits among what lies inside), and the quasi-p-value of a limit, are those of
scenario discovery (Bryant and Lempert 2010, Technological Forecasting and Social Change 77, 34-49).

Plain arrays in and out. Everything depends on the values only, not on the order of the points, and nothing is drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import binom

ALPHA = 0.05  # slice taken off at a time; Friedman and Fisher recommend 0.05 to 0.1
LEAST_MASS = 0.05  # a box smaller than this share of the points is not looked at (Friedman and Fisher, section 8)
LEAST_POINTS = 10  # nor one with fewer points
MOST_DIMENSIONS = 3  # restricted by a box that people can still say in one sentence (Bryant and Lempert 2010, section 3)
TIES = 8  # equal values looked at beyond a slice before all are counted; changes the speed only
CHANCE = 0.05  # level at which a limit, or a box, counts as more than chance


@dataclass(frozen=True, eq=False)
class Stage:
    """A box of a peeling path and what lies in it.

    Attributes:
        limits: lower and upper limit, open, (dimensions, 2); infinite where nothing is asked.
        points, hits: inside. all_points, all_hits: that could lie inside.
    """

    limits: np.ndarray
    points: int
    hits: int
    all_points: int
    all_hits: int

    @property
    def density(self) -> float:
        """Share of hits among the points inside; 0 for an empty box."""
        return self.hits / self.points if self.points else 0.0

    @property
    def coverage(self) -> float:
        """Share of all hits that lie inside; 0 when there are none."""
        return self.hits / self.all_hits if self.all_hits else 0.0

    @property
    def mass(self) -> float:
        """Share of all points that lie inside."""
        return self.points / self.all_points

    @property
    def balance(self) -> float:
        """Harmonic mean of coverage and density: what a box is chosen by."""
        return 2.0 * self.hits / (self.points + self.all_hits) if self.hits else 0.0

    @property
    def restricted(self) -> list[int]:
        """Dimensions with a limit."""
        return np.flatnonzero(np.isfinite(self.limits).any(axis=1)).tolist()

    @property
    def sides(self) -> list[tuple[int, int]]:
        """(dimension, 0 lower or 1 upper) of every limit."""
        return [(int(d), int(s)) for d, s in np.argwhere(np.isfinite(self.limits))]


def everywhere(dimensions: int) -> np.ndarray:
    """Limits that ask nothing, (dimensions, 2)."""
    return np.tile([-np.inf, np.inf], (dimensions, 1))


def inside(x: np.ndarray, limits: np.ndarray) -> np.ndarray:
    """Which points lie in a box, (points,).

    Args:
        x: (dimensions, points). limits: (dimensions, 2), open.
    """
    asked = np.flatnonzero(np.isfinite(limits).any(axis=1))
    return ((x[asked] > limits[asked, :1]) & (x[asked] < limits[asked, 1:])).all(axis=0)


def stage(x: np.ndarray, y: np.ndarray, limits: np.ndarray) -> Stage:
    """What lies in a box.

    >>> stage(np.array([[0.1, 0.4, 0.9]]), np.array([True, False, True]), np.array([[-np.inf, 0.5]])).coverage
    0.5
    """
    within = inside(x, limits)
    return Stage(limits, int(within.sum()), int((within & y).sum()), y.size, int(y.sum()))


def peel(x: np.ndarray, y: np.ndarray, faces: Sequence[tuple[int, int]] | None = None, alpha: float = ALPHA) -> Iterator[Stage]:
    """The peeling path: from everything to the smallest box, one slice at a time.

    A slice holds the `alpha` most extreme points inside along one dimension, and all that share the last one's value. The
    slice is chosen whose loss raises the density most per point; of equal ones the lower end's and the first dimension's.
    The path ends when the box is pure, cannot be cut or would become smaller than `LEAST_MASS` of the points or `LEAST_POINTS`.

    Args:
        x: (dimensions, points). y: hits, (points,).
        faces: (dimension, 0 lower or 1 upper) that may be cut; all by default.
    """
    free = np.zeros((len(x), 2), dtype=bool)
    free[tuple(np.array(faces, dtype=int).reshape(-1, 2).T) if faces is not None else ...] = True
    chosen = np.flatnonzero(free.any(axis=1))
    along, free = x[chosen], free[chosen]
    order, least = np.argsort(along, axis=1), max(LEAST_POINTS, LEAST_MASS * y.size)
    now = Stage(everywhere(len(x)), y.size, int(y.sum()), y.size, int(y.sum()))
    yield now
    while 0 < now.hits < now.points and (cut := _best_cut(along, y, order, free, alpha, now)):
        row, side, limit = cut
        kept = along[row] > limit if side == 0 else along[row] < limit
        points = int(kept[order[0]].sum())
        if points < least:
            return
        order = order[kept[order]].reshape(len(chosen), points)
        limits = now.limits.copy()
        limits[chosen[row], side] = limit
        now = Stage(limits, points, int(y[order[0]].sum()), now.all_points, now.all_hits)
        yield now


def _best_cut(x: np.ndarray, y: np.ndarray, order: np.ndarray, free: np.ndarray, alpha: float, now: Stage) -> tuple[int, int, float] | None:
    """(row of x, side, limit) of the slice to take off next.

    Args:
        order: the points inside sorted along each row, (rows, points inside). free: sides that may be cut, (rows, 2).
    """
    best, found, size = -np.inf, None, int(np.ceil(alpha * now.points))
    rows = np.arange(len(x))[:, None]
    for side, ends in ((0, order[:, :size + TIES]), (1, order[:, ::-1][:, :size + TIES])):
        values = x[rows, ends]
        last = values[:, size - 1:size]
        gone = values <= last if side == 0 else values >= last
        taken, lost = gone.sum(axis=1), (y[ends] & gone).sum(axis=1)
        for row in np.flatnonzero(gone[:, -1:].any(axis=1)):  # more equal values than were looked at
            whole = x[row, order[row]] <= last[row] if side == 0 else x[row, order[row]] >= last[row]
            taken[row], lost[row] = whole.sum(), y[order[row][whole]].sum()
        left = now.points - taken
        gain = np.where(free[:, side] & (left > 0), ((now.hits - lost) / np.maximum(left, 1) - now.density) / taken, -np.inf)
        row = int(gain.argmax()) if gain.size else 0
        if gain.size and gain[row] > best + 1e-15:
            sequence = order[row] if side == 0 else order[row, ::-1]
            best, found = gain[row], (row, side, float(x[row, sequence[taken[row] - 1:taken[row] + 1]].sum() / 2.0))
    return found


def paste(x: np.ndarray, y: np.ndarray, box: Stage, alpha: float = ALPHA) -> Stage:
    """The box with its limits moved out again, by slices of `alpha` of its points, as long as the balance rises.

    Peeling may have gone too far along one dimension before another was cut; of equal steps the first one is taken.
    """
    while True:
        wider = [stage(x, y, limits) for d, s in box.sides if (limits := _moved_out(x, box, d, s, alpha)) is not None]
        best = max(wider, key=lambda one: one.balance, default=box)
        if best.balance <= box.balance:
            return box
        box = best


def _moved_out(x: np.ndarray, box: Stage, dimension: int, side: int, alpha: float) -> np.ndarray | None:
    """The limits with one of them moved out by a slice of points, or off when fewer are left; None when nothing is there."""
    free = box.limits.copy()
    free[dimension, side] = (-np.inf, np.inf)[side]
    along = x[dimension, inside(x, free)]
    beyond = np.sort(along[along <= box.limits[dimension, 0]])[::-1] if side == 0 else np.sort(along[along >= box.limits[dimension, 1]])
    step = max(1, int(np.ceil(alpha * box.points)))
    if not beyond.size:
        return None
    if beyond.size > step:
        further = beyond[beyond < beyond[step - 1]] if side == 0 else beyond[beyond > beyond[step - 1]]
        if further.size:
            free[dimension, side] = (beyond[step - 1] + further[0]) / 2.0
    return free


def quasi_p(x: np.ndarray, y: np.ndarray, limits: np.ndarray, dimension: int, side: int) -> float:
    """Probability of as many hits in the box by chance if one limit were without meaning (Bryant and Lempert 2010).

    With T points and H hits inside, and density q in the box without that limit: `P(Binomial(T, q) >= H)`.
    """
    free = limits.copy()
    free[dimension, side] = (-np.inf, np.inf)[side]
    box, without = stage(x, y, limits), stage(x, y, free)
    return float(binom.sf(box.hits - 1, box.points, without.density)) if box.points else 1.0


def search(x: np.ndarray, y: np.ndarray, most_dimensions: int = MOST_DIMENSIONS, alpha: float = ALPHA) -> Stage:
    """One box by a declared rule.

    1. Peel over all dimensions; of the path take the box with the best balance of coverage and density.
    2. Let go of the dimension that is missed least until at most `most_dimensions` are left.
    3. Peel again over the limits that are left, take the best balance of that path, and paste.
    4. While the weakest limit has a quasi-p-value that, times the number of limits that could have been set, is above
       `CHANCE`: let go of it, and back to 3.
    5. Look inside the box in the same way for further limits, as long as the balance rises and dimensions are left.

    Returns:
        The box; without limits when chance explains them all. Its path is `peel(x, y, box.sides)`.
    """
    box = stage(x, y, everywhere(len(x)))
    while (left := most_dimensions - len(box.restricted)) > 0:
        held = inside(x, box.limits)
        first = _best(peel(x[:, held], y[held], alpha=alpha))
        kept = _most_needed(x[:, held], y[held], first, left)
        further = _settled(x, y, sorted({*box.sides, *(side for side in first.sides if side[0] in kept)}), alpha)
        if further.balance <= box.balance:
            break
        box = further
    return box


def _settled(x: np.ndarray, y: np.ndarray, faces: Sequence[tuple[int, int]], alpha: float) -> Stage:
    """The box over some limits, without those that chance explains: steps 3 and 4 of `search`."""
    while True:
        box = paste(x, y, _best(peel(x, y, faces, alpha)), alpha)
        chances = {side: quasi_p(x, y, box.limits, *side) for side in box.sides}
        weakest = max(chances, key=chances.get, default=None)
        if weakest is None or chances[weakest] * 2 * len(x) <= CHANCE:
            return box
        faces = [side for side in box.sides if side != weakest]


def cover(x: np.ndarray, y: np.ndarray, most_boxes: int, most_dimensions: int = MOST_DIMENSIONS, alpha: float = ALPHA) -> list[Stage]:
    """Several boxes: each searched among the points that no earlier one holds; ends before the first without a limit."""
    found, left = [], np.ones(y.size, dtype=bool)
    while len(found) < most_boxes and y[left].any() and not y[left].all():
        one = search(x[:, left], y[left], most_dimensions, alpha)
        if not one.sides:
            break
        found.append(one)
        left &= ~inside(x, one.limits)
    return found


def _best(path: Iterable[Stage]) -> Stage:
    """The stage with the best balance, of equal ones the larger; the path is not followed where no better one can come.

    A later stage has no more hits, so that its balance is at most that of a pure box with the hits of this one.
    """
    best = None
    for one in path:
        if best is None or one.balance > best.balance:
            best = one
        if 2.0 * one.hits <= best.balance * (one.hits + one.all_hits):
            break
    return best


def _most_needed(x: np.ndarray, y: np.ndarray, box: Stage, most: int) -> list[int]:
    """At most `most` of the restricted dimensions: the one whose limits are missed least goes first."""
    kept = box.restricted
    within = {d: (x[d] > box.limits[d, 0]) & (x[d] < box.limits[d, 1]) for d in kept}
    all_hits = int(y.sum())
    while len(kept) > most:
        outside = sum((~within[d]).astype(int) for d in kept)

        def balance(dimension: int, outside: np.ndarray = outside) -> float:
            held = outside - ~within[dimension] == 0
            return 2.0 * (held & y).sum() / (held.sum() + all_hits)

        kept.remove(max(kept, key=balance))
    return kept
