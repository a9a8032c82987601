"""From a first plan to one that no small change betters: solve, run what the solver proposes, measure again where it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace

import numpy as np

from simulation.analysis.allocation.bench import Bench
from simulation.analysis.allocation.choices import Choices
from simulation.analysis.allocation.limits import Limits
from simulation.analysis.allocation.rows import Move, Row, Steps, rows_of
from simulation.analysis.allocation.search import Measured, around, gains_of, scores
from simulation.analysis.allocation.solver import MANY, Gains, Solution, solve

PARTS = (0.25, 0.5, 0.75, 1.0)  # of the money, spent one after the other on the way to a first plan
ROUNDS = 4
STRIDES = (0.25, 0.08)  # shares of all money that the solver may move; each gives a plan, and the engine picks
WITHOUT_LIMIT = 10.0  # a stride that holds nobody back
TRUST = 0.15  # share of everyone's classes around a plan that is measured, at first
STILL = 0.002  # of the gain; a round that brings less is the last


@dataclass(frozen=True)
class Market:
    """What is for sale under which limits.

    Attributes:
        bench, choices: where plans are tried, and what can be bought.
        budgets: rupiah of every year. limits: the others.
        draws: the draws of the bench that count, None for all.
        corrected: see `rows_of`.
    """

    bench: Bench
    choices: Choices
    budgets: tuple[float, ...]
    limits: Limits
    draws: np.ndarray | None = None
    corrected: Mapping[tuple, float] = field(default_factory=dict)

    def gains(self, measured: Measured) -> Gains:
        """What the solver may expect of measured steps."""
        return gains_of(self.bench, measured, draws=self.draws)

    def scores(self, plans: Sequence[np.ndarray], executor: Executor | None = None) -> np.ndarray:
        """Mean objective of plans in the engine, (plans,); only differences mean anything."""
        found = scores(self.bench, self.bench.measure(self.choices, plans, executor))
        return found[:, slice(None) if self.draws is None else self.draws].mean(axis=1)

    def rows(self, steps: Steps) -> list[Row]:
        """All limits around the plan at hand."""
        ledger = self.bench.ledger
        return rows_of(self.choices, steps, list(self.budgets), self.limits, ledger["jp_entitlement"].value, ledger["pppk_ceiling"].value,
                       self.corrected)

    def affordable(self, plan: np.ndarray) -> bool:
        """Whether a plan costs no more than any year's budget."""
        return bool((self.choices.price_rp @ plan <= np.array(self.budgets)).all())

    def keeps(self, plan: np.ndarray) -> bool:
        """Whether a plan keeps all limits."""
        steps = Steps.of(self.choices, plan, [])
        rows = self.rows(steps)
        if any(row.reached is not None for row in rows):
            return self.affordable(plan) and solve(steps, NO_GAINS, rows, nodes=MANY).plan is not None
        return self.affordable(plan) and all(row.low <= 1e-6 and row.high >= -1e-6 for row in rows)


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
        solution = within(some, near.steps, market.gains(near), some.rows(near.steps))
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


NO_GAINS = Gains(np.zeros(0), np.zeros((0, 0)), np.zeros(0))


def climb(market: Market, starts: Sequence[np.ndarray], rounds: int = ROUNDS, executor: Executor | None = None,
          step=lambda: None) -> tuple[np.ndarray, list[Round], float]:
    """The best plan found and the rounds that led to it.

    Args:
        starts: plans that compete; they have to keep the limits.
        rounds: programmes at most.

    Returns:
        whole classes, (choices, years), the rounds, and its gain on the bench.
    """
    bench, choices = market.bench, market.choices
    reached = market.scores([np.zeros_like(starts[0]), *starts], executor)
    nothing, reached = reached[0], reached[1:] - reached[0]
    best, gain, told, trust = starts[int(np.argmax(reached))], float(reached.max()), [], TRUST
    for _ in range(rounds):
        near = around(bench, choices, best, trust, executor)
        found = [s for s in propose(market, near, STRIDES) if (s.plan != best).any()]
        step()
        if not found:
            told.append(Round(gain, gain, gain, gain))
            break
        reached = market.scores([s.plan for s in found], executor) - nothing
        top, before = int(np.argmax(reached)), gain
        told.append(Round(gain + found[0].gain, gain + found[0].bound, float(reached[0]), max(gain, float(reached[top]))))
        if reached[top] > gain:
            best, gain = found[top].plan, float(reached[top])
        if gain <= before * (1.0 + STILL):
            if np.rint(trust * choices.front).max(initial=0) <= 1:
                break
            trust *= 0.3
    return best, told, gain


def propose(market: Market, measured: Measured, strides: Sequence[float]) -> list[Solution]:
    """Plans that the solver proposes when it may move a share of all money at most."""
    gains, steps = market.gains(measured), measured.steps
    price, rows, found = np.abs(steps.delta) @ market.choices.price_rp, market.rows(steps), []
    least = 2.0 * market.choices.price_rp.max(initial=0.0) / max(sum(market.budgets), 1.0)  # one class for another is always allowed
    for stride in sorted({max(least, stride) for stride in strides}, reverse=True):
        moved = Row(("stride",), price, -np.inf, stride * sum(market.budgets))
        solution = within(market, steps, gains, [*rows, moved])
        if solution is not None:
            found.append(solution)
    return found


def within(market: Market, steps: Steps, gains: Gains, rows: list[Row]) -> Solution | None:
    """The best plan that costs no rupiah too much: the solver's own tolerance may be a few thousand, then less money is offered."""
    for _ in range(3):
        solution = solve(steps, gains, rows)
        if solution.plan is None or market.affordable(solution.plan):
            return solution if solution.plan is not None else None
        over = np.maximum(0.0, market.choices.price_rp @ solution.plan - np.array(market.budgets))
        rows = [replace(row, high=row.high - 2.0 * over[row.name[1]]) if row.name[0] == "budget" else row for row in rows]
    return None
