"""Scenarios in the same futures, with some assumptions held at a place of their range and all others drawn as usual."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from functools import lru_cache

import numpy as np

from simulation import distributions
from simulation.analysis.futures import Futures, at_points
from simulation.assumptions import Assumption, Assumptions
from simulation.draws import row_name
from simulation.ensemble import Progress

ENDS = (0.05, 0.95)  # probabilities between which an assumption that varies is moved
MOST_COLUMNS = 16_384  # futures run in one go, so that memory stays flat
Hold = tuple[tuple[str, float], ...]  # (key of the row, position in its range from 0 to 1), in the order of the ledger


@lru_cache(maxsize=256)
def _scale(distribution: tuple) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities across the 5-95 % range, and the values there."""
    u = np.linspace(*ENDS, 2001)
    return u, distributions.quantile(dict(distribution), u)


def ends(row: Assumption) -> tuple[float, float]:
    """The range a row is moved in: its 5-95 % range as far as the ledger accepts it, or the stated range of one number."""
    low, high = row.range
    if not row.varies:
        return low, high
    first, last = (float(v) for v in row.quantile(np.array(ENDS)))
    return (max(low, first), min(high, last)) if max(low, first) < min(high, last) else (first, last)


def probability(row: Assumption, position: float) -> float:
    """Probability at which a row that varies has the value that far along its range."""
    u, values = _scale(tuple((name, tuple(v) if isinstance(v, (list, tuple)) else v) for name, v in row.distribution.items()))
    low, high = ends(row)
    return float(np.interp(low + position * (high - low), values, u))


def value_at(row: Assumption, position: float) -> float:
    """Value of a row at a position of its range."""
    low, high = ends(row)
    value = row.quantile(np.array([probability(row, position)]))[0] if row.varies else low + position * (high - low)
    return float(min(max(value, low), high))


class Held:
    """Readings of scenarios under held assumptions; each is made once and kept.

    A scenario that overrides a held row itself keeps its own override.

    Attributes:
        base: all scenarios with nothing held.
    """

    def __init__(self, base: Futures, executor: Executor | None = None):
        self.base, self.executor = base, executor
        self._rows = {row.key: i for i, row in enumerate(base.assumptions.parameters)}
        self._kept: dict[tuple[Hold, int, int], np.ndarray] = {}

    def hold(self, *places: tuple[str, float]) -> Hold:
        """Rows held at positions, in one order whatever the order asked."""
        return tuple(sorted(((key, float(position)) for key, position in places), key=lambda place: self._rows[place[0]]))

    def ledger(self, hold: Hold) -> Assumptions:
        """The ledger with those held rows that are one number in it set to another."""
        rows = [(self.base.assumptions[key], position) for key, position in hold]
        return self.base.assumptions.replace({row.key: value_at(row, position) for row, position in rows if not row.varies})

    def read(self, wanted: Sequence[tuple[Hold, int]], draws: int | None = None, progress: Progress | None = None) -> np.ndarray:
        """IKM and cost under held assumptions.

        Args:
            wanted: which rows are held where, and position of the scenario.
            draws: the first ones only; all when None.
            progress: told (done, total) futures of this call.

        Returns:
            (wanted, 2, draws): IKM of the last common year, cost in rupiah.
        """
        draws = draws or self.base.draws
        asked = [(self._without_overridden(hold, scenario), scenario, draws) for hold, scenario in wanted]
        missing = [one for one in dict.fromkeys(asked) if one not in self._kept and one[0]]
        groups: dict[tuple, list[Hold]] = {}
        for hold, scenario, _ in missing:
            changed = tuple(place for place in hold if not self.base.assumptions[place[0]].varies)
            groups.setdefault((scenario, changed), []).append(hold)
        done = 0
        for (scenario, _), holds in groups.items():
            step = max(1, MOST_COLUMNS // draws)
            for first in range(0, len(holds), step):
                part = holds[first:first + step]
                self._run(scenario, part, draws, _later(progress, done, len(missing) * draws))
                done += len(part) * draws
        return np.stack([self._reading(*one) for one in asked]) if asked else np.empty((0, 2, draws))

    def known(self, key: str, scenarios: Sequence[int]) -> list[float]:
        """Positions at which a row alone was held in all futures, for each of these scenarios, in rising order."""
        found = [{hold[0][1] for hold, s, n in self._kept if s == scenario and n == self.base.draws and len(hold) == 1 and hold[0][0] == key}
                 for scenario in scenarios if key not in self.base.scenarios[scenario].overrides]
        return sorted(set.intersection(*found)) if found else []

    def _without_overridden(self, hold: Hold, scenario: int) -> Hold:
        return tuple(place for place in hold if place[0] not in self.base.scenarios[scenario].overrides)

    def _reading(self, hold: Hold, scenario: int, draws: int) -> np.ndarray:
        if not hold:
            return np.stack([self.base.ikm[scenario, :draws], self.base.cost_rp[scenario, :draws]])
        return self._kept[hold, scenario, draws]

    def _run(self, scenario: int, holds: list[Hold], draws: int, progress: Progress | None) -> None:
        """Run one scenario under several holds that share a ledger, side by side."""
        ledger = self.ledger(holds[0])
        points = self.base.points.at(np.tile(np.arange(draws), len(holds)))
        for i, hold in enumerate(holds):
            for key, position in hold:
                if ledger[key].varies:
                    points[row_name(key)][i * draws:(i + 1) * draws] = probability(ledger[key], position)
        found = at_points([self.base.scenarios[scenario]], self.base.city, ledger, points, self.executor, progress)
        read = np.stack([found.ikm[0], found.cost_rp[0]])
        for i, hold in enumerate(holds):
            self._kept[hold, scenario, draws] = read[:, i * draws:(i + 1) * draws]


def _later(progress: Progress | None, before: int, total: int) -> Progress | None:
    """The progress of one part, told as part of the whole."""
    return (lambda done, _: progress(before + done, total)) if progress else None
