"""Switching values in words and as rows of text: where the choice changes, and where nothing does."""

from __future__ import annotations

import math

from simulation.language import about_rupiah, figure, number, percent, say
from simulation.present import verdicts
from simulation.present.ledger_words import changed_note

SHOWN = 3  # changes told in a sentence; the table has all


def switching_sentence(values, lang: str = "id") -> str:
    """What would change the choice, nearest first: assumptions, verdict, structure, willingness to pay."""
    choice = values.choice
    main = say("switching.preferred", lang, willingness=about_rupiah(choice.willingness_rp, lang), name=choice.preferred.name[lang],
               margin=about_rupiah(choice.margin_rp, lang), other=choice.runner_up.name[lang])
    parts = [main, _preference(values, lang), _unclear(values, lang), _verdict(values, lang), *_structure(values, lang), _willingness(values, lang),
             changed_note(values.futures.assumptions, lang)]
    return " ".join(filter(None, parts))


def _preference(values, lang: str) -> str:
    changing, n = values.changing(), len(values.answers)
    if changing:
        return say("switching.changing", lang, n=n, k=len(changing), items=_items(changing, "preference", scenario_names(values, lang), lang))
    closest = min(values.answers, key=lambda a: a.closest_rp)
    return say("switching.none", lang, n=n, lead=about_rupiah(closest.closest_rp, lang), other=scenario_names(values, lang)[closest.rival],
               label=closest.row.label[lang], value=short(closest.closest_at, lang))


def _unclear(values, lang: str) -> str:
    unclear = sorted(values.unclear, key=lambda a: a.closest_rp)
    if not unclear:
        return ""
    names = ", ".join([*(a.row.label[lang] for a in unclear[:SHOWN]), *_more(len(unclear), lang)])
    return say("switching.unclear", lang, draws=number(values.futures.draws, lang, 0), names=names)


def _verdict(values, lang: str) -> str:
    if values.is_baseline:
        return say("switching.is_baseline", lang)
    changing, shared = values.changing("verdict"), {"base": values.futures.scenarios[0].name[lang], "verdict": say(f"verdict.{values.choice.verdict}", lang)}
    if not changing:
        return say("switching.verdict_none", lang, **shared)
    return say("switching.verdict_changing", lang, items=_items(changing, "verdict", verdict_names(lang), lang), **shared)


def _items(answers, about: str, names: dict[str, str], lang: str) -> str:
    """The nearest change of the first few assumptions, and how many more there are."""
    told = []
    for answer in answers[:SHOWN]:
        switch = answer.about(about)[0]
        told.append(say("switching.item", lang, label=answer.row.label[lang], value=short(switch.value, lang), low=short(switch.low, lang),
                        high=short(switch.high, lang), below=names[switch.below], above=names[switch.above]))
    return "; ".join(told + _more(len(answers), lang))


def _more(n: int, lang: str) -> list[str]:
    return [say("switching.more", lang, n=n - SHOWN)] if n > SHOWN else []


def _structure(values, lang: str) -> list[str]:
    """What the structural alternatives change, and where the lead is too small to tell."""
    others = [a for a in values.alternatives if not a.chosen]
    changed = [a for a in others if a.preferred != values.choice.preferred.key]
    unclear = [a for a in others if not a.clear]
    told = [say("switching.structure_changes", lang, items=_options(values, changed, lang)) if changed else say("switching.structure_stands", lang)]
    if unclear:
        told.append(say("switching.structure_unclear", lang, draws=number(values.futures.draws, lang, 0), items=_options(values, unclear, lang)))
    return told


def _options(values, alternatives, lang: str) -> str:
    names, labels = scenario_names(values, lang), structure_labels(values, lang)
    return "; ".join(say("switching.structure_item", lang, switch=labels[a.switch], option=labels[a.switch, a.option], name=names[a.preferred])
                     for a in alternatives)


def _willingness(values, lang: str) -> str:
    own = [s for s in values.frontier if s.preferred == values.choice.preferred.key and s.from_rp <= values.willingness_rp <= s.to_rp]
    if not own:
        return ""
    low, high = about_rupiah(own[0].from_rp, lang), about_rupiah(own[0].to_rp, lang)
    after = values.frontier.index(own[0]) + 1
    if after < len(values.frontier):
        until = values.frontier[after]
        return say("switching.willingness", lang, low=low, high=high, first=about_rupiah(until.low_rp, lang), last=_limit(until.high_rp, lang))
    return say("switching.willingness_up", lang, low=low, high=high, first=about_rupiah(own[0].low_rp, lang), last=_limit(own[0].high_rp, lang))


def rows(values, lang: str = "id", about: str = "preference") -> list[list[str]]:
    """Every assumption with a range: what changes and where, the nearest first; then those that leave the smallest lead.

    Args:
        about: "preference" or "verdict".
    """
    names = scenario_names(values, lang) if about == "preference" else verdict_names(lang)
    keys = ("assumption", "range", "central", "value", "below", "above", "distance", *(("closest",) if about == "preference" else ()))
    told = [[say(f"switching.column_{key}", lang) for key in keys]]
    for answer in ordered(values, about):
        start = [answer.row.label[lang], say("switching.range", lang, low=short(answer.low, lang), high=short(answer.high, lang)),
                 short(answer.row.value, lang)]
        end = [_closest(values, answer, lang)] if about == "preference" else []
        for switch in answer.about(about):
            interval = f"{short(switch.value, lang)} ({say('switching.range', lang, low=short(switch.low, lang), high=short(switch.high, lang))})"
            told.append([*start, interval, names[switch.below], names[switch.above], number(100.0 * switch.distance, lang, 0, sign=True) + "%", *end])
        if not answer.about(about):
            told.append([*start, say(f"switching.{_none(answer, about)}", lang), "", "", "", *end])
    return told


def ordered(values, about: str = "preference") -> list:
    """Answers in the order of a table: changes by distance, then by the smallest lead, what does not act last."""
    changing = values.changing(about)
    others = [a for a in values.answers if not a.about(about)]
    return [*changing, *sorted(others, key=lambda a: (not a.acts, a.closest_rp))]


def _none(answer, about: str) -> str:
    if not answer.acts:
        return "idle"
    return "no_change" if answer.clear or about == "verdict" else "no_change_unclear"


def _closest(values, answer, lang: str) -> str:
    if not answer.acts:
        return about_rupiah(answer.closest_rp, lang)
    key = "switching.behind_at" if answer.closest_rp < 0 else "switching.lead_at"
    return say(key, lang, lead=about_rupiah(abs(answer.closest_rp), lang), other=scenario_names(values, lang)[answer.rival],
               value=short(answer.closest_at, lang))


def structure_rows(values, lang: str = "id") -> list[list[str]]:
    """The choice under every option of every structural switch."""
    names, labels = scenario_names(values, lang), structure_labels(values, lang)
    told = [[say(f"switching.column_{key}", lang) for key in ("switch", "option", "preferred", "margin", "verdict")]]
    for a in values.alternatives:
        option, margin = labels[a.switch, a.option], about_rupiah(a.margin_rp, lang)
        told.append([labels[a.switch], say("switching.chosen", lang, option=option) if a.chosen else option, names[a.preferred],
                     margin if a.clear else say("switching.not_told", lang, margin=margin),
                     "-" if values.is_baseline else say(f"verdict.{a.verdict}", lang)])
    return told


def frontier_rows(values, lang: str = "id") -> list[list[str]]:
    """The preferred scenario by willingness to pay for an IKM point."""
    names = scenario_names(values, lang)
    told = [[say(f"switching.column_{key}", lang) for key in ("from", "to", "interval", "preferred", "gain", "cost")]]
    for i, s in enumerate(values.frontier):
        interval = say("switching.range", lang, low=about_rupiah(s.low_rp, lang), high=_limit(s.high_rp, lang)) if i else "-"
        told.append([about_rupiah(s.from_rp, lang), about_rupiah(s.to_rp, lang), interval, names[s.preferred], number(s.gain, lang, sign=True),
                     about_rupiah(s.cost_rp, lang)])
    return told


def pair_sentence(pair, lang: str = "id") -> str:
    """In how many cells another scenario is preferred."""
    base, cells = pair.choice.futures, pair.preferred.size
    shared = {"first": pair.first.label[lang], "second": pair.second.label[lang], "name": pair.choice.preferred.name[lang], "cells": cells}
    others = sorted({int(k) for k in pair.preferred.flat} - {int(pair.choice.order[0])})
    if others:
        shares = {k: float((pair.preferred == k).mean()) for k in others}
        items = ", ".join(say("switching.pair_item", lang, name=base.scenarios[k].name[lang], share=percent(shares[k], lang)) for k in others)
        main = say("switching.pair_changes", lang, share=percent(sum(shares.values()), lang), items=items, **shared)
    else:
        main = say("switching.pair_stands", lang, **shared)
    unclear = int((~pair.clear).sum())
    return " ".join([main, *([say("switching.pair_unclear", lang, n=unclear, draws=number(base.draws, lang, 0))] if unclear else [])])


def scenario_names(values, lang: str) -> dict[str, str]:
    """Names of the scenarios by short name."""
    return {scenario.key: scenario.name[lang] for scenario in values.futures.scenarios}


def verdict_names(lang: str) -> dict[str, str]:
    """The verdicts in words."""
    return verdicts.names(lang)


def structure_labels(values, lang: str) -> dict:
    """Labels of the switches by key, and of their options by (switch, option)."""
    switches = values.futures.assumptions.ledger.structure
    return {s.key: s.label[lang] for s in switches} | {(s.key, o.id): o.label[lang] for s in switches for o in s.options}


def short(value: float, lang: str) -> str:
    """A number in three digits: more would be finer than its error."""
    return figure(float(f"{value:.3g}"), lang)


def _limit(value: float, lang: str) -> str:
    return about_rupiah(value, lang) if math.isfinite(value) else say("switching.no_limit", lang)
