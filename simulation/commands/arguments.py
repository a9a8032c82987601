"""The arguments of every command, and the function that each one calls.

Functions import what they need when they are called, so that `--help` and a mistyped argument answer at once.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from simulation.commands import check, pack, records
from simulation.errors import InputError, Problem, shown
from simulation.language import DEFAULT, LANGUAGES, read_figure

FILES = ("skm", "staff", "training", "tickets", "spending", "follow_up", "complaints", "profiles")  # of the board of indicators


def parser() -> argparse.ArgumentParser:
    """The arguments of all commands."""
    top = argparse.ArgumentParser(prog="python -m simulation", description="What does a training budget buy, and how will the city know?")
    commands = top.add_subparsers(dest="command", required=True)
    for add in (_run, _skm, _needs, _template, _evaluate, _indicators, _import, _forecast, _research, _allocate, _library, pack.add, records.add, check.add):
        add(commands)
    return top


def command(commands, name: str, do, help: str, city: bool = True, mapping: bool = False) -> argparse.ArgumentParser:
    """A command with the options that many share."""
    made = commands.add_parser(name, help=help)
    made.set_defaults(do=do)
    made.add_argument("--lang", choices=LANGUAGES, default=DEFAULT)
    if city:
        made.add_argument("--city", type=Path, default=None, help="folder of the city (default: data/salatiga)")
    if mapping:
        made.add_argument("--map", type=Path, default=None, dest="mapping", help="mapping file (YAML) for headings and answers not recognised")
    return made


def draws(text: str) -> int:
    """The number of futures asked for.

    Raises:
        InputError: not a whole number.
    """
    if not text.strip().isdigit():
        raise InputError(Problem("draws", {"found": text, "limit": "1000000"}, column="--draws"))
    return int(text)


def amount(text: str | None, option: str) -> float | None:
    """A number asked for, None where none was.

    Raises:
        InputError: not a number.
    """
    found = None if text is None else read_figure(text)
    if text is not None and found is None:
        raise InputError(Problem("not_number", {"found": shown(text)}, column=option))
    return found


def smallest(made: argparse.ArgumentParser) -> None:
    """The council's own smallest difference."""
    made.add_argument("--smallest", default=None, metavar="POINTS", help="smallest IKM difference that matters, 0.1 to 1.0 (default: the ledger's 0.28)")


def _run(commands) -> None:
    def do(chosen):
        from simulation.cluster import executor
        from simulation.commands.scenarios import run

        with executor(chosen.scheduler) as cluster:
            run(chosen.scenarios, chosen.city, draws(chosen.draws), chosen.out, chosen.json, chosen.lang, chosen.assumptions, cluster, chosen.excel,
                amount(chosen.smallest, "--smallest"), chosen.all_outcomes)

    made = _scenarios(commands, "run", do, "compare scenarios", "1024")
    made.add_argument("--excel", type=Path, default=None, metavar="FILE.xlsx", help="also write a workbook with native charts")
    made.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    made.add_argument("--all-outcomes", action="store_true", help="print every outcome of the scorecard, not only the main ones")
    smallest(made)


def _scenarios(commands, name: str, do, help: str, futures: str) -> argparse.ArgumentParser:
    """A command that runs scenarios."""
    made = command(commands, name, do, help)
    made.add_argument("scenarios", nargs="+", type=Path, metavar="SCENARIO.yaml")
    made.add_argument("--draws", default=futures, help=f"number of futures (default: {futures})")
    made.add_argument("--assumptions", type=Path, default=None, metavar="CHANGES.yaml", help="changed assumptions")
    made.add_argument("--scheduler", default=None, metavar="ADDRESS", help="Dask scheduler of a cluster, host:port")
    made.add_argument("--out", type=Path, default=None, metavar="FOLDER", help="folder for tables and pictures")
    return made


def _research(commands) -> None:
    def answer(name: str):
        def do(chosen):
            from simulation.commands import research

            more = {"sensitivity": lambda: (draws(chosen.draws), chosen.indicator),
                    "discover": lambda: (draws(chosen.draws), amount(chosen.target, "--target")),
                    "calibrate": lambda: (chosen.observations, draws(chosen.draws)),
                    "levers": lambda: (draws(chosen.draws), chosen.json)}
            values = more.get(name, lambda: (draws(chosen.draws), amount(chosen.willingness, "--willingness")))()
            with research.prepared(chosen) as run:
                getattr(research, name)(run, *values)

        return do

    helps = {"sensitivity": ("which assumption decides the difference of two scenarios (--draws: points, a power of two)", "1024"),
             "levers": ("what each change of one plan brings alone, at equal money", "256"),
             "switching": ("the value of each assumption at which another scenario is preferred", "256"),
             "worth": ("what it is worth to know more, and which study to buy", "4096"),
             "regret": ("what each scenario would make us regret, over futures and structures of the model", "256"),
             "discover": ("under which conditions a plan misses its target against the other scenario", "2048"),
             "calibrate": ("what the city's data teach about the assumptions under the scenario carried out", "4096")}
    made = {name: _scenarios(commands, name, answer(name), *texts) for name, texts in helps.items()}
    for name in ("switching", "worth", "regret"):
        made[name].add_argument("--willingness", default=None, metavar="RUPIAH", help="for one IKM point of the last year (default: data/studies.yaml; "
                                "regret: none, IKM alone)")
    made["levers"].add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    made["sensitivity"].add_argument("--indicator", default="ikm", help="ikm, waiting_minutes, worst_unit_ikm or hours_waited")
    made["discover"].add_argument("--target", default=None, metavar="POINTS", help="least difference wanted (default: the smallest that matters)")
    made["calibrate"].add_argument("--observations", type=Path, required=True, metavar="FILE.yaml", help="waves, tests, visits, counters: docs/calibration.md")


def _allocate(commands) -> None:
    def do(chosen):
        from simulation.cluster import executor
        from simulation.commands.allocation import allocation

        with executor(chosen.scheduler) as cluster:
            allocation(chosen.base, amount(chosen.budget, "--budget"), chosen.objective, chosen.scenario, chosen.money, chosen.city,
                       chosen.assumptions, draws(chosen.draws), chosen.out, chosen.lang, cluster)

    made = command(commands, "allocate", do, "the best plan for a yearly budget, and what more money would buy")
    made.add_argument("base", type=Path, metavar="BASE.yaml", help="what the plan is compared with; lends years, quarters and seed")
    made.add_argument("--budget", default=None, metavar="RUPIAH", help="a year (default: that of the base)")
    made.add_argument("--objective", default="ikm", help="what the plan should raise")
    made.add_argument("--scenario", type=Path, default=None, metavar="FILE.yaml", help="also write the plan as a scenario")
    made.add_argument("--money", action="store_true", help="also what more or less money would buy")
    made.add_argument("--draws", default="1024", help="fresh futures for the comparison (default: 1024)")
    made.add_argument("--assumptions", type=Path, default=None, metavar="CHANGES.yaml", help="changed assumptions")
    made.add_argument("--scheduler", default=None, metavar="ADDRESS", help="Dask scheduler of a cluster, host:port")
    made.add_argument("--out", type=Path, default=None, metavar="FOLDER", help="folder for tables and pictures")


def _library(commands) -> None:
    actions = commands.add_parser("scenario", help="the library of scenarios: list, compare in words, copy, rename, set aside, send, receive")
    actions = actions.add_subparsers(dest="action", required=True)

    def action(name: str, call, help: str, *keys: str, folder: bool = True, city: bool = False) -> argparse.ArgumentParser:
        def do(chosen):
            from simulation.commands import library

            call(library, chosen)

        made = command(actions, name, do, help, city=city)
        for key in keys:
            made.add_argument(key)
        if folder:
            made.add_argument("--folder", type=Path, default=None, help="of the scenarios (default: data/scenarios)")
        return made

    show = action("show", lambda lib, c: lib.show(c.folder, c.lang, c.text, c.archived), "the scenarios of a folder")
    show.add_argument("text", nargs="?", default="", help="only those in which every word is found")
    show.add_argument("--archived", action="store_true", help="those that were set aside")
    action("diff", lambda lib, c: lib.difference(Path(c.a), Path(c.b), c.lang, c.city), "what was decided differently, in words", "a", "b",
           folder=False, city=True)
    for name, help in (("copy", "copy a scenario"), ("rename", "rename a scenario")):
        made = action(name, lambda lib, c: getattr(lib, c.action)(c.folder, c.key, c.new_key, c.lang, c.name), help, "key", "new_key")
        made.add_argument("--name", default=None, help="what it is called")
    action("archive", lambda lib, c: lib.archive(c.folder, c.key, c.lang), "set a scenario aside; nothing is deleted", "key")
    back = action("restore", lambda lib, c: lib.restore(c.folder, c.key, c.lang, c.new_key), "bring back a scenario that was set aside", "key")
    back.add_argument("--as", default=None, dest="new_key")
    action("send", lambda lib, c: lib.send(Path(c.file), Path(c.out), c.lang, c.city), "a file that carries what it rests on", "file", "out",
           folder=False, city=True)
    take = action("receive", lambda lib, c: lib.receive(Path(c.file), c.folder, c.lang, c.key, c.city, c.replace), "take in a file from elsewhere",
                  "file", city=True)
    take.add_argument("--as", default=None, dest="key")
    take.add_argument("--replace", action="store_true")


def _skm(commands) -> None:
    def do(chosen):
        from simulation.commands.city_files import skm

        skm(chosen.file, chosen.mapping, chosen.excel, chosen.users, chosen.json, chosen.lang)

    made = command(commands, "skm", do, "NRR, IKM, category and interval of a survey file", city=False, mapping=True)
    made.add_argument("file", type=Path, metavar="FILE")
    made.add_argument("--excel", type=Path, default=None, help="also write the report as a workbook (.xlsx)")
    made.add_argument("--users", type=int, default=None, metavar="N", help="people the service served: the sample size that it calls for")
    made.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    made.add_argument("--all-outcomes", action="store_true", help="print every outcome of the scorecard, not only the main ones")
    smallest(made)


def _needs(commands) -> None:
    def do(chosen):
        from simulation.commands.city_files import needs

        needs(chosen.survey, chosen.forum, chosen.weights, chosen.scenario, chosen.city, chosen.mapping, chosen.lang)

    made = command(commands, "needs", do, "priorities from a needs survey and forum", mapping=True)
    made.add_argument("survey", type=Path, metavar="SURVEY")
    made.add_argument("--forum", type=Path, default=None, metavar="FORUM")
    made.add_argument("--weights", default="1,1,1", help="of government, civil servants, citizens (default: 1,1,1)")
    made.add_argument("--scenario", type=Path, default=None, help="also write a scenario that spends today's money on them")


def _template(commands) -> None:
    def do(chosen):
        from simulation.commands.city_files import template

        template(chosen.kind, chosen.file, chosen.city, chosen.lang)

    made = command(commands, "template", do, "an empty Excel form: skm, staff, training, tickets or needs")
    made.add_argument("kind")
    made.add_argument("file", type=Path, metavar="FILE.xlsx")


def _evaluate(commands) -> None:
    def do(chosen):
        from simulation.commands.city_files import evaluation

        evaluation(chosen.file, chosen.started, chosen.city, chosen.mapping, chosen.lang)

    made = command(commands, "evaluate", do, "before and after training, against units not yet trained", mapping=True)
    made.add_argument("file", type=Path, metavar="SURVEY")
    made.add_argument("--started", nargs="+", required=True, metavar="UNIT=WAVE", help="first wave after a unit's training began, such as "
                      "disdukcapil=2026-Q1; units not named count as not trained")


def _indicators(commands) -> None:
    def do(chosen):
        from simulation.commands.city_files import indicators

        indicators({kind: getattr(chosen, kind) for kind in FILES}, chosen.year, chosen.city, chosen.mapping, chosen.lang)

    made = command(commands, "indicators", do, "the board of indicators of a year, from whatever files there are", mapping=True)
    made.add_argument("--year", type=int, required=True)
    for kind in FILES:
        made.add_argument(f"--{kind.replace('_', '-')}", type=Path, default=None, metavar="FILE")


def _import(commands) -> None:
    def do(chosen):
        from simulation.commands.city_files import import_files

        files = {kind: getattr(chosen, kind) for kind in FILES[:4]}
        import_files(chosen.out, files, chosen.city, chosen.mapping, chosen.note, chosen.lang)

    made = command(commands, "import", do, "a new city folder in which the city's own files replace estimates", mapping=True)
    made.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    made.add_argument("--note", default="", help="where the files came from")
    for kind in FILES[:4]:
        made.add_argument(f"--{kind}", type=Path, default=None, metavar="FILE")


def _forecast(commands) -> None:
    forecast = commands.add_parser("forecast", help="save forecasts, score them when a survey wave arrives")
    actions = forecast.add_subparsers(dest="action", required=True)

    def add_(chosen):
        from simulation.commands.city_files import forecast_add

        forecast_add(chosen.ledger, chosen.scenario, chosen.wave, chosen.city, draws(chosen.draws), chosen.author, chosen.lang)

    def wave_(chosen):
        from simulation.commands.city_files import forecast_wave

        forecast_wave(chosen.ledger, chosen.file, chosen.wave, chosen.city, chosen.mapping, chosen.correction, chosen.lang)

    def show_(chosen):
        from simulation.commands.city_files import forecast_show

        forecast_show(chosen.ledger, chosen.head, chosen.lang)

    add = command(actions, "add", add_, "save what a scenario expects a wave to report")
    wave = command(actions, "wave", wave_, "save what a wave found", mapping=True)
    show = command(actions, "show", show_, "how the forecasts fared, and whether the ledger is untouched", city=False)
    for action in (add, wave, show):
        action.add_argument("ledger", type=Path, metavar="LEDGER.jsonl")
    add.add_argument("scenario", type=Path, metavar="SCENARIO.yaml")
    add.add_argument("--author", default="")
    add.add_argument("--draws", default="1024")
    wave.add_argument("file", type=Path, metavar="SURVEY")
    wave.add_argument("--correction", default="", help="why an earlier record of this wave is replaced")
    show.add_argument("--head", default=None, help="stamp from the minutes, to see missing lines too")
    for action in (add, wave):
        action.add_argument("--wave", required=True, help="2027, 2027-S1 or 2027-Q3")
