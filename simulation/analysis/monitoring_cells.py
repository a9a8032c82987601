"""How a cell of a monitoring table is read: amounts as Indonesians write them, counts, years, scores, answers.

Every reader returns `(value, None)` or `(None, (code of the problem, its values))`. What stood in a cell is repeated in a
message only when it is a short number: a name or an identity number in the wrong column goes nowhere.
"""

from __future__ import annotations

import re

from simulation.intake.headings import plain
from simulation.ip_asn import performance_band
from simulation.language import LANGUAGES, say

Read = tuple[object, tuple[str, dict] | None]

MOST_DIGITS = 9  # a phone number has ten or more, a NIK 16, a NIP 18

_GROUPED = re.compile(r"-?[0-9]{1,3}([.,][0-9]{3})+")
_BOTH = re.compile(r"-?[0-9]{1,3}(\.[0-9]{3})+,[0-9]+|-?[0-9]{1,3}(,[0-9]{3})+\.[0-9]+")
_PLAIN = re.compile(r"-?[0-9]+")
_DECIMAL = re.compile(r"-?[0-9]+[.,][0-9]+")
_MONEY = re.compile(r"^(rp|idr)\.?\s*|,-$|,00$|\.00$", re.IGNORECASE)

ANSWERS = {
    "yes_no": {"yes": ("ya", "y", "yes", "1", "sudah", "ada"), "no": ("tidak", "t", "no", "n", "0", "belum", "tidak ada")},
    "posts": {"structural": ("struktural", "structural", "jpt", "administrator", "pengawas", "jpt administrator pengawas"),
              "functional": ("fungsional", "functional", "jf", "jabatan fungsional"),
              "general": ("pelaksana", "general", "jabatan pelaksana", "staff")},
    "education": {"s3": ("s3", "s 3", "doktor"), "s2": ("s2", "s 2", "magister"),
                  "s1": ("s1", "s 1", "d4", "d iv", "div", "s1 d4", "sarjana"), "d3": ("d3", "d iii", "diii"),
                  "d2": ("d2", "d1", "sma", "slta", "smk", "d ii", "d i", "d2 d1 sma", "slta sma sederajat"),
                  "below": ("smp", "sltp", "sd", "di bawah sma", "below sma")},
    "performance": {"91": ("91 100",), "76": ("76 90",), "61": ("61 75",), "51": ("51 60",), "0": ("0 50", "50 ke bawah")},
    "discipline": {"none": ("tidak ada", "tidak pernah", "none", "0", "nihil"), "light": ("ringan", "light"),
                   "medium": ("sedang", "medium"), "heavy": ("berat", "heavy")},
}


def _both(key: str) -> dict[str, str]:
    return {lang: say(key, lang) for lang in LANGUAGES}


def _found(text: str) -> dict:
    """What stood there, if it is a short number; else only that there was something, or nothing."""
    harmless = re.fullmatch(r"[-0-9.,% ]+", text) and sum(c.isdigit() for c in text) <= MOST_DIGITS
    kind = "empty" if not text.strip() else "other"
    return {"found": text.strip() if harmless and text.strip() else _both(f"monitoring.found.{kind}")}


def _trimmed(text: str) -> str:
    return _MONEY.sub("", _MONEY.sub("", text.strip())).strip()


def amount(text: str) -> Read:
    """Rupiah: `Rp 1.600.000.000`, `1,600,000.00`, `1600000000`; a dash alone is nothing spent.

    >>> amount("Rp 1.600.000,00"), amount("-")
    ((1600000.0, None), (0.0, None))
    """
    if text.strip() in ("-", "–", "Rp -"):
        return 0.0, None
    found = _trimmed(text)
    if _GROUPED.fullmatch(found) and not ("." in found and "," in found):
        found = found.replace(".", "").replace(",", "")
    elif _BOTH.fullmatch(found):
        whole, part = re.split(r"[.,](?=[0-9]+$)", found)
        found = whole.replace(".", "").replace(",", "") + "." + part
    elif _DECIMAL.fullmatch(found):
        found = found.replace(",", ".")
    elif not _PLAIN.fullmatch(found):
        return None, ("monitoring_not_amount", _found(text))
    value = float(found)
    return (value, None) if value >= 0 else (None, ("monitoring_negative", _found(text)))


def count(text: str) -> Read:
    """A count: `1.250`, `1250`, `4.0`."""
    value, problem = amount(text)
    if problem:
        return None, ("monitoring_not_count", _found(text))
    if value != int(value):
        return None, ("monitoring_not_count", _found(text))
    return int(value), None


def score(text: str) -> Read:
    """A number from 0 to 100 with a decimal comma or point."""
    found = text.strip().replace(",", ".")
    if not (_PLAIN.fullmatch(found) or _DECIMAL.fullmatch(found)):
        return None, ("monitoring_not_score", _found(text))
    value = float(found)
    return (value, None) if 0 <= value <= 100 else (None, ("monitoring_not_score", _found(text)))


def year_of(text: str) -> Read:
    """A year of this century: `2026`, `TA 2026`."""
    found = re.fullmatch(r"(?:ta|tahun|th)?\.?\s*(20[0-9]{2})(?:\.0)?", text.strip(), re.IGNORECASE)
    return (int(found[1]), None) if found else (None, ("monitoring_not_year", _found(text)))


def answer(text: str, kind: str) -> Read:
    """One of the answers of a column; a performance score is put into its band."""
    words = ANSWERS[kind]
    said = plain(text)
    found = next((meant for meant, texts in words.items() if said in texts or text.strip() == meant), None)
    if found is None and kind == "performance":
        value, problem = score(text)
        found = None if problem else performance_band(value)
    return (found, None) if found else (None, ("monitoring_not_answer", {"expected": _both(f"monitoring.expected.{kind}")}))
