"""What the data taught about each assumption, and which assumptions they cannot tell apart."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from simulation import distributions
from simulation.analysis.calibration_likelihood import Expected
from simulation.analysis.futures import LUCK
from simulation.analysis.psis import Weights, equal

THREE = (0.05, 0.5, 0.95)
Z = 1.96  # two-sided 95 %, for Monte Carlo errors
LEARNED, LITTLE = 0.5, 0.05  # share of the prior variance that has gone: half of it makes a band 30 % narrower, a twentieth 3 %
CORRELATED = 0.2  # a weaker correlation of two assumptions is not worth a reader's time
SURPRISE, CONTRADICTION = 0.05, 0.005  # chances of a figure at least as far out as the observed one

# Assumptions that the model multiplies, or that offset each other: section "what data can tell" of docs/calibration.md.
PAIRS = (("kappa", "d20"), ("kappa", "m_practice"), ("kappa", LUCK), ("kappa", "h0"), ("kappa", "p0"), ("kappa", "behaviour_slope"),
         ("p0", "output_slope"), ("p0", "behaviour_slope"), ("output_sd", "output_slope"), ("h0", "headroom"), ("p0", "stay"), ("p0", "lapse"),
         ("stay", "lapse"), ("time_slope", "worse_wait_weight"), ("time_slope", "expectation_adaptation"))


Drawn = Mapping[str, tuple[np.ndarray, np.ndarray]]  # key -> probabilities in the prior and values, (draws,) each


@dataclass(frozen=True)
class Learned:
    """One assumption before and after the data.

    Attributes:
        key: of the ledger, or "programme_luck:<programme>" for the own effect of a programme (a multiplier).
        prior, posterior: 5, 50 and 95 % points.
        places: the posterior's points as probabilities in the prior, so that all assumptions share one scale.
        shrinkage: share of the prior variance that has gone, on the scale of prior probabilities; below 0 if the data widened it.
        error: Monte Carlo standard error of the shrinkage.
        verdict: "learned", "a little", "nothing", or "unreliable" when the weights cannot be trusted.
    """

    key: str
    prior: tuple[float, float, float]
    posterior: tuple[float, float, float]
    places: tuple[float, float, float]
    shrinkage: float
    error: float
    verdict: str


@dataclass(frozen=True)
class Pair:
    """Two assumptions that may only be known together.

    Attributes:
        a, b: keys.
        together: "product", or "quotient" where the data let both rise together.
        correlation, error: of the logarithms after the data, and its Monte Carlo standard error.
        shrinkage_a, shrinkage_b: share of each one's prior variance (of the logarithm) that has gone.
        shrinkage, shrinkage_error: the same of the product or quotient.
        prior, posterior: 5, 50 and 95 % points of the product or quotient.
        verdict: "only together", "told apart", "nothing", or "unreliable".
    """

    a: str
    b: str
    together: str
    correlation: float
    error: float
    shrinkage_a: float
    shrinkage_b: float
    shrinkage: float
    shrinkage_error: float
    prior: tuple[float, float, float]
    posterior: tuple[float, float, float]
    verdict: str


@dataclass(frozen=True)
class Check:
    """An observation beside what was expected of it before and after the data.

    Attributes:
        kind, index: which row of the observations.
        observed: the figure, in its own unit (IKM, SD, share, minutes).
        prior, posterior: 5, 50 and 95 % points of the figure that would have been seen, errors of measurement included.
        prior_z, posterior_z: SDs from the expected figure to the observed one.
        prior_p, posterior_p: chance of a figure at least as far out; one-sided where the figure is an upper bound.
        verdict: "as expected", "surprising" (p below 5 %) or "contradicts" (below 0.5 %), after the data.
    """

    kind: str
    index: int
    observed: float
    prior: tuple[float, float, float]
    posterior: tuple[float, float, float]
    prior_z: float
    posterior_z: float
    prior_p: float
    posterior_p: float
    verdict: str

    @property
    def inside(self) -> bool:
        """Whether the figure lies in the 90 % band after the data."""
        return self.posterior[0] <= self.observed <= self.posterior[2]

    @property
    def unforeseen(self) -> bool:
        """Whether the ledger held the figure for next to impossible, before the data."""
        return self.prior_p < CONTRADICTION


def luck_factors(values: Mapping[str, np.ndarray], luck: np.ndarray) -> np.ndarray:
    """Own effect of each programme as a multiplier of mean 1, (programmes, draws)."""
    sigma = np.sqrt(np.log1p(values["programme_sd"] ** 2))
    return np.exp(sigma * luck - 0.5 * sigma**2)


def learned(before: Drawn, after: Drawn, weights: Weights) -> tuple[Learned, ...]:
    """Every assumption before and after the data, the most learned first.

    Args:
        before: draws from the prior. after: draws that the weights belong to.
    """
    width = np.array([before[key][0].var() for key in after])
    spread, error = weights.spread(np.stack([after[key][0] for key in after]))
    gone, error = 1.0 - spread / width, error / width
    found = [Learned(key, _three(before[key][1]), _three(after[key][1], weights), _three(after[key][0], weights),
                     float(g), float(e), verdict_of(g, e, weights))
             for key, g, e in zip(after, gone, error, strict=True)]
    return tuple(sorted(found, key=lambda one: (-one.shrinkage, one.key)))


def verdict_of(shrinkage: float, error: float, weights: Weights) -> str:
    """What may be said about an assumption: the lower end of the 95 % interval of its shrinkage decides."""
    low = shrinkage - Z * error
    if not weights.reliable:
        return "unreliable"
    return "learned" if low >= LEARNED else "a little" if low >= LITTLE else "nothing"


def pairs(before: Drawn, after: Drawn, weights: Weights, luck_key: str) -> tuple[Pair, ...]:
    """The pairs of `PAIRS` that are free to vary here.

    Args:
        before, after: as in `learned`. luck_key: the programme whose own effect stands for all of them.
    """
    named = [tuple(luck_key if key == LUCK else key for key in pair) for pair in PAIRS]
    return tuple(_pair(a, b, before, after, weights) for a, b in named if a in after and b in after)


def _pair(a: str, b: str, before: Drawn, after: Drawn, weights: Weights) -> Pair:
    logs = np.log(np.stack([after[a][1], after[b][1]]))
    apart = (logs - weights.mean(logs)[:, None]) / np.sqrt(weights.spread(logs)[0])[:, None]
    rho = float(weights.mean(apart[0] * apart[1]))
    error = float(np.sqrt((apart[0] * apart[1] - 0.5 * rho * (apart**2).sum(axis=0)) ** 2 @ weights.values**2))
    sign = -1.0 if rho > Z * error else 1.0
    prior, lines = (np.stack([x, y, x + sign * y]) for x, y in (np.log([before[a][1], before[b][1]]), logs))
    spread, wobble = weights.spread(lines)
    gone, gone_error = 1.0 - spread / prior.var(axis=1), wobble / prior.var(axis=1)
    low = gone - Z * gone_error
    verdict = "unreliable"
    if weights.reliable:
        only = abs(rho) - Z * error >= CORRELATED and low[2] >= LITTLE
        verdict = "only together" if only else "told apart" if low[:2].max() >= LITTLE else "nothing"
    return Pair(a, b, "product" if sign > 0 else "quotient", rho, error, *map(float, gone), float(gone_error[2]),
                _three(np.exp(prior[2])), _three(np.exp(lines[2]), weights), verdict)


def check(before: Expected, after: Expected, weights: Weights, seed: int) -> Check:
    """Where an observation lies among the figures expected before the data, and after them by their weights."""
    told, observed = {}, after.observed
    for name, item, w in (("prior", before, equal(len(before.mean))), ("posterior", after, weights)):
        figures = item.figures(np.random.default_rng([seed, zlib.crc32(item.key.encode())]))
        below = item.below(w)
        mean = float(w.mean(item.mean))
        sd = float(np.sqrt(w.mean(item.sd**2 + (item.mean - mean) ** 2)))
        told[name] = tuple(float(x) for x in w.quantiles(figures, THREE))
        told[f"{name}_z"] = (observed - mean) / sd
        told[f"{name}_p"] = below if item.family == "at_most" else min(1.0, 2.0 * min(below, 1.0 - below))
    if after.kind == "counters":  # minutes were compared as logarithms
        observed, told = float(np.exp(observed)), told | {name: tuple(float(np.exp(x)) for x in told[name]) for name in ("prior", "posterior")}
    p = told["posterior_p"]
    verdict = "contradicts" if p < CONTRADICTION else "surprising" if p < SURPRISE else "as expected"
    return Check(after.kind, after.index, observed, verdict=verdict, **told)


def refitted(row, posterior: tuple[float, float, float]) -> dict:
    """A change for `Assumptions.replace`: a distribution of two parameters with the posterior's 5, 50 and 95 % points.

    The kind and the support of the row stay; a bounded kind (triangular, uniform) becomes a normal one inside the same ends.
    """
    shape = dict(row.distribution)
    if shape["kind"] in ("triangular", "uniform"):
        shape = {"kind": "normal", "support": [shape["low"], shape["high"]]}
    low, middle, high = posterior
    start = _start(shape["kind"], low, middle, high)
    width = max(high - low, 1e-12)

    def miss(p: np.ndarray) -> float:
        with np.errstate(all="ignore"):
            miss = (distributions.quantile(_made(shape, p), np.array(THREE)) - np.array(posterior)) / width
        return float(miss @ miss) if np.isfinite(miss).all() else 1e6

    found = minimize(miss, start, method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-12, "maxiter": 2000}).x
    made = _made(shape, found)
    points = [float(x) for x in distributions.quantile(made, np.array(THREE))]
    return {"value": points[1], "range": [points[0], points[2]], "distribution": made}


def _start(kind: str, low: float, middle: float, high: float) -> list[float]:
    """A first guess at the two parameters, scales as logarithms."""
    sd = (high - low) / (2.0 * 1.645)
    if kind == "lognormal":
        return [np.log(middle), np.log(np.log(high / low) / (2.0 * 1.645))]
    if kind == "beta":
        total = max(middle * (1.0 - middle) / sd**2 - 1.0, 0.5)
        return [np.log(middle * total), np.log((1.0 - middle) * total)]
    return [middle, np.log(sd)]


def _made(shape: dict, p: np.ndarray) -> dict:
    names = {"normal": ("mean", "sd"), "lognormal": ("median", "sigma"), "beta": ("a", "b")}[shape["kind"]]
    first = float(p[0]) if shape["kind"] == "normal" else float(np.exp(min(p[0], 50.0)))
    return {"kind": shape["kind"], names[0]: first, names[1]: float(np.exp(min(p[1], 50.0))),
            **({"support": list(shape["support"])} if "support" in shape else {})}


def _three(values: np.ndarray, weights: Weights | None = None) -> tuple[float, float, float]:
    return tuple(float(x) for x in (weights or equal(len(values))).quantiles(values, THREE))
