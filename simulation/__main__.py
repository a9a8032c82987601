"""The command line: the same functions without a screen.

`python -m simulation run data/scenarios/*.yaml --out results` compares scenarios; `check` finds every problem in an
input. Exit 0 when done, 2 when an input is wrong.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from simulation.errors import InputError, Problem
from simulation.language import DEFAULT, LANGUAGES, say


def parser() -> argparse.ArgumentParser:
    """The arguments of all commands."""
    top = argparse.ArgumentParser(prog="python -m simulation", description=__doc__.splitlines()[0])
    commands = top.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="compare scenarios")
    run.add_argument("scenarios", nargs="+", type=Path, metavar="SCENARIO.yaml")
    run.add_argument("--city", type=Path, default=None, help="folder of the city (default: data/salatiga)")
    run.add_argument("--draws", default="1024", help="number of futures (default: 1024)")
    run.add_argument("--out", type=Path, default=None, help="folder for tables and pictures")
    run.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    check = commands.add_parser("check", help="every problem of a city folder, ledger, catalogue or scenario")
    check.add_argument("path", type=Path, metavar="FOLDER|FILE")
    for command in (run, check):
        command.add_argument("--lang", choices=LANGUAGES, default=DEFAULT)
    return top


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    chosen = parser().parse_args(arguments)
    try:
        if chosen.command == "run":
            from simulation.present.report import run

            run(chosen.scenarios, chosen.city, _draws(chosen.draws), chosen.out, chosen.json, chosen.lang)
        else:
            from simulation.check import check

            print(say("check.ok", chosen.lang, what=check(chosen.path)))
    except InputError as error:
        print(error.text(chosen.lang), file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader of our output has seen enough
        sys.stdout = None
    except OSError as error:
        place = str(error.filename or "")
        print(Problem("not_writable", {"found": error.strerror or "?"}, place or None).text(chosen.lang), file=sys.stderr)
        return 2
    return 0


def _draws(text: str) -> int:
    if not text.strip().isdigit():
        raise InputError(Problem("draws", {"found": text, "limit": "1000000"}, column="--draws"))
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
