"""Does the calibration hold what its intervals promise? Simulation-based calibration: `python -m benchmarks.calibration`.

Talts, Betancourt, Simpson, Vehtari, Gelman (2018), Validating Bayesian inference algorithms with simulation-based calibration,
arXiv:1804.06788: draw the truth from the prior, make data, calibrate; the truth must rank evenly among the posterior draws.
The first futures are run once for all repetitions; the rounds that look elsewhere are run anew in each, as `calibrate` does.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import chisquare

from simulation import Assumptions, City, Scenario
from simulation.analysis.calibration_data import Observations
from simulation.analysis.calibration_ensemble import Ensemble, Task
from simulation.analysis.calibration_likelihood import made_up
from simulation.draws import luck_name, row_name

FIRST, DRAWS, REPETITIONS, BINS = 8192, 2048, 600, 20
# What a city could have after three years; the figures are placeholders, every repetition makes its own.
DESIGN = {
    "name": {"id": "rancangan", "en": "design"},
    "surveys": [{"wave": wave, "unit": unit, "ikm": 85.0, "n": n} for wave in ("2026", "2027", "2028", "2029")
                for unit, n in (("disdukcapil", 400), ("dpmptsp", 250), ("rsud", 500), ("kec_tingkir", 150))],
    "tests": [{"programme": "service_excellence", "gain": 0.3, "error": 0.12, "control": True, "year": 2027},
              {"programme": "health_desk", "gain": 0.3, "error": 0.15, "control": True, "year": 2028}],
    "applying": [{"months": 6.0, "seen": 60, "applying": 30}, {"months": 12.0, "seen": 45, "applying": 20}],
    "counters": [{"service": "disdukcapil_ktp", "period": period, "minutes": 20.0, "error": 0.6} for period in ("2026", "2029")],
    "counter_discrepancy": 0.3,
}


@dataclass(frozen=True)
class Ranks:
    """Where the truth stood among the posterior draws.

    Attributes:
        keys: what was inferred. places: share of the posterior below the truth, (repetitions, keys).
        k, ess: of each repetition.
    """

    keys: list[str]
    places: np.ndarray
    k: np.ndarray
    ess: np.ndarray

    def coverage(self, level: float = 0.9) -> np.ndarray:
        """Share of repetitions whose central interval held the truth, (keys,)."""
        tail = (1.0 - level) / 2.0
        return ((self.places >= tail) & (self.places <= 1.0 - tail)).mean(axis=0)

    def chi_square(self) -> np.ndarray:
        """p-value of the chi-square test of even ranks, (keys,)."""
        counts = [np.histogram(column, BINS, (0.0, 1.0))[0] for column in self.places.T]
        return np.array([chisquare(count).pvalue for count in counts])


def ranks(task: Task, prior: Ensemble, truths: Ensemble, repetitions: int, seed: int = 0) -> Ranks:
    """Repeat: one of the truths, its data, the calibration by them."""
    rows, programmes = [p.key for p in task.assumptions.parameters if p.varies], task.scenario.catalogue.ids
    names = [*map(row_name, rows), *map(luck_name, programmes)]
    rng = np.random.default_rng(seed)
    told, k, ess = [], [], []
    for truth in range(repetitions):
        figures = {(item.kind, item.index): item.observed for item in made_up(truths.expected, truth, rng)}
        ensemble, weights = task.fit(prior, lambda items, seen=figures: tuple(replace(i, observed=seen[i.kind, i.index]) for i in items))
        told.append((ensemble.points.of(names) < truths.points.of(names)[:, truth, None]) @ weights.values)
        k.append(weights.k)
        ess.append(weights.ess)
    return Ranks([*rows, *programmes], np.array(told), np.array(k), np.array(ess))


def main() -> None:
    """Print the figures."""
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else REPETITIONS
    start = time.perf_counter()
    scenario = Scenario.library()["designed_for_impact"].replace({"years": 3})
    task = Task(scenario, City.load(), Assumptions.load(), Observations.of(DESIGN), DRAWS, scenario.seed)
    prior, truths = replace(task, draws=FIRST).prior(), replace(task, draws=repetitions, seed=1).prior()
    ready = time.perf_counter()
    result = ranks(task, prior, truths, repetitions)
    done = time.perf_counter()
    coverage, p = result.coverage(), result.chi_square()
    print(f"simulation-based calibration: {repetitions} repetitions, {len(result.keys)} assumptions, {DRAWS} draws a round")
    print(f"  seconds: first futures {ready - start:.1f}, repetitions {done - ready:.1f} ({(done - ready) / repetitions:.2f} each)")
    print(f"  Pareto k: median {np.median(result.k):.2f}, below 0.7 in {np.mean(result.k < 0.7):.1%}; effective draws: median "
          f"{np.median(result.ess):.0f}, 5 % of the repetitions below {np.quantile(result.ess, 0.05):.0f}")
    print(f"  90 % intervals cover {coverage.mean():.1%} over all; single assumptions {coverage.min():.1%} to {coverage.max():.1%}")
    print(f"  even ranks, chi-square in {BINS} bins: p < 0.05 in {np.sum(p < 0.05)} of {len(p)} (expected {0.05 * len(p):.1f}), "
          f"smallest {p.min():.4f} (times the number of assumptions: {min(1.0, p.min() * len(p)):.2f})")
    wider = result.places.var(axis=0) / (1.0 / 12.0) - 1.0  # above 0 where intervals are too narrow
    print(f"  variance of the ranks against even ones: {wider.min():+.1%} to {wider.max():+.1%}")
    for key in ("baseline_ikm_error", "p0", "kappa", "stay", "unit_wave_sd", "discrepancy_sd", "service_excellence", "health_desk"):
        i = result.keys.index(key)
        print(f"    {key:<22} covers {coverage[i]:.1%}, chi-square p {p[i]:.2f}")


if __name__ == "__main__":
    main()
