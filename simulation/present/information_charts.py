"""The chart of a decision over what an IKM point is worth: one line, coloured by the plan that is best there.

As in `charts`: tidy rows and translated words in, a picture out, nothing computed but places on the sheet.
"""

from collections.abc import Mapping

from simulation.present.frame import (
    BLUE,
    BLUE_INK,
    EDGE,
    GREEN,
    GREEN_INK,
    GREY,
    GREY_INK,
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
    pixels,
    text_width,
    tones,
    words,
)
from simulation.present.picture import Picture, Rows

TONES = (BLUE, VERMILLION, GREEN, GREY, "#CC79A7", "#56B4E9", "#E69F00", "#000000")
INKS = (BLUE_INK, VERMILLION_INK, GREEN_INK, GREY_INK, "#8a3f66", "#20688f", "#835a00", "#000000")
SHAPES = ("circle", "square", "diamond", "triangle-up", "triangle-down", "cross", "triangle-right", "triangle-left")


def curve(rows: Rows, heading: Heading, *, y_domain: tuple[float, float], y_title: str, x_title: str, stated: float, stated_label: str,
          locale: Mapping[str, dict], width: int = 680, height: int = 440) -> Picture:
    """A quantity over what an IKM point is worth.

    Rows: x, low, y, high (of y), plan, tip; x from low to high. The dashed line stands at `stated`. At most eight plans.
    """
    plans = distinct(rows, "plan", most=len(TONES))
    legend, over = _legend(plans, width)
    sheet = Sheet(heading, width, Margins(left=58, right=24, top=over + LINE, bottom=64))
    room = sheet.plot_height(height + over)
    x_domain = (float(rows[0]["x"]), float(rows[-1]["x"]))
    points = [{"x": float(row["x"]), **{key: round(float(row[key]), 4) for key in ("low", "y", "high")}, "tone": plans.index(row["plan"]),
               "tip": row["tip"]} for row in rows]
    at = round(sheet.plot_width * (stated - x_domain[0]) / (x_domain[1] - x_domain[0]), 1)
    inside = [at] if 0 <= at <= sheet.plot_width else []
    tables = {"points": points, "legend": [{**entry, "y": entry["y"] - over - LINE} for entry in legend],
              "stated": [{"x": x, "y": 0, "y2": room} for x in inside],
              "stated_label": [{"x": x + 7, "y": 10, "text": stated_label, "ink": QUIET} for x in inside]}
    return draw(sheet, room, _layers(x_domain, x_title, y_domain, y_title), tables, locale)


def _legend(plans: list[str], width: int) -> tuple[list[dict], int]:
    """What the colours mean, in as many lines as it takes, and the height of that."""
    entries, x, line = [], EDGE, 0
    for tone, plan in enumerate(plans):
        room = text_width(plan, TEXT, bold=True) + 46
        if x > EDGE and x + room > width:
            x, line = EDGE, line + 1
        entries.append({"dot": x + 7 - 58, "x": x + 20 - 58, "y": (LINE + 3) * line + 8, "text": plan, "tone": tone, "ink": INKS[tone]})
        x += room
    return entries, (LINE + 3) * (line + 1) + 22


def _layers(x_domain: tuple[float, float], x_title: str, y_domain: tuple[float, float], y_title: str) -> list[dict]:
    still = {"nice": False, "zero": False}
    x = {"field": "x", "type": "quantitative", "scale": {"domain": list(x_domain), **still},
         "axis": {"title": x_title, "titleAnchor": "start", "titleAlign": "left", "titlePadding": 8, "tickCount": 5, "grid": False,
                  "format": ",~f"}}
    axis = {"title": y_title, "titleAngle": 0, "titleAlign": "left", "titleBaseline": "bottom", "titleX": EDGE - 58, "titleY": -12,
            "tickCount": 5, "format": ",~f"}

    def layer(mark: dict, y: str, **channels: dict) -> dict:
        upright = {"field": y, "type": "quantitative", "axis": axis, "scale": {"domain": list(y_domain), **still}}
        return {"data": {"name": "points"}, "mark": {"clip": True, **mark},
                "encoding": {"x": x, "y": upright, **tones("color", TONES), **channels}}

    sign = {"x": pixels("dot"), "y": pixels("y"), **tones("color", TONES), **tones("shape", SHAPES)}
    return [
        {"data": {"name": "stated"}, "mark": {"type": "rule", "color": QUIET, "strokeWidth": 1.2, "strokeDash": [6, 4]},
         "encoding": {"x": pixels("x"), "y": pixels("y"), "y2": {"field": "y2"}}},
        layer({"type": "area", "opacity": 0.18}, "low", y2={"field": "high"}),
        layer({"type": "line", "strokeWidth": 2}, "y"),
        layer({"type": "point", "filled": True, "size": 46, "opacity": 1}, "y", tooltip={"field": "tip"}, **tones("shape", SHAPES)),
        words("stated_label", fontSize=SMALL),
        {"data": {"name": "legend"}, "mark": {"type": "point", "filled": True, "size": 130, "opacity": 1}, "encoding": sign},
        words("legend", fontWeight="bold"),
    ]
