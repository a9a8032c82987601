"""A queue log or a register of requests becomes volumes, minutes, spread and waiting per service of the city.

One row per ticket. Nothing about applicants or officers is read; a service with fewer than five tickets is never shown alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from simulation.city import SMALLEST_GROUP, City
from simulation.errors import InputError, Problem
from simulation.intake.headings import recogniser
from simulation.intake.mapping import NO_MAPPING, Mapping
from simulation.intake.sheet import Progress, open_sheet
from simulation.intake.ticket_columns import COLUMNS, read_columns
from simulation.intake.ticket_figures import (
    MEASURES,
    ServiceFigures,
    city_columns,
    figures_of,
    sentence,
)
from simulation.intake.ticket_flags import REASONS, Tickets, tickets
from simulation.intake.ticket_services import label_tickets, unmatched
from simulation.intake.ticket_statistics import every_weekday_twice
from simulation.language import DEFAULT, number, percent, say

_FIRST = 5  # rows named per reason


@dataclass(frozen=True)
class Flag:
    """Tickets left out of the durations for one reason.

    Attributes:
        reason: a key of `REASONS`. count, share: of all rows of the file. first: rows of the first few.
        in_volumes: whether they still count in the volumes.
    """

    reason: str
    count: int
    share: float
    first: tuple[int, ...]
    in_volumes: bool

    def sentence(self, lang: str = DEFAULT) -> str:
        """What was found, where, and what still counts."""
        rows = ", ".join(map(str, self.first)) + (" ..." if self.count > len(self.first) else "")
        kept = say("tickets.in_volumes" if self.in_volumes else "tickets.left_out", lang)
        values = {"count": number(self.count, lang, 0), "share": percent(self.share, lang, 1), "rows": rows, "kept": kept}
        return say(f"tickets.flag.{self.reason}", lang, **values)


@dataclass(frozen=True)
class TicketLog:
    """Figures of a log, nothing that names a person.

    Attributes:
        source: file. rows: rows read. figures: of each service in a fixed order, at least five tickets each; small: tickets of the others.
        days: first and last day covered. days_covered: days of the stretches covered.
        flags: tickets left out of durations, by reason. warnings: what a reader should know.
    """

    source: str
    rows: int
    figures: tuple[ServiceFigures, ...]
    small: int
    days: tuple[date, date]
    days_covered: int
    flags: tuple[Flag, ...] = ()
    warnings: tuple[Problem, ...] = ()

    def services(self, city: City) -> dict[str, dict[str, float]]:
        """Columns of services.csv that the log supports, by service id; for the writer of a city folder.

        Figures that services.csv would not accept or that rest on too few tickets are not among them. `peak_hours` is the share of
        busy among open clock hours times the service's own hours per day, which are working hours of a window.
        """
        found = ((s.label.known, city_columns(s)) for s in self.figures if s.label.known)
        here = {*city.counters.ids, *city.casework.ids, *city.schools.ids}
        return {known.id: columns for known, columns in found if columns and known.id in here}

    def table(self, lang: str = DEFAULT):
        """A row per service: tickets and every figure with its interval, as a data frame."""
        import pandas as pd

        rows = []
        for s in self.figures:
            row = {"service": s.label.name(lang), "n": s.n}
            for key in MEASURES:
                m = s.measures.get(key)
                row |= {key: m.value, f"{key}_low": m.low, f"{key}_high": m.high} if m else {key: np.nan}
            rows.append(row | {"peak_hours": s.peak_hours or np.nan, "open_hours": s.open_hours or np.nan})
        frame = pd.DataFrame(rows)
        return frame.dropna(axis=1, how="all").rename(columns=lambda key: say(f"tickets.column.{key}", lang))

    def sentences(self, lang: str = DEFAULT) -> list[str]:
        """The log in words: what it covers, each service, what was left out, what to know."""
        covered = {"first": f"{self.days[0]:%d/%m/%Y}", "last": f"{self.days[1]:%d/%m/%Y}"}
        lines = [say("tickets.covers", lang, rows=number(self.rows, lang, 0), days=number(self.days_covered, lang, 0), **covered)]
        lines += [sentence(s, lang) for s in self.figures]
        if self.small:
            count = number(self.small, lang, 0) if self.small >= SMALLEST_GROUP else f"< {SMALLEST_GROUP}"
            lines.append(say("tickets.small", lang, count=count, fewest=str(SMALLEST_GROUP)))
        return [*lines, *(flag.sentence(lang) for flag in self.flags), *(warning.text(lang) for warning in self.warnings)]


def read_tickets(path: Path | str, city: City, mapping: Mapping = NO_MAPPING, progress: Progress | None = None) -> TicketLog:
    """Read a CSV or XLSX log, one row per ticket or request.

    Args:
        city: whose services and units the log is about.
        mapping: for headings, services (`answers: {service: {found: id}}`) and units that are not recognised.
        progress: called with (rows read, rows in all) now and then.

    Raises:
        InputError: what is wrong or what to map: file, row, column, expected.
    """
    log = read_columns(open_sheet(path, recogniser(COLUMNS, mapping), mapping, progress), mapping)
    labels, group = label_tickets(log, city, mapping)
    found, covered = tickets(log, labels, group)
    if not found.counted.any():
        raise InputError(Problem("tickets_none", {"rows": str(len(group))}, log.sheet.name))
    counts = np.bincount(found.group[found.counted], minlength=len(labels))
    shown = np.flatnonzero(counts >= SMALLEST_GROUP)
    figures = tuple(figures_of(found, g, covered) for g in shown)
    warnings = [*log.warnings, *unmatched(log, labels, counts, SMALLEST_GROUP, city, mapping), *_coverage(covered, log.sheet.name)]
    if found.cancelled_done:
        warnings.append(Problem("ticket_cancelled_done", {"count": str(found.cancelled_done)}, log.sheet.name))
    first, last = (date.fromordinal(int(day)) for day in (covered[0], covered[-1]))
    return TicketLog(log.sheet.name, len(group), figures, int(counts[counts < SMALLEST_GROUP].sum()), (first, last), len(covered),
                     _flags(found), tuple(warnings))


def _coverage(covered: np.ndarray, name: str) -> list[Problem]:
    if not every_weekday_twice(covered):
        return [Problem("tickets_too_short", {"days": str(len(covered))}, name)]
    return [Problem("tickets_part_year", {"days": str(len(covered))}, name)] if len(covered) < 360 else []


def _flags(found: Tickets) -> tuple[Flag, ...]:
    flags = []
    for i, (reason, in_volumes) in enumerate(REASONS.items()):
        lines = np.sort(found.line[found.reason == i])
        if len(lines):
            flags.append(Flag(reason, len(lines), len(lines) / len(found.line), tuple(lines[:_FIRST].tolist()), in_volumes))
    return tuple(flags)
