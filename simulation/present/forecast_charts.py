"""Charts of forecasts and what the surveys found: one mark for each wave, or one line for each unit.

As in `charts`: tidy rows and translated words in, a picture out, nothing computed but places on the sheet. Whether a
result lies outside its band shows in shape, colour and a word.
"""

from collections.abc import Mapping, Sequence

from simulation.present.frame import (
    BLUE,
    BLUE_INK,
    EDGE,
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
    draw,
    lines,
    pixels,
    text_width,
    tones,
    words,
)
from simulation.present.picture import Picture, Rows, number

INSIDE, OUTSIDE = 0, 1
POINTS, POINT_INKS, SHAPES = (INK, VERMILLION), (INK, VERMILLION_INK), ("circle", "diamond")
NAMES, PITCH, WIDEST_STEP = 250, 24, 110
SIGNS = ("band", "interval", "inside", "outside")  # what the legend explains, in this order


def waves(rows: Rows, heading: Heading, *, y_domain: tuple[float, float], y_title: str, legend: Mapping[str, str],
          outside: str, waiting: str, locale: Mapping[str, dict], width: int = 680, height: int = 470) -> Picture:
    """Forecasts wave by wave: 50 % and 90 % bands as bars, the survey's result with its interval on top.

    Rows: label (name of the wave), p05, p25, p50, p75, p95, observed, low, high (None while the wave is awaited), tip.
    `legend` puts band, interval, inside and outside into words; `outside` and `waiting` stand under such a wave.
    """
    flow, over = _legend(legend, width, 58, LINE + 24)
    step = min(WIDEST_STEP, (width - 58 - 20) / len(rows))
    labels = [lines(row["label"], min(step - 4, 84), SMALL) for row in rows]
    deepest = LINE * max(map(len, labels))
    sheet = Sheet(heading, width, Margins(left=58, right=20, top=over, bottom=deepest + LINE + 24))
    room = sheet.plot_height(height)
    centres = [(i + 0.5) * step for i in range(len(rows))]
    half = min(17.0, 0.3 * step)
    bands, results, texts = [], [], []
    for row, centre, label in zip(rows, centres, labels, strict=True):
        bands.append(_band(row, centre, half))
        sign, ink = waiting, QUIET
        if row["observed"] is not None:
            results.append(_result(row, centre))
            sign, ink = (outside, VERMILLION_INK) if results[-1]["tone"] == OUTSIDE else ("", INK)
        texts += [{"x": centre, "y": room + 10, "text": "\n".join(label), "ink": INK},
                  {"x": centre, "y": room + 10 + deepest, "text": sign, "ink": ink}]
    axis = {"title": y_title, "titleAngle": 0, "titleAlign": "left", "titleBaseline": "bottom", "titleX": 10 - 58,
            "titleY": -14, "tickCount": 6, "grid": True}
    value = {"type": "quantitative", "scale": {"domain": list(y_domain), "nice": False, "zero": False}, "axis": axis}
    layers = [*_layers("y", "x", value), words("texts", align="center", baseline="top", fontSize=SMALL), *_legend_layers()]
    return draw(sheet, room, layers, {"bands": bands, "results": results, "texts": texts, **flow}, locale)


def units(rows: Rows, heading: Heading, *, x_domain: tuple[float, float], x_title: str, legend: Mapping[str, str],
          outside: str, locale: Mapping[str, dict], decimals: int = 1, width: int = 680) -> Picture:
    """Forecasts of one wave, unit by unit: a line each, with the result in figures at the right.

    Rows and words as in `waves`; every unit has a result.
    """
    flow, over = _legend(legend, width, NAMES, 20)
    sheet = Sheet(heading, width, Margins(left=NAMES, right=118, top=over, bottom=60))
    broken = [lines(row["label"], NAMES - 18, SMALL) for row in rows]
    bands, results, texts, values, top = [], [], [], [], 0.0
    for row, name in zip(rows, broken, strict=True):
        block = max(PITCH, 6 + (LINE - 2) * len(name))
        centre, top = top + block / 2, top + block
        bands.append(_band(row, centre, 7.0))
        results.append(_result(row, centre))
        ink = POINT_INKS[results[-1]["tone"]]
        first = centre - (len(name) - 1) * (LINE - 2) / 2
        texts += [{"x": EDGE - NAMES, "y": first + i * (LINE - 2), "text": part, "ink": INK} for i, part in enumerate(name)]
        sign = number(float(row["observed"]), decimals, locale) + (f" {outside}" if results[-1]["tone"] else "")
        values.append({"x": sheet.plot_width + 12, "y": centre, "text": sign, "ink": ink})
    axis = {"title": x_title, "titleAnchor": "start", "titleAlign": "left", "titlePadding": 8, "tickCount": 5, "grid": True}
    value = {"type": "quantitative", "scale": {"domain": list(x_domain), "nice": False, "zero": False}, "axis": axis}
    layers = [*_layers("x", "y", value), words("texts", fontSize=SMALL), words("values", fontSize=SMALL), *_legend_layers()]
    tables = {"bands": bands, "results": results, "texts": texts, "values": values, **flow}
    return draw(sheet, top, layers, tables, locale)


def _band(row: Mapping[str, object], centre: float, half: float) -> dict:
    return {"from": round(centre - half, 1), "to": round(centre + half, 1), "tip": row["tip"],
            **{key: round(float(row[key]), 4) for key in ("p05", "p25", "p50", "p75", "p95")}}


def _result(row: Mapping[str, object], centre: float) -> dict:
    tone = INSIDE if row["p05"] <= row["observed"] <= row["p95"] else OUTSIDE
    return {"at": round(centre, 1), "from": round(centre - 4, 1), "to": round(centre + 4, 1), "tone": tone, "tip": row["tip"],
            **{key: round(float(row[key]), 4) for key in ("observed", "low", "high")}}


def _layers(value: str, across: str, axis: dict) -> list[dict]:
    """Bands, intervals and points; `value` is the channel of the IKM, `across` that of the waves or units."""
    def layer(data: str, mark: dict, ends: Sequence[str], sides: Sequence[str], **channels: dict) -> dict:
        encoding = {value: {"field": ends[0], **axis}, across: pixels(sides[0])}
        encoding |= {f"{value}2": {"field": ends[1]}} if len(ends) > 1 else {}
        encoding |= {f"{across}2": {"field": sides[1]}} if len(sides) > 1 else {}
        return {"data": {"name": data}, "mark": {"clip": True, **mark}, "encoding": {**encoding, **channels}}

    box, sides, tip = {"type": "rect", "color": BLUE}, ("from", "to"), {"tooltip": {"field": "tip"}}
    rule = {"type": "rule", "color": INK, "strokeWidth": 1.5}
    point = {"type": "point", "filled": True, "size": 110, "opacity": 1, "stroke": "white", "strokeWidth": 1,
             "clip": False}  # a result at the end of the scale keeps its whole mark
    return [
        layer("bands", {**box, "opacity": 0.2}, ("p05", "p95"), sides, **tip),
        layer("bands", {**box, "opacity": 0.42}, ("p25", "p75"), sides, **tip),
        layer("bands", {"type": "rule", "color": BLUE_INK, "strokeWidth": 2.5}, ("p50",), sides),
        layer("results", rule, ("low", "high"), ("at",)),
        layer("results", rule, ("low",), sides),
        layer("results", rule, ("high",), sides),
        layer("results", point, ("observed",), ("at",), **tip, **tones("color", POINTS), **tones("shape", SHAPES)),
    ]


def _legend(texts: Mapping[str, str], width: int, left: int, under: int) -> tuple[dict[str, list[dict]], int]:
    """What the marks mean, in as many lines as it takes, and the room from the first line to the plot."""
    entries, x, line = [], EDGE, 0
    for sign in SIGNS:
        room = text_width(texts[sign], TEXT) + 46
        if x > EDGE and x + room - 20 > width:
            x, line = EDGE, line + 1
        entries.append({"sign": sign, "start": x - left, "line": line})
        x += room
    over = under + (LINE + 3) * (line + 1)
    tables: dict[str, list[dict]] = {"legend": [], "key_bands": [], "key_rules": [], "key_points": []}
    for entry in entries:
        sign, start, y = entry["sign"], entry["start"], 14 - over + (LINE + 3) * entry["line"]
        ink = VERMILLION_INK if sign == "outside" else INK
        tables["legend"].append({"x": start + 28, "y": y, "text": texts[sign], "ink": ink})
        if sign == "band":
            tables["key_bands"] += [{"x": start, "x2": start + 22, "y": y - 7, "y2": y + 7, "opacity": 0.2},
                                    {"x": start + 6, "x2": start + 16, "y": y - 7, "y2": y + 7, "opacity": 0.42}]
        elif sign == "interval":
            ends = [(start, start + 22, y, y), (start, start, y - 4, y + 4), (start + 22, start + 22, y - 4, y + 4)]
            tables["key_rules"] += [{"x": a, "x2": b, "y": c, "y2": d} for a, b, c, d in ends]
        else:
            tables["key_points"].append({"x": start + 12, "y": y, "tone": OUTSIDE if sign == "outside" else INSIDE})
    return tables, over


def _legend_layers() -> list[dict]:
    box = {"x": pixels("x"), "x2": {"field": "x2"}, "y": pixels("y"), "y2": {"field": "y2"}}
    shade = {"opacity": {"field": "opacity", "type": "quantitative", "scale": None, "legend": None}}
    point = {"type": "point", "filled": True, "size": 110, "opacity": 1}
    place = {"x": pixels("x"), "y": pixels("y"), **tones("color", POINTS), **tones("shape", SHAPES)}
    return [
        {"data": {"name": "key_bands"}, "mark": {"type": "rect", "color": BLUE}, "encoding": {**box, **shade}},
        {"data": {"name": "key_rules"}, "mark": {"type": "rule", "color": INK, "strokeWidth": 1.5}, "encoding": box},
        {"data": {"name": "key_points"}, "mark": point, "encoding": place},
        words("legend"),
    ]
