"""Plans tried in futures that the search has not seen: the honest answer to "how much better?"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from simulation.analysis.allocation.objective import Objective, read
from simulation.assumptions import Assumptions
from simulation.city import City
from simulation.draws import Points
from simulation.ensemble import Progress, readings
from simulation.outcome import QUANTILES, verdict_of
from simulation.scenario import Scenario

NOTHING = "nothing"


@dataclass(frozen=True)
class Versus:
    """A plan against another one in the same futures.

    Attributes:
        gain: difference of the objective, (draws,). ikm: of the city's IKM in the last year, (draws,).
        share_better: share of futures in which the IKM is higher by more than the smallest difference that matters.
        verdict: as in `compare`.
    """

    gain: np.ndarray
    ikm: np.ndarray
    share_better: float
    verdict: str

    @property
    def error(self) -> float:
        """Standard error of the mean gain, as if the draws were independent; for the sliced draws of `simulation.draws` an upper bound."""
        return float(self.gain.std(ddof=1) / np.sqrt(len(self.gain))) if len(self.gain) > 1 else float("nan")


@dataclass(frozen=True)
class Trial:
    """Several plans in the same futures.

    Attributes:
        scenarios: by name; "nothing" is no training at all.
        told: what each brings, see `objective.read`, name -> indicator -> (..., draws).
        objective: what a plan is asked for. smallest: smallest IKM difference that matters.
    """

    scenarios: Mapping[str, Scenario]
    told: Mapping[str, Mapping[str, np.ndarray]]
    objective: Objective
    smallest: float

    def gain(self, name: str) -> np.ndarray:
        """Objective of a plan beyond no training, (draws,)."""
        return self.objective.score(self.told[name], self.told[NOTHING])

    def versus(self, name: str, other: str) -> Versus:
        """A plan against another one."""
        ikm = self.told[name]["ikm_last"] - self.told[other]["ikm_last"]
        better, _, verdict = verdict_of(ikm, self.smallest)
        return Versus(self.gain(name) - self.gain(other), ikm, better, verdict)

    def table(self, name: str):
        """The plan against every other one: mean, error and quantiles of both differences, share of futures, verdict."""
        import pandas as pd

        lines = []
        for other in self.scenarios:
            if other != name:
                against = self.versus(name, other)
                found = {"against": other, "gain_mean": against.gain.mean(), "gain_error": against.error}
                for what in ("gain", "ikm"):
                    found |= {f"{what}_p{round(100 * q):02d}": value for q, value in zip(QUANTILES, np.quantile(getattr(against, what), QUANTILES), strict=True)}
                lines.append(found | {"share_better": against.share_better, "verdict": against.verdict})
        return pd.DataFrame(lines)


def tried(scenarios: Mapping[str, Scenario], city: City, assumptions: Assumptions, objective: Objective, points: Points,
          progress: Progress | None = None) -> Trial:
    """Run plans at given points of the assumptions.

    One after the other and here: a ledger cannot be sent to another process, and the search is what takes long.
    """
    told, done, total = {}, 0, points.draws * len(scenarios)
    for name, scenario in scenarios.items():
        step = partial(_moved_on, progress, done, total) if progress else None
        told[name] = readings(scenario, city, assumptions, points, partial(read, objective=objective), progress=step)
        done += points.draws
    return Trial(dict(scenarios), told, objective, assumptions["smallest_difference"].value)


def _moved_on(progress: Progress, before: int, total: int, done: int, _: int) -> None:
    progress(before + done, total)


class Stages:
    """Progress in stages: so many of all are done."""

    def __init__(self, progress: Progress | None, total: int):
        self.progress, self.total, self.done = progress, total, 0

    def step(self) -> None:
        """One more stage is done."""
        self.reach(self.done + 1)

    def reach(self, stage: int) -> None:
        """So many stages are done."""
        self.done = max(self.done, stage)
        if self.progress:
            self.progress(min(self.done, self.total), self.total)

    def of(self, draws: int) -> Progress | None:
        """Progress of the last stages, told in draws."""
        first = self.done
        return (lambda done, total: self.reach(first + done // draws)) if self.progress else None
