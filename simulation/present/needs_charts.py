"""The charts of the needs analysis: importance against performance, and priorities with their intervals.

As in `charts`: tidy rows and translated words in, a picture out, nothing computed but places on the sheet.
"""

from collections.abc import Mapping, Sequence

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
    draw,
    lines,
    pixels,
    text_width,
    tones,
    words,
)
from simulation.present.picture import Picture, Rows, with_band

TONES, TONE_INKS = (VERMILLION, BLUE, GREY, GREEN), (VERMILLION_INK, BLUE_INK, GREY_INK, GREEN_INK)
SHAPES = ("square", "circle", "diamond", "triangle-up")
POINT = 9  # pixels from the middle of a point to its edge, with a little air
HAIR = 3  # half the room kept free around the cross-hairs
NAMES = 232
Box = tuple[float, float, float, float]  # left, top, right, bottom


def quadrants(rows: Rows, heading: Heading, *, cross: tuple[float, float], domains: tuple[tuple[float, float], tuple[float, float]],
              titles: tuple[str, str], quadrant_names: Sequence[str], locale: Mapping[str, dict], width: int = 720,
              height: int = 580) -> Picture:
    """Importance against performance with the cross-hairs that make four quadrants.

    Rows: name, performance, importance, quadrant (0 concentrate here, 1 keep up, 2 low priority, 3 possible overkill), sure
    (whether another sample would very likely put it there too: a filled sign, else a hollow one), tip. `cross`, `domains` and
    `titles` are (performance, importance). `quadrant_names` stand in the corners.
    """
    sheet = Sheet(heading, width, Margins(left=46, right=20, top=26, bottom=60))
    high, wide = sheet.plot_height(height), sheet.plot_width
    places = [(_at(row["performance"], domains[0], wide), high - _at(row["importance"], domains[1], high)) for row in rows]
    corners, taken = _corners(quadrant_names, wide, high)
    across = {"x": 0, "x2": wide, "y": round(high - _at(cross[1], domains[1], high), 1)}
    up = {"x": round(_at(cross[0], domains[0], wide), 1), "y": 0, "y2": high}
    hairs = [(0, across["y"] - HAIR, wide, across["y"] + HAIR), (up["x"] - HAIR, 0, up["x"] + HAIR, high)]
    broken = [lines(str(row["name"]), 172, SMALL) for row in rows]
    boxes = place_labels(places, [(max(text_width(part, SMALL) for part in parts) + 4, (LINE - 2) * len(parts)) for parts in broken],
                         (0, 0, wide, high), taken, hairs)
    points = [{"x": round(x, 1), "y": round(y, 1), "tone": row["quadrant"], "filled": int(row["sure"]), "tip": row["tip"],
               "ink": TONES[row["quadrant"]], "inside": TONES[row["quadrant"]] if row["sure"] else "white"}
              for row, (x, y) in zip(rows, places, strict=True)]
    labels = [{"x": round((box[0] + box[2]) / 2, 1), "y": round(box[1] + (LINE - 2) / 2, 1), "text": "\n".join(parts),
               "ink": TONE_INKS[row["quadrant"]]} for row, box, parts in zip(rows, boxes, broken, strict=True)]
    leaders = [leader for point, box in zip(places, boxes, strict=True) if (leader := _leader(point, box))]
    tables = {"points": points, "labels": labels, "leaders": leaders, "corners": corners, "across": [across], "up": [up],
              "axis": [{"performance": domains[0][0], "importance": domains[1][0]}]}
    return draw(sheet, high, _quadrant_layers(domains, titles, sheet.margins), tables, locale)


def _at(value: object, domain: tuple[float, float], size: float) -> float:
    return size * (float(value) - domain[0]) / (domain[1] - domain[0])


def _corners(names: Sequence[str], wide: float, high: float) -> tuple[list[dict], list[Box]]:
    """The quadrants' names in the corners of the plot and the room they take."""
    corners, taken = [], []
    for tone, name in enumerate(names):
        right, low = tone in (1, 3), tone in (2, 3)
        room = text_width(name, TEXT, bold=True) * 1.08  # the widths are rough, and a name must not leave the sheet
        left, top = (wide - room - 6 if right else 6), (high - LINE - 4 if low else 4)
        corners.append({"x": round(left + (room if right else 0), 1), "y": round(top + LINE / 2, 1), "text": name, "ink": TONE_INKS[tone],
                        "right": int(right)})
        taken.append((left, top, left + room, top + LINE))
    return corners, taken


def place_labels(points: Sequence[tuple[float, float]], sizes: Sequence[tuple[float, float]], frame: Box,
                 taken: Sequence[Box] = (), soft: Sequence[Box] = ()) -> list[Box]:
    """A place for the label of each point: nearest to it, inside the frame, over no point, no label and nothing `taken`.

    What is `soft` may be covered where nothing better is free.

    Starts with the nearest free place of each and mends what still overlaps, a few rounds; the same points always get the
    same places.
    """
    points = list(points)
    signs = [(x - POINT, y - POINT, x + POINT, y + POINT) for x, y in points]
    choices = [_candidates(point, size) for point, size in zip(points, sizes, strict=True)]
    boxes = [options[0] for options in choices]
    for _ in range(12):
        before = list(boxes)
        for i, options in enumerate(choices):
            others = [*taken, *signs, *boxes[:i], *boxes[i + 1:]]
            strangers = points[:i] + points[i + 1:]
            costs = [sum(_overlap(box, other) for other in others) + 0.5 * sum(_overlap(box, line) for line in soft)
                     + 40 * _outside(box, frame) + 120 * _ambiguous(box, points[i], strangers) + 0.6 * order
                     for order, box in enumerate(options)]
            boxes[i] = options[costs.index(min(costs))]
        if boxes == before:
            break
    return boxes


def _candidates(point: tuple[float, float], size: tuple[float, float]) -> list[Box]:
    """Places for a label around a point, the nearest first: beside it, above and below, then further out."""
    (x, y), (wide, high) = point, size
    found = []
    for away in (POINT + 3, POINT + 16, POINT + 32, POINT + 52, POINT + 76):
        for dx, dy in ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1), (0.5, -1), (-0.5, -1), (0.5, 1), (-0.5, 1)):
            left = x + dx * (away + wide / 2) - wide / 2
            top = y + dy * (away + high / 2) - high / 2
            found.append((left, top, left + wide, top + high))
    return found


def _overlap(a: Box, b: Box) -> float:
    across, down = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    return across * down if across > 0 and down > 0 else 0.0


def _ambiguous(box: Box, point: tuple[float, float], strangers: Sequence[tuple[float, float]]) -> bool:
    """Whether a reader would give the label to another point: one that is about as near to it."""
    own = _distance(box, point)
    return any(_distance(box, other) < own + 6 for other in strangers)


def _distance(box: Box, point: tuple[float, float]) -> float:
    across = max(box[0] - point[0], 0, point[0] - box[2])
    down = max(box[1] - point[1], 0, point[1] - box[3])
    return (across**2 + down**2) ** 0.5


def _outside(box: Box, frame: Box) -> float:
    return max(0, frame[0] - box[0]) + max(0, frame[1] - box[1]) + max(0, box[2] - frame[2]) + max(0, box[3] - frame[3])


def _leader(point: tuple[float, float], box: Box) -> dict | None:
    """A thin line from a point to its label where the label stands further off."""
    x, y = min(max(point[0], box[0]), box[2]), min(max(point[1], box[1]), box[3])
    far = ((x - point[0]) ** 2 + (y - point[1]) ** 2) ** 0.5
    if far < POINT + 8:
        return None
    edge = POINT / far
    return {"x": round(point[0] + edge * (x - point[0]), 1), "y": round(point[1] + edge * (y - point[1]), 1),
            "x2": round(x, 1), "y2": round(y, 1)}


def _quadrant_layers(domains, titles: tuple[str, str], margins: Margins) -> list[dict]:
    axis = {"grid": True, "tickCount": 5, "format": ",.1f"}
    scale = {"nice": False, "zero": False}
    x = {"field": "performance", "type": "quantitative", "scale": {"domain": list(domains[0]), **scale},
         "axis": {**axis, "title": titles[0], "titleAnchor": "start", "titleAlign": "left", "titlePadding": 8}}
    y = {"field": "importance", "type": "quantitative", "scale": {"domain": list(domains[1]), **scale},
         "axis": {**axis, "title": titles[1], "titleAngle": 0, "titleAlign": "left", "titleBaseline": "bottom",
                  "titleX": EDGE - margins.left, "titleY": -10}}
    hair = {"type": "rule", "color": QUIET, "strokeWidth": 1.2, "strokeDash": [6, 4]}
    sign = {"x": pixels("x"), "y": pixels("y"), "tooltip": {"field": "tip"}, **tones("shape", SHAPES),
            "fill": {"field": "inside", "type": "nominal", "scale": None}, "stroke": {"field": "ink", "type": "nominal", "scale": None}}
    end = {"x": pixels("x"), "y": pixels("y")}
    return [
        {"data": {"name": "axis"}, "mark": {"type": "point", "opacity": 0}, "encoding": {"x": x, "y": y}},
        {"data": {"name": "across"}, "mark": hair, "encoding": {**end, "x2": {"field": "x2"}}},
        {"data": {"name": "up"}, "mark": hair, "encoding": {**end, "y2": {"field": "y2"}}},
        {"data": {"name": "leaders"}, "mark": {"type": "rule", "color": GREY, "strokeWidth": 1},
         "encoding": {**end, "x2": {"field": "x2"}, "y2": {"field": "y2"}}},
        {"data": {"name": "points"}, "mark": {"type": "point", "size": 120, "strokeWidth": 2, "opacity": 1}, "encoding": sign},
        words("labels", align="center", fontSize=SMALL, lineHeight=LINE - 2),
        *({**words("corners", align=side, fontWeight="bold"), "transform": [{"filter": f"datum.right == {flag}"}]}
          for side, flag in (("left", 0), ("right", 1))),
    ]


def priorities(rows: Rows, heading: Heading, *, top: float, equal: float, equal_label: str, x_title: str, locale: Mapping[str, dict],
               decimals: int = 1, width: int = 720) -> Picture:
    """Priority of each competency: a bar, its 90 % interval as a whisker, and the value in figures.

    Rows: name, p05, p50, p95 (p50 is the priority itself), tone (0 cannot be told from the first, 2 the others), tip. The axis
    runs from 0 to `top`; the dashed line at `equal` is an equal share for all.
    """
    sheet = Sheet(heading, width, Margins(left=NAMES, right=142, top=30, bottom=60))
    pitch = 36
    bars, values, names = [], [], []
    for order, row in enumerate(rows):
        y, tone = (order + 0.5) * pitch, int(row["tone"])
        bars.append({"from": y - 10, "y": y, "to": y + 10, "tone": tone, "tip": row["tip"], "zero": 0,
                     **{key: round(float(row[key]), 4) for key in ("p05", "p50", "p95")}})
        values.append({"x": sheet.plot_width + 12, "y": y, "text": with_band(row, decimals, locale), "ink": TONE_INKS[tone]})
        parts = lines(str(row["name"]), NAMES - 22, TEXT)
        names.append({"x": EDGE - NAMES, "y": y - (len(parts) - 1) * (LINE - 2) / 2, "text": "\n".join(parts), "ink": INK})
    line = {"x": round(sheet.plot_width * equal / top, 1), "y": 0, "y2": pitch * len(rows)}
    label = {"x": line["x"], "y": -12, "text": equal_label, "ink": QUIET}
    tables = {"bars": bars, "values": values, "names": names, "equal": [line], "equal_label": [label]}
    return draw(sheet, pitch * len(rows), _bar_layers(top, x_title), tables, locale)


def _bar_layers(top: float, x_title: str) -> list[dict]:
    x = {"type": "quantitative", "scale": {"domain": [0, top], "nice": False},
         "axis": {"title": x_title, "titleAnchor": "start", "titleAlign": "left", "titlePadding": 8, "tickCount": 5, "grid": True,
                  "format": ",~f"}}

    def layer(mark: dict, **channels: dict) -> dict:
        return {"data": {"name": "bars"}, "mark": mark, "encoding": channels}

    whisker = {"type": "rule", "color": INK, "strokeWidth": 2}
    cap = {"type": "tick", "color": INK, "thickness": 2, "size": 10, "orient": "vertical"}
    return [
        layer({"type": "rect", "opacity": 0.55}, x={"field": "zero", **x}, x2={"field": "p50"}, y=pixels("from"),
              y2={"field": "to"}, tooltip={"field": "tip"}, **tones("color", TONES)),
        layer(whisker, x={"field": "p05", **x}, x2={"field": "p95"}, y=pixels("y")),
        layer(cap, x={"field": "p05", **x}, y=pixels("y")),
        layer(cap, x={"field": "p95", **x}, y=pixels("y")),
        {"data": {"name": "equal"}, "mark": {"type": "rule", "color": QUIET, "strokeWidth": 1.2, "strokeDash": [6, 4]},
         "encoding": {"x": pixels("x"), "y": pixels("y"), "y2": {"field": "y2"}}},
        words("equal_label", align="center", fontSize=SMALL),
        words("values"),
        words("names", lineHeight=LINE - 2),
    ]
