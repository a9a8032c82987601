"""The charts of scenario discovery: limits within what is plausible, and coverage against density.

As in `charts`: tidy rows and translated words in, a picture out, nothing computed but places on the sheet.
"""

from __future__ import annotations

from collections.abc import Mapping

from simulation.present.frame import (
    BLUE,
    BLUE_INK,
    EDGE,
    GREEN,
    GREEN_INK,
    GREY,
    GREY_INK,
    INK,
    LINE,
    QUIET,
    SMALL,
    TEXT,
    VERMILLION,
    VERMILLION_INK,
    Heading,
    Margins,
    Sheet,
    distinct,
    draw,
    lines,
    pixels,
    text_width,
    tones,
    words,
)
from simulation.present.picture import Picture, Rows

TONES = (VERMILLION, BLUE, GREEN, GREY, "#CC79A7")
INKS = (VERMILLION_INK, BLUE_INK, GREEN_INK, GREY_INK, "#8a3f66")
SHAPES = ("circle", "square", "diamond", "triangle-up", "triangle-down")
NAMES, VALUES = 232, 138  # room for names at the left and limits at the right


def boxes(rows: Rows, heading: Heading, *, titles: Mapping[int, str], x_title: str, locale: Mapping[str, dict], width: int = 700) -> Picture:
    """The part of each assumption's plausible values that lies in a box, box under box.

    Rows: box, name, extent (the plausible range in words), low and high (0-100), limits (texts), spans (pairs 0-100 around the
    limits), tip. `titles` stand above the bars of each box.
    """
    sheet = Sheet(heading, width, Margins(left=NAMES, right=VALUES, top=8, bottom=58))
    bars, spans, texts, headers, y = [], [], [], [], 0.0
    for box in distinct(rows, "box", most=len(TONES)):
        tone, title = box - 1, lines(titles[box], width - 2 * EDGE, TEXT, bold=True)
        headers.append({"x": EDGE - NAMES, "y": y + LINE / 2, "text": "\n".join(title), "ink": INKS[tone]})
        y += LINE * len(title) + 6
        for row in (row for row in rows if row["box"] == box):
            high, parts = _texts(row, y, sheet.plot_width, tone)
            middle = y + high / 2
            bars.append({"y": middle - 8, "y2": middle + 8, "low": round(row["low"], 2), "high": round(row["high"], 2), "tone": tone,
                         "tip": row["tip"]})
            spans += [{"y": middle, "low": round(low, 2), "high": round(top, 2)} for low, top in row["spans"]]
            texts += parts
            y += high + 10
        y += 12
    return draw(sheet, y, _box_layers(x_title), {"bars": bars, "spans": spans, "texts": texts, "headers": headers}, locale)


def _texts(row: Mapping, top: float, wide: float, tone: int) -> tuple[float, list[dict]]:
    """The height of a bar's line and the words beside it."""
    name, extent = lines(row["name"], NAMES - 20, TEXT), lines(row["extent"], NAMES - 20, SMALL)
    limits = [part for text in row["limits"] for part in lines(text, VALUES - 14, TEXT)]
    high = LINE * max(len(name) + len(extent), len(limits), 1)
    left = top + (high - LINE * (len(name) + len(extent))) / 2 + LINE / 2
    parts = [{"x": EDGE - NAMES, "y": left, "text": "\n".join(name), "ink": INK},
             {"x": wide + 12, "y": top + (high - LINE * len(limits)) / 2 + LINE / 2, "text": "\n".join(limits), "ink": INKS[tone]}]
    if extent:
        parts.append({"x": EDGE - NAMES, "y": left + LINE * len(name), "text": "\n".join(extent), "ink": QUIET})
    return high, parts


def _box_layers(x_title: str) -> list[dict]:
    x = {"type": "quantitative", "scale": {"domain": [0, 100], "nice": False, "zero": False},
         "axis": {"title": x_title, "titleAnchor": "start", "titleAlign": "left", "titlePadding": 8, "tickCount": 5, "grid": False}}

    def layer(dataset: str, mark: dict, **channels: dict) -> dict:
        return {"data": {"name": dataset}, "mark": mark, "encoding": channels}

    tall = {"y": pixels("y"), "y2": {"field": "y2"}}
    return [
        layer("bars", {"type": "rect", "color": "#e8eaed"}, x={"datum": 0, **x}, x2={"datum": 100}, **tall),
        layer("bars", {"type": "rect", "opacity": 0.75}, x={"field": "low", **x}, x2={"field": "high"}, tooltip={"field": "tip"},
              **tall, **tones("color", TONES)),
        layer("spans", {"type": "rule", "strokeWidth": 3, "color": INK}, x={"field": "low", **x}, x2={"field": "high"}, y=pixels("y")),
        words("texts"),
        words("headers", fontWeight="bold"),
    ]


def trade_off(rows: Rows, heading: Heading, *, base: float, base_label: str, titles: tuple[str, str], locale: Mapping[str, dict],
              width: int = 680, height: int = 470) -> Picture:
    """Share of all misses that lie in a box against the share of misses in it, along the way to each box.

    Rows: box (its name), coverage and density (0-100), chosen, tip. The dashed line stands at `base`. `titles` are those of x and y.
    """
    names = distinct(rows, "box", most=len(TONES))
    sheet = Sheet(heading, width, Margins(left=58, right=26, top=2 * LINE + 26, bottom=60))
    room = sheet.plot_height(height)
    points = [{"coverage": round(row["coverage"], 2), "density": round(row["density"], 2), "tone": names.index(row["box"]), "tip": row["tip"],
               "order": i} for i, row in enumerate(rows)]
    chosen = [point for point, row in zip(points, rows, strict=True) if row["chosen"]]
    legend, x = [], EDGE
    for tone, name in enumerate(names):
        legend.append({"dot": x + 7 - 58, "x": x + 20 - 58, "y": 14 - (2 * LINE + 26), "text": name, "tone": tone, "ink": INKS[tone]})
        x += text_width(name, TEXT, bold=True) + 44
    line = room * (1.0 - base / 100.0)
    note = {"base": round(base, 2), "x": sheet.plot_width - 6, "y": round(line + LINE / 2 + (2 if line + LINE + 4 < room else -LINE - 2), 1),
            "text": base_label, "ink": QUIET}  # under the line at the right: the paths lie above it or at the left
    tables = {"points": points, "chosen": chosen, "legend": legend, "base": [note]}
    return draw(sheet, room, _trade_layers(titles, sheet.margins), tables, locale)


def _trade_layers(titles: tuple[str, str], margins: Margins) -> list[dict]:
    scale = {"domain": [0, 100], "nice": False, "zero": False}
    beside = {"title": titles[0], "titleAnchor": "start", "titleAlign": "left", "titlePadding": 8, "tickCount": 5}
    above = {"title": titles[1], "titleAngle": 0, "titleAlign": "left", "titleBaseline": "bottom", "titleX": 10 - margins.left,
             "titleY": -14, "tickCount": 5}
    x, y = ({"type": "quantitative", "scale": scale, "axis": axis} for axis in (beside, above))

    def layer(dataset: str, mark: dict, **channels: dict) -> dict:
        return {"data": {"name": dataset}, "mark": mark, "encoding": channels}

    at = {"x": {"field": "coverage", **x}, "y": {"field": "density", **y}, **tones("color", TONES)}
    sign = {"type": "point", "filled": True, "opacity": 1}
    return [
        layer("base", {"type": "rule", "strokeDash": [5, 4], "color": QUIET}, y={"field": "base", **y}),
        layer("points", {"type": "line", "strokeWidth": 1.5, "opacity": 0.5}, **at, order={"field": "order"}),
        layer("points", {**sign, "size": 55}, **at, **tones("shape", SHAPES), tooltip={"field": "tip"}),
        layer("chosen", {**sign, "size": 330, "stroke": INK, "strokeWidth": 2}, **at, **tones("shape", SHAPES), tooltip={"field": "tip"}),
        words("base", align="right", fontSize=SMALL),
        layer("legend", {**sign, "size": 130}, x=pixels("dot"), y=pixels("y"), **tones("color", TONES), **tones("shape", SHAPES)),
        words("legend", fontWeight="bold"),
    ]


def words_only(heading: Heading, locale: Mapping[str, dict], width: int = 680) -> Picture:
    """A sheet with its heading and no plot: what there is to say when there is nothing to draw."""
    return draw(Sheet(heading, width, Margins(left=EDGE, right=EDGE, top=0, bottom=4)), 1, [], {}, locale)
