"""Sheets of the evidence: every assumption with its source, range and grade, and how solid the city's figures are."""

from __future__ import annotations

import json

from simulation.language import catalogue, say
from simulation.present.excel.page import Column, Table
from simulation.present.excel.run import Run


def assumptions(run: Run) -> Table:
    """The ledger under which each scenario was run, rows that differ between scenarios once per variant; then the switches."""
    columns = (Column("assumption", width=36), Column("value", "figure", 12), Column("low", "figure", 12), Column("high", "figure", 12),
               Column("measure", width=14), Column("spread", width=13), Column("grade", width=10), Column("link", width=16),
               Column("changed", width=14), Column("applies", width=20), Column("citation", width=60), Column("address", width=42))
    rows = []
    for i, published in enumerate(run.outcomes[0].assumptions.parameters):
        variants = _variants(run, lambda o, i=i: o.assumptions.parameters[i], lambda row: (row.value, row.range, json.dumps(dict(row.distribution), sort_keys=True)))
        for row, applies in variants:
            rows.append((published.label[run.lang], row.value, *row.range, _unit(run, row.unit), say(f"ledger.kind_{row.distribution['kind']}", run.lang),
                         row.grade, say(f"bench.link_{row.feeds}", run.lang), run.message("changed" if row.changed else "published"), applies,
                         row.source["citation"], row.source["address"] or ""))
    return Table("assumptions", columns, rows, run.lang)


def switches(run: Run) -> Table:
    """The structural alternatives and which of them each scenario was run with."""
    columns = (Column("switch", width=40), Column("option", width=30), Column("changed", width=14), Column("applies", width=40), Column("about", width=70))
    rows = []
    for switch in run.outcomes[0].assumptions.ledger.structure:
        labels = {option.id: option.label[run.lang] for option in switch.options}
        for option, applies in _variants(run, lambda o, key=switch.key: o.assumptions.structure[key], str):
            changed = run.message("published" if option == switch.default else "changed")
            rows.append((switch.label[run.lang], labels[option], changed, applies, switch.note[run.lang]))
    return Table("switches", columns, rows, run.lang)


def _variants(run: Run, read, identity) -> list[tuple]:
    """What the scenarios have for one row, each variant once with the names of the scenarios it applies to."""
    found: dict = {}
    for outcome in run.outcomes:
        item = read(outcome)
        found.setdefault(identity(item), (item, []))[1].append(run.name(outcome))
    if len(found) == 1:
        return [(item, run.message("all_scenarios")) for item, _ in found.values()]
    return [(item, "; ".join(names)) for item, names in found.values()]


def _unit(run: Run, unit: str) -> str:
    """A unit of measure in words; one that another ledger brought stays as it is written there."""
    return catalogue(run.lang).get(f"excel.measure.{unit}", unit)


def city_figures(run: Run) -> Table:
    """Figures per file and grade, most useful replacement first."""
    columns = (Column("file", width=18), *(Column(f"grade_{g}", "count", 12) for g in "ABCD"), Column("figures", "count", 12),
               Column("weight", "percent", 20), Column("replace", width=50))
    keys = ["file", "A", "B", "C", "D", "figures", "weight", "replace_with"]
    rows = list(run.city.quality(run.lang)[keys].itertuples(index=False, name=None))
    return Table("city", columns, rows, run.lang)
