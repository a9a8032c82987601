"""Every problem in an input: a city folder, ledger, catalogue, scenario, list of outcomes, file of changes, of studies or of observations."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from simulation.assumptions import Assumptions
from simulation.city import City
from simulation.errors import InputError, Problem, short_path
from simulation.files import read_yaml
from simulation.intake.mapping import NO_MAPPING, Mapping
from simulation.scenario import Catalogue, Scenario

OBSERVATIONS = {"surveys", "tests", "applying", "counters"}


@dataclass(frozen=True)
class Checked:
    """An input without a mistake.

    Attributes:
        what: path of what was checked, short.
        scenarios: those in it; `present.library_views.warning_lines` tells what to know before using one.
    """

    what: str
    scenarios: tuple[Scenario, ...] = ()


def check(path: Path, kind: str | None = None, mapping: Path | None = None) -> str:
    """Check an input; returns what was checked. Arguments and errors as `checked`."""
    return checked(path, kind, mapping).what


def checked(path: Path, kind: str | None = None, mapping: Path | None = None) -> Checked:
    """Check an input; returns what was checked and the scenarios in it.

    Args:
        kind: of a file that a city brings, see `simulation.intake.reading.KINDS`; None for a file of the workbook's own.

    Raises:
        InputError: everything wrong with it.
    """
    if kind is not None:
        from simulation.intake.reading import read_file

        read_file(kind, path, City.load(), Mapping.load(mapping) if mapping else NO_MAPPING)
        return Checked(short_path(path))
    if path.is_dir():
        return _folder(path)
    if path.suffix == ".csv":
        City.load(path.parent)
        return Checked(short_path(path))
    return Checked(short_path(path), tuple(_file(path)))


def _folder(path: Path) -> Checked:
    """A city, or every file of a folder; one bad file does not hide the others."""
    if (path / "city.yaml").exists() or not list(path.glob("*.yaml")):
        City.load(path)
        return Checked(short_path(path))
    problems: list[Problem] = []
    scenarios: list[Scenario] = []
    for file in sorted(path.glob("*.yaml")):
        try:
            scenarios += _file(file)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return Checked(short_path(path), tuple(scenarios))


def _file(path: Path) -> list[Scenario]:
    """Read one file of the workbook's own; what it holds tells which. Returns the scenario if it is one."""
    content = read_yaml(path).content
    if path.name == "city.yaml":
        City.load(path.parent)
    elif "parameters" in content:
        Assumptions.load(path)
    elif "terms" in content:
        Catalogue.load(path)
    elif "outcomes" in content:
        from simulation.scorecard import promises

        promises(path)
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
        return [Scenario.load(path)]
    return []
