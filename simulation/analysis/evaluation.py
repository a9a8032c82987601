"""Did it help? Before and after, against units that were not trained, with what this survey could and could not have seen.

One decision, held in an `Evaluation`; its words, table and pictures only repeat it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulation.analysis.did import (
    Contrast,
    Estimate,
    before_after,
    before_start,
    cell_variance,
    critical,
    difference_in_differences,
    estimate,
)
from simulation.analysis.naive_rule import POWER, Power, Rates, power_of, rates
from simulation.analysis.panel import Note, Panel, read_panel
from simulation.assumptions import Assumptions
from simulation.errors import InputError, Problem, shown

LEVEL = 0.95


@dataclass(frozen=True)
class Evaluation:
    """What an evaluation found.

    Attributes:
        panel: the cells used. kind: "did" or "before_after". change: the estimate the verdict rests on.
        own_change: what the trained units' ratings did by themselves: the number that the naive rule looks at.
        trend_before: the same comparison before the start, where nothing should be seen; None where it cannot be made.
        allowance: drift taken off before a rise counts, IKM points; 0 with comparison units.
        power: what the design can see. rates: how often each rule says "better", by drift and true gain.
        smallest: smallest difference that matters, IKM points. unit_wave_sd: wobble of a unit between waves, IKM points.
        treated, compared, left_out: unit names. notes: what the reader must know.
    """

    panel: Panel
    kind: str
    change: Estimate
    own_change: Estimate
    trend_before: Estimate | None
    allowance: float
    years: float
    power: Power
    rates: tuple[Rates, ...]
    smallest: float
    unit_wave_sd: float
    treated: tuple[str, ...]
    compared: tuple[str, ...]
    left_out: tuple[str, ...]
    notes: tuple[Note, ...]

    @property
    def verdict(self) -> str:
        """improved, worsened or cannot tell: the interval, less the drift allowed for, against zero."""
        if self.change.low - max(self.allowance, 0.0) > 0.0:
            return "improved"
        return "worsened" if self.change.high < 0.0 else "cannot tell"

    @property
    def naive_cheers(self) -> bool:
        """Whether the naive rule says that the policy worked."""
        return self.own_change.value > 0.0

    @property
    def smallest_seen(self) -> float:
        """Smallest true gain that this design sees with 80 % power, IKM points."""
        return self.power.smallest()

    @property
    def uneven_before(self) -> bool:
        """Whether the groups already moved apart before the start."""
        return self.trend_before is not None and not self.trend_before.low <= 0.0 <= self.trend_before.high

    def rate(self, gain: float, drift: float) -> Rates:
        """The rates of one drift and gain."""
        return next(r for r in self.rates if r.gain == gain and r.drift == drift)

    def table(self, lang: str = "id") -> pd.DataFrame:
        """One row per unit and wave: n, IKM, its interval by sampling error, trained yet or not."""
        p = self.panel
        reach = critical(np.inf, self.change.level) * np.sqrt(p.sampling_variance)
        return pd.DataFrame({"unit": [p.units[u] for u in p.unit], "wave": [p.waves[w] for w in p.wave], "n": p.n.astype(int),
                             "ikm": p.ikm, "low": p.ikm - reach, "high": p.ikm + reach, "trained": p.after})

    def sentence(self, lang: str = "id") -> str:
        """Verdict, size, what the naive rule would say and how often it would be wrong."""
        from simulation.present.evaluation_views import sentence

        return sentence(self, lang)

    def designs(self, wanted: float) -> pd.DataFrame:
        """Surveys that would see a wanted change; see `designs`."""
        return designs(wanted, self.panel.spread, self.unit_wave_sd, self.change.level)


def evaluate(cells: pd.DataFrame, started: Mapping[str, str | None], assumptions: Assumptions | None = None, *,
             people_served: Mapping[str, float] | None = None, level: float = LEVEL) -> Evaluation:
    """Compare units before and after training with units that had not started.

    Args:
        cells: columns unit, wave, n, ikm, sd, as from `Survey.cells()`.
        started: unit -> first wave after its training began, None for a unit that has not been trained; every unit is named.
        assumptions: the ledger: `unit_wave_sd`, `respondent_sd`, the range of `trend`, `smallest_difference`.
        people_served: unit -> people served in a wave, for the finite-population correction.
        level: confidence of the intervals.

    Raises:
        InputError: everything wrong with the cells or the starts.
    """
    if not 0.5 <= level < 1.0:
        raise InputError(Problem("evaluation_level", {"found": shown(level)}))
    ledger = assumptions or Assumptions.load()
    wobble = ledger["unit_wave_sd"].value
    panel = read_panel(cells, started, people_served, ledger["respondent_sd"].value)
    own = before_after(panel)
    contrast = difference_in_differences(panel) or own
    compared = contrast.kind == "did"
    drift = float(ledger["trend"].range[1])
    allowance = 0.0 if compared else drift * own.years
    power = power_of(panel, contrast, wobble, level, allowance)
    pre = before_start(panel) if compared else None
    trend = estimate(*pre, wobble, level) if pre else None
    return Evaluation(panel, contrast.kind, estimate(panel, contrast, wobble, level), estimate(panel, own, wobble, level), trend, allowance,
                      own.years, power, rates(panel, own, power, wobble, (0.0, drift), compared), ledger["smallest_difference"].value, wobble,
                      *(tuple(panel.units[u] for u in side) for side in (contrast.treated, contrast.compared, contrast.left_out)),
                      (*panel.notes, *_notes(contrast, trend, panel)))


def _notes(contrast: Contrast, trend: Estimate | None, panel: Panel) -> list[Note]:
    notes = []
    if contrast.kind == "before_after":
        notes.append(Note("no_comparison"))
    elif trend is None:
        notes.append(Note("trend_unchecked"))
    elif not trend.low <= 0.0 <= trend.high:
        notes.append(Note("trend_uneven"))
    notes += [Note("left_out", (("unit", panel.units[u]),)) for u in contrast.left_out]
    return notes + ([] if panel.spread_is_measured else [Note("spread_assumed")])


def designs(wanted: float, respondent_sd: float, unit_wave_sd: float, level: float = LEVEL, power: float = POWER) -> pd.DataFrame:
    """Balanced surveys and the smallest gain each sees: as many trained as untrained units, the same n and waves on both sides.

    Args:
        wanted: IKM points that one wants to see.

    Returns:
        n (per unit and wave), units (per side), waves (before and after each), smallest (IKM points), seen (whether <= wanted),
        respondents (in all); those that see it first, fewest respondents first.
    """
    rows = []
    for n in (50, 100, 150, 300, 600):
        for units in (2, 4, 8, 16, 32):
            for waves in (1, 2, 4):
                error = float(np.sqrt((respondent_sd**2 / n + unit_wave_sd**2) * (2.0 / waves) * (2.0 / units)))
                smallest = Power(error, 2.0 * units - 2.0, level).smallest(power)
                rows.append((n, units, waves, smallest, smallest <= wanted, n * units * 2 * waves * 2))
    frame = pd.DataFrame(rows, columns=["n", "units", "waves", "smallest", "seen", "respondents"])
    return frame.sort_values(["seen", "respondents", "smallest"], ascending=[False, True, True], kind="stable", ignore_index=True)


def unit_means(evaluation: Evaluation) -> pd.DataFrame:
    """Mean IKM of trained and of untrained units by wave, for the picture: side, wave, ikm, low, high.

    Untrained are the units that never started; where all start some day, those that had not started at the wave.
    """
    p, rows = evaluation.panel, []
    variance = cell_variance(p, evaluation.unit_wave_sd)
    trained = np.isin(p.unit, [p.units.index(name) for name in evaluation.treated])
    never = p.start[p.unit] == len(p.waves)
    sides = {"treated": trained, "compared": never if never.any() else trained & ~p.after}
    sides |= {} if never.any() else {"treated": trained & p.after}
    for side, members in sides.items():
        for w, wave in enumerate(p.waves):
            cells = np.flatnonzero((p.wave == w) & members)
            if len(cells):
                reach = critical(np.inf, evaluation.change.level) * float(np.sqrt(variance[cells].sum())) / len(cells)
                mean = float(p.ikm[cells].mean())
                rows.append((side, wave, mean, mean - reach, mean + reach))
    return pd.DataFrame(rows, columns=["side", "wave", "ikm", "low", "high"])
