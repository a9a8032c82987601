"""Tickets that deserve a second look: flagged with the reason and counted, and kept where they still say something true."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from simulation.intake.headings import plain
from simulation.intake.ticket_columns import EMPTY, IMPOSSIBLE, Log
from simulation.intake.ticket_services import Label
from simulation.intake.ticket_statistics import main_stretches

# reason -> whether the ticket still counts in the volumes; the first that applies is the reason of a ticket
REASONS = {"test": False, "duplicate": False, "cancelled": False, "undated": False, "stray": False, "impossible": True,
           "midnight": True, "order": True, "instant": False, "open": True}
_FINE = len(REASONS)
_TEST = re.compile(r"(test|tes|testing|uji coba|percobaan|dummy|coba coba)( ?\d+)?")
_CANCELLED = re.compile(r"\b(batal|dibatalkan|cancel\w*|tidak hadir|tidak datang|no ?show|skip\w*|dilewati|terlewat|hangus)\b")
_EVENING, _MORNING = 18 * 3600, 6 * 3600  # clock times alone pass midnight only from an evening to an early morning
_DAY = 86400


@dataclass(frozen=True)
class Tickets:
    """Tickets as numbers, in an order that does not depend on the file's; all (n,).

    Attributes:
        labels: names of the groups; group: position of each ticket's. counter: whether each group is a counter with clock times.
        cancelled_done: cases called cancelled that have a finish; they count as work done.
        line: row in the file. day: day number of the ticket, -1 without one.
        arrived, called, finished, target: seconds since day 0, NaN where not known.
        reason: position in `REASONS`, or their number for a ticket without a flaw.
    """

    labels: tuple[Label, ...]
    counter: np.ndarray
    cancelled_done: int
    group: np.ndarray
    line: np.ndarray
    day: np.ndarray
    arrived: np.ndarray
    called: np.ndarray
    finished: np.ndarray
    target: np.ndarray
    reason: np.ndarray

    @property
    def fine(self) -> np.ndarray:
        """Tickets whose times count."""
        return self.reason == _FINE

    @property
    def counted(self) -> np.ndarray:
        """Tickets that count in the volumes."""
        return np.array([*REASONS.values(), True])[self.reason]


def tickets(log: Log, labels: tuple[Label, ...], group: np.ndarray) -> tuple[Tickets, np.ndarray]:
    """Tickets with their flags, and every day that the log covers."""
    day, times, impossible = _times(log)
    counter = _counters(labels, group, times, log)
    at_counter = counter[group]
    flaws = {"test": _words(log, ("number", "service", "unit", "status"), _TEST.fullmatch), "undated": day < 0}
    known = np.array([label.known is not None for label in labels])[group]
    flaws["test"] &= ~known | _words(log, ("number", "status"), _TEST.fullmatch)
    cancelled = _words(log, ("status",), _CANCELLED.search)
    worked_on = ~at_counter & ~np.isnan(times["finished"])  # a case closed with a date
    flaws["cancelled"] = cancelled & ~worked_on
    flaws["duplicate"] = _duplicates(log, group, day, times, ~(flaws["test"] | flaws["cancelled"]))
    flaws["impossible"] = impossible
    flaws["order"], flaws["midnight"] = _order(times, at_counter, log)
    timed = any((times[key] % 60 > 0).any() for key in ("called", "finished"))  # to the minute, no time at all is half a minute
    flaws["instant"] = at_counter & (times["called"] == times["finished"]) & timed
    flaws["open"] = (log.moments["finished"].state == EMPTY) if "finished" in log.moments else np.zeros(len(day), bool)
    usable = ~(flaws["test"] | flaws["duplicate"] | flaws["cancelled"] | flaws["undated"])
    inside, covered = np.ones(len(day), bool), np.arange(0)
    if usable.any():
        inside[usable], covered = main_stretches(day[usable])
    flaws["stray"] = ~inside
    reason = np.select([flaws[key] for key in REASONS], range(_FINE), _FINE)
    order = np.lexsort((log.lines, reason, times["finished"], times["called"], times["arrived"], day, group))
    columns = {"group": group, "line": log.lines, "day": day, **times, "reason": reason}
    ordered = {key: value[order] for key, value in columns.items()}
    return Tickets(labels, counter, int((cancelled & worked_on).sum()), **ordered), covered


def _words(log: Log, keys, matches) -> np.ndarray:
    """Tickets with a cell that a pattern knows."""
    found = np.zeros(len(log.lines), bool)
    for key in keys:
        if key in log.texts:
            found |= log.texts[key].each(lambda text: bool(matches(plain(text))), bool)
    return found


def _times(log: Log) -> tuple[np.ndarray, dict[str, np.ndarray], np.ndarray]:
    """Day of each ticket, its times in seconds since day 0, and whether one of them cannot be."""
    n, moments = len(log.lines), log.moments
    day = np.full(n, -1)
    for key in ("date", "arrived", "called", "finished"):
        if key in moments:
            day = np.where(day < 0, moments[key].day, day)
    times, impossible = {}, np.zeros(n, bool)
    for key in ("arrived", "called", "finished", "target"):
        if key not in moments:
            times[key] = np.full(n, np.nan)
            continue
        column = moments[key]
        own = np.where(column.day < 0, day, column.day)
        times[key] = np.where((own >= 0) & ((column.day >= 0) | (column.second >= 0)), own * float(_DAY) + np.maximum(column.second, 0), np.nan)
        impossible |= (column.state == IMPOSSIBLE) & (key != "target")
    if "date" in moments:
        impossible |= moments["date"].state == IMPOSSIBLE
        if "arrived" not in moments:
            by_the_clock = "called" in moments and (moments["called"].second > 0).any()
            times["arrived"] = np.where((day >= 0) & (not by_the_clock), day * float(_DAY), np.nan)
    return day, times, impossible


def _counters(labels, group, times, log: Log) -> np.ndarray:
    """Which groups are counters: those of the city, or most of whose tickets end on the day they began, by the clock."""
    clocked = [key for key in ("arrived", "called", "finished") if key in log.moments and (log.moments[key].second > 0).any()]
    if len(clocked) < 2:
        return np.zeros(len(labels), bool)
    began = np.where(np.isnan(times["arrived"]), times["called"], times["arrived"])
    found = []
    for i, label in enumerate(labels):
        days = (times["finished"] // _DAY - began // _DAY)[group == i]
        days = days[~np.isnan(days)]
        same_day = len(days) == 0 or np.median(days) <= 0
        found.append(label.known.kind == "counter" if label.known and label.known.kind != "school" else same_day)
    return np.array(found, bool)


def _order(times, at_counter, log: Log) -> tuple[np.ndarray, np.ndarray]:
    """Tickets whose times run backwards, and tickets of a counter that pass midnight."""
    order, night = np.zeros(len(at_counter), bool), np.zeros(len(at_counter), bool)
    for first, last in (("arrived", "called"), ("called", "finished"), ("arrived", "finished")):
        before, after = times[first], times[last]
        cases = ~at_counter & (before // _DAY > after // _DAY) & (last == "finished") & (first == "arrived")
        backwards = at_counter & (before > after)
        alone = (log.moments[last].day < 0) if last in log.moments else np.zeros(len(at_counter), bool)
        passes = backwards & alone & (before % _DAY >= _EVENING) & (after % _DAY <= _MORNING)
        night |= passes | (at_counter & (after // _DAY > before // _DAY))
        order |= cases | backwards
    return order, night


def _duplicates(log: Log, group, day, times, real) -> np.ndarray:
    """Tickets that stand in the file again: same number, service and arrival, or without a number all times to the second.

    The row with most times stays.
    """
    number = log.texts["number"].codes if "number" in log.texts else np.full(len(day), -1)
    empty = log.texts["number"].distinct.index("") if "number" in log.texts and "" in log.texts["number"].distinct else -1
    numbered = (number != -1) & (number != empty)
    exact = np.zeros(len(day), bool)
    for key in ("arrived", "called", "finished"):
        exact |= times[key] % 60 > 0
    came = np.where(np.isnan(times["arrived"]), day * float(_DAY), times["arrived"])
    missing = np.isnan(times["called"]).astype(int) + np.isnan(times["finished"])
    found = np.zeros(len(day), bool)
    for chosen, keys in ((numbered, (group, number, came)), (~numbered & exact, (group, came, times["called"], times["finished"]))):
        rows = np.flatnonzero(chosen & real & (day >= 0))
        key = np.nan_to_num(np.stack([np.asarray(k, float)[rows] for k in keys]), nan=-1.0)
        order = np.lexsort((log.lines[rows], times["called"][rows], times["finished"][rows], missing[rows], *key[::-1]))
        again = (np.diff(key[:, order], axis=1) == 0).all(axis=0)
        found[rows[order][1:][again]] = True
    return found
