"""The best plan for the money: whole classes per programme, form, kind of unit and year within budgets and limits.

The gains come from the engine itself, an integer programme chooses, the engine says what the choice is worth, and so on until it
stays (`climb`). The answer is then tried in futures that the search never saw, against today's path, equal shares, the
greedy plan and whatever else is named. See docs/allocation.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np

from simulation.analysis.allocation.bench import Bench
from simulation.analysis.allocation.choices import Choices, Form
from simulation.analysis.allocation.climb import (
    PARTS,
    ROUNDS,
    WITHOUT_LIMIT,
    Market,
    Round,
    cheapest,
    climb,
    fill,
    mended,
    propose,
    whole_range,
)
from simulation.analysis.allocation.kept import Kept, by_the_engine, kept
from simulation.analysis.allocation.limits import Limits, in_words
from simulation.analysis.allocation.objective import Objective
from simulation.analysis.allocation.search import (
    FEW,
    Measured,
    around,
    gains_of,
    scores,
    screen,
)
from simulation.analysis.allocation.seating import PEOPLE
from simulation.analysis.allocation.solver import clash, greedy
from simulation.analysis.allocation.trial import NOTHING, Stages, Trial, Versus, tried
from simulation.assumptions import Assumptions
from simulation.city import City
from simulation.ensemble import Progress, checked_draws
from simulation.errors import InputError, Problem, shown
from simulation.language import LANGUAGES, about_rupiah, say
from simulation.scenario import Scenario

SEARCH_DRAWS = 16
OTHER_SEED = 1  # added to the scenario's seed for the search, so that its draws are not those the answer is reported in
PLAN, BASE, EQUAL, GREEDY = "plan", "base", "equal", "greedy"


@dataclass(frozen=True)
class Allocation:
    """A proposed plan and how good it is.

    Attributes:
        scenario: the plan, a scenario with offers. base: what it is compared with. assumptions: the ledger without the base's changes.
        market: what could be bought under which limits, and the bench it was tried on.
        classes: whole classes, (choices, years). rounds: the integer programmes and what became of them.
        search_gain: gain beyond no training in the engine, in the draws of the search, every programme at its mean luck.
        trial: the plan and its rivals in fresh draws.
    """

    scenario: Scenario
    base: Scenario
    assumptions: Assumptions
    market: Market
    classes: np.ndarray
    rounds: tuple[Round, ...]
    search_gain: float
    trial: Trial

    @property
    def objective(self) -> Objective:
        """What the plan was asked for."""
        return self.market.bench.objective

    @property
    def gap(self) -> float:
        """What the solver left in its last programme, as a share of the gain."""
        return self.rounds[-1].gap if self.rounds else 0.0

    @property
    def linearisation_error(self) -> float:
        """By how much the last programme promised more than the plan brings in the engine, as a share of the gain."""
        last = self.rounds[-1] if self.rounds else None
        return max(0.0, last.predicted - self.search_gain) / max(abs(self.search_gain), 1e-12) if last else 0.0

    @property
    def optimism(self) -> float:
        """Gain in the draws of the search less the gain in fresh draws: the optimiser's curse."""
        return self.search_gain - float(self.trial.gain(PLAN).mean())

    @property
    def cost_rp(self) -> np.ndarray:
        """What the plan costs, rupiah, (years,)."""
        return self.market.choices.price_rp @ self.classes

    def against(self, other: str) -> Versus:
        """The plan against a rival: "base", "equal", "greedy", "nothing" or a name given to `allocate`."""
        return self.trial.versus(PLAN, other)

    def improvement(self):
        """The plan against every rival, a data frame, see `Trial.table`."""
        return self.trial.table(PLAN)

    def kept(self) -> list[Kept]:
        """Each limit, what it asks and what the plan does, counted by the model's own seating."""
        return kept(self.market, self.scenario)

    def table(self):
        """The plan as a data frame: programme, form, kind of unit, year, classes, seats offered, money."""
        import pandas as pd

        choices, ids = self.market.choices, self.base.catalogue.ids
        kinds, start = choices.people.kinds, self.scenario.start_year
        lines = []
        for c, year in zip(*np.nonzero(self.classes), strict=True):
            form, count = choices.forms[c], int(self.classes[c, year])
            lines.append({"programme": ids[form.programme], "practice": form.practice, "coaching": form.coaching,
                          "refresher_months": form.refresher_months, "kind": kinds[choices.kinds[c]], "year": start + int(year), "classes": count,
                          "people": float(choices.attendance(c, count).sum()), "cost_rp": float(count * choices.price_rp[c])})
        columns = ["programme", "practice", "coaching", "refresher_months", "kind", "year", "classes", "people", "cost_rp"]
        return pd.DataFrame(lines, columns=columns)

    def sentence(self, lang: str = "id") -> str:
        """What the plan brings, against what, how surely, and how far the search can be trusted."""
        from simulation.present.allocation_views import sentence

        return sentence(self, lang)


def allocate(budget_rp: float | Sequence[float], city: City, assumptions: Assumptions, base: Scenario, limits: Limits | None = None,
             objective: str | Mapping[str, float] | Objective = "ikm", *, targeting: str = "frontline_first", draws: int = 1024,
             search_draws: int = SEARCH_DRAWS, rivals: Mapping[str, Scenario] | None = None, beat: Sequence[Allocation] = (),
             executor: Executor | None = None, progress: Progress | None = None) -> Allocation:
    """Propose the plan that brings the most for yearly budgets.

    Args:
        budget_rp: rupiah a year, one number or one for each year of `base`.
        city, assumptions: where, and the ledger.
        base: what the plan is compared with; it lends its years, quarters, seed and changes of the ledger.
        limits: rules beside the budgets.
        objective: an indicator, weights of several, or an `Objective` with a year.
        targeting: who of a kind of unit is asked first, as in a scenario.
        draws: fresh futures in which the plan and its rivals are compared. search_draws: futures of the search.
        rivals: more scenarios to compare with. beat: earlier proposals that compete if they keep these limits.
        executor: anything with the `concurrent.futures` interface. progress: told (done, total) stages; may raise `Cancelled`.

    Raises:
        InputError: a budget, limit, objective or number of draws that cannot be used; limits that clash, the smallest set of them.
    """
    wanted = Objective.of(objective, base.years)
    market = open_market(budget_rp, city, assumptions, base, limits or Limits(), wanted, targeting, search_draws)
    rivals = dict(rivals or {})
    stages = Stages(progress, 2 + len(PARTS) + ROUNDS + 5 + len(rivals))
    start = mended(market, _cheapest(market))
    pairs = screen(market.bench, executor, stages.step) | _bought(market.choices, start)
    pairs |= {pair for other in beat for pair in _bought(other.market.choices, other.classes)}
    market, start = _narrowed(market, pairs, start)
    plan, measured = fill(market, start, executor, stages.step)
    if wanted.mixed:
        market = replace(market, bench=replace(market.bench, objective=_scaled(market, measured, executor)))
        plan, measured = fill(market, start, executor)
    cheap = _greedy(market, measured)
    earlier = [moved(other.market.choices, other.classes, market.choices) for other in beat]
    if market.limits.ask_for_something:  # what the cheapest way to keep a limit buys is rarely what should stay
        measured = around(market.bench, market.choices, plan, 1.0, executor)
    at_once = _at_once(market, measured)
    starts = [plan, start, *at_once, *(p for p in (cheap, *earlier) if market.keeps(p))]
    best, rounds = _climbed(market, starts, executor, stages)
    best, rounds = by_the_engine(market, best, rounds, executor)
    stages.reach(2 + len(PARTS) + ROUNDS)
    scenarios = {PLAN: scenario_of(market, best, "plan"), NOTHING: market.bench.draft, BASE: base, EQUAL: _equal(market),
                 GREEDY: scenario_of(market, cheap, "greedy"), **rivals}
    points = assumptions.points(checked_draws(draws), base.seed, base.catalogue.ids)
    trial = tried(scenarios, city, assumptions, market.bench.objective, points, stages.of(draws))
    searched = tried({name: scenarios[name] for name in (PLAN, NOTHING)}, city, assumptions, market.bench.objective, market.bench.points)
    return Allocation(scenarios[PLAN], base, assumptions, market, best, tuple(rounds), float(searched.gain(PLAN).mean()), trial)


def _at_once(market: Market, measured: Measured) -> list[np.ndarray]:
    """The plan that a single programme would choose if it might move everything, brought back to its limits."""
    return [mended(market, solution.plan, measured) for solution in propose(market, measured, (WITHOUT_LIMIT,), PEOPLE)]


def _climbed(market: Market, starts: list[np.ndarray], executor, stages: Stages) -> tuple[np.ndarray, list[Round]]:
    """The best plan from the best start; in a small problem from every start, since that costs next to nothing."""
    few = len(market.choices) * market.bench.draft.years <= FEW
    found = [climb(market, some, executor=executor, step=stages.step) for some in ([[start] for start in starts] if few else [starts])]
    return max(found, key=lambda one: one[2])[:2]


def open_market(budget_rp, city: City, assumptions: Assumptions, base: Scenario, limits: Limits, objective: Objective, targeting: str,
                search_draws: int) -> Market:
    """Every programme as designed for every kind of unit, and a bench to try plans on.

    Raises:
        InputError: as `allocate`.
    """
    budgets = budgets_of(budget_rp, base.years)
    limits = limits.checked(base.catalogue.ids, city.kinds)
    base.for_city(city)
    draft = base.replace({"programmes": {}, "classes": {}, "offers": [], "practice": "as_designed", "follow_up": "as_designed", "refresher_months": 0,
                          "targeting": targeting, "budget_rp": list(budgets), "baseline": False,
                          **_header("nothing", budgets)})
    bench = Bench.of(city, draft, assumptions, objective, checked_draws(search_draws), base.seed + OTHER_SEED)
    forms = [Form(p) for p in range(len(base.catalogue.ids))]
    return Market(bench, bench.every_kind(forms), budgets, limits)


def budgets_of(budget_rp, years: int) -> tuple[float, ...]:
    """Rupiah of every year.

    Raises:
        InputError: not a number, negative, or another number of years.
    """
    amounts = list(budget_rp) if isinstance(budget_rp, (list, tuple, np.ndarray)) else [budget_rp] * years
    bad = [b for b in amounts if isinstance(b, bool) or not isinstance(b, (int, float, np.integer, np.floating)) or not 0.0 <= b < 1e15]
    if bad:
        raise InputError(Problem("allocation_budget", {"found": shown(bad[0])}))
    if len(amounts) != years:
        raise InputError(Problem("past_horizon", {"found": str(len(amounts)), "expected": str(years)}, column="budget_rp"))
    return tuple(float(b) for b in amounts)


def moved(choices: Choices, classes: np.ndarray, to: Choices) -> np.ndarray:
    """A plan written in other choices; what they do not have is left out."""
    place = {pair: i for i, pair in enumerate(zip(to.forms, to.kinds.tolist(), strict=True))}
    plan = np.zeros((len(to), classes.shape[1]), dtype=int)
    for pair, by_year in zip(zip(choices.forms, choices.kinds.tolist(), strict=True), classes, strict=True):
        if pair in place:
            plan[place[pair]] = by_year
    return plan


def scenario_of(market: Market, classes: np.ndarray, name: str) -> Scenario:
    """A plan as a scenario that a file can hold; `name` is the end of a message key, `allocation.name_...`."""
    return market.choices.scenario(classes, list(market.budgets), _header(name, market.budgets))


def _header(name: str, budgets) -> dict:
    money = {lang: " / ".join(about_rupiah(b, lang) for b in dict.fromkeys(budgets)) for lang in LANGUAGES}
    return {"name": {lang: say(f"allocation.name_{name}", lang, money=money[lang]) for lang in LANGUAGES},
            "reason": {lang: say(f"allocation.reason_{name}", lang, money=money[lang]) for lang in LANGUAGES},
            "reference": "docs/allocation.md", "baseline": False}


def _cheapest(market: Market) -> np.ndarray:
    """The cheapest plan that keeps the limits, or the limits that clash."""
    if not market.limits.ask_for_something:
        return np.zeros((len(market.choices), market.bench.draft.years), dtype=int)
    plan = cheapest(market)
    if plan is None:
        steps, _ = whole_range(market)
        names = clash(steps, market.rows(steps))
        text = {lang: "; ".join(in_words(name, market.limits, market.budgets, market.bench.draft, lang) for name in names) for lang in LANGUAGES}
        raise InputError(Problem("allocation_clash", {"limits": text}))
    return plan


def _bought(choices: Choices, classes: np.ndarray) -> set[tuple[Form, int]]:
    return {(choices.forms[c], int(choices.kinds[c])) for c in np.flatnonzero(classes.any(axis=1))}


def _narrowed(market: Market, pairs, start: np.ndarray) -> tuple[Market, np.ndarray]:
    choices = market.bench.choices(pairs)
    return replace(market, choices=choices), moved(market.choices, start, choices)


def _greedy(market: Market, measured: Measured) -> np.ndarray:
    """The plan of whoever buys the best gain per rupiah first, by gains measured once at the start."""
    steps = measured.steps
    up = replace(steps, most=np.where(steps.sign > 0, market.choices.front[steps.choice], 0))
    gains = gains_of(market.bench, measured)
    worst = gains.of_units[:, int(np.argmin(gains.units_now))] if len(steps) else gains.value
    gains = replace(gains, value=gains.value + gains.worst * worst)
    return greedy(up, gains, market.choices.price_rp[steps.choice], market.rows(up))


def _scaled(market: Market, measured: Measured, executor) -> Objective:
    """The mix with every indicator in units of what a greedy plan for it alone brings."""
    asked, scales = market.bench.objective, {}
    for name in sorted(asked.weights):
        alone = replace(market, bench=replace(market.bench, objective=Objective({name: 1.0}, asked.year)))
        plans = [measured.steps.start * 0, _greedy(alone, measured)]
        before, after = scores(alone.bench, market.bench.measure(market.choices, plans, executor), alone.bench.objective).mean(axis=1)
        scales[name] = float(after - before) if after - before > 1e-12 else 1.0
    return replace(asked, scales=scales)


def _equal(market: Market) -> Scenario:
    """The same share of the money for every programme as designed."""
    ids = [row.id for row in market.bench.draft.catalogue.programmes if not row.for_newcomers]
    return market.bench.draft.replace({"programmes": {name: 1.0 / len(ids) for name in ids}, **_header("equal", market.budgets)})
