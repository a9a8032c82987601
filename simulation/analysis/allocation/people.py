"""The city with people who are treated alike put together, so that hundreds of plans can be tried in seconds.

Cells of one kind of unit, staff group and turnover get equal shares of every class and so share one trajectory; units stay apart,
since each has its own counters and citizens. Nothing here depends on the order of units in a file.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from simulation.assumptions import Assumptions
from simulation.city import City, Services
from simulation.past import past_of
from simulation.scenario import Scenario

NO_LEADER = -1.0


@dataclass(frozen=True, eq=False)
class Gathered:
    """A city prepared for trying plans.

    Attributes:
        people: a city whose cells are rows of people treated alike, (rows,).
        row_of_cell: row of each cell of the real city, (cells,); first_cell: one cell of each row, (rows,). leader_row: row of the leaders over each row, -1 for none, (rows,).
        unit_ids, unit_kind, users, at_start_ratings: units in the order of their ids.
        front_row: row that citizens meet in each unit, (units,).
        counters, casework, schools: services with `unit` in that order.
        standard_rows, standard_group, standard_level, standard_people: people alike in row and level today, for the share at the standard.
    """

    people: City
    row_of_cell: np.ndarray
    first_cell: np.ndarray
    leader_row: np.ndarray
    unit_ids: tuple[str, ...]
    unit_kind: np.ndarray
    users: np.ndarray
    ratings: np.ndarray
    front_row: np.ndarray
    counters: Services
    casework: Services
    schools: Services
    standard_rows: np.ndarray
    standard_group: np.ndarray
    standard_level: np.ndarray
    standard_people: np.ndarray

    @classmethod
    def of(cls, city: City, draft: Scenario, ledger: Assumptions) -> Gathered:
        """Put together whom the draft's rules treat alike and who were trained alike before."""
        past = past_of(city, draft.catalogue, ledger)
        row_of_cell, first = _rows(city, draft, past.setting.row_of_cell if past else np.zeros(len(city.heads)))
        people = _people(city, row_of_cell, first)
        order = np.array(sorted(range(len(city.units)), key=lambda u: city.units[u].id))
        rank = np.argsort(order)
        leaders = city.leader_cell[city.cell_unit[first]]
        led = (leaders >= 0) & (people.cell_group != city.group("leader"))
        columns = np.concatenate([row_of_cell[:, None], city.cell_group[:, None], city.base_level], axis=1)
        alike, where = np.unique(np.round(columns, 9), axis=0, return_inverse=True)
        return cls(people, row_of_cell, first, np.where(led, row_of_cell[leaders], -1), tuple(city.units[u].id for u in order),
                   city.unit_kind[order], city.users[order], city.ratings[order], row_of_cell[city.front_cell][order],
                   *(_in_order(services, rank) for services in (city.counters, city.casework, city.schools)),
                   alike[:, 0].astype(int), alike[:, 1].astype(int), alike[:, 2:], np.bincount(where.reshape(-1), city.heads))


def _rows(city: City, draft: Scenario, before: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Row of each cell and one cell of each row.

    Args:
        before: who were trained alike before the start, (cells,).
    """
    leaders = city.leader_cell[city.cell_unit]
    columns = [city.unit_kind[city.cell_unit], city.cell_group, city.exit_relative,
               np.where(leaders >= 0, city.exit_relative[leaders], NO_LEADER), draft.weight_of_units(city)[city.cell_unit], before,
               np.where(leaders >= 0, before[leaders], NO_LEADER)]
    columns += list(city.base_level.T) if draft.targeting == "gap_first" else []
    columns += list(draft.needs_of_units(city)[city.cell_unit].T) if draft.targeting == "needs" else []
    _, first, row_of_cell = np.unique(np.round(np.array(columns, dtype=float).T, 9), axis=0, return_index=True, return_inverse=True)
    return row_of_cell.reshape(-1), first


def _people(city: City, row_of_cell: np.ndarray, first: np.ndarray) -> City:
    rows = len(first)
    return replace(city, units=tuple(city.units[u] for u in city.cell_unit[first]), unit_kind=city.unit_kind[city.cell_unit[first]],
                   cell_unit=np.arange(rows), cell_group=city.cell_group[first], exit_relative=city.exit_relative[first],
                   pns=np.bincount(row_of_cell, city.pns, rows), pppk=np.bincount(row_of_cell, city.pppk, rows),
                   base_level=city.base_level[first])


def _in_order(services: Services, rank: np.ndarray) -> Services:
    """Services with their units renumbered, sorted by unit and id."""
    unit = rank[services.unit] if len(services.unit) else services.unit
    order = np.array(sorted(range(len(unit)), key=lambda s: (unit[s], services.ids[s])), dtype=int)
    kept = {f.name: getattr(services, f.name)[order] for f in fields(services)
            if isinstance(getattr(services, f.name), np.ndarray) and f.name != "unit"}
    return replace(services, ids=tuple(services.ids[s] for s in order), names=tuple(services.names[s] for s in order), unit=unit[order], **kept)


@dataclass(frozen=True, eq=False)
class Copies:
    """Several copies of a gathered city side by side, as the chain runs them: one plan for each.

    Attributes as those of `City` that the chain reads.
    """

    units: range
    unit_kind: np.ndarray
    users: np.ndarray
    groups: tuple[str, ...]
    cell_group: np.ndarray
    heads: np.ndarray
    exit_relative: np.ndarray
    front_cell: np.ndarray
    counters: Services
    casework: Services
    schools: Services

    @classmethod
    def of(cls, gathered: Gathered, copies: int) -> Copies:
        """Copies of a city."""
        people, units = gathered.people, len(gathered.unit_ids)
        services = (_tiled(s, copies, units) for s in (gathered.counters, gathered.casework, gathered.schools))
        return cls(range(units * copies), np.tile(gathered.unit_kind, copies), np.tile(gathered.users, copies), people.groups, np.tile(people.cell_group, copies),
                   np.tile(people.heads, copies), np.tile(people.exit_relative, copies),
                   shifted(gathered.front_row, copies, len(people.heads)), *services)

    def group(self, name: str) -> int:
        """Position of a staff group."""
        return self.groups.index(name)


def shifted(positions: np.ndarray, copies: int, step: int) -> np.ndarray:
    """Positions in copies side by side; -1 stays -1."""
    return np.concatenate([np.where(positions < 0, -1, positions + i * step) for i in range(copies)])


def _tiled(services: Services, copies: int, units: int) -> Services:
    kept = {f.name: np.tile(getattr(services, f.name), copies) for f in fields(services)
            if isinstance(getattr(services, f.name), np.ndarray) and f.name != "unit"}
    return replace(services, ids=services.ids * copies, names=services.names * copies, unit=shifted(services.unit, copies, units), **kept)
