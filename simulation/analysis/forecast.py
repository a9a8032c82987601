"""What the model promises before a survey: the IKM that a survey of so many respondents would report, unit by unit."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Annotated

import numpy as np
from pydantic import Field

from simulation.analysis.scoring import LEVELS, MEMBERS
from simulation.analysis.survey_waves import HIGHEST, LOWEST, Period, iso_date
from simulation.errors import InputError, Problem, shown, unknown
from simulation.model.training import QUARTERS_PER_YEAR
from simulation.record import record_id
from simulation.schema import Strict, Texts
from simulation.survey import standard_error

FUTURES = 8192  # survey results drawn, so that a forecast's quantiles lie within a few hundredths of a point
MOST_DRAWS = 16384  # of an outcome that are used; more would not show in the second decimal

Ikm = Annotated[float, Field(ge=LOWEST, le=HIGHEST)]
Members = Annotated[tuple[Ikm, ...], Field(min_length=MEMBERS, max_length=MEMBERS)]


class UnitForecast(Strict):
    """What one unit's survey would report.

    Attributes:
        id, name: the unit.
        people: people served in a year, its weight in the city.
        respondents: how many would be asked.
        members: 99 values, together the quantiles 1 % ... 99 %; member k of every unit belongs to the same future.
    """

    id: str
    name: Texts
    people: Annotated[float, Field(ge=0.0)]
    respondents: Annotated[int, Field(ge=1)]
    members: Members


class Forecast(Strict):
    """The IKM that the survey of a wave would report, per unit and for the city, and where it came from.

    Attributes:
        wave: key of the period, see `Period`.
        made: day it was made.
        author: office that made it.
        scenario, scenario_name: id and name of the plan.
        record: id of the run, see `simulation.record`.
        city_id: which city.
        draws, seed: of the run.
        units: one entry per unit.
        city: 99 quantiles of the city's IKM, units weighted by people served.
    """

    wave: str
    made: str
    author: str
    scenario: str
    scenario_name: Texts
    record: str
    city_id: str
    draws: Annotated[int, Field(ge=1)]
    seed: Annotated[int, Field(ge=0)]
    units: Annotated[tuple[UnitForecast, ...], Field(min_length=1)]
    city: Members

    @classmethod
    def of(cls, outcome, wave: str, made: date | str, respondents: int | Mapping[str, int] | None = None,
           author: str = "") -> Forecast:
        """Forecast a survey wave from an outcome.

        The simulated mean of the period plus sampling error, the unit's wobble between waves and the model's own
        discrepancy, as in `simulation.survey.observed`. The noise of a unit depends on its id, not on its place.

        Args:
            outcome: the run.
            wave: `2027`, `2027-S1` or `2027-Q3`.
            made: the day it is made.
            respondents: of every unit, or unit -> respondents; None takes the city's own numbers.
            author: office that makes it; "" takes the scenario's author.

        Raises:
            InputError: the wave is outside the run, an unknown unit, respondents below one.

        >>> from simulation import Assumptions, City, Scenario, simulate
        >>> run = simulate(Scenario.library()["todays_path"], City.load(), Assumptions.load(), draws=64)
        >>> len(Forecast.of(run, "2027-S2", "2026-12-01").units) == len(run.city.units)
        True
        """
        period, city, scenario = Period.parse(wave), outcome.city, outcome.scenario
        asked = _respondents(city, respondents)
        reported = _reported(outcome, period, asked)
        members = _members(reported, scenario.seed)
        weights = city.users / city.users.sum()
        units = tuple(UnitForecast(id=unit.id, name=Texts(id=unit.name_id, en=unit.name_en), people=float(people),
                                   respondents=int(n), members=_rounded(values))
                      for unit, people, n, values in zip(city.units, city.users, asked, members, strict=True))
        return cls(wave=period.key, made=iso_date(made), author=author or scenario.author, scenario=scenario.id,
                   scenario_name=scenario.name, record=record_id([outcome]), city_id=city.about.id, draws=outcome.draws,
                   seed=scenario.seed, units=units, city=_rounded(_quantiles(weights @ reported)))

    @property
    def period(self) -> Period:
        """What it is about."""
        return Period.parse(self.wave)

    def unit(self, name: str) -> UnitForecast:
        """The forecast of a unit.

        Raises:
            InputError: no such unit; the nearest are named.
        """
        found = {unit.id: unit for unit in self.units}
        if name not in found:
            raise InputError(unknown("unknown_unit", name, found))
        return found[name]

    def city_of(self, names) -> np.ndarray:
        """The city's 99 values over some of its units only, for a wave in which units are missing."""
        chosen = [unit for unit in self.units if unit.id in set(names)]
        if len(chosen) == len(self.units):
            return np.array(self.city)
        people = np.array([unit.people for unit in chosen])
        return people / people.sum() @ np.array([unit.members for unit in chosen])


def _respondents(city, respondents) -> np.ndarray:
    """Respondents of each unit, (units,)."""
    ids = [unit.id for unit in city.units]
    asked = dict(zip(ids, city.respondents.tolist(), strict=True))
    given = dict.fromkeys(ids, respondents) if isinstance(respondents, (int, np.integer)) else dict(respondents or {})
    problems = [unknown("unknown_unit", name, ids) for name in given if name not in ids]
    wrong = {n for n in given.values() if isinstance(n, bool) or not isinstance(n, (int, np.integer)) or n < 1}
    problems += [Problem("forecast_respondents", {"found": shown(n)}) for n in sorted(wrong, key=str)]
    if problems:
        raise InputError(problems)
    return np.array([int((asked | given)[name]) for name in ids])


def _reported(outcome, period: Period, asked: np.ndarray) -> np.ndarray:
    """Survey results of every unit, (units, futures); the draws of the run are used in turn until there are enough."""
    scenario, city = outcome.scenario, outcome.city
    first = (period.year - scenario.start_year) * QUARTERS_PER_YEAR + period.first
    if first < 1 or first + period.length - 1 > outcome.quarters:
        last = scenario.start_year + scenario.years - 1
        raise InputError(Problem("forecast_horizon", {"found": period.key, "first": str(scenario.start_year), "last": str(last)}))
    draws = min(outcome.draws, MOST_DRAWS)
    turns = -(-FUTURES // draws)
    truth = np.tile(outcome.ikm[:, first:first + period.length, :draws].mean(axis=1), turns)
    spread, wobble, unknown_part = (np.tile(outcome.values[key][:draws], turns)
                                    for key in ("respondent_sd", "unit_wave_sd", "discrepancy_sd"))
    served = city.users[:, None] * period.length / QUARTERS_PER_YEAR
    count = draws * turns
    error = standard_error(asked[:, None], served, spread)
    sampling = np.stack([_noise(scenario.seed, period, unit.id, "sampling", count) for unit in city.units])
    wave = np.stack([_noise(scenario.seed, period, unit.id, "wobble", count) for unit in city.units])
    common = _noise(scenario.seed, period, "", "discrepancy", count)
    return np.clip(truth + error * sampling + wobble * wave + unknown_part * common, LOWEST, HIGHEST)


def _noise(seed: int, period: Period, unit: str, what: str, count: int) -> np.ndarray:
    """Standard normal numbers that depend on the seed, the wave, the unit's id and their use, and on nothing else."""
    digest = hashlib.sha256(f"{period.key}|{unit}|{what}".encode()).digest()
    words = np.frombuffer(digest, dtype="<u4").tolist()
    return np.random.default_rng([seed, *words]).standard_normal(count)


def _quantiles(values: np.ndarray) -> np.ndarray:
    """The 99 quantiles over the last axis, (..., 99)."""
    return np.moveaxis(np.quantile(values, LEVELS, axis=-1, method="weibull"), 0, -1)


def _members(reported: np.ndarray, seed: int) -> np.ndarray:
    """The quantiles of each unit put in the order of 99 joint futures, (units, 99).

    Exact margins with the units' dependence kept (the Schaake shuffle, Clark et al. 2004), so that the city's IKM can be
    had over any of its units.
    """
    chosen = np.random.default_rng(seed).choice(reported.shape[1], MEMBERS, replace=False)
    rank = reported[:, chosen].argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")
    return np.take_along_axis(_quantiles(reported), rank, axis=1)


def _rounded(values: np.ndarray) -> tuple[float, ...]:
    """Two decimals, as an IKM is published."""
    return tuple(np.round(values, 2).tolist())
