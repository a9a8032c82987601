"""What citizens answer in the SKM: nine elements from 1 to 4, and the IKM made of them.

Slopes are zero for requirements, cost and facilities: staff training must not move them (negative controls), nor do waits.
An element `e` that staff move is answered by `slope_e theta_e - h_e time_slope omega ln(T/E)` rating points from its start, with `h = 1`
for the element of time and `wait_halo` for the others: who waited long finds the officer less able and less polite too.
Shapes: elements in the order of the ledger, units, draws.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

SCALE = 25.0  # IKM points per point of mean rating, PermenPANRB 14/2017


def cuts(spacing: float) -> np.ndarray:
    """Thresholds between the four answers on the latent scale, (3,)."""
    return spacing * np.array([-1.0, 0.0, 1.0])


def mean_rating(latent: np.ndarray, spacing: float) -> np.ndarray:
    """Mean answer of an ordered probit: `1 + sum_k Phi(s - cut_k)`, between 1 and 4."""
    rating = np.ones_like(latent)
    for cut in cuts(spacing):
        rating += ndtr(latent - cut)
    return rating


class RatingCurve:
    """`mean_rating` read off a fine table: three normal integrals for each answer were most of a run's time.

    Cubic Hermite interpolation between exact values and slopes; the error is below 1e-9 of a rating point (tested).
    """

    REACH, PER_UNIT = 10.0, 64

    def __init__(self, spacing: float):
        grid = np.linspace(-self.REACH, self.REACH, int(2 * self.REACH * self.PER_UNIT) + 1)
        value, slope = mean_rating(grid, spacing), rating_slope(grid, spacing) / self.PER_UNIT
        rise = np.diff(value)
        self.pieces = (value[:-1], slope[:-1], 3.0 * rise - 2.0 * slope[:-1] - slope[1:],
                       slope[:-1] + slope[1:] - 2.0 * rise)

    def __call__(self, latent: np.ndarray) -> np.ndarray:
        """Mean answer, between 1 and 4."""
        place = latent + self.REACH
        place *= self.PER_UNIT
        np.clip(place, 0.0, len(self.pieces[0]) - 1e-6, out=place)
        piece = place.astype(np.intp)
        place -= piece
        rating = self.pieces[3].take(piece)
        for part in self.pieces[2::-1]:
            rating *= place
            rating += part.take(piece)
        return rating


def rating_slope(latent: np.ndarray, spacing: float) -> np.ndarray:
    """Change of the mean answer per unit of the latent score."""
    shape = (-1, *[1] * np.ndim(latent))
    z = latent - cuts(spacing).reshape(shape)
    return (np.exp(-0.5 * z * z) / np.sqrt(2.0 * np.pi)).sum(axis=0)


def latent_of(rating: np.ndarray, spacing: float) -> np.ndarray:
    """Latent score whose mean answer is `rating`: the inverse of `mean_rating`, by bisection."""
    low, high = np.full_like(rating, -12.0), np.full_like(rating, 12.0)
    for _ in range(60):
        middle = 0.5 * (low + high)
        below = mean_rating(middle, spacing) < rating
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return 0.5 * (low + high)


def ikm(ratings: np.ndarray) -> np.ndarray:
    """IKM of mean ratings with weight exactly 1/9: `25 * mean(NRR)` over the first axis."""
    return SCALE * ratings.mean(axis=0)


def element_slopes(a: dict, tables, structure: dict) -> np.ndarray:
    """How each element's rating follows the skill that it rests on, rating points per SD, (elements, draws).

    `b_e = b ratio_e`, with ratio 1 for behaviour. Two routes of evidence, one in each draw:

    - trials: `b = behaviour_slope * office_share * published_share * halo`;
    - correlations between units: `S = unit_r * unit_ikm_sd / unit_skill_sd * causal_share` IKM points when every element's skill rises by one SD,
      shared out: `b_e = elements / 25 * S * ratio_e / sum(ratio)`.

    Requirements, cost and facilities have ratio 0. The government-scale discount is in the skill already and is not applied again.
    """
    ratio = np.broadcast_to(tables.slopes[:, None], (len(tables.slopes), len(a["link_route"]))).copy()
    for e, name in enumerate(tables.elements):
        if f"ratio_{name}" in a:
            ratio[e] *= a[f"ratio_{name}"]
    technical = tables.element_mixes @ tables.technical >= 0.5
    ratio[technical] *= a["technical_ratio"]
    lifted = a["halo_draw"] < a["halo_weight"]
    halo = np.where(lifted, 1.0 + (a["halo_most"] - 1.0) * a["halo_draw"] / np.maximum(a["halo_weight"], 1e-300), 1.0)
    trial = a["behaviour_slope"] * a["office_share"] * a["published_share"] * halo
    whole = a["unit_r"] * a["unit_ikm_sd"] / a["unit_skill_sd"] * a["causal_share"]
    correlation = len(ratio) / SCALE * whole / ratio.sum(axis=0)
    by_trial = {"drawn": a["link_route"] < a["link_trial_weight"], "trial": True, "correlation": False}[structure["last_link"]]
    return ratio * np.where(by_trial, trial, correlation)


class Citizens:
    """Citizens' answers for every unit.

    Args:
        at_start: baseline latent scores, (elements, units), from `latent_of`.
        slopes: of each element, rating per SD, (elements, draws), from `element_slopes`; 0 for those that skill never moves.
        time: position of the element of service time.
        a: draws.

    Attributes:
        moved: positions of the elements that can move at all. ratings: their ratings in the last quarter, (moved elements, units, draws).
    """

    def __init__(self, at_start: np.ndarray, slopes: np.ndarray, time: int, a: dict, spacing: float):
        self.spacing, self.elements = spacing, len(slopes)
        flat = rating_slope(at_start, spacing)
        latent = at_start[:, :, None] + a["baseline_ikm_error"] / (SCALE * flat[:, :, None])
        drifts = bool(np.any(a["trend"] != 0.0))
        self.moved = np.flatnonzero(slopes.any(axis=1) | (np.arange(self.elements) == time) | drifts)
        still = np.setdiff1d(np.arange(self.elements), self.moved)
        self.rating = RatingCurve(spacing)
        self.still_sum = self.rating(latent[still]).sum(axis=0)
        self.latent = latent[self.moved]
        self.per_rating = 1.0 / rating_slope(self.latent, spacing)
        self.slope = slopes[self.moved][:, None, :] * self.per_rating
        halo = slopes[self.moved].any(axis=1)[:, None] * a["wait_halo"]
        halo[self.moved == time] = 1.0
        self.time_slope = a["time_slope"] * halo[:, None] * self.per_rating
        self.trend = a["trend"] / SCALE if drifts else None

    def quarter(self, theta: np.ndarray, slower: np.ndarray, years: float) -> np.ndarray:
        """IKM of every unit, (units, draws); `ratings` has its elements afterwards.

        Args:
            theta: skill on each moved element's own mix, SD, (moved elements, units, draws).
            slower: weighted log of time over expected time, (units, draws), or of each moved element, (moved elements, units, draws).
            years: since the start, for the drift nobody may claim.
        """
        score = self.slope * theta
        score += self.latent
        score -= self.time_slope * slower
        if self.trend is not None:
            score += self.per_rating * (self.trend * years)
        self.ratings = self.rating(score)
        return SCALE / self.elements * (self.still_sum + self.ratings.sum(axis=0))


def anchor(share) -> np.ndarray:
    """Part `k` of expectation that stays at the start: 0, 1/2 or 1 by thirds of the row `expectation_anchor`."""
    return np.minimum(np.floor(3.0 * share), 2.0) / 2.0


class Expectation:
    """The time people have come to expect; worse than expected weighs more.

    `E = T0^k X^(1-k)`: a part `k` stays at the time of the start `T0`, what people are used to or were promised then, and the rest is
    experience, `X <- X^(1-a) T^a` each quarter from `X = T0`. So `E <- E^(1-a) (T0^k T^(1-k))^a`: expectation adapts, but only towards a
    mixture of both. The start is today's time and not a published standard, since today's ratings are given at today's time; a shorter
    standard would shift expectation in every scenario alike. Which `k` holds nobody has measured; it is structure, drawn in the futures.

    Attributes:
        log_expected: (services, draws).
    """

    def __init__(self, log_time: np.ndarray, a: dict, structure: dict):
        self.start = self.log_expected = log_time
        self.anchor = anchor(a["expectation_anchor"])
        adapts = structure["expectation"] == "adaptive"
        self.pace = 1.0 - (1.0 - a["expectation_adaptation"]) ** 3 if adapts else 0.0
        self.worse = a["worse_wait_weight"]

    def slower(self, log_time: np.ndarray) -> np.ndarray:
        """`omega * ln(T/E)` of the quarter; then expectation moves on."""
        gap = log_time - self.log_expected
        self.log_expected = self.log_expected + self.pace * (gap - self.anchor * (log_time - self.start))
        return np.where(gap > 0.0, self.worse * gap, gap)
