"""A button that writes the files for the meeting, for whoever prepares it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

import ipywidgets as widgets

from simulation.assumptions import DATA
from simulation.language import say
from simulation.outcome import Comparison
from simulation.workbook.work import Work

FOLDER = DATA.parent / "results" / "pack"


def pack_work(comparisons: Sequence[Comparison], lang: str, made: str = "", folder: Path | str = FOLDER) -> Work:
    """The work: brief, slides, workbook, page and record of these options; nothing is written before the button is pressed.

    Args:
        comparisons, lang, made: as for `simulation.present.pack.pack.make_pack`. folder: where to.
    """

    def write(progress):
        # Its libraries take a second to import, which a visitor of the page need not wait for.
        from simulation.present.pack.pack import make_pack

        progress(0, 1)
        return make_pack(comparisons, folder, lang, made)

    def shown(pack) -> widgets.Widget:
        return widgets.HTML(f"<p role='status' style='font-size:17px;line-height:1.5;max-width:820px'>{escape(pack.sentence(lang))}</p>")

    return Work(lang, say("council.pack", lang), write, shown)
