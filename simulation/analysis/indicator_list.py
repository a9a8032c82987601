"""The list of monitoring indicators: what each one means, where it comes from and what the city aims for.

The list is a file, `data/indicators.yaml`; nothing about an indicator is written in code but how it is counted.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from simulation.assumptions import DATA
from simulation.errors import InputError, unknown
from simulation.files import Document, read_yaml
from simulation.schema import Grade, Strict, Texts, validated

LEVELS = ("inputs", "reaction", "learning", "behaviour", "results")
INPUTS = ("spending", "trainings", "staff", "evaluation", "tickets", "complaints", "survey", "profiles")
UNITS = ("share", "people", "JP", "rupiah", "score", "points", "SD", "minutes", "per_1000", "IKM", "index")

Text = Annotated[str, Field(min_length=1)]


class InputFile(Strict):
    """A file that the city brings.

    Attributes:
        id: name of the argument of `monitor` that takes it.
        sample: a made-up example among the project's files, null when another importer ships it.
    """

    id: Literal[INPUTS]
    name: Texts
    reads: Text
    sample: Text | None


class Margin(Strict):
    """How far from the target still counts as close to it: in the indicator's unit, or as a share of the target."""

    kind: Literal["absolute", "relative"]
    value: Annotated[float, Field(ge=0.0)]


class Target(Strict):
    """What the city aims for, and who says so.

    Attributes:
        set_by: "rule" a regulation; "ledger" a row of the assumptions; "standard" the published service standard in the
            city's services.csv; "city" nobody yet: a value is then a suggestion until the city sets its own.
        value: the target; null where it is worked out from the ledger or the standard, or where there is none.
        high: upper end, for indicators that should lie within a range.
        ledger: rows of the ledger it rests on.
    """

    set_by: Literal["rule", "ledger", "standard", "city"]
    value: float | None
    high: float | None = None
    ledger: list[str] = Field(default_factory=list)
    grade: Grade
    source: Texts
    note: Texts


class Indicator(Strict):
    """One indicator.

    Attributes:
        source: files it needs, the first is the one that is named when it is missing.
        columns: what is taken from them.
        direction: whether more or less is better, or a value within the target's range.
        sample: whether the value rests on a sample, so that it has an interval.
        decimals: how it is printed.
    """

    id: Text
    level: Literal[LEVELS]
    name: Texts
    definition: Texts
    formula: Texts
    unit: Literal[UNITS]
    source: Annotated[list[Literal[INPUTS]], Field(min_length=1)]
    columns: Texts
    direction: Literal["higher", "lower", "within"]
    sample: bool
    decimals: Annotated[int, Field(ge=0, le=4)]
    target: Target
    margin: Margin


class IndicatorFile(Strict):
    """`indicators.yaml`."""

    version: Literal[1]
    inputs: list[InputFile]
    indicators: Annotated[list[Indicator], Field(min_length=1)]


@cache
def indicators(path: Path = DATA / "indicators.yaml") -> IndicatorFile:
    """Read the list.

    Raises:
        InputError: everything that is wrong with the file, with line and key.
    """
    document = read_yaml(path)
    content = validated(IndicatorFile, document)
    problems = _repeated(document, content) + _without_range(document, content)
    if problems:
        raise InputError(problems)
    return content


def indicator(name: str) -> Indicator:
    """One indicator of the published list.

    Raises:
        InputError: no such indicator; the nearest names are given.
    """
    found = {row.id: row for row in indicators().indicators}
    if name not in found:
        raise InputError(unknown("unknown_indicator", name, found))
    return found[name]


def _repeated(document: Document, content: IndicatorFile) -> list:
    ids = [row.id for row in content.indicators]
    return [document.problem("repeated_key", ("indicators", i, "id"), {"found": name})
            for i, name in enumerate(ids) if name in ids[:i]]


def _without_range(document: Document, content: IndicatorFile) -> list:
    """An indicator that should lie within a range needs both ends, in order."""
    return [document.problem("indicator_range", ("indicators", i, "target"), {"found": row.id})
            for i, row in enumerate(content.indicators)
            if row.direction == "within" and not (row.target.value is not None and row.target.high is not None
                                                  and row.target.value <= row.target.high)]
