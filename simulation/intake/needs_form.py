"""The needs questionnaire as an Excel form: a sheet for the survey, one for the forum, and how to fill them in."""

from __future__ import annotations

from pathlib import Path

from simulation.analysis.needs_columns import GROUPS, Competencies
from simulation.intake.excel import FormColumn, FormSheet, write_form
from simulation.language import DEFAULT, LANGUAGES, say

_PEOPLE, _TABLE_ROWS = 2000, 500


def write_questionnaire(path: Path | str, lang: str = DEFAULT, *, city) -> Path:
    """Write the form; what is filled in reads back with `read_needs(path, city=city)`.

    Args:
        path: of the .xlsx.
        lang: language of everything in it.
        city: whose units and competencies stand in the drop-downs.

    Raises:
        InputError: the file cannot be written there.
    """
    survey, forum = say("needs.form.survey", lang), say("needs.form.forum", lang)
    steps = [say(f"needs.form.step{n}", lang, survey=survey, forum=forum) for n in (1, 2, 3, 4)]
    sheets = [FormSheet(survey, tuple(_survey(city, lang)), _PEOPLE), FormSheet(forum, tuple(_forum(city, lang)), _TABLE_ROWS)]
    return write_form(path, say("needs.form.heading", lang, city=city.about.name[lang]), steps, sheets, lang)


def _who(city, lang: str) -> list[FormColumn]:
    groups = tuple(say(f"needs.group.{group}", lang) for group in GROUPS)
    units = tuple(unit.name(lang) for unit in city.units)
    return [
        FormColumn(say("needs.form.group", lang), say("needs.form.group_note", lang), 16, groups, example=groups[1]),
        FormColumn(say("needs.form.unit", lang), say("needs.form.unit_note", lang), 40, units, example=units[0]),
    ]


def _survey(city, lang: str):
    names = Competencies.of(city)
    yield from _who(city, lang)
    for i in range(len(names.ids)):
        for kind, example in (("importance", "5"), ("performance", "3")):
            yield FormColumn(say(f"needs.form.{kind}", lang, name=names.name(i, lang)), say(f"needs.form.{kind}_note", lang), 16,
                             low=1, high=5, whole=True, example=example)


def _forum(city, lang: str):
    names = Competencies.of(city)
    listed = tuple(names.name(i, lang) for i in range(len(names.ids)))
    yield FormColumn(say("needs.form.table", lang), say("needs.form.table_note", lang), 10, low=1, high=999, whole=True, example="1")
    yield from _who(city, lang)
    yield FormColumn(say("needs.form.competency", lang), say("needs.form.competency_note", lang), 34, listed, example=listed[-1])
    yield FormColumn(say("needs.form.rank", lang), say("needs.form.rank_note", lang), 12, low=1, high=len(listed), whole=True, example="1")


def form_sheet(path: Path | str, title: str, filled: bool = False) -> str | None:
    """The sheet of a workbook that has the title of one of our forms in some language; None if there is none.

    Args:
        title: key of the sheet's title.
        filled: whether it must also have something below its headings.
    """
    path = Path(path)
    if path.suffix.lower() not in (".xlsx", ".xlsm") or not path.is_file():
        return None
    from openpyxl import load_workbook

    titles = {say(title, lang) for lang in LANGUAGES}
    try:
        book = load_workbook(path, read_only=True, data_only=True)
        name = next((name for name in book.sheetnames if name in titles), None)
        if name and filled:
            rows = book[name].iter_rows(min_row=2, values_only=True)
            name = name if any(cell not in (None, "") for row in rows for cell in row) else None
        book.close()
    except Exception:  # noqa: BLE001  whatever is wrong with the file, opening its sheet says so by name
        return None
    return name
