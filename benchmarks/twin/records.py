"""What each person knows: the cohort model's own skill state with one person per row, so that its equations act on persons as they stand.

Where the cohort model has a share, a person has a yes or a no: who applies, whose use is steady, who lapses.
"""

from __future__ import annotations

import numpy as np

from simulation.model import skill

VACANT = -1
SPARE = 256  # records added when all are taken


class Records:
    """Records of all persons; a leaver's record is cleared and given to a newcomer.

    Attributes:
        cell: where the person works, VACANT for nobody, (slots,).
        below: skill relative to colleagues who have caught up, SD, at most 0, (slots,).
        followed_until: last quarter under follow-up coaching, (slots,).
        skill: trained skill, rows are persons.
    """

    def __init__(self, competencies: int, a: dict, structure: dict, ages: int = 0):
        self.a = a
        self.skill = skill.Skill(competencies, 0, a, structure, ages)
        self.cell, self.followed_until, self.below = np.empty(0, dtype=int), np.empty(0, dtype=int), np.empty(0)
        self.free: list[int] = []
        self.steps = [_one_quarter(a, structure, followed) for followed in (0.0, 1.0)]

    def open(self, cell: int, below: float) -> int:
        """Start a record; returns its slot."""
        if not self.free:
            self._add_slots()
        slot = self.free.pop()
        self.cell[slot], self.below[slot], self.followed_until[slot] = cell, below, -1
        return slot

    def close(self, slot: int) -> None:
        """Clear the record of a leaver."""
        self.cell[slot] = VACANT
        self._times(slot, 0.0)
        self.free.append(slot)

    def _times(self, slots, factor) -> None:
        """Multiply all that some persons know."""
        for part in (self.skill.state, *self.skill.fresh, *self.skill.taught):
            if part is not None:
                part[..., slots, :] *= factor

    def _add_slots(self) -> None:
        first = len(self.cell)
        self.cell = np.concatenate([self.cell, np.full(SPARE, VACANT)])
        self.followed_until = np.concatenate([self.followed_until, np.full(SPARE, -1)])
        self.below = np.concatenate([self.below, np.zeros(SPARE)])
        known = self.skill
        known.state, *known.fresh = (_longer(part) for part in (known.state, *known.fresh))
        known.taught = [_longer(part) for part in known.taught]
        self.free.extend(range(first + SPARE - 1, first - 1, -1))

    def learn(self, gain: np.ndarray, kept: np.ndarray, reached: np.ndarray, visits: list[skill.Visit], applies: np.ndarray, stays: np.ndarray,
              supervised: np.ndarray) -> None:
        """Take in a quarter's courses: all of a person's gain, and all idle skill it reminds of, is used or is not.

        Args:
            gain, kept: before the headroom limit, of courses that nobody and that somebody comes back to, SD, (competencies, slots).
            reached: which competencies a course reminded a person of, (competencies, slots).
            visits: coaches and refreshers, persons as rows.
            applies: who uses what was taught; stays: whose use never lapses; supervised: whose idle skill the leaders wake, (slots,).
        """
        self.skill.stay = stays[:, None].astype(float)
        self.skill.begin()
        self.skill.teach(gain[:, :, None], reached.astype(float), applies[:, None].astype(float), None, kept[:, :, None] if self.skill.fresh else None,
                         visits, supervised[:, None].astype(float))

    def lapse_chance(self, followed: np.ndarray) -> np.ndarray:
        """Chance that wavering use lapses within the quarter, (slots,)."""
        return np.where(followed, self.steps[1][1], self.steps[0][1])

    def quarter_passes(self, followed: np.ndarray, lapses: np.ndarray) -> None:
        """Forget, and lapse where it so happened.

        Args:
            followed: who is under a coach; lapses: whose wavering use ends this quarter, (slots,).
        """
        (free, _, moved_free), (_, _, moved_followed) = self.steps
        lapsed = np.where(followed[:, None], moved_followed, moved_free) * lapses[:, None]
        self.skill.fade(skill.Fading(free.steady, free.steady * ~lapses[:, None], free.idle, lapsed, free.stays))

    def move(self, slots: np.ndarray, cells: np.ndarray, keep: np.ndarray) -> None:
        """Rotate persons to other desks, where only part of the trained skill is of use.

        Args:
            keep: what stays of each competency, (competencies,).
        """
        self.cell[slots] = cells
        self._times(slots, keep[:, None, None])

    def present(self, cells: int) -> np.ndarray:
        """People of each cell, (cells,)."""
        return np.bincount(self.cell[self.cell != VACANT], minlength=cells).astype(float)

    def means(self, cells: int) -> tuple[np.ndarray, np.ndarray]:
        """Possessed and expressed skill per head, SD, (competencies, cells) each; 0 where nobody is."""
        per_head = 1.0 / np.maximum(self.present(cells), 1.0)
        return tuple(np.stack([self.total(row[:, 0], cells) for row in part]) * per_head for part in (self.skill.possessed(), self.skill.expressed()))

    def total(self, of_person: np.ndarray, cells: int) -> np.ndarray:
        """Sum over the people of each cell, (cells,)."""
        there = self.cell != VACANT
        return np.bincount(self.cell[there], weights=of_person[there], minlength=cells)


def _one_quarter(a: dict, structure: dict, followed: float) -> tuple[skill.Fading, float, np.ndarray]:
    """Factors of one quarter, the chance of a lapse in it, and what a lapse leaves idle.

    The cohort's factors taken apart: of wavering use a share `p` lapses at some moment of the quarter and leaves `lapsed / p` idle.
    """
    factors = skill.fading(a, structure, np.array([followed]), np.ones((1, 1, 1)))
    chance = 1.0 - float((factors.wavering / factors.steady).flat[0])
    return factors, chance, factors.lapsed / chance if chance > 0.0 else factors.lapsed


def _longer(part: np.ndarray | None) -> np.ndarray | None:
    """The same with spare persons at the end."""
    return None if part is None else np.concatenate([part, np.zeros((*part.shape[:-2], SPARE, 1))], axis=-2)
