"""A map of units: the larger the area, the more people it serves; the colour says how its IKM changes.

As in `charts`: rows in, a picture out, nothing computed but places on the sheet.
"""

from collections.abc import Mapping, Sequence

from simulation.present.frame import (
    EDGE,
    INK,
    LINE,
    QUIET,
    SMALL,
    Heading,
    Margins,
    Sheet,
    draw,
    lines,
    pixels,
    text_width,
    words,
)
from simulation.present.picture import Picture, Rows

LOSS, NONE, GAIN = "#D55E00", "#f7f7f7", "#0072B2"
PALE = 0.55  # of the way to the full colour a dark word can still be read on
LEGEND, PAD = 40, 5
TELLING = 14  # letters of a shortened name at least


def unit_map(rows: Rows, heading: Heading, *, most: float, legend: Sequence[str], locale: Mapping[str, dict], width: int, height: int) -> Picture:
    """Rectangles, squarified; those with room carry a name and the change.

    Rows: name, size (above zero), change, text (the change in words), tip.

    Args:
        most: change that has the full colour. legend: words for the largest loss, none and the largest gain.
    """
    sheet = Sheet(heading, width, Margins(left=EDGE, right=EDGE, top=LEGEND, bottom=12))
    ordered = sorted(rows, key=lambda row: -float(row["size"]))
    places = squarified([float(row["size"]) for row in ordered], sheet.plot_width, height)
    tables: dict[str, list[dict]] = {"tiles": [], "names": [], "swatches": [], "legend": []}
    for row, (x, y, w, h) in zip(ordered, places, strict=True):
        share = max(-1.0, min(1.0, float(row["change"]) / most if most else 0.0))
        tables["tiles"].append({"x": x, "x2": x + w, "y": y, "y2": y + h, "fill": shade(share), "tip": row["tip"]})
        block = _label(str(row["name"]), str(row["text"]), w - 2 * PAD, h - 2 * PAD)
        if block:
            tables["names"].append({"x": x + PAD, "y": y + PAD, "text": block, "ink": INK})
    at = 0.0
    for tone, text in zip((-1.0, 0.0, 1.0), legend, strict=True):
        tables["swatches"].append({"x": at, "x2": at + 16, "y": -LEGEND + 8, "y2": -LEGEND + 24, "fill": shade(tone)})
        tables["legend"].append({"x": at + 22, "y": -LEGEND + 16, "text": text, "ink": QUIET})
        at += 22 + text_width(text, SMALL) + 24
    return draw(sheet, height, _layers(), tables, locale)


def shade(share: float) -> str:
    """A colour between loss, none and gain for -1 to 1, pale enough for dark words."""
    end = GAIN if share > 0 else LOSS
    parts = []
    for low, high in zip(_rgb(NONE), _rgb(end), strict=True):
        parts.append(round(low + (high - low) * abs(share) * PALE))
    return "#{:02x}{:02x}{:02x}".format(*parts)


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[i:i + 2], 16) for i in (1, 3, 5))


def _label(name: str, text: str, room: float, height: float) -> str:
    """Name and change where they fit, a shortened name where it nearly does, the change alone, or nothing: every name is in the table."""
    most = int((height + 5) // LINE)
    if most < 1 or text_width(text, SMALL) > room:
        return ""
    names = lines(name, room, SMALL)
    if len(names) > most - 1 or any(text_width(line, SMALL) > room for line in names):
        names = _shortened(names, most - 1, room)
    return "\n".join([*names, text])


def _shortened(names: Sequence[str], most: int, room: float) -> list[str]:
    """The lines that fit, the last one with dots; none when too little would be left to tell it from others."""
    kept: list[str] = []
    for line in names[:most]:
        if text_width(line, SMALL) > room:
            break
        kept.append(line)
    parts = kept[-1].split() if kept else []
    while parts and text_width(" ".join(parts) + " \u2026", SMALL) > room:
        parts.pop()
    shorter = [*kept[:-1], " ".join(parts) + " \u2026"] if parts else []
    return shorter if len(" ".join(shorter)) >= TELLING else []


def squarified(sizes: Sequence[float], width: float, height: float) -> list[tuple[float, float, float, float]]:
    """Rectangles (x, y, width, height) whose areas are in proportion to `sizes`, largest first, as square as a strip allows."""
    total = sum(sizes)
    areas = [size / total * width * height for size in sizes] if total else []
    x, y, w, h, placed, start = 0.0, 0.0, width, height, [], 0
    while start < len(areas):
        side, end = min(w, h), start + 1
        while end < len(areas) and _worst(areas[start:end + 1], side) <= _worst(areas[start:end], side):
            end += 1
        strip = areas[start:end]
        thick, along = sum(strip) / side, 0.0
        for area in strip:
            length = area / thick
            placed.append((x, y + along, thick, length) if w >= h else (x + along, y, length, thick))
            along += length
        x, y, w, h = (x + thick, y, w - thick, h) if w >= h else (x, y + thick, w, h - thick)
        start = end
    return placed


def _worst(strip: Sequence[float], side: float) -> float:
    """The largest ratio of sides in a strip along `side`."""
    total = sum(strip)
    return max(side * side * max(strip) / total**2, total**2 / (side * side * min(strip)))


def _layers() -> list[dict]:
    box = {"x": pixels("x"), "x2": {"field": "x2"}, "y": pixels("y"), "y2": {"field": "y2"},
           "fill": {"field": "fill", "type": "nominal", "scale": None}}
    return [
        {"data": {"name": "tiles"}, "mark": {"type": "rect", "stroke": "white", "strokeWidth": 2}, "encoding": {**box, "tooltip": {"field": "tip"}}},
        {"data": {"name": "swatches"}, "mark": {"type": "rect", "stroke": QUIET, "strokeWidth": 1}, "encoding": box},
        words("names", baseline="top", fontSize=SMALL),
        words("legend", fontSize=SMALL),
    ]
