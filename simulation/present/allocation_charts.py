"""Pictures of allocations: the plan against its rivals, what money buys, fronts, and candidates that have to stand other futures."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from simulation.indicators import three
from simulation.language import about_rupiah, number, say
from simulation.present import allocation_views as views
from simulation.present import intervals, verdicts
from simulation.present.frame import (
    BLUE,
    BLUE_INK,
    SMALL,
    Heading,
    Margins,
    Sheet,
    draw,
    pixels,
    words,
)
from simulation.present.picture import LOCALES, Picture, Rows, with_band

WIDTH = 900
PLAN = "plan"


def rivals(found, lang: str = "id") -> Picture:
    """How much more IKM the plan brings than each rival, with the verdict."""
    lines = [{"scenario": views.rival_name(found.trial, name, lang), "verdict": found.against(name).verdict,
              **_band(found.against(name).ikm)} for name in found.trial.scenarios if name != PLAN]
    return _differences(lines, found.trial.smallest, say("allocation.chart_rivals", lang), say("allocation.chart_rivals_sub", lang), found, found.trial, views.sentence(found, lang), lang)


def menu(found, lang: str = "id") -> Picture:
    """How much IKM each alternative gives up against the best plan."""
    lines = []
    for name, other in zip(found.names[1:], found.alternatives, strict=True):
        against = found.trial.versus(name, PLAN)
        lines.append({"scenario": views.more_words(found, other, lang), "verdict": against.verdict, **_band(against.ikm)})
    return _differences(lines, found.trial.smallest, say("allocation.chart_menu", lang), say("allocation.chart_rivals_sub", lang), found.allocation, found.trial,
                        views.menu_sentence(found, lang), lang)


def _differences(lines, smallest: float, title: str, subtitle: str, found, trial, description: str, lang: str) -> Picture:
    low, high = min([-0.25, *(row["p05"] for row in lines)]), max([0.25, *(row["p95"] for row in lines)])
    return intervals.differences(lines, Heading(title, subtitle, _stamp(len(trial.gain(PLAN)), found, lang), description),
                                 x_domain=(float(np.floor(low * 4) / 4), float(np.ceil(high * 4) / 4)), x_title=say("chart.points", lang), smallest=smallest,
                                 smallest_label="0", verdict_names=verdicts.names(lang), locale=LOCALES[lang], width=WIDTH)


def robust(found, lang: str = "id") -> Picture:
    """What each candidate brings in all futures and structures."""
    lines = [{"counter": views.candidate_name(found, name, lang), "series": say("allocation.series_gain", lang), **_band(_said(gains.reshape(-1), found.allocation))}
             for name, gains in zip(found.names, found.gains, strict=True)]
    low, high = min([0.0, *(row["p05"] for row in lines)]), max(row["p95"] for row in lines)
    heading = Heading(say("allocation.chart_robust", lang), say("allocation.chart_robust_sub", lang), _stamp(found.gains[0].size, found.allocation, lang), views.robust_sentence(found, lang))
    return intervals.waiting(lines, heading, x_domain=_domain(low, high), x_title=views.unit_of(found.allocation.objective, lang), locale=LOCALES[lang], decimals=2, width=WIDTH)


def money(found, lang: str = "id") -> Picture:
    """Gain against budget, with its band; the plan at hand is marked."""
    gains = [_said(g, found.allocation) for g in found.gains]
    lines = [{"x": total / 1e9, "name": about_rupiah(total, lang), "marked": i == found.here, **_band(gain)}
             for i, (total, gain) in enumerate(zip(found.budgets_rp, gains, strict=True))]
    heading = Heading(say("allocation.chart_money", lang), say("allocation.chart_money_sub", lang), _stamp(found.gains.shape[1], found.allocation, lang), views.money_sentence(found, lang))
    return curve(lines, heading, x_title=say("allocation.billions", lang), y_title=views.unit_of(found.allocation.objective, lang), locale=LOCALES[lang])


def front(found, lang: str = "id") -> Picture:
    """IKM against cost, or against the gap between the best and the worst unit."""
    cost = found.kind == "cost"
    lines = [{"x": point.cost_rp / 1e9 if cost else float(np.median(point.gap)), "marked": False,
              "name": about_rupiah(point.cost_rp, lang) if cost else number(float(np.median(point.gap)), lang, 1), **_band(point.ikm)}
             for point in found.points]
    heading = Heading(say(f"allocation.chart_front_{found.kind}", lang), say(f"allocation.chart_front_{found.kind}_sub", lang), "", views.front_sentence(found, lang))
    return curve(lines, heading, x_title=say("allocation.billions" if cost else "allocation.gap", lang), y_title=say("chart.points", lang), locale=LOCALES[lang])


def curve(lines: Rows, heading: Heading, *, x_title: str, y_title: str, locale: Mapping[str, dict], width: int = WIDTH, height: int = 440) -> Picture:
    """A quantity with its 90 % band along another one: medians joined by a line.

    Rows: x, p05, p50, p95, name (of the point), marked (whether it is the one at hand).
    """
    sheet = Sheet(heading, width, Margins(left=62, right=40, top=34, bottom=62))
    room = sheet.plot_height(height)
    xs, low, high = [float(row["x"]) for row in lines], min([0.0, *(float(row["p05"]) for row in lines)]), max(float(row["p95"]) for row in lines)
    y_domain, edge = _domain(low, high), 0.04 * (max(xs) - min(xs) or 1.0)
    x_domain = [min(xs) - edge, max(xs) + edge]
    points = [{**{key: round(float(row[key]), 5) for key in ("x", "p05", "p50", "p95")}, "size": 240 if row["marked"] else 90,
               "tip": f"{row['name']}: {with_band(row, 2, locale)}"} for row in lines]
    marked = [{"x": round(sheet.plot_width * (float(row["x"]) - x_domain[0]) / (x_domain[1] - x_domain[0]), 1),
               "y": round(room * (y_domain[1] - float(row["p50"])) / (y_domain[1] - y_domain[0]) - 20, 1), "text": row["name"], "ink": BLUE_INK}
              for row in lines if row["marked"]]
    return draw(sheet, room, _curve_layers(x_domain, y_domain, x_title, y_title, sheet.margins), {"points": points, "marked": marked}, locale)


def _curve_layers(x_domain, y_domain, x_title: str, y_title: str, margins: Margins) -> list[dict]:
    x = {"field": "x", "type": "quantitative", "scale": {"domain": x_domain, "nice": False, "zero": False},
         "axis": {"title": x_title, "titleAnchor": "start", "titleAlign": "left", "titlePadding": 8, "tickCount": 6, "grid": False, "format": ",~f"}}
    y_axis = {"title": y_title, "titleAngle": 0, "titleAlign": "left", "titleBaseline": "bottom", "titleX": 10 - margins.left, "titleY": -14, "tickCount": 5,
              "format": ",~f"}
    scale = {"domain": list(y_domain), "nice": False, "zero": False}

    def layer(mark: dict, field: str, **channels: dict) -> dict:
        upright = {"field": field, "type": "quantitative", "axis": y_axis, "scale": scale}
        return {"data": {"name": "points"}, "mark": {"clip": True, "color": BLUE, **mark}, "encoding": {"x": x, "y": upright, **channels}}

    return [
        layer({"type": "area", "opacity": 0.16}, "p05", y2={"field": "p95"}),
        layer({"type": "rule", "strokeWidth": 2, "opacity": 0.4}, "p05", y2={"field": "p95"}),
        layer({"type": "line", "strokeWidth": 3}, "p50"),
        layer({"type": "point", "filled": True, "opacity": 1, "stroke": "white", "strokeWidth": 1}, "p50", size=pixels("size"), tooltip={"field": "tip"}),
        words("marked", align="center", fontWeight="bold", fontSize=SMALL, stroke=None),
    ]


def _domain(low: float, high: float) -> tuple[float, float]:
    """A round range that holds both ends."""
    step = 10.0 ** np.floor(np.log10(max(high - low, 1e-9))) / 2
    return float(np.floor(low / step) * step), float(np.ceil(high / step) * step)


def _said(gain: np.ndarray, found) -> np.ndarray:
    """A gain in the unit in which it is said."""
    return gain * views.SCALE.get(views.indicator_of(found.objective), 1.0)


def _band(draws) -> dict:
    return dict(zip(("p05", "p50", "p95"), three(draws), strict=True))


def _stamp(draws: int, found, lang: str) -> str:
    return say("recommend.stamp", lang, draws=number(draws, lang, 0), city=found.market.bench.city.about.name[lang])
