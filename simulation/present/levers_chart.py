"""Levers beside each other: one bar per change from nothing to its gain, with the band of 9 in 10 futures as a line.

As in `charts`: tidy rows and translated words in, a picture out, nothing computed but places on the sheet.
"""

from collections.abc import Mapping

from simulation.present.frame import (
    BLUE,
    EDGE,
    GREY,
    INK,
    LINE,
    TEXT,
    VERMILLION,
    Heading,
    Margins,
    Sheet,
    draw,
    lines,
    pixels,
    tones,
    words,
)
from simulation.present.picture import Picture, Rows

NAMES, VALUES, PITCH, HALF = 290, 196, 42, 10
STROKES = (BLUE, VERMILLION, GREY)
FILLS = (BLUE, "#ffffff", GREY)  # a bar that lowers is empty, so that grey paper tells it from one that raises
ROOM = 0.04  # of the axis, beyond the outermost bar or band


def ranked(rows: Rows, heading: Heading, *, x_title: str, locale: Mapping[str, dict], width: int = 820) -> Picture:
    """One bar a lever in the order given.

    Rows: name, p05, p50, p95, text (the gain in words), other (whether it is no lever at equal money, which is drawn in grey).
    """
    sheet = Sheet(heading, width, Margins(left=NAMES, right=VALUES, top=12, bottom=60))
    tables: dict[str, list[dict]] = {"bars": [], "names": [], "values": []}
    for order, row in enumerate(rows):
        y, end = (order + 0.5) * PITCH, float(row["p50"])
        tables["bars"].append({"start": 0.0, "end": round(end, 6), "low": round(float(row["p05"]), 6), "high": round(float(row["p95"]), 6), "y": y,
                               "from": y - HALF, "to": y + HALF, "tone": 2 if row["other"] else int(end < 0.0), "tip": f"{row['name']}: {row['text']}"})
        parts = lines(str(row["name"]), NAMES - 22, TEXT)
        tables["names"].append({"x": EDGE - NAMES, "y": y - (len(parts) - 1) * (LINE - 2) / 2, "text": "\n".join(parts), "ink": INK})
        tables["values"].append({"x": sheet.plot_width + 12, "y": y, "text": str(row["text"]), "ink": INK})
    return draw(sheet, PITCH * len(rows), _layers(_domain(tables["bars"]), x_title), tables, locale)


def _domain(bars: list[dict]) -> list[float]:
    places = [0.0, *(bar[key] for bar in bars for key in ("end", "low", "high"))]
    low, high = min(places), max(places)
    room = ROOM * (high - low) or 1.0
    return [low - room, high + room]


def _layers(domain: list[float], x_title: str) -> list[dict]:
    x = {"type": "quantitative", "scale": {"domain": domain, "nice": False, "zero": False},
         "axis": {"title": x_title, "titleAnchor": "start", "titleAlign": "left", "titlePadding": 8, "tickCount": 5, "grid": True, "format": "+,~f",
                  "labelExpr": "datum.value === 0 ? '0' : datum.label"}}

    def bars(mark: dict, first: str, last: str, **channels: dict) -> dict:
        return {"data": {"name": "bars"}, "mark": mark, "encoding": {"x": {"field": first, **x}, "x2": {"field": last}, "tooltip": {"field": "tip"}, **channels}}

    return [
        {"data": {"values": [{}]}, "mark": {"type": "rule", "color": INK, "strokeWidth": 1.2}, "encoding": {"x": {"datum": 0, **x}}},
        bars({"type": "rect", "strokeWidth": 2, "opacity": 0.8}, "start", "end", y=pixels("from"), y2={"field": "to"},
             **tones("fill", FILLS), **tones("stroke", STROKES)),
        bars({"type": "rule", "color": INK, "strokeWidth": 2}, "low", "high", y=pixels("y")),
        words("values"),
        words("names", lineHeight=LINE - 2),
    ]
