"""Who sits in class under a plan, and what each step changes of that, by the engine's own seating.

Whoever had a turn waits, so the people whom one more class reaches depend on all classes of the programme, and seats of one year
change who is asked in the next. Straight lines from nothing miss that; changes counted at the plan at hand do not, as long as few
classes of one programme and kind of unit move at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.analysis.allocation.bench import Bench
from simulation.analysis.allocation.choices import Choices
from simulation.analysis.allocation.limits import Limits
from simulation.analysis.allocation.rows import Row, Steps
from simulation.model.training import QUARTERS_PER_YEAR as Q

PEOPLE = ("in_class", "pppk_above_ceiling", "pns_reaching_20jp", "reached", "money_for_front_line")  # limits counted here
ROUNDING = 1e-7  # of a share; well inside what counts as kept


def asked(limits: Limits) -> bool:
    """Whether a limit speaks of who sits in class."""
    return (limits.in_class < 1.0 or limits.pppk_above_ceiling < 1.0 or limits.pns_reaching_20jp > 0.0 or limits.money_for_front_line > 0.0)


@dataclass(frozen=True, eq=False)
class Count:
    """People under a plan, or what one class of each step adds; all but the last axes are those of the question.

    Attributes:
        front: front line of each kind of unit that sits in class, people, (..., quarters, kinds).
        reached: seats of each row in units of the yearly entitlement, share of its people, (..., years, rows).
        above: PPPK in courses that alone pass their ceiling, people, (..., years).
        money: rupiah for seats of the front line, (...).
    """

    front: np.ndarray
    reached: np.ndarray
    above: np.ndarray
    money: np.ndarray

    def __add__(self, other: Count) -> Count:
        return Count(*(getattr(self, name) + getattr(other, name) for name in vars(self)))


def counted(bench: Bench, choices: Choices, plan: np.ndarray) -> Count:
    """The people of a plan, whole classes (choices, years)."""
    total = _nobody(bench)
    for mine in _pairs(choices, plan.any(axis=1)):
        total = total + _of_pair(bench, choices, mine, plan[mine])
    return total


def changed(bench: Bench, choices: Choices, steps: Steps) -> Count:
    """What one class of each step adds to the people of the plan at hand, the mean over the step's classes."""
    found, start = [], steps.start
    same = {(int(choices.programme[c]), int(choices.kinds[c])): mine for mine in _pairs(choices, np.ones(len(choices), dtype=bool)) for c in mine[:1]}
    before = {key: _of_pair(bench, choices, mine, start[mine]) for key, mine in same.items()}
    for i, c in enumerate(steps.choice.tolist()):
        key = int(choices.programme[c]), int(choices.kinds[c])
        after = start[same[key]].copy()
        after[:, steps.year[i]] += np.rint(steps.delta[i, same[key]] * steps.most[i]).astype(int)
        now, then, most = before[key], _of_pair(bench, choices, same[key], after), float(steps.most[i])
        found.append([(getattr(then, name) - getattr(now, name)) / most for name in vars(now)])
    nobody = _nobody(bench)
    parts = zip(*found, strict=True) if found else [[]] * len(vars(nobody))
    return Count(*(np.array(part).reshape(len(steps), *np.shape(none)) for part, none in zip(parts, vars(nobody).values(), strict=True)))


def _pairs(choices: Choices, some: np.ndarray) -> list[np.ndarray]:
    """Positions of the choices of each programme and kind of unit among some of them."""
    keys = sorted(set(zip(choices.programme[some].tolist(), choices.kinds[some].tolist(), strict=True)))
    return [np.flatnonzero((choices.programme == p) & (choices.kinds == k) & some) for p, k in keys]


def _nobody(bench: Bench) -> Count:
    years, people = bench.draft.years, bench.gathered.people
    return Count(np.zeros((years * Q, len(people.kinds))), np.zeros((years, len(people.heads))), np.zeros(years), np.zeros(()))


def _of_pair(bench: Bench, choices: Choices, mine: np.ndarray, classes: np.ndarray) -> Count:
    """People in all forms of one programme for one kind of unit; remembered, since the search asks again and again."""
    held = classes.any(axis=1)
    mine, classes = mine[held], classes[held]
    if not len(mine):
        return _nobody(bench)
    key = ("count", *((choices.forms[c], int(choices.kinds[c]), *by_year) for c, by_year in zip(mine, classes.tolist(), strict=True)))
    if key not in bench.known:
        bench.known[key] = _people(bench, choices, mine, bench.seated(choices, mine, classes))
    return bench.known[key]


def _people(bench: Bench, choices: Choices, mine: np.ndarray, share: np.ndarray) -> Count:
    """Shares of each row in class, (choices, quarters, rows), as people."""
    people, years, ledger = bench.gathered.people, bench.draft.years, bench.ledger
    kind = int(choices.kinds[mine[0]])
    front_heads = people.heads * (people.cell_group == people.group("frontline"))
    front = np.zeros((years * Q, len(people.kinds)))
    front[:, kind] = share.sum(axis=0) @ front_heads
    hours = choices.hours_jp[mine]
    entitlement, ceiling, part = ledger["jp_entitlement"].value, ledger["pppk_ceiling"].value, choices.draft.catalogue.terms["refresher_share"]
    again = _refreshers(choices, mine, share)
    by_year, again = (some.reshape(len(mine), years, Q, -1).sum(axis=2) for some in (share, again))
    reached = np.einsum("cyr,c->yr", by_year, np.minimum(1.0, hours / entitlement)) + np.einsum("cyr,c->yr", again, np.minimum(1.0, hours * part / entitlement))
    above = (by_year[hours > ceiling].sum(axis=0) + again[hours * part > ceiling].sum(axis=0)) @ people.pppk
    money = (by_year.sum(axis=1) @ front_heads) @ (choices.price_rp[mine] / choices.class_size[mine])
    return Count(front, reached, above, np.asarray(money))


def _refreshers(choices: Choices, mine: np.ndarray, share: np.ndarray) -> np.ndarray:
    """The same people when their refresher comes, (choices, quarters, rows)."""
    again = np.zeros_like(share)
    for i, c in enumerate(mine):
        lag = choices.forms[c].refresher_months // 3
        if 0 < lag < share.shape[1]:
            again[i, lag:] = share[i, :-lag]
    return again


def people_rows(bench: Bench, choices: Choices, steps: Steps, limits: Limits) -> list[Row]:
    """The limits that speak of people, around the plan at hand, all in shares, so that what is broken can be added up as in `excess`."""
    now, by_step, people = counted(bench, choices, steps.start), changed(bench, choices, steps), bench.gathered.people
    years, found = bench.draft.years, []
    if limits.in_class < 1.0:
        for k, heads in enumerate(_front_line(people)):
            found += [Row(("in_class", people.kinds[k], q), by_step.front[:, q, k] / heads, -np.inf, limits.in_class - now.front[q, k] / heads)
                      for q in range(years * Q) if heads and (by_step.front[:, q, k].any() or now.front[q, k] > 0)]
    if limits.pppk_above_ceiling < 1.0:
        all_pppk = max(people.pppk.sum(), 1)
        found += [Row(("pppk_above_ceiling", y), by_step.above[:, y] / all_pppk, -np.inf, limits.pppk_above_ceiling - now.above[y] / all_pppk)
                  for y in range(years)]
    if limits.pns_reaching_20jp > 0.0:
        found += _entitlement(people, now.reached, by_step.reached, limits.pns_reaching_20jp)
    if limits.money_for_front_line > 0.0:
        share, price, spent = limits.money_for_front_line, steps.delta @ choices.price_rp, float((choices.price_rp @ steps.start).sum())
        unit = max(spent, choices.price_rp.max(initial=1.0))
        found.append(Row(("money_for_front_line",), (by_step.money - share * price) / unit, (share * spent - now.money) / unit, np.inf))
    return found


def _entitlement(people, now: np.ndarray, by_step: np.ndarray, share: float):
    """PNS who can reach their hours, at most everyone of a row: a helper for each row and year says how much of it counts."""
    for y in range(len(now)):
        for row in np.flatnonzero(people.heads):
            helper = np.zeros(now.shape)
            helper[y, row] = -1.0
            yield Row(("reached", y, int(row)), by_step[:, y, row], -now[y, row], np.inf, helper)
        helper = np.zeros(now.shape)
        helper[y] = people.pns / max(people.pns.sum(), 1)
        yield Row(("pns_reaching_20jp", y), np.zeros(len(by_step)), share if people.pns.any() else 0.0, np.inf, helper)


def excess(bench: Bench, choices: Choices, plan: np.ndarray, limits: Limits) -> float:
    """By how much a plan breaks the limits that speak of people, shares added up over kinds, quarters and years; 0 if it keeps them."""
    if not asked(limits):
        return 0.0
    now, people, over = counted(bench, choices, plan), bench.gathered.people, []
    heads = _front_line(people)
    if limits.in_class < 1.0:
        over.append(now.front[:, heads > 0] / heads[heads > 0] - limits.in_class)
    if limits.pppk_above_ceiling < 1.0:
        over.append(now.above / max(people.pppk.sum(), 1) - limits.pppk_above_ceiling)
    if limits.pns_reaching_20jp > 0.0:
        over.append(limits.pns_reaching_20jp - np.minimum(1.0, now.reached) @ people.pns / max(people.pns.sum(), 1))
    cost = float((choices.price_rp @ plan).sum())
    if limits.money_for_front_line > 0.0 and cost > 0.0:
        over.append(np.array([limits.money_for_front_line - now.money / cost]))
    return float(sum(np.where(part > ROUNDING, part, 0.0).sum() for part in over))


def _front_line(people) -> np.ndarray:
    """Front-line people of each kind of unit, (kinds,)."""
    front = people.heads * (people.cell_group == people.group("frontline"))
    return np.bincount(people.unit_kind[people.cell_unit], front, len(people.kinds))
