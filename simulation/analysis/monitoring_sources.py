"""What monitoring takes from the importers of others: survey, queue log, staff list, training history.

This is the only part of monitoring that knows their shapes.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from simulation.analysis.monitoring_measures import (
    Measure,
    Measures,
    from_share,
    pooled,
)
from simulation.city import City, Course, Training
from simulation.intake.staff_counts import StaffCounts
from simulation.intake.ticket_figures import ServiceFigures
from simulation.intake.tickets import TicketLog
from simulation.intake.training_counts import OTHER_UNITS
from simulation.intake.trainings import TrainingHistory
from simulation.survey import Survey


def trainings(history: Training | TrainingHistory, staff: StaffCounts | None, city: City, year: int) -> Measures:
    """Attendances, JP, the 20 JP of PNS and the ceiling of PPPK, gains and what is applied, for the city and per unit.

    People who had no course are counted from the staff list, or from the city's own table of staff where there is none. Units
    that the history has put together under "other units" are in the city's figures only.
    """
    courses = [c for c in history.courses if c.year == year]
    people = [t for t in history.people if t.year == year and t.pns is not None]
    pns, pppk = _heads(staff, city)
    everybody = pns + pppk
    found = {
        "participants": _by_unit(courses, lambda cs, _: Measure(n := sum(c.participants for c in cs), n)),
        "jp_per_head": _by_unit(courses, lambda cs, u: _ratio(math.fsum(c.jp_total for c in cs), everybody[u])),
        "jp20_share": _by_unit(people, lambda ts, u: _ratio(sum(t.pns_20_jp for t in ts), max(pns[u], sum(t.pns for t in ts)))),
        "pppk_above_24": _by_unit(people, lambda ts, u: _ratio(sum(t.pppk_over_24_jp for t in ts), max(pppk[u], sum(t.pppk for t in ts)))),
        "cost_per_participant": _by_unit([c for c in courses if c.costed and c.cost_rp is not None], lambda cs, _: _ratio(
            math.fsum(c.cost_rp for c in cs), sum(c.costed for c in cs))),
        "gain_points": _by_unit([c for c in courses if c.gain_se is not None], lambda cs, _: pooled(
            [(c.scored, c.gain_mean, c.gain_se * math.sqrt(c.scored)) for c in cs])),
        "gain_sd": _by_unit([c for c in courses if c.gain_se is not None and c.pre_sd], lambda cs, _: pooled([_in_sd(c) for c in cs])),
        "applied_share": _by_unit([c for c in courses if c.applied_share is not None], lambda cs, _: from_share(
            sum(round(c.applied_share * c.visited) for c in cs), sum(c.visited for c in cs))),
    }
    found = {name: {unit: m for unit, m in by_unit.items() if m} for name, by_unit in found.items()}
    return {name: by_unit for name, by_unit in found.items() if by_unit}


def _in_sd(course: Course) -> tuple[int, float, float]:
    """Participants, gain in SD of the first test and its SD per person; that SD is itself estimated, hence the second term.

    `var(g) = (se / sd)^2 + g^2 / (2 (n - 1))` of the mean of n (Hedges and Olkin 1985, large samples).
    """
    n, gain = course.scored, course.gain_mean / course.pre_sd
    variance = (course.gain_se / course.pre_sd) ** 2 + gain ** 2 / (2 * (n - 1))
    return n, gain, math.sqrt(n * variance)


def _heads(staff: StaffCounts | None, city: City) -> tuple[Counter, Counter]:
    """PNS and PPPK per unit id; None is the whole city."""
    if staff is None:
        rows = [(city.units[u].id, int(n), int(m)) for u, n, m in zip(city.cell_unit, city.pns, city.pppk, strict=True)]
    else:
        rows = [(cell.unit, cell.pns, cell.pppk) for cell in staff.cells]
    pns, pppk = Counter(), Counter()
    for unit, n, m in rows:
        for place in (unit, None):
            pns[place] += n
            pppk[place] += m
    return pns, pppk


def _ratio(value: float, n: int) -> Measure | None:
    return Measure(value / n, n) if n else None


def _by_unit(rows: Sequence, measure: Callable[[list, str | None], Measure | None]) -> dict[str | None, Measure | None]:
    """A measure over all rows and one per unit that is named."""
    ordered = sorted(rows, key=repr)  # no result hangs on the order of rows
    units = sorted({row.unit for row in ordered} - {OTHER_UNITS})
    groups: dict = {None: ordered} if ordered else {}
    groups |= {unit: [row for row in ordered if row.unit == unit] for unit in units}
    return {unit: measure(group, unit) for unit, group in groups.items()}


def survey(rows: Survey, city: City, year: int) -> Measures:
    """IKM of a year, for the city (all respondents alike) and per unit; nothing if the survey holds no such year.

    Raises:
        InputError: a unit of the survey that the city does not have; the nearest ones, and how to map it.
    """
    rows = _of_year(rows, year)
    if rows is None or not rows.n:
        return {}
    low, high = rows.interval()
    found = {None: Measure(rows.ikm, rows.n, low, high)}
    if "unit" in rows.groups:
        table = rows.in_city(city).by("unit")
        found |= {row.group: Measure(row.ikm, row.n, row.low, row.high) for row in table.itertuples()}
    return {"ikm": found}


def _of_year(rows: Survey, year: int) -> Survey | None:
    """The rows of the waves that name the year; a survey without waves and dates is taken at its word."""
    if "wave" in rows.groups:
        group = rows.groups["wave"]
        named = [i for i, name in enumerate(group.names) if re.search(rf"(?<!\d){year}(?!\d)", name)]
        if any(re.search(r"(?<!\d)20\d\d(?!\d)", name) for name in group.names):
            return rows.select(np.isin(group.codes, named)) if named else None
    if rows.days and not rows.days[0].year <= year <= rows.days[1].year:
        return None
    return rows


def tickets(log: TicketLog, year: int) -> Measures:
    """Minutes from arrival to finish and share within the standard at the counters, services weighted by their visits.

    The whole log counts for every year it reaches into.
    """
    if not log.days[0].year <= year <= log.days[1].year:
        return {}
    counters = [s for s in log.figures if s.counter]
    found = {"counter_minutes": _weighted(counters, _in_system), "within_standard": _weighted(counters, _within)}
    return {name: by_unit for name, by_unit in found.items() if by_unit}


def visits(log: TicketLog | None) -> dict[str, float]:
    """Visits per counter of the city that the log times from arrival to finish."""
    services = log.figures if log else ()
    return {s.label.known.id: float(s.n) for s in services if s.counter and s.label.known and _in_system(s)}


def standard_minutes(log: TicketLog | None, city: City) -> float:
    """Service standard of the counters, minutes, weighted by the log's visits, or by the city's own where there is no log."""
    logged = visits(log) or dict(zip(city.counters.ids, city.counters.volume_per_year, strict=True))
    standards = dict(zip(city.counters.ids, city.counters.standard_minutes, strict=True))
    known = [(n, standards[name]) for name, n in logged.items() if math.isfinite(standards.get(name, math.nan))]
    total = math.fsum(n for n, _ in known)
    return math.fsum(n * minutes for n, minutes in known) / total if total else math.nan


def _in_system(service: ServiceFigures) -> Measure | None:
    """Waiting and serving together; the two intervals are added up, as if both were off the same way."""
    serve, wait = service.measures.get("minutes"), service.measures.get("wait_minutes")
    if serve is None or wait is None:
        return None
    return Measure(serve.value + wait.value, service.n, serve.low + wait.low, serve.high + wait.high)


def _within(service: ServiceFigures) -> Measure | None:
    found = service.measures.get("within_standard")
    return Measure(found.value, service.n, found.low, found.high) if found else None


def _weighted(services: list[ServiceFigures], measure: Callable) -> dict[str | None, Measure]:
    """The mean over services per unit and for all, weighted by visits; services taken as independent of each other."""
    parts = [(s.label.known.unit if s.label.known else None, measure(s)) for s in services if measure(s)]
    units = sorted({unit for unit, _ in parts} - {None})
    groups = {None: [m for _, m in parts]} if parts else {}
    groups |= {unit: [m for u, m in parts if u == unit] for unit in units}
    return {unit: _mean(group) for unit, group in groups.items()}


def _mean(measures: list[Measure]) -> Measure:
    visits = sum(m.n for m in measures)
    value = math.fsum(m.n * m.value for m in measures) / visits
    below = math.sqrt(math.fsum((m.n / visits * (m.value - m.low)) ** 2 for m in measures))
    above = math.sqrt(math.fsum((m.n / visits * (m.high - m.value)) ** 2 for m in measures))
    return Measure(value, visits, value - below, value + above)
