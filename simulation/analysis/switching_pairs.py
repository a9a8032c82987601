"""Two assumptions at a time: the preferred scenario over a grid of both, all other assumptions drawn as usual."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from simulation.analysis.held import Held, Hold, value_at
from simulation.analysis.recommendation import Recommendation
from simulation.analysis.switching import Z90, SwitchingValues
from simulation.analysis.switching_search import (
    SCREEN,
    Bar,
    mean_error,
    within_reach,
    worth,
)
from simulation.assumptions import Assumption
from simulation.ensemble import Progress
from simulation.errors import InputError, Problem, shown, unknown

MOST_STEPS = 25


@dataclass(frozen=True)
class SwitchingPair:
    """The preferred scenario where two assumptions are held.

    Attributes:
        choice: the preferred scenario with nothing held.
        first, second: the assumptions.
        first_values, second_values: where they are held, evenly across their ranges, (steps,).
        preferred: position of the preferred scenario, (steps of the first, steps of the second).
        margin_rp: its expected net benefit above the next one. clear: whether that is beyond its 90 % interval.
    """

    choice: Recommendation
    first: Assumption
    second: Assumption
    first_values: np.ndarray
    second_values: np.ndarray
    preferred: np.ndarray
    margin_rp: np.ndarray
    clear: np.ndarray

    @property
    def changes(self) -> bool:
        """Whether the preferred scenario is another one anywhere on the grid."""
        return bool((self.preferred != self.choice.order[0]).any())

    def table(self):
        """One row per cell, as a data frame."""
        import pandas as pd

        keys = self.choice.futures.keys
        return pd.DataFrame([{"first": self.first.key, "second": self.second.key, "first_value": x, "second_value": y,
                              "preferred": keys[self.preferred[i, j]], "margin_rp": self.margin_rp[i, j], "clear": bool(self.clear[i, j])}
                             for i, x in enumerate(self.first_values) for j, y in enumerate(self.second_values)])

    def sentence(self, lang: str = "id") -> str:
        """In how many cells another scenario is preferred."""
        from simulation.present.switching_views import pair_sentence

        return pair_sentence(self, lang)


def switching_pairs(values: SwitchingValues, keys: Sequence[str] | None = None, top: int = 3, steps: int = 7,
                    executor: Executor | None = None, progress: Progress | None = None) -> tuple[SwitchingPair, ...]:
    """Every pair of the few assumptions that come nearest to changing the choice.

    As with one assumption, all scenarios are looked at in the first futures and those within reach in all of them.

    Args:
        values: the answers one by one; their futures are used again.
        keys: the assumptions to pair; None takes the `top` nearest.
        steps: values per assumption, 2 to 25.
        progress: told (done, total) in thousandths.

    Raises:
        InputError: an unknown assumption, one without a range, fewer than two, or `steps` out of range.
    """
    if isinstance(steps, bool) or not isinstance(steps, int) or not 2 <= steps <= MOST_STEPS:
        raise InputError(Problem("switching_steps", {"found": shown(steps), "limit": str(MOST_STEPS)}))
    pairs = list(combinations(_checked(values, keys, top), 2))
    held, bar = Held(values.futures, executor), Bar(progress)
    found = []
    for i, (first, second) in enumerate(pairs):
        holds = [held.hold((first.key, x), (second.key, y)) for x in np.linspace(0.0, 1.0, steps) for y in np.linspace(0.0, 1.0, steps)]
        parts = [1000 * (i + share) / len(pairs) for share in (0.3, 1.0)]
        found.append(_pair(values.choice, held, first, second, holds, steps, [bar, *parts]))
    bar.end()
    return tuple(found)


def nearest(values: SwitchingValues, top: int = 3) -> list[str]:
    """The assumptions that change the choice, nearest first, filled up with those that leave it the smallest lead."""
    changing = [answer.row.key for answer in values.changing()]
    others = sorted((a for a in values.answers if a.acts and a.row.key not in changing), key=lambda a: a.closest_rp)
    return [*changing, *(a.row.key for a in others)][:top]


def _checked(values: SwitchingValues, keys: Sequence[str] | None, top: int) -> list[Assumption]:
    """The rows to pair, in the order asked, none twice."""
    known = {answer.row.key: answer.row for answer in values.answers}
    asked = list(dict.fromkeys(nearest(values, top) if keys is None else keys))
    problems = [unknown("switching_no_range", key, known) for key in asked if key not in known]
    if not problems and len(asked) < 2:
        problems.append(Problem("switching_two", {"found": str(len(asked))}))
    if problems:
        raise InputError(problems)
    return [known[key] for key in asked]


def _pair(choice: Recommendation, held: Held, first: Assumption, second: Assumption, holds: list[Hold], steps: int, bar: list) -> SwitchingPair:
    progress, screened, done = bar
    everyone = range(len(choice.futures.scenarios))
    few = min(SCREEN, choice.futures.draws)
    read = held.read([(hold, s) for hold in holds for s in everyone], few, progress.to(screened))
    undisturbed = np.stack([choice.futures.ikm, choice.futures.cost_rp], axis=1)[..., :few]
    now = worth(read.reshape(len(holds), len(everyone), 2, few), choice.willingness_rp)
    running = within_reach(choice, now - worth(undisturbed, choice.willingness_rp))
    read = held.read([(hold, s) for hold in holds for s in running], progress=progress.to(done))
    benefit = worth(read.reshape(len(holds), len(running), 2, -1), choice.willingness_rp)
    order = np.argsort(-benefit.mean(axis=2), axis=1, kind="stable")
    leads = np.array([mean_error(one[best] - one[next_]) for one, (best, next_) in zip(benefit, order[:, :2], strict=True)])
    cells = [np.array(running)[order[:, 0]], leads[:, 0], leads[:, 0] > Z90 * leads[:, 1]]
    x, y = ([value_at(row, p) for p in np.linspace(0.0, 1.0, steps)] for row in (first, second))
    return SwitchingPair(choice, first, second, np.array(x), np.array(y), *(cell.reshape(steps, steps) for cell in cells))
