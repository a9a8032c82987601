"""The command line: the same functions without a screen.

`python -m simulation run data/scenarios/*.yaml --out results` compares scenarios; `skm` reads a survey;
`check` finds every problem in an input. Exit 0 when done, 2 when an input is wrong.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from simulation.errors import InputError, Problem
from simulation.language import DEFAULT, LANGUAGES, say


FILES = ("skm", "staff", "training", "tickets", "spending", "follow_up", "complaints", "profiles")  # of the board of indicators


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
    skm = commands.add_parser("skm", help="NRR, IKM, category and interval of a survey file")
    skm.add_argument("file", type=Path, metavar="FILE")
    skm.add_argument("--map", type=Path, default=None, dest="mapping", help="mapping file (YAML) for headings and answers not recognised")
    skm.add_argument("--excel", type=Path, default=None, help="also write the report as a workbook (.xlsx)")
    skm.add_argument("--users", type=int, default=None, metavar="N", help="people the service served: the sample size that it calls for")
    skm.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    needs = commands.add_parser("needs", help="priorities from a needs survey and forum")
    needs.add_argument("survey", type=Path, metavar="SURVEY")
    needs.add_argument("--forum", type=Path, default=None, metavar="FORUM")
    needs.add_argument("--weights", default="1,1,1", help="of government, civil servants, citizens (default: 1,1,1)")
    needs.add_argument("--scenario", type=Path, default=None, help="also write a scenario that spends today's money on them")
    needs.add_argument("--map", type=Path, default=None, dest="mapping")
    template = commands.add_parser("template", help="an empty Excel form: skm, staff, training, tickets or needs")
    template.add_argument("kind")
    template.add_argument("file", type=Path, metavar="FILE.xlsx")
    evaluation = commands.add_parser("evaluate", help="before and after training, against units not yet trained")
    evaluation.add_argument("file", type=Path, metavar="SURVEY")
    evaluation.add_argument("--started", nargs="+", required=True, metavar="UNIT=WAVE", help="first wave after a unit's training began, such as "
                            "disdukcapil=2026-Q1; units not named count as not trained")
    evaluation.add_argument("--map", type=Path, default=None, dest="mapping")
    board = commands.add_parser("indicators", help="the board of indicators of a year, from whatever files there are")
    board.add_argument("--year", type=int, required=True)
    bring = commands.add_parser("import", help="a new city folder in which the city's own files replace estimates")
    bring.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    bring.add_argument("--note", default="", help="where the files came from")
    for kind in FILES[:4]:
        bring.add_argument(f"--{kind}", type=Path, default=None, metavar="FILE")
    bring.add_argument("--map", type=Path, default=None, dest="mapping")
    for kind in FILES:
        board.add_argument(f"--{kind.replace('_', '-')}", type=Path, default=None, metavar="FILE")
    board.add_argument("--map", type=Path, default=None, dest="mapping")
    _forecast_parser(commands)
    check = commands.add_parser("check", help="every problem of a city folder, ledger, catalogue or scenario")
    check.add_argument("path", type=Path, metavar="FOLDER|FILE")
    check.add_argument("--as", default=None, dest="kind", help="read the file as skm, staff, training, tickets, needs, spending, ...")
    check.add_argument("--map", type=Path, default=None, dest="mapping")
    for command in (needs, template, evaluation, board, bring):
        command.add_argument("--city", type=Path, default=None, help="folder of the city (default: data/salatiga)")
    for command in (run, skm, needs, template, evaluation, board, bring, check):
        command.add_argument("--lang", choices=LANGUAGES, default=DEFAULT)
    return top


def _forecast_parser(commands) -> None:
    forecast = commands.add_parser("forecast", help="save forecasts, score them when a survey wave arrives")
    actions = forecast.add_subparsers(dest="action", required=True)
    add = actions.add_parser("add", help="save what a scenario expects a wave to report")
    add.add_argument("ledger", type=Path, metavar="LEDGER.jsonl")
    add.add_argument("scenario", type=Path, metavar="SCENARIO.yaml")
    add.add_argument("--author", default="")
    add.add_argument("--draws", default="1024")
    wave = actions.add_parser("wave", help="save what a wave found")
    wave.add_argument("ledger", type=Path, metavar="LEDGER.jsonl")
    wave.add_argument("file", type=Path, metavar="SURVEY")
    wave.add_argument("--map", type=Path, default=None, dest="mapping")
    wave.add_argument("--correction", default="", help="why an earlier record of this wave is replaced")
    show = actions.add_parser("show", help="how the forecasts fared, and whether the ledger is untouched")
    show.add_argument("ledger", type=Path, metavar="LEDGER.jsonl")
    show.add_argument("--head", default=None, help="stamp from the minutes, to see missing lines too")
    for action in (add, wave):
        action.add_argument("--wave", required=True, help="2027, 2027-S1 or 2027-Q3")
        action.add_argument("--city", type=Path, default=None, help="folder of the city (default: data/salatiga)")
    for action in (add, wave, show):
        action.add_argument("--lang", choices=LANGUAGES, default=DEFAULT)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    chosen = parser().parse_args(arguments)
    try:
        if chosen.command == "run":
            from simulation.present.report import run

            run(chosen.scenarios, chosen.city, _draws(chosen.draws), chosen.out, chosen.json, chosen.lang)
        elif chosen.command == "skm":
            from simulation.present.commands import skm

            skm(chosen.file, chosen.mapping, chosen.excel, chosen.users, chosen.json, chosen.lang)
        elif chosen.command == "needs":
            from simulation.present.commands import needs

            needs(chosen.survey, chosen.forum, chosen.weights, chosen.scenario, chosen.city, chosen.mapping, chosen.lang)
        elif chosen.command == "template":
            from simulation.present.commands import template

            template(chosen.kind, chosen.file, chosen.city, chosen.lang)
        elif chosen.command == "evaluate":
            from simulation.present.commands import evaluation

            evaluation(chosen.file, chosen.started, chosen.city, chosen.mapping, chosen.lang)
        elif chosen.command == "indicators":
            from simulation.present.commands import indicators

            indicators({kind: getattr(chosen, kind) for kind in FILES}, chosen.year, chosen.city, chosen.mapping, chosen.lang)
        elif chosen.command == "import":
            from simulation.present.commands import import_files

            import_files(chosen.out, {kind: getattr(chosen, kind) for kind in FILES[:4]}, chosen.city, chosen.mapping, chosen.note, chosen.lang)
        elif chosen.command == "forecast":
            _forecast(chosen)
        else:
            from simulation.check import check

            print(say("check.ok", chosen.lang, what=check(chosen.path, chosen.kind, chosen.mapping)))
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


def _forecast(chosen) -> None:
    from simulation.present import commands

    if chosen.action == "add":
        commands.forecast_add(chosen.ledger, chosen.scenario, chosen.wave, chosen.city, _draws(chosen.draws), chosen.author, chosen.lang)
    elif chosen.action == "wave":
        commands.forecast_wave(chosen.ledger, chosen.file, chosen.wave, chosen.city, chosen.mapping, chosen.correction, chosen.lang)
    else:
        commands.forecast_show(chosen.ledger, chosen.head, chosen.lang)


def _draws(text: str) -> int:
    if not text.strip().isdigit():
        raise InputError(Problem("draws", {"found": text, "limit": "1000000"}, column="--draws"))
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
