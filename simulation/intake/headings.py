"""Which column is what: headings recognised however they are written, or a message that says what to map."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from simulation.errors import InputError, Problem, nearest, shown
from simulation.intake.mapping import NO_MAPPING, Mapping
from simulation.intake.sheet import Sheet


def plain(text: str) -> str:
    """Lower case, no accents, punctuation as spaces, white space collapsed.

    >>> plain("  No. HP/WhatsApp ")
    'no hp whatsapp'
    """
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w]+|_", " ", text.lower()).split())


@dataclass(frozen=True)
class Wanted:
    """A column to look for.

    Attributes:
        key: what it is to the reader of the mapping file.
        names: plain headings that mean it for sure; pattern: a regular expression on the plain heading.
        required: whether the file is of no use without it.
    """

    key: str
    names: tuple[str, ...] = ()
    pattern: str = ""
    required: bool = False

    def exact(self, heading: str) -> bool:
        """Whether a plain heading is one of the sure names."""
        return heading in self.names or heading == plain(self.key)

    def fits(self, heading: str) -> bool:
        """Whether a plain heading may mean it."""
        return self.exact(heading) or bool(self.pattern and re.search(self.pattern, heading))


def recogniser(wanted: Iterable[Wanted], mapping: Mapping = NO_MAPPING) -> Callable[[Sequence[str]], int]:
    """How many of the wanted columns a row of cells could head."""
    wanted = tuple(wanted)
    mapped = {plain(heading) for heading in mapping.columns.values()}

    def count(cells: Sequence[str]) -> int:
        headings = [plain(cell) for cell in cells if cell and len(cell) < 300]
        return sum(any(w.fits(h) for h in headings) for w in wanted) + sum(h in headings for h in mapped)

    return count


def find_columns(sheet: Sheet, wanted: Sequence[Wanted], mapping: Mapping = NO_MAPPING) -> dict[str, int]:
    """Position of each wanted column that the sheet has; what the mapping file says comes first.

    Raises:
        InputError: a mapped heading that is not there, a heading that fits twice, a required column that is missing.
    """
    found = mapped_columns(sheet, [w.key for w in wanted], mapping)
    headings = [plain(heading) for heading in sheet.header]
    problems = []
    for sure in (True, False):
        for w in wanted:
            if w.key in found:
                continue
            taken = set(found.values())
            fits = [i for i, h in enumerate(headings) if i not in taken and (w.exact(h) if sure else w.fits(h))]
            if len(fits) == 1 or (fits and not w.required):
                found[w.key] = fits[0]
            elif fits:
                problems.append(unclear(sheet, w.key, fits))
    missing = [w.key for w in wanted if w.required and w.key not in found]
    problems += [no_column(sheet, missing)] if missing and not problems else []
    if problems:
        raise InputError(problems)
    return found


_PLACE = re.compile(r"(?:kolom|column) (\d{1,3})")


def mapped_columns(sheet: Sheet, keys: Sequence[str], mapping: Mapping) -> dict[str, int]:
    """Position of the columns that a mapping file names, by heading or, where that says nothing, as "column 7"."""
    headings = [plain(heading) for heading in sheet.header]
    found, problems = {}, []
    for key, heading in mapping.columns.items():
        if key not in keys:
            values = {"found": shown(key), "nearest": nearest(key, keys)}
            problems.append(Problem("mapping_key", values, sheet.name))
        elif plain(heading) not in headings and (place := _PLACE.fullmatch(plain(heading))) and 0 < int(place[1]) <= len(headings):
            found[key] = int(place[1]) - 1
        elif headings.count(plain(heading)) > 1:
            values = {"found": shown(heading), "key": key, "columns": ", ".join(str(i) for i, h in enumerate(headings, 1) if h == plain(heading))}
            problems.append(Problem("mapping_twice", values, sheet.name, sheet.header_line))
        elif plain(heading) not in headings:
            values = {"found": shown(heading), "key": key, "nearest": nearest(heading, sheet.header)}
            problems.append(Problem("mapping_heading", values, sheet.name, sheet.header_line))
        else:
            found[key] = headings.index(plain(heading))
    if problems:
        raise InputError(problems)
    return found


def unclear(sheet: Sheet, key: str, positions: Sequence[int]) -> Problem:
    """Several columns fit one meaning."""
    values = {"key": key, "columns": "; ".join(f"{shown(sheet.header[i])} ({i + 1})" for i in positions)}
    return Problem("column_unclear", values, sheet.name, sheet.header_line)


def no_column(sheet: Sheet, keys: Sequence[str]) -> Problem:
    """Meanings without a column, what columns there are, and the mapping file to write."""
    columns = [shown(heading) for heading in sheet.header if heading]
    mapping = "columns: {" + ", ".join(f'{key}: "..."' for key in keys) + "}"
    values = {"found": ", ".join(keys), "columns": "; ".join(columns[:40]) or "-", "mapping": mapping}
    return Problem("column_not_found", values, sheet.name, sheet.header_line)
