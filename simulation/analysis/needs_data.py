"""The answers of a needs survey and a forum as numbers: groups, units and ratings, nothing about persons."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from simulation.errors import Problem

WHOLE_CITY = -1  # in place of a unit


@dataclass(frozen=True, eq=False)
class NeedsData:
    """The answers, in an order that does not depend on the files'.

    Attributes:
        units, competencies: ids in the city's order.
        group, unit: position of each respondent's group in `GROUPS` and of the unit (-1: the whole city), (respondents,).
        importance, performance: ratings 1-5, NaN where nobody answered, (respondents, competencies).
        forum_group, forum_unit: the same of each forum table, (tables,).
        forum_ranks: mid-ranks of each table, 1 = needed most, (tables, competencies); what it left out shares the last.
        warnings: what was read but should be looked at.
    """

    units: tuple[str, ...]
    competencies: tuple[str, ...]
    group: np.ndarray = field(repr=False)
    unit: np.ndarray = field(repr=False)
    importance: np.ndarray = field(repr=False)
    performance: np.ndarray = field(repr=False)
    forum_group: np.ndarray = field(repr=False)
    forum_unit: np.ndarray = field(repr=False)
    forum_ranks: np.ndarray = field(repr=False)
    warnings: tuple[Problem, ...] = ()

    @property
    def respondents(self) -> int:
        """People whose answers are used."""
        return len(self.group)

    @property
    def tables(self) -> int:
        """Forum tables."""
        return len(self.forum_group)

    @cached_property
    def id(self) -> str:
        """Content hash of all answers: the same files in any order have the same id."""
        digest = hashlib.sha256(repr((self.units, self.competencies)).encode())
        for array in (self.group, self.unit, self.importance, self.performance, self.forum_group, self.forum_unit,
                      self.forum_ranks):
            digest.update(np.asarray(array, dtype=float).tobytes())
        return digest.hexdigest()[:16]


def in_order(city, people: list, tables: list, warnings: tuple[Problem, ...]) -> NeedsData:
    """Rows in an order of their own content, so that the files' order changes nothing."""
    n = len(city.competencies)
    person = _by_content(np.array(people).reshape(-1, 2 + 2 * n))
    table = _by_content(np.array(tables, dtype=float).reshape(-1, 2 + n))
    arrays = (person[:, 0].astype(int), person[:, 1].astype(int), person[:, 2:2 + n], person[:, 2 + n:],
              table[:, 0].astype(int), table[:, 1].astype(int), table[:, 2:])
    for array in arrays:
        array.flags.writeable = False
    return NeedsData(tuple(unit.id for unit in city.units), tuple(city.competencies), *arrays, warnings)


def _by_content(rows: np.ndarray) -> np.ndarray:
    keys = np.where(np.isnan(rows), 0.0, rows)
    return rows[np.lexsort(keys.T[::-1])]
