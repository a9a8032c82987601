"""Who said what is needed: the answers of a needs survey and the rankings of a forum, without anybody's name.

A survey file has one row per respondent, a forum file one row per table (or per table and competency). Only the
columns that are asked for are read; names, numbers of identity or telephone, addresses and free text never enter.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
from scipy.stats import rankdata

from simulation.analysis.needs_columns import (
    GROUPS,
    Answers,
    Competencies,
    forum_columns,
    survey_columns,
)
from simulation.analysis.needs_data import WHOLE_CITY, NeedsData, in_order
from simulation.errors import InputError, Problem, nearest, short_path, shown, unknown
from simulation.intake.headings import find_columns, plain, recogniser, unclear
from simulation.intake.mapping import Mapping
from simulation.intake.needs_form import form_sheet
from simulation.intake.sheet import open_sheet
from simulation.language import LANGUAGES, say

NOTHING_MAPPED = Mapping()
_MOST_PROBLEMS = 40  # named one by one; the rest are counted


def read_needs(survey_path: Path | str, forum_path: Path | str | None = None, *, city, mapping: Mapping = NOTHING_MAPPED) -> NeedsData:
    """Read a needs survey, and a forum if there was one.

    Args:
        survey_path: CSV or XLSX, one row per respondent: group, unit, importance and performance of the competencies, 1-5.
        forum_path: CSV or XLSX of forum tables; None takes the forum sheet of the filled-in form, if it has one.
        city: whose units and competencies are meant.
        mapping: what the file calls things, where it cannot be told from the headings.

    Raises:
        InputError: every problem, with row and column; never with the content of a cell that could be personal.

    >>> # read_needs("data/samples/survei_kebutuhan.csv", "data/samples/forum_kebutuhan.csv", city=City.load())
    """
    names = Competencies.of(city)
    _check_mapping(mapping, city, names, survey_path)
    answers = Answers(city, names, mapping)
    survey_sheet = mapping.sheet or form_sheet(survey_path, "needs.form.survey")
    people, warnings = _Survey(survey_path, names, answers, mapping.model_copy(update={"sheet": survey_sheet})).read()
    forum_sheet = None if forum_path is None else mapping.sheet  # in one workbook the sheet named is the survey's
    if forum_path is None and form_sheet(survey_path, "needs.form.forum", filled=True):
        forum_path = survey_path
    tables: list = []
    if forum_path is not None:
        forum_sheet = forum_sheet or form_sheet(forum_path, "needs.form.forum")
        tables = _Forum(forum_path, names, answers, mapping.model_copy(update={"sheet": forum_sheet})).read()
    return in_order(city, people, tables, tuple(warnings))


def _check_mapping(mapping: Mapping, city, names: Competencies, path) -> None:
    """Refuse a mapping of columns or units that there are not."""
    keys = [w.key for w in (*survey_columns(names), *forum_columns(names))]
    units = [unit.id for unit in city.units]
    problems = [Problem("mapping_key", {"found": shown(key), "nearest": nearest(key, keys)}, short_path(path))
                for key in mapping.columns if key not in keys]
    problems += [unknown("unknown_unit", meant, units) for meant in mapping.units.values() if meant not in units]
    if problems:
        raise InputError(problems)


class _Rows:
    """A sheet while it is read: problems and warnings gather, cells are never repeated in them."""

    def __init__(self, path, wanted, names: Competencies, answers: Answers, mapping: Mapping):
        keys = {w.key for w in wanted}
        mapping = mapping.model_copy(update={"columns": {k: v for k, v in mapping.columns.items() if k in keys}})
        self.sheet = open_sheet(path, recogniser(wanted, mapping), mapping)
        mapping = self.fitting(mapping)
        self.at = find_columns(self.sheet, wanted, mapping)
        self.names, self.answers = names, answers
        self.problems: list[Problem] = list(self._repeated(wanted, mapping))
        self.without_unit: Counter = Counter()

    def fitting(self, mapping: Mapping) -> Mapping:
        """The part of the mapping that is meant for this file."""
        return mapping

    def _repeated(self, wanted, mapping: Mapping):
        """Headings that say the same thing twice: taking either would be a guess."""
        headings = [plain(heading) for heading in self.sheet.header]
        for column in wanted:
            places = [i for i, heading in enumerate(headings) if column.exact(heading)]
            if len(places) > 1 and column.key not in mapping.columns:
                yield unclear(self.sheet, column.key, places)

    def rows(self):
        """Lines and cells; rows of another width are noted beside the other problems."""
        try:
            yield from self.sheet.rows()
        except InputError as error:
            self.problems += error.problems

    def cell(self, cells, key: str) -> str:
        """The text in a column; nothing where the file has no such column or a word for missing."""
        text = cells[self.at[key]] if key in self.at else ""
        return "" if self.answers.is_missing(text) else text

    def bad(self, code: str, line: int, key: str, values: dict | None = None) -> None:
        """Note a problem in a cell."""
        self.problems.append(self.sheet.problem(code, line, self.at[key], values or {}))

    def who(self, line: int, cells) -> tuple[int, int]:
        """Group and unit of a row; -1 and a problem where they cannot be told."""
        group = self.answers.group(self.cell(cells, "group"))
        if group is None:
            self.bad("needs_group", line, "group")
        text = self.cell(cells, "unit")
        unit = self.answers.unit(text) if text else WHOLE_CITY
        if unit is None:
            self.bad("needs_unit", line, "unit", {"nearest": self.answers.nearest_unit(text)})
        elif not text and group is not None:
            self.without_unit[GROUPS[group]] += 1
        return (-1 if group is None else group), (WHOLE_CITY if unit is None else unit)

    def check(self) -> None:
        """Raise what was found, the first problems by name and the rest counted."""
        if len(self.problems) > _MOST_PROBLEMS:
            more = str(len(self.problems) - _MOST_PROBLEMS)
            self.problems = [*self.problems[:_MOST_PROBLEMS], Problem("needs_more", {"found": more}, self.sheet.name)]
        if self.problems:
            raise InputError(self.problems)

    def warning(self, code: str, **values) -> Problem:
        """A remark about the whole file."""
        return Problem(code, {key: str(value) if not isinstance(value, dict) else value for key, value in values.items()},
                       self.sheet.name)


class _Survey(_Rows):
    """One row per respondent."""

    def __init__(self, path, names: Competencies, answers: Answers, mapping: Mapping):
        super().__init__(path, survey_columns(names), names, answers, mapping)

    def read(self) -> tuple[list, list[Problem]]:
        """People as (group, unit, importance..., performance...), and warnings."""
        rated = [c for c in self.names.ids if f"importance_{c}" in self.at and f"performance_{c}" in self.at]
        if not rated:
            raise InputError(Problem("needs_no_ratings", {"expected": say("needs.form.importance", name=self.names.name(0))},
                                     self.sheet.name, self.sheet.header_line))
        people, silent = [], 0
        for line, cells in self.rows():
            person = self._person(line, cells)
            if np.isnan(person[2:]).all():
                silent += 1
            else:
                people.append(person)
        self.check()
        if not people:
            raise InputError(Problem("needs_nobody", file=self.sheet.name))
        return people, list(self._warnings(rated, silent))

    def _person(self, line: int, cells) -> np.ndarray:
        ratings = [self._rating(line, cells, f"{kind}_{c}") for kind in ("importance", "performance") for c in self.names.ids]
        return np.array([*self.who(line, cells), *ratings], dtype=float)

    def _rating(self, line: int, cells, key: str) -> float:
        text = self.cell(cells, key)
        if not text:
            return np.nan
        value = self.answers.rating(text, key)
        if value is None:
            self.bad("needs_rating", line, key)
        return np.nan if value is None else value

    def _warnings(self, rated, silent):
        left_out = [i for i, c in enumerate(self.names.ids) if c not in rated]
        if left_out:
            yield self.warning("needs_not_asked", found=self.names.listed(left_out))
        if silent:
            yield self.warning("needs_silent", found=silent)
        for group, count in sorted(self.without_unit.items()):
            if group != "masyarakat":  # a citizen may well speak of the whole city
                yield self.warning("needs_without_unit", found=count, group={x: say(f"needs.group.{group}", x) for x in LANGUAGES})


class _Forum(_Rows):
    """One row per table and competency, or one row per table with a column for each competency."""

    def __init__(self, path, names: Competencies, answers: Answers, mapping: Mapping):
        super().__init__(path, forum_columns(names), names, answers, mapping)

    def fitting(self, mapping: Mapping) -> Mapping:
        """Without group and unit, where the mapping gives the survey's heading and the forum has its own."""
        headings = [plain(heading) for heading in self.sheet.header]
        columns = {key: heading for key, heading in mapping.columns.items()
                   if key not in ("group", "unit") or plain(heading) in headings}
        return mapping.model_copy(update={"columns": columns})

    def read(self) -> list:
        """Tables as (group, unit, ranks...)."""
        long = "competency" in self.at and {"rank", "points"} & self.at.keys()
        wide = [k for k in self.at if k.startswith(("rank_", "points_"))]
        if not long and not wide:
            raise InputError(Problem("needs_no_ranking", file=self.sheet.name, line=self.sheet.header_line))
        tables = self._long() if long else self._wide()
        self.check()
        if not tables:
            raise InputError(Problem("needs_nobody", file=self.sheet.name))
        return tables

    def _long(self) -> list:
        found: dict[tuple, dict[int, tuple[int, float]]] = {}
        for line, cells in self.rows():
            group, unit = self.who(line, cells)
            text = self.cell(cells, "competency")
            item = self.answers.competency(text)
            if item is None:
                self.bad("needs_competency", line, "competency", {"nearest": self.answers.nearest_competency(text)})
                continue
            order = self._order(line, cells, "rank", "points")
            table = found.setdefault((self.cell(cells, "table"), group, unit), {})
            if item in table:
                self.bad("needs_twice", line, "competency", {"first": str(table[item][0])})
            if order is not None and any((order > 0) != (other > 0) for _, other in table.values()):
                self.bad("needs_mixed", line, "rank")
            if order is not None:
                table[item] = (line, order)
        return [self._table(group, unit, {i: order for i, (_, order) in table.items()})
                for (_, group, unit), table in found.items() if table]

    def _wide(self) -> list:
        tables = []
        for line, cells in self.rows():
            group, unit = self.who(line, cells)
            orders = {i: self._order(line, cells, f"rank_{c}", f"points_{c}", blank=True) for i, c in enumerate(self.names.ids)}
            given = {i: order for i, order in orders.items() if order is not None}
            if given:
                tables.append(self._table(group, unit, given))
        return tables

    def _order(self, line: int, cells, rank: str, points: str, blank: bool = False) -> float | None:
        """What sorts the competencies of a table, smallest first: the rank, or minus the points."""
        key = rank if rank in self.at and (self.cell(cells, rank) or points not in self.at) else points
        if key not in self.at:
            return None
        text = self.cell(cells, key)
        if not text and blank:
            return None
        value = self.answers.amount(text)
        top = len(self.names.ids)
        if value is None or (key == rank and not (value == int(value) and 1 <= value <= top)):
            code = "needs_rank" if key == rank else "needs_points"
            self.bad(code, line, key, {"limit": str(top)})
            return None
        return value if key == rank else -value

    def _table(self, group: int, unit: int, given: dict[int, float]) -> np.ndarray:
        """Mid-ranks; competencies that a table did not name come after the named ones and share their mean rank."""
        last = max(given.values())
        unnamed = last + 1 if last > 0 else 0.0  # points are held as negative numbers: not named is no points
        orders = [given.get(i, unnamed) for i in range(len(self.names.ids))]
        return np.array([group, unit, *rankdata(orders)], dtype=float)
