"""The mapping file: a few lines in which a reader says what a column, an answer or a unit's name means.

A file that is not recognised needs no change: a mapping beside it is enough, and can be used again next time.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from simulation.files import read_yaml
from simulation.schema import Strict, validated

Answer = str | int | float


class Mapping(Strict):
    """What a reader says about a file.

    Attributes:
        columns: heading of each thing, e.g. `waktu: Soal 3`.
        answers: meaning of each answer, per thing or under `all`, e.g. `waktu: {Lama: 1}`.
        missing: texts that stand for "no answer", besides the empty cell.
        units: unit id of each name that a file uses for a unit.
        sheet: name of the Excel sheet; header_row: row of the headings, counted from 1.
        dates: order of day and month where a file does not show it.
    """

    columns: dict[str, str] = Field(default_factory=dict)
    answers: dict[str, dict[Answer, Answer]] = Field(default_factory=dict)
    missing: list[Answer] = Field(default_factory=list)
    units: dict[Answer, str] = Field(default_factory=dict)
    sheet: str | None = None
    header_row: Annotated[int, Field(ge=1)] | None = None
    dates: Literal["dmy", "mdy"] | None = None

    @classmethod
    def load(cls, path: Path | str) -> Mapping:
        """Read a mapping file.

        Raises:
            InputError: every problem with its line.
        """
        return validated(cls, read_yaml(path))


NO_MAPPING = Mapping()
