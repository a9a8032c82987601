"""Clearly different plans that are nearly as good, so that people choose and not the solver.

Modelling to generate alternatives: from the best plan, walk away from where its money goes (its programmes, its kinds of units, its
forms) as far as a stated loss allows. Each step is an integer programme that spends as little as possible where the best plan spends
much, with a floor under the gain; the engine measures after every step.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np

from simulation.analysis.allocation.choices import Choices
from simulation.analysis.allocation.climb import Market
from simulation.analysis.allocation.money import in_fresh_draws
from simulation.analysis.allocation.proposal import PLAN, Allocation, scenario_of
from simulation.analysis.allocation.rows import Row
from simulation.analysis.allocation.search import around
from simulation.analysis.allocation.solver import solve
from simulation.analysis.allocation.trial import Trial
from simulation.ensemble import Progress
from simulation.errors import InputError, Problem, shown

WALKS = ("programme", "kind", "form")
STEPS = 5
STRIDE = 0.25  # share of all money that may move in one step
TRUST = 0.3
FULL = 0.9  # of the money stays spent, so that an alternative is another plan and not a smaller one


@dataclass(frozen=True)
class Alternative:
    """A plan that is clearly different and nearly as good.

    Attributes:
        walk: what it was led away from: "programme", "kind" or "form". classes: whole classes, (choices, years).
        distance: share of the money that goes elsewhere than in the best plan, over programme and kind, 0 to 1.
        more, less: (programme or kind, change of its share of the money) of the largest changes.
    """

    walk: str
    classes: np.ndarray
    distance: float
    more: tuple[str, float]
    less: tuple[str, float]


@dataclass(frozen=True)
class Menu:
    """The best plan and others nearly as good.

    Attributes:
        allocation: the best plan. loss: largest share of the gain that an alternative may give up, in the draws of the search.
        alternatives: the others; they are named "other_1" ... in `trial`, fresh draws, the best plan "plan".
    """

    allocation: Allocation
    loss: float
    alternatives: tuple[Alternative, ...]
    trial: Trial

    @property
    def names(self) -> list[str]:
        """Names of the plans in `trial`, the best first."""
        return [PLAN, *(f"other_{i + 1}" for i in range(len(self.alternatives)))]

    @property
    def scenarios(self) -> list:
        """The plans, ready to be saved, the best first."""
        return [self.trial.scenarios[name] for name in self.names]

    def table(self):
        """One row per plan: gain in fresh draws, share of the best plan's gain with its quantiles, distance, what differs."""
        import pandas as pd

        best = self.trial.gain(PLAN)
        lines = [{"plan": PLAN, "gain_mean": best.mean(), "share_of_best": 1.0, "difference_p05": 0.0, "difference_p50": 0.0, "difference_p95": 0.0,
                  "distance": 0.0, "more": "", "more_share": 0.0, "less": "", "less_share": 0.0}]
        for name, other in zip(self.names[1:], self.alternatives, strict=True):
            gain = self.trial.gain(name)
            low, middle, high = np.quantile(gain - best, (0.05, 0.5, 0.95))
            lines.append({"plan": name, "gain_mean": gain.mean(), "share_of_best": gain.mean() / best.mean(), "difference_p05": low, "difference_p50": middle,
                          "difference_p95": high, "distance": other.distance, "more": other.more[0], "more_share": other.more[1],
                          "less": other.less[0], "less_share": other.less[1]})
        return pd.DataFrame(lines)

    def sentence(self, lang: str = "id") -> str:
        """What there is to choose from, each plan named by what is different."""
        from simulation.present.allocation_views import menu_sentence

        return menu_sentence(self, lang)


def alternatives(allocation: Allocation, loss: float = 0.05, draws: int = 512, smallest_distance: float = 0.1, executor: Executor | None = None,
                 progress: Progress | None = None) -> Menu:
    """Plans that differ from the best one and lose at most a share of its gain.

    Args:
        loss: that share. smallest_distance: plans closer than this to one already on the menu are left out.
        draws, executor, progress: as in `allocate`.

    Raises:
        InputError: a share that does not lie between 0 and 1.
    """
    for share in (loss, smallest_distance):
        if isinstance(share, bool) or not isinstance(share, (int, float)) or not 0.0 < share < 1.0:
            raise InputError(Problem("allocation_distance", {"found": shown(share)}))
    market, found = allocation.market, []
    for i, walk in enumerate(WALKS):
        plan = _walk(market, allocation.classes, walk, loss, executor)
        near = min(distance(market.choices, plan, other) for other in [allocation.classes, *(one.classes for one in found)])
        if near >= smallest_distance:
            found.append(Alternative(walk, plan, distance(market.choices, plan, allocation.classes), *_differences(market, allocation.classes, plan, walk)))
        if progress:
            progress(i + 1, len(WALKS) + 1)
    names = {PLAN: allocation.scenario, **{f"other_{i + 1}": scenario_of(market, one.classes, "other") for i, one in enumerate(found)}}
    trial = in_fresh_draws(allocation, names, draws)
    if progress:
        progress(len(WALKS) + 1, len(WALKS) + 1)
    return Menu(allocation, float(loss), tuple(found), trial)


def distance(choices: Choices, one: np.ndarray, other: np.ndarray) -> float:
    """Share of the money that two plans give to other programmes or kinds of units, 0 to 1."""
    shares = []
    for plan in (one, other):
        cost = choices.price_rp * plan.sum(axis=1)
        table = np.zeros((choices.programme.max(initial=0) + 1, len(choices.people.kinds)))
        np.add.at(table, (choices.programme, choices.kinds), cost)
        shares.append(table / max(cost.sum(), 1e-12))
    return 0.5 * float(np.abs(shares[0] - shares[1]).sum())


def _walk(market: Market, best: np.ndarray, walk: str, loss: float, executor) -> np.ndarray:
    """As far away from the best plan as the loss allows."""
    nothing, gain = market.scores([best * 0, best], executor)
    floor, plan, worth = nothing + (1.0 - loss) * (gain - nothing), best, gain
    heavy = _shares(market.choices, best, walk)
    for part in np.linspace(1.0 / STEPS, 1.0, STEPS):  # the loss is given up little by little, while the gains are measured anew
        allowed = gain - part * (gain - floor)
        near = around(market.bench, market.choices, plan, TRUST, executor)
        steps = near.steps
        price = steps.delta @ market.choices.price_rp
        cost = steps.delta @ (market.choices.price_rp * heavy)
        spent = float((market.choices.price_rp @ plan).sum())
        rows = [*market.rows(steps), Row(("stride",), np.abs(steps.delta) @ market.choices.price_rp, -np.inf, STRIDE * sum(market.budgets)),
                Row(("full",), price, FULL * float((market.choices.price_rp @ best).sum()) - spent, np.inf)]
        for safety in (1.0, 0.5, 0.0):
            solution = solve(steps, market.gains(near), rows, floor=safety * (allowed - worth), cost=cost)
            if solution.plan is None or not market.keeps(solution.plan):
                continue
            reached = float(market.scores([solution.plan], executor)[0])
            if reached >= allowed:
                plan, worth = solution.plan, reached
                break
    return plan


def _shares(choices: Choices, plan: np.ndarray, walk: str) -> np.ndarray:
    """Share of the plan's money that goes where each choice belongs, (choices,)."""
    cost = choices.price_rp * plan.sum(axis=1)
    where = _places(choices, walk)
    _, place = np.unique(where, return_inverse=True)
    return (np.bincount(place, cost) / max(cost.sum(), 1e-12))[place]


def _places(choices: Choices, walk: str) -> np.ndarray:
    """What each choice belongs to: its programme, its kind of unit, or whether it has coaching, practice or a refresher."""
    if walk == "programme":
        return choices.programme
    if walk == "kind":
        return choices.kinds
    return np.array([4 * form.coaching + 2 * form.practice + (form.refresher_months > 0) for form in choices.forms])


def _differences(market: Market, best: np.ndarray, plan: np.ndarray, walk: str) -> tuple[tuple[str, float], tuple[str, float]]:
    """The programme (or kind of unit, when led away from kinds) that gains and the one that loses most of the money."""
    choices = market.choices
    names: Sequence[str] = choices.people.kinds if walk == "kind" else choices.draft.catalogue.ids
    where = choices.kinds if walk == "kind" else choices.programme
    change = np.zeros(len(names))
    for sign, one in ((1.0, plan), (-1.0, best)):
        cost = choices.price_rp * one.sum(axis=1)
        np.add.at(change, where, sign * cost / max(cost.sum(), 1e-12))
    high, low = int(np.argmax(change)), int(np.argmin(change))
    return (names[high], float(change[high])), (names[low], float(change[low]))


def as_allocation(menu: Menu, name: str) -> Allocation:
    """An alternative in the place of the best plan, for the analyses that start from one."""
    other = menu.alternatives[menu.names.index(name) - 1]
    return replace(menu.allocation, scenario=menu.trial.scenarios[name], classes=other.classes)
