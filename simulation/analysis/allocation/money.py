"""What one more billion buys: the best plan at budgets around the one at hand, and where more money stops mattering."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np

from simulation.analysis.allocation.climb import PARTS, climb, fill
from simulation.analysis.allocation.proposal import Allocation, scenario_of
from simulation.analysis.allocation.trial import NOTHING, Trial, tried
from simulation.ensemble import Progress, checked_draws
from simulation.errors import InputError, Problem, shown
from simulation.outcome import QUANTILES

STEPS = (-4e9, -1e9, -1e8, 0.0, 1e8, 1e9, 4e9, 8e9, 16e9)  # rupiah over all years together
BILLION = 1e9
ROUNDS = 2


@dataclass(frozen=True)
class Money:
    """The best plans found for several budgets.

    Attributes:
        allocation: the plan at hand. steps_rp: money more or less over all years together, rising, (budgets,).
        classes: whole classes of each, (budgets, choices, years).
        trial: the plans in fresh draws, named "0", "1" ... in that order, and no training.
        noise: by how much searching again at the same budget changed the gain (in the draws of the search): what a difference has to
            exceed before it means anything.
    """

    allocation: Allocation
    steps_rp: tuple[float, ...]
    classes: tuple[np.ndarray, ...]
    trial: Trial
    noise: float

    @property
    def budgets_rp(self) -> np.ndarray:
        """Money of each over all years, rupiah, (budgets,)."""
        return sum(self.allocation.market.budgets) + np.array(self.steps_rp)

    @property
    def scenarios(self) -> list:
        """The plan of each budget, ready to be saved."""
        return [self.trial.scenarios[str(i)] for i in range(len(self.steps_rp))]

    @property
    def gains(self) -> np.ndarray:
        """Objective beyond no training, (budgets, draws)."""
        return np.array([self.trial.gain(str(i)) for i in range(len(self.steps_rp))])

    @property
    def here(self) -> int:
        """Position of the plan's own budget."""
        return self.steps_rp.index(0.0)

    def per_billion(self) -> np.ndarray:
        """What a billion buys between each budget and the next, (budgets - 1, draws)."""
        return np.diff(self.gains, axis=0) / (np.diff(self.steps_rp)[:, None] / BILLION)

    @property
    def enough_rp(self) -> float | None:
        """The first budget from which a billion more buys less than the smallest difference that matters; None if it is beyond
        the budgets tried, or if the objective is not an IKM."""
        if set(self.allocation.objective.weights) - {"ikm", "worst_unit"} or self.allocation.objective.mixed:
            return None
        small = np.maximum.accumulate(self.per_billion().mean(axis=1)[::-1])[::-1] < self.trial.smallest
        return float(self.budgets_rp[:-1][small][0]) if small.any() else None

    def table(self):
        """One row per budget: money, cost, gain, and the change from the plan at hand with its quantiles."""
        import pandas as pd

        gains, lines = self.gains, []
        for i, step in enumerate(self.steps_rp):
            change = gains[i] - gains[self.here]
            line = {"step_rp": step, "budget_rp": self.budgets_rp[i], "cost_rp": float((self.allocation.market.choices.price_rp @ self.classes[i]).sum()),
                    "gain_mean": gains[i].mean(), "change_mean": change.mean()}
            line |= {f"gain_p{round(100 * q):02d}": v for q, v in zip(QUANTILES, np.quantile(gains[i], QUANTILES), strict=True)}
            line |= {f"change_p{round(100 * q):02d}": v for q, v in zip(QUANTILES, np.quantile(change, QUANTILES), strict=True)}
            lines.append(line | {"per_billion": change.mean() / (step / BILLION) if step else float("nan")})
        return pd.DataFrame(lines)

    def sentence(self, lang: str = "id") -> str:
        """What one more and one less billion and Rp 100 million buy, and where money stops mattering."""
        from simulation.present.allocation_views import money_sentence

        return money_sentence(self, lang)


def shadow_price(allocation: Allocation, steps_rp: Sequence[float] = STEPS, draws: int = 512, executor: Executor | None = None,
                 progress: Progress | None = None) -> Money:
    """The best plan at budgets around the one of an allocation.

    Budgets rise one after the other and each starts from the plan before, which it can afford: more money never brings less.

    Args:
        steps_rp: money more or less over all years together, shared among the years as the budgets are; 0 is added.
        draws: fresh futures in which the plans are compared.
        executor, progress: as in `allocate`.

    Raises:
        InputError: steps that are not numbers or leave less than nothing.
    """
    market, total = allocation.market, sum(allocation.market.budgets)
    steps = _checked(steps_rp, total)
    plans, known, noise = [], [], 0.0
    for i, step in enumerate(steps):
        there = replace(market, budgets=at_total(market.budgets, total + step))
        plan = _best(there, plans[-1] if plans else None, known, executor)
        if step == 0.0:  # the plan at hand stays; that another search ends elsewhere is how far any of these numbers can be trusted
            again, now = market.scores([plan, allocation.classes], executor)
            noise, known, plan = abs(float(again - now)), [plan, allocation.classes], allocation.classes
        plans.append(plan)
        if progress:
            progress(i + 1, len(steps) + 1)
    names = {str(i): scenario_of(replace(market, budgets=at_total(market.budgets, total + step)), plan, "plan")
             for i, (step, plan) in enumerate(zip(steps, plans, strict=True))}
    trial = in_fresh_draws(allocation, names, draws)
    if progress:
        progress(len(steps) + 1, len(steps) + 1)
    return _rising(Money(allocation, steps, tuple(plans), trial, noise))


def in_fresh_draws(allocation: Allocation, scenarios, draws: int) -> Trial:
    """Plans and no training in futures that no search has seen."""
    base, bench = allocation.base, allocation.market.bench
    assumptions = allocation.assumptions
    points = assumptions.points(checked_draws(draws), base.seed, base.catalogue.ids)
    return tried({NOTHING: bench.draft, **scenarios}, bench.city, assumptions, bench.objective, points)


def at_total(budgets: Sequence[float], total: float) -> tuple[float, ...]:
    """Yearly budgets of another total, shared among the years as before."""
    now = sum(budgets)
    return tuple(total * (b / now if now else 1.0 / len(budgets)) for b in budgets)


def _best(market, before: np.ndarray | None, known, executor) -> np.ndarray:
    """The best plan for a budget, from the plan of the budget before it and others that are known."""
    start = before if before is not None else np.zeros((len(market.choices), market.bench.draft.years), dtype=int)
    plan, _ = fill(market, start, executor, parts=PARTS if before is None else (0.5, 1.0))
    best, _, _ = climb(market, [plan, start, *(one for one in known if market.keeps(one))], ROUNDS, executor)
    return best


def _rising(money: Money) -> Money:
    """A smaller plan that does better in fresh draws than the next is that one's answer too: it is affordable."""
    plans, told, scenarios = list(money.classes), dict(money.trial.told), dict(money.trial.scenarios)
    mean = money.gains.mean(axis=1)
    for i in range(1, len(plans)):
        if mean[i] < mean[i - 1]:
            plans[i], told[str(i)], mean[i] = plans[i - 1], told[str(i - 1)], mean[i - 1]
            there = replace(money.allocation.market, budgets=at_total(money.allocation.market.budgets, money.budgets_rp[i]))
            scenarios[str(i)] = scenario_of(there, plans[i], "plan")
    return replace(money, classes=tuple(plans), trial=replace(money.trial, told=told, scenarios=scenarios))


def _checked(steps_rp: Sequence[float], total: float) -> tuple[float, ...]:
    steps = list(steps_rp) if isinstance(steps_rp, (list, tuple, np.ndarray)) else [steps_rp]
    numbers = all(isinstance(s, (int, float, np.integer, np.floating)) and not isinstance(s, bool) and abs(s) < 1e15 for s in steps)
    if not numbers or not steps or min(steps) + total < 0:
        raise InputError(Problem("allocation_steps", {"found": shown(steps_rp)}))
    return tuple(sorted({*(float(s) for s in steps), 0.0}))
