"""The cells of a survey that may matter, column by column: each distinct text once, and a small code per row.

What a column holds is judged on the whole file, so the order of the rows decides nothing. Columns about persons never get here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

import numpy as np

from simulation.intake.headings import plain
from simulation.intake.sheet import Sheet

MOST_TEXTS = 5000  # a column with more different texts than this is free text or names
_ROWS = 4096
_RATINGS = frozenset("1234")
_TOTALS = re.compile(
    r"^(jumlah|total|sub ?total|grand total|sum|rata rata|rerata|average|mean|nrr|ikm|skm|bobot|weight|konversi|mutu|kategori|kinerja unit"
    r"|indeks kepuasan|(nilai|skor|score) (rata|unsur|per|ikm|indeks|interval|konversi|maks|min|tertimbang|total|akhir|nrr)\w*)\b")
_WHOLE = re.compile(r"^(keterangan|catatan|mengetahui|nilai|skor|score|maksimum|minimum|maks|min|max)$")
_SECOND_HEADING = {"response", "responses", "jawaban", "nilai", "skor", "score", "kode", "code", "open ended response", "tanggapan"}


@dataclass
class Column:
    """One column: `texts` in order of appearance, `codes` (n,) position of each row's text; no texts if there were too many."""

    texts: tuple[str, ...]
    codes: np.ndarray
    overflow: bool = False

    @property
    def filled(self) -> bool:
        """Whether any row says something."""
        return self.overflow or any(self.texts)

    @cached_property
    def counts(self) -> dict[str, int]:
        """Rows with each text, the empty one left out; nothing for a column of moments, which has as many texts as rows."""
        if len(self.texts) > MOST_TEXTS:
            return {}
        return {text: int(c) for text, c in zip(self.texts, np.bincount(self.codes, minlength=len(self.texts)), strict=True) if text and c}

    def each(self, of: Callable[[str], int], dtype) -> np.ndarray:
        """What a function makes of each row's text, (n,)."""
        return np.array([of(text) for text in self.texts], dtype=dtype)[self.codes]


@dataclass
class Table:
    """The columns that may matter.

    Attributes:
        columns: by position. lines: row of each respondent in the file, (n,). sparse: (n,) rows with at most two cells filled.
        strays: by position, of the columns just right of possible answers: whether a lone rating stands there, (n,).
        left_out: rows of totals, repeated headings or column numbers.
    """

    columns: dict[int, Column]
    lines: np.ndarray
    sparse: np.ndarray
    strays: dict[int, np.ndarray]
    left_out: list[int] = field(default_factory=list)


def read_table(sheet: Sheet, answers: set[int], context: set[int], unlimited: set[int], is_heading: Callable[[list[str]], bool]) -> Table:
    """Read the columns at the given positions.

    Args:
        answers: columns that may hold ratings; context: date, unit and the like.
        unlimited: columns that may hold as many different texts as there are rows: moments.
        is_heading: whether the cells of a row are headings once more.
    """
    left_out: list[int] = []
    store = {i: _Store(i in unlimited) for i in sorted(answers | context)}
    lines, sparse = [], []
    strays: dict[int, list[np.ndarray]] = {i + 1: [] for i in answers if i + 1 not in answers and i + 1 < len(sheet.header)}
    people = _people(sheet, answers, is_heading, left_out)
    while chunk := list(islice(people, _ROWS)):
        lines.append(np.fromiter((line for line, _ in chunk), dtype=np.int32, count=len(chunk)))
        sparse.append(np.fromiter((sum(map(bool, cells)) < 3 for _, cells in chunk), dtype=bool, count=len(chunk)))
        for i, found in strays.items():
            found.append(np.fromiter((cells[i] in _RATINGS for _, cells in chunk), dtype=bool, count=len(chunk)))
        turned = list(zip(*(cells for _, cells in chunk), strict=True))
        for i, column in store.items():
            column.extend(turned[i])
    empty = np.zeros(0, int)
    return Table({i: column.done() for i, column in store.items()}, np.concatenate([empty, *lines]).astype(np.int32),
                 np.concatenate([empty, *sparse]).astype(bool), {i: np.concatenate([empty, *found]).astype(bool) for i, found in strays.items()}, left_out)


class _Store:
    """A column while it is read."""

    def __init__(self, unlimited: bool):
        self.unlimited, self.overflow = unlimited, False
        self.texts: defaultdict[str, int] = defaultdict()
        self.texts.default_factory = self.texts.__len__
        self.chunks: list[np.ndarray] = []

    def extend(self, cells: Iterable[str]) -> None:
        if self.overflow:
            return
        codes = np.fromiter(map(self.texts.__getitem__, cells), dtype=np.int32)
        self.chunks.append(codes.astype(np.min_scalar_type(len(self.texts))))
        if len(self.texts) > MOST_TEXTS and not self.unlimited:
            self.overflow, self.texts, self.chunks = True, defaultdict(), []

    def done(self) -> Column:
        codes = np.concatenate(self.chunks) if self.chunks else np.zeros(0, np.uint8)
        return Column(tuple(self.texts), codes, self.overflow)


def _people(sheet: Sheet, answers: set[int], is_heading, left_out: list[int]) -> Iterator[tuple[int, list[str]]]:
    """Rows about respondents; the others are noted by their line."""
    places, outside = sorted(answers), [i for i in range(len(sheet.header)) if i not in answers]
    header = [sheet.header[i] for i in places]
    named = [i for i, heading in zip(places, header, strict=True) if heading]
    for count, (line, cells) in enumerate(sheet.rows()):
        first = next(filter(None, cells))
        answered = [cells[i] for i in places]
        if (
            (any(cells[i] == sheet.header[i] for i in named[:2]) and sum(cells[i] == sheet.header[i] for i in named) * 2 > len(named))
            or _numbers_columns(first, cells)
            or (count < 3 and _second_heading(cells, answered, is_heading))
            or _totals(first, answered, [cells[i] for i in outside])
        ):
            left_out.append(line)
        else:
            yield line, cells


def _totals(first: str, answered: list[str], others: list[str]) -> bool:
    """A line below the rows: it starts with a word for totals and says nothing else about a person, or holds no rating."""
    if first[:1] not in "jJtTsSgGrRaAmMnNiIbBwWkK":
        return False
    label = plain(first)
    if not (_TOTALS.match(label) or _WHOLE.match(label)):
        return False
    return sum(map(bool, others)) <= 1 or not any(cell in ("1", "2", "3", "4") or cell[-1:].isalpha() for cell in answered)


def _numbers_columns(first: str, cells: list[str]) -> bool:
    """The line (1) (2) (3) ... that official tables have below their headings."""
    if first not in ("1", "(1)"):
        return False
    filled = [cell.strip("()") for cell in cells if cell]
    return len(filled) > 8 and filled == [str(k) for k in range(1, len(filled) + 1)]


def _second_heading(cells: list[str], answered: list[str], is_heading) -> bool:
    """A second line of headings, as some exports have it."""
    said = {plain(cell) for cell in answered if cell}
    return bool(said) and (said <= _SECOND_HEADING or is_heading(cells))
