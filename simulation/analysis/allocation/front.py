"""What is traded for what: IKM against cost, and IKM against equity between units; every point is a scenario."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np

from simulation.analysis.allocation.climb import climb
from simulation.analysis.allocation.money import Money, in_fresh_draws, shadow_price
from simulation.analysis.allocation.objective import Objective
from simulation.analysis.allocation.proposal import PLAN, Allocation, scenario_of
from simulation.analysis.allocation.trial import NOTHING, Trial
from simulation.ensemble import Progress
from simulation.errors import InputError, Problem, shown
from simulation.model import training, value
from simulation.scenario import Scenario

LOWEST = 0.2  # share of the units, those with the lowest IKM today, whose part of the gain is shown
ROUNDS = 3
EQUITY_WEIGHTS = (0.1, 0.3, 1.0, 3.0, 10.0)  # points of the city's IKM that one point of the worst unit is worth


@dataclass(frozen=True)
class Point:
    """One plan on a front.

    Attributes:
        scenario: the plan. cost_rp: what it costs over all years. ikm: gain of the city's IKM over no training, (draws,).
        gap: IKM of the best unit less that of the worst, (draws,). to_lowest: share of the gain, weighted by people served, that
            goes to the fifth of the units with the lowest IKM today, (draws,).
    """

    scenario: Scenario
    cost_rp: float
    ikm: np.ndarray
    gap: np.ndarray
    to_lowest: np.ndarray


@dataclass(frozen=True)
class Front:
    """Plans none of which is beaten in both respects by another, in order.

    Attributes:
        kind: "cost" or "equity". points: the plans. beaten: plans that were tried and are beaten.
    """

    kind: str
    points: tuple[Point, ...]
    beaten: tuple[Point, ...]

    def table(self):
        """One row per plan: cost, IKM gain, gap between units and share of the gain of the lowest fifth, with quantiles."""
        import pandas as pd

        lines = []
        for i, point in enumerate(self.points):
            line = {"point": i, "cost_rp": point.cost_rp}
            for name in ("ikm", "gap", "to_lowest"):
                draws = getattr(point, name)
                line |= {f"{name}_mean": draws.mean()}
                line |= {f"{name}_p{q:02d}": v for q, v in zip((5, 50, 95), np.quantile(draws, (0.05, 0.5, 0.95)), strict=True)}
            lines.append(line)
        return pd.DataFrame(lines)

    def sentence(self, lang: str = "id") -> str:
        """What the two ends of the front are, and what moving along it costs."""
        from simulation.present.allocation_views import front_sentence

        return front_sentence(self, lang)


def cost_front(allocation: Allocation, points: int = 7, draws: int = 512, money: Money | None = None, executor: Executor | None = None,
               progress: Progress | None = None) -> Front:
    """IKM against cost, from nothing to twice the budget.

    Args:
        points: plans to search for. money: results of `shadow_price` to use instead of a search of its own.
        draws, executor, progress: as in `allocate`.

    Raises:
        InputError: a number of points out of range.
    """
    _checked_points(points)
    total = sum(allocation.market.budgets)
    money = money or shadow_price(allocation, [total * (2.0 * i / (points - 1) - 1.0) for i in range(points)], draws, executor, progress)
    names = [NOTHING, *(str(i) for i in range(len(money.steps_rp)))]
    found = _points(allocation, money.trial, names)
    return _front("cost", found, lambda point: -point.cost_rp)


def equity_front(allocation: Allocation, draws: int = 512, executor: Executor | None = None, progress: Progress | None = None) -> Front:
    """IKM of the city against the gap between the best and the worst unit, at the same budgets.

    Args:
        draws, executor, progress: as in `allocate`.
    """
    market, bench, names = allocation.market, allocation.market.bench, {PLAN: allocation.scenario}
    plan = allocation.classes
    for i, weight in enumerate(EQUITY_WEIGHTS):
        other = replace(market, bench=replace(bench, objective=Objective({"ikm": 1.0, "worst_unit": weight}, bench.objective.year)))
        plan, _, _ = climb(other, [plan, allocation.classes], ROUNDS, executor)
        names[f"equity_{i}"] = scenario_of(market, plan, "equity")
        if progress:
            progress(i + 1, len(EQUITY_WEIGHTS) + 1)
    trial = in_fresh_draws(allocation, names, draws)
    if progress:
        progress(len(EQUITY_WEIGHTS) + 1, len(EQUITY_WEIGHTS) + 1)
    return _front("equity", _points(allocation, trial, list(names)), lambda point: -float(point.gap.mean()))


def _points(allocation: Allocation, trial: Trial, names: list[str]) -> list[Point]:
    """Each plan once: those with the same futures are one plan, however they are written."""
    city, found, seen = allocation.market.bench.city, [], set()
    nothing = trial.told[NOTHING]
    start = 25.0 * city.ratings.mean(axis=1)
    lowest = np.argsort(start, kind="stable")[:max(1, round(LOWEST * len(start)))]
    weight = city.users / city.users.sum()
    for name in names:
        scenario, told = trial.scenarios[name], trial.told[name]
        same = told["ikm"].tobytes(), told["gap"].tobytes()
        if same in seen:
            continue
        seen.add(same)
        by_unit = weight[:, None] * (told["units"] - nothing["units"])
        total = by_unit.sum(axis=0)
        share = np.divide(by_unit[lowest].sum(axis=0), total, out=np.zeros_like(total), where=np.abs(total) > 1e-9)
        found.append(Point(scenario, _cost(allocation, scenario), told["ikm"] - nothing["ikm"], told["gap"], share))
    return found


def _cost(allocation: Allocation, scenario: Scenario) -> float:
    ledger = allocation.market.bench.ledger
    plan = training.plan(scenario, allocation.market.bench.city, ledger.tables.required, ledger.fixed["hours_per_jp"], ledger.fixed["effective_hours"])
    return float(value.cost_per_quarter(plan).sum())


def _front(kind: str, found: list[Point], other) -> Front:
    """Keep what no other plan beats in both respects; `other` is the second one, more is better."""
    marks = [(float(point.ikm.mean()), other(point)) for point in found]
    kept, beaten = [], []
    for point, mark in zip(found, marks, strict=True):
        worse = any(rival != mark and rival[0] >= mark[0] and rival[1] >= mark[1] for rival in marks)
        (beaten if worse else kept).append(point)
    return Front(kind, tuple(sorted(kept, key=lambda point: float(point.ikm.mean()))), tuple(beaten))


def _checked_points(points) -> None:
    if isinstance(points, bool) or not isinstance(points, (int, np.integer)) or not 3 <= points <= 15:
        raise InputError(Problem("allocation_points", {"found": shown(points)}))
