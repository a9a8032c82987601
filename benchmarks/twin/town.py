"""The town: all employees through the quarters, and the counters and citizens of the cohort model behind them."""

from __future__ import annotations

from dataclasses import replace

import mesa
import numpy as np

from benchmarks.twin.employee import Employee
from benchmarks.twin.records import VACANT, Records
from benchmarks.twin.seating import Register, Rules, whole
from simulation.model import chain, people, service, skill

MOST_AWAY = 0.95  # of a cell's working time, as in the training plan
FEWEST = 1.0  # an office whose last employee left borrows one, so that a counter never closes


class Town(mesa.Model):
    """A city of agents under one scenario and one draw of the assumptions.

    Args:
        setting: from `chain.prepare`; its plan is shared with the cohort model.
        a: one draw of every assumption, key -> (1,).
        luck: standard normal score of each programme's own effect, (programmes, 1).
        rules: how persons are picked.
        seed: of this run's chance.

    Attributes:
        ikm: IKM of each unit, (units, time); trained, in_use: mean trained skill of each staff group, SD, (groups, time).

    Raises:
        ValueError: the scenario teaches the lowest scorers first; agents have no test score.
    """

    def __init__(self, setting: chain.Setting, a: dict, luck: np.ndarray, rules: Rules, seed: int):
        super().__init__(rng=seed)
        if setting.scenario.targeting == "gap_first":
            raise ValueError("targeting is 'gap_first': agents have no test score, so the twin cannot pick the lowest scorers")
        if setting.scenario.offers:
            raise ValueError("the scenario has offers of its own: the twin seats people by programme")
        cells = np.arange(len(setting.city.heads))
        self.setting = replace(setting, row_of_cell=cells, cell_of_row=cells)
        self.a, self.rules, self.quarter = a, rules, 0
        self.tables, self.city, self.plan = setting.tables, setting.city, setting.plan
        classroom = chain.Classroom(self.setting, a, luck)
        self.gain, self.content = classroom.gain[:, :, 0], classroom.content
        self.groups, self.returning, self.own_system = classroom.groups, classroom.returning, classroom.special.get("own_system", np.zeros(len(classroom.gain), dtype=bool))
        self.all_gain, self.own_gain = (np.zeros((len(self.tables.technical), len(cells))) for _ in range(2))
        taken = np.cumsum(classroom.share, axis=1) - classroom.share
        self.taken = np.minimum(1.0, taken)  # share of each cell that took a programme before, (programmes, quarters, cells)
        self.first = np.minimum(classroom.share, 1.0 - self.taken)
        self.records = Records(len(self.tables.technical), a, setting.structure, classroom.ages)
        self.expressed = np.zeros((len(self.tables.technical), len(cells)))
        self.rotated = 1.0 - people.rotated_keep(a | {"keep_technical": 0.0, "keep_generic": 0.0}, self.tables.technical)[0, 0]
        self.keep = np.where(self.tables.technical, a["keep_technical"], a["keep_generic"])
        self._fill_posts()
        self._open_counters()
        self.register = Register(self.setting, rules, self.rng)

    def _fill_posts(self) -> None:
        """Everybody in post, some still new, and the posts that fell vacant shortly before the start."""
        self.posts = posts = people.Posts(self.a, self.city.exit_relative, self.setting.scenario.replacement_ratio, int(self.setting.fixed["vacancy_lag"]))
        self.leave, self.newcomer, self.catch_up = posts.leave[:, 0], float(posts.newcomer[0]), float(posts.catch_up[0])
        self.below_at_start = posts.at_start[:, 0]
        expected = self.city.heads * self.leave
        self.vacated = [whole(expected, self.rng.random()) for _ in posts.vacated]
        for cell, heads in enumerate(self.city.heads.astype(int)):
            ages = self.rng.geometric(self.leave[cell], heads) - 1 if self.leave[cell] > 0.0 else np.full(heads, np.inf)
            for age in ages:
                Employee(self, cell, self.newcomer * self.catch_up**age)

    def _open_counters(self) -> None:
        a, quarters = self.a, self.plan.away.shape[0]
        self.desks = chain.Desks(self.setting, a)
        self.citizens = chain.citizens_of(self.setting, a)
        self.mixes = chain._Mixes(self.tables, self.city, self.city.front_cell, self.citizens.moved, a["competency_correlation"])
        self.ikm = np.zeros((len(self.city.units), quarters + 1))
        self.trained, self.in_use = (np.zeros((len(self.city.groups), quarters + 1)) for _ in range(2))
        nothing = np.zeros((len(self.citizens.moved), len(self.city.units), 1))
        self.ikm[:, 0] = self.citizens.quarter(nothing, np.zeros(1), 0.0)[:, 0]

    def run(self) -> Town:
        """Let all quarters of the plan pass."""
        for _ in range(self.plan.away.shape[0]):
            self.step()
        return self

    def step(self) -> None:
        """One quarter: courses and coaching, people come and go, forgetting, then service and satisfaction."""
        q, cells = self.quarter, len(self.city.heads)
        away = self._teach(self.register.quarter(q, self._by_cell()))
        _, before = self.records.means(cells)
        hired = self._come_and_go()
        self._quarter_passes(q)
        for cell in np.repeat(np.arange(cells), hired):
            Employee(self, int(cell), self.newcomer)
        possessed, self.expressed = self.records.means(cells)
        self._put_skill(q + 1, possessed, self.expressed)
        self._serve(q, 0.5 * (before + self.expressed), away)
        self.quarter += 1

    def _by_cell(self) -> list[list[Employee]]:
        found: list[list[Employee]] = [[] for _ in self.city.heads]
        for employee in self.agents:
            found[employee.cell].append(employee)
        return found

    def _teach(self, lessons: dict) -> np.ndarray:
        """Teach everybody seated or coached; returns the share of each cell's time that it takes, (cells,)."""
        coaching_jp = 2.0 * self.setting.scenario.catalogue.terms["coaching_jp_per_participant"]  # coach and coached are both away
        quarter_jp = self.setting.fixed["effective_hours"] / chain.Q / self.setting.fixed["hours_per_jp"]
        records, slots, programmes = self.records, len(self.records.cell), len(self.gain)
        seated, coached, refreshed = (np.zeros((programmes, slots), dtype=bool) for _ in range(3))
        jp = np.zeros(slots)
        for employee, lesson in lessons.items():
            seated[[p for p in lesson.courses if p < programmes], employee.slot] = True
            refreshed[[p - programmes for p in lesson.courses if p >= programmes], employee.slot] = True
            coached[lesson.coached, employee.slot] = True
            jp[employee.slot] = np.minimum(self.plan.hours_jp[lesson.courses], quarter_jp).sum() + coaching_jp * len(lesson.coached)
        size = self._size(seated)
        passed_on = self.gain.T @ np.where(seated, 0.0, size)
        gain, kept, own = (self.gain[part].T @ (size * taught)[part] for part, taught in
                           ((~self.returning, seated), (self.returning, seated), (self.own_system, True)))
        gain += passed_on
        self.all_gain += np.stack([records.total(row, len(self.city.heads)) for row in gain + kept])
        self.own_gain += np.stack([records.total(row, len(self.city.heads)) for row in own])
        visits = [self._visit(age, refreshed if relearns else coached, relearns, offers) for age, offers, relearns in self.groups]
        applies, stays, supervised = self.rng.random((3, slots))
        support = self._support()[records.cell]
        records.learn(gain, kept, self._of_content(seated), visits, applies < skill.applying(self.a, support), stays < self.a["stay"],
                      supervised < skill.woken_by_leaders(self.a, support))
        return np.minimum(MOST_AWAY, records.total(jp, len(self.city.heads)) / (self.city.heads * quarter_jp))

    def _size(self, seated: np.ndarray) -> np.ndarray:
        """How much of a course each person gets: who sits in it all that colleagues had not passed on, the others what they pass on, (programmes, slots)."""
        cell, spill = self.records.cell, float(self.a["spillover"][0])
        before, now = (part[:, self.quarter][:, cell] for part in (self.taken, self.first))
        untaught = np.ones_like(seated)
        for employee in self.agents:
            untaught[list(employee.turns), employee.slot] = False
        new = seated & (before < 1.0)
        passed_on = np.where(untaught & ~seated & (cell != VACANT), spill * now, 0.0)
        return np.where(seated, np.where(new, 1.0 - spill * before, 1.0), passed_on)

    def _of_content(self, persons: np.ndarray) -> np.ndarray:
        """Which competencies each person was reminded of, from programmes of persons, (competencies, slots)."""
        return (self.content > 0).T @ persons > 0

    def _visit(self, age: int, persons: np.ndarray, relearns: bool, offers: np.ndarray) -> skill.Visit:
        """A coach or a refresher, persons as rows."""
        met = self._of_content(persons & offers[:, None]).astype(float)
        return skill.Visit(age, met[:, :, None], met, relearns)

    def _support(self) -> np.ndarray:
        """How well the leaders of each cell develop others, SD, (cells,)."""
        leaders = self.city.leader_cell[self.city.cell_unit]
        led = (leaders >= 0) & (self.city.cell_group != self.city.group("leader"))
        return np.where(led, self.expressed[self.tables.support, leaders], 0.0)

    def _come_and_go(self) -> np.ndarray:
        """Leavers take their skill along, the rotated change desks; returns how many posts vacated a while ago are filled now, (cells,)."""
        cell = self.records.cell
        leave, rotate = self.rng.random((2, len(cell)))
        gone = (cell != VACANT) & (leave < self.leave[cell])
        self.vacated.append(np.bincount(cell[gone], minlength=len(self.city.heads)))
        hired = whole(self.setting.scenario.replacement_ratio * self.vacated.pop(0), self.rng.random())
        self.posts.stays()
        self._rotate(np.flatnonzero((cell != VACANT) & ~gone & (rotate < self.rotated)))
        for employee in [employee for employee in self.agents if gone[employee.slot]]:
            employee.leave()
        return hired

    def _rotate(self, movers: np.ndarray) -> None:
        """Swap desks among the movers of a cell, or of like units; swapping within a cell costs skill all the same."""
        cells = self.records.cell[movers]
        kinds = cells
        if self.rules.across_units:
            kinds = self.city.cell_group[cells] * len(self.city.kinds) + self.city.unit_kind[self.city.cell_unit[cells]]
        for kind in np.unique(kinds):
            swap = np.flatnonzero(kinds == kind)
            self.records.move(movers[swap], cells[self.rng.permutation(swap)], self.keep)

    def _quarter_passes(self, q: int) -> None:
        """Lapse, forgetting and catching up of all who stayed."""
        records = self.records
        coach, chance = self.rng.random((2, len(records.cell)))
        followed = records.followed_until >= q if self.rules.same_people else coach < self.plan.followed[q, records.cell]
        records.quarter_passes(followed, chance < records.lapse_chance(followed))
        records.below *= self.catch_up

    def _put_skill(self, t: int, possessed: np.ndarray, expressed: np.ndarray) -> None:
        """Group means over the competencies, cells weighted by their posts as in the cohort model."""
        for group in range(len(self.city.groups)):
            weight = np.where(self.city.cell_group == group, self.city.heads, 0.0)
            for series, value in ((self.trained, possessed), (self.in_use, expressed)):
                series[group, t] = value.mean(axis=0) @ weight / weight.sum()

    def _serve(self, q: int, expressed: np.ndarray, away: np.ndarray) -> None:
        """Skill at work and people present, through the counters and citizens of the cohort model."""
        present = self.records.present(len(self.city.heads))
        below = self.records.total(self.records.below, len(present))
        shortfall = np.divide(below, present, out=self.below_at_start.copy(), where=present > 0.0) - self.below_at_start
        if self.setting.scenario.replacement_ratio != 1.0:
            shortfall = np.minimum(shortfall, 0.0)
        at_work = (expressed + shortfall)[:, :, None]
        at_work[self.tables.digital] -= self.a["digital_drift"] * (q + 0.5) / chain.Q
        theta, technical, by_element = self.mixes.of(at_work)
        own = expressed * np.divide(self.own_gain, self.all_gain, out=np.zeros_like(self.own_gain), where=self.all_gain > 0.0)
        pace = service.pace(theta, self.mixes.service_of(own[:, :, None]), self.a)
        front = self.city.front_cell
        expected = self.posts.filled[:, 0] * self.city.heads
        filled = (expected if self.rules.steady_posts else np.maximum(present, FEWEST))[front] / self.city.heads[front]
        _, slower = self.desks.quarter(pace, technical, (filled * (1.0 - away[front]))[:, None])
        self.ikm[:, q + 1] = self.citizens.quarter(by_element, slower, (q + 0.5) / chain.Q)[:, 0]
