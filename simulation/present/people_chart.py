"""A hundred people by level: one small figure for each, in a block of ten by ten, with the counts in large type.

As in `charts`: words in, a picture out, nothing computed but places on the sheet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simulation.present.charts import LEVELS
from simulation.present.frame import (
    EDGE,
    INK,
    LINE,
    QUIET,
    TEXT,
    Heading,
    Margins,
    Sheet,
    draw,
    lines,
    pixels,
    words,
)
from simulation.present.picture import Picture

NARROW, WIDE = 560, 900  # pixels; below the first the blocks stand under each other, above the second letters are larger
GAP, COLUMNS = 26, 10
USUAL, LARGE = (24, TEXT, 18), (34, 19, 26)  # height of a row of counts, letters of its level, of its count
LARGEST = 28  # pixels of one figure at most
PERSON = ("M-0.32,-0.62A0.32,0.32,0,1,1,0.32,-0.62A0.32,0.32,0,1,1,-0.32,-0.62Z"
          "M-0.5,1V0.1A0.32,0.32,0,0,1,-0.18,-0.22H0.18A0.32,0.32,0,0,1,0.5,0.1V1Z")


@dataclass(frozen=True)
class Hundred:
    """One block: its name and how many of a hundred people stand at levels 1 to 5."""

    name: str
    counts: tuple[int, ...]


def people(blocks: Sequence[Hundred], heading: Heading, *, level_names: Sequence[str], locale: Mapping[str, dict], width: int) -> Picture:
    """One to three blocks; the highest level stands on top and is the darkest."""
    sheet = Sheet(heading, width, Margins(left=EDGE, right=EDGE, top=8, bottom=12))
    down, sizes = width < NARROW, LARGE if width >= WIDE else USUAL
    row = sizes[0]
    room = sheet.plot_width if down else (sheet.plot_width - GAP * (len(blocks) - 1)) / max(len(blocks), 3)
    cell = min(LARGEST, (room * 0.5 if down else room) / COLUMNS)
    titles = [lines(block.name, room, TEXT, bold=True) for block in blocks]
    over = LINE * max(map(len, titles)) + 8
    tables: dict[str, list[dict]] = {"people": [], "titles": [], "signs": [], "levels": [], "counts": []}
    x, y, tall = 0.0, 0.0, 0.0
    for block, title in zip(blocks, titles, strict=True):
        tables["titles"].append({"x": x, "y": y, "text": "\n".join(title), "ink": INK})
        top = y + (LINE * len(title) + 8 if down else over)
        _stand(tables, block, x, top, cell)
        if down:
            _count(tables, block, level_names, x + COLUMNS * cell + 14, top + 5 * cell - 2.5 * row, room - COLUMNS * cell - 14, row)
            y = top + COLUMNS * cell + GAP
        else:
            _count(tables, block, level_names, x, top + COLUMNS * cell + 12, min(room, COLUMNS * cell), row)
            tall, x = over + COLUMNS * cell + 12 + len(level_names) * row, x + room + GAP
    return draw(sheet, y - GAP if down else tall, _layers(cell, sizes), tables, locale)


def _stand(tables: dict, block: Hundred, x: float, y: float, cell: float) -> None:
    """A hundred figures, the highest level first."""
    levels = [k + 1 for k in reversed(range(len(block.counts))) for _ in range(block.counts[k])]
    for place, level in enumerate(levels):
        row, column = divmod(place, COLUMNS)
        tables["people"].append({"x": round(x + (column + 0.5) * cell, 2), "y": round(y + (row + 0.5) * cell, 2), "level": level})


def _count(tables: dict, block: Hundred, names: Sequence[str], x: float, y: float, room: float, row: float) -> None:
    """The name of each level and how many stand there."""
    for place, level in enumerate(reversed(range(len(names)))):
        middle = y + (place + 0.5) * row
        tables["signs"].append({"x": x + 7, "y": middle, "level": level + 1})
        tables["levels"].append({"x": x + row, "y": middle, "text": names[level], "ink": INK})
        tables["counts"].append({"x": x + room, "y": middle, "text": str(block.counts[level]), "ink": INK})


def _layers(cell: float, sizes: tuple[int, int, int]) -> list[dict]:
    def figures(dataset: str, height: float) -> dict:
        mark = {"type": "point", "shape": PERSON, "size": height**2, "filled": True, "opacity": 1, "stroke": QUIET, "strokeWidth": 0.8}
        fill = {"field": "level", "type": "ordinal", "legend": None, "scale": {"domain": [1, 2, 3, 4, 5], "range": list(LEVELS)}}
        return {"data": {"name": dataset}, "mark": mark, "encoding": {"x": pixels("x"), "y": pixels("y"), "fill": fill}}

    return [
        figures("people", 0.86 * cell),
        figures("signs", 0.75 * sizes[0]),
        words("titles", baseline="top", fontWeight="bold"),
        words("levels", fontSize=sizes[1]),
        words("counts", align="right", fontSize=sizes[2], fontWeight="bold"),
    ]
