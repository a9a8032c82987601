"""The search: measure what classes bring, let the solver choose, run the choice, measure again around it, until it stays.

Screening drops forms that bring clearly less per rupiah than others for every kind of unit. What is left is measured in every year
at a few sizes, which makes the first integer programme; each later one works with gains measured at the plan at hand and may move
only a part of the classes, since gains of different courses are not independent.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

import numpy as np

from simulation.analysis.allocation.bench import Bench, Told
from simulation.analysis.allocation.choices import Choices, Form, forms_of
from simulation.analysis.allocation.objective import Objective
from simulation.analysis.allocation.rows import Move, Steps
from simulation.analysis.allocation.solver import Gains

KEPT = 2  # forms kept for a kind of unit, the best by gain per rupiah
CLOSE = 0.6  # of the best gain per rupiah of the kind; what brings less at the start is dropped, unless among the best few
REFRESHERS = (6, 12)
FEW = 100  # pairs of form and kind, times years: with so few, all are measured


@dataclass(frozen=True, eq=False)
class Measured:
    """Steps with what they bring on the bench.

    Attributes:
        steps: the steps.
        ikm: what one class changes in the mean IKM of each unit, (steps, units, draws). hours, standard: in the citizens' hours
            (negative) and the share of staff at the standard, (steps, draws).
        now: what the plan at hand brings, one plan.
    """

    steps: Steps
    ikm: np.ndarray
    hours: np.ndarray
    standard: np.ndarray
    now: Told


def worth(bench: Bench, objective: Objective, ikm: np.ndarray, hours: np.ndarray, standard: np.ndarray) -> np.ndarray:
    """Objective but for the worst unit, of IKM by unit (..., units, draws) and hours and standard (..., draws)."""
    users = bench.gathered.users / bench.gathered.users.sum()
    return (objective.weight("ikm") * np.einsum("u,...ud->...d", users, ikm) + objective.weight("hours_saved") * hours
            + objective.weight("standard") * standard)


def scores(bench: Bench, told: Told, objective: Objective | None = None) -> np.ndarray:
    """Objective of plans, (plans, draws); only differences mean anything."""
    objective = objective or bench.objective
    return (worth(bench, objective, told.ikm, told.hours.sum(axis=1), told.standard.sum(axis=1))
            + objective.weight("worst_unit") * told.ikm.min(axis=1))


def gains_of(bench: Bench, measured: Measured, objective: Objective | None = None, draws: np.ndarray | None = None) -> Gains:
    """The measured steps as the solver reads them, mean over the draws or over some of them.

    Rounded at the tenth digit, so that the order in which a file lists its units cannot decide between equals.
    """
    objective, draws = objective or bench.objective, slice(None) if draws is None else draws
    value = worth(bench, objective, measured.ikm, measured.hours, measured.standard)[:, draws].mean(axis=1)
    of_units = measured.ikm[:, :, draws].mean(axis=2)
    scale = np.abs(value).max(initial=0.0) or 1.0
    value = np.round(value / scale, 10) * scale
    start = _first(measured.steps)
    return Gains(_falling(value, measured.steps, start), np.round(of_units, 12), measured.now.ikm[0][:, draws].mean(axis=1), objective.weight("worst_unit"))


def _first(steps: Steps) -> list[list[int]]:
    """Steps of one choice and year, in the order in which they have to be taken: down before up."""
    order = sorted(range(len(steps)), key=lambda i: (steps.choice[i], steps.year[i], i))
    return [list(group) for _, group in groupby(order, key=lambda i: (steps.choice[i], steps.year[i]))]


def _falling(value: np.ndarray, steps: Steps, runs: list[list[int]]) -> np.ndarray:
    """Gains that never rise from one step to the next of the same choice, so that the solver takes them in order."""
    value = value.copy()
    for run in runs:
        up = [i for i in run if steps.sign[i] > 0]
        downs = [i for i in run if steps.sign[i] < 0 and steps.delta[i].sum() < 0]
        for before, after in pairwise(up):
            value[after] = min(value[after], value[before])
        for down in downs:
            if up and value[up[0]] > -value[down]:  # taking one away and adding it again must not pay
                value[up[0]], value[down] = 0.5 * (value[up[0]] - value[down]) * np.array([1.0, -1.0])
    return value


def per_rupiah(bench: Bench, choices: Choices, plans: Sequence[np.ndarray], objectives: Sequence[Objective],
               executor: Executor | None) -> np.ndarray:
    """Gain per rupiah of plans of one form each, by kind of unit, (objectives, plans, kinds)."""
    none = np.zeros((len(choices), bench.draft.years), dtype=int)
    told = bench.measure(choices, [none, *plans], executor)
    ikm, kinds = (told.ikm[1:] - told.ikm[:1]), bench.gathered.unit_kind
    found = np.full((len(objectives), len(plans), len(bench.city.kinds)), -np.inf)
    for k in range(len(bench.city.kinds)):
        mine = np.flatnonzero(choices.kinds == k)
        cost = np.array([(choices.price_rp[mine] @ plan[mine]).sum() for plan in plans])
        only = ikm * (kinds == k)[:, None]
        for o, objective in enumerate(objectives):
            gain = worth(bench, objective, only, told.hours[1:, k] - told.hours[:1, k], told.standard[1:, k] - told.standard[:1, k])
            gain = gain + objective.weight("worst_unit") * only.sum(axis=1) / len(kinds)  # any unit may turn out to be the worst
            found[o, :, k] = np.where(cost > 0, gain.mean(axis=1) / np.maximum(cost, 1.0), -np.inf)
    return found


def screen(bench: Bench, executor: Executor | None = None, step=lambda: None) -> set[tuple[Form, int]]:
    """Pairs (form, kind of unit) worth a closer look for any indicator of the objective: first without a refresher, then with.

    Where there are few pairs and years anyway, none is dropped.
    """
    everything = [replace(form, refresher_months=months) for form in forms_of(bench.draft.catalogue) for months in (0, *REFRESHERS)]
    choices = bench.every_kind(everything)
    if len(choices) * bench.draft.years <= FEW:
        return set(zip(choices.forms, choices.kinds.tolist(), strict=True))
    year = max(0, bench.draft.years - 2)  # late enough to matter at the end, early enough for a refresher to come
    objectives = [Objective({name: 1.0}, bench.objective.year) for name in sorted(bench.objective.weights)]

    def rate(forms: Sequence[Form]) -> list[dict[Form, np.ndarray]]:
        choices = bench.every_kind(forms)
        plans = [_third(choices, form, year, bench.draft.years) for form in forms]
        rates = per_rupiah(bench, choices, plans, objectives, executor)
        step()
        return [dict(zip(forms, part, strict=True)) for part in rates]

    plain = rate(forms_of(bench.draft.catalogue))
    kept = sorted({form for part in plain for form, _ in _best(part)})
    again = rate([replace(form, refresher_months=months) for form in kept for months in REFRESHERS]) if kept else [{}] * len(plain)
    return set().union(*(_best(first | second) for first, second in zip(plain, again, strict=True)))


def _third(choices: Choices, form: Form, year: int, years: int) -> np.ndarray:
    """A third of the people of every kind in one form in one year."""
    plan = np.zeros((len(choices), years), dtype=int)
    mine = np.array([f == form for f in choices.forms])
    plan[mine, year] = np.maximum(1, choices.front[mine] // 3)
    return plan


def _best(rates: dict[Form, np.ndarray]) -> set[tuple[Form, int]]:
    """Pairs (form, kind) worth measuring: of every programme the best form, with and without a refresher, for each kind."""
    found = set()
    for k in range(len(next(iter(rates.values())))):
        best = {(programme, again): max((form for form in rates if form.programme == programme and (form.refresher_months > 0) == again),
                                        key=lambda form: (rates[form][k], form), default=None)
                for programme in {form.programme for form in rates} for again in (False, True)}
        forms = sorted((form for form in best.values() if form), key=lambda form: (-rates[form][k], form))
        good = CLOSE * max((rates[form][k] for form in forms), default=0.0)
        found |= {(form, k) for place, form in enumerate(forms) if rates[form][k] > 0 and (place < KEPT or rates[form][k] >= good)}
    return found


def table(bench: Bench, choices: Choices, executor: Executor | None = None) -> Measured:
    """What a third, two thirds and all of the people bring in every year, from no training at all."""
    moves: list[Move] = []
    for c, (front, most) in enumerate(zip(choices.front.tolist(), choices.most.tolist(), strict=True)):
        sizes = sorted({-(-front // 3), -(-2 * front // 3), front, most} - {0})
        for year in range(bench.draft.years):
            for low, high in pairwise([0, *sizes]):
                moves.append(Move(c, year, low, high, len(moves) - 1 if low else None))
    return _measured(bench, choices, np.zeros((len(choices), bench.draft.years), dtype=int), moves, executor)


def around(bench: Bench, choices: Choices, plan: np.ndarray, trust: float, executor: Executor | None = None, fewer: bool = True) -> Measured:
    """What some classes more, or `fewer`, bring at a plan; at most a share `trust` of everyone's classes, all of them for 1."""
    return _measured(bench, choices, plan, moves_around(choices, plan, trust, fewer), executor)


def moves_around(choices: Choices, plan: np.ndarray, trust: float, fewer: bool = True) -> list[Move]:
    """Some classes more, fewer or exchanged for another form, from a plan at hand; arguments as `around`."""
    reach = np.maximum(1, np.rint(trust * choices.front).astype(int)) if trust < 1.0 else choices.most
    moves = []
    for c in range(len(choices)):
        for year, now in enumerate(plan[c].tolist()):
            ends = {min(now + reach[c], choices.most[c]), max(now - reach[c], 0) if fewer else now} - {now}
            moves += [Move(c, year, now, int(end)) for end in sorted(ends, reverse=True)]
            if fewer and now:
                moves += [Move(c, year, now, int(max(now - reach[c], 0)), gives=other) for other in _other_forms(choices, c)]
    return moves


def _other_forms(choices: Choices, choice: int) -> list[int]:
    """The other forms of the same programme for the same kind of unit."""
    same = (choices.programme == choices.programme[choice]) & (choices.kinds == choices.kinds[choice])
    return [int(c) for c in np.flatnonzero(same) if c != choice]


def _measured(bench: Bench, choices: Choices, start: np.ndarray, moves: Sequence[Move], executor: Executor | None) -> Measured:
    """Run the moves, one of every kind of unit in each plan, and read what each changes for its kind."""
    plans, runs, used = [], [], dict.fromkeys(range(len(bench.city.kinds)), 0)
    for move in moves:
        kind = int(choices.kinds[move.choice])
        if used[kind] == len(plans):
            plans.append(start.copy())
        move.apply(plans[used[kind]])
        runs.append(used[kind] + 1)
        used[kind] += 1
    told = bench.measure(choices, [start, *plans], executor)
    after = np.array(runs, dtype=int)
    before = np.array([0 if move.after is None else runs[move.after] for move in moves], dtype=int)
    steps = Steps.of(choices, start, moves)
    kind, some = choices.kinds[steps.choice], steps.most.astype(float)
    ikm = (told.ikm[after] - told.ikm[before]) * (bench.gathered.unit_kind == kind[:, None])[:, :, None] / some[:, None, None]
    hours, standard = ((part[after, kind] - part[before, kind]) / some[:, None] for part in (told.hours, told.standard))
    return Measured(steps, ikm, hours, standard, told[:1])
