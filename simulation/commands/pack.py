"""`pack`: everything a council takes home, in one call."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def add(commands) -> None:
    """Register the command with its arguments."""
    from simulation.commands.arguments import amount, command, draws, smallest

    def do(chosen):
        pack(chosen.scenarios, chosen.out, chosen.lang, chosen.city, draws(chosen.draws), chosen.assumptions, chosen.date, amount(chosen.smallest, "--smallest"))

    made = command(commands, "pack", do, "the council's pack in one folder: brief, slides, workbook, page and record")
    made.add_argument("scenarios", nargs="+", type=Path, metavar="SCENARIO.yaml",
                      help="the options; the baseline is the one marked as such, else the first")
    made.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder of the pack; an earlier pack in it is replaced")
    made.add_argument("--draws", default="1024", help="number of futures (default: 1024)")
    made.add_argument("--assumptions", type=Path, default=None, metavar="CHANGES.yaml", help="changed assumptions")
    smallest(made)
    made.add_argument("--date", default="", metavar="YYYY-MM-DD", help="day on the pack (default: today); the same day gives the same bytes")


def pack(files: Sequence[Path], out: Path, lang: str, city_folder: Path | None = None, draws: int = 1024, changes: Path | None = None,
         made: str = "", smallest: float | None = None) -> None:
    """Compare the scenarios of the files with their baseline and write the pack.

    Args:
        changes: file of changed assumptions. made: ISO date, today by default. smallest: another smallest IKM difference that matters.

    Raises:
        InputError: anything wrong with an input, or the folder holds something else; nothing is written then.
    """
    from simulation.commands.scenarios import compared, ledger
    from simulation.present.pack.pack import make_pack

    options = [c for c in compared(list(files), ledger(changes, smallest), city_folder, draws, lang) if c.a is not c.b]
    print(make_pack(options, out, lang, made).sentence(lang))
