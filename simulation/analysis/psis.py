"""How strongly each future agrees with what was observed: weights, how far they can be trusted, and what follows from them.

Importance resampling with Pareto-smoothed weights: Vehtari, Simpson, Gelman, Yao, Gabry (2024), Pareto smoothed importance
sampling, JMLR 25(72).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

GOOD_K = 0.7  # above it the mean of the weights cannot be estimated with a practical number of draws, Vehtari et al. (2024), section 3.2.4
UNDERFLOW = 700.0  # exp(-700) is about the smallest number a computer holds


@dataclass(frozen=True)
class Weights:
    """Weights of the draws.

    Attributes:
        values: sum to 1, (draws,).
        k: shape of the tail of the raw weights; below 0.7 the smoothed weights can be trusted.
    """

    values: np.ndarray
    k: float

    @property
    def reliable(self) -> bool:
        """Whether the weights can be trusted."""
        return bool(self.k < GOOD_K)

    @property
    def ess(self) -> float:
        """How many equally likely draws these are worth: `1 / sum(w^2)`."""
        return float(1.0 / np.sum(self.values**2))

    def mean(self, values: np.ndarray) -> np.ndarray:
        """Mean over the draws, (...)."""
        return values @ self.values

    def spread(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Variance over the draws and its Monte Carlo standard error, (...) each.

        Self-normalised importance sampling, error by the delta method: `sum w^2 ((x - m)^2 - v)^2`.
        """
        squares = (values - self.mean(values)[..., None]) ** 2
        variance = self.mean(squares)
        error = np.sqrt(((squares - variance[..., None]) ** 2) @ self.values**2)
        small = 1.0 - float(np.sum(self.values**2))  # the mean was fitted too
        return variance / small, error / small

    def quantiles(self, values: np.ndarray, of: tuple[float, ...]) -> np.ndarray:
        """Quantiles of one quantity, values (draws,) -> (quantiles,)."""
        order = np.argsort(values, kind="stable")
        weight = self.values[order]
        return np.interp(of, np.cumsum(weight) - 0.5 * weight, values[order])

    def resample(self, n: int, seed: int) -> np.ndarray:
        """Positions of `n` draws in proportion to their weights: systematic resampling, one random start, (n,)."""
        start = np.random.default_rng(seed).random()
        places = (np.arange(n) + start) / n
        return np.minimum(np.searchsorted(np.cumsum(self.values), places, side="right"), len(self.values) - 1)


def equal(draws: int) -> Weights:
    """The weights before any data."""
    return Weights(np.full(draws, 1.0 / draws), -np.inf)


def smoothed(log_likelihood: np.ndarray) -> Weights:
    """Pareto-smoothed weights of draws from the prior.

    Args:
        log_likelihood: of all observations, (draws,), at least 25 draws, or the tail is too short to be judged.
    """
    from arviz_stats.base import array_stats

    if np.ptp(log_likelihood) < 1e-12:  # the data say nothing; the fit of the tail needs some spread
        return equal(len(log_likelihood))
    with np.errstate(all="ignore"):
        try:
            log_weights, k = array_stats.psislw(-log_likelihood)
        except ValueError:  # all weights of the tail are equal
            log_weights, k = log_likelihood - np.max(log_likelihood), -np.inf
    tail = np.sort(log_likelihood)[-min(len(log_likelihood), int(3.0 * len(log_likelihood) ** 0.5) + 1)]
    k = np.inf if np.max(log_likelihood) - tail > UNDERFLOW else k  # most of the tail is an exact zero: nothing was fitted
    weights = np.exp(log_weights - np.max(log_weights))
    if not np.isfinite(weights).all():  # a tail so heavy that its fit fails: nothing is smoothed
        weights = np.exp(log_likelihood - np.max(log_likelihood))
    k = float(k)
    return Weights(weights / weights.sum(), np.inf if np.isnan(k) or k == np.inf else k)
