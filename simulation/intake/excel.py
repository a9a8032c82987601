"""Excel forms to fill in: drop-downs, limits that explain themselves, and a first sheet that says what goes where."""

from __future__ import annotations

import datetime
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from simulation.files import write_bytes_whole
from simulation.language import DEFAULT, number, say

_LONGEST_MESSAGE = 255  # of a validation message; Excel refuses a longer one
_LONGEST_TITLE = 32
_FIRST_DAY = datetime.date(1900, 1, 1)  # before it Excel has no dates
_GUIDE, _LINE = (34, 84, 32), 15  # widths of the first sheet in characters, height of a line in points
_MADE = datetime.datetime(2000, 1, 1)  # a fixed stamp, so that the same form is the same file


@dataclass(frozen=True)
class FormColumn:
    """One column to fill in.

    Attributes:
        heading: what stands above the column; the importer recognises it.
        note: what to fill in, one or two sentences; on the first sheet and beside the cell.
        width: characters.
        choices: the only texts accepted, as a drop-down; empty for free entry.
        low, high: limits of a number, or dates if `date`; None for no limit.
        whole: whole numbers only.
        date: a calendar date.
        example: a filled cell, on the first sheet only, so that nobody has to delete it.
        time: a time of day.
    """

    heading: str
    note: str = ""
    width: int = 14
    choices: tuple[str, ...] = ()
    low: float | datetime.date | None = None
    high: float | datetime.date | None = None
    whole: bool = False
    date: bool = False
    example: str = ""
    time: bool = False


@dataclass(frozen=True)
class FormSheet:
    """One sheet of a form: its columns and how many rows below them are ready to be filled in."""

    title: str
    columns: tuple[FormColumn, ...]
    rows: int = 2000


def write_form(path: Path | str, heading: str, instructions: Sequence[str], sheets: Sequence[FormSheet],
               lang: str = DEFAULT) -> Path:
    """Write a form as .xlsx: the whole file or none of it.

    Args:
        path: where to; folders are made, an older file is replaced.
        heading, instructions: title and sentences of the first sheet.
        sheets: the sheets to fill in.
        lang: language of what Excel says when an entry is refused.

    Raises:
        InputError: the file cannot be written there (no access, or open in Excel).
    """
    import xlsxwriter

    path, content = Path(path), io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        book.set_properties({"title": safe_text(heading), "created": _MADE})
        _Form(book, lang).fill(heading, instructions, sheets)
    write_bytes_whole(path, content.getvalue(), "form_not_written")
    return path


def safe_text(text: str) -> str:
    """Text that no spreadsheet takes for a formula, even after it was saved as CSV.

    >>> safe_text("=1+1"), safe_text("Dinas Kesehatan")
    ("'=1+1", 'Dinas Kesehatan')
    """
    return "'" + text if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


class _Form:
    """A workbook while it is being written."""

    def __init__(self, book, lang: str):
        self.book, self.lang = book, lang
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#DDE7F0", "bottom": 1})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.as_date = book.add_format({"num_format": "dd mmm yyyy"})  # the month in letters: a swapped day shows
        self.as_time = book.add_format({"num_format": "hh:mm:ss"})

    def fill(self, heading: str, instructions: Sequence[str], sheets: Sequence[FormSheet]) -> None:
        guide = self.book.add_worksheet(say("form.guide", self.lang))
        pages = [self.book.add_worksheet(sheet.title) for sheet in sheets]
        ranges = self._choices({c.choices for sheet in sheets for c in sheet.columns if c.choices})
        self._guide(guide, heading, instructions, sheets)
        for page, sheet in zip(pages, sheets, strict=True):
            page.freeze_panes(1, 0)
            page.set_row(0, 45)
            for position, column in enumerate(sheet.columns):
                page.set_column(position, position, column.width, self._format(column))
                page.write_string(0, position, safe_text(column.heading), self.head)
                page.data_validation(1, position, sheet.rows, position, self._rule(column, ranges))

    def _choices(self, lists: set[tuple[str, ...]]) -> dict[tuple[str, ...], str]:
        """Write every list of choices on a hidden sheet; a list -> its range, which may be of any length."""
        if not lists:
            return {}
        from xlsxwriter.utility import xl_col_to_name

        name = say("form.choices", self.lang)
        page, ranges = self.book.add_worksheet(name), {}
        page.hide()
        for position, choices in enumerate(sorted(lists)):
            page.write_column(0, position, [safe_text(choice) for choice in choices])
            letter = xl_col_to_name(position, col_abs=True)
            ranges[choices] = f"='{name}'!{letter}$1:{letter}${len(choices)}"
        return ranges

    def _format(self, column: FormColumn):
        return self.as_date if column.date else self.as_time if column.time else None

    def _rule(self, column: FormColumn, ranges: dict) -> dict:
        """What Excel accepts in the column and what it says; in the words of `FormColumn`."""
        rule = {"input_title": column.heading[:_LONGEST_TITLE], "input_message": column.note[:_LONGEST_MESSAGE]}
        if column.choices:
            rule |= {"validate": "list", "source": ranges[column.choices]}
            expected = say("form.refused_choice", self.lang)
        elif column.time:
            rule |= {"validate": "time", "criteria": "between", "minimum": datetime.time(0), "maximum": datetime.time(23, 59, 59)}
            expected = say("form.refused_time", self.lang)
        elif column.date or column.whole or column.low is not None or column.high is not None:
            kind = "date" if column.date else "integer" if column.whole else "decimal"
            rule |= {"validate": kind} | _limits(column)
            expected = self._refused(kind, column)
        else:
            return rule | {"validate": "any"}
        return rule | {"error_title": say("form.refused", self.lang), "error_message": expected[:_LONGEST_MESSAGE]}

    def _refused(self, kind: str, column: FormColumn) -> str:
        limits = [say(f"form.{key}", self.lang, limit=self._shown(limit))
                  for key, limit in (("from", column.low), ("to", column.high)) if limit is not None]
        return " ".join([say(f"form.refused_{kind}", self.lang), *limits])

    def _shown(self, limit) -> str:
        if isinstance(limit, datetime.date):
            return f"{limit:%d/%m/%Y}"
        return number(limit, self.lang, 0 if limit == int(limit) else 2)

    def _guide(self, page, heading: str, instructions: Sequence[str], sheets: Sequence[FormSheet]) -> None:
        for position, width in enumerate(_GUIDE):
            page.set_column(position, position, width)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.write_string(0, 0, safe_text(heading), self.title)
        for line, sentence in enumerate(instructions, 2):
            self._line(page, line, (say("form.step", self.lang, step=line - 1), sentence))
        line = len(instructions) + 3
        for sheet in sheets:
            page.write_string(line, 0, say("form.sheet", self.lang, title=sheet.title), self.title)
            for position, key in enumerate(("form.column", "form.note", "form.example")):
                page.write_string(line + 1, position, say(key, self.lang), self.head)
            for column in sheet.columns:
                self._line(page, line + 2, (column.heading, self._explained(column), column.example))
                line += 1
            line += 3

    def _line(self, page, line: int, texts: Sequence[str]) -> None:
        """A row of the first sheet, high enough for its longest cell: not every program fits the height itself."""
        page.set_row(line, _LINE * max(1, *(math.ceil(1.1 * len(text) / width) for text, width in zip(texts, _GUIDE, strict=False))))
        for position, text in enumerate(texts):
            page.write_string(line, position, safe_text(text), self.wrapped)

    def _explained(self, column: FormColumn) -> str:
        """The note, and the choices where they are few enough to read."""
        if not 0 < len(column.choices) <= 12:
            return column.note
        listed = say("form.listed", self.lang, choices="; ".join(column.choices))
        return f"{column.note} {listed}".strip()


def _limits(column: FormColumn) -> dict:
    low, high = column.low, column.high
    if low is None and high is None:
        low = _FIRST_DAY if column.date else -(2**31)
    if low is None:
        return {"criteria": "<=", "value": high}
    if high is None:
        return {"criteria": ">=", "value": low}
    return {"criteria": "between", "minimum": low, "maximum": high}
