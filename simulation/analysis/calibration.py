"""What the city's own figures teach about the assumptions: futures that agree with them count more.

The futures of the plan that was carried out are drawn from the ledger, or near those that agree, and weighted by how well each
would have produced what was measured. Nothing is fitted by hand; the weights say themselves whether they can be trusted.
"""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simulation.analysis.calibration_data import Observations, time_points
from simulation.analysis.calibration_ensemble import Ensemble, Task
from simulation.analysis.calibration_learned import (
    Check,
    Learned,
    Pair,
    check,
    learned,
    luck_factors,
    pairs,
    refitted,
)
from simulation.analysis.calibration_likelihood import Expected
from simulation.analysis.futures import LUCK
from simulation.analysis.psis import Weights
from simulation.analysis.survey_waves import Period
from simulation.assumptions import Assumptions
from simulation.city import City
from simulation.draws import Points, luck_name, row_name
from simulation.ensemble import Progress, checked_draws, prepare
from simulation.errors import InputError, Problem
from simulation.scenario import Scenario

FEWEST = 256  # draws; fewer have no tail whose shape could be judged


@dataclass(frozen=True)
class Calibration:
    """The futures of a plan, weighted by what was observed.

    Attributes:
        scenario, city, assumptions: what was carried out where, and the ledger that was believed before.
        observations: what was measured.
        prior: futures from the ledger. futures: those that agree with the data; the same ones where they are enough.
        weights: of the futures, with their diagnostic k.
        chosen: the posterior, positions of equally likely futures, (draws,).
        seed: of the futures and the resampling.
    """

    scenario: Scenario
    city: City
    assumptions: Assumptions
    observations: Observations
    prior: Ensemble
    futures: Ensemble
    weights: Weights
    chosen: np.ndarray
    seed: int

    @property
    def draws(self) -> int:
        """Number of futures."""
        return len(self.chosen)

    @property
    def k(self) -> float:
        """Pareto k of the weights; below 0.7 they can be trusted."""
        return self.weights.k

    @property
    def ess(self) -> float:
        """How many equally likely futures the weighted ones are worth."""
        return self.weights.ess

    @property
    def verdict(self) -> str:
        """"good enough", or "too far apart": the data and the model, for this number of draws."""
        return "good enough" if self.weights.reliable else "too far apart"

    @cached_property
    def parameters(self) -> tuple[Learned, ...]:
        """Every assumption before and after, the most learned first."""
        return learned(self.uncertain(self.prior), self.uncertain(self.futures), self.weights)

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """Assumptions that multiply: known apart, only together, or not at all."""
        tested = next((row.programme for row in self.observations.tests), next(iter(self._held), None))
        return pairs(self.uncertain(self.prior), self.uncertain(self.futures), self.weights, f"{LUCK}:{tested}")

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        """Every observation beside what was expected of it before and after."""
        order = {kind: i for i, kind in enumerate(("surveys", "tests", "applying", "counters"))}
        found = [check(before, item, self.weights, self.seed)
                 for before, item in zip(self.prior.expected, self.futures.expected, strict=True)]
        return tuple(sorted(found, key=lambda one: (order[one.kind], one.index)))

    def uncertain(self, ensemble: Ensemble) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """Everything that varies: rows of the ledger, and own effects of the programmes that were held.

        Returns:
            key -> probabilities in the prior and values, (draws,) each.
        """
        found = {key: (ensemble.points[row_name(key)], values) for key, values in ensemble.values.items() if np.ptp(values) > 0.0}
        factors = luck_factors(ensemble.values, ensemble.luck)
        return found | {f"{LUCK}:{name}": (ensemble.points[luck_name(name)], factors[i])
                        for i, name in enumerate(self.scenario.catalogue.ids) if name in self._held}

    @cached_property
    def _held(self) -> list[str]:
        """Programmes with participants, most first."""
        seats = prepare(self.scenario, self.city, self.assumptions)[0].plan.seats.sum(axis=1)
        return [self.scenario.catalogue.ids[i] for i in np.argsort(-seats, kind="stable") if seats[i] > 0]

    def table(self):
        """One row per assumption: prior and posterior points, shrinkage with its error, verdict; a data frame."""
        return _frame([(p.key, *p.prior, *p.posterior, p.shrinkage, p.error, p.verdict) for p in self.parameters],
                      "key prior_p05 prior_p50 prior_p95 posterior_p05 posterior_p50 posterior_p95 shrinkage error verdict")

    def pairs_table(self):
        """One row per pair of assumptions that multiply, a data frame."""
        return _frame([(p.a, p.b, p.together, p.correlation, p.error, p.shrinkage_a, p.shrinkage_b, p.shrinkage, p.shrinkage_error,
                        *p.prior, *p.posterior, p.verdict) for p in self.pairs],
                      "a b together correlation error shrinkage_a shrinkage_b shrinkage shrinkage_error prior_p05 prior_p50 prior_p95"
                      " posterior_p05 posterior_p50 posterior_p95 verdict")

    def checks_table(self):
        """One row per observation: where it lies in the forecasts made before and after the data, a data frame."""
        return checks_frame(self.checks)

    def sentence(self, lang: str = "id") -> str:
        """Whether to trust it, what was learned, and what the data cannot tell apart, in words."""
        from simulation.present.calibration_views import sentence

        return sentence(self, lang)

    def posterior_points(self) -> Points:
        """Points that follow the data, for `futures.at_points` and `readings`.

        They carry all that was learned, correlations and the programmes' own effects included.
        """
        return self.futures.points.at(self.chosen)

    def values_and_luck(self) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """The same as values of the assumptions, key -> (draws,), and scores of the programmes, (programmes, draws)."""
        return {key: value[self.chosen] for key, value in self.futures.values.items()}, self.futures.luck[:, self.chosen]

    def posterior_assumptions(self) -> Assumptions:
        """A ledger whose rows are spread as the data say, each by itself.

        Rows about which nothing was learned stay. Correlations between the rows and what was learned about a single
        programme are lost: where they matter, use `posterior_points`.

        Raises:
            InputError: the weights cannot be trusted.
        """
        if not self.weights.reliable:
            raise InputError(Problem("calibration_unreliable", {"k": f"{self.k:.2f}"}))
        changes = {p.key: refitted(self.assumptions[p.key], p.posterior) for p in self.parameters
                   if p.verdict in ("learned", "a little") and not p.key.startswith(LUCK) and self.assumptions[p.key].varies}
        return self.assumptions.replace(changes)


@dataclass(frozen=True)
class LastWave:
    """The last survey wave as the earlier data foresaw it.

    Attributes:
        calibration: by all data. wave: key of its period.
        weights: of the futures by the earlier data alone.
        checks: its results; `posterior` is the forecast from the earlier data, `prior` the one without any.
    """

    calibration: Calibration
    wave: str
    weights: Weights
    checks: tuple[Check, ...]

    @property
    def inside(self) -> int:
        """Results that fell inside their 90 % band; those of one wave err together."""
        return sum(one.inside for one in self.checks)

    def table(self):
        """One row per result of the wave, a data frame."""
        return checks_frame(self.checks)

    def sentence(self, lang: str = "id") -> str:
        """Whether the wave was foreseen, in words."""
        from simulation.present.calibration_views import last_wave_sentence

        return last_wave_sentence(self, lang)


def calibrate(scenario: Scenario, city: City, assumptions: Assumptions, observations: Observations, draws: int = 4096,
              seed: int | None = None, executor: Executor | None = None, progress: Progress | None = None) -> Calibration:
    """Weigh the futures of the plan that was carried out by what has been observed.

    Args:
        scenario: what was really done, not what was hoped for.
        draws: futures from the ledger, 256 or more.
        seed: of the futures and of the resampling; None takes the scenario's.
        executor, progress: as in `simulate`.

    Raises:
        InputError: an observation of something the scenario or the city does not have, too few draws.

    >>> from simulation import Assumptions, City, Scenario
    >>> seen = Observations.of({"name": {"id": "kunjungan", "en": "visits"}, "applying": [{"months": 6, "seen": 200, "applying": 60}]})
    >>> found = calibrate(Scenario.library()["todays_path"], City.load(), Assumptions.load(), seen, draws=512)
    >>> found.verdict
    'good enough'
    """
    if scenario.offers:
        raise InputError(Problem("calibration_offers", {"found": scenario.key}, file=scenario.file))
    draws = checked_draws(draws)
    if draws < FEWEST:
        raise InputError(Problem("calibration_draws", {"found": str(draws), "limit": str(FEWEST)}))
    seed = scenario.seed if seed is None else seed
    observations.for_scenario(scenario, city, prepare(scenario, city, assumptions)[0].plan)
    task = Task(scenario, city, assumptions, observations, draws, seed, executor, progress)
    prior = task.prior()
    futures, weights = task.fit(prior)
    return Calibration(scenario, city, assumptions, observations, prior, futures, weights, weights.resample(draws, seed), seed)


def leave_last_wave_out(calibration: Calibration, executor: Executor | None = None, progress: Progress | None = None) -> LastWave:
    """Forecast the last survey wave from the data that came before it.

    Left out are the wave, counters measured in or after it, and tests of later years. Follow-up visits carry no date and stay.

    Raises:
        InputError: no survey wave, or nothing before it.
    """
    c, last = calibration, calibration.observations.last_wave
    earlier = {(item.kind, item.index) for item in c.prior.expected if last and _before(c.observations, item, last, c.scenario.start_year)}
    if not earlier:
        raise InputError(Problem("calibration_one_wave"))
    task = Task(c.scenario, c.city, c.assumptions, c.observations, c.draws, c.seed, executor, progress)
    futures, weights = task.fit(c.prior, lambda items: tuple(item for item in items if (item.kind, item.index) in earlier))
    checks = tuple(check(before, item, weights, c.seed) for before, item in zip(c.prior.expected, futures.expected, strict=True)
                   if item.block == ("surveys", last.key))
    return LastWave(c, last.key, weights, checks)


def _before(seen: Observations, item: Expected, last: Period, start_year: int) -> bool:
    """Whether an observation was there before the last wave began."""
    row = getattr(seen, item.kind)[item.index]
    if item.kind == "tests":
        return row.year is None or row.year <= last.year
    if item.kind == "applying":
        return True
    period = row.period if item.kind == "surveys" else row.when
    return time_points(period, start_year).stop <= time_points(last, start_year).start


def checks_frame(checks: tuple[Check, ...]):
    """Checks as a data frame, one row each; `row` counts the observations of a kind from 1."""
    return _frame([(c.kind, c.index + 1, c.observed, *c.prior, *c.posterior, c.prior_z, c.posterior_z, c.prior_p, c.posterior_p, c.inside,
                    c.verdict) for c in checks],
                  "kind row observed prior_p05 prior_p50 prior_p95 posterior_p05 posterior_p50 posterior_p95 prior_z posterior_z prior_p"
                  " posterior_p inside verdict")


def _frame(rows: list[tuple], columns: str):
    import pandas as pd

    return pd.DataFrame(rows, columns=columns.split())
