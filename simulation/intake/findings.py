"""What is wrong or worth knowing in a list of people, collected without repeating anything about a person.

A list can have thousands of rows with the same fault: it is said once per text or for the first rows, with the count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from simulation.city import SMALLEST_GROUP
from simulation.errors import InputError, Problem, shown
from simulation.intake.sheet import Sheet
from simulation.language import LANGUAGES, say

MOST_ROWS = 20  # of one kind of fault in one column that are named row by row
_PERSONAL = re.compile(r"@|(?:\d[\s.\-]*){9,}")  # an address, or as many digits as a phone number, a NIK or a NIP
_WORD = re.compile(r"[^\W\d_]{3}")
_QUANTITY = re.compile(r"-?[0-9]+([.,][0-9]+)?")
_THOUSANDS = re.compile(r"-?[0-9]{1,3}([.,][0-9]{3})+")
_BOTH = re.compile(r"(-?[0-9]{1,3}(?:[.,][0-9]{3})+)[.,]([0-9]{1,2})")


@dataclass
class Findings:
    """Problems and warnings of one sheet."""

    sheet: Sheet
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    _texts: dict[tuple, list] = field(default_factory=dict)
    _counts: dict[tuple, int] = field(default_factory=dict)

    def cell(self, code: str, line: int, position: int, values: dict | None = None) -> None:
        """A fault in one cell; after the first rows of a kind only the count goes on."""
        key = (code, position)
        self._counts[key] = self._counts.get(key, 0) + 1
        if self._counts[key] <= MOST_ROWS:
            self.problems.append(self.sheet.problem(code, line, position, values))

    def text(self, code: str, text: str, line: int, position: int) -> None:
        """A text that means nothing known; said once, with its first row and how often it stands there."""
        entry = self._texts.setdefault((code, position, text), [line, 0])
        entry[0], entry[1] = min(entry[0], line), entry[1] + 1

    def warn(self, code: str, values: dict | None = None, line: int | None = None) -> None:
        """Something a reader should know about the file."""
        self.warnings.append(Problem(code, values or {}, self.sheet.name, line))

    def finish(self, values_of=None) -> None:
        """Give up if anything was wrong.

        Args:
            values_of: further values of a text's message, from (code, text).

        Raises:
            InputError: everything collected, texts first.
        """
        of_text = []
        for (code, position, text), (line, count) in sorted(self._texts.items(), key=lambda item: (item[1][0], item[0])):
            values = {"count": str(count), **(values_of(code, text) if values_of else {})}
            values.setdefault("found", harmless(text, count))
            of_text.append(self.sheet.problem(code, line, position, values))
        more = [self.sheet.problem("list_more_rows", self.sheet.header_line, position, {"count": str(count - MOST_ROWS)})
                for (_, position), count in sorted(self._counts.items()) if count > MOST_ROWS]
        if of_text or self.problems:
            raise InputError([*of_text, *sorted(self.problems, key=lambda p: (p.line or 0, p.column or "")), *more])


def harmless(text: str, count: int = SMALLEST_GROUP):
    """A short text as it stands, or in its place that it is not repeated: it may be about a person, as words in under five rows may."""
    if not text.strip():
        return {lang: say("list.empty", lang) for lang in LANGUAGES}
    if _PERSONAL.search(text) or len(text) > 80 or (count < SMALLEST_GROUP and _WORD.search(text)):
        return {lang: say("list.not_repeated", lang) for lang in LANGUAGES}
    return shown(text)


def quantity(text: str) -> float | None:
    """A number with a decimal comma or point, None if it is none.

    >>> quantity("20,5"), quantity("20 JP")
    (20.5, None)
    """
    return float(text.replace(",", ".")) if _QUANTITY.fullmatch(text) else None


def money(text: str) -> float | None:
    """Rupiah as people write them, None if it is no amount.

    >>> money("Rp 1.250.000,00"), money("750000")
    (1250000.0, 750000.0)
    """
    text = re.sub(r"^(?:rp|idr)[.\s]*|\s|,-$", "", text.strip().lower())
    if _THOUSANDS.fullmatch(text):
        return float(re.sub(r"[.,]", "", text))
    both = _BOTH.fullmatch(text)
    return float(re.sub(r"[.,]", "", both[1]) + "." + both[2]) if both else quantity(text)
