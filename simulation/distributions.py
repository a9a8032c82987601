"""How an uncertain number is spread: the kinds a ledger row may have, their checks and their quantiles."""

from __future__ import annotations

import math

import numpy as np
from scipy.optimize import brentq
from scipy.special import betainc, betaincinv, ndtr, ndtri

KINDS = {
    "fixed": (),
    "normal": ("mean", "sd"),
    "lognormal": ("median", "sigma"),
    "beta": ("a", "b"),
    "triangular": ("low", "mode", "high"),
    "uniform": ("low", "high"),
}

def problems(distribution: dict):
    """(code, values) of everything wrong with a distribution."""
    kind = distribution.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        yield "unknown_distribution", {"found": str(kind), "nearest": ", ".join(KINDS)}
        return
    wanted = KINDS[kind]
    for name in wanted:
        value = distribution.get(name)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            yield "distribution_number", {"found": str(value), "name": name, "kind": kind}
            return
    for name in distribution:
        if name not in (*wanted, "kind", "support"):
            yield "distribution_extra", {"found": str(name), "kind": kind}
    if any(distribution[name] <= 0 for name in ("sd", "median", "sigma", "a", "b") if name in wanted):
        yield "distribution_positive", {"kind": kind}
    bounds = [distribution[name] for name in ("low", "mode", "high") if name in wanted]
    support = distribution.get("support")
    if support is not None:
        numbers = isinstance(support, (list, tuple)) and [b for b in support if type(b) in (int, float) and math.isfinite(b)]
        if not numbers or len(numbers) != 2 or len(support) != 2:
            yield "distribution_support", {"found": str(support)}
            return
        bounds = bounds if bounds else [support[0], support[1]]
    if bounds != sorted(bounds) or (bounds and bounds[0] == bounds[-1]):
        yield "distribution_order", {"kind": kind}
    elif support is not None and _cumulative(distribution, float(support[1])) - _cumulative(distribution, float(support[0])) < 1e-6:
        yield "distribution_reach", {"found": str(list(support)), "kind": kind}


def fitted(kind: str, value: float, low: float, high: float) -> dict:
    """A distribution of a kind around a central value, from its range.

    `low` and `high` are the 5 and 95 % points, for `triangular` and `uniform` the ends.

    Raises:
        ValueError: no distribution of this kind has this range; the argument is the code of the message.
    """
    z = float(ndtri(0.95))
    if kind not in KINDS:
        raise ValueError("unknown_distribution")
    if kind != "fixed" and not low < high:
        raise ValueError("distribution_order")
    if kind == "normal":
        return {"kind": kind, "mean": value, "sd": (high - low) / (2.0 * z)}
    if kind == "lognormal":
        if low <= 0.0:
            raise ValueError("distribution_positive")
        return {"kind": kind, "median": value, "sigma": math.log(high / low) / (2.0 * z)}
    if kind == "beta":
        return {"kind": kind, **_beta(value, high - low)}
    if kind == "triangular":
        return {"kind": kind, "low": low, "mode": value, "high": high}
    return {"kind": kind, "low": low, "high": high} if kind == "uniform" else {"kind": kind}


def _beta(mean: float, width: float) -> dict:
    """Beta of a mean whose 5-95 % range is as wide as asked."""

    def excess(log_total: float) -> float:
        a, b = mean * math.exp(log_total), (1.0 - mean) * math.exp(log_total)
        return float(betaincinv(a, b, 0.95) - betaincinv(a, b, 0.05)) - width

    if not 0.0 < mean < 1.0 or excess(0.0) * excess(12.0) > 0.0:
        raise ValueError("distribution_range")
    total = math.exp(brentq(excess, 0.0, 12.0))
    return {"a": mean * total, "b": (1.0 - mean) * total}


def quantile(distribution: dict, u: np.ndarray) -> np.ndarray:
    """Inverse cumulative distribution at `u`, cut to the `support` if there is one."""
    kind = distribution["kind"]
    support = distribution.get("support")
    if support is not None:
        low, high = (_cumulative(distribution, float(bound)) for bound in support)
        u = low + u * (high - low)
    d = distribution
    if kind == "normal":
        return d["mean"] + d["sd"] * ndtri(u)
    if kind == "lognormal":
        return d["median"] * np.exp(d["sigma"] * ndtri(u))
    if kind == "beta":
        return betaincinv(d["a"], d["b"], u)
    if kind == "uniform":
        return d["low"] + u * (d["high"] - d["low"])
    low, mode, high = d["low"], d["mode"], d["high"]
    left = (mode - low) / (high - low)
    return np.where(u < left, low + np.sqrt(u * (high - low) * (mode - low)),
                    high - np.sqrt((1.0 - u) * (high - low) * (high - mode)))


def _cumulative(d: dict, x: float) -> float:
    kind = d["kind"]
    if kind == "normal":
        return float(ndtr((x - d["mean"]) / d["sd"]))
    if kind == "lognormal":
        return float(ndtr(math.log(x / d["median"]) / d["sigma"])) if x > 0 else 0.0
    if kind == "beta":
        return float(betainc(d["a"], d["b"], min(max(x, 0.0), 1.0)))
    if kind == "uniform":
        return min(max((x - d["low"]) / (d["high"] - d["low"]), 0.0), 1.0)
    low, mode, high = d["low"], d["mode"], d["high"]
    if x <= mode:
        return max(x - low, 0.0) ** 2 / ((high - low) * max(mode - low, 1e-300)) if x > low else 0.0
    return 1.0 - max(high - x, 0.0) ** 2 / ((high - low) * (high - mode)) if x < high else 1.0


def normal_scores(u: np.ndarray) -> np.ndarray:
    """Standard normal scores of probabilities."""
    return ndtri(u)
