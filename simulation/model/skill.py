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


def woken_by_leaders(a: dict, support: np.ndarray) -> np.ndarray:
    """Share of idle skill that leaders wake in a quarter, (rows, draws): `1 - e^(-supervision_wake * support)`."""
    return -np.expm1(-a["supervision_wake"] * support)


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

    def moved(self) -> tuple[np.ndarray, ...]:
        """The factors times `stays`: steady, wavering, idle, lapsed, (stores, competencies, rows, draws) each."""
        return tuple(part * self.stays for part in (self.steady, self.wavering, self.idle, self.lapsed))


def two_stores(a: dict, structure: dict) -> np.ndarray:
    """Whether what is not used is forgotten from two stores or from one, (draws,): drawn by its weight, or set by the switch."""
    drawn = a["forgetting_shape"] < a["forgetting_weight"]
    return {"drawn": drawn, "two_store": np.ones_like(drawn), "single_store": np.zeros_like(drawn)}[structure["forgetting"]]


def store_shares(a: dict, structure: dict) -> tuple[np.ndarray, np.ndarray]:
    """Share of a new gain per store, labile and durable, and its monthly decay rate without use, each (stores, draws).

    With one store everything is in the first one, which then decays with `tau_single`.
    """
    two = two_stores(a, structure)
    labile = np.where(two, a["labile_share"], 1.0)
    first = np.where(two, a["tau_labile"], a["tau_single"])
    return np.stack([labile, 1.0 - labile]), 1.0 / np.stack([first, np.broadcast_to(a["tau_durable"], first.shape)])


def fading(a: dict, structure: dict, followed, stays: np.ndarray, months: float = MONTHS) -> Fading:
    """Exact solution of lapse and decay over one step.

    Wavering use lapses at `lapse`, times `follow_up_effect` where a coach follows up; idle skill decays with its
    store's time constant; skill in use decays `use_decay` times as fast. `dW/dt = -(lapse + rho/tau) W`,
    `dI/dt = lapse W - I/tau`.

    Args:
        followed: share under follow-up, (rows,), (competencies, rows, draws) or one number.
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
        relearns: whether what was forgotten is learned again, as in a refresher; a coach reminds only.
    """

    age: int
    part: np.ndarray | float
    reached: np.ndarray
    relearns: bool


def _missed(visits: Sequence[Visit], applied: np.ndarray, where=..., age: int | None = None) -> np.ndarray | float:
    """Share of idle skill that no visit wakes, (competencies, rows, draws).

    Args:
        where: competencies and rows that are asked. age: of the courses that taught it; None for skill of no course in particular. A visit meets
            all of what its own courses taught, and of the rest what the people it visits happen to hold.
    """
    missed = 1.0
    for visit in visits:
        met = visit.reached[where][..., None]
        if visit.age == age:
            met = met + visit.part * (1.0 - met)
        missed = missed * (1.0 - met * applied)
    return missed


class Skill:
    """The trained skill of every row, updated in place quarter by quarter.

    Of the courses that a coach or a refresher comes back to, what each quarter taught is kept apart for a while: a coach meets
    those who were taught, so what is idle among *them* wakes, not the average of the row.

    Args:
        ages: for how many quarters that is kept apart. followed: slices of the competencies and of the rows that such courses teach.

    Attributes:
        state: (uses, stores, competencies, rows, draws), SD, never negative; without what is kept apart.
        fresh: what followed courses taught 0, 1, 2 ... quarters ago, arrays like `state` of those competencies and rows, or None where nothing was taught.
        taught: what those courses taught at first to people who are still there, (competencies, rows, draws) each, or None.
    """

    def __init__(self, competencies: int, rows: int, a: dict, structure: dict, ages: int = 0,
                 followed: tuple[slice, slice] = (slice(None), slice(None))):
        self.store_share, _ = store_shares(a, structure)
        two = two_stores(a, structure)
        self.lasting = np.stack([~two, two]).astype(float)  # where relearned skill goes
        self.stay, self.headroom, self.relearning = a["stay"], a["headroom"], a["relearning"]
        self.where = followed
        self.state = np.zeros((3, len(self.store_share), competencies, rows, self.store_share.shape[-1]))
        self.fresh: list[np.ndarray | None] = [None] * ages
        self.taught: list[np.ndarray | None] = [None] * ages

    def read(self) -> tuple[np.ndarray, np.ndarray]:
        """What is used at work, and all that is still known, SD, (competencies, rows, draws) each."""
        used, known = self.state[:IDLE].sum(axis=(0, 1)), self.state[IDLE].sum(axis=0)
        for part in self.fresh:
            if part is not None:
                used[self.where] += part[:IDLE].sum(axis=(0, 1))
                known[self.where] += part[IDLE].sum(axis=0)
        known += used
        return used, known

    def possessed(self) -> np.ndarray:
        """All that is still known, SD, (competencies, rows, draws)."""
        return self.read()[1]

    def expressed(self) -> np.ndarray:
        """What is used at work, SD, (competencies, rows, draws)."""
        return self.read()[0]

    def begin(self) -> None:
        """A quarter begins: what was taught longest ago is no longer kept apart, the rest is a quarter older."""
        if self.fresh:
            if self.fresh[-1] is not None:
                self.state[:, :, *self.where] += self.fresh[-1]
            self.fresh, self.taught = [None, *self.fresh[:-1]], [None, *self.taught[:-1]]

    def settle(self) -> None:
        """Nothing is kept apart any longer."""
        for _ in self.fresh:
            self.begin()

    def teach(self, gain: np.ndarray, reached: np.ndarray, applied: np.ndarray, possessed: np.ndarray | None = None, kept: np.ndarray | None = None,
              visits: Sequence[Visit] = (), supervised: np.ndarray | float = 0.0) -> None:
        """Add what courses teach and wake what they, a coach, a refresher or the leaders remind of.

        Args:
            gain: mean gain of the row before the headroom limit, SD, (competencies, rows, draws).
            reached: share of the row whose idle skill a course reminds of, (competencies, rows).
            applied: probability that a gain is used, (rows, draws).
            possessed: what is known already, if that was added up before.
            kept: the same as `gain` for courses that somebody will come back to; None if there are none.
            visits: who comes back to whom.
            supervised: share of idle skill that leaders wake, (rows, draws).
        """
        room = np.maximum(0.0, 1.0 - (self.possessed() if possessed is None else possessed) / self.headroom)
        asleep = (1.0 - reached[:, :, None] * applied) * (1.0 - supervised)
        self._wake(self.state, 1.0 - asleep * _missed(visits, applied))
        used = np.broadcast_to(applied, asleep.shape)[self.where]
        for age, part in enumerate(self.fresh):
            if part is not None:
                self._wake(part, 1.0 - asleep[self.where] * _missed(visits, used, self.where, age))
        for visit in visits:
            if visit.relearns and self.fresh[visit.age] is not None:
                self._relearn(visit, used)
        self._add(self.state, gain * room, applied, self.store_share)
        if kept is not None:
            self.taught[0] = (kept * room)[self.where]
            self.fresh[0] = np.zeros((*self.state.shape[:2], *self.taught[0].shape))
            self._add(self.fresh[0], self.taught[0], used, self.store_share)

    def _relearn(self, visit: Visit, applied: np.ndarray) -> None:
        """Bring back a share of what those visited once learned in their course and do not know any more, `s (L - K)`, to stay."""
        part = self.fresh[visit.age]
        lost = np.maximum(0.0, self.taught[visit.age] - part.sum(axis=(0, 1)))
        self._add(part, self.relearning * visit.part * lost, applied, self.lasting)

    def _wake(self, part: np.ndarray, share: np.ndarray) -> None:
        woken = part[IDLE] * share
        part[IDLE] -= woken
        part[STEADY] += self._stay(part) * woken
        part[WAVERING] += (1.0 - self._stay(part)) * woken

    def _add(self, part: np.ndarray, gain: np.ndarray, applied: np.ndarray, store: np.ndarray) -> None:
        used, stay = gain * applied, self._stay(part)
        for use, new in ((STEADY, stay * used), (WAVERING, (1.0 - stay) * used), (IDLE, gain - used)):
            part[use] += new * store[:, None, None, :]

    def _stay(self, part: np.ndarray) -> np.ndarray:
        """Share of new use that never lapses, for the rows of a part; the same in all rows unless rows are persons."""
        return self.stay if self.stay.ndim == 1 or part is self.state else self.stay[self.where[1]]

    def fade(self, fading: Fading, followed: Sequence[Fading | None] = ()) -> None:
        """Let one quarter pass.

        Args:
            followed: other factors for what was taught 0, 1 ... quarters ago, where a coach follows up; of `where` alone.
        """
        whole = fading.moved()
        self._fade(self.state, whole)
        own = [np.broadcast_to(factor, self.state.shape[1:])[:, *self.where] for factor in whole] if any(part is not None for part in self.fresh) else None
        for age, part in enumerate(self.fresh):
            if part is not None:
                self._fade(part, followed[age].moved() if age < len(followed) and followed[age] else own)
                self.taught[age] *= np.broadcast_to(fading.stays, self.state.shape[2:])[self.where]

    @staticmethod
    def _fade(part: np.ndarray, factor) -> None:
        steady, wavering, idle, lapsed = factor
        part[STEADY] *= steady
        part[IDLE] *= idle
        part[IDLE] += part[WAVERING] * lapsed
        part[WAVERING] *= wavering


def share_applying(a: dict, months: np.ndarray, support=0.0) -> np.ndarray:
    """Share of the trained who still apply what they learned, (months, draws): `p0 (stay + (1-stay) e^(-lapse t))`."""
    t = np.asarray(months, dtype=float)[:, None]
    return applying(a, support) * (a["stay"] + (1.0 - a["stay"]) * np.exp(-a["lapse"] * t))
