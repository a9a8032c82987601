"""The chain, quarter by quarter: training -> skill -> people -> service -> satisfaction.

`prepare` collects what does not depend on the draws; `run` is a pure function of that and one block of draws.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields, replace

import numpy as np

from simulation.model import people, satisfaction, service, skill, training

Q = training.QUARTERS_PER_YEAR


@dataclass(frozen=True)
class Setting:
    """A scenario in a city, ready to run for any draws.

    Attributes:
        city, tables, scenario: what was decided and where; `tables` are the ledger's mixes and required levels.
        structure: chosen alternative per structural switch.
        plan: the training plan.
        row_of_cell: cells that are treated alike share a row, (cells,).
        cell_of_row: one cell of each row, (rows,).
        leader_row: row of the leaders over each row, -1 if their training cannot matter, (rows,).
        at_start: baseline latent ratings, (elements, units).
        fixed: ledger values that do not vary by draw.
        past: the city's training before the start, None if it had none.
        row_before: row of the past of each row, (rows,).
        away_before: share of their time that people were away in class before the start, (cells,); today's waits are those with them away.
    """

    city: object
    tables: object
    scenario: object
    structure: dict
    plan: training.Plan
    row_of_cell: np.ndarray
    cell_of_row: np.ndarray
    leader_row: np.ndarray
    at_start: np.ndarray
    fixed: dict
    past: Past | None = None
    row_before: np.ndarray | None = None
    away_before: np.ndarray | float = 0.0


    @property
    def hands(self) -> np.ndarray:
        """Working time at the counters relative to the start while every post is filled, (quarters, units)."""
        return ((1.0 - self.plan.away) / (1.0 - self.away_before))[:, self.city.front_cell]


def prepare(scenario, city, tables, structure: dict, fixed: dict, past: Past | None = None, plan: training.Plan | None = None) -> Setting:
    """Everything that is the same for every draw.

    Args:
        past: the years before the start. plan: a plan that is known already, else the scenario's.
    """
    plan = plan or training.plan(scenario, city, tables.required, fixed["hours_per_jp"], fixed["effective_hours"])
    row_of_cell, cell_of_row, leader_row = _rows(plan, city, tables, scenario, past.setting if past else None)
    at_start = city.latent_ratings(fixed["cut_spacing"])
    before = (past, past.setting.row_of_cell[cell_of_row], past.away) if past else ()
    return Setting(city, tables, scenario, structure, plan, row_of_cell, cell_of_row, leader_row, at_start, fixed, *before)


def _rows(plan, city, tables, scenario, before: Setting | None):
    """Group cells with the same courses, follow-up, turnover, past and coached leaders: they share one trajectory."""
    past = [before.row_of_cell[None]] if before else []
    seated = plan.share.reshape(-1, len(city.heads))
    held = seated[seated.any(axis=1)]  # a quarter in which nobody sits in a course tells no cells apart
    treatment = np.concatenate([held, plan.followed, city.exit_relative[None], *past])
    leaders = city.leader_cell[city.cell_unit]
    taught = _coaches(plan, scenario, tables) | (_coaches(before.plan, before.scenario, tables) if before else False)
    matters = (leaders >= 0) & taught[leaders] & (city.cell_group != city.group("leader"))
    of_leader = np.where(matters[:, None], treatment.T[leaders], -1.0)
    signature = np.round(np.concatenate([treatment.T, of_leader], axis=1), 12) + 0.0
    rows: dict[bytes, int] = {}
    row_of_cell = np.array([rows.setdefault(line.tobytes(), len(rows)) for line in signature])
    cell_of_row = np.array([int(np.argmax(row_of_cell == row)) for row in range(len(rows))])
    leader_row = np.where(matters, row_of_cell[leaders], -1)[cell_of_row]
    return row_of_cell, cell_of_row, leader_row


def _coaches(plan, scenario, tables) -> np.ndarray:
    """Whether anybody of each cell is taught to develop others, (cells,)."""
    return plan.share[scenario.catalogue.content[plan.programme, tables.support] > 0].any(axis=(0, 1))


def multipliers(setting: Setting, a: dict, luck: np.ndarray) -> np.ndarray:
    """What format, practice, class size, completion and the programme's own luck do to a gain, (courses, draws)."""
    catalogue, plan = setting.scenario.catalogue, setting.plan
    by_format = np.stack([a[f"m_{name}"] * (a["elearning_completion"] if name == "elearning" else 1.0)
                          for name in catalogue.formats])[plan.programme]
    size = ((catalogue.class_size[:, None] / 25.0) ** -a["class_size_elasticity"])[plan.programme]
    effect = by_format * np.where(plan.practice[:, None], a["m_practice"] * size, 1.0)
    sigma = np.sqrt(np.log1p(a["programme_sd"] ** 2))
    return effect * np.exp(sigma * luck - 0.5 * sigma**2)[plan.programme]


def h0_of(a: dict, structure: dict):
    """Dose constant of the chosen dose shape, JP."""
    return {"saturating": a["h0"], "flat": a["h0_flat"], "linear": a["h0_linear"]}[structure["dose"]]


@dataclass(frozen=True)
class Lessons:
    """What a quarter's courses, coaches and refreshers do, as `skill.Skill.teach` takes it."""

    gain: np.ndarray
    reached: np.ndarray
    kept: np.ndarray | None
    visits: list[skill.Visit]
    special: dict[str, np.ndarray]  # the part of both gains that special courses teach, by name


class Classroom:
    """What each quarter's courses teach each row, and to whom a coach or a refresher comes back.

    Attributes:
        ages: for how many quarters what followed courses taught has to be kept apart; 0 when nobody comes back.
    """

    def __init__(self, setting: Setting, a: dict, luck: np.ndarray):
        plan, catalogue = setting.plan, setting.scenario.catalogue
        offers = len(plan.coaching)
        content = catalogue.content[plan.programme[:offers]]
        gain = skill.learning(content, plan.hours_jp[:offers], multipliers(setting, a, luck)[:offers], a, h0_of(a, setting.structure))
        self.gain, self.content = gain, content
        self.share = plan.share[:offers, :, setting.cell_of_row]
        self.low = skill.low_scorers(self.share) if setting.scenario.targeting == "gap_first" else None
        self.more, self.spillover = a["low_scorer_gain"], a["spillover"]
        self.known, self.passed_on = training.among_colleagues(self.share, plan.programme[:offers])
        held = self.share.any(axis=(1, 2))
        coaching, refresher = plan.coaching & held, plan.refresher_quarters * held
        self.groups = [(training.COACH_AFTER, coaching, False)] if coaching.any() else []
        self.groups += [(int(lag), refresher == lag, True) for lag in np.unique(refresher) if lag]
        self.returning = coaching | (refresher > 0)
        special = {name: courses[plan.programme[:offers]] & held for name, courses in catalogue.special.items()}
        self.special = {name: courses for name, courses in special.items() if courses.any()}
        self.span = int(catalogue.terms["coaching_quarters"]) if coaching.any() else 0
        self.ages = max([self.span - 1, *(age for age, _, _ in self.groups)], default=-1) + 1
        self.parts: list[list] = [[None] * len(self.groups)] * self.ages  # by age and group, see `Visit.part`
        taught = self.share[self.returning].any(axis=1)
        followed = (self.content[self.returning] > 0).any(axis=0), taught.any(axis=0)
        self.where = tuple(_reach(part) for part in followed)  # competencies and rows that followed courses teach

    def quarter(self, q: int) -> Lessons:
        """What quarter q teaches."""
        held = self.share[:, q].any(axis=1)
        alone, kept = self._taught(q, held & ~self.returning) + self._passed_on(q, held), None
        if (held & self.returning).any():
            kept = self._taught(q, held & self.returning)
        if self.ages:
            self.parts = [[self._part(q, held & offers, held, kept) for _, offers, _ in self.groups], *self.parts[:-1]]
        visits = [visit for number, group in enumerate(self.groups) if (visit := self._visit(q, number, *group))]
        special = {name: self._taught(q, held & courses) + self._passed_on(q, held & courses)
                   for name, courses in self.special.items() if (held & courses).any()}
        return Lessons(alone, self._reached(q, held), kept, visits, special)

    def followed(self) -> list[np.ndarray | float | None]:
        """By age, what share of the skill kept apart a coach follows up, (competencies, rows, draws) or 1; None for nobody."""
        return [parts[0] for parts in self.parts[:self.span]]

    def _taught(self, q: int, courses: np.ndarray) -> np.ndarray:
        """Mean gain of those who sit in some courses, without headroom, (competencies, rows, draws)."""
        size = self.share[:, q, :, None] - self.spillover * self.known[:, q, :, None]
        if self.low is not None:
            size = size + self.more * (self.share[:, q] * self.low[:, q])[:, :, None]
        return self._gain(courses, size)

    def _passed_on(self, q: int, courses: np.ndarray) -> np.ndarray:
        """Mean gain of colleagues of those who sit in some courses, without headroom, (competencies, rows, draws)."""
        return self._gain(courses, self.spillover * self.passed_on[:, q, :, None])

    def _gain(self, courses: np.ndarray, size: np.ndarray) -> np.ndarray:
        gain = np.zeros((self.gain.shape[1], *size.shape[1:]))
        for p in np.flatnonzero(courses):
            for c in np.flatnonzero(self.content[p]):
                gain[c] += size[p] * self.gain[p, c]
        return gain

    def _reached(self, q: int, courses) -> np.ndarray:
        """Share of each row that some courses remind of a competency, (competencies, rows)."""
        return np.minimum(1.0, np.einsum("pr,pc->cr", self.share[courses, q], self.content[courses] > 0))

    def _part(self, q: int, mine: np.ndarray, held: np.ndarray, kept):
        """Share of what the quarter's followed courses teach that some of them do."""
        if not mine.any():
            return None
        if not (held & self.returning & ~mine).any():
            return 1.0
        return np.divide(self._taught(q, mine), kept, out=np.zeros_like(kept), where=kept > 0.0)[self.where]

    def _visit(self, q: int, number: int, age: int, offers: np.ndarray, refresher: bool) -> skill.Visit | None:
        """A coach or a refresher of the quarter, for the courses of `age` quarters ago."""
        if q < age or self.parts[age][number] is None:
            return None
        return skill.Visit(age, self.parts[age][number], self._reached(q - age, offers & self.share[:, q - age].any(axis=1)), refresher)


def _reach(chosen: np.ndarray) -> slice:
    """From the first to the last that is chosen."""
    places = np.flatnonzero(chosen)
    return slice(int(places[0]), int(places[-1]) + 1) if len(places) else slice(0, 0)


class Desks:
    """Counters, casework and schools of the city, and how citizens' time compares with what they expect.

    Attributes:
        start: times and shares before anything happens, as `service.Counters.quarter` and `service.Casework.quarter` give them.
        unhurried: the same for the last quarter, at today's pace where the scenario hurries: what ratings and value go by.
        handling: of the last quarter, (services, draws), see `run`.
    """

    def __init__(self, setting: Setting, a: dict):
        city = setting.city
        self.setting, self.a = setting, a
        self.minutes_factor = setting.scenario.minutes_factor
        self.counters = service.Counters(city.counters, a)
        self.casework = service.Casework(city.casework, a)
        hurried = self.minutes_factor < 1.0  # shortening service below today's time earns no credit (Anderson 2007)
        self.rated = (service.Counters(city.counters, a), service.Casework(city.casework, a)) if hurried else None
        own = np.concatenate([city.counters.staff_controlled, city.casework.staff_controlled])
        self.controlled = service.controlled_share(own, a)
        self.units = np.concatenate([city.counters.unit, city.casework.unit])
        self.errors = np.concatenate([city.counters.error_rate, city.casework.error_rate])
        volume = np.concatenate([city.counters.volume_per_year, city.casework.volume_per_year])
        self.weight = (self.units == np.arange(len(city.units))[:, None]) * volume
        self.weight = self.weight / np.maximum(self.weight.sum(axis=1, keepdims=True), 1e-300)
        zero = np.zeros_like(self.controlled)
        self.handling = city.counters.minutes[:, None] * (1.0 + zero[:len(city.counters.minutes)])
        self.start = self._serve(1.0, 1.0 + zero, 1.0 + zero, 1.0 + zero, (self.counters, self.casework))
        self.expectation = satisfaction.Expectation(self._log_time(self.start), a, setting.structure)

    def quarter(self, pace: np.ndarray, technical: np.ndarray, capacity: np.ndarray):
        """Times and shares on time of the quarter, and `omega ln(T/E)` per unit.

        Args:
            pace, technical: skill of each unit as it shows in speed, and on technical skills, SD, (units, draws).
            capacity: working time of the unit's front line relative to the start, (units, draws).
        """
        factor = service.time_factor(pace[self.units], self.controlled, self.a)
        comes_back = service.error_share(self.errors, technical[self.units], self.a)
        demand = (1.0 - self.errors[:, None]) / (1.0 - comes_back)
        hands = capacity[self.units]
        times = self._serve(self.minutes_factor, factor, hands, demand, (self.counters, self.casework))
        counters = self.setting.city.counters
        self.handling = counters.minutes[:, None] * factor[:len(counters.minutes)] * max(self.minutes_factor, 1.0) * demand[:len(counters.minutes)]
        self.unhurried = times if self.rated is None else self._serve(1.0, factor, hands, demand, self.rated)
        slower = self.expectation.slower(self._log_time(self.unhurried))
        return times, np.einsum("us,sd->ud", self.weight, slower)

    def _serve(self, minutes_factor, factor, hands, demand, desks):
        counters, casework = desks
        n = len(self.setting.city.counters.unit)
        factor = factor * minutes_factor
        minutes = self.setting.city.counters.minutes[:, None] * factor[:n]
        at_counter = counters.quarter(minutes, hands[:n], demand[:n])
        at_desk = casework.quarter(factor[n:], hands[n:], demand[n:], self.controlled[n:])
        return (*at_counter, *at_desk)

    @staticmethod
    def _log_time(times) -> np.ndarray:
        minutes, _, _, days, _, _ = times
        return np.log(np.concatenate([minutes, days]))


@dataclass(frozen=True)
class Start:
    """Where a city's trained skill stands when the scenario begins.

    Attributes:
        state: see `skill.Skill.state`.
        gains: gains so far, of all courses ("all") and of special ones, SD, (competencies, rows, draws) each.
        expressed: skill in use, mean of the last year before the start, and of what special courses taught; possessed: at the start; shapes as `gains`.
    """

    state: np.ndarray
    gains: dict[str, np.ndarray]
    expressed: dict[str, np.ndarray]
    possessed: np.ndarray

    def of(self, rows: np.ndarray) -> Start:
        """The same for other rows."""
        def taken(part):
            return {name: taken(value) for name, value in part.items()} if isinstance(part, dict) else np.take(part, rows, axis=-2)

        return Start(*(taken(getattr(self, f.name)) for f in fields(self)))


class Learners:
    """Trained skill of every row, quarter by quarter: courses, leaders, people who come and go, forgetting.

    Attributes:
        state: the skill; expressed, possessed: its part in use and all of it at the end of the last quarter, SD, (competencies, rows, draws). posts: filled posts and newcomers.
        gains: gains so far, of all courses ("all") and of special ones, see `Catalogue.special`, SD, (competencies, rows, draws) each.
    """

    def __init__(self, setting: Setting, a: dict, luck: np.ndarray, start: Start | None):
        self.setting, self.a, self.start = setting, a, start
        tables, rows = setting.tables, len(setting.cell_of_row)
        self.classroom = Classroom(setting, a, luck)
        self.state = skill.Skill(len(tables.technical), rows, a, setting.structure, self.classroom.ages, self.classroom.where)
        exits = setting.city.exit_relative[setting.cell_of_row]
        self.posts = people.Posts(a, exits, setting.scenario.replacement_ratio, int(setting.fixed["vacancy_lag"]))
        self.keep = people.rotated_keep(a, tables.technical)[:, None, :]
        shape = (len(tables.technical), rows, luck.shape[-1])
        self.gains = {name: np.zeros(shape) for name in ("all", *self.classroom.special)}
        if start:
            self.state.state[:] = start.state
            self.gains |= {name: gain.copy() for name, gain in start.gains.items()}
        self.expressed, self.possessed = self.state.read()

    def quarter(self, q: int) -> np.ndarray:
        """Let a quarter pass; returns the skill in use, mean of before and after it, SD, (competencies, rows, draws)."""
        state, a = self.state, self.a
        lessons = self.classroom.quarter(q)
        state.begin()
        support = self._support()
        state.teach(lessons.gain, lessons.reached, skill.applying(a, support), self.possessed, lessons.kept, lessons.visits,
                    skill.woken_by_leaders(a, support))
        self._count(lessons)
        before = state.expressed()
        stays = self.keep * self.posts.stays()
        fading = skill.fading(a, self.setting.structure, self.setting.plan.followed[q, self.setting.cell_of_row], stays)
        state.fade(fading, self._followed(stays))
        self.expressed, self.possessed = state.read()
        return 0.5 * (before + self.expressed)

    def _followed(self, stays: np.ndarray) -> list[skill.Fading | None]:
        """By age, what a quarter under a coach leaves of what followed courses taught."""
        shares = self.classroom.followed()
        if not any(share is not None for share in shares):
            return []
        theirs = np.broadcast_to(stays, self.state.state.shape[2:])[self.state.where]
        whole = skill.fading(self.a, self.setting.structure, 1.0, theirs)  # most often all of it is followed
        return [share if share is None else whole if isinstance(share, float) else skill.fading(self.a, self.setting.structure, share, theirs)
                for share in shares]

    def taught_by(self, name: str, expressed: np.ndarray) -> np.ndarray:
        """The part of skill in use that special courses taught: their share among all gains so far, SD, (competencies, rows, draws)."""
        every, special = self.gains["all"], self.gains[name]
        return expressed * np.divide(special, every, out=np.zeros_like(every), where=every > 0.0)

    def special(self, name: str, expressed: np.ndarray) -> np.ndarray | None:
        """How much more of the skill in use than at the start special courses taught, SD, (competencies, rows, draws); None for nothing ever."""
        if name not in self.gains:
            return None
        return self.taught_by(name, expressed) - (self.start.expressed.get(name, 0.0) if self.start else 0.0)

    def _count(self, lessons: Lessons) -> None:
        self.gains["all"] += lessons.gain if lessons.kept is None else lessons.gain + lessons.kept
        for name, gain in lessons.special.items():
            self.gains[name] += gain

    def _support(self) -> np.ndarray:
        """How much better than at the start the leaders of each row develop others, SD of skill in use, (rows, draws).

        `p0` was measured under leaders as they are; so it is theirs at the start, and in the years before it.
        """
        leader, support = self.setting.leader_row, self.setting.tables.support
        coached = leader >= 0
        if not coached.any():
            return np.zeros((len(coached), 1))
        more = self.expressed[support] - (self.start.expressed["all"][support] if self.start else 0.0)
        return np.where(coached[:, None], more[leader], 0.0)


class Past:
    """The years before the start: run once for a city and a block of draws, whatever the scenarios.

    Attributes:
        setting: the training of those years, to its end; leaders' support is that of the years themselves and left out.
        name: the same for the same city, catalogue and ledger; a scheduler names pieces of work by it.
    """

    KEPT = 16  # blocks; one is about 1.5 MB

    def __init__(self, setting: Setting, name: str = ""):
        self.setting = replace(setting, leader_row=np.full_like(setting.leader_row, -1))
        self.name = name
        self._known: dict[bytes, Start] = {}

    def __reduce__(self):
        return Past, (self.setting, self.name)

    def __dask_tokenize__(self):
        return self.name

    @property
    def away(self) -> np.ndarray:
        """Share of working time in class in the last of those years, (cells,)."""
        return self.setting.plan.away[-Q:].mean(axis=0)

    def start(self, a: dict, luck: np.ndarray) -> Start:
        """Where those years lead, per row of `setting`."""
        digest = hashlib.blake2b(luck.tobytes())
        for key in sorted(a):
            digest.update(a[key].tobytes())
        name = digest.digest()
        if name not in self._known:
            while len(self._known) >= self.KEPT:
                self._known.pop(next(iter(self._known)), None)
            self._known[name] = self._run(a, luck)
        return self._known[name]

    def _run(self, a: dict, luck: np.ndarray) -> Start:
        learners, quarters = Learners(self.setting, a, luck, None), self.setting.plan.away.shape[0]
        expressed = dict.fromkeys(learners.gains, 0.0)
        for q in range(quarters):
            now = learners.quarter(q)
            if q >= quarters - Q:
                for name in expressed:
                    expressed[name] = expressed[name] + (now if name == "all" else learners.taught_by(name, now)) / Q
        learners.state.settle()
        return Start(learners.state.state, learners.gains, expressed, learners.possessed)


def run(setting: Setting, a: dict, luck: np.ndarray) -> dict[str, np.ndarray]:
    """Run all quarters for one block of draws.

    Args:
        a: draws of every assumption, key -> (draws,).
        luck: standard normal scores of each programme's own effect, (programmes, draws).

    Returns:
        Arrays with the draw last; time has `quarters + 1` points, the first one before anything happens:
        rating (elements, time, draws), the city's mean rating of each element that can move, units by people served;
        ikm, theta, pace (units, time, draws), the last two being skill on the service's mix, SD, and how it shows in speed, both against the
        start; minutes, within, turned_away, handling, days, on_time, refused, attainment (services, time, draws),
        where minutes and within are of the visits served, turned_away is a share of visits, refused of cases; handling is staff
        minutes per visit of today's demand, cases that come back included, at today's pace where the scenario hurries;
        where it does, also unhurried_minutes and unhurried_turned_away, for value;
        filled (units, time, draws); possessed (competencies, rows, years + 1, draws), against the start, and known_at_start (competencies, rows, draws);
        trained, in_use (groups, time, draws).
    """
    city, tables, hands = setting.city, setting.tables, setting.hands
    quarters, draws = len(hands), luck.shape[-1]
    front = setting.row_of_cell[city.front_cell]
    start = setting.past.start(a, luck).of(setting.row_before) if setting.past else None
    learners, desks, citizens = Learners(setting, a, luck, start), Desks(setting, a), citizens_of(setting, a)
    posts = learners.posts
    mixes = _Mixes(tables, city, front, citizens.moved, a["competency_correlation"])
    out = _Series(setting, desks.start, learners.possessed, draws)
    out.put_ikm(0, citizens.quarter(np.zeros((len(citizens.moved), len(city.units), draws)), 0.0 * a["p0"], 0.0), citizens)
    out.put_skill(0, learners.possessed, learners.expressed, posts)
    for q in range(quarters):
        expressed = learners.quarter(q)
        out.put_skill(q + 1, learners.possessed, learners.expressed, posts)
        at_work = expressed - (start.expressed["all"] if start else 0.0) + posts.shortfall
        at_work[tables.digital] -= a["digital_drift"] * (q + 0.5) / Q
        theta, technical, by_element = mixes.of(at_work)
        own, technology = (mixes.service_of(part) if (part := learners.special(name, expressed)) is not None else 0.0
                           for name in ("own_system", "technology"))
        pace = service.pace(theta, own, a)
        capacity = posts.filled[front] * hands[q][:, None]
        times, slower = desks.quarter(pace, technical, capacity)
        out.put_service(q + 1, theta, pace, times, desks)
        out.put_schools(q + 1, service.attainment(theta, technology, a))
        out.put_ikm(q + 1, citizens.quarter(by_element, slower, (q + 0.5) / Q), citizens)
        if (q + 1) % Q == 0:
            known = learners.possessed - (start.possessed if start else 0.0)
            out.put_levels((q + 1) // Q, known + posts.shortfall, a["digital_drift"])
    return out.arrays


def citizens_of(setting: Setting, a: dict) -> satisfaction.Citizens:
    """The citizens of a setting's city."""
    slopes = satisfaction.element_slopes(a, setting.tables, setting.structure)
    return satisfaction.Citizens(setting.at_start, slopes, setting.tables.time, a, setting.fixed["cut_spacing"])


class _Mixes:
    """Skill of each unit's front line on the mixes that its service and each element of the SKM ask for."""

    def __init__(self, tables, city, front: np.ndarray, moved: np.ndarray, correlation):
        self.rows, self.unit = np.unique(front, return_inverse=True)
        self.kind = city.unit_kind
        self.service, self.elements = tables.service_mixes, tables.element_mixes[moved]
        technical = tables.technical / tables.technical.sum()
        self.technical = technical[None]
        self.sd = [skill.composite_sd(mix, correlation) for mix in (self.service, self.technical, self.elements)]
        self.sd[2] = np.where(self.elements.any(axis=1)[:, None], self.sd[2], 1.0)

    def of(self, at_work: np.ndarray):
        """(theta, technical, by element): (units, draws) twice and (moved elements, units, draws), SD."""
        skills = at_work[:, self.rows]
        theta = self.service_of(at_work)
        technical = service.composite(self.technical, skills, self.sd[1])[0, self.unit]
        return theta, technical, service.composite(self.elements, skills, self.sd[2])[:, self.unit]


    def service_of(self, at_work: np.ndarray) -> np.ndarray:
        """Skill of each unit on its service mix, SD, (units, draws)."""
        return service.composite(self.service, at_work[:, self.rows], self.sd[0])[self.kind, self.unit]


class _Series:
    """The arrays that a run fills, time on the second axis from the end."""

    def __init__(self, setting: Setting, start, known: np.ndarray, draws: int):
        city, quarters = setting.city, setting.plan.away.shape[0]
        self.city, self.setting = city, setting
        self.weight = np.zeros((len(city.groups), len(setting.cell_of_row)))
        np.add.at(self.weight, (city.cell_group, setting.row_of_cell), city.heads)
        self.weight /= self.weight.sum(axis=1, keepdims=True)
        years, competencies = setting.scenario.years, len(setting.tables.technical)
        sizes = {"ikm": len(city.units), "theta": len(city.units), "pace": len(city.units), "minutes": len(city.counters.unit),
                 "within": len(city.counters.unit), "turned_away": len(city.counters.unit), "handling": len(city.counters.unit),
                 "days": len(city.casework.unit), "on_time": len(city.casework.unit), "refused": len(city.casework.unit),
                 "attainment": len(city.schools.unit),
                 "trained": len(city.groups), "in_use": len(city.groups), "filled": len(city.groups)}
        self.hurried = setting.scenario.minutes_factor < 1.0
        if self.hurried:
            sizes |= {"unhurried_minutes": len(city.counters.unit), "unhurried_turned_away": len(city.counters.unit)}
        self.arrays = {name: np.zeros((size, quarters + 1, draws)) for name, size in sizes.items()}
        self.arrays["rating"] = np.zeros((len(setting.at_start), quarters + 1, draws))
        self.users = city.users / city.users.sum()
        self.arrays["possessed"] = np.zeros((competencies, len(setting.cell_of_row), years + 1, draws))
        self.arrays["filled"][:, 0] = 1.0
        self.arrays["known_at_start"] = known
        self._times(0, start)
        self._unhurried(0, start)
        self.arrays["handling"][:, 0] = city.counters.minutes[:, None]

    def _times(self, t, times):
        for name, value in zip(("minutes", "within", "turned_away", "days", "on_time", "refused"), times, strict=True):
            self.arrays[name][:, t] = value

    def _unhurried(self, t, times):
        if self.hurried:
            self.arrays["unhurried_minutes"][:, t], _, self.arrays["unhurried_turned_away"][:, t], *_ = times

    def put_ikm(self, t, ikm, citizens):
        self.arrays["ikm"][:, t] = ikm
        self.arrays["rating"][citizens.moved, t] = np.einsum("u,eud->ed", self.users, citizens.ratings)

    def put_skill(self, t, possessed, expressed, posts):
        for name, value in (("trained", possessed), ("in_use", expressed)):
            self.arrays[name][:, t] = np.einsum("gr,rd->gd", self.weight, value.mean(axis=0))
        self.arrays["filled"][:, t] = np.einsum("gr,rd->gd", self.weight, posts.filled)

    def put_service(self, t, theta, pace, times, desks):
        self.arrays["theta"][:, t], self.arrays["pace"][:, t] = theta, pace
        self.arrays["handling"][:, t] = desks.handling
        self._times(t, times)
        self._unhurried(t, desks.unhurried)

    def put_schools(self, t, attainment):
        self.arrays["attainment"][:, t] = attainment[self.city.schools.unit]

    def put_levels(self, year, skill_sd, drift):
        self.arrays["possessed"][:, :, year] = skill_sd
        self.arrays["possessed"][self.setting.tables.digital, :, year] -= drift * year
