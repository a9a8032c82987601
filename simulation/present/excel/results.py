"""Sheets of results: what becomes of the city and its units, and the differences between scenarios, all with bands."""

from __future__ import annotations

from simulation import indicators
from simulation.language import quarter, say
from simulation.present import scorecard_words, verdicts
from simulation.present.excel.page import Cell, Column, Table
from simulation.present.excel.run import Run

SCENARIO, OTHER, YEAR = Column("scenario", width=34), Column("other", width=34), Column("year", "year", 8)
BANDS = tuple(Column(name, "number", 12) for name in indicators.BANDS)
SIGNED = tuple(Column(name, "signed", 12) for name in indicators.BANDS)
_SHARES = ("meeting_standard", "level_frontline", "level_all")
_KINDS = {"ikm": "signed", "waiting_minutes": "signed", "hours_saved": "count", "staff_hours_freed": "count"}  # other units: rupiah, or a number


def yearly(run: Run) -> Table:
    """Indicators of the city per year."""
    columns = (SCENARIO, Column("indicator", width=40), Column("part", width=20), YEAR, Column("mean", "number", 12), *BANDS)
    rows = []
    for outcome in run.outcomes:
        for row in indicators.yearly_table(outcome).itertuples():
            kind = "percent" if row.indicator in _SHARES else "count" if row.indicator == "hours_waited" else "number"
            numbers = [Cell(value, kind) for value in row[4:]]
            rows.append((run.name(outcome), run.message(f"indicator.{row.indicator}"), _part(run, row.part), row.year, *numbers))
    return Table("yearly", columns, rows, run.lang)


def _part(run: Run, part: str) -> str:
    if part == "city":
        return run.message("whole_city")
    return say(f"level.{part}" if part.isdigit() else f"staff.group.{part}", run.lang)


def units(run: Run) -> Table:
    """IKM and minutes at the counters per unit and year."""
    columns = (SCENARIO, Column("unit", width=52), Column("indicator", width=34), YEAR, *BANDS)
    rows = [(run.name(o), run.units[row.unit], run.message(f"indicator.{row.indicator}"), *row[3:])
            for o in run.outcomes for row in indicators.units_yearly_table(o).itertuples()]
    return Table("units", columns, rows, run.lang)


def differences(run: Run) -> Table:
    """Differences by indicator: the rows of one indicator stand together, so that a chart can take them."""
    columns = (Column("indicator", width=40), SCENARIO, OTHER, Column("p05", "number", 20), Column("p50", "number", 20),
               Column("p95", "number", 20), Column("below", "number", 18), Column("above", "number", 18), Column("share_defined", "percent", 14))
    frames = [indicators.differences_table(c) for c in run.comparisons]
    rows = []
    for i in range(len(frames[0])):
        for comparison, frame in zip(run.comparisons, frames, strict=True):
            row = frame.iloc[i]
            kind = "rupiah" if row["unit_of_measure"] == "rupiah" else _KINDS.get(row["indicator"], "number")
            distance = "number" if kind == "signed" else kind
            numbers = [Cell(row[key], kind) for key in ("p05", "p50", "p95")] + [Cell(row[key], distance) for key in ("below", "above")]
            rows.append((run.message(f"difference.{row['indicator']}"), run.name(comparison.a), run.name(comparison.b), *numbers, row["share_defined"]))
    return Table("differences", columns, rows, run.lang)


def scorecard(run: Run) -> Table:
    """Every promise of every comparison: difference, direction, verdict, and when a difference matters."""
    columns = (SCENARIO, OTHER, Column("outcome", width=46), Column("measure_unit", width=18), *(Column(k, "number", 12) for k in ("p05", "p50", "p95")),
               Column("direction", width=46), Column("verdict", width=26), Column("smallest", "number", 14), Column("reason_smallest", width=60),
               Column("measured", width=44), Column("sees", width=50))
    kinds, rows = {"share": "percent", "hours": "count"}, []
    for c in run.comparisons:
        for line in c.scorecard.lines:
            one, kind = line.promise, kinds.get(line.promise.unit, "number")
            reason = one.reason[run.lang] if one.difference else say("scorecard.tick", run.lang, who=scorecard_words.who(line.smallest, run.lang))
            rows.append((run.name(c.a), run.name(c.b), one.name[run.lang], say(f"scorecard.unit_name.{one.unit}", run.lang),
                         *(Cell(value, kind) for value in line.band), scorecard_words.direction(line.direction, run.lang),
                         verdicts.signed(line.verdict, run.lang), Cell(line.smallest, kind), reason, one.measured[run.lang], one.sees[run.lang]))
    return Table("scorecard", columns, rows, run.lang)


def gains(run: Run) -> Table:
    """IKM difference per quarter of every comparison, one block of rows after the other."""
    columns = (SCENARIO, OTHER, Column("period", width=22), *SIGNED, Column("width", "number", 14))
    rows = []
    for c in run.comparisons:
        for row in indicators.gain_by_quarter(c).itertuples(index=False):
            period = quarter(row.time, row.start_year, run.lang) if row.time else say("chart.start", run.lang)
            rows.append((run.name(c.a), run.name(c.b), period, *row[2:]))
    return Table("gains", columns, rows, run.lang)


def unit_differences(run: Run) -> Table:
    """IKM of every unit at the start and at the end, and the difference in the last common year."""
    columns = (SCENARIO, OTHER, Column("unit", width=52), Column("asn", "count", 9), Column("people_served", "count", 12),
               Column("ikm_start", "number", 11), Column("ikm_end", "number", 11), *(Column(k, "signed", 11) for k in ("p05", "p50", "p95")))
    rows = []
    for c in run.comparisons:
        frame = indicators.units_table(c.a, c.b, run.lang)
        frame["asn"] = frame["asn"].astype(float)  # a count that is not shown is NaN, and NaN is a blank cell
        rows += [(run.name(c.a), run.name(c.b), *row[1:]) for row in frame.itertuples(index=False)]
    return Table("unit_differences", columns, rows, run.lang)
