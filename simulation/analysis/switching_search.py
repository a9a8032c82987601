"""The search behind the switching values: a first look at all, a closer look at what is within reach, then narrowing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simulation.analysis.crossings import DIP, GRID, Crossing, crossings, may_cross
from simulation.analysis.held import Held, Hold
from simulation.analysis.progress import Bar
from simulation.analysis.recommendation import Recommendation
from simulation.ensemble import Progress
from simulation.outcome import SAME, SURE, verdict_of

SCREEN = 32  # futures of the first look
REACH = 4.0  # standard errors within which a scenario stays in the running after the first look
VERDICTS = ("better", "worse", SAME, "cannot tell")
THREE = (0.0, 0.5, 1.0)


class Search:
    """Finds the changes along the range of each row, all rows side by side.

    Attributes:
        held: the readings.
        choice: the preferred scenario with nothing held.
        best: its position among the scenarios.
    """

    def __init__(self, held: Held, choice: Recommendation, bar: Bar):
        self.held, self.choice, self.bar = held, choice, bar
        self.scenarios = range(len(held.base.scenarios))
        self.best = int(choice.order[0])
        self.acting: list[str] = []
        self.running: dict[str, list[int]] = {}

    def look(self, keys: Sequence[str]) -> None:
        """Which rows act at all, and which scenarios come within reach of the best along each of them."""
        holds = [self.held.hold((key, x)) for key in keys for x in THREE]
        few = min(SCREEN, self.held.base.draws)
        read = self.held.read([(hold, s) for hold in holds for s in self.scenarios], few, self.bar.to(450))
        read = read.reshape(len(keys), len(THREE), len(self.scenarios), 2, few)
        base = np.stack([self.held.base.ikm[:, :few], self.held.base.cost_rp[:, :few]], axis=1)
        for key, found in zip(keys, read, strict=True):
            if np.any(found != base):
                self.acting.append(key)
                self.running[key] = within_reach(self.choice, self._worth(found) - self._worth(base))

    def _worth(self, read: np.ndarray) -> np.ndarray:
        return worth(read, self.choice.willingness_rp)

    def preference(self, holds: Sequence[Hold], running: Sequence[Sequence[int]], progress: Progress | None = None) -> np.ndarray:
        """Expected net benefit of the scenarios in the running, (holds, scenarios); -inf for the others."""
        wanted = [(i, s) for i, some in enumerate(running) for s in some]
        read = self.held.read([(holds[i], s) for i, s in wanted], progress=progress)
        scores = np.full((len(holds), len(self.scenarios)), -np.inf)
        for (i, s), worth in zip(wanted, self._worth(read).mean(axis=1) if wanted else (), strict=True):
            scores[i, s] = worth
        return scores

    def verdict(self, holds: Sequence[Hold], progress: Progress | None = None) -> np.ndarray:
        """How far the preferred scenario is beyond each verdict's bar against the baseline, (holds, verdicts)."""
        read = self.held.read([(hold, s) for hold in holds for s in (self.best, 0)], progress=progress)
        gains = read[0::2, 0] - read[1::2, 0]
        bars = [self.held.ledger(hold)["smallest_difference"].value for hold in holds]
        shares = [(*verdict_of(gain, bar)[:2], float(np.mean(np.abs(gain) <= bar))) for gain, bar in zip(gains, bars, strict=True)]
        return np.array([(*(share - SURE for share in three), 0.0) for three in shares]).reshape(-1, len(VERDICTS))

    def closer(self, keys: Sequence[str]) -> tuple[list[str], list[str]]:
        """The rows whose preference, and those whose verdict, may change: from their ends and middle in all futures."""
        holds = [self.held.hold((key, x)) for key in keys for x in THREE]
        running = [self.running.get(key, [self.best]) for key in keys for _ in THREE]
        wanted = [(hold, s) for hold, some in zip(holds, running, strict=True) for s in sorted({self.best, 0, *some})]
        self.held.read(wanted, progress=self.bar.to(700))
        preference = self.preference(holds, running).reshape(len(keys), len(THREE), -1)
        verdict = self.verdict(holds).reshape(len(keys), len(THREE), -1)
        return ([key for key, scores in zip(keys, preference, strict=True) if may_cross(scores)],
                [key for key, scores in zip(keys, verdict, strict=True) if self.best and may_cross(scores)])

    def narrow(self, keys: Sequence[str], about: str) -> dict[str, list[Crossing]]:
        """Every change along the given rows, by row."""

        def score(places):
            holds = [self.held.hold((keys[k], x)) for k, x in places]
            progress = self.bar.half()
            if about == "verdict":
                return self.verdict(holds, progress)
            return self.preference(holds, [self.running[keys[k]] for k, _ in places], progress)

        return dict(zip(keys, crossings(score, len(keys), GRID), strict=True))

    def lead_along(self, key: str, about: str, crossing: Crossing) -> tuple[np.ndarray, np.ndarray]:
        """How far apart the two sides of a crossing are along a row, in standard errors: positions and z, rising positions."""
        if about == "verdict":
            positions = self.held.known(key, [self.best, 0])
            scores = self.verdict([self.held.hold((key, x)) for x in positions])
            side = min(crossing.below, crossing.above)  # "better", "worse" or the same: the bar that is passed
            return np.array(positions), scores[:, side] / np.sqrt(SURE * (1.0 - SURE) / self.held.base.draws)
        pair = [crossing.below, crossing.above]
        positions = self.held.known(key, pair)
        return np.array(positions), np.array([_ratio(*self._lead(key, x, *pair)) for x in positions])

    def closest(self, key: str) -> tuple[float, float, float, int]:
        """Smallest lead of the preferred scenario where a row was held, its standard error, the position, and the rival."""
        rivals = [s for s in self.running.get(key, []) if s != self.best]
        positions = self.held.known(key, [self.best, *rivals]) if rivals else []
        if not positions:  # the row changes nothing: the undisturbed run
            rival = int(self.choice.order[1])
            benefit = self._worth(np.stack([self.held.base.ikm, self.held.base.cost_rp], axis=1))
            return *mean_error(benefit[self.best] - benefit[rival]), 0.0, rival
        found = [(*self._lead(key, x, self.best, rival), x, rival) for x in positions for rival in rivals]
        return min(found, key=lambda lead: lead[0])

    def _lead(self, key: str, position: float, one: int, other: int) -> tuple[float, float]:
        """Expected net benefit of one scenario above another with a row held, and its standard error, rupiah."""
        hold = self.held.hold((key, position))
        worth = self._worth(self.held.read([(hold, one), (hold, other)]))
        return mean_error(worth[0] - worth[1])


def within_reach(choice: Recommendation, change: np.ndarray) -> list[int]:
    """Scenarios that may be the best somewhere, and in any case the one that comes nearest to the best.

    Args:
        choice: with nothing held.
        change: of the net benefit by holding something at some places, rupiah, (places, scenarios, futures).
    """
    best = int(choice.order[0])
    expected = choice.expected_rp + change.mean(axis=2)
    leader = expected.argmax(axis=1)
    behind = expected.max(axis=1)[:, None] - expected
    noise = (change[range(len(change)), leader][:, None] - change).std(axis=2) / np.sqrt(change.shape[2])
    lead = expected[:, [best]] - expected
    near = (behind <= REACH * noise + DIP * np.ptp(lead, axis=0)).any(axis=0)
    rival = next(int(s) for s in np.argsort(lead.min(axis=0), kind="stable") if s != best)
    return sorted({best, rival, *np.flatnonzero(near).tolist()})


def worth(read: np.ndarray, willingness_rp: float) -> np.ndarray:
    """Net benefit in rupiah from (..., 2, draws) of IKM and cost."""
    return willingness_rp * read[..., 0, :] - read[..., 1, :]


def mean_error(values: np.ndarray) -> tuple[float, float]:
    """Mean and standard error; the latter is on the safe side, since the draws are spread more evenly than chance."""
    return float(values.mean()), float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else np.inf


def _ratio(mean: float, error: float) -> float:
    return mean / error if error > 0.0 else np.sign(mean) * np.inf
