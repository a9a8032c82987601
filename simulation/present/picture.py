"""A picture is a Vega-Lite specification together with the rows it draws.

The same picture is shown live in a notebook, written as SVG or put as PNG in a document. Nothing here needs a
network or a browser.
"""

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from simulation.files import write_bytes_whole

Rows = Sequence[Mapping[str, object]]

LOCALES = {
    "id": {
        "number": {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["Rp", ""], "minus": "\u2212"},
        "time": {
            "dateTime": "%A, %e %B %Y %H.%M",
            "date": "%d/%m/%Y",
            "time": "%H.%M.%S",
            "periods": ["AM", "PM"],
            "days": ["Minggu", "Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu"],
            "shortDays": ["Min", "Sen", "Sel", "Rab", "Kam", "Jum", "Sab"],
            "months": ["Januari", "Februari", "Maret", "April", "Mei", "Juni",
                       "Juli", "Agustus", "September", "Oktober", "November", "Desember"],
            "shortMonths": ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"],
        },
    },
    "en": {
        "number": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["Rp", ""], "minus": "\u2212"},
        "time": {
            "dateTime": "%A, %e %B %Y %H:%M",
            "date": "%d/%m/%Y",
            "time": "%H:%M:%S",
            "periods": ["AM", "PM"],
            "days": ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
            "shortDays": ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
            "months": ["January", "February", "March", "April", "May", "June",
                       "July", "August", "September", "October", "November", "December"],
            "shortMonths": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
        },
    },
}


def number(value: float, decimals: int, locale: Mapping[str, dict]) -> str:
    """Write a number the way the locale writes it: 1.234,5 in Indonesian."""
    marks = locale["number"]
    text = f"{value:,.{decimals}f}"
    if float(f"{value:.{decimals}f}") == 0:
        text = text.lstrip("-")
    swap = {",": marks["thousands"], ".": marks["decimal"], "-": marks["minus"]}
    return "".join(swap.get(sign, sign) for sign in text)


def signed(value: float, decimals: int, locale: Mapping[str, dict]) -> str:
    """Write a difference with its sign: +0,21."""
    text = number(value, decimals, locale)
    is_positive = float(f"{value:.{decimals}f}") > 0
    return f"+{text}" if is_positive else text


def with_band(row: Mapping[str, object], decimals: int, locale: Mapping[str, dict]) -> str:
    """Write a median with its 90 % band: 86,97 (84,93–89,12), or −0,05 (−0,17 … −0,01), where a dash would look like a sign."""
    low, middle, high = (number(float(row[key]), decimals, locale) for key in ("p05", "p50", "p95"))
    between = "\u2013" if float(row["p05"]) >= 0 else " \u2026 "
    return f"{middle} ({low}{between}{high})"


@dataclass(frozen=True)
class Picture:
    """A chart that is ready to be shown: `spec` names its datasets, `rows` holds them, one list per name."""

    spec: dict
    rows: dict[str, list[dict]]

    @property
    def description(self) -> str:
        """The text alternative, for those who hear the page."""
        return self.spec.get("description", "")

    def svg(self) -> str:
        """The picture as SVG text."""
        return to_svg(self.spec, self.rows)

    def save(self, path: str | os.PathLike) -> Path:
        """Write the picture to `path`: .svg as text, anything else as PNG."""
        path = Path(path)
        if path.suffix == ".svg":
            write_bytes_whole(path, self.svg().encode())
            return path
        return to_png(self.spec, self.rows, path)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"image/svg+xml": self.svg(), "text/plain": self.description or "Picture"}


def with_rows(spec: Mapping[str, object], rows: Mapping[str, Rows]) -> dict:
    """The specification with its rows inside: a file that stands on its own."""
    return {**spec, "datasets": {name: list(dataset) for name, dataset in rows.items()}}


_CONTROL = re.compile(r"(?<!\\)((?:\\\\)*)\\(?:u00(?:0[0-8bcef]|1[0-9a-f]|7f)|[bf])")


def _drawable(spec: Mapping[str, object], rows: Mapping[str, Rows]) -> str:
    """The specification as JSON without control characters, at which the renderer would end the whole program."""
    return _CONTROL.sub(r"\1 ", json.dumps(with_rows(spec, rows)))


def to_svg(spec: Mapping[str, object], rows: Mapping[str, Rows]) -> str:
    """Draw the specification as SVG text with its description as the text alternative."""
    import vl_convert

    svg = vl_convert.vegalite_to_svg(_drawable(spec, rows), allowed_base_urls=[])
    label = escape(str(spec.get("description", "")))
    return svg.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1) if label else svg


def to_png(spec: Mapping[str, object], rows: Mapping[str, Rows], path: str | os.PathLike, scale: float = 2.0) -> Path:
    """Draw the specification as PNG, `scale` pixels per unit, and write it to `path`."""
    import vl_convert

    image = vl_convert.vegalite_to_png(_drawable(spec, rows), scale=scale, allowed_base_urls=[])
    path = Path(path)
    write_bytes_whole(path, image)
    return path
