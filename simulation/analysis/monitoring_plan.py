"""What a simulated scenario says about the indicators: the path to hold the observed values against."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from simulation.assumptions import Assumptions
from simulation.city import City
from simulation.errors import InputError, Problem
from simulation.indicators import three
from simulation.outcome import Outcome

MONTHS = 6  # after a course, when a follow-up visit usually comes

NOBODY: Mapping[str, float] = MappingProxyType({})

Band = tuple[float, float, float]  # 5, 50 and 95 % of the futures


def gain_sd(value: Callable) -> float | np.ndarray:
    """Gain of a 20-JP course, SD: `d20 * kappa` (docs/model.md, learning)."""
    return value("d20") * value("kappa")


def applied_share(value: Callable) -> float | np.ndarray:
    """Share applying six months after a course: `p0 * (stay + (1 - stay) * exp(-6 * lapse))`.

    >>> round(float(applied_share({"p0": 0.62, "stay": 0.347, "lapse": 0.098}.get)), 2)
    0.44
    """
    stay = value("stay")
    return value("p0") * (stay + (1.0 - stay) * np.exp(-MONTHS * value("lapse")))


def jp_per_head(value: Callable) -> float:
    """The yearly entitlement of PNS, JP."""
    return value("jp_entitlement")


FROM_LEDGER = {"gain_sd": gain_sd, "applied_share": applied_share, "jp_per_head": jp_per_head}


def ledger_target(name: str, assumptions: Assumptions) -> float:
    """The target of an indicator that rests on the ledger."""
    return float(FROM_LEDGER[name](lambda key: assumptions[key].value))


def planned(plan: Outcome, city: City, year: int, visits: Mapping[str, float] = NOBODY,
            respondents: Mapping[str, float] = NOBODY) -> dict[tuple[str, str | None], Band]:
    """Indicators of a scenario in a calendar year, (indicator, unit or None) -> band.

    In the year before it starts only the state of the city is known: satisfaction and waiting as the model begins with them.

    Args:
        visits, respondents: by counter and by unit, as the log and the survey have them; the city's value is then the mean
            over the same counters and units, so that like is held against like. Empty: all, as `Outcome` weights them.

    Raises:
        InputError: the scenario does not hold that year, or was run on another city.
    """
    _check(plan, city, year)
    index = year - plan.scenario.start_year + 1
    ikm, minutes, within = (plan.year_mean(plan.arrays[name], index) for name in ("ikm", "minutes", "within"))
    counters = _weights(city.counters.ids, visits, city.counters.volume_per_year)
    found = {("counter_minutes", None): three(counters @ minutes), ("within_standard", None): three(counters @ within),
             ("ikm", None): three(_weights([unit.id for unit in city.units], respondents, city.users) @ ikm)}
    found |= {("ikm", unit.id): three(ikm[u]) for u, unit in enumerate(city.units)}
    if index == 0:
        return found
    return found | {(name, None): (value, value, value) for name, value in _decided(plan, index - 1).items()}


def _weights(ids: Sequence[str], given: Mapping[str, float], usual: np.ndarray) -> np.ndarray:
    """Weights that add up to one: those given, where any of them is known here, else the usual ones."""
    weight = np.array([given.get(name, 0.0) for name in ids], dtype=float)
    weight = weight if weight.any() else np.asarray(usual, dtype=float)
    return weight / weight.sum()


def _decided(plan: Outcome, y: int) -> dict[str, float]:
    """What follows from the training plan alone, in the y-th year: the same in every future."""
    seats, cost = plan.plan.seats[:, y].sum(), plan.plan.cost_rp[:, y].sum()
    heads = plan.city.heads
    found = {"participants": float(seats), "jp20_share": float(plan.share_reaching_20jp()[y]),
             "pppk_above_24": float(plan.share_pppk_above_ceiling()[y]),
             "jp_per_head": float(plan.plan.jp_per_year()[y] @ heads / heads.sum())}
    if seats:
        found["cost_per_participant"] = float(cost / seats)
    if plan.plan.budget_rp[y] > 0:
        found["budget_absorption"] = float(cost / plan.plan.budget_rp[y])
    return {name: value for name, value in found.items() if math.isfinite(value)}


def _check(plan: Outcome, city: City, year: int) -> None:
    if plan.city.files_hash != city.files_hash:
        raise InputError(Problem("monitoring_plan_city", {"found": plan.city.about.id, "expected": city.about.id}))
    start, years = plan.scenario.start_year, plan.scenario.years
    if not start - 1 <= year < start + years:
        raise InputError(Problem("monitoring_plan_year", {"start": str(start), "years": str(years), "found": str(year)}))
