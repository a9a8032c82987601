"""Puts the sheets together and writes the file: whole or not at all, and the same bytes for the same results."""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence
from pathlib import Path

from simulation.errors import InputError, Problem, short_path, unknown
from simulation.files import write_bytes_whole
from simulation.intake.excel import safe_text
from simulation.language import DEFAULT, LANGUAGES
from simulation.present.excel import (
    charts,
    decisions,
    evidence,
    plans,
    results,
    summary,
)
from simulation.present.excel.page import Table, Writer
from simulation.present.excel.run import Run
from simulation.record import record_id

_MADE = datetime.datetime(2000, 1, 1)  # a fixed stamp: the day of writing is not part of a result
_LONGEST_PROPERTY = 200


def to_excel(comparisons: Sequence, path: Path | str, lang: str = DEFAULT) -> Path:
    """Write comparisons as an .xlsx workbook with native charts.

    Args:
        comparisons: `Comparison`s of one city under the same draws, in the order of the rows.
        path: where to, ending in .xlsx; folders are made, an older file is replaced.
        lang: "id" or "en".

    Returns:
        The path.

    Raises:
        InputError: nothing to write, different cities or draws, another ending, an unknown language, or no access.
    """
    path = Path(path)
    if lang not in LANGUAGES:
        raise InputError(unknown("excel_language", lang, LANGUAGES))
    if path.suffix.lower() != ".xlsx":
        raise InputError(Problem("excel_suffix", {"found": path.suffix or "-"}, short_path(path)))
    write_bytes_whole(path, content(Run(tuple(comparisons), lang)), "excel_not_written")
    return path


def content(run: Run) -> bytes:
    """The workbook of a run."""
    import xlsxwriter

    made, tables = io.BytesIO(), _tables(run)
    city = run.city.about.name[run.lang]
    record = run.message("small_print", city=city, record=record_id(run.outcomes))
    with xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": safe_text(run.message("title.summary", city=city))[:_LONGEST_PROPERTY], "comments": record[:_LONGEST_PROPERTY], "created": _MADE})
        writer = Writer(book, run.lang, record)
        names = {table.key: table for table in tables}
        summary.write(writer, run, [run.message("tab.charts"), *(table.name for table in tables)])
        charts.write(writer, run, names["differences"], names["gains"], names["yearly"])
        for table in tables:
            writer.table(table)
    return made.getvalue()


def _tables(run: Run) -> list[Table]:
    """The sheets of one table each, in the order of reading."""
    makers = (decisions.inputs, plans.units, plans.classes, plans.offers, plans.budgets, results.scorecard, results.yearly, results.units, results.differences,
              results.gains, results.unit_differences, evidence.assumptions, evidence.switches, evidence.city_figures)
    return [table for make in makers if (table := make(run)) is not None]
