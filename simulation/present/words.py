"""Sentences made of results: a verdict, its numbers and its caution come from one comparison."""

from __future__ import annotations

from datetime import date

import numpy as np

from simulation.indicators import three
from simulation.language import band, day, number, percent, rupiah, say
from simulation.outcome import CAUTION_IKM
from simulation.present.ledger_words import changed_note
from simulation.record import record_id
from simulation.survey import smallest_visible_change


def comparison_sentence(comparison, lang: str = "id") -> str:
    """What a scenario brings against another: verdict, difference, share of futures, waiting, what a survey sees."""
    main = verdict_sentence(comparison, lang)
    if comparison.a.scenario.id == comparison.b.scenario.id:
        return main
    parts = [main, survey_sentence(comparison, lang)]
    if comparison.a.promises_much():
        parts.append(say("caution.large", lang, limit=number(CAUTION_IKM, lang, 0)))
    parts += _changed_notes([comparison.a, comparison.b], lang)
    return " ".join(parts)


def verdict_sentence(comparison, lang: str = "id") -> str:
    """The verdict with its numbers alone: for lists in which what a survey sees is said once."""
    a, b = comparison.a.scenario, comparison.b.scenario
    if a.id == b.id:
        return say("sentence.baseline", lang, name=a.name[lang])
    year = b.start_year + min(a.years, b.years) - 1
    low, middle, high = three(comparison.ikm)
    share = comparison.share_worse if comparison.verdict == "worse" else comparison.share_better
    main = say(f"sentence.{comparison.verdict}", lang, name=a.name[lang], other=b.name[lang], year=year,
               verdict=say(f"verdict.{comparison.verdict}", lang), band=band(low, middle, high, lang, sign=True),
               share=percent(share, lang), less=percent(comparison.share_worse, lang),
               smallest=number(comparison.smallest, lang))
    return f"{main} {say('sentence.waiting', lang, band=band(*three(comparison.waiting_minutes), lang, 1, sign=True))}"


def _changed_notes(outcomes, lang: str) -> list[str]:
    """What differs from the published ledger under these outcomes, without repetition."""
    return list(dict.fromkeys(note for o in outcomes if (note := changed_note(o.assumptions, lang))))


def survey_sentence(comparison, lang: str = "id") -> str:
    """Whether one unit's survey could see the difference."""
    visible = smallest_visible_change(150, comparison.b.assumptions["respondent_sd"].value)
    key = "sentence.survey" if abs(np.median(comparison.ikm)) < visible else "sentence.survey_seen"
    return say(key, lang, mde=number(visible, lang, 1))


def honesty(city, assumptions, lang: str = "id") -> list[str]:
    """The sentences that stand on the first page: what differs from the published ledger, and how much is assumed."""
    grades = city.figures_per_grade()
    total = sum(grades.values())
    assumed = sum(p.grade == "D" for p in assumptions.parameters)
    changed = changed_note(assumptions, lang)
    return [*([changed] if changed else []),
            say("honesty.grades", lang, share=percent(grades["D"] / total, lang, 1), n=number(total, lang, 0),
                ledger=assumed, rows=len(assumptions.parameters))]


def stamp(outcomes, lang: str = "id", run=None, made: str = "") -> str:
    """The small print under a chart: scenarios, draws, city, share assumed, and the record of the run it belongs to.

    Args:
        run: all outcomes of the run; those shown when there are no others. made: ISO date, "" to leave it out.
    """
    first = outcomes[0]
    grades = first.city.figures_per_grade()
    line = say("stamp", lang, name=" / ".join(o.scenario.name[lang] for o in outcomes), draws=number(first.draws, lang, 0),
               city=first.city.about.name[lang], share=percent(grades["D"] / sum(grades.values()), lang, 1),
               record=record_id(run or outcomes))
    dated = [say("records.made", lang, day=day(date.fromisoformat(made), lang))] if made else []
    return " · ".join([line, *dated, *_changed_notes(outcomes, lang)])


def money_line(comparison, lang: str = "id") -> str:
    """Cost, unspent money, participants and cost per point in one line."""
    plan, money = comparison.a.plan, comparison.money()
    _, point, _ = three(money["rp_per_point"])
    seats = plan.seats.sum()
    return say("panel.money", lang, cost=rupiah(plan.cost_rp.sum(), lang), unspent=rupiah(plan.unspent_rp.sum(), lang),
               seats=number(seats, lang, 0), person=rupiah(plan.cost_rp.sum() / seats if seats else 0.0, lang),
               point=say("panel.no_point", lang) if np.isnan(point) else rupiah(point, lang),
               other=comparison.b.scenario.name[lang])


def legal_line(outcome, lang: str = "id") -> str:
    """How the plan stands against the 20 JP entitlement, the PPPK ceiling and the minimum budget share."""
    minimum = outcome.assumptions["hr_budget_share"].value
    return say("panel.legal", lang, jp20=percent(outcome.share_reaching_20jp().mean(), lang),
               pppk=percent(outcome.share_pppk_above_ceiling().mean(), lang),
               share=percent(outcome.budget_share().mean(), lang, 2), minimum=percent(minimum, lang, 2))


def comparison_rows(comparisons, lang: str = "id") -> list[list[str]]:
    """The comparison of scenarios as text cells, the header first."""
    keys = ("scenario", "cost", "seats", "jp20", "ikm_change", "minutes", "verdict")
    rows = [[say(f"column.{key}", lang) for key in keys]]
    for c in comparisons:
        rows.append([c.a.scenario.name[lang], rupiah(c.a.plan.cost_rp.sum(), lang), number(c.a.plan.seats.sum(), lang, 0),
                     percent(c.a.share_reaching_20jp().mean(), lang), band(*three(c.ikm), lang, sign=True),
                     band(*three(c.waiting_minutes), lang, 1, sign=True), say("verdict.baseline" if c.a.scenario.id == c.b.scenario.id else f"verdict.{c.verdict}", lang)])
    return rows
