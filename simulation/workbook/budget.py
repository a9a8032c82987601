"""The budget laboratory: move money, mix, targeting and follow-up; see at once what follows, with a band."""

from __future__ import annotations

import asyncio
from html import escape

import ipywidgets as widgets
from pandas import NA

from simulation.assumptions import Assumptions
from simulation.city import City
from simulation.ensemble import simulate
from simulation.errors import InputError
from simulation.indicators import units_table
from simulation.language import band, number, say
from simulation.outcome import Outcome, compare
from simulation.present import views, words
from simulation.scenario import Scenario
from simulation.workbook.allocation_work import proposal_work
from simulation.workbook.controls import Mix, chosen, control, put, shown_fields
from simulation.workbook.live import VegaLive

QUICK, FULL = 256, 1024  # draws while a control moves, and once it rests
REST_SECONDS = 0.6
TEXT_STYLE = "max-width:560px;padding-left:18px;font-size:15px;line-height:1.45"
WIDTH = 520  # pixels, so that two charts stand side by side in JupyterLab and on a projector


class BudgetLaboratory:
    """Controls, charts and words of one scenario beside another.

    Args:
        lang: language of everything shown.
        start: file stem of the scenario to start from.
        city, assumptions: default to those in `data/`.

    `scenario` is what the controls say, `outcome` and `comparison` what follows from it, `proposal` the work that finds the best plan for
    its budget, `widget` the panel.
    """

    def __init__(self, lang: str = "id", start: str = "designed_for_impact", city: City | None = None,
                 assumptions: Assumptions | None = None):
        self.lang = lang
        self.assumptions = assumptions or Assumptions.load()
        self.city = city or City.load(tables=self.assumptions.tables)
        self.library = Scenario.library()
        self._known: dict[tuple[str, int], Outcome] = {}
        self._timer = None
        self._setting = False
        self.start = self.library[start]
        self._build(start)
        self._calculate(FULL)
        self._draw()
        self._show(at_rest=True)

    @property
    def scenario(self) -> Scenario:
        """The scenario that the controls describe; the same object the files and the API give.

        Raises:
            InputError: the controls contradict each other, e.g. shares above 100 %.
        """
        changes = {name: chosen(name, part) for name, part in self.controls.items()}
        base = self.start
        same = {name: getattr(base, name) for name in changes}
        if isinstance(base.budget_rp, list) and changes["budget_rp"] == base.budget_by_year[0] and changes["years"] == base.years:
            changes["budget_rp"] = base.budget_rp
        changed = {name: value for name, value in changes.items() if value != same[name]}
        return base.replace(changed) if changed else base

    def frame(self):
        """What the charts show as a data frame: the comparison with quantiles."""
        return self.comparison.table()

    def _build(self, start: str) -> None:
        lang = self.lang
        names = [(s.name[lang], key) for key, s in self.library.items()]
        style, layout = {"description_width": "initial"}, widgets.Layout(width="460px")
        self.picker = widgets.Dropdown(options=names, value=start, description=say("field.scenario", lang), style=style, layout=layout)
        self.other = widgets.Dropdown(options=names, value=names[0][1], description=say("field.other", lang), style=style, layout=layout)
        self.controls = {name: control(name, self.start, lang) for name in shown_fields()}
        self.reset = widgets.Button(description=say("panel.reset", lang), icon="undo")
        self.proposal = proposal_work(lang, lambda: self.scenario, next(iter(self.library.values())), self.city, self.assumptions)
        self.message = widgets.HTML()
        self.sentence, self.units = widgets.HTML(), widgets.HTML()
        self.picker.observe(self._pick, "value")
        self.other.observe(self._changed, "value")
        self.reset.on_click(lambda _: self._pick({"new": self.picker.value}))
        for part in self.controls.values():
            for each in (part.sliders.values() if isinstance(part, Mix) else [part]):
                each.observe(self._changed, "value")

    def _layout(self) -> widgets.Widget:
        mix = self.controls["programmes"]
        simple = [part for name, part in self.controls.items() if name != "programmes"]
        closed = widgets.Accordion([mix], titles=[say("field.programmes", self.lang)])
        proposal = widgets.Accordion([self.proposal.widget], titles=[say("panel.proposal", self.lang)])
        table = widgets.Accordion([self.units], titles=[say("panel.units", self.lang)])
        code = widgets.HTML(f"<p>{say('panel.code', self.lang)}: <code>lab.frame()</code></p>")
        row = widgets.Layout(flex_flow="row wrap")
        return widgets.VBox([
            widgets.HBox([widgets.VBox([self.picker, self.other, *simple, self.reset]), widgets.VBox([self.sentence, self.message])],
                         layout=row),
            closed, widgets.HBox([self.charts["gain"], self.charts["ikm"]], layout=row),
            widgets.HBox([self.charts["levels"], self.charts["waiting"]], layout=row), proposal, table, code])

    def _pick(self, change) -> None:
        self.start = self.library[change["new"]]
        self._setting = True
        try:
            for name, part in self.controls.items():
                put(name, part, self.start)
        finally:
            self._setting = False
        self._changed(None)

    def _changed(self, _) -> None:
        """Answer at once with fewer futures, then with all of them when the hand rests."""
        if self._setting:
            return
        if self._timer:
            self._timer.cancel()
        if self._answer(QUICK):
            try:
                self._timer = asyncio.get_running_loop().call_later(REST_SECONDS, self._answer, FULL)
            except RuntimeError:  # no loop outside a kernel
                self._answer(FULL)

    def _answer(self, draws: int) -> bool:
        try:
            self._calculate(draws)
            self._show(at_rest=draws == FULL)
            self.message.value = ""
            return True
        except InputError as error:
            self.message.value = _warning(error.text(self.lang))
        except Exception:  # an error in a callback would otherwise vanish without a word
            self.message.value = _warning(say("panel.failed", self.lang))
        return False

    def _run(self, scenario: Scenario, draws: int) -> Outcome:
        key = scenario.id, draws
        if key not in self._known:
            if len(self._known) > 8:
                self._known.pop(next(iter(self._known)))
            self._known[key] = simulate(scenario, self.city, self.assumptions, draws)
        return self._known[key]

    def _calculate(self, draws: int) -> None:
        scenario = self.scenario
        self.outcome = self._run(scenario, draws)
        if scenario.id != self.start.id:
            name = type(scenario.name)(id=say("panel.custom", "id"), en=say("panel.custom", "en"))
            self.outcome = self.outcome.named(scenario.model_copy(update={"name": name}))
        other = self.library[self.other.value]
        if other.years != scenario.years:
            other = other.replace({"years": scenario.years, "budget_rp": other.budget_by_year[0]})
        self.comparison = compare(self.outcome, self._run(other, draws))

    def _pictures(self) -> dict:
        both = [self.comparison.a, self.comparison.b]
        return {"gain": views.gain_fan(self.comparison, self.lang, WIDTH), "ikm": views.ikm_fan(both, self.lang, WIDTH),
                "levels": views.levels(both, self.lang, width=WIDTH), "waiting": views.waiting(both, self.lang, WIDTH)}

    def _draw(self) -> None:
        self.charts = {name: VegaLive(picture) for name, picture in self._pictures().items()}
        self.widget = self._layout()

    def _show(self, at_rest: bool) -> None:
        """Repaint charts and words; the long table of units waits until the hand rests."""
        lang, comparison = self.lang, self.comparison
        for name, picture in self._pictures().items():
            self.charts[name].show(picture)
        lines = [f"<b>{escape(comparison.sentence(lang))}</b>", words.money_line(comparison, lang),
                 words.legal_line(comparison.a, lang), *words.honesty(self.city, self.assumptions, lang)]
        body = "</p><p>".join(lines)
        self.sentence.value = f"<div style='{TEXT_STYLE}'><p>{body}</p></div>"
        if at_rest:
            self.units.value = units_html(comparison, lang)


def _warning(text: str) -> str:
    return f"<p role='alert' style='color:#8a2d00'>{escape(text)}</p>"


def units_html(comparison, lang: str) -> str:
    """One row per unit, in numbers as the reader writes them."""
    frame = units_table(comparison.a, comparison.b, lang).sort_values("p50", ascending=False)
    keys = ("unit", "heads", "people_served", "ikm", "ikm_end", "ikm_change")
    head = "".join(f"<th style='text-align:{'left' if k == 'unit' else 'right'}'>{say(f'column.{k}', lang)}</th>" for k in keys)
    body = "".join(
        f"<tr><td style='text-align:left'>{escape(r.name)}</td>" + "".join(
            f"<td style='text-align:right;padding-left:14px'>{cell}</td>" for cell in (
                "&lt; 5" if r.asn is NA else number(r.asn, lang, 0), number(r.people_served, lang, 0),
                number(r.ikm_start, lang), number(r.ikm_end, lang), band(r.p05, r.p50, r.p95, lang, sign=True))) + "</tr>"
        for r in frame.itertuples(index=False))
    return f"<table style='font-size:14px'><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
