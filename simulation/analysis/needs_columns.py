"""How people write groups, competencies and ratings in a needs file: Indonesian and English, as forms export them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from simulation.assumptions import Assumptions
from simulation.errors import nearest
from simulation.intake.headings import Wanted, plain
from simulation.intake.mapping import Mapping
from simulation.intake.unit_names import UnitNames
from simulation.language import DEFAULT

GROUPS = ("pemerintah", "asn", "masyarakat")

_GROUP_WORDS = {
    "pemerintah": ("pemerintah", "pemerintah daerah", "pemerintah kota", "pemda", "pemkot", "pimpinan", "pejabat", "unsur pemerintah",
                   "perangkat daerah", "opd", "kepala opd", "kepala dinas", "government", "local government", "city government",
                   "official", "officials", "management"),
    "asn": ("asn", "pns", "pppk", "pegawai", "pegawai negeri", "pegawai negeri sipil", "pegawai pemerintah", "aparatur",
            "aparatur sipil negara", "staf", "staff", "civil servant", "civil servants", "government employee", "employee"),
    "masyarakat": ("masyarakat", "masyarakat umum", "warga", "warga masyarakat", "publik", "umum", "pengguna layanan", "pelanggan",
                   "penerima layanan", "citizen", "citizens", "public", "community", "resident", "residents", "service user"),
}
_IMPORTANCE = ("kepentingan", "tingkat kepentingan", "nilai kepentingan", "harapan", "seberapa penting", "pentingnya",
               "importance", "how important is", "how important", "expectation")
_PERFORMANCE = ("kinerja", "tingkat kinerja", "nilai kinerja", "kenyataan", "penguasaan", "seberapa baik", "performance",
                "how well is", "how well", "how good is", "mastery")
_FILLERS = "kompetensi|kemampuan|keterampilan|competency|competence|skill|skills|tingkat|level|of|in|the|is|dalam|asn|pegawai"
_AFTER = "bagi|dalam|untuk|saat|di|pada|for|in|to|of|at|saat ini|menurut"
_RANK = ("peringkat", "ranking", "rank", "urutan", "prioritas", "urutan prioritas", "priority")
_POINTS = ("poin", "skor", "suara", "points", "score", "votes", "jumlah suara", "dots")
_LABELS = {
    1: ("tidak penting", "sangat tidak penting", "tidak baik", "sangat tidak baik", "sangat buruk", "sangat kurang", "sangat rendah",
        "not important", "not important at all", "very poor", "very low"),
    2: ("kurang penting", "kurang baik", "kurang", "buruk", "rendah", "slightly important", "of little importance", "poor", "low"),
    3: ("cukup penting", "cukup", "cukup baik", "sedang", "moderately important", "fair", "moderate", "average"),
    4: ("penting", "baik", "tinggi", "important", "good", "high"),
    5: ("sangat penting", "sangat baik", "sangat tinggi", "very important", "excellent", "very good", "very high"),
}
_RATING = {label: value for value, labels in _LABELS.items() for label in labels}
_NUMBER = re.compile(r"([1-5])(?:[.,]0+)?")
_NUMBERED = re.compile(r"([1-5])\s*[-=:.)(\u2013]\s*[^\d\s].*")  # "5 - Sangat penting", "4 (baik)"
_MISSING = frozenset({"", "n a", "na", "tidak tahu", "tidak ada", "tidak menjawab", "tt", "nan", "null", "don t know", "no answer",
                      "kosong"})


@dataclass(frozen=True)
class Competencies:
    """The competencies of a city and what people call them.

    Attributes:
        ids: in the city's order. names: (Indonesian, English) of each.
    """

    ids: tuple[str, ...]
    names: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, city) -> Competencies:
        """Those of a city, named as in the published ledger."""
        texts = _published_names()
        return cls(tuple(city.competencies), tuple(texts.get(c, (c, c)) for c in city.competencies))

    def name(self, i: int, lang: str = DEFAULT) -> str:
        """Name in a language."""
        return self.names[i][lang == "en"]

    def called(self, i: int) -> tuple[str, ...]:
        """Plain texts that mean competency `i`."""
        return tuple(dict.fromkeys(plain(text) for text in (self.ids[i], *self.names[i])))

    def listed(self, positions) -> dict[str, str]:
        """Their names in both languages, for a message."""
        return {lang: ", ".join(self.name(i, lang) for i in positions) for lang in ("id", "en")}


@cache
def _published_names() -> dict[str, tuple[str, str]]:
    """Names of the ledger's competencies, read once: tables ask for them again and again."""
    return {row.id: (row.name.id, row.name.en) for row in Assumptions.load().ledger.competencies}


class Answers:
    """What the cells of a file mean, with the user's own words from the mapping file first."""

    def __init__(self, city, names: Competencies, mapping: Mapping):
        self._own = {key: {plain(str(found)): str(meant) for found, meant in words.items()}
                     for key, words in mapping.answers.items()}
        self._missing = {plain(str(text)) for text in mapping.missing} | _MISSING
        self._groups = {word: i for i, key in enumerate(GROUPS) for word in _GROUP_WORDS[key]}
        self._units = UnitNames(city, mapping)
        self._competencies = {word: i for i in range(len(names.ids)) for word in names.called(i)}
        self._names, self._unit_ids = names, [unit.id for unit in city.units]

    def is_missing(self, text: str) -> bool:
        """Whether a cell says nothing."""
        return plain(text) in self._missing

    def _meant(self, text: str, *keys: str) -> str:
        """What the mapping file says that a text means under the first key that has it, or the text itself."""
        found = plain(text)
        return next((self._own[key][found] for key in (*keys, "all") if found in self._own.get(key, {})), text)

    def group(self, text: str) -> int | None:
        """Position in `GROUPS`, or None."""
        text = plain(self._meant(text, "group"))
        if text in self._groups:
            return self._groups[text]
        words = {self._groups[word] for word in text.split() if word in self._groups}
        return words.pop() if len(words) == 1 else None

    def unit(self, text: str) -> int | None:
        """Position of a unit, or None."""
        found = self._units.find(text)
        return self._unit_ids.index(found) if found else None

    def nearest_unit(self, text: str) -> str:
        """The units that are most like a text; the text itself is not repeated."""
        return self._units.nearest(text)

    def competency(self, text: str) -> int | None:
        """Position of a competency, or None."""
        return self._competencies.get(plain(self._meant(text, "competency")))

    def nearest_competency(self, text: str) -> str:
        """Ids of the competencies that are most like a text."""
        close = get_close_matches(plain(text), self._competencies, n=2, cutoff=0.6)
        found = dict.fromkeys(self._names.ids[self._competencies[c]] for c in close)
        return ", ".join(found) or nearest("", self._names.ids)

    def rating(self, text: str, key: str) -> float | None:
        """A rating 1-5 from a number, a labelled number or the words of the scale; None if it is none of them."""
        text = self._meant(text, key, key.split("_")[0]).strip()
        found = _NUMBER.fullmatch(text) or _NUMBERED.fullmatch(text)
        return float(found[1]) if found else _RATING.get(plain(text))

    def amount(self, text: str) -> float | None:
        """A number not below zero, with a point or comma; None if it is none."""
        return float(text.replace(",", ".")) if re.fullmatch(r"\d{1,6}([.,]\d+)?", text.strip()) else None


def survey_columns(names: Competencies) -> list[Wanted]:
    """The columns of a survey file."""
    return [*_who(), *(column for i in range(len(names.ids)) for column in (
        _rated("importance", _IMPORTANCE, names, i), _rated("performance", _PERFORMANCE, names, i)))]


def forum_columns(names: Competencies) -> list[Wanted]:
    """The columns of a forum file, in both of its forms."""
    table = Wanted("table", ("meja", "nomor meja", "no meja", "meja forum", "table", "forum table", "table number"))
    single = [Wanted("competency", ("kompetensi", "competency", "kebutuhan", "kebutuhan kompetensi", "need")),
              Wanted("rank", _RANK), Wanted("points", _POINTS)]
    each = [_rated(key, words, names, i) for i in range(len(names.ids)) for key, words in (("rank", _RANK), ("points", _POINTS))]
    return [table, *_who(), *single, *each]


def _who() -> list[Wanted]:
    return [
        Wanted("group", ("kelompok", "kelompok responden", "golongan responden", "unsur", "peran", "status responden",
                         "jenis responden", "asal responden", "group", "respondent group", "role", "stakeholder"), required=True),
        Wanted("unit", ("unit", "unit kerja", "perangkat daerah", "unit layanan", "opd", "instansi", "nama unit", "agency",
                        "service unit", "work unit", "office")),
    ]


def _rated(key: str, kinds: tuple[str, ...], names: Competencies, i: int) -> Wanted:
    """A column of one competency: "Kepentingan: Digital", "Importance - Digital", "Digital (kepentingan)", or a question."""
    called = names.called(i)
    headings = [f"{key} {names.ids[i].replace('_', ' ')}"]
    headings += [text for kind in kinds for name in called for text in (f"{kind} {name}", f"{name} {kind}")]
    question = rf"^(?:{'|'.join(kinds)})(?: (?:{_FILLERS}))* (?:{'|'.join(called)})(?: (?:{_AFTER})\b.*)?$"
    return Wanted(f"{key}_{names.ids[i]}", tuple(dict.fromkeys(headings)), question)
