"""Makes the made-up forecast ledger in data/samples from the made-up survey waves: nobody made these forecasts.

    python tools/sample_forecasts.py

The forecasts rest on the model and on today's path, moved back so that the made-up waves fall into it.
"""

from __future__ import annotations

from pathlib import Path

from simulation.analysis.forecast import Forecast
from simulation.analysis.forecasts import ForecastLedger
from simulation.assumptions import Assumptions
from simulation.city import City
from simulation.ensemble import simulate
from simulation.scenario import Scenario
from simulation.survey import Survey

SAMPLES = Path(__file__).resolve().parent.parent / "data" / "samples"
WAVES = (("2025-Q1", "2024-12-16", "2025-04-14"), ("2025-Q3", "2025-06-16", "2025-10-13"),
         ("2026-Q1", "2025-12-15", "2026-04-13"), ("2026-Q3", "2026-06-15", "2026-10-12"))


def write(path: Path) -> None:
    """Write the ledger anew."""
    assumptions = Assumptions.load()
    city = City.load(tables=assumptions.tables)
    plan = Scenario.library()["todays_path"].replace({"start_year": 2025})
    outcome = simulate(plan, city, assumptions, draws=1024)
    cells = Survey.read(SAMPLES / "skm_empat_gelombang.csv").in_city(city).cells()
    path.unlink(missing_ok=True)
    ledger = ForecastLedger(path)
    for wave, made, arrived in WAVES:
        ledger.add(Forecast.of(outcome, wave, made, respondents=55, author="DATA REKAAN untuk contoh"))
        ledger.add_wave(cells, wave, arrived)
    path.with_name(f".{path.name}.lock").unlink(missing_ok=True)


if __name__ == "__main__":
    write(SAMPLES / "buku_ramalan.jsonl")
