"""Whether a plan keeps its limits, counted by the model's own seating and not by the solver's arithmetic."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np

from simulation.analysis.allocation.climb import (
    Market,
    Round,
    climb,
    mended,
)
from simulation.analysis.allocation.limits import WITHIN, Limits, jp_per_trainer_day
from simulation.analysis.allocation.seating import PEOPLE, asked
from simulation.model import training
from simulation.scenario import Scenario

TRIES, AGAIN = 3, 1  # tries, and rounds of the search after each
MARGIN = 0.002  # of a share, on the safe side


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


def by_the_engine(market: Market, plan: np.ndarray, rounds: list[Round], executor: Executor | None = None) -> tuple[np.ndarray, list[Round]]:
    """A plan that keeps its limits by the engine's count, and the rounds of the search that led to it.

    The search seats people programme by programme. Where a front line is so full that programmes compete for the same quarter, the
    engine seats fewer; then the search goes on with limits that are as much tighter. What remains broken is said with the plan.
    """
    if not asked(market.limits):
        return plan, rounds
    tight, best = market, (_broken(market, plan), plan, rounds)
    for _ in range(TRIES):
        if not best[0]:
            break
        tight = replace(tight, limits=_tighter(tight.limits, best[0]))
        other, again, _ = climb(tight, [mended(tight, best[1])], AGAIN, executor)
        broken = _broken(market, other)
        if sum(broken.values()) < sum(best[0].values()):
            best = (broken, other, again)
    return best[1], best[2]


def _broken(market: Market, plan: np.ndarray) -> dict[str, float]:
    """Limits on people that a plan breaks in the engine, and by how much of a share."""
    found: dict[str, float] = {}
    for one in kept(market, market.choices.scenario(plan, list(market.budgets), {})):
        if not one.holds and one.name[0] in PEOPLE:
            found[one.name[0]] = max(found.get(one.name[0], 0.0), abs(one.reached - one.asked))
    return found


def _tighter(limits: Limits, broken: dict[str, float]) -> Limits:
    """Limits that ask for more where they were broken."""
    sign = {name: 1.0 if name in ("pns_reaching_20jp", "money_for_front_line") else -1.0 for name in broken}
    return replace(limits, **{name: min(1.0, max(0.0, getattr(limits, name) + sign[name] * (over + MARGIN))) for name, over in broken.items()})
