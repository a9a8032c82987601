"""The researcher's questions on the command line: what decides, what would change our mind, what knowing is worth."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from simulation.analysis.calibration import calibrate as calibrated
from simulation.analysis.calibration import leave_last_wave_out
from simulation.analysis.calibration_data import Observations
from simulation.analysis.discovery import discover as discovered
from simulation.analysis.futures import Futures, futures
from simulation.analysis.information import value_of_information
from simulation.analysis.levers import levers as each_alone
from simulation.analysis.regret import regret as regrets
from simulation.analysis.sensitivity import sensitivity as indices
from simulation.analysis.switching import switching_values
from simulation.analysis.tornado import tornado
from simulation.assumptions import DATA, Assumptions
from simulation.city import City
from simulation.cluster import executor as on_cluster
from simulation.commands.scenarios import load_all
from simulation.ensemble import Progress
from simulation.errors import InputError, Problem, short_path
from simulation.files import write_whole
from simulation.language import percent, say
from simulation.ledger_changes import read_changes
from simulation.present import (
    calibration_views,
    discovery_views,
    information_views,
    regret_views,
    sensitivity_views,
    switching_charts,
    switching_views,
)
from simulation.present.ledger_words import change_lines
from simulation.present.skm_report import aligned
from simulation.studies import Studies

BILLION = 1e9


class Run:
    """What every one of these commands works with: city, ledger, scenarios, cluster and language, from its arguments."""

    def __init__(self, chosen, executor):
        self.lang, self.out, self.executor = chosen.lang, chosen.out, executor
        self.assumptions = read_changes(chosen.assumptions, Assumptions.load()) if chosen.assumptions else Assumptions.load()
        self.city = City.load(chosen.city or DATA / "salatiga", self.assumptions.tables)
        scenarios = load_all(chosen.scenarios)
        self.scenarios = sorted(scenarios, key=lambda scenario: not scenario.baseline)
        self.progress: Progress | None = executor.bar() if executor else terminal_bar(chosen.lang)

    def two(self):
        """The plan and its baseline.

        Raises:
            InputError: not exactly two scenarios.
        """
        if len(self.scenarios) != 2:
            raise InputError(Problem("exactly_two", {"found": str(len(self.scenarios))}))
        return self.scenarios[1], self.scenarios[0]

    def futures(self, draws: int) -> Futures:
        """The scenarios in the same futures."""
        return futures(self.scenarios, self.city, self.assumptions, draws, self.executor, self.progress)

    def report(self, sentence: str, rows: list[list[str]], tables: dict, pictures: dict) -> None:
        """Print words and rows; write tables and pictures where a folder was asked for."""
        for line in [*change_lines(self.assumptions, self.lang), sentence]:
            print(line)
        print("\n" + aligned(rows))
        if self.out is None:
            return
        self.out.mkdir(parents=True, exist_ok=True)
        for name, table in tables.items():
            write_whole(self.out / f"{name}.csv", table.to_csv(index=False))
        for name, picture in pictures.items():
            if picture is not None:
                picture.save(self.out / f"{name}.png")
        print("\n" + say("run.written", self.lang, folder=short_path(self.out)))


@contextmanager
def prepared(chosen) -> Iterator[Run]:
    """The run of a command, on the cluster it names if it names one."""
    with on_cluster(chosen.scheduler) as executor:
        yield Run(chosen, executor)


def terminal_bar(lang: str) -> Callable[[int, int], None] | None:
    """A line that moves on a terminal; nothing where the output is kept."""
    if not sys.stderr.isatty():
        return None

    def show(done: int, total: int) -> None:
        end = "\n" if done >= total else ""
        print("\r" + say("work.progress", lang, share=percent(done / max(total, 1), lang)), end=end, file=sys.stderr, flush=True)

    return show


def levers(run: Run, draws: int, as_json: bool) -> None:
    """What each change of a plan brings alone, at equal money."""
    if len(run.scenarios) != 1:
        raise InputError(Problem("one_scenario", {"found": str(len(run.scenarios))}))
    found = each_alone(run.scenarios[0], run.city, run.assumptions, draws, run.executor, run.progress)
    if as_json:
        print(json.dumps(found.to_dict(), ensure_ascii=False, indent=1))
        return
    run.report(found.sentence(run.lang), found.rows(run.lang), {"levers": found.table()}, {"levers": found.picture(run.lang)})


def sensitivity(run: Run, n: int, indicator: str) -> None:
    """Sobol indices of the difference of two scenarios, and the tornado."""
    plan, base = run.two()
    found = indices(plan, base, run.city, run.assumptions, n, indicator, executor=run.executor, progress=run.progress)
    wide = tornado(plan, base, run.city, run.assumptions, indicator, run.executor)
    run.report(found.sentence(run.lang) + "\n" + wide.sentence(run.lang), sensitivity_views.rows(found, run.lang),
               {"sobol": found.table(), "sobol_links": found.table("link"), "sobol_level": found.table(of="level"), "tornado": wide.table()},
               {"sobol": sensitivity_views.picture(found, run.lang), "tornado": sensitivity_views.tornado_picture(wide, run.lang)})


def switching(run: Run, draws: int, willingness_rp: float | None) -> None:
    """The values at which the preferred scenario changes."""
    found = switching_values(run.scenarios, run.city, run.assumptions, willing(willingness_rp, run.assumptions), draws,
                             executor=run.executor, progress=run.progress)
    run.report(found.sentence(run.lang), switching_views.rows(found, run.lang), {"switching": found.table()},
               {"switching": switching_charts.picture(found, run.lang)})


def worth(run: Run, draws: int, willingness_rp: float | None) -> None:
    """What it is worth to know more, and which study to buy."""
    seen = run.futures(draws)
    found = value_of_information(seen, willing(willingness_rp, run.assumptions), executor=run.executor)
    run.report(found.sentence(run.lang), information_views.rows(found, run.lang), {"worth": found.table(), "willingness": found.curve_table()},
               {"worth": information_views.worth_picture(found, run.lang), "studies": information_views.studies_picture(found, run.lang),
                "willingness": information_views.frontier_picture(found, run.lang)})


def regret(run: Run, draws: int, willingness_rp: float | None) -> None:
    """What each scenario would make us regret."""
    found = regrets(run.scenarios, run.city, run.assumptions, willingness_rp, draws, executor=run.executor, progress=run.progress)
    run.report(found.sentence(run.lang), regret_views.rows(found, run.lang), {"regret": found.table()}, {"regret": regret_views.picture(found, run.lang)})


def discover(run: Run, draws: int, target: float | None) -> None:
    """Under which conditions the plan misses its target."""
    plan, base = run.two()
    found = discovered(run.futures(draws), plan.key, target, base.key)
    run.report(found.sentence(run.lang), discovery_views.rows(found, run.lang), {"boxes": found.table()},
               {"boxes": discovery_views.box_picture(found, run.lang), "trade_off": discovery_views.trade_picture(found, run.lang)})


def calibrate(run: Run, observations: Path, draws: int) -> None:
    """What the city's data teach about the assumptions."""
    seen = Observations.load(observations)
    found = calibrated(run.scenarios[0], run.city, run.assumptions, seen, draws, executor=run.executor, progress=run.progress)
    words = found.sentence(run.lang)
    if len(seen.surveys) > 1:
        words += "\n" + leave_last_wave_out(found, run.executor).sentence(run.lang)
    run.report(words, calibration_views.rows(found, run.lang),
               {"learned": found.table(), "pairs": found.pairs_table(), "checks": found.checks_table()},
               {"learned": calibration_views.learned_picture(found, run.lang), "checks": calibration_views.checks_picture(found, run.lang)})


def willing(willingness_rp: float | None, assumptions: Assumptions) -> float:
    """Rupiah per IKM point as asked, or as the studies' file has it."""
    return Studies.load(assumptions=assumptions).willingness.value if willingness_rp is None else willingness_rp
