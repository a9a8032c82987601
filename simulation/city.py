"""The city: its units, staff, services and how citizens rate it; every figure with grade and source.

A city is a folder (`data/salatiga`); another city is another folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from simulation.assumptions import DATA, Assumptions, Tables
from simulation.errors import InputError, unknown
from simulation.model import satisfaction
from simulation.schema import GRADES, Grade, Strict, Texts

SMALLEST_GROUP = 5  # people; a smaller group is never shown alone


class Figure(Strict):
    """A published total."""

    value: Annotated[float, Field(ge=0.0)]
    source: str
    grade: Grade


class Totals(Strict):
    """Published totals that the tables must add up to."""

    pns: Figure
    pppk: Figure | None = None
    population: Figure | None = None


class Habit(Strict):
    """What the city's training was like in the years before the start, where no history of its own says it.

    `programmes` are shares of the budget, as in a scenario.
    """

    budget_rp: Annotated[float, Field(ge=0.0)]
    programmes: dict[str, Annotated[float, Field(ge=0.0, le=1.0)]]
    source: str
    grade: Grade


class CityFile(Strict):
    """`city.yaml`."""

    version: Literal[1]
    id: str
    name: Texts
    province: str
    code: str
    staff_date: str
    base_year: int
    totals: Totals
    apbd_rp: Figure
    habit: Habit | None = None
    promises: dict[str, list[str]] = {}


@dataclass(frozen=True)
class Unit:
    """A unit that serves citizens."""

    id: str
    name_id: str
    name_en: str
    form: str
    kind: str
    parent: str

    def name(self, lang: str = "id") -> str:
        """Its name in a language."""
        return self.name_en if lang == "en" else self.name_id


@dataclass(frozen=True)
class Services:
    """Services of one kind as arrays; `unit` is the position of the unit, empty figures are NaN.

    `service_scv` and `arrival_scv` are the squared coefficients of variation of a counter's service times and of the
    times between arrivals; NaN where nobody measured them, and then the ledger's values hold.
    """

    ids: tuple[str, ...]
    names: tuple[tuple[str, str], ...]
    unit: np.ndarray
    volume_per_year: np.ndarray
    servers: np.ndarray
    minutes: np.ndarray
    hours_per_day: np.ndarray
    days_per_year: np.ndarray
    peak_share: np.ndarray
    peak_hours: np.ndarray
    standard_minutes: np.ndarray
    baseline_days: np.ndarray
    standard_days: np.ndarray
    error_rate: np.ndarray
    staff_controlled: np.ndarray
    service_scv: np.ndarray | float = np.nan
    arrival_scv: np.ndarray | float = np.nan

    def name(self, i: int, lang: str = "id") -> str:
        """Name of a service in a language."""
        return self.names[i][lang == "en"]


@dataclass(frozen=True)
class Course:
    """Participants of one unit in one programme and year, five people at least.

    Attributes:
        unit: id, or "other_units". programme: id of the catalogue, the city's own name, or "other_programmes".
        participants: attendances. jp_total: their JP.
        scored: participants with a score before and after; means, SD and the standard error of the gain are None under five.
        visited: participants visited afterwards; applied_share: who apply it, None under five visits.
        costed: participants whose cost is known; cost_rp: their cost, None if there are none.
    """

    unit: str
    programme: str
    year: int
    participants: int
    jp_total: float
    scored: int
    pre_mean: float | None
    pre_sd: float | None
    post_mean: float | None
    gain_mean: float | None
    gain_se: float | None
    visited: int
    applied_share: float | None
    costed: int
    cost_rp: float | None


@dataclass(frozen=True)
class Trained:
    """People of one unit who were trained in a year, each counted once, five at least.

    Attributes:
        unit: id, or "other_units". people: all of them.
        pns, pppk: of them, with that status; pns_20_jp: PNS with the yearly entitlement or more; pppk_over_24_jp: PPPK beyond
            their ceiling; None where the status is not known.
    """

    unit: str
    year: int
    people: int
    pns: int | None
    pns_20_jp: int | None
    pppk: int | None
    pppk_over_24_jp: int | None


@dataclass(frozen=True)
class Training:
    """The training history of a city: `training.csv` and, where people could be told apart, `training_people.csv`."""

    courses: tuple[Course, ...]
    people: tuple[Trained, ...] = ()


@dataclass(frozen=True)
class City:
    """A city as frozen arrays. Cells are the pairs unit x staff group that have people.

    Attributes:
        units: all units; unit_kind: position of each unit's kind, (units,).
        groups, competencies, kinds, elements: names in array order.
        cell_unit, cell_group: (cells,). pns, pppk: people, (cells,).
        exit_relative: exits relative to the ledger's hazard, (cells,).
        base_level: mean official level today, (cells, competencies).
        ratings: mean rating today, 1-4, (units, elements).
        users: people served in a year, the weight of a unit in the city's IKM, (units,).
        respondents: respondents of the unit's SKM, (units,).
        counters, casework, schools: services.
        grades: (file, unit or key, figures, grade, source) of all figures.
        files_hash: content hash of the folder.
        training: the training history, None if the folder has none.
    """

    folder: Path
    about: CityFile
    units: tuple[Unit, ...]
    unit_kind: np.ndarray
    groups: tuple[str, ...]
    competencies: tuple[str, ...]
    kinds: tuple[str, ...]
    elements: tuple[str, ...]
    cell_unit: np.ndarray
    cell_group: np.ndarray
    pns: np.ndarray
    pppk: np.ndarray
    exit_relative: np.ndarray
    base_level: np.ndarray
    ratings: np.ndarray
    users: np.ndarray
    respondents: np.ndarray
    counters: Services
    casework: Services
    schools: Services
    grades: tuple[tuple[str, str, int, str, str], ...]
    files_hash: str
    training: Training | None = None

    @classmethod
    def load(cls, folder: Path | str = DATA / "salatiga", tables: Tables | None = None, catalogue=None) -> City:
        """Read and check a city folder; `catalogue` has the programmes its habit may name, the published ones by default.

        Raises:
            InputError: every problem found, with file, row, column, what was expected and what to do.
        """
        from simulation.city_reader import CityReader

        return CityReader(Path(folder), tables or Assumptions.load().tables, catalogue).city()

    @cached_property
    def _pasts(self) -> dict:
        """The years before the start, by catalogue and ledger, see `simulation.past`."""
        return {}

    @cached_property
    def heads(self) -> np.ndarray:
        """ASN of each cell, (cells,)."""
        return (self.pns + self.pppk).astype(float)

    def group(self, name: str) -> int:
        """Position of a staff group."""
        return self.groups.index(name)

    def unit(self, name: str) -> int:
        """Position of a unit.

        Raises:
            InputError: no such unit; the nearest names are given.
        """
        ids = [unit.id for unit in self.units]
        if name not in ids:
            raise InputError(unknown("unknown_unit", name, ids))
        return ids.index(name)

    def _cell_of(self, unit: int, group: str) -> int:
        found = np.flatnonzero((self.cell_unit == unit) & (self.cell_group == self.group(group)))
        return int(found[0]) if len(found) else -1

    @cached_property
    def front_cell(self) -> np.ndarray:
        """The cell that citizens meet in each unit: the front line, else the largest cell, (units,)."""
        front = [self._cell_of(u, "frontline") for u in range(len(self.units))]
        largest = [int(np.argmax(np.where(self.cell_unit == u, self.heads, -1))) for u in range(len(self.units))]
        return np.array([f if f >= 0 else big for f, big in zip(front, largest, strict=True)])

    @cached_property
    def leader_cell(self) -> np.ndarray:
        """The leaders' cell of each unit, -1 if it has none, (units,)."""
        return np.array([self._cell_of(u, "leader") for u in range(len(self.units))])

    def latent_ratings(self, spacing: float) -> np.ndarray:
        """Latent scores behind the ratings, see `satisfaction.latent_of`, (elements, units); found once per spacing of the cuts, as every run asks."""
        if spacing not in self._latent:
            self._latent[spacing] = satisfaction.latent_of(self.ratings.T, spacing)
            self._latent[spacing].flags.writeable = False
        return self._latent[spacing]

    @cached_property
    def _latent(self) -> dict[float, np.ndarray]:
        return {}

    def quality(self, lang: str = "id"):
        """How solid the figures are: data frame of figures per file and grade, what replaces them, most useful first.

        `weight` is the share of the people served that rests on the D figures of a file; the ranking is by that
        weight times the share of D figures in the file.
        """
        from simulation.quality import quality

        return quality(self, lang)

    def figures_per_grade(self) -> dict[str, int]:
        """Count of figures per evidence grade."""
        return {grade: sum(row[2] for row in self.grades if row[3] == grade) for grade in GRADES}
