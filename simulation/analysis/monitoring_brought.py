"""The board of indicators straight from files: each file is read by its own importer, what is not brought stays empty."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from pathlib import Path

from simulation.analysis.monitoring import Monitoring, monitor
from simulation.analysis.monitoring_files import read_complaints, read_evaluation, read_profiles, read_spending
from simulation.city import City
from simulation.errors import InputError, unknown
from simulation.intake.mapping import NO_MAPPING, Mapping
from simulation.intake.staff import read_staff
from simulation.intake.tickets import read_tickets
from simulation.intake.trainings import read_trainings
from simulation.outcome import Outcome
from simulation.scenario import Catalogue
from simulation.survey import Survey

_READERS = {
    "skm": ("survey", lambda path, city, mapping: Survey.read(path, mapping)),
    "staff": ("staff", read_staff),
    "training": ("trainings", lambda path, city, mapping: read_trainings(path, city, Catalogue.load(), mapping)),
    "tickets": ("tickets", read_tickets),
    "spending": ("spending", lambda path, city, mapping: read_spending(path, mapping)),
    "follow_up": ("evaluation", read_evaluation),
    "complaints": ("complaints", read_complaints),
    "profiles": ("profiles", read_profiles),
}
FILES = tuple(_READERS)


def monitor_files(city: City, files: AnyMapping[str, Path | None], year: int, mapping: Mapping = NO_MAPPING,
                  plan: Outcome | None = None) -> Monitoring:
    """Read what is there and put it on the board.

    Args:
        files: path by kind: skm, staff, training, tickets, spending, follow_up, complaints, profiles; None is not there.
        plan: an outcome whose path is shown beside.

    Raises:
        InputError: an unknown kind, or everything wrong with the files, all of them together.
    """
    wrong = [kind for kind in files if kind not in _READERS]
    if wrong:
        raise InputError([unknown("unknown_file_kind", kind, FILES) for kind in wrong])
    brought, problems = {}, []
    for kind, path in files.items():
        name, read = _READERS[kind]
        try:
            brought[name] = read(path, city, mapping) if path else None
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return monitor(city, year=year, plan=plan, **brought)
