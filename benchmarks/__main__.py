"""Time and memory of a five-year full-city run against the cheapest pass over the same arrays: `make bench`."""

from __future__ import annotations

import os
import time
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from simulation import Assumptions, City, Scenario, simulate
from simulation.ensemble import BLOCK
from simulation.model import chain, satisfaction, service, skill, training


def median_seconds(run: Callable[[], object], times: int = 7) -> float:
    """Median duration after one warm-up."""
    run()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return float(np.median(taken))


def cheapest_pass(outcome) -> float:
    """Seconds to read every state array once per quarter, block by block, and to write every result once."""
    rows, quarters = len(outcome.setting.cell_of_row), outcome.quarters
    state = np.ones((6, len(outcome.city.competencies), rows, min(BLOCK, outcome.draws)))
    results = [np.empty(array.shape[:-1] + (min(BLOCK, outcome.draws),)) for array in outcome.arrays.values()]
    blocks = -(-outcome.draws // BLOCK)

    def once():
        for _ in range(blocks):
            for _ in range(quarters):
                np.multiply(state, 0.999, out=state)
            for result in results:
                result.fill(1.0)

    return median_seconds(once)


def links(scenario, city, assumptions, draws: int) -> dict[str, float]:
    """Share of a run's time in each link of the chain."""
    spent: dict[str, float] = {}
    places = [(training, "plan", "training"), (skill.Skill, "teach", "skill"), (skill.Skill, "fade", "skill"),
              (chain.Classroom, "quarter", "skill"), (skill, "fading", "skill"), (service.Counters, "quarter", "counters"),
              (service.Casework, "quarter", "casework"), (satisfaction.Citizens, "quarter", "satisfaction"),
              (chain._Mixes, "of", "mixes")]
    originals = [(owner, name, getattr(owner, name)) for owner, name, _ in places]
    for owner, name, link in places:
        setattr(owner, name, _timed(getattr(owner, name), link, spent))
    try:
        start = time.perf_counter()
        simulate(scenario, city, assumptions, draws)
        total = time.perf_counter() - start
    finally:
        for owner, name, original in originals:
            setattr(owner, name, original)
    return {link: seconds / total for link, seconds in sorted(spent.items(), key=lambda item: -item[1])}


def _timed(function, link: str, spent: dict):
    def timed(*arguments, **named):
        start = time.perf_counter()
        try:
            return function(*arguments, **named)
        finally:
            spent[link] = spent.get(link, 0.0) + time.perf_counter() - start

    return timed


def slope(sizes: list[float], seconds: list[float]) -> float:
    """Growth exponent: 1 means in proportion."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def main() -> None:
    """Print all figures."""
    city, assumptions, scenario = City.load(), Assumptions.load(), Scenario.library()["designed_for_impact"]
    outcome = simulate(scenario, city, assumptions, 256)
    run = median_seconds(lambda: simulate(scenario, city, assumptions, 256))
    limit = cheapest_pass(outcome)
    with ThreadPoolExecutor(os.cpu_count()) as executor:
        threads = median_seconds(lambda: simulate(scenario, city, assumptions, 256, executor))
    print(f"256 draws, {outcome.quarters} quarters, {len(city.units)} units: {run * 1e3:.0f} ms, {run / 256 * 1e3:.2f} ms a draw")
    print(f"  ratio to the cheapest pass over the same arrays: {run / limit:.1f} (limit {limit * 1e3:.1f} ms)")
    print(f"  with {os.cpu_count()} threads: {threads * 1e3:.0f} ms, {run / threads:.2f} times as fast")
    print("  split:", ", ".join(f"{link} {share:.0%}" for link, share in links(scenario, city, assumptions, 256).items()))
    draws = [256, 512, 1024, 2048]
    print(f"  growth with draws: {slope(draws, [median_seconds(lambda n=n: simulate(scenario, city, assumptions, n), 3) for n in draws]):.2f}")
    years = [2, 4, 8]
    longer = [scenario.replace({"years": n}) for n in years]
    print(f"  growth with quarters: {slope(years, [median_seconds(lambda s=s: simulate(s, city, assumptions, 256), 3) for s in longer]):.2f}")
    for n in (256, 2048):
        tracemalloc.start()
        result = simulate(scenario, city, assumptions, n)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        kept = sum(array.nbytes for array in result.arrays.values())
        print(f"  {n} draws: results {kept / n / 1024:.0f} kB a draw, working memory beside them {(peak - kept) / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
