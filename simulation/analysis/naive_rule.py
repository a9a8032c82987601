""""Satisfaction rose, so the policy worked": how often this rule would be wrong in a given design, and how often ours.

Both answers are probabilities of a normal or t distribution for the design at hand, so nothing has to be simulated: the trained
units' change is a weighted sum of cells whose error is known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from simulation.analysis.did import Contrast, cell_variance, critical, deviations
from simulation.analysis.panel import Panel

GAINS = (0.0, 0.25, 0.5, 1.0, 2.0)  # IKM points: nothing, and what a course or a whole plan may bring
POWER = 0.8


@dataclass(frozen=True)
class Rates:
    """How often each rule says "better" when the true gain is `gain`.

    Attributes:
        gain, drift: IKM points; IKM points a year that training did not cause.
        naive: share of cities in which the IKM of the trained units rises. ours: share in which the verdict is improved.
    """

    gain: float
    drift: float
    naive: float
    ours: float


@dataclass(frozen=True)
class Power:
    """What a design can see.

    Attributes:
        error: true standard error of the estimate, IKM points. freedom, level: of its test. allowance: drift taken off first.
    """

    error: float
    freedom: float
    level: float
    allowance: float = 0.0

    def improved(self, gain: float) -> float:
        """Probability of the verdict "improved" at a true gain."""
        shift = (gain - self.allowance) / self.error
        threshold = critical(self.freedom, self.level)
        if np.isinf(self.freedom):
            return float(ndtr(shift - threshold))
        from scipy.stats import nct

        return float(nct.sf(threshold, self.freedom, shift))

    def smallest(self, power: float = POWER) -> float:
        """Smallest true gain seen with the given power, IKM points."""
        from scipy.optimize import brentq

        far = self.allowance + self.error * (critical(self.freedom, self.level) + 10.0) * 3.0
        return float(brentq(lambda gain: self.improved(gain) - power, self.allowance, far, xtol=1e-4))


def power_of(panel: Panel, contrast: Contrast, unit_wave_sd: float, level: float, allowance: float) -> Power:
    """What the design of a contrast can see, by the ledger's wobble and the survey's sampling error."""
    variance = cell_variance(panel, unit_wave_sd)
    _, freedom = deviations(contrast, variance)
    error = float(np.sqrt((contrast.weights**2 * variance).sum()))
    return Power(error, freedom if freedom >= 1.0 - 1e-9 else np.inf, level, allowance)


def rates(panel: Panel, own_change: Contrast, power: Power, unit_wave_sd: float, drifts: tuple[float, ...],
          compared: bool) -> tuple[Rates, ...]:
    """Both rules at each drift and gain; `own_change` is the trained units' before and after, `compared` whether others are there."""
    error = float(np.sqrt((own_change.weights**2 * cell_variance(panel, unit_wave_sd)).sum()))
    found = []
    for drift in drifts:
        for gain in GAINS:
            rise = gain + drift * own_change.years
            seen = gain if compared else rise  # comparison units take the drift out, else it is part of the change
            found.append(Rates(gain, drift, float(ndtr(rise / error)), power.improved(seen)))
    return tuple(found)
