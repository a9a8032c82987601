"""A new city folder in which a city's own figures replace estimates; the old folder is never touched."""

from __future__ import annotations

import csv
import io
import os
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import date as Date
from itertools import count
from pathlib import Path

import numpy as np
import yaml

from simulation.city import City
from simulation.city_training import TRAINING_FILES, training_text
from simulation.errors import InputError, Problem, short_path, shown, unknown
from simulation.intake.staff_counts import StaffCounts
from simulation.intake.trainings import TrainingHistory

# with 30 respondents the sampling error of an IKM, respondent_sd / sqrt(30) = 1.6, and the wobble between waves, unit_wave_sd 1.5,
# come to 2.2 IKM, about the doubt about the starting IKM in the ledger (baseline_ikm_error, 2.0 for the city, more for a unit)
FEWEST_RESPONDENTS = 30
_RATING = (1.05, 3.95)  # what the ordered probit of the model can start from
Ratings = Mapping[str, tuple[Mapping[str, float], int]]
Rows = list[dict[str, str]]


def write_city(base: City | Path | str, out: Path | str, *, staff: StaffCounts | None = None, trainings: TrainingHistory | None = None,
               ratings: Ratings | None = None, services: Mapping[str, Mapping[str, float]] | None = None, date: str, note: str = "") -> City:
    """Write a complete city folder from a base folder and imported aggregates.

    Args:
        base: the city or its folder. out: the new folder.
        ratings: unit -> (mean rating per element, respondents); units with fewer than 30 respondents keep the base's figures,
            and the new row of sources.csv names them.
        services: service -> columns of services.csv that were measured. date: of the import, ISO.
        note: where the files came from, for sources.csv.

    Returns:
        The new city, read back from the folder.

    Raises:
        InputError: the folder is there already, a unit or service is not the city's, or the figures do not make a city the model
            can start from. Nothing is written then.
    """
    city, out = base if isinstance(base, City) else City.load(base), Path(out)
    base = city.folder
    problems = _problems(city, out, ratings or {}, services or {}, date)
    if not (staff or trainings or ratings or services):
        problems.append(Problem("city_nothing"))
    if problems:
        raise InputError(problems)
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


def _problems(city: City, out: Path, ratings: Ratings, services: Mapping, date: str) -> list[Problem]:
    """What makes the import impossible before anything is written."""
    found = []
    if out.exists():
        found.append(Problem("city_exists", file=short_path(out)))
    elif city.folder.resolve() in out.resolve().parents:
        found.append(Problem("city_inside_base", file=short_path(out)))
    try:
        Date.fromisoformat(date)
    except ValueError:
        found.append(Problem("city_date", {"found": shown(date)}))
    ids = [unit.id for unit in city.units]
    found += [unknown("unknown_unit", unit, ids) for unit in ratings if unit not in ids]
    found += [Problem("city_rating_elements", {"unit": unit, "expected": ", ".join(city.elements)})
              for unit, (means, _) in ratings.items() if set(means) != set(city.elements)]
    known = (*city.counters.ids, *city.casework.ids, *city.schools.ids)
    return found + [unknown("city_unknown_service", service, known) for service in services if service not in known]


class _Sources:
    """New rows of sources.csv; an id that an earlier import took gets a number."""

    def __init__(self, folder: Path, date: str, note: str):
        self.path, self.date, self.note = folder / "sources.csv", date, note
        self.columns, self.rows = _read(self.path)

    def add(self, kind: str, title: str, more: str = "") -> str:
        """Id of a new source."""
        taken = {row["id"] for row in self.rows}
        id = next(i for n in count(1) if (i := f"import_{kind}" + (f"_{n}" if n > 1 else "")) not in taken)
        note = " ".join(" ".join(text.split()) for text in (self.note, more) if text)
        self.rows.append({"id": id, "title": title, "url": "", "date": self.date, "note": note})
        return id

    def write(self) -> None:
        """The table with the new rows."""
        _write(self.path, self.columns, self.rows)


def _fill(folder: Path, city: City, staff, trainings, ratings, services, date: str, note: str) -> None:
    sources = _Sources(folder, date, note)
    if staff:
        of_units = f"{len(staff.units)} of {len(city.units)} units; the others and the city's totals with them as before."
        whole = len(staff.units) == len(city.units)
        source = sources.add("staff", "Staff list of the city, counted by unit and group", "All units." if whole else of_units)
        _staff(folder, city, staff, source, date)
    if ratings:
        few = sorted(unit for unit, (_, n) in ratings.items() if n < FEWEST_RESPONDENTS)
        kept = f" Fewer than {FEWEST_RESPONDENTS} respondents, figures as before: {', '.join(few)}." if few else ""
        _ratings(folder, ratings, sources.add("skm", "SKM rows of the city", "Means are kept within 1.05 to 3.95." + kept))
    if services:
        measured = sorted({column for columns in services.values() for column in columns})
        more = f"Measured: {', '.join(measured)}; other columns as before."
        _services(folder, services, sources.add("tickets", "Ticket log of the city", more))
    if trainings:
        sources.add("training", "Training history of the city, counted by unit, programme and year")
        for name in TRAINING_FILES:
            (folder / name).unlink(missing_ok=True)
        for name, text in training_text(trainings.training).items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    sources.write()


def _staff(folder: Path, city: City, staff: StaffCounts, source: str, date: str) -> None:
    """Rows of the units in the list, and a row of levels for each cell there now is; exits as before where ages are not known."""
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
    here = {(row["unit"], row["group"]) for row in merged}
    levels = [row for row in levels if (row["unit"], row["group"]) in here]
    have = {(row["unit"], row["group"]) for row in levels}
    _write(folder / "levels.csv", columns, levels + [_usual_levels(city, row["unit"], row["group"])
                                                     for row in mine if (row["unit"], row["group"]) not in have])
    _totals(folder, merged, source, date if units == set(order) else None)


def _usual_levels(city: City, unit: str, group: str) -> dict[str, str]:
    """Levels of a group that the unit did not have: those of the same group in units of its kind, else anywhere."""
    of_group = city.cell_group == city.group(group)
    same = of_group & (city.unit_kind[city.cell_unit] == city.unit_kind[city.unit(unit)])
    mean = city.base_level[same if same.any() else of_group].mean(axis=0)
    source = next(row[4] for row in city.grades if row[0] == "levels.csv")
    return {"unit": unit, "group": group, "grade": "D", "source": source,
            **{c: f"{level:.2f}" for c, level in zip(city.competencies, mean, strict=True)}}


def _totals(folder: Path, rows: Rows, source: str, date: str | None) -> None:
    """Totals are the sum of the rows, as sure as the least sure of them; the list's date (None: not all units are in it)."""
    path = folder / "city.yaml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    for key in ("pns", "pppk"):
        total = sum(int(float(row[key])) for row in rows)
        content["totals"][key] = {"value": float(total), "source": source, "grade": max(row["grade"] for row in rows)}
    if date:
        content["staff_date"] = date
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
