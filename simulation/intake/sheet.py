"""A table as people send it: CSV or Excel, any of the usual separators and encodings, titles above the headings.

Rows come one at a time, so that a large file is never in memory as cells, and a reader takes only the columns it knows:
what it does not ask for is dropped at the door.
"""

from __future__ import annotations

import csv
import io
import zlib
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import Path
from zipfile import BadZipFile

from simulation.errors import InputError, Problem, nearest, short_path, shown
from simulation.intake.mapping import NO_MAPPING, Mapping

HEADER_ROWS = 30  # titles and logos above the headings are shorter than this
LARGEST_BYTES = 400_000_000
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
# what openpyxl lets through from its zip and XML readers when a file is no workbook
_BROKEN = (BadZipFile, zlib.error, OSError, EOFError, SyntaxError, KeyError, IndexError, ValueError, TypeError, AttributeError,
           NotImplementedError, RuntimeError)
Progress = Callable[[int, int], None]  # rows read, rows in all (0: not known)


@dataclass(frozen=True)
class Sheet:
    """A table with its headings found.

    Attributes:
        name: short path, with the sheet's name if it is an Excel file.
        header: headings with white space collapsed; header_line: their row, counted from 1.
    """

    name: str
    header: tuple[str, ...]
    header_line: int
    _records: Callable[[], Iterator[tuple[int, list[str]]]]
    _exact: bool  # a text file must have a cell for each heading; Excel leaves out empty ones
    _progress: Progress | None = None
    _total: int = 0

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Line and cells of each row below the headings, blank rows left out.

        Raises:
            InputError: a row with another number of cells than there are headings.
        """
        width, problems = len(self.header), []
        for count, (line, cells) in enumerate(self._records()):
            if line <= self.header_line:
                continue
            if not any(cells):
                continue
            if len(cells) != width:
                if any(cells[width:]) or (len(cells) < width and self._exact):
                    values = {"found": str(len(cells)), "expected": str(width)}
                    problems.append(Problem("row_width", values, self.name, line))
                    if len(problems) == 20:
                        break
                    continue
                cells = (cells + [""] * width)[:width]
            if self._progress and count % 500 == 0:
                self._progress(count, self._total)
            yield line, cells
        if problems:
            raise InputError(problems)
        if self._progress and self._total:
            self._progress(self._total, self._total)

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
    raw = path.read_bytes()
    encoding = _encoding(raw, short_path(path))
    separator = _separator(raw[:200_000].decode(encoding, "ignore"))

    def records() -> Iterator[tuple[int, list[str]]]:
        return _text_records(raw, encoding, separator, short_path(path))

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
    return start.startswith(b"PK")


def _encoding(raw: bytes, name: str) -> str:
    """UTF-8 if it can be, else the encoding of Windows in Western Europe, which Indonesian Excel writes."""
    for mark, encoding in _BOMS:
        if raw.startswith(mark):
            try:
                raw.decode(encoding)
            except UnicodeDecodeError:
                raise InputError(Problem("not_text", file=name, line=1)) from None
            return encoding
    if b"\x00" in raw:
        raise InputError(Problem("not_text", file=name, line=raw[: raw.index(b"\x00")].count(b"\n") + 1))
    for encoding in ("utf-8", "cp1252"):
        try:
            raw.decode(encoding)
            return encoding
        except UnicodeDecodeError as error:
            line = raw[: error.start].count(b"\n") + 1
    raise InputError(Problem("not_text", file=name, line=line))


def _separator(text: str) -> str:
    """The separator that splits the rows near the top into the same number of cells, the more the better."""
    best, best_score = ",", 0.0
    for separator in ",;\t|":
        widths = []
        try:
            for record in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
                if any(record):
                    widths.append(len(record))
                if len(widths) == 60:
                    break
        except csv.Error:
            continue
        common = max(set(widths), key=lambda w: (widths.count(w), w), default=1)
        score = (common - 1) * widths.count(common) / max(len(widths), 1)
        if score > best_score:
            best, best_score = separator, score
    return best


def _text_records(raw: bytes, encoding: str, separator: str, name: str) -> Iterator[tuple[int, list[str]]]:
    stream = io.TextIOWrapper(io.BytesIO(raw), encoding, newline="")
    reader = csv.reader(stream, delimiter=separator, strict=True)
    start = 1
    try:
        for record in reader:
            yield start, [cell.strip() for cell in record]
            start = reader.line_num + 1
    except csv.Error as error:
        raise InputError(Problem("csv_syntax", {"found": shown(error)}, name, start)) from None


def _open_excel(path: Path, recognise, mapping: Mapping, progress: Progress | None) -> Sheet:
    names = _sheet_names(path)
    if mapping.sheet is not None:
        if mapping.sheet not in names:
            values = {"found": shown(mapping.sheet), "nearest": nearest(mapping.sheet, names)}
            raise InputError(Problem("no_sheet", values, short_path(path)))
        names = [mapping.sheet]
    best, best_score = None, -1
    for sheet_name in names:
        records = _excel_records(path, sheet_name)
        head = _head(records)
        score = max((recognise(cells) for _, cells in head), default=0)
        if score > best_score:
            best, best_score = (sheet_name, records, head), score
    sheet_name, records, head = best
    label = f"{short_path(path)}[{sheet_name}]" if len(_sheet_names(path)) > 1 else short_path(path)
    return replace(_with_header(label, head, records, recognise, mapping, False, progress), _total=_excel_rows(path, sheet_name))


def _excel_rows(path: Path, sheet_name: str) -> int:
    """Rows that the file says it has, 0 if it does not say; only for a progress bar."""
    from openpyxl import load_workbook

    try:
        book = load_workbook(path, read_only=True)
        try:
            return book[sheet_name].max_row or 0
        finally:
            book.close()
    except _BROKEN:
        return 0


def _sheet_names(path: Path) -> list[str]:
    from openpyxl import load_workbook

    try:
        book = load_workbook(path, read_only=True, data_only=True)
        try:
            return [sheet.title for sheet in book.worksheets]
        finally:
            book.close()
    except _BROKEN:
        raise InputError(Problem("broken_excel", file=short_path(path))) from None


def _excel_records(path: Path, sheet_name: str) -> Callable[[], Iterator[tuple[int, list[str]]]]:
    def records() -> Iterator[tuple[int, list[str]]]:
        from openpyxl import load_workbook

        try:
            book = load_workbook(path, read_only=True, data_only=True)
            sheet = book[sheet_name]
            sheet.reset_dimensions()  # exporters write wrong ones
            for line, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
                texts = [_cell_text(cell) for cell in cells]
                while texts and not texts[-1]:
                    texts.pop()
                yield line, texts
            book.close()
        except InputError:
            raise
        except _BROKEN:
            raise InputError(Problem("broken_excel", file=short_path(path))) from None

    return records


def _cell_text(value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
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
    if not chosen:
        raise InputError(Problem("no_header", file=name))
    line, cells = chosen[0]
    while cells and not cells[-1] and not exact:
        cells = cells[:-1]
    return Sheet(name, tuple(" ".join(cell.split()) for cell in cells), line, records, exact, progress)


def _may_be_headings(head) -> list[tuple[int, list[str]]]:
    """The first full row, if it has no figures in it: with figures it is a row of data, and may be about a person."""
    width = max((sum(map(bool, cells)) for _, cells in head), default=0)
    full = [(line, cells) for line, cells in head if width > 1 and sum(map(bool, cells)) * 2 > width]
    return [row for row in full[:1] if not any(cell.strip("+-").replace(".", "").isdigit() for cell in row[1])]
