"""Writes `tests/expected/`: what the ready-made scenarios bring, so that a change of any result is a difference one can read.

`python tools/pins.py` rewrites them; `tests/truth/test_pinned.py` holds the code to them. After a change on purpose, rewrite, read the
difference, and say in the changelog what changed and why.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from simulation import Assumptions, City, Scenario, simulate  # noqa: E402
from simulation.model import value  # noqa: E402

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "expected"
DRAWS = 256
DIGITS = 10  # significant; another machine differs by some 1e-13
HEADER = ("scenario", "outcome", "p05", "p50", "p95")


def readings(outcome, today) -> dict[str, np.ndarray]:
    """What is pinned of one scenario, (draws,) each; `gain` is against today's path."""
    city, year = outcome.city, outcome.scenario.years
    found = {f"{name} of {unit}": mean for unit, name, mean in _by_unit(outcome, year)}
    found |= {name: outcome.year_mean(getattr(outcome, name), year) for name in ("city_ikm", "waiting_minutes", "hours_waited", "skill_in_use")}
    found["gain"] = found["city_ikm"] - today.year_mean(today.city_ikm, year)
    found |= {f"{name} mean": outcome.year_mean(outcome.arrays[name], year).mean(axis=0)
              for name in ("within", "turned_away", "handling", "days", "on_time", "refused", "attainment", "trained", "in_use", "filled")}
    found["meeting_standard"] = outcome.meeting_standard()[-1]
    found["staff_hours_away"] = np.full(outcome.draws, value.staff_hours(outcome.plan, city.heads, outcome.assumptions["effective_hours"].value).sum())
    found |= {key: np.full(outcome.draws, number) for key, number in
              (("cost_rp", outcome.plan.cost_rp.sum()), ("seats", outcome.plan.seats.sum()), ("share_20jp", outcome.share_reaching_20jp().mean()))}
    return found


def _by_unit(outcome, year: int):
    for unit in ("disdukcapil", "dpmptsp"):
        yield unit, "ikm", outcome.year_mean(outcome.ikm, year)[outcome.city.unit(unit)]


def rows(city, ledger, library, draws: int = DRAWS):
    """(scenario, outcome, 5, 50, 95 %) of every scenario and outcome."""
    today = simulate(library["todays_path"], city, ledger, draws)
    for key, scenario in library.items():
        for name, values in readings(simulate(scenario, city, ledger, draws), today).items():
            yield key, name, *np.quantile(values, (0.05, 0.5, 0.95))


def written(number: float) -> str:
    """A number as it stands in a file."""
    return f"{number:.{DIGITS}g}"


def main() -> None:
    """Write the files."""
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / "scenarios.csv").open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(HEADER)
        for scenario, outcome, *band in rows(City.load(), Assumptions.load(), Scenario.library()):
            out.writerow((scenario, outcome, *map(written, band)))


if __name__ == "__main__":
    main()
