"""Which survey would see a wanted change: respondents, units, waves, comparison units, one lever at a time.

With G units in a group, p waves before and q after, n respondents in each cell:
`variance = (unit_wave_sd^2 + respondent_sd^2 / n) * (1/p + 1/q) * (1/G_started + 1/G_comparison)`; without comparison
units the last factor is `1/G_started`, `city_wave_sd^2 * (1/p + 1/q)` is added, and the change must also exceed what
ratings may drift by themselves. The smallest visible change is `drift + ncp * sd`, where the noncentral t with the
test's degrees of freedom passes its critical value with the power asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from scipy import stats
from scipy.optimize import brentq

from simulation.analysis.did import FEWEST_DF, Noise, critical
from simulation.errors import InputError, Problem, shown
from simulation.survey import smallest_visible_change


@dataclass(frozen=True)
class Plan:
    """A survey: units started and compared with, waves before and after, respondents per unit and wave.

    `spacing` is the time between waves in years.
    """

    started: int
    comparison: int
    before: int
    after: int
    respondents: int
    spacing: float = 1.0

    @property
    def answers(self) -> int:
        """Questionnaires in all, what the survey costs."""
        return (self.started + self.comparison) * (self.before + self.after) * self.respondents


@dataclass(frozen=True)
class Limits:
    """How far a survey may grow: respondents per cell, units in a group, waves on one side."""

    respondents: int = 2000
    units: int = 60
    waves: int = 12


@dataclass(frozen=True)
class Option:
    """One lever: the smallest plan that sees the wanted change, or the largest that does not.

    Attributes:
        lever: "now", "respondents", "units", "waves", "comparison" or "together".
        visible: smallest change it sees, IKM points.
        is_enough: whether that is no more than the change wanted.
    """

    lever: str
    plan: Plan
    visible: float
    is_enough: bool


@dataclass(frozen=True)
class Design:
    """What survey sees a wanted change.

    Attributes:
        wanted: the change, IKM points.
        options: the survey as it is first, then one lever at a time.
        floor: smallest visible change of the survey as it is with every respondent in the world asked.
        textbook: the same from sampling error alone, as the usual formula has it.
    """

    wanted: float
    level: float
    power: float
    options: tuple[Option, ...]
    floor: float
    textbook: float

    def table(self, lang: str = "id"):
        """One row per lever, in words, a data frame."""
        from simulation.present.evaluation_views import design_table

        return design_table(self, lang)

    def sentence(self, lang: str = "id") -> str:
        """What would see the change, in words."""
        from simulation.present.evaluation_views import design_sentence

        return design_sentence(self, lang)


def design(wanted_change: float, plan: Plan, noise: Noise, *, level: float = 0.95, power: float = 0.8,
           limits: Limits = Limits()) -> Design:
    """Search each lever for the smallest plan that sees the change.

    Args:
        wanted_change: IKM points, above 0.
        plan: the survey to start from.

    Raises:
        InputError: the change is not above 0.
    """
    if not wanted_change > 0:
        raise InputError(Problem("evaluation_wanted", {"found": shown(wanted_change)}))

    def seen(candidate: Plan) -> float:
        return visible(candidate, noise, level, power)

    now = Option("now", plan, seen(plan), seen(plan) <= wanted_change)
    tries = {lever: list(plans) for lever, plans in _levers(plan, limits).items()}
    options = [_first(lever, plans, wanted_change, seen) for lever, plans in tries.items() if plans]
    endless = visible(replace(plan, respondents=10**12), noise, level, power)
    usual = smallest_visible_change(plan.respondents * plan.started, noise.respondent_sd, power, 1.0 - level)
    return Design(float(wanted_change), level, power, (now, *options), endless, usual)


def _levers(plan: Plan, limits: Limits) -> dict[str, list[Plan]]:
    """Growing plans for each lever, smallest first."""
    units = plan.started + plan.comparison
    multiples = range(2, limits.units + 1)
    people = _steps(plan.respondents, limits.respondents)
    split = [replace(plan, started=units // 2, comparison=units - units // 2)] if not plan.comparison and units > 1 else []
    return {
        "respondents": [replace(plan, respondents=n) for n in people],
        "units": [replace(plan, started=plan.started * m, comparison=plan.comparison * m) for m in multiples
                  if max(plan.started, plan.comparison) * m <= limits.units],
        "waves": [replace(plan, before=plan.before + k, after=plan.after + k)
                  for k in range(1, limits.waves - max(plan.before, plan.after) + 1)],
        "comparison": split,
        "together": _together(split[0] if split else plan, limits),
    }


def _steps(first: int, last: int) -> list[int]:
    """About fifty numbers of respondents from just above `first` to `last`, evenly spaced in ratio, rounded to tens."""
    grid = np.unique(np.ceil(np.geomspace(first + 1, max(last, first + 1), 50) / 10.0).astype(int) * 10)
    return [int(n) for n in grid if first < n <= last]


def _together(plan: Plan, limits: Limits) -> list[Plan]:
    """Comparison units if there were none, then respondents, units and waves grown side by side."""
    grown = [Plan(round(plan.started * m), round(plan.comparison * m), round(plan.before * m), round(plan.after * m),
                  round(plan.respondents * m), plan.spacing) for m in np.arange(1.0, 12.01, 0.25)]
    return [p for p in grown if p.respondents <= limits.respondents and max(p.started, p.comparison) <= limits.units
            and max(p.before, p.after) <= limits.waves]


def _first(lever: str, plans: list[Plan], wanted: float, seen: Callable[[Plan], float]) -> Option:
    """The first plan that sees the change, else the one that sees most."""
    visibles = []
    for plan in plans:
        visibles.append(seen(plan))
        if visibles[-1] <= wanted:
            return Option(lever, plan, visibles[-1], True)
    best = int(np.argmin(visibles))
    return Option(lever, plans[best], visibles[best], False)


def visible(plan: Plan, noise: Noise, level: float = 0.95, power: float = 0.8) -> float:
    """Smallest change that a survey calls improved with the given power, IKM points; see the top of the module."""
    waves = 1.0 / plan.before + 1.0 / plan.after
    own = (noise.unit_wave_sd**2 + noise.respondent_sd**2 / plan.respondents) * waves
    variance, df = _groups(plan)
    variance *= own
    city = 0.0 if plan.comparison else noise.city_wave_sd**2 * waves
    years = 0.0 if plan.comparison else plan.spacing * (plan.before + plan.after) / 2.0
    if df >= FEWEST_DF and variance > 0:
        df *= ((variance + city) / variance) ** 2
    else:
        df = np.inf
    return float(max(0.0, noise.drift[1] * years) + _noncentrality(float(df), level, power) * np.sqrt(variance + city))


def _groups(plan: Plan) -> tuple[float, float]:
    """Variance of the change per variance of a unit's change, and Bell and McCaffrey's degrees of freedom."""
    sizes = [size for size in (plan.started, plan.comparison) if size]
    squares = sum((size - 1.0) / size**4 for size in sizes)
    df = sum((size - 1.0) / size**2 for size in sizes) ** 2 / squares if squares else 0.0
    return sum(1.0 / size for size in sizes), df


@lru_cache(maxsize=4096)
def _noncentrality(df: float, level: float, power: float) -> float:
    """How many standard errors from 0 a change must be to be called with the given power."""
    reach = float(critical(df, level))
    if not np.isfinite(df) or df > 500.0:  # there the noncentral t is normal to three decimals
        return reach + float(stats.norm.ppf(power))
    return float(brentq(lambda ncp: stats.nct.sf(reach, df, ncp) - power, 0.0, 3.0 * reach + 10.0))
