"""A staff list becomes counts per unit and group; no single employee is kept.

Names, NIP and other personal columns are never read. Of a date of birth only the year is used, and it is dropped at once.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from simulation.city import SMALLEST_GROUP, City
from simulation.errors import InputError, Problem
from simulation.intake.dates import parse_moment
from simulation.intake.findings import Findings, quantity
from simulation.intake.headings import find_columns, no_column, plain, recogniser
from simulation.intake.mapping import NO_MAPPING, Mapping
from simulation.intake.posts import (
    EDUCATION,
    Post,
    Posts,
    meaning,
    stated_education,
    stated_group,
    stated_status,
)
from simulation.intake.sheet import Progress, Sheet, open_sheet
from simulation.intake.small_groups import pooled
from simulation.intake.staff_words import STAFF, blanks, no_person
from simulation.intake.workplaces import Workplaces
from simulation.language import DEFAULT, number, say
from simulation.schema import GROUPS

AGE_BANDS = (0, 31, 41, 51, 56)  # first age of each band
AGES = (16, 80)  # of anybody on a staff list
HORIZON = 5  # years over which retirements are counted: a term of office; one year alone is too few people
ALIKE = 20  # people of average age that a cell is filled up with, so that a small one stays near the others
_SURE = ("unit", "status", "standing", "post", "kind", "group", "born", "age", "education")


@dataclass(frozen=True)
class StaffCell:
    """People of a unit and group.

    Attributes:
        exit_relative: exits relative to the mean of the list, which is 1; None if ages are not known.
        ages: people per band of `AGE_BANDS`; education: people per step of `EDUCATION`; those not stated are in neither.
    """

    unit: str
    group: str
    pns: int
    pppk: int
    exit_relative: float | None
    ages: tuple[int, ...]
    education: tuple[int, ...]

    @property
    def people(self) -> int:
        """PNS and PPPK."""
        return self.pns + self.pppk


@dataclass(frozen=True)
class StaffCounts:
    """A staff list as counts.

    Attributes:
        source: file. year: the year in which ages are counted. city: whose units the ids are.
        cells: unit by unit in the city's order, groups as in `GROUPS`. warnings: what a reader should know.
    """

    source: str
    year: int
    city: City
    cells: tuple[StaffCell, ...]
    warnings: tuple[Problem, ...] = ()

    def people(self, unit: str | None = None) -> tuple[int, int]:
        """PNS and PPPK of a unit, or of the whole list."""
        cells = [cell for cell in self.cells if unit in (None, cell.unit)]
        return sum(cell.pns for cell in cells), sum(cell.pppk for cell in cells)

    @property
    def units(self) -> tuple[str, ...]:
        """Units that the list names."""
        return tuple(dict.fromkeys(cell.unit for cell in self.cells))

    def table(self, lang: str = DEFAULT):
        """Data frame of people per unit and group, groups under five merged; PNS and PPPK where neither is under five."""
        import pandas as pd

        rows = [{"unit": unit, "group": group, "people": sum(c.people for c in cells)} | _split(cells)
                for unit, group, cells in self._shown(lang)]
        frame = pd.DataFrame(rows, columns=["unit", "group", "people", "pns", "pppk"]).astype({"pns": "Int64", "pppk": "Int64"})
        return frame.rename(columns=lambda key: say(f"staff.column.{key}", lang))

    def _shown(self, lang: str) -> Iterator[tuple[str, str, list[StaffCell]]]:
        units = {unit: [c for c in self.cells if c.unit == unit] for unit in self.units}
        apart = pooled({unit: sum(c.people for c in cells) for unit, cells in units.items()})
        for unit, cells in units.items():
            if unit in apart:
                continue
            small = pooled({c.group: c.people for c in cells})
            name = self.city.units[self.city.unit(unit)].name(lang)
            yield from ((name, say(f"staff.group.{c.group}", lang), [c]) for c in cells if c.group not in small)
            if small:
                together = say("staff.all_groups" if len(small) == len(cells) else "staff.other_groups", lang)
                yield name, together, [c for c in cells if c.group in small]
        together = [c for unit in units if unit in apart for c in units[unit]]
        if sum(c.people for c in together) >= SMALLEST_GROUP:
            yield say("staff.other_units", lang), say("staff.all_groups", lang), together

    def profile(self, lang: str = DEFAULT):
        """Data frame of age bands and education over the whole list; figures under five are merged."""
        import pandas as pd

        rows = [("age", say(f"staff.age.{i}", lang), sum(c.ages[i] for c in self.cells)) for i in range(len(AGE_BANDS))]
        rows += [("education", say(f"staff.education.{step}", lang), sum(c.education[i] for c in self.cells))
                 for i, step in enumerate(EDUCATION)]
        shown = []
        for kind in ("age", "education"):
            sizes = {label: n for k, label, n in rows if k == kind and n}
            small = pooled(sizes)
            merged = sum(sizes[label] for label in small)
            parts = [(label, n) for label, n in sizes.items() if label not in small]
            parts += [(say("staff.merged", lang), merged)] if merged >= SMALLEST_GROUP else []
            shown += [{"kind": say(f"staff.kind.{kind}", lang), "what": label, "people": n} for label, n in parts]
        frame = pd.DataFrame(shown, columns=["kind", "what", "people"])
        return frame.rename(columns=lambda key: say(f"staff.column.{key}", lang))

    def sentences(self, lang: str = DEFAULT) -> list[str]:
        """What was counted, and what to know about it."""
        units = number(len(self.units), lang, 0)
        pns, pppk = (_at_least(n, lang) for n in self.people())
        first = say("staff.counted", lang, people=number(sum(self.people()), lang, 0), units=units, pns=pns, pppk=pppk, year=self.year)
        return [first, *(warning.text(lang) for warning in self.warnings)]


def _at_least(n: int, lang: str) -> str:
    return number(n, lang, 0) if n == 0 or n >= SMALLEST_GROUP else f"< {SMALLEST_GROUP}"


def _split(cells: list[StaffCell]) -> dict[str, int | None]:
    pns, pppk = sum(c.pns for c in cells), sum(c.pppk for c in cells)
    open_ = all(n == 0 or n >= SMALLEST_GROUP for n in (pns, pppk))
    return {"pns": pns, "pppk": pppk} if open_ else {"pns": None, "pppk": None}


def read_staff(path: Path | str, city: City, mapping: Mapping = NO_MAPPING, year: int | None = None,
               progress: Progress | None = None) -> StaffCounts:
    """Read a staff list, one row per employee, CSV or XLSX.

    Args:
        city: whose units the list is about.
        mapping: for headings, units, and answers under `status`, `group` and `education` that are not recognised.
        year: in which ages are counted; the present one unless given.

    Raises:
        InputError: everything wrong with it: file, row, column, what was expected.
    """
    sheet = open_sheet(path, recogniser(STAFF, mapping), mapping, progress)
    reader = _Reader(sheet, city, mapping, year or date.today().year)
    people = Counter(reader.people())
    reader.finish(sum(people.values()))
    return StaffCounts(sheet.name, reader.year, city, _cells(people, city), tuple(reader.found.warnings))


@dataclass(frozen=True)
class _Person:
    """What is counted of an employee: nothing here names anybody."""

    unit: str
    group: str
    status: str
    band: int | None
    leaving: bool | None
    education: str | None


class _Reader:
    """Rows to what is counted of them."""

    def __init__(self, sheet: Sheet, city: City, mapping: Mapping, year: int):
        self.sheet, self.mapping, self.year = sheet, mapping, year
        self.columns = find_columns(sheet, STAFF, mapping)
        if "unit" not in self.columns and "agency" in self.columns:
            self.columns["unit"] = self.columns.pop("agency")
        sought = (("unit", ("unit",)), ("status", ("status", "standing")), ("post", ("post", "kind", "echelon", "group")))
        missing = [key for key, keys in sought if not set(keys) & set(self.columns)]
        if missing:
            raise InputError(no_column(sheet, missing))
        self.places, self.posts, self.empty = Workplaces(city, mapping), Posts.load(), blanks(mapping)
        self.found, self.count = Findings(sheet), Counter()

    def people(self) -> Iterator[_Person]:
        """Everybody who is counted."""
        for line, cells in self.sheet.rows():
            if no_person(cells, self.columns, self.sheet, _SURE):
                self.count["no_person"] += 1
                continue
            here = {key: "" if plain(cells[i]) in self.empty else cells[i] for key, i in self.columns.items()}
            person = self._person(line, here)
            if person:
                yield person

    def _person(self, line: int, here: dict[str, str]) -> _Person | None:
        status = self._status(line, here)
        if status in ("other", "gone"):
            self.count[status] += 1
            return None
        unit = self.places.find(here["unit"], here.get("agency", ""))
        if unit is None:
            self.found.text("staff_unit", here["unit"] or here.get("agency", ""), line, self.columns["unit"])
        post = Post(*(plain(here.get(key, "")) for key in ("post", "kind", "echelon")))
        group, age, education = self._group(line, here, post), self._age(line, here), self._education(here)
        if not (unit and status):
            return None
        self.count["part_time"] += status == "part_time"
        band = None if age is None else max(i for i, first in enumerate(AGE_BANDS) if age >= first)
        leaving = None if age is None else self.posts.retirement_age(post) - age <= HORIZON
        return _Person(unit, group, "pns" if status == "pns" else "pppk", band, leaving, education)

    def _status(self, line: int, here: dict[str, str]) -> str | None:
        standing = stated_status(meaning(here.get("standing", ""), "status", self.mapping))
        if standing in ("gone", "other"):
            return standing
        key = "status" if here.get("status") or "standing" not in here else "standing"
        text = meaning(here[key], "status", self.mapping)
        found = stated_status(text) or standing
        if found is None and plain(text) in ("p", "c"):  # SIASN's column "Status CPNS PNS"
            found = "pns"
        if found is None and key == "standing" and plain(text) == "aktif":  # there an active PPPK is "PPPK Aktif"
            found = "pns"
        if found is None:
            self.found.text("staff_status", here[key], line, self.columns[key])
        return found

    def _group(self, line: int, here: dict[str, str], post: Post) -> str:
        stated = here.get("group", "")
        if stated:
            group = stated_group(stated, self.mapping)
            if group is None:
                self.found.text("staff_group", stated, line, self.columns["group"])
            return group or GROUPS[0]
        self.count["no_post"] += post.silent
        group = self.posts.group(post)
        self.count[f"rule_{group}"] += 1
        return group

    def _age(self, line: int, here: dict[str, str]) -> int | None:
        key = "born" if here.get("born") else "age"
        text = here.get(key, "")
        if not text:
            self.count["no_age"] += 1
            return None
        age = self._born(text) if key == "born" else quantity(text.lower().removesuffix("tahun").removesuffix("th").strip())
        if age is None or not AGES[0] <= age <= AGES[1]:
            self.found.cell(f"staff_{key}", line, self.columns[key], {"low": str(AGES[0]), "high": str(AGES[1]), "year": str(self.year)})
            return None
        return int(age)

    def _born(self, text: str) -> int | None:
        """Age reached in the list's year."""
        if text.isascii() and text.isdigit() and len(text) == 4:
            return self.year - int(text)
        moment = parse_moment(text, self.mapping.dates or "dmy") or (None if self.mapping.dates else parse_moment(text, "mdy"))
        if moment is None:
            return None
        return self.year - (moment.year - 100 if moment.year > self.year else moment.year)  # 68 is no 2068

    def _education(self, here: dict[str, str]) -> str | None:
        text = here.get("education", "")
        step = stated_education(meaning(text, "education", self.mapping)) if text else None
        self.count["no_education"] += "education" in here and step is None
        return step

    def finish(self, people: int) -> None:
        """Give up if anything is wrong or nobody is left; note what to know."""
        self.found.finish(lambda code, text: self.places.values(text) if code == "staff_unit" else {})
        if not people:
            raise InputError(Problem("no_rows", file=self.sheet.name))
        for key in ("no_person", "gone", "other", "part_time", "no_post", "no_age", "no_education"):
            if self.count[key]:
                self.found.warn(f"staff_{key}", {"count": str(self.count[key])})
        guessed = {group: str(self.count[f"rule_{group}"]) for group in GROUPS}
        if any(guessed[group] != "0" for group in GROUPS):
            self.found.warn("staff_rule", guessed)
        if self.count["no_age"] < people:
            self.found.warn("staff_exits", {"year": str(self.year), "years": str(HORIZON)})


def _cells(people: AnyMapping[_Person, int], city: City) -> tuple[StaffCell, ...]:
    order = {unit.id: i for i, unit in enumerate(city.units)}
    keys = sorted({(p.unit, p.group) for p in people}, key=lambda key: (order[key[0]], GROUPS.index(key[1])))
    members = {key: {p: n for p, n in people.items() if (p.unit, p.group) == key} for key in keys}
    leaving = {key: _leaving(members[key]) for key in keys}
    exits = _exits(leaving)
    return tuple(StaffCell(*key, *(_count(members[key], "status", ("pns", "pppk"))), exits[key],
                           _count(members[key], "band", range(len(AGE_BANDS))), _count(members[key], "education", EDUCATION)) for key in keys)


def _count(people: AnyMapping[_Person, int], field: str, values: Iterable) -> tuple[int, ...]:
    return tuple(sum(n for p, n in people.items() if getattr(p, field) == value) for value in values)


def _leaving(people: AnyMapping[_Person, int]) -> tuple[int, int]:
    """People who reach retirement age within the horizon, and people of known age."""
    return (sum(n for p, n in people.items() if p.leaving), sum(n for p, n in people.items() if p.leaving is not None))


def _exits(leaving: dict[tuple[str, str], tuple[int, int]]) -> dict[tuple[str, str], float | None]:
    """Exits of each cell relative to all: coming retirements, shrunk towards equal; the mean over people is 1.

    Cells under five people count as one, so that a figure in `staff.csv` tells nobody's age.
    """
    known = {key: n for key, (_, n) in leaving.items() if n}
    gone_all, people_all = sum(gone for gone, _ in leaving.values()), sum(known.values())
    if people_all < SMALLEST_GROUP or not gone_all:
        return dict.fromkeys(leaving, None if people_all < SMALLEST_GROUP else 1.0)
    rate, small = gone_all / people_all, pooled(known)
    parts = {key: (key,) for key in known if key not in small} | ({"small": tuple(sorted(small))} if small else {})
    relative = {}
    for keys in parts.values():
        gone, people = (sum(leaving[key][i] for key in keys) for i in (0, 1))
        relative |= dict.fromkeys(keys, (gone + ALIKE * rate) / ((people + ALIKE) * rate))
    mean = math.fsum(known[key] * value for key, value in relative.items()) / people_all
    return {key: round(relative[key] / mean, 3) if key in relative else 1.0 for key in leaving}
