"""One assumption at a time: the difference between two scenarios when each stands at the low and the high end of its range."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from simulation.analysis.futures import at_points, on_offer
from simulation.analysis.sensitivity import INDICATORS
from simulation.assumptions import Assumptions
from simulation.city import City
from simulation.draws import Points, luck_name, row_name
from simulation.ensemble import Progress
from simulation.errors import InputError, unknown
from simulation.scenario import Scenario

ENDS = (0.05, 0.95)


@dataclass(frozen=True)
class Tornado:
    """Differences `a - b` with one assumption moved and all others at their median.

    Attributes:
        a, b, assumptions, indicator: what was compared.
        keys: varying rows of the ledger, the widest first.
        ends: value of each row at 5 and 95 %, (rows, 2).
        difference: of the indicator there, (rows, 2).
        middle: difference with everything at its median.
    """

    a: Scenario
    b: Scenario
    assumptions: Assumptions
    indicator: str
    keys: tuple[str, ...]
    ends: np.ndarray
    difference: np.ndarray
    middle: float

    @property
    def width(self) -> np.ndarray:
        """How far the two ends are apart, (rows,)."""
        return np.abs(self.difference[:, 1] - self.difference[:, 0])

    def turns(self, i: int) -> bool:
        """Whether the difference has another sign at one of the ends than in the middle."""
        return bool((np.sign(self.difference[i]) != np.sign(self.middle)).any())

    def table(self):
        """One row per assumption, the widest first."""
        import pandas as pd

        return pd.DataFrame({
            "assumption": self.keys, "low_value": self.ends[:, 0], "high_value": self.ends[:, 1], "at_low": self.difference[:, 0],
            "at_high": self.difference[:, 1], "width": self.width, "sign_turns": [self.turns(i) for i in range(len(self.keys))],
            "grade": [self.assumptions[key].grade for key in self.keys],
        })

    def sentence(self, lang: str = "id") -> str:
        """What moves the difference most, and whether anything turns its sign."""
        from simulation.present.sensitivity_views import tornado_sentence

        return tornado_sentence(self, lang)


def tornado(a: Scenario, b: Scenario, city: City, assumptions: Assumptions, indicator: str = "ikm", executor: Executor | None = None,
            progress: Progress | None = None) -> Tornado:
    """Move one assumption at a time to the 5 and 95 % points of its distribution; the programmes' own luck stays neutral.

    Raises:
        InputError: an unknown indicator.
    """
    if indicator not in INDICATORS:
        raise InputError(unknown("unknown_indicator", indicator, INDICATORS))
    varying = [p for p in assumptions.parameters if p.varies]
    names = (*(row_name(p.key) for p in assumptions.parameters), *map(luck_name, on_offer((a, b))))
    points = Points(names, np.full((len(names), 1 + 2 * len(varying)), 0.5))
    for place, p in enumerate(varying):
        points[row_name(p.key)][1 + 2 * place:3 + 2 * place] = ENDS
    seen = at_points((a, b), city, assumptions, points, executor, progress)
    values = getattr(seen, indicator)
    gap = values[0] - values[1]
    ends = gap[1:].reshape(-1, 2)
    order = np.argsort(-np.abs(ends[:, 1] - ends[:, 0]), kind="stable")
    rows = [varying[k] for k in order]
    return Tornado(a, b, assumptions, indicator, tuple(p.key for p in rows), np.array([p.quantile(np.array(ENDS)) for p in rows]),
                   ends[order], float(gap[0]))
