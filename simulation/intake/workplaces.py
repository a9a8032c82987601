"""Which unit of the city an employee works in: names of units, their older names, kelurahan, single schools, parts of a unit."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

from simulation.city import City, Unit
from simulation.intake.findings import harmless
from simulation.intake.headings import plain
from simulation.intake.mapping import NO_MAPPING, Mapping
from simulation.intake.unit_names import UnitNames

_SCHOOL = re.compile(r"\b(sdn?|smpn?|tkn?|sekolah dasar|sekolah menengah pertama|taman kanak kanak)\b")
_LEVEL = {"sd": "SD", "sekolah dasar": "SD", "smp": "SMP", "sekolah menengah pertama": "SMP", "tk": "TK", "taman kanak kanak": "TK"}
_VILLAGE = re.compile(r"\b(?:kelurahan|kel) ([a-z ]+)")
_OWN_UNIT = re.compile(r"\b(puskesmas|pkm|pusk|rsud|rumah sakit|kecamatan|kec|kelurahan|kel|inspektorat|dinas|badan)\b")
_WORKPLACE = ("bagian", "bidang", "seksi", "subbagian", "subbag", "sub", "upt", "uptd", "unit", "kantor", "sma", "smk", "sd", "sdn", "smp",
              "smpn", "tk", "tkn", "kec", "kel", "kelurahan", "balai", "cabang", "dinas", "badan", "opd", "bkd", "bpbd", "rumah", "satuan")
_LONGEST_PART = 12  # words of a name that are searched for the name of a unit


class Workplaces:
    """Finds the unit of a workplace.

    Besides the names that `UnitNames` knows: the names in the city's `perangkat_daerah.csv`, kelurahan of its `kelurahan.csv`,
    a school by the kelurahan in its name, and a bidang or seksi that names its unit. Nothing is guessed from likeness.

    Raises:
        InputError: the mapping file names a unit that the city does not have.
    """

    def __init__(self, city: City, mapping: Mapping = NO_MAPPING):
        self._names = UnitNames(city, mapping)
        self._units = {unit.id: unit for unit in city.units}
        self._older = dict(self._other_names(city))
        self._villages = dict(_table(city, "kelurahan.csv", ("name", "unit"), self._units))
        self._town = plain(city.about.name["id"]).removeprefix("kota ").removeprefix("kabupaten ")
        self._found: dict[tuple[str, str], str | None] = {}
        self._vocabulary = {word for unit in city.units for word in plain(f"{unit.name_id} {unit.name_en} {unit.id}").split()}

    def find(self, text: str, above: str = "") -> str | None:
        """Unit of a workplace and of the agency above it, as the list names them; None if neither is known."""
        if (text, above) not in self._found:
            self._found[text, above] = self._find(text, above)
        return self._found[text, above]

    def values(self, text: str) -> dict:
        """What a message about an unknown workplace says: the text if it can be repeated, the units most like it, what to write."""
        ours = self._vocabulary | set(_WORKPLACE)
        shown = harmless(text if ours & set(plain(text).split()) else "@")  # words of no workplace may be somebody's name
        return {"found": shown, "nearest": self._names.nearest(text), "line": f'"{shown}": ...' if isinstance(shown, str) else '"...": ...'}

    def _find(self, text: str, above: str) -> str | None:
        words = plain(text.replace("&", " dan "))
        if not words:
            return self._find(above, "") if above else None
        found = self._names.find(text) or self._older.get(words)
        if found:
            return found
        if _SCHOOL.search(words):
            return self._school(words)  # a school that is not recognised must not vanish in its agency
        village = _VILLAGE.search(words)
        if village:
            return self._longest(village[1].strip(), self._villages)
        return self._part(words) or (self._find(above, "") if above and not _OWN_UNIT.search(words) else None)

    def _other_names(self, city: City) -> Iterator[tuple[str, str]]:
        seen: dict[str, set[str]] = {}
        for column in ("name_2018", "name_2025", "name"):
            for name, unit in _table(city, "perangkat_daerah.csv", (column, "unit"), self._units):
                seen.setdefault(name, set()).add(unit)
        return ((name, next(iter(units))) for name, units in seen.items() if len(units) == 1)

    def _school(self, words: str) -> str | None:
        """The unit of a single school: the only unit of its level in the kecamatan of the kelurahan it is named after."""
        word = _SCHOOL.search(words)[1]
        level = _LEVEL.get(word.rstrip("n") if word not in _LEVEL else word)
        named = {name: unit for name, unit in self._villages.items() if name != self._town}  # "SMP Negeri 1 <the city>" is no kelurahan
        place = self._longest(words, named)
        units = [unit.id for unit in self._units.values() if unit.form == level and place and unit.parent == place]
        return units[0] if len(units) == 1 else None

    @staticmethod
    def _longest(words: str, names: dict[str, str]) -> str | None:
        """Unit of the longest name that stands in the words; None if there is none or names of two units are as long."""
        here = [name for name in names if re.search(rf"\b{re.escape(name)}\b", words)]
        best = max(map(len, here), default=0)
        units = {names[name] for name in here if len(name) == best}
        return units.pop() if len(units) == 1 else None

    def _part(self, words: str) -> str | None:
        """The unit that a longer name mentions, as in "Bidang Pelayanan Disdukcapil"; the lower one if a unit and its parent are."""
        pieces = words.split()[:_LONGEST_PART]
        spans = [" ".join(pieces[i:j]) for i in range(len(pieces)) for j in range(i + 1, len(pieces) + 1)]
        here = {found for span in spans if (found := self._names.find(span) or self._older.get(span))}
        lowest = {unit for unit in here if not any(self._parent(other) == unit for other in here)}
        return lowest.pop() if len(lowest) == 1 else None

    def _parent(self, unit: str) -> str:
        found: Unit = self._units[unit]
        return found.parent


def _table(city: City, name: str, columns: tuple[str, str], units) -> Iterator[tuple[str, str]]:
    """Pairs of plain name and unit from a table that documents the city; nothing if the city has none or it says otherwise."""
    try:
        with open(city.folder / name, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, ValueError, csv.Error):
        return
    for row in rows:
        called, unit = (row.get(column) or "" for column in columns)
        if called and unit in units:
            yield plain(re.sub(r"\(.*?\)", "", called).replace("&", " dan ")), unit
