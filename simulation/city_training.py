"""The training history that a city folder may hold: `training.csv` and `training_people.csv`, read and written."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import astuple, fields
from pathlib import Path

from simulation.city import SMALLEST_GROUP, Course, Trained, Training
from simulation.errors import InputError, Problem, unknown
from simulation.files import cell_number, read_table

_NAMES = ("unit", "programme")  # text; all other columns are numbers, empty where not known
_PEOPLE = ("participants", "people")  # a group under five is not kept
OTHER_UNITS = "other_units"  # where groups under five people were put together
_FILES = {"training": (Course, ("unit", "programme", "year")), "training_people": (Trained, ("unit", "year"))}
TRAINING_FILES = tuple(f"{name}.csv" for name in _FILES)


def read_training(folder: Path, units: Sequence[str]) -> tuple[Training | None, list[Problem]]:
    """The history of a folder, None without one, and what is wrong with it."""
    found, problems = {}, []
    for name, (kind, key) in _FILES.items():
        path = folder / f"{name}.csv"
        if path.exists():
            try:
                found[name] = _rows(path, kind, key, units, problems)
            except InputError as error:
                problems += error.problems
    if "training" not in found:
        return None, problems
    return Training(tuple(found["training"]), tuple(found.get("training_people", ()))), problems


def _rows(path: Path, kind, key: tuple[str, ...], units: Sequence[str], problems: list[Problem]) -> list:
    columns = tuple(f.name for f in fields(kind))
    table, rows = read_table(path, columns, key), []
    for line, cells in table.rows:
        values = [cells[c] if c in _NAMES else _number(table, line, cells, c, kind, problems) for c in columns]
        if cells["unit"] not in (*units, OTHER_UNITS):
            problems.append(unknown("unknown_unit", cells["unit"], units, file=table.name, line=line, column="unit"))
        rows.append(kind(*values))
    return rows


def _number(table, line: int, cells: dict, column: str, kind, problems: list[Problem]) -> float | int | None:
    declared = next(f.type for f in fields(kind) if f.name == column)
    if cells[column] == "" and "None" in declared:
        return None
    low = {"gain_mean": -100, **dict.fromkeys(_PEOPLE, SMALLEST_GROUP)}.get(column, 0)
    value = cell_number(table, line, cells, column, low=low, high=1e15, whole="int" in declared)
    if isinstance(value, Problem):
        problems.append(value)
        return None
    return value


def training_text(training: Training) -> dict[str, str]:
    """Content of the files by name."""
    parts = {"training.csv": (Course, training.courses), "training_people.csv": (Trained, training.people)}
    return {name: _text(kind, rows) for name, (kind, rows) in parts.items() if rows}


def _text(kind, rows) -> str:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([f.name for f in fields(kind)])
    writer.writerows([["" if v is None else v for v in astuple(row)] for row in rows])
    return buffer.getvalue()
