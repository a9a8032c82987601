"""What an answer would change: the benefit of each scenario as a smooth function of what would be known.

The value of knowing something is `E[max_s f_s(x)] - max_s E[f_s(x)]`, where `f_s(x) = E[benefit_s | x]` is read off one sample
by regression (Strong, Oakley and Brennan 2014, Medical Decision Making 34:311-326; for a study's result in place of `x`, Strong et
al. 2015, Medical Decision Making 35:570-583). `f` is a sum of cubic B-splines in the normal score of each number's rank, so
that it does not matter on which scale a number is written, and for several numbers also products of the strongest two by two.
The number of pieces is chosen by generalised cross-validation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.interpolate import BSpline
from scipy.special import ndtri
from scipy.stats import rankdata

RESAMPLES = 100  # redraws of the fitted functions; their spread is known to 7 %
Z95 = 1.959964  # half width of a 95 % normal interval in standard errors
PIECES = (2, 4, 8)  # of a spline; fewer fit a weak bend so badly that the error stated no longer holds
STRONGEST = 5  # numbers whose products two by two are tried
ROWS_PER_COLUMN = 15  # fewer futures than this per fitted coefficient, and the weakest numbers are left out
_REACH = 5.0  # standard errors within which a scenario could still be the best one
_CELLS = 2_000_000  # of a block of redrawn functions, so that memory stays flat


@dataclass(frozen=True)
class Estimate:
    """A value of information with its error; money of the benefit it was made from.

    Attributes:
        value_rp: estimate with the upward bias taken off, never below 0.
        error_rp: standard error: of the fitted functions, of the sample of futures, and as much again as the bias taken off.
        bias_rp: upward bias taken off: a maximum of noisy functions is too high.
    """

    value_rp: float
    error_rp: float
    bias_rp: float = 0.0

    @property
    def low_rp(self) -> float:
        """Lower end of the 95 % interval."""
        return max(0.0, self.value_rp - Z95 * self.error_rp)

    @property
    def high_rp(self) -> float:
        """Upper end of the 95 % interval."""
        return self.value_rp + Z95 * self.error_rp

    def at_most(self, limit_rp: float) -> Estimate:
        """The same with the value cut off at what knowing everything is worth."""
        return Estimate(min(self.value_rp, limit_rp), self.error_rp, self.bias_rp)


@dataclass(frozen=True)
class Known:
    """One number that would be known, and how the benefits follow it.

    Attributes:
        scores: normal score of its rank among the futures, (draws,).
        pieces: of its spline; None when it is the same in every future.
        strength: variance of the benefits that it explains, summed over the scenarios.
    """

    scores: np.ndarray
    pieces: int | None
    strength: float

    @classmethod
    def of(cls, values: np.ndarray, benefit: np.ndarray) -> Known:
        """Choose the pieces for `values` (draws,) by generalised cross-validation over all scenarios' `benefit` (scenarios, draws)."""
        if np.ptp(values) == 0.0:
            return cls(np.zeros(len(values)), None, 0.0)
        scores = ndtri((rankdata(values) - 0.5) / len(values))
        fits = {pieces: Fit.of(spline(scores, pieces), benefit) for pieces in PIECES}
        best = min(fits, key=lambda pieces: (fits[pieces].gcv, pieces))
        return cls(scores, best, float(fits[best].fitted.var(axis=1).sum()))

    @cached_property
    def columns(self) -> np.ndarray:
        """Its part of the regression, (draws, columns)."""
        return np.zeros((len(self.scores), 0)) if self.pieces is None else spline(self.scores, self.pieces)


@dataclass(frozen=True)
class Fit:
    """Benefits fitted by least squares on columns.

    Attributes:
        basis: orthonormal columns, the constant among them, (draws, coefficients).
        fitted: (scenarios, draws).
        residual: left over, divided by `sqrt(1 - leverage)` so that its size is right, (scenarios, draws).
        gcv: generalised cross-validation, summed over the scenarios.
    """

    basis: np.ndarray
    fitted: np.ndarray
    residual: np.ndarray
    gcv: float

    @classmethod
    def of(cls, columns: np.ndarray, benefit: np.ndarray) -> Fit:
        """Least squares of `benefit` (scenarios, draws) on a constant and centred `columns` (draws, columns)."""
        draws = benefit.shape[1]
        basis = _orthonormal(columns)
        fitted = benefit @ basis @ basis.T
        left = benefit - fitted
        leverage = np.minimum((basis**2).sum(axis=1), 1.0 - 1e-9)
        gcv = draws * (left**2).sum() / (draws - basis.shape[1]) ** 2
        return cls(basis, fitted, left / np.sqrt(1.0 - leverage), float(gcv))


def spline(scores: np.ndarray, pieces: int) -> np.ndarray:
    """Centred cubic B-splines with knots at quantiles, (draws, columns)."""
    low, high = scores.min(), scores.max()
    inner = np.unique(np.quantile(scores, np.linspace(0.0, 1.0, pieces + 1)[1:-1]))
    inner = inner[(inner > low) & (inner < high)]
    knots = np.concatenate([[low] * 4, inner, [high] * 4])
    columns = BSpline.design_matrix(scores, knots, 3).toarray()[:, 1:]
    return columns - columns.mean(axis=0)


def value_of_all(benefit: np.ndarray) -> Estimate:
    """Value of knowing everything, `E[max_s] - max_s E`, from `benefit` (scenarios, draws)."""
    best = int(benefit.mean(axis=1).argmax())
    gain = benefit.max(axis=0) - benefit[best]
    return Estimate(float(gain.mean()), float(gain.std(ddof=1) / np.sqrt(len(gain))))


def value_of_knowing(known: Sequence[Known], benefit: np.ndarray, seed: int, resamples: int = RESAMPLES) -> Estimate:
    """Value of knowing one number, or several together, before choosing.

    Args:
        known: see `Known.of`. benefit: (scenarios, draws). seed: of the redraws.
        resamples: redraws for error and bias; two at least.
    """
    known = [one for one in known if one.pieces is not None]
    best = int(benefit.mean(axis=1).argmax())
    from_best = benefit - benefit[best]
    fit = surface(known, from_best) if known else None
    if fit is None:
        return Estimate(0.0, 0.0)
    rivals = _rivals(fit, best)
    if not len(rivals):
        return Estimate(0.0, 0.0)
    gain = np.maximum(fit.fitted[rivals].max(axis=0), 0.0)
    again = _redrawn(fit, rivals, seed, resamples)
    plain, bias = float(gain.mean()), float(again.mean() - gain.mean())
    error = np.sqrt(again.var(ddof=1) + gain.var(ddof=1) / len(gain) + bias**2)
    return Estimate(max(0.0, plain - bias), float(error), bias)


def surface(known: Sequence[Known], benefit: np.ndarray) -> Fit:
    """The benefits as a function of what is known: a sum of splines, with products where cross-validation likes them."""
    ordered = sorted(known, key=lambda one: -one.strength)
    room = max(3, benefit.shape[1] // ROWS_PER_COLUMN)
    parts, width = [], 0
    for one in ordered:
        if parts and width + one.columns.shape[1] > room:
            break
        parts.append(one.columns)
        width += one.columns.shape[1]
    columns = np.concatenate(parts, axis=1)
    fit = Fit.of(columns, benefit)
    products = _products(ordered[:STRONGEST])
    if not products or width + 3 * len(products) > room:
        return fit
    richer = Fit.of(np.concatenate([columns, *products], axis=1), benefit)
    return richer if richer.gcv < fit.gcv else fit


def _products(known: Sequence[Known]) -> list[np.ndarray]:
    """Of every pair: the product of both, and of each with the square of the other, (draws, 3)."""
    found = []
    for i, a in enumerate(known):
        for b in known[i + 1:]:
            x, y = a.scores, b.scores
            both = np.stack([x * y, (x * x - 1.0) * y, x * (y * y - 1.0)], axis=1)
            found.append(both - both.mean(axis=0))
    return found


def _orthonormal(columns: np.ndarray) -> np.ndarray:
    """A constant and the span of centred columns as orthonormal columns; what repeats the others is left out."""
    scaled = columns / np.sqrt((columns**2).sum(axis=0) + 1e-300)
    size, turn = np.linalg.eigh(scaled.T @ scaled)
    kept = size > 1e-10 * size[-1]
    return np.concatenate([np.full((len(columns), 1), len(columns) ** -0.5), scaled @ (turn[:, kept] / np.sqrt(size[kept]))], axis=1)


def _rivals(fit: Fit, best: int) -> np.ndarray:
    """Scenarios that could beat the best one somewhere, within the error of the fit; `fit` is of differences from it."""
    spread = np.sqrt((fit.basis**2).sum(axis=1)) * np.sqrt((fit.residual**2).mean(axis=1))[:, None]
    rivals = (fit.fitted + _REACH * spread > 0.0).any(axis=1)
    rivals[best] = False
    return np.flatnonzero(rivals)


def _redrawn(fit: Fit, rivals: np.ndarray, seed: int, resamples: int) -> np.ndarray:
    """The mean gain with the coefficients drawn again and again from their posterior, (resamples,).

    Strong et al. draw from the normal posterior of the coefficients. Here its covariance is the one that holds when the residuals
    are unequally spread and shared between scenarios: each future's residuals of all scenarios are multiplied by one normal
    number, and projected on the basis.
    """
    rng, gains = np.random.default_rng([seed, 1]), []
    block = max(1, _CELLS // fit.basis.shape[0])
    for first in range(0, resamples, block):
        noise = rng.standard_normal((min(block, resamples - first), fit.basis.shape[0]))
        highest = np.zeros_like(noise)  # the best scenario's difference from itself
        means = np.zeros(len(noise))
        for s in rivals:
            moved = fit.fitted[s] + ((noise * fit.residual[s]) @ fit.basis) @ fit.basis.T
            np.maximum(highest, moved, out=highest)
            means = np.maximum(means, moved.mean(axis=1))
        gains.append(highest.mean(axis=1) - means)
    return np.concatenate(gains)
