"""The researcher's bench: change an assumption in place and see whether the recommendation stands."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import ipywidgets as widgets

from simulation.analysis.futures import futures
from simulation.analysis.recommendation import Recommendation, recommend
from simulation.assumptions import Assumptions
from simulation.city import City
from simulation.distributions import KINDS
from simulation.errors import InputError, Problem
from simulation.language import figure, read_figure, say
from simulation.ledger_changes import changes, read_changes, save_changes
from simulation.ledger_checks import CERTAIN
from simulation.present import recommendation_words
from simulation.present.ledger_words import change_line, row_words
from simulation.scenario import Scenario
from simulation.workbook.ledger_table import LedgerTable
from simulation.workbook.live import VegaLive

DRAWS = 256
BILLION = 1_000_000_000
_COLUMNS = ("assumption", "value", "low", "high", "kind", "grade", "link", "decides", "worth")
_WORDS = (*_COLUMNS, "reset", "search", "search_hint", "all", "changed_only", "shown")


class LedgerBench:
    """The ledger to edit, its structural switches, and what the scenarios are worth under it.

    Args:
        lang: language of everything shown.
        city, assumptions, scenarios: where, the published ledger, and what is compared, the baseline first.
        willingness_rp: rupiah per IKM point.
        draws: futures behind the recommendation.

    `assumptions` is the ledger as edited, `recommendation` what follows from it, `published` what followed before.
    """

    def __init__(self, lang: str, city: City, assumptions: Assumptions, scenarios: Sequence[Scenario], willingness_rp: float, draws: int = DRAWS):
        self.lang, self.city, self.scenarios, self.draws = lang, city, tuple(scenarios), draws
        self._start = self.assumptions = assumptions
        self._past: list[Assumptions] = []
        self._notes: dict[str, dict[str, str]] = {}
        self._filling = False
        self._before = self._after = futures(self.scenarios, city, assumptions, draws)
        self._build(willingness_rp)
        self._show()

    @property
    def willingness_rp(self) -> float:
        """Rupiah per IKM point as chosen."""
        return float(self.willingness.value) * BILLION

    @property
    def published(self) -> Recommendation:
        """The recommendation under the ledger as it was opened."""
        return recommend(self._before, self.willingness_rp)

    @property
    def recommendation(self) -> Recommendation:
        """The recommendation under the ledger as edited."""
        return recommend(self._after, self.willingness_rp)

    def frame(self):
        """What the chart shows as a data frame: the scenarios, best first."""
        return self.recommendation.table()

    def replace(self, values: dict | None = None, structure: dict | None = None) -> None:
        """Change rows or switches, as `Assumptions.replace`; one step of undo.

        Raises:
            InputError: what cannot be; nothing is changed then.
        """
        self._move_to(self.assumptions.replace(values, structure))

    def undo(self) -> None:
        """Take the last change back."""
        if self._past:
            self._calculate(self._past.pop())

    def save(self, path) -> None:
        """Write the changes to a file."""
        save_changes(self.assumptions, path)

    def open(self, path) -> None:
        """Take the changes of a file instead of the present ones; one step of undo.

        Raises:
            InputError: the file cannot be used; nothing is changed then.
        """
        self._move_to(read_changes(path, self._start))

    def learn(self, *, decides: dict[str, str] | None = None, worth: dict[str, str] | None = None) -> None:
        """Fill the columns of the table that say what decides and what it is worth to know.

        Args:
            decides, worth: words by key of the row.
        """
        for column, words in (("decides", decides), ("worth", worth)):
            if words is not None:
                self._notes[column] = dict(words)
        self._show_table()

    def _build(self, willingness_rp: float) -> None:
        lang, style = self.lang, {"description_width": "initial"}
        words = {name: say(f"bench.{name}", lang) for name in _WORDS}
        links = dict.fromkeys(row.feeds for row in self._start.parameters)
        self.table = LedgerTable(rows=self._rows(), words=words, links=[[link, say(f"bench.link_{link}", lang)] for link in links],
                                 kinds=[[kind, say(f"ledger.kind_{kind}", lang)] for kind in KINDS])
        self.table.observe(self._edited, "edit")
        self.switches = {}
        for switch in self._start.ledger.structure:
            options = [(option.label[lang], option.id) for option in switch.options]
            self.switches[switch.key] = widgets.Dropdown(options=options, value=self._start.structure[switch.key], description=switch.label[lang],
                                                         style=style, layout=widgets.Layout(width="420px"), tooltip=switch.note[lang])
            self.switches[switch.key].observe(self._switched, "value")
        self.willingness = widgets.IntSlider(value=round(willingness_rp / BILLION), min=0, max=200, step=5, description=say("bench.willingness", lang),
                                             style=style, layout=widgets.Layout(width="520px"), continuous_update=False)
        self.willingness.observe(lambda _: self._show(), "value")
        self.path = widgets.Text(value=say("bench.file_name", lang), description=say("bench.file", lang), style=style, continuous_update=True)
        names = {"undo": "undo", "reset_all": "eraser", "save": "save", "open": "folder-open"}
        self.buttons = {name: widgets.Button(description=say(f"bench.{name}", lang), icon=icon, layout=widgets.Layout(width="auto"))
                        for name, icon in names.items()}
        acts = {"undo": self.undo, "reset_all": self._reset_all, "save": self._save, "open": self._open}
        for name, button in self.buttons.items():
            button.on_click(lambda _, act=acts[name]: self._try(act))
        self.message, self.sentence, self.list = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.chart = VegaLive(recommendation_words.differences(self.recommendation, self.published, lang))
        row = widgets.Layout(flex_flow="row wrap")
        switches = widgets.HBox(list(self.switches.values()), layout=row)
        tools = widgets.HBox([*list(self.buttons.values())[:2], self.path, *list(self.buttons.values())[2:]], layout=row)
        self.widget = widgets.VBox([self.table, switches, tools, self.message, self.list, self.willingness, self.sentence, self.chart])

    def _edited(self, change) -> None:
        """What was typed in a row: taken over, or refused beside it."""
        edit = change["new"]
        key = edit.get("key")
        try:
            asked = self._published_row(key) if edit.get("reset") else self._asked(edit)
            ledger = self.assumptions.replace({key: asked})
        except InputError as error:
            self.table.problems = {key: error.text(self.lang)}
            return
        self.table.problems = {}
        self._try(lambda: self._move_to(ledger))

    def _published_row(self, key: str) -> dict:
        row = self._start[key]
        return {"value": row.value, "range": row.range, "distribution": dict(row.distribution)}

    def _asked(self, edit: dict) -> dict:
        """The change that an edit asks for: only what differs from what stands there."""
        row = self.assumptions[edit["key"]]
        shown, numbers = self._row(row), {}
        for name in ("value", "low", "high"):
            if edit[name] != shown[name]:
                numbers[name] = read_figure(str(edit[name]))
                if numbers[name] is None:
                    raise InputError(Problem("bench_number", {"found": str(edit[name])[:40], "name": say(f"bench.{name}", self.lang)}))
        asked = {"value": numbers["value"]} if "value" in numbers else {}
        if "low" in numbers or "high" in numbers:
            asked["range"] = (numbers.get("low", row.range[0]), numbers.get("high", row.range[1]))
        return asked if edit["kind"] == row.distribution["kind"] else {**asked, "distribution": str(edit["kind"])}

    def _switched(self, _) -> None:
        if not self._filling:
            self._try(lambda: self.replace(structure={key: box.value for key, box in self.switches.items()}))

    def _reset_all(self) -> None:
        self._move_to(self._start)

    def _save(self) -> None:
        self.save(self.path.value)
        self.message.value = f"<p role='status'>{escape(say('bench.saved', self.lang, path=self.path.value, n=len(changes(self.assumptions))))}</p>"

    def _open(self) -> None:
        self.open(self.path.value)

    def _try(self, act) -> None:
        """Do it, or say why not; an error in a callback would otherwise vanish without a word."""
        self.message.value = ""
        try:
            act()
        except InputError as error:
            self.message.value = _warning(error.text(self.lang))
        except OSError as error:
            problem = Problem("not_writable", {"found": error.strerror or "?"}, str(error.filename or self.path.value))
            self.message.value = _warning(problem.text(self.lang))

    def _move_to(self, ledger: Assumptions) -> None:
        if ledger.id != self.assumptions.id or changes(ledger) != changes(self.assumptions):
            self._past.append(self.assumptions)
            self._calculate(ledger)

    def _calculate(self, ledger: Assumptions) -> None:
        self.assumptions = ledger
        self._after = self._before if ledger.id == self._start.id else futures(self.scenarios, self.city, ledger, self.draws)
        self._filling = True
        try:
            for key, box in self.switches.items():
                box.value = ledger.structure[key]
        finally:
            self._filling = False
        self._show()

    def _show(self) -> None:
        lang, now, published = self.lang, self.recommendation, self.published
        found = changes(self.assumptions)
        items = "".join(f"<li>{escape(change_line(change, lang))}</li>" for change in found)
        title = say("bench.changes", lang) if found else say("bench.no_changes", lang)
        self.list.value = f"<p><b>{escape(title)}</b></p><ul>{items}</ul>"
        self.buttons["undo"].disabled = not self._past
        self.buttons["reset_all"].disabled = not found
        stands = recommendation_words.stands_sentence(now, published, lang)
        self.sentence.value = (f"<div role='status' style='font-size:17px;line-height:1.5;max-width:900px'><p><b>{escape(stands)}</b></p>"
                               f"<p>{escape(now.sentence(lang))}</p></div>")
        self.chart.show(recommendation_words.differences(now, published, lang))
        self._show_table()

    def _show_table(self) -> None:
        self.table.rows = self._rows()

    def _rows(self) -> list[dict]:
        return [self._row(row) for row in self.assumptions.parameters]

    def _row(self, row) -> dict:
        """One row as the page shows it."""
        lang = self.lang
        published = next(p for p in self._start.parameters if p.key == row.key)
        changed = (row.value, row.range, row.distribution) != (published.value, published.range, published.distribution)
        parts = [row.key, row.label[lang], row.note[lang], row.source["citation"], say(f"bench.link_{row.feeds}", lang)]
        return {
            "key": row.key, "label": row.label[lang], "unit": row.unit, "note": row.note[lang], "source": row.source["citation"],
            "address": row.source["address"] or "", "value": figure(row.value, lang), "low": figure(row.range[0], lang), "high": figure(row.range[1], lang),
            "kind": row.distribution["kind"], "grade": row.grade, "feeds": row.feeds, "link": say(f"bench.link_{row.feeds}", lang),
            "changed": changed, "published": say("bench.published", lang, row=row_words(published, lang)) if changed else "",
            "certain": row.key in CERTAIN, "search": " ".join(parts).lower(),
            **{column: self._notes.get(column, {}).get(row.key, "") for column in ("decides", "worth")},
        }


def _warning(text: str) -> str:
    return f"<p role='alert' style='color:#8a2d00'>{escape(text)}</p>"
