"""What an answer of the SKM questionnaire is worth: 1 to 4, by the official answer texts of each question.

The texts differ per element: "Murah" is 3 for cost, "Cukup" is 2 for facilities, "Berfungsi kurang maksimal" is 3 for complaints.
"""

from __future__ import annotations

import re

from simulation.intake.headings import plain
from simulation.intake.mapping import Mapping
from simulation.skm import ELEMENTS

# answer texts of the questionnaire in PermenPANRB 14/2017, lowest first; plain text
OFFICIAL = {
    "persyaratan": ("Tidak sesuai", "Kurang sesuai", "Sesuai", "Sangat sesuai"),
    "prosedur": ("Tidak mudah", "Kurang mudah", "Mudah", "Sangat mudah"),
    "waktu": ("Tidak cepat", "Kurang cepat", "Cepat", "Sangat cepat"),
    "biaya": ("Sangat mahal", "Cukup mahal", "Murah", "Gratis"),
    "produk": ("Tidak sesuai", "Kurang sesuai", "Sesuai", "Sangat sesuai"),
    "kompetensi": ("Tidak kompeten", "Kurang kompeten", "Kompeten", "Sangat kompeten"),
    "perilaku": ("Tidak sopan dan ramah", "Kurang sopan dan ramah", "Sopan dan ramah", "Sangat sopan dan ramah"),
    "pengaduan": ("Tidak ada", "Ada tetapi tidak berfungsi", "Berfungsi kurang maksimal", "Dikelola dengan baik"),
    "sarana": ("Buruk", "Cukup", "Baik", "Sangat baik"),
}
_ENGLISH = {
    "persyaratan": ("Not suitable", "Less suitable", "Suitable", "Very suitable"),
    "prosedur": ("Not easy", "Less easy", "Easy", "Very easy"),
    "waktu": ("Not fast", "Less fast", "Fast", "Very fast"),
    "biaya": ("Very expensive", "Fairly expensive", "Cheap", "Free"),
    "produk": ("Not suitable", "Less suitable", "Suitable", "Very suitable"),
    "kompetensi": ("Not competent", "Less competent", "Competent", "Very competent"),
    "perilaku": ("Not polite and friendly", "Less polite and friendly", "Polite and friendly", "Very polite and friendly"),
    "pengaduan": ("None", "Exists but does not work", "Works less than fully", "Well managed"),
    "sarana": ("Poor", "Fair", "Good", "Very good"),
}
# other stems that reports use in the scale "tidak - kurang - (plain) - sangat"
_STEMS = {
    "persyaratan": "sesuai mudah lengkap jelas", "prosedur": "mudah jelas sesuai sederhana baik",
    "waktu": "cepat tepat sesuai", "biaya": "wajar terjangkau sesuai", "produk": "sesuai",
    "kompetensi": "kompeten mampu cakap terampil", "perilaku": "sopan ramah", "pengaduan": "responsif tanggap",
    "sarana": "memadai lengkap nyaman",
}
_ANY = "baik puas memuaskan setuju"
_SCALE = ("tidak", "kurang", "", "sangat")
_JOINED = {"sopan dan ramah": "sopan ramah", "sopan santun dan ramah": "sopan ramah", "ramah dan sopan": "sopan ramah"}
_NUMBER = re.compile(r"([1-4])(?:[.,]0+)?")
_PREFIX = re.compile(r"(?:\(?([1-4])\)?|\(?([a-d])\))\s*[.):=\-–]*\s*(?=\D)(.+)|([a-d])\s*[.):]\s*(.+)", re.IGNORECASE)
_SUFFIX = re.compile(r"(.+?)\s*[(\[=:\-–]\s*([1-4])\s*[)\]]?")
MISSING, UNKNOWN = 0, -1


def _texts(element: str) -> dict[str, int]:
    known = {plain(text): k for family in (OFFICIAL, _ENGLISH) for k, text in enumerate(family[element], start=1)}
    for stem in (*_STEMS[element].split(), *_ANY.split()):
        for k, degree in enumerate(_SCALE, start=1):
            known.setdefault(f"{degree} {stem}".strip(), k)
    known |= {f"{degree} sopan ramah".strip(): k for k, degree in enumerate(_SCALE, start=1)} if element == "perilaku" else {}
    known |= {"ada tapi tidak berfungsi": 2, "ada namun tidak berfungsi": 2} if element == "pengaduan" else {}
    return known


_KNOWN = {element: _texts(element) for element in ELEMENTS}
WORDS = frozenset(word for known in _KNOWN.values() for text in known for word in text.split()) | {
    "agak", "lumayan", "biasa", "saja", "sekali", "lebih", "netral", "sedang", "rendah", "tinggi", "lama", "lambat", "jelek",
    "buruk", "mahal", "murah", "gratis", "cukup", "tahu", "tidak", "ya", "puas", "sulit", "rumit", "setuju"}


DEGREES = frozenset(("tidak", "kurang", "sangat", "cukup", "agak", "lumayan", "lebih", "sekali", "biasa", "not", "less", "very", "fairly"))


def rating(text: str, element: str, mapping: Mapping) -> int:
    """1-4, 0 for no answer, -1 for an answer that is not known.

    >>> from simulation.intake.mapping import NO_MAPPING
    >>> [rating(t, "biaya", NO_MAPPING) for t in ("GRATIS", "3. Murah", "4,0", "", "5", "3. Gratis")]
    [4, 3, 4, 0, -1, -1]
    """
    meant = _mapped(text, element, mapping)
    if meant is not None:
        return meant
    text = text.removeprefix("'").strip()  # the mark with which Excel makes a figure a text
    if text in ("", "-"):
        return MISSING
    number = _NUMBER.fullmatch(text)
    if number:
        return int(number[1])
    known = _known(text, element)
    if known:
        return known
    return _with_number(text, element)


def is_figure(text: str) -> bool:
    """Whether an answer is a number alone."""
    return bool(_NUMBER.fullmatch(text))


def _known(text: str, element: str) -> int:
    found = plain(text)
    for long, short in _JOINED.items():
        found = found.replace(long, short)
    return _KNOWN[element].get(found, 0)


def _with_number(text: str, element: str) -> int:
    """A text with its number or letter: both must say the same."""
    prefix = _PREFIX.fullmatch(text)
    if prefix:
        number, rest = prefix[1], prefix[3] or prefix[5]
    else:
        suffix = _SUFFIX.fullmatch(text)
        if not suffix:
            return UNKNOWN
        rest, number = suffix[1], suffix[2]
    known = _known(rest, element)
    return known if known and (number is None or int(number) == known) else UNKNOWN


def _mapped(text: str, element: str, mapping: Mapping) -> int | None:
    if not (mapping.missing or mapping.answers):
        return None
    found = plain(text) or text
    if any(found == (plain(str(m)) or str(m)) for m in mapping.missing):
        return MISSING
    for key in (element, "all"):
        for answer, meant in mapping.answers.get(key, {}).items():
            if found == (plain(str(answer)) or str(answer)):
                return int(meant or MISSING)  # the reader has refused any other than 0 to 4
    return None


def echo(text: str) -> str | None:
    """The answer as a message may repeat it: a short number, a code or rating words, nothing that could be about a person."""
    if re.fullmatch(r"-?\d{1,3}([.,]\d{1,3})?|[a-eA-E]|[a-zA-Z]{1,2}-?\d{1,2}|N/?A|#N/A|TRUE|FALSE", text):
        return text
    words = plain(text).split()
    if not words or not all(word in WORDS or (word.isdigit() and len(word) < 3) for word in words):
        return None
    said = " ".join(word for word in words if not word.isdigit())  # a name may be made of such words: "Bagus", "Sopan"
    return text if DEGREES & set(words) or any(said in known for known in _KNOWN.values()) else None
