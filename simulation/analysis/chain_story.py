"""What the pictures of the chain, of people and of units show: a few arrays of one comparison."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.city import SMALLEST_GROUP, City
from simulation.indicators import three
from simulation.model.training import QUARTERS_PER_YEAR
from simulation.outcome import Comparison, Outcome

FRONT = "frontline"


@dataclass(frozen=True)
class Effects:
    """The links of the chain after the money, plan minus baseline in the last common year, (draws,) each.

    Attributes:
        year: of the comparison, 1 = first. group: whose skill it is, None for all ASN.
        skill: how many more of 100 staff meet the standard. minutes: at the counter. ikm: points of the city.
        away: difference of the share of working hours that counter staff spend in courses.
    """

    year: int
    group: str | None
    skill: np.ndarray
    minutes: np.ndarray
    ikm: np.ndarray
    away: float


def effects(comparison: Comparison) -> Effects:
    """Skill, minutes and satisfaction of one comparison."""
    a, b, year, group = comparison.a, comparison.b, last_year(comparison), staff_group(comparison.b.city)
    skill = 100.0 * (a.meeting_standard(group)[year] - b.meeting_standard(group)[year])
    return Effects(year, group, skill, comparison.waiting_minutes, comparison.ikm, _away(a, year) - _away(b, year))


def _away(outcome: Outcome, year: int) -> float:
    """Share of their hours that the staff of the counters spend in courses in a year, weighted by visits."""
    counters, quarters = outcome.city.counters, slice((year - 1) * QUARTERS_PER_YEAR, year * QUARTERS_PER_YEAR)
    cells = outcome.city.front_cell[counters.unit]
    return float(np.average(outcome.plan.away[quarters, cells].mean(axis=0), weights=counters.volume_per_year))


def last_year(comparison: Comparison) -> int:
    """The last year that both scenarios have, 1 = first."""
    return min(comparison.a.scenario.years, comparison.b.scenario.years)


def staff_group(city: City) -> str | None:
    """The front line where the city has one that may be shown alone, else None: all ASN."""
    heads = np.bincount(city.cell_group, city.heads, len(city.groups))
    return FRONT if FRONT in city.groups and heads[city.group(FRONT)] >= SMALLEST_GROUP else None


def direction(values: np.ndarray) -> str:
    """Where a difference points in nine of ten futures: "up", "down", "none" when all are zero, or "unsure"."""
    low, _, high = three(values)
    if low == high == 0.0:
        return "none"
    return "up" if low > 0.0 else "down" if high < 0.0 else "unsure"


def of_hundred(shares: np.ndarray) -> list[int]:
    """Shares as whole people of a hundred that add up to a hundred: the largest remainders are rounded up."""
    exact = 100.0 * np.asarray(shares) / np.sum(shares)
    whole = np.floor(exact).astype(int)
    up = np.argsort(-(exact - whole), kind="stable")[:100 - whole.sum()]
    whole[up] += 1
    return whole.tolist()


@dataclass(frozen=True)
class People:
    """A hundred people by official level: counts that add to a hundred, and the 5 and 95 % quantiles of each, whole numbers."""

    counts: tuple[int, ...]
    low: tuple[int, ...]
    high: tuple[int, ...]


def people(outcome: Outcome, group: str | None, year: int) -> People:
    """How many of 100 staff stand at each of the five levels at the end of a year (0 = the start)."""
    shares = outcome.level_shares(group)[:, year]
    counts = of_hundred(shares.mean(axis=-1))
    low, high = np.round(100.0 * np.quantile(shares, (0.05, 0.95), axis=-1)).astype(int)
    return People(tuple(counts), tuple(np.minimum(low, counts).tolist()), tuple(np.maximum(high, counts).tolist()))


@dataclass(frozen=True)
class Part:
    """One unit, or the units too small to be shown alone together.

    Attributes:
        units: their places in `city.units`. asn: people. served: people served. change: IKM, plan minus baseline, p05, p50, p95.
    """

    units: tuple[int, ...]
    asn: int
    served: float
    change: tuple[float, float, float]


def parts(comparison: Comparison) -> list[Part]:
    """The units by the people they serve, the largest first; those under five ASN in one part that has five or more."""
    a, b, year = comparison.a, comparison.b, last_year(comparison)
    city = b.city
    gain = a.year_mean(a.ikm, year) - b.year_mean(b.ikm, year)
    heads = np.bincount(city.cell_unit, city.heads, len(city.units)).astype(int)
    found = []
    for units in _apart(heads):
        weight = city.users[list(units)].astype(float)
        if not weight.sum():
            weight = np.ones(len(units))
        change = three(weight @ gain[list(units)] / weight.sum())
        found.append(Part(units, int(heads[list(units)].sum()), float(city.users[list(units)].sum()), change))
    return sorted(found, key=lambda part: -part.served)


def _apart(heads: np.ndarray) -> list[tuple[int, ...]]:
    """Every unit by itself; small ones together, with the next larger ones until they are five people."""
    order = np.argsort(heads, kind="stable").tolist()
    together = [u for u in order if heads[u] < SMALLEST_GROUP]
    rest = order[len(together):]
    while together and rest and heads[together].sum() < SMALLEST_GROUP:
        together.append(rest.pop(0))
    return [(u,) for u in sorted(rest)] + ([tuple(sorted(together))] if together else [])
