"""The tornado: how far one quantity moves when each assumption stands at the two ends of its range.

As in `charts`: tidy rows and translated words in, a picture out, nothing computed but places on the sheet.
"""

from collections.abc import Mapping

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
from simulation.present.picture import Picture, Rows, signed

TONES, INKS = (VERMILLION, BLUE), (VERMILLION_INK, BLUE_INK)
NAMES, PITCH = 262, 34


def bars(rows: Rows, heading: Heading, *, x_domain: tuple[float, float], x_title: str, middle: float, middle_label: str,
         ends: tuple[str, str], locale: Mapping[str, dict], decimals: int = 2, width: int = 820) -> Picture:
    """One line per assumption: where the quantity ends up at the low and at the high end of its range.

    Rows: name, low, high (the quantity at the two ends), low_text, high_text (the values of the assumption there). `ends` says what
    the two colours mean; the dashed line is the quantity with everything in the middle.
    """
    sheet = Sheet(heading, width, Margins(left=NAMES, right=96, top=58, bottom=60))
    low, high = x_domain
    scale = sheet.plot_width / (high - low)
    tables: dict[str, list[dict]] = {"bars": [], "texts": [], "names": []}
    for order, row in enumerate(rows):
        y = (order + 0.5) * PITCH
        values = float(row["low"]), float(row["high"])
        for tone, (value, text) in enumerate(zip(values, (row["low_text"], row["high_text"]), strict=True)):
            tip = f"{row['name']} = {text}: {signed(value, decimals, locale)}"
            tables["bars"].append({"start": round(middle, 5), "end": round(value, 5), "from": y - 9, "to": y + 9, "tone": tone, "tip": tip})
            outer = value >= max(values) if value != min(values) else False
            x = (value - low) * scale + (6 if outer else -6 - text_width(str(text), SMALL))
            tables["texts"].append({"x": round(x, 1), "y": y, "text": str(text), "ink": INKS[tone]})
        parts = lines(str(row["name"]), NAMES - 22, TEXT)
        tables["names"].append({"x": EDGE - NAMES, "y": y - (len(parts) - 1) * (LINE - 2) / 2, "text": "\n".join(parts), "ink": INK})
    at = round((middle - low) * scale, 1)
    tables["line"] = [{"x": at, "y": 0, "y2": PITCH * len(rows)}]
    tables["label"] = [{"x": at, "y": -11, "text": middle_label, "ink": QUIET}]
    second = text_width(ends[0], TEXT, bold=True) + 60
    tables["legend"] = [{"x": EDGE - NAMES + 20 + place, "dot": EDGE - NAMES + 8 + place, "y": -42, "text": text, "tone": tone, "ink": INKS[tone]}
                        for tone, (text, place) in enumerate(zip(ends, (0, second), strict=True))]
    return draw(sheet, PITCH * len(rows), _layers(x_domain, x_title), tables, locale)


def _layers(x_domain: tuple[float, float], x_title: str) -> list[dict]:
    x = {"type": "quantitative", "scale": {"domain": list(x_domain), "nice": False, "zero": False},
         "axis": {"title": x_title, "titleAnchor": "start", "titleAlign": "left", "titlePadding": 8, "tickCount": 5, "grid": True, "format": "+,~f"}}
    sign = {"x": pixels("dot"), "y": pixels("y"), **tones("color", TONES)}
    return [
        {"data": {"name": "bars"}, "mark": {"type": "rect", "opacity": 0.7},
         "encoding": {"x": {"field": "start", **x}, "x2": {"field": "end"}, "y": pixels("from"), "y2": {"field": "to"},
                      "tooltip": {"field": "tip"}, **tones("color", TONES)}},
        {"data": {"name": "line"}, "mark": {"type": "rule", "color": INK, "strokeWidth": 1.2, "strokeDash": [6, 4]},
         "encoding": {"x": pixels("x"), "y": pixels("y"), "y2": {"field": "y2"}}},
        {"data": {"name": "legend"}, "mark": {"type": "square", "filled": True, "size": 150, "opacity": 0.8}, "encoding": sign},
        words("legend", fontWeight="bold"),
        words("label", align="center", fontSize=SMALL),
        words("texts", fontSize=SMALL),
        words("names", lineHeight=LINE - 2),
    ]
