"""Older scenario files, brought to today's layout step by step, each change named.

Version 1 is today's layout. Version 0 is the layout of the first hand-written drafts: the yearly `budget` in million rupiah and
`follow_up` as yes or no. A file without a version is read as version 1. Whoever changes the meaning of a field, its name or its
default raises `CURRENT` and adds one step to `STEPS`; what a file said stays what it says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType

from simulation.errors import InputError, Problem, shown
from simulation.files import Document

CURRENT = 1
Step = Callable[[Document], tuple[Document, list[Problem]]]


def migrate(document: Document, steps: Mapping[int, Step] | None = None, current: int = CURRENT) -> tuple[Document, list[Problem]]:
    """A scenario file in today's layout, and what was changed to get there.

    Args:
        document: as read. Lines of renamed keys stay those of the file, so that a later problem points to the right place.
        steps: version -> step to the next version, `STEPS` by default. current: version to arrive at.

    Returns:
        the document in layout `current`, and one named change per thing rewritten, in order; nothing where nothing was. A version
        before the first step is left for the check of the fields to refuse.

    Raises:
        InputError: the file is of a later version than this workbook knows, or its version is no whole number.
    """
    steps, changes, version = STEPS if steps is None else steps, [], document.content.get("version", current)
    if not isinstance(version, int) or isinstance(version, bool):
        raise InputError(document.problem("not_an_option", ("version",), {"found": shown(version), "nearest": str(current)}))
    if version > current:
        raise InputError(document.problem("scenario_newer", ("version",), {"found": str(version), "limit": str(current)}))
    while version < current and version in steps:
        document, found = steps[version](document)
        changes += found
        version += 1
        document = replace(document, content=document.content | {"version": version})
    return document, changes


def renamed(document: Document, old: str, new: str, value) -> Document:
    """The document with a key under another name and with another value, in the same place and on the same line."""
    content = dict((new, value) if key == old else (key, found) for key, found in document.content.items())
    lines = {(new, *at[1:]) if at[:1] == (old,) else at: line for at, line in document.lines.items()}
    return Document(document.path, content, lines)


def _drafts(document: Document) -> tuple[Document, list[Problem]]:
    """Version 0 to 1: money in rupiah, follow-up as one of three choices."""
    changes = []
    content = document.content
    if "budget" in content and "budget_rp" not in content:
        changes.append(document.problem("migrated_budget", ("budget",)))
        document = renamed(document, "budget", "budget_rp", _in_rupiah(content["budget"]))
    answer = content.get("follow_up")
    if isinstance(answer, bool):
        changes.append(document.problem("migrated_follow_up_yes" if answer else "migrated_follow_up_no", ("follow_up",)))
        document = renamed(document, "follow_up", "follow_up", "all" if answer else "as_designed")
    return document, changes


def _in_rupiah(millions):
    """Million rupiah in rupiah, exact in decimals; what is no number stays for the check of the fields."""
    if isinstance(millions, list):
        return [_in_rupiah(value) for value in millions]
    if isinstance(millions, bool) or not isinstance(millions, (int, float)):
        return millions
    return float(Decimal(str(millions)).scaleb(6))


STEPS: Mapping[int, Step] = MappingProxyType({0: _drafts})
