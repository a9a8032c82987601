"""Pictures of the switching values: ranges cut where the choice changes, and two assumptions as a grid of letters.

Each scenario has a letter as well as a tint, so that nothing rests on colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_uppercase

import numpy as np

from simulation.language import number, say
from simulation.present.frame import (
    EDGE,
    INK,
    LINE,
    QUIET,
    SMALL,
    TEXT,
    Heading,
    Margins,
    Sheet,
    draw,
    lines,
    pixels,
    text_width,
    words,
)
from simulation.present.ledger_words import changed_note
from simulation.present.picture import LOCALES, Picture
from simulation.present.switching_views import (
    ordered,
    pair_sentence,
    scenario_names,
    short,
    switching_sentence,
    verdict_names,
)

TINTS = ("#8fc1e3", "#f0b48a", "#8fd4bd", "#cfcfcf", "#e6bcd3", "#f3d98b", "#c9e4f6", "#f6f0a0")
NAMES, VALUES = 270, 210  # room for names at the left and words at the right, pixels
MOST_ROWS = 12


def picture(values, lang: str = "id", about: str = "preference", most: int = MOST_ROWS, width: int = 900) -> Picture:
    """The assumptions that change the choice, nearest first, and those that come nearest to it.

    Args:
        about: "preference" or "verdict".
        most: assumptions shown.
    """
    if about == "verdict":
        names = verdict_names(lang)
        letters = {key: say(f"switching.letter_{key.replace(' ', '_')}", lang) for key in names}
        held, title = values.choice.verdict, say("switching.chart_verdict_title", lang, base=values.futures.scenarios[0].name[lang])
    else:
        names = scenario_names(values, lang)
        letters, held, title = dict(zip(names, ascii_uppercase, strict=False)), values.choice.preferred.key, say("switching.chart_title", lang)
    answers = [a for a in ordered(values, about) if a.acts or a.about(about)][:most]
    used = [key for key in names if key == held or any(key in (s.below, s.above) for a in answers for s in a.about(about))]
    heading = Heading(title, say("switching.chart_sub", lang), _stamp(values.choice.futures, lang), switching_sentence(values, lang))
    return _ranges(answers, about, held, {key: (letters[key], names[key]) for key in used}, heading, width, lang)


def _ranges(answers: Sequence, about: str, held: str, options: dict[str, tuple[str, str]], heading: Heading, width: int, lang: str) -> Picture:
    legend, over = _legend(options, width, NAMES, 24)
    sheet = Sheet(heading, width, Margins(left=NAMES, right=VALUES, top=over, bottom=14))
    pitch, room = 50, sheet.plot_width
    tables: dict[str, list[dict]] = {"parts": [], "changes": [], "intervals": [], "letters": [], "values": [], "names": [], "ends": [], "central": []}
    for order, answer in enumerate(answers):
        y = order * pitch + 16
        for name, row in _one_range(answer, about, held, options, y, room, lang):
            tables[name].append(row)
    tables |= legend
    return draw(sheet, pitch * len(answers), _range_layers(), tables, LOCALES[lang])


def _one_range(answer, about: str, held: str, options: dict, y: float, room: float, lang: str):
    """What is drawn of one assumption: (table, row)."""
    switches = sorted(answer.about(about), key=lambda s: s.value)
    cuts = [answer.low, *(s.value for s in switches), answer.high]
    inside = [switches[0].below, *(s.above for s in switches)] if switches else [held]
    tip = f"{answer.row.label[lang]}: {_told(answer, about, lang)}"

    def x(value: float) -> float:
        return round(room * min(max((value - answer.low) / (answer.high - answer.low), 0.0), 1.0), 1)

    for key, left, right in zip(inside, cuts[:-1], cuts[1:], strict=True):
        yield "parts", {"x": x(left), "x2": x(right), "y": y - 12, "y2": y + 12, "tint": _tint(options, key), "tip": tip}
        if x(right) - x(left) >= 14:
            yield "letters", {"x": (x(left) + x(right)) / 2, "y": y - 4, "text": options[key][0], "ink": INK}
    for switch in switches:
        yield "changes", {"x": x(switch.value), "y": y - 16, "y2": y + 16}
        yield "intervals", {"x": x(switch.low), "x2": x(switch.high), "y": y + 8}
    yield "central", {"x": x(answer.row.value), "y": y - 17}
    yield "values", {"x": room + 14, "y": y, "text": "\n".join(lines(_told(answer, about, lang), VALUES - 22, TEXT)), "ink": INK}
    yield "ends", {"x": 0, "y": y + 23, "text": short(answer.low, lang), "ink": QUIET, "right": 0}
    yield "ends", {"x": room, "y": y + 23, "text": short(answer.high, lang), "ink": QUIET, "right": 1}
    name = lines(answer.row.label[lang], NAMES - 24, TEXT)
    yield "names", {"x": EDGE - NAMES, "y": y - (len(name) - 1) * (LINE - 2) / 2, "text": "\n".join(name), "ink": INK}


def _told(answer, about: str, lang: str) -> str:
    found = answer.about(about)
    if not found:
        return say("switching.chart_none" if answer.clear or about == "verdict" else "switching.chart_unclear", lang)
    value = short(found[0].value, lang)
    return say("switching.chart_more", lang, value=value, n=len(found) - 1) if len(found) > 1 else say("switching.chart_at", lang, value=value)


def _range_layers() -> list[dict]:
    box = {"x": pixels("x"), "x2": {"field": "x2"}, "y": pixels("y"), "y2": {"field": "y2"}}
    upright = {"x": pixels("x"), "y": pixels("y"), "y2": {"field": "y2"}}
    level = {"x": pixels("x"), "x2": {"field": "x2"}, "y": pixels("y")}
    tint = {"color": {"field": "tint", "type": "nominal", "scale": None}, "tooltip": {"field": "tip"}}
    return [
        {"data": {"name": "parts"}, "mark": {"type": "rect"}, "encoding": box | tint},
        {"data": {"name": "intervals"}, "mark": {"type": "rule", "color": INK, "strokeWidth": 4}, "encoding": level},
        {"data": {"name": "changes"}, "mark": {"type": "rule", "color": INK, "strokeWidth": 2}, "encoding": upright},
        {"data": {"name": "central"}, "mark": {"type": "point", "shape": "triangle-down", "filled": True, "size": 70, "color": INK, "opacity": 1},
         "encoding": {"x": pixels("x"), "y": pixels("y")}},
        words("letters", align="center", fontWeight="bold"),
        *({**words("ends", align=side, fontSize=SMALL - 1), "transform": [{"filter": f"datum.right == {flag}"}]}
          for side, flag in (("left", 0), ("right", 1))),
        words("values", lineHeight=LINE - 2),
        words("names", lineHeight=LINE - 2),
        *_legend_layers(),
    ]


def pair_picture(pair, lang: str = "id", width: int = 720) -> Picture:
    """The preferred scenario over a grid of two assumptions: a letter in each cell, with a question mark where it cannot be told."""
    base = pair.choice.futures
    names, letters = scenario_names(pair.choice, lang), dict(zip(base.keys, ascii_uppercase, strict=False))
    used = {key: (letters[key], names[key]) for k, key in enumerate(base.keys) if (pair.preferred == k).any()}
    first, second = pair.first.label[lang], pair.second.label[lang]
    heading = Heading(say("switching.pair_title", lang, first=first, second=second), say("switching.pair_sub", lang), _stamp(base, lang),
                      pair_sentence(pair, lang))
    legend, over = _legend(used, width, 90, 2 * LINE)
    sheet = Sheet(heading, width, Margins(left=90, right=20, top=over, bottom=64))
    columns, lines_ = pair.preferred.shape
    wide, high = sheet.plot_width / columns, 44
    cells, ticks = [], []
    for (i, j), best in np.ndenumerate(pair.preferred):
        key, top = base.keys[best], (lines_ - 1 - j) * high
        text = used[key][0] + ("" if pair.clear[i, j] else " ?")
        tip = f"{first} {short(pair.first_values[i], lang)}, {second} {short(pair.second_values[j], lang)}: {names[key]}"
        cells.append({"x": round(i * wide, 1), "x2": round((i + 1) * wide, 1), "y": top, "y2": top + high, "tint": _tint(used, key), "text": text,
                      "tip": tip, "middle": round((i + 0.5) * wide, 1), "line": top + high / 2})
    ticks += [{"x": round((i + 0.5) * wide, 1), "y": lines_ * high + 14, "text": short(v, lang), "ink": QUIET, "side": 0} for i, v in enumerate(pair.first_values)]
    ticks += [{"x": -10, "y": (lines_ - 0.5 - j) * high, "text": short(v, lang), "ink": QUIET, "side": 1} for j, v in enumerate(pair.second_values)]
    titles = [{"x": 0, "y": lines_ * high + 40, "text": first, "ink": INK}, {"x": EDGE - 90, "y": -16, "text": second, "ink": INK}]
    return draw(sheet, lines_ * high, _cell_layers(), {"cells": cells, "ticks": ticks, "titles": titles, **legend}, LOCALES[lang])


def _cell_layers() -> list[dict]:
    box = {"x": pixels("x"), "x2": {"field": "x2"}, "y": pixels("y"), "y2": {"field": "y2"}, "tooltip": {"field": "tip"},
           "color": {"field": "tint", "type": "nominal", "scale": None}}
    letter = {"x": pixels("middle"), "y": pixels("line"), "text": {"field": "text"}}
    return [
        {"data": {"name": "cells"}, "mark": {"type": "rect", "stroke": "white", "strokeWidth": 2}, "encoding": box},
        {"data": {"name": "cells"}, "mark": {"type": "text", "fontWeight": "bold", "fontSize": TEXT}, "encoding": letter},
        *({**words("ticks", align=side, fontSize=SMALL), "transform": [{"filter": f"datum.side == {flag}"}]}
          for side, flag in (("center", 0), ("right", 1))),
        words("titles"),
        *_legend_layers(),
    ]


def _tint(options: dict, key: str) -> str:
    return TINTS[list(options).index(key) % len(TINTS)]


def _legend(options: dict[str, tuple[str, str]], width: int, left: int, under: int) -> tuple[dict[str, list[dict]], int]:
    """Letter, tint and name of each option, in as many lines as it takes, and the room from the first line to the plot.

    Args:
        left: left margin of the plot, from which pixels are counted. under: room kept free between legend and plot.
    """
    places, x, line = [], EDGE, 0
    for key, (_, name) in options.items():
        room = text_width(name, TEXT) + 56
        if x > EDGE and x + room - 20 > width:
            x, line = EDGE, line + 1
        places.append((key, x - left, line))
        x += room
    over = under + (LINE + 5) * (line + 1)
    boxes, signs, names = [], [], []
    for key, x, line in places:
        y = 14 - over + (LINE + 5) * line
        boxes.append({"x": x, "x2": x + 24, "y": y - 10, "y2": y + 10, "tint": _tint(options, key)})
        signs.append({"x": x + 12, "y": y, "text": options[key][0], "ink": INK})
        names.append({"x": x + 32, "y": y, "text": options[key][1], "ink": INK})
    return {"key_boxes": boxes, "key_letters": signs, "key_names": names}, over


def _legend_layers() -> list[dict]:
    box = {"x": pixels("x"), "x2": {"field": "x2"}, "y": pixels("y"), "y2": {"field": "y2"}, "color": {"field": "tint", "type": "nominal", "scale": None}}
    return [{"data": {"name": "key_boxes"}, "mark": {"type": "rect"}, "encoding": box},
            words("key_letters", align="center", fontWeight="bold"), words("key_names")]


def _stamp(base, lang: str) -> str:
    line = say("recommend.stamp", lang, draws=number(base.draws, lang, 0), city=base.city.about.name[lang])
    return " · ".join(filter(None, [line, changed_note(base.assumptions, lang)]))
