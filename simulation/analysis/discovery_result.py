"""What scenario discovery finds: conditions, how much they cover, how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from simulation.analysis.discovery_question import Question
from simulation.scenario import Scenario

Z90 = float(ndtri(0.95))  # standard errors to either side of a 90 % interval


@dataclass(frozen=True)
class Share:
    """A share of counted futures.

    Attributes:
        part, whole: counts. low, high: 90 % interval (Wilson 1927), which stays honest near 0 and 1 where redraws do not.
    """

    part: int
    whole: int

    @property
    def value(self) -> float:
        """The share; 0 of nothing."""
        return self.part / self.whole if self.whole else 0.0

    @property
    def low(self) -> float:
        """Lower end."""
        return self._end(-1.0)

    @property
    def high(self) -> float:
        """Upper end."""
        return self._end(1.0)

    def _end(self, sign: float) -> float:
        if not self.whole:
            return 0.0 if sign < 0.0 else 1.0
        n, p, z2 = self.whole, self.value, Z90**2
        end = (p + z2 / (2 * n) + sign * Z90 * np.sqrt(p * (1 - p) / n + z2 / (4 * n * n))) / (1 + z2 / n)
        return float(min(max(end, 0.0), 1.0))


@dataclass(frozen=True)
class Limit:
    """One condition of a box: an assumption below or above a value.

    Attributes:
        key: of the ledger's row, or id of the programme. kind: "assumption", or "luck" for a programme's own effect.
        side: "below" or "above".
        value: in the assumption's own unit; a standard normal score for a programme's own effect.
        low, high: 90 % of the redraws that set this limit again; None when fewer than two did.
        probability, probability_low, probability_high: the same as shares of the plausible values that lie lower.
        reappears: share of redraws that set this limit again. redraws: how many there were.
        p_value: quasi-p-value of Bryant and Lempert in the judging half: chance of as many misses if the limit meant nothing.
        grade: of the row; that of the spread between programmes for a programme's own effect.
    """

    key: str
    kind: str
    side: str
    value: float
    low: float | None
    high: float | None
    probability: float
    probability_low: float | None
    probability_high: float | None
    reappears: float
    redraws: int
    p_value: float
    grade: str


@dataclass(frozen=True)
class Step:
    """One box on the way from everything to the smallest, in the judging half.

    Attributes:
        mass: share of the futures inside. coverage, density: of misses. conditions: assumptions with a limit.
        chosen: whether it stands for the box that was chosen, which may have been widened a little after peeling.
    """

    mass: float
    coverage: float
    density: float
    conditions: int
    chosen: bool


@dataclass(frozen=True)
class Box:
    """Conditions under which misses are frequent; a later box is looked for among the futures that no earlier one holds.

    Attributes:
        limits: all of them hold together.
        coverage: share of all misses that lie in it. density: share of misses in it. mass: share of the futures in it.
        around: share of misses among the futures in which it was looked for.
        p_value: Fisher's exact test of misses inside against outside.
        path: trade-off between coverage and density on the way to it.
    """

    limits: tuple[Limit, ...]
    coverage: Share
    density: Share
    mass: Share
    around: Share
    p_value: float
    path: tuple[Step, ...]

    @property
    def weakest_grade(self) -> str:
        """The weakest evidence a limit rests on."""
        return max(limit.grade for limit in self.limits)


@dataclass(frozen=True)
class Discovery:
    """Where a plan misses its target.

    Attributes:
        question: plan, baseline, indicator, target and ledger.
        verdict: "found", "nothing" (misses are not concentrated anywhere that can be shown), "never" or "always" (missed),
            or "few" (too few misses, or too few futures that meet the target, to look for conditions).
        missed: over all futures.
        boxes: claimed ones, in the order found. together: share of misses that lie in any. elsewhere: share of misses outside all.
        draws, year, seed, redraws: futures in all, the year that counts, seed of halves and redraws, number of redraws.
        tried: assumptions that were looked at.
    """

    question: Question
    verdict: str
    missed: Share
    boxes: tuple[Box, ...]
    together: Share
    elsewhere: Share
    draws: int
    year: int
    seed: int
    redraws: int
    tried: int

    @property
    def plan(self) -> Scenario:
        """The plan in question."""
        return self.question.plan

    @property
    def assumed(self) -> list[Limit]:
        """Limits on grade D rows: to be replaced by data of the city before anyone leans on them."""
        return [limit for box in self.boxes for limit in box.limits if limit.grade == "D"]

    def table(self):
        """One row per limit with its box's figures, a data frame; empty when there is no box."""
        import pandas as pd

        columns = ["box", "key", "kind", "side", "value", "low", "high", "probability", "reappears", "p_value", "grade"]
        shares = [f"{name}{end}" for name in ("coverage", "density") for end in ("", "_low", "_high")]
        return pd.DataFrame([
            [i, *(getattr(limit, name) for name in columns[1:]),
             *(s for share in (box.coverage, box.density) for s in (share.value, share.low, share.high)),
             box.mass.value, box.around.value, self.missed.value]
            for i, box in enumerate(self.boxes, 1) for limit in box.limits
        ], columns=[*columns, *shares, "mass", "around", "base_rate"])

    def trade_off(self):
        """Coverage against density on the way to each box in the judging half, a data frame."""
        import pandas as pd

        columns = ["mass", "coverage", "density", "conditions", "chosen"]
        return pd.DataFrame([[i, *(getattr(step, name) for name in columns)] for i, box in enumerate(self.boxes, 1) for step in box.path],
                            columns=["box", *columns])

    def sentence(self, lang: str = "id") -> str:
        """Under which conditions the plan misses its target, in words."""
        from simulation.present.discovery_views import sentence

        return sentence(self, lang)
