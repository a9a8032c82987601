"""Which scenario to prefer at a stated willingness to pay for an IKM point, and whether other assumptions would change that."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simulation.analysis.futures import Futures
from simulation.errors import InputError, Problem, shown
from simulation.outcome import verdict_of
from simulation.scenario import Scenario


@dataclass(frozen=True)
class Recommendation:
    """The scenario with the highest expected net benefit.

    Net benefit is the worth of the IKM in the last common year at `willingness_rp` per point, less the money spent.

    Attributes:
        futures: what was compared; the first scenario is the baseline.
        willingness_rp: rupiah per IKM point of the last year's mean.
    """

    futures: Futures
    willingness_rp: float

    @cached_property
    def expected_rp(self) -> np.ndarray:
        """Expected net benefit above the baseline, rupiah, (scenarios,)."""
        return self.futures.net_benefit_rp(self.willingness_rp).mean(axis=1)

    @cached_property
    def order(self) -> np.ndarray:
        """Positions of the scenarios, best first; ties stay in the order asked."""
        return np.argsort(-self.expected_rp, kind="stable")

    @property
    def preferred(self) -> Scenario:
        """The best scenario."""
        return self.futures.scenarios[self.order[0]]

    @property
    def runner_up(self) -> Scenario:
        """The second best."""
        return self.futures.scenarios[self.order[1]]

    @property
    def margin_rp(self) -> float:
        """How far the runner-up is behind, rupiah."""
        return float(self.expected_rp[self.order[0]] - self.expected_rp[self.order[1]])

    @property
    def share_best(self) -> float:
        """Share of futures in which the preferred scenario is the best one."""
        benefit = self.futures.net_benefit_rp(self.willingness_rp)
        return float(np.mean(benefit.argmax(axis=0) == self.order[0]))

    @property
    def gain(self) -> np.ndarray:
        """IKM of the preferred scenario less that of the baseline, (draws,)."""
        return self.futures.ikm[self.order[0]] - self.futures.ikm[0]

    @property
    def verdict(self) -> str:
        """The preferred scenario against the baseline, as `compare` says it."""
        return verdict_of(self.gain, self.futures.assumptions["smallest_difference"].value)[2]

    def table(self):
        """One row per scenario, best first: difference from the baseline, cost, net benefit, share of futures in which it is best."""
        import pandas as pd

        benefit = self.futures.net_benefit_rp(self.willingness_rp)
        best = np.bincount(benefit.argmax(axis=0), minlength=len(benefit)) / benefit.shape[1]
        low, middle, high = np.quantile(self.futures.ikm - self.futures.ikm[0], (0.05, 0.5, 0.95), axis=1)
        frame = pd.DataFrame({"scenario": self.futures.keys, "p05": low, "p50": middle, "p95": high,
                              "cost_rp": self.futures.cost_rp.mean(axis=1), "net_benefit_rp": self.expected_rp, "share_best": best})
        return frame.iloc[self.order].reset_index(drop=True)

    def sentence(self, lang: str = "id") -> str:
        """Which scenario, by how much, how surely, against the baseline."""
        from simulation.present.recommendation_words import recommendation_sentence

        return recommendation_sentence(self, lang)


def recommend(futures: Futures, willingness_rp: float) -> Recommendation:
    """The scenario to prefer.

    Raises:
        InputError: the willingness to pay is not a number from 0 up.
    """
    if isinstance(willingness_rp, bool) or not isinstance(willingness_rp, (int, float)) or not 0.0 <= willingness_rp < 1e15:
        raise InputError(Problem("willingness", {"found": shown(willingness_rp)}))
    return Recommendation(futures, float(willingness_rp))
