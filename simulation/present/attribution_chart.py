"""The waterfall: how a difference is built up, one bar per part, each starting where the one before it ends.

As in `charts`: tidy rows and translated words in, a picture out, nothing computed but places on the sheet.
"""

from collections.abc import Mapping

from simulation.present.frame import (
    BLUE,
    EDGE,
    GREY,
    INK,
    LINE,
    QUIET,
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

NAMES, VALUES, PITCH, HALF = 250, 128, 42, 10
STROKES = (BLUE, VERMILLION, GREY)
FILLS = (BLUE, "#ffffff", GREY)  # a bar that lowers is empty, so that grey paper tells it from one that raises
ROOM = 0.04  # of the axis, beyond the outermost bar or band


def waterfall(rows: Rows, heading: Heading, *, x_title: str, locale: Mapping[str, dict], width: int = 820) -> Picture:
    """Bars from nothing to the whole difference, with the 90 % band of each as a line around its end.

    Rows: name, mean, p05, p95, text (the mean in words), whole (the last bar, which starts at nothing again).
    """
    sheet = Sheet(heading, width, Margins(left=NAMES, right=VALUES, top=12, bottom=60))
    tables: dict[str, list[dict]] = {"bars": [], "steps": [], "names": [], "values": []}
    at = 0.0
    for order, row in enumerate(rows):
        y, start = (order + 0.5) * PITCH, 0.0 if row["whole"] else at
        end = start + float(row["mean"])
        tone = 2 if row["whole"] else int(end < start)
        tables["bars"].append({"start": round(start, 6), "end": round(end, 6), "low": round(start + float(row["p05"]), 6),
                               "high": round(start + float(row["p95"]), 6), "y": y, "from": y - HALF, "to": y + HALF, "tone": tone,
                               "tip": f"{row['name']}: {row['text']}"})
        if order:
            tables["steps"].append({"at": round(at, 6), "from": y - PITCH + HALF, "to": y - HALF})
        parts = lines(str(row["name"]), NAMES - 22, TEXT)
        tables["names"].append({"x": EDGE - NAMES, "y": y - (len(parts) - 1) * (LINE - 2) / 2, "text": "\n".join(parts), "ink": INK})
        tables["values"].append({"x": sheet.plot_width + 12, "y": y, "text": str(row["text"]), "ink": INK})
        at = end
    return draw(sheet, PITCH * len(rows), _layers(_domain(tables["bars"]), x_title), tables, locale)


def _domain(bars: list[dict]) -> list[float]:
    """From the lowest to the highest end of a bar or band, nothing included."""
    places = [0.0, *(bar[key] for bar in bars for key in ("start", "end", "low", "high"))]
    low, high = min(places), max(places)
    room = ROOM * (high - low) or 1.0
    return [low - room * (low < 0.0 or high == low), high + room]


def _layers(domain: list[float], x_title: str) -> list[dict]:
    x = {"type": "quantitative", "scale": {"domain": domain, "nice": False, "zero": False},
         "axis": {"title": x_title, "titleAnchor": "start", "titleAlign": "left", "titlePadding": 8, "tickCount": 5, "grid": True, "format": "+,~f",
                  "labelExpr": "datum.value === 0 ? '0' : datum.label"}}

    def bars(mark: dict, first: str, last: str, **channels: dict) -> dict:
        return {"data": {"name": "bars"}, "mark": mark, "encoding": {"x": {"field": first, **x}, "x2": {"field": last}, "tooltip": {"field": "tip"}, **channels}}

    once = {"values": [{}]}
    return [
        {"data": once, "mark": {"type": "rule", "color": INK, "strokeWidth": 1.2}, "encoding": {"x": {"datum": 0, **x}}},
        {"data": {"name": "steps"}, "mark": {"type": "rule", "color": QUIET, "strokeDash": [3, 3]},
         "encoding": {"x": {"field": "at", **x}, "y": pixels("from"), "y2": {"field": "to"}}},
        bars({"type": "rect", "strokeWidth": 2, "opacity": 0.8}, "start", "end", y=pixels("from"), y2={"field": "to"},
             **tones("fill", FILLS), **tones("stroke", STROKES)),
        bars({"type": "rule", "color": INK, "strokeWidth": 2}, "low", "high", y=pixels("y")),
        words("values", fontWeight="bold"),
        words("names", lineHeight=LINE - 2),
    ]
