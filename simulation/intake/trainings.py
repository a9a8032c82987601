"""A training history (one row per person and course) becomes participants, JP and gains per unit, programme and year.

A participant's number is only turned into a digest with a secret of this one reading, to add up JP per person; it is dropped
when the file has been read. Names are never read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from simulation.assumptions import Assumptions
from simulation.city import City, Course, Trained, Training
from simulation.errors import InputError, Problem
from simulation.intake.dates import date_order, parse_moment
from simulation.intake.findings import Findings, harmless, money, quantity
from simulation.intake.headings import Wanted, no_column, plain, recogniser
from simulation.intake.list_columns import (
    ABOVE_HEADINGS,
    PERSON_HEADINGS,
    STATUS_HEADINGS,
    UNIT_HEADINGS,
    is_footer,
    named_columns,
    no_answer,
    said,
)
from simulation.intake.mapping import NO_MAPPING, Mapping
from simulation.intake.persons import Persons
from simulation.intake.posts import meaning, stated_status
from simulation.intake.sheet import Progress, Sheet, open_sheet
from simulation.intake.training_counts import (
    Attendance,
    courses_of,
    people_of,
    trained_of,
)
from simulation.intake.training_names import Programmes
from simulation.intake.training_scores import on_one_scale
from simulation.intake.training_words import course_table, people_table, sentences
from simulation.intake.workplaces import Workplaces
from simulation.language import DEFAULT, LANGUAGES
from simulation.scenario import Catalogue

COLUMNS = (
    Wanted("unit", UNIT_HEADINGS), Wanted("above", ABOVE_HEADINGS),
    Wanted("programme", ("program pelatihan", "nama pelatihan", "nama diklat", "pelatihan", "diklat", "nama program", "judul pelatihan",
                         "nama kegiatan", "program", "nama pengembangan kompetensi", "training programme", "programme", "course")),
    Wanted("jp", ("jp", "jumlah jp", "total jp", "jam pelajaran", "jumlah jam pelajaran", "jam pelajaran jp", "durasi jp", "lama jp",
                  "jumlah jam", "hours")),
    Wanted("finished", ("tanggal selesai", "tgl selesai", "tanggal akhir", "end date", "last day")),
    Wanted("date", ("tanggal", "tgl", "tanggal pelatihan", "tgl pelatihan", "tanggal pelaksanaan", "tgl pelaksanaan", "tanggal kegiatan",
                    "tanggal mulai", "tgl mulai", "tanggal sertifikat", "date", "start date")),
    Wanted("year", ("tahun", "tahun pelatihan", "tahun pelaksanaan", "year")),
    Wanted("status", STATUS_HEADINGS),
    Wanted("person", (*PERSON_HEADINGS, "nip nik", "nik")),
    Wanted("pre", ("nilai pre test", "nilai pretest", "pre test", "pretest", "nilai awal", "tes awal", "pre test score", "pre score")),
    Wanted("post", ("nilai post test", "nilai posttest", "post test", "posttest", "nilai akhir", "tes akhir", "post test score", "post score")),
    Wanted("applied", ("diterapkan", "diterapkan saat tindak lanjut", "menerapkan", "penerapan", "tindak lanjut", "applied")),
    Wanted("cost", ("biaya", "biaya rp", "biaya per peserta", "biaya peserta", "jumlah biaya", "cost", "cost rp")),
)
MOST_JP = 1000  # of one course: the longest, PKA, has 908
FIRST_YEAR = 1980  # nobody who was trained earlier is still in service
_YES, _NO = frozenset(["ya", "y", "yes", "1", "sudah", "diterapkan", "menerapkan", "true"]), frozenset(["tidak", "t", "no", "n", "0", "belum", "false"]) | {"tidak diterapkan"}


@dataclass(frozen=True)
class TrainingHistory:
    """A training history as counts, nothing that names a person.

    Attributes:
        source: file. rows: attendances read.
        courses: per unit, programme and year. people: per unit and year, empty where the file does not tell people apart.
        names: Indonesian and English name of units and programmes. warnings: what a reader should know.
    """

    source: str
    rows: int
    courses: tuple[Course, ...]
    people: tuple[Trained, ...]
    names: dict[str, tuple[str, str]]
    warnings: tuple[Problem, ...] = ()

    @property
    def training(self) -> Training:
        """What a city folder keeps of it."""
        return Training(self.courses, self.people)

    def table(self, lang: str = DEFAULT):
        """A row per unit, programme and year, as a data frame; gains with their 95 % interval."""
        return course_table(self.courses, self.names, lang)

    def people_table(self, lang: str = DEFAULT):
        """A row per unit and year: people, PNS with 20 JP, PPPK above 24 JP, as a data frame."""
        return people_table(self.people, self.names, lang)

    def sentences(self, lang: str = DEFAULT) -> list[str]:
        """The history in words: what it covers, warnings."""
        return sentences(self.courses, self.warnings, lang)


def read_trainings(path: Path | str, city: City, catalogue: Catalogue, mapping: Mapping = NO_MAPPING, year: int | None = None,
                   progress: Progress | None = None, ledger: Assumptions | None = None) -> TrainingHistory:
    """Read a training history.

    Args:
        path: CSV or XLSX, one row per person and course.
        city, catalogue: whose units and programmes are meant. mapping: what the file does not say by itself.
        year: no course may be later than its end; not later than today if not given.
        ledger: JP that a PNS is due and a PPPK may have; the published ones if not given.

    Raises:
        InputError: everything wrong with the file: unknown units once each, impossible figures by row.
    """
    sheet = open_sheet(path, recogniser(COLUMNS, mapping), mapping, progress)
    last = date(year, 12, 31) if year else date.today()
    reading = _Reading(sheet, training_columns(sheet, mapping), city, catalogue, mapping, last)
    for line, cells in sheet.rows():
        reading.row(line, cells)
    return reading.history(ledger or Assumptions.load())


def training_columns(sheet: Sheet, mapping: Mapping) -> dict[str, int]:
    """Position of each column; unit, programme, JP and a date or year must be there."""
    found = named_columns(sheet, COLUMNS, mapping)
    missing = [] if "unit" in found or "above" in found else ["unit"]
    missing += [key for key in ("programme", "jp") if key not in found]
    missing += [] if {"finished", "date", "year"} & found.keys() else ["date"]
    if missing:
        raise InputError(no_column(sheet, missing))
    return found


@dataclass
class _Reading:
    """One pass over a training history."""

    sheet: Sheet
    columns: dict[str, int]
    city: City
    catalogue: Catalogue
    mapping: Mapping
    last: date
    rows: list[tuple[int, Attendance]] = field(default_factory=list)
    tally: dict[str, list[int]] = field(default_factory=dict)  # rows and first row of what becomes a warning

    def __post_init__(self):
        self.places, self.persons = Workplaces(self.city, self.mapping), Persons()
        self.programmes = Programmes(self.catalogue, self.mapping)
        self.missing, self.found = no_answer(self.mapping), Findings(self.sheet)
        self.seen: set[tuple] = set()
        self.orders = {key: self._order(key) for key in ("finished", "date") if key in self.columns}

    def _order(self, key: str) -> str:
        position = self.columns[key]
        texts = {cells[position] for _, cells in self.sheet.rows()}
        order = self.mapping.dates or date_order(texts)
        if order == "both":
            raise InputError(self.sheet.problem("trainings_date_order", self.sheet.header_line, position))
        if order == "either" and any(re.match(r"\d{1,2}[-/.]\d", text) for text in texts):
            self.found.warn("trainings_dates_assumed")
        return "mdy" if order == "mdy" else "dmy"

    def note(self, what: str, line: int) -> None:
        """Count a row towards a warning."""
        entry = self.tally.setdefault(what, [0, line])
        entry[0] += 1

    def row(self, line: int, cells: Sequence[str]) -> None:
        """Take one row in."""
        text = {key: said(cells, position, self.missing) for key, position in self.columns.items() if key != "person"}
        place = text.get("unit") or text.get("above", "")
        if is_footer(text.values(), [self.sheet.header[self.columns[key]] for key in text]) or not (place or text["programme"]):
            return self.note("trainings_skipped", line)
        status = self._status(line, text.get("status", ""))
        if status in ("other", "gone"):
            return self.note("trainings_not_asn", line)
        unit = self._unit(line, text, place)
        programme = self._programme(line, text["programme"])
        year = self._year(line, text)
        jp = self._figure("jp", "trainings_jp", line, text, 0, MOST_JP, quantity)
        pre, post = (self._figure(key, "trainings_score", line, text, 0, 100, quantity) for key in ("pre", "post"))
        cost = self._figure("cost", "trainings_cost", line, text, 0, 1e12, money)
        applied = self._applied(line, text.get("applied", ""))
        if unit and programme and year and jp:
            person = self._person(line, cells, (text["programme"], text.get("date", ""), text.get("finished", ""), year))
            self.rows.append((line, Attendance(unit, programme, year, jp, status, person, pre, post, applied, cost)))
        return None

    def _unit(self, line: int, text: dict[str, str], place: str) -> str | None:
        position = self.columns.get("unit", self.columns.get("above", 0))
        if not place:
            self.found.cell("trainings_no_unit", line, position)
            return None
        unit = self.places.find(text.get("unit", ""), text.get("above", ""))
        if unit is None:
            self.found.text("trainings_unit", place, line, position)
        return unit

    def _programme(self, line: int, text: str) -> str | None:
        if not text:
            self.found.cell("trainings_no_programme", line, self.columns["programme"])
            return None
        return self.programmes.key(text, line)

    def _status(self, line: int, text: str) -> str | None:
        if not text:
            self.note("trainings_no_status", line)
            return None
        status = stated_status(meaning(text, "status", self.mapping))
        if status is None:
            self.found.text("trainings_status", text, line, self.columns["status"])
        return "pppk" if status == "part_time" else status

    def _year(self, line: int, text: dict[str, str]) -> int | None:
        """Year of a course: of its last day, else of its date, else the year stated."""
        for key in ("finished", "date", "year"):
            if not text.get(key):
                continue
            bare = re.fullmatch(r"(?:ta|tahun)? ?(\d{4})", text[key].lower())
            moment = None if bare else parse_moment(text[key], self.orders.get(key, "dmy"))
            year = int(bare[1]) if bare else moment.year if moment else None
            late = bool(moment and moment.date() > self.last) or bool(year and year > self.last.year)
            if year is None or late or year < FIRST_YEAR:
                values = {"low": str(FIRST_YEAR), "high": f"{self.last:%d/%m/%Y}"}
                self.found.cell("trainings_date", line, self.columns[key], values)
                return None
            return year
        self.found.cell("trainings_no_date", line, next(self.columns[key] for key in ("finished", "date", "year") if key in self.columns))
        return None

    def _figure(self, key: str, code: str, line: int, text: dict[str, str], low: float, high: float, read) -> float | None:
        """A figure of a row; JP must be there and above zero, the others may be missing."""
        found = text.get(key, "")
        if not found and key != "jp":
            return None
        value = read(re.sub(r"\s*(jp|jam)\.?$", "", found.lower()) if key == "jp" else found)
        if value is None or not low <= value <= high or (key == "jp" and value == 0):
            self.found.cell(code, line, self.columns[key], {"high": f"{high:g}"})
            return None
        return value

    def _applied(self, line: int, text: str) -> bool | None:
        words = plain(meaning(text, "applied", self.mapping))
        if text and words not in _YES | _NO:
            self.found.cell("trainings_applied", line, self.columns["applied"])
        return words in _YES if words in _YES | _NO else None

    def _person(self, line: int, cells: Sequence[str], course: tuple) -> bytes | None:
        if "person" not in self.columns:
            return None
        person = self.persons.key(cells[self.columns["person"]])
        if person is None:
            self.note("trainings_no_person", line)
        elif (person, *course) in self.seen:
            self.note("trainings_repeated", line)
        else:
            self.seen.add((person, *course))
        return person

    def history(self, ledger: Assumptions) -> TrainingHistory:
        """Everything read, as counts.

        Raises:
            InputError: everything that was wrong.
        """
        rows, scales = on_one_scale(self.rows, self.found, self.columns)
        self.found.finish(lambda code, text: self.places.values(text) if code == "trainings_unit" else {})
        if not rows:
            raise InputError(Problem("no_rows", file=self.sheet.name))
        units = [unit.id for unit in self.city.units]
        courses, moved, left_out = courses_of(rows, units, self.catalogue.ids)
        people = people_of(rows, units)
        value = {parameter.key: parameter.value for parameter in ledger.parameters}
        known = "status" in self.columns
        trained = trained_of(people, units, known, value["jp_entitlement"], value["pppk_ceiling"])
        self._warn(moved, left_out, scales, sum(person.status == "both" for person in people))
        names = {unit.id: (unit.name_id, unit.name_en) for unit in self.city.units} | self.programmes.names()
        return TrainingHistory(self.sheet.name, len(rows), courses, trained, names, tuple(self.found.warnings))

    def _warn(self, moved: int, left_out: int, scales: dict[str, tuple[float, int]], mixed: int) -> None:
        for text, (line, count) in self.programmes.others():
            values = {"found": harmless(text, count), "count": str(count), "nearest": self.programmes.nearest(text)}
            self.found.warn("trainings_other", values, line)
        for programme, (most, scale) in sorted(scales.items()):
            called = self.programmes.names().get(programme, (programme, programme))
            self.found.warn("trainings_rescaled", {"found": dict(zip(LANGUAGES, called, strict=True)), "most": f"{most:g}", "scale": str(scale)})
        if "person" not in self.columns:
            self.found.warn("trainings_persons_unknown")
        if "status" not in self.columns:
            self.tally.pop("trainings_no_status", None)
            self.found.warn("trainings_status_unknown")
        for code, (count, line) in sorted(self.tally.items()):
            self.found.warn(code, {"count": str(count)}, line)
        for code, count in (("trainings_status_mixed", mixed), ("trainings_merged", moved), ("trainings_left_out", left_out)):
            if count:
                self.found.warn(code, {"count": str(count)})


