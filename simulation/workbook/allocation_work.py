"""Searches behind a button: a plan for a budget, the curve of what more money buys, and other plans that are nearly as good."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import ipywidgets as widgets

from simulation.analysis.allocation.menu import alternatives
from simulation.analysis.allocation.money import shadow_price
from simulation.analysis.allocation.proposal import Allocation, allocate
from simulation.assumptions import Assumptions
from simulation.city import City
from simulation.language import say
from simulation.present import allocation_charts, allocation_views
from simulation.scenario import Scenario
from simulation.workbook.book import rows_html
from simulation.workbook.live import VegaLive
from simulation.workbook.work import Work


def proposal_work(lang: str, wanted: Callable[[], Scenario], base: Scenario, city: City, assumptions: Assumptions) -> Work:
    """The best plan for the budgets of the scenario that `wanted` gives when the button is pressed, against `base`."""

    def proposed(progress) -> Allocation:
        scenario = wanted()
        before = base if base.years == scenario.years else base.replace({"years": scenario.years, "budget_rp": base.budget_by_year[0]})
        return allocate(scenario.budget_by_year, city, assumptions, before, draws=256, progress=progress)

    return Work(lang, say("work.proposal", lang), proposed,
                lambda found: _shown(found, allocation_charts.rivals(found, lang), allocation_views.rows(found, lang), lang))


def money_work(lang: str, plan: Allocation) -> Work:
    """What more or less money would buy, at nine budgets."""
    return Work(lang, say("work.money", lang), lambda progress: shadow_price(plan, progress=progress),
                lambda found: _shown(found, allocation_charts.money(found, lang), allocation_views.money_rows(found, lang), lang))


def menu_work(lang: str, plan: Allocation) -> Work:
    """Clearly different plans within 5 % of the gain."""
    return Work(lang, say("work.menu", lang), lambda progress: alternatives(plan, progress=progress),
                lambda found: _shown(found, allocation_charts.menu(found, lang), allocation_views.menu_rows(found, lang), lang))


def _shown(found, picture, rows: list[list[str]], lang: str) -> widgets.Widget:
    sentence = widgets.HTML(f"<p role='status' style='font-size:17px;line-height:1.5;max-width:820px'>{escape(found.sentence(lang))}</p>")
    return widgets.VBox([sentence, VegaLive(picture), widgets.HTML(rows_html(rows).html)])
