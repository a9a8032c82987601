"""A researcher's own assumptions: what differs from the published ledger, as a small file that can be sent and read back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from simulation.assumptions import Assumption, Assumptions
from simulation.errors import InputError
from simulation.files import read_yaml, write_whole
from simulation.schema import Strict, validated


class RowChange(Strict):
    """Another value, range or spread of one row; what is left out is fitted or stays."""

    value: float | None = None
    range: Annotated[tuple[float, float] | None, Field(strict=False)] = None
    distribution: str | dict | None = None


class ChangesFile(Strict):
    """A file of changed assumptions."""

    version: Literal[1]
    author: str = ""
    date: str = ""
    reason: str = ""
    values: dict[str, float | RowChange] = Field(default_factory=dict)
    structure: dict[str, str] = Field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """One row or switch that differs from the published ledger.

    Attributes:
        key: of the row or switch.
        label: per language.
        before, after: the row as published and now, or the labels of the options of a switch, per language.
    """

    key: str
    label: object
    before: object
    after: object

    @property
    def structural(self) -> bool:
        """Whether it is a switch of the model's structure."""
        return not isinstance(self.after, Assumption)


def changes(assumptions: Assumptions) -> list[Change]:
    """Everything that differs from the published ledger, in its order."""
    rows = [Change(row.key, row.label, published, row)
            for row, published in zip(assumptions.parameters, assumptions.ledger.parameters, strict=True)
            if (row.value, row.range, dict(row.distribution)) != (published.value, published.range, published.distribution)]
    return rows + [Change(switch.key, switch.label, _option(switch, switch.default), _option(switch, assumptions.structure[switch.key]))
                   for switch in assumptions.ledger.structure if assumptions.structure[switch.key] != switch.default]


def _option(switch, name: str):
    return next(option.label for option in switch.options if option.id == name)


def read_changes(path: Path | str, assumptions: Assumptions) -> Assumptions:
    """A ledger with the changes of a file.

    Raises:
        InputError: an unknown row, switch or option (the nearest is named), or a value that cannot be; with file and line.
    """
    document = read_yaml(path)
    content = validated(ChangesFile, document)
    values = {key: change if isinstance(change, float) else change.model_dump(exclude_none=True)
              for key, change in content.values.items()}
    try:
        return assumptions.replace(values, content.structure)
    except InputError as error:
        raise InputError([document.problem(p.code, ("values" if p.column in values else "structure", p.column or ""), p.values)
                          for p in error.problems]) from None


def save_changes(assumptions: Assumptions, path: Path | str, author: str = "", date: str = "", reason: str = "") -> Path:
    """Write what differs from the published ledger; `read_changes` gives the same ledger back.

    Args:
        date: ISO date, as the author writes it.
    """
    import yaml

    found = changes(assumptions)
    header = {key: text for key, text in (("author", author), ("date", date), ("reason", reason)) if text}
    values = {c.key: {"value": c.after.value, "range": list(c.after.range), "distribution": dict(c.after.distribution)}
              for c in found if not c.structural}
    structure = {c.key: assumptions.structure[c.key] for c in found if c.structural}
    content = {"version": 1, **header, "values": values, "structure": structure}
    write_whole(path, yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100))
    return Path(path)
