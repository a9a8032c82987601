"""Small pieces of HTML of the council page; every word that comes from data is escaped here."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

FIGURE = set("0123456789+-−–<")


def button(do: str, text: str, kind: str = "", **marks: str) -> str:
    """A button that tells the kernel `do`; `marks` are further attributes, underscores for hyphens."""
    more = "".join(f' {name.replace("_", "-")}="{escape(value)}"' for name, value in marks.items())
    return f'<button type="button" class="c-button {kind}" data-do="{do}" data-key="{do}"{more}>{escape(text)}</button>'


def slider(name: str, label: str, low: float, high: float, step: float) -> str:
    """A slider with its label and the place of its value."""
    return (f'<div class="c-slider"><div class="c-line"><label for="c-{name}">{escape(label)}</label>'
            f'<output for="c-{name}" data-text="{name}_value"></output></div>'
            f'<input id="c-{name}" type="range" role="slider" min="{low:g}" max="{high:g}" step="{step:g}" data-value="{name}" '
            f'data-key="{name}"></div>')


def choice(name: str, label: str, options: Sequence[tuple[str, str]]) -> str:
    """One of several, as (value, words)."""
    rows = "".join(f'<label><input type="radio" name="c-{name}" value="{escape(value)}" data-value="{name}" data-key="{name}-{escape(value)}">'
                   f'<span>{escape(text)}</span></label>' for value, text in options)
    return f'<fieldset class="c-choice"><legend>{escape(label)}</legend><div>{rows}</div></fieldset>'


def table(rows: Sequence[Sequence[str]], label: str) -> str:
    """A table of text cells, the header first; it scrolls by itself where it is too wide, also by keyboard."""
    header, *body = rows
    numeric = [i > 0 and bool(body) and all(_is_figure(row[i]) for row in body) for i in range(len(header))]
    kinds = ["c-number" if right else "" for right in numeric]
    head = "".join(f'<th scope="col" class="{kind}">{escape(cell)}</th>' for cell, kind in zip(header, kinds, strict=True))
    lines = "".join("<tr>" + "".join(_cell(i, cell, kind) for i, (cell, kind) in enumerate(zip(row, kinds, strict=True))) + "</tr>"
                    for row in body)
    return (f'<div class="c-table" tabindex="0" role="region" aria-label="{escape(label)}"><table><thead><tr>{head}</tr></thead>'
            f'<tbody>{lines}</tbody></table></div>')


def details(summary: str, inside: str) -> str:
    """Something that stays closed until it is asked for."""
    return f'<details class="c-details"><summary>{escape(summary)}</summary>{inside}</details>'


def _cell(place: int, text: str, kind: str) -> str:
    return f'<td class="{kind}">{escape(text)}</td>' if place else f'<th scope="row">{escape(text)}</th>'


def _is_figure(cell: str) -> bool:
    return not cell or cell.removeprefix("Rp ")[:1] in FIGURE
