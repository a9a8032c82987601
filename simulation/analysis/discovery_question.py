"""What is asked of scenario discovery: which plan, what counts as a miss, and on which assumptions limits may be set."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from simulation.analysis.futures import Futures
from simulation.assumptions import Assumption, Assumptions
from simulation.draws import luck_name, row_name
from simulation.errors import InputError, Problem, shown, unknown
from simulation.scenario import Scenario

FEWEST = 30  # misses, and futures without one: half of them choose the box and half judge it
MORE, LESS = ("ikm", "worst_unit_ikm", "net_benefit_rp"), ("waiting_minutes", "hours_waited", "cost_rp")  # which way is better
SPREAD = "programme_sd"  # the row that says how far programmes differ from what their format promises


@dataclass(frozen=True)
class Thing:
    """Something uncertain on which a limit can be set.

    Attributes:
        key: of the ledger's row, or id of the programme. kind: "assumption" or "luck". grade: of the row, or of `SPREAD`.
        row: how its values are spread; None for a standard normal score.
    """

    key: str
    kind: str
    grade: str
    row: Assumption | None

    def value(self, u: float) -> float:
        """The value at a probability."""
        return float(ndtri(u) if self.row is None else self.row.quantile(np.array([u]))[0])


@dataclass(frozen=True)
class Question:
    """A plan, and what it should reach.

    Attributes:
        plan, baseline: compared. indicator, target: least (or, where less is better, largest) difference wanted.
        willingness_rp: rupiah per IKM point, for net benefit. assumptions: the ledger before the plan's own overrides.
        things: what limits can be set on, in the order of the points searched.
    """

    plan: Scenario
    baseline: Scenario
    indicator: str
    target: float
    willingness_rp: float | None
    assumptions: Assumptions
    things: tuple[Thing, ...]

    def row(self, key: str) -> Assumption | None:
        """The ledger's row of an assumption as it is spread here; None for a programme's own effect."""
        return next((thing.row for thing in self.things if thing.key == key and thing.kind == "assumption"), None)


def asked(futures: Futures, scenario_key: str, target, baseline: str | None, indicator: str, willingness_rp, most_boxes, resamples,
          seed) -> tuple[Question, np.ndarray, np.ndarray, int]:
    """The question with the points to search and the misses; see `discover` for the arguments.

    Returns:
        question, probabilities (things, draws), misses (draws,), seed.

    Raises:
        InputError: everything that cannot be used.
    """
    _check(futures, scenario_key, target, baseline, indicator, willingness_rp, most_boxes, resamples, seed)
    i, j = futures.keys.index(scenario_key), 0 if baseline is None else futures.keys.index(baseline)
    plan, other = futures.scenarios[i], futures.scenarios[j]
    if target is None:
        target = futures.assumptions["smallest_difference"].value if indicator in ("ikm", "worst_unit_ikm") else 0.0
    reached = futures.net_benefit_rp(willingness_rp) if indicator == "net_benefit_rp" else getattr(futures, indicator)
    difference = reached[i] - reached[j]
    missed = difference < target if indicator in MORE else difference > target
    things = _things(futures, plan, other)
    question = Question(plan, other, indicator, float(target), willingness_rp, futures.assumptions, tuple(things))
    x = futures.points.of([(luck_name if thing.kind == "luck" else row_name)(thing.key) for thing in things])
    return question, x, missed, plan.seed if seed is None else int(seed)


def _things(futures: Futures, plan: Scenario, other: Scenario) -> list[Thing]:
    """What varies between the futures of the two.

    A row that the plan holds fixed is spread as in the baseline, if it varies there; programmes that neither buys are left out.
    """
    ledgers = [futures.assumptions.replace(one.overrides, one.structure) for one in (plan, other)]
    varying = [next((p for p in rows if p.varies), None) for rows in zip(*(ledger.parameters for ledger in ledgers), strict=True)]
    grade = futures.assumptions[SPREAD].grade
    return [*(Thing(p.key, "assumption", p.grade, p) for p in varying if p),
            *(Thing(name, "luck", grade, None) for name in dict.fromkeys((*plan.bought, *other.bought)))]


def _check(futures: Futures, scenario_key, target, baseline, indicator, willingness_rp, most_boxes, resamples, seed) -> None:
    named = [scenario_key] if baseline is None else [scenario_key, baseline]
    problems = [unknown("unknown_scenario", key, futures.keys) for key in named if key not in futures.keys]
    if not problems and scenario_key == (baseline or futures.keys[0]):
        others = [key for key in futures.keys if key != scenario_key]
        problems.append(Problem("discovery_same", {"found": shown(scenario_key), "others": ", ".join(others) or "-"}))
    if indicator not in (*MORE, *LESS):
        problems.append(unknown("unknown_indicator", indicator, (*MORE, *LESS)))
    if target is not None and not _number(target):
        problems.append(Problem("discovery_target", {"found": shown(target)}))
    if indicator == "net_benefit_rp" and not (_number(willingness_rp) and 0.0 < willingness_rp <= 1e15):
        problems.append(Problem("discovery_willingness", {"found": shown(willingness_rp)}))
    problems += [Problem("discovery_whole", {"found": shown(found), "what": name, "low": str(low), "high": str(high)})
                 for name, found, low, high in (("most_boxes", most_boxes, 1, 5), ("resamples", resamples, 10, 10_000),
                                                ("seed", 0 if seed is None else seed, 0, 2**63 - 1))
                 if isinstance(found, bool) or not isinstance(found, (int, np.integer)) or not low <= found <= high]
    if problems:
        raise InputError(problems)


def _number(value) -> bool:
    return isinstance(value, (int, float, np.number)) and not isinstance(value, bool) and math.isfinite(value)
