"""Cohort model and twin side by side: `python -m benchmarks.twin [replications]` (60 take about ten minutes of one free core)."""

from __future__ import annotations

import sys
import time

from benchmarks.twin.agreement import TOLERANCE, Agreement, compare
from benchmarks.twin.seating import EVEN, IN_PERSON, STEADY, Rules
from simulation import Assumptions, City, Scenario

SCENARIOS = ("todays_path", "designed_for_impact")
DRAWS = (0, 1, 2)
ONE_BY_ONE = {"seats by turns": Rules(turns=True, same_people=True), "coach and refresher to anybody": Rules(),
              "rotation to like units": Rules(same_people=True, across_units=True)}


def line(result: Agreement, name: str) -> str:
    """Widest difference of a path with its error, the mean over the path with its error, and the verdict."""
    difference, error = result.difference(name), result.error(name)
    worst = int(abs(difference).argmax())
    mean, mean_error = result.over_the_path(name)
    high, low = (abs(difference[worst]) + sign * 2.0 * error[worst] for sign in (1, -1))
    verdict = "within" if high <= TOLERANCE[name] else "OUTSIDE" if low > TOLERANCE[name] else "within two standard errors of"
    return (f"    {name:15s} mean {mean:+.4f} (se {mean_error:.4f}), widest {difference[worst]:+.4f} (se {error[worst]:.4f}) "
            f"in quarter {worst + 1}: {verdict} {TOLERANCE[name]}")


def report(title: str, rules: Rules, draws, replications: int, city, ledger, library) -> None:
    """Run and print one way of picking persons."""
    print(title, flush=True)
    for draw in draws:
        results = []
        for key in SCENARIOS:
            start = time.perf_counter()
            result = compare(key, library[key], city, ledger, draw, rules, replications)
            gain = result.cohort["ikm"][-1] - result.cohort["ikm"][0]
            print(f"  {key}, {'central values' if draw == 0 else f'draw {draw}'}: {replications} replications, "
                  f"{time.perf_counter() - start:.0f} s; cohort IKM {gain:+.3f} from first to last quarter")
            print("\n".join(line(result, name) for name in TOLERANCE), flush=True)
            results.append(result)
        difference, error = results[1].against(results[0])
        worst = int(abs(difference).argmax())
        print(f"  {SCENARIOS[1]} against {SCENARIOS[0]}: gain in IKM differs by {difference[worst]:+.4f} (se {error[worst]:.4f}) at most, "
              f"{difference[-1]:+.4f} (se {error[-1]:.4f}) in the last quarter", flush=True)


def main() -> None:
    """The cohort's own assumptions first, then what an office would do, then each departure alone."""
    replications = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    shared = City.load(), Assumptions.load(), Scenario.library()
    report("Seats fall at random in a cell, as the cohort model assumes (check 18)", EVEN, DRAWS, replications, *shared)
    report("The same, and counters staffed with the expected number of filled posts", STEADY, DRAWS, replications, *shared)
    report("Persons as an office would pick them", IN_PERSON, DRAWS, replications, *shared)
    for title, rules in ONE_BY_ONE.items():
        report(f"Only: {title}", rules, (0,), replications, *shared)


if __name__ == "__main__":
    main()
