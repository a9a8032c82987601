"""The four small tables that only monitoring needs: spending, course evaluation, complaints, counts for the IP ASN.

They hold sums and counts, never people. CSV and Excel are read through the same door as the other files of the city,
so headings may vary and a mapping file helps where they vary too much.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from simulation.analysis import monitoring_cells
from simulation.analysis.monitoring_cells import amount, count, score, year_of
from simulation.city import City
from simulation.errors import InputError, Problem
from simulation.intake.headings import Wanted, find_columns, plain, recogniser
from simulation.intake.mapping import NO_MAPPING, Mapping
from simulation.intake.sheet import open_sheet
from simulation.intake.unit_names import UnitNames
from simulation.ip_asn import Profile

TOTALS = ("jumlah", "total", "subtotal", "sub total", "grand total", "jumlah total", "total keseluruhan")


@dataclass(frozen=True)
class SpendingRow:
    """Money of one programme in one year, rupiah; participants is None where the file leaves it empty."""

    programme: str
    year: int
    budget: float
    spent: float
    participants: int | None


@dataclass(frozen=True)
class EvaluationRow:
    """What participants said and did: ratings 0-100 at the end, and how many of those visited apply it."""

    unit: str | None
    year: int
    raters: int
    rating: float
    rating_sd: float
    visited: int
    applying: int


@dataclass(frozen=True)
class ComplaintsRow:
    """Complaints received and people served by one unit in one year."""

    unit: str | None
    year: int
    complaints: int
    served: int


@dataclass(frozen=True)
class ProfileRow:
    """People of one unit with the same answers for the IP ASN."""

    unit: str | None
    year: int
    profile: Profile
    people: int


@dataclass(frozen=True)
class Counts:
    """A table read: rows of one kind in the order of the file, its name, and what was passed over."""

    rows: tuple
    file: str
    warnings: tuple[Problem, ...] = ()

    def of(self, year: int) -> list:
        """The rows of a year."""
        return [row for row in self.rows if row.year == year]


YEAR = Wanted("year", ("tahun", "year", "tahun anggaran", "ta", "budget year"))
UNIT = Wanted("unit", ("unit", "unit kerja", "perangkat daerah", "opd", "skpd", "agency", "instansi"))


def read_spending(path: Path | str, mapping: Mapping = NO_MAPPING, year: int | None = None) -> Counts:
    """Budget and spending per programme; rows of totals are passed over with a warning, whatever they are called.

    Args:
        year: the year of all rows, where the table has no column for it.

    Raises:
        InputError: every problem, with row and column.
    """
    wanted = (Wanted("programme", ("program", "programme", "kegiatan", "sub kegiatan", "nama program", "nama kegiatan",
                                   "program pelatihan", "pelatihan", "uraian"), required=True),
              Wanted("budget", ("pagu", "anggaran", "pagu anggaran", "budget", "pagu rp", "anggaran rp", "budget rp"),
                     required=True),
              Wanted("spent", ("realisasi", "realisasi anggaran", "spent", "spending", "realisasi rp", "spent rp"),
                     required=True),
              Wanted("participants", ("peserta", "jumlah peserta", "participants", "realisasi peserta")), YEAR)

    def row(cell: _Row) -> SpendingRow:
        return SpendingRow(cell.text("programme"), cell.year(year), cell("budget", amount), cell("spent", amount),
                           cell("participants", count, None))

    return _read(path, mapping, wanted, row, total_in="programme")


def read_evaluation(path: Path | str, city: City, mapping: Mapping = NO_MAPPING, year: int | None = None) -> Counts:
    """Ratings at the end of courses and what follow-up visits found, per unit or for the whole city.

    Raises:
        InputError: every problem, with row and column.
    """
    wanted = (UNIT, YEAR,
              Wanted("raters", ("jumlah penilai", "penilai", "raters", "responden evaluasi"), required=True),
              Wanted("rating", ("nilai kepuasan", "rata rata nilai", "rating", "nilai reaksi", "mean rating"), required=True),
              Wanted("rating_sd", ("simpangan baku nilai", "simpangan baku", "sd of the rating", "rating sd", "sd"), required=True),
              Wanted("visited", ("didatangi", "peserta didatangi", "visited", "dikunjungi"), required=True),
              Wanted("applying", ("menerapkan", "peserta menerapkan", "applying"), required=True))

    def row(cell: _Row) -> EvaluationRow:
        visited, applying = cell("visited", count), cell("applying", count)
        if visited is not None and applying is not None and applying > visited:
            cell.wrong("applying", "more_than_all", {"found": str(applying), "limit": str(visited)})
        return EvaluationRow(cell.unit(), cell.year(year), cell("raters", count), cell("rating", score),
                             cell("rating_sd", score), visited, applying)

    return _read(path, mapping, wanted, row, city=city)


def read_complaints(path: Path | str, city: City, mapping: Mapping = NO_MAPPING, year: int | None = None) -> Counts:
    """Complaints received and people served, per unit or for the whole city.

    Raises:
        InputError: every problem, with row and column.
    """
    wanted = (UNIT, YEAR,
              Wanted("complaints", ("pengaduan", "jumlah pengaduan", "aduan", "complaints"), required=True),
              Wanted("served", ("dilayani", "orang dilayani", "jumlah dilayani", "served", "people served"), required=True))

    def row(cell: _Row) -> ComplaintsRow:
        return ComplaintsRow(cell.unit(), cell.year(year), cell("complaints", count), cell("served", count))

    return _read(path, mapping, wanted, row, city=city)


def read_profiles(path: Path | str, city: City, mapping: Mapping = NO_MAPPING, year: int | None = None) -> Counts:
    """People counted by post, education, training, performance and discipline, for the IP ASN.

    Raises:
        InputError: every problem, with row and column.
    """
    wanted = (UNIT, YEAR,
              Wanted("post_kind", ("jabatan", "jenis jabatan", "post", "kind of post"), required=True),
              Wanted("education", ("pendidikan", "education"), required=True),
              Wanted("post_training", ("diklat jabatan", "diklat kepemimpinan atau fungsional", "training for the post"), required=True),
              Wanted("technical", ("diklat teknis 20 jp", "diklat teknis", "technical training 20 jp"), required=True),
              Wanted("seminar", ("seminar", "seminar workshop"), required=True),
              Wanted("performance", ("kinerja", "nilai kinerja", "performance"), required=True),
              Wanted("discipline", ("disiplin", "hukuman disiplin", "discipline"), required=True),
              Wanted("people", ("jumlah", "jumlah pegawai", "people", "pegawai"), required=True))

    def row(cell: _Row) -> ProfileRow | None:
        had = {kind: cell.answer(key, "yes_no") for kind, key in
               (("post", "post_training"), ("technical", "technical"), ("seminar", "seminar"))}
        training = frozenset(kind for kind, said in had.items() if said == "yes")
        answers = [cell.answer("post_kind", "posts"), cell.answer("education", "education"),
                   cell.answer("performance", "performance"), cell.answer("discipline", "discipline")]
        unit, when, people = cell.unit(), cell.year(year), cell("people", count)
        if None in answers:
            return None
        return ProfileRow(unit, when, Profile(answers[0], answers[1], training, answers[2], answers[3]), people)

    return _read(path, mapping, wanted, row, city=city)


class _Row:
    """The cells of one row by key; what is wrong with them is collected, not raised."""

    def __init__(self, sheet, columns: dict[str, int], line: int, cells: list[str], mapping: Mapping,
                 units: UnitNames | None):
        self.sheet, self.columns, self.line, self.cells = sheet, columns, line, cells
        self.mapping, self.units = mapping, units
        self.problems: list[Problem] = []

    def wrong(self, key: str, code: str, values: dict | None = None) -> None:
        """Note a problem with a cell."""
        self.problems.append(self.sheet.problem(code, self.line, self.columns[key], values or {}))

    def text(self, key: str) -> str:
        """The text of a cell; empty where it is missing."""
        found = self.cells[self.columns[key]] if key in self.columns else ""
        return "" if found in map(str, self.mapping.missing) else found

    def __call__(self, key: str, parse: Callable, default=...):
        found = self.text(key)
        if not found and default is not ...:
            return default
        value, problem = parse(found)
        if problem:
            self.wrong(key, *problem)
        return value

    def year(self, given: int | None) -> int | None:
        """The year of the row."""
        if "year" in self.columns:
            return self("year", year_of)
        if given is None:
            self.problems.append(Problem("monitoring_no_year", {}, self.sheet.name))
        return given

    def unit(self) -> str | None:
        """The unit's id; None for a row of the whole city."""
        found = self.text("unit")
        unit = self.units.find(found) if found else None
        if found and unit is None:
            self.wrong("unit", "monitoring_unknown_unit", {"nearest": self.units.nearest(found)})
        return unit

    def answer(self, key: str, kind: str) -> str | None:
        """One of the answers a column may hold."""
        said = self.mapping.answers
        meant = {str(found): str(m) for found, m in {**said.get("all", {}), **said.get(key, {})}.items()}
        return self(key, lambda text: monitoring_cells.answer(meant.get(text, text), kind))


def _read(path, mapping: Mapping, wanted: tuple[Wanted, ...], build: Callable, city: City | None = None,
          total_in: str | None = None) -> Counts:
    """Rows of a table through one function per row; all problems of the file at once.

    Args:
        total_in: column of names in which rows of totals may stand.
    """
    sheet = open_sheet(path, recogniser(wanted, mapping), mapping)
    columns = find_columns(sheet, wanted, mapping)
    units = UnitNames(city, mapping) if city else None
    rows, lines, problems, warnings = [], [], [], []
    for line, cells in sheet.rows():
        row = _Row(sheet, columns, line, cells, mapping, units)
        if total_in and plain(row.text(total_in)) in TOTALS:
            warnings.append(sheet.problem("monitoring_total_row", line, columns[total_in], {}))
            continue
        built = build(row)
        problems += row.problems
        rows.append(built)
        lines.append(line)
    if not rows and not problems:
        problems.append(Problem("no_rows", file=sheet.name))
    if problems:
        raise InputError(_once(problems))
    sums = _sums(rows) if total_in else set()
    warnings += [sheet.problem("monitoring_total_row", lines[i], columns[total_in], {}) for i in sorted(sums)]
    kept = tuple(row for i, row in enumerate(rows) if i not in sums)
    return Counts(kept, sheet.name, tuple(sorted(warnings, key=lambda warning: warning.line)))


def _sums(rows: list[SpendingRow]) -> set[int]:
    """Rows that are, in budget and in spending, the sum of the two or more other rows of their year."""
    found = set()
    for year in {row.year for row in rows}:
        here = [i for i, row in enumerate(rows) if row.year == year]
        budget, spent = (sum(getattr(rows[i], name) for i in here) for name in ("budget", "spent"))
        found |= {i for i in here if len(here) > 2 and budget > 0 and math.isclose(2 * rows[i].budget, budget, rel_tol=1e-9)
                  and math.isclose(2 * rows[i].spent, spent, rel_tol=1e-9)}
    return found


def _once(problems: list[Problem]) -> list[Problem]:
    """Problems without repetition: a missing year is said once for the file."""
    return list({_key(problem): problem for problem in problems}.values())


def _key(problem: Problem) -> tuple:
    return problem.code, problem.file, problem.line, problem.column
