"""Scenario discovery in words, tables and pictures: when a plan misses its target."""

from __future__ import annotations

from simulation.analysis.discovery_question import FEWEST, LESS
from simulation.analysis.discovery_result import Box, Discovery, Limit, Share, Step
from simulation.analysis.prim import MOST_DIMENSIONS
from simulation.language import about_rupiah, figure, listed, number, percent, say
from simulation.present import discovery_charts
from simulation.present.frame import Heading
from simulation.present.ledger_words import changed_note
from simulation.present.picture import LOCALES, Picture

DECIMALS = {"ikm": 2, "worst_unit_ikm": 2, "waiting_minutes": 1, "hours_waited": 0}
FRAGILE = 0.5  # a limit that comes back in fewer redraws is called fragile


def sentence(found: Discovery, lang: str = "id") -> str:
    """See `Discovery.sentence`."""
    values = {"plan": found.plan.name[lang], "target": target(found, lang), "draws": number(found.draws, lang, 0)}
    if found.verdict in ("never", "always"):
        parts = [say(f"discovery.says.{found.verdict}", lang, **values)]
    else:
        counted = {"n": number(found.missed.part, lang, 0), "missed": share(found.missed, lang)}
        parts = [say("discovery.says.missed", lang, **values, **counted), *_why_none(found, lang), *_conditions(found, lang)]
    return " ".join([*parts, changed_note(found.question.assumptions, lang)]).strip()


def target(found: Discovery, lang: str = "id") -> str:
    """What the plan should reach, as a phrase."""
    asked = found.question
    year = found.plan.start_year + found.year - 1
    values = {"year": year} | ({"willingness": about_rupiah(asked.willingness_rp, lang)} if asked.indicator == "net_benefit_rp" else {})
    wanted = (number(asked.target, lang, DECIMALS[asked.indicator], sign=True) if asked.indicator in DECIMALS
              else about_rupiah(asked.target, lang))
    return say(f"discovery.target.{'most' if asked.indicator in LESS else 'least'}", lang, target=wanted, baseline=asked.baseline.name[lang],
               indicator=say(f"discovery.indicator.{asked.indicator}", lang, **values))


def _why_none(found: Discovery, lang: str) -> list[str]:
    """Why there are no conditions; empty when there are."""
    if found.verdict == "nothing":
        return [say("discovery.says.nothing", lang, tried=found.tried, most=MOST_DIMENSIONS)]
    if found.verdict == "few":
        met = found.missed.whole - found.missed.part
        key, n = ("few_misses", found.missed.part) if found.missed.part < met else ("few_hits", met)
        return [say(f"discovery.says.{key}", lang, n=n, limit=FEWEST)]
    return []


def _conditions(found: Discovery, lang: str) -> list[str]:
    """The boxes, what is outside, and how far the limits can be trusted; empty without boxes."""
    if not found.boxes:
        return []
    parts = [say(f"discovery.says.{'next' if i else 'box'}", lang, conditions=conditions(found, box, lang),
                 coverage=share(box.coverage, lang), density=share(box.density, lang)) for i, box in enumerate(found.boxes)]
    parts.append(say("discovery.says.elsewhere", lang, share=share(found.elsewhere, lang)))
    limits = [limit for box in found.boxes for limit in box.limits]
    for key, some in (("assumed", found.assumed), ("fragile", [limit for limit in limits if limit.reappears < FRAGILE])):
        if some:
            names = dict.fromkeys(label(found, limit, lang) for limit in some)
            parts.append(say(f"discovery.says.{key}", lang, names=listed(list(names), lang)))
    return [*parts, say("discovery.says.caution", lang)]


def conditions(found: Discovery, box: Box, lang: str = "id") -> str:
    """All limits of a box as one phrase."""
    told = []
    for pair in _by_key(box):
        name = label(found, pair[0], lang)
        if pair[0].kind == "luck":
            told += [say("discovery.luck.condition", lang, name=name, place=_limit(limit, lang)) for limit in pair]
        elif len(pair) == 2:
            low, high = (short(limit.value, lang) for limit in pair)
            told.append(say("discovery.between", lang, name=name, low=low, high=high))
        else:
            told.append(say(f"discovery.{pair[0].side}", lang, name=name, value=short(pair[0].value, lang)))
    return listed(told, lang)


def label(found: Discovery, limit: Limit, lang: str = "id") -> str:
    """Name of the assumption of a limit."""
    if limit.kind == "assumption":
        return found.question.assumptions[limit.key].label[lang]
    names = {row.id: row.name[lang] for one in (found.question.baseline, found.plan) for row in one.catalogue.programmes}
    return say("discovery.luck.name", lang, name=names[limit.key])


def rows(found: Discovery, lang: str = "id") -> list[list[str]]:
    """One row per limit as text cells, header first; only the header when there are no conditions."""
    table = [[say(f"discovery.column.{key}", lang) for key in ("box", "name", "limit", "interval", "reappears", "grade", "coverage", "density")]]
    for n, box in enumerate(found.boxes, 1):
        for i, limit in enumerate(box.limits):
            first = [share(box.coverage, lang), share(box.density, lang)] if i == 0 else ["", ""]
            table.append([str(n), label(found, limit, lang), _limit(limit, lang), _interval(limit, lang), percent(limit.reappears, lang),
                          limit.grade, *first])
    return table


def stamp(found: Discovery, lang: str = "id") -> str:
    """The small print: futures, assumptions tried, redraws, changed assumptions."""
    values = {"draws": number(found.draws, lang, 0), "tried": found.tried, "changed": changed_note(found.question.assumptions, lang)}
    if not found.boxes:
        return say("discovery.stamp_short", lang, **values).strip()
    return say("discovery.stamp", lang, redraws=found.redraws, **values).strip()


def box_picture(found: Discovery, lang: str = "id") -> Picture:
    """The limits of every box within what is plausible for each assumption; only the verdict in words when there is no box."""
    title = say("discovery.chart.boxes", lang, plan=found.plan.name[lang])
    if not found.boxes:
        return discovery_charts.words_only(Heading(title, sentence(found, lang), stamp(found, lang), sentence(found, lang)), LOCALES[lang])
    bars = [_bar(found, pair, n, lang) for n, box in enumerate(found.boxes, 1) for pair in _by_key(box)]
    titles = {n: say("discovery.chart.box", lang, n=n, coverage=percent(box.coverage.value, lang), density=percent(box.density.value, lang))
              for n, box in enumerate(found.boxes, 1)}
    heading = Heading(title, say("discovery.chart.boxes_sub", lang), stamp(found, lang), sentence(found, lang))
    return discovery_charts.boxes(bars, heading, titles=titles, x_title=say("discovery.chart.boxes_x", lang), locale=LOCALES[lang])


def trade_picture(found: Discovery, lang: str = "id") -> Picture:
    """Coverage against density on the way to each box; only the verdict in words when there is no box."""
    if not found.boxes:
        return box_picture(found, lang)
    points = [_point(step, n, lang) for n, box in enumerate(found.boxes, 1) for step in box.path]
    text = " ".join([sentence(found, lang), *(f"{point['tip']}." for point in points if point["chosen"])])
    heading = Heading(say("discovery.chart.trade", lang), say("discovery.chart.trade_sub", lang), stamp(found, lang), text)
    base = say("discovery.chart.base", lang, share=percent(found.missed.value, lang))
    return discovery_charts.trade_off(points, heading, base=100.0 * found.missed.value, base_label=base,
                                      titles=(say("discovery.chart.trade_x", lang), say("discovery.chart.trade_y", lang)), locale=LOCALES[lang])


def share(counted: Share, lang: str = "id") -> str:
    """A share with its interval; a share under one percent with one decimal."""
    decimals = 1 if 0.0 < min(counted.value, 1.0 - counted.value) < 0.01 else 0
    low, middle, high = (percent(value, lang, decimals) for value in (counted.low, counted.value, counted.high))
    return say("format.band", lang, low=low, middle=middle, high=high)


def short(value: float, lang: str = "id") -> str:
    """A value of an assumption in three digits."""
    return figure(float(f"{value:.3g}"), lang)


def _point(step: Step, box: int, lang: str) -> dict:
    """A box on the way of the search."""
    tip = say("discovery.chart.step", lang, n=box, conditions=step.conditions, coverage=percent(step.coverage, lang),
              density=percent(step.density, lang))
    return {"box": say("discovery.chart.name", lang, n=box), "coverage": 100.0 * step.coverage, "density": 100.0 * step.density,
            "chosen": step.chosen, "tip": tip}


def _bar(found: Discovery, pair: list[Limit], box: int, lang: str) -> dict:
    """The part of an assumption's values that lies in a box."""
    ends = {"above": 0.0, "below": 1.0} | {limit.side: limit.probability for limit in pair}
    name, row = label(found, pair[0], lang), found.question.row(pair[0].key)
    told = [_limit(limit, lang) for limit in pair]
    extent = say("discovery.chart.range", lang, low=short(row.range[0], lang), high=short(row.range[1], lang)) if row else ""
    return {"box": box, "name": name, "extent": extent, "low": 100.0 * ends["above"], "high": 100.0 * ends["below"], "limits": told,
            "spans": [(100.0 * limit.probability_low, 100.0 * limit.probability_high) for limit in pair if limit.low is not None],
            "tip": f"{name}: {', '.join(f'{text} ({_interval(limit, lang)})' for text, limit in zip(told, pair, strict=True))}"}


def _by_key(box: Box) -> list[list[Limit]]:
    """The limits of a box, the lower and the upper one of an assumption together."""
    return [[limit for limit in box.limits if (limit.key, limit.kind) == key] for key in dict.fromkeys((x.key, x.kind) for x in box.limits)]


def _limit(limit: Limit, lang: str) -> str:
    """Below or above what."""
    if limit.kind == "assumption":
        return say(f"discovery.limit.{limit.side}", lang, value=short(limit.value, lang))
    return _place(limit, limit.probability, lang)


def _place(limit: Limit, probability: float, lang: str) -> str:
    """The lowest or highest part of what is plausible for a programme's own effect."""
    return say(f"discovery.luck.{limit.side}", lang, share=percent(probability if limit.side == "below" else 1.0 - probability, lang))


def _interval(limit: Limit, lang: str) -> str:
    if limit.low is None:
        return say("discovery.no_interval", lang)
    if limit.kind == "assumption":
        return say("discovery.interval", lang, low=short(limit.low, lang), high=short(limit.high, lang))
    ends = sorted(p if limit.side == "below" else 1.0 - p for p in (limit.probability_low, limit.probability_high))
    return say("discovery.interval", lang, low=percent(ends[0], lang), high=percent(ends[1], lang))

