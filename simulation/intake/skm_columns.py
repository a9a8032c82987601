"""Which column of a survey file is which element: by name first, by number only when no name is given."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np

from simulation.errors import InputError, Problem, shown
from simulation.intake.dates import parse_moment
from simulation.intake.headings import find_columns, mapped_columns, plain, unclear
from simulation.intake.mapping import Mapping
from simulation.intake.sheet import Sheet
from simulation.intake.skm_answers import rating
from simulation.intake.skm_headings import (
    CONTEXT,
    NINE,
    PERSONAL,
    is_heading,
    number,
    subjects,
)
from simulation.intake.skm_shapes import missing_elements
from simulation.intake.skm_table import Table, read_table
from simulation.skm import ELEMENTS

KEYS = (*ELEMENTS, *(w.key for w in CONTEXT))
_LAST_WORDS = re.compile(r"[\[({:;,/>-]\s*([^\[({:;,/>-]+?)\s*[\])}]?$")  # "Biaya [Gratis]", "Biaya - Gratis"
MOST_ELEMENTS = 30  # a higher number is no element's


@dataclass(frozen=True)
class Layout:
    """Where the answers and their context stand.

    Attributes:
        elements: position of each element's column, in the regulation's order.
        context: position of date, wave, unit, service, sex, age, education where there is one.
        numbered: whether the elements are known by their number only; swapped: whether the questionnaire's order was found.
        dropped: headings about persons that were left out, counted only.
    """

    elements: tuple[int, ...]
    context: dict[str, int]
    numbered: bool
    swapped: bool
    dropped: int


def read_survey_table(sheet: Sheet, mapping: Mapping) -> Table:
    """The columns that may be an element or its context; nothing else is kept."""
    mapped = mapped_columns(sheet, KEYS, mapping)
    answers = {i for key, i in mapped.items() if key in ELEMENTS}
    context = {i for key, i in mapped.items() if key not in ELEMENTS}
    moments = {mapped["date"]} if "date" in mapped else set()
    for i, heading in enumerate(sheet.header):
        h = plain(heading)
        if not h or number(h) or subjects(h):
            answers.add(i)
        if h and any(w.fits(h) for w in CONTEXT):
            context.add(i)
            if CONTEXT[0].fits(h):
                moments.add(i)
    return read_table(sheet, answers, context, moments, is_heading)


def find_layout(sheet: Sheet, table: Table, mapping: Mapping) -> Layout:
    """Find the nine elements and their context.

    Raises:
        InputError: elements without a column, or with several; what to write in a mapping file.
    """
    mapped = mapped_columns(sheet, KEYS, mapping)
    elements = {e: i for e, i in mapped.items() if e in ELEMENTS}
    search = _Search(sheet, table, mapping)
    named, doubtful = search.by_name(elements)
    numbered, swapped = False, False
    if len(named) < len(ELEMENTS) and not doubtful:
        by_number = search.by_number()
        if by_number:
            named, swapped = search.in_order(by_number, elements)
            numbered = not {"pengaduan", "sarana"} <= set(elements)
    missing = [e for e in ELEMENTS if e not in named]
    if doubtful:
        search.refuse_options(doubtful)
        raise InputError([unclear(sheet, e, free) for e, free in doubtful.items()])
    if missing:
        raise InputError(missing_elements(sheet, missing))
    search.refuse_unnamed(set(named.values()))
    context = _context(sheet, table, {key: i for key, i in mapped.items() if key not in ELEMENTS}, set(named.values()))
    used = {*named.values(), *context.values()}
    dropped = sum(bool(PERSONAL.search(plain(h))) for i, h in enumerate(sheet.header) if i not in used)
    return Layout(tuple(named[e] for e in ELEMENTS), context, numbered, swapped, dropped)


class _Search:
    """The columns of a file held against the nine elements."""

    def __init__(self, sheet: Sheet, table: Table, mapping: Mapping):
        self.sheet, self.columns, self.mapping = sheet, table.columns, mapping

    def filled(self, position: int) -> bool:
        """Whether a column holds anything."""
        column = self.columns.get(position)
        return column is not None and column.filled

    def answers(self, position: int, element: str) -> int:
        """Rows in which a column holds an answer of an element."""
        return sum(n for text, n in self.columns[position].counts.items() if rating(text, element, self.mapping) > 0)

    def by_name(self, mapped: dict[str, int]) -> tuple[dict[str, int], dict[str, list[int]]]:
        """Elements whose heading speaks of one subject, and those that several columns fit.

        A heading of two subjects goes to the one still without column.
        """
        found, fits = dict(mapped), self._fits(mapped)
        for _ in ELEMENTS:  # settle what is certain first, then what is left
            for element in [e for e in fits if e not in found]:
                free = [i for i in fits[element] if i not in found.values()]
                single = [i for i in free if sum(i in other for e, other in fits.items() if e not in found) == 1]
                choice = free if len(free) == 1 else self._same(single or free, element)
                if len(choice) == 1:
                    found[element] = choice[0]
        free = {e: [i for i in fits[e] if i not in found.values()] for e in fits if e not in found}
        return found, {e: columns for e, columns in free.items() if len(columns) > 1}

    def _fits(self, mapped: dict[str, int]) -> dict[str, list[int]]:
        fits: dict[str, list[int]] = {e: [] for e in ELEMENTS if e not in mapped}
        taken = set(mapped.values())
        headings = [(i, plain(h)) for i, h in enumerate(self.sheet.header) if i not in taken and self.filled(i)]
        for element, columns in fits.items():
            spoken = [i for i, h in headings if element in subjects(h)]
            rated = [i for i in spoken if self._rated(i, element)]
            columns += rated or [i for i in spoken if self._few_texts(i)]
        return fits

    def _rated(self, position: int, element: str) -> bool:
        """Whether at least half of a column is ratings."""
        return self.answers(position, element) * 2 >= sum(self.columns[position].counts.values()) > 0

    def _few_texts(self, position: int) -> bool:
        """Whether a column may hold answers of another wording: few different ones, and no dates."""
        counts = self.columns[position].counts
        if not 0 < len(counts) <= 12:
            return False
        dates = sum(n for text, n in counts.items() if len(text) > 5 and parse_moment(text) is not None)
        return dates * 2 < sum(counts.values())

    def _same(self, positions: list[int], element: str) -> list[int]:
        """The first of several columns if all say the same in every row, as text and score side by side do; else all."""
        if len(positions) < 2:
            return positions
        first, *others = (self.columns[i].each(lambda text: rating(text, element, self.mapping), np.int8) for i in positions)
        return positions[:1] if (first >= 0).all() and all((first == other).all() for other in others) else positions

    def by_number(self) -> dict[int, int]:
        """Position of elements 1 to 9 by their number.

        Raises:
            InputError: more than nine of them hold answers: another questionnaire; or a number comes twice.
        """
        places: dict[int, list[int]] = {}
        for i, heading in enumerate(self.sheet.header):
            n = number(plain(heading))
            if n and n <= MOST_ELEMENTS and self.filled(i):
                places.setdefault(n, []).append(i)
        if not set(places) >= NINE:
            return {}
        places = {n: self._same(i, ELEMENTS[n - 1]) if n in NINE else i for n, i in places.items()}
        twice = [unclear(self.sheet, str(n), i) for n, i in sorted(places.items()) if len(i) > 1 and n in NINE]
        if twice:
            raise InputError(twice)
        more = sorted(set(places) - NINE)
        if more:
            values = {"found": ", ".join(shown(self.sheet.header[places[n][0]]) for n in more)}
            raise InputError(Problem("skm_more_elements", values, self.sheet.name, self.sheet.header_line))
        return {n: i[0] for n, i in places.items()}

    def in_order(self, by_number: dict[int, int], mapped: dict[str, int]) -> tuple[dict[str, int], bool]:
        """The regulation's order, or the questionnaire's if the answer texts of 8 and 9 show it; what is mapped comes first."""
        straight = self.answers(by_number[8], "pengaduan") + self.answers(by_number[9], "sarana")
        crossed = self.answers(by_number[8], "sarana") + self.answers(by_number[9], "pengaduan")
        order = (*ELEMENTS[:7], "sarana", "pengaduan") if crossed > straight else ELEMENTS
        taken = set(mapped.values())
        found = dict(mapped) | {e: by_number[k] for k, e in enumerate(order, start=1) if e not in mapped and by_number[k] not in taken}
        left = [i for i in by_number.values() if i not in found.values()]
        without = [e for e in ELEMENTS if e not in found]
        if len(left) == len(without) == 1:
            found[without[0]] = left[0]
        return found, crossed > straight

    def refuse_options(self, doubtful: dict[str, list[int]]) -> None:
        """Columns that stand for one possible answer each cannot be chosen between.

        Raises:
            InputError: which columns.
        """
        options = [i for e, columns in doubtful.items() for i in columns
                   if (last := _LAST_WORDS.search(self.sheet.header[i])) and rating(last[1], e, self.mapping) > 0]
        if len(options) > len(ELEMENTS):
            values = {"columns": ", ".join(str(i + 1) for i in sorted(options))}
            raise InputError(Problem("skm_option_columns", values, self.sheet.name, self.sheet.header_line))

    def refuse_unnamed(self, used: set[int]) -> None:
        """Answers below no heading belong to an element whose heading stands over several columns: none may be lost.

        Raises:
            InputError: which columns.
        """
        lost = [i for i, h in enumerate(self.sheet.header) if not h and i not in used and self.filled(i)
                and any(self._rated(i, element) for element in ELEMENTS)]
        if lost:
            values = {"columns": ", ".join(str(i + 1) for i in lost)}
            raise InputError(Problem("skm_unnamed_answers", values, self.sheet.name, self.sheet.header_line))


def _context(sheet: Sheet, table: Table, mapped: dict[str, int], taken: set[int]) -> dict[str, int]:
    """Date, unit and the like among the columns that are not answers."""
    away = taken | set(mapped.values())
    left = [i for i in table.columns if i not in away and sheet.header[i]]
    # of several that fit the first is taken: by heading and content, so that the order of the columns decides nothing
    left.sort(key=lambda i: (plain(sheet.header[i]), len(table.columns[i].texts), min(table.columns[i].texts, default="")))
    rest = replace(sheet, header=tuple(sheet.header[i] for i in left))
    found = mapped | {key: left[i] for key, i in find_columns(rest, [w for w in CONTEXT if w.key not in mapped]).items()}
    return {key: i for key, i in found.items() if not table.columns[i].overflow}
