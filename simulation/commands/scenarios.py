"""The run without a screen: compare scenarios, print the verdicts, write tables and pictures."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

from simulation.assumptions import Assumptions
from simulation.city import City
from simulation.ensemble import simulate
from simulation.errors import InputError, Problem, short_path
from simulation.files import write_whole
from simulation.indicators import three, units_table
from simulation.language import say
from simulation.ledger_changes import read_changes
from simulation.outcome import Comparison, compare
from simulation.present import scorecard_words, views, words
from simulation.present.ledger_words import change_lines
from simulation.present.library_views import warning_lines
from simulation.record import Record, record
from simulation.scenario import Catalogue, Scenario


def run(files: list[Path], city_folder: Path | None, draws: int, out: Path | None, as_json: bool, lang: str,
        changes: Path | None = None, executor=None, excel: Path | None = None, smallest: float | None = None, every: bool = False) -> None:
    """Compare the scenarios of the files and report.

    Args:
        changes: file of changed assumptions.
        executor: see `simulate`. excel: also write a workbook there.
        smallest: another smallest IKM difference that matters, from the council. every: print all outcomes, not only those shown at once.

    Raises:
        InputError: anything wrong with an input; nothing is written then.
    """
    assumptions = ledger(changes, smallest)
    comparisons = compared(files, assumptions, city_folder, draws, lang, executor)
    city = comparisons[0].a.city
    content = summary(comparisons)
    if excel:
        from simulation.present.excel.workbook import to_excel

        to_excel([c for c in comparisons if c.a.scenario.id != c.b.scenario.id] or comparisons, excel, lang)
    if out:
        write(comparisons, content, out, lang, assumptions, beside=[excel] if excel else [])
    if as_json:
        print(json.dumps(content, ensure_ascii=False, indent=1))
        return
    print(say("run.title", lang, city=city.about.name[lang]), "\n")
    print(text_table(comparisons, lang), "\n")
    for comparison in comparisons:
        print("-", comparison.sentence(lang))
        if comparison.a.scenario.id != comparison.b.scenario.id:
            title = say("scorecard.title", lang, name=comparison.a.scenario.name[lang], other=comparison.b.scenario.name[lang])
            print("\n" + title + "\n" + aligned(comparison.scorecard.rows(lang, every)), "\n" + scorecard_words.time_line(comparison, lang) + "\n")
    duty = scorecard_words.induction_line(comparisons[0].b, lang)
    print(*([duty] if duty else []), sep="\n")
    print("\n" + "\n".join([*change_lines(assumptions, lang), *words.honesty(city, assumptions, lang)]))
    if out:
        print("\n" + say("run.written", lang, folder=short_path(out)), file=sys.stdout)


def ledger(changes: Path | None, smallest: float | None) -> Assumptions:
    """The published assumptions with a file of changes and the council's smallest difference.

    Raises:
        InputError: a value outside its range.
    """
    found = read_changes(changes, Assumptions.load()) if changes else Assumptions.load()
    return found if smallest is None else found.replace({"smallest_difference": smallest})


def compared(files: list[Path], assumptions: Assumptions, city_folder: Path | None, draws: int, lang: str, executor=None) -> list[Comparison]:
    """Every scenario of the files against the baseline among them; what differs from where a received file was made goes to stderr.

    Raises:
        InputError: anything wrong with an input.
    """
    city = City.load(city_folder, assumptions.tables) if city_folder else City.load(tables=assumptions.tables)
    scenarios = load_all(files)
    for line in [line for scenario in scenarios for line in warning_lines(scenario, lang, city)]:
        print(line, file=sys.stderr)
    outcomes = [simulate(scenario, city, assumptions, draws, executor) for scenario in scenarios]
    return [compare(outcome, outcomes[baseline_of(scenarios)]) for outcome in outcomes]


def load_all(files: list[Path]) -> list[Scenario]:
    """All scenarios, or every problem of all files together."""
    catalogue, scenarios, problems = Catalogue.load(), [], []
    for file in files:
        try:
            scenarios.append(Scenario.load(file, catalogue))
        except InputError as error:
            problems += error.problems
    flagged = [s.key for s in scenarios if s.baseline]
    if len(flagged) > 1:
        problems.append(Problem("two_baselines", {"found": ", ".join(flagged)}))
    if problems:
        raise InputError(problems)
    return scenarios


def baseline_of(scenarios: list[Scenario]) -> int:
    """Position of the scenario marked as baseline, else the first."""
    return next((i for i, scenario in enumerate(scenarios) if scenario.baseline), 0)


def summary(comparisons) -> dict:
    """The run as one object, see the README for its form."""
    outcomes = [c.a for c in comparisons]

    def q(values):
        return dict(zip(("p05", "p50", "p95"), three(values), strict=True))

    return {
        "draws": outcomes[0].draws, "record": record(outcomes), "evidence": outcomes[0].city.figures_per_grade(),
        "scenarios": [
            {"id": c.a.scenario.key, "name": c.a.scenario.name.model_dump(), "file": c.a.scenario.file,
             "cost_rp": float(c.a.plan.cost_rp.sum()), "unspent_rp": float(c.a.plan.unspent_rp.sum()),
             "participants": float(c.a.plan.seats.sum()), "share_20jp": float(c.a.share_reaching_20jp().mean()),
             "ikm": {"start": q(c.a.city_ikm[0]), "end": q(c.a.year_mean(c.a.city_ikm, c.a.scenario.years))},
             "staff_hours": c.scorecard.staff_hours()[0],
             "vs_baseline": {"ikm": q(c.ikm), "waiting_minutes": q(c.waiting_minutes), "verdict": c.verdict,
                             "direction": c.direction[0], "share": c.direction[1], "turning_points": list(c.turning_points)},
             "scorecard": c.scorecard.summary()}
            for c in comparisons
        ],
    }


def text_table(comparisons, lang: str) -> str:
    """The comparison as aligned text."""
    return aligned(words.comparison_rows(comparisons, lang))


def aligned(rows: list[list[str]]) -> str:
    """A table of text cells, the header first, as aligned text."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "  ".join("-" * w for w in widths), *lines[1:]])


def write(comparisons, content: dict, out: Path, lang: str, assumptions: Assumptions, made: str = "", beside: list[Path] = ()) -> None:
    """Tables, pictures and scenario files in a folder, and last the record of them.

    Args:
        assumptions: of the run, without what scenarios change themselves. made: ISO date, today's by default. beside: files of the run written before; those in the folder are recorded too.
    """
    outcomes = [c.a for c in comparisons]
    kept = Record.of(outcomes, made or date.today().isoformat())  # first, so that nothing is written if the city moved meanwhile
    names = [*_tables(comparisons, content, out, lang), *_pictures(comparisons, out, lang), *_scenario_files(outcomes, out, assumptions)]
    names += [path.resolve().relative_to(out.resolve()).as_posix() for path in beside if path.resolve().is_relative_to(out.resolve())]
    kept.save(out, names)


def _tables(comparisons, content: dict, out: Path, lang: str) -> list[str]:
    """Write the tables; the names of their files."""
    import pandas as pd

    flat = pd.json_normalize(content["scenarios"], sep="_").drop(columns=["name_id", "name_en"])
    frames = [c.a.table(name, by) for c in comparisons for name, by in (("ikm", "city"), ("waiting", "city"), ("meeting_standard", "city"))]
    units = [units_table(c.a, c.b, lang).assign(scenario=c.a.scenario.key) for c in comparisons]
    tables = {"summary.csv": flat, "outcome.csv": pd.concat(frames), "units.csv": pd.concat(units)}
    for name, table in tables.items():
        write_whole(out / name, table.to_csv(index=False))
    return list(tables)


def _pictures(comparisons, out: Path, lang: str) -> list[str]:
    """Write the pictures; the names of their files."""
    outcomes, base = [c.a for c in comparisons], comparisons[0].b
    best = max(comparisons, key=lambda c: three(c.ikm)[1]).a
    charts = {"differences.png": views.differences(comparisons, lang, run=outcomes)} if len(comparisons) > 1 else {}
    charts |= {f"{name}.png": chart([best, base], lang, run=outcomes)
               for name, chart in (("ikm", views.ikm_fan), ("waiting", views.waiting), ("levels", views.levels))}
    for name, chart in charts.items():
        chart.save(out / name)
    return list(charts)


def _scenario_files(outcomes, out: Path, assumptions: Assumptions) -> list[str]:
    """Write each scenario with what it rests on, so that it can be run or received elsewhere; the names of the files."""
    names: list[str] = []
    for outcome in outcomes:
        key, twins = outcome.scenario.key, 2
        while (name := f"scenarios/{key}.yaml") in names:  # files of one name from two folders
            key, twins = f"{outcome.scenario.key}_{twins}", twins + 1
        outcome.scenario.save(out / name, portable=True, city=outcome.city, assumptions=assumptions)
        names.append(name)
    return names
