"""Levers in words, as rows of text and as a picture; nothing is said here that does not follow from the figures."""

from __future__ import annotations

import math

import numpy as np

from simulation.analysis.levers import MONEY, ON_SERVICE, Lever, Levers
from simulation.language import about_rupiah, listed, number, percent, say
from simulation.outcome import SAME, SURE
from simulation.present import levers_chart
from simulation.present.frame import Heading
from simulation.present.ledger_words import changed_note
from simulation.present.picture import LOCALES, Picture
from simulation.survey import smallest_visible_change

SURVEYED = 150  # respondents of one unit's survey, as everywhere in the workbook
NEXT = 2  # levers named after the strongest
FINE = 0.005  # a figure below it, which two decimals would call nothing, is written with three


def levers_sentence(found: Levers, lang: str = "id") -> str:
    """The strongest, those after it, the weakest, those that hurt, those of which nothing can be said, money, survey."""
    return _joined(found, lang, (_strongest, _then, _weakest, _hurting, _unsure, _money, _other, _nothing, _impossible, _survey))


def short_sentence(found: Levers, lang: str = "id") -> str:
    """The strongest, those that hurt, what money alone does, and what a survey sees."""
    return _joined(found, lang, (_strongest, _hurting, _money, _survey))


def rows(found: Levers, lang: str = "id") -> list[list[str]]:
    """The table as text cells, the header first, the largest gain first."""
    keys = ("lever", "gain", "verdict", "seats", "money", "hours", "per_billion", "promises")
    lines = [[say(f"levers.column_{key}", lang) for key in keys]]
    for lever in found.all:
        if lever.no_change:
            gain, verdict = "0", say("levers.no_change", lang)
        else:
            gain, verdict = _band(lever, lang), say(f"verdict.{lever.verdict}", lang)
        per = "–" if math.isnan(lever.per_billion) else _figure(lever.per_billion, lang)
        lines.append([name(found, lever, lang), gain, verdict, number(lever.seats, lang, 0), _spent(lever, lang),
                      number(lever.staff_hours, lang, 0), per, _promises(lever, lang)])
    return lines


def picture(found: Levers, lang: str = "id", width: int = 820) -> Picture:
    """One bar a lever that changes something, the largest gain first; grey where the money is not the same."""
    bars = [{"name": name(found, lever, lang), "text": _band(lever, lang), "other": lever.key in MONEY or not lever.equal_money,
             **dict(zip(("p05", "p50", "p95"), lever.band, strict=True))} for lever in found.all if not lever.no_change]
    heading = Heading(say("levers.chart_title", lang), say("levers.chart_sub", lang, base=found.base.name[lang], year=_year(found)),
                      _stamp(found, lang), found.sentence(lang))
    return levers_chart.ranked(bars, heading, x_title=say("levers.axis", lang), locale=LOCALES[lang], width=width)


def name(found: Levers, lever: Lever, lang: str = "id") -> str:
    """A lever in the reader's words."""
    course = next((row.name[lang] for row in found.base.catalogue.programmes if row.id == lever.course), "")
    text = say(f"levers.{lever.key}", lang, course=course)
    return say("levers.on_service", lang, name=text) if lever.on == ON_SERVICE else text


def _joined(found: Levers, lang: str, parts) -> str:
    note = changed_note(found.assumptions, lang)
    return " ".join(filter(None, [*(one(found, lang) for one in parts), note]))


def _strongest(found: Levers, lang: str) -> str:
    values = {"base": found.base.name[lang], "year": _year(found), "draws": number(found.draws, lang, 0),
              "money": about_rupiah(found.all[0].reference_rp, lang), "years": found.base.years}
    if not found.ranking:
        return say("levers.none", lang, **values)
    first = found.ranking[0]
    word, share = first.direction
    key = {"higher": "strongest", "lower": "all_lower", "equal": "all_equal"}.get(word, "strongest_unsure")
    return say(f"levers.{key}", lang, name=name(found, first, lang), band=_band(first, lang), share=_share(share, lang),
               verdict=say(f"verdict.{first.verdict}", lang), smallest=number(first.smallest, lang), **values)


def _then(found: Levers, lang: str) -> str:
    after = _next(found)
    return say("levers.then", lang, parts=_list(found, after, lang)) if after else ""


def _next(found: Levers) -> list[Lever]:
    return [lever for lever in found.ranking[1:1 + NEXT] if lever.direction[0] == "higher"]


def _weakest(found: Levers, lang: str) -> str:
    """The one at equal money whose gain is nearest to nothing in all futures."""
    unnamed = [lever for lever in found.ranking[1:] if not any(lever is one for one in _next(found))]
    if not unnamed:
        return ""
    reach = min(unnamed, key=lambda lever: float(np.quantile(np.abs(lever.gain), SURE)))
    size = float(np.quantile(np.abs(reach.gain), SURE))
    return say("levers.weakest", lang, name=name(found, reach, lang), size=_figure(size, lang, sign=False), share=percent(SURE, lang))


def _hurting(found: Levers, lang: str) -> str:
    hurt = [lever for lever in reversed(found.ranking) if lever.direction[0] == "lower"]
    return say("levers.hurt", lang, parts=_list(found, hurt, lang), share=_share(min(lever.direction[1] for lever in hurt), lang)) if hurt else ""


def _unsure(found: Levers, lang: str) -> str:
    unsure = sum(lever.direction[0] == "cannot tell" for lever in found.ranking)
    return say("levers.unsure", lang, n=unsure, all=len(found.ranking), share=percent(SURE, lang)) if unsure else ""


def _money(found: Levers, lang: str) -> str:
    """What half and double the money do, and which changes at equal money bring more than double."""
    told = [lever for lever in found.other_money if lever.key in MONEY]
    if not told:
        return ""
    text = say("levers.money", lang, parts=_list(found, told, lang))
    double = next((lever for lever in told if lever.key == "double"), None)
    more = [name(found, lever, lang) for lever in found.ranking if double and lever.on != ON_SERVICE and np.mean(lever.gain > double.gain) >= SURE]
    return f"{text} {say('levers.more_than_double', lang, names=_names(more, lang), share=percent(SURE, lang))}" if more else text


def _other(found: Levers, lang: str) -> str:
    others = [f"{name(found, lever, lang)} ({percent(lever.money, lang)})" for lever in found.other_money if lever.key not in MONEY]
    return say("levers.other_money", lang, names=_names(others, lang)) if others else ""


def _nothing(found: Levers, lang: str) -> str:
    nothing = [name(found, lever, lang) for lever in found.without_effect]
    return say("levers.nothing", lang, names=_names(nothing, lang)) if nothing else ""


def _impossible(found: Levers, lang: str) -> str:
    names = [say(f"levers.{key}", lang, course="") for key, _, _ in found.impossible]
    return say("levers.impossible", lang, names=_names(names, lang)) if names else ""


def _survey(found: Levers, lang: str) -> str:
    """Whether one unit's survey would see the strongest of them."""
    if not found.ranking:
        return ""
    seen = smallest_visible_change(SURVEYED, found.assumptions["respondent_sd"].value)
    largest = max(abs(lever.band[1]) for lever in found.ranking)
    key = "levers.survey_seen" if largest >= seen else "levers.survey"
    return say(key, lang, n=SURVEYED, seen=number(seen, lang, 1), largest=_figure(largest, lang, sign=False))


def _list(found: Levers, some, lang: str) -> str:
    return _names([say("levers.part", lang, name=name(found, lever, lang), band=_band(lever, lang)) for lever in some], lang)


def _names(names: list[str], lang: str) -> str:
    """Names in a row; semicolons where a name has a comma of its own."""
    return "; ".join(names) if any("," in one.replace("0,", "") for one in names) else listed(names, lang)


def _promises(lever: Lever, lang: str) -> str:
    """The promises that move by more than the smallest difference that matters."""
    parts = []
    for word in ("better", "worse"):
        names = [line.promise.name[lang] for line in lever.lines if line.verdict == word]
        if names:
            parts.append(say(f"levers.promises_{word}", lang, names=", ".join(names)))
    unsure = sum(line.verdict not in ("better", "worse", SAME) for line in lever.lines)
    parts += [say("levers.promises_unsure", lang, n=unsure)] if unsure else []
    return "; ".join(parts) or "–"


def _spent(lever: Lever, lang: str) -> str:
    text = about_rupiah(lever.spent_rp, lang)
    return text if lever.equal_money else f"{text} ({percent(lever.money, lang)})"


def _band(lever: Lever, lang: str) -> str:
    low, middle, high = (_figure(v, lang) for v in lever.band)
    return say("format.band", lang, low=low, middle=middle, high=high)


def _figure(value: float, lang: str, sign: bool = True) -> str:
    return number(value, lang, 3 if 0.0 < abs(value) < FINE else 2, sign)


def _share(share: float, lang: str) -> str:
    """A share of futures; only all of them are 100 %."""
    return percent(share if share == 1.0 else min(share, 0.99), lang)


def _year(found: Levers) -> str:
    return str(found.base.start_year + found.year - 1)


def _stamp(found: Levers, lang: str) -> str:
    line = say("recommend.stamp", lang, draws=number(found.draws, lang, 0), city=found.city.about.name[lang])
    return " · ".join(filter(None, [line, changed_note(found.assumptions, lang)]))
