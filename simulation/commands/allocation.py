"""The best plan for the money on the command line."""

from __future__ import annotations

from pathlib import Path

from simulation.analysis.allocation.money import shadow_price
from simulation.analysis.allocation.proposal import allocate
from simulation.assumptions import DATA, Assumptions
from simulation.city import City
from simulation.commands.research import terminal_bar
from simulation.errors import short_path
from simulation.files import write_whole
from simulation.language import say
from simulation.ledger_changes import read_changes
from simulation.present import allocation_charts, allocation_views
from simulation.present.ledger_words import change_lines
from simulation.present.skm_report import aligned
from simulation.scenario import Scenario


def allocation(base: Path, budget_rp: float | None, objective: str, scenario: Path | None, money: bool, city: Path | None,
               changes: Path | None, draws: int, out: Path | None, lang: str, executor) -> None:
    """Propose a plan, say what it brings, and optionally what more or less money would buy."""
    ledger = read_changes(changes, Assumptions.load()) if changes else Assumptions.load()
    before = Scenario.load(base)
    place = City.load(city or DATA / "salatiga", ledger.tables)
    bar = executor.bar() if executor else terminal_bar(lang)
    found = allocate(before.budget_by_year if budget_rp is None else budget_rp, place, ledger, before, objective=objective, draws=draws,
                     executor=executor, progress=bar)
    for line in [*change_lines(ledger, lang), found.sentence(lang)]:
        print(line)
    print("\n" + aligned(allocation_views.rows(found, lang)))
    print("\n" + aligned(allocation_views.rival_rows(found, lang)))
    tables, pictures = {"plan": found.table()}, {"rivals": allocation_charts.rivals(found, lang)}
    if money:
        worth = shadow_price(found, executor=executor, progress=bar)
        print("\n" + worth.sentence(lang) + "\n\n" + aligned(allocation_views.money_rows(worth, lang)))
        tables, pictures = tables | {"money": worth.table()}, pictures | {"money": allocation_charts.money(worth, lang)}
    if scenario:
        found.scenario.save(scenario)
        print("\n" + say("needs.scenario_written", lang, path=scenario))
    if out:
        out.mkdir(parents=True, exist_ok=True)
        for name, table in tables.items():
            write_whole(out / f"{name}.csv", table.to_csv(index=False))
        for name, picture in pictures.items():
            picture.save(out / f"{name}.png")
        print("\n" + say("run.written", lang, folder=short_path(out)))
