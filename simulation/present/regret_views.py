"""Regret in words, as rows of text and as a picture: who limits it, and what that costs in the mean."""

from __future__ import annotations

from simulation.language import about_rupiah, number, percent, say
from simulation.present.frame import (
    BLUE,
    EDGE,
    GREY,
    INK,
    LINE,
    TEXT,
    Heading,
    Margins,
    Sheet,
    draw,
    lines,
    pixels,
    words,
)
from simulation.present.ledger_words import changed_note
from simulation.present.picture import LOCALES, Picture

NAMES, VALUES = 230, 200  # room for names at the left and figures at the right, pixels
BILLION = 1e9
DECIMALS = 3  # of IKM points: regrets are small


def regret_sentence(found, lang: str = "id") -> str:
    """Which scenario limits regret, how the one with the best expectation compares, and what was counted."""
    table, names = found.table(), _names(found, lang)
    first = table.iloc[0]
    parts = [say("regret.minimax", lang, name=names[first.scenario], futures=number(found.futures_count, lang, 0), maximum=_amount(found, first.maximum, lang),
                 high=_amount(found, first.p90, lang), low=_bound(found, first.p90_low, lang), last=_bound(found, first.p90_high, lang)),
             _others(found, table, names, lang), _mean(found, table, names, lang),
             say("regret.unit_ikm", lang) if found.willingness_rp is None else
             say("regret.unit_rupiah", lang, willingness=about_rupiah(found.willingness_rp, lang)),
             _counted(found, lang), say("regret.maximum_note", lang), changed_note(found.futures.assumptions, lang)]
    return " ".join(filter(None, parts))


def _others(found, table, names: dict[str, str], lang: str) -> str:
    """The runner-up, or how many are level with the first."""
    level = int((table.maximum == table.maximum.iloc[0]).sum())
    if level > 1:
        return say("regret.tie", lang, n=level)
    return say("regret.next", lang, name=names[table.scenario.iloc[1]], maximum=_amount(found, table.maximum.iloc[1], lang))


def _mean(found, table, names: dict[str, str], lang: str) -> str:
    first, least = table.iloc[0], table.loc[table["mean"].idxmin()]
    shared = {"mean": _amount(found, least["mean"], lang), "low": _bound(found, least.mean_low, lang), "last": _bound(found, least.mean_high, lang)}
    if least.scenario == first.scenario:
        return say("regret.agrees", lang, share=percent(first.share_best, lang), **shared)
    return say("regret.differs", lang, name=names[least.scenario], other_mean=_amount(found, first["mean"], lang),
               maximum=_amount(found, least.maximum, lang), **shared)


def _counted(found, lang: str) -> str:
    draws = number(found.futures.draws, lang, 0)
    if len(found.structures) == 1:
        return say("regret.chosen_only", lang, draws=draws)
    return say("regret.structures", lang, draws=draws, n=len(found.structures))


def rows(found, lang: str = "id") -> list[list[str]]:
    """The table of scenarios as text cells, the header first; the smallest largest regret on top."""
    names, labels = _names(found, lang), _structures(found, lang)
    keys = ("scenario", "mean", "p90", "maximum", "worst", "best", "gain", "cost")
    told = [[say(f"regret.column_{key}", lang) for key in keys]]
    for r in found.table().to_dict("records"):
        told.append([names[r["scenario"]], _range(found, r["mean"], r["mean_low"], r["mean_high"], lang),
                     _range(found, r["p90"], r["p90_low"], r["p90_high"], lang), _amount(found, r["maximum"], lang),
                     labels[r["worst_switch"], r["worst_option"]], percent(r["share_best"], lang), number(r["gain"], lang, sign=True),
                     about_rupiah(r["cost_rp"], lang)])
    return told


def picture(found, lang: str = "id", width: int = 860) -> Picture:
    """Mean, 90 % and largest regret of each scenario, the smallest largest one on top."""
    scale = 1.0 if found.willingness_rp is None else BILLION
    unit = "ikm" if found.willingness_rp is None else "rupiah"
    table, names = found.table(), _names(found, lang)
    top = max(float(table.maximum.max()) / scale, 1e-9) * 1.04
    heading = Heading(say("regret.chart_title", lang), say("regret.chart_sub", lang), _stamp(found, lang), regret_sentence(found, lang))
    sheet = Sheet(heading, width, Margins(left=NAMES, right=VALUES, top=16, bottom=60))
    pitch = 40
    bars, values, labels = [], [], []
    for order, r in enumerate(table.to_dict("records")):
        y = (order + 0.5) * pitch
        told = " · ".join(_plain(found, r[key], lang) for key in ("mean", "p90", "maximum"))
        bars.append({"y": y, "zero": 0, "tip": f"{names[r['scenario']]}: {told}", **{key: round(r[key] / scale, 6) for key in ("mean", "p90", "maximum")}})
        values.append({"x": sheet.plot_width + 14, "y": y, "text": told, "ink": INK})
        name = lines(names[r["scenario"]], NAMES - 22, TEXT)
        labels.append({"x": EDGE - NAMES, "y": y - (len(name) - 1) * (LINE - 2) / 2, "text": "\n".join(name), "ink": INK})
    return draw(sheet, pitch * len(bars), _layers(top, say(f"regret.axis_{unit}", lang)), {"bars": bars, "values": values, "names": labels}, LOCALES[lang])


def _layers(top: float, title: str) -> list[dict]:
    x = {"type": "quantitative", "scale": {"domain": [0, top], "nice": False},
         "axis": {"title": title, "titleAnchor": "start", "titleAlign": "left", "titlePadding": 8, "tickCount": 5, "grid": True, "format": ",~f"}}

    def layer(mark: dict, **channels: dict) -> dict:
        return {"data": {"name": "bars"}, "mark": mark, "encoding": {"y": pixels("y"), "tooltip": {"field": "tip"}, **channels}}

    point = {"type": "point", "filled": True, "opacity": 1, "stroke": "white", "strokeWidth": 1}
    return [
        layer({"type": "rule", "color": GREY, "strokeWidth": 2}, x={"field": "zero", **x}, x2={"field": "maximum"}),
        layer({"type": "rule", "color": BLUE, "strokeWidth": 12, "opacity": 0.4}, x={"field": "zero", **x}, x2={"field": "p90"}),
        layer({**point, "shape": "square", "size": 90, "color": GREY}, x={"field": "maximum", **x}),
        layer({**point, "shape": "circle", "size": 130, "color": BLUE}, x={"field": "mean", **x}),
        words("values"),
        words("names", lineHeight=LINE - 2),
    ]


def _stamp(found, lang: str) -> str:
    line = say("recommend.stamp", lang, draws=number(found.futures_count, lang, 0), city=found.futures.city.about.name[lang])
    return " · ".join(filter(None, [line, changed_note(found.futures.assumptions, lang)]))


def _names(found, lang: str) -> dict[str, str]:
    return {scenario.key: scenario.name[lang] for scenario in found.futures.scenarios}


def _structures(found, lang: str) -> dict[tuple[str, str], str]:
    """The structures in words by (switch, option)."""
    told = {("", ""): say("regret.chosen", lang)}
    for switch in found.futures.assumptions.ledger.structure:
        told |= {(switch.key, o.id): say("regret.worst", lang, switch=switch.label[lang], option=o.label[lang]) for o in switch.options}
    return told


def _amount(found, value: float, lang: str) -> str:
    """A regret with its unit."""
    return say("regret.ikm", lang, value=number(value, lang, DECIMALS)) if found.willingness_rp is None else about_rupiah(value, lang)


def _plain(found, value: float, lang: str) -> str:
    """A regret without its unit: IKM points or Rp billion."""
    return number(value, lang, DECIMALS) if found.willingness_rp is None else number(value / BILLION, lang)


def _bound(found, value: float, lang: str) -> str:
    """A regret inside an interval: rupiah keep their word for the power."""
    return _plain(found, value, lang) if found.willingness_rp is None else _amount(found, value, lang)


def _range(found, middle: float, low: float, high: float, lang: str) -> str:
    return say("regret.range", lang, **{key: _bound(found, v, lang) for key, v in (("middle", middle), ("low", low), ("high", high))})
