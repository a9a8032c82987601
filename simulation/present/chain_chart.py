"""From rupiah to satisfaction: one box per link with its number, an arrow to the next.

As in `charts`: words in, a picture out, nothing computed but places on the sheet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simulation.present.frame import (
    BLUE,
    EDGE,
    GRID,
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
    words,
)
from simulation.present.picture import Picture

NARROW = 560  # pixels; below this the boxes stand under each other
ARROW, PAD, VALUE, VALUE_LINE = 26, 10, 18, 24


@dataclass(frozen=True)
class Link:
    """One box: what it is, its number, and a line of detail."""

    name: str
    value: str
    detail: str


def chain(links: Sequence[Link], heading: Heading, *, locale: Mapping[str, dict], width: int) -> Picture:
    """Boxes from left to right, or from top to bottom on a narrow sheet."""
    sheet = Sheet(heading, width, Margins(left=EDGE, right=EDGE, top=4, bottom=14))
    down = width < NARROW
    room = sheet.plot_width if down else (sheet.plot_width - ARROW * (len(links) - 1)) / len(links)
    texts = [_texts(link, room - 2 * PAD) for link in links]
    heights = [_height(text) for text in texts]
    tall = max(heights)
    tables: dict[str, list[dict]] = {"boxes": [], "arrows": [], "names": [], "values": [], "details": []}
    x, y = 0.0, 0.0
    for place, (text, own) in enumerate(zip(texts, heights, strict=True)):
        height = own if down else tall
        tables["boxes"].append({"x": x, "x2": x + room, "y": y, "y2": y + height})
        _write(tables, text, x + PAD, y + PAD)
        if place < len(links) - 1:
            tables["arrows"].append({"x": x + room / 2, "y": y + height + ARROW / 2, "angle": 180} if down
                                    else {"x": x + room + ARROW / 2, "y": y + height / 2, "angle": 90})
        x, y = (x, y + height + ARROW) if down else (x + room + ARROW, y)
    return draw(sheet, y - ARROW if down else tall, _layers(), tables, locale)


def _texts(link: Link, room: float) -> tuple[list[str], list[str], list[str]]:
    return lines(link.name, room, SMALL), lines(link.value, room, VALUE, bold=True), lines(link.detail, room, SMALL)


def _height(text: tuple[list[str], list[str], list[str]]) -> float:
    name, value, detail = text
    return 2 * PAD + LINE * (len(name) + len(detail)) + VALUE_LINE * len(value) + 8


def _write(tables: dict, text: tuple, x: float, y: float) -> None:
    for key, block, line, ink in zip(("names", "values", "details"), text, (LINE, VALUE_LINE, LINE), (QUIET, INK, QUIET), strict=True):
        tables[key].append({"x": x, "y": y, "text": "\n".join(block), "ink": ink})
        y += line * len(block) + 4


def _layers() -> list[dict]:
    return [
        {"data": {"name": "boxes"}, "mark": {"type": "rect", "cornerRadius": 6, "fill": "#f5f8fb", "stroke": BLUE, "strokeWidth": 1.5},
         "encoding": {"x": pixels("x"), "x2": {"field": "x2"}, "y": pixels("y"), "y2": {"field": "y2"}}},
        {"data": {"name": "arrows"}, "mark": {"type": "point", "shape": "triangle-up", "filled": True, "size": 140, "color": BLUE, "opacity": 1},
         "encoding": {"x": pixels("x"), "y": pixels("y"), "angle": {"field": "angle", "type": "quantitative", "scale": None}}},
        words("names", baseline="top", fontSize=SMALL),
        words("values", baseline="top", fontSize=VALUE, fontWeight="bold", lineHeight=VALUE_LINE),
        words("details", baseline="top", fontSize=SMALL, stroke=GRID, strokeWidth=0),
    ]
