"""What the command line prints beside runs: surveys, forms, imports, forecasts."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from simulation.analysis.forecast import Forecast
from simulation.analysis.forecasts import ForecastLedger
from simulation.assumptions import DATA, Assumptions
from simulation.city import City
from simulation.ensemble import simulate
from simulation.errors import InputError
from simulation.intake.mapping import NO_MAPPING, Mapping
from simulation.language import say
from simulation.present import forecast_views, skm_report
from simulation.scenario import Scenario
from simulation.survey import Survey


def skm(file: Path, mapping: Path | None, excel: Path | None, as_json: bool, lang: str) -> None:
    """The report of a survey file."""
    survey = Survey.read(file, mapping, None if as_json else skm_report.progress_line)
    if excel:
        skm_report.to_excel(survey, excel, lang)
    if as_json:
        print(json.dumps(skm_report.as_json(survey, lang), ensure_ascii=False))
        return
    print(skm_report.text(survey, lang))
    if excel:
        print("\n" + say("skm.written", lang, path=excel))


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
