"""Reading a city folder: every cell checked at the door, every problem collected before giving up."""

from __future__ import annotations

import hashlib
from dataclasses import fields
from pathlib import Path

import numpy as np

from simulation.assumptions import Tables
from simulation.city import City, CityFile, Services, Unit
from simulation.city_checks import wrong_names
from simulation.city_training import read_training
from simulation.errors import InputError, Problem, nearest, short_path, shown, unknown
from simulation.files import Table, cell_number, read_table, read_text, read_yaml
from simulation.scenario import Catalogue
from simulation.schema import GRADES, GROUPS, validated

_MEASURES = tuple(f.name for f in fields(Services))[3:]
_SPREADS = {"service_scv": (0.0001, 100), "arrival_scv": (0.0001, 100)}  # columns that a city may leave out, cells it may leave empty
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


class CityReader:
    """Reads one folder; collects every problem before it gives up."""

    def __init__(self, folder: Path, tables: Tables, catalogue: Catalogue | None = None):
        self.folder, self.tables, self.catalogue = folder, tables, catalogue
        self.problems, self.grades = [], []
        self.document = read_yaml(folder / "city.yaml")
        self.about = validated(CityFile, self.document)
        self.sources = {row["id"] for _, row in read_table(folder / "sources.csv", ("id", "title", "url", "date", "note"), ("id",)).rows}

    def _table(self, name: str, columns: tuple[str, ...], key: tuple[str, ...]) -> Table | None:
        try:
            return read_table(self.folder / f"{name}.csv", (*columns, "grade", "source"), key)
        except InputError as error:
            self.problems += error.problems
            return None

    def _present(self, name: str, optional) -> tuple[str, ...]:
        """Columns of a table that it may have or not, and has."""
        try:
            head = read_text(self.folder / f"{name}.csv").splitlines()[0]
        except InputError:  # reading the table itself says what is wrong
            return ()
        return tuple(column for column in optional if column in [cell.strip(' "') for cell in head.split(",")])

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
        if not units:  # every other file names units; without them each of its rows would be a problem of its own
            raise InputError(self.problems)
        ids = [unit.id for unit in units]
        staff = self._staff(ids)
        levels = self._levels(ids, staff)
        ratings = self._ratings(ids)
        services = self._services(ids)
        training, wrong = read_training(self.folder, ids)
        self.problems += wrong
        known = {name: found.ids for name, found in zip(("counters", "casework", "schools"), services, strict=True)}
        self.problems += wrong_names(self.about, self.document, known, self.catalogue)
        for at, figure in self._published():
            self.grades.append(("city.yaml", at[-1], 1, figure.grade, figure.source))
            if figure.source not in self.sources:
                values = {"found": shown(figure.source), "nearest": nearest(figure.source, self.sources)}
                self.problems.append(self.document.problem("unknown_source", (*at, "source"), values))
        if self.about.apbd_rp.value <= 0:
            values = {"found": f"{self.about.apbd_rp.value:g}", "limit": "> 0"}
            self.problems.append(Problem("beyond_limit", values, short_path(self.folder / "city.yaml"), None, "apbd_rp"))
        if not self.problems and users.sum() <= 0:
            self.problems.append(Problem("serves_nobody", file=short_path(self.folder / "units.csv"), column="users_per_year"))
        if self.problems:
            raise InputError(self.problems)
        self._totals(staff)
        if self.problems:
            raise InputError(self.problems)
        t = self.tables
        return City(self.folder, self.about, tuple(units), kind, GROUPS, t.competencies, t.kinds, t.elements,
                    staff["unit"], staff["group"], staff["pns"], staff["pppk"], staff["exit_relative"], levels, ratings,
                    users, respondents, *services, tuple(self.grades), _hash(self.folder), training)

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
        needed = tuple(m for m in _MEASURES if m not in _SPREADS)
        spreads = self._present("services", _SPREADS)
        table = self._table("services", ("id", "unit", "name_id", "name_en", "kind", *needed, *spreads), ("id",))
        rows = {kind: [] for kind in _LIMITS}
        for line, row in table.rows if table else ():
            unit = self._place(table, line, row, "unit", ids, "unknown_unit")
            kinds = tuple(_LIMITS)
            kind = kinds[self._place(table, line, row, "kind", kinds, "not_an_option")]
            limits = _LIMITS[kind] | {m: _SPREADS[m] for m in spreads if kind == "counter" and row[m]}
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

    def _published(self):
        totals = self.about.totals
        stated = [(("totals", key), getattr(totals, key)) for key in type(totals).model_fields]
        others = ((("apbd_rp",), self.about.apbd_rp), (("habit",), self.about.habit))
        return [(at, figure) for at, figure in (*stated, *others) if figure]

    def _totals(self, staff) -> None:
        """Staff must add up to the published totals."""
        for key in ("pns", "pppk"):
            stated, counted = getattr(self.about.totals, key), staff[key].sum()
            if stated and counted != stated.value:
                values = {"found": f"{counted:g}", "expected": f"{stated.value:g}"}
                self.problems.append(Problem("total_differs", values, short_path(self.folder / "staff.csv"), None, key))


def _services(rows) -> Services:
    columns = list(zip(*rows, strict=True)) if rows else [()] * (3 + len(_MEASURES))
    return Services(tuple(columns[0]), tuple(columns[1]), np.array(columns[2], dtype=int),
                    *(np.array(column, dtype=float) for column in columns[3:]))


def _hash(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted([*folder.glob("*.csv"), *folder.glob("*.yaml")]):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
