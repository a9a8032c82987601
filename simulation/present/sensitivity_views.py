"""Sensitivity in words, tables and pictures: no index without its interval, and a plain verdict beside it."""

from __future__ import annotations

import numpy as np

from simulation.analysis.futures import LUCK
from simulation.indicators import three
from simulation.language import band, figure, number, percent, say
from simulation.present import intervals, tornado_chart
from simulation.present import verdicts as verdicts_of
from simulation.present.frame import Heading
from simulation.present.ledger_words import changed_note
from simulation.present.picture import LOCALES, Picture

MOST = 10  # lines of a picture or a table
WIDTH = 820
UNITS = {"ikm": "IKM", "worst_unit_ikm": "IKM", "waiting_minutes": "minutes", "hours_waited": "hours"}


def label(found, key: str, lang: str = "id") -> str:
    """Name of an assumption, or of the programmes' own luck."""
    return say("sensitivity.luck", lang) if key == LUCK else found.assumptions[key].label[lang]


def sentence(found, lang: str = "id") -> str:
    """Which assumptions decide, how surely, how much is interaction, and what rests on grade D."""
    indices = found.indices
    if indices.variance[0] <= 0.0:
        return say("sensitivity.no_spread", lang, a=found.a.name[lang], b=found.b.name[lang])
    deciding = found.deciding()
    texts = []
    for key in deciding:
        i = indices.names.index(key)
        texts.append(say("sensitivity.one", lang, name=label(found, key, lang), total=number(indices.total[i, 0], lang),
                         low=number(indices.total_low[i, 0], lang), high=number(indices.total_high[i, 0], lang)))
    what = say(f"sensitivity.of_{found.indicator}", lang, a=found.a.name[lang], b=found.b.name[lang])
    main = say("sensitivity.decides", lang, what=what, names="; ".join(texts)) if texts else say("sensitivity.none_decides", lang, what=what)
    verdicts = [found.verdict(i) for i in range(len(indices.names))]
    counts = say("sensitivity.counts", lang, n=number(found.n, lang, 0), confidence=percent(found.confidence, lang), **{
        key: verdicts.count(text) for key, text in (("matters", "matters"), ("not", "does not matter"), ("unsure", "cannot tell"))})
    share, low, high = (percent(part, lang) for part in found.interactions)
    parts = [main, counts, say("sensitivity.interactions", lang, share=share, low=low, high=high)]
    assumed = [label(found, key, lang) for key in deciding if key == LUCK or found.assumptions[key].grade == "D"]
    if assumed:
        parts.append(say("sensitivity.assumed", lang, names=", ".join(assumed)))
    return " ".join(filter(None, [*parts, changed_note(found.assumptions, lang)]))


def rows(found, lang: str = "id", by: str = "assumption", most: int = MOST) -> list[list[str]]:
    """The largest indices as text cells, the header first."""
    keys = ("name", "total", "first", "verdict", "grade") if by == "assumption" else ("link", "total", "first", "verdict")
    cells = [[say(f"sensitivity.column_{key}", lang, confidence=percent(found.confidence, lang)) for key in keys]]
    for r in found.table(by).head(most).itertuples(index=False):
        name = label(found, r.assumption, lang) if by == "assumption" else say(f"bench.link_{r.link}", lang)
        row = [name, _interval(r.total, r.total_low, r.total_high, lang), _interval(r.first, r.first_low, r.first_high, lang), verdict(r.verdict, lang)]
        cells.append([*row, r.grade] if by == "assumption" else row)
    return cells


def verdict(text: str, lang: str = "id") -> str:
    """A verdict in the reader's language."""
    return say(f"sensitivity.verdict_{text.replace(' ', '_')}", lang)


def verdicts(found, lang: str = "id") -> dict[str, str]:
    """Verdict and total order with its interval of every row of the ledger, by key."""
    table = found.table()
    return {r.assumption: f"{verdict(r.verdict, lang)}, {_interval(r.total, r.total_low, r.total_high, lang)}" for r in table.itertuples(index=False)}


def _interval(value: float, low: float, high: float, lang: str) -> str:
    if low == high == 0.0:
        return say("sensitivity.exactly_zero", lang)
    return say("sensitivity.interval", lang, value=number(value, lang), low=number(low, lang), high=number(high, lang))


def picture(found, lang: str = "id", by: str = "assumption", width: int = WIDTH) -> Picture:
    """The largest indices with their intervals: together with others, and on its own."""
    lines = []
    for r in found.table(by).head(MOST).itertuples(index=False):
        name = label(found, r.assumption, lang) if by == "assumption" else say(f"bench.link_{r.link}", lang)
        for kind, (low, value, high) in (("total", (r.total_low, r.total, r.total_high)), ("first", (r.first_low, r.first, r.first_high))):
            lines.append({"counter": name, "series": say(f"sensitivity.series_{kind}", lang), "p05": max(0.0, low), "p50": value, "p95": max(0.0, high)})
    heading = Heading(say(f"sensitivity.of_{found.indicator}", lang, a=found.a.name[lang], b=found.b.name[lang]),
                      say("sensitivity.chart_sub", lang, confidence=percent(found.confidence, lang)), _stamp(found, lang), sentence(found, lang))
    top = max(1.0, float(np.ceil(max(row["p95"] for row in lines) * 10) / 10))
    return intervals.waiting(lines, heading, x_domain=(0.0, top), x_title=say("sensitivity.axis", lang), locale=LOCALES[lang], decimals=2, width=width)


def _stamp(found, lang: str) -> str:
    line = say("sensitivity.stamp", lang, n=number(found.n, lang, 0), runs=number(found.indices.runs, lang, 0), rows=number(len(found.indices.names), lang, 0))
    return " · ".join(filter(None, [line, changed_note(found.assumptions, lang)]))


def tornado_sentence(found, lang: str = "id") -> str:
    """What moves the difference most, and whether anything turns its sign."""
    unit = say(f"sensitivity.unit_{UNITS[found.indicator]}", lang)
    widest = [say("sensitivity.tornado_one", lang, name=found.assumptions[key].label[lang], low=number(found.difference[i].min(), lang, sign=True),
                  high=number(found.difference[i].max(), lang, sign=True), unit=unit) for i, key in enumerate(found.keys[:3])]
    turning = [found.assumptions[key].label[lang] for i, key in enumerate(found.keys) if found.turns(i)]
    what = say(f"sensitivity.of_{found.indicator}", lang, a=found.a.name[lang], b=found.b.name[lang])
    main = say("sensitivity.tornado", lang, what=what, middle=number(found.middle, lang, sign=True), unit=unit, widest="; ".join(widest))
    turns = say("sensitivity.turns", lang, names=", ".join(turning)) if turning else say("sensitivity.no_turn", lang)
    return " ".join(filter(None, [main, turns, changed_note(found.assumptions, lang)]))


def tornado_rows(found, lang: str = "id", most: int = MOST) -> list[list[str]]:
    """The widest assumptions as text cells, the header first: where each stands at its two ends, and what the difference is there."""
    cells = [[say(f"sensitivity.column_{key}", lang) for key in ("name", "ends", "at_low", "at_high", "turns", "grade")]]
    for r in found.table().head(most).itertuples(index=False):
        low, high = (figure(float(f"{value:.3g}"), lang) for value in (r.low_value, r.high_value))
        cells.append([found.assumptions[r.assumption].label[lang], say("sensitivity.ends", lang, low=low, high=high),
                      number(r.at_low, lang, sign=True), number(r.at_high, lang, sign=True),
                      say("sensitivity.sign_turns" if r.sign_turns else "sensitivity.sign_stays", lang), r.grade])
    return cells


def tornado_picture(found, lang: str = "id", width: int = WIDTH) -> Picture:
    """The widest bars of the tornado."""
    lines = [{"name": found.assumptions[key].label[lang], "low": found.difference[i, 0], "high": found.difference[i, 1],
              "low_text": figure(float(f"{found.ends[i, 0]:.3g}"), lang), "high_text": figure(float(f"{found.ends[i, 1]:.3g}"), lang)}
             for i, key in enumerate(found.keys[:MOST])]
    reach = max(float(np.abs(found.difference[:MOST] - found.middle).max()), 1e-9) * 1.25
    heading = Heading(say(f"sensitivity.of_{found.indicator}", lang, a=found.a.name[lang], b=found.b.name[lang]), say("sensitivity.tornado_sub", lang),
                      say("sensitivity.tornado_stamp", lang), tornado_sentence(found, lang))
    low, high = min(found.difference[:MOST].min(), found.middle), max(found.difference[:MOST].max(), found.middle)
    room = 0.12 * max(high - low, reach * 0.1)
    return tornado_chart.bars(lines, heading, x_domain=(float(low - room), float(high + room)), middle=found.middle,
                              x_title=say(f"sensitivity.unit_{UNITS[found.indicator]}", lang),
                              middle_label=say("sensitivity.all_in_the_middle", lang, value=number(found.middle, lang, sign=True)),
                              ends=(say("sensitivity.low_end", lang), say("sensitivity.high_end", lang)), locale=LOCALES[lang], width=width)


def alternative_label(found, alternative, lang: str = "id") -> str:
    """An alternative of the structure in words."""
    if not alternative.switch:
        return say("sensitivity.as_it_stands", lang)
    switch = next(s for s in found.assumptions.ledger.structure if s.key == alternative.switch)
    option = next(o for o in switch.options if o.id == alternative.option)
    return say("sensitivity.alternative", lang, switch=switch.label[lang], option=option.label[lang])


def structure_sentence(found, lang: str = "id") -> str:
    """Whether an alternative of the structure changes a verdict or the scenario with the largest gain."""
    first, others = found.alternatives[0], found.alternatives[1:]
    leader = found.scenarios[first.largest].name[lang]
    away = [alternative_label(found, one, lang) for one in others if one.largest != first.largest]
    parts = [say("sensitivity.leader_changes", lang, name=leader, where="; ".join(away)) if away
             else say("sensitivity.leader_stays", lang, name=leader, n=len(others))]
    changed = found.changed()
    if changed:
        where = "; ".join(say("sensitivity.verdict_change", lang, name=found.scenarios[i].name[lang], where=alternative_label(found, one, lang),
                              verdict=say(f"verdict.{one.verdict(i)}", lang)) for one, i in changed)
        parts.append(say("sensitivity.verdicts_change", lang, where=where))
    else:
        parts.append(say("sensitivity.verdicts_stay", lang))
    return " ".join(filter(None, [*parts, changed_note(found.assumptions, lang)]))


def structure_rows(found, lang: str = "id", scenarios: tuple[str, ...] = ()) -> list[list[str]]:
    """Alternatives side by side: one line each, one column per scenario with difference and verdict.

    Args:
        scenarios: short names of those to show; all when empty.
    """
    shown = [i for i, s in enumerate(found.scenarios) if i and (not scenarios or s.key in scenarios)]
    cells = [[say("sensitivity.column_alternative", lang), *(found.scenarios[i].name[lang] for i in shown)]]
    for one in found.alternatives:
        cells.append([alternative_label(found, one, lang),
                      *(f"{band(*three(one.gain(i)), lang, sign=True)}, {verdicts_of.signed(one.verdict(i), lang)}" for i in shown)])
    return cells


def structure_picture(found, key: str, lang: str = "id", width: int = WIDTH) -> Picture:
    """The difference that one scenario makes under each alternative."""
    i = [scenario.key for scenario in found.scenarios].index(key)
    lines = [{"scenario": alternative_label(found, one, lang), "verdict": one.verdict(i),
              **dict(zip(("p05", "p50", "p95"), three(one.gain(i)), strict=True))} for one in found.alternatives]
    low, high = min(-0.1, *(row["p05"] for row in lines)), max(0.1, *(row["p95"] for row in lines))
    heading = Heading(say("sensitivity.of_ikm", lang, a=found.scenarios[i].name[lang], b=found.scenarios[0].name[lang]), say("chart.compare_sub", lang),
                      say("recommend.stamp", lang, draws=number(found.alternatives[0].futures.draws, lang, 0),
                          city=found.alternatives[0].futures.city.about.name[lang]), structure_sentence(found, lang))
    return intervals.differences(lines, heading, x_domain=(float(np.floor(low * 4) / 4), float(np.ceil(high * 4) / 4)), x_title=say("chart.points", lang),
                                 smallest=found.assumptions["smallest_difference"].value, smallest_label="0", verdict_names=verdicts_of.names(lang),
                                 locale=LOCALES[lang], width=width)
