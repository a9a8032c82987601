"""What monitoring takes from the importers of others: the survey and the queue log; the only place that knows their shapes."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import numpy as np

from simulation.analysis.monitoring_measures import Measure, Measures
from simulation.city import City
from simulation.intake.ticket_figures import ServiceFigures
from simulation.intake.tickets import TicketLog
from simulation.survey import Survey


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
