"""The scenario library without a screen: list, compare in words, copy, rename, set aside, send and receive files."""

from __future__ import annotations

import sys
from pathlib import Path

from simulation.city import City
from simulation.errors import InputError, Problem, short_path
from simulation.language import say
from simulation.present.library_views import library_sentence, rows, warning_lines
from simulation.present.scenario_words import diff_words
from simulation.scenario import Scenario
from simulation.scenario_library import Library, headed, safe_key


def show(folder: Path | None, lang: str, text: str = "", archived: bool = False) -> None:
    """Print the scenarios of a folder in which every word of `text` is found; files that cannot be read are named on the error stream.

    Raises:
        InputError: there is no such folder.
    """
    library = opened(folder)
    header, *found = rows(library.search(text, archived), lang)
    widths = [max(len(row[i]) for row in (header, *found)) for i in range(len(header))]
    for row in (header, ["-" * w for w in widths], *found):
        print("  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip())
    print("\n" + library_sentence(library, lang))
    for problem in library.look(archived)[1]:
        print(problem.text(lang), file=sys.stderr)


def opened(folder: Path | None) -> Library:
    """The library of a folder, the published one by default.

    Raises:
        InputError: there is no such folder.
    """
    library = Library(folder) if folder else Library()
    if not Path(library.folder).is_dir():
        raise InputError(Problem("library_folder", file=short_path(library.folder)))
    return library


def difference(a: Path, b: Path, lang: str, city: Path | None = None) -> None:
    """Print what was decided differently from one scenario file to another, and the warnings of both.

    Raises:
        InputError: a file cannot be used.
    """
    here = City.load(city) if city else City.load()
    first, second = Scenario.load(a), Scenario.load(b)
    print(say("library.difference", lang, a=first.name[lang], b=second.name[lang]))
    for line in diff_words(first, second, lang, here) or [say("library.no_difference", lang)]:
        print("-", line)
    _warn([first, second], lang, here)


def copy(folder: Path | None, key: str, new_key: str, lang: str, name: str | None = None) -> None:
    """Copy a scenario of a library."""
    made = opened(folder).copy(key, new_key, name)
    print(say("library.copied", lang, key=key, path=short_path(made.file)))


def rename(folder: Path | None, key: str, new_key: str, lang: str, name: str | None = None) -> None:
    """Rename a scenario of a library."""
    made = opened(folder).rename(key, new_key, name)
    print(say("library.renamed", lang, key=key, path=short_path(made.file)))


def archive(folder: Path | None, key: str, lang: str) -> None:
    """Set a scenario aside."""
    print(say("library.archived", lang, key=key, path=short_path(opened(folder).archive(key))))


def restore(folder: Path | None, key: str, lang: str, new_key: str | None = None) -> None:
    """Bring back a scenario that was set aside."""
    print(say("library.restored", lang, key=key, path=short_path(opened(folder).restore(key, new_key).file)))


def send(file: Path, out: Path, lang: str, city: Path | None = None) -> None:
    """Write a scenario file that carries what it rests on, to be opened elsewhere; an existing file is not overwritten.

    Raises:
        InputError: the scenario cannot be used, it names units that the city has not, or `out` exists.
    """
    scenario, here = Scenario.load(file), City.load(city) if city else City.load()
    scenario.for_city(here)
    if out.exists():
        raise InputError(Problem("library_taken", {"found": out.stem}, short_path(out)))
    print(say("library.sent", lang, path=short_path(scenario.save(out, portable=True, city=here))))
    _warn([scenario], lang, here)


def receive(file: Path, folder: Path | None, lang: str, key: str | None = None, city: Path | None = None, replace: bool = False) -> None:
    """Take a scenario file from elsewhere, or of an older version, into a library, and say what differs here.

    Raises:
        InputError: the file cannot be used here; what is missing is named.
    """
    scenario, here = Scenario.load(file), City.load(city) if city else City.load()
    lines = warning_lines(scenario, lang, here)
    try:
        scenario.for_city(here)
    except InputError as error:
        raise InputError([*error.problems, *(p for p in scenario.warnings_in(here) if p.code == "origin_unit_missing")]) from None
    library = Library(folder) if folder else Library()
    if scenario.baseline:
        lines.append(say("library.no_longer_baseline", lang))
    path = library.save(headed(scenario, baseline=False), key or safe_key(Path(file).stem), replace, here)
    print(say("library.received", lang, path=short_path(path)))
    print("\n".join(lines) or say("library.as_made", lang))


def _warn(scenarios: list[Scenario], lang: str, city: City) -> None:
    for scenario in scenarios:
        for line in warning_lines(scenario, lang, city):
            print(line, file=sys.stderr)
