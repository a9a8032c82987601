"""Counts of staff per unit and group, and what the age structure says about who will leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from simulation.assumptions import Assumptions
from simulation.city import SMALLEST_GROUP
from simulation.errors import Problem
from simulation.intake.posts import EDUCATION
from simulation.intake.small_groups import pooled
from simulation.language import DEFAULT, number, percent, say
from simulation.schema import GROUPS

AGE_BANDS = (30, 40, 50, 55)  # lower ends of all bands but the youngest, years
HORIZON = 10  # years ahead over which retirements are counted, as the ledger reads the people aged 51 to 60


@dataclass(frozen=True)
class Person:
    """One row on its way into the counts, without anything that says whose it is.

    Attributes:
        status: pns, pppk or part_time. age: at the end of the year, None if not known. due: retires within the horizon.
        education: step of the IP ASN, None if not known.
    """

    unit: str
    group: str
    status: str
    age: int | None
    due: bool
    education: str | None


@dataclass(frozen=True)
class StaffCell:
    """People of one unit and group.

    Attributes:
        pns: PNS and CPNS. pppk: PPPK, those working part time included; part_time: of them.
        aged: people whose age is known; due: of them, who reach retirement age within ten years.
        ages: people per age band: under 30, 30-39, 40-49, 50-54, 55 and over. education: people per step of the IP ASN
            (s3, s2, s1, d3, d2, below), the last for not known.
        exit_relative: exits relative to the ledger's hazard, see `relative_exits`; None if too few ages are known.
    """

    unit: str
    group: str
    pns: int
    pppk: int
    part_time: int
    aged: int
    due: int
    ages: tuple[int, ...]
    education: tuple[int, ...]
    exit_relative: float | None = None

    @property
    def heads(self) -> int:
        """All people of the cell."""
        return self.pns + self.pppk


@dataclass(frozen=True)
class StaffCounts:
    """A staff list as counts, nothing that names a person.

    Attributes:
        source: file. year: at whose end ages are counted. rows: employees counted. cells: in the order of the city's units and groups.
        names: Indonesian and English name of each unit. warnings: what a reader should know.
    """

    source: str
    year: int
    rows: int
    cells: tuple[StaffCell, ...]
    names: dict[str, tuple[str, str]]
    warnings: tuple[Problem, ...] = ()

    @property
    def units(self) -> tuple[str, ...]:
        """Units that the list has people of."""
        return tuple(dict.fromkeys(cell.unit for cell in self.cells))

    def education(self, unit: str | None = None, group: str | None = None) -> dict[str, int]:
        """People per step of education, `unknown` last; of everybody, a unit or a group. Raw counts, for an index, not for showing."""
        here = [c for c in self.cells if unit in (None, c.unit) and group in (None, c.group)]
        return dict(zip((*EDUCATION, "unknown"), map(sum, zip(*(c.education for c in here), strict=True)), strict=False))

    def table(self, lang: str = DEFAULT):
        """A row per unit and group as a data frame; cells under five people are merged, PNS and PPPK shown where neither is under five."""
        import pandas as pd

        rows = []
        for unit, group, cells in merged(self.cells):
            heads, aged = sum(c.heads for c in cells), sum(c.aged for c in cells)
            known = [(c.heads, c.exit_relative) for c in cells if c.exit_relative is not None]
            rows.append({
                "unit": self.names[unit][lang == "en"] if unit else say("staff.other_units", lang),
                "group": say(f"staff.group.{group}", lang) if group else say("staff.other_groups", lang),
                "people": heads, **_split(cells),
                "due": sum(c.due for c in cells) / aged if aged >= SMALLEST_GROUP else float("nan"),
                "exit_relative": sum(n * x for n, x in known) / sum(n for n, _ in known) if known else float("nan")})
        columns = {key: say(f"staff.column.{key}", lang) for key in ("unit", "group", "people", "pns", "pppk", "due", "exit_relative")}
        frame = pd.DataFrame(rows, columns=list(columns)).astype({"pns": "Int64", "pppk": "Int64"})
        return frame.rename(columns=columns)

    def sentences(self, lang: str = DEFAULT) -> list[str]:
        """The list in words: what it covers, ages, warnings."""
        aged = sum(c.aged for c in self.cells)
        values = {"rows": number(self.rows, lang, 0), "units": str(len(self.units)), "year": str(self.year)}
        lines = [say("staff.covers", lang, **values)]
        if aged >= SMALLEST_GROUP:
            share = percent(sum(c.due for c in self.cells) / aged, lang)
            lines.append(say("staff.due", lang, share=share, known=number(aged, lang, 0), horizon=str(HORIZON)))
        return [*lines, *(warning.text(lang) for warning in self.warnings)]


def _split(cells: Sequence[StaffCell]) -> dict[str, int | None]:
    """PNS and PPPK of a row, both left out where either is some people under five."""
    counts = {"pns": sum(c.pns for c in cells), "pppk": sum(c.pppk for c in cells)}
    return dict.fromkeys(counts) if any(0 < n < SMALLEST_GROUP for n in counts.values()) else counts


def cells_of(people: Sequence[Person], units: Sequence[str], ledger: Assumptions) -> tuple[StaffCell, ...]:
    """Counts per unit and group that have people, in the order of `units` and of the groups, whatever the order of the people."""
    by_cell: dict[tuple[str, str], list[Person]] = {}
    for person in people:
        by_cell.setdefault((person.unit, person.group), []).append(person)
    order = [(unit, group) for unit in units for group in GROUPS if (unit, group) in by_cell]
    cells = [_cell(unit, group, by_cell[unit, group]) for unit, group in order]
    return relative_exits(cells, ledger)


def _cell(unit: str, group: str, people: list[Person]) -> StaffCell:
    status = Counter(p.status for p in people)
    ages = [p.age for p in people if p.age is not None]
    steps = Counter(p.education for p in people)
    bands = Counter(sum(age >= low for low in AGE_BANDS) for age in ages)
    return StaffCell(unit, group, status["pns"], status["pppk"] + status["part_time"], status["part_time"], len(ages),
                     sum(p.due for p in people), tuple(bands[i] for i in range(len(AGE_BANDS) + 1)),
                     tuple(steps[step] for step in (*EDUCATION, None)))


def relative_exits(cells: Sequence[StaffCell], ledger: Assumptions) -> tuple[StaffCell, ...]:
    """Exits of each cell relative to the ledger's hazard.

    (d / (10 n) + resignation) / (retirement + resignation): d of the n people whose age is known reach retirement age within
    ten years, the way the ledger gets its own rate from the people aged 51 to 60. A mean of 1 means that the list is as old as
    the ledger assumes. Where fewer than five ages of a cell are known, those of the unit stand in, then those of the group.
    Contracts of PPPK are taken to be renewed until retirement age.
    """
    value = {parameter.key: parameter.value for parameter in ledger.parameters}
    base = value["retirement"] + value["resignation"]

    def relative(pool: list[StaffCell]) -> float | None:
        known = sum(c.aged for c in pool)
        return round((sum(c.due for c in pool) / known / HORIZON + value["resignation"]) / base, 3) if known >= SMALLEST_GROUP else None

    done = []
    for cell in cells:
        pools = ([cell], [c for c in cells if c.unit == cell.unit], [c for c in cells if c.group == cell.group])
        found = (relative(pool) for pool in pools)
        done.append(replace(cell, exit_relative=next((x for x in found if x is not None), None)))
    return tuple(done)


def merged(cells: Sequence[StaffCell]) -> list[tuple[str, str, list[StaffCell]]]:
    """Rows that may be shown: unit and group ("" for others) with their cells, at least five people each if the list has as many.

    A cell under five joins the other small ones of its unit, and the next smallest if they are still too few; a unit that is
    too small as a whole joins other units, and the last rest takes in the smallest row there is.
    """
    rows, rest = [], []
    for unit in dict.fromkeys(c.unit for c in cells):
        here = {c.group: c for c in cells if c.unit == unit}
        small = pooled({group: c.heads for group, c in here.items()})
        together = [c for group, c in here.items() if group in small]
        rows += [(unit, group, [c]) for group, c in here.items() if group not in small]
        if sum(c.heads for c in together) >= SMALLEST_GROUP:
            rows.append((unit, "", together))
        else:
            rest += together
    if rest and sum(c.heads for c in rest) < SMALLEST_GROUP and rows:
        smallest = min(rows, key=lambda row: (sum(c.heads for c in row[2]), row[0], row[1]))
        rows.remove(smallest)
        rest += smallest[2]
    return [*rows, ("", "", rest)] if sum(c.heads for c in rest) >= SMALLEST_GROUP else rows
