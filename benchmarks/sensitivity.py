"""Sobol indices of a difference over every assumption that varies: seconds, and the ratio to as many plain runs."""

from __future__ import annotations

import sys
import time

from simulation import Assumptions, City, Scenario
from simulation.analysis.futures import futures
from simulation.analysis.sensitivity import sensitivity


def main(n: int = 1024) -> None:
    """Plain runs before and after, so that a change of the machine's load shows."""
    city, assumptions, library = City.load(), Assumptions.load(), Scenario.library()
    pair = [library["designed_for_impact"], library["todays_path"]]

    def plain() -> float:
        start = time.perf_counter()
        futures(pair, city, assumptions, 4096)
        return (time.perf_counter() - start) / 4096

    before = plain()
    start = time.perf_counter()
    found = sensitivity(*pair, city, assumptions, n)
    seconds = time.perf_counter() - start
    per_run = 0.5 * (before + plain())
    runs, asked = found.indices.runs, found.n * (2 + len(found.indices.names) + len(found.links.names))
    print(f"Sobol, n = {n}, {len(found.indices.names)} assumptions and {len(found.links.names)} links: {seconds:.1f} s, {runs:,} runs of each scenario")
    print(f"  ratio to as many plain runs: {seconds / (runs * per_run):.2f} (aim 1.1)")
    print(f"  ratio to the {asked:,} runs without leaving out what changes nothing: {seconds / (asked * per_run):.2f}")
    print("  " + found.sentence("en"))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
