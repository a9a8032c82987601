"""What the city has measured since: survey waves, tests of courses, who applies what they learned, minutes at counters.

Counts and means only; nothing about a person, and no group under five. One small YAML file, or the same mapping in code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, PrivateAttr

from simulation.analysis.survey_waves import HIGHEST, LOWEST, WIDEST_SD, Period, Wave
from simulation.city import SMALLEST_GROUP
from simulation.errors import InputError, Problem, nearest, shown
from simulation.files import Document, read_yaml
from simulation.model.training import QUARTERS_PER_YEAR
from simulation.schema import Strict, Texts, validated

CITY, ANY = "city", "any"
KINDS = ("surveys", "tests", "applying", "counters")
People = Annotated[int, Field(ge=SMALLEST_GROUP, le=10_000_000)]
Positive = Annotated[float, Field(gt=0.0)]


class SurveyResult(Strict):
    """The IKM of one wave for a unit, or for the city when the wave names no units.

    Attributes:
        wave: `2027`, `2027-S1` or `2027-Q3`; the year before the scenario starts is the start.
        n: respondents. sd: spread of their own scores; the ledger's where it is not given.
    """

    wave: str
    unit: str = CITY
    ikm: Annotated[float, Field(ge=LOWEST, le=HIGHEST)]
    n: People
    sd: Annotated[float, Field(gt=0.0, le=WIDEST_SD)] | None = None

    @property
    def period(self) -> Period:
        """Which quarters."""
        return Period.parse(self.wave)


class CourseTest(Strict):
    """Mean gain of a course from the test before to the test after, in SD of the test before.

    Attributes:
        programme: id in the catalogue. year: when it was held; the first year with classes where it is not given.
        error: standard error of the gain, SD; or else n tested and the spread of their gains.
        control: whether the gain of an untrained group has been taken off; n_control: tested in that group. Without it the
            gain is an upper bound only: such designs overstate (Carlson and Schmidt 1999).
    """

    programme: str
    gain: Annotated[float, Field(ge=-5.0, le=5.0)]
    error: Positive | None = None
    n: People | None = None
    spread: Positive | None = None
    control: bool = False
    n_control: People | None = None
    year: int | None = None

    @property
    def standard_error(self) -> float:
        """Of the gain, SD."""
        if self.error is not None:
            return self.error
        return self.spread * (1.0 / self.n + (1.0 / self.n_control if self.n_control else 0.0)) ** 0.5


class Applying(Strict):
    """How many of the trained who were seen at a follow-up visit apply what they learned.

    Attributes:
        programme: id, or "any" for a mix like that of all seats. months: since the course.
        seen: people visited; applying: of them.
    """

    programme: str = ANY
    months: Annotated[float, Field(ge=0.0, le=120.0)]
    seen: People
    applying: Annotated[int, Field(ge=0)]


class CounterMinutes(Strict):
    """Mean minutes from arrival to finish at a counter, or over all counters of the city.

    Attributes:
        service: id in services.csv, or "city". period: as `SurveyResult.wave`.
        error: standard error, minutes; or else n visits and their spread sd.
    """

    service: str = CITY
    period: str
    minutes: Positive
    error: Positive | None = None
    n: People | None = None
    sd: Positive | None = None

    @property
    def when(self) -> Period:
        """Which quarters."""
        return Period.parse(self.period)

    @property
    def standard_error(self) -> float:
        """Of the mean, minutes."""
        return self.error if self.error is not None else self.sd / self.n**0.5


def _rows(kind):
    return Annotated[tuple[kind, ...], Field(strict=False)]


class Observations(Strict):
    """Everything that was observed; frozen.

    Attributes:
        counter_discrepancy: by what share the model may be off at a counter at all times for reasons of its own; needed
            when there are counters, because the city's minutes in the model are estimates too.
    """

    version: Literal[1] = 1
    name: Texts
    surveys: _rows(SurveyResult) = ()
    tests: _rows(CourseTest) = ()
    applying: _rows(Applying) = ()
    counters: _rows(CounterMinutes) = ()
    counter_discrepancy: Annotated[float, Field(gt=0.0, le=3.0)] | None = None

    _document: Document = PrivateAttr(default=None)

    @classmethod
    def load(cls, path: Path | str) -> Observations:
        """Read and check a file of observations.

        Raises:
            InputError: every problem, with file, line and what to do.
        """
        return cls._checked(read_yaml(path))

    @classmethod
    def of(cls, content: Mapping) -> Observations:
        """Observations from a mapping with the keys of the file."""
        return cls._checked(Document(Path("observations"), dict(content), {}))

    @classmethod
    def of_waves(cls, waves: Iterable[Wave], name: Mapping[str, str]) -> Observations:
        """Survey waves as the forecast ledger keeps them: their units, or their total when they name none.

        >>> wave = Wave.of({"n": [40], "ikm": [81.5], "sd": [9.0], "unit": ["rsud"]}, "2027-S1")
        >>> Observations.of_waves([wave], {"id": "contoh", "en": "example"}).surveys[0].unit
        'rsud'
        """
        found = [(wave.wave, unit, cell) for wave in waves
                 for unit, cell in (wave.units or ({CITY: wave.total} if wave.total else {})).items()]
        rows = [{"wave": wave, "unit": unit, "ikm": cell.ikm, "n": cell.n, **({"sd": cell.sd} if cell.sd > 0 else {})}
                for wave, unit, cell in found]
        return cls.of({"name": dict(name), "surveys": rows})

    @classmethod
    def _checked(cls, document: Document) -> Observations:
        observations = validated(cls, document)
        observations._document = document
        problems = list(observations._inconsistent())
        if problems:
            raise InputError(problems)
        return observations

    def __len__(self) -> int:
        return sum(len(getattr(self, kind)) for kind in KINDS)

    def only(self, keep) -> Observations:
        """The rows for which `keep(kind, row)` holds."""
        return self.model_copy(update={kind: tuple(row for row in getattr(self, kind) if keep(kind, row)) for kind in KINDS})

    @property
    def last_wave(self) -> Period | None:
        """The survey wave that ended last."""
        return max((row.period for row in self.surveys), key=lambda p: (p.end, -p.length), default=None)

    def problem(self, code: str, at: tuple, values: dict | None = None) -> Problem:
        """A problem of the file at a path of keys; the column alone for what was built in code."""
        document = self._document or Document(Path("observations"), {}, {})
        return document.problem(code, at, values)

    def _inconsistent(self):
        if not len(self):
            yield self.problem("calibration_empty", ())
        for i, row in enumerate(self.applying):
            if row.applying > row.seen:
                values = {"found": str(row.applying), "seen": str(row.seen)}
                yield self.problem("calibration_more_than_seen", ("applying", i, "applying"), values)
        for i, row in enumerate(self.tests):
            if (row.error is None) != (row.n is not None and row.spread is not None):
                yield self.problem("calibration_test_error", ("tests", i))
            if row.n_control and not row.control:
                yield self.problem("calibration_control", ("tests", i, "control"))
        for i, row in enumerate(self.counters):
            if (row.error is None) != (row.n is not None and row.sd is not None):
                yield self.problem("calibration_counter_error", ("counters", i))
        if self.counters and self.counter_discrepancy is None:
            yield self.problem("calibration_discrepancy", ("counter_discrepancy",))
        yield from self._bad_periods("surveys", "wave", "unit")
        yield from self._bad_periods("counters", "period", "service")

    def _bad_periods(self, kind: str, when: str, where: str):
        """Spellings that are no period, and quarters that were observed twice at the same place."""
        taken: dict[tuple, dict[str, int]] = {}
        for i, row in enumerate(getattr(self, kind)):
            try:
                period = Period.parse(getattr(row, when))
            except InputError:
                yield self.problem("forecast_wave", (kind, i, when), {"found": shown(getattr(row, when))})
                continue
            place, clash = getattr(row, where), None
            for quarter in range(period.first, period.first + period.length):
                there = taken.setdefault((period.year, quarter), {})
                twice = [at for name, at in there.items() if name == place or CITY in (name, place)]
                clash = clash if clash is not None or not twice else twice[0]
                there.setdefault(place, i)
            if clash is not None:
                yield self.problem("calibration_twice", (kind, i, when), {"first": str(clash + 1)})

    def for_scenario(self, scenario, city, plan) -> None:
        """Check that places, programmes and times exist in what was carried out.

        Raises:
            InputError: every unknown name (the nearest given), a time outside the scenario, a course that was not held.
        """
        problems = [*self._unknown("surveys", "unit", [CITY, *(unit.id for unit in city.units)], "unknown_unit"),
                    *self._unknown("counters", "service", [CITY, *city.counters.ids], "calibration_unknown_counter"),
                    *self._unknown("tests", "programme", scenario.catalogue.ids, "unknown_programme"),
                    *self._unknown("applying", "programme", [ANY, *scenario.catalogue.ids], "unknown_programme"),
                    *self._outside("surveys", "wave", scenario), *self._outside("counters", "period", scenario)]
        if not problems:
            problems = [*self._not_held(scenario, plan)]
        if problems:
            raise InputError(problems)

    def _unknown(self, kind: str, field: str, valid, code: str):
        for i, row in enumerate(getattr(self, kind)):
            name = getattr(row, field)
            if name not in valid:
                yield self.problem(code, (kind, i, field), {"found": shown(name), "nearest": nearest(name, valid)})

    def _outside(self, kind: str, field: str, scenario):
        first, last = scenario.start_year - 1, scenario.start_year + scenario.years - 1
        for i, row in enumerate(getattr(self, kind)):
            period = Period.parse(getattr(row, field))
            if not first <= period.year <= last:
                values = {"found": period.key, "first": str(first), "last": str(last)}
                yield self.problem("calibration_horizon", (kind, i, field), values)

    def _not_held(self, scenario, plan):
        for i, row in enumerate(self.tests):
            if not _held(scenario, plan, row.programme, row.year):
                yield self.problem("calibration_not_held", ("tests", i), {"programme": row.programme, "scenario": scenario.key})
        for i, row in enumerate(self.applying):
            if not _held(scenario, plan, row.programme, None):
                yield self.problem("calibration_not_held", ("applying", i), {"programme": row.programme, "scenario": scenario.key})


def _held(scenario, plan, programme: str, year: int | None) -> bool:
    """Whether anybody sat in a programme, in a year or at all."""
    seats = plan.seats if programme == ANY else plan.seats[[scenario.catalogue.ids.index(programme)]]
    if year is None:
        return bool((seats > 0).any())
    return 0 <= year - scenario.start_year < scenario.years and bool((seats[:, year - scenario.start_year] > 0).any())


def time_points(period: Period, start_year: int) -> slice:
    """Points of a run's time axis that a period covers; the year before the start is point 0."""
    first = (period.year - start_year) * QUARTERS_PER_YEAR + period.first
    return slice(first, first + period.length) if first >= 1 else slice(0, 1)
