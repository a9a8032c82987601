"""Limits as linear rules over steps: so many classes more or fewer of a choice in a year, from a plan at hand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulation.analysis.allocation.choices import Choices
from simulation.analysis.allocation.limits import Limits, jp_per_trainer_day

Name = tuple  # (kind of limit, whom it concerns ...): what an infeasible problem is told by


@dataclass(frozen=True)
class Move:
    """Classes of one choice in one year, changed from one count to another; or as many exchanged for another choice.

    Attributes:
        after: position of the move that reaches `low`, None if the plan at hand has it.
        gives: the choice that gets what this one loses, None if nobody does.
    """

    choice: int
    year: int
    low: int
    high: int
    after: int | None = None
    gives: int | None = None

    @property
    def count(self) -> int:
        """Classes that move."""
        return abs(self.high - self.low)

    def apply(self, plan: np.ndarray) -> None:
        """Change a plan, (choices, years), in place."""
        plan[self.choice, self.year] = self.high
        if self.gives is not None:
            plan[self.gives, self.year] += self.count


@dataclass(frozen=True, eq=False)
class Steps:
    """Ways to change a plan: some classes more or fewer of one choice in one year, or exchanged for another form.

    Attributes:
        start: the plan at hand, whole classes, (choices, years).
        choice, year: of each step, (steps,). sign: 1 for more, -1 for fewer or exchanged. most: classes, (steps,).
        delta: classes of every choice that one class of the step adds, (steps, choices).
        people: people of each cell whom one class of the step adds if nobody was trained before, (steps, cells).
        near: whether every step starts at the plan at hand; otherwise some start where others end.
    """

    start: np.ndarray
    choice: np.ndarray
    year: np.ndarray
    sign: np.ndarray
    most: np.ndarray
    delta: np.ndarray
    people: np.ndarray
    near: bool = True

    @classmethod
    def of(cls, choices: Choices, start: np.ndarray, moves: Sequence[Move]) -> Steps:
        """Steps from moves."""
        choice, year, low, high = (np.array([getattr(move, name) for move in moves], dtype=int) for name in ("choice", "year", "low", "high"))
        delta = np.zeros((len(moves), len(choices)))
        people = np.zeros((len(moves), len(choices.people.heads)))
        for i, move in enumerate(moves):
            delta[i, move.choice] = 1.0 if move.high > move.low else -1.0
            people[i] = choices.attendance(move.choice, move.high) - choices.attendance(move.choice, move.low)
            if move.gives is not None:
                delta[i, move.gives] = 1.0
                now = int(start[move.gives, move.year])
                people[i] += choices.attendance(move.gives, now + move.count) - choices.attendance(move.gives, now)
            people[i] /= move.count
        near = bool((low == start[choice, year]).all())
        return cls(start, choice, year, np.sign(high - low), np.abs(high - low), delta, people, near)

    def __len__(self) -> int:
        return len(self.choice)

    def plan(self, counts: np.ndarray) -> np.ndarray:
        """The plan after some classes of each step, (choices, years)."""
        plan = self.start.copy()
        for year in range(plan.shape[1]):
            mine = self.year == year
            plan[:, year] += np.rint(np.rint(counts[mine]) @ self.delta[mine]).astype(int)
        return plan


@dataclass(frozen=True, eq=False)
class Row:
    """`low <= steps @ coefficients + helpers <= high` for one limit.

    Attributes:
        name: what it is. coefficients: of each step, (steps,). reached: coefficients of the shares of each cell and year that
            reach the entitlement, (years, cells), None if they play no part.
    """

    name: Name
    coefficients: np.ndarray
    low: float
    high: float
    reached: np.ndarray | None = None


def rows_of(choices: Choices, steps: Steps, budgets: list[float], limits: Limits, entitlement_jp: float, ceiling_jp: float,
            people: Sequence[Row] | None = None) -> list[Row]:
    """All limits around a plan at hand.

    Args:
        budgets: rupiah of every year. entitlement_jp, ceiling_jp: yearly hours of PNS and PPPK that the rules speak of.
        people: rows of the limits that speak of people as `seating` counts them; None to add seats up along straight lines.
    """
    years, facts = len(budgets), _Facts(choices, steps)
    money = [whole_money(budget, choices.price_rp) for budget in budgets]
    found = [Row(("budget", y), facts.in_year(facts.price, y), -np.inf, money[y] - facts.cost_now[y]) for y in range(years)]
    found += _stock(steps)
    found += _once_a_year(facts, years)
    found += _room(facts, years, limits.in_class if people is None else 1.0)
    if limits.trainer_days is not None:
        days = choices.trainer_jp / jp_per_trainer_day()
        now = days @ steps.start
        found += [Row(("trainer_days", y), facts.in_year(steps.delta @ days, y), -np.inf, limits.trainer_days - now[y])
                  for y in range(years)]
    for programme, most in limits.seats.items():
        mine = choices.programme == choices.draft.catalogue.ids.index(programme)
        seats, now = steps.people.sum(axis=1) * mine[steps.choice], facts.people_now[mine].sum(axis=(0, 2))
        found += [Row(("seats", programme, y), facts.in_year(seats, y), -np.inf, most - now[y]) for y in range(years)]
    found += _money_for(facts, limits)
    return found + (_people(facts, years, limits, entitlement_jp, ceiling_jp) if people is None else list(people))


def whole_money(budget: float, prices: np.ndarray) -> float:
    """The largest amount within a budget that whole classes can cost, and half of the smallest step between two amounts.

    The solver keeps a limit up to a few rupiah; half a step above the last amount it cannot err.
    """
    step = math.gcd(*np.rint(prices).astype(int).tolist()) if len(prices) and np.allclose(prices, np.rint(prices), atol=1e-6, rtol=0.0) else 0
    return math.floor(budget / step + 1e-12) * step + 0.5 * step if step else budget


class _Facts:
    """Numbers of the steps and of the plan at hand that several limits look at."""

    def __init__(self, choices: Choices, steps: Steps):
        self.choices, self.steps, self.people = choices, steps, choices.people
        self.price = steps.delta @ choices.price_rp
        self.cost_now = choices.price_rp @ steps.start
        self.people_now = np.array([[choices.attendance(c, n) for n in by_year] for c, by_year in enumerate(steps.start)])
        self.people_now = self.people_now.reshape(*steps.start.shape, len(self.people.heads))

    def in_year(self, coefficients: np.ndarray, year: int) -> np.ndarray:
        """Coefficients of the steps of one year only."""
        return np.where(self.steps.year == year, coefficients, 0.0)


def _stock(steps: Steps):
    """Classes that are taken away or exchanged have to be there."""
    fewer = steps.sign < 0
    for choice, year in sorted(set(zip(steps.choice[fewer].tolist(), steps.year[fewer].tolist(), strict=True))):
        mine = fewer & (steps.choice == choice) & (steps.year == year)
        if mine.sum() > 1:
            yield Row(("stock", choice, year), mine.astype(float), -np.inf, float(steps.start[choice, year]))


def _once_a_year(facts: _Facts, years: int):
    """Nobody attends a programme twice in a year, whatever its form."""
    choices, steps = facts.choices, facts.steps
    for programme, kind in sorted(set(zip(choices.programme.tolist(), choices.kinds.tolist(), strict=True))):
        mine = (choices.programme == programme) & (choices.kinds == kind)
        if not (steps.delta @ mine).any():
            continue
        now, most = steps.start[mine].sum(axis=0), choices.most[mine].max()
        for y in range(years):
            yield Row(("once", programme, kind, y), facts.in_year(steps.delta @ mine, y), -np.inf, most - now[y])


def _room(facts: _Facts, years: int, in_class: float):
    """Nobody sits in two courses in one quarter, and enough of the front line stays at the counter."""
    people, quarters = facts.people, len(facts.choices.draft.quarters)
    kind, front = people.unit_kind[people.cell_unit], people.group("frontline")
    for k, g in sorted(set(zip(kind.tolist(), people.cell_group.tolist(), strict=True))):
        cells = (kind == k) & (people.cell_group == g)
        chosen = g == front and in_class < 1.0
        room = people.heads[cells].sum() * quarters * (in_class if chosen else 1.0)
        seats, now = facts.steps.people[:, cells].sum(axis=1), facts.people_now[:, :, cells].sum(axis=(0, 2))
        for y in range(years):
            coefficients = facts.in_year(seats, y)
            if coefficients.any():
                yield Row(("in_class" if chosen else "room", people.kinds[k], y), coefficients, -np.inf, room - now[y] if chosen else max(room - now[y], 0.0))


def _people(facts: _Facts, years: int, limits: Limits, entitlement_jp: float, ceiling_jp: float) -> list[Row]:
    """Limits that speak of people, as if nobody was trained before."""
    found = []
    if limits.pppk_above_ceiling < 1.0:
        found += _ceiling(facts, years, limits.pppk_above_ceiling, ceiling_jp)
    if limits.pns_reaching_20jp > 0.0:
        found += _entitlement(facts, years, limits.pns_reaching_20jp, entitlement_jp)
    return found + list(_money_for_front_line(facts, limits.money_for_front_line))


def _ceiling(facts: _Facts, years: int, share: float, ceiling_jp: float):
    long = facts.choices.hours_jp > ceiling_jp
    pppk = facts.people.pppk / np.maximum(facts.people.heads, 1.0)
    added = (facts.steps.people @ pppk) * long[facts.steps.choice]
    now = facts.people_now[long].sum(axis=0) @ pppk
    for y in range(years):
        yield Row(("pppk_above_ceiling", y), facts.in_year(added, y), -np.inf, share * facts.people.pppk.sum() - now[y])


def _entitlement(facts: _Facts, years: int, share: float, entitlement_jp: float):
    """PNS who can reach their hours: long courses count once a seat, the hours of short ones are added up; at most everyone."""
    steps, people = facts.steps, facts.people
    worth = np.minimum(1.0, facts.choices.hours_jp / entitlement_jp)
    added, now = steps.people * worth[steps.choice, None], np.einsum("cyk,c->yk", facts.people_now, worth)
    for y in range(years):
        for cell in np.flatnonzero(people.heads):
            helper = np.zeros((years, len(people.heads)))
            helper[y, cell] = -people.heads[cell]
            yield Row(("reached", y, int(cell)), facts.in_year(added[:, cell], y), -now[y, cell], np.inf, helper)
        helper = np.zeros((years, len(people.heads)))
        helper[y] = people.pns
        yield Row(("pns_reaching_20jp", y), np.zeros(len(steps)), share * people.pns.sum(), np.inf, helper)


def _money_for(facts: _Facts, limits: Limits):
    """Smallest shares of all money, over all years."""
    choices, steps = facts.choices, facts.steps
    total = facts.cost_now.sum()
    for name, share in limits.money_for.items():
        mine = choices.kinds == choices.people.kinds.index(name)
        now = (choices.price_rp[mine] @ steps.start[mine]).sum()
        yield Row(("money_for", name), steps.delta @ (choices.price_rp * (mine - share)), share * total - now, np.inf)


def _money_for_front_line(facts: _Facts, share: float):
    """The same for seats of the front line."""
    if share > 0.0:
        choices, steps, total = facts.choices, facts.steps, facts.cost_now.sum()
        front = facts.people.cell_group == facts.people.group("frontline")
        per_head = choices.price_rp / choices.class_size
        served, now = steps.people[:, front].sum(axis=1), facts.people_now[:, :, front].sum(axis=(1, 2)) @ per_head
        yield Row(("money_for_front_line",), served * per_head[steps.choice] - share * facts.price, share * total - now, np.inf)
