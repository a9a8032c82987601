"""Tables as an Excel workbook: titles, numbers that stay numbers, text that cannot become a formula."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

Report = tuple[str, str, Sequence[Sequence], Sequence[str]]  # sheet name, title, header and rows, sentences below
_WIDEST = 60


def write_report(path: Path | str, sheets: Sequence[Report]) -> None:
    """Write a workbook whole or not at all."""
    import xlsxwriter

    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with xlsxwriter.Workbook(part, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
            for name, title, rows, sentences in sheets:
                _sheet(book, name, title, rows, sentences)
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _sheet(book, name: str, title: str, rows, sentences) -> None:
    sheet = book.add_worksheet(name[:31])
    bold, head = book.add_format({"bold": True, "font_size": 13}), book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    formats = {int: book.add_format({"num_format": "#,##0"}), float: book.add_format({"num_format": "#,##0.00#"})}
    prose = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.write_string(0, 0, title, bold)
    starts = {0} | {i + 1 for i, row in enumerate(rows) if list(row) == [""]}
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            kind = formats.get(type(cell)) if not isinstance(cell, str) else (head if i in starts else None)
            sheet.write(i + 2, j, cell, kind)
    wide = max((len(row) for row in rows), default=1)
    for j in range(wide):
        longest = max((len(str(row[j])) if isinstance(row[j], str) else 10 for row in rows if len(row) > j), default=10)
        sheet.set_column(j, j, min(_WIDEST, longest + 2))
    if not rows:
        sheet.set_column(0, 0, 110)
    for k, sentence in enumerate(sentences):
        line = len(rows) + 3 + k
        if wide > 1:
            sheet.merge_range(line, 0, line, wide - 1, sentence, prose)
        else:
            sheet.write_string(line, 0, sentence, prose)
        sheet.set_row(line, 16 * (1 + len(sentence) // 95))
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
