"""What a coach and a refresher bring, in the cohort model and in the twin: the judge of whether they reach those who were taught."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from benchmarks.twin.agreement import Agreement, compare
from benchmarks.twin.seating import IN_PERSON, Rules
from simulation.model.training import QUARTERS_PER_YEAR

CHANGES = {  # name -> (ready-made scenario, what differs from it)
    "today": ("todays_path", {}),
    "practice and follow-up": ("practice_and_follow_up", {}),
    "today with follow-up": ("todays_path", {"follow_up": "all"}),
    "designed": ("designed_for_impact", {}),
    "designed, no refresher": ("designed_for_impact", {"refresher_months": 0}),
    "designed, no refresher, no follow-up": ("designed_for_impact", {"refresher_months": 0, "follow_up": "none"}),
}
CONTRASTS = (
    ("practice and follow-up", "today"),
    ("designed, no refresher", "designed, no refresher, no follow-up"),
    ("today with follow-up", "today"),
    ("designed", "designed, no refresher"),
    ("designed", "today"),
)


@dataclass(frozen=True)
class Contrast:
    """Difference of two plans in the city's IKM, mean of the last year.

    Attributes:
        plan, other: names of `CHANGES`. cohort, twin: the difference in each model. error: standard error of the twin's.
    """

    plan: str
    other: str
    cohort: float
    twin: float
    error: float


def as_before(assumptions):
    """The ledger with 2.45 IKM points per SD, the slope that these contrasts were first judged at."""
    fixed = {"link_route": 0.0, "behaviour_slope": 2.45 * 9.0 / 25.0 * 0.3125, "office_share": 1.0, "published_share": 1.0, "halo_draw": 1.0,
             "technical_ratio": 1.0}
    rows = tuple(replace(row, value=fixed[row.key], distribution=MappingProxyType({"kind": "fixed"})) if row.key in fixed else row
                 for row in assumptions.parameters)
    return replace(assumptions, parameters=rows)


def contrasts(city, assumptions, library, rules: Rules = IN_PERSON, replications: int = 8) -> list[Contrast]:
    """All contrasts at the central values."""
    runs = {}
    for name, (key, change) in CHANGES.items():
        scenario = library[key].replace(change)
        runs[name] = compare(name, scenario, city, assumptions, 0, rules, replications)
    return [_contrast(plan, other, runs) for plan, other in CONTRASTS]


def _contrast(plan: str, other: str, runs: dict[str, Agreement]) -> Contrast:
    def last_year(run: Agreement, model: str) -> np.ndarray:
        return getattr(run, model)["ikm"][..., -QUARTERS_PER_YEAR:].mean(axis=-1)

    gain = last_year(runs[plan], "twin") - last_year(runs[other], "twin")
    cohort = last_year(runs[plan], "cohort") - last_year(runs[other], "cohort")
    return Contrast(plan, other, float(cohort), float(gain.mean()), float(gain.std(ddof=1) / np.sqrt(len(gain))))
