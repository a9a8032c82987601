"""Reading the rows of a citizen survey: ratings and a little context are kept, everything about persons stays outside."""

from __future__ import annotations

import re

import numpy as np

from simulation.errors import InputError, Problem, nearest, shown
from simulation.intake.dates import date_order, parse_moment
from simulation.intake.headings import plain
from simulation.intake.mapping import Mapping
from simulation.intake.sheet import Sheet, open_sheet
from simulation.intake.skm_answers import OFFICIAL, UNKNOWN, echo, is_figure, rating
from simulation.intake.skm_columns import Layout, find_layout, read_survey_table
from simulation.intake.skm_headings import recognise
from simulation.intake.skm_table import Column, Table
from simulation.language import LANGUAGES, say
from simulation.skm import ELEMENTS

_SEX = {"l": "male", "lk": "male", "laki": "male", "laki laki": "male", "pria": "male", "male": "male", "m": "male", "lelaki": "male",
        "p": "female", "pr": "female", "perempuan": "female", "wanita": "female", "female": "female", "f": "female"}
_EDUCATION = (("s3", r"\bs ?3\b|doktor|strata 3"), ("s2", r"\bs ?2\b|magister|master|strata 2"),
              ("s1", r"\bs ?1\b|\bd ?(4|iv)\b|sarjana|bachelor|strata 1"), ("d3", r"\bd ?(1|2|3|i|ii|iii)\b|diploma|akademi"),
              ("sma", r"\bsma|\bsmk|\bslta|\bsmu|\bma\b|sekolah menengah atas|senior"), ("smp", r"\bsmp|\bsltp|\bmts|junior"),
              ("sd", r"\bsd\b|sekolah dasar|\bmi\b|primary"))
_AGES = ((0, 20, "0-19"), (20, 30, "20-29"), (30, 40, "30-39"), (40, 50, "40-49"), (50, 60, "50-59"), (60, 130, "60+"))
GROUPS = ("unit", "service", "sex", "age", "education", "wave")
MOST_PROBLEMS = 20


_AVERAGE = re.compile(r"[1-4][.,]\d+")
_ABOUT_A_PERSON = re.compile(r"@|\d[\d\s./+-]{6,}\d")  # e-mail, telephone, NIK, NIP: never a group's name
Labels = dict[str, tuple[tuple[str, ...], np.ndarray]]


def read(path, mapping: Mapping, progress=None):
    """Ratings (n, 9), labels per group as names and codes (n,), moments (n,) or None, and warnings of a survey file.

    Raises:
        InputError: every problem found, at most twenty.
    """
    sheet = open_sheet(path, recognise, mapping, progress)
    _one_sheet(sheet, mapping)
    _check_answers(sheet, mapping)
    table = read_survey_table(sheet, mapping)
    if not len(table.lines):
        raise InputError(Problem("no_rows", file=sheet.name))
    layout = find_layout(sheet, table, mapping)
    worth = np.stack([table.columns[i].each(lambda text, e=e: rating(text, e, mapping), np.int8)
                      for e, i in zip(ELEMENTS, layout.elements, strict=True)], axis=1)
    blank = (worth <= 0).all(axis=1) & (table.sparse | (worth == 0).all(axis=1))
    problems = _answer_problems(sheet, layout, table, (worth == UNKNOWN) & ~blank[:, None])
    if problems:
        raise InputError(problems[:MOST_PROBLEMS])
    if blank.all():
        raise InputError(Problem("no_rows", file=sheet.name))
    warnings = _layout_warnings(sheet, layout, table, table.lines[blank])
    ratings, kept = worth[~blank], ~blank
    warnings += [*_mixed_warnings(sheet, layout, table, kept), *_slipped_warnings(sheet, layout, table, kept)]
    moments = _moments(sheet, layout, table, kept, mapping, warnings)
    labels = {key: _labels(key, table.columns[layout.context[key]], kept, mapping) for key in GROUPS if key in layout.context}
    _unread_warnings(sheet, layout, table, labels, kept, warnings)
    if "wave" not in labels and moments is not None:
        labels["wave"] = _quarters(moments)
    for e in np.flatnonzero((ratings == 0).all(axis=0)):
        raise InputError(Problem("skm_no_answers", {"found": _name(e)}, sheet.name, sheet.header_line, shown(sheet.header[layout.elements[e]]) or None))
    _missing_warning(sheet, ratings, warnings)
    return sheet.name, ratings, labels, moments, warnings


def _one_sheet(sheet: Sheet, mapping: Mapping) -> None:
    """Sheets that could all be the survey must not be left out unsaid."""
    if sheet.rivals and mapping.sheet is None:
        raise InputError(Problem("skm_several_sheets", {"found": ", ".join(map(shown, sheet.rivals))}, sheet.name))


def _check_answers(sheet: Sheet, mapping: Mapping) -> None:
    """What a mapping file says under answers must be about something, and a rating."""
    keys, problems = (*ELEMENTS, "all", *GROUPS), []
    for key, answers in mapping.answers.items():
        if key not in keys:
            problems.append(Problem("mapping_answers_key", {"found": shown(key), "nearest": nearest(key, keys)}, sheet.name))
        elif key not in GROUPS:
            problems += [Problem("mapping_answer", {"found": shown(found), "meant": shown(meant), "key": key}, sheet.name)
                         for found, meant in answers.items() if str(meant) not in ("0", "1", "2", "3", "4", "")]
    if problems:
        raise InputError(problems)


def _answer_problems(sheet: Sheet, layout: Layout, table: Table, unknown: np.ndarray) -> list[Problem]:
    """Every different answer that is not known, in the order of the rows."""
    found, averages = [], np.zeros(len(unknown), bool)
    for e, position in enumerate(layout.elements):
        column, rows = table.columns[position], np.flatnonzero(unknown[:, e])
        codes, first, counts = np.unique(column.codes[rows], return_index=True, return_counts=True)
        found += [(int(table.lines[rows[i]]), e, column.texts[c], int(n)) for c, i, n in zip(codes, first, counts, strict=True)]
        averages |= column.each(lambda text: bool(_AVERAGE.fullmatch(text)), bool) & unknown[:, e]
    if averages.sum() * 2 > len(averages):
        line = int(table.lines[np.argmax(averages)])
        return [Problem("skm_averages", {"count": str(int(averages.sum()))}, sheet.name, line)]
    return [_answer_problem(sheet, layout.elements[e], line, e, text, n) for line, e, text, n in sorted(found)]


def _answer_problem(sheet: Sheet, position: int, line: int, e: int, text: str, count: int) -> Problem:
    said = echo(text)
    values = {"element": _name(e), "count": str(count), "expected": " / ".join(OFFICIAL[ELEMENTS[e]])}
    if said is None:
        return sheet.problem("skm_answer_hidden", line, position, {**values, "length": str(len(text))})
    code = "skm_five_points" if said in ("5", "5.0", "5,0") else "skm_answer"
    return sheet.problem(code, line, position, {**values, "found": shown(said)})


def _layout_warnings(sheet: Sheet, layout: Layout, table: Table, empty: np.ndarray) -> list[Problem]:
    warnings = []
    if sheet.others:
        warnings.append(Problem("skm_other_sheets", {"found": ", ".join(map(shown, sheet.others))}, sheet.name))
    if layout.numbered:
        warnings.append(Problem("skm_order_found" if layout.swapped else "skm_order_assumed", {}, sheet.name, sheet.header_line))
    if layout.dropped:
        warnings.append(Problem("skm_dropped", {"count": str(layout.dropped)}, sheet.name))
    for code, lines in (("skm_footers", table.left_out), ("skm_empty_rows", empty.tolist())):
        if lines:
            warnings.append(Problem(code, {"count": str(len(lines)), "rows": _some(lines)}, sheet.name))
    return warnings


def _mixed_warnings(sheet: Sheet, layout: Layout, table: Table, kept: np.ndarray) -> list[Problem]:
    """Elements answered in figures by some and in words by others: the few may have slipped there from another column."""
    found = []
    for position in layout.elements:
        figures = table.columns[position].each(is_figure, bool)[kept]
        words = table.columns[position].each(lambda text: text not in ("", "-") and not is_figure(text), bool)[kept]
        few = min(figures, words, key=np.sum)
        if few.any():
            rows = table.lines[kept][few].tolist()
            found.append(sheet.problem("skm_mixed", rows[0], position, {"count": str(len(rows)), "rows": _some(rows)}))
    return found


def _slipped_warnings(sheet: Sheet, layout: Layout, table: Table, kept: np.ndarray) -> list[Problem]:
    """Ratings to the right of the last element, where nearly nobody has one: those rows may have slipped by a cell."""
    position = max(layout.elements) + 1
    stray = table.strays.get(position, np.zeros(len(kept), bool))[kept]
    if not 0 < stray.sum() * 10 <= len(stray) + 9:
        return []
    rows = table.lines[kept][stray].tolist()
    return [sheet.problem("skm_slipped", rows[0], position, {"count": str(len(rows)), "rows": _some(rows)})]


def _some(lines: list[int]) -> str:
    return ", ".join(map(str, lines[:5])) + (" ..." if len(lines) > 5 else "")


def _missing_warning(sheet: Sheet, ratings: np.ndarray, warnings: list[Problem]) -> None:
    missing = (ratings == 0).sum(axis=0)
    if missing.any():
        where = {lang: ", ".join(f"{name} {missing[e]}" for e in np.flatnonzero(missing) if (name := _name(e)[lang])) for lang in LANGUAGES}
        warnings.append(Problem("skm_missing", {"count": str(int(missing.sum())), "where": where}, sheet.name))


def _moments(sheet: Sheet, layout: Layout, table: Table, kept: np.ndarray, mapping: Mapping, warnings: list[Problem]) -> np.ndarray | None:
    """The moment of each row kept, to the second, NaT where there is none."""
    if "date" not in layout.context:
        return None
    position = layout.context["date"]
    column = table.columns[position]
    order = mapping.dates or date_order(column.texts)
    if order == "both":
        raise InputError(sheet.problem("dates_mixed", sheet.header_line, position))
    parsed = np.full(len(column.texts), "NaT", dtype="datetime64[s]")
    for i, text in enumerate(column.texts):  # one at a time: a list of 200,000 moments is as large as their file
        if text and (moment := parse_moment(text, "mdy" if order == "mdy" else "dmy")):
            parsed[i] = moment
    moments, filled = parsed[column.codes[kept]], column.each(bool, bool)[kept]
    bad = int((np.isnat(moments) & filled).sum())
    if bad:
        warnings.append(sheet.problem("dates_unread", sheet.header_line, position, {"count": str(bad)}))
    if order == "either" and any(re.match(r"\d{1,2}[-/.]\d{1,2}[-/.]", text) for text in column.texts):
        warnings.append(sheet.problem("dates_day_first", sheet.header_line, position))
    return moments if not np.isnat(moments).all() else None


def _quarters(moments: np.ndarray) -> tuple[tuple[str, ...], np.ndarray]:
    """The quarter of each moment as a label."""
    months, codes = np.unique(moments.astype("datetime64[M]"), return_inverse=True)
    return tuple("" if np.isnat(m) else f"{m.astype(object).year}-Q{(m.astype(object).month + 2) // 3}" for m in months), codes


def _labels(key: str, column: Column, kept: np.ndarray, mapping: Mapping) -> tuple[tuple[str, ...], np.ndarray]:
    """The group of each row kept in one spelling, "" where it is not said."""
    spelled: dict[str, str] = {}
    for text in sorted(column.texts):
        spelled.setdefault(plain(text), " ".join(text.split()))
    meant = {plain(str(k)): str(v) for k, v in mapping.answers.get(key, {}).items()}
    meant |= {plain(str(k)): v for k, v in mapping.units.items()} if key == "unit" else {}
    return tuple(_label(key, plain(text), spelled, meant) for text in column.texts), column.codes[kept]


def _label(key: str, found: str, spelled: dict[str, str], meant: dict[str, str]) -> str:
    text = meant.get(found, spelled[found])
    found = plain(text)
    if key == "sex":
        return _SEX.get(found, "")
    if key == "education":
        return next((name for name, pattern in _EDUCATION if re.search(pattern, found)), "")
    if key == "age":
        years = re.fullmatch(r"(\d{1,3})( tahun| thn| th)?", found)
        named = text if any(c.isdigit() for c in found) else ""
        text = next((name for low, high, name in _AGES if low <= int(years[1]) < high), "") if years else named
    return "" if key != "wave" and _ABOUT_A_PERSON.search(text) else text


def _unread_warnings(sheet: Sheet, layout: Layout, table: Table, labels: Labels, kept: np.ndarray, warnings: list[Problem]) -> None:
    """How many said something about themselves that was not understood."""
    for key, (names, codes) in labels.items():
        position = layout.context[key]
        unread = int((table.columns[position].each(bool, bool)[kept] & (np.array([not name for name in names])[codes])).sum())
        if unread:
            what = {lang: say(f"skm.group.{key}", lang) for lang in LANGUAGES}
            warnings.append(Problem("skm_label_unread", {"count": str(unread), "what": what}, sheet.name, sheet.header_line, shown(sheet.header[position])))


def _name(element: int) -> dict[str, str]:
    """Name of an element in both languages."""
    return {lang: say(f"element.{ELEMENTS[element]}", lang) for lang in LANGUAGES}
