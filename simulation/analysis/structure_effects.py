"""The structural switches side by side: the same scenarios under each alternative of the model."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from simulation.analysis.futures import Futures, futures
from simulation.analysis.progress import part
from simulation.assumptions import Assumptions
from simulation.city import City
from simulation.ensemble import Progress
from simulation.outcome import verdict_of
from simulation.scenario import Scenario


@dataclass(frozen=True)
class Alternative:
    """The scenarios under one alternative.

    Attributes:
        switch, option: what was chosen; both empty for the ledger as it stands.
        futures: the scenarios, the baseline first.
    """

    switch: str
    option: str
    futures: Futures

    def gain(self, i: int) -> np.ndarray:
        """IKM of scenario `i` less that of the baseline, (draws,)."""
        return self.futures.ikm[i] - self.futures.ikm[0]

    def verdict(self, i: int) -> str:
        """Scenario `i` against the baseline, as `compare` says it."""
        return verdict_of(self.gain(i), self.futures.assumptions["smallest_difference"].value)[2]

    @property
    def largest(self) -> int:
        """Position of the scenario with the largest median gain."""
        return int(np.argmax([np.median(self.gain(i)) for i in range(len(self.futures.scenarios))]))


@dataclass(frozen=True)
class StructureEffects:
    """Every option of every switch, one at a time.

    Attributes:
        assumptions: the ledger.
        alternatives: the ledger as it stands first, then each other option.
    """

    assumptions: Assumptions
    alternatives: tuple[Alternative, ...]

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """What was compared, the baseline first."""
        return self.alternatives[0].futures.scenarios

    def label(self, alternative: Alternative, lang: str = "id") -> str:
        """An alternative in words."""
        from simulation.present.sensitivity_views import alternative_label

        return alternative_label(self, alternative, lang)

    def changed(self) -> list[tuple[Alternative, int]]:
        """Where the verdict of a scenario is another one than under the ledger as it stands: (alternative, scenario)."""
        first = self.alternatives[0]
        return [(other, i) for other in self.alternatives[1:] for i in range(1, len(self.scenarios)) if other.verdict(i) != first.verdict(i)]

    def table(self):
        """One row per alternative and scenario: difference from the baseline with its band and verdict."""
        import pandas as pd

        records = []
        for one in self.alternatives:
            for i, scenario in enumerate(self.scenarios[1:], start=1):
                low, middle, high = np.quantile(one.gain(i), (0.05, 0.5, 0.95))
                records.append({"switch": one.switch, "option": one.option, "scenario": scenario.key, "p05": low, "p50": middle, "p95": high,
                                "verdict": one.verdict(i), "largest": one.largest == i})
        return pd.DataFrame(records)

    def sentence(self, lang: str = "id") -> str:
        """Whether any alternative changes a verdict or the scenario with the largest gain."""
        from simulation.present.sensitivity_views import structure_sentence

        return structure_sentence(self, lang)


def structure_effects(scenarios: Sequence[Scenario], city: City, assumptions: Assumptions, draws: int = 512, executor: Executor | None = None,
                      progress: Progress | None = None) -> StructureEffects:
    """Run the scenarios under every option of every structural switch, one switch at a time, in the same futures.

    A scenario with a `structure` of its own keeps it whatever the option, so compare only scenarios that leave the switches alone.

    Raises:
        InputError: fewer than two scenarios, or other draws.
    """
    scenarios = tuple(scenarios)
    options = [("", "")] + [(switch.key, option.id) for switch in assumptions.ledger.structure for option in switch.options
                            if option.id != assumptions.structure[switch.key]]
    found = []
    for place, (switch, option) in enumerate(options):
        ledger = assumptions.replace(structure={switch: option}) if switch else assumptions
        found.append(Alternative(switch, option, futures(scenarios, city, ledger, draws, executor, part(progress, place, len(options)))))
    return StructureEffects(assumptions, tuple(found))
