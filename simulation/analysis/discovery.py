"""Under which conditions does a plan miss its target: a few limits on the assumptions that most misses share.

One half of the futures is used to find the boxes (`simulation.analysis.prim`), the other half to judge them: coverage and density
are never those of the futures that chose the limits. A box is claimed only when misses are more frequent inside than
outside in the judging half beyond chance (Fisher's exact test, one-sided, 5 %). The search is repeated on redraws of
the choosing half, which tells how far the limits can be trusted and which come back at all.
"""

from __future__ import annotations

import numpy as np
from scipy.stats import hypergeom

from simulation.analysis import prim
from simulation.analysis.discovery_question import FEWEST, Question, asked
from simulation.analysis.discovery_result import Box, Discovery, Limit, Share, Step
from simulation.analysis.futures import Futures
from simulation.ensemble import Progress

BAND = (0.05, 0.95)  # quantiles of a 90 % interval


def discover(futures: Futures, scenario_key: str, target: float | None = None, baseline: str | None = None, indicator: str = "ikm",
             willingness_rp: float | None = None, most_boxes: int = 2, resamples: int = 50, seed: int | None = None,
             progress: Progress | None = None) -> Discovery:
    """Under which conditions a plan misses its target.

    A future misses when the plan's difference from the baseline falls short of the target: below it where more is better
    (`ikm`, `worst_unit_ikm`, `net_benefit_rp`), above it where less is (`waiting_minutes`, `hours_waited`, `cost_rp`).

    Args:
        futures: the plan and its baseline in the same futures.
        scenario_key: the plan. baseline: another scenario of the futures; the first one by default.
        target: least difference wanted; for an IKM the smallest that matters by default, for anything else 0.
        indicator: what is compared, see above. willingness_rp: rupiah per IKM point, for `net_benefit_rp` only.
        most_boxes: 1 to 5. resamples: redraws of the choosing half, 10 to 10,000. seed: the plan's own by default.
        progress: told (done, total) redraws; may raise `Cancelled`.

    Raises:
        InputError: everything about the question that cannot be used.

    >>> from simulation import Assumptions, City, Scenario
    >>> from simulation.analysis.futures import futures
    >>> plans = [Scenario.library()[key] for key in ("todays_path", "designed_for_impact")]
    >>> run = futures(plans, City.load(), Assumptions.load(), draws=512)
    >>> discover(run, "designed_for_impact", target=0.2, resamples=10).verdict
    'found'
    """
    question, x, missed, seed = asked(futures, scenario_key, target, baseline, indicator, willingness_rp, most_boxes, resamples, seed)
    whole = Share(int(missed.sum()), missed.size)
    rare = min(whole.part, whole.whole - whole.part)
    boxes, together, elsewhere = (), Share(0, 0), Share(0, 0)
    verdict = "never" if not whole.part else "always" if whole.part == whole.whole else "few"
    if rare >= FEWEST:
        rng = np.random.default_rng(seed)
        learn, judge = _halves(x, missed, rng)
        found = _claimed(x, missed, learn, judge, most_boxes)
        redrawn = _redrawn(x[:, learn], missed[learn], len(found), resamples, rng, progress)
        boxes, verdict = _boxes(question, x, missed, learn, judge, found, redrawn), "found" if found else "nothing"
        held = _in_any(x[:, judge], found)
        together = Share(int((held & missed[judge]).sum()), int(missed[judge].sum()))
        elsewhere = Share(int((missed[judge] & ~held).sum()), int((~held).sum()))
    return Discovery(question, verdict, whole, boxes, together, elsewhere, missed.size, futures.year, seed, resamples, len(x))


def _halves(x: np.ndarray, missed: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Positions of two random halves with the same share of misses, whatever the order of the futures."""
    order = np.lexsort(x[::-1])
    halves = [[], []]
    for value in (True, False):
        mixed = rng.permutation(order[missed[order] == value])
        for i in (0, 1):
            halves[i].append(mixed[i::2])
    return np.concatenate(halves[0]), np.concatenate(halves[1])


def _claimed(x, missed, learn, judge, most_boxes: int) -> list[prim.Stage]:
    """The boxes of the choosing half up to the first one that the judging half does not confirm."""
    found = prim.cover(x[:, learn], missed[learn], most_boxes)
    left, base = np.ones(judge.size, dtype=bool), missed[judge].mean()
    for i, box in enumerate(found):
        here = judge[left]
        seen = prim.stage(x[:, here], missed[here], box.limits)
        if _fisher(seen) > prim.CHANCE or seen.density <= base:
            return found[:i]
        left &= ~prim.inside(x[:, judge], box.limits)
    return found


def _fisher(seen: prim.Stage) -> float:
    """Chance of as many hits inside if hits fell anywhere (hypergeometric tail)."""
    return float(hypergeom.sf(seen.hits - 1, seen.all_points, seen.all_hits, seen.points))


def _redrawn(x, missed, boxes: int, resamples: int, rng, progress: Progress | None) -> list[list[prim.Stage]]:
    """The boxes found in redraws of the choosing half, with replacement; none are looked for when none was claimed."""
    found = []
    for done in range(1, resamples + 1):
        if boxes:
            drawn = rng.integers(missed.size, size=missed.size)
            found.append(prim.cover(x[:, drawn], missed[drawn], boxes))
        if progress:
            progress(done, resamples)
    return found


def _boxes(question: Question, x, missed, learn, judge, found, redrawn) -> tuple[Box, ...]:
    """The claimed boxes with their figures in the judging half and their limits over the redraws."""
    matched = [_matched(x[:, learn], found, again) for again in redrawn]
    all_hits, boxes = int(missed[judge].sum()), []
    for i, box in enumerate(found):
        past = _in_any(x[:, judge], found[:i])
        xs, ys = x[:, judge[~past]], missed[judge[~past]]
        seen = prim.stage(xs, ys, box.limits)
        chances = {side: prim.quasi_p(xs, ys, box.limits, *side) for side in box.sides}
        limits = tuple(_limit(question, box, side, [one[i] for one in matched], chances[side]) for side in box.sides)
        first = learn[~_in_any(x[:, learn], found[:i])]
        path = _path(prim.peel(x[:, first], missed[first], box.sides), box, xs, ys, all_hits)
        boxes.append(Box(limits, Share(seen.hits, all_hits), Share(seen.hits, seen.points), Share(seen.points, judge.size),
                         Share(seen.all_hits, seen.all_points), _fisher(seen), path))
    return tuple(boxes)


def _in_any(x, boxes) -> np.ndarray:
    """Which points lie in one of the boxes."""
    return np.any([np.zeros(x.shape[1], dtype=bool), *(prim.inside(x, box.limits) for box in boxes)], axis=0)


def _matched(x, found, again) -> list[prim.Stage | None]:
    """For each box the box of a redraw that shares most points with it, each used once; None when none shares any."""
    places, left, matched = [prim.inside(x, box.limits) for box in again], list(range(len(again))), []
    for box in found:
        here = prim.inside(x, box.limits)
        common = {i: (here & places[i]).sum() / max(1, (here | places[i]).sum()) for i in left}
        best = max(common, key=common.get, default=None)
        taken = best is not None and common[best] > 0.0
        matched.append(again[best] if taken else None)
        if taken:
            left.remove(best)
    return matched


def _limit(question: Question, box: prim.Stage, side: tuple[int, int], again, p_value: float) -> Limit:
    """A limit in its own unit."""
    found = [one.limits[side] for one in again if one is not None and np.isfinite(one.limits[side])]
    at = [float(box.limits[side]), *(map(float, np.quantile(found, BAND)) if len(found) > 1 else (None, None))]
    thing = question.things[side[0]]
    value, low, high = (None if u is None else thing.value(u) for u in at)
    return Limit(thing.key, thing.kind, ("above", "below")[side[1]], value, low, high, *at, len(found) / len(again), len(again), p_value, thing.grade)


def _path(path, box: prim.Stage, x, missed, all_hits: int) -> tuple[Step, ...]:
    """The peeling path as the judging half sees it; the chosen box takes its place by size."""
    stages = sorted([*((one, False) for one in path), (box, True)], key=lambda pair: (-pair[0].points, pair[1]))
    seen = [(prim.stage(x, missed, one.limits), chosen) for one, chosen in stages]
    return tuple(Step(one.mass, one.hits / all_hits, one.density, len(one.restricted), chosen) for one, chosen in seen if one.points)
