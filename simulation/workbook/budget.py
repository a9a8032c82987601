"""The budget laboratory: move money, mix, targeting and follow-up; see at once what follows, with a band."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from html import escape
from pathlib import Path

import ipywidgets as widgets

from simulation.assumptions import Assumptions
from simulation.city import City
from simulation.ensemble import simulate
from simulation.errors import InputError
from simulation.indicators import units_table
from simulation.language import band, number, say
from simulation.outcome import Outcome, compare
from simulation.present import scorecard_words, views, words
from simulation.scenario import Scenario
from simulation.scenario_library import Library
from simulation.workbook.allocation_work import GOALS, goal_picker, proposal_work
from simulation.workbook.controls import (
    Mix,
    choose_among,
    chosen,
    control,
    over_years,
    put,
    scenario_picker,
    shown_fields,
)
from simulation.workbook.keep import SaveRow, excel_button, told
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
        folder: where scenarios are saved, the published library by default. results: where Excel files go, `results/` by default.

    `scenario` is what the controls say or the plan in use, `outcome` and `comparison` what follows from it, `proposal` the work that
    finds the best plan for its budget, `plan` the plan of classes that is in use instead of the controls or None, `widget` the panel.
    """

    def __init__(self, lang: str = "id", start: str = "designed_for_impact", city: City | None = None,
                 assumptions: Assumptions | None = None, folder: Path | str | None = None, results: Path | str | None = None):
        self.lang = lang
        self.assumptions = assumptions or Assumptions.load()
        self.city = city or City.load(tables=self.assumptions.tables)
        store = Library(folder) if folder else Library()
        self.library = Scenario.library() | store.look()[0]
        self._labels: dict[str, str] = {}
        self._known: dict[tuple[str, int], Outcome] = {}
        self._timer = None
        self._setting = False
        self.plan: Scenario | None = None
        self._start_key = start if not self.library[start].offers else next(iter(self.library))
        self.start = self.library[self._start_key]
        self._build(start, store, results)
        self._calculate(FULL)
        self._draw()
        self._show(at_rest=True)

    @property
    def scenario(self) -> Scenario:
        """The plan in use, or the scenario that the controls describe; the same object the files and the API give.

        Raises:
            InputError: the controls contradict each other, e.g. shares above 100 %.
        """
        if self.plan is not None:
            return self.plan
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

    def use(self, plan: Scenario, label: str = "") -> None:
        """Take over a plan of classes as the panel's own scenario; it joins the lists under `label`."""
        key = next((key for key, known in self.library.items() if known.id == plan.id), f"plan-{plan.id}")  # no file name has a dash
        self._labels.setdefault(key, label or plan.name[self.lang])
        self._add(key, self.library.get(key, plan))

    def _add(self, key: str, scenario: Scenario) -> None:
        """Put a scenario into both lists and show it; once saved, a plan is not listed a second time as a proposal."""
        double = [old for old, known in self.library.items() if old.startswith("plan-") and old != key and known.id == scenario.id]
        for old in double:
            self.library.pop(old)
        self.library[key] = scenario
        self._setting = True
        try:
            choose_among(self.other, self._names(), key if self.other.value in double else self.other.value)
            choose_among(self.picker, self._names(), key)
        finally:
            self._setting = False
        self._pick({"new": key})

    def _names(self) -> list[tuple[str, str]]:
        return [(self._labels.get(key, s.name[self.lang]), key) for key, s in self.library.items()]

    def _build(self, start: str, store: Library, results: Path | str | None) -> None:
        lang = self.lang
        self.picker = scenario_picker(say("field.scenario", lang), self._names(), start)
        self.other = scenario_picker(say("field.other", lang), self._names(), next(iter(self.library)))
        self.controls = {name: control(name, self.start, lang) for name in shown_fields()}
        self.reset = widgets.Button(description=say("panel.reset", lang), icon="undo")
        self.goal = goal_picker(lang)
        self.proposal = proposal_work(lang, lambda: self.scenario, next(iter(self.library.values())), self.city, self.assumptions,
                                      lambda: self.goal.value, self._use)
        self.save = SaveRow(lang, lambda: self.scenario, store, self.city, self._add)
        self.excel = excel_button(lang, self._at_rest, results)
        self.message, self.note = widgets.HTML(), widgets.HTML(layout=widgets.Layout(max_width="460px"))
        self.sentence, self.units, self.card = widgets.HTML(), widgets.HTML(), widgets.HTML()
        row = self.assumptions["smallest_difference"]
        self.smallest = widgets.FloatSlider(row.value, min=row.range[0], max=row.range[1], step=0.01, description=say("scorecard.smallest_control", lang),
                                            continuous_update=False, readout_format=".2f", style={"description_width": "initial"},
                                            layout=widgets.Layout(width="min(460px, 100%)"))
        self._listen(start)

    def _listen(self, start: str) -> None:
        self.picker.observe(self._pick, "value")
        self.other.observe(self._changed, "value")
        self.smallest.observe(self._changed, "value")
        self.reset.on_click(lambda _: self._pick({"new": self.picker.value}))
        for part in self.controls.values():
            for each in (part.sliders.values() if isinstance(part, Mix) else [part]):
                each.observe(self._moved, "value")
        if self.library[start].offers:
            self.plan = self.library[start]
            self._say_in_use()

    def _layout(self) -> widgets.Widget:
        lang, mix = self.lang, self.controls["programmes"]
        simple = [part for name, part in self.controls.items() if name != "programmes"]
        closed = widgets.Accordion([mix], titles=[say("field.programmes", lang)])
        other = say("panel5.goal_ikm_all", lang)
        note = widgets.HTML(f"<p style='margin:2px 0;line-height:1.4;max-width:820px'>{escape(say('panel5.goal_note', lang, other=other))}</p>")
        proposal = widgets.Accordion([widgets.VBox([self.goal, note, self.proposal.widget])], titles=[say("panel.proposal", lang)])
        table = widgets.Accordion([self.units], titles=[say("panel.units", lang)])
        code = widgets.HTML(f"<p>{say('panel.code', lang)}: <code>lab.frame()</code></p>")
        row = widgets.Layout(flex_flow="row wrap")
        kept = widgets.VBox([widgets.HBox([self.reset, *self.save.row, self.excel.button], layout=row), self.save.message, self.excel.message])
        return widgets.VBox([
            widgets.HBox([widgets.VBox([self.picker, self.other, self.note, *simple, self.smallest]), widgets.VBox([self.card, self.sentence, self.message])],
                         layout=row),
            kept, closed, widgets.HBox([self.charts["gain"], self.charts["ikm"]], layout=row),
            widgets.HBox([self.charts["levels"], self.charts["waiting"]], layout=row), proposal, table, code])

    def _pick(self, change) -> None:
        """Show a scenario of the list; the controls cannot show a plan of classes, so they keep what they had before it."""
        if self._setting:
            return
        wanted = self.library[change["new"]]
        self.plan, self.note.value = (wanted if wanted.offers else None), ""
        if self.plan is not None:
            self._say_in_use()
        else:
            self._start_key, self.start = change["new"], wanted
            self._set_controls()
        self._changed(None)

    def _set_controls(self) -> None:
        self._setting = True
        try:
            for name, part in self.controls.items():
                put(name, part, self.start)
        finally:
            self._setting = False

    def _moved(self, _) -> None:
        """A control was moved: what it says counts again, and a plan in use is left."""
        if self._setting:
            return
        if self.plan is not None:
            self.note.value = told(say("panel5.left", self.lang, name=self.plan.name[self.lang]))
            self.plan, self._setting = None, True
            try:
                self.picker.value = self._start_key
            finally:
                self._setting = False
        self._changed(None)

    def _use(self, found) -> None:
        goal = dict((key, text) for text, key in self.goal.options)[_goal_of(found.objective)]
        self.use(found.scenario, say("panel5.proposal_label", self.lang, plan=found.scenario.name[self.lang], goal=goal))

    def _say_in_use(self) -> None:
        plan, last = self.plan, self.plan.start_year + self.plan.years - 1
        classes = sum(sum(offer.by_year(plan.years)) for offer in plan.offers)
        self.note.value = told(say("panel5.in_use", self.lang, name=plan.name[self.lang], classes=number(classes, self.lang, 0),
                                   first=plan.start_year, last=last, start=self.start.name[self.lang]))

    def _at_rest(self) -> list:
        """The comparison shown, with all futures even if the hand has just moved."""
        if self._timer:
            self._timer.cancel()
        self._calculate(FULL)
        self._show(at_rest=True)
        return [self.comparison]

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
        known = self._known[key]
        return known if known.scenario.name == scenario.name else known.named(scenario)  # one content may have several names

    def _calculate(self, draws: int) -> None:
        scenario = self.scenario
        self.outcome = self._run(scenario, draws)
        if self.plan is None and scenario.id != self.start.id:
            name = type(scenario.name)(id=say("panel.custom", "id"), en=say("panel.custom", "en"))
            self.outcome = self.outcome.named(scenario.model_copy(update={"name": name}))
        other = over_years(self.library[self.other.value], scenario.years, self.lang)
        self.comparison = compare(*(self._judged(outcome) for outcome in (self.outcome, self._run(other, draws))))

    def _judged(self, outcome: Outcome) -> Outcome:
        """The same futures under the smallest difference that the council has set."""
        row = self.assumptions["smallest_difference"]
        if abs(self.smallest.value - row.value) < 1e-9:
            return outcome
        return replace(outcome, assumptions=outcome.assumptions.replace({row.key: round(self.smallest.value, 4)}))

    def _pictures(self) -> dict:
        both = [self.comparison.a, self.comparison.b]
        return {"gain": views.gain_fan(self.comparison, self.lang, WIDTH), "ikm": views.ikm_fan(both, self.lang, WIDTH),
                "levels": views.levels(both, self.lang, width=WIDTH, first=QUICK), "waiting": views.waiting(both, self.lang, WIDTH)}

    def _draw(self) -> None:
        self.charts = {name: VegaLive(picture) for name, picture in self._pictures().items()}
        self.widget = self._layout()

    def _show(self, at_rest: bool) -> None:
        """Repaint charts and words; the long table of units waits until the hand rests."""
        lang, comparison = self.lang, self.comparison
        for name, picture in self._pictures().items():
            self.charts[name].show(picture)
        same = comparison.a.scenario.id == comparison.b.scenario.id
        self.card.value = "" if same else scorecard_words.html(comparison.scorecard, lang)
        lines = [f"<b>{escape(comparison.sentence(lang))}</b>", words.money_line(comparison, lang),
                 words.legal_line(comparison.a, lang), *words.honesty(self.city, self.assumptions, lang)]
        body = "</p><p>".join(lines)
        self.sentence.value = f"<div style='{TEXT_STYLE}'><p>{body}</p></div>"
        if at_rest:
            self.units.value = units_html(comparison, lang)


def _goal_of(objective) -> str:
    return next(key for key, goal in GOALS.items() if (goal.weights, goal.year) == (objective.weights, objective.year))


def _warning(text: str) -> str:
    return f"<p role='alert' style='color:#8a2d00'>{escape(text)}</p>"


def units_html(comparison, lang: str) -> str:
    """One row per unit, in numbers as the reader writes them."""
    from pandas import NA

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
