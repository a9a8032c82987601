"""From a first plan to one that no small change betters: solve, run what the solver proposes, measure again where it stands."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np

from simulation.analysis.allocation.bench import Bench
from simulation.analysis.allocation.choices import Choices
from simulation.analysis.allocation.limits import Limits
from simulation.analysis.allocation.rows import Move, Row, Steps, rows_of
from simulation.analysis.allocation.search import (
    Measured,
    around,
    gains_of,
    moves_around,
    scores,
)
from simulation.analysis.allocation.seating import PEOPLE, asked, excess, people_rows
from simulation.analysis.allocation.solver import MANY, Gains, Solution, solve

PARTS = (0.25, 0.5, 0.75, 1.0)  # of the money, spent one after the other on the way to a first plan
ROUNDS = 4
STRIDES = (0.25, 0.08)  # shares of all money that the solver may move; each gives a plan, and the engine picks
WITHOUT_LIMIT = 10.0  # a stride that holds nobody back
TRUST = 0.15  # share of everyone's classes around a plan that is measured, at first
MENDING = 8  # times that a plan is brought closer to its limits
STILL = 0.002  # of the gain; a round that brings less is the last


@dataclass(frozen=True)
class Market:
    """What is for sale under which limits.

    Attributes:
        bench, choices: where plans are tried, and what can be bought.
        budgets: rupiah of every year. limits: the others.
        draws: the draws of the bench that count, None for all.
    """

    bench: Bench
    choices: Choices
    budgets: tuple[float, ...]
    limits: Limits
    draws: np.ndarray | None = None

    def gains(self, measured: Measured) -> Gains:
        """What the solver may expect of measured steps."""
        return gains_of(self.bench, measured, draws=self.draws)

    def scores(self, plans: Sequence[np.ndarray], executor: Executor | None = None) -> np.ndarray:
        """Mean objective of plans in the engine, (plans,); only differences mean anything."""
        found = scores(self.bench, self.bench.measure(self.choices, plans, executor))
        return found[:, slice(None) if self.draws is None else self.draws].mean(axis=1)

    def rows(self, steps: Steps) -> list[Row]:
        """All limits around the plan at hand; people are counted by the engine's seating where every step starts at that plan."""
        ledger = self.bench.ledger
        people = people_rows(self.bench, self.choices, steps, self.limits) if asked(self.limits) and steps.near else None
        return rows_of(self.choices, steps, list(self.budgets), self.limits, ledger["jp_entitlement"].value, ledger["pppk_ceiling"].value, people)

    def excess(self, plan: np.ndarray) -> float:
        """By how much a plan breaks limits that speak of people, see `seating.excess`."""
        return excess(self.bench, self.choices, plan, self.limits)

    def affordable(self, plan: np.ndarray) -> bool:
        """Whether a plan costs no more than any year's budget."""
        return bool((self.choices.price_rp @ plan <= np.array(self.budgets)).all())

    def keeps(self, plan: np.ndarray) -> bool:
        """Whether a plan keeps all limits."""
        others = [row for row in self.rows(Steps.of(self.choices, plan, [])) if row.name[0] not in PEOPLE]
        return self.affordable(plan) and self.excess(plan) == 0.0 and all(row.low <= 1e-6 and row.high >= -1e-6 for row in others)


@dataclass(frozen=True)
class Round:
    """One integer programme and what became of it; gains count from no training.

    Attributes:
        predicted: gain of its plan by the measured steps. bound: the most any plan of these steps could bring.
        achieved: gain of that plan in the engine. best: gain of the best plan so far, this one included.
    """

    predicted: float
    bound: float
    achieved: float
    best: float

    @property
    def gap(self) -> float:
        """What the solver left, as a share of the predicted gain."""
        return max(0.0, self.bound - self.predicted) / max(abs(self.predicted), 1e-12)

    @property
    def error(self) -> float:
        """How far the prediction was off, as a share of the gain in the engine."""
        return (self.predicted - self.achieved) / max(abs(self.achieved), 1e-12)


def fill(market: Market, start: np.ndarray, executor: Executor | None = None, step=lambda: None, parts: Sequence[float] = PARTS) -> tuple[np.ndarray, Measured]:
    """A first plan: a part of the money at a time, the gains measured anew at what is already bought.

    Args:
        start: the cheapest plan that keeps the limits; nothing at all if none asks for a smallest share.

    Returns:
        whole classes, (choices, years), and the gains measured at the start.
    """
    plan, first, spent = start, None, market.choices.price_rp @ start
    for part in parts:
        near = around(market.bench, market.choices, plan, TRUST, executor, fewer=False)
        first = first or near
        some = replace(market, budgets=tuple(now + part * (budget - now) for now, budget in zip(spent, market.budgets, strict=True)))
        solution = within(some, near.steps, market.gains(near), some.rows(near.steps), PEOPLE)
        plan = solution.plan if solution else plan
        step()
    return plan, first


def cheapest(market: Market) -> np.ndarray | None:
    """The cheapest plan of programmes as designed that keeps all limits, (choices, years); None if there is none."""
    steps, nothing = whole_range(market)
    price = steps.delta @ market.choices.price_rp
    return solve(steps, nothing, market.rows(steps), floor=0.0, cost=price, nodes=MANY).plan


def whole_range(market: Market) -> tuple[Steps, Gains]:
    """Every class from none to all people, and gains of nothing: for questions that are about limits alone."""
    choices = market.choices
    moves = [Move(c, year, low, high) for c, (front, most) in enumerate(zip(choices.front.tolist(), choices.most.tolist(), strict=True))
            for year in range(market.bench.draft.years) for low, high in ((0, front), (front, most)) if high > low]
    steps = Steps.of(choices, np.zeros((len(choices), market.bench.draft.years), dtype=int), moves)
    return steps, Gains(np.zeros(len(steps)), np.zeros((len(steps), 0)), np.zeros(0))


def climb(market: Market, starts: Sequence[np.ndarray], rounds: int = ROUNDS, executor: Executor | None = None,
          step=lambda: None) -> tuple[np.ndarray, list[Round], float]:
    """The best plan found and the rounds that led to it.

    Args:
        starts: plans that compete; a plan that breaks fewer limits comes before one that brings more.
        rounds: programmes at most.

    Returns:
        whole classes, (choices, years), the rounds, and its gain on the bench.
    """
    bench, choices = market.bench, market.choices
    reached = market.scores([np.zeros_like(starts[0]), *starts], executor)
    nothing, reached = reached[0], reached[1:] - reached[0]
    over, gain, place = min((market.excess(plan), -float(worth), i) for i, (plan, worth) in enumerate(zip(starts, reached, strict=True)))
    best, gain, told, trust = starts[place], -gain, [], TRUST
    for _ in range(rounds):
        near = around(bench, choices, best, trust, executor)
        found = [s for s in propose(market, near, STRIDES, PEOPLE if over else ()) if (s.plan != best).any()]
        step()
        if not found:
            told.append(Round(gain, gain, gain, gain))
            break
        plans = [mended(market, s.plan, near) for s in found]
        reached = market.scores(plans, executor) - nothing
        top = min((market.excess(plan), -float(worth), i) for i, (plan, worth) in enumerate(zip(plans, reached, strict=True)))
        before, better = (over, gain), top[:2] < (over, -gain)
        if better:
            best, over, gain = plans[top[2]], top[0], -top[1]
        told.append(Round(before[1] + found[0].gain, before[1] + found[0].bound, float(reached[0]), gain))
        if over == before[0] and gain <= before[1] * (1.0 + STILL):
            if np.rint(trust * choices.front).max(initial=0) <= 1:
                break
            trust *= 0.3
    return best, told, gain


def mended(market: Market, plan: np.ndarray, measured: Measured | None = None) -> np.ndarray:
    """A plan near this one that keeps the limits that speak of people, or breaks them less; the same plan if it keeps them.

    Counts of people are straight lines only as long as few classes move, so a plan of the solver may break them a little. Here the
    lines are drawn anew at the plan, a few times, and moves become smaller when they do not help.

    Args:
        measured: gains of steps around a plan nearby, so that what brings little goes first; None for what costs much first.
    """
    over, price = market.excess(plan), market.choices.price_rp
    least, most = 2.0 * price.max(initial=0.0), STRIDES[0] * sum(market.budgets)
    worth = _worth(market, measured) if measured else np.repeat(-price[:, None], plan.shape[1], axis=1)
    for _ in range(MENDING):
        if not over:
            break
        steps = Steps.of(market.choices, plan, moves_around(market.choices, plan, TRUST))
        value = (steps.delta * worth.T[steps.year]).sum(axis=1)
        moved = Row(("stride",), np.abs(steps.delta) @ price, -np.inf, max(least, most))
        solution = within(market, steps, Gains(value, np.zeros((len(steps), 0)), np.zeros(0)), [*market.rows(steps), moved], PEOPLE)
        after = market.excess(solution.plan) if solution else over
        if after < over:
            plan, over = solution.plan, after
        elif most <= least:
            break
        else:
            most *= 0.3
    return plan


def _worth(market: Market, measured: Measured) -> np.ndarray:
    """What one class more brings, (choices, years); where there is no room for more, what one class fewer takes."""
    steps, value, found = measured.steps, market.gains(measured).value, np.zeros(measured.steps.start.shape)
    alone = np.abs(steps.delta).sum(axis=1) == 1.0  # not an exchange
    for sign in (-1, 1):
        mine = alone & (steps.sign == sign)
        found[steps.choice[mine], steps.year[mine]] = sign * value[mine]
    return found


def propose(market: Market, measured: Measured, strides: Sequence[float], soft: Collection[str] = ()) -> list[Solution]:
    """Plans that the solver proposes when it may move a share of all money at most; `soft` as in `solve`."""
    gains, steps = market.gains(measured), measured.steps
    price, rows, found = np.abs(steps.delta) @ market.choices.price_rp, market.rows(steps), []
    least = 2.0 * market.choices.price_rp.max(initial=0.0) / max(sum(market.budgets), 1.0)  # one class for another is always allowed
    for stride in sorted({max(least, stride) for stride in strides}, reverse=True):
        moved = Row(("stride",), price, -np.inf, stride * sum(market.budgets))
        solution = within(market, steps, gains, [*rows, moved], soft)
        if solution is not None:
            found.append(solution)
    return found


def within(market: Market, steps: Steps, gains: Gains, rows: list[Row], soft: Collection[str] = ()) -> Solution | None:
    """The best plan that costs no rupiah too much: the solver's own tolerance may be a few thousand, then less money is offered."""
    for _ in range(3):
        solution = solve(steps, gains, rows, soft=soft)
        if solution.plan is None or market.affordable(solution.plan):
            return solution if solution.plan is not None else None
        over = np.maximum(0.0, market.choices.price_rp @ solution.plan - np.array(market.budgets))
        rows = [replace(row, high=row.high - 2.0 * over[row.name[1]]) if row.name[0] == "budget" else row for row in rows]
    return None
