"""Scenario discovery against cases whose answer is known: a box, two boxes, and nothing at all, among 66 uniform assumptions."""

from dataclasses import replace

import numpy as np
import pytest

from simulation.analysis.discovery import discover
from simulation.analysis.futures import futures
from simulation.draws import Points, row_name

PLAN = "designed_for_impact"
FIRST, SECOND = ("kappa", 0.5), ("behaviour_slope", 0.6)  # the box: both below these shares of their plausible values


@pytest.fixture(scope="module")
def real(city, ledger, library):
    """Two plans in a few futures, to be filled with made-up misses."""
    return futures([library["todays_path"], library[PLAN]], city, ledger, 32)


def filled(real, points, missed):
    """The futures with other points; the plan is a point of IKM worse where it misses and a point better elsewhere."""
    change = np.where(missed, -1.0, 1.0)
    return replace(real, points=points, ikm=np.stack([np.zeros(missed.size), change]))


def made(real, seed, draws, chance):
    """Uniform points, and misses with the probability `chance(points)`."""
    rng = np.random.default_rng(seed)
    points = Points(real.points.names, rng.random(real.points.u.shape[:1] + (draws,)))
    return filled(real, points, rng.random(draws) < chance(points))


def one_box(inner, outer):
    return lambda points: np.where((points[row_name(FIRST[0])] < FIRST[1]) & (points[row_name(SECOND[0])] < SECOND[1]), inner, outer)


def true_shares(box, inner, outer):
    """Coverage and density of a found box on the two right assumptions, or None if it has another limit."""
    ends = {key: [0.0, 1.0] for key, _ in (FIRST, SECOND)}
    for limit in box.limits:
        if limit.key not in ends:
            return None
        ends[limit.key][limit.side == "below"] = limit.probability
    mass = np.prod([high - low for low, high in ends.values()])
    common = np.prod([max(0.0, min(ends[key][1], limit) - ends[key][0]) for key, limit in (FIRST, SECOND)])
    hits = inner * common + outer * (mass - common)
    volume = FIRST[1] * SECOND[1]
    return hits / (inner * volume + outer * (1.0 - volume)), hits / mass


def test_a_box_of_two_among_66_assumptions_is_found(real):
    """Exactly the two limits, each within 0.03 of the truth and inside its interval, again in most redraws."""
    found = discover(made(real, 1, 2048, one_box(0.9, 0.1)), PLAN, target=0.0, resamples=30)
    assert found.verdict == "found"
    assert [(limit.key, limit.side) for limit in found.boxes[0].limits] == [(FIRST[0], "below"), (SECOND[0], "below")]
    for limit, (_, truth) in zip(found.boxes[0].limits, (FIRST, SECOND), strict=True):
        assert limit.probability == pytest.approx(truth, abs=0.03)
        assert limit.probability_low <= truth <= limit.probability_high
        assert limit.reappears >= 0.8 and limit.p_value < 1e-6
    assert len(found.boxes) == 1 and found.elsewhere.low < 0.1 < found.elsewhere.high


def test_two_boxes_apart_are_both_found(real):
    """One low in two assumptions, one high in two others: both are found with their limits and hold nearly all misses."""
    truth = {"kappa": ("below", 0.4), "behaviour_slope": ("below", 0.5), "p0": ("above", 0.65), "stay": ("above", 0.5)}

    def chance(points):
        a, b, c, d = (points[row_name(key)] for key in truth)
        return np.where((a < 0.4) & (b < 0.5) | (c > 0.65) & (d > 0.5), 0.95, 0.05)

    found = discover(made(real, 2, 4096, chance), PLAN, target=0.0, resamples=10)
    assert {frozenset(limit.key for limit in box.limits) for box in found.boxes} == {frozenset(("kappa", "behaviour_slope")), frozenset(("p0", "stay"))}
    for limit in (limit for box in found.boxes for limit in box.limits):
        assert (limit.side, limit.probability) == (truth[limit.key][0], pytest.approx(truth[limit.key][1], abs=0.04))
    assert found.together.value > 0.8 and found.elsewhere.value < 0.1


def test_opposite_corners_are_not_mistaken_for_something_else(real):
    """Low-low and high-high cancel along each assumption, which peeling cannot see: it says nothing or the corners, never a false limit."""
    def chance(points):
        a, b = points[row_name(FIRST[0])], points[row_name(SECOND[0])]
        return np.where((a < 0.45) & (b < 0.45) | (a > 0.6) & (b > 0.6), 0.95, 0.05)

    for seed in range(4):
        found = discover(made(real, 40 + seed, 2048, chance), PLAN, target=0.0, resamples=10)
        assert {limit.key for box in found.boxes for limit in box.limits} <= {FIRST[0], SECOND[0]}


def test_in_pure_noise_no_box_is_claimed(real):
    """Misses that depend on nothing: at least 90 % of 60 repeats say that nothing separates them."""
    verdicts = [discover(made(real, 100 + seed, 512, lambda points: 0.35), PLAN, target=0.0, resamples=10).verdict for seed in range(60)]
    assert set(verdicts) <= {"nothing", "found"}
    assert verdicts.count("nothing") >= 54


def test_noise_that_only_sounds_like_a_box_is_judged_by_the_other_half(real):
    """Where the choosing half sees 132 limits, the best of them by chance would look dense; its judged density is the base rate."""
    found = [discover(made(real, 300 + seed, 256, lambda points: 0.3), PLAN, target=0.0, resamples=10) for seed in range(20)]
    assert sum(len(one.boxes) for one in found) <= 2


def test_intervals_of_coverage_and_density_cover(real):
    """Over 32 repeats the 90 % intervals hold the box's own true coverage and density in 82 to 98 % of the cases."""
    held = []
    for seed in range(32):
        found = discover(made(real, 500 + seed, 1024, one_box(0.8, 0.1)), PLAN, target=0.0, most_boxes=1, resamples=10)
        truth = true_shares(found.boxes[0], 0.8, 0.1) if found.boxes else None
        if truth:
            held += [share.low <= value <= share.high for share, value in zip((found.boxes[0].coverage, found.boxes[0].density), truth, strict=True)]
    assert len(held) >= 56
    assert 0.82 <= np.mean(held) <= 0.98
