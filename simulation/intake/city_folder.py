"""A new city folder in which a city's own figures replace estimates; the old folder is never touched."""

from __future__ import annotations

import csv
import io
import os
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import yaml

from simulation.city import City
from simulation.city_training import training_text
from simulation.errors import InputError, Problem, short_path
from simulation.intake.staff_counts import StaffCounts
from simulation.intake.trainings import TrainingHistory

FEWEST_RESPONDENTS = 30  # below, a unit's ratings err by more than the estimates that they would replace
_RATING = (1.05, 3.95)  # what the ordered probit of the model can start from
Ratings = Mapping[str, tuple[Mapping[str, float], int]]
Rows = list[dict[str, str]]


def write_city(base: Path | str, out: Path | str, *, staff: StaffCounts | None = None, trainings: TrainingHistory | None = None,
               ratings: Ratings | None = None, services: Mapping[str, Mapping[str, float]] | None = None, date: str, note: str = "") -> City:
    """Write a complete city folder from a base folder and imported aggregates.

    Args:
        ratings: unit -> (mean rating per element, respondents); units with fewer than 30 respondents keep the base's figures.
        services: service -> columns of services.csv that were measured. date: of the import, ISO.
        note: where the files came from, for sources.csv.

    Returns:
        The new city, read back from the folder.

    Raises:
        InputError: the folder is there already, or the figures do not make a city the model can start from. Nothing is written then.
    """
    base, out = Path(base), Path(out)
    if out.exists():
        raise InputError(Problem("city_exists", file=short_path(out)))
    city = City.load(base)
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        shutil.copytree(base, part)
        _fill(part, city, staff, trainings, ratings, services, date, note)
        City.load(part)
        os.replace(part, out)
    except InputError as error:
        raise InputError([replace(p, file=p.file and p.file.replace(part.name, out.name)) for p in error.problems]) from None
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return City.load(out)


def _fill(folder: Path, city: City, staff, trainings, ratings, services, date: str, note: str) -> None:
    sources = []

    def source(kind: str, title: str, more: str = "") -> str:
        sources.append({"id": f"import_{kind}", "title": title, "url": "", "date": date, "note": " ".join(t for t in (note, more) if t)})
        return f"import_{kind}"

    if staff:
        _staff(folder, city, staff, source("staff", "Staff list of the city, counted by unit and group"))
    if ratings:
        _ratings(folder, ratings, source("skm", "SKM rows of the city", "Means are kept within 1.05 to 3.95."))
    if services:
        measured = sorted({column for columns in services.values() for column in columns})
        _services(folder, services, source("tickets", "Ticket log of the city", f"Measured: {', '.join(measured)}; other columns as before."))
    if trainings:
        source("training", "Training history of the city, counted by unit, programme and year")
        for name, text in training_text(trainings.training).items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    columns, rows = _read(folder / "sources.csv")
    new = {row["id"] for row in sources}
    _write(folder / "sources.csv", columns, [row for row in rows if row["id"] not in new] + sources)


def _staff(folder: Path, city: City, staff: StaffCounts, source: str) -> None:
    """Rows of the units in the list, and a row of levels for each of them."""
    columns, rows = _read(folder / "staff.csv")
    known = {(row["unit"], row["group"]): row["exit_relative"] for row in rows}
    mine = [{"unit": c.unit, "group": c.group, "pns": str(c.pns), "pppk": str(c.pppk), "grade": "A", "source": source,
             "exit_relative": f"{c.exit_relative:.3f}" if c.exit_relative is not None else known.get((c.unit, c.group), "1.0")}
            for c in staff.cells if c.heads]
    units = {row["unit"] for row in mine}
    order = [unit.id for unit in city.units]
    merged = sorted([*(row for row in rows if row["unit"] not in units), *mine], key=lambda row: order.index(row["unit"]))
    _write(folder / "staff.csv", columns, merged)
    columns, levels = _read(folder / "levels.csv")
    have = {(row["unit"], row["group"]) for row in levels}
    _write(folder / "levels.csv", columns, levels + [_usual_levels(city, row["unit"], row["group"])
                                                     for row in mine if (row["unit"], row["group"]) not in have])
    _totals(folder, merged, source, whole=units == set(order))


def _usual_levels(city: City, unit: str, group: str) -> dict[str, str]:
    """Levels of a group that the unit did not have: those of the same group in units of its kind, else anywhere."""
    of_group = city.cell_group == city.group(group)
    same = of_group & (city.unit_kind[city.cell_unit] == city.unit_kind[city.unit(unit)])
    mean = city.base_level[same if same.any() else of_group].mean(axis=0)
    source = next(row[4] for row in city.grades if row[0] == "levels.csv")
    return {"unit": unit, "group": group, "grade": "D", "source": source,
            **{c: f"{level:.2f}" for c, level in zip(city.competencies, mean, strict=True)}}


def _totals(folder: Path, rows: Rows, source: str, whole: bool) -> None:
    """Totals are the sum of the rows: the city's own if every unit is in the list, else a mix, which its grade says."""
    path = folder / "city.yaml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    for key in ("pns", "pppk"):
        total = sum(int(float(row[key])) for row in rows)
        content["totals"][key] = {"value": float(total), "source": source, "grade": "A" if whole else "C"}
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8", newline="\n")


def _ratings(folder: Path, ratings: Ratings, source: str) -> None:
    enough = {unit: found for unit, found in ratings.items() if found[1] >= FEWEST_RESPONDENTS}
    columns, rows = _read(folder / "ratings.csv")
    for row in rows:
        if row["unit"] in enough:
            means = {element: f"{np.clip(value, *_RATING):.3f}" for element, value in enough[row["unit"]][0].items()}
            row.update(means, grade="A", source=source)
    _write(folder / "ratings.csv", columns, rows)
    columns, rows = _read(folder / "units.csv")
    for row in rows:
        if row["id"] in enough:
            row["respondents"] = str(enough[row["id"]][1])
    _write(folder / "units.csv", columns, rows)


def _services(folder: Path, services: Mapping[str, Mapping[str, float]], source: str) -> None:
    """Measured columns; a row that is part measured, part estimated is grade C."""
    columns, rows = _read(folder / "services.csv")
    more = sorted({column for found in services.values() for column in found} - set(columns))
    at = columns.index("grade")
    for row in rows:
        if services.get(row["id"]):
            row.update({c: f"{v:.6g}" for c, v in services[row["id"]].items()}, grade="C", source=source)
    _write(folder / "services.csv", [*columns[:at], *more, *columns[at:]], rows)


def _read(path: Path) -> tuple[list[str], Rows]:
    reader = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))
    rows = list(reader)
    return list(reader.fieldnames or ()), rows


def _write(path: Path, columns: list[str], rows: Rows) -> None:
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
