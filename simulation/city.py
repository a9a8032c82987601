"""The city: its units, staff, services and how citizens rate it; every figure with grade and source.

A city is a folder (`data/salatiga`); another city is another folder.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import Field

from simulation.assumptions import DATA, Assumptions, Tables
from simulation.errors import InputError, unknown
from simulation.files import Table, cell_number, read_table, read_yaml
from simulation.schema import GRADES, GROUPS, Grade, Strict, Texts, validated

SMALLEST_GROUP = 5  # people; a smaller group is never shown alone
_INF = float("inf")


class Figure(Strict):
    """A published total."""

    value: Annotated[float, Field(ge=0.0)]
    source: str
    grade: Grade


class CityFile(Strict):
    """`city.yaml`."""

    version: int
    id: str
    name: Texts
    province: str
    code: str
    staff_date: str
    base_year: int
    totals: dict[str, Figure]
    apbd_rp: Figure


@dataclass(frozen=True)
class Unit:
    """A unit that serves citizens."""

    id: str
    name_id: str
    name_en: str
    form: str
    kind: str
    parent: str

    def name(self, lang: str = "id") -> str:
        """Its name in a language."""
        return self.name_en if lang == "en" else self.name_id


@dataclass(frozen=True)
class Services:
    """Services of one kind as arrays; `unit` is the position of the unit, empty figures are NaN."""

    ids: tuple[str, ...]
    names: tuple[tuple[str, str], ...]
    unit: np.ndarray
    volume_per_year: np.ndarray
    servers: np.ndarray
    minutes: np.ndarray
    hours_per_day: np.ndarray
    days_per_year: np.ndarray
    peak_share: np.ndarray
    peak_hours: np.ndarray
    standard_minutes: np.ndarray
    baseline_days: np.ndarray
    standard_days: np.ndarray
    error_rate: np.ndarray
    staff_controlled: np.ndarray

    def name(self, i: int, lang: str = "id") -> str:
        """Name of a service in a language."""
        return self.names[i][lang == "en"]


_MEASURES = tuple(f.name for f in fields(Services))[3:]
# what each kind of service needs, with its limits
_LIMITS = {
    "counter": {"volume_per_year": (1, 1e8), "servers": (1, 200), "minutes": (0.1, 600), "hours_per_day": (1, 24),
                "days_per_year": (1, 366), "peak_share": (0, 1), "peak_hours": (0.1, 23.9),
                "standard_minutes": (0.1, 1440), "error_rate": (0.0001, 0.9), "staff_controlled": (0.001, 0.999)},
    "casework": {"volume_per_year": (1, 1e8), "servers": (0.01, 500), "minutes": (0.1, 1e5), "hours_per_day": (1, 24),
                 "days_per_year": (1, 366), "baseline_days": (0.01, 1000), "standard_days": (0.01, 1000),
                 "error_rate": (0.0001, 0.9), "staff_controlled": (0.001, 0.999)},
    "school": {"volume_per_year": (1, 1e8)},
}


@dataclass(frozen=True)
class City:
    """A city as frozen arrays. Cells are the pairs unit x staff group that have people.

    Attributes:
        units: all units; unit_kind: position of each unit's kind, (units,).
        groups, competencies, kinds, elements: names in array order.
        cell_unit, cell_group: (cells,). pns, pppk: people, (cells,).
        exit_relative: exits relative to the ledger's hazard, (cells,).
        base_level: mean official level today, (cells, competencies).
        ratings: mean rating today, 1-4, (units, elements).
        users: people served in a year, the weight of a unit in the city's IKM, (units,).
        respondents: respondents of the unit's SKM, (units,).
        counters, casework, schools: services.
        grades: (file, unit or key, figures, grade, source) of all figures.
        files_hash: content hash of the folder.
    """

    folder: Path
    about: CityFile
    units: tuple[Unit, ...]
    unit_kind: np.ndarray
    groups: tuple[str, ...]
    competencies: tuple[str, ...]
    kinds: tuple[str, ...]
    elements: tuple[str, ...]
    cell_unit: np.ndarray
    cell_group: np.ndarray
    pns: np.ndarray
    pppk: np.ndarray
    exit_relative: np.ndarray
    base_level: np.ndarray
    ratings: np.ndarray
    users: np.ndarray
    respondents: np.ndarray
    counters: Services
    casework: Services
    schools: Services
    grades: tuple[tuple[str, str, int, str, str], ...]
    files_hash: str

    @classmethod
    def load(cls, folder: Path | str = DATA / "salatiga", tables: Tables | None = None) -> City:
        """Read and check a city folder.

        Raises:
            InputError: every problem found, with file, row, column, what was expected and what to do.
        """
        return _Reader(Path(folder), tables or Assumptions.load().tables).city()

    @cached_property
    def heads(self) -> np.ndarray:
        """ASN of each cell, (cells,)."""
        return (self.pns + self.pppk).astype(float)

    def group(self, name: str) -> int:
        """Position of a staff group."""
        return self.groups.index(name)

    def unit(self, name: str) -> int:
        """Position of a unit.

        Raises:
            InputError: no such unit; the nearest names are given.
        """
        ids = [unit.id for unit in self.units]
        if name not in ids:
            raise InputError(unknown("unknown_unit", name, ids))
        return ids.index(name)

    def _cell_of(self, unit: int, group: str) -> int:
        found = np.flatnonzero((self.cell_unit == unit) & (self.cell_group == self.group(group)))
        return int(found[0]) if len(found) else -1

    @cached_property
    def front_cell(self) -> np.ndarray:
        """The cell that citizens meet in each unit: the front line, else the largest cell, (units,)."""
        front = [self._cell_of(u, "frontline") for u in range(len(self.units))]
        largest = [int(np.argmax(np.where(self.cell_unit == u, self.heads, -1))) for u in range(len(self.units))]
        return np.array([f if f >= 0 else big for f, big in zip(front, largest, strict=True)])

    @cached_property
    def leader_cell(self) -> np.ndarray:
        """The leaders' cell of each unit, -1 if it has none, (units,)."""
        return np.array([self._cell_of(u, "leader") for u in range(len(self.units))])

    def quality(self, lang: str = "id"):
        """How solid the figures are: data frame of figures per file and grade, what replaces them, most useful first.

        `weight` is the share of the people served that rests on the D figures of a file; the ranking is by that
        weight times the share of D figures in the file.
        """
        from simulation.quality import quality

        return quality(self, lang)

    def figures_per_grade(self) -> dict[str, int]:
        """Count of figures per evidence grade."""
        return {grade: sum(row[2] for row in self.grades if row[3] == grade) for grade in GRADES}


class _Reader:
    """Reads one folder; collects every problem before it gives up."""

    def __init__(self, folder: Path, tables: Tables):
        self.folder, self.tables = folder, tables
        self.problems, self.grades = [], []
        self.about = validated(CityFile, read_yaml(folder / "city.yaml"))
        self.sources = {row["id"] for _, row in read_table(folder / "sources.csv", ("id", "title", "url", "date", "note"), ("id",)).rows}

    def _table(self, name: str, columns: tuple[str, ...], key: tuple[str, ...]) -> Table | None:
        try:
            return read_table(self.folder / f"{name}.csv", (*columns, "grade", "source"), key)
        except InputError as error:
            self.problems += error.problems
            return None

    def _numbers(self, table, line, row, limits: dict, whole: tuple = ()) -> list[float]:
        values = []
        for column, (low, high) in limits.items():
            value = cell_number(table, line, row, column, low, high, column in whole)
            if not isinstance(value, (int, float)):
                self.problems.append(value)
                value = float("nan")
            values.append(value)
        return values

    def _place(self, table, line, row, column: str, valid, code: str) -> int:
        """Position of a name in a list, noting a problem if it is not there."""
        if row[column] in valid:
            return valid.index(row[column])
        self.problems.append(unknown(code, row[column], valid, file=table.name, line=line, column=column))
        return 0

    def _grade(self, table, line, row, item: str, figures: int) -> None:
        if row["grade"] not in GRADES:
            self.problems.append(unknown("not_an_option", row["grade"], GRADES, file=table.name, line=line, column="grade"))
        if row["source"] not in self.sources:
            self.problems.append(unknown("unknown_source", row["source"], self.sources, file=table.name, line=line, column="source"))
        self.grades.append((Path(table.name).name, item, figures, row["grade"], row["source"]))

    def city(self) -> City:
        units, kind, users, respondents = self._units()
        ids = [unit.id for unit in units]
        staff = self._staff(ids)
        levels = self._levels(ids, staff)
        ratings = self._ratings(ids)
        services = self._services(ids)
        for key, figure in [*self.about.totals.items(), ("apbd_rp", self.about.apbd_rp)]:
            self.grades.append(("city.yaml", key, 1, figure.grade, figure.source))
        if self.problems:
            raise InputError(self.problems)
        self._totals(staff)
        if self.problems:
            raise InputError(self.problems)
        t = self.tables
        return City(self.folder, self.about, tuple(units), kind, GROUPS, t.competencies, t.kinds, t.elements,
                    staff["unit"], staff["group"], staff["pns"], staff["pppk"], staff["exit_relative"], levels, ratings,
                    users, respondents, *services, tuple(self.grades), _hash(self.folder))

    def _units(self):
        columns = ("id", "name_id", "name_en", "form", "kind", "parent", "users_per_year", "population_served", "respondents")
        table = self._table("units", columns, ("id",))
        units, kinds, users, respondents = [], [], [], []
        for line, row in table.rows if table else ():
            units.append(Unit(row["id"], row["name_id"], row["name_en"], row["form"], row["kind"], row["parent"]))
            kinds.append(self._place(table, line, row, "kind", self.tables.kinds, "unknown_kind"))
            limits = {"users_per_year": (0, 1e9), "respondents": (0, 1e7)}
            served, asked = self._numbers(table, line, row, limits, ("respondents",))
            users.append(served)
            respondents.append(asked)
            self._grade(table, line, row, row["id"], 3)
        return units, np.array(kinds), np.array(users, float), np.array(respondents, float)

    def _staff(self, ids):
        table = self._table("staff", ("unit", "group", "pns", "pppk", "exit_relative"), ("unit", "group"))
        rows = []
        limits = {"pns": (0, 1e6), "pppk": (0, 1e6), "exit_relative": (0, 20)}
        for line, row in table.rows if table else ():
            unit = self._place(table, line, row, "unit", ids, "unknown_unit")
            group = self._place(table, line, row, "group", GROUPS, "unknown_group")
            pns, pppk, leave = self._numbers(table, line, row, limits, ("pns", "pppk"))
            if pns + pppk == 0:
                self.problems.append(table.problem("no_people", line, "pns"))
            rows.append((unit, group, pns, pppk, leave))
            self._grade(table, line, row, row["unit"], 3)
        for unit in set(range(len(ids))) - {row[0] for row in rows}:
            if table:
                self.problems.append(table.problem("unit_without_staff", 1, "unit", {"found": ids[unit]}))
        names = ("unit", "group", "pns", "pppk", "exit_relative")
        return {name: np.array([row[i] for row in rows]) for i, name in enumerate(names)}

    def _levels(self, ids, staff):
        table = self._table("levels", ("unit", "group", *self.tables.competencies), ("unit", "group"))
        found = {}
        for line, row in table.rows if table else ():
            cell = (self._place(table, line, row, "unit", ids, "unknown_unit"),
                    self._place(table, line, row, "group", GROUPS, "unknown_group"))
            found[cell] = self._numbers(table, line, row, dict.fromkeys(self.tables.competencies, (1, 5)))
            self._grade(table, line, row, row["unit"], len(self.tables.competencies))
        levels = []
        for unit, group in zip(staff["unit"], staff["group"], strict=True):
            if (unit, group) not in found and table:
                values = {"found": f"{ids[unit]} / {GROUPS[group]}"}
                self.problems.append(table.problem("missing_row", 1, "unit, group", values))
            levels.append(found.get((unit, group), [1.0] * len(self.tables.competencies)))
        return np.array(levels)

    def _ratings(self, ids):
        table = self._table("ratings", ("unit", *self.tables.elements), ("unit",))
        found = {}
        for line, row in table.rows if table else ():
            unit = self._place(table, line, row, "unit", ids, "unknown_unit")
            found[unit] = self._numbers(table, line, row, dict.fromkeys(self.tables.elements, (1.05, 3.95)))
            self._grade(table, line, row, row["unit"], len(self.tables.elements))
        for unit in sorted(set(range(len(ids))) - set(found)):
            if table:
                self.problems.append(table.problem("missing_row", 1, "unit", {"found": ids[unit]}))
        return np.array([found.get(unit, [3.0] * len(self.tables.elements)) for unit in range(len(ids))])

    def _services(self, ids) -> list[Services]:
        table = self._table("services", ("id", "unit", "name_id", "name_en", "kind", *_MEASURES), ("id",))
        rows = {kind: [] for kind in _LIMITS}
        for line, row in table.rows if table else ():
            unit = self._place(table, line, row, "unit", ids, "unknown_unit")
            kinds = tuple(_LIMITS)
            kind = kinds[self._place(table, line, row, "kind", kinds, "not_an_option")]
            limits = _LIMITS[kind]
            given = self._numbers(table, line, row, limits, ("servers",) if kind == "counter" else ())
            values = dict(zip(limits, given, strict=True))
            self._load(table, line, kind, values)
            rows[kind].append((row["id"], (row["name_id"], row["name_en"]), unit,
                               *(values.get(m, float("nan")) for m in _MEASURES)))
            self._grade(table, line, row, row["unit"], len(limits))
        return [_services(rows[kind]) for kind in ("counter", "casework", "school")]

    def _load(self, table, line, kind, v) -> None:
        """A service that cannot cope today cannot be the starting point."""
        if kind == "school" or any(np.isnan(x) for x in v.values()):
            return
        load = v["volume_per_year"] * v["minutes"] / (v["servers"] * v["hours_per_day"] * v["days_per_year"] * 60)
        if load >= 0.95:
            self.problems.append(table.problem("overloaded", line, "servers", {"found": f"{load:.2f}"}))
        if kind == "counter" and v["peak_hours"] >= v["hours_per_day"]:
            self.problems.append(table.problem("peak_too_long", line, "peak_hours", {"found": f"{v['peak_hours']:g}"}))

    def _totals(self, staff) -> None:
        for key in ("pns", "pppk"):
            stated, counted = self.about.totals[key].value, staff[key].sum() if key in self.about.totals else None
            if counted is not None and counted != stated:
                table = self.folder / "staff.csv"
                from simulation.errors import Problem, short_path

                values = {"found": f"{counted:g}", "expected": f"{stated:g}"}
                self.problems.append(Problem("total_differs", values, short_path(table), None, key))


def _services(rows) -> Services:
    columns = list(zip(*rows, strict=True)) if rows else [()] * (3 + len(_MEASURES))
    return Services(tuple(columns[0]), tuple(columns[1]), np.array(columns[2], dtype=int),
                    *(np.array(column, dtype=float) for column in columns[3:]))


def _hash(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted([*folder.glob("*.csv"), *folder.glob("*.yaml")]):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
