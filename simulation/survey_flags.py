"""Rows of a survey that deserve a second look: flagged, never dropped, and the effect of leaving them out is shown."""

from __future__ import annotations

from collections.abc import Sequence
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


def flags(ratings: np.ndarray, people: Sequence[np.ndarray], moments: np.ndarray | None) -> tuple[Flag, ...]:
    """The flags of a survey that apply to at least one row.

    Args:
        ratings: (n, 9), 0 is no answer. people: codes (n,) of what else is known of a row.
        moments: (n,) moment of each row, NaT if unknown, or None where no clock time is given.
    """
    same = (ratings[:, 0] > 0) & (ratings == ratings[:, :1]).all(axis=1)
    found = [Flag("same_answers", same)]
    if moments is not None:
        found.append(Flag("seconds_apart", _repeats(ratings, people, moments)))
    return tuple(flag for flag in found if flag.count)


def _repeats(ratings: np.ndarray, people: Sequence[np.ndarray], moments: np.ndarray) -> np.ndarray:
    """Rows equal to another one less than a minute earlier."""
    kind = np.zeros(len(ratings), dtype=np.int64)
    for codes in (*ratings.T, *people):  # numbered anew each time, so that the product stays small
        _, kind = np.unique(kind * (int(codes.max()) + 2) + codes + 1, return_inverse=True)
    order = np.lexsort((moments, kind))
    close = (np.diff(kind[order]) == 0) & (np.diff(moments[order]) <= np.timedelta64(SECONDS_APART, "s"))
    repeats = np.zeros(len(ratings), bool)
    repeats[order[1:][close]] = True
    return repeats


def without_variance(ratings: np.ndarray) -> tuple[int, ...]:
    """Positions of elements that everybody rated the same."""
    return tuple(e for e in range(ratings.shape[1]) if len(np.unique(ratings[ratings[:, e] > 0, e])) == 1)
