"""One forecast against one survey wave, and many of them in one line.

Units of one wave err together, so every interval counts waves, not units.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.analysis import scoring
from simulation.analysis.scoring import Coverage, Mean
from simulation.schema import Texts

CITY = "city"


@dataclass(frozen=True)
class Score:
    """One forecast of one thing against one wave; IKM points.

    Attributes:
        wave: period; forecast_line, wave_line: lines of the ledger; made: day the forecast was added.
        scenario: id of the plan.
        target: unit id, or "city"; name: its name, None for the city.
        planned, n: respondents forecast for and found.
        p05, p25, p50, p75, p95: the forecast.
        observed, low, high: the survey and its 95 % interval.
        crps, pit: see `scoring`.
        naive: what the last wave before the forecast had found, None when there was none; naive_crps: its score as a
            forecast that allows for the sampling error of both waves.
    """

    wave: str
    forecast_line: int
    wave_line: int
    made: str
    scenario: str
    target: str
    name: Texts | None
    planned: int
    n: int
    p05: float
    p25: float
    p50: float
    p75: float
    p95: float
    observed: float
    low: float
    high: float
    crps: float
    pit: float
    naive: float | None
    naive_crps: float | None

    @property
    def error(self) -> float:
        """Observed minus median."""
        return self.observed - self.p50

    @property
    def inside50(self) -> bool:
        """Whether the middle half held."""
        return self.p25 <= self.observed <= self.p75

    @property
    def inside90(self) -> bool:
        """Whether the 90 % band held."""
        return self.p05 <= self.observed <= self.p95


@dataclass(frozen=True)
class Summary:
    """All scores of the city, or of its units, in one line.

    Attributes:
        of: "city" or "unit".
        pairs, waves: counted.
        bias: mean of observed minus median; absolute: mean size of that error; crps: mean.
        band50, band90: coverage.
        naive_pairs: pairs that had an earlier wave; the rest is over those pairs and None without any.
        own_crps, naive_crps: mean CRPS of the forecast, and of "same as last wave".
        gain: naive CRPS minus own, mean of the waves.
        skill: gain as a share of the naive CRPS.
    """

    of: str
    pairs: int
    waves: int
    bias: Mean
    absolute: float
    crps: float
    band50: Coverage
    band90: Coverage
    naive_pairs: int
    own_crps: float | None
    naive_crps: float | None
    gain: Mean | None
    skill: float | None

    @property
    def against_naive(self) -> str:
        """ "better", "worse" or "cannot tell" than the last wave as a forecast."""
        return {1: "better", -1: "worse", 0: "cannot tell"}[self.gain.sign if self.gain else 0]


def summary(of: str, scores: list[Score]) -> Summary:
    """Scores in one line; at least one."""
    wave = np.array([s.wave for s in scores])
    error = np.array([s.error for s in scores])
    compared = [s for s in scores if s.naive_crps is not None]
    own = naive = gain = skill = None
    if compared:
        both = np.array([[s.crps, s.naive_crps] for s in compared])
        own, naive = both.mean(axis=0).tolist()
        gain = scoring.mean_over_waves(both[:, 1] - both[:, 0], np.array([s.wave for s in compared]))
        skill = 1.0 - own / naive if naive > 0 else None
    return Summary(
        of, len(scores), len(set(wave)), scoring.mean_over_waves(error, wave), float(np.abs(error).mean()),
        float(np.mean([s.crps for s in scores])), scoring.coverage(np.array([s.inside50 for s in scores]), wave, 0.5),
        scoring.coverage(np.array([s.inside90 for s in scores]), wave, 0.9), len(compared), own, naive, gain, skill)
