"""From rupiah to satisfaction: one box per link with its number, an arrow to the next.

As in `charts`: words in, a picture out, nothing computed but places on the sheet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simulation.present.frame import (
    BLUE,
    BLUE_INK,
    EDGE,
    GREY,
    GREY_INK,
    INK,
    QUIET,
    SMALL,
    VERMILLION,
    VERMILLION_INK,
    Heading,
    Margins,
    Sheet,
    draw,
    lines,
    pixels,
    words,
)
from simulation.present.picture import Picture

NARROW, WIDE = 560, 900  # pixels; below the first the boxes stand under each other, above the second the letters are larger
ARROW, PAD = 20, 8
TONES = {"good": (BLUE, BLUE_INK), "bad": (VERMILLION, VERMILLION_INK), "": (GREY, GREY_INK)}


@dataclass(frozen=True)
class Link:
    """One box.

    Attributes:
        name: what it is. value: its number with the unit. detail: its band, or the baseline's number.
        word: what the number means ("shorter"). tone: "good", "bad" or "" for neither; the word says the same.
    """

    name: str
    value: str
    detail: str
    word: str = ""
    tone: str = ""


@dataclass(frozen=True)
class _Letters:
    """Sizes and line heights of names and details, and of values."""

    small: int
    line: int
    large: int
    large_line: int


def chain(links: Sequence[Link], heading: Heading, *, locale: Mapping[str, dict], width: int) -> Picture:
    """Boxes from left to right, or from top to bottom on a narrow sheet; numbers stand on one line."""
    sheet = Sheet(heading, width, Margins(left=EDGE, right=EDGE, top=4, bottom=14))
    letters = _Letters(17, 23, 26, 33) if width >= WIDE else _Letters(SMALL, 19, 18, 24)
    down = width < NARROW
    room = sheet.plot_width if down else (sheet.plot_width - ARROW * (len(links) - 1)) / len(links)
    texts = [_texts(link, room - 2 * PAD, letters) for link in links]
    most = [max(len(text[part]) for text in texts) for part in range(4)]
    tables: dict[str, list[dict]] = {"boxes": [], "arrows": [], "names": [], "values": [], "details": [], "words": []}
    x, y, tall = 0.0, 0.0, 0.0
    for place, (link, text) in enumerate(zip(links, texts, strict=True)):
        rows = [len(part) for part in text] if down else most
        tall = _height(rows, letters)
        edge, ink = TONES[link.tone]
        tables["boxes"].append({"x": x, "x2": x + room, "y": y, "y2": y + tall, "edge": edge})
        _write(tables, text, rows, x + PAD, y + PAD, letters, ink)
        if place < len(links) - 1:
            tables["arrows"].append({"x": x + room / 2, "y": y + tall + ARROW / 2, "angle": 180} if down
                                    else {"x": x + room + ARROW / 2, "y": y + tall / 2, "angle": 90})
        x, y = (x, y + tall + ARROW) if down else (x + room + ARROW, y)
    return draw(sheet, y - ARROW if down else tall, _layers(letters), tables, locale)


def _texts(link: Link, room: float, letters: _Letters) -> tuple[list[str], ...]:
    return (lines(link.name, room, letters.small), lines(link.value, room, letters.large, bold=True),
            lines(link.detail, room, letters.small), lines(link.word, room, letters.small, bold=True))


def _heights(rows: Sequence[int], letters: _Letters) -> list[float]:
    return [count * line + 4 * (count > 0) for count, line in zip(rows, (letters.line, letters.large_line, letters.line, letters.line), strict=True)]


def _height(rows: Sequence[int], letters: _Letters) -> float:
    return 2 * PAD + sum(_heights(rows, letters)) - 4


def _write(tables: dict, text: Sequence[list[str]], rows: Sequence[int], x: float, y: float, letters: _Letters, ink: str) -> None:
    """The four texts of a box, each in the room that the longest of its kind needs; the word follows the detail."""
    heights = _heights(rows, letters)
    for key, block, height, colour in zip(("names", "values", "details", "words"), text, heights, (QUIET, INK, QUIET, ink), strict=True):
        if block:
            tables[key].append({"x": x, "y": y, "text": "\n".join(block), "ink": colour})
        y += height


def _layers(letters: _Letters) -> list[dict]:
    small = {"baseline": "top", "fontSize": letters.small, "lineHeight": letters.line}
    return [
        {"data": {"name": "boxes"}, "mark": {"type": "rect", "cornerRadius": 6, "fill": "#f7f9fb", "strokeWidth": 2},
         "encoding": {"x": pixels("x"), "x2": {"field": "x2"}, "y": pixels("y"), "y2": {"field": "y2"},
                      "stroke": {"field": "edge", "type": "nominal", "scale": None}}},
        {"data": {"name": "arrows"}, "mark": {"type": "point", "shape": "triangle-up", "filled": True, "size": 150, "color": QUIET, "opacity": 1},
         "encoding": {"x": pixels("x"), "y": pixels("y"), "angle": {"field": "angle", "type": "quantitative", "scale": None}}},
        words("names", **small),
        words("values", baseline="top", fontSize=letters.large, fontWeight="bold", lineHeight=letters.large_line),
        words("details", **small),
        words("words", fontWeight="bold", **small),
    ]
