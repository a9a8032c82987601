"""What "best" means: the city's IKM, its worst unit, staff at the standard, citizens' hours, or a stated mix of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from simulation.errors import InputError, Problem, shown, unknown
from simulation.model.training import QUARTERS_PER_YEAR as Q

INDICATORS = ("ikm", "worst_unit", "standard", "hours_saved")


@dataclass(frozen=True)
class Objective:
    """What a plan is asked to bring, always as the mean over the futures, counted from no training at all.

    Attributes:
        weights: indicator -> weight: `ikm` (IKM of the city, points), `worst_unit` (IKM of the unit with the lowest, points),
            `standard` (share of staff at the required level or above), `hours_saved` (citizens' hours at the counters).
        year: year of the plan whose mean counts, 1 = first; None for the last; "all" for the mean of all years. Hours add up to
            the end of that year.
        scales: what 1 stands for in a mix: what a greedy plan for that indicator alone brings. 1 where there is one indicator.
    """

    weights: Mapping[str, float] = field(default_factory=lambda: {"ikm": 1.0})
    year: int | str | None = None
    scales: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, asked: str | Mapping[str, float] | Objective, years: int) -> Objective:
        """An objective from the name of an indicator, from weights, or as it is.

        Raises:
            InputError: unknown indicator, weights that are not positive, or a year past the horizon.
        """
        asked = asked if isinstance(asked, Objective) else cls({asked: 1.0} if isinstance(asked, str) else dict(asked))
        problems = [unknown("allocation_objective", name, INDICATORS) for name in asked.weights if name not in INDICATORS]
        problems += [Problem("allocation_weight", {"found": shown(w), "name": name}) for name, w in asked.weights.items()
                     if not isinstance(w, (int, float)) or isinstance(w, bool) or not 0.0 < w < float("inf")]
        if not asked.weights:
            problems.append(Problem("allocation_objective", {"found": "{}", "nearest": ", ".join(INDICATORS)}))
        whole = isinstance(asked.year, int) and not isinstance(asked.year, bool)
        if asked.year not in (None, "all") and not (whole and 1 <= asked.year <= years):
            problems.append(Problem("past_horizon_year", {"found": shown(asked.year), "limit": str(years)}))
        if problems:
            raise InputError(problems)
        return asked

    @property
    def mixed(self) -> bool:
        """Whether it weighs several indicators."""
        return len(self.weights) > 1

    def weight(self, indicator: str) -> float:
        """Worth of one unit of an indicator."""
        return self.weights.get(indicator, 0.0) / self.scales.get(indicator, 1.0)

    def quarters(self, years: int) -> slice:
        """The quarters whose mean counts, on a time axis that begins with today."""
        if self.year == "all":
            return slice(1, None)
        year = self.year or years
        return slice((year - 1) * Q + 1, year * Q + 1)

    def end(self, years: int) -> int:
        """Year up to which hours add up and at whose end levels are read."""
        return years if self.year in (None, "all") else self.year

    def score(self, told: Mapping[str, np.ndarray], nothing: Mapping[str, np.ndarray]) -> np.ndarray:
        """Worth of a plan beyond no training, (draws,); both as `read` tells them."""
        return sum(self.weight(name) * (told[name] - nothing[name]) for name in sorted(self.weights))


def read(outcome, objective: Objective) -> dict[str, np.ndarray]:
    """The indicators of one outcome as an allocation looks at them, (draws,) each; hours are counted as saved, so negative."""
    years = outcome.scenario.years
    units = outcome.ikm[:, objective.quarters(years)].mean(axis=1)
    end = objective.end(years)
    told = {
        "ikm": outcome.city_ikm[objective.quarters(years)].mean(axis=0), "worst_unit": units.min(axis=0),
        "gap": units.max(axis=0) - units.min(axis=0), "hours_saved": -outcome.hours_waited[1:end * Q + 1].sum(axis=0),
        "ikm_last": outcome.year_mean(outcome.city_ikm, years), "units": units,
    }
    if "standard" in objective.weights:
        told["standard"] = outcome.meeting_standard()[end]
    return told
