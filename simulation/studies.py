"""The studies a city can buy before it chooses a plan, their prices, and what a point of IKM is worth to it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from simulation.analysis.futures import LUCK
from simulation.assumptions import DATA, Assumptions
from simulation.errors import InputError, Problem, nearest, shown, unknown
from simulation.files import Document, read_yaml
from simulation.schema import Grade, Rupiah, Source, Strict, Texts, validated

WAVES = GROUPS = 2  # before and after; with the measure and without it
Size = Annotated[int, Field(ge=2, le=1_000_000)]


class Willingness(Strict):
    """What one IKM point of the last year is worth, rupiah: the council's decision."""

    value: Annotated[float, Field(gt=0.0, le=1e15)]
    range: Annotated[tuple[Rupiah, Rupiah], Field(strict=False)]
    source: Source
    grade: Grade
    note: Texts


class Correlation(Strict):
    """Correlation of a person's two test scores."""

    value: Annotated[float, Field(ge=0.0, lt=1.0)]
    source: Source
    grade: Grade
    note: Texts


class _Study(Strict):
    """What every study says of itself; `measures` are rows of the ledger, or the programmes' own effects."""

    id: Annotated[str, Field(min_length=1)]
    name: Texts
    description: Texts
    measures: Annotated[list[str], Field(min_length=1)]
    unit: Texts
    sizes: Annotated[list[Size], Field(min_length=1)]
    fixed_rp: Rupiah
    per_unit_rp: Rupiah
    source: Source
    grade: Grade

    def paid(self, size: int) -> int:
        """How often `per_unit_rp` is paid."""
        return size

    def cost_rp(self, size: int) -> float:
        """Price of the study, rupiah."""
        return self.fixed_rp + self.per_unit_rp * self.paid(size)


class SurveyStudy(_Study):
    """SKM with comparison units; the size is respondents per wave, half of them in trained units."""

    kind: Literal["survey"]
    units_per_arm: Annotated[int, Field(ge=1, le=1000)]

    def paid(self, size: int) -> int:
        """Interviews in both waves."""
        return size * WAVES


class TestStudy(_Study):
    """Tests before and after with a control group; the size is people per group and course."""

    __test__ = False  # not a test of ours, whatever pytest thinks of its name
    kind: Literal["tests"]
    courses: Annotated[int, Field(ge=1, le=10)]
    retest_correlation: Correlation

    def paid(self, size: int) -> int:
        """People tested twice, of both groups and all courses."""
        return size * GROUPS * self.courses


class LogStudy(_Study):
    """A log of the counters' tickets; the size is service days."""

    kind: Literal["log"]


class VisitStudy(_Study):
    """Visits to participants some months later; the size is participants."""

    kind: Literal["visits"]
    months: Annotated[float, Field(gt=0.0, le=60.0)]


Study = SurveyStudy | TestStudy | LogStudy | VisitStudy
KINDS = {"survey": SurveyStudy, "tests": TestStudy, "log": LogStudy, "visits": VisitStudy}


class _Frame(Strict):
    """`studies.yaml` before its studies are read, each as its own kind."""

    version: Literal[1]
    willingness_rp: Willingness
    studies: Annotated[list[dict], Field(min_length=1)]


@dataclass(frozen=True)
class Studies:
    """What can be bought.

    Attributes:
        willingness: what one IKM point is worth, with range and grade.
        studies: in the order of the file.
    """

    willingness: Willingness
    studies: tuple[Study, ...]

    @classmethod
    def load(cls, path: Path | str = DATA / "studies.yaml", assumptions: Assumptions | None = None) -> Studies:
        """Read and check a file of studies.

        Args:
            assumptions: the ledger whose rows the studies measure; the published one by default.

        Raises:
            InputError: every problem, with line, what was found, what was expected and the nearest valid name.
        """
        document = read_yaml(path)
        problems: list[Problem] = []
        frame = _checked(problems, _Frame, document)
        found = [_study(i, item, document, problems) for i, item in _items(document)]
        if not problems:
            valid = [*(p.key for p in (assumptions or Assumptions.load()).parameters), LUCK]
            problems += _inconsistent(frame, found, document, valid)
        if problems:
            raise InputError(sorted(problems, key=lambda problem: problem.line or 0))
        return cls(frame.willingness_rp, tuple(found))

    def __getitem__(self, key: str) -> Study:
        for study in self.studies:
            if study.id == key:
                return study
        raise InputError(unknown("unknown_study", key, [study.id for study in self.studies]))

    @cached_property
    def id(self) -> str:
        """Content hash."""
        content = [self.willingness.model_dump(), [study.model_dump() for study in self.studies]]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def _items(document: Document) -> list[tuple[int, dict]]:
    """The entries of the list of studies that can be looked into, with their places."""
    listed = document.content.get("studies")
    return [(i, item) for i, item in enumerate(listed) if isinstance(item, dict)] if isinstance(listed, list) else []


def _checked(problems: list, model, document: Document):
    try:
        return validated(model, document)
    except InputError as error:
        problems += error.problems
        return None


def _study(i: int, item: dict, document: Document, problems: list) -> Study | None:
    """A study as its own kind says, so that a wrong key is compared with the keys of that kind."""
    kind = item.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        at = ("studies", i, "kind") if "kind" in item else ("studies", i)
        code, values = ("not_an_option", {"found": shown(kind), "nearest": nearest(shown(kind), KINDS)}) if "kind" in item else (
            "missing_key", {"found": "kind"})
        problems.append(document.problem(code, at, values))
        return None
    own = {at[2:]: line for at, line in document.lines.items() if at[:2] == ("studies", i)}
    found: list[Problem] = []
    study = _checked(found, KINDS[kind], Document(document.path, item, own))
    prefix = f"studies.{i}"
    problems += [Problem(p.code, p.values, p.file, p.line, f"{prefix}.{p.column}" if p.column else prefix) for p in found]
    return study


def _inconsistent(frame: _Frame, studies: list, document: Document, valid: list[str]):
    low, high = frame.willingness_rp.range
    if not low <= frame.willingness_rp.value <= high:
        values = {"found": f"{frame.willingness_rp.value:g}", "low": f"{low:g}", "high": f"{high:g}"}
        yield document.problem("out_of_range", ("willingness_rp", "value"), values)
    seen = set()
    for i, study in enumerate(studies):
        if study.id in seen:
            yield document.problem("repeated_key", ("studies", i, "id"), {"found": study.id})
        seen.add(study.id)
        for j, key in enumerate(study.measures):
            if key not in valid:
                values = {"found": shown(key), "nearest": nearest(key, valid)}
                yield document.problem("unknown_assumption", ("studies", i, "measures", j), values)
        if sorted(set(study.sizes)) != study.sizes:
            yield document.problem("study_sizes", ("studies", i, "sizes"), {"found": shown(study.sizes)})
