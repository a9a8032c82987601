"""Named seats: the plan's shares of each cell become persons in courses, under follow-up and in refreshers."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Rules:
    """How persons are picked where the cohort model spreads evenly.

    Attributes:
        turns: nobody takes a programme again before all colleagues of the cell had a turn; otherwise seats fall at random.
        same_people: coach and refresher go to those who took the course; otherwise to anybody of the cell.
        across_units: the rotated swap desks with others of their staff group in units of the same kind; otherwise they stay in the cell.
        steady_posts: counters are staffed with the expected number of filled posts; otherwise with the people who happen to be there.
    """

    turns: bool = False
    same_people: bool = False
    across_units: bool = False
    steady_posts: bool = False


EVEN = Rules(same_people=True)  # seats as the cohort model spreads them
STEADY = Rules(same_people=True, steady_posts=True)  # and nobody's absence felt at the counter
IN_PERSON = Rules(turns=True, same_people=True, across_units=True)  # what an office would do


@dataclass
class Lesson:
    """What one person meets in a quarter: courses sat in (refreshers too), and programmes coached in."""

    courses: list[int] = field(default_factory=list)
    coached: list[int] = field(default_factory=list)


def whole(expected: np.ndarray, offset: float) -> np.ndarray:
    """Whole numbers with the given expectations and the given total, to less than one.

    Args:
        expected: not negative, (cells,).
        offset: uniform on 0 to 1, one for the whole list.
    """
    return np.diff(np.floor(np.concatenate([[0.0], np.cumsum(expected)]) + offset)).astype(int)


class Register:
    """Who sits where in each quarter, and who sat where before."""

    def __init__(self, setting, rules: Rules, rng: np.random.Generator):
        self.plan, self.scenario, self.city = setting.plan, setting.scenario, setting.city
        self.rules, self.rng = rules, rng
        self.programmes = len(setting.scenario.catalogue.ids)
        self.with_coach = setting.scenario.with_coaching
        self.coach_stays = int(self.scenario.catalogue.terms["coaching_quarters"])
        self.attended: dict[tuple[int, int], list] = {}  # (quarter, programme) -> employees

    def quarter(self, q: int, people: list[list]) -> dict:
        """Seats of one quarter, employee -> Lesson.

        Args:
            people: employees of each cell.
        """
        waiting = [[colleagues[i] for i in self.rng.permutation(len(colleagues))] for colleagues in people]
        lessons: dict = {}
        for p in np.flatnonzero(self.plan.share[:self.programmes, q].any(axis=1)):
            self.attended[q, p] = self._seat_course(p, q, people, waiting)
            for employee in self.attended[q, p]:
                lessons.setdefault(employee, Lesson()).courses.append(p)
        for employee, p in self._again(self.plan.share[self.programmes:], q, self.scenario.refresher_months // 3, people, waiting):
            lessons.setdefault(employee, Lesson()).courses.append(p + self.programmes)
        for employee, p in self._again(self.plan.coached[:self.programmes], q, 1, people, waiting):
            lessons.setdefault(employee, Lesson()).coached.append(p)
        return lessons

    def _seat_course(self, p: int, q: int, people, waiting) -> list:
        """Fill one course; whoever is in another one this quarter is passed over while anybody else is left."""
        seated = []
        for cell, seats in enumerate(whole(self.plan.share[p, q] * self.city.heads, self.rng.random())):
            for _ in range(min(seats, len(people[cell]))):
                employee = self._next(waiting[cell], people[cell], p if self.rules.turns else None)
                employee.attend(p, q + self.coach_stays - 1 if self.with_coach[p] else -1)
                seated.append(employee)
        return seated

    def _next(self, waiting: list, colleagues: list, turn_of: int | None):
        """Take the next person who is free; when nobody is, everybody is asked again."""
        if not waiting:
            waiting.extend(colleagues[i] for i in self.rng.permutation(len(colleagues)))
        if turn_of is None:
            return waiting.pop()
        return waiting.pop(min(range(len(waiting)), key=lambda i: waiting[i].turns.get(turn_of, 0)))

    def _again(self, share: np.ndarray, q: int, lag: int, people, waiting):
        """Refresher or coach of the courses held `lag` quarters ago: (employee, programme) pairs."""
        for p in np.flatnonzero(share[:, q].any(axis=1)):
            if self.rules.same_people:
                yield from ((employee, p) for employee in self.attended.get((q - lag, p), ()) if employee.at_work)
                continue
            for cell, seats in enumerate(whole(share[p, q] * self.city.heads, self.rng.random())):
                for _ in range(min(seats, len(people[cell]))):
                    yield self._next(waiting[cell], people[cell], None), p
