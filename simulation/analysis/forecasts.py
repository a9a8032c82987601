"""What the model promised before a survey, kept so that nobody can change it after the survey.

A `ForecastLedger` keeps forecasts (`simulation.analysis.forecast`) and the waves that arrive, in a file in which any later
change shows. How the forecasts fared: `simulation.analysis.track_record`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from simulation.analysis import hash_chain
from simulation.analysis.forecast import Forecast
from simulation.analysis.hash_chain import Chain, Head
from simulation.analysis.survey_waves import Period, Wave, iso_date
from simulation.errors import InputError, Problem, short_path

__all__ = ["Entry", "Forecast", "ForecastLedger", "Reading"]


@dataclass(frozen=True)
class Entry:
    """A line of the ledger: its number, the day it was added, and a forecast or a wave."""

    line: int
    date: str
    item: Forecast | Wave


@dataclass(frozen=True)
class Reading:
    """What can be relied upon: `entries` hold together; `problems` say what does not, and are empty when all do."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]
    head: Head | None


class ForecastLedger:
    """A file of forecasts and survey waves to which lines are only added.

    >>> import tempfile
    >>> ledger = ForecastLedger(Path(tempfile.mkdtemp()) / "ledger.jsonl")
    >>> head = ledger.add_wave({"unit": ["a"], "n": [80], "ikm": [82.5], "sd": [9.0]}, "2026", "2026-12-20")
    >>> head.line, ledger.verify(head.short)
    (1, [])
    """

    def __init__(self, path: Path | str):
        self.path = Path(path)

    def add(self, forecast: Forecast, day: date | str | None = None) -> Head:
        """Save a forecast; None means the day it was made.

        Returns:
            The number and stamp of the new line, to be written into the minutes.

        Raises:
            InputError: the ledger is damaged, the day lies before the last line's or before the forecast was made, the
                same forecast is there already, or the file cannot be written.
        """
        day = iso_date(day or forecast.made)
        if day < forecast.made:
            raise InputError(Problem("forecast_date_before_made", {"found": day, "expected": forecast.made}))
        return self._append("forecast", day, forecast.model_dump(mode="json"))

    def add_wave(self, cells, wave: str, day: date | str, correction: str = "") -> Head:
        """Save what a survey wave found: a `Survey`, or a table with n, ikm, sd and, where known, unit.

        Args:
            correction: why an earlier record of this wave is replaced; the earlier one stays in the file.

        Raises:
            InputError: as `add`; a cell that cannot be used; the wave is there already and no correction is named.
        """
        return self._append("wave", iso_date(day), Wave.of(cells, wave, correction).model_dump(mode="json"))

    def verify(self, head: str | None = None) -> list[Problem]:
        """Everything that is wrong with the file, the first damage first; [] when nothing is.

        Args:
            head: a stamp from the minutes (`Head.short`); without it lines missing at the end, or a file written anew,
                cannot show.
        """
        try:
            return list(self.read(head).problems)
        except InputError as error:
            return list(error.problems)

    def read(self, head: str | None = None) -> Reading:
        """The lines that hold; with a stamp that does not fit the file, none does.

        Raises:
            InputError: no such file, or it cannot be read.
        """
        name = short_path(self.path)
        chain = hash_chain.read(self.path)
        entries, problems = _entries(chain, name)
        if head is not None:
            outside = hash_chain.against(chain, head, name)
            if outside:
                return Reading((), (*outside, *problems), chain.head)
        return Reading(entries, problems, chain.head)

    def history(self, head: str | None = None):
        """How the forecasts fared, see `simulation.analysis.track_record.History`; damage is part of what it says."""
        from simulation.analysis.track_record import history

        return history(self.read(head))

    def _append(self, kind: str, day: str, body: dict) -> Head:
        return hash_chain.append(self.path, kind, day, body, lambda chain: _forbids(chain, kind, body, self.path))


def _forbids(chain: Chain, kind: str, body: dict, path: Path) -> list[Problem]:
    """Why a line may not be added to a chain that holds."""
    name = short_path(path)
    entries, problems = _entries(chain, name)
    if problems:
        return list(problems)
    for record in chain.records:
        if kind == "forecast" and record["body"] == body:
            return [Problem("forecast_twice", {}, name, record["line"])]
    first = next((e.line for e in entries if isinstance(e.item, Wave) and e.item.wave == body["wave"]), None)
    if kind == "wave" and first and not body["correction"]:
        return [Problem("forecast_wave_twice", {"found": body["wave"]}, name, first)]
    if kind == "wave" and not first and body["correction"]:
        return [Problem("forecast_nothing_to_correct", {"found": body["wave"]}, name)]
    return []


def _entries(chain: Chain, name: str) -> tuple[tuple[Entry, ...], tuple[Problem, ...]]:
    """The sound lines as objects; a line with a right stamp but a content that was never written here ends them."""
    kinds = {"forecast": Forecast, "wave": Wave}
    entries: list[Entry] = []
    for record in chain.records[:chain.sound]:
        try:
            day = iso_date(record["date"])
            item = kinds[record["kind"]].model_validate_json(hash_chain.canonical(record["body"]))
            Period.parse(item.wave)
        except (KeyError, TypeError, ValidationError, InputError):
            damage = Problem("ledger_content", {}, name, record["line"])
            after = hash_chain.follows(record["line"] - 1, len(chain.records), name)
            return tuple(entries), (damage, *(p for p in chain.problems if p.code != "ledger_follows"), after)
        entries.append(Entry(record["line"], day, item))
    return tuple(entries), chain.problems
