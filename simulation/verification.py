"""Checking a recorded run: everything it was made of is compared with what is at hand, and the results are computed again.

Files are compared by their hashes, assumptions and programmes value by value, results by their hash and, where that differs, figure by
figure: within `TOLERANCE` they are the same result and differ in the last digits only. Nothing is written.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import yaml

from simulation.assumptions import DATA, Assumptions
from simulation.city import City
from simulation.ensemble import simulate
from simulation.errors import InputError, Problem, short_path
from simulation.files import read_yaml
from simulation.record import (
    FILE,
    Record,
    catalogue_tree,
    code_files,
    data_files,
    figures,
    ledger_tree,
    software,
    written_files,
)
from simulation.scenario import Catalogue, Scenario
from simulation.schema import Ledger, validated

TOLERANCE = 1e-6  # relative; machines and library versions differ in the last digits, a changed input by far more
KINDS = ("file", "data", "ledger", "catalogue", "scenario", "code", "results", "unreadable")


@dataclass(frozen=True)
class Difference:
    """One thing that is not as recorded.

    Attributes:
        kind: one of `KINDS`. name: file, path of names such as `parameters.d20.value`, or key of a scenario.
        before, after: recorded and found; hashes for files, values otherwise; None where there is none.
        what: for `results`, the figure that differs most, see `record.figures`. problem: for `unreadable`, why.
    """

    kind: str
    name: str
    before: object = None
    after: object = None
    what: str = ""
    problem: Problem | None = None


@dataclass(frozen=True)
class Verification:
    """What a check of a record found.

    Attributes:
        record: the record. differences: everything that is not as recorded, files first, results last.
        recomputed: whether every scenario could be run again.
        exact: whether the results agree in all digits that are hashed; else they differ in the last digits only, or by more than `TOLERANCE`.
        versions: library -> (recorded, here) where they differ. extra: files in the folder that the record does not know.
    """

    record: Record
    differences: tuple[Difference, ...]
    recomputed: bool
    exact: bool
    versions: dict[str, tuple[str, str]]
    extra: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not self.differences

    @property
    def results(self) -> bool | None:
        """Whether it is the same result, the last digits aside; None when they could not be computed again."""
        return all(d.kind != "results" for d in self.differences) if self.recomputed else None

    def sentence(self, lang: str = "id") -> str:
        """The finding in words."""
        from simulation.present.record_views import verification_sentence

        return verification_sentence(self, lang)

    def table(self, lang: str = "id"):
        """The differences as a data frame: kind, name, recorded, found, in words."""
        import pandas as pd

        from simulation.present.record_views import difference_rows

        header, *rows = difference_rows(self, lang)
        return pd.DataFrame(rows, columns=header)


def verify(folder: Path | str, city_folder: Path | str | None = None, executor=None, data: Path | str = DATA) -> Verification:
    """Check a folder that holds a record against the code, ledger, programmes and city at hand.

    Args:
        folder: where `record.json` stands. city_folder: by default the recorded city under `data`.
        executor: see `simulate`. data: folder with `assumptions.yaml` and `programmes.yaml`.

    Raises:
        InputError: no record, a broken or edited one, or no such city folder.
    """
    record, data = Record.load(folder), Path(data)
    folder = Path(folder).parent if Path(folder).is_file() else Path(folder)
    place = _city_folder(record, city_folder, data)
    found = _hashes("file", record.files, written_files(folder, [name for name in record.files if (folder / name).is_file()]))
    found += _hashes("data", record.data.files, data_files(place)[1])
    found += _hashes("code", record.code.files, code_files())
    inputs, differing = _inputs(record, place, data)
    found += differing
    known = {d.kind for d in found}
    done = [_again(kept, record.draws, *inputs, executor, known) for kept in record.scenarios] if inputs else []
    found += [d for differences, _ in done for d in differences]
    now = software()
    versions = {name: (old, now.get(name, "")) for name, old in record.software.items() if old != now.get(name)}
    return Verification(record, tuple(found), bool(done) and all(exact is not None for _, exact in done),
                        bool(done) and all(exact for _, exact in done), versions, _extra(folder, record))


def _inputs(record: Record, place: Path, data: Path) -> tuple[tuple[Assumptions, Catalogue, City] | None, list[Difference]]:
    """Ledger, programmes and city at hand, None if one cannot be used; and how the first two differ from the record."""
    path = data / "assumptions.yaml"
    ledger, broken = _opened(lambda: Assumptions.load(path))
    if not ledger:  # its rows may be readable though they do not fit together: then the changed one has a name
        rows, _ = _opened(lambda: ledger_tree(validated(Ledger, read_yaml(path))))
        return None, [*(_values("ledger", record.ledger, rows) if rows else []), *broken]
    found = _values("ledger", record.ledger, ledger_tree(ledger.ledger))
    catalogue, broken = _opened(lambda: Catalogue.load(data / "programmes.yaml", ledger.tables.competencies))
    found += broken if broken else _values("catalogue", record.catalogue, catalogue_tree(catalogue))
    city, broken = _opened(lambda: City.load(place, ledger.tables, catalogue))
    found += broken
    return ((ledger, catalogue, city) if catalogue and city else None), found


def _city_folder(record: Record, given, data: Path) -> Path:
    """The city's folder, or a problem that says where to point at it."""
    place = Path(given) if given is not None else data / record.data.city
    if not place.is_dir() or not (place / "city.yaml").is_file():
        raise InputError(Problem("records_no_city", {"city": record.data.name}, short_path(place), column="--city"))
    return place


def _extra(folder: Path, record: Record) -> tuple[str, ...]:
    """Files of the folder that the record does not know; hidden ones are nobody's."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return tuple(name for name in names if name not in record.files and name != FILE and "/." not in f"/{name}")


def _opened(load) -> tuple[object, list[Difference]]:
    """What `load` gives, or why it gives nothing."""
    try:
        return load(), []
    except InputError as error:
        return None, [Difference("unreadable", p.file or "?", problem=p) for p in error.problems]


def _hashes(kind: str, before: dict[str, str], after: dict[str, str]) -> list[Difference]:
    """Files that were changed, are gone or are new."""
    names = [*before, *(name for name in after if name not in before)]
    return [Difference(kind, name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)]


def _values(kind: str, before: dict, after: dict) -> list[Difference]:
    """Values that were changed, are gone or are new, by their path of names; a mere change of order too, for programmes are seated in it."""
    old, new = dict(_leaves(before)), dict(_leaves(after))
    found = _hashes(kind, old, new)
    return found or ([Difference(kind, "order")] if list(old) != list(new) else [])


def _leaves(part, path: str = ""):
    """(path, value) of everything below a mapping; a list is one value, an empty mapping too."""
    if isinstance(part, dict) and part:
        for name, below in part.items():
            yield from _leaves(below, f"{path}.{name}" if path else name)
    else:
        yield path, part


def _again(kept, draws: int, ledger: Assumptions, catalogue: Catalogue, city: City, executor, known: set) -> tuple[list[Difference], bool | None]:
    """One scenario run again: what differs, and whether all digits agree (None: it could not be run)."""
    try:
        scenario = _scenario(kept, catalogue)
        outcome = simulate(scenario, city, ledger.replace(kept.changes.get("values"), kept.changes.get("structure")), draws, executor)
    except InputError as error:
        return [Difference("unreadable", kept.key, problem=p) for p in error.problems], None
    found = []
    if scenario.id != kept.id and "catalogue" not in known:  # the id covers the programmes too, and those were named
        found.append(Difference("scenario", kept.key, kept.id, scenario.id))
    if outcome.assumptions.id != kept.ledger and "ledger" not in known:
        found.append(Difference("ledger", kept.key, kept.ledger, outcome.assumptions.id))
    if outcome.results_hash == kept.results:
        return found, True
    return found + [Difference("results", kept.key, old, new, what) for what, old, new in _furthest(kept.figures, figures(outcome))], False


def _scenario(kept, catalogue: Catalogue) -> Scenario:
    """A recorded scenario, through the door that scenario files come in by, so that older ones are understood."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scenario.yaml"
        path.write_text(yaml.safe_dump(kept.decided, sort_keys=False, allow_unicode=True), encoding="utf-8")
        try:
            return Scenario.load(path, catalogue)
        except InputError as error:
            raise InputError([replace(p, file=f"{FILE}: {kept.key}", line=None) for p in error.problems]) from None


def _furthest(before: dict, after: dict) -> list[tuple[str, float | None, float | None]]:
    """(figure, recorded, found) where the city's figures differ most, or else the inner one that does; empty if all agree up to `TOLERANCE`."""
    found = []
    for name in [*before, *(name for name in after if name not in before)]:
        old, new = np.array(before.get(name, [])), np.array(after.get(name, []))
        if old.shape != new.shape:
            found.append((np.inf, name, None, None))
            continue
        apart = np.abs(new - old) / np.maximum(1.0, np.abs(old))
        if not np.all(apart <= TOLERANCE):  # no number at all is a difference too
            at = int(np.nan_to_num(apart, nan=np.inf).argmax())
            found.append((float(apart[at]), name, float(old[at]), float(new[at]) if np.isfinite(new[at]) else None))
    public = [row[1:] for row in found if not row[1].startswith("array.")]
    return public or [row[1:] for row in sorted(found, key=lambda row: -row[0])[:1]]
