"""The scorecard: every promise of the training has an outcome of its own, with a smallest difference that matters and a verdict.

`data/outcomes.yaml` declares the outcomes; what each reads off a run is here. All are means of the last year.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from simulation.assumptions import DATA
from simulation.errors import InputError, unknown
from simulation.files import read_yaml
from simulation.indicators import three
from simulation.model import levels
from simulation.model.training import QUARTERS_PER_YEAR
from simulation.outcome import SAME, direction_of, turning_points, verdict_of
from simulation.schema import Strict, Texts, validated


class Promise(Strict):
    """One outcome: what it is, when a difference matters and why, and how the city measures it.

    Attributes:
        reads: name of a reading, see `READINGS`. kinds: kinds of units whose services count, where the city does not name services itself.
        difference: smallest one that matters, in `unit`; None for the IKM, where the ledger has it.
        core: whether it is shown at once.
    """

    key: str
    name: Texts
    definition: Texts
    unit: Literal["minutes", "share", "hours", "SD", "rating", "IKM"]
    reads: str
    kinds: list[str] | Literal["all"] = "all"
    elements: list[str] = []
    competencies: list[str] = []
    better: Literal["higher", "lower"]
    difference: Annotated[float, Field(gt=0.0)] | None
    decimals: Annotated[int, Field(ge=0, le=4)]
    reason: Texts
    measured: Texts
    sees: Texts
    core: bool


class OutcomesFile(Strict):
    """`outcomes.yaml`."""

    version: Literal[1]
    outcomes: Annotated[list[Promise], Field(min_length=1)]


@lru_cache(maxsize=4)
def promises(path: Path = DATA / "outcomes.yaml") -> tuple[Promise, ...]:
    """All outcomes in order.

    Raises:
        InputError: a field is missing, unknown or wrong, or an outcome reads something that there is not; with file and line.
    """
    document = read_yaml(path)
    found = validated(OutcomesFile, document).outcomes
    problems = [document.problem("not_an_option", ("outcomes", i, "reads"), {"found": one.reads, "nearest": ", ".join(READINGS)})
                for i, one in enumerate(found) if one.reads not in READINGS]
    if problems:
        raise InputError(problems)
    return tuple(found)


def promise(key: str) -> Promise:
    """The outcome of a key.

    Raises:
        InputError: there is none; the nearest are named.
    """
    found = {one.key: one for one in promises()}
    if key not in found:
        raise InputError(unknown("unknown_indicator", key, found))
    return found[key]


def reading(outcome, one: Promise, year: int | None = None) -> np.ndarray | None:
    """An outcome of a run, mean of a year (the last by default), (draws,); None where the city has no such service."""
    return READINGS[one.reads](outcome, one, outcome.scenario.years if year is None else year)


@dataclass(frozen=True)
class Line:
    """One promise of one plan against another.

    Attributes:
        promise: the outcome. here, there: of the plan and of the other one, (draws,). smallest: difference that matters.
    """

    promise: Promise
    here: np.ndarray
    there: np.ndarray
    smallest: float

    @property
    def difference(self) -> np.ndarray:
        """Of the plan less the other one, (draws,)."""
        return self.here - self.there

    @cached_property
    def band(self) -> tuple[float, float, float]:
        """5, 50, 95 % of the difference."""
        return three(self.difference)

    @cached_property
    def verdict(self) -> str:
        """"better", "worse", "practically the same" or "cannot tell": the difference for the better, against the smallest that matters."""
        return verdict_of(self._good, self.smallest)[2]

    @cached_property
    def direction(self) -> tuple[str, float]:
        """Whether it is "higher", "lower", "equal" or "cannot tell", whatever the size, and in which share of futures."""
        return direction_of(self.difference)

    @cached_property
    def turning_points(self) -> tuple[float, float]:
        """Smallest differences at which the verdict would change."""
        return turning_points(self._good)

    @property
    def own(self) -> bool:
        """Whether it is a promise of a course itself: neither levels of staff, nor the entitlement, nor the IKM that sums all up."""
        return self.promise.reads not in ("at_level", "share_20jp", "ikm")

    @property
    def _good(self) -> np.ndarray:
        return self.difference if self.promise.better == "higher" else -self.difference


@dataclass(frozen=True)
class Scorecard:
    """All promises of a plan against another one, and what both cost.

    Attributes:
        comparison: the two plans. lines: one per promise that the city's services carry, in the order of `outcomes.yaml`.
    """

    comparison: object
    lines: tuple[Line, ...]

    def __getitem__(self, key: str) -> Line:
        found = {line.promise.key: line for line in self.lines}
        if key not in found:
            raise InputError(unknown("unknown_indicator", key, found))
        return found[key]

    @property
    def core(self) -> tuple[Line, ...]:
        """The lines shown at once."""
        return tuple(line for line in self.lines if line.promise.core)

    @property
    def no_promise_of_its_own(self) -> bool:
        """Whether the plan moves nothing but levels of staff, the entitlement and the IKM by an important amount."""
        return all(line.verdict == SAME for line in self.lines if line.own)

    @cached_property
    def waiting_reason(self):
        """Why waits at the civil registry, or else at all counters, go against skill; None where they do not. See `analysis.waiting_reason`."""
        from simulation.analysis.waiting_reason import waiting_reason

        for key in ("registry_minutes", "citizens_hours"):
            line = next((line for line in self.lines if line.promise.key == key), None)
            found = waiting_reason(self.comparison, counters_of(self.comparison.b, line.promise)) if line else None
            if found and found.odd:
                return key, found
        return None

    def sentence(self, lang: str = "id") -> str:
        """The promises that move, and why a result is odd, in words."""
        from simulation.present.scorecard_words import sentence

        return sentence(self, lang)

    def rows(self, lang: str = "id", every: bool = False) -> list[list[str]]:
        """Text cells, the header first: name, difference with its band, direction, verdict. `every`: all outcomes, not those shown at once."""
        from simulation.present.scorecard_words import rows

        return rows(self, lang, every)

    def table(self, lang: str = "id"):
        """All outcomes as a data frame with numbers, one row each."""
        import pandas as pd

        return pd.DataFrame([{"key": key, "name": self[key].promise.name[lang], "unit": self[key].promise.unit, **found}
                             for key, found in self.summary().items()])

    def summary(self) -> dict[str, dict]:
        """The numbers of every outcome by key: band, verdict, direction with the share of futures, and the smallest difference that matters."""
        found = {}
        for line in self.lines:
            word, share = line.direction
            found[line.promise.key] = {**dict(zip(("p05", "p50", "p95"), line.band, strict=True)), "verdict": line.verdict, "direction": word,
                                       "share": share, "smallest": line.smallest}
        return found

    def staff_hours(self) -> tuple[float, float]:
        """Working hours in courses and coaching over all years: of the plan, of the other one."""
        from simulation.model import value

        outcomes = self.comparison.a, self.comparison.b
        return tuple(float(value.staff_hours(o.plan, o.city.heads, o.assumptions["effective_hours"].value).sum()) for o in outcomes)


def scorecard(comparison) -> Scorecard:
    """The scorecard of a comparison, in its last common year."""
    a, b = comparison.a, comparison.b
    year = min(a.scenario.years, b.scenario.years)
    lines = []
    for one in promises():
        here, there = reading(a, one, year), reading(b, one, year)
        if here is not None and there is not None:
            lines.append(Line(one, here, there, comparison.smallest if one.difference is None else one.difference))
    return Scorecard(comparison, tuple(lines))


def counters_of(outcome, one: Promise) -> np.ndarray:
    """Positions of the counters that carry a promise."""
    return _services(outcome, outcome.city.counters, one)


def _services(outcome, services, one: Promise) -> np.ndarray:
    """Positions of the services that carry a promise: those the city names, else those of the promise's kinds of units."""
    named = outcome.city.about.promises.get(one.key)
    if named is not None:
        return np.array([i for i, name in enumerate(services.ids) if name in named], dtype=int)
    if one.kinds == "all":
        return np.arange(len(services.ids))
    kinds = np.array(outcome.city.kinds)[outcome.city.unit_kind][services.unit]
    return np.flatnonzero(np.isin(kinds, one.kinds))


def of_services() -> dict[str, str]:
    """Outcomes that rest on services, which a city may name in its own file, and the kind: counters, casework or schools."""
    return {one.key: CARRIED[one.reads][0] for one in promises() if one.reads in CARRIED}


def _of_services(kind: str, array: str) -> Callable:
    def read(outcome, one: Promise, year: int):
        services = getattr(outcome.city, kind)
        mine = _services(outcome, services, one)
        if not len(mine):
            return None
        volume = services.volume_per_year[mine]
        return np.einsum("s,sd->d", volume / volume.sum(), outcome.year_mean(outcome.arrays[array], year)[mine])

    return read


def _hours(outcome, one: Promise, year: int):
    return outcome.year_mean(outcome.hours_waited, year) * QUARTERS_PER_YEAR if len(outcome.city.counters.ids) else None


def _elements(outcome, one: Promise, year: int):
    places = [outcome.city.elements.index(name) for name in one.elements if name in outcome.city.elements]
    return outcome.year_mean(outcome.arrays["rating"], year)[places].mean(axis=0) if places else None


def _at_level(outcome, one: Promise, year: int):
    mean, level_sd, weight, required = outcome._levels(None)
    chosen = [c for c, name in enumerate(outcome.city.competencies) if not one.competencies or name in one.competencies]
    met = sum(np.einsum("rd,r->d", levels.meeting(mean[c, :, year], required[c][:, None], level_sd), weight) for c in chosen)
    return met / (len(chosen) * weight.sum())


def _share_20jp(outcome, one: Promise, year: int):
    return np.full(outcome.draws, outcome.share_reaching_20jp()[:year].mean())


def _ikm(outcome, one: Promise, year: int):
    return outcome.year_mean(outcome.city_ikm, year)


CARRIED = {"minutes": ("counters", "minutes"), "within": ("counters", "within"), "turned_away": ("counters", "turned_away"),
           "on_time": ("casework", "on_time"), "attainment": ("schools", "attainment")}  # kind of services, array of a run
READINGS: dict[str, Callable] = {
    **{name: _of_services(*where) for name, where in CARRIED.items()},
    "hours": _hours, "elements": _elements, "at_level": _at_level, "share_20jp": _share_20jp, "ikm": _ikm,
}
