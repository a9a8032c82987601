"""Writes docs/outcomes.md from the declarations in data/outcomes.yaml, in both languages.

Run from the repository: `python tools/outcome_docs.py`.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from simulation.assumptions import Assumptions
from simulation.files import write_whole
from simulation.language import LANGUAGES, say
from simulation.present.scorecard_words import definitions
from simulation.scorecard import promises

PAGE = ROOT / "docs" / "outcomes.md"


def page() -> str:
    """The whole page."""
    smallest = Assumptions.load()["smallest_difference"].value
    return "\n".join(line for lang in LANGUAGES for line in _part(lang, smallest))


def _part(lang: str, smallest: float) -> list[str]:
    header, *rows = definitions(lang, smallest)
    unit = say("scorecard.column.unit", lang)
    table = [_line([header[0], header[1], unit, *header[2:]]), "|---" * (len(header) + 1) + "|"]
    for one, row in zip(promises(), rows, strict=True):
        name = f"{row[0]}{' *' if one.core else ''} (`{one.key}`)"
        table.append(_line([name, row[1], say(f"scorecard.unit_name.{one.unit}", lang), *row[2:]]))
    return [f"# {say('scorecard.docs.title', lang)}", "", say("scorecard.docs.intro", lang), "", say("scorecard.docs.core", lang), "", *table, ""]


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


if __name__ == "__main__":
    write_whole(PAGE, page())
