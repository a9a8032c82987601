"""A folder of scenarios: list, search, copy, rename, set aside, compare.

A scenario is a YAML file and its key is the file's name without `.yaml`. Nothing is ever deleted or overwritten unasked: what is set
aside lies in the folder `archive` beside the others and can be brought back.
"""

from __future__ import annotations

import os
import re
import threading
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from simulation.assumptions import DATA
from simulation.errors import InputError, Problem, short_path, shown, unknown
from simulation.files import write_whole
from simulation.scenario import Catalogue, Scenario
from simulation.scenario_origin import chosen
from simulation.schema import Texts

MOST_COMPARED = 4  # more lines than this in one picture cannot be told apart
LONGEST_KEY = 60
ARCHIVE = "archive"
_KEY = re.compile(rf"[A-Za-z0-9_]{{1,{LONGEST_KEY}}}")
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])", re.IGNORECASE)  # Windows opens devices under these names


@dataclass(frozen=True)
class Library:
    """The scenarios of a folder; every method reads the folder afresh, for others may write in it.

    Attributes:
        folder: made when the first scenario is saved.
        catalogue: programmes to choose from, the published ones by default.
    """

    folder: Path | str = DATA / "scenarios"
    catalogue: Catalogue | None = None

    def all(self, archived: bool = False) -> dict[str, Scenario]:
        """All scenarios by key, the baseline first; or those set aside.

        Raises:
            InputError: every problem of every file.
        """
        scenarios, problems = self.look(archived)
        if problems:
            raise InputError(problems)
        return scenarios

    def look(self, archived: bool = False) -> tuple[dict[str, Scenario], list[Problem]]:
        """The scenarios that can be read, the baseline first, and the problems of the others."""
        scenarios, problems = {}, []
        for key, path in self._paths(archived).items():
            try:
                scenarios[key] = Scenario.load(path, self._catalogue)
            except InputError as error:
                problems += error.problems
        return dict(sorted(scenarios.items(), key=lambda item: not item[1].baseline)), problems

    def get(self, key: str) -> Scenario:
        """One scenario.

        Raises:
            InputError: no such key (the nearest are named), or its file has problems.
        """
        return Scenario.load(self._path(key), self._catalogue)

    def search(self, text: str, archived: bool = False) -> dict[str, Scenario]:
        """Readable scenarios in which every word is found: in key, name, author, reason, reference or a programme's name, in any case."""
        words = _plain(text).split()
        return {key: scenario for key, scenario in self.look(archived)[0].items() if all(word in _spoken(key, scenario) for word in words)}

    def save(self, scenario: Scenario, key: str, replace: bool = False, city=None) -> Path:
        """Write a scenario under a key, with what it rests on; whole or not at all.

        Args:
            replace: overwrite another scenario of that key. city: whose units it names, for the header of the file.

        Raises:
            InputError: the key is no safe file name, another scenario has it, or it would be a second baseline.
        """
        path, text = self._new_path(key, taken_ok=True), scenario.text(portable=True, city=city)
        self._one_baseline(scenario, key)
        if replace:
            write_whole(path, text)
        elif not (path.exists() and self._same(scenario, path)):
            self._create(path, text)
        return path

    def copy(self, key: str, new_key: str, name: Texts | dict | str | None = None, **header) -> Scenario:
        """A copy under another key; never a baseline. What its file rests on stays as it was made.

        Args:
            name: of the copy, one text for both languages or one each; the old name if left out.
            header: other header fields: author, date, reason, reference.

        Raises:
            InputError: no such scenario, or the new key is taken or no safe file name.
        """
        self._path(key)
        self._new_path(new_key)
        made = headed(self.get(key), name, baseline=False, **header)
        return self.get(self.save(made, new_key).stem)

    def rename(self, key: str, new_key: str | None = None, name: Texts | dict | str | None = None) -> Scenario:
        """Another key, another name, or both.

        Raises:
            InputError: as `copy`.
        """
        path = self._path(key)
        if new_key and new_key != key:
            target = self._new_path(new_key, but=key)
            _place(path, target) if new_key.casefold() != key.casefold() else path.rename(target)
            path = target
        if name is not None:
            write_whole(path, headed(self.get(path.stem), name).text(portable=True))
        return self.get(path.stem)

    def archive(self, key: str) -> Path:
        """Set a scenario aside, readable or not: its file moves to the folder `archive`, under a number if the name is taken there."""
        path = self._path(key)
        (self._folder / ARCHIVE).mkdir(exist_ok=True)
        taken = {name.casefold() for name in self._paths(archived=True)}
        names = (key if i == 1 else f"{key}_{i}" for i in range(1, len(taken) + 2))
        return _place(path, self._folder / ARCHIVE / f"{next(name for name in names if name.casefold() not in taken)}.yaml")

    def restore(self, key: str, new_key: str | None = None) -> Scenario:
        """Bring back what was set aside, under its old key or another.

        Raises:
            InputError: no such key in the archive, the key is taken, or it would be a second baseline.
        """
        path = self._path(key, archived=True)
        target = self._new_path(new_key or key)
        self._one_baseline(Scenario.load(path, self._catalogue), target.stem)
        _place(path, target)
        return self.get(target.stem)

    def compare(self, *keys: str) -> dict[str, Scenario]:
        """One to four scenarios by key, in the order asked, each once.

        Raises:
            InputError: none or too many, or unknown ones; all problems together.
        """
        wanted, problems = list(dict.fromkeys(keys)), []
        if not 1 <= len(wanted) <= MOST_COMPARED:
            problems.append(Problem("library_too_many", {"found": str(len(wanted)), "limit": str(MOST_COMPARED)}))
        known = self._paths()
        problems += [unknown("unknown_scenario", key, known) for key in wanted if key not in known]
        if problems:
            raise InputError(problems)
        return {key: self.get(key) for key in wanted}

    def table(self, archived: bool = False):
        """Readable scenarios as a data frame, one row each: key, name, author, date, money of all years, programmes, id, warnings."""
        import pandas as pd

        columns = ["key", "name_id", "name_en", "author", "date", "baseline", "start_year", "years", "budget_rp", "programmes", "warnings", "id"]
        rows = [(key, s.name["id"], s.name["en"], s.author, s.date, s.baseline, s.start_year, s.years, float(sum(s.budget_by_year)), len(chosen(s)),
                 len(s.warnings), s.id) for key, s in self.look(archived)[0].items()]
        return pd.DataFrame(rows, columns=columns)

    def sentence(self, lang: str = "id") -> str:
        """How many scenarios there are, and what is wrong with files that cannot be read."""
        from simulation.present.library_views import library_sentence

        return library_sentence(self, lang)

    @property
    def _folder(self) -> Path:
        return Path(self.folder)

    @cached_property
    def _catalogue(self) -> Catalogue:
        return self.catalogue or Catalogue.load()

    def _paths(self, archived: bool = False) -> dict[str, Path]:
        """Files by key; hidden files are leftovers of other programs."""
        folder = self._folder / ARCHIVE if archived else self._folder
        return {path.stem: path for path in sorted(folder.glob("*.yaml")) if not path.name.startswith(".") and path.is_file()}

    def _path(self, key: str, archived: bool = False) -> Path:
        paths = self._paths(archived)
        if key not in paths:
            raise InputError(unknown("unknown_scenario", key, paths) if paths else Problem("library_empty", {"found": shown(key)}, short_path(self._folder)))
        return paths[key]

    def _new_path(self, key: str, taken_ok: bool = False, but: str | None = None) -> Path:
        """Where a new key is written; one that differs from another in case only would be the same file on some machines."""
        if not _KEY.fullmatch(key) or _RESERVED.fullmatch(key):
            raise InputError(Problem("library_key", {"found": shown(key), "nearest": safe_key(key), "limit": str(LONGEST_KEY)}))
        for other in self._paths():
            if other.casefold() == key.casefold() and other != but and not (taken_ok and other == key):
                raise InputError(Problem("library_taken", {"found": other}, short_path(self._folder / f"{other}.yaml")))
        return self._folder / f"{key}.yaml"

    def _create(self, path: Path, text: str) -> None:
        """Write a new file, refusing one that appeared meanwhile."""
        part = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.new")
        write_whole(part, text)
        try:
            _place(part, path)
        finally:
            part.unlink(missing_ok=True)

    def _same(self, scenario: Scenario, path: Path) -> bool:
        try:
            return Scenario.load(path, self._catalogue) == scenario
        except InputError:
            return False

    def _one_baseline(self, scenario: Scenario, key: str) -> None:
        marked = [other for other, found in self.look()[0].items() if found.baseline and other != key] if scenario.baseline else []
        if marked:
            raise InputError(Problem("two_baselines", {"found": ", ".join([*marked, key])}))


def headed(scenario: Scenario, name: Texts | dict | str | None = None, **header) -> Scenario:
    """The scenario under another header, resting on what it rested on; `name` as in `Library.copy`."""
    names = {"id": name, "en": name} if isinstance(name, str) else name.model_dump() if isinstance(name, Texts) else name
    made = scenario.replace(header if names is None else header | {"name": names})
    made._made_with = scenario.made_with
    return made


def safe_key(text: str) -> str:
    """A file name for a text: letters, digits and underscores.

    >>> safe_key("Usulan Dinas Kesehatan (2027)"), safe_key("../.."), safe_key("con")
    ('Usulan_Dinas_Kesehatan_2027', 'scenario', 'con_1')
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    key = re.sub(r"[^A-Za-z0-9]+", "_", plain).strip("_")[:LONGEST_KEY].strip("_") or "scenario"
    return f"{key}_1" if _RESERVED.fullmatch(key) else key


def _place(source: Path, target: Path) -> Path:
    """Move a file to a name that must be free, also if two people do so at once.

    Raises:
        InputError: the name is taken.
    """
    try:
        os.link(source, target)  # refuses an existing name in one step; a rename would overwrite it
        source.unlink()
    except FileExistsError:
        raise InputError(Problem("library_taken", {"found": target.stem}, short_path(target))) from None
    except OSError:  # a disk without hard links, such as a memory stick
        if target.exists():
            raise InputError(Problem("library_taken", {"found": target.stem}, short_path(target))) from None
        source.rename(target)
    return target


def _spoken(key: str, scenario: Scenario) -> str:
    """Everything a search looks through."""
    names = {row.id: row.name for row in scenario.catalogue.programmes}
    texts = [scenario.name, scenario.reason, *(names[name] for name in chosen(scenario))]
    return _plain(" ".join([key, scenario.author, scenario.reference, *chosen(scenario), *(f"{text['id']} {text['en']}" for text in texts)]))


def _plain(text: str) -> str:
    """Text without case and accents, for searching."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()
