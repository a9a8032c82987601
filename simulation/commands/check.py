"""A check without a screen: every problem of an input."""

from __future__ import annotations

from pathlib import Path


def add(commands) -> None:
    """Register `check` with its arguments."""
    from simulation.commands.arguments import command

    def do(chosen):
        check(chosen.path, chosen.kind, chosen.mapping, chosen.lang)

    made = command(commands, "check", do, "every problem of a city folder, ledger, catalogue or scenario", city=False, mapping=True)
    made.add_argument("path", type=Path, metavar="FOLDER|FILE")
    made.add_argument("--as", default=None, dest="kind", help="read the file as skm, staff, training, tickets, needs, spending, ...")


def check(path: Path, kind: str | None, mapping: Path | None, lang: str) -> None:
    """Every mistake in an input; without one, what to know before its scenarios are used: what differs here from where they were made.

    Raises:
        InputError: everything wrong with it.
    """
    from simulation.check import checked
    from simulation.city import City
    from simulation.language import say
    from simulation.present.library_views import warning_lines

    found = checked(path, kind, mapping)
    print(say("check.ok", lang, what=found.what))
    here = City.load() if any(scenario.made_with for scenario in found.scenarios) else None
    lines = [line for scenario in found.scenarios for line in warning_lines(scenario, lang, here)]
    if lines:
        print("\n".join([say("check.warnings", lang), *lines]))
