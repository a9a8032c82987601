"""Charts that Excel draws itself from the cells of the other sheets; nothing here but where each series stands."""

from __future__ import annotations

import math

from simulation.present.excel.page import Table, Writer
from simulation.present.excel.run import Run

_WIDE, _HIGH, _STEP = 840, 320, 17  # pixels of a chart, rows from one chart to the next
_SCALE = 85  # per cent; two charts to a printed page. Excel does not keep page breaks on a sheet that is fitted to a width
_BLUE, _BAND, _GREY = "#1F5A92", "#BFD4E8", "#7A7A7A"
_POINTS = "+0.00;-0.00;0.00"
_LEVELS = ("#D9E6F2", "#A9C7E1", "#6FA1CC", "#3A77AE", "#123F6B")


def write(writer: Writer, run: Run, differences: Table, gains: Table, yearly: Table) -> None:
    """The sheet of charts: differences with bands, the gain of every comparison over time, levels of every scenario."""
    sheet = writer.sheet(run.message("tab.charts"))
    sheet.set_print_scale(_SCALE)
    sheet.set_column(0, 13, 8)
    writer.text(sheet, 0, 0, run.message("title.charts"), bold=True, font_size=14)
    writer.across(sheet, 1, run.message("note.charts"), [8] * 14, font_color="#444444")
    charts = [_differences(writer, run, differences)]
    charts += [_gain(writer, run, gains, c, position) for c, position in _blocks(run, gains)]
    charts += [_levels(writer, run, yearly, outcome) for outcome in run.outcomes]
    charts = [chart for chart in charts if chart is not None]
    for i, chart in enumerate(charts):
        sheet.insert_chart(3 + i * _STEP, 0, chart, {"description": chart.described, "y_offset": 4})
    sheet.set_h_pagebreaks([3 + i * _STEP for i in range(2, len(charts), 2)])


def _start(writer: Writer, kind: dict, title: str, y_axis: dict, x_axis: dict, described: str):
    """A chart of one size with a title, quiet lines and a text for readers who do not see it."""
    chart = writer.book.add_chart(kind)
    chart.set_size({"width": _WIDE, "height": _HIGH})
    chart.set_title({"name": title, "name_font": {"size": 12, "bold": True}, "overlay": False})
    chart.set_y_axis({"major_gridlines": {"visible": True, "line": {"color": "#DDDDDD", "width": 0.5}}} | y_axis)
    chart.set_x_axis({"label_position": "low"} | x_axis)
    chart.set_legend({"position": "bottom"})
    chart.described = described
    return chart


def _differences(writer: Writer, run: Run, table: Table):
    """Bars of the IKM difference with the 90 % band as error bars."""
    last = len(run.comparisons) - 1
    title = run.message("chart.differences")
    points = run.message("chart.points")
    low, high = _ends([row[table.column("p05")].value for row in table.rows[:last + 1]], [row[table.column("p95")].value for row in table.rows[:last + 1]])
    chart = _start(writer, {"type": "bar"}, title, {"reverse": True, "label_position": "low", "major_gridlines": {"visible": False}}, {
        "name": points, "num_format": _POINTS, "label_position": "high", "min": low, "max": high,
        "major_gridlines": {"visible": True, "line": {"color": "#DDDDDD", "width": 0.5}}}, " ".join(c.sentence(run.lang) for c in run.comparisons))
    chart.add_series({
        "name": title, "categories": table.range("scenario", 0, last), "values": table.range("p50", 0, last), "gap": 60,
        "fill": {"color": _BAND}, "border": {"color": _BLUE},
        "x_error_bars": {"type": "custom", "plus_values": table.absolute("above", 0, last), "minus_values": table.absolute("below", 0, last),
                         "line": {"color": _GREY, "width": 1.5}},
    })
    chart.set_legend({"none": True})
    return chart


def _ends(lows: list[float], highs: list[float]) -> tuple[float, float]:
    """Ends of an axis that holds zero and every error bar, on a round step: a program fits its axis to the bars only."""
    low, high = min(0.0, *lows), max(0.0, *highs)
    step = 10.0 ** math.floor(math.log10(max(high - low, 0.1)))
    return math.floor(low / step) * step, math.ceil(high / step) * step


def _blocks(run: Run, gains: Table) -> list[tuple]:
    """Each comparison of two different scenarios with its first and last row of the sheet."""
    found, first = [], 0
    for comparison in run.comparisons:
        points = min(comparison.a.quarters, comparison.b.quarters) + 1
        if comparison.a.scenario.id != comparison.b.scenario.id:
            found.append((comparison, (first, first + points - 1)))
        first += points
    return found


def _gain(writer: Writer, run: Run, table: Table, comparison, rows: tuple[int, int]):
    """Median of the IKM difference as a line over its 90 % band: a band is an area on an area that is not seen."""
    categories = table.range("period", *rows)
    title = run.message("chart.gain", name=run.name(comparison.a), other=run.name(comparison.b))
    area = _start(writer, {"type": "area", "subtype": "stacked"}, _title(title), {"name": run.message("chart.points"), "num_format": _POINTS},
                  {"interval_unit": 4}, comparison.sentence(run.lang))
    area.add_series({"name": table.heading("p05"), "categories": categories, "values": table.range("p05", *rows),
                     "fill": {"none": True}, "border": {"none": True}})
    area.add_series({"name": run.message("chart.band"), "categories": categories, "values": table.range("width", *rows),
                     "fill": {"color": _BAND}, "border": {"none": True}})
    line = writer.book.add_chart({"type": "line"})
    line.add_series({"name": run.message("chart.median"), "categories": categories, "values": table.range("p50", *rows), "line": {"color": _BLUE, "width": 2.25}})
    area.combine(line)
    area.set_legend({"position": "bottom", "delete_series": [0]})
    return area


def _levels(writer: Writer, run: Run, table: Table, outcome):
    """Mean share of the front line at each official level, stacked to the whole, per year."""
    name, indicator = run.name(outcome), run.message("indicator.level_frontline")
    rows = [i for i, row in enumerate(table.rows) if row[0] == name and row[1] == indicator]
    if not rows:
        return None
    years = outcome.scenario.years + 1
    title = _title(run.message("chart.levels", name=name))
    chart = _start(writer, {"type": "column", "subtype": "percent_stacked"}, title, {"num_format": "0%"}, {}, title)
    for k, first in enumerate(range(rows[0], rows[-1] + 1, years)):
        place = (first, first + years - 1)
        chart.add_series({"name": [table.name, table.range("part", *place)[1], table.column("part")], "categories": table.range("year", *place),
                          "values": table.range("mean", *place), "fill": {"color": _LEVELS[k]}, "gap": 60})
    return chart


def _title(text: str) -> str:
    """A title that fits its chart and that no program takes for the address of a cell."""
    return text if len(text) <= 110 else text[:109] + "…"
