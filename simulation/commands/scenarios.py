"""The run without a screen: compare scenarios, print the verdicts, write tables and pictures."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from simulation.assumptions import Assumptions
from simulation.city import City
from simulation.ensemble import simulate
from simulation.errors import InputError, Problem, short_path
from simulation.files import write_whole
from simulation.indicators import three, units_table
from simulation.language import say
from simulation.ledger_changes import read_changes
from simulation.outcome import compare
from simulation.present import views, words
from simulation.present.ledger_words import change_lines
from simulation.record import record
from simulation.scenario import Catalogue, Scenario


def run(files: list[Path], city_folder: Path | None, draws: int, out: Path | None, as_json: bool, lang: str,
        changes: Path | None = None, executor=None, excel: Path | None = None) -> None:
    """Compare the scenarios of the files and report.

    Args:
        changes: file of changed assumptions.
        executor: see `simulate`. excel: also write a workbook there.

    Raises:
        InputError: anything wrong with an input; nothing is written then.
    """
    assumptions = read_changes(changes, Assumptions.load()) if changes else Assumptions.load()
    city = City.load(city_folder, assumptions.tables) if city_folder else City.load(tables=assumptions.tables)
    scenarios = load_all(files)
    outcomes = [simulate(scenario, city, assumptions, draws, executor) for scenario in scenarios]
    comparisons = [compare(outcome, outcomes[baseline_of(scenarios)]) for outcome in outcomes]
    content = summary(comparisons)
    if out:
        write(comparisons, content, out, lang)
    if excel:
        from simulation.present.excel.workbook import to_excel

        to_excel([c for c in comparisons if c.a.scenario.id != c.b.scenario.id] or comparisons, excel, lang)
    if as_json:
        print(json.dumps(content, ensure_ascii=False, indent=1))
        return
    print(say("run.title", lang, city=city.about.name[lang]), "\n")
    print(text_table(comparisons, lang), "\n")
    for comparison in comparisons:
        print("-", comparison.sentence(lang))
    print("\n" + "\n".join([*change_lines(assumptions, lang), *words.honesty(city, assumptions, lang)]))
    if out:
        print("\n" + say("run.written", lang, folder=short_path(out)), file=sys.stdout)


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
             "ikm": {"start": q(c.a.city_ikm[0]), "end": q(c.a.city_ikm[-1])},
             "vs_baseline": {"ikm": q(c.ikm), "waiting_minutes": q(c.waiting_minutes), "verdict": c.verdict}}
            for c in comparisons
        ],
    }


def text_table(comparisons, lang: str) -> str:
    """The comparison as aligned text."""
    rows = words.comparison_rows(comparisons, lang)
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "  ".join("-" * w for w in widths), *lines[1:]])


def write(comparisons, content: dict, out: Path, lang: str) -> None:
    """Tables, record and pictures in a folder."""
    import pandas as pd

    outcomes = [c.a for c in comparisons]
    out.mkdir(parents=True, exist_ok=True)
    flat = pd.json_normalize(content["scenarios"], sep="_").drop(columns=["name_id", "name_en"])
    write_whole(out / "summary.csv", flat.to_csv(index=False))
    frames = [o.table(name, by) for o in outcomes for name, by in (("ikm", "city"), ("waiting", "city"), ("meeting_standard", "city"))]
    write_whole(out / "outcome.csv", pd.concat(frames).to_csv(index=False))
    units = [units_table(c.a, c.b, lang).assign(scenario=c.a.scenario.key) for c in comparisons]
    write_whole(out / "units.csv", pd.concat(units).to_csv(index=False))
    write_whole(out / "record.json", json.dumps(content["record"], indent=1) + "\n")
    base = comparisons[0].b
    if len(comparisons) > 1:
        views.differences(comparisons, lang, run=outcomes).save(out / "differences.png")
    best = max(comparisons, key=lambda c: three(c.ikm)[1]).a
    views.ikm_fan([best, base], lang, run=outcomes).save(out / "ikm.png")
    views.waiting([best, base], lang, run=outcomes).save(out / "waiting.png")
    views.levels([best, base], lang, run=outcomes).save(out / "levels.png")
