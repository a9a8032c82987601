"""What would change our mind: the value of each assumption at which the preferred scenario, or its verdict, changes.

The preferred scenario has the highest expected net benefit at a stated willingness to pay. One assumption at a time is
held across its 5-95 % range (a row that is one number across its stated range) while all others are drawn as usual, in the same futures.

The search is a screen in three steps, so that it stays affordable: all scenarios at both ends and the middle in the first
64 futures, as changes from the undisturbed run; the scenarios that come within reach of the best there, in all futures;
then a grid of nine values and narrowing for the rows whose leads change sign or nearly touch zero. "None within its range"
rests on the second step at least: a row is only set aside earlier if it changes no bit of any scenario's result.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import ndtri

from simulation.analysis.crossings import Crossing, uncertain_stretch
from simulation.analysis.frontier import Stretch, frontier
from simulation.analysis.futures import Futures, at_points, futures
from simulation.analysis.held import Held, ends, value_at
from simulation.analysis.progress import Bar, part
from simulation.analysis.recommendation import Recommendation, recommend
from simulation.analysis.switching_search import VERDICTS, Search, mean_error
from simulation.assumptions import Assumption, Assumptions
from simulation.city import City
from simulation.ensemble import Progress
from simulation.errors import InputError, Problem, shown, unknown
from simulation.outcome import verdict_of

Z90 = float(ndtri(0.95))  # standard errors to either side of a 90 % interval


@dataclass(frozen=True)
class Switch:
    """One change along the range of an assumption.

    Attributes:
        about: "preference" or "verdict".
        value: where, to a tolerance of 0.5 % of the range.
        low, high: 90 % interval from the finite number of futures; an end of the range when it reaches there.
        below, above: what holds below and above the value: a scenario's short name, or a verdict.
        distance: from the central value, as a share of the range, with its sign.
    """

    about: str
    value: float
    low: float
    high: float
    below: str
    above: str
    distance: float


@dataclass(frozen=True)
class Answer:
    """What one assumption can do to the choice.

    Attributes:
        row: the assumption. low, high: the range it was moved in.
        acts: whether it changes the result of any scenario at all.
        switches: every change that was found, in order of value within each kind.
        closest_rp: smallest lead of the preferred scenario over the best other one where it was held; negative when it loses it.
        closest_at: value at which that is. rival: the other scenario there.
        clear: whether that lead (or loss) is beyond its 90 % interval.
    """

    row: Assumption
    low: float
    high: float
    acts: bool
    switches: tuple[Switch, ...]
    closest_rp: float
    closest_at: float
    rival: str
    clear: bool

    def about(self, about: str) -> list[Switch]:
        """The changes of one kind, the nearest to the central value first."""
        return sorted((s for s in self.switches if s.about == about), key=lambda s: abs(s.distance))


@dataclass(frozen=True)
class Alternative:
    """The choice under one structural alternative.

    Attributes:
        chosen: whether it is the ledger's own.
        preferred: short name of the preferred scenario there. margin_rp: its lead over the next one.
        clear: whether that lead is beyond its 90 % interval.
        verdict: of the scenario preferred with the chosen structure against the baseline.
    """

    switch: str
    option: str
    chosen: bool
    preferred: str
    margin_rp: float
    clear: bool
    verdict: str


@dataclass(frozen=True)
class SwitchingValues:
    """Which assumptions can change the choice, at which value.

    Attributes:
        choice: the preferred scenario with nothing held. The first scenario is the baseline.
        answers: one per assumption with a range, in the order of the ledger.
        alternatives: one per option of each structural switch.
        frontier: preferred scenario by willingness to pay.
    """

    choice: Recommendation
    answers: tuple[Answer, ...]
    alternatives: tuple[Alternative, ...]
    frontier: tuple[Stretch, ...]

    @property
    def futures(self) -> Futures:
        """The undisturbed run."""
        return self.choice.futures

    @property
    def willingness_rp(self) -> float:
        """Rupiah per IKM point."""
        return self.choice.willingness_rp

    @property
    def is_baseline(self) -> bool:
        """Whether the baseline itself is preferred: then there is no verdict against it."""
        return self.choice.preferred is self.futures.scenarios[0]

    def changing(self, about: str = "preference") -> list[Answer]:
        """The assumptions that change the preferred scenario (or the "verdict"), the nearest change first."""
        found = [answer for answer in self.answers if answer.about(about)]
        return sorted(found, key=lambda answer: abs(answer.about(about)[0].distance))

    @cached_property
    def unclear(self) -> list[Answer]:
        """Assumptions without a change of preference whose smallest lead is within its sampling error."""
        return [a for a in self.answers if a.acts and not a.about("preference") and not a.clear]

    def table(self):
        """One row per change, or one per assumption and kind without any (`value` is NaN), as a data frame."""
        import pandas as pd

        kinds = ("preference",) if self.is_baseline else ("preference", "verdict")
        records = []
        for a in self.answers:
            shared = {"assumption": a.row.key, "unit": a.row.unit, "central": a.row.value, "range_low": a.low, "range_high": a.high,
                      "acts": a.acts, "closest_rp": a.closest_rp, "closest_at": a.closest_at, "rival": a.rival, "clear": a.clear}
            for kind in kinds:
                none = {"about": kind, "value": np.nan, "low": np.nan, "high": np.nan, "below": "", "above": "", "distance": np.nan}
                records += [shared | vars(s) for s in a.switches if s.about == kind] or [shared | none]
        return pd.DataFrame(records)

    def structure_table(self):
        """The choice under every structural alternative, as a data frame."""
        import pandas as pd

        return pd.DataFrame([vars(a) for a in self.alternatives])

    def frontier_table(self):
        """Preferred scenario by willingness to pay: from - to, with the 90 % interval of `from`, as a data frame."""
        import pandas as pd

        return pd.DataFrame([vars(s) for s in self.frontier])

    def sentence(self, lang: str = "id") -> str:
        """What would change the choice, nearest first."""
        from simulation.present.switching_views import switching_sentence

        return switching_sentence(self, lang)


def switching_values(scenarios: Sequence, city: City, assumptions: Assumptions, willingness_rp: float, draws: int = 256,
                     keys: Sequence[str] | None = None, executor: Executor | None = None,
                     progress: Progress | None = None) -> SwitchingValues:
    """The values of the assumptions at which the preferred scenario changes.

    Args:
        scenarios: two or more with the same seed and catalogue; the first is the baseline of the verdict.
        willingness_rp: rupiah per IKM point of the last common year.
        draws: futures; the sampling error of each value is told.
        keys: the assumptions to ask about; None asks about all that have a range.
        executor: anything with the `concurrent.futures` interface.
        progress: told (done, total) in thousandths.

    Raises:
        InputError: no two scenarios, other seeds or catalogues, a willingness that is not a number from 0 up, bad `draws`,
            an assumption that is unknown or has no range.
    """
    scenarios = checked_choice(scenarios, willingness_rp)
    rows, bar = _asked(assumptions, keys), Bar(progress)
    choice = recommend(futures(scenarios, city, assumptions, draws, executor, bar.to(30)), willingness_rp)
    alternatives = _alternatives(choice, executor, bar.to(100))
    search = Search(Held(choice.futures, executor), choice, bar)
    answers = _answers(rows, search)
    bar.end()
    return SwitchingValues(choice, tuple(answers), tuple(alternatives), frontier(choice.futures, choice.willingness_rp, Z90))


def _asked(assumptions: Assumptions, keys: Sequence[str] | None) -> list[Assumption]:
    """The rows to ask about, in the order of the ledger."""
    known = [row for row in assumptions.parameters if row.range[0] < row.range[1]]
    names = [row.key for row in known]
    problems = [unknown("switching_no_range", key, names) for key in keys or () if key not in names]
    if problems:
        raise InputError(problems)
    return known if keys is None else [row for row in known if row.key in keys]


def _alternatives(choice: Recommendation, executor: Executor | None, progress: Progress | None) -> list[Alternative]:
    """The choice under each option of each structural switch, one switch at a time."""
    base, found = choice.futures, []
    switches = [(s.key, option.id) for s in base.assumptions.ledger.structure for option in s.options]
    others = [(key, option) for key, option in switches if base.assumptions.structure[key] != option]
    for key, option in switches:
        chosen = base.assumptions.structure[key] == option
        step = part(progress, others.index((key, option)), len(others)) if not chosen else None
        other = base if chosen else under(base, {key: option}, executor, step)
        there = recommend(other, choice.willingness_rp)
        gain = other.ikm[choice.order[0]] - other.ikm[0]
        verdict = verdict_of(gain, base.assumptions["smallest_difference"].value)[2]
        benefit = other.net_benefit_rp(choice.willingness_rp)
        lead, error = mean_error(benefit[there.order[0]] - benefit[there.order[1]])
        found.append(Alternative(key, option, chosen, there.preferred.key, lead, lead > Z90 * error, verdict))
    return found


def under(base: Futures, structure: dict[str, str], executor: Executor | None = None, progress: Progress | None = None) -> Futures:
    """The same scenarios in the same futures under another structure."""
    return at_points(base.scenarios, base.city, base.assumptions.replace(structure=structure), base.points, executor, progress)


def _answers(rows: Sequence[Assumption], search: Search) -> list[Answer]:
    """What each row can do to the choice."""
    keys = [row.key for row in rows]
    search.look(keys)
    of_preference, of_verdict = search.closer([k for k in keys if k in search.acting or k == "smallest_difference"])
    preference = search.narrow(of_preference, "preference")
    verdict = search.narrow(of_verdict, "verdict")
    return [_answer(row, search, preference.get(row.key, []), verdict.get(row.key, [])) for row in rows]


def _answer(row: Assumption, search: Search, preference: list[Crossing], verdict: list[Crossing]) -> Answer:
    acts, base = row.key in search.acting, search.held.base
    switches = [_switch(row, search, "preference", c, base.keys) for c in preference]
    switches += [_switch(row, search, "verdict", c, VERDICTS) for c in verdict]
    lead, error, at, rival = search.closest(row.key)
    return Answer(row, *ends(row), acts, tuple(switches), lead, value_at(row, at) if acts else row.value, base.keys[rival],
                  bool(abs(lead) > Z90 * error))


def _switch(row: Assumption, search: Search, about: str, crossing: Crossing, names: Sequence[str]) -> Switch:
    positions, z = search.lead_along(row.key, about, crossing)
    low, high = uncertain_stretch(crossing.position, positions, z, Z90)
    value, (first, last) = value_at(row, crossing.position), ends(row)
    return Switch(about, value, value_at(row, low), value_at(row, high), names[crossing.below], names[crossing.above],
                  (value - row.value) / (last - first))


def checked_choice(scenarios: Sequence, willingness_rp) -> tuple:
    """The scenarios to choose from.

    Raises:
        InputError: fewer than two, or a willingness to pay that is not a number from 0 up.
    """
    found = []
    if len(scenarios) < 2:
        found.append(Problem("two_scenarios", {"found": str(len(scenarios))}))
    if isinstance(willingness_rp, bool) or not isinstance(willingness_rp, (int, float)) or not 0.0 <= willingness_rp < 1e15:
        found.append(Problem("willingness", {"found": shown(willingness_rp)}))
    if found:
        raise InputError(found)
    return tuple(scenarios)
