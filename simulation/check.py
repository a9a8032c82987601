"""Every problem in an input: a city folder, ledger, catalogue, scenario, file of changes, of studies or of observations."""

from __future__ import annotations

from pathlib import Path

from simulation.assumptions import Assumptions
from simulation.city import City
from simulation.errors import InputError, Problem, short_path
from simulation.files import read_yaml
from simulation.intake.mapping import NO_MAPPING, Mapping
from simulation.scenario import Catalogue, Scenario

OBSERVATIONS = {"surveys", "tests", "applying", "counters"}


def check(path: Path, kind: str | None = None, mapping: Path | None = None) -> str:
    """Check an input; returns what was checked.

    Args:
        kind: of a file that a city brings, see `simulation.intake.reading.KINDS`; None for a file of the workbook's own.

    Raises:
        InputError: everything wrong with it.
    """
    if kind is not None:
        from simulation.intake.reading import read_file

        read_file(kind, path, City.load(), Mapping.load(mapping) if mapping else NO_MAPPING)
        return short_path(path)
    if path.is_dir():
        if (path / "city.yaml").exists() or not list(path.glob("*.yaml")):
            City.load(path)
            return short_path(path)
        problems: list[Problem] = []
        for file in sorted(path.glob("*.yaml")):
            try:
                _file(file)
            except InputError as error:
                problems += error.problems
        if problems:
            raise InputError(problems)
        return short_path(path)
    if path.suffix == ".csv":
        City.load(path.parent)
        return short_path(path)
    _file(path)
    return short_path(path)


def _file(path: Path) -> None:
    """Read one file of the workbook's own; what it holds tells which."""
    content = read_yaml(path).content
    if path.name == "city.yaml":
        City.load(path.parent)
    elif "parameters" in content:
        Assumptions.load(path)
    elif "terms" in content:
        Catalogue.load(path)
    elif "studies" in content:
        from simulation.studies import Studies

        Studies.load(path)
    elif not content.keys().isdisjoint(OBSERVATIONS):
        from simulation.analysis.calibration_data import Observations

        Observations.load(path)
    elif "values" in content and "budget_rp" not in content:
        from simulation.ledger_changes import read_changes

        read_changes(path, Assumptions.load())
    else:
        Scenario.load(path)
