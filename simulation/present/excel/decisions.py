"""What each scenario decides, one row per decision, in words and as a number."""

from __future__ import annotations

from collections.abc import Iterator

from simulation.language import figure, listed, number, percent, rupiah, say
from simulation.present.excel.page import Cell, Column, Table
from simulation.present.excel.run import Run

COLUMNS = (Column("scenario", width=30), Column("decision", width=30), Column("detail", width=38), Column("words", width=52),
           Column("value", "number", 18))
Decision = tuple[str, str, str, object]  # what, which part, in words, the number or a blank


def inputs(run: Run) -> Table:
    """All decisions of all scenarios."""
    rows = []
    for outcome in run.outcomes:
        for part in (_header, _money, _mix, _offers, _people, _form, _changes):
            rows += [(run.name(outcome), *row) for row in part(run, outcome)]
    return Table("inputs", COLUMNS, rows, run.lang)


def _header(run: Run, outcome) -> Iterator[Decision]:
    scenario = outcome.scenario
    for field in ("author", "date", "reference"):
        yield run.message(f"field.{field}"), "", getattr(scenario, field), None
    yield run.message("field.reason"), "", scenario.reason[run.lang], None
    yield run.message("field.id"), "", scenario.id, None
    yield run.message("field.seed"), "", str(scenario.seed), None


def _money(run: Run, outcome) -> Iterator[Decision]:
    scenario = outcome.scenario
    yield run.message("field.start_year"), "", str(scenario.start_year), Cell(scenario.start_year, "year")
    yield say("field.years", run.lang), "", number(scenario.years, run.lang, 0), Cell(scenario.years, "count")
    for y, budget in enumerate(scenario.budget_by_year):
        yield run.message("field.budget"), str(scenario.start_year + y), rupiah(budget, run.lang), Cell(budget, "rupiah")


def _mix(run: Run, outcome) -> Iterator[Decision]:
    scenario = outcome.scenario
    for name, share in scenario.programmes.items():
        yield run.message("field.share"), run.programme(outcome, name), percent(share, run.lang, 1), Cell(share, "percent")
    for name, count in scenario.classes.items():
        yield run.message("field.classes"), run.programme(outcome, name), run.message("classes_a_year", n=number(count, run.lang, 0)), Cell(count, "count")


def _offers(run: Run, outcome) -> Iterator[Decision]:
    scenario = outcome.scenario
    for i, offer in enumerate(scenario.offers, 1):
        counts = offer.by_year(scenario.years)
        words = run.message("classes_by_year", counts="; ".join(number(n, run.lang, 0) for n in counts))
        yield run.message("field.offer", n=i), offer_words(run, outcome, offer), words, Cell(sum(counts), "count")


def offer_words(run: Run, outcome, offer) -> str:
    """Programme, form and whose people an offer asks."""
    forms = [run.message(f"form.{field}") for field in ("practice", "coaching") if getattr(offer, field)]
    if offer.refresher_months:
        forms.append(run.message("form.refresher", when=say(f"refresher_months.{offer.refresher_months}", run.lang)))
    kinds = outcome.city.kinds if offer.kinds == "all" else offer.kinds
    asked = run.message("all_kinds") if offer.kinds == "all" else listed([run.message(f"kind.{kind}") for kind in kinds], run.lang)
    form = listed(forms, run.lang) if forms else run.message("form.plain")
    return run.message("offer", programme=run.programme(outcome, offer.programme), form=form, asked=asked)


def _people(run: Run, outcome) -> Iterator[Decision]:
    scenario = outcome.scenario
    yield say("field.targeting", run.lang), "", say(f"targeting.{scenario.targeting}", run.lang), None
    for unit, weights in scenario.needs.items():
        for competency, weight in weights.items():
            yield run.message("field.need"), f"{run.units[unit]}: {_competency(run, outcome, competency)}", figure(weight, run.lang), weight
    for unit, weight in scenario.unit_weights.items():
        yield run.message("field.unit_weight"), run.units[unit], figure(weight, run.lang), weight


def _competency(run: Run, outcome, name: str) -> str:
    return next(c.name[run.lang] for c in outcome.assumptions.ledger.competencies if c.id == name)


def _form(run: Run, outcome) -> Iterator[Decision]:
    scenario = outcome.scenario
    if not scenario.offers:
        for field in ("practice", "follow_up", "refresher_months"):
            yield say(f"field.{field}", run.lang), "", say(f"{field}.{getattr(scenario, field)}", run.lang), None
    yield run.message("field.quarters"), "", listed([("I", "II", "III", "IV")[q - 1] for q in sorted(scenario.quarters)], run.lang), None
    if scenario.off_peak:
        yield run.message("field.off_peak"), "", say("library.yes", run.lang), None
    for field in ("replacement_ratio", "minutes_factor"):
        value = getattr(scenario, field)
        yield run.message(f"field.{field}"), "", figure(value, run.lang), value


def _changes(run: Run, outcome) -> Iterator[Decision]:
    ledger, scenario = outcome.assumptions, outcome.scenario
    for key, value in scenario.overrides.items():
        yield run.message("field.override"), ledger[key].label[run.lang], figure(value, run.lang), Cell(value, "figure")
    for key, option in scenario.structure.items():
        switch = next(s for s in ledger.ledger.structure if s.key == key)
        yield run.message("field.structure"), switch.label[run.lang], next(o.label[run.lang] for o in switch.options if o.id == option), None
