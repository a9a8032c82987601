"""The indicator board as words and text cells: made from the rows of a `Monitoring`, nothing is computed here."""

from __future__ import annotations

import math
from collections import Counter

from simulation.analysis.indicator_list import Indicator, indicators
from simulation.analysis.monitoring import STATUSES, Goal, Monitoring, Row
from simulation.city import SMALLEST_GROUP
from simulation.ip_asn import category
from simulation.language import DEFAULT, number, percent, rupiah, say

BLANK = "–"


def value_text(value: float, declared: Indicator, lang: str = DEFAULT) -> str:
    """A value as its readers write it, without its unit of measure."""
    if not math.isfinite(value):
        return BLANK
    if declared.unit == "share":
        return percent(value, lang, max(0, declared.decimals - 2))
    return rupiah(value, lang) if declared.unit == "rupiah" else number(value, lang, declared.decimals)


def board(monitoring: Monitoring, lang: str = DEFAULT) -> list[list[str]]:
    """The whole city on one page as text cells, the header first; a column for the plan only where there is one."""
    rows = monitoring.board()
    planned = any(row.plan for row in rows)
    keys = ("level", "indicator", "value", "n", "target", "status", *(("plan",) if planned else ()), "source")
    cells = [[say(f"monitoring.column.{key}", lang) for key in keys]]
    for row in rows:
        head = [say(f"monitoring.level.{row.indicator.level}", lang), row.indicator.name[lang]]
        plan = [_plan(row, lang)] if planned else []
        cells.append([*head, _value(row, lang), _n(row, lang), goal_text(row.indicator, row.goal, lang),
                      status_text(row.status, lang), *plan, _source(row, lang)])
    return cells


def unit_board(monitoring: Monitoring, indicator: str, lang: str = DEFAULT) -> list[list[str]]:
    """The units on one indicator as text cells, the header first; groups under five have no figures."""
    rows = monitoring.units(indicator)
    planned = any(row.plan for row in rows)
    keys = ("unit", "value", "n", "target", *(("plan",) if planned else ()), "status")
    names = {unit.id: unit.name(lang) for unit in monitoring.city.units}
    cells = [[say(f"monitoring.column.{key}", lang) for key in keys]]
    for row in rows:
        plan = [_plan(row, lang)] if planned else []
        cells.append([names[row.unit], _value(row, lang), _n(row, lang), goal_text(row.indicator, row.goal, lang), *plan,
                      status_text(row.status, lang)])
    return cells


def title(monitoring: Monitoring, lang: str = DEFAULT) -> str:
    """What the board is of."""
    return say("monitoring.title", lang, city=monitoring.city.about.name[lang], year=monitoring.year)


def status_text(status: str, lang: str = DEFAULT) -> str:
    """The light: a shape and a word, never a colour alone."""
    return say(f"monitoring.status.{status}", lang)


def goal_text(declared: Indicator, goal: Goal, lang: str = DEFAULT) -> str:
    """The target, who set it and how solid it is."""
    if goal.value is None:
        return say("monitoring.target.none", lang)
    value = _with_unit(value_text(goal.value, declared, lang), declared, lang)
    if declared.direction == "within":
        high = BLANK if goal.high is None else _with_unit(value_text(goal.high, declared, lang), declared, lang)
        text = say("monitoring.target.within", lang, value=value, high=high)
    elif declared.direction == "lower" and goal.value == 0:
        text = say("monitoring.target.zero", lang, value=value)
    else:
        text = say(f"monitoring.target.{declared.direction}", lang, value=value)
    return say(f"monitoring.target.by.{goal.set_by}", lang, target=text, grade=declared.target.grade)


def sentence(monitoring: Monitoring, lang: str = DEFAULT) -> str:
    """How many indicators stand where, which targets are missed or not sure, and which files are missing."""
    rows = monitoring.board()
    counts = Counter(row.status for row in rows)
    parts = ", ".join(say("monitoring.sentence.part", lang, n=counts[s], status=status_text(s, lang))
                      for s in STATUSES if counts[s])
    lines = [say("monitoring.sentence.count", lang, all=len(rows), year=monitoring.year, parts=parts)]
    for status in ("missed", "unsure"):
        if counts[status]:
            lines.append(say(f"monitoring.sentence.{status}", lang, names=_names(rows, status, lang)))
    suggested = sum(row.goal.set_by == "city" and row.status not in ("no_data", "no_target", "hidden") for row in rows)
    if suggested:
        lines.append(say("monitoring.sentence.suggested", lang, n=suggested))
    missing = dict.fromkeys(file_name(row.source, lang) for row in rows if row.status == "no_data" and not row.given)
    if missing:
        lines.append(say("monitoring.sentence.bring", lang, names="; ".join(missing)))
    return " ".join([*lines, say("monitoring.sentence.caution", lang)])


def frame(monitoring: Monitoring, lang: str = DEFAULT):
    """All rows as a tidy data frame, numbers as numbers; a group under five has none."""
    import pandas as pd

    names = {unit.id: unit.name(lang) for unit in monitoring.city.units}
    records = []
    for row in monitoring.rows:
        m, plan = row.measure, row.plan or (None, None, None)
        records.append({
            "level": say(f"monitoring.level.{row.indicator.level}", lang), "indicator": row.indicator.id,
            "name": row.indicator.name[lang], "unit": row.unit or "city",
            "unit_name": names.get(row.unit, say("monitoring.city", lang)), "unit_of_measure": row.indicator.unit,
            "value": m and m.value, "low": m and m.low, "high": m and m.high, "n": m and m.n,
            "target": row.goal.value, "target_high": row.goal.high, "target_set_by": row.goal.set_by,
            "status": row.status, "status_text": status_text(row.status, lang),
            "plan_p05": plan[0], "plan_p50": plan[1], "plan_p95": plan[2], "source": _source(row, lang)})
    numbers = ("value", "low", "high", "target", "target_high", "plan_p05", "plan_p50", "plan_p95")
    return pd.DataFrame(records).astype({name: float for name in numbers} | {"n": "Int64"})


def file_name(source: str, lang: str = DEFAULT) -> str:
    """What an input is called."""
    found = next(row for row in indicators().inputs if row.id == source)
    return found.name[lang]


def _names(rows, status: str, lang: str) -> str:
    return "; ".join(row.indicator.name[lang] for row in rows if row.status == status)


def _value(row: Row, lang: str) -> str:
    m = row.measure
    if m is None:
        return BLANK
    text = value_text(m.value, row.indicator, lang)
    if m.low is not None:
        low, high = (value_text(v, row.indicator, lang) for v in (m.low, m.high))
        text = say("monitoring.interval", lang, value=text, low=low, high=high)
    if row.indicator.id == "ip_asn":
        text = say("monitoring.category.shown", lang, value=text, category=say(f"monitoring.category.{category(m.value)}", lang))
    return _with_unit(text, row.indicator, lang)


def _with_unit(text: str, declared: Indicator, lang: str) -> str:
    return say(f"monitoring.unit.{declared.unit}", lang, value=text)


def _plan(row: Row, lang: str) -> str:
    """The simulated value; one number where all futures agree."""
    if row.plan is None:
        return BLANK
    low, middle, high = (value_text(v, row.indicator, lang) for v in row.plan)
    text = middle if low == high else say("monitoring.interval", lang, value=middle, low=low, high=high)
    return _with_unit(text, row.indicator, lang)


def _n(row: Row, lang: str) -> str:
    return BLANK if row.measure is None or row.measure.n is None else number(row.measure.n, lang, 0)


def _source(row: Row, lang: str) -> str:
    file = file_name(row.source, lang)
    if row.status == "hidden":
        return say("monitoring.hidden", lang, limit=SMALLEST_GROUP)
    if row.status == "no_data":
        return say("monitoring.not_in_file" if row.given else "monitoring.bring", lang, file=file)
    return file
