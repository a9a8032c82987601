"""The sheet every chart is drawn on: heading at the left, small print below, the same margins and colours.

Sizes are in pixels. The outer size and the margins are fixed beforehand, so a chart that repaints never jumps.
Colours are Okabe and Ito's, which people with any common colour blindness tell apart; words in the same hue are
darker, so that they can be read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simulation.present.picture import Picture, Rows

FONT = "Liberation Sans, Arial, Helvetica, DejaVu Sans, sans-serif"
SMALL, TEXT, TITLE = 14, 15, 21
LINE, TITLE_LINE = 19, 26
EDGE, GAP = 10, 10
INK, QUIET, GRID = "#202124", "#5a5f66", "#e4e6e9"
BLUE, VERMILLION, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#6b6b6b"
BLUE_INK, VERMILLION_INK, GREEN_INK, GREY_INK = "#005a8d", "#a34700", "#00694c", "#4d4d4d"


@dataclass(frozen=True)
class Heading:
    """The words around a chart, already in the reader's language.

    `note` is the small print: which scenarios, how many draws, which data, how much of it is assumption.
    `description` is read aloud in place of the picture.
    """

    title: str
    subtitle: str = ""
    note: str = ""
    description: str = ""


@dataclass(frozen=True)
class Margins:
    """Room beside the plot for names, values and axis labels, in pixels."""

    left: int
    right: int
    top: int
    bottom: int


@dataclass(frozen=True)
class Sheet:
    """A heading laid out at a given width, and the room it leaves for the plot."""

    heading: Heading
    width: int
    margins: Margins

    @property
    def title(self) -> list[str]:
        """The lines of the title."""
        return lines(self.heading.title, self.width - 2 * EDGE, TITLE, bold=True)

    @property
    def subtitle(self) -> list[str]:
        """The lines of the subtitle."""
        return lines(self.heading.subtitle, self.width - 2 * EDGE, TEXT)

    @property
    def note(self) -> list[str]:
        """The lines of the small print."""
        return lines(self.heading.note, self.width - 2 * EDGE, SMALL)

    @property
    def top(self) -> int:
        """Room above the plot."""
        return EDGE + TITLE_LINE * len(self.title) + LINE * len(self.subtitle) + GAP + self.margins.top

    @property
    def bottom(self) -> int:
        """Room below the plot."""
        return EDGE + LINE * len(self.note) + self.margins.bottom

    @property
    def plot_width(self) -> int:
        """Width of the plot between its margins."""
        return self.width - self.margins.left - self.margins.right

    def plot_height(self, height: int) -> int:
        """Height of the plot on a sheet of the given outer height."""
        return height - self.top - self.bottom


def draw(sheet: Sheet, plot_height: float, layers: Sequence[dict], rows: Mapping[str, list[dict]],
         locale: Mapping[str, dict]) -> Picture:
    """Put the layers on the sheet: a picture whose words are parameters, so that they change without a redraw."""
    margins, heading = sheet.margins, sheet.heading
    blocks = {"title_lines": sheet.title, "subtitle_lines": sheet.subtitle, "note_lines": sheet.note}
    below_title = EDGE + TITLE_LINE * len(sheet.title) - sheet.top
    spec = {
        "description": heading.description or " ".join(filter(None, (heading.title, heading.subtitle))),
        "width": sheet.plot_width,
        "height": plot_height,
        "autosize": "none",
        "padding": {"left": margins.left, "right": margins.right, "top": sheet.top, "bottom": sheet.bottom},
        "params": [{"name": name, "value": block} for name, block in blocks.items()],
        "layer": [
            *layers,
            _block("title_lines", margins, EDGE - sheet.top, TITLE, INK, fontWeight="bold", lineHeight=TITLE_LINE),
            _block("subtitle_lines", margins, below_title, TEXT, QUIET),
            _block("note_lines", margins, plot_height + margins.bottom, SMALL, QUIET),
        ],
        "config": _config(locale),
    }
    return Picture(spec, dict(rows))


def _block(parameter: str, margins: Margins, y: float, size: int, colour: str, **style: object) -> dict:
    """A layer that writes the lines of a parameter at the left edge of the sheet."""
    mark = {"type": "text", "align": "left", "baseline": "top", "x": EDGE - margins.left, "y": y, "fontSize": size,
            "lineHeight": LINE, "color": colour, "text": {"expr": parameter}, **style}
    return {"data": {"values": [{}]}, "mark": mark}


def _config(locale: Mapping[str, dict]) -> dict:
    return {
        "locale": dict(locale),
        "font": FONT,
        "background": "white",
        "view": {"stroke": None},
        "axis": {"labelFontSize": TEXT, "labelColor": QUIET, "labelPadding": 7, "titleFontSize": TEXT,
                 "titleFontWeight": "normal", "titleColor": QUIET, "gridColor": GRID, "domain": False, "ticks": False,
                 "labelFlush": False},
        "text": {"font": FONT, "fontSize": TEXT, "color": INK},
    }


def pixels(name: str) -> dict:
    """An encoding that takes a row's field as it is, in pixels from the left or the top of the plot."""
    return {"field": name, "type": "quantitative", "scale": None}


def words(dataset: str, *, align: str = "left", baseline: str = "middle", **style: object) -> dict:
    """A layer that writes the field `text` of each row at its `x` and `y` pixels, in its `ink`."""
    return {
        "data": {"name": dataset},
        "mark": {"type": "text", "align": align, "baseline": baseline, "lineBreak": "\n", "lineHeight": LINE, **style},
        "encoding": {
            "x": pixels("x"),
            "y": pixels("y"),
            "text": {"field": "text"},
            "color": {"field": "ink", "type": "nominal", "scale": None},
        },
    }


def text_width(text: str, size: int, bold: bool = False) -> float:
    """About how wide a line of text is, in pixels: Helvetica's letters in four widths."""
    widths = (0.29 if sign in "ijlI.,:;'|!()[] " else 0.36 if sign in "frt-" else 0.85 if sign in "mwMW%@" else
              0.68 if sign.isupper() else 0.55 for sign in text)
    return sum(widths) * size * (1.07 if bold else 1.0)


def lines(text: str, room: float, size: int, bold: bool = False) -> list[str]:
    """Break a text into lines no wider than `room` pixels; a single longer word keeps its line."""
    broken: list[str] = []
    for word in text.split():
        longer = f"{broken[-1]} {word}" if broken else word
        if broken and text_width(longer, size, bold) <= room:
            broken[-1] = longer
        else:
            broken.append(word)
    return broken


def spread(centres: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float]:
    """Move labels apart until none overlaps, as little as needed and inside `low` to `high`; the order stays."""
    order = sorted(range(len(centres)), key=lambda i: centres[i])
    groups: list[tuple[list[int], float, float]] = []
    for i in order:
        members, total, top = [i], heights[i], centres[i] - heights[i] / 2
        while groups and groups[-1][2] + groups[-1][1] > top:
            before, its_total, _ = groups.pop()
            members, total = before + members, its_total + total
            middle = sum(centres[m] for m in members) / len(members)
            top = middle - total / 2
        groups.append((members, total, min(max(top, low), high - total)))
    places = [0.0] * len(centres)
    for members, _, top in groups:
        for m in members:
            places[m] = top + heights[m] / 2
            top += heights[m]
    return places


def tones(channel: str, values: Sequence[object]) -> dict:
    """An encoding that gives a row the value at the place its field `tone` names."""
    scale = {"domain": list(range(len(values))), "range": list(values)}
    return {channel: {"field": "tone", "type": "nominal", "scale": scale, "legend": None}}


def distinct(rows: Rows, key: str, most: int | None = None) -> list:
    """The values of a field in the order in which they first appear: at least one, and no more than `most`."""
    values = list(dict.fromkeys(row[key] for row in rows))
    if not values:
        raise ValueError("rows is empty: there is nothing to draw")
    if most and len(values) > most:
        raise ValueError(f"rows has {len(values)} values of {key!r}; this chart shows at most {most}: {values}")
    return values
