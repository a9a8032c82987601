"""Which unit of the city a name means: full names, abbreviations and the usual short forms."""

from __future__ import annotations

import re
from difflib import get_close_matches

from simulation.city import City
from simulation.errors import InputError, unknown
from simulation.intake.headings import plain
from simulation.intake.mapping import NO_MAPPING, Mapping

_SHORT = ((r"\bkec\b", "kecamatan"), (r"\bkel\b", "kelurahan"), (r"\bpusk\b|\bpkm\b", "puskesmas"), (r"\bbid\b", "bidang"),
          (r"\bdin\b", "dinas"), (r"\bbadan kepegawaian daerah\b", "bkd"), (r"\bsetda\b|\bsetdako\b", "sekretariat daerah"),
          (r"\bset dprd\b|\bsetwan\b", "sekretariat dprd"))
_NOISE = re.compile(r"\b(kota|salatiga|pemerintah|pemkot|upt|uptd|blud|dan|the|of|and)\b")


class UnitNames:
    """Finds the unit of a name; a mapping file comes first.

    Raises:
        InputError: the mapping file names a unit that the city does not have.
    """

    def __init__(self, city: City, mapping: Mapping = NO_MAPPING):
        self._ids = [unit.id for unit in city.units]
        wrong = sorted(set(mapping.units.values()) - set(self._ids))
        if wrong:
            raise InputError([unknown("mapping_unit", unit, self._ids) for unit in wrong])
        names: dict[str, set[str]] = {}
        for unit in city.units:
            for name in (unit.id, unit.id.replace("_", " "), unit.name_id, unit.name_en, re.sub(r"\(.*?\)", "", unit.name_id)):
                names.setdefault(_key(name), set()).add(unit.id)
        self._known = {name: next(iter(ids)) for name, ids in names.items() if len(ids) == 1}
        self._mapped = {plain(str(found)): unit for found, unit in mapping.units.items()}
        self._names = {unit.id: unit.name_id for unit in city.units}

    def find(self, text: str) -> str | None:
        """Id of the unit a text means, or None."""
        return self._mapped.get(plain(text)) or self._known.get(_key(text))

    def nearest(self, text: str) -> str:
        """The units most like a text, as a phrase for a message; the text itself is not repeated."""
        close = get_close_matches(_key(text), self._known, n=3, cutoff=0.5)
        found = list(dict.fromkeys(self._known[name] for name in close)) or self._ids[:5]
        return ", ".join(f"{self._names[unit]} ({unit})" for unit in found)


def _key(name: str) -> str:
    """A name without what people write or leave out at will."""
    text = plain(name.replace("&", " dan "))
    for pattern, full in _SHORT:
        text = re.sub(pattern, full, text)
    return " ".join(_NOISE.sub(" ", text).split())
