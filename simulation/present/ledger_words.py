"""What differs from the published assumptions, in words: said with every result that rests on it."""

from __future__ import annotations

from simulation.assumptions import Assumptions
from simulation.language import figure, say
from simulation.ledger_changes import Change, changes


def change_line(change: Change, lang: str = "id") -> str:
    """One change: what, from what, to what."""
    label = change.label[lang]
    if change.structural:
        return say("ledger.change_structure", lang, label=label, before=change.before[lang], after=change.after[lang])
    return say("ledger.change_row", lang, label=label, key=change.key, before=row_words(change.before, lang), after=row_words(change.after, lang))


def row_words(row, lang: str = "id") -> str:
    """Value, range and spread of a row."""
    kind = row.distribution["kind"]
    if kind == "fixed":
        return say("ledger.held", lang, value=figure(row.value, lang))
    low, high = (figure(bound, lang) for bound in row.range)
    return say("ledger.row", lang, value=figure(row.value, lang), low=low, high=high, kind=say(f"ledger.kind_{kind}", lang))


def change_lines(assumptions: Assumptions, lang: str = "id") -> list[str]:
    """All changes, one line each; empty when everything is as published."""
    return [change_line(change, lang) for change in changes(assumptions)]


def changed_note(assumptions: Assumptions, lang: str = "id") -> str:
    """The short form for a caption: which assumptions differ; empty when none does."""
    found = changes(assumptions)
    if not found:
        return ""
    names = ", ".join(change.label[lang] for change in found[:3])
    more = say("ledger.and_more", lang, n=len(found) - 3) if len(found) > 3 else ""
    return say("ledger.changed", lang, names=names + more)
