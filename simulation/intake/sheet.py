"""A table as people send it: CSV or Excel, any of the usual separators and encodings, titles above the headings.

Rows come one at a time, so that a large file is never in memory as cells, and a reader takes only the columns it knows:
what it does not ask for is dropped at the door.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as AnyMapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import Path
from zipfile import BadZipFile

from simulation.errors import InputError, Problem, nearest, short_path, shown
from simulation.intake.mapping import NO_MAPPING, Mapping
from simulation.intake.text_rows import blocks, encoding_of, separator_of, text_records

HEADER_ROWS = 30  # titles and logos above the headings are shorter than this
LARGEST_BYTES = 400_000_000
# what openpyxl lets through from its zip and XML readers when a file is no workbook
_BROKEN = (BadZipFile, zlib.error, OSError, EOFError, SyntaxError, KeyError, IndexError, ValueError, TypeError, AttributeError,
           NotImplementedError, RuntimeError)
Progress = Callable[[int, int], None]  # rows read, rows in all (0: not known)


@dataclass(frozen=True)
class Sheet:
    """A table with its headings found.

    Attributes:
        name: short path, with the sheet's name if it is an Excel file.
        header: headings with white space collapsed, "" where a column has none; header_line: their row, counted from 1.
        rivals: other sheets of the file whose headings are recognised just as well; others: half as well at least.
    """

    name: str
    header: tuple[str, ...]
    header_line: int
    _records: Callable[[], Iterator[tuple[int, list[str]]]]
    _exact: bool  # a text file must have a cell for each heading; Excel leaves out empty ones
    _progress: Progress | None = None
    _total: int = 0
    rivals: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Line and cells of each row below the headings, blank rows left out.

        Raises:
            InputError: a row with another number of cells than there are headings.
        """
        width, problems, short = len(self.header), [], set()
        for count, block in enumerate(blocks(self._records())):
            rows = [(line, cells) for line, cells in block if line > self.header_line and any(cells)]
            fits = self._widths(rows, short, all_below=bool(block) and block[0][0] > self.header_line)
            for line, cells in rows:
                if len(cells) not in fits and (self._exact or any(cells[width:])):
                    values = {"found": str(len(cells)), "expected": str(width)}
                    problems.append(Problem("row_width" if self._exact else "row_beyond", values, self.name, line))
                elif not problems:
                    yield line, cells if len(cells) == width else (cells + [""] * width)[:width]
            if len(problems) >= 20:
                break
            if self._progress and block and count % 32 == 0:
                self._progress(block[-1][0], self._total)
        if problems:
            raise InputError(problems[:20])
        if self._progress and self._total:
            self._progress(self._total, self._total)

    def _widths(self, rows, short: set[int], all_below: bool) -> tuple[int, ...]:
        """Numbers of cells that the rows of a block may have: a lost separator is no block in which Excel left out empty cells."""
        width, found = len(self.header), {len(cells) for _, cells in rows}
        if self._exact and len(found) == 1 and all_below and (one := max(found)) < width and (len(rows) > 2 or one in short):
            short.add(one)
            return (one,)
        return (width,)

    def problem(self, code: str, line: int, position: int, values: AnyMapping | None = None) -> Problem:
        """A problem in one cell."""
        return Problem(code, dict(values or {}), self.name, line, shown(self.header[position]))


def open_sheet(path: Path | str, recognise: Callable[[Sequence[str]], int], mapping: Mapping = NO_MAPPING,
               progress: Progress | None = None) -> Sheet:
    """Open a CSV or XLSX file and find its headings: the row, among the first 30, in which most are recognised.

    Raises:
        InputError: no such file, not a table, no sheet of that name, no row with headings.
    """
    path = Path(path)
    _readable(path)
    if _is_excel(path):
        return _open_excel(path, recognise, mapping, progress)
    encoding = encoding_of(path)
    with open(path, encoding=encoding, errors="ignore", newline="") as stream:
        separator = separator_of(stream.read(200_000), recognise)

    def records() -> Iterator[tuple[int, list[str]]]:
        return text_records(path, encoding, separator)

    head = _head(records)
    return _with_header(short_path(path), head, records, recognise, mapping, True, progress)


def _readable(path: Path) -> None:
    name = short_path(path)
    try:
        if path.is_dir():
            raise InputError(Problem("is_folder", file=name))
        size = path.stat().st_size
        with open(path, "rb") as file:
            file.read(1)
    except FileNotFoundError:
        siblings = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
        code = "missing_file_near" if siblings else "missing_file"
        values = {"found": path.name, "nearest": nearest(path.name, siblings)} if siblings else {}
        raise InputError(Problem(code, values, name)) from None
    except OSError as error:
        raise InputError(Problem("unreadable", {"found": error.strerror or "?"}, name)) from None
    if size > LARGEST_BYTES:
        values = {"found": f"{size / 1e6:.0f}", "limit": str(LARGEST_BYTES // 1_000_000)}
        raise InputError(Problem("too_large", values, name))
    if size == 0:
        raise InputError(Problem("empty_file", file=name))


def _is_excel(path: Path) -> bool:
    with open(path, "rb") as file:
        start = file.read(8)
    if start == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise InputError(Problem("old_excel", file=short_path(path)))
    if start.startswith(b"%PDF"):
        raise InputError(Problem("is_pdf", file=short_path(path)))
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):  # web pages that applications hand out under the name .xls
        raise InputError(Problem("is_web_page", file=short_path(path)))
    return start.startswith(b"PK")


def _open_excel(path: Path, recognise, mapping: Mapping, progress: Progress | None) -> Sheet:
    names = _sheet_names(path)
    if mapping.sheet is not None:
        if mapping.sheet not in names:
            values = {"found": shown(mapping.sheet), "nearest": nearest(mapping.sheet, names)}
            raise InputError(Problem("no_sheet", values, short_path(path)))
        names = [mapping.sheet]
    found = []
    for sheet_name in names:
        records = _excel_records(path, sheet_name)
        head = _head(records)
        found.append((max((recognise(cells) for _, cells in head), default=0), sheet_name, records, head))
    score, sheet_name, records, head = max(found, key=lambda one: one[0])
    near = [(other_score, other) for other_score, other, *_ in found if other_score * 2 >= score > 0 and other != sheet_name]
    rivals, others = (tuple(other for s, other in near if (s == score) is tied) for tied in (True, False))
    label = f"{short_path(path)}[{sheet_name}]" if len(_sheet_names(path)) > 1 else short_path(path)
    sheet = _with_header(label, head, records, recognise, mapping, False, progress)
    return replace(sheet, _total=_excel_rows(path, sheet_name), rivals=rivals, others=others)


@contextmanager
def _workbook(path: Path):
    """A workbook, whatever its name ends in.

    Raises:
        InputError: it is none, or cannot be read.
    """
    from openpyxl import load_workbook

    try:
        with open(path, "rb") as file:
            book = load_workbook(file, read_only=True, data_only=True)
            try:
                yield book
            finally:
                book.close()
    except InputError:
        raise
    except _BROKEN:
        raise InputError(Problem("broken_excel", file=short_path(path))) from None


def _excel_rows(path: Path, sheet_name: str) -> int:
    """Rows that the file says it has, 0 if it does not say; only for a progress bar."""
    with _workbook(path) as book:
        return book[sheet_name].max_row or 0


def _sheet_names(path: Path) -> list[str]:
    with _workbook(path) as book:
        return [sheet.title for sheet in book.worksheets]


def _excel_records(path: Path, sheet_name: str) -> Callable[[], Iterator[tuple[int, list[str]]]]:
    def records() -> Iterator[tuple[int, list[str]]]:
        with _workbook(path) as book:
            sheet = book[sheet_name]
            sheet.reset_dimensions()  # exporters write wrong ones
            for line, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
                texts = [_cell_text(cell) for cell in cells]
                while texts and not texts[-1]:
                    texts.pop()
                yield line, texts

    return records


def _cell_text(value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"  # not a figure: 1 would pass for a rating
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value).strip()


def _head(records) -> list[tuple[int, list[str]]]:
    head = []
    for line, cells in records():
        if line > HEADER_ROWS:
            break
        head.append((line, cells))
    return head


def _with_header(name, head, records, recognise, mapping, exact, progress) -> Sheet:
    if mapping.header_row is not None:
        chosen = [(line, cells) for line, cells in head if line == mapping.header_row]
    else:
        scores = [recognise(cells) for _, cells in head]
        chosen = [head[scores.index(max(scores))]] if scores and max(scores) > 0 else _may_be_headings(head)
        chosen = [row for row in chosen if not _is_data(row, head)]
    if not chosen:
        raise InputError(Problem("rows_in_one_cell" if _in_one_cell(head) else "no_header", file=name))
    line, cells = chosen[0]
    cells = _with_row_above(cells, next((above for other, above in head if other == line - 1), []), exact)
    while cells and not cells[-1] and not exact:
        cells = cells[:-1]
    cells = cells + [""] * _unnamed([row for other, row in head if other > line and any(row)], len(cells), exact)
    return Sheet(name, tuple(" ".join(cell.split()) for cell in cells), line, records, exact, progress)


def _may_be_headings(head) -> list[tuple[int, list[str]]]:
    """The first full row, if it has no figures in it: with figures it is a row of data, and may be about a person."""
    width = max((sum(map(bool, cells)) for _, cells in head), default=0)
    full = [(line, cells) for line, cells in head if width > 1 and sum(map(bool, cells)) * 2 > width]
    return [row for row in full[:1] if len(full) > 1 and not any(cell.strip("+-").replace(".", "").isdigit() for cell in row[1])]


def _in_one_cell(head) -> bool:
    """Whether most rows stand in their first cell, separators and all, as a CSV file opened and saved by the wrong programme."""
    alone = [cells[0] for _, cells in head if cells and cells[0] and not any(cells[1:])]
    return 2 * sum(max(cell.count(separator) for separator in ",;\t|") > 3 for cell in alone) > len(head)


def _is_data(row: tuple[int, list[str]], head) -> bool:
    """Whether cells of a row come again below themselves, as answers do and headings do not."""
    line, cells = row
    below = [other for number, other in head if number > line and other != cells]
    named = [i for i, cell in enumerate(cells) if cell and not cell.isdigit()]  # headings 1 to 9 come again as ratings
    again = sum(any(i < len(other) and other[i] == cells[i] for other in below) for i in named)
    return bool(named) and again * 4 >= len(named)


def _with_row_above(cells: list[str], above: list[str], exact: bool) -> list[str]:
    """Headings in two rows: where the lower one is empty the upper one counts, as in cells merged downwards."""
    wide = len(cells) if exact else max(len(cells), len(above))
    lower, upper = ((row + [""] * wide)[:wide] for row in (cells, above))
    return [below or over for below, over in zip(lower, upper, strict=True)]


def _unnamed(rows: list[list[str]], width: int, exact: bool) -> int:
    """Columns beyond the headings that most rows have; those of a text file must be empty, else its headings are short of one."""
    wide, count = Counter(map(len, rows)).most_common(1)[0] if rows else (width, 0)
    if wide <= width or count < 3 or (exact and any(any(row[width:]) for row in rows)):
        return 0
    return wide - width
