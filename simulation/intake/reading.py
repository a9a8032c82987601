"""Every kind of file that a city can bring, and what reads it."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from pathlib import Path

from simulation.analysis.monitoring_files import (
    read_complaints,
    read_evaluation,
    read_profiles,
    read_spending,
)
from simulation.analysis.needs_reader import read_needs
from simulation.city import City
from simulation.errors import InputError, unknown
from simulation.intake.mapping import NO_MAPPING, Mapping
from simulation.intake.staff import read_staff
from simulation.intake.tickets import read_tickets
from simulation.intake.trainings import read_trainings
from simulation.scenario import Catalogue
from simulation.survey import Survey

_READERS = {
    "skm": lambda path, city, mapping: Survey.read(path, mapping),
    "staff": read_staff,
    "training": lambda path, city, mapping: read_trainings(path, city, Catalogue.load(), mapping),
    "tickets": read_tickets,
    "needs": lambda path, city, mapping: read_needs(path, city=city, mapping=mapping),
    "spending": lambda path, city, mapping: read_spending(path, mapping),
    "follow_up": read_evaluation,
    "complaints": read_complaints,
    "profiles": read_profiles,
}
KINDS = tuple(_READERS)


def read_file(kind: str, path: Path, city: City, mapping: Mapping = NO_MAPPING):
    """Read one file with the importer of its kind.

    Raises:
        InputError: an unknown kind, the nearest is named; or everything wrong with the file.
    """
    if kind not in _READERS:
        raise InputError(unknown("unknown_file_kind", kind, KINDS))
    return _READERS[kind](path, city, mapping)


def read_files(files: AnyMapping[str, Path | None], city: City, mapping: Mapping = NO_MAPPING) -> dict[str, object]:
    """What each file holds, by kind; None for a kind that was not brought.

    Raises:
        InputError: everything wrong with all of the files.
    """
    found, problems = {}, []
    for kind, path in files.items():
        try:
            found[kind] = read_file(kind, path, city, mapping) if path else None
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return found
