"""The free path of the council page: move the money, the mix and the follow-up, and see what follows, with a band."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import get_args

import ipywidgets as widgets
import numpy as np

from simulation.assumptions import Assumptions
from simulation.city import City
from simulation.ensemble import simulate
from simulation.indicators import three
from simulation.language import about_rupiah, number, say
from simulation.outcome import Outcome, compare
from simulation.present import scorecard_words, verdicts, views, words
from simulation.scenario import Scenario
from simulation.workbook.controls import MILLION, declared
from simulation.workbook.council_html import button, choice, details, slider, table
from simulation.workbook.council_part import Part
from simulation.workbook.live import VegaLive

QUICK, FULL = 128, 1024  # draws while a hand moves, and once it rests
REST_SECONDS, LET_GO_SECONDS = 0.6, 0.1
STEP = 50  # million rupiah
KEPT = 4  # outcomes, some 37 MB each: with twenty visitors every one counts
WIDTH = 500  # pixels of the chart, beside the verdict on a projector
FACTORS = {"half": 0.5, "double": 2.0}


class FreePath:
    """Controls on the left, what follows on the right.

    Args:
        library: scenarios by file stem, the baseline first. start: stem of the one to start from. city, assumptions: what is run.
        guarded: wraps a callback so that an error shows words. known: outcomes that need not be run again.

    `values` are those of the controls, `scenario` what they say, `comparison` what follows against the baseline.
    """

    def __init__(self, library: Mapping[str, Scenario], start: str, city: City, assumptions: Assumptions, lang: str,
                 guarded: Callable[[Callable], Callable], known: Sequence[Outcome] = ()):
        self.library, self.start, self.city, self.assumptions, self.lang = library, start, city, assumptions, lang
        self.base = next(iter(library.values()))
        self.mixes = _mixes(library, start)
        self._known = {(outcome.scenario.id, outcome.draws): outcome for outcome in known}
        self._timer = None
        self._guarded = guarded
        self.values = self._plan(start)
        self._calculate(FULL)
        self.controls, self.result, self.chart = Part(values=self.values), Part(), VegaLive(self._picture())
        self.verdict, self.card, self.behind = Part(), Part(), Part()
        for part, name in ((self.controls, "c-controls"), (self.result, "c-result"), (self.chart, "c-chart"),
                           (self.verdict, "c-verdict-part"), (self.card, "c-scorecard"), (self.behind, "c-below")):
            part.add_class(name)
        self.widgets = (self.controls, widgets.Box([self.result, self.verdict, self.card, self.chart]).add_class("c-outcome"), self.behind)
        self.controls.observe(guarded(self._moved), "values")
        self.controls.observe(guarded(self._let_go), "resting")
        self.controls.on_do(guarded(self._do))
        self.speak(lang)

    def speak(self, lang: str) -> None:
        """Say everything in this language."""
        self.lang = lang
        self.controls.show(lang=lang, html=self._controls_html(), values=self.values, texts=self._said())
        self.result.show(lang=lang, html=_cards_html(lang))
        self.verdict.show(lang=lang, html='<div class="c-verdict" aria-live="polite" data-text="verdict"></div>')
        self.card.show(lang=lang, html='<div data-text="card"></div>')
        rows = '<div data-text="rows"></div><p class="c-stamp" data-text="money"></p>'
        self.behind.show(lang=lang, html=details(say("council.table", lang), rows))
        self._show()

    @property
    def scenario(self) -> Scenario:
        """The scenario that the controls describe.

        Raises:
            InputError: it contradicts itself.
        """
        source = self.library[self.values["mix"]]
        changes = {"budget_rp": self.values["budget"] * MILLION, "practice": self.values["practice"], "follow_up": self.values["follow_up"]}
        if (source.budget_by_year[0], source.practice, source.follow_up) == tuple(changes.values()):
            return source
        return source.replace(changes)

    def set(self, values: Mapping[str, object]) -> None:
        """Put the controls on other values; what cannot be used is left out."""
        self.values = {**self.values, **_usable(values, self.mixes)}
        self._calculate(FULL)
        self.controls.show(values=self.values, texts=self._said())
        self._show()

    def _plan(self, stem: str) -> dict[str, object]:
        scenario = self.library[stem]
        return {"budget": round(scenario.budget_by_year[0] / MILLION), "mix": _same_mix(scenario, self.library, self.mixes),
                "practice": scenario.practice, "follow_up": scenario.follow_up}

    def _moved(self, change) -> None:
        """A control moved: answer at once with few futures, with all of them when the hand rests."""
        usable = _usable(change["new"], self.mixes)
        if {**self.values, **usable} == self.values:
            return
        self.values = {**self.values, **usable}
        self._answer(QUICK)
        self._later(REST_SECONDS)

    def _let_go(self, _) -> None:
        self._later(LET_GO_SECONDS)

    def _do(self, what: str) -> None:
        """A quick button."""
        if what in FACTORS:
            self.set({"budget": FACTORS[what] * self.values["budget"]})
        elif what == "plan":
            self.set(self._plan(self.start))

    def _later(self, seconds: float) -> None:
        if self._timer:
            self._timer.cancel()
        full = self._guarded(lambda: self._answer(FULL))
        try:
            self._timer = asyncio.get_running_loop().call_later(seconds, full)
        except RuntimeError:  # no loop outside a kernel
            full()

    def _answer(self, draws: int) -> None:
        if self._timer:
            self._timer.cancel()
        self._calculate(draws)
        self.controls.show(texts=self._said())
        self._show()

    def _run(self, scenario: Scenario, draws: int) -> Outcome:
        key = scenario.id, draws
        if key not in self._known:
            if len(self._known) >= KEPT:
                self._known.pop(next(name for name in self._known if name[0] != self.base.id))
            self._known[key] = simulate(scenario, self.city, self.assumptions, draws)
        return self._known[key]

    def _calculate(self, draws: int) -> None:
        """The comparison with the baseline at this many futures."""
        scenario = self.scenario
        outcome = self._run(scenario, draws)
        if scenario.file is None and scenario.id != self.base.id:
            name = type(scenario.name)(id=say("panel.custom", "id"), en=say("panel.custom", "en"))
            outcome = outcome.named(scenario.model_copy(update={"name": name}))
        self.comparison = compare(outcome, self._run(self.base, draws))

    def _picture(self):
        return views.gain_fan(self.comparison, self.lang, WIDTH)

    def _said(self) -> dict[str, str]:
        """The value beside the slider."""
        return {"budget_value": escape(about_rupiah(self.values["budget"] * MILLION, self.lang))}

    def _show(self) -> None:
        """Repaint the chart, the big numbers and the sentence; the table behind them waits until the hand rests."""
        lang, comparison = self.lang, self.comparison
        self.chart.show(self._picture())
        self.result.show(texts=_card_texts(comparison, lang))
        self.verdict.show(texts={"verdict": _verdict_text(comparison, lang)})
        shown = comparison.a.scenario.id != comparison.b.scenario.id
        self.card.show(texts={"card": scorecard_words.html(comparison.scorecard, lang) if shown else ""})
        if comparison.a.draws < FULL:
            return
        rows = words.comparison_rows([comparison, compare(comparison.b, comparison.b)], lang)
        self.behind.show(texts={"rows": table(rows, say("council.table", lang)), "money": escape(words.money_line(comparison, lang))})

    def _controls_html(self) -> str:
        lang = self.lang
        most = declared("budget_rp")["max"] / MILLION
        mixes = [(stem, self.library[stem].name[lang]) for stem in self.mixes]
        quick = "".join(button(key, say(f"council.{key}", lang)) for key in (*FACTORS, "plan"))
        options = {name: [(value, say(f"{name}.{value}", lang)) for value in get_args(Scenario.model_fields[name].annotation)]
                   for name in ("practice", "follow_up")}
        return (f'<h2 tabindex="-1" data-focus>{escape(say("council.free_title", lang))}</h2>'
                f'<p class="c-hint">{escape(say("council.free_hint", lang, other=self.base.name[lang]))}</p>'
                + slider("budget", say("council.budget", lang), 0, most, STEP)
                + f'<div class="c-quick" role="group" aria-label="{escape(say("council.quick", lang))}">{quick}</div>'
                + choice("mix", say("council.mix", lang), mixes)
                + choice("follow_up", say("field.follow_up", lang), options["follow_up"])
                + choice("practice", say("field.practice", lang), options["practice"]))


def _mixes(library: Mapping[str, Scenario], start: str) -> list[str]:
    """Stems of the scenarios that differ in what is taught and who goes first; the baseline and the start come first."""
    found: dict[str, str] = {}
    for stem in dict.fromkeys([next(iter(library)), start, *library]):
        if library[stem].programmes:
            found.setdefault(_taught(library[stem]), stem)
    return list(found.values())


def _taught(scenario: Scenario) -> str:
    """What is left of a scenario without money, practice and follow-up."""
    return scenario.model_copy(update={"budget_rp": 0.0, "practice": "as_designed", "follow_up": "as_designed", "offers": []}).id


def _same_mix(scenario: Scenario, library: Mapping[str, Scenario], mixes: list[str]) -> str:
    return next((stem for stem in mixes if _taught(library[stem]) == _taught(scenario)), mixes[0])


def _usable(values: Mapping[str, object], mixes: list[str]) -> dict[str, object]:
    """The values that the controls can take: a browser may send or have kept anything."""
    allowed = {"mix": mixes} | {name: get_args(Scenario.model_fields[name].annotation) for name in ("practice", "follow_up")}
    good = {name: values[name] for name in allowed if values.get(name) in allowed[name]}
    budget = values.get("budget")
    if isinstance(budget, (int, float)) and not isinstance(budget, bool) and math.isfinite(budget):
        top = declared("budget_rp")["max"] / MILLION
        good["budget"] = int(round(min(max(budget, 0), top) / STEP) * STEP)
    return good


def _cards_html(lang: str) -> str:
    """Four big numbers, the civil registry first; the numbers come later."""
    cards = "".join(f'<div class="c-card"><dt>{escape(say(f"council.{key}", lang))}</dt><dd data-text="{key}"></dd></div>'
                    for key in ("minutes", "documents", "ikm", "cost"))
    return f'<dl class="c-cards">{cards}</dl>'


def _card_texts(comparison, lang: str) -> dict[str, str]:
    """Big numbers, each with its band where it has one."""
    plan, years = comparison.a.plan, comparison.a.scenario.years
    ikm, lines = three(comparison.ikm), {line.promise.key: line for line in comparison.scorecard.lines}
    minutes = lines["registry_minutes"].band if "registry_minutes" in lines else three(comparison.waiting_minutes)
    documents = [100.0 * v for v in lines["documents_on_time"].band] if "documents_on_time" in lines else [float("nan")] * 3
    cost, hours = plan.cost_rp.sum(), comparison.scorecard.staff_hours()[0]
    money = about_rupiah(hours * float(np.median(comparison.a.values["staff_cost_per_hour"])), lang)
    return {"minutes": _card(number(minutes[1], lang, 1, sign=True), _inside(minutes, lang, 1)),
            "documents": _card(number(documents[1], lang, 1, sign=True), _inside(documents, lang, 1)) if documents[1] == documents[1] else _card("–", ""),
            "ikm": _card(number(ikm[1], lang, 2, sign=True), _inside(ikm, lang, 2)),
            "cost": _card(about_rupiah(cost, lang), say("council.per_year", lang, money=about_rupiah(cost / years, lang)) + "; "
                          + say("council.staff_hours", lang, hours=number(hours, lang, 0), money=money))}


def _verdict_text(comparison, lang: str) -> str:
    """The verdict with a sign, so that it does not rest on colour, then direction, importance and the reason of an odd result."""
    badge = ""
    if comparison.a.scenario.id != comparison.b.scenario.id:
        verdict = escape(verdicts.signed(comparison.verdict, lang))
        badge = f'<strong class="c-{comparison.verdict.replace(" ", "-")}">{verdict}</strong>'
        first, *more = scorecard_words.ikm_sentences(comparison, lang)
        why = " ".join(scorecard_words.reasons(comparison.scorecard, lang))
        told = "".join(f"<p>{escape(text)}</p>" for text in (first, " ".join(more), why, words.survey_sentence(comparison, lang)) if text)
        return f"{badge}{told}"
    return f"<p>{escape(comparison.sentence(lang))}</p>"


def _card(big: str, small: str) -> str:
    return f"<b>{escape(big)}</b><small>{escape(small)}</small>"


def _inside(three_: tuple[float, float, float], lang: str, decimals: int) -> str:
    """The band in words a lay reader knows."""
    low, _, high = (number(value, lang, decimals, sign=True) for value in three_)
    return say("council.inside", lang, low=low, high=high)
