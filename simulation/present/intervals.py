"""Charts of dots with their 90 % bands, one line of the sheet for each: waiting times and differences.

As in `charts`: tidy rows and translated words in, a picture out, nothing computed but places on the sheet.
"""

from collections.abc import Mapping, Sequence

from simulation.present.frame import (
    BLUE,
    BLUE_INK,
    EDGE,
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
    distinct,
    draw,
    lines,
    pixels,
    text_width,
    tones,
    words,
)
from simulation.present.picture import Picture, Rows, number, signed, with_band

PALE, PALE_INK = "#848d96", "#5c646c"  # what is known to be equal steps back
TONES, TONE_INKS = (GREY, BLUE, VERMILLION, PALE), (GREY_INK, BLUE_INK, VERMILLION_INK, PALE_INK)
EQUALS = "M-1,-0.7H1V-0.15H-1ZM-1,0.15H1V0.7H-1Z"
SHAPES = ("circle", "diamond", "square", EQUALS)
VERDICT_TONES = {"cannot tell": 0, "better": 1, "worse": 2, "practically the same": 3}
NAMES, SLIM, NARROW = 212, 20, 480  # pixels for names beside the dots; on a sheet narrower than the last they stand above


def waiting(rows: Rows, heading: Heading, *, x_domain: tuple[float, float], x_title: str, locale: Mapping[str, dict],
            decimals: int = 1, width: int = 680) -> Picture:
    """Minutes at the counters, now and with each scenario: the median as a dot, the 90 % band as a bar.

    Rows: counter, series (now, a scenario, another), p05, p50, p95 in minutes. The first series is grey: it is today.
    """
    counters, series = distinct(rows, "counter"), distinct(rows, "series", most=3)
    left, above = _names_room(counters, width)
    legend, over = _legend(series, range(len(series)), width, 20, left)
    sheet = Sheet(heading, width, Margins(left=left, right=56, top=over, bottom=60))
    pitch = 22
    block = pitch * len(series) + 20 + above
    dots, values = [], []
    for row in rows:
        tone = series.index(row["series"])
        y = (counters.index(row["counter"]) + 0.5) * block + above / 2 + (tone - (len(series) - 1) / 2) * pitch
        dot = _dot(row, y, tone, f"{row['counter']}, {row['series']}: {with_band(row, decimals, locale)}")
        end = _place(dot["p95"], x_domain, sheet.plot_width)
        dots.append(dot)
        values.append({"x": end + 9, "y": y, "text": number(dot["p50"], decimals, locale), "ink": TONE_INKS[tone]})
    names = _names(counters, [(i + 0.5) * block for i in range(len(counters))], left, width, block / 2)
    layers = [*_dot_layers(_x(x_domain, x_title, ",~f")), words("values"), *_name_layers()]
    tables = {"dots": dots, "values": values, "names": names, "legend": legend}
    return draw(sheet, block * len(counters), layers, tables, locale)


def differences(rows: Rows, heading: Heading, *, x_domain: tuple[float, float], x_title: str, smallest: float,
                smallest_label: str, verdict_names: Mapping[str, str], locale: Mapping[str, dict],
                decimals: int = 2, width: int = 680) -> Picture:
    """The difference each scenario makes against the baseline: median, 90 % band and verdict.

    Rows: scenario, p05, p50, p95 (of the paired difference), verdict (better, worse, practically the same or cannot tell). The grey strip
    reaches `smallest` to either side of zero: inside it a difference does not matter. `verdict_names` puts the
    verdicts into the reader's language.
    """
    verdicts = [VERDICT_TONES[key] for key in verdict_names]
    left, above = _names_room([row["scenario"] for row in rows], width)
    legend, over = _legend(list(verdict_names.values()), verdicts, width, LINE + 20, left)
    sheet = Sheet(heading, width, Margins(left=left, right=SLIM if above else 168, top=over, bottom=60))
    pitch = (34 + above + LINE) if above else 42
    dots, values = [], []
    for place, row in enumerate(rows):
        y, tone = (place + 0.5) * pitch + ((above + LINE) / 2 if above else 0), VERDICT_TONES[row["verdict"]]
        low, middle, high = (signed(float(row[key]), decimals, locale) for key in ("p05", "p50", "p95"))
        text = f"{middle} ({low} \u2026 {high})"
        dots.append(_dot(row, y, tone, f"{row['scenario']}: {text}, {verdict_names[row['verdict']]}"))
        values.append({"x": EDGE - left if above else sheet.plot_width + 12, "y": y - LINE - 2 if above else y, "text": text, "ink": TONE_INKS[tone]})
    zero = {"x": _place(0, x_domain, sheet.plot_width), "y": -13, "text": smallest_label, "ink": QUIET}
    x = _x(x_domain, x_title, f"+.{max(decimals - 1, 0)}f")
    halo = {"stroke": "white", "strokeWidth": 5, "strokeJoin": "round"}
    under = [words(name, **halo) for name in ("names", "values")] if above else []
    layers = [*_zero_layers(smallest, x), *under, *_dot_layers(x), words("values"),
              words("zero", align="center", fontSize=SMALL), *_name_layers()]
    names = _names([row["scenario"] for row in rows], [(i + 0.5) * pitch for i in range(len(rows))], left, width, pitch / 2)
    tables = {"dots": dots, "values": values, "names": names, "legend": legend, "zero": [zero]}
    return draw(sheet, pitch * len(dots), layers, tables, locale)


def _dot(row: Mapping[str, object], y: float, tone: int, tip: str) -> dict:
    return {"y": y, "tone": tone, "tip": tip, **{key: round(float(row[key]), 4) for key in ("p05", "p50", "p95")}}


def _place(value: float, domain: tuple[float, float], width: float) -> float:
    """Where a value falls on the axis, in pixels."""
    low, high = domain
    return round(width * (min(max(value, low), high) - low) / (high - low), 1)


def _names_room(texts: Sequence[str], width: int) -> tuple[int, int]:
    """Pixels left of the plot, and above each block of dots on a narrow sheet, 0 on others."""
    if width >= NARROW:
        return NAMES, 0
    return SLIM, LINE * max(len(lines(text, width - 2 * EDGE, TEXT)) for text in texts)


def _names(texts: Sequence[str], places: Sequence[float], left: int, width: int, half: float) -> list[dict]:
    """The names at the left, broken into lines and centred on their place; on a narrow sheet at the top of it."""
    beside = left == NAMES
    broken = [lines(text, NAMES - 18 if beside else width - 2 * EDGE, TEXT) for text in texts]
    return [{"x": EDGE - left, "y": place - (len(parts) - 1) * LINE / 2 if beside else place - half + LINE / 2, "text": "\n".join(parts), "ink": INK}
            for place, parts in zip(places, broken)]


def _legend(texts: Sequence[str], chosen: Sequence[int], width: int, under: int, left: int) -> tuple[list[dict], int]:
    """What the colours mean, in as many lines as it takes, and the room from the first line to the plot."""
    entries, x, line = [], EDGE, 0
    for text, tone in zip(texts, chosen):
        room = text_width(text, TEXT, bold=True) + 44
        if x > EDGE and x + room - 20 > width:
            x, line = EDGE, line + 1
        entries.append({"dot": x + 7 - left, "x": x + 20 - left, "line": line, "text": text, "tone": tone,
                        "ink": TONE_INKS[tone]})
        x += room
    over = under + (LINE + 3) * (line + 1)
    for entry in entries:
        entry["y"] = 14 - over + (LINE + 3) * entry.pop("line")
    return entries, over


def _x(domain: tuple[float, float], title: str, number_format: str) -> dict:
    return {
        "type": "quantitative",
        "scale": {"domain": list(domain), "nice": False, "zero": False},
        "axis": {"title": title, "titleAnchor": "start", "titleAlign": "left", "titlePadding": 8, "tickCount": 5,
                 "grid": True, "format": number_format, "labelExpr": "datum.value === 0 ? '0' : datum.label"},
    }


def _dot_layers(x: dict) -> list[dict]:
    def layer(mark: dict, **channels: dict) -> dict:
        return {"data": {"name": "dots"}, "mark": {"clip": True, **mark},
                "encoding": {"y": pixels("y"), **tones("color", TONES), **channels}}

    bar = {"type": "rule", "strokeWidth": 7, "opacity": 0.32, "strokeCap": "round"}
    dot = {"type": "point", "filled": True, "size": 130, "opacity": 1, "stroke": "white", "strokeWidth": 1}
    return [
        layer(bar, x={"field": "p05", **x}, x2={"field": "p95"}),
        layer(dot, x={"field": "p50", **x}, tooltip={"field": "tip"}, **tones("shape", SHAPES)),
    ]


def _zero_layers(smallest: float, x: dict) -> list[dict]:
    """The strip in which a difference does not matter, and the line of no difference."""
    once = {"values": [{}]}
    strip = {"x": {"datum": -smallest, **x}, "x2": {"datum": smallest}}
    return [
        {"data": once, "mark": {"type": "rect", "color": "#dfe1e4", "opacity": 0.75}, "encoding": strip},
        {"data": once, "mark": {"type": "rule", "color": INK, "strokeWidth": 1.5},
         "encoding": {"x": {"datum": 0, **x}}},
    ]


def _name_layers() -> list[dict]:
    sign = {"x": pixels("dot"), "y": pixels("y"), **tones("color", TONES), **tones("shape", SHAPES)}
    mark = {"type": "point", "filled": True, "size": 130, "opacity": 1}
    return [
        words("names"),
        {"data": {"name": "legend"}, "mark": mark, "encoding": sign},
        words("legend", fontWeight="bold"),
    ]
