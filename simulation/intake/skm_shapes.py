"""Why nine elements were not found: the table may lie on its side, have one row per answer, or have no headings at all."""

from __future__ import annotations

from collections import Counter
from itertools import islice

from simulation.errors import InputError, Problem, shown
from simulation.intake.headings import no_column, plain
from simulation.intake.mapping import NO_MAPPING
from simulation.intake.sheet import Sheet
from simulation.intake.skm_answers import rating
from simulation.intake.skm_headings import NINE, number, subjects
from simulation.skm import ELEMENTS

SAMPLE = 300  # rows that show the shape of a table
_MANY = 7  # so many of the nine elements in one column are no coincidence


def missing_elements(sheet: Sheet, missing: list[str]) -> Problem:
    """Elements without a column: what to map, or what is the matter with the table as a whole."""
    if sum(any(rating(h, e, NO_MAPPING) > 0 for e in ELEMENTS) for h in sheet.header if h and not number(plain(h))) > 2:
        return Problem("no_header", file=sheet.name)  # what passes for headings are answers
    try:
        rows = [cells for _, cells in islice(sheet.rows(), SAMPLE)]
    except InputError as error:
        return error.problems[0]
    for i, heading in enumerate(sheet.header):
        found = Counter(filter(None, (_element(row[i]) for row in rows)))
        if len(found) >= _MANY or len([e for e in found if isinstance(e, str)]) >= _MANY:
            code = "skm_one_row_per_answer" if min(found.values()) > 1 else "skm_elements_in_rows"
            return Problem(code, {"found": str(i + 1)}, sheet.name, sheet.header_line, shown(heading) or None)
    return no_column(sheet, missing)


def _element(text: str) -> str | int | None:
    """The element that a cell names; a figure alone is a rating or a count."""
    h = plain(text) if len(text) < 300 else ""
    n = number(h) if not h.isdigit() else None
    if n in NINE:
        return n
    spoken = subjects(h)
    return spoken.pop() if len(spoken) == 1 else None
