"""A staff list (SIASN and the like, one row per employee) becomes counts per unit and staff group.

Names, NIK, e-mail, phone, address and birth place are never read. An employee number (NIP), if there is one, is only turned
into a digest with a secret of this one reading, to count rows that repeat an employee; it is never used to work out an age.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from simulation.assumptions import Assumptions
from simulation.city import SMALLEST_GROUP, City
from simulation.errors import InputError, Problem
from simulation.intake.dates import parse_moment
from simulation.intake.findings import Findings, quantity
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
from simulation.intake.posts import (
    Post,
    Posts,
    meaning,
    stated_education,
    stated_group,
    stated_status,
)
from simulation.intake.sheet import Progress, Sheet, open_sheet
from simulation.intake.staff_counts import (
    HORIZON,
    Person,
    StaffCell,
    StaffCounts,
    cells_of,
)
from simulation.intake.workplaces import Workplaces
from simulation.schema import GROUPS

COLUMNS = (
    Wanted("unit", UNIT_HEADINGS), Wanted("above", ABOVE_HEADINGS),
    Wanted("group", ("kelompok pegawai", "kelompok", "staff group", "group")),
    Wanted("post", ("nama jabatan", "jabatan", "jabatan nama", "nama jabatan terakhir", "jabatan terakhir", "post", "position", "job title")),
    Wanted("kind", ("jenis jabatan", "jenis jabatan nama", "tipe jabatan", "kind of post")),
    Wanted("echelon", ("eselon", "eselon nama", "nama eselon", "tingkat eselon", "eselonering", "echelon")),
    Wanted("status", STATUS_HEADINGS),
    Wanted("standing", ("kedudukan hukum", "kedudukan hukum nama", "kedudukan pegawai", "kedudukan pns", "kedudukan", "status aktif")),
    Wanted("born", ("tanggal lahir", "tgl lahir", "tanggal kelahiran", "birth date", "date of birth")),
    Wanted("birth_year", ("tahun lahir", "thn lahir", "birth year", "year of birth")),
    Wanted("age", ("usia", "umur", "usia tahun", "umur tahun", "age")),
    Wanted("education", ("tingkat pendidikan", "tingkat pendidikan nama", "tk pendidikan", "pendidikan", "pendidikan terakhir",
                         "jenjang pendidikan", "jenjang", "education")),
    Wanted("person", PERSON_HEADINGS),
)
YOUNGEST, OLDEST = 17, 75  # nobody younger is appointed; nobody retires later than a senior researcher at 70, late rows included


def read_staff(path: Path | str, city: City, mapping: Mapping = NO_MAPPING, year: int | None = None,
               progress: Progress | None = None, ledger: Assumptions | None = None) -> StaffCounts:
    """Read a staff list.

    Args:
        path: CSV or XLSX, one row per employee.
        city: whose units are meant. mapping: what the list does not say by itself.
        year: the year at whose end ages are counted; the city's base year if not given.
        ledger: retirement and resignation that exits are relative to; the published ones if not given.

    Raises:
        InputError: everything wrong with the list: unknown units and words once each, impossible ages by row.
    """
    sheet = open_sheet(path, recogniser(COLUMNS, mapping), mapping, progress)
    reading = _Reading(sheet, staff_columns(sheet, mapping), city, mapping, year or city.about.base_year)
    for line, cells in sheet.rows():
        reading.row(line, cells)
    return reading.counts(ledger or Assumptions.load())


def staff_columns(sheet: Sheet, mapping: Mapping) -> dict[str, int]:
    """Position of each column of the list; unit, status and something about the post must be there."""
    found = named_columns(sheet, COLUMNS, mapping)
    missing = [] if "unit" in found or "above" in found else ["unit"]
    missing += [] if "status" in found or "standing" in found else ["status"]
    missing += [] if {"group", "post", "kind", "echelon"} & found.keys() else ["post"]
    if missing:
        raise InputError(no_column(sheet, missing))
    return found


@dataclass
class _Reading:
    """One pass over a list: people without names, and what is worth knowing."""

    sheet: Sheet
    columns: dict[str, int]
    city: City
    mapping: Mapping
    year: int
    people: list[Person] = field(default_factory=list)
    tally: dict[str, list[int]] = field(default_factory=dict)  # rows and first row of what becomes a warning
    ruled: dict[str, int] = field(default_factory=dict)  # people whose group follows from the rule of thumb

    def __post_init__(self):
        self.places, self.posts, self.persons = Workplaces(self.city, self.mapping), Posts.load(), Persons()
        self.missing, self.found = no_answer(self.mapping), Findings(self.sheet)
        self.seen: set[bytes] = set()

    def note(self, what: str, line: int) -> None:
        """Count a row towards a warning."""
        entry = self.tally.setdefault(what, [0, line])
        entry[0] += 1

    def row(self, line: int, cells: Sequence[str]) -> None:
        """Take one row in."""
        text = {key: said(cells, position, self.missing) for key, position in self.columns.items() if key != "person"}
        place = text.get("unit") or text.get("above", "")
        if is_footer(text.values(), [self.sheet.header[self.columns[key]] for key in text]) \
                or not (place or text.get("status") or text.get("standing")):
            return self.note("staff_skipped", line)
        status = self._status(line, text)
        if status in ("gone", "other"):
            return self.note(f"staff_{status}", line)
        unit = self.places.find(text.get("unit", ""), text.get("above", ""))
        if unit is None:
            self.found.text("staff_unit", place, line, self.columns.get("unit", self.columns.get("above", 0)))
        group, retires = self._group(line, text)
        age = self._age(line, text)
        if status and unit and group:
            self._repeats(line, cells)
            due = age is not None and retires - age <= HORIZON
            self.people.append(Person(unit, group, status, age, due, self._education(line, text.get("education", ""))))
        return None

    def _status(self, line: int, text: dict[str, str]) -> str | None:
        """Status of a row; who has left or is no ASN says so in either column."""
        words = {key: meaning(text.get(key, ""), "status", self.mapping) for key in ("status", "standing")}
        found = {key: stated_status(said_) for key, said_ in words.items()}
        status = next((s for s in found.values() if s in ("gone", "other")), None) or found["status"]
        if status is None and "status" not in self.columns:
            status = found["standing"]
        if status is None:
            key = "status" if "status" in self.columns else "standing"
            self.found.text("staff_status", text[key], line, self.columns[key])
        elif status == "part_time":
            self.note("staff_part_time", line)
        return status

    def _group(self, line: int, text: dict[str, str]) -> tuple[str | None, int]:
        """Group and retirement age; a column of groups wins over the rule of thumb."""
        post = Post(*(plain(meaning(text.get(key, ""), key, self.mapping)) for key in ("post", "kind", "echelon")))
        retires, stated = self.posts.retirement_age(post), text.get("group", "")
        if stated:
            group = stated_group(stated, self.mapping)
            if group is None:
                self.found.text("staff_group", stated, line, self.columns["group"])
            return group, retires
        group = self.posts.group(post)
        self.note("staff_no_post" if post.silent else "staff_by_post", line)
        if not post.silent:
            self.ruled[group] = self.ruled.get(group, 0) + 1
        return group, retires

    def _age(self, line: int, text: dict[str, str]) -> int | None:
        """Age at the end of the year; a birth date that is no date, or an age nobody in service has, is a problem."""
        key = next((key for key in ("born", "birth_year", "age") if text.get(key)), None)
        if key is None:
            self.note("staff_no_age", line)
            return None
        value = self._birth_year(text[key]) if key == "born" else quantity(re.sub(r"\s*(tahun|thn?)\.?$", "", text[key].lower()))
        age = value if key == "age" or value is None else self.year - value
        if age is None or not YOUNGEST <= age <= OLDEST:
            values = {"low": str(YOUNGEST), "high": str(OLDEST), "year": str(self.year)}
            self.found.cell("staff_age", line, self.columns[key], values)
            return None
        return int(age)

    def _birth_year(self, text: str) -> int | None:
        """Birth year; the order of day and month does not matter for it."""
        if re.fullmatch(r"(19|20)\d\d", text):
            return int(text)
        moment = parse_moment(text, "dmy") or parse_moment(text, "mdy")
        short = not re.search(r"\d{4}", text)
        if moment is None:
            return None
        return moment.year - 100 if short and moment.year > self.year else moment.year  # 68 is no 2068

    def _education(self, line: int, text: str) -> str | None:
        step = stated_education(meaning(text, "education", self.mapping)) if text else None
        if step is None and "education" in self.columns:
            self.note("staff_education" if text else "staff_no_education", line)
        return step

    def _repeats(self, line: int, cells: Sequence[str]) -> None:
        key = self.persons.key(cells[self.columns["person"]]) if "person" in self.columns else None
        if key in self.seen:
            self.note("staff_repeated", line)
        elif key is not None:
            self.seen.add(key)

    def counts(self, ledger: Assumptions) -> StaffCounts:
        """Everything read, as counts.

        Raises:
            InputError: everything that was wrong.
        """
        self.found.finish(lambda code, text: self.places.values(text) if code == "staff_unit" else {})
        if not self.people:
            raise InputError(Problem("no_rows", file=self.sheet.name))
        cells: tuple[StaffCell, ...] = cells_of(self.people, [unit.id for unit in self.city.units], ledger)
        names = {unit.id: (unit.name_id, unit.name_en) for unit in self.city.units}
        return StaffCounts(self.sheet.name, self.year, len(self.people), cells, names, tuple(self._warnings()))

    def _warnings(self) -> Iterator[Problem]:
        for code, (count, line) in sorted(self.tally.items()):
            values = {"count": str(count)}
            if code == "staff_by_post":
                values |= {group: few(self.ruled.get(group, 0)) for group in GROUPS}
            if code == "staff_no_age" and not {"born", "birth_year", "age"} & self.columns.keys():
                code = "staff_ages_unknown"
            yield Problem(code, values, self.sheet.name, None if code in ("staff_by_post", "staff_ages_unknown") else line)


def few(n: int) -> str:
    """A count of people as it may be shown."""
    return f"< {SMALLEST_GROUP}" if 0 < n < SMALLEST_GROUP else str(n)
