"""Which programme of the catalogue a course means; a course that is none of them keeps its own name."""

from __future__ import annotations

import re
from collections import Counter
from difflib import get_close_matches

from simulation.intake.findings import harmless
from simulation.intake.headings import plain
from simulation.intake.mapping import Mapping
from simulation.intake.posts import meaning
from simulation.intake.training_counts import OTHER_PROGRAMMES
from simulation.scenario import Catalogue

_ROUND = re.compile(r"\b(angkatan|gelombang|batch|kelas|ke|tahun|ta)\b ?\w*|\b(19|20)\d\d\b")  # which class of a course, not which course
_FORM = re.compile(r"^(pelatihan|diklat|pendidikan dan pelatihan|bimtek|bimbingan teknis|workshop|kursus|seminar)\b")
LONGEST = 80


class Programmes:
    """Finds the programme of a course by id, name in either language, or the short form in brackets of its name."""

    def __init__(self, catalogue: Catalogue, mapping: Mapping):
        self._mapping = mapping
        self._names = {row.id: (row.name.id, row.name.en) for row in catalogue.programmes}
        keys: dict[str, set[str]] = {}
        for row in catalogue.programmes:
            short = re.findall(r"\((.*?)\)", f"{row.name.id} {row.name.en}")
            for name in (row.id, row.name.id, row.name.en, re.sub(r"\(.*?\)", "", row.name.id), *short):
                keys.setdefault(_key(name), set()).add(row.id)
        self._ids = {name: next(iter(ids)) for name, ids in keys.items() if len(ids) == 1 and name}
        self._others: dict[str, Counter] = {}
        self._first: dict[str, tuple[int, int]] = {}

    def key(self, text: str, line: int) -> str:
        """Id of a course; its own plain name if the catalogue has none like it."""
        found = self._ids.get(_key(meaning(text, "programme", self._mapping)))
        if found:
            return found
        key = _key(text) or plain(text) or OTHER_PROGRAMMES
        if not isinstance(harmless(text), str):
            key = OTHER_PROGRAMMES
        self._others.setdefault(key, Counter())[text] += 1
        first, count = self._first.get(key, (line, 0))
        self._first[key] = (min(first, line), count + 1)
        return key

    def nearest(self, text: str) -> str:
        """Names of the catalogue's programmes most like a course, "-" if none is."""
        close = get_close_matches(_key(text), self._ids, n=3, cutoff=0.5)
        return ", ".join(dict.fromkeys(self._names[self._ids[key]][0] for key in close)) or "-"

    def others(self) -> list[tuple[str, tuple[int, int]]]:
        """Courses that the catalogue does not have: name, first row and rows, in a fixed order."""
        return [(self._called(key), self._first[key]) for key in sorted(self._others)]

    def names(self) -> dict[str, tuple[str, str]]:
        """Indonesian and English name of every programme that occurs or could."""
        own = {key: self._called(key) for key in self._others if key != OTHER_PROGRAMMES}
        return self._names | {key: (name, name) for key, name in own.items()}

    def _called(self, key: str) -> str:
        """The most usual spelling of a course."""
        return min(self._others[key], key=lambda text: (-self._others[key][text], text))[:LONGEST]


def _key(name: str) -> str:
    """A name without its class, year and form of training."""
    text = " ".join(_ROUND.sub(" ", plain(name.replace("&", " dan "))).split())
    return " ".join(_FORM.sub(" ", text).split()) or text
