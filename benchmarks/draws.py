"""What draws by name cost in accuracy against scrambled Sobol points: `python -m benchmarks.draws [SEEDS]`.

Both designs look at the main gain, the city's IKM of the last year with the plan "designed for impact" less that with today's path;
the truth is a large Sobol sample. The same draws of a seed are read at several sizes, since the first ones stay.
"""

from __future__ import annotations

import sys
import time

import numpy as np
from scipy.stats import qmc

from simulation import Assumptions, City, Scenario
from simulation.analysis.futures import at_points
from simulation.draws import Points

SIZES, TRUTH, SEEDS = (64, 256, 1024), 65_536, 50
FIGURES = ("median", "5 %", "95 %", "mean")


def sobol(names: tuple[str, ...], draws: int, seed: int) -> Points:
    """Scrambled Sobol points, one dimension a name in their order; an exact 0 would be an infinite score."""
    u = qmc.Sobol(len(names), rng=np.random.default_rng(seed)).random_base2(int(np.log2(draws))).T
    return Points(names, np.clip(u, 2.0**-31, 1.0 - 2.0**-31))


def figures(gain: np.ndarray) -> np.ndarray:
    """What is estimated, (figures,)."""
    return np.array([*np.quantile(gain, (0.5, 0.05, 0.95)), gain.mean()])


def errors(design, gain, truth: np.ndarray, seeds: int) -> np.ndarray:
    """Errors of the figures, (seeds, sizes, figures)."""
    return np.array([[figures(found[:size]) - truth for size in SIZES] for found in (gain(design(seed)) for seed in range(1, seeds + 1))])


def main(seeds: int = SEEDS) -> None:
    """Print the table."""
    start = time.perf_counter()
    city, ledger, library = City.load(), Assumptions.load(), Scenario.library()
    pair = [library[key] for key in ("designed_for_impact", "todays_path")]
    programmes = pair[0].catalogue.ids

    def gain(points: Points) -> np.ndarray:
        ikm = at_points(pair, city, ledger, points).ikm
        return ikm[0] - ikm[1]

    names = ledger.points(1, 0, programmes).names
    truth = figures(gain(sobol(names, TRUTH, 0)))
    found = {"Sobol": errors(lambda seed: sobol(names, SIZES[-1], seed), gain, truth, seeds),
             "by name": errors(lambda seed: ledger.points(SIZES[-1], seed, programmes), gain, truth, seeds)}
    rmse = {name: np.sqrt(np.square(each).mean(axis=0)) for name, each in found.items()}
    print(f"root mean square error x 1000 of the gain over {seeds} seeds, in {len(names)} names ({time.perf_counter() - start:.0f} s)")
    print("  truth x 1000: " + ", ".join(f"{name} {1000 * value:.0f}" for name, value in zip(FIGURES, truth, strict=True)))
    for i, size in enumerate(SIZES):
        for j, figure in enumerate(FIGURES):
            one, two = (1000 * rmse[name][i, j] for name in found)
            print(f"  {size:>5} draws, {figure:<6}: Sobol {one:5.1f}, by name {two:5.1f}, ratio {two / one:.2f} +- {two / one / np.sqrt(seeds):.2f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
