"""The levers of a training budget: what each change of a plan brings alone, for the same money, ranked by what it does to the IKM.

Every change is made to the plan by itself and run in the same futures as the plan without it, so that a gain carries no noise. Practice,
follow-up, the refresher and the form of a course depend on what is taught: they are tried on the plan's own content and on service content.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from simulation.analysis.progress import part
from simulation.assumptions import DATA, Assumptions
from simulation.city import City
from simulation.draws import Points
from simulation.ensemble import Progress, checked_draws, prepare, readings
from simulation.errors import InputError, Problem
from simulation.indicators import three
from simulation.model import value
from simulation.outcome import Outcome, direction_of, verdict_of
from simulation.scenario import Scenario
from simulation.scorecard import Line, promises, reading

SERVICE = DATA / "scenarios" / "frontline_first.yaml"  # its mix of programmes is what "service content" means here
LEADERSHIP = ("pka", "pkp")
REFRESHER_MONTHS = 12
TO_SUPERVISION = 0.1  # of the money
HALF, DOUBLE = 0.5, 2.0
EQUAL = 0.01  # of the spending, up to which two plans cost the same
TRIED = 64  # futures in which the best single course is looked for
ON_BASE, ON_SERVICE = "base", "service"
MONEY = ("half", "double")
BILLION = 1e9


@dataclass(frozen=True)
class Lever:
    """One change alone.

    Attributes:
        key: name of the change. on: "base", or "service" where it is made to the plan with service content.
        course: the programme that has all the money, "" for other changes.
        scenario, reference: the plan with the change and without it.
        gain: IKM of the city in the last year, with less without, (draws,). smallest: difference that matters.
        lines: the same for every promise that the city's services carry.
        seats, spent_rp, staff_hours: of the plan with the change, over all years. reference_rp, reference_hours: of the plan without.
    """

    key: str
    on: str
    course: str
    scenario: Scenario
    reference: Scenario
    gain: np.ndarray
    smallest: float
    lines: tuple[Line, ...]
    seats: float
    spent_rp: float
    staff_hours: float
    reference_rp: float
    reference_hours: float

    @property
    def name(self) -> str:
        """Its name in a table: the change, and what it is made to where that is not the plan itself."""
        return self.key if self.on == ON_BASE else f"{self.key}_on_{self.on}"

    @cached_property
    def band(self) -> tuple[float, float, float]:
        """5, 50, 95 % of the gain."""
        return three(self.gain)

    @property
    def verdict(self) -> str:
        """"better", "worse", "practically the same" or "cannot tell", against the smallest difference that matters."""
        return verdict_of(self.gain, self.smallest)[2]

    @property
    def direction(self) -> tuple[str, float]:
        """"higher", "lower", "equal" or "cannot tell", whatever the size, and the share of futures that say so."""
        return direction_of(self.gain)

    @property
    def no_change(self) -> bool:
        """Whether the plan has it already, or has nothing that it could change."""
        return self.scenario.id == self.reference.id

    @property
    def money(self) -> float:
        """What it spends as a share of what the plan without it spends; 1 where neither spends anything."""
        return self.spent_rp / self.reference_rp if self.reference_rp else 1.0 if not self.spent_rp else np.inf

    @property
    def equal_money(self) -> bool:
        """Whether it spends the same, within 1 %."""
        return abs(self.money - 1.0) <= EQUAL

    @property
    def per_billion(self) -> float:
        """Median gain per Rp billion: of all the money at equal money, else of the money added or saved; NaN where there is none."""
        rp = self.spent_rp if self.equal_money else self.spent_rp - self.reference_rp
        return self.band[1] / (rp / BILLION) if rp else np.nan


@dataclass(frozen=True)
class Levers:
    """What each change brings alone.

    Attributes:
        base: the plan that is changed. city, assumptions: where, and the ledger before the plan's own overrides.
        year: the last one, 1 = first.
        all: every lever, the largest median gain first.
        impossible: levers that make no valid plan, with what stands against them.
    """

    base: Scenario
    city: City
    assumptions: Assumptions
    year: int
    all: tuple[Lever, ...]
    impossible: tuple[tuple[str, str, tuple[Problem, ...]], ...] = ()

    @property
    def draws(self) -> int:
        """Number of futures."""
        return len(self.all[0].gain)

    @property
    def ranking(self) -> tuple[Lever, ...]:
        """The levers that change something at equal money, the largest gain first."""
        return tuple(lever for lever in self.all if lever.equal_money and not lever.no_change and lever.key not in MONEY)

    @property
    def other_money(self) -> tuple[Lever, ...]:
        """Those that spend another sum: half, double, and what could not be bought for the same."""
        return tuple(lever for lever in self.all if not lever.no_change and (lever.key in MONEY or not lever.equal_money))

    @property
    def without_effect(self) -> tuple[Lever, ...]:
        """Those that the plan has already, or that have nothing to change in it."""
        return tuple(lever for lever in self.all if lever.no_change)

    def __getitem__(self, name: str) -> Lever:
        return {lever.name: lever for lever in self.all}[name]

    def table(self):
        """A data frame, one row per lever, the largest gain first: p05, p50, p95 of the gain and of every promise, verdict, direction, money."""
        import pandas as pd

        return pd.DataFrame([_row(lever) | {f"{line.promise.key}_{name}": figure for line in lever.lines
                                            for name, figure in zip(("p05", "p50", "p95", "verdict"), (*line.band, line.verdict), strict=True)}
                             for lever in self.all])

    def to_dict(self) -> dict:
        """The same as plain numbers and texts, for a file of JSON."""
        return {
            "base": self.base.key, "base_id": self.base.id, "city": self.city.about.id, "draws": self.draws, "year": self.base.start_year + self.year - 1,
            "levers": [_row(lever, rounded=True) | {"promises": {line.promise.key: dict(zip(("p05", "p50", "p95", "verdict"),
                                                    (*(round(v, 6) for v in line.band), line.verdict), strict=True)) for line in lever.lines}}
                       for lever in self.all],
            "impossible": [{"lever": key, "on": on, "problems": [problem.code for problem in problems]} for key, on, problems in self.impossible],
        }

    def sentence(self, lang: str = "id") -> str:
        """The strongest, the weakest, those that hurt, what money alone does and what a survey sees, in words."""
        from simulation.present.levers_views import levers_sentence

        return levers_sentence(self, lang)

    def short(self, lang: str = "id") -> str:
        """The strongest, those that hurt and what a survey sees: for a first page."""
        from simulation.present.levers_views import short_sentence

        return short_sentence(self, lang)

    def rows(self, lang: str = "id") -> list[list[str]]:
        """The table as text cells, the header first."""
        from simulation.present.levers_views import rows

        return rows(self, lang)

    def picture(self, lang: str = "id", width: int = 820):
        """Bars with bands, the largest gain first."""
        from simulation.present.levers_views import picture

        return picture(self, lang, width)


def levers(base: Scenario, city: City, assumptions: Assumptions, draws: int = 256, executor: Executor | None = None,
           progress: Progress | None = None) -> Levers:
    """Change a plan in one way at a time, for the money it spends, and rank the changes by their gain.

    Money is made equal by giving a change what the plan spent each year, carried over, where whole classes would leave it further off than 1 %; where
    that does not help, the lever says that it spends another sum.

    Args:
        base: the plan. draws: number of futures. executor: anything with the `concurrent.futures` interface.
        progress: told (done, total) draws over all runs.

    Raises:
        InputError: `draws` out of range, or units that the city does not have.

    >>> from simulation import Assumptions, City, Scenario
    >>> found = levers(Scenario.library()["frontline_first"], City.load(), Assumptions.load(), draws=16)
    >>> found["frontline_first"].no_change, bool(found["frontline_first"].gain.any())
    (True, False)
    """
    points = assumptions.points(checked_draws(draws), base.seed, base.catalogue.ids)
    bench = _Bench(city, assumptions, base.years, points, executor)
    tries, impossible = _tries(base, bench)
    needed = {scenario.id: scenario for _, _, _, scenario, reference in tries for scenario in (reference, scenario)}
    for i, scenario in enumerate(needed.values()):
        bench.read(scenario, part(progress, i, len(needed)))
    smallest = prepare(base, city, assumptions)[1]["smallest_difference"].value
    found = [_lever(bench, smallest, *one) for one in tries]
    found.sort(key=lambda lever: -lever.band[1])
    return Levers(base, city, assumptions, base.years, tuple(found), tuple(impossible))


class _Bench:
    """Plans, and what they bring, each found once."""

    def __init__(self, city: City, assumptions: Assumptions, year: int, points: Points, executor: Executor | None):
        self.city, self.assumptions, self.year, self.points, self.executor = city, assumptions, year, points, executor
        self._plans: dict[str, tuple] = {}
        self._read: dict[str, dict[str, np.ndarray]] = {}

    def plan(self, scenario: Scenario):
        """Its classes, seats, money and hours."""
        if scenario.id not in self._plans:
            setting, ledger = prepare(scenario, self.city, self.assumptions)
            hours = value.staff_hours(setting.plan, self.city.heads, ledger["effective_hours"].value).sum()
            self._plans[scenario.id] = (float(setting.plan.seats.sum()), float(setting.plan.cost_rp.sum()), float(hours), setting.plan.cost_rp.sum(axis=0))
        return self._plans[scenario.id]

    def read(self, scenario: Scenario, progress: Progress | None = None) -> dict[str, np.ndarray]:
        """The IKM and every promise in the last year, (draws,) each."""
        if scenario.id not in self._read:
            self._read[scenario.id] = readings(scenario, self.city, self.assumptions, self.points, partial(_all, year=self.year), self.executor, progress)
        return self._read[scenario.id]

    def best(self, candidates: dict[str, Scenario]) -> str:
        """The candidate with the highest median IKM in the first futures."""
        first = Points(self.points.names, self.points.u[:, :TRIED])
        ikm = {key: readings(scenario, self.city, self.assumptions, first, partial(_ikm, year=self.year), self.executor)["ikm"]
               for key, scenario in candidates.items()}
        return max(ikm, key=lambda key: float(np.median(ikm[key])))

    def for_the_same_money(self, scenario: Scenario, reference: Scenario) -> Scenario:
        """The scenario, or where that costs another sum the same with the money that the reference spends every year."""
        goal, yearly = self.plan(reference)[1], self.plan(reference)[3]
        gap = abs(self.plan(scenario)[1] - goal)
        if gap <= EQUAL * goal or not scenario.programmes:
            return scenario
        fitted = scenario.replace({"budget_rp": yearly.tolist(), "carry_over": True})
        return fitted if abs(self.plan(fitted)[1] - goal) < gap else scenario

    def costs_the_same(self, scenario: Scenario, reference: Scenario) -> bool:
        """Whether both spend the same, within 1 %."""
        return abs(self.plan(scenario)[1] - self.plan(reference)[1]) <= EQUAL * self.plan(reference)[1]


def _all(outcome: Outcome, year: int) -> dict[str, np.ndarray]:
    found = {one.key: reading(outcome, one, year) for one in promises()}
    return _ikm(outcome, year) | {key: read for key, read in found.items() if read is not None}


def _ikm(outcome: Outcome, year: int) -> dict[str, np.ndarray]:
    return {"ikm": outcome.year_mean(outcome.city_ikm, year)}


def _lever(bench: _Bench, smallest: float, key: str, on: str, course: str, scenario: Scenario, reference: Scenario) -> Lever:
    here, there = bench.read(scenario), bench.read(reference)
    lines = tuple(Line(one, here[one.key], there[one.key], smallest if one.difference is None else one.difference) for one in promises() if one.key in here)
    seats, spent, hours, _ = bench.plan(scenario)
    _, reference_rp, reference_hours, _ = bench.plan(reference)
    return Lever(key, on, course, scenario, reference, here["ikm"] - there["ikm"], smallest, lines, seats, spent, hours, reference_rp, reference_hours)


def _tries(base: Scenario, bench: _Bench):
    """Every lever as (key, on, course, plan with it, plan without it), and those that make no valid plan."""
    found, impossible = [], []

    def attempt(key: str, on: str, change: Callable[[Scenario], Scenario], reference: Scenario) -> Scenario | None:
        try:
            changed = change(reference)
            changed = changed if key in MONEY else bench.for_the_same_money(changed, reference)
        except InputError as error:
            impossible.append((key, on, tuple(error.problems)))
            return None
        found.append((key, on, "", changed, reference))
        return changed

    service = attempt("service_content", ON_BASE, _with_service, base)
    try:
        course, one = _best_course(base, bench)
        found.append(("best_course", ON_BASE, course, one, base))
    except InputError as error:
        impossible.append(("best_course", ON_BASE, tuple(error.problems)))
    changes = {"frontline_first": lambda s: s.replace({"targeting": "frontline_first", "needs": {}}),
               "unit_weights": lambda s: s.replace({"unit_weights": users_per_head(bench.city)}),
               "off_peak": lambda s: s.replace({"off_peak": True}), "supervision": _with_supervision, "no_leadership": _without_leadership,
               "half": partial(_scaled, by=HALF), "double": partial(_scaled, by=DOUBLE)}
    for key, change in changes.items():
        attempt(key, ON_BASE, change, base)
    for on, reference in ((ON_BASE, base), (ON_SERVICE, service)):
        if reference is not None and (on == ON_BASE or reference.id != base.id):
            for key, change in _OF_CONTENT.items():
                attempt(key, on, change, reference)
    return found, impossible


def _with_service(scenario: Scenario) -> Scenario:
    return scenario.replace({"offers": [], "classes": {}, "programmes": Scenario.load(SERVICE, scenario.catalogue).programmes})


def _best_course(base: Scenario, bench: _Bench) -> tuple[str, Scenario]:
    """The one programme for the front line that raises the IKM most with all the money, of those that can take it.

    Raises:
        InputError: no programme for the front line can.
    """
    candidates = {}
    for row in base.catalogue.programmes:
        if "frontline" in row.open_to.groups and not row.for_newcomers:
            plan = bench.for_the_same_money(base.replace({"offers": [], "classes": {}, "programmes": {row.id: 1.0}}), base)
            if bench.costs_the_same(plan, base):
                candidates[row.id] = plan
    if not candidates:
        raise InputError(Problem("no_single_course", {"found": base.key}))
    course = bench.best(candidates)
    return course, candidates[course]


def users_per_head(city: City) -> dict[str, float]:
    """People served per head of the front line of each unit, as a multiple of the city's; 0 where there is no front line."""
    front = city.cell_group == city.group("frontline")
    heads = np.bincount(city.cell_unit[front], city.heads[front], len(city.units))
    each = np.divide(city.users, heads, out=np.zeros(len(heads)), where=heads > 0.0)
    mean = city.users[heads > 0.0].sum() / max(heads.sum(), 1.0)
    return {unit.id: min(1000.0, float(f"{weight / mean:.3g}")) for unit, weight in zip(city.units, each, strict=True)}


def _with_supervision(scenario: Scenario) -> Scenario:
    rest = {name: share * (1.0 - TO_SUPERVISION) for name, share in scenario.programmes.items()}
    total = sum(scenario.programmes.values())
    return scenario.replace({"programmes": rest | {"supervision": rest.get("supervision", 0.0) + TO_SUPERVISION * total}}) if rest else scenario


def _without_leadership(scenario: Scenario) -> Scenario:
    """Without PKA and PKP; their money goes to the rest in proportion."""
    rest = {name: share for name, share in scenario.programmes.items() if name not in LEADERSHIP}
    if len(rest) == len(scenario.programmes):
        return scenario
    factor = sum(scenario.programmes.values()) / sum(rest.values()) if rest else 1.0
    return scenario.replace({"programmes": {name: min(1.0, share * factor) for name, share in rest.items()}})


def _blended(scenario: Scenario) -> Scenario:
    """Every course that has a blended variant with the same content, in that variant."""
    rows = scenario.catalogue.programmes
    twin = {row.id: other.id for row in rows for other in rows
            if row.format != "blended" and other.format == "blended" and row.content == other.content and row.open_to == other.open_to}

    def renamed(amounts: dict) -> dict:
        out: dict = {}
        for name, amount in amounts.items():
            out[twin.get(name, name)] = out.get(twin.get(name, name), 0) + amount
        return out

    if not set(scenario.bought) & set(twin):
        return scenario
    offers = [offer.model_dump() | {"programme": twin.get(offer.programme, offer.programme)} for offer in scenario.offers]
    return scenario.replace({"programmes": renamed(scenario.programmes), "classes": renamed(scenario.classes), "offers": offers})


def _extra(scenario: Scenario, field: str, chosen, of_offer: str) -> Scenario:
    """Practice, a coach or a refresher for every course on offer."""
    if not scenario.offers:
        return scenario.replace({field: chosen})
    extra = REFRESHER_MONTHS if of_offer == "refresher_months" else True
    return scenario.replace({"offers": [offer.model_dump() | {of_offer: extra} for offer in scenario.offers]})


def _scaled(scenario: Scenario, by: float) -> Scenario:
    """The plan with another sum."""
    budget = scenario.budget_rp
    offers = [offer.model_dump() | {"classes": [round(n * by) for n in offer.by_year(scenario.years)]} for offer in scenario.offers]
    return scenario.replace({"budget_rp": [b * by for b in budget] if isinstance(budget, list) else budget * by,
                             "classes": {name: round(n * by) for name, n in scenario.classes.items()}, "offers": offers})


_OF_CONTENT: dict[str, Callable[[Scenario], Scenario]] = {
    "blended": _blended,
    "practice": partial(_extra, field="practice", chosen="all", of_offer="practice"),
    "follow_up": partial(_extra, field="follow_up", chosen="all", of_offer="coaching"),
    "refresher": partial(_extra, field="refresher_months", chosen=REFRESHER_MONTHS, of_offer="refresher_months"),
}


def _row(lever: Lever, rounded: bool = False) -> dict:
    low, middle, high = lever.band
    word, share = lever.direction
    row = {"lever": lever.key, "on": lever.on, "course": lever.course, "changes_something": not lever.no_change, "equal_money": lever.equal_money,
           "p05": low, "p50": middle, "p95": high, "verdict": lever.verdict, "direction": word, "direction_share": share, "seats": lever.seats,
           "spent_rp": lever.spent_rp, "money": lever.money, "staff_hours": lever.staff_hours, "staff_hours_added": lever.staff_hours - lever.reference_hours,
           "gain_per_billion": lever.per_billion}
    if not rounded:
        return row
    return {key: (None if not np.isfinite(cell) else round(cell, 6)) if isinstance(cell, float) else cell for key, cell in row.items()}
