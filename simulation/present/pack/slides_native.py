"""Draws a `Sheet` as a native chart of PowerPoint with its own workbook inside."""

from __future__ import annotations

import datetime
import io
from copy import deepcopy

from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Pt

from simulation.present.charts import LEVELS
from simulation.present.frame import BLUE, GREY, GRID, INK, QUIET, VERMILLION
from simulation.present.intervals import PALE
from simulation.present.pack.slides_charts import SMALLEST_LABEL, Series, Sheet

TYPES = {"bars": XL_CHART_TYPE.BAR_CLUSTERED, "fan": XL_CHART_TYPE.AREA_STACKED, "stack": XL_CHART_TYPE.COLUMN_STACKED}
TONES = {"cannot tell": GREY, "better": BLUE, "worse": VERMILLION, "practically the same": PALE}
BAR_COLOURS = (GREY, BLUE, VERMILLION)
OUTER, INNER = "#D3E3EF", "#A6C8DF"  # blue at 14 % and 26 % over white, as in the pictures: transparency prints badly
EMU = 12700  # per point
SMALLEST_TYPE = 9
_SHEET = "Sheet1"
_BANDS = 4  # series of a fan before its lines: the base and three bands
_MADE = datetime.datetime(2000, 1, 1)  # a fixed stamp, as in the plan's workbook


def draw(slide, sheet: Sheet, box: tuple[int, int, int, int], lang_tag: str, text: int = 14):
    """Put a chart on a slide.

    Args:
        box: left, top, width, height in EMU. lang_tag: language of the words, such as id-ID. text: size of type in points.

    Returns:
        The shape.
    """
    data = CategoryChartData(number_format="0.00")
    _categories(data, sheet.categories)
    for series in sheet.series:
        data.add_series(series.name, series.values)
    frame = slide.shapes.add_chart(TYPES[sheet.kind], *box, data)
    chart = frame.chart
    chart.part.chart_workbook.update_from_xlsx_blob(workbook(sheet))
    chart.font.size, chart.font.color.rgb = Pt(text), _rgb(INK)
    chart._chartSpace.find(qn("c:txPr")).find(f".//{qn('a:defRPr')}").set("lang", lang_tag)
    chart.has_title = False
    _axes(chart, sheet, text)
    if sheet.kind == "bars":
        chart.category_axis.tick_labels.font.size = Pt(_beside_bars(len(sheet.categories), box[3] / EMU, text))
    {"bars": _bars, "fan": _fan, "stack": _stack}[sheet.kind](chart, sheet)
    _legend(chart, sheet, text)
    return frame


def _beside_bars(bars: int, height: float, text: int) -> int:
    """Size of type at which the two lines beside each bar have room."""
    return max(SMALLEST_TYPE, min(text, int((height - 70) / bars / 2.6)))


def _categories(data, categories) -> None:
    group = None
    for category in categories:
        if isinstance(category, str):
            data.add_category(category)
            continue
        if group is None or group.label != category[0]:
            group = data.add_category(category[0])
        group.add_sub_category(category[1])


def _rgb(colour: str) -> RGBColor:
    return RGBColor.from_string(colour.lstrip("#").upper())


def _axes(chart, sheet: Sheet, text: int) -> None:
    value, names = chart.value_axis, chart.category_axis
    value.minimum_scale, value.maximum_scale, value.major_unit = sheet.scale()
    value.has_title = True
    value.axis_title.text_frame.text = sheet.axis
    font = value.axis_title.text_frame.paragraphs[0].runs[0].font
    font.size, font.bold, font.color.rgb = Pt(text), False, _rgb(QUIET)
    value.tick_labels.number_format, value.tick_labels.number_format_is_linked = sheet.number(), False
    value.major_gridlines.format.line.color.rgb = _rgb(GRID)
    value.format.line.fill.background()
    names.format.line.color.rgb = _rgb(QUIET)
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW  # beside the chart, also where bars reach below zero
    if sheet.kind == "bars":
        names.reverse_order = True  # read from the top, as a table
        value.tick_label_position = XL_TICK_LABEL_POSITION.HIGH  # of a reversed axis: at the foot
    if sheet.kind == "fan":
        names.tick_labels.font.size = Pt(12)  # a quarter is narrow


def _bars(chart, sheet: Sheet) -> None:
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = (110, 0) if len(sheet.series) == 1 else (60, 0)
    first = 1 + len(sheet.series)  # column of the first band end, the names standing in column 0
    for i, (drawn, series) in enumerate(zip(plot.series, sheet.series, strict=True)):
        drawn.invert_if_negative = False
        _paint(drawn.format, BAR_COLOURS[i % len(BAR_COLOURS)])
        for k, tone in enumerate(sheet.tones):
            _paint(drawn.points[k].format, TONES[tone])
        drawn._element.find(qn("c:cat")).addprevious(_whiskers(series, first + 4 * i + 2))


def _paint(style, colour: str) -> None:
    style.fill.solid()
    style.fill.fore_color.rgb = _rgb(colour)


def _whiskers(series: Series, column: int):
    """Error bars from the median to the ends of the band; the workbook keeps both lengths as formulas of the ends."""
    lengths = {"plus": [h - v for h, v in zip(series.high, series.values, strict=True)],
               "minus": [v - low for low, v in zip(series.low, series.values, strict=True)]}
    parts = ""
    for offset, (name, values) in enumerate(lengths.items()):
        points = "".join(f'<c:pt idx="{i}"><c:v>{value!r}</c:v></c:pt>' for i, value in enumerate(values))
        letter = column_name(column + offset)
        parts += (f"<c:{name}><c:numRef><c:f>{_SHEET}!${letter}$2:${letter}${len(values) + 1}</c:f><c:numCache><c:formatCode>0.00</c:formatCode>"
                  f'<c:ptCount val="{len(values)}"/>{points}</c:numCache></c:numRef></c:{name}>')
    ink = INK.lstrip("#").upper()
    return parse_xml(f'<c:errBars {nsdecls("c", "a")}><c:errBarType val="both"/><c:errValType val="cust"/><c:noEndCap val="0"/>{parts}'
                     f'<c:spPr><a:ln w="{2 * EMU}"><a:solidFill><a:srgbClr val="{ink}"/></a:solidFill></a:ln></c:spPr></c:errBars>')


def column_name(index: int) -> str:
    """Letter of a column of a sheet, 0 = A.

    >>> column_name(0), column_name(27)
    ('A', 'AB')
    """
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def _fan(chart, sheet: Sheet) -> None:
    """Bands stacked on an invisible base; the other series move into a line chart on the same axes."""
    area = chart.plots[0]
    bands = list(area.series)
    for series, colour in zip(bands[:_BANDS], (None, OUTER, INNER, OUTER), strict=True):
        _paint(series.format, colour) if colour else series.format.fill.background()
        series.format.line.fill.background()
    frame = parse_xml(f'<c:lineChart {nsdecls("c")}><c:grouping val="standard"/><c:varyColors val="0"/></c:lineChart>')
    for place, series in enumerate(bands[_BANDS:]):
        frame.append(_line(series, place))
    frame.append(parse_xml(f'<c:marker {nsdecls("c")} val="1"/>'))
    for axis in area._element.findall(qn("c:axId")):
        frame.append(deepcopy(axis))
    area._element.addnext(frame)


def _line(series, place: int):
    """The element of a series as a line: first the median in front, then a second median, then the edges of its band."""
    colour, width, dash = ((BLUE, 3, "solid"), (VERMILLION, 2.5, "dash"), (VERMILLION, 1, "sysDot"), (VERMILLION, 1, "sysDot"))[place]
    series.format.fill.background()
    series.format.line.color.rgb, series.format.line.width = _rgb(colour), Pt(width)
    element = series._element
    style = element.find(qn("c:spPr"))
    style.remove(style.find(qn("a:noFill")))
    line = style.find(qn("a:ln"))
    line.append(parse_xml(f'<a:prstDash {nsdecls("a")} val="{dash}"/>'))
    style.addnext(parse_xml(f'<c:marker {nsdecls("c")}><c:symbol val="none"/></c:marker>'))
    element.append(parse_xml(f'<c:smooth {nsdecls("c")} val="0"/>'))
    return element


def _stack(chart, sheet: Sheet) -> None:
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 12, 100
    for k, series in enumerate(plot.series):
        _paint(series.format, LEVELS[k])
        labels = series.data_labels
        labels.show_value = True
        labels.number_format, labels.number_format_is_linked = f'[<{SMALLEST_LABEL}]"";0', False
        labels.font.size, labels.font.color.rgb = Pt(12), _rgb("#FFFFFF" if k > 2 else INK)


def _legend(chart, sheet: Sheet, text: int) -> None:
    chart.has_legend = sheet.kind != "bars" or len(sheet.series) > 1
    if not chart.has_legend:
        return
    legend = chart.legend
    legend.position, legend.include_in_layout = XL_LEGEND_POSITION.RIGHT if sheet.kind == "stack" else XL_LEGEND_POSITION.TOP, False
    legend.font.size = Pt(text)
    seen: set[str] = set()
    for i, series in reversed(list(enumerate(sheet.series))):
        hidden = sheet.kind == "fan" and (i == 0 or series.name in seen)
        seen.add(series.name)
        if hidden:
            entry = parse_xml(f'<c:legendEntry {nsdecls("c")}><c:idx val="{i}"/><c:delete val="1"/></c:legendEntry>')
            legend._element.find(qn("c:legendPos")).addnext(entry)


def workbook(sheet: Sheet) -> bytes:
    """The workbook inside a chart: the numbers where the chart looks for them, then the ends and lengths of the bands."""
    import xlsxwriter

    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": _MADE})
        page, plain = book.add_worksheet(_SHEET), book.add_format({"num_format": "0.00"})
        depth = 1 if isinstance(sheet.categories[0], str) else 2
        for row, category in enumerate(sheet.categories, 1):
            parts = (category,) if depth == 1 else category
            repeated = depth == 2 and row > 1 and sheet.categories[row - 2][0] == parts[0]
            for column, part in enumerate(parts):
                if not (repeated and column == 0):
                    page.write_string(row, column, part)
        for i, series in enumerate(sheet.series):
            page.write_string(0, depth + i, series.name)
            page.write_column(1, depth + i, series.values, plain)
        for i, series in enumerate(sheet.series):
            _ends(page, series, depth + i, depth + len(sheet.series) + 4 * i, plain)
        page.set_column(0, depth - 1, 40)
    return made.getvalue()


def _ends(page, series: Series, middle: int, column: int, plain) -> None:
    """Ends of the band, and the lengths of the whiskers as formulas of them."""
    if not series.low:
        return
    for offset, sign in enumerate(("5 %", "95 %", "+", "-")):
        page.write_string(0, column + offset, f"{series.name} {sign}")
    page.write_column(1, column, series.low, plain)
    page.write_column(1, column + 1, series.high, plain)
    low, high, value = column_name(column), column_name(column + 1), column_name(middle)
    for row, (v, a, b) in enumerate(zip(series.values, series.low, series.high, strict=True), 1):
        page.write_formula(row, column + 2, f"={high}{row + 1}-{value}{row + 1}", plain, b - v)
        page.write_formula(row, column + 3, f"={value}{row + 1}-{low}{row + 1}", plain, v - a)
