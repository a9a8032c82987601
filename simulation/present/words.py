"""Sentences made of results: a verdict, its numbers and its caution come from one comparison."""

from __future__ import annotations

from datetime import date

import numpy as np

from simulation.indicators import three
from simulation.language import band, day, number, percent, rupiah, say
from simulation.outcome import CAUTION_IKM
from simulation.present import scorecard_words, verdicts
from simulation.present.ledger_words import changed_note
from simulation.record import record_id
from simulation.survey import smallest_visible_change

REGISTRY = "registry_minutes"  # the promise that stands first


def comparison_sentence(comparison, lang: str = "id") -> str:
    """What a scenario brings against another: direction, importance, promises, why a result is odd, what a survey sees."""
    main = verdict_sentence(comparison, lang)
    if comparison.a.scenario.id == comparison.b.scenario.id:
        return main
    parts = [main, *scorecard_words.reasons(comparison.scorecard, lang), survey_sentence(comparison, lang)]
    if comparison.a.promises_much():
        parts.append(say("caution.large", lang, limit=number(CAUTION_IKM, lang, 0)))
    parts += _changed_notes([comparison.a, comparison.b], lang)
    return " ".join(parts)


def verdict_sentence(comparison, lang: str = "id") -> str:
    """Direction, importance and promises with their numbers alone: for lists in which what a survey sees is said once."""
    a, b = comparison.a.scenario, comparison.b.scenario
    if a.id == b.id:
        return say("sentence.baseline", lang, name=a.name[lang])
    return " ".join([*scorecard_words.ikm_sentences(comparison, lang), *scorecard_words.promise_sentences(comparison.scorecard, lang)])


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
    """Cost, unspent money, participants and cost per point in one line, then staff time in class and newcomers' duty beside the cash."""
    plan, money = comparison.a.plan, comparison.money()
    _, point, _ = three(money["rp_per_point"])
    seats = plan.seats.sum()
    cash = say("panel.money", lang, cost=rupiah(plan.cost_rp.sum(), lang), unspent=rupiah(plan.unspent_rp.sum(), lang),
               seats=number(seats, lang, 0), person=rupiah(plan.cost_rp.sum() / seats if seats else 0.0, lang),
               point=say("panel.no_point", lang) if np.isnan(point) else rupiah(point, lang),
               other=comparison.b.scenario.name[lang])
    return " ".join(filter(None, [cash, scorecard_words.time_line(comparison, lang), scorecard_words.induction_line(comparison.a, lang)]))


def legal_line(outcome, lang: str = "id") -> str:
    """How the plan stands against the 20 JP entitlement, the PPPK ceiling and the minimum budget share."""
    minimum = outcome.assumptions["hr_budget_share"].value
    return say("panel.legal", lang, jp20=percent(outcome.share_reaching_20jp().mean(), lang),
               pppk=percent(outcome.share_pppk_above_ceiling().mean(), lang),
               share=percent(outcome.budget_share().mean(), lang, 2), minimum=percent(minimum, lang, 2))


def comparison_rows(comparisons, lang: str = "id") -> list[list[str]]:
    """The comparison of scenarios as text cells, the header first."""
    registry = all(any(line.promise.key == REGISTRY for line in c.scorecard.lines) for c in comparisons)
    keys = ("scenario", "cost", "staff_hours", "seats", "jp20", "minutes" if registry else "minutes_all", "ikm_change", "verdict")
    rows = [[say(f"column.{key}", lang) for key in keys]]
    for c in comparisons:
        minutes = c.scorecard[REGISTRY].band if registry else three(c.waiting_minutes)
        rows.append([c.a.scenario.name[lang], rupiah(c.a.plan.cost_rp.sum(), lang), scorecard_words.hours_cell(c, lang),
                     number(c.a.plan.seats.sum(), lang, 0), percent(c.a.share_reaching_20jp().mean(), lang), band(*minutes, lang, 1, sign=True),
                     band(*three(c.ikm), lang, sign=True),
                     say("verdict.baseline", lang) if c.a.scenario.id == c.b.scenario.id else verdicts.signed(c.verdict, lang)])
    return rows
