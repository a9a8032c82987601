"""What is wrong with an input, where, what was expected and what to do: in the reader's language."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from simulation.language import DEFAULT, say

_PROJECT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Problem:
    """One thing to mend in an input.

    Attributes:
        code: key of the message, without `problem.`.
        values: what the message names (found, expected, nearest ...), already text.
        file: path of the file, as short as it can be said.
        line: line of a YAML file or row of a table, counted as an editor counts it; None for the whole file.
        column: column of a table or path of keys in a YAML file.
    """

    code: str
    values: dict = field(default_factory=dict)
    file: str | None = None
    line: int | None = None
    column: str | None = None

    def text(self, lang: str = DEFAULT) -> str:
        """One line: place, what is wrong, what to do."""
        place = [self.file] if self.file else []
        if self.line is not None:
            place.append(say("where.line", lang, line=self.line))
        if self.column:
            place.append(say("where.column", lang, column=self.column))
        values = {key: value[lang] if isinstance(value, dict) else value for key, value in self.values.items()}
        message = say(f"problem.{self.code}", lang, **values)
        return ": ".join([", ".join(place), message]) if place else message


class InputError(ValueError):
    """An input cannot be used; `problems` lists everything that is wrong with it, in order."""

    def __init__(self, problems: Problem | Iterable[Problem]):
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return self.text()

    def text(self, lang: str = DEFAULT) -> str:
        """All problems, one a line."""
        return "\n".join(problem.text(lang) for problem in self.problems)


class Cancelled(Exception):
    """The user stopped a long piece of work; whoever reports progress raises it, and nothing is kept."""


def nearest(name: str, valid: Iterable[str]) -> str:
    """The valid names most like `name`, or all of them if none is, as a phrase for a message.

    >>> nearest("digtal", ["digital", "teknis"])
    'digital'
    """
    valid = [str(v) for v in valid]
    close = difflib.get_close_matches(str(name), valid, n=3, cutoff=0.6)
    return ", ".join(close or sorted(valid))


def unknown(code: str, name, valid: Iterable[str], **place) -> Problem:
    """A problem that names the unknown thing and the nearest valid ones."""
    return Problem(code, {"found": shown(name), "nearest": nearest(name, valid)}, **place)


def shown(value) -> str:
    """A found value, short enough for a message and free of line breaks."""
    text = " ".join(str(value).split())
    return text if len(text) <= 60 else text[:57] + "..."


def short_path(path) -> str:
    """A path as a reader would say it: relative to where they stand, if they stand above it or both are in the project."""
    path = Path(path)
    try:
        full, here = path.resolve(), Path.cwd()
        if full.is_relative_to(_PROJECT) and here.is_relative_to(_PROJECT):
            return Path(os.path.relpath(full, here)).as_posix()
        return full.relative_to(here).as_posix()
    except (ValueError, OSError):
        return path.as_posix()
