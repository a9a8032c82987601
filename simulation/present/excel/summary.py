"""First sheet: what was compared, the verdicts in words, how sure they are, and what the numbers rest on."""

from __future__ import annotations

from simulation.indicators import three
from simulation.language import number, percent
from simulation.present.excel.page import Cell, Column, Writer
from simulation.present.excel.run import Run
from simulation.present import verdicts
from simulation.present.words import honesty, legal_line, money_line
from simulation.record import code_hash, record_id

COLUMNS = (Column("scenario", width=34), Column("other", width=34), *(Column(key, "signed", 10) for key in ("p05", "p50", "p95")),
           Column("share_better", "percent", 13), Column("share_worse", "percent", 13), Column("verdict", width=28), Column("cost_rp", "rupiah", 20))


def write(writer: Writer, run: Run, tabs: list[str]) -> None:
    """Write the sheet; `tabs` are the names of the sheets that follow."""
    sheet = writer.sheet(run.message("tab.summary"))
    widths = [column.width for column in COLUMNS]
    for position, width in enumerate(widths):
        sheet.set_column(position, position, width)
    writer.across(sheet, 0, run.message("title.summary", city=run.city.about.name[run.lang]), widths, bold=True, font_size=14)
    writer.across(sheet, 1, run.message("note.summary"), widths, font_color="#444444")
    writer.rows(sheet, 3, COLUMNS, _rows(run))
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    row = 5 + len(run.comparisons)
    for heading, sentences in _sections(run, tabs):
        writer.across(sheet, row, heading, widths, bold=True, bottom=1)
        for sentence in sentences:
            row += 1
            writer.across(sheet, row, sentence, widths)
        row += 2


def _rows(run: Run) -> list[tuple]:
    return [(run.name(c.a), run.name(c.b), *(Cell(value, "signed") for value in three(c.ikm)), c.share_better, c.share_worse,
             verdicts.signed(c.verdict, run.lang), c.a.plan.cost_rp.sum()) for c in run.comparisons]


def _sections(run: Run, tabs: list[str]) -> list[tuple[str, list[str]]]:
    """Headings with their sentences."""
    verdicts = [c.sentence(run.lang) for c in run.comparisons]
    money = [f"{run.name(c.a)}: {money_line(c, run.lang)}" for c in run.comparisons]
    legal = [f"{run.name(o)}: {legal_line(o, run.lang)}" for o in run.outcomes]
    cautions = dict.fromkeys(sentence for o in run.outcomes for sentence in honesty(run.city, o.assumptions, run.lang))
    parts = (("verdicts", verdicts), ("money", money), ("legal", legal), ("cautions", list(cautions)), ("record", _record(run)),
             ("tabs", [run.message("tabs", names="; ".join(tabs))]))
    return [(run.message(f"section.{key}"), list(dict.fromkeys(sentences))) for key, sentences in parts]


def _record(run: Run) -> list[str]:
    """What went in. The day of the run is not known to the record: the same inputs give the same file on any day."""
    first, grades = run.outcomes[0], run.city.figures_per_grade()
    return [run.message("record", record=record_id(run.outcomes), draws=number(first.draws, run.lang, 0), seed=first.scenario.seed),
            run.message("hashes", code=code_hash(), data=run.city.files_hash), run.message("no_date", staff_date=run.city.about.staff_date),
            run.message("assumed", share=percent(grades["D"] / sum(grades.values()), run.lang, 1), n=number(sum(grades.values()), run.lang, 0))]
