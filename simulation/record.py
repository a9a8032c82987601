"""The record of a run: content hashes of everything that went in and came out, so that it can be checked later."""

from __future__ import annotations

import hashlib
import json
import platform
from datetime import date
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import Field

from simulation.errors import InputError, Problem, short_path, shown
from simulation.files import Document, read_text, write_whole
from simulation.schema import Strict, validated

FILE = "record.json"
FORM = "simulation-record-2"  # the first form, without this key, held hashes alone and could not be recomputed
DIGITS = 9  # decimals of a recorded figure
PACKAGE = Path(__file__).parent
MAKERS = ("assumptions.py", "city.py", "city_checks.py", "city_reader.py", "city_training.py", "distributions.py", "draws.py", "ensemble.py", "files.py",
          "ledger_checks.py", "outcome.py", "past.py", "scenario.py", "scenario_versions.py", "schema.py")  # and model/: these make an Outcome


@lru_cache(maxsize=2)
def _code_files(package: Path) -> dict[str, str]:
    paths = [*(package / "model").glob("*.py"), *(package / name for name in MAKERS)]
    return {path.relative_to(package).as_posix(): _hash(path.read_bytes().replace(b"\r\n", b"\n")) for path in sorted(paths)}


def code_files() -> dict[str, str]:
    """Hash of each source file that produces an outcome; ends of lines do not count, a checkout may rewrite them."""
    return dict(_code_files(PACKAGE))


def code_hash() -> str:
    """Hash of the source files that produce an outcome."""
    return _hash(_text(_code_files(PACKAGE)).encode())[:16]


def inputs(outcomes) -> dict:
    """What went into a run: code, data, ledger and scenario hashes, seeds and draws."""
    first = outcomes[0]
    return {
        "code": code_hash(), "data": first.city.files_hash, "draws": first.draws,
        "scenarios": [{"id": o.scenario.id, "ledger": o.assumptions.id, "seed": o.scenario.seed} for o in outcomes],
    }


def record_id(outcomes) -> str:
    """Short name of a run: a hash of what went in, so the same inputs have the same id on any machine."""
    return _id(inputs(outcomes))


def record(outcomes) -> dict:
    """The short record: id, inputs, and a hash of each scenario's results; the same for the same inputs at any time."""
    return {"id": record_id(outcomes), **inputs(outcomes), "results": [o.results_hash for o in outcomes]}


def figures(outcome) -> dict[str, list[float]]:
    """What stands beside `Outcome.results_hash`, so that a check can say how far two results are apart.

    Returns:
        `ikm` and `waiting_minutes` of the city as 5, 50, 95 % of every quarter, and mean, least, greatest of every array, `array.name`.
    """
    found = {name: np.quantile(series, (0.05, 0.5, 0.95), axis=-1).T.ravel()
             for name, series in (("ikm", outcome.city_ikm), ("waiting_minutes", outcome.waiting_minutes))}
    found |= {f"array.{name}": (a.mean(), a.min(), a.max()) for name, a in sorted(outcome.arrays.items())}
    return {name: [round(float(value), DIGITS) + 0.0 for value in values] for name, values in found.items()}


def tree(value):
    """A file's content with its lists of named things as mappings, so that a difference has a path of names."""
    if isinstance(value, dict):
        return {str(key): tree(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        parts = [tree(part) for part in value]
        for name in ("key", "id", "element", "kind"):
            if parts and all(isinstance(part, dict) and isinstance(part.get(name), str) for part in parts):
                return {part[name]: part for part in parts}
        return parts
    return value


def ledger_tree(ledger) -> dict:
    """A published ledger, as `Assumptions.ledger` holds it."""
    return tree(ledger.model_dump(mode="json", by_alias=True))


def catalogue_tree(catalogue) -> dict:
    """Programmes and prices."""
    return {"programmes": tree([row.model_dump(mode="json", by_alias=True) for row in catalogue.programmes]), "terms": dict(catalogue.terms)}


def data_files(folder: Path) -> tuple[str, dict[str, str]]:
    """Hash of a city folder, as `City.files_hash`, and of each of its files."""
    digest, files = hashlib.sha256(), {}
    for path in sorted([*folder.glob("*.csv"), *folder.glob("*.yaml")]):
        content = path.read_bytes()
        digest.update(path.name.encode() + b"\0" + content + b"\0")
        files[path.name] = _hash(content)
    return digest.hexdigest()[:16], files


def written_files(folder: Path, names=None) -> dict[str, str]:
    """Hash of each file under a folder except its record and hidden ones; of `names` alone if given."""
    paths = [folder / name for name in names] if names is not None else [path for path in folder.rglob("*") if path.is_file()]
    found = {path.relative_to(folder).as_posix(): path for path in paths}
    return {name: _hash(path.read_bytes()) for name, path in sorted(found.items()) if name != FILE and "/." not in f"/{name}"}


class Code(Strict):
    """Source files that produced the results."""

    hash: str
    files: dict[str, str]


class Data(Strict):
    """The city folder; `city` is its id, `name` per language, `hash` of all files."""

    city: str
    name: dict[str, str]
    hash: str
    files: dict[str, str]


class Kept(Strict):
    """One scenario in full.

    Attributes:
        id, seed: of the scenario. key: its short name. ledger: id of the assumptions it was run with.
        changes: what they differ by from the published ledger, its own overrides included: `values`, `structure`.
        decided: content of its file with every default. results: `Outcome.results_hash`. figures: see `figures`.
    """

    key: str
    id: str
    seed: int
    ledger: str
    changes: dict[Literal["values", "structure"], dict]
    decided: dict
    results: str
    figures: dict[str, list[float]]


class Record(Strict):
    """What a run was made of, in full, and hashes of what it wrote; frozen.

    Attributes:
        id: hash of code, data, assumptions, scenarios, seeds and draws: the same for the same inputs on any machine.
        made: ISO date, not part of the id. software: versions, to explain last digits; not part of the id.
        ledger, catalogue: the published ledger and programmes as trees of names, so that a later difference can be named.
        files: hash of every file written beside the record, by its path in the folder.
        seal: hash of all the rest of the record; shows an edit by hand, not a forgery.
    """

    form: Literal["simulation-record-2"] = FORM
    id: str
    made: str
    software: dict[str, str]
    draws: int = Field(ge=1)
    code: Code
    data: Data
    ledger: dict
    catalogue: dict
    scenarios: list[Kept] = Field(min_length=1)
    files: dict[str, str] = {}
    seal: str = ""

    @classmethod
    def of(cls, outcomes, made: str) -> Record:
        """The record of a run.

        Args:
            outcomes: of one city with the same draws, the order counts. made: ISO date.

        Raises:
            InputError: not a date; outcomes of different cities or draws; the city folder changed since it was read.
        """
        first, (data_hash, files) = outcomes[0], data_files(outcomes[0].city.folder)
        problems = [] if is_date(made) else [Problem("records_date", {"found": shown(made)})]
        if len({(o.city.files_hash, o.draws, o.scenario.catalogue.id) for o in outcomes}) > 1:
            problems.append(Problem("records_mixed"))
        if data_hash != first.city.files_hash:
            problems.append(Problem("records_data_moved", file=short_path(first.city.folder)))
        if problems:
            raise InputError(problems)
        about = first.city.about
        return cls(id=record_id(outcomes), made=made, software=software(), draws=first.draws, code=Code(hash=code_hash(), files=code_files()),
                   data=Data(city=about.id, name=about.name.model_dump(), hash=data_hash, files=files), ledger=ledger_tree(first.assumptions.ledger),
                   catalogue=catalogue_tree(first.scenario.catalogue), scenarios=[_kept(o) for o in outcomes])

    def save(self, folder: Path | str, files=None) -> Path:
        """Write `record.json` into a folder, after everything else; a reader sees the old one or the new one.

        Args:
            files: names in the folder that belong to the run; None for all that are there.
        """
        sealed = self.model_copy(update={"files": written_files(Path(folder), files), "seal": ""})
        sealed = sealed.model_copy(update={"seal": sealed._sealed()})
        write_whole(Path(folder) / FILE, sealed.text())
        return Path(folder) / FILE

    @classmethod
    def load(cls, folder: Path | str) -> Record:
        """Read the record of a folder, or a record file.

        Raises:
            InputError: there is none, or it is broken, of another form, or was changed after it was written.
        """
        path = Path(folder) if Path(folder).is_file() else Path(folder) / FILE
        if not path.is_file():
            raise InputError(Problem("records_none" if path.parent.is_dir() else "records_no_folder", file=short_path(path.parent)))
        text, place = read_text(path), short_path(path)
        content = _parsed(text, place)
        found = validated(cls, Document(path, content, {}))
        strange = [name for name in found.files if name.startswith("/") or ".." in name.split("/") or "\\" in name or ":" in name]
        if strange:
            raise InputError([Problem("records_path", {"found": shown(name)}, place, column="files") for name in strange])
        if found.id != _id(found._inputs()) or found.seal != found._sealed() or text != found.text() or not is_date(found.made):
            raise InputError(Problem("records_edited", {"record": shown(found.id)}, place))
        return found

    def text(self) -> str:
        """The file's text: the same bytes for the same content."""
        return json.dumps(self.model_dump(), ensure_ascii=False, indent=1, allow_nan=False) + "\n"

    def _sealed(self) -> str:
        return _hash(_text(self.model_dump(exclude={"seal"})).encode())

    def _inputs(self) -> dict:
        return {"code": self.code.hash, "data": self.data.hash, "draws": self.draws,
                "scenarios": [{"id": kept.id, "ledger": kept.ledger, "seed": kept.seed} for kept in self.scenarios]}


def software() -> dict[str, str]:
    """Versions of the package and of what it computes with."""
    from simulation import __version__

    return {"simulation": __version__, "python": platform.python_version(), "numpy": np.__version__, "scipy": version("scipy")}


def _kept(outcome) -> Kept:
    from simulation.ledger_changes import changes

    scenario, assumptions = outcome.scenario, outcome.assumptions
    differing = changes(assumptions)
    values = {c.key: {"value": c.after.value, "range": list(c.after.range), "distribution": dict(c.after.distribution)}
              for c in differing if not c.structural}
    structure = {c.key: assumptions.structure[c.key] for c in differing if c.structural}
    return Kept(key=scenario.key, id=scenario.id, seed=scenario.seed, ledger=assumptions.id,
                changes=json.loads(_text({"values": values, "structure": structure})), decided=scenario.model_dump(mode="json"),
                results=outcome.results_hash, figures=figures(outcome))


def _parsed(text: str, place: str) -> dict:
    """The content of a record of today's form, or a named problem."""
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(Problem("records_broken", {}, place, error.lineno)) from None
    except RecursionError:
        raise InputError(Problem("records_broken", {}, place)) from None
    if isinstance(content, dict) and content.get("form") == FORM:
        return content
    if isinstance(content, dict) and "form" not in content and {"id", "code", "results"} <= set(content):
        raise InputError(Problem("records_older", {}, place))
    raise InputError(Problem("records_foreign", {"expected": FORM}, place))


def is_date(text) -> bool:
    """Whether a text is a day as YYYY-MM-DD."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except (TypeError, ValueError):
        return False


def _text(content) -> str:
    return json.dumps(content, sort_keys=True, ensure_ascii=False)


def _id(went_in: dict) -> str:
    return hashlib.sha256(json.dumps(went_in, sort_keys=True).encode()).hexdigest()[:12]


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
