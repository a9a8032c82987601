"""`pack`: everything a council takes home, in one call."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def add(commands) -> None:
    """Register the command with its arguments."""
    from simulation.commands.arguments import command, draws

    def do(chosen):
        pack(chosen.scenarios, chosen.out, chosen.lang, chosen.city, draws(chosen.draws), chosen.assumptions, chosen.date)

    made = command(commands, "pack", do, "the council's pack in one folder: brief, slides, workbook, page and record")
    made.add_argument("scenarios", nargs="+", type=Path, metavar="SCENARIO.yaml",
                      help="the options; the baseline is the one marked as such, else the first")
    made.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder of the pack; an earlier pack in it is replaced")
    made.add_argument("--draws", default="1024", help="number of futures (default: 1024)")
    made.add_argument("--assumptions", type=Path, default=None, metavar="CHANGES.yaml", help="changed assumptions")
    made.add_argument("--date", default="", metavar="YYYY-MM-DD", help="day on the pack (default: today); the same day gives the same bytes")


def pack(files: Sequence[Path], out: Path, lang: str, city_folder: Path | None = None, draws: int = 1024, changes: Path | None = None,
         made: str = "") -> None:
    """Compare the scenarios of the files with their baseline and write the pack.

    Args:
        changes: file of changed assumptions. made: ISO date, today by default.

    Raises:
        InputError: anything wrong with an input, or the folder holds something else; nothing is written then.
    """
    from simulation.assumptions import Assumptions
    from simulation.commands.scenarios import compared
    from simulation.ledger_changes import read_changes
    from simulation.present.pack.pack import make_pack

    assumptions = read_changes(changes, Assumptions.load()) if changes else Assumptions.load()
    options = [c for c in compared(list(files), assumptions, city_folder, draws, lang) if c.a is not c.b]
    print(make_pack(options, out, lang, made).sentence(lang))
