"""What 514 cities would cost: `python -m benchmarks.national [--fraction 0.1] [--draws 1024] [--wait 0]` runs a share of them and extrapolates.

Two processes on this machine. How time grows with cities, draws and cells is measured at four sizes or more each; the time of the whole
country comes from a line through the runs, with the error of a prediction from that line.
"""

from __future__ import annotations

import argparse
import resource
import time
from functools import partial

import numpy as np
from scipy import stats

from benchmarks.cluster import PROCESSES, pin, timed, wait_for_quiet
from simulation import Assumptions, City, Scenario, cluster
from simulation.national import ASN, CITIES, made_city, national, sample, sizes

SHARES = (0.2, 0.4, 0.6, 0.8, 1.0)  # of the fraction asked for
FACTORS = (1, 2, 4, 8)  # Salatiga's size times
DRAWS = (256, 512, 1024, 2048)


def peak_mb() -> float:
    """Largest memory that this process has ever held, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def line(x, y, at: float) -> tuple[float, float, float, float]:
    """Least squares: intercept, slope, prediction at a point and half of its 90 % interval for one more run."""
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    fit = stats.linregress(x, y)
    free = len(x) - 2
    sd = np.sqrt(np.sum((y - fit.intercept - fit.slope * x) ** 2) / free)
    spread = sd * np.sqrt(1 + 1 / len(x) + (at - x.mean()) ** 2 / np.sum((x - x.mean()) ** 2))
    return fit.intercept, fit.slope, fit.intercept + fit.slope * at, stats.t.ppf(0.95, free) * spread


def exponent(sizes_, seconds) -> str:
    """Growth exponent with its standard error; 1 means in proportion."""
    fit = stats.linregress(np.log(sizes_), np.log(seconds))
    return f"{fit.slope:.2f} (standard error {fit.stderr:.2f})"


def quickest(run, times: int = 3) -> float:
    """Least processor time of some runs, the one that others disturbed least, seconds."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        run()
        taken.append(time.process_time() - start)
    return min(taken)


def growth(run, home, number: int) -> None:
    """Print how one city's time grows with draws and with cells, serial."""
    seconds = [quickest(lambda n=n: run([number], n)) for n in DRAWS]
    print(f"growth with draws {DRAWS}: exponent {exponent(DRAWS, seconds)}; {seconds[0]:.2f} to {seconds[-1]:.2f} s of processor time a city")
    size = sizes()
    near = [int(np.argmin(np.abs(size - factor * home.heads.sum()))) for factor in FACTORS]
    cells = [len(made_city(n, int(size[n]), home).heads) for n in near]
    seconds = [quickest(lambda n=n: run([n], 512)) for n in near]
    print(f"growth with cells {tuple(cells)}: exponent {exponent(cells, seconds)}; {seconds[0]:.2f} to {seconds[-1]:.2f} s of processor time a city, 512 draws")


def extrapolated(counts, seconds, how: str) -> None:
    """Print the line through the runs and what it says of the whole country."""
    start, each, whole, error = line(counts, seconds, CITIES)
    print(f"{how}: {start:.1f} s + {each:.3f} s a city, growth exponent {exponent(counts, seconds)}; all {CITIES} cities, {ASN} ASN on these "
          f"{PROCESSES} processes: {whole:.0f} s, 90 % interval of the line +- {error:.0f} s (not run: {counts[-1]} cities at most were)")


def serial(run, numbers, executor) -> None:
    """Print the processor time of the same cities on the cluster and one after the other."""
    _, shared, _, result = timed(lambda: run(numbers, executor=executor), executor)
    _, alone, _, expected = timed(lambda: run(numbers))
    assert result.table().equals(expected.table()) and np.array_equal(result.total_gain_ikm, expected.total_gain_ikm)
    print(f"{len(numbers)} cities one after the other: {alone:.1f} s of processor time, on the cluster {shared:.1f} s, efficiency "
          f"{alone / shared:.2f}; the same bits")


def main() -> None:
    """Print all figures."""
    pin("benchmarks.national")
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    parser.add_argument("--fraction", type=float, default=0.1, help="of the 514 cities")
    parser.add_argument("--draws", type=int, default=1024)
    parser.add_argument("--wait", type=float, default=0.0, help="seconds to wait for a quiet machine before each run")
    asked = parser.parse_args()
    home, assumptions, library = City.load(), Assumptions.load(), Scenario.library()
    pair = library["designed_for_impact"], library["todays_path"]

    def run(numbers, draws=asked.draws, executor=None):
        return national(*pair, home, assumptions, draws, numbers, executor)

    with cluster.local(PROCESSES) as executor:
        run(sample(4 / CITIES), executor=executor)  # loads what the workers need
        counts, seconds, used = [], [], []
        for share in SHARES:
            numbers = sample(share * asked.fraction)
            wait_for_quiet(asked.wait)
            wall, processor, others, result = timed(partial(run, numbers, executor=executor), executor)
            seconds.append(wall)
            used.append(processor)
            counts.append(len(numbers))
            held = executor.client.run(peak_mb).values()
            print(f"{len(numbers)} cities, {result.asn.sum()} ASN, {result.cells.sum()} cells, {asked.draws} draws: {seconds[-1]:.1f} s, "
                  f"{used[-1]:.1f} s of processor time, "
                  f"peak memory {max(held):.0f} MB a worker, {peak_mb():.0f} MB here; others took {others:.0%}", flush=True)
        extrapolated(counts, seconds, "by the clock")
        extrapolated(counts, np.array(used) / PROCESSES, "by processor time, shared evenly")
        serial(run, sample(SHARES[1] * asked.fraction), executor)
    growth(run, home, int(sample(1 / CITIES)[0]))
    print(result.sentence("en"))


if __name__ == "__main__":
    main()
