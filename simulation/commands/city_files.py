"""What the command line prints beside runs: surveys, forms, imports, forecasts."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from simulation.analysis.evaluation import evaluate
from simulation.analysis.forecast import Forecast
from simulation.analysis.forecasts import ForecastLedger
from simulation.analysis.monitoring import monitor_files
from simulation.analysis.needs import prioritise
from simulation.analysis.needs_columns import GROUPS
from simulation.analysis.needs_reader import read_needs
from simulation.assumptions import DATA, Assumptions
from simulation.city import City
from simulation.ensemble import simulate
from simulation.errors import InputError, Problem, shown
from simulation.intake.mapping import NO_MAPPING, Mapping
from simulation.intake.needs_form import write_questionnaire
from simulation.intake.templates import write_template
from simulation.language import number, percent, say
from simulation.present import (
    evaluation_views,
    forecast_views,
    monitoring_views,
    needs_views,
    skm_report,
)
from simulation.present.skm_report import aligned
from simulation.scenario import Catalogue, Scenario
from simulation.survey import Survey


def skm(file: Path, mapping: Path | None, excel: Path | None, users: int | None, as_json: bool, lang: str) -> None:
    """The report of a survey file."""
    if users is not None and users < 1:
        raise InputError(Problem("beyond_limit", {"found": str(users), "limit": ">= 1"}, column="--users"))
    survey = Survey.read(file, mapping, None if as_json else skm_report.progress_line)
    if excel:
        skm_report.to_excel(survey, excel, lang)
    if as_json:
        print(json.dumps(skm_report.as_json(survey, lang), ensure_ascii=False))
        return
    print(skm_report.text(survey, lang, users))
    if excel:
        print("\n" + say("skm.written", lang, path=excel))


def template(kind: str, path: Path, city: Path | None, lang: str) -> None:
    """An empty form: survey, staff list, training history, tickets or needs."""
    where = City.load(city or DATA / "salatiga")
    written = write_questionnaire(path, lang, city=where) if kind == "needs" else write_template(kind, path, lang, where)
    print(say("template.written", lang, path=written or path))


def needs(survey: Path, forum: Path | None, weights: str, scenario: Path | None, city: Path | None, mapping: Path | None, lang: str) -> None:
    """Priorities from a needs survey and forum; optionally a scenario that spends today's money on them."""
    assumptions = Assumptions.load()
    place = City.load(city or DATA / "salatiga", assumptions.tables)
    answers = read_needs(survey, forum, city=place, mapping=Mapping.load(mapping) if mapping else NO_MAPPING)
    found = prioritise(answers, place, assumptions, Catalogue.load(), weights=_weights(weights))
    print(found.sentence(lang))
    print("\n" + aligned(needs_views.priority_rows(found, lang)))
    if scenario:
        library = Scenario.library()
        found.scenario(next(iter(library.values()))).save(scenario)
        print("\n" + say("needs.scenario_written", lang, path=scenario))


def _weights(text: str) -> dict[str, float]:
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != len(GROUPS) or not all(part.replace(".", "", 1).isdigit() for part in parts):
        raise InputError(Problem("needs_weights_text", {"found": shown(text)}, column="--weights"))
    return dict(zip(GROUPS, map(float, parts), strict=True))


def evaluation(file: Path, started: list[str], city: Path | None, mapping: Path | None, lang: str) -> None:
    """Before and after training, from a survey with units and dates; units without a start count as not trained."""
    ledger = Assumptions.load()
    place, chosen = City.load(city or DATA / "salatiga", ledger.tables), Mapping.load(mapping) if mapping else NO_MAPPING
    cells = Survey.read(file, chosen).in_city(place, chosen).cells()
    found = evaluate(cells, {**dict.fromkeys(cells["unit"]), **_starts(started)}, ledger)
    print(found.sentence(lang) + "\n")
    print(aligned(evaluation_views.unit_rows(found, lang, {unit.id: unit.name(lang) for unit in place.units})) + "\n")
    print(aligned(evaluation_views.rate_rows(found, lang)))


def _starts(texts: list[str]) -> dict[str, str | None]:
    wrong = [text for text in texts if "=" not in text or not text.split("=")[0]]
    if wrong:
        raise InputError([Problem("evaluation_started", {"found": shown(text)}, column="--started") for text in wrong])
    return {unit: wave or None for unit, wave in (text.split("=", 1) for text in texts)}


def indicators(files: dict[str, Path | None], year: int, city: Path | None, mapping: Path | None, lang: str) -> None:
    """The board of indicators of a year from whatever files there are."""
    board = monitor_files(files, City.load(city or DATA / "salatiga"), year, Mapping.load(mapping) if mapping else NO_MAPPING)
    print(aligned(monitoring_views.board(board, lang)) + "\n")
    print(board.sentence(lang))


def import_files(out: Path, files: dict[str, Path | None], city: Path | None, mapping: Path | None, note: str, lang: str) -> None:
    """A new city folder in which the city's own figures replace estimates."""
    from simulation.intake.city_folder import write_city
    from simulation.intake.reading import read_files

    base = city or DATA / "salatiga"
    place, chosen = City.load(base), Mapping.load(mapping) if mapping else NO_MAPPING
    found = read_files(files, place, chosen)
    ratings = found["skm"].in_city(place, chosen).unit_ratings() if found["skm"] else None
    services = found["tickets"].services(place) if found["tickets"] else None
    made = write_city(base, out, staff=found["staff"], trainings=found["training"], ratings=ratings, services=services,
                      date=date.today().isoformat(), note=note)
    for kind, one in found.items():
        for line in one.sentences(lang) if hasattr(one, "sentences") else [w.text(lang) for w in getattr(one, "warnings", ())]:
            print(f"{kind}: {line}")
    counts = made.figures_per_grade()
    print(say("import.written", lang, folder=out, share=percent(counts["D"] / sum(counts.values()), lang, 1),
              n=number(sum(counts.values()), lang, 0)))


def forecast_add(ledger: Path, scenario: Path, wave: str, city: Path | None, draws: int, author: str, lang: str) -> None:
    """Save what a scenario expects a survey wave to report."""
    assumptions = Assumptions.load()
    outcome = simulate(Scenario.load(scenario), City.load(city or DATA / "salatiga", assumptions.tables), assumptions, draws)
    head = ForecastLedger(ledger).add(Forecast.of(outcome, wave, date.today(), author=author))
    print(say("forecasts.saved", lang, ledger=ledger, head=head.short))


def forecast_wave(ledger: Path, file: Path, wave: str, city: Path | None, mapping: Path | None, correction: str, lang: str) -> None:
    """Save what a survey wave found."""
    chosen = Mapping.load(mapping) if mapping else NO_MAPPING
    survey = Survey.read(file, chosen)
    if "unit" in survey.groups:
        survey = survey.in_city(City.load(city or DATA / "salatiga"), chosen)
    head = ForecastLedger(ledger).add_wave(survey, wave, date.today(), correction)
    print(say("forecasts.saved", lang, ledger=ledger, head=head.short))


def forecast_show(ledger: Path, head: str | None, lang: str) -> None:
    """How forecasts fared against waves; a damaged ledger is said first and is an error.

    Raises:
        InputError: the ledger has been changed; what holds is printed all the same.
    """
    history = ForecastLedger(ledger).history(head)
    print(history.sentence(lang))
    table = forecast_views.summary_table(history, lang)
    if len(table):
        print("\n" + table.to_string(index=False))
    problems = ForecastLedger(ledger).verify(head)
    if problems:
        raise InputError(problems)
