"""Searches behind a button: a plan for a budget, what more money buys, other plans nearly as good, what is traded for what, and what holds
in bad futures."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import ipywidgets as widgets

from simulation.analysis.allocation.front import cost_front, equity_front
from simulation.analysis.allocation.menu import alternatives
from simulation.analysis.allocation.money import shadow_price
from simulation.analysis.allocation.objective import Objective
from simulation.analysis.allocation.proposal import Allocation, allocate
from simulation.analysis.allocation.robust import robust_plans
from simulation.assumptions import Assumptions
from simulation.city import City
from simulation.errors import InputError, unknown
from simulation.language import say
from simulation.present import allocation_charts, allocation_views
from simulation.scenario import Scenario
from simulation.workbook.book import rows_html
from simulation.workbook.keep import Ask
from simulation.workbook.live import VegaLive
from simulation.workbook.work import Work

FRONTS = {"cost": cost_front, "equity": equity_front}
GOALS = {"ikm_last": Objective(), "ikm_all": Objective({"ikm": 1.0}, "all"), "worst_unit": Objective({"worst_unit": 1.0}),
         "standard": Objective({"standard": 1.0}), "hours_saved": Objective({"hours_saved": 1.0})}


def goal_picker(lang: str) -> widgets.Dropdown:
    """What "best" means for the proposal; last year's IKM unless something else is chosen. Its value is a key of `GOALS`."""
    options = [(say(f"panel5.goal_{key}", lang), key) for key in GOALS]
    return widgets.Dropdown(options=options, value="ikm_last", description=say("panel5.goal", lang), style={"description_width": "initial"},
                            layout=widgets.Layout(width="520px"))


def proposal_work(lang: str, wanted: Callable[[], Scenario], base: Scenario, city: City, assumptions: Assumptions,
                  goal: Callable[[], str] = lambda: "ikm_last", use: Callable[[Allocation], None] | None = None) -> Work:
    """The best plan for the budgets of the scenario that `wanted` gives when the button is pressed, against `base`.

    Args:
        goal: gives a key of `GOALS` when the button is pressed. use: what the button "use this plan" does; without it there is none.
    """

    def proposed(progress) -> Allocation:
        scenario = wanted()
        before = base if base.years == scenario.years else base.replace({"years": scenario.years, "budget_rp": base.budget_by_year[0]})
        return allocate(scenario.budget_by_year, city, assumptions, before, objective=GOALS[goal()], draws=256, progress=progress)

    def shown(found: Allocation) -> widgets.Widget:
        parts = [refresher_line(found, lang)]
        if use:
            parts.append(_use_button(lang, lambda: use(found)).widget)
        return _shown(found, allocation_charts.rivals(found, lang), allocation_views.rows(found, lang), lang, parts)

    return Work(lang, say("work.proposal", lang), proposed, shown)


def refresher_line(found: Allocation, lang: str) -> widgets.HTML:
    """How many of the plan's classes carry a refresher, year by year, so that a reader sees whether they cluster."""
    table, start = found.table(), found.scenario.start_year
    counts = table[table.refresher_months > 0].groupby("year")["classes"].sum()
    years = "; ".join(f"{start + i}: {int(counts.get(start + i, 0))}" for i in range(found.scenario.years))
    return widgets.HTML(f"<p style='margin:2px 0'>{escape(say('panel5.refreshers', lang, years=years))}</p>")


def _use_button(lang: str, use: Callable[[], None]) -> Ask:
    def taken() -> str:
        use()
        return say("panel5.used", lang)

    return Ask(lang, say("panel5.use", lang), "check", taken)


def money_work(lang: str, plan: Allocation) -> Work:
    """What more or less money would buy, at nine budgets."""
    return Work(lang, say("work.money", lang), lambda progress: shadow_price(plan, progress=progress),
                lambda found: _shown(found, allocation_charts.money(found, lang), allocation_views.money_rows(found, lang), lang))


def menu_work(lang: str, plan: Allocation) -> Work:
    """Clearly different plans within 5 % of the gain."""
    return Work(lang, say("work.menu", lang), lambda progress: alternatives(plan, progress=progress),
                lambda found: _shown(found, allocation_charts.menu(found, lang), allocation_views.menu_rows(found, lang), lang))


def front_work(lang: str, plan: Allocation, kind: str = "cost") -> Work:
    """What is traded for what: IKM against cost, or against equity between units; `result.points[i].scenario` is row i of the table.

    Raises:
        InputError: another kind; the two are named.
    """
    if kind not in FRONTS:
        raise InputError(unknown("panel5_front", kind, FRONTS))
    return Work(lang, say(f"panel5.work_front_{kind}", lang), lambda progress: FRONTS[kind](plan, progress=progress),
                lambda found: _shown(found, allocation_charts.front(found, lang), numbered(allocation_views.front_rows(found, lang), lang), lang,
                                     [_code_line("result.points[0].scenario", lang)]))


def robust_work(lang: str, plan: Allocation) -> Work:
    """Which plan holds in bad futures and under other forms of the model; `result.scenarios[i]` is row i of the table."""
    return Work(lang, say("panel5.work_robust", lang), lambda progress: robust_plans(plan, progress=progress),
                lambda found: _shown(found, allocation_charts.robust(found, lang), numbered(allocation_views.robust_rows(found, lang), lang), lang,
                                     [_code_line("result.scenarios[0]", lang)]))


def numbered(rows: list[list[str]], lang: str) -> list[list[str]]:
    """The same rows with their number in front, which is how code asks for one."""
    return [[say("panel5.number", lang), *rows[0]], *([str(i), *row] for i, row in enumerate(rows[1:]))]


def _code_line(code: str, lang: str) -> widgets.HTML:
    return widgets.HTML(f"<p style='margin:2px 0'>{escape(say('panel5.row_in_code', lang))}: <code>{escape(code)}</code></p>")


def _shown(found, picture, rows: list[list[str]], lang: str, more: list[widgets.Widget] | None = None) -> widgets.Widget:
    sentence = widgets.HTML(f"<p role='status' style='font-size:17px;line-height:1.5;max-width:820px'>{escape(found.sentence(lang))}</p>")
    return widgets.VBox([sentence, *(more or []), VegaLive(picture), widgets.HTML(rows_html(rows).html)])
