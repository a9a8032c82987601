"""The engine as a test bench: many slightly different plans run side by side, read as gains per kind of unit.

Units of different kinds do not influence each other, so one run in which every kind gets a few more classes of a course tells the
gain of each kind apart. On the bench every programme has its mean luck: a plan must not be chosen because a programme happened to
be lucky in the few draws that a search can afford.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy.special import ndtr

from simulation.analysis.allocation.choices import Choices, Form, form_arrays
from simulation.analysis.allocation.objective import Objective
from simulation.analysis.allocation.people import Copies, Gathered, shifted
from simulation.assumptions import Assumptions
from simulation.city import City
from simulation.draws import Points, luck_name
from simulation.model import chain, levels, satisfaction, training, value
from simulation.model.training import QUARTERS_PER_YEAR as Q
from simulation.past import past_of
from simulation.scenario import Scenario

SIDE_BY_SIDE = 8  # plans in one run; more of them run no faster, see benchmarks/allocation.py


@dataclass(frozen=True)
class Told:
    """What plans bring, in the order they were asked.

    Attributes:
        ikm: mean IKM of each unit over the quarters that count, (plans, units, draws).
        hours: citizens' hours at the counters, negative, by kind of unit, (plans, kinds, draws).
        standard: share of all staff at the standard, by kind of unit, (plans, kinds, draws).
    """

    ikm: np.ndarray
    hours: np.ndarray
    standard: np.ndarray

    def __getitem__(self, plans) -> Told:
        return Told(self.ikm[plans], self.hours[plans], self.standard[plans])


@dataclass(frozen=True, eq=False)
class Bench:
    """A city, a draft scenario and a few draws, ready to try plans.

    Attributes:
        city, draft, ledger: where, the rules without programmes, and the ledger with the draft's overrides.
        gathered: the city with people treated alike put together.
        points: the draws, as `ensemble.readings` takes them, every programme at its mean luck.
        values, luck: the same as values.
        objective: what is read.
    """

    city: City
    draft: Scenario
    ledger: Assumptions
    gathered: Gathered
    objective: Objective
    points: Points
    values: dict[str, np.ndarray]
    luck: np.ndarray
    known: dict = field(default_factory=dict)  # what was counted once: seats and people by classes
    _copies: dict = field(default_factory=dict)

    @classmethod
    def of(cls, city: City, draft: Scenario, assumptions: Assumptions, objective: Objective, draws: int, seed: int) -> Bench:
        """A bench on the first draws of a seed."""
        ledger = assumptions.replace(draft.overrides, draft.structure)
        programmes = draft.catalogue.ids
        points = mean_luck(ledger, ledger.points(draws, seed, programmes), programmes)
        return cls(city, draft, ledger, Gathered.of(city, draft, ledger), objective, points, *ledger.at(points, programmes))

    @property
    def draws(self) -> int:
        """Number of draws."""
        return self.points.draws

    def choices(self, pairs) -> Choices:
        """What can be bought, from pairs (form, kind)."""
        return Choices.of(self.draft, self.gathered.people, self.ledger.tables.required, pairs)

    def every_kind(self, forms: Sequence[Form]) -> Choices:
        """The forms for every kind of unit."""
        return self.choices((form, k) for form in forms for k in range(len(self.city.kinds)))

    def measure(self, choices: Choices, plans: Sequence[np.ndarray], executor: Executor | None = None) -> Told:
        """Run plans, each given as whole classes, (choices, years)."""
        stacks = [plans[first:first + SIDE_BY_SIDE] for first in range(0, len(plans), SIDE_BY_SIDE)]
        settings = (self._setting(choices, stack) for stack in stacks)
        same = [[part] * len(stacks) for part in (self.gathered, self.objective, self.values, self.luck)]
        told = list((executor.map if executor else map)(_run, settings, *same))
        return Told(*(np.concatenate([getattr(part, name) for part in told]) for name in ("ikm", "hours", "standard")))

    def _setting(self, choices: Choices, plans: Sequence[np.ndarray]) -> chain.Setting:
        """The plans side by side, one copy of the city for each."""
        gathered, copies, rows = self.gathered, len(plans), len(self.gathered.people.heads)
        if copies not in self._copies:
            self._copies[copies] = Copies.of(gathered, copies)
        held = [self._courses(choices, plan) for plan in plans]
        forms = sorted(set().union(*held))
        past = past_of(self.city, self.draft.catalogue, self.ledger)
        before = (past, *(np.tile(part[gathered.first_cell], copies) for part in (past.setting.row_of_cell, past.away))) if past else ()
        return chain.Setting(self._copies[copies], self.ledger.tables, self.draft, dict(self.ledger.structure),
                             self._plan(choices, forms, held), np.arange(copies * rows), np.arange(copies * rows),
                             shifted(gathered.leader_row, copies, rows), np.tile(self._at_start, (1, copies)), self.ledger.fixed, *before)

    @cached_property
    def _at_start(self) -> np.ndarray:
        """Baseline latent ratings of one copy, (elements, units)."""
        return satisfaction.latent_of(self.gathered.ratings.T, self.ledger.fixed["cut_spacing"])

    def _courses(self, choices: Choices, classes: np.ndarray) -> dict[Form, np.ndarray]:
        """Who sits in each form, form -> share of each row's people, (quarters, rows)."""
        found: dict[Form, np.ndarray] = {}
        some = classes.any(axis=1)
        for programme, kind in sorted(set(zip(choices.programme[some].tolist(), choices.kinds[some].tolist(), strict=True))):
            mine = np.flatnonzero((choices.programme == programme) & (choices.kinds == kind) & some)
            for c, share in zip(mine, self.seated(choices, mine, classes[mine]), strict=True):
                found[choices.forms[c]] = found.get(choices.forms[c], 0.0) + share
        return found

    def seated(self, choices: Choices, mine: np.ndarray, classes: np.ndarray) -> np.ndarray:
        """Who sits in choices of one programme and kind, each with some classes: share of each row's people, (choices, quarters, rows)."""
        key = (int(choices.kinds[mine[0]]), *((choices.forms[c], *by_year) for c, by_year in zip(mine, classes.tolist(), strict=True)))
        if key not in self.known:
            self.known[key] = self._seats(choices, mine, classes)
        return self.known[key]

    def _seats(self, choices: Choices, mine: np.ndarray, classes: np.ndarray) -> np.ndarray:
        """Seats of choices of one programme and kind, share of each row's people, (choices, quarters, rows)."""
        people, fixed = self.gathered.people, self.ledger.fixed
        plan = training.plan(_Classes(self.draft, choices.offers(mine), classes), people, self.ledger.tables.required,
                             fixed["hours_per_jp"], fixed["effective_hours"])
        return plan.share[:len(mine)]

    def _plan(self, choices: Choices, forms: list[Form], held: list[dict]) -> training.Plan:
        """Plans of several copies side by side as one plan; money is not needed here and left out."""
        catalogue, rows, fixed = self.draft.catalogue, len(self.gathered.people.heads), self.ledger.fixed
        quarters = self.draft.years * Q
        nobody = np.zeros((quarters, rows))
        share = np.concatenate([np.array([courses.get(form, nobody) for form in forms]).reshape(len(forms), quarters, rows)
                                for courses in held], axis=2)
        offers = training.Offers(*form_arrays(forms, catalogue), np.ones((len(forms), share.shape[2]), dtype=bool))
        return training.plan_of_seats(share, offers, catalogue, np.tile(self.gathered.people.heads, len(held)), fixed["hours_per_jp"],
                                      fixed["effective_hours"], self.draft.off_peak)


@dataclass(frozen=True)
class _Classes:
    """A scenario of given classes as `training.plan` reads it."""

    draft: Scenario
    offers: training.Offers
    classes: np.ndarray

    def __getattr__(self, name: str):
        return getattr(self.draft, name)  # catalogue, years, quarters, targeting, weights of units

    def offers_in(self, city) -> training.Offers:
        """The offers and whose people each asks."""
        return self.offers

    def class_counts(self, budget, price, most) -> np.ndarray:
        """Classes, (offers, years)."""
        return self.classes


def mean_luck(ledger: Assumptions, points: Points, programmes: Sequence[str]) -> Points:
    """The same points with every programme's own effect at its mean, 1."""
    spread = np.sqrt(np.log1p(ledger.at(points, ())[0]["programme_sd"] ** 2))
    return points.replace(dict.fromkeys(map(luck_name, programmes), ndtr(0.5 * spread)))


def _run(setting: chain.Setting, gathered: Gathered, objective: Objective, values: dict, luck: np.ndarray) -> Told:
    """One stack of plans, run and read."""
    arrays = chain.run(setting, values, luck)
    years, units, draws = setting.scenario.years, len(gathered.unit_ids), luck.shape[1]
    copies, kinds = len(setting.city.units) // units, len(gathered.people.kinds)
    ikm = arrays["ikm"][:, objective.quarters(years)].mean(axis=1).reshape(copies, units, draws)
    minutes = arrays["minutes"] * (1.0 - arrays["turned_away"])
    minutes = minutes.reshape(copies, -1, *minutes.shape[1:])[:, :, 1:objective.end(years) * Q + 1].sum(axis=2)
    hours = np.zeros((copies, kinds, draws))
    np.add.at(hours, (slice(None), gathered.unit_kind[gathered.counters.unit]),
              -minutes * (gathered.counters.volume_per_year / value.QUARTERS_PER_YEAR / 60.0)[:, None])
    standard = np.zeros((copies, kinds, draws))
    if "standard" in objective.weights:
        skill = arrays["possessed"][:, :, objective.end(years)].reshape(len(arrays["possessed"]), copies, -1, draws)
        standard = _at_standard(gathered, skill, setting.tables.required, values["level_sd"], standard)
    return Told(ikm, hours, standard)


def _at_standard(gathered: Gathered, skill: np.ndarray, required: np.ndarray, level_sd: np.ndarray, into: np.ndarray) -> np.ndarray:
    """Share of all staff at the standard, by kind; skill: (competencies, copies, rows, draws)."""
    rows = gathered.standard_rows
    mean = levels.mean_level(gathered.standard_level.T[:, None, :, None], skill[:, :, rows], level_sd)
    met = levels.meeting(mean, required[gathered.standard_group].T[:, None, :, None], level_sd).mean(axis=0)
    people = gathered.standard_people / gathered.standard_people.sum()
    np.add.at(into, (slice(None), gathered.people.unit_kind[rows]), met * people[:, None])
    return into
