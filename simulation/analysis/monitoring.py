"""The indicator board: where the city stands on every indicator, how sure that is, and which file is still missing.

A traffic light is given only where the data allow one: when the 95 % interval crosses the target it says "not sure".
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from simulation.analysis import monitoring_measures as count
from simulation.analysis import monitoring_sources as take
from simulation.analysis.indicator_list import INPUTS, Indicator, indicators
from simulation.analysis.monitoring_files import Counts
from simulation.analysis.monitoring_measures import Measure, Measures
from simulation.analysis.monitoring_plan import Band, ledger_target, planned
from simulation.assumptions import Assumptions
from simulation.city import SMALLEST_GROUP, City
from simulation.errors import InputError, Problem, unknown
from simulation.intake.mapping import NO_MAPPING
from simulation.intake.mapping import Mapping as FileMapping
from simulation.outcome import Outcome

STATUSES = ("reached", "near", "unsure", "missed", "no_target", "hidden", "no_data")


@dataclass(frozen=True)
class Goal:
    """The target an indicator is held against.

    Attributes:
        value: None where there is no target; high: upper end of a range, else None.
        set_by: "rule", "ledger", "standard", "city" (a suggestion) or "own" (the city has set it).
    """

    value: float | None
    high: float | None
    set_by: str


@dataclass(frozen=True)
class Row:
    """One indicator of the city or of a unit.

    Attributes:
        indicator: its declaration. unit: None for the whole city.
        measure: value, n and interval; None where there is no data or fewer than five people.
        goal: what it is held against. status: one of `STATUSES`.
        source: the file it came from, or the file to bring. given: whether such a file was brought.
        plan: 5, 50 and 95 % of the simulated futures, if a plan was given and simulates it.
    """

    indicator: Indicator
    unit: str | None
    measure: Measure | None
    goal: Goal
    status: str
    source: str
    given: bool
    plan: Band | None = None


@dataclass(frozen=True)
class Monitoring:
    """The board of a year.

    Attributes:
        city: whose. year: calendar year.
        rows: every indicator in the order of the list, the city first, then its units.
    """

    city: City
    year: int
    rows: tuple[Row, ...]

    def board(self) -> tuple[Row, ...]:
        """The rows of the whole city, one per indicator."""
        return tuple(row for row in self.rows if row.unit is None)

    def units(self, indicator: str) -> tuple[Row, ...]:
        """The rows of the units for one indicator.

        Raises:
            InputError: no such indicator; the nearest names are given.
        """
        names = [row.indicator.id for row in self.board()]
        if indicator not in names:
            raise InputError(unknown("unknown_indicator", indicator, names))
        return tuple(row for row in self.rows if row.indicator.id == indicator and row.unit is not None)

    def table(self, lang: str = "id"):
        """All rows as a tidy data frame: numbers as numbers, words in the language."""
        from simulation.present.monitoring_views import frame

        return frame(self, lang)

    def sentence(self, lang: str = "id") -> str:
        """The board in words, from the same rows as the table."""
        from simulation.present.monitoring_views import sentence

        return sentence(self, lang)


def status(declared: Indicator, goal: Goal, measure: Measure | None) -> str:
    """The light of a measure.

    reached: the whole interval is on the good side of the target. unsure: it crosses the target. Otherwise the target is
    not reached: near where the whole interval is within the margin, else missed. Without a sample the value stands for
    the interval.
    """
    if measure is None:
        return "no_data"
    if goal.value is None:
        return "no_target"
    low = measure.value if measure.low is None else measure.low
    high = measure.value if measure.high is None else measure.high
    good = _good_side(declared, goal, 0.0)
    if good[0] <= low and high <= good[1]:
        return "reached"
    if high >= good[0] and low <= good[1]:
        return "unsure"
    step = declared.margin.value * (abs(goal.value) if declared.margin.kind == "relative" else 1.0)
    close = _good_side(declared, goal, step)
    return "near" if close[0] <= low and high <= close[1] else "missed"


def _good_side(declared: Indicator, goal: Goal, step: float) -> tuple[float, float]:
    """The values that count as reached, widened by a step."""
    slack = step + 1e-12 * max(1.0, abs(goal.value))  # so that 76.61 - 2.8 and the like are not lost to rounding
    if declared.direction == "higher":
        return goal.value - slack, math.inf
    if declared.direction == "lower":
        return -math.inf, goal.value + slack
    return goal.value - slack, (goal.value if goal.high is None else goal.high) + slack


def monitor(city: City, *, staff=None, trainings=None, tickets=None, survey=None, spending: Counts | None = None,
            evaluation: Counts | None = None, complaints: Counts | None = None, profiles: Counts | None = None,
            year: int, plan: Outcome | None = None, targets: Mapping[str, float] | None = None,
            assumptions: Assumptions | None = None) -> Monitoring:
    """Where the city stands in a year.

    Args:
        staff, trainings, tickets, survey: what the importers of `simulation.intake` and `Survey.read` return.
        spending, evaluation, complaints, profiles: tables read by `simulation.analysis.monitoring_files`.
        plan: an outcome whose simulated path is shown beside the observed values.
        targets: the city's own targets by indicator; they replace the published and suggested ones.
        assumptions: the ledger that some targets rest on; the plan's own, or the published one.

    Raises:
        InputError: unknown indicator or target that is no number; a plan of another city or without that year; a unit
            that the city does not have.
    """
    ledger = assumptions or (plan.assumptions if plan else Assumptions.load())
    own = _checked(targets or {})
    brought = {"staff": staff, "trainings": trainings, "tickets": tickets, "survey": survey, "spending": spending,
               "evaluation": evaluation, "complaints": complaints, "profiles": profiles}
    found = _found(brought, city, year)
    asked = {unit: m.n for unit, m in found.get("survey", {}).get("ikm", {}).items() if unit is not None}
    bands = planned(plan, city, year, take.visits(tickets), asked) if plan else {}
    rows: list[Row] = []
    for declared in indicators().indicators:
        source, by_unit = _first(declared, found)
        goal = _goal(declared, own, ledger, lambda: take.standard_minutes(tickets, city))
        given = any(brought[name] is not None for name in declared.source)
        shown = _disclosed(by_unit)
        for unit in (None, *(u.id for u in city.units if u.id in shown)):
            measure = shown.get(unit)
            light = "hidden" if unit in by_unit and measure is None else status(declared, goal, measure)
            rows.append(Row(declared, unit, measure, goal, light, source, given, bands.get((declared.id, unit))))
    return Monitoring(city, year, tuple(rows))


def monitor_files(files: Mapping[str, Path | None], city: City, year: int, mapping: FileMapping = NO_MAPPING,
                  plan: Outcome | None = None) -> Monitoring:
    """The board straight from files by kind: skm, staff, training, tickets, spending, follow_up, complaints, profiles.

    Raises:
        InputError: an unknown kind, or everything wrong with the files.
    """
    from simulation.intake.reading import (
        read_files,  # it reads with this package's own readers
    )

    found = read_files(files, city, mapping)
    names = {"skm": "survey", "training": "trainings", "follow_up": "evaluation"}
    return monitor(city, year=year, plan=plan, **{names.get(kind, kind): content for kind, content in found.items()})


def _found(brought: dict, city: City, year: int) -> dict[str, Measures]:
    """Measures by the input they come from."""
    ways = {"spending": lambda x: count.spending(x, year), "evaluation": lambda x: count.evaluation(x, year),
            "complaints": lambda x: count.complaints(x, year), "profiles": lambda x: count.profiles(x, year),
            "survey": lambda x: take.survey(x, city, year), "tickets": lambda x: take.tickets(x, year),
            "trainings": lambda x: take.trainings(x, brought["staff"], city, year)}
    return {name: ways[name](brought[name]) for name in INPUTS if name in ways and brought[name] is not None}


def _first(declared: Indicator, found: dict[str, Measures]) -> tuple[str, dict[str | None, Measure]]:
    """The first of an indicator's inputs that has it; the input to bring where none has."""
    for name in declared.source:
        if declared.id in found.get(name, {}):
            return name, found[name][declared.id]
    return declared.source[0], {}


def _goal(declared: Indicator, own: Mapping[str, float], ledger: Assumptions, standard) -> Goal:
    target = declared.target
    if declared.id in own:
        # a range keeps its published upper end unless the city's own lower end passes it
        high = target.high if target.high is not None and own[declared.id] <= target.high else None
        return Goal(own[declared.id], high, "own")
    if target.set_by == "ledger":
        return Goal(ledger_target(declared.id, ledger), None, "ledger")
    if target.set_by == "standard":
        minutes = standard()
        return Goal(minutes if math.isfinite(minutes) else None, None, "standard")
    return Goal(target.value, target.high, target.set_by)


def _checked(targets: Mapping[str, float]) -> dict[str, float]:
    names = [row.id for row in indicators().indicators]
    problems = [unknown("unknown_indicator", name, names) for name in targets if name not in names]
    problems += [Problem("monitoring_target", {"found": str(value)}) for value in targets.values()
                 if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value)]
    if problems:
        raise InputError(problems)
    return {name: float(value) for name, value in targets.items()}


def _disclosed(by_unit: dict[str | None, Measure]) -> dict[str | None, Measure | None]:
    """Measures with None for groups under five people, and for one more unit where the total would give a single one away."""
    small = {unit for unit, m in by_unit.items() if m.n is not None and m.n < SMALLEST_GROUP}
    hidden = small - {None}
    others = sorted((m.n, unit) for unit, m in by_unit.items() if unit is not None and unit not in small and m.n is not None)
    while hidden and others and (len(hidden) == 1 or sum(by_unit[u].n for u in hidden) < SMALLEST_GROUP):
        hidden.add(others.pop(0)[1])
    hidden |= small & {None}
    return {unit: None if unit in hidden else m for unit, m in by_unit.items()}
