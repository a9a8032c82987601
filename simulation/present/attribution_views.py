"""Who did how much of a difference, in words, as rows of text and as a waterfall: over changes, and over links of the chain."""

from __future__ import annotations

from simulation.analysis.attribution import Attribution, Told, told
from simulation.analysis.chain_attribution import ELEMENT, ChainAttribution
from simulation.language import about_rupiah, figure, listed, number, percent, say
from simulation.present import attribution_chart
from simulation.present.frame import Heading
from simulation.present.ledger_words import changed_note
from simulation.present.picture import LOCALES, Picture

Found = Attribution | ChainAttribution
SCALES = {"hours_waited": 1e3, "cost_rp": 1e6}  # what one step of the axis stands for
FINE = 0.005  # a figure below it, which two decimals would call nothing, is written with three
IN_WORDS = ("targeting", "practice", "follow_up", "refresher_months")  # options with names in the catalogue


def attribution_sentence(found: Attribution, lang: str = "id") -> str:
    """The difference, the largest change, the others, what adds up to what, and how sure the figures are."""
    if not found.changes:
        return say("attribution.nothing", lang, a=found.a.name[lang], b=found.b.name[lang])
    parts = told(found)
    error = {"runs": number(found.runs, lang, 0), "draws": number(found.draws, lang, 0), "error": _size(found, parts.draw_error, lang)}
    counted = (say("attribution.sampled", lang, orders=number(found.orders, lang, 0), order_error=_size(found, parts.order_error, lang), **error)
               if found.orders else say("attribution.exact", lang, **error))
    whole = _whole(found, parts, lang)
    head = say("attribution.head", lang, indicator=say(f"attribution.indicator_{found.indicator}", lang, year=whole.pop("year")), **whole)
    return " ".join(filter(None, [head, *_shares(found, parts, lang), _matters(found, parts, lang), counted, changed_note(found.assumptions, lang)]))


def chain_sentence(found: ChainAttribution, lang: str = "id") -> str:
    """The difference, the link through which most of it comes, the others, and what comes through citizens' time."""
    parts = told(found)
    if len(parts.none) == len(found.links):
        return say("attribution.nothing_chain", lang, a=found.a.scenario.name[lang], b=found.b.scenario.name[lang])
    counted = say("attribution.chain_exact", lang, draws=number(found.draws, lang, 0), error=_size(found, parts.draw_error, lang))
    time = say("attribution.time", lang, **_figures(found, found.service_figures(), lang))
    head = say("attribution.chain_head", lang, **_whole(found, parts, lang))
    note = changed_note(found.b.assumptions, lang)
    return " ".join(filter(None, [head, *_shares(found, parts, lang), time, _matters(found, parts, lang), counted, note]))


def rows(found: Found, lang: str = "id") -> list[list[str]]:
    """The table as text cells, the header first: each change with what it was and is, its share, band and error; all of it last."""
    first = "change" if isinstance(found, Attribution) else "link"
    lines = [[say(f"attribution.column_{key}", lang) for key in (first, "mean", "band", "error")]]
    for row in found.table().itertuples():
        name = say("attribution.difference", lang) if row.change == "difference" else _name(found, row.change, lang, detail=True)
        band = say("attribution.range", lang, low=_plain(found, row.p05, lang), high=_plain(found, row.p95, lang))
        error = max(row.draw_error, row.order_error) if row.draw_error == row.draw_error else row.order_error
        lines.append([name, _amount(found, row.mean, lang), band, _size(found, error, lang)])
    return lines


def picture(found: Found, lang: str = "id", width: int = 820) -> Picture:
    """The waterfall: one bar per change or link from the first scenario to the second, small ones together, all of it last."""
    parts, scale = told(found), SCALES.get(_indicator(found), 1.0)
    names = [(_name(found, key, lang), key) for key in parts.large]
    if parts.small:
        names.append((say("attribution.small_bar", lang, n=len(parts.small)), "small"))
    names.append((say("attribution.difference", lang), "difference"))
    bars = [{"name": name, "whole": key == "difference", "text": _amount(found, parts.figures[key][0], lang),
             **dict(zip(("mean", "p05", "p95"), (v / scale for v in parts.figures[key]), strict=True))} for name, key in names]
    chain = isinstance(found, ChainAttribution)
    a, b = (found.a.scenario, found.b.scenario) if chain else (found.a, found.b)
    indicator = say(f"attribution.indicator_{_indicator(found)}", lang, year=a.start_year + found.year - 1)
    heading = Heading(say("attribution.chart_title_chain" if chain else "attribution.chart_title", lang),
                      say("attribution.chart_sub", lang, a=a.name[lang], b=b.name[lang], indicator=indicator),
                      _stamp(found, lang), found.sentence(lang))
    return attribution_chart.waterfall(bars, heading, x_title=say(f"attribution.axis_{_indicator(found)}", lang), locale=LOCALES[lang], width=width)


def _shares(found: Found, parts: Told, lang: str) -> list[str]:
    """The largest one, then the others; small ones together; those without effect; what adds up."""
    first, *others = [say("attribution.part", lang, name=_name(found, key, lang), **_figures(found, parts.figures[key], lang))
                      for key in parts.large] or [""]
    small, none = ([_name(found, key, lang) for key in keys] for keys in (parts.small, parts.none))
    lines = [say("attribution.parts", lang, first=first) if first else "",
             say("attribution.then", lang, parts=_joined(others, lang)) if others else ""]
    if small:
        lines.append(say("attribution.small", lang, names=_joined(small, lang), **_figures(found, parts.figures["small"], lang)))
    if none and isinstance(found, Attribution):
        lines.append(say("attribution.none", lang, names=_joined(none, lang)))
    if len(found.keys) == 1:
        return [*lines, say("attribution.one", lang)]
    return [*lines, say("attribution.sums", lang, total=_amount(found, parts.figures["difference"][0], lang))]


def _joined(names: list[str], lang: str) -> str:
    """Names in a row; semicolons where a name has a comma of its own."""
    return "; ".join(names) if any("," in name for name in names) else listed(names, lang)


def _matters(found: Found, parts: Told, lang: str) -> str:
    """A warning when all of it is too small to matter; the ledger says so for the IKM only."""
    smallest = (found.assumptions if isinstance(found, Attribution) else found.a.assumptions)["smallest_difference"].value
    is_small = _indicator(found) == "ikm" and abs(parts.figures["difference"][0]) < smallest
    return say("attribution.too_small", lang, smallest=figure(smallest, lang)) if is_small else ""


def _whole(found: Found, parts: Told, lang: str) -> dict[str, str]:
    a, b = (found.a, found.b) if isinstance(found, Attribution) else (found.a.scenario, found.b.scenario)
    told_as = _figures(found, parts.figures["difference"], lang)
    return {"a": a.name[lang], "b": b.name[lang], "year": str(a.start_year + found.year - 1), "total": told_as.pop("mean"), "median": _plain(found, parts.median, lang),
            **told_as}


def _figures(found: Found, figures: tuple[float, float, float], lang: str) -> dict[str, str]:
    return dict(zip(("mean", "low", "high"), (_amount(found, value, lang) if i == 0 else _plain(found, value, lang)
                                              for i, value in enumerate(figures)), strict=True))


def _indicator(found: Found) -> str:
    return found.indicator if isinstance(found, Attribution) else "ikm"


def _plain(found: Found, value: float, lang: str, sign: bool = True) -> str:
    """A figure of the indicator without its unit."""
    indicator = _indicator(found)
    if indicator == "cost_rp":
        return ("+" if sign and value > 0 else "") + about_rupiah(value, lang)
    if indicator == "hours_waited":
        return number(value, lang, 0, sign)
    return number(value, lang, 3 if 0.0 < abs(value) < FINE else 2, sign)


def _amount(found: Found, value: float, lang: str) -> str:
    """A signed figure with its unit."""
    return say(f"attribution.unit_{_indicator(found)}", lang, value=_plain(found, value, lang))


def _size(found: Found, value: float, lang: str) -> str:
    """A standard error: three decimals, no sign."""
    if _indicator(found) in ("cost_rp", "hours_waited"):
        return say(f"attribution.unit_{_indicator(found)}", lang, value=_plain(found, value, lang, sign=False))
    return say(f"attribution.unit_{_indicator(found)}", lang, value=number(value, lang, 3))


def _stamp(found: Found, lang: str) -> str:
    city, ledger = (found.city, found.assumptions) if isinstance(found, Attribution) else (found.a.city, found.b.assumptions)
    line = say("recommend.stamp", lang, draws=number(found.draws, lang, 0), city=city.about.name[lang])
    return " · ".join(filter(None, [line, changed_note(ledger, lang)]))


def _name(found: Found, key: str, lang: str, detail: bool = False) -> str:
    """A change or a link in words; with `detail` also what it was and is."""
    if isinstance(found, Attribution):
        names = [_part(found, part, lang, detail) for part in next(c.parts for c in found.changes if c.key == key)]
        return "".join(names) if len(names) == 1 else _plus(names, lang)
    if key.startswith(ELEMENT):
        return say("attribution.link_element", lang, element=say(key, lang))
    return say(f"attribution.link_{key}", lang)


def _plus(names: list[str], lang: str) -> str:
    whole = names[0]
    for name in names[1:]:
        whole = say("attribution.plus", lang, first=whole, second=name)
    return whole


def _part(found: Attribution, part: str, lang: str, detail: bool) -> str:
    field, _, key = part.partition(".")
    if field == "overrides":
        name = found.assumptions[key].label[lang]
    elif field == "structure":
        name = next(s.label[lang] for s in found.assumptions.ledger.structure if s.key == key)
    else:
        name = say(f"attribution.part_{part}", lang)
    before, after = (_value(found, scenario, part, lang) for scenario in (found.a, found.b)) if detail else ("", "")
    return say("attribution.from_to", lang, name=name, before=before, after=after) if before and after else name


def _value(found: Attribution, scenario, part: str, lang: str) -> str:
    """What a scenario decides, if it can be said in a few words."""
    field, _, key = part.partition(".")
    if part in IN_WORDS:
        return say(f"{part}.{getattr(scenario, part)}", lang)
    if part == "budget":
        return _budget(scenario, lang)
    if part == "years":
        return say("attribution.years_value", lang, years=scenario.years, start=scenario.start_year)
    if part in ("replacement_ratio", "minutes_factor"):
        return percent(getattr(scenario, part), lang)
    if field == "overrides":
        return figure(scenario.overrides[key], lang) if key in scenario.overrides else say("attribution.as_ledger", lang)
    if field == "structure":
        switch = next(s for s in found.assumptions.ledger.structure if s.key == key)
        chosen = scenario.structure.get(key, found.assumptions.structure[key])
        return next(option.label[lang] for option in switch.options if option.id == chosen)
    return ""


def _budget(scenario, lang: str) -> str:
    if isinstance(scenario.budget_rp, list):
        return say("attribution.all_years", lang, amount=about_rupiah(sum(scenario.budget_rp), lang), years=scenario.years)
    return say("attribution.yearly", lang, amount=about_rupiah(scenario.budget_rp, lang))
