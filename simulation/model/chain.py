"""The chain, quarter by quarter: training -> skill -> people -> service -> satisfaction.

`prepare` collects what does not depend on the draws; `run` is a pure function of that and one block of draws.
"""

from __future__ import annotations

from dataclasses import dataclass

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


def prepare(scenario, city, tables, structure: dict, fixed: dict) -> Setting:
    """Everything that is the same for every draw."""
    plan = training.plan(scenario, city, tables.required, fixed["hours_per_jp"], fixed["effective_hours"])
    row_of_cell, cell_of_row, leader_row = _rows(plan, city, tables, scenario)
    at_start = satisfaction.latent_of(city.ratings.T, fixed["cut_spacing"])
    return Setting(city, tables, scenario, structure, plan, row_of_cell, cell_of_row, leader_row, at_start, fixed)


def _rows(plan, city, tables, scenario):
    """Group cells with the same courses, follow-up, turnover and coached leaders: they share one trajectory."""
    treatment = np.concatenate([plan.share.reshape(-1, len(city.heads)), plan.followed, city.exit_relative[None]])
    leaders = city.leader_cell[city.cell_unit]
    coaching = scenario.catalogue.content[plan.programme, tables.support] > 0
    taught = plan.share[coaching].any(axis=(0, 1))
    matters = (leaders >= 0) & taught[leaders] & (city.cell_group != city.group("leader"))
    of_leader = np.where(matters[:, None], treatment.T[leaders], -1.0)
    signature = np.round(np.concatenate([treatment.T, of_leader], axis=1), 12) + 0.0
    rows: dict[bytes, int] = {}
    row_of_cell = np.array([rows.setdefault(line.tobytes(), len(rows)) for line in signature])
    cell_of_row = np.array([int(np.argmax(row_of_cell == row)) for row in range(len(rows))])
    leader_row = np.where(matters, row_of_cell[leaders], -1)[cell_of_row]
    return row_of_cell, cell_of_row, leader_row


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


class Classroom:
    """What each quarter's courses teach each row."""

    def __init__(self, setting: Setting, a: dict, luck: np.ndarray):
        plan, rows = setting.plan, setting.cell_of_row
        content = setting.scenario.catalogue.content[plan.programme]
        gain = skill.learning(content, plan.hours_jp, multipliers(setting, a, luck), a, h0_of(a, setting.structure))
        self.gain, self.content = gain, content
        self.share, self.coached = plan.share[:, :, rows], plan.coached[:, :, rows]
        gap_first = setting.scenario.targeting == "gap_first"
        self.low = skill.low_scorers(self.share) if gap_first else None
        self.more = a["low_scorer_gain"]

    def quarter(self, q: int) -> tuple[np.ndarray, np.ndarray]:
        """Mean gain without headroom (competencies, rows, draws) and share reminded (competencies, rows)."""
        gain = np.zeros((self.gain.shape[1], self.share.shape[2], self.gain.shape[2]))
        for p in np.flatnonzero(self.share[:, q].any(axis=1)):
            seated = self.share[p, q][:, None]
            if self.low is not None:
                seated = seated * (1.0 + self.more * self.low[p, q][:, None])
            for c in np.flatnonzero(self.content[p]):
                gain[c] += seated * self.gain[p, c]
        taught = np.einsum("pr,pc->cr", self.share[:, q] + self.coached[:, q], self.content > 0)
        return gain, np.minimum(1.0, taught)


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

    def quarter(self, theta: np.ndarray, technical: np.ndarray, capacity: np.ndarray):
        """Times and shares on time of the quarter, and `omega ln(T/E)` per unit.

        Args:
            theta, technical: skill of each unit on its service mix and on technical skills, SD, (units, draws).
            capacity: working time of the unit's front line relative to the start, (units, draws).
        """
        factor = service.time_factor(theta[self.units], self.controlled, self.a, self.setting.structure)
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


def run(setting: Setting, a: dict, luck: np.ndarray) -> dict[str, np.ndarray]:
    """Run all quarters for one block of draws.

    Args:
        a: draws of every assumption, key -> (draws,).
        luck: standard normal scores of each programme's own effect, (programmes, draws).

    Returns:
        Arrays with the draw last; time has `quarters + 1` points, the first one before anything happens:
        ikm, theta (units, time, draws); minutes, within, turned_away, handling, days, on_time, refused, attainment (services, time, draws),
        where minutes and within are of the visits served, turned_away is a share of visits, refused of cases; handling is staff
        minutes per visit of today's demand, cases that come back included, at today's pace where the scenario hurries;
        where it does, also unhurried_minutes and unhurried_turned_away, for value;
        filled (units, time, draws); possessed (competencies, rows, years + 1, draws);
        trained, in_use (groups, time, draws).
    """
    city, tables, plan, scenario = setting.city, setting.tables, setting.plan, setting.scenario
    rows, quarters, draws = len(setting.cell_of_row), plan.away.shape[0], luck.shape[-1]
    front = setting.row_of_cell[city.front_cell]
    classroom, desks = Classroom(setting, a, luck), Desks(setting, a)
    state = skill.Skill(len(tables.technical), rows, a, setting.structure)
    exits = city.exit_relative[setting.cell_of_row]
    posts = people.Posts(a, exits, scenario.replacement_ratio, int(setting.fixed["vacancy_lag"]))
    keep = people.rotated_keep(a, tables.technical)[:, None, :]
    citizens = satisfaction.Citizens(setting.at_start, tables.slopes, tables.time, a, setting.fixed["cut_spacing"])
    mixes = _Mixes(tables, city, front, citizens.moved, a["competency_correlation"])
    out = _Series(setting, desks.start, draws)
    out.put_ikm(0, citizens.quarter(np.zeros((len(citizens.moved), len(city.units), draws)), 0.0 * a["p0"], 0.0))
    for q in range(quarters):
        gain, reached = classroom.quarter(q)
        state.teach(gain, reached, _applied(setting, state, a))
        expressed = state.expressed()
        stays = posts.stays()
        state.fade(skill.fading(a, setting.structure, plan.followed[q, setting.cell_of_row], keep * stays))
        expressed = 0.5 * (expressed + state.expressed())
        out.put_skill(q + 1, state, posts)
        at_work = expressed + posts.shortfall
        at_work[tables.digital] -= a["digital_drift"] * (q + 0.5) / Q
        theta, technical, by_element = mixes.of(at_work)
        capacity = posts.filled[front] * (1.0 - plan.away[q, city.front_cell])[:, None]
        times, slower = desks.quarter(theta, technical, capacity)
        out.put_service(q + 1, theta, times, desks)
        out.put_ikm(q + 1, citizens.quarter(by_element, slower, (q + 0.5) / Q))
        if (q + 1) % Q == 0:
            out.put_levels((q + 1) // Q, state.possessed() + posts.shortfall, a["digital_drift"])
    return out.arrays


def _applied(setting: Setting, state: skill.Skill, a: dict) -> np.ndarray:
    """Share of a new gain that each row will use, given how well its leaders coach, (rows, draws)."""
    coached = setting.leader_row >= 0
    base = np.broadcast_to(skill.applying(a), (len(coached), len(a["p0"])))
    if not coached.any():
        return base
    uses = state.state[:2, :, setting.tables.support].sum(axis=(0, 1))
    support = np.where(coached[:, None], uses[setting.leader_row], 0.0)
    return np.where(coached[:, None], skill.applying(a, support), base)


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
        theta = service.composite(self.service, skills, self.sd[0])[self.kind, self.unit]
        technical = service.composite(self.technical, skills, self.sd[1])[0, self.unit]
        return theta, technical, service.composite(self.elements, skills, self.sd[2])[:, self.unit]


class _Series:
    """The arrays that a run fills, time on the second axis from the end."""

    def __init__(self, setting: Setting, start, draws: int):
        city, quarters = setting.city, setting.plan.away.shape[0]
        self.city, self.setting = city, setting
        self.weight = np.zeros((len(city.groups), len(setting.cell_of_row)))
        np.add.at(self.weight, (city.cell_group, setting.row_of_cell), city.heads)
        self.weight /= self.weight.sum(axis=1, keepdims=True)
        years, competencies = setting.scenario.years, len(setting.tables.technical)
        sizes = {"ikm": len(city.units), "theta": len(city.units), "minutes": len(city.counters.unit),
                 "within": len(city.counters.unit), "turned_away": len(city.counters.unit), "handling": len(city.counters.unit),
                 "days": len(city.casework.unit), "on_time": len(city.casework.unit), "refused": len(city.casework.unit),
                 "attainment": len(city.schools.unit),
                 "trained": len(city.groups), "in_use": len(city.groups), "filled": len(city.groups)}
        self.hurried = setting.scenario.minutes_factor < 1.0
        if self.hurried:
            sizes |= {"unhurried_minutes": len(city.counters.unit), "unhurried_turned_away": len(city.counters.unit)}
        self.arrays = {name: np.zeros((size, quarters + 1, draws)) for name, size in sizes.items()}
        self.arrays["possessed"] = np.zeros((competencies, len(setting.cell_of_row), years + 1, draws))
        self.arrays["filled"][:, 0] = 1.0
        self._times(0, start)
        self._unhurried(0, start)
        self.arrays["handling"][:, 0] = city.counters.minutes[:, None]

    def _times(self, t, times):
        for name, value in zip(("minutes", "within", "turned_away", "days", "on_time", "refused"), times, strict=True):
            self.arrays[name][:, t] = value

    def _unhurried(self, t, times):
        if self.hurried:
            self.arrays["unhurried_minutes"][:, t], _, self.arrays["unhurried_turned_away"][:, t], *_ = times

    def put_ikm(self, t, ikm):
        self.arrays["ikm"][:, t] = ikm

    def put_skill(self, t, state, posts):
        for name, value in (("trained", state.possessed()), ("in_use", state.expressed())):
            self.arrays[name][:, t] = np.einsum("gr,rd->gd", self.weight, value.mean(axis=0))
        self.arrays["filled"][:, t] = np.einsum("gr,rd->gd", self.weight, posts.filled)

    def put_service(self, t, theta, times, desks):
        self.arrays["theta"][:, t] = theta
        self.arrays["attainment"][:, t] = service.attainment(theta[self.city.schools.unit], desks.a)
        self.arrays["handling"][:, t] = desks.handling
        self._times(t, times)
        self._unhurried(t, desks.unhurried)

    def put_levels(self, year, skill_sd, drift):
        self.arrays["possessed"][:, :, year] = skill_sd
        self.arrays["possessed"][self.setting.tables.digital, :, year] -= drift * year
