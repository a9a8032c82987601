"""Futures of the plan that was carried out, looked for where the data say they lie.

Adaptive importance sampling: the first futures come from the ledger. Where the data leave too few of them, a likelihood
softened as far as needed shows where to look, and new futures are drawn there; every round is a proper importance sample
(Cornuet, Marin, Mira, Robert 2012, Adaptive multiple importance sampling, doi:10.1111/j.1467-9469.2011.00756.x, without
recycling earlier rounds; a tenth of each round comes from the ledger, Hesterberg 1995, Technometrics 37(2)).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from scipy.linalg import solve_triangular
from scipy.special import ndtr, ndtri

from simulation.analysis.calibration_data import Observations
from simulation.analysis.calibration_likelihood import (
    Expected,
    expected,
    log_likelihood,
    readout,
)
from simulation.analysis.progress import part
from simulation.analysis.psis import Weights, smoothed
from simulation.assumptions import Assumptions
from simulation.city import City
from simulation.draws import Points, luck_name, row_name
from simulation.ensemble import Progress, prepare, readings
from simulation.scenario import Scenario

ENOUGH = 400  # effective draws below which intervals are too rough, Vehtari et al. (2021), Bayesian Analysis 16(2)
ROUNDS = 5  # the ledger's futures and at most four looks elsewhere
FROM_LEDGER = 10  # every tenth future of a round still comes from the ledger, so that no weight can run away
WIDER = 1.3  # variance of the new futures relative to those that agreed; too wide costs draws, too narrow costs truth
MOST_MOVED = 15  # assumptions that a round moves; the few hundred effective draws could not tell more covariances
EDGE = 2.0**-31  # probabilities nearer to 0 or 1 are no futures: one in a billion, and a quantile there is no knowledge
MOVED = 6.0  # times the noise by which an assumption must have moved: one in 400 does by chance

Items = tuple[Expected, ...]


@dataclass(frozen=True)
class Ensemble:
    """Futures and what they expect of the observations.

    Attributes:
        points: probabilities in the prior.
        log_ratio: logarithm of prior density over the density they were drawn with, (draws,).
        values, luck: the assumptions there, key -> (draws,), and scores of the programmes' own effects, (programmes, draws).
        expected: every observation beside what the futures expect.
    """

    points: Points
    log_ratio: np.ndarray
    values: dict[str, np.ndarray]
    luck: np.ndarray
    expected: Items

    def weights(self, items: Items) -> Weights:
        """How strongly each future agrees with some observations."""
        return smoothed(log_likelihood(items, len(self.log_ratio)) + self.log_ratio)


@dataclass(frozen=True)
class Task:
    """What was carried out and observed, and how to run it.

    Attributes:
        seed: of the futures. draws: futures of a round. progress: told of the draws done, out of all rounds.
    """

    scenario: Scenario
    city: City
    assumptions: Assumptions
    observations: Observations
    draws: int
    seed: int
    executor: Executor | None = field(default=None, repr=False)
    progress: Progress | None = field(default=None, repr=False)

    def prior(self) -> Ensemble:
        """The first futures, from the ledger."""
        return self.at(self._points(0), np.zeros(self.draws), 0)

    def at(self, points: Points, log_ratio: np.ndarray, number: int) -> Ensemble:
        """The futures at given points."""
        setting, ledger = prepare(self.scenario, self.city, self.assumptions)
        step = part(self.progress, number, ROUNDS)
        read = readings(self.scenario, self.city, self.assumptions, points, partial(readout, observations=self.observations), self.executor, step)
        values, luck = ledger.at(points, self.scenario.catalogue.ids)
        return Ensemble(points, log_ratio, values, luck, expected(self.observations, setting, values, luck, read))

    def fit(self, prior: Ensemble, take: Callable[[Items], Items] = tuple) -> tuple[Ensemble, Weights]:
        """Futures that agree with the observations, and their weights: the first round that is good enough, or the best.

        Args:
            take: all observations -> those that count.
        """
        best = None
        current = prior
        for number in range(1, ROUNDS + 1):
            items = take(current.expected)
            weights = current.weights(items)
            if best is None or (weights.reliable, weights.ess) > (best[1].reliable, best[1].ess):
                best = current, weights
            if number == ROUNDS or good(weights):
                break
            proposal = Proposal.of(current, log_likelihood(items, current.points.draws), self._acting)
            current = self.at(*proposal.place(self._points(number)), number)
        if self.progress:
            self.progress(ROUNDS * self.draws, ROUNDS * self.draws)
        return best

    def _points(self, number: int) -> Points:
        return self.assumptions.points(self.draws, self.seed + number, self.scenario.catalogue.ids)

    @property
    def _acting(self) -> list[str]:
        """Names of what can have a part in the plan: rows that vary, and the programmes it buys."""
        return [*(row_name(p.key) for p in self.assumptions.parameters if p.varies), *map(luck_name, self.scenario.bought)]


def good(weights: Weights) -> bool:
    """Whether a round needs no better one: enough effective draws, or a quarter of a small round."""
    return weights.reliable and weights.ess >= min(ENOUGH, len(weights.values) / 4.0)



@dataclass(frozen=True)
class Proposal:
    """Where to look for futures: normal in the scores of the assumptions that the data moved, the prior in all others.

    Attributes:
        moved: names of the assumptions. mean: (moved,). root: Cholesky root of the covariance, (moved, moved).
    """

    moved: tuple[str, ...]
    mean: np.ndarray
    root: np.ndarray

    @classmethod
    def of(cls, ensemble: Ensemble, log_likelihood: np.ndarray, names: Sequence[str]) -> Proposal:
        """The proposal that follows, in some of these names, the futures which agree with a softened likelihood."""
        weights = _softened(log_likelihood, ensemble.log_ratio)
        worth = 1.0 / np.sum(weights**2)
        scores = ndtri(ensemble.points.of(names))
        mean = scores @ weights
        variance = (scores - mean[:, None]) ** 2 @ weights
        gain = 0.5 * (mean**2 + variance - 1.0 - np.log(variance))  # divergence of a normal from the prior, nats
        order = np.argsort(-gain, kind="stable")[:MOST_MOVED]
        moved = np.sort(order[gain[order] > MOVED / worth])
        apart = scores[moved] - mean[moved, None]
        return cls(tuple(names[i] for i in moved), mean[moved], np.linalg.cholesky(WIDER * (apart * weights) @ apart.T))

    def place(self, points: Points) -> tuple[Points, np.ndarray]:
        """Points moved to where the futures are looked for, and log prior over proposal density there; past the edge it is -inf."""
        scores = ndtri(points.of(self.moved))
        there = np.arange(points.draws) % FROM_LEDGER != 0
        scores[:, there] = self.mean[:, None] + self.root @ scores[:, there]
        u = ndtr(scores)
        inside = ((u > EDGE) & (u < 1.0 - EDGE)).all(axis=0)
        placed = points.replace(dict(zip(self.moved, np.clip(u, EDGE, 1.0 - EDGE), strict=True)))
        apart = solve_triangular(self.root, scores - self.mean[:, None], lower=True)
        log_there = -0.5 * (apart**2).sum(axis=0) - np.log(np.diag(self.root)).sum()
        log_prior = -0.5 * (scores**2).sum(axis=0)
        own = np.log(1.0 / FROM_LEDGER) + log_prior
        return placed, np.where(inside, log_prior - np.logaddexp(own, np.log1p(-1.0 / FROM_LEDGER) + log_there), -np.inf)


def _softened(log_likelihood: np.ndarray, log_ratio: np.ndarray) -> np.ndarray:
    """Weights of the likelihood to the highest power, at most 1, that leaves a tenth of the draws effective, (draws,)."""
    enough = max(25.0, len(log_likelihood) / 10.0)
    low, high = 0.0, 1.0
    weights = _normalised(log_likelihood + log_ratio)
    if 1.0 / np.sum(weights**2) >= enough:
        return weights
    for _ in range(40):
        middle = 0.5 * (low + high)
        weights = _normalised(middle * log_likelihood + log_ratio)
        low, high = (middle, high) if 1.0 / np.sum(weights**2) >= enough else (low, middle)
    return _normalised(low * log_likelihood + log_ratio)


def _normalised(log_weights: np.ndarray) -> np.ndarray:
    weights = np.exp(log_weights - log_weights.max())
    return weights / weights.sum()
