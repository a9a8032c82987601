"""One table on one sheet: title, what it says, frozen header, number formats, print set-up; knows nothing of the model."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from simulation.intake.excel import safe_text
from simulation.language import say

HEADER = 3  # row of the header, counted from 0; title, note and an empty row stand above it
FIRST = HEADER + 1
LONGEST = 32_000  # characters; a cell of Excel holds 32,767
_LINE = 15  # points of height of one line of text
_TALLEST = 400  # points; Excel allows 409
_NARROW = 20  # characters
_A4 = 9

# Separators are not part of a format: a reader's own Excel writes 1.600.000,50 in Indonesia and 1,600,000.50 elsewhere.
# Only the currency is fixed: [$Rp-421] is the rupiah of Indonesian (language 0x421), whatever the reader's settings.
FORMATS = {
    "text": "@", "year": "0", "count": "#,##0", "number": "#,##0.00", "figure": "#,##0.0###", "percent": "0.0%", "percent2": "0.00%",
    "signed": "+#,##0.00;-#,##0.00;0.00", "rupiah": "[$Rp-421] #,##0;-[$Rp-421] #,##0",
}


@dataclass(frozen=True)
class Cell:
    """A value with a number format of its own, where the kinds of a column differ from row to row."""

    value: object
    kind: str


@dataclass(frozen=True)
class Column:
    """One column: `key` names its heading `excel.column.<key>`, `kind` its format in `FORMATS`, width in characters."""

    key: str
    kind: str = "text"
    width: int = 12


@dataclass(frozen=True)
class Table:
    """A sheet: `key` names its tab, title and note in the catalogue; rows are tuples in the order of the columns."""

    key: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple]
    lang: str

    @property
    def name(self) -> str:
        """Text of the tab."""
        return say(f"excel.tab.{self.key}", self.lang)

    def column(self, key: str) -> int:
        """Position of a column."""
        return [column.key for column in self.columns].index(key)

    def range(self, key: str, first: int, last: int) -> list:
        """Where the rows `first` to `last` (from 0, last included) of a column stand, as a chart takes it."""
        position = self.column(key)
        return [self.name, FIRST + first, position, FIRST + last, position]

    def heading(self, key: str) -> list:
        """Where the heading of a column stands."""
        return [self.name, HEADER, self.column(key)]

    def absolute(self, key: str, first: int, last: int) -> str:
        """The same range as text, for the parts of a chart that take nothing else."""
        from xlsxwriter.utility import xl_range_abs

        position = self.column(key)
        return f"='{self.name}'!{xl_range_abs(FIRST + first, position, FIRST + last, position)}"


class Writer:
    """A workbook while it is being written; `small_print` goes under every printed page."""

    def __init__(self, book, lang: str, small_print: str):
        self.book, self.lang, self.small_print = book, lang, small_print
        self.formats: dict[tuple, object] = {}

    def format(self, **properties):
        """A format; equal ones are made once."""
        wanted = tuple(sorted(properties.items()))
        if wanted not in self.formats:
            self.formats[wanted] = self.book.add_format(properties)
        return self.formats[wanted]

    def sheet(self, name: str):
        """An empty sheet, ready to be printed on A4."""
        sheet = self.book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.7)
        sheet.fit_to_pages(1, 0)
        sheet.hide_gridlines(2)
        sheet.set_footer(f"&L&8{self.small_print.replace('&', '&&')[:200]}&R&8&A  &P / &N")
        return sheet

    def text(self, sheet, row: int, column: int, text: str, **properties) -> None:
        """Write words; never a formula, never a link."""
        sheet.write_string(row, column, safe_text(text[:LONGEST]), self.format(**properties))

    def across(self, sheet, row: int, text: str, widths: Sequence[int], **properties) -> None:
        """Words over several columns, the row as high as they need."""
        look = self.format(text_wrap=True, valign="top", **properties)
        text = safe_text(text[:LONGEST])
        if len(widths) > 1:
            sheet.merge_range(row, 0, row, len(widths) - 1, "", look)
        sheet.write_string(row, 0, text, look)
        sheet.set_row(row, height(text, sum(widths)))

    def table(self, table: Table) -> None:
        """The whole sheet of one table."""
        from xlsxwriter.utility import xl_range

        sheet = self.sheet(table.name)
        widths = [column.width for column in table.columns]
        for position, width in enumerate(widths):
            sheet.set_column(position, position, width)
        self.text(sheet, 0, 0, say(f"excel.title.{table.key}", self.lang), bold=True, font_size=14)
        self.across(sheet, 1, say(f"excel.note.{table.key}", self.lang), _readable(widths), font_color="#444444")
        self.rows(sheet, HEADER, table.columns, table.rows)
        sheet.freeze_panes(FIRST, 1)
        sheet.repeat_rows(HEADER)
        if table.rows:
            cells = xl_range(FIRST, 0, HEADER + len(table.rows), len(widths) - 1)
            sheet.ignore_errors({"number_stored_as_text": cells})  # a year or a hash among words is meant as text
            sheet.autofilter(HEADER, 0, HEADER + len(table.rows), len(widths) - 1)

    def rows(self, sheet, top: int, columns: Sequence[Column], rows: Sequence[tuple]) -> None:
        """Header and rows from the row `top` on."""
        for position, column in enumerate(columns):
            side = {"align": "left", "indent": 1} if column.kind == "text" else {"align": "right"}
            self.text(sheet, top, position, say(f"excel.column.{column.key}", self.lang), bold=True, text_wrap=True,
                      valign="top", bg_color="#DDE7F0", bottom=1, **side)
        headings = [say(f"excel.column.{column.key}", self.lang) for column in columns]
        sheet.set_row(top, 6 + max(height(text, column.width - 2) for text, column in zip(headings, columns, strict=True)))
        for i, row in enumerate(rows, top + 1):
            needed = _LINE
            for position, (value, column) in enumerate(zip(row, columns, strict=True)):
                self.cell(sheet, i, position, value, column.kind)
                if isinstance(value, str):
                    needed = max(needed, height(value, column.width - 1))
            if needed > _LINE:
                sheet.set_row(i, needed)

    def cell(self, sheet, row: int, column: int, value, kind: str) -> None:
        """One cell; a number that is not there stays blank."""
        if isinstance(value, Cell):
            value, kind = value.value, value.kind
        if isinstance(value, str) and value:
            side = {"align": "left", "indent": 1} if kind == "text" else {"align": "right"}
            self.text(sheet, row, column, value, text_wrap=True, valign="top", bottom=1, bottom_color="#D8D8D8", **side)
            return
        look = self.format(num_format=FORMATS[kind], valign="top", align="right", bottom=1, bottom_color="#D8D8D8")
        if value is None or value == "" or not math.isfinite(value):
            sheet.write_blank(row, column, None, look)
        else:
            sheet.write_number(row, column, float(value), look)


def height(text: str, width: int) -> float:
    """Points that a wrapped text needs in a column `width` characters wide: not every program fits the height itself."""
    spare = 1.1 if width < _NARROW else 1.0  # words that do not fit leave more of a short line empty
    lines = sum(max(1, math.ceil(spare * len(part) / max(1, width))) for part in text.split("\n"))
    if len(text) > width and max(map(len, text.split()), default=0) > width / 2:
        lines += 1  # a word that cannot be broken, e.g. an address
    return min(_TALLEST, _LINE * lines)


def _readable(widths: Sequence[int]) -> list[int]:
    """The first columns, as many as make a line of text that an eye can follow."""
    kept, total = [], 0
    for width in widths:
        if kept and total + width > 130:
            break
        kept.append(width)
        total += width
    return kept
