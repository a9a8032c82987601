"""How an uncertain number is spread: the kinds a ledger row may have, their checks and their quantiles."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import betainc, betaincinv, ndtr, ndtri

KINDS = {
    "fixed": (),
    "normal": ("mean", "sd"),
    "lognormal": ("median", "sigma"),
    "beta": ("a", "b"),
    "triangular": ("low", "mode", "high"),
    "uniform": ("low", "high"),
}

_Z = float(ndtri(0.95))


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


def fitted(kind: str, low: float, high: float, value: float) -> dict:
    """A distribution of a kind from its range.

    Args:
        low, high: the 5 and 95 % points; for `triangular` and `uniform` the ends.
        value: the mode of `triangular`; the others have their middle from the range.

    Raises:
        ValueError: no distribution of this kind has this range; the argument is the code of the message.
    """
    if kind not in KINDS:
        raise ValueError("unknown_distribution")
    if kind != "fixed" and not low < high:
        raise ValueError("distribution_order")
    if kind == "normal":
        return {"kind": kind, "mean": 0.5 * (low + high), "sd": 0.5 * (high - low) / _Z}
    if kind == "lognormal":
        if low <= 0.0:
            raise ValueError("distribution_positive")
        return {"kind": kind, "median": math.sqrt(low * high), "sigma": 0.5 * math.log(high / low) / _Z}
    if kind == "beta":
        return {"kind": kind, **_beta(low, high)}
    if kind == "triangular":
        return {"kind": kind, "low": low, "mode": value, "high": high}
    return {"kind": kind, "low": low, "high": high} if kind == "uniform" else {"kind": kind}


def _beta(low: float, high: float) -> dict:
    """Beta whose 5 and 95 % points are `low` and `high`."""
    from scipy.optimize import least_squares  # slow to load, and only an edited range needs it

    if not 0.0 < low < high < 1.0:
        raise ValueError("distribution_range")

    def misses(logs: np.ndarray) -> np.ndarray:
        a, b = np.exp(np.clip(logs, -3.0, 12.0))
        return betaincinv(a, b, np.array([0.05, 0.95])) - (low, high)

    mean, total = 0.5 * (low + high), max(1.0, 2.7 * 0.5 * (low + high) * (2.0 - low - high) / ((high - low) / 2.0) ** 2)
    found = least_squares(misses, np.log([mean * total, (1.0 - mean) * total]), xtol=1e-14, ftol=1e-14, gtol=1e-14)
    if np.abs(found.fun).max() > 1e-6:
        raise ValueError("distribution_range")
    a, b = np.exp(found.x)
    return {"a": float(a), "b": float(b)}


def middle(distribution: dict) -> float | None:
    """Central value of a spread: mean, or median of a lognormal; None where the range does not fix it."""
    d = distribution
    if d["kind"] == "beta":
        return d["a"] / (d["a"] + d["b"])
    return {"normal": d.get("mean"), "lognormal": d.get("median")}.get(d["kind"])


def moved(distribution: dict, value: float) -> dict:
    """The same spread around another central value; relative for `lognormal`, with as much certainty for `beta`.

    Raises:
        ValueError: there is none; the argument is the code of the message.
    """
    d = distribution
    if d["kind"] == "normal":
        return d | {"mean": value}
    if d["kind"] == "lognormal":
        if value <= 0.0:
            raise ValueError("distribution_positive")
        return d | {"median": value}
    if not 0.0 < value < 1.0:
        raise ValueError("distribution_range")
    total = d["a"] + d["b"]
    return d | {"a": value * total, "b": (1.0 - value) * total}


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
