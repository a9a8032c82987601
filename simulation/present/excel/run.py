"""What a workbook is about: the comparisons, the distinct scenarios in them, and a name for each that no other has."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from simulation.analysis.plan_tables import OTHERS
from simulation.errors import InputError, Problem
from simulation.language import say


@dataclass(frozen=True)
class Run:
    """Comparisons of one city under the same draws, in one language."""

    comparisons: tuple
    lang: str

    def __post_init__(self):
        """Refuse what does not belong in one workbook.

        Raises:
            InputError: nothing to write, or comparisons of different cities or draws.
        """
        if not self.comparisons:
            raise InputError(Problem("excel_nothing", {}))
        first, problems = self.comparisons[0].b, []
        for other in (o for c in self.comparisons for o in (c.a, c.b)):
            if (other.draws, other.scenario.seed) != (first.draws, first.scenario.seed):
                found, expected = (f"{o.draws} / {o.scenario.seed}" for o in (other, first))
                problems.append(Problem("other_draws", {"found": found, "expected": expected}))
            if other.city.files_hash != first.city.files_hash:
                problems.append(Problem("other_city", {"found": other.city.about.id, "expected": first.city.about.id}))
        if problems:
            raise InputError([p for i, p in enumerate(problems) if p not in problems[:i]])

    @property
    def city(self):
        """The city of all of them."""
        return self.comparisons[0].b.city

    @cached_property
    def outcomes(self) -> list:
        """Every scenario once, those compared with first."""
        found = {}
        for outcome in [*(c.b for c in self.comparisons), *(c.a for c in self.comparisons)]:
            found.setdefault(_identity(outcome), outcome)
        return list(found.values())

    @cached_property
    def _names(self) -> dict:
        names, taken = {}, {}
        for outcome in self.outcomes:
            name = outcome.scenario.name[self.lang]
            taken[name] = taken.get(name, 0) + 1
            names[_identity(outcome)] = name if taken[name] == 1 else f"{name} ({taken[name]})"
        return names

    def name(self, outcome) -> str:
        """Name of a scenario; a second one of the same name is numbered."""
        return self._names[_identity(outcome)]

    def message(self, key: str, **values) -> str:
        """A message of this workbook."""
        return say(f"excel.{key}", self.lang, **values)

    @cached_property
    def units(self) -> dict[str, str]:
        """Names of the units by id."""
        return {u.id: u.name(self.lang) for u in self.city.units} | {OTHERS: self.message("other_units")}

    def programme(self, outcome, name: str) -> str:
        """Name of a programme."""
        catalogue = outcome.scenario.catalogue
        return catalogue.programmes[catalogue.ids.index(name)].name[self.lang]


def _identity(outcome) -> tuple:
    return outcome.scenario.id, outcome.assumptions.id, outcome.scenario.name.model_dump_json()
