"""The rows of a CSV file, whatever its encoding and its separator."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from simulation.errors import InputError, Problem, short_path, shown

EXCEL_BLOCK = 16  # Excel leaves out trailing separators in blocks of sixteen rows whose last cells are all empty
_CHUNK = 1 << 20
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def encoding_of(path: Path) -> str:
    """UTF-8 if it can be, else the encoding of Windows in Western Europe, which Indonesian Excel writes."""
    with open(path, "rb") as file:
        start = file.read(4)
    marked = [encoding for mark, encoding in _BOMS if start.startswith(mark)]
    line = None
    for encoding in marked or ("utf-8", "cp1252"):
        line = _undecodable(path, encoding)
        if line is None:
            return encoding
        if line < 0:
            break
    raise InputError(Problem("not_text", file=short_path(path), line=abs(line)))


def _undecodable(path: Path, encoding: str) -> int | None:
    """Line of the first byte that is not in the encoding, negative if it is in no encoding of text; None if all are."""
    decoder, line = codecs.getincrementaldecoder(encoding)(), 1
    with open(path, "rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            if encoding != "utf-16" and b"\x00" in chunk:
                return -(line + chunk[: chunk.index(b"\x00")].count(b"\n"))
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                return line + error.object[: error.start].count(b"\n")
            if not chunk:
                return None
            line += chunk.count(b"\n")


def separator_of(text: str, recognise: Callable[[Sequence[str]], int]) -> str:
    """The separator with which headings are recognised, or else that splits the rows near the top alike, into the more cells the better."""
    best, best_score = ",", (0, 0.0)
    for separator in ",;\t|":
        rows = _first_rows(text, separator)
        widths = Counter(map(len, rows))
        common, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
        score = (max(map(recognise, rows), default=0) if common > 1 else 0, (common - 1) * count / max(len(rows), 1))
        if score > best_score:
            best, best_score = separator, score
    return best


def _first_rows(text: str, separator: str) -> list[list[str]]:
    rows = []
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            if any(record):
                rows.append(record)
            if len(rows) == 60:
                break
    except csv.Error:
        return []
    return rows


def text_records(path: Path, encoding: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Line and cells of each record, white space around them taken off.

    Raises:
        InputError: quotes that do not close.
    """
    with open(path, encoding=encoding, newline="") as stream:
        reader, start = csv.reader(stream, delimiter=separator, strict=True), 1
        try:
            for record in reader:
                yield start, [cell.strip() for cell in record]
                start = reader.line_num + 1
        except csv.Error as error:
            raise InputError(Problem("csv_syntax", {"found": shown(error)}, short_path(path), start)) from None


def blocks(records) -> Iterator[list[tuple[int, list[str]]]]:
    """Records in the blocks in which Excel writes them; the last is what is left, perhaps nothing."""
    block = []
    for record in records:
        block.append(record)
        if len(block) == EXCEL_BLOCK:
            yield block
            block = []
    yield block
