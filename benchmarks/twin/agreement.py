"""The twin against the cohort model: the same plan and assumptions, quarter by quarter, with the error of the twin's chance."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from benchmarks.twin.seating import EVEN, Rules
from benchmarks.twin.town import Town
from simulation.ensemble import prepare
from simulation.model import chain

TOLERANCE = {"ikm": 0.05, "share_applying": 0.02}  # check 18 of docs/model.md


@dataclass(frozen=True)
class Agreement:
    """One scenario and one draw of the assumptions, in both models.

    Attributes:
        scenario: its key; draw: 0 for the central values, 1 and up for draws of the ledger; rules: how persons are picked.
        cohort: series -> (quarters,); twin: series -> (replications, quarters). Series are `ikm` of the city, `share_applying` (trained skill
            in use over all trained skill, all staff) and `trained` (SD).
    """

    scenario: str
    draw: int
    rules: Rules
    cohort: dict[str, np.ndarray]
    twin: dict[str, np.ndarray]

    @property
    def replications(self) -> int:
        """How often the twin was run."""
        return len(self.twin["ikm"])

    def difference(self, series: str) -> np.ndarray:
        """Mean of the twin minus the cohort model, (quarters,)."""
        return self.twin[series].mean(axis=0) - self.cohort[series]

    def error(self, series: str) -> np.ndarray:
        """Standard error of that difference, (quarters,)."""
        return self.twin[series].std(axis=0, ddof=1) / np.sqrt(self.replications)

    def over_the_path(self, series: str) -> tuple[float, float]:
        """Mean difference over all quarters and its standard error; chance of single quarters is averaged out."""
        each = (self.twin[series] - self.cohort[series]).mean(axis=1)
        return float(each.mean()), float(each.std(ddof=1) / np.sqrt(self.replications))

    def against(self, other: Agreement, series: str = "ikm") -> tuple[np.ndarray, np.ndarray]:
        """Difference of the twin's and the cohort's gain over another scenario, and its standard error, (quarters,) each."""
        gain = self.twin[series] - other.twin[series] - (self.cohort[series] - other.cohort[series])
        return gain.mean(axis=0), gain.std(axis=0, ddof=1) / np.sqrt(len(gain))

    def table(self) -> pd.DataFrame:
        """One row per series and quarter: cohort, twin, difference, standard error."""
        parts = [pd.DataFrame({"series": name, "quarter": np.arange(1, len(path) + 1), "cohort": path, "twin": self.twin[name].mean(axis=0),
                               "difference": self.difference(name), "standard_error": self.error(name)}) for name, path in self.cohort.items()]
        return pd.concat(parts, ignore_index=True)


def compare(scenario_key: str, scenario, city, assumptions, draw: int = 0, rules: Rules = EVEN, replications: int = 8) -> Agreement:
    """Run both models, without the years before the start: nobody has trained skill at first.

    Args:
        draw: 0 for the central values, else the number of the draw, from 1, that the scenario's seed gives.
        replications: runs of the twin, with seeds 0, 1, 2 ...
    """
    setting, ledger = prepare(scenario, city, assumptions)
    setting = replace(setting, past=None, row_before=None, away_before=0.0)
    a, luck = one_future(scenario, ledger, draw)
    weights = city.users / city.users.sum(), np.bincount(city.cell_group, city.heads) / city.heads.sum()
    arrays = chain.run(setting, a, luck)
    cohort = _series(*(arrays[name][..., 0] for name in ("ikm", "in_use", "trained")), *weights)
    runs = [Town(setting, a, luck, rules, seed).run() for seed in range(replications)]
    paths = [_series(town.ikm, town.in_use, town.trained, *weights) for town in runs]
    return Agreement(scenario_key, draw, rules, cohort, {name: np.array([path[name] for path in paths]) for name in cohort})


def one_future(scenario, ledger, draw: int) -> tuple[dict, np.ndarray]:
    """Values of every assumption, key -> (1,), and each programme's luck, (programmes, 1)."""
    programmes = scenario.catalogue.ids
    if draw == 0:
        return {row.key: np.array([row.value]) for row in ledger.parameters}, np.zeros((len(programmes), 1))
    values, luck = ledger.draw(draw, scenario.seed, programmes)
    return {key: value[draw - 1:draw] for key, value in values.items()}, luck[:, draw - 1:draw]


def _series(ikm, in_use, trained, users, people) -> dict[str, np.ndarray]:
    """City paths from quarter 1 on."""
    return {"ikm": users @ ikm[:, 1:], "share_applying": (people @ in_use[:, 1:]) / (people @ trained[:, 1:]), "trained": people @ trained[:, 1:]}
