"""Which of the changes from one scenario to another did the work: one share per change, and together they are the difference.

Every mix of the two scenarios is run in the same futures: scenario a with some of its decisions taken from b. The share of a change is its Shapley
value, see `simulation.analysis.shapley`: what it adds, averaged over all orders in which the changes could be made. What two changes bring only together is
shared equally between them. Shares are taken future by future, so that each has a band, and add up in every future.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import chain, combinations

import numpy as np

from simulation.analysis import shapley
from simulation.analysis.futures import at_points
from simulation.assumptions import Assumptions
from simulation.city import City
from simulation.ensemble import Progress, checked_draws
from simulation.errors import InputError, Problem, unknown
from simulation.scenario import Scenario

INDICATORS = ("ikm", "waiting_minutes", "worst_unit_ikm", "hours_waited", "cost_rp")
MOST_EXACT = 8  # changes whose mixes are all run (256); beyond that orders are drawn
ORDERS = 32  # orders drawn when there are more changes
BAND = (0.05, 0.5, 0.95)
SMALL = 0.05  # of the sizes of all mean shares: what is below is told together
# decisions, and the fields of a scenario that only make sense together; overrides and structure are split by key
DECISIONS = {
    "budget": ("budget_rp", "carry_over"), "years": ("years", "start_year"), "programmes": ("programmes", "classes", "offers"), "targeting": ("targeting", "needs"),
    "unit_weights": ("unit_weights",), "practice": ("practice",), "follow_up": ("follow_up",), "refresher_months": ("refresher_months",),
    "quarters": ("quarters",), "off_peak": ("off_peak",), "replacement_ratio": ("replacement_ratio",), "minutes_factor": ("minutes_factor",),
}
SPLIT = ("overrides", "structure")
PRICED = ("budget", "years", "programmes", "practice", "follow_up", "refresher_months")  # whether classes fit the budget depends on these


@dataclass(frozen=True)
class Change:
    """One thing decided differently; several decisions where one without the other is no valid scenario.

    Attributes:
        parts: names in `DECISIONS`, `overrides.<assumption>` or `structure.<switch>`.
    """

    parts: tuple[str, ...]

    @property
    def key(self) -> str:
        """Its name in a table."""
        return "+".join(self.parts)


@dataclass(frozen=True)
class Attribution:
    """What each change from scenario a to scenario b does to an indicator of the last common year.

    Attributes:
        a, b: the scenarios. city, assumptions: where, and the ledger before the scenarios' own overrides.
        indicator: one of `INDICATORS`. year: last common year, 1 = first.
        changes: in the order of `DECISIONS`, then overrides and switches by name.
        shares: in the indicator's unit, (changes, draws); they add up to `end - start` in every draw.
        start, end: the indicator with a and with b, (draws,).
        order_error: standard error of each mean share because orders were drawn; 0 when all mixes were run, (changes,).
        orders: number of orders drawn; 0 when all mixes were run.
        runs: mixes of the two scenarios that were run.
    """

    a: Scenario
    b: Scenario
    city: City
    assumptions: Assumptions
    indicator: str
    year: int
    changes: tuple[Change, ...]
    shares: np.ndarray
    start: np.ndarray
    end: np.ndarray
    order_error: np.ndarray
    orders: int
    runs: int

    @property
    def keys(self) -> list[str]:
        """Names of the changes."""
        return [change.key for change in self.changes]

    @property
    def draws(self) -> int:
        """Number of futures."""
        return len(self.start)

    @property
    def difference(self) -> np.ndarray:
        """The indicator with b less that with a, (draws,)."""
        return self.end - self.start

    def table(self):
        """A data frame, the largest share first and `difference` last; see `share_table`."""
        return share_table(self.keys, self.shares, self.difference, self.order_error)

    def sentence(self, lang: str = "id") -> str:
        """Which change did how much, in words."""
        from simulation.present.attribution_views import attribution_sentence

        return attribution_sentence(self, lang)


def attribute(a: Scenario, b: Scenario, city: City, assumptions: Assumptions, indicator: str = "ikm", draws: int = 256,
              seed: int | None = None, executor: Executor | None = None, progress: Progress | None = None) -> Attribution:
    """Share the difference between two scenarios out over what was decided differently.

    Args:
        a, b: from and to; the programmes of b are the same in the catalogue of a, from which all mixes are made.
        indicator: one of `INDICATORS`, read in the last common year (hours and cost: up to its end).
        draws: number of futures; the number of runs is `2 ** changes` up to 8 changes.
        seed: of the futures, for all mixes; a's own when None.
        executor: anything with the `concurrent.futures` interface.
        progress: told (done, total) draws over all mixes.

    Raises:
        InputError: unknown indicator, a catalogue in which b would be another plan, units the city does not have, or `draws` out of range.

    >>> from simulation import Assumptions, City, Scenario
    >>> library = Scenario.library()
    >>> found = attribute(library["todays_path"], library["double_budget"], City.load(), Assumptions.load(), draws=16)
    >>> [change.key for change in found.changes], bool(np.allclose(found.shares.sum(axis=0), found.difference))
    (['budget'], True)
    """
    if indicator not in INDICATORS:
        raise InputError(unknown("attribution_indicator", indicator, INDICATORS))
    if b.choosing_from(a.catalogue).id != b.id:
        raise InputError(Problem("attribution_catalogue", {"found": b.key, "expected": a.key}))
    seed = a.seed if seed is None else seed
    changes = changes_between(a, b)
    points = assumptions.points(checked_draws(draws), seed, a.catalogue.ids)
    joining = shapley.orders(len(changes), ORDERS, seed) if len(changes) > MOST_EXACT else None
    masks = list(range(1 << len(changes))) if joining is None else shapley.visited(joining)
    mixes = [_mix(a, b, changes, mask).model_copy(update={"seed": seed}) for mask in masks]
    found = at_points(mixes, city, assumptions, points, executor, progress)
    worth = dict(zip(masks, getattr(found, indicator), strict=True))
    shares, error = _shares(worth, len(changes), joining)
    return Attribution(a, b, city, assumptions, indicator, found.year, changes, shares, worth[masks[0]], worth[masks[-1]], error,
                       0 if joining is None else len(joining), len(masks))


def changes_between(a: Scenario, b: Scenario) -> tuple[Change, ...]:
    """What was decided differently, as finely as every mix of a and b remains a valid scenario.

    A list of yearly budgets changes with the number of years. If classes would cost more than the budget in some mix, the smallest set of decisions that
    keeps every mix within it becomes one change.
    """
    fields = {field for field, _, _ in a.diff(b)}
    together = isinstance(a.budget_rp, list) or isinstance(b.budget_rp, list)
    found = [Change((name,)) for name, own in DECISIONS.items() if fields & set(own)]
    if together and fields & {"years", "start_year"}:
        found = _merged(found, {"budget", "years"})
    found = _within_budget(a, b, found)
    for name in SPLIT:
        here, there = getattr(a, name), getattr(b, name)
        found += [Change((f"{name}.{key}",)) for key in sorted(here.keys() | there.keys()) if here.get(key) != there.get(key)]
    return tuple(found)


@dataclass(frozen=True)
class Told:
    """Shares in the order in which they are told.

    Attributes:
        large, small, none: keys with a share worth naming, largest first; with a small one; with exactly 0 in every future.
        figures: mean, p05 and p95 of each key, of `small` (all small ones together) and of `difference`.
        median: of the difference; effects are skewed, so that it lies nearer to zero than the mean.
        draw_error, order_error: largest standard error of the means named.
    """

    large: tuple[str, ...]
    small: tuple[str, ...]
    none: tuple[str, ...]
    figures: dict[str, tuple[float, float, float]]
    median: float
    draw_error: float
    order_error: float


def told(found) -> Told:
    """An `Attribution` or a `ChainAttribution` sorted for telling."""
    table = found.table()
    rows, at = table.iloc[:-1], {key: i for i, key in enumerate(found.keys)}
    none = tuple(key for key in rows["change"] if not found.shares[at[key]].any())
    limit = SMALL * rows["mean"].abs().sum()
    small = tuple(row.change for row in rows.itertuples() if abs(row.mean) < limit and row.change not in none)
    small = small if len(small) > 1 else ()  # one alone has a name
    figures = {row.change: (row.mean, row.p05, row.p95) for row in table.itertuples()}
    figures["small"] = figures_of(found.shares[[at[key] for key in small]].sum(axis=0))
    large = tuple(key for key in rows["change"] if key not in small and key not in none)
    return Told(large, small, none, figures, float(table["p50"].iloc[-1]), float(table["draw_error"].max()), float(table["order_error"].max()))


def figures_of(draws: np.ndarray) -> tuple[float, float, float]:
    """Mean, p05 and p95 over the futures."""
    row = _row("", draws, 0.0)
    return row["mean"], row["p05"], row["p95"]


def share_table(names: list[str], shares: np.ndarray, difference: np.ndarray, order_error: np.ndarray):
    """Shares as a data frame, the largest mean first, and the difference they add up to as the last row.

    Columns: change; mean (means add up); p05, p50, p95 over the futures (these do not add up); draw_error, the standard error of
    the mean with this number of draws, counted as if they were independent; order_error, that of drawn orders.
    """
    import pandas as pd

    rows = [_row(name, draws, error) for name, draws, error in zip(names, shares, order_error, strict=True)]
    rows.sort(key=lambda row: -abs(row["mean"]))
    return pd.DataFrame([*rows, _row("difference", difference, 0.0)])


def _row(name: str, draws: np.ndarray, order_error: float) -> dict:
    low, middle, high = np.quantile(draws, BAND)
    error = draws.std(ddof=1) / np.sqrt(len(draws)) if len(draws) > 1 else np.nan
    return {"change": name, "mean": float(draws.mean()), "p05": float(low), "p50": float(middle), "p95": float(high),
            "draw_error": float(error), "order_error": float(order_error)}


def _shares(worth: dict[int, np.ndarray], players: int, joining: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Shares of every draw, (changes, draws), and the standard error of their means, (changes,)."""
    if joining is None:
        return shapley.exact(worth, players), np.zeros(players)
    means = {mask: values.mean() for mask, values in worth.items()}
    return shapley.sampled(worth, joining)[0], shapley.sampled(means, joining)[1]


def _mix(a: Scenario, b: Scenario, changes: Iterable[Change], mask: int) -> Scenario:
    """Scenario a with the changes of the mask made."""
    parts = chain.from_iterable(change.parts for i, change in enumerate(changes) if mask >> i & 1)
    update = {}
    for part in parts:
        name, _, key = part.partition(".")
        if name in SPLIT:
            there, own = getattr(b, name), update.setdefault(name, dict(getattr(a, name)))
            own.pop(key, None)
            own |= {key: there[key]} if key in there else {}
        else:
            update |= {field: getattr(b, field) for field in DECISIONS[name]}
    return a.model_copy(update=update)


def _within_budget(a: Scenario, b: Scenario, changes: list[Change]) -> list[Change]:
    """Join the fewest priced decisions so that every mix is a valid scenario."""
    plain = {"overrides": {}, "structure": {}}  # they have no say in prices, and reading the ledger for each mix takes long
    here, there = a.model_copy(update=plain), b.model_copy(update=plain)
    priced = [change for change in changes if set(change.parts) & set(PRICED)]
    fits = [_fits(_mix(here, there, priced, mask)) for mask in range(1 << len(priced))]
    for size in range(len(priced) + 1):
        for joined in combinations(range(len(priced)), size):
            bits = sum(1 << i for i in joined)
            if all(fits[mask] for mask in range(len(fits)) if mask & bits in (0, bits)):
                return _merged(changes, {part for i in joined for part in priced[i].parts})
    return changes


def _fits(scenario: Scenario) -> bool:
    """Whether a scenario is one that a file could hold."""
    try:
        scenario.replace({})
    except InputError:
        return False
    return True


def _merged(changes: list[Change], names: set[str]) -> list[Change]:
    """The changes with those that have these parts made one, at the place of the first."""
    inside = [change for change in changes if set(change.parts) & names]
    if len(inside) < 2:
        return changes
    one = Change(tuple(part for change in inside for part in change.parts))
    return [one if change is inside[0] else change for change in changes if change is inside[0] or change not in inside]
