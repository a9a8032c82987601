"""What the check of a record found, in words: a sentence, a table, and one object for a machine."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from simulation.errors import short_path, shown
from simulation.language import day, figure, listed, number, say
from simulation.outcome import HASHED_DIGITS

MOST_NAMES = 5  # in a sentence; the table has all


def verification_sentence(found, lang: str = "id") -> str:
    """Same or not, what differs by kind and name, whether the results hold, and what else to know."""
    record = found.record
    head = say("records.same" if found.same else "records.differs", lang, record=record.id, made=made_text(record.made, lang),
               n=number(len(found.differences), lang, 0))
    parts = [head, *_by_kind(found, lang), results_sentence(found, lang)]
    if found.versions and not found.exact:
        parts.append(say("records.versions", lang, names=listed([f"{name} {old} → {new}" for name, (old, new) in found.versions.items()], lang)))
    if any(d.kind == "data" for d in found.differences):
        parts.append(say("records.other_city", lang))
    if found.extra:
        parts.append(say("records.extra", lang, n=number(len(found.extra), lang, 0), names=_few(found.extra, lang)))
    return " ".join(parts)


def results_sentence(found, lang: str = "id") -> str:
    """Whether the results, computed again, are those of the record."""
    if not found.recomputed:
        return say("records.not_again", lang)
    key = "records.results_differ" if not found.results else "records.results_exact" if found.exact else "records.results_close"
    return say(key, lang, draws=number(found.record.draws, lang, 0), n=number(len(found.record.scenarios), lang, 0), digits=str(HASHED_DIGITS))


def difference_rows(found, lang: str = "id") -> list[list[str]]:
    """The differences as a table of text cells, the header first."""
    rows = [[say(f"records.column_{key}", lang) for key in ("kind", "name", "before", "after")]]
    for d in found.differences:
        before, after = (_value(d, value, lang) for value in (d.before, d.after))
        rows.append([say(f"records.kind_{d.kind}", lang), name_of(found.record, d, lang), before, after])
    return rows


def name_of(record, difference, lang: str = "id") -> str:
    """The name of what differs as a reader knows it: an assumption with its label, a result with its figure."""
    if difference.problem:
        return difference.problem.text(lang)
    name = difference.name
    if difference.kind == "results":
        figure_key = "array" if difference.what.startswith("array.") else difference.what
        return f"{name}: {say(f'records.figure_{figure_key}', lang, name=difference.what.removeprefix('array.'))}"
    if difference.kind in ("ledger", "catalogue") and name == "order":
        return say("records.order", lang)
    if difference.kind == "ledger" and name.startswith("parameters."):
        key = name.split(".")[1]
        label = record.ledger.get("parameters", {}).get(key, {}).get("label", {}).get(lang, "")
        return f"{name.removeprefix('parameters.')} ({label})" if label else name.removeprefix("parameters.")
    return name


def as_object(found, folder) -> dict:
    """The finding for a machine; the same for the same finding, in no language."""
    differences = [{key: value for key, value in asdict(d).items() if key != "problem"} | {"problem": d.problem.code if d.problem else None}
                   for d in found.differences]
    return {"folder": short_path(folder), "record": found.record.id, "made": found.record.made, "same": found.same,
            "recomputed": found.recomputed, "results_same": found.results, "exact": found.exact, "differences": differences,
            "versions": {name: list(pair) for name, pair in found.versions.items()}, "extra": list(found.extra)}


def made_text(made: str, lang: str = "id") -> str:
    """The date of a record in words."""
    return day(date.fromisoformat(made), lang)


def _by_kind(found, lang: str) -> list[str]:
    """One sentence per kind of difference with the names of the first few; of results, the scenarios alone."""
    names: dict[str, list[str]] = {}
    for d in found.differences:
        names.setdefault(d.kind, []).append(d.name if d.kind == "results" else name_of(found.record, d, lang))
    return [say(f"records.these_{kind}", lang, names=_few(list(dict.fromkeys(some)), lang)) for kind, some in names.items()]


def _few(names, lang: str) -> str:
    some = list(names[:MOST_NAMES])
    return listed([*some, say("records.more", lang, n=number(len(names) - MOST_NAMES, lang, 0))] if len(names) > MOST_NAMES else some, lang)


def _value(difference, value, lang: str) -> str:
    """A recorded or found value as text; of a hash its beginning."""
    if value is None:
        return "" if difference.kind in ("unreadable", "results") or difference.name == "order" else say("records.nothing", lang)
    if difference.kind in ("file", "data", "code"):
        return str(value)[:8]
    if difference.kind == "results":
        return number(value, lang, 6)
    if isinstance(value, list):
        return shown(" – ".join(_value(difference, part, lang) for part in value))
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return shown(value)
    return number(value, lang, 0) if abs(value) >= 10_000 and value == int(value) else figure(value, lang)
