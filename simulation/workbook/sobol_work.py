"""The large Sobol sample behind a button: it takes a minute, moves a bar and can be stopped."""

from __future__ import annotations

from html import escape

import ipywidgets as widgets

from simulation.analysis.sensitivity import sensitivity
from simulation.assumptions import Assumptions
from simulation.city import City
from simulation.language import number, say
from simulation.present import sensitivity_views
from simulation.scenario import Scenario
from simulation.workbook.book import rows_html
from simulation.workbook.live import VegaLive
from simulation.workbook.work import Work


def sobol_work(lang: str, plan: Scenario, base: Scenario, city: City, assumptions: Assumptions, n: int) -> Work:
    """The work: indices of `plan - base` at `n` points, shown as a sentence, a picture and a table."""

    def shown(found) -> widgets.Widget:
        sentence = widgets.HTML(f"<p role='status' style='font-size:17px;line-height:1.5;max-width:820px'>{escape(found.sentence(lang))}</p>")
        table = widgets.HTML(rows_html(sensitivity_views.rows(found, lang)).html)
        return widgets.VBox([sentence, VegaLive(sensitivity_views.picture(found, lang)), table])

    title = say("work.sobol", lang, n=number(n, lang, 0))
    return Work(lang, title, lambda progress: sensitivity(plan, base, city, assumptions, n, progress=progress), shown)
