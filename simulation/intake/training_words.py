"""A training history as tables and sentences."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict

from scipy.stats import t

from simulation.city import Course, Trained
from simulation.errors import Problem
from simulation.intake.training_counts import OTHER_PROGRAMMES, OTHER_UNITS
from simulation.language import DEFAULT, number, say

_COURSE = ("unit", "programme", "year", "participants", "jp_total", "scored", "pre_mean", "post_mean", "gain_mean", "gain_low", "gain_high",
           "applied_share")
_PEOPLE = ("unit", "year", "people", "pns", "pns_20_jp", "pppk", "pppk_over_24_jp")


def course_table(courses: Sequence[Course], names: dict[str, tuple[str, str]], lang: str = DEFAULT):
    """A row per course, with the 95 % interval of its gain (Student's t), as a data frame."""
    rows = []
    for course in courses:
        half = float(t.ppf(0.975, course.scored - 1)) * course.gain_se if course.gain_se is not None else math.nan
        gain = course.gain_mean if course.gain_mean is not None else math.nan
        rows.append(asdict(course) | {"gain_low": gain - half, "gain_high": gain + half})
    return _frame(rows, _COURSE, names, lang)


def people_table(people: Sequence[Trained], names: dict[str, tuple[str, str]], lang: str = DEFAULT):
    """A row per unit and year, as a data frame."""
    return _frame([asdict(trained) for trained in people], _PEOPLE, names, lang)


def _frame(rows: list[dict], columns: tuple[str, ...], names: dict[str, tuple[str, str]], lang: str):
    import pandas as pd

    called = {key: pair[lang == "en"] for key, pair in names.items()}
    called |= {OTHER_UNITS: say("trainings.other_units", lang), OTHER_PROGRAMMES: say("trainings.other_programmes", lang)}
    rows = [row | {key: called.get(row[key], row[key]) for key in ("unit", "programme") if key in row} for row in rows]
    return pd.DataFrame(rows, columns=list(columns)).rename(columns={key: say(f"trainings.column.{key}", lang) for key in columns})


def sentences(courses: Sequence[Course], warnings: Sequence[Problem], lang: str = DEFAULT) -> list[str]:
    """What a history covers, and its warnings."""
    units = {course.unit for course in courses} - {OTHER_UNITS}
    years = sorted({course.year for course in courses})
    span = "" if not years else str(years[0]) if len(years) == 1 else f"{years[0]}-{years[-1]}"
    values = {"participants": number(sum(c.participants for c in courses), lang, 0), "years": span, "units": str(len(units)),
              "jp": number(math.fsum(c.jp_total for c in courses), lang, 0)}
    return [say("trainings.covers", lang, **values), *(warning.text(lang) for warning in warnings)]
