"""The SKM report as it is printed: the table of the regulation, the interval beside it, what to look at again."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from simulation import skm
from simulation.language import day, number, quarter, say
from simulation.skm import ELEMENTS
from simulation.survey import Survey, respondents_for, smallest_visible_change

DETAIL = 1.0  # IKM points: the change a city asks about


def table(survey: Survey, lang: str = "id") -> list[list[str]]:
    """Header and rows of the printed table: sum, NRR, weighted NRR and category of each element, then the IKM."""
    header = [say(f"skm.column.{key}", lang) for key in ("number", "element", "total", "nrr", "weighted", "category")]
    sums, rows = survey.ratings.sum(axis=0, dtype=int), []
    for k, (element, nrr) in enumerate(survey.nrr.items()):
        rows.append([str(k + 1), say(f"element.{element}", lang), number(sums[k], lang, 0), number(nrr, lang, 3),
                     number(nrr / len(ELEMENTS), lang, 3), skm.category(25 * nrr)])
    total = sum(survey.nrr.values()) / len(ELEMENTS)
    return [header, *rows, ["", say("skm.row.sum", lang), "", "", number(total, lang, 3), ""],
            ["", say("skm.row.ikm", lang), "", "", number(survey.ikm, lang), survey.category]]


def sentences(survey: Survey, lang: str = "id", users: int | None = None) -> list[str]:
    """Result with interval, whether the category is certain, days, smallest change that would be seen; sample size for `users` people."""
    low, high = survey.interval()
    texts = [say("skm.result", lang, ikm=number(survey.ikm, lang), category=survey.category, n=number(survey.n, lang, 0),
                 word=say(f"skm.word.{survey.category}", lang), low=number(low, lang), high=number(high, lang))]
    names = "ABCD"[("ABCD".index(skm.category(high))):"ABCD".index(skm.category(low)) + 1]
    if len(names) > 1:
        texts.append(say("skm.uncertain_category", lang, found=", ".join(reversed(names)), category=survey.category))
    if survey.days:
        texts.append(say("skm.days", lang, first=day(survey.days[0], lang), last=day(survey.days[1], lang)))
    if survey.n > 1 and survey.scores.std() > 0:
        sd = float(np.sort(survey.scores).std(ddof=1))  # sorted: the order of rows must not reach the last digit
        texts.append(say("skm.visible", lang, mde=number(smallest_visible_change(survey.n, sd), lang, 1),
                         needed=number(respondents_for(DETAIL, sd), lang, 0)))
    if users:
        texts.append(say("skm.size", lang, users=number(users, lang, 0), needed=number(skm.sample_size(users), lang, 0),
                         n=number(survey.n, lang, 0)))
    return texts


def suspicious(survey: Survey, lang: str = "id") -> list[str]:
    """What leaving flagged rows out would change."""
    texts = []
    for flag in survey.flags:
        rest = survey.without(flag.code)
        if not rest.n:
            texts.append(say("skm.flag.all", lang, count=number(flag.count, lang, 0)))
            continue
        change = number(float(rest.exact_ikm() - survey.exact_ikm()), lang, sign=True)
        texts.append(say(f"skm.flag.{flag.code}", lang, count=number(flag.count, lang, 0), ikm=number(rest.ikm, lang),
                         category=rest.category, change=change))
    return texts


def group_table(survey: Survey, key: str, lang: str = "id") -> list[list[str]]:
    """Header and rows per group; those under five people are counted in a last line without result."""
    frame = survey.by(key)
    header = [say(f"skm.group.{key}", lang), *(say(f"skm.column.{c}", lang) for c in ("n",)), "IKM",
              *(say(f"skm.column.{c}", lang) for c in ("low", "high", "category"))]
    rows = [[label(key, row.group, lang), number(row.n, lang, 0), number(row.ikm, lang), number(row.low, lang),
             number(row.high, lang), row.category] for row in frame.itertuples(index=False)]
    rest = survey.n - int(frame["n"].sum())
    if rest:
        rows.append([say("skm.inside_total", lang, n=number(rest, lang, 0)), "", "", "", "", ""])
    return [header, *rows]


def label(key: str, name: str, lang: str) -> str:
    """A group's name in the reader's language."""
    if key == "wave" and len(name) == 7 and name[4:6] == "-Q":
        return quarter(int(name[6]), int(name[:4]), lang)
    return say(f"skm.label.{name}", lang) if key in ("sex", "education") else name


def text(survey: Survey, lang: str = "id", users: int | None = None) -> str:
    """The whole report for a terminal."""
    parts = [say("skm.title", lang, source=survey.source), aligned(table(survey, lang)), "\n".join(sentences(survey, lang, users))]
    parts += [aligned(group_table(survey, key, lang)) for key in sorted(survey.groups) if survey.groups[key].names]
    for title, lines in (("skm.suspicious", suspicious(survey, lang)), ("skm.notes", [w.text(lang) for w in survey.warnings])):
        if lines:
            parts.append("\n".join([say(title, lang), *(f"- {line}" for line in lines)]))
    return "\n\n".join(parts)


def as_json(survey: Survey, lang: str = "id") -> dict:
    """The result for other programmes."""
    low, high = survey.interval()
    return {"n": survey.n, "nrr": survey.nrr, "ikm": survey.ikm, "category": survey.category, "interval": [low, high],
            "without_flagged": {f.code: {"rows": f.count, "ikm": survey.without(f.code).ikm if f.count < survey.n else None}
                                for f in survey.flags},
            "warnings": [*(w.text(lang) for w in survey.warnings), *suspicious(survey, lang)]}


def aligned(rows: list[list[str]]) -> str:
    """Rows in aligned columns; a cell on its own line may run over."""
    alone = [row for row in rows if sum(map(bool, row)) == 1]
    widths = [max(len(row[i]) for row in rows if row not in alone) for i in range(len(rows[0]))]
    text_columns = {i for i in range(len(rows[0])) if not any(c[i][:1].isdigit() for c in rows[1:] if c not in alone)}
    lines = ["  ".join(cell.ljust(w) if i in text_columns else cell.rjust(w)
                       for i, (cell, w) in enumerate(zip(row, widths, strict=True))).rstrip() if row not in alone
             else next(filter(None, row)) for row in rows]
    return "\n".join(lines)


def to_excel(survey: Survey, path: Path, lang: str = "id") -> None:
    """The report as a workbook: table, groups, notes; numbers stay numbers."""
    from simulation.present.excel_report import write_report

    header = table(survey, lang)[0]
    rows = [[k + 1, say(f"element.{e}", lang), int(total), (nrr, "0.000"), (nrr / len(ELEMENTS), "0.000"), skm.category(25 * nrr)]
            for k, ((e, nrr), total) in enumerate(zip(survey.nrr.items(), survey.ratings.sum(axis=0, dtype=int), strict=True))]
    rows += [["", say("skm.row.sum", lang), "", "", (sum(survey.nrr.values()) / len(ELEMENTS), "0.000"), ""],
             ["", say("skm.row.ikm", lang), "", "", (survey.ikm, "0.00"), survey.category]]
    sheets = [(say("skm.sheet.report", lang), say("skm.title", lang, source=survey.source), [header, *rows], sentences(survey, lang))]
    groups = []
    for key in sorted(survey.groups):
        head, *_ = group_table(survey, key, lang)
        groups += [head, *([label(key, r.group, lang), int(r.n), *((value, "0.00") for value in (r.ikm, r.low, r.high)), r.category]
                           for r in survey.by(key).itertuples(index=False)), [""]]
    if groups:
        sheets.append((say("skm.sheet.groups", lang), say("skm.sheet.groups", lang), groups, []))
    notes = [*suspicious(survey, lang), *(w.text(lang) for w in survey.warnings)]
    sheets.append((say("skm.sheet.notes", lang), say("skm.sheet.notes", lang), [], notes))
    write_report(path, sheets)


def progress_line(done: int, total: int) -> None:
    """A bar on the terminal while a large file is read."""
    if total and sys.stderr.isatty():
        filled = min(30, 30 * done // total)
        end = "\n" if done >= total else ""
        print(f"\r[{'#' * filled}{'.' * (30 - filled)}] {min(100, 100 * done // total)}%", end=end, file=sys.stderr, flush=True)
