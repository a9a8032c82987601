"""The integer programme: which steps to take, by scipy's HiGHS, and which limits clash when there is no way."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from simulation.analysis.allocation.quiet import quiet
from simulation.analysis.allocation.rows import Row, Steps

GAP = 0.1  # of what the steps around a plan bring, a percent or less of all it brings; what the solver may leave on the table
# branches at most, fewer where the plan at hand breaks limits and is measured again anyway, many where the question is whether there is any plan: counts and not times, so that the same problem always
# ends at the same plan
NODES, FEWER, MANY = 300, 40, 20_000
SERIOUS = 30.0  # times everything that steps can bring: what breaking a limit by all people costs
ALWAYS = ("once", "room", "reached", "stock")  # what people cannot do, or bookkeeping; never a limit somebody chose


@dataclass(frozen=True)
class Gains:
    """What one class of each step brings.

    Attributes:
        value: the objective but for the worst unit, (steps,).
        of_units: mean IKM of each unit, (steps, units); only read when the worst unit counts.
        units_now: mean IKM of each unit under the plan at hand, (units,). worst: worth of a point of the worst unit.
    """

    value: np.ndarray
    of_units: np.ndarray
    units_now: np.ndarray
    worst: float = 0.0


@dataclass(frozen=True)
class Solution:
    """What the solver says.

    Attributes:
        plan: whole classes, (choices, years); None if no plan keeps the limits.
        gain: predicted change of the objective. bound: no plan made of these steps can bring more.
    """

    plan: np.ndarray | None
    gain: float
    bound: float


def solve(steps: Steps, gains: Gains, rows: Sequence[Row], floor: float | None = None, gap: float = GAP, cost: np.ndarray | None = None,
          nodes: int = NODES, soft: Collection[str] = ()) -> Solution:
    """The steps that bring the most within the limits.

    Args:
        steps, gains, rows: the problem.
        floor: smallest gain that is accepted; then `cost` is made as small as possible instead.
        gap: relative gap at which to stop.
        cost: what each step costs in the second case, (steps,). nodes: branches at most.
        soft: sorts of limits that may be broken; by how much counts before any gain.
    """
    problem = _Problem(steps, gains, rows, soft)
    if not problem.size:
        return Solution(steps.start, 0.0, 0.0)
    if floor is None:
        found = problem.run(problem.breaking - problem.worth, gap, min(nodes, FEWER) if problem.slack else nodes)
    else:
        extra = [(problem.worth, floor, np.inf)]
        found = problem.run(np.concatenate([cost, np.zeros(problem.size - len(steps))]), gap, nodes, extra)
    if found.x is None:
        return Solution(None, -np.inf, -np.inf)
    counts = np.rint(found.x[:len(steps)])
    gain = float(problem.worth @ found.x)
    bound = -found.mip_dual_bound if floor is None and found.mip_dual_bound is not None else gain
    return Solution(steps.plan(counts), gain, max(float(bound), gain))


class _Problem:
    """The matrices: first the steps, then shares of people who reach their hours, then the worst unit."""

    def __init__(self, steps: Steps, gains: Gains, rows: Sequence[Row], soft: Collection[str] = ()):
        self.helpers = next((row.reached.size for row in rows if row.reached is not None), 0)
        self.worst = len(steps) + self.helpers
        self.slack = {i: self.worst + (gains.worst > 0) + place for place, i in enumerate(i for i, row in enumerate(rows) if row.name[0] in soft)}
        self.size = self.worst + (gains.worst > 0) + len(self.slack)
        self.steps, self.gains, self.rows = steps, gains, rows
        self.worth = np.zeros(self.size)
        self.worth[:len(steps)] = gains.value
        if gains.worst > 0:
            self.worth[self.worst] = gains.worst
        self.breaking = np.zeros(self.size)
        self.breaking[list(self.slack.values())] = SERIOUS * (float(np.abs(gains.value * steps.most).sum()) or 1.0)
        self.lines = [self._line(row, self.slack.get(i)) for i, row in enumerate(rows)]
        if gains.worst > 0:
            above = gains.units_now - gains.units_now.min()
            self.lines += [(self._wide(-gains.of_units[:, u], last=1.0), -np.inf, above[u]) for u in range(len(above))]

    def _wide(self, coefficients: np.ndarray, reached: np.ndarray | None = None, last: float = 0.0) -> np.ndarray:
        line = np.zeros(self.size)
        line[:len(self.steps)] = coefficients
        if reached is not None:
            line[len(self.steps):len(self.steps) + self.helpers] = reached.reshape(-1)
        if last:
            line[self.worst] = last
        return line

    def _line(self, row: Row, may_break: int | None):
        scale = max(np.abs(row.coefficients).max(initial=0.0), np.abs(row.reached).max(initial=0.0) if row.reached is not None else 0.0) or 1.0
        slack = 1e-9 * max(abs(row.high), 1.0) if np.isfinite(row.high) and row.name[0] != "budget" else 0.0
        line = self._wide(row.coefficients, row.reached) / scale
        if may_break is not None:
            line[may_break] = (-1.0 if np.isfinite(row.high) else 1.0) / scale  # such a limit has one side
        return line, row.low / scale, (row.high + slack) / scale

    def run(self, cost: np.ndarray, gap: float, nodes: int, extra=()):
        """Make `cost` as small as possible."""
        lines = [*self.lines, *extra]
        n, rest = len(self.steps), self.size - self.worst
        whole = np.concatenate([np.ones(n), np.zeros(self.size - n)])
        most = np.concatenate([self.steps.most, np.ones(self.helpers), np.full(rest, np.inf)])
        low = np.zeros(self.size)
        if self.gains.worst > 0:
            low[self.worst] = -np.inf
        matrix = csr_array(np.array([line for line, _, _ in lines]).reshape(len(lines), self.size))
        limits = LinearConstraint(matrix, [line[1] for line in lines], [line[2] for line in lines])
        scale = np.abs(cost).max(initial=0.0) or 1.0  # without presolve, which is no faster here
        with quiet():
            found = milp(cost / scale, integrality=whole, bounds=Bounds(low, most), constraints=limits,
                         options={"mip_rel_gap": gap, "node_limit": nodes, "presolve": False})
        if found.mip_dual_bound is not None:
            found.mip_dual_bound *= scale
        return found


def clash(steps: Steps, rows: Sequence[Row]) -> list[tuple]:
    """The smallest set of limits that cannot be kept together: each of them, left out alone, would let a plan through.

    Limits of the same sort in several years are one. Found by leaving them out one after the other (deletion filter); the answer
    is smallest in that nothing can be left out of it, and another one as small may exist.
    """
    sorts = list(dict.fromkeys(_sort(row) for row in rows if row.name[0] not in ALWAYS))
    nothing = Gains(np.zeros(len(steps)), np.zeros((len(steps), 0)), np.zeros(0))

    def possible(kept) -> bool:
        return solve(steps, nothing, [row for row in rows if row.name[0] in ALWAYS or _sort(row) in kept], nodes=MANY).plan is not None

    if possible(sorts):
        return []
    for sort in list(sorts):
        fewer = [other for other in sorts if other != sort]
        if not possible(fewer):
            sorts = fewer
    return sorts


def _sort(row: Row) -> tuple:
    """A limit without its year."""
    return (row.name[0], *(part for part in row.name[1:] if isinstance(part, str)))


def greedy(steps: Steps, gains: Gains, price: np.ndarray, rows: Sequence[Row]) -> np.ndarray:
    """Buy class after class where a rupiah brings the most, as long as no upper limit is passed, (choices, years).

    Args:
        price: rupiah of one class of each step, (steps,).
    """
    upper = [row for row in rows if np.isfinite(row.high) and row.reached is None]
    left = np.array([row.high for row in upper])
    use = np.array([row.coefficients for row in upper]).reshape(len(upper), len(steps))
    counts = np.zeros(len(steps))
    for step in np.argsort(-gains.value / price, kind="stable"):
        if gains.value[step] <= 0:
            break
        takes = use[:, step] > 0
        fits = np.floor((left[takes] / use[takes, step]) + 1e-9).min(initial=np.inf)
        counts[step] = max(0.0, min(fits, steps.most[step]))
        left = left - use[:, step] * counts[step]
    return steps.plan(counts)
