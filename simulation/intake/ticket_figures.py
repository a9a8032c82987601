"""What the tickets of one service say: how many come, how long it takes, how unevenly, how long they wait."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.city import SMALLEST_GROUP
from simulation.intake.ticket_flags import Tickets
from simulation.intake.ticket_services import Known, Label
from simulation.intake.ticket_statistics import (
    Measure,
    gaps,
    mean,
    peak,
    per_year,
    percentile,
    squared_variation,
)
from simulation.language import DEFAULT, number, percent, say

_DAY = 86400
ENOUGH = 30  # tickets below which a spread or a profile of the day says nothing
_LONG = 10.0  # times the median: so long that somebody may have forgotten to close the ticket
# figures of a service in the order of the table, with decimals; a share is shown as a percentage
MEASURES = {"volume_per_year": 0, "minutes": 1, "service_scv": 2, "arrival_scv": 2, "wait_minutes": 1, "wait_p90": 1,
            "within_standard": None, "peak_share": None, "days": 2, "working_days": 2, "days_p90": 0, "same_day": None, "late": None}


@dataclass(frozen=True)
class ServiceFigures:
    """What a log says of one service; a measure is None where the log does not support it.

    Attributes:
        label: the service of the city, or the name in the file. counter: a counter with clock times, else casework.
        n: tickets that count in the volumes.
        measures: figures with intervals, keys of `MEASURES`: minutes are per ticket, `wait_*` from ticket to call, `days` and
            `working_days` (Monday to Friday, public holidays not left out) from request to finish, `within_standard` against the
            standard of the city, from ticket to finish, `late` after the file's own target date; others are shares.
        peak_hours, open_hours: clock hours, by `ticket_statistics.peak`; 0 where not known.
        long: share of all minutes that tickets of over ten times the median take; `without_long`: mean minutes and squared
            coefficient of variation without them. They are kept.
    """

    label: Label
    counter: bool
    n: int
    measures: dict[str, Measure | None]
    peak_hours: int = 0
    open_hours: int = 0
    long: float = 0.0
    without_long: tuple[float, float] | None = None


def figures_of(found: Tickets, g: int, covered: np.ndarray) -> ServiceFigures:
    """Figures of one group of tickets; `covered` are all days that the log covers."""
    here = found.group == g
    counted, fine = here & found.counted, here & found.fine
    measures: dict[str, Measure | None] = {"volume_per_year": per_year(found.day[counted], covered)}
    label, extra = found.labels[g], {}
    if found.counter[g]:
        measures |= _at_counter(found, fine, label.known)
        extra = _profile(found, counted, measures) | _long(found, fine)
    else:
        measures |= _at_desk(found, fine, counted, label.known)
    return ServiceFigures(label, bool(found.counter[g]), int(counted.sum()), measures, **extra)


def _at_counter(found: Tickets, fine: np.ndarray, known: Known | None) -> dict[str, Measure | None]:
    """Minutes, their spread, waiting and what was done within the standard."""
    minutes, day = _between(found.called, found.finished, found.day, fine, 60.0)
    waits, wait_day = _between(found.arrived, found.called, found.day, fine, 60.0)
    inside, inside_day = _between(found.arrived, found.finished, found.day, fine, 60.0)
    measures = {"minutes": _if(minutes, lambda: mean(minutes, day)),
                "service_scv": _if(minutes, lambda: squared_variation(minutes, day), ENOUGH) if minutes.any() else None,
                "wait_minutes": _if(waits, lambda: mean(waits, wait_day)),
                "wait_p90": _if(waits, lambda: percentile(waits, 0.9, wait_day), ENOUGH)}
    if known and known.kind == "counter":
        within = (inside <= known.standard).astype(float)
        measures["within_standard"] = _if(inside, lambda: mean(within, inside_day, 1.0))
    return measures


def _at_desk(found: Tickets, fine: np.ndarray, counted: np.ndarray, known: Known | None) -> dict[str, Measure | None]:
    """Days from request to finish, in calendar and working days, and what was late."""
    days, day = _between(found.arrived // _DAY, found.finished // _DAY, found.day, fine, 1.0)
    began = (day - 719163).astype("datetime64[D]")  # day 1 of 1970 in Python's count
    working = np.busday_count(began, began + days.astype("timedelta64[D]")).astype(float) if len(days) else days
    measures = {"days": _if(days, lambda: mean(days, day)), "working_days": _if(days, lambda: mean(working, day)),
                "days_p90": _if(days, lambda: percentile(days, 0.9, day), ENOUGH),
                "same_day": _if(days, lambda: mean((days == 0).astype(float), day, 1.0))}
    dated = counted & ~np.isnan(found.target) & ~np.isnan(found.finished)  # a wrong request date does not matter here
    late = (found.finished[dated] // _DAY > found.target[dated] // _DAY).astype(float)
    measures["late"] = _if(late, lambda: mean(late, found.day[dated], 1.0))
    if known and known.kind == "casework":
        within = (working <= known.standard).astype(float)
        measures["within_standard"] = _if(days, lambda: mean(within, day, 1.0))
    return measures


def _between(start, end, day, fine, unit: float) -> tuple[np.ndarray, np.ndarray]:
    """Durations of the tickets without a flaw, and their days."""
    length = (end - start) / unit
    use = fine & ~np.isnan(length)
    return length[use], day[use]


def _if(values: np.ndarray, measure, fewest: int = SMALLEST_GROUP) -> Measure | None:
    return measure() if len(values) >= fewest else None


def _profile(found: Tickets, counted: np.ndarray, measures: dict) -> dict[str, int]:
    """Busy hours and the spread of arrivals, added to the measures; needs the clock time of arrival."""
    use = counted & ~np.isnan(found.arrived) & (found.arrived % _DAY > 0)
    day, second = found.day[use], (found.arrived[use] % _DAY).astype(int)
    if len(day) < ENOUGH:
        return {}
    is_open, busy = peak(second)
    if busy.any():
        measures["peak_share"] = mean(busy[second // 3600].astype(float), day, 1.0)
    between, gap_day = gaps(day, second)
    if len(between) >= ENOUGH and between.any():
        measures["arrival_scv"] = squared_variation(between, gap_day)
    return {"peak_hours": int(busy.sum()), "open_hours": int(is_open.sum())}


def _long(found: Tickets, fine: np.ndarray) -> dict:
    """What tickets do that may have been closed late: they are kept, and this says how much they weigh."""
    minutes, _ = _between(found.called, found.finished, found.day, fine, 60.0)
    if len(minutes) < ENOUGH:
        return {}
    usual = minutes[minutes <= _LONG * np.median(minutes)]
    if len(usual) == len(minutes) or not usual.any():
        return {}
    spread = float(usual.var() / usual.mean() ** 2)
    return {"long": float(1.0 - usual.sum() / minutes.sum()), "without_long": (float(usual.mean()), spread)}


# measure -> column of services.csv, decimals, and what the column accepts
_COLUMNS = {
    "counter": {"volume_per_year": ("volume_per_year", 0, 1, 1e8), "minutes": ("minutes", 2, 0.1, 600),
                "peak_share": ("peak_share", 3, 0, 1), "service_scv": ("service_scv", 3, 0.0001, 100),
                "arrival_scv": ("arrival_scv", 3, 0.0001, 100)},
    "casework": {"volume_per_year": ("volume_per_year", 0, 1, 1e8), "working_days": ("baseline_days", 2, 0.01, 1000)},
    "school": {},
}


def city_columns(figures: ServiceFigures) -> dict[str, float]:
    """Columns of services.csv that a service of the city gets from its tickets."""
    known, columns = figures.label.known, {}
    for key, (column, decimals, low, high) in _COLUMNS[known.kind].items():
        measure = figures.measures.get(key)
        if measure and low <= round(measure.value, decimals) <= high:
            columns[column] = round(measure.value, decimals)
    if "peak_share" in columns:
        columns["peak_hours"] = round(figures.peak_hours / figures.open_hours * known.hours_per_day, 2)
    return columns


def sentence(figures: ServiceFigures, lang: str = DEFAULT) -> str:
    """A service in words, every figure with its 95 % interval."""
    parts = []
    for key, decimals in MEASURES.items():
        m = figures.measures.get(key)
        if m:
            write = percent if decimals is None else lambda value, lang, d=decimals: number(value, lang, d)
            value, low, high = (write(v, lang) for v in (m.value, m.low, m.high))
            parts.append(say(f"tickets.part.{key}", lang, value=value, low=low, high=high))
    if figures.peak_hours:
        parts.append(say("tickets.part.peak_hours", lang, busy=figures.peak_hours, open=figures.open_hours))
    if figures.without_long:
        minutes, spread = figures.without_long
        parts.append(say("tickets.part.long", lang, share=percent(figures.long, lang, 1), minutes=number(minutes, lang, 1),
                         spread=number(spread, lang)))
    return say("tickets.service", lang, name=figures.label.name(lang), n=number(figures.n, lang, 0), parts="; ".join(parts))
