"""Reading the rows of a citizen survey: ratings and a little context are kept, everything about persons stays outside."""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from simulation.errors import InputError, Problem, shown
from simulation.intake.dates import date_order, parse_moment
from simulation.intake.headings import plain
from simulation.intake.mapping import Mapping
from simulation.intake.sheet import Sheet, open_sheet
from simulation.intake.skm_answers import OFFICIAL, UNKNOWN, echo, rating
from simulation.intake.skm_columns import Layout, find_layout, recognise
from simulation.skm import ELEMENTS

_FOOTER = re.compile(r"^(jumlah|total|nrr|nilai rata|rata rata|ikm|indeks kepuasan|bobot|nilai (per )?unsur|nilai ikm|keterangan)\b")
_SEX = {"l": "male", "lk": "male", "laki": "male", "laki laki": "male", "pria": "male", "male": "male", "m": "male", "lelaki": "male",
        "p": "female", "pr": "female", "perempuan": "female", "wanita": "female", "female": "female", "f": "female"}
_EDUCATION = (("s3", r"\bs ?3\b|doktor|strata 3"), ("s2", r"\bs ?2\b|magister|master|strata 2"),
              ("s1", r"\bs ?1\b|\bd ?(4|iv)\b|sarjana|bachelor|strata 1"), ("d3", r"\bd ?(1|2|3|i|ii|iii)\b|diploma|akademi"),
              ("sma", r"\bsma|\bsmk|\bslta|\bsmu|\bma\b|sekolah menengah atas|senior"), ("smp", r"\bsmp|\bsltp|\bmts|junior"),
              ("sd", r"\bsd\b|sekolah dasar|\bmi\b|primary"))
_AGES = ((0, 20, "0-19"), (20, 30, "20-29"), (30, 40, "30-39"), (40, 50, "40-49"), (50, 60, "50-59"), (60, 130, "60+"))
GROUPS = ("unit", "service", "sex", "age", "education", "wave")
MOST_PROBLEMS = 20


@dataclass
class Rows:
    """What reading leaves: codes per row, and the distinct texts behind them."""

    ratings: array = field(default_factory=lambda: array("b"))
    texts: dict[str, dict[str, int]] = field(default_factory=dict)
    codes: dict[str, array] = field(default_factory=dict)
    footers: list[int] = field(default_factory=list)
    empty: list[int] = field(default_factory=list)
    unknown: dict[tuple[int, str], list[int]] = field(default_factory=dict)  # (element, text) -> lines, the first few


def read(path, mapping: Mapping, progress=None):
    """Ratings (n, 9), labels per group, moments and warnings of a survey file.

    Raises:
        InputError: every problem found, at most twenty.
    """
    sheet = open_sheet(path, recognise, mapping, progress)
    layout = find_layout(sheet, mapping)
    rows = _collect(sheet, layout, mapping)
    problems = _answer_problems(sheet, layout, rows)
    if problems:
        raise InputError(problems[:MOST_PROBLEMS])
    ratings = np.frombuffer(rows.ratings, dtype=np.int8).reshape(-1, len(ELEMENTS))
    if not len(ratings):
        raise InputError(Problem("no_rows", file=sheet.name))
    warnings = _layout_warnings(sheet, layout, rows)
    moments = _moments(sheet, layout, rows, mapping, warnings)
    labels = {key: _labels(key, rows, mapping) for key in GROUPS if key in layout.context}
    if "wave" not in labels and moments is not None:
        labels["wave"] = np.array([f"{m.year}-Q{(m.month + 2) // 3}" if m else "" for m in moments], dtype=object)
    for e in np.flatnonzero((ratings == 0).all(axis=0)):
        raise InputError(Problem("skm_no_answers", {"found": ELEMENTS[e]}, sheet.name, sheet.header_line, shown(sheet.header[layout.elements[e]])))
    _missing_warning(sheet, ratings, warnings)
    return sheet.name, ratings, labels, moments, warnings


def _collect(sheet: Sheet, layout: Layout, mapping: Mapping) -> Rows:
    rows = Rows(texts={k: {} for k in layout.context}, codes={k: array("i") for k in layout.context})
    worth: list[dict[str, int]] = [{} for _ in ELEMENTS]
    for line, cells in sheet.rows():
        answers = [worth[e].get(cells[i]) for e, i in enumerate(layout.elements)]
        if None in answers:
            answers = [_worth(worth[e], cells[i], e, mapping) for e, i in enumerate(layout.elements)]
        if UNKNOWN in answers and _not_a_person(cells, sheet, layout):
            rows.footers.append(line)
            continue
        if not any(answers):
            rows.empty.append(line)
            continue
        for e, value in enumerate(answers):
            if value == UNKNOWN:
                lines = rows.unknown.setdefault((e, cells[layout.elements[e]]), [])
                lines.append(line)
        rows.ratings.extend(answers)
        for key, i in layout.context.items():
            texts = rows.texts[key]
            rows.codes[key].append(texts.setdefault(cells[i], len(texts)))
    return rows


def _worth(known: dict[str, int], text: str, element: int, mapping: Mapping) -> int:
    if text not in known:
        known[text] = rating(text, ELEMENTS[element], mapping)
    return known[text]


def _not_a_person(cells: list[str], sheet: Sheet, layout: Layout) -> bool:
    """A line of totals below the rows, or the headings once more."""
    first = next((cell for cell in cells if cell), "")
    return bool(_FOOTER.search(plain(first))) or all(cells[i] == sheet.header[i] for i in layout.elements)


def _answer_problems(sheet: Sheet, layout: Layout, rows: Rows) -> list[Problem]:
    problems = []
    for (e, text), lines in sorted(rows.unknown.items(), key=lambda item: (item[1][0], item[0])):
        said = echo(text)
        values = {"element": ELEMENTS[e], "count": str(len(lines)), "expected": " / ".join(OFFICIAL[ELEMENTS[e]])}
        if said is None:
            problems.append(sheet.problem("skm_answer_hidden", lines[0], layout.elements[e], {**values, "length": str(len(text))}))
        else:
            code = "skm_five_points" if said in ("5", "5.0", "5,0") else "skm_answer"
            problems.append(sheet.problem(code, lines[0], layout.elements[e], {**values, "found": shown(said)}))
    return problems


def _layout_warnings(sheet: Sheet, layout: Layout, rows: Rows) -> list[Problem]:
    warnings = []
    if layout.numbered:
        warnings.append(Problem("skm_order_found" if layout.swapped else "skm_order_assumed", {}, sheet.name, sheet.header_line))
    if layout.dropped:
        warnings.append(Problem("skm_dropped", {"count": str(layout.dropped)}, sheet.name))
    for code, lines in (("skm_footers", rows.footers), ("skm_empty_rows", rows.empty)):
        if lines:
            warnings.append(Problem(code, {"count": str(len(lines)), "rows": _some(lines)}, sheet.name))
    return warnings


def _some(lines: list[int]) -> str:
    return ", ".join(map(str, lines[:5])) + (" ..." if len(lines) > 5 else "")


def _missing_warning(sheet: Sheet, ratings: np.ndarray, warnings: list[Problem]) -> None:
    missing = (ratings == 0).sum(axis=0)
    if missing.any():
        where = ", ".join(f"{ELEMENTS[e]} {missing[e]}" for e in np.flatnonzero(missing))
        warnings.append(Problem("skm_missing", {"count": str(int(missing.sum())), "where": where}, sheet.name))


def _moments(sheet: Sheet, layout: Layout, rows: Rows, mapping: Mapping, warnings: list[Problem]) -> list[datetime | None] | None:
    """The moment of each row, None where there is none."""
    if "date" not in layout.context:
        return None
    texts = list(rows.texts["date"])
    order = mapping.dates or date_order(texts)
    column = layout.context["date"]
    if order == "both":
        raise InputError(sheet.problem("dates_mixed", sheet.header_line, column))
    parsed = [parse_moment(text, "mdy" if order == "mdy" else "dmy") if text else None for text in texts]
    codes = rows.codes["date"]
    bad = sum(1 for code in codes if parsed[code] is None and texts[code])
    if bad:
        warnings.append(sheet.problem("dates_unread", sheet.header_line, column, {"count": str(bad)}))
    if order == "either" and any(re.match(r"\d{1,2}[-/.]\d{1,2}[-/.]", text) for text in texts):
        warnings.append(sheet.problem("dates_day_first", sheet.header_line, column))
    return [parsed[code] for code in codes] if any(parsed) else None


def _labels(key: str, rows: Rows, mapping: Mapping) -> np.ndarray:
    """The group of each row in one spelling, "" where it is not said, (n,)."""
    texts = list(rows.texts[key])
    spelled: dict[str, str] = {}
    for text in sorted(texts):
        spelled.setdefault(plain(text), " ".join(text.split()))
    names = np.array([_label(key, text, spelled, mapping) for text in texts], dtype=object)
    return names[np.frombuffer(rows.codes[key], dtype=np.intc)]


def _label(key: str, text: str, spelled: dict[str, str], mapping: Mapping) -> str:
    found = plain(text)
    mapped = {plain(str(k)): str(v) for k, v in mapping.answers.get(key, {}).items()}
    mapped |= {plain(str(k)): v for k, v in mapping.units.items()} if key == "unit" else {}
    if found in mapped:
        return mapped[found]
    if key == "sex":
        return _SEX.get(found, "")
    if key == "education":
        return next((name for name, pattern in _EDUCATION if re.search(pattern, found)), "")
    if key == "age" and re.fullmatch(r"\d{1,3}", found):
        return next((name for low, high, name in _AGES if low <= int(found) < high), "")
    return spelled[found] if found else ""
