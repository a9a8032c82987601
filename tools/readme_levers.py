"""Writes the levers of README.md from the model: `python tools/readme_levers.py`, or with `--check` to be told that they are out of step.

They stand between `<!-- levers -->` and `<!-- end of levers -->`; everything else on the page is written by hand.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from simulation.analysis.levers import Levers, levers
from simulation.assumptions import Assumptions
from simulation.city import City
from simulation.files import write_whole
from simulation.scenario import Scenario
from tools.model_tables import table

PAGE = ROOT / "README.md"
BASE = "todays_path"
COLUMNS = (0, 1, 2, 3, 4)  # of the rows: change, gain, verdict, seats, money
PLACE = re.compile(r"(<!-- levers -->\n).*?(<!-- end of levers -->)", re.DOTALL)


def found() -> Levers:
    """The levers of today's path in the published city."""
    assumptions = Assumptions.load()
    return levers(Scenario.library()[BASE], City.load(tables=assumptions.tables), assumptions)


def part(result: Levers) -> str:
    """The sentence and the table, as Markdown."""
    heading, *rows = ([row[i] for i in COLUMNS] for row in result.rows("en"))
    return "\n".join([result.sentence("en"), "", *table(tuple(heading), [tuple(row) for row in rows])]) + "\n"


def renewed(page: str, text: str) -> str:
    """The page with the levers as the model finds them now.

    Raises:
        ValueError: the page has no place for them.
    """
    if not PLACE.search(page):
        raise ValueError("README.md has no <!-- levers --> ... <!-- end of levers -->")
    return PLACE.sub(lambda place: place[1] + text + place[2], page)


def main(arguments: list[str]) -> int:
    """Write the page, or check it; returns the exit status."""
    page = PAGE.read_text(encoding="utf-8")
    new = renewed(page, part(found()))
    if "--check" not in arguments:
        write_whole(PAGE, new)
    elif new != page:
        print("README.md is out of step with the model in its levers. Run: python tools/readme_levers.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
