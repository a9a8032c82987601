"""Sheets of the plan: who gets how many seats, which classes are held, and the money of every year."""

from __future__ import annotations

from simulation.analysis import plan_tables
from simulation.present.excel.decisions import offer_words
from simulation.present.excel.page import Column, Table
from simulation.present.excel.run import Run

SCENARIO, YEAR = Column("scenario", width=34), Column("year", "year", 8)


def units(run: Run) -> Table:
    """Seats, JP and apportioned cost per unit and year."""
    columns = (SCENARIO, Column("unit", width=52), YEAR, Column("asn", "count", 9), Column("seats", "number", 12),
               Column("jp", "number", 14), Column("jp_per_asn", "number", 12), Column("cost_rp", "rupiah", 20))
    rows = [(run.name(o), run.units[row.unit], row.year, row.asn, row.seats, row.jp, row.jp_per_asn, row.cost_rp)
            for o in run.outcomes for row in plan_tables.plan_by_unit(o).itertuples()]
    return Table("plan", columns, rows, run.lang)


def classes(run: Run) -> Table:
    """Classes per programme and year."""
    columns = (SCENARIO, Column("programme", width=44), YEAR, Column("classes", "count", 10), Column("seats", "number", 12),
               Column("hours_jp", "number", 12), Column("cost_rp", "rupiah", 20))
    rows = [(run.name(o), run.programme(o, row.programme), row.year, row.classes, row.seats, row.hours_jp, row.cost_rp)
            for o in run.outcomes for row in plan_tables.classes(o).itertuples()]
    return Table("classes", columns, rows, run.lang)


def offers(run: Run) -> Table | None:
    """Classes per offer and year; none when no scenario has offers of its own."""
    columns = (SCENARIO, Column("offer", "count", 8), Column("form", width=56), YEAR, Column("asked", "count", 10), Column("classes", "count", 10),
               Column("seats", "number", 12), Column("price_rp", "rupiah", 18), Column("cost_rp", "rupiah", 20))
    rows = [(run.name(o), row.offer, offer_words(run, o, o.scenario.offers[row.offer - 1]), row.year, row.asked, row.classes, row.seats,
             row.price_rp, row.cost_rp) for o in run.outcomes for row in plan_tables.offers(o).itertuples()]
    return Table("offers", columns, rows, run.lang) if rows else None


def budgets(run: Run) -> Table:
    """Budget, cost, what is left, and how the plan stands against the rules, per year."""
    columns = (SCENARIO, YEAR, Column("budget_rp", "rupiah", 20), Column("cost_rp", "rupiah", 20), Column("unspent_rp", "rupiah", 20),
               Column("seats", "number", 12), Column("reach_20jp", "percent", 20), Column("over_ceiling", "percent", 20),
               Column("budget_share", "percent2", 18))
    rows = [(run.name(o), *row[1:]) for o in run.outcomes for row in plan_tables.budgets(o).itertuples()]
    return Table("budgets", columns, rows, run.lang)

