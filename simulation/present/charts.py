"""The charts of the workbook: from tidy rows to pictures.

Each function takes rows (one mapping per row, with the field names it lists), words that are already in the reader's
language, and a locale for numbers; it computes nothing but places on the sheet. Called again with new rows of the same
shape it gives the same specification with other rows, so a live chart only needs the rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from simulation.present.frame import (
    BLUE,
    BLUE_INK,
    INK,
    LINE,
    QUIET,
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
    spread,
    text_width,
    tones,
    words,
)
from simulation.present.picture import Picture, Rows, number, with_band

LINES, LINE_INKS = (BLUE, VERMILLION), (BLUE_INK, VERMILLION_INK)
LEVELS = ("#e3eef8", "#b3d2ea", "#74add5", "#2b7bba", "#08427f")
LEVEL_INKS = (INK, INK, INK, "white", "white")


def fan(rows: Rows, heading: Heading, *, y_domain: tuple[float, float], y_title: str, locale: Mapping[str, dict],
        decimals: int = 1, width: int = 680, height: int = 420, said: Mapping[str, str] | None = None) -> Picture:
    """A quantity over the quarters: median, middle half and 90 % band, for one or two scenarios.

    Rows: scenario, time (ISO date of the quarter, or a date), period (its name), p05, p25, p50, p75, p95. The scenario
    that comes first is in front. `said` is what stands below a scenario's name at the end of its line instead of its last value, for a chart
    whose headline is a mean. `y_domain` is fixed by the caller, so that the axis stays while a slider moves.
    """
    names = distinct(rows, "scenario", most=2)
    sheet = Sheet(heading, width, Margins(left=58, right=176, top=30, bottom=48))
    room = sheet.plot_height(height)
    bands = [_band(row, names.index(row["scenario"]), decimals, locale) for row in rows]
    bands.sort(key=lambda row: (-row["tone"], row["time"]))
    ends = _line_ends(rows, names, y_domain, sheet.plot_width, room, decimals, locale, said or {})
    return draw(sheet, room, _fan_layers(rows, y_domain, y_title, sheet.margins), {"bands": bands, **ends}, locale)


def _band(row: Mapping[str, object], tone: int, decimals: int, locale: Mapping[str, dict]) -> dict:
    quantiles = {key: round(float(row[key]), 4) for key in ("p05", "p25", "p50", "p75", "p95")}
    tip = f"{row['scenario']}, {row['period']}: {with_band(row, decimals, locale)}"
    return {"tone": tone, "time": _moment(row), "tip": tip, **quantiles}


def _moment(row: Mapping[str, object]) -> str:
    """The time of a row with its hour, since a browser reads a bare date as midnight in Greenwich."""
    return datetime.fromisoformat(str(row["time"])).isoformat()


def _line_ends(rows: Rows, names: Sequence[str], y_domain: tuple[float, float], plot_width: float, plot_height: float,
               decimals: int, locale: Mapping[str, dict], said: Mapping[str, str]) -> dict[str, list[dict]]:
    """The labels at the right end of the lines: name and last value or what is said instead, moved apart where they would overlap."""
    last = [max((row for row in rows if row["scenario"] == name), key=_moment) for name in names]
    broken = [lines(name, 160, TEXT, bold=True) for name in names]
    low, high = y_domain
    centres = [plot_height * (high - float(row["p50"])) / (high - low) for row in last]
    heights = [LINE * (len(parts) + 1) + 8 for parts in broken]
    places = spread(centres, heights, -12, plot_height + 12)
    tops = [place - height / 2 + 4 + LINE / 2 for place, height in zip(places, heights)]
    x = plot_width + 12
    return {
        "ends": [{"x": x, "y": top, "text": "\n".join(parts), "ink": ink}
                 for top, parts, ink in zip(tops, broken, LINE_INKS)],
        "end_values": [{"x": x, "y": top + LINE * len(parts), "text": said.get(name) or with_band(row, decimals, locale), "ink": ink}
                       for top, parts, row, name, ink in zip(tops, broken, last, names, LINE_INKS)],
    }


def _fan_layers(rows: Rows, y_domain: tuple[float, float], y_title: str, margins: Margins) -> list[dict]:
    times = sorted({_moment(row) for row in rows})
    years = range(datetime.fromisoformat(times[0]).year, datetime.fromisoformat(times[-1]).year + 1)
    x = {
        "field": "time", "type": "temporal", "scale": {"domain": [times[0], times[-1]]},
        "axis": {"title": None, "grid": False, "format": "%Y", "labelPadding": 12,
                 "values": [{"year": year} for year in years]},
    }
    y_axis = {
        "title": y_title, "titleAngle": 0, "titleAlign": "left", "titleBaseline": "bottom",
        "titleX": 10 - margins.left, "titleY": -14, "tickCount": 5,
    }
    y_scale = {"domain": list(y_domain), "nice": False, "zero": False}

    def layer(mark: dict, y: str, **channels: dict) -> dict:
        upright = {"field": y, "type": "quantitative", "axis": y_axis, "scale": y_scale}
        encoding = {"x": x, "y": upright, **tones("color", LINES), **channels}
        return {"data": {"name": "bands"}, "mark": {"clip": True, **mark}, "encoding": encoding}

    edge = {"type": "line", "strokeWidth": 1, "opacity": 0.55}
    return [
        layer({"type": "area"}, "p05", y2={"field": "p95"}, **tones("opacity", (0.14, 0.07))),
        layer({"type": "area"}, "p25", y2={"field": "p75"}, **tones("opacity", (0.26, 0.14))),
        layer(edge, "p05"),
        layer(edge, "p95"),
        layer({"type": "line", "strokeWidth": 3}, "p50", **tones("strokeDash", ([1, 0], [7, 4]))),
        layer({"type": "point", "opacity": 0, "size": 300, "filled": True}, "p50", tooltip={"field": "tip"}),
        words("ends", fontWeight="bold"),
        words("end_values"),
    ]


def levels(rows: Rows, heading: Heading, *, level_names: Sequence[str], locale: Mapping[str, dict],
           width: int = 680, height: int = 400) -> Picture:
    """How the staff spread over the five competency levels, year by year, for one or two scenarios side by side.

    Rows: scenario, year, level (1-5), share (0-1). Dark is a high level; the percentages stand in the bars.
    """
    names, years = distinct(rows, "scenario", most=2), sorted(distinct(rows, "year"))
    margins, gap = Margins(left=10, right=118, top=0, bottom=42), 28
    panel = (width - margins.left - margins.right - gap * (len(names) - 1)) / len(names)
    titles = [lines(name, panel, TEXT, bold=True) for name in names]
    over = LINE * max(map(len, titles))
    sheet = Sheet(heading, width, replace(margins, top=over + 8))
    room, step = sheet.plot_height(height), panel / len(years)
    left = {(name, year): i * (panel + gap) + j * step for i, name in enumerate(names) for j, year in enumerate(years)}
    bars = _level_bars(rows, left, step, room, locale)
    short = step < text_width("2026", TEXT) + 6
    tables = {
        "bars": bars,
        "years": [{"x": x + step / 2, "y": room + 8, "text": f"\u2019{year % 100:02d}" if short else str(year), "ink": QUIET}
                  for (_, year), x in left.items()],
        "panels": [{"x": left[name, years[0]] + 2, "y": LINE / 2 - 8 - LINE * len(title), "text": "\n".join(title),
                    "ink": ink} for name, title, ink in zip(names, titles, LINE_INKS)],
        "level_names": _level_names(bars, level_names, sheet.plot_width, room),
    }
    return draw(sheet, room, _level_layers(), tables, locale)


def _level_bars(rows: Rows, left: Mapping[tuple, float], step: float, room: float, locale: Mapping[str, dict]) -> list:
    bars, base = [], dict.fromkeys(left, float(room))
    for row in sorted(rows, key=lambda row: row["level"]):
        column = row["scenario"], row["year"]
        share, level = float(row["share"]), int(row["level"])
        bottom, top = base[column], base[column] - share * room
        base[column] = top
        bars.append({
            "level": level, "x": round(left[column] + 2, 1), "x2": round(left[column] + step - 2, 1),
            "y": round(top, 2), "y2": round(bottom, 2),
            "middle": round(left[column] + step / 2, 1), "centre": round((top + bottom) / 2, 2),
            "text": number(100 * share, 0, locale) if share * room > LINE - 3 else "",
            "ink": LEVEL_INKS[level - 1],
        })
    return bars


def _level_names(bars: Sequence[dict], level_names: Sequence[str], plot_width: float, room: float) -> list[dict]:
    """The names of the levels beside the last bar, each at its own height."""
    edge = max(bar["x2"] for bar in bars)
    last = sorted((bar for bar in bars if bar["x2"] == edge), key=lambda bar: bar["level"])
    texts = ["\n".join(lines(level_names[bar["level"] - 1], 106, TEXT)) for bar in last]
    heights = [LINE * (text.count("\n") + 1) + 2 for text in texts]
    places = spread([bar["centre"] for bar in last], heights, -6, room + 6)
    return [{"x": plot_width + 8, "y": place - height / 2 + 1 + LINE / 2, "text": text, "ink": INK}
            for place, height, text in zip(places, heights, texts)]


def _level_layers() -> list[dict]:
    fill = {"field": "level", "type": "ordinal", "legend": None,
            "scale": {"domain": [1, 2, 3, 4, 5], "range": list(LEVELS)}}
    box = {"x": pixels("x"), "x2": {"field": "x2"}, "y": pixels("y"), "y2": {"field": "y2"}, "color": fill}
    share = words("bars", align="center")
    share["encoding"] |= {"x": pixels("middle"), "y": pixels("centre")}
    return [
        {"data": {"name": "bars"}, "mark": {"type": "rect", "stroke": "white", "strokeWidth": 1}, "encoding": box},
        share,
        words("years", align="center", baseline="top"),
        words("panels", fontWeight="bold"),
        words("level_names"),
    ]
