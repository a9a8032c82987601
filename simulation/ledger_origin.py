"""The assumptions that a scenario was made with, a short line each, and which of them differ where its file is opened."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache

import numpy as np
from pydantic import Field

from simulation.assumptions import Assumption, Assumptions
from simulation.errors import Problem, shown
from simulation.language import LANGUAGES, figure, listed, say
from simulation.schema import Strict

NAMED = 6  # differing rows named; the others are counted


class Rows(Strict):
    """A ledger in short.

    Attributes:
        values: row -> its value and a mark of its spread, "0.63 5f2a1b".
        structure: switch -> option. lists: a mark of the competencies, levels and mixes.
    """

    values: dict[str, str] = Field(default_factory=dict)
    structure: dict[str, str] = Field(default_factory=dict)
    lists: str = ""


@lru_cache(maxsize=1)
def published() -> Assumptions:
    """The ledger of this place."""
    return Assumptions.load()


def rows_of(assumptions: Assumptions) -> Rows:
    """Everything in a ledger that can change a result."""
    lists = {name: np.asarray(value).tolist() for name, value in vars(assumptions.tables).items()}
    return Rows(values={row.key: f"{float(row.value)!r} {_mark(dict(row.distribution))}" for row in assumptions.parameters},
                structure=dict(assumptions.structure), lists=_mark(lists))


def ledger_difference(there: Rows | None, mark: str, **place) -> list[Problem]:
    """What differs from the ledger of this place, one problem at most.

    Args:
        there: the ledger in short; None if the file has only the mark. mark: `Assumptions.id` there. place: file and column.
    """
    here = published()
    if mark == here.id:
        return []
    found = _named(there, here) if there else []
    if not found:
        return [Problem("origin_ledger", **place)]
    more = len(found) - NAMED
    text = {lang: listed([*(words[lang] for words in found[:NAMED]), *([say("library.origin_more", lang, n=more)] if more > 0 else [])], lang)
            for lang in LANGUAGES}
    return [Problem("origin_ledger_rows", {"rows": text}, **place)]


def _named(there: Rows, here: Assumptions) -> list[dict[str, str]]:
    """Each difference in words, per language: rows in the order of the ledger here, then rows it has not, switches, lists."""
    now, known = rows_of(here), {row.key: row for row in here.parameters}
    keys = [*known, *(key for key in there.values if key not in known)]
    found = [_row_words(key, there.values.get(key), known.get(key)) for key in keys if there.values.get(key) != now.values.get(key)]
    switches = {switch.key: switch for switch in here.ledger.structure}
    for key in {**now.structure, **there.structure}:
        if there.structure.get(key) != now.structure.get(key):
            label = {lang: switches[key].label[lang] if key in switches else shown(key) for lang in LANGUAGES}
            found.append({lang: say("library.origin_switch", lang, label=label[lang], there=_option(switches.get(key), there.structure.get(key), lang),
                                    here=_option(switches.get(key), now.structure.get(key), lang)) for lang in LANGUAGES})
    if there.lists != now.lists:
        found.append({lang: say("library.origin_lists", lang) for lang in LANGUAGES})
    return found


def _row_words(key: str, there: str | None, row: Assumption | None) -> dict[str, str]:
    """One row: its value there and here, or that only its spread differs, or that one side has not got it."""
    if row is None:
        return {lang: say("library.origin_row_gone", lang, key=shown(key), there=_value(there, lang)) for lang in LANGUAGES}
    if there is None:
        return {lang: say("library.origin_row_new", lang, label=row.label[lang], here=figure(row.value, lang)) for lang in LANGUAGES}
    before = {lang: _value(there, lang) for lang in LANGUAGES}
    key = "library.origin_row_spread" if there.split()[:1] == [repr(float(row.value))] else "library.origin_row"
    return {lang: say(key, lang, label=row.label[lang], there=before[lang], here=figure(row.value, lang)) for lang in LANGUAGES}


def _value(text: str, lang: str) -> str:
    """The number at the beginning of a short line; the line itself if somebody wrote something else."""
    try:
        return figure(float(text.split()[0]), lang)
    except (ValueError, IndexError):
        return shown(text)


def _option(switch, name: str | None, lang: str) -> str:
    options = {option.id: option.label[lang] for option in switch.options} if switch else {}
    return options.get(name, shown(name or "-"))


def _mark(content) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()[:6]
