"""A wave of the satisfaction survey as the forecast ledger keeps it: which months it is about and what each unit scored.

No respondent is in it, and a unit that fewer than five people answered for is only inside the total.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import Field
from scipy.stats import t

from simulation.analysis.scoring import CONFIDENCE
from simulation.city import SMALLEST_GROUP
from simulation.errors import InputError, Problem, shown
from simulation.language import quarter, say
from simulation.model.training import QUARTERS_PER_YEAR
from simulation.schema import Strict

LOWEST, HIGHEST = 25.0, 100.0  # the ends of the IKM: PermenPANRB 14/2017, ratings 1 to 4 times 25
WIDEST_SD = 40.0  # half of them at either end give 37.5; more is not a spread of scores from 25 to 100
_PARTS = {"": 4, "S": 2, "Q": 1}  # quarters in a year, a semester, a quarter
_SAME = {"": "", "Q": "Q", "TW": "Q", "S": "S", "SMT": "S", "H": "S"}
_LABEL = re.compile(r"(20[0-9]{2})(?:[- ]?(Q|TW|SMT|S|H)[- ]?([1-4]))?")


@dataclass(frozen=True)
class Period:
    """A year, semester or quarter.

    Attributes:
        year: calendar year.
        first: first quarter of it, 1 to 4.
        length: quarters.
    """

    year: int
    first: int
    length: int

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read `2027`, `2027-S1` (semester; also H, SMT) or `2027-Q3` (quarter; also TW).

        Raises:
            InputError: another spelling, or a part of the year that does not exist.

        >>> Period.parse("2027 tw 3").key
        '2027-Q3'
        """
        match = _LABEL.fullmatch(str(text).strip().upper())
        kind = _SAME[match[2] or ""] if match else ""
        part = int(match[3] or 1) if match else 0
        if not match or part * _PARTS[kind] > QUARTERS_PER_YEAR:
            raise InputError(Problem("forecast_wave", {"found": shown(text)}))
        return cls(int(match[1]), (part - 1) * _PARTS[kind] + 1, _PARTS[kind])

    @property
    def key(self) -> str:
        """The one spelling that is stored."""
        letter = {length: letter for letter, length in _PARTS.items()}[self.length]
        return f"{self.year}-{letter}{(self.first - 1) // self.length + 1}" if letter else str(self.year)

    @property
    def end(self) -> str:
        """Last day, ISO."""
        month = 3 * (self.first + self.length - 1)
        return date(self.year, month, calendar.monthrange(self.year, month)[1]).isoformat()

    def name(self, lang: str = "id") -> str:
        """Its name in a language."""
        if self.length == 1:
            return quarter(self.first, self.year, lang)
        if self.length == 2:
            part = (self.first + 1) // 2
            return say("forecasts.semester", lang, part=("I", "II")[part - 1], number=part, year=self.year)
        return str(self.year)


def iso_date(value: date | str) -> str:
    """A day as `2027-01-31`.

    Raises:
        InputError: no such day, or another spelling.
    """
    try:
        return date.fromisoformat(str(value)[:10] if hasattr(value, "isoformat") else value).isoformat()
    except (ValueError, TypeError):
        raise InputError(Problem("forecast_date", {"found": shown(value)})) from None


class Cell(Strict):
    """What a group of at least five respondents scored: how many, mean and spread of their own IKM."""

    n: Annotated[int, Field(ge=SMALLEST_GROUP)]
    ikm: Annotated[float, Field(ge=LOWEST, le=HIGHEST)]
    sd: Annotated[float, Field(ge=0.0, le=WIDEST_SD)]

    @property
    def error(self) -> float:
        """Sampling SD of the mean, IKM points; people not asked are taken to be many."""
        return self.sd / float(np.sqrt(self.n))

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the mean (Student's t)."""
        half = float(t.ppf(0.5 + CONFIDENCE / 2, self.n - 1)) * self.error
        return max(LOWEST, self.ikm - half), min(HIGHEST, self.ikm + half)


class Wave(Strict):
    """The result of a survey wave.

    Attributes:
        wave: key of its period.
        units: unit -> cell, only units with at least five respondents; empty when the survey names no units.
        total: all respondents together, None when they are fewer than five.
        small_units: units that are only inside the total.
        left_out: respondents of such units who are not even there, since a subtraction would show fewer than five.
        correction: why an earlier record of the same wave is replaced; "" for a first record.
    """

    wave: str
    units: dict[str, Cell]
    total: Cell | None
    small_units: Annotated[int, Field(ge=0)] = 0
    left_out: Annotated[int, Field(ge=0)] = 0
    correction: str = ""

    @classmethod
    def of(cls, cells, wave: str, correction: str = "") -> Wave:
        """A wave from a table with columns n, ikm, sd and, where known, unit and wave; or from a `Survey`.

        Raises:
            InputError: every cell that cannot be used, with its row and column.
        """
        period = Period.parse(wave)
        rows = _rows(cells, period)
        known = [row for row in rows if row["n"] >= SMALLEST_GROUP]
        small = [row for row in rows if row["n"] < SMALLEST_GROUP]
        usable = [row for row in small if not np.isnan(row["ikm"])]
        hidden = sum(row["n"] for row in usable)
        inside = usable if hidden >= SMALLEST_GROUP or not known else []
        left_out = sum(row["n"] for row in small) - sum(row["n"] for row in inside)
        units = {row["unit"]: Cell(n=row["n"], ikm=row["ikm"], sd=row["sd"]) for row in known if row["unit"]}
        return cls(wave=period.key, units=dict(sorted(units.items())), total=_total(known + inside),
                   small_units=sum(bool(row["unit"]) for row in small), left_out=left_out, correction=correction)


def _rows(cells, period: Period) -> list[dict]:
    """The rows of one wave, checked."""
    frame = _of_survey(cells) if hasattr(cells, "cells") else pd.DataFrame(cells)
    missing = [c for c in ("n", "ikm", "sd") if c not in frame.columns]
    if missing:
        columns = shown(", ".join(map(str, frame.columns)))
        raise InputError([Problem("missing_column", {"found": c, "columns": columns}, column=c) for c in missing])
    problems: list[Problem] = []
    rows, seen = [], {}
    for line, cell in enumerate(frame.to_dict("records"), 1):
        if "wave" in frame.columns and not _same(cell["wave"], period, alone=frame["wave"].nunique(dropna=False) == 1):
            continue
        unit = str(cell["unit"]).strip() if "unit" in frame.columns and not pd.isna(cell["unit"]) else ""
        row = {"unit": unit, "n": _number(cell["n"], line, "n", problems, 1, 1e9, whole=True)}
        few = row["n"] < SMALLEST_GROUP
        row["ikm"] = _number(cell["ikm"], line, "ikm", problems, LOWEST, HIGHEST, optional=few)
        row["sd"] = _number(cell["sd"], line, "sd", problems, 0.0, WIDEST_SD, optional=few)
        if unit in seen:
            problems.append(Problem("forecast_unit_twice", {"first": str(seen[unit])}, line=line, column="unit"))
        seen.setdefault(unit, line)
        rows.append(row)
    if not rows:
        problems.append(Problem("forecast_no_cells", {"found": period.key}))
    if problems:
        raise InputError(problems)
    return rows


def _of_survey(survey) -> pd.DataFrame:
    """The cells of a survey by what its file has of unit and wave; one cell if it has neither."""
    by = tuple(key for key in ("unit", "wave") if key in survey.groups)
    if by:
        return survey.cells(by=by)
    scores = np.sort(survey.scores)
    return pd.DataFrame({"n": [survey.n], "ikm": [float(survey.exact_ikm())], "sd": [float(scores.std(ddof=1))]})


def _same(text, period: Period, alone: bool) -> bool:
    """Whether a wave's label names the period; one that can be read as none does if it is the only one."""
    try:
        return Period.parse(text) == period
    except InputError:
        return alone


def _number(value, line: int, column: str, problems: list, low: float, high: float, whole: bool = False,
            optional: bool = False):
    """A cell as a number; a problem is noted and NaN (or 0) put in its place."""
    place = {"line": line, "column": column}
    try:
        found = float("nan") if pd.isna(value) else float(value)
    except (TypeError, ValueError):
        problems.append(Problem("forecast_not_number", {}, **place))
        return 0 if whole else float("nan")
    if np.isnan(found) and optional:
        return found
    if not low <= found <= high or whole and found != int(found):
        problems.append(Problem("out_of_range", {"found": shown(value), "low": f"{low:g}", "high": f"{high:g}"}, **place))
        return 0 if whole else float("nan")
    return int(found) if whole else found


def _total(rows: list[dict]) -> Cell | None:
    """All respondents of these rows as one group, each with the same weight."""
    rows = sorted(rows, key=lambda row: row["unit"])
    n = np.array([row["n"] for row in rows], dtype=float)
    if n.sum() < SMALLEST_GROUP:
        return None
    mean = np.array([row["ikm"] for row in rows])
    sd = np.array([0.0 if np.isnan(row["sd"]) else row["sd"] for row in rows])
    middle = float(n @ mean / n.sum())
    squares = float((n - 1) @ sd**2 + n @ (mean - middle) ** 2)
    return Cell(n=int(n.sum()), ikm=min(max(round(middle, 4), LOWEST), HIGHEST), sd=round(np.sqrt(squares / (n.sum() - 1)), 4))
