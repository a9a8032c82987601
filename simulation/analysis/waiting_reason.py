"""Why waits at some counters differ: people who are in class are not at the counter, and people who learned are faster.

A small counterfactual: the counters of the last year run again with the class time of one plan and the skill of the other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.model import people, service
from simulation.model.training import QUARTERS_PER_YEAR
from simulation.outcome import Comparison, Outcome

FIRST = 128  # futures computed again: medians of parts need fewer than a band


@dataclass(frozen=True)
class WaitingReason:
    """The difference of minutes in the last year, taken apart; medians over the futures.

    Attributes:
        total: minutes, plan less the other one, by visits. in_class: the part that comes of people in class. skill: the rest.
        hours, hours_other: working hours a year that the staff of these counters spend in class, plan and other one.
    """

    total: float
    in_class: float
    skill: float
    hours: float
    hours_other: float

    @property
    def odd(self) -> bool:
        """Whether the two parts pull apart and class time wins: more skill with longer waits, or less with shorter ones."""
        return abs(self.total) >= 0.005 and self.skill * self.total < 0.0 < self.in_class * self.total


def waiting_reason(comparison: Comparison, counters: np.ndarray) -> WaitingReason:
    """Take the difference at some counters (positions) apart: the mean of both orders of exchanging class time and skill."""
    a, b = comparison.a, comparison.b
    year = min(a.scenario.years, b.scenario.years)
    draws = slice(0, min(a.draws, FIRST))
    volume = a.city.counters.volume_per_year[counters]
    weight = volume / volume.sum()

    def minutes(skill: Outcome, hands: Outcome) -> np.ndarray:
        return weight @ _minutes(skill, hands, year, draws)[counters]

    own, other, mixed, turned = minutes(a, a), minutes(b, b), minutes(a, b), minutes(b, a)
    total, in_class = own - other, 0.5 * ((own - mixed) + (turned - other))
    return WaitingReason(*(float(np.median(part)) for part in (total, in_class, total - in_class)),
                         *(_hours(outcome, year, counters) for outcome in (a, b)))


def _minutes(skill: Outcome, hands: Outcome, year: int, draws: slice) -> np.ndarray:
    """Minutes in a year with the skill of one plan and the class time of another, (services, draws)."""
    city, values = skill.city, {key: drawn[draws] for key, drawn in skill.values.items()}
    desks, units = service.Counters(city.counters, values), city.counters.unit
    controlled = service.controlled_share(city.counters.staff_controlled, values)
    factor_decided, today = skill.scenario.minutes_factor, city.counters.minutes[:, None]
    filled, found = _filled(skill, values, year), 0.0
    for q in range((year - 1) * QUARTERS_PER_YEAR, year * QUARTERS_PER_YEAR):
        factor = service.time_factor(skill.arrays["pace"][units, q + 1][:, draws], controlled, values)
        demand = skill.arrays["handling"][:, q + 1][:, draws] / (today * factor * max(factor_decided, 1.0))
        capacity = filled[q][units] * hands.setting.hands[q][units][:, None]
        found = found + desks.quarter(today * factor * factor_decided, capacity, demand)[0]
    return found / QUARTERS_PER_YEAR


def _filled(outcome: Outcome, values: dict, year: int) -> list[np.ndarray]:
    """Share of posts filled at each unit's front line by quarter, (units, draws) each."""
    setting, city = outcome.setting, outcome.city
    posts = people.Posts(values, city.exit_relative[setting.cell_of_row], setting.scenario.replacement_ratio, int(setting.fixed["vacancy_lag"]))
    front, filled = setting.row_of_cell[city.front_cell], []
    for _ in range(QUARTERS_PER_YEAR * year):
        posts.stays()
        filled.append(posts.filled[front])
    return filled


def _hours(outcome: Outcome, year: int, counters: np.ndarray) -> float:
    """Working hours of the front line of these counters' units in class in a year."""
    city = outcome.city
    cells = np.unique(city.front_cell[np.unique(city.counters.unit[counters])])
    quarters = slice((year - 1) * QUARTERS_PER_YEAR, year * QUARTERS_PER_YEAR)
    away = outcome.plan.away[quarters][:, cells].mean(axis=0)
    return float(away @ city.heads[cells] * outcome.assumptions["effective_hours"].value)
