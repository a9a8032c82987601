"""Whether a plan keeps its limits, counted by the model's own seating and not by the solver's arithmetic."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np

from simulation.analysis.allocation.climb import (
    WITHOUT_LIMIT,
    Market,
    Round,
    climb,
    propose,
)
from simulation.analysis.allocation.limits import WITHIN, jp_per_trainer_day
from simulation.analysis.allocation.rows import straight
from simulation.analysis.allocation.search import around
from simulation.model import training
from simulation.scenario import Scenario

TRIES, LOOSENING, AGAIN = 8, 4, 2  # tries; those in which a correction may shrink again; rounds of the search after each
MARGIN, WIDE = 0.02, 1.0  # of the people, on the safe side; share of all classes that may move


@dataclass(frozen=True)
class Kept:
    """One limit.

    Attributes:
        name: what it is, see `limits.in_words`. asked: its number; money in rupiah, shares 0 to 1, seats, days.
        reached: what the plan does, in its worst year. at_least: whether the number is a smallest one.
    """

    name: tuple
    asked: float
    reached: float
    at_least: bool

    @property
    def holds(self) -> bool:
        """Whether the plan keeps it."""
        return self.reached >= self.asked - WITHIN if self.at_least else self.reached <= self.asked + WITHIN


def kept(market: Market, scenario: Scenario) -> list[Kept]:
    """Every limit that asks for something, and what the plan does."""
    bench, limits = market.bench, market.limits
    city, ledger, catalogue = bench.city, bench.ledger, scenario.catalogue
    plan = training.plan(scenario, city, ledger.tables.required, ledger.fixed["hours_per_jp"], ledger.fixed["effective_hours"])
    spent = plan.cost_rp.sum(axis=0)
    tightest = int(np.argmax(spent - np.array(market.budgets)))
    found = [Kept(("budget",), market.budgets[tightest], float(spent[tightest]), False)]
    for name, most in limits.seats.items():
        found.append(Kept(("seats", name), most, float(plan.seats[catalogue.ids.index(name)].max()), False))
    programme, again = scenario.forms[0], scenario.forms[3] > 0
    if limits.trainer_days is not None:
        jp = catalogue.hours_jp[programme] * (1.0 + catalogue.terms["refresher_share"] * again)
        found.append(Kept(("trainer_days",), limits.trainer_days, float((jp @ plan.offer_classes).max(initial=0.0)) / jp_per_trainer_day(), False))
    if limits.pns_reaching_20jp > 0.0:
        reached = plan.share_reaching(ledger["jp_entitlement"].value) @ city.pns / max(city.pns.sum(), 1)
        found.append(Kept(("pns_reaching_20jp",), limits.pns_reaching_20jp, float(reached.min()), True))
    if limits.pppk_above_ceiling < 1.0:
        above = plan.share_above(ledger["pppk_ceiling"].value) @ city.pppk / max(city.pppk.sum(), 1)
        found.append(Kept(("pppk_above_ceiling",), limits.pppk_above_ceiling, float(above.max()), False))
    if limits.in_class < 1.0:
        found += _in_class(plan, city, len(programme), limits.in_class)
    return found + _money(plan, scenario, city, limits)


def _in_class(plan, city, offers: int, share: float) -> list[Kept]:
    """The fullest quarter of every kind's front line."""
    seated = plan.share[:offers].sum(axis=0)
    front, kind, found = city.cell_group == city.group("frontline"), city.unit_kind[city.cell_unit], []
    for k in sorted(set(kind[front].tolist())):
        cells = front & (kind == k)
        fullest = float((seated[:, cells] @ city.heads[cells]).max() / city.heads[cells].sum())
        found.append(Kept(("in_class", city.kinds[k]), share, fullest, False))
    return found


def _money(plan, scenario: Scenario, city, limits) -> list[Kept]:
    """Shares of the money spent."""
    cost = plan.offer_classes.sum(axis=1) * scenario.prices
    total = max(cost.sum(), 1e-12)
    by_kind = {name: sum(c for c, offer in zip(cost, scenario.offers, strict=False) if offer.kinds == [name]) / total for name in limits.money_for}
    found = [Kept(("money_for", name), share, float(by_kind[name]), True) for name, share in limits.money_for.items() if cost.sum() > 0]
    if limits.money_for_front_line > 0.0 and cost.sum() > 0:
        seats = plan.share[:len(cost)].sum(axis=1) * city.heads
        front = seats[:, city.cell_group == city.group("frontline")].sum(axis=1)
        price = scenario.prices / scenario.catalogue.class_size[scenario.forms[0]]
        found.append(Kept(("money_for_front_line",), limits.money_for_front_line, float(front @ price / total), True))
    return found


def mended(market: Market, plan: np.ndarray, rounds: list[Round], executor: Executor | None = None) -> tuple[Market, np.ndarray, list[Round]]:
    """A plan that keeps its limits by the engine's count, and the market with the corrections that took.

    Seats add up along straight lines in the programme. In the engine whoever had a turn waits, so a quarter may be fuller, and
    fewer people reach their hours, than a straight line says. What remains broken after a few tries is said with the plan. The
    rounds are those of the last search.
    """
    limits = market.limits
    if limits.in_class == 1.0 and limits.pns_reaching_20jp == 0.0 and limits.pppk_above_ceiling == 1.0:
        return market, plan, rounds
    off: dict[tuple, float] = {}
    for attempt in range(TRIES):
        scenario = market.choices.scenario(plan, list(market.budgets), {})
        if all(one.holds for one in kept(market, scenario)):
            break
        off = _corrections(market, plan, scenario, off if attempt >= LOOSENING else {})
        market = replace(market, corrected=off)
        near = around(market.bench, market.choices, plan, WIDE, executor)
        proposed = propose(market, near, (WITHOUT_LIMIT,))
        if not proposed:
            break
        plan, rounds, _ = climb(market, [proposed[0].plan], AGAIN, executor)
    return market, plan, rounds


def _corrections(market: Market, plan: np.ndarray, scenario: Scenario, before: dict[tuple, float]) -> dict[tuple, float]:
    """People a year by which the engine's count differs from straight lines, a little on the safe side; never less safe than before."""
    bench, ledger = market.bench, market.bench.ledger
    entitlement, ceiling = ledger["jp_entitlement"].value, ledger["pppk_ceiling"].value
    seated = training.plan(scenario, bench.city, ledger.tables.required, ledger.fixed["hours_per_jp"], ledger.fixed["effective_hours"])
    lines, found = straight(market.choices, plan, entitlement, ceiling), {}
    real = _people(seated, scenario, bench.city, entitlement, ceiling)
    for name, people in real.items():
        safe = -1.0 if name[0] == "pns_reaching_20jp" else 1.0
        off = people - lines[name] + safe * MARGIN * abs(people)
        found[name] = safe * max(safe * off, safe * before[name]) if name in before else off
    return found


def _people(plan, scenario: Scenario, city, entitlement: float, ceiling: float) -> dict[tuple, float]:
    """The same people as `straight` counts, by the engine: the fullest quarter stands for all quarters of its year."""
    years, quarters = scenario.years, training.QUARTERS_PER_YEAR
    seated = plan.share[:len(scenario.offers)].sum(axis=0).reshape(years, quarters, -1)
    front, kind, found = city.cell_group == city.group("frontline"), city.unit_kind[city.cell_unit], {}
    reached, above = plan.share_reaching(entitlement) @ city.pns, plan.share_above(ceiling) @ city.pppk
    for y in range(years):
        for k in sorted(set(kind[front].tolist())):
            cells = front & (kind == k)
            found["in_class", city.kinds[k], y] = float((seated[y][:, cells] @ city.heads[cells]).max()) * len(scenario.quarters)
        found |= {("pns_reaching_20jp", y): float(reached[y]), ("pppk_above_ceiling", y): float(above[y])}
    return found
