"""What each scenario would make us regret: how far it stays behind the best one in each future.

A future is one draw of the assumptions under one structure of the model: the chosen structure and every other option of each
structural switch, one switch at a time, with the same draws. All futures count alike, which is no statement of how likely a
structure is; `by_structure` keeps them apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simulation.analysis.futures import Futures, futures
from simulation.analysis.progress import Bar
from simulation.analysis.switching import checked_choice, under
from simulation.assumptions import Assumptions
from simulation.city import City
from simulation.ensemble import Progress

TAIL = 0.9  # the share of futures below which the high regret lies
RESAMPLES = 400


@dataclass(frozen=True)
class Structure:
    """A structure of the model: `switch` and `option` are empty for the chosen one."""

    switch: str = ""
    option: str = ""


@dataclass(frozen=True)
class Regret:
    """Regret of scenarios in many futures.

    Attributes:
        futures: under the chosen structure; the first scenario is the baseline.
        structures: chosen one first, the alternatives after it.
        willingness_rp: rupiah per IKM point; None when regret is in IKM points, whatever the money.
        regret: best of the future less this scenario, never below 0, (scenarios, structures, draws); IKM points or rupiah.
    """

    futures: Futures
    structures: tuple[Structure, ...]
    willingness_rp: float | None
    regret: np.ndarray

    @property
    def unit(self) -> str:
        """"IKM" or "rupiah"."""
        return "IKM" if self.willingness_rp is None else "rupiah"

    @property
    def futures_count(self) -> int:
        """Futures compared: draws times structures."""
        return self.regret.shape[1] * self.regret.shape[2]

    @cached_property
    def mean(self) -> np.ndarray:
        """Mean regret, (scenarios,)."""
        return self._flat.mean(axis=1)

    @cached_property
    def high(self) -> np.ndarray:
        """Regret that nine futures in ten do not exceed, (scenarios,)."""
        return _high(self._flat)

    @cached_property
    def maximum(self) -> np.ndarray:
        """Largest regret among these futures, (scenarios,); more futures can only raise it."""
        return self._flat.max(axis=1)

    @cached_property
    def share_best(self) -> np.ndarray:
        """Share of futures in which a scenario is the best, or as good, (scenarios,)."""
        return (self._flat == 0.0).mean(axis=1)

    @property
    def minimax(self):
        """The scenario whose largest regret is the smallest; of equal ones the first asked."""
        return self.futures.scenarios[int(self.maximum.argmin())]

    @property
    def least_mean(self):
        """The scenario with the smallest mean regret: the one with the best expected result."""
        return self.futures.scenarios[int(self.mean.argmin())]

    @property
    def least_high(self):
        """The scenario with the smallest 90 % regret."""
        return self.futures.scenarios[int(self.high.argmin())]

    @property
    def worst_structure(self) -> list[Structure]:
        """Structure in which each scenario's largest regret falls."""
        return [self.structures[int(k)] for k in self.regret.max(axis=2).argmax(axis=1)]

    @property
    def _flat(self) -> np.ndarray:
        return self.regret.reshape(len(self.regret), -1)

    @cached_property
    def intervals(self) -> dict[str, np.ndarray]:
        """90 % intervals of `mean` and `high` from resampling the draws, (scenarios, 2) each; a draw keeps all its structures."""
        rng = np.random.default_rng(self.futures.scenarios[0].seed)
        draws = self.regret.shape[2]
        means, highs = [], []
        for _ in range(RESAMPLES):
            again = self.regret[:, :, rng.integers(0, draws, draws)].reshape(len(self.regret), -1)
            means.append(again.mean(axis=1))
            highs.append(_high(again))
        return {"mean": np.quantile(means, (0.05, 0.95), axis=0).T, "high": np.quantile(highs, (0.05, 0.95), axis=0).T}

    def table(self):
        """One row per scenario, the smallest largest regret first, as a data frame; regret in `unit`."""
        import pandas as pd

        base, worst = self.futures, self.worst_structure
        (mean_low, mean_high), (high_low, high_high) = self.intervals["mean"].T, self.intervals["high"].T
        frame = pd.DataFrame({
            "scenario": base.keys, "mean": self.mean, "mean_low": mean_low, "mean_high": mean_high,
            "p90": self.high, "p90_low": high_low, "p90_high": high_high, "maximum": self.maximum,
            "worst_switch": [s.switch for s in worst], "worst_option": [s.option for s in worst], "share_best": self.share_best,
            "gain": (base.ikm - base.ikm[0]).mean(axis=1), "cost_rp": base.cost_rp.mean(axis=1)})
        return frame.sort_values(["maximum", "mean"], kind="stable").reset_index(drop=True)

    def by_structure(self):
        """Mean and largest regret of each scenario under each structure, as a data frame."""
        import pandas as pd

        return pd.DataFrame([{"scenario": key, "switch": s.switch, "option": s.option, "mean": self.regret[i, k].mean(),
                              "maximum": self.regret[i, k].max(), "share_best": (self.regret[i, k] == 0.0).mean()}
                             for k, s in enumerate(self.structures) for i, key in enumerate(self.futures.keys)])

    def sentence(self, lang: str = "id") -> str:
        """Which scenario limits regret, and how the one with the best expectation compares."""
        from simulation.present.regret_views import regret_sentence

        return regret_sentence(self, lang)


def regret(scenarios: Sequence, city: City, assumptions: Assumptions, willingness_rp: float | None = None, draws: int = 256,
           structures: bool = True, executor: Executor | None = None, progress: Progress | None = None) -> Regret:
    """Compare scenarios by what they would make us regret.

    Args:
        scenarios: two or more with the same seed and catalogue; the first is the baseline.
        willingness_rp: rupiah per IKM point; None compares the IKM alone.
        draws: per structure.
        structures: also under every other option of each structural switch.
        progress: told (done, total) in thousandths.

    Raises:
        InputError: no two scenarios, other seeds or catalogues, bad `willingness_rp` or `draws`.
    """
    scenarios = checked_choice(scenarios, 0.0 if willingness_rp is None else willingness_rp)
    others = [Structure(s.key, option.id) for s in assumptions.ledger.structure for option in s.options
              if option.id != assumptions.structure[s.key]] if structures else []
    bar, parts = Bar(progress), 1 + len(others)
    base = futures(scenarios, city, assumptions, draws, executor, bar.to(1000 / parts))
    worth = [_worth(base, willingness_rp)]
    for i, other in enumerate(others):
        worth.append(_worth(under(base, {other.switch: other.option}, executor, bar.to(1000 * (i + 2) / parts)), willingness_rp))
    bar.end()
    return Regret(base, (Structure(), *others), None if willingness_rp is None else float(willingness_rp), regrets(np.stack(worth, axis=1)))


def regrets(worth: np.ndarray) -> np.ndarray:
    """How far each option stays behind the best one.

    Args:
        worth: the more the better, (options, ...).

    Returns:
        Of the same shape; 0 for the best, never below.

    >>> regrets(np.array([[3.0, 1.0], [2.0, 5.0]])).tolist()
    [[0.0, 4.0], [1.0, 0.0]]
    """
    return worth.max(axis=0) - worth


def _worth(futures_: Futures, willingness_rp: float | None) -> np.ndarray:
    return futures_.ikm if willingness_rp is None else futures_.net_benefit_rp(willingness_rp)


def _high(flat: np.ndarray) -> np.ndarray:
    """The order statistic at `TAIL`, (scenarios,)."""
    return np.quantile(flat, TAIL, axis=1, method="inverted_cdf")
