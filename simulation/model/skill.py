"""How a course becomes skill, how much of it is used at work, and how it fades.

Skill is counted in SD of staff competency. Two readings of one state are never mixed up: *possessed* (what an
assessment centre sees) and *expressed* (what a citizen meets). Shapes: `courses`, `competencies`, `rows`
(groups of cells that are treated alike), `draws`; stores are labile and durable; dt is a quarter of 3 months.
"""

from __future__ import annotations

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
    """What one quarter leaves of each part of the skill, factors of shape (stores, competencies, rows, draws)."""

    steady: np.ndarray
    wavering: np.ndarray
    idle: np.ndarray
    lapsed: np.ndarray  # from wavering to idle


def store_shares(a: dict, structure: dict) -> tuple[np.ndarray, np.ndarray]:
    """Share of a new gain per store and its monthly decay rate without use, each (stores, draws)."""
    if structure["forgetting"] == "single_store":
        return np.ones_like(a["tau_single"])[None], 1.0 / a["tau_single"][None]
    share = np.stack([a["labile_share"], 1.0 - a["labile_share"]])
    return share, 1.0 / np.stack([a["tau_labile"], a["tau_durable"]])


def fading(a: dict, structure: dict, followed: np.ndarray, stays: np.ndarray, months: float = MONTHS) -> Fading:
    """Exact solution of lapse and decay over one step.

    Wavering use lapses at `lapse`, times `follow_up_effect` where a coach follows up; idle skill decays with its
    store's time constant; skill in use decays `use_decay` times as fast. `dW/dt = -(lapse + rho/tau) W`,
    `dI/dt = lapse W - I/tau`.

    Args:
        followed: share under follow-up, (rows,).
        stays: what moving people leave in the cell, (competencies, rows, draws).
    """
    _, decay = store_shares(a, structure)
    decay = decay[:, None, None, :]
    used = a["use_decay"] * decay
    lapse = a["lapse"] * (1.0 - followed[:, None] * (1.0 - a["follow_up_effect"]))
    excess = (lapse + used - decay) * months
    ramp = np.where(np.abs(excess) < 1e-8, 1.0, -np.expm1(-excess) / np.where(excess == 0.0, 1.0, excess))
    in_use = np.exp(-used * months) * stays
    return Fading(in_use, np.exp(-lapse * months) * in_use, np.exp(-decay * months) * stays,
                  lapse * months * np.exp(-decay * months) * ramp * stays)


class Skill:
    """The trained skill of every row, updated in place quarter by quarter.

    Attributes:
        state: (uses, stores, competencies, rows, draws), SD, never negative.
    """

    def __init__(self, competencies: int, rows: int, a: dict, structure: dict):
        self.store_share, _ = store_shares(a, structure)
        self.stay = a["stay"]
        self.headroom = a["headroom"]
        draws = self.store_share.shape[-1]
        self.state = np.zeros((3, len(self.store_share), competencies, rows, draws))

    def possessed(self) -> np.ndarray:
        """All that is still known, SD, (competencies, rows, draws)."""
        return self.state.sum(axis=(0, 1))

    def expressed(self) -> np.ndarray:
        """What is used at work, SD, (competencies, rows, draws)."""
        return self.state[STEADY].sum(axis=0) + self.state[WAVERING].sum(axis=0)

    def teach(self, gain: np.ndarray, reached: np.ndarray, applied: np.ndarray) -> None:
        """Add what courses teach and wake what they remind of.

        Args:
            gain: mean gain of the row before the headroom limit, SD, (competencies, rows, draws).
            reached: share of the row whose idle skill a course or coach reminds of, (competencies, rows).
            applied: probability that a gain is used, (rows, draws).
        """
        gain *= np.maximum(0.0, 1.0 - self.possessed() / self.headroom)
        new = gain * self.store_share[:, None, None, :]
        idle = self.state[IDLE]
        woken = idle * (reached[:, :, None] * applied)
        idle -= woken
        woken += applied * new
        idle += (1.0 - applied) * new
        self.state[STEADY] += self.stay * woken
        self.state[WAVERING] += (1.0 - self.stay) * woken

    def fade(self, fading: Fading) -> None:
        """Let one quarter pass."""
        self.state[STEADY] *= fading.steady
        self.state[IDLE] *= fading.idle
        self.state[IDLE] += self.state[WAVERING] * fading.lapsed
        self.state[WAVERING] *= fading.wavering


def share_applying(a: dict, months: np.ndarray, support=0.0) -> np.ndarray:
    """Share of the trained who still apply what they learned, (months, draws): `p0 (stay + (1-stay) e^(-lapse t))`."""
    t = np.asarray(months, dtype=float)[:, None]
    return applying(a, support) * (a["stay"] + (1.0 - a["stay"]) * np.exp(-a["lapse"] * t))
