"""Tables as an Excel workbook: titles, numbers that stay numbers, text that cannot become a formula."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from simulation.files import write_bytes_whole

# sheet name, title, header and rows (a cell may be (value, number format); [""] starts a new table), sentences below
Report = tuple[str, str, Sequence[Sequence], Sequence[str]]
_WIDEST = 60


def write_report(path: Path | str, sheets: Sequence[Report]) -> None:
    """Write a workbook whole or not at all."""
    import xlsxwriter

    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        for name, title, rows, sentences in sheets:
            _sheet(book, name, title, rows, sentences)
    write_bytes_whole(path, made.getvalue())


def _sheet(book, name: str, title: str, rows, sentences) -> None:
    sheet = book.add_worksheet(name[:31])
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 13}))
    figures = {j for row in rows for j, cell in enumerate(row) if not isinstance(cell, str)}
    starts = {0} | {i + 1 for i, row in enumerate(rows) if list(row) == [""]}
    heads = {side: book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "align": side, "indent": int(side == "left")})
             for side in ("left", "right")}
    patterns: dict[str, object] = {}
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            value, pattern = cell if isinstance(cell, tuple) else (cell, "#,##0" if isinstance(cell, int) else "")
            if i in starts:
                sheet.write(i + 2, j, value, heads["right" if j in figures else "left"])
            else:
                sheet.write(i + 2, j, value, patterns.setdefault(pattern, book.add_format({"num_format": pattern} if pattern else {"indent": 1})))
    wide = max((len(row) for row in rows), default=1)
    for j in range(wide):
        longest = max((len(row[j]) for row in rows if len(row) > j and isinstance(row[j], str)), default=8)
        sheet.set_column(j, j, min(_WIDEST, max(8, longest + 2)))
    if not rows:
        sheet.set_column(0, 0, 110)
    _sentences(book, sheet, sentences, len(rows) + 3, wide)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _sentences(book, sheet, sentences, first: int, wide: int) -> None:
    prose = book.add_format({"text_wrap": True, "valign": "top"})
    for line, sentence in enumerate(sentences, start=first):
        if wide > 1:
            sheet.merge_range(line, 0, line, wide - 1, sentence, prose)
        else:
            sheet.write_string(line, 0, sentence, prose)
        sheet.set_row(line, 16 * (1 + len(sentence) // 90))
