"""Did the trained units change more than the others did? Difference-in-differences by comparisons that are clean.

Units may start at different waves. Every comparison is between units of one cohort (same start) and units that had not started by
then, with the same waves before (Callaway and Sant'Anna 2021); two-way fixed effects, which also use units that started earlier as
comparison, are not used. The estimate is a weighted sum of cells, so its error is known to the last factor: a scale that is
estimated from how differently units of the same kind changed (clustered by unit), with Satterthwaite's degrees of freedom
(Bell and McCaffrey 2002), since cities have few units.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, stdtrit

from simulation.analysis.panel import Panel


@dataclass(frozen=True)
class Contrast:
    """A weighted sum of cells.

    Attributes:
        kind: "did" with comparison units, "before_after" without.
        weights: (cells,). residuals: rows whose products with the ratings are the units' deviations from their own kind, (units, cells).
        treated, compared: positions of the units on each side.
        left_out: units without a clean comparison.
        years: mean time from before to after, in years.
    """

    kind: str
    weights: np.ndarray
    residuals: np.ndarray
    treated: tuple[int, ...]
    compared: tuple[int, ...]
    left_out: tuple[int, ...]
    years: float


@dataclass(frozen=True)
class Estimate:
    """A change and how well it is known.

    Attributes:
        value, error: IKM points; the error is one standard error.
        freedom: degrees of freedom, infinite where the spread between units comes from the ledger.
        low, high: interval. level: its confidence.
    """

    value: float
    error: float
    freedom: float
    low: float
    high: float
    level: float


def difference_in_differences(panel: Panel) -> Contrast | None:
    """Trained units against units not yet trained, wave by wave; None where no comparison is left."""
    cells = _cell_of(panel)
    pieces = [(g, t) for g in sorted(set(panel.start) - {len(panel.waves)}) for t in range(g, len(panel.waves))]
    stacks = [stack for g, t in pieces if (stack := _stack(panel, cells, g, t))]
    if not stacks:
        return None
    count = sum(len(treated) for treated, _, _ in stacks)
    weights, residuals = np.zeros(len(panel.n)), np.zeros((len(panel.units), len(panel.n)))
    for treated, compared, rows in stacks:
        share = len(treated) / count
        for side, sign in ((treated, 1.0), (compared, -1.0)):
            mean = np.mean([rows[u] for u in side], axis=0)
            weights += sign * share * mean
            for u in side:
                residuals[u] += sign * share / len(side) * (rows[u] - mean)
    used = {u for treated, _, _ in stacks for u in treated}
    started = set(np.flatnonzero(panel.start < len(panel.waves)).tolist())
    return Contrast("did", weights, residuals, tuple(sorted(used)), tuple(sorted({u for _, c, _ in stacks for u in c})),
                    tuple(sorted(started - used)), _years(panel, weights, panel.after))


def before_after(panel: Panel) -> Contrast:
    """The trained units' own change; nothing in it separates training from whatever else happened."""
    weights, rows, units = np.zeros(len(panel.n)), {}, []
    for u in np.flatnonzero(panel.start < len(panel.waves)):
        mine, after = panel.unit == u, panel.after
        if (mine & after).any() and (mine & ~after).any():
            rows[int(u)] = (mine & after) / (mine & after).sum() - (mine & ~after) / (mine & ~after).sum()
            units.append(int(u))
    mean = np.mean([rows[u] for u in units], axis=0)
    residuals = np.zeros((len(panel.units), len(panel.n)))
    for u in units:
        residuals[u] = (rows[u] - mean) / len(units)
    weights += mean
    return Contrast("before_after", weights, residuals, tuple(units), (), (), _years(panel, weights, panel.after))


def before_start(panel: Panel) -> tuple[Panel, Contrast] | None:
    """The same comparison where there should be nothing to see: the last wave before the start against the earlier ones."""
    pretend = np.where(panel.start < len(panel.waves), panel.start - 1, len(panel.waves))
    earlier = panel.keep(~panel.after, pretend)
    contrast = difference_in_differences(earlier)
    return (earlier, contrast) if contrast else None


def _cell_of(panel: Panel) -> np.ndarray:
    """Position of the cell of each unit and wave, -1 where it was not surveyed, (units, waves)."""
    cells = np.full((len(panel.units), len(panel.waves)), -1)
    cells[panel.unit, panel.wave] = np.arange(len(panel.n))
    return cells


def _stack(panel: Panel, cells: np.ndarray, g: int, t: int):
    """Treated units of cohort `g`, units not started by wave `t`, and each one's change as weights on cells."""
    before = [s for s in range(g) if (cells[panel.start == g, s] >= 0).any()]
    for waves in (before, before[-1:]):  # all earlier waves if units have them all, else the last one
        full = (cells[:, t] >= 0) & (cells[:, waves] >= 0).all(axis=1) if waves else np.zeros(len(cells), bool)
        treated, compared = np.flatnonzero(full & (panel.start == g)), np.flatnonzero(full & (panel.start > t))
        if len(treated) and len(compared):
            rows = {}
            for u in (*treated, *compared):
                row = np.zeros(len(panel.n))
                row[cells[u, t]] = 1.0
                row[cells[u, waves]] -= 1.0 / len(waves)
                rows[int(u)] = row
            return [int(u) for u in treated], [int(u) for u in compared], rows
    return None


def _years(panel: Panel, weights: np.ndarray, after: np.ndarray) -> float:
    """Time between the middle of the waves before and after that a change rests on, years."""
    positive = np.clip(weights, 0, None) * after
    negative = np.clip(-weights, 0, None) * ~after
    if not positive.sum() or not negative.sum():
        return 0.0
    return float(panel.years[panel.wave] @ positive / positive.sum() - panel.years[panel.wave] @ negative / negative.sum())


def cell_variance(panel: Panel, unit_wave_sd: float) -> np.ndarray:
    """Working variance of each cell: sampling error and the unit's wobble from wave to wave, IKM points squared."""
    return panel.sampling_variance + unit_wave_sd**2


def estimate(panel: Panel, contrast: Contrast, unit_wave_sd: float, level: float) -> Estimate:
    """Value and interval of a contrast.

    `se^2 = scale * w'Vw`, V the working variance of cells and `scale = sum(r^2) / tr(BVB')` from the units' deviations `r = B y`;
    `df = tr(BVB')^2 / tr((BVB')^2)`. Where no two units of a kind can be compared the scale is 1: the ledger's wobble is believed.
    """
    variance = cell_variance(panel, unit_wave_sd)
    value = float(contrast.weights @ panel.ikm)
    known = float((contrast.weights**2 * variance).sum())
    spread, freedom = deviations(contrast, variance)
    scale = float(((contrast.residuals @ panel.ikm) ** 2).sum()) / spread if freedom >= 1.0 - 1e-9 else 1.0
    freedom = freedom if freedom >= 1.0 - 1e-9 else np.inf
    error = float(np.sqrt(scale * known))
    reach = critical(freedom, level) * error
    return Estimate(value, error, freedom, value - reach, value + reach, level)


def deviations(contrast: Contrast, variance: np.ndarray) -> tuple[float, float]:
    """Trace of the deviations' covariance and their degrees of freedom (0 where there are none)."""
    covariance = (contrast.residuals * variance) @ contrast.residuals.T
    trace = float(np.trace(covariance))
    return trace, trace**2 / float((covariance**2).sum()) if trace > 1e-12 else 0.0


def critical(freedom: float, level: float) -> float:
    """Two-sided critical value of Student's t, the normal's for infinite freedom."""
    p = (1.0 + level) / 2.0
    return float(ndtri(p)) if np.isinf(freedom) else float(stdtrit(freedom, p))
