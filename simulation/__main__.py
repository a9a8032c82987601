"""The command line: the same functions without a screen.

`python -m simulation run data/scenarios/*.yaml --out results` compares scenarios; `--help` lists the rest. Exit 0 when
done, 2 when an input is wrong.
"""

from __future__ import annotations

import sys

from simulation.commands.arguments import parser
from simulation.errors import InputError, Problem


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    chosen = parser().parse_args(arguments)
    try:
        chosen.do(chosen)
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


if __name__ == "__main__":
    sys.exit(main())
