"""How a course becomes skill, how much of it is used at work, and how it fades.

Skill is counted in SD of staff competency. Two readings of one state are never mixed up: *possessed* (what an
assessment centre sees) and *expressed* (what a citizen meets). Shapes: `courses`, `competencies`, `rows`
(groups of cells that are treated alike), `draws`; stores are labile and durable; dt is a quarter of 3 months.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit, ndtri

MONTHS = 3.0
STEADY, WAVERING, IDLE = range(3)


def composite_sd(mix: np.ndarray, correlation):
    """SD of a composite of equally variable, equally correlated competencies: `sqrt(mix' C mix)`.

    Args:
        mix: shares, (..., competencies); what is off the list counts through `1 - sum(mix)`.
        correlation: correlation between any two competencies, scalar or (draws,).
    """
    off = 1.0 - mix.sum(axis=-1)
    squares = (mix**2).sum(axis=-1) + off**2
    return np.sqrt((1.0 - correlation) * np.asarray(squares)[..., None] + correlation)


def dose(hours_jp, h0):
    """Effect of a course of `hours_jp` JP relative to one of 20 JP: `(1 - e^(-h/h0)) / (1 - e^(-20/h0))`."""
    return np.expm1(-hours_jp / h0) / np.expm1(-20.0 / h0)


def course_gain(content: np.ndarray, correlation) -> np.ndarray:
    """Gain per competency such that what the course teaches gains one unit as a whole.

    `g[c] = phi[c] * sqrt(phi' C phi) / sum(phi^2)`; content off the list takes part as one more entry.

    Args:
        content: share of the course on each competency, (courses, competencies), sum at most 1.
        correlation: (draws,).

    Returns:
        (courses, competencies, draws).
    """
    off = 1.0 - content.sum(axis=-1)
    squares = (content**2).sum(axis=-1) + off**2
    return content[:, :, None] * (composite_sd(content, correlation) / squares[:, None])[:, None, :]


def learning(content, hours_jp, multiplier, a: dict, h0) -> np.ndarray:
    """Gain of a person without headroom limits, SD, (courses, competencies, draws).

    `dK = kappa * d20 * D(h) * multiplier * g`; `multiplier` holds format, practice, class size and the
    programme's own luck, (courses, draws).
    """
    size = a["kappa"] * a["d20"] * dose(hours_jp[:, None], h0) * multiplier
    return size[:, None, :] * course_gain(content, a["competency_correlation"])


def low_scorers(share: np.ndarray) -> np.ndarray:
    """How far below the cell's mean its lowest-scoring `share` start, SD: `pdf(z_f) / f` of a normal."""
    f = np.clip(share, 1e-12, 1.0)
    with np.errstate(divide="ignore"):
        z = ndtri(f)
    return np.where(f < 1.0, np.exp(-0.5 * z * z) / np.sqrt(2.0 * np.pi) / f, 0.0)


def applying(a: dict, support=0.0):
    """Share of a gain that is used at work right after the course, (..., draws): `logit p0 + effect * support`."""
    return expit(logit(a["p0"]) + a["support_effect"] * support)


@dataclass(frozen=True)
class Fading:
    """What one quarter leaves of each part of the skill, factors of shape (stores, 1 or competencies, rows, draws).

    `stays` is what moving people leave in the cell, (competencies, rows, draws); it multiplies every part.
    """

    steady: np.ndarray
    wavering: np.ndarray
    idle: np.ndarray
    lapsed: np.ndarray  # from wavering to idle
    stays: np.ndarray


def store_shares(a: dict, structure: dict) -> tuple[np.ndarray, np.ndarray]:
    """Share of a new gain per store and its monthly decay rate without use, each (stores, draws)."""
    if structure["forgetting"] == "single_store":
        return np.ones_like(a["tau_single"])[None], 1.0 / a["tau_single"][None]
    share = np.stack([a["labile_share"], 1.0 - a["labile_share"]])
    return share, 1.0 / np.stack([a["tau_labile"], a["tau_durable"]])


def fading(a: dict, structure: dict, followed, stays: np.ndarray, months: float = MONTHS) -> Fading:
    """Exact solution of lapse and decay over one step.

    Wavering use lapses at `lapse`, times `follow_up_effect` where a coach follows up; idle skill decays with its
    store's time constant; skill in use decays `use_decay` times as fast. `dW/dt = -(lapse + rho/tau) W`,
    `dI/dt = lapse W - I/tau`.

    Args:
        followed: share under follow-up, (rows,) or (competencies, rows, draws).
        stays: what moving people leave in the cell, (competencies, rows, draws).
    """
    _, decay = store_shares(a, structure)
    decay = decay[:, None, None, :]
    used = a["use_decay"] * decay
    followed = np.asarray(followed)
    followed = followed[:, None] if followed.ndim == 1 else followed
    lapse = a["lapse"] * (1.0 - followed * (1.0 - a["follow_up_effect"]))
    excess = (lapse + used - decay) * months
    ramp = np.where(np.abs(excess) < 1e-8, 1.0, -np.expm1(-excess) / np.where(excess == 0.0, 1.0, excess))
    in_use = np.exp(-used * months)
    idle = np.exp(-decay * months)
    return Fading(in_use, np.exp(-lapse * months) * in_use, idle, lapse * months * idle * ramp, stays)


@dataclass(frozen=True)
class Visit:
    """A coach or a refresher that comes back to those who sat in a course some quarters ago.

    Attributes:
        age: quarters since the course.
        part: share of what that quarter's followed courses taught to which this visit comes back, (competencies, rows, draws), or 1.
        reached: share of the row that is visited, (competencies, rows).
        gain: what the visit teaches besides, mean of the row before the headroom limit, SD, (competencies, rows, draws); None for a coach.
    """

    age: int
    part: np.ndarray | float
    reached: np.ndarray
    gain: np.ndarray | None = None


class Skill:
    """The trained skill of every row, updated in place quarter by quarter.

    Of the courses that a coach or a refresher comes back to, what each quarter taught is kept apart for a while: a coach meets
    those who were taught, so what is idle among *them* wakes, not the average of the row.

    Attributes:
        state: (uses, stores, competencies, rows, draws), SD, never negative; without what is kept apart.
        fresh: what followed courses taught 0, 1, 2 ... quarters ago, arrays like `state`, or None where nothing was taught.
    """

    def __init__(self, competencies: int, rows: int, a: dict, structure: dict, ages: int = 0):
        self.store_share, _ = store_shares(a, structure)
        self.stay = a["stay"]
        self.headroom = a["headroom"]
        draws = self.store_share.shape[-1]
        self.state = np.zeros((3, len(self.store_share), competencies, rows, draws))
        self.fresh: list[np.ndarray | None] = [None] * ages

    def _parts(self) -> list[np.ndarray]:
        return [self.state, *(part for part in self.fresh if part is not None)]

    def possessed(self) -> np.ndarray:
        """All that is still known, SD, (competencies, rows, draws)."""
        return sum(part.sum(axis=(0, 1)) for part in self._parts())

    def expressed(self) -> np.ndarray:
        """What is used at work, SD, (competencies, rows, draws)."""
        return sum(part[STEADY].sum(axis=0) + part[WAVERING].sum(axis=0) for part in self._parts())

    def begin(self) -> None:
        """A quarter begins: what was taught longest ago is no longer kept apart, the rest is a quarter older."""
        if self.fresh:
            *younger, oldest = self.fresh
            if oldest is not None:
                self.state += oldest
            self.fresh = [None, *younger]

    def teach(self, gain: np.ndarray, reached: np.ndarray, applied: np.ndarray, kept: np.ndarray | None = None, visits: Sequence[Visit] = ()) -> None:
        """Add what courses teach and wake what they, a coach or a refresher remind of.

        Args:
            gain: mean gain of the row before the headroom limit, SD, (competencies, rows, draws).
            reached: share of the row whose idle skill a course reminds of, (competencies, rows).
            applied: probability that a gain is used, (rows, draws).
            kept: the same as `gain` for courses that somebody will come back to; None if there are none.
            visits: who comes back to whom.
        """
        possessed = self.possessed()
        room = np.maximum(0.0, 1.0 - possessed / self.headroom)
        gain = gain * room
        for visit in visits:
            if visit.gain is not None:
                gain += visit.gain * self._room_of(visit, possessed)
        for part in self._parts():
            self._wake(part, reached[:, :, None] * applied)
        for visit in visits:
            for age, part in enumerate([self.state, *self.fresh], start=-1):
                if part is not None:
                    met = visit.reached[:, :, None]
                    self._wake(part, (met + visit.part * (1.0 - met) if age == visit.age else met) * applied)
        self._add(self.state, gain, applied)
        if kept is not None:
            self.fresh[0] = np.zeros_like(self.state)
            self._add(self.fresh[0], kept * room, applied)

    def _room_of(self, visit: Visit, possessed: np.ndarray) -> np.ndarray:
        """Headroom of those visited: they hold all of what their course taught, and of the rest what everybody holds."""
        theirs = 0.0 if self.fresh[visit.age] is None else visit.part * self.fresh[visit.age].sum(axis=(0, 1))
        each = theirs / np.maximum(visit.reached, 1e-12)[:, :, None]
        return np.maximum(0.0, 1.0 - (possessed - theirs + each) / self.headroom)

    def _wake(self, part: np.ndarray, share: np.ndarray) -> None:
        woken = part[IDLE] * share
        part[IDLE] -= woken
        part[STEADY] += self.stay * woken
        part[WAVERING] += (1.0 - self.stay) * woken

    def _add(self, part: np.ndarray, gain: np.ndarray, applied: np.ndarray) -> None:
        used = gain * applied
        for use, new in ((STEADY, self.stay * used), (WAVERING, (1.0 - self.stay) * used), (IDLE, gain - used)):
            part[use] += new * self.store_share[:, None, None, :]

    def fade(self, fading: Fading, followed: Sequence[Fading | None] = ()) -> None:
        """Let one quarter pass.

        Args:
            followed: other factors for what was taught 0, 1 ... quarters ago, where a coach follows up.
        """
        own = [fading, *(followed[age] if age < len(followed) and followed[age] else fading for age in range(len(self.fresh)))]
        for part, factor in zip([self.state, *self.fresh], own, strict=True):
            if part is not None:
                part[STEADY] *= factor.steady
                part[IDLE] *= factor.idle
                part[IDLE] += part[WAVERING] * factor.lapsed
                part[WAVERING] *= factor.wavering
                part *= factor.stays


def share_applying(a: dict, months: np.ndarray, support=0.0) -> np.ndarray:
    """Share of the trained who still apply what they learned, (months, draws): `p0 (stay + (1-stay) e^(-lapse t))`."""
    t = np.asarray(months, dtype=float)[:, None]
    return applying(a, support) * (a["stay"] + (1.0 - a["stay"]) * np.exp(-a["lapse"] * t))
