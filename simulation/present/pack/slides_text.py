"""How much text fits: sizes and line counts are estimated beforehand, so that nothing runs over the edge of a slide.

Lengths are in points; a slide is 960 by 540.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from simulation.present.frame import lines, text_width

WIDTH, HEIGHT = 960, 540
EDGE = 43
ROOM = WIDTH - 2 * EDGE
TITLE_TOP, TOP = 26, 108  # of the title and of what stands below it
SPACING = 1.2  # line height over size of type
SAFE = 0.94  # share of a line that is counted on: fonts differ from machine to machine
BODY = 18  # smallest type of a sentence


@dataclass(frozen=True)
class Block:
    """A paragraph and the size of type it gets."""

    text: str
    size: int
    bold: bool = False
    bullet: bool = False
    gap: int = 9

    @property
    def height(self) -> float:
        """Room it takes with the gap below."""
        return lines_of(self.text, ROOM - (22 if self.bullet else 0), self.size, self.bold) * self.size * SPACING + self.gap


def lines_of(text: str, room: float, size: float, bold: bool = False) -> int:
    """Lines that a text takes; a word longer than a line is broken."""
    usable = room * SAFE
    return max(1, sum(max(1, math.ceil(text_width(line, size, bold) / usable)) for line in lines(text, usable, size, bold)))


def fitting(text: str, room: float, height: float, sizes: Sequence[float], bold: bool = False) -> float:
    """The largest of the sizes (falling) at which a text fits, else the last."""
    for size in sizes:
        if lines_of(text, room, size, bold) * size * SPACING <= height:
            return size
    return sizes[-1]


def cut(text: str, room: float, height: float, size: float, bold: bool = False) -> str:
    """The text, or as much of it as fits with an ellipsis."""
    if lines_of(text, room, size, bold) * size * SPACING <= height:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        fits = lines_of(text[:middle].rstrip() + "…", room, size, bold) * size * SPACING <= height
        low, high = (middle, high) if fits else (low, middle - 1)
    return text[:low].rstrip() + "…"


def first_sentences(text: str, room: float, height: float, size: float) -> str:
    """As many whole sentences as fit; none where the first does not."""
    kept = ""
    for sentence in text.split(". "):
        longer = f"{kept}. {sentence}" if kept else sentence
        if lines_of(longer + ".", room, size) * size * SPACING > height:
            break
        kept = longer
    return kept if not kept or kept.endswith((".", "!", "?")) else kept + "."


def flow(blocks: Sequence[Block], height: float) -> list[list[Block]]:
    """Paragraphs over slides of that height, in order; a slide holds at least one."""
    slides: list[list[Block]] = [[]]
    used = 0.0
    for block in blocks:
        if slides[-1] and used + block.height > height:
            slides.append([])
            used = 0.0
        slides[-1].append(block)
        used += block.height
    return slides


@dataclass(frozen=True)
class Grid:
    """A table laid out.

    Attributes:
        rows: text cells, the header first. widths: of the columns. heights: of the rows. size: of type.
    """

    rows: list[list[str]]
    widths: list[float]
    heights: list[float]
    size: int


PAD_X, PAD_Y = 7, 4  # inside a cell, on either side


def grid(rows: Sequence[Sequence[str]], size: int) -> Grid:
    """Columns as wide as their words call for, within the slide."""
    longest = [max(min(text_width(row[c], size, True), 330.0) for row in rows) for c in range(len(rows[0]))]
    words = [max(text_width(word, size, True) for row in rows for word in row[c].split() or [""]) for c in range(len(rows[0]))]
    least = [min(word, 130.0) / SAFE + 2 * PAD_X + 2 for word in words]
    wish = [max(a / SAFE + 2 * PAD_X + 2, b) for a, b in zip(longest, least, strict=True)]
    spare, over = ROOM - sum(least), sum(w - x for w, x in zip(wish, least, strict=True))
    share = max(spare, 0.0) / over if over else 0.0
    widths = [x + share * (w - x) for w, x in zip(wish, least, strict=True)]
    widths = [w * ROOM / sum(widths) for w in widths]
    heights = [max(lines_of(cell, w - 2 * PAD_X, size, r == 0) for cell, w in zip(row, widths, strict=True)) * size * SPACING + 2 * PAD_Y
               for r, row in enumerate(rows)]
    return Grid([list(row) for row in rows], widths, heights, size)


def grids(rows: Sequence[Sequence[str]], height: float, sizes: Sequence[int] = (18, 16, 14, 12)) -> list[Grid]:
    """A table over as few slides as it takes, in the largest type that keeps it on one; the header stands on each."""
    for size in sizes:
        whole = grid(rows, size)
        if sum(whole.heights) <= height:
            return [whole]
    size = sizes[-1]
    longest = [[cut(cell, w - 2 * PAD_X, height / 3, size) for cell, w in zip(row, whole.widths, strict=True)] for row in rows]
    parts: list[list[list[str]]] = [[longest[0]]]
    for row in longest[1:]:
        if len(parts[-1]) > 1 and sum(grid([*parts[-1], row], size).heights) > height:
            parts.append([longest[0]])
        parts[-1].append(row)
    return [grid(part, size) for part in parts]
