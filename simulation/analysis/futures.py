"""Several scenarios in the same futures, told in a few numbers each: what the analyses of this folder work on."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial

import numpy as np

from simulation.analysis.progress import part
from simulation.assumptions import Assumptions
from simulation.city import City
from simulation.draws import Points
from simulation.ensemble import Progress, checked_draws, readings
from simulation.errors import InputError, Problem
from simulation.model import value
from simulation.outcome import Outcome
from simulation.scenario import Scenario

LUCK = "programme_luck"  # name of the own effect of each programme among the assumptions; not a row of the ledger


@dataclass(frozen=True)
class Futures:
    """What each scenario brings in every future.

    Attributes:
        scenarios: what was run, in the order asked; none twice.
        city, assumptions: where, and the ledger before the scenarios' own overrides.
        year: last common year, 1 = first; the IKM and waiting time are means of its quarters.
        points: probabilities of every row of the ledger and of the luck of every programme on offer.
        values: draws of every assumption, key -> (draws,).
        luck: standard normal scores of the own effects of programmes that a scenario buys, (programmes, draws).
        ikm: IKM of the city, (scenarios, draws).
        waiting_minutes: minutes at the counters, (scenarios, draws).
        worst_unit_ikm: IKM of the unit with the lowest, (scenarios, draws).
        hours_waited: citizens' hours at the counters up to the end of `year`, (scenarios, draws).
        cost_rp: present value of the money spent up to the end of `year`, rupiah, (scenarios, draws).
    """

    scenarios: tuple[Scenario, ...]
    city: City
    assumptions: Assumptions
    year: int
    points: Points
    values: dict[str, np.ndarray]
    luck: np.ndarray
    ikm: np.ndarray
    waiting_minutes: np.ndarray
    worst_unit_ikm: np.ndarray
    hours_waited: np.ndarray
    cost_rp: np.ndarray

    @property
    def draws(self) -> int:
        """Number of futures."""
        return self.ikm.shape[-1]

    @property
    def keys(self) -> list[str]:
        """Short names of the scenarios."""
        return [scenario.key for scenario in self.scenarios]

    @property
    def varying(self) -> list[str]:
        """Assumptions whose draws differ."""
        return [p.key for p in self.assumptions.parameters if p.varies]

    def net_benefit_rp(self, willingness_rp: float) -> np.ndarray:
        """Worth of the IKM at a willingness to pay per point, less the cost, rupiah, (scenarios, draws).

        Counted from the first scenario's IKM and cost, so that the unknown starting level drops out.
        """
        return willingness_rp * (self.ikm - self.ikm[0]) - (self.cost_rp - self.cost_rp[0])


def futures(scenarios: Sequence[Scenario], city: City, assumptions: Assumptions, draws: int = 1024,
            executor: Executor | None = None, progress: Progress | None = None) -> Futures:
    """Run scenarios in the same futures.

    Args:
        scenarios: two or more, with the same seed.
        draws: number of futures.
        executor: anything with the `concurrent.futures` interface.
        progress: told (done, total) draws over all scenarios.

    Raises:
        InputError: no two scenarios, scenarios with other seeds, or `draws` out of range.
    """
    scenarios = tuple(scenarios)
    if len(scenarios) < 2:
        raise InputError(Problem("two_scenarios", {"found": str(len(scenarios))}))
    points = assumptions.points(checked_draws(draws), scenarios[0].seed, on_offer(scenarios))
    return at_points(scenarios, city, assumptions, points, executor, progress)


def at_points(scenarios: Sequence[Scenario], city: City, assumptions: Assumptions, points: Points,
              executor: Executor | None = None, progress: Progress | None = None) -> Futures:
    """As `futures`, at given probabilities of the rows and of all programmes on offer; one scenario is enough."""
    scenarios, first = tuple(scenarios), scenarios[0]
    for other in scenarios[1:]:
        if other.seed != first.seed:
            raise InputError(Problem("other_draws", {"found": f"{other.key} / {other.seed}", "expected": f"{first.key} / {first.seed}"}))
    year = min(scenario.years for scenario in scenarios)
    told = []
    for i, scenario in enumerate(scenarios):
        read = partial(last_year, year=year)
        told.append(readings(scenario, city, assumptions, points, read, executor, part(progress, i, len(scenarios))))
    values, luck = assumptions.at(points, tuple(dict.fromkeys(name for scenario in scenarios for name in scenario.bought)))
    return Futures(scenarios, city, assumptions, year, points, values, luck,
                   **{name: np.stack([one[name] for one in told]) for name in told[0]})


def on_offer(scenarios: Sequence[Scenario]) -> tuple[str, ...]:
    """Programmes of the scenarios' catalogues, ids, each once."""
    return tuple(dict.fromkeys(name for scenario in scenarios for name in scenario.catalogue.ids))


def last_year(outcome: Outcome, year: int) -> dict[str, np.ndarray]:
    """The numbers of `Futures` for one outcome, (draws,) each."""
    quarters = value.QUARTERS_PER_YEAR * year
    cost = np.broadcast_to(value.cost_per_quarter(outcome.plan)[:quarters], (quarters, outcome.draws))
    return {
        "ikm": outcome.year_mean(outcome.city_ikm, year),
        "waiting_minutes": outcome.year_mean(outcome.waiting_minutes, year),
        "worst_unit_ikm": outcome.year_mean(outcome.ikm, year).min(axis=0),
        "hours_waited": outcome.hours_waited[1:quarters + 1].sum(axis=0),
        "cost_rp": value.discounted(cost, outcome.values["discount_rate"]),
    }
