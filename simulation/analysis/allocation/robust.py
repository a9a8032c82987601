"""Plans that stay good when the future is another one: best on average, best in bad futures, least to regret.

A pool of candidate plans (best for bad futures, for good ones, under each structural alternative, for other objectives, greedy, today's
path and whatever was compared before) is tried in the same fresh futures under every structural alternative of the ledger.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np

from simulation.analysis.allocation.bench import Bench
from simulation.analysis.allocation.climb import Market, climb
from simulation.analysis.allocation.objective import Objective
from simulation.analysis.allocation.proposal import Allocation, scenario_of
from simulation.analysis.allocation.search import scores
from simulation.analysis.allocation.trial import NOTHING, Trial, tried
from simulation.ensemble import Progress, checked_draws
from simulation.errors import InputError, unknown
from simulation.scenario import Scenario

BAD = 0.1  # the quantile of the futures that a cautious city looks at
TAIL = 3  # the cautious plan is searched in the worst third of the search's futures
ROUNDS = 1
CHOSEN = "chosen"


@dataclass(frozen=True)
class Robust:
    """Candidate plans in all futures and under all structural alternatives.

    Attributes:
        allocation: the plan at hand, "plan" among the candidates.
        names: of the candidates. scenarios: the candidates.
        structures: "chosen" (the ledger as it is) and then "switch=option" of each alternative.
        gains: objective beyond no training, (candidates, structures, draws).
    """

    allocation: Allocation
    names: tuple[str, ...]
    scenarios: tuple[Scenario, ...]
    structures: tuple[str, ...]
    gains: np.ndarray

    @property
    def regret(self) -> np.ndarray:
        """What each candidate brings less than the best candidate of that future, (candidates, structures, draws)."""
        return self.gains.max(axis=0) - self.gains

    @property
    def best_mean(self) -> str:
        """The candidate with the highest mean under the chosen structure."""
        return self.names[int(np.argmax(self.gains[:, 0].mean(axis=1)))]

    @property
    def best_in_bad_futures(self) -> str:
        """The candidate with the highest 10th percentile under the chosen structure."""
        return self.names[int(np.argmax(np.quantile(self.gains[:, 0], BAD, axis=1)))]

    @property
    def least_regret(self) -> str:
        """The candidate whose largest regret over all futures and structures is smallest."""
        return self.names[int(np.argmin(self.regret.max(axis=(1, 2))))]

    def scenario(self, name: str) -> Scenario:
        """A candidate by name.

        Raises:
            InputError: no such candidate.
        """
        if name not in self.names:
            raise InputError(unknown("allocation_objective", name, self.names))
        return self.scenarios[self.names.index(name)]

    def table(self):
        """One row per candidate: mean, 10th percentile, lowest mean over the structures, largest and mean regret, and what it is best at."""
        import pandas as pd

        picks = {"mean": self.best_mean, "bad_futures": self.best_in_bad_futures, "regret": self.least_regret}
        return pd.DataFrame([
            {"plan": name, "mean": g[0].mean(), "p10": np.quantile(g[0], BAD), "worst_structure_mean": g.mean(axis=1).min(),
             "regret_max": r.max(), "regret_mean": r.mean(), "best_at": ", ".join(what for what, pick in picks.items() if pick == name)}
            for name, g, r in zip(self.names, self.gains, self.regret, strict=True)
        ])

    def sentence(self, lang: str = "id") -> str:
        """Which candidate is best in which sense, and what choosing it costs on average."""
        from simulation.present.allocation_views import robust_sentence

        return robust_sentence(self, lang)


def robust_plans(allocation: Allocation, draws: int = 128, structures: Sequence[tuple[str, str]] | None = None,
                 executor: Executor | None = None, progress: Progress | None = None) -> Robust:
    """Compare candidate plans over futures and structural alternatives.

    Args:
        draws: fresh futures under each structure.
        structures: (switch, option) of each alternative; None for every option of the ledger that is not chosen.
        executor, progress: as in `allocate`.

    Raises:
        InputError: an unknown switch or option.
    """
    bench = allocation.market.bench
    if structures is None:
        chosen = dict(bench.ledger.structure)
        structures = [(switch.key, option.id) for switch in bench.ledger.ledger.structure for option in switch.options if option.id != chosen[switch.key]]
    ledgers = [allocation.assumptions, *(allocation.assumptions.replace({}, dict([pair])) for pair in structures)]
    total, done = 4 + 2 * len(structures) + 1, 0

    def moved_on() -> None:
        nonlocal done
        done += 1
        if progress:
            progress(done, total)

    pool: dict[str, Scenario] = {name: scenario for name, scenario in allocation.trial.scenarios.items() if name != NOTHING}
    for name, market in _markets(allocation, structures):
        best, _, _ = climb(market, [allocation.classes], ROUNDS, executor)
        pool[name] = scenario_of(allocation.market, best, "cautious" if name == "cautious" else "subset")
        moved_on()
    pool = _distinct(pool)
    points = allocation.assumptions.points(checked_draws(draws), allocation.base.seed, allocation.base.catalogue.ids)
    trials: list[Trial] = []
    for pair, ledger in zip([None, *structures], ledgers, strict=True):
        there = {name: _under(scenario, pair) for name, scenario in {NOTHING: bench.draft, **pool}.items()}
        trials.append(tried(there, bench.city, ledger, bench.objective, points))
        moved_on()
    gains = np.array([[trial.gain(name) for trial in trials] for name in pool])
    return Robust(allocation, tuple(pool), tuple(pool.values()), (CHOSEN, *(f"{key}={option}" for key, option in structures)), gains)


def _markets(allocation: Allocation, structures) -> list[tuple[str, Market]]:
    """Where further candidates are searched: bad and good futures, other objectives, other structures."""
    market, bench = allocation.market, allocation.market.bench
    order = np.argsort(_by_draw(allocation), kind="stable")
    part = max(1, len(order) // TAIL)
    found = [("cautious", replace(market, draws=order[:part])), ("hopeful", replace(market, draws=order[-part:]))]
    year = bench.objective.year
    for name, other in (("all_years", Objective({"ikm": 1.0}, "all")), ("worst_unit", Objective({"worst_unit": 1.0}, year))):
        if other != bench.objective:
            found.append((name, replace(market, bench=replace(bench, objective=other))))
    for key, option in structures:
        draft = _under(bench.draft, (key, option))
        there = Bench.of(bench.city, draft, allocation.assumptions, bench.objective, bench.draws, allocation.base.seed + 1)
        found.append((f"{key}={option}", replace(market, bench=there)))
    return found


def _by_draw(allocation: Allocation) -> np.ndarray:
    """Gain of the plan in each draw of the search."""
    market = allocation.market
    plan, nothing = scores(market.bench, market.bench.measure(market.choices, [allocation.classes, allocation.classes * 0]))
    return plan - nothing


def _under(scenario: Scenario, pair: tuple[str, str] | None) -> Scenario:
    """The scenario with one structural switch set another way."""
    return scenario if pair is None else scenario.replace({"structure": {**scenario.structure, pair[0]: pair[1]}})


def _distinct(pool: dict[str, Scenario]) -> dict[str, Scenario]:
    """Each plan once, under its first name."""
    seen: set[str] = set()
    return {name: scenario for name, scenario in pool.items() if not (scenario.id in seen or seen.add(scenario.id))}
