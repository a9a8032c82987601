"""Rows of a survey that deserve a second look: flagged, never dropped, and the effect of leaving them out is shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SECONDS_APART = 60  # the same answers from the same kind of person within a minute


@dataclass(frozen=True)
class Flag:
    """One kind of suspicion.

    Attributes:
        code: "same_answers" (one rating for all nine) or "seconds_apart".
        rows: (n,) True where it applies.
    """

    code: str
    rows: np.ndarray

    @property
    def count(self) -> int:
        """Rows with it."""
        return int(self.rows.sum())


def flags(ratings: np.ndarray, people: np.ndarray, seconds: np.ndarray | None) -> tuple[Flag, ...]:
    """The flags of a survey that apply to at least one row.

    Args:
        ratings: (n, 9), 0 is no answer. people: (n, k) codes of what else is known of a row.
        seconds: (n,) moment of each row, NaN if unknown, or None where no clock time is given.
    """
    same = (ratings[:, 0] > 0) & (ratings == ratings[:, :1]).all(axis=1)
    found = [Flag("same_answers", same)]
    if seconds is not None:
        found.append(Flag("seconds_apart", _repeats(np.hstack([ratings, people]), seconds)))
    return tuple(flag for flag in found if flag.count)


def _repeats(rows: np.ndarray, seconds: np.ndarray) -> np.ndarray:
    """Rows equal to another one less than a minute earlier."""
    _, kind = np.unique(rows, axis=0, return_inverse=True)
    order = np.lexsort((seconds, kind.ravel()))
    close = (np.diff(kind.ravel()[order]) == 0) & (np.diff(seconds[order]) <= SECONDS_APART)
    repeats = np.zeros(len(rows), bool)
    repeats[order[1:][close]] = True
    return repeats


def without_variance(ratings: np.ndarray) -> tuple[int, ...]:
    """Positions of elements that everybody rated the same."""
    return tuple(e for e in range(ratings.shape[1]) if len(np.unique(ratings[ratings[:, e] > 0, e])) == 1)
