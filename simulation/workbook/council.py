"""The council page: the story of the result page by page, and a path to try one's own plan; no code to be seen.

In a notebook:

    page = council(book)
    page.widget
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from html import escape

import ipywidgets as widgets

from simulation.assumptions import Assumptions
from simulation.city import City
from simulation.ensemble import simulate
from simulation.errors import InputError, unknown
from simulation.language import DEFAULT, LANGUAGES, say
from simulation.outcome import Comparison, compare
from simulation.present.story import Story, story
from simulation.scenario import Scenario
from simulation.workbook.council_free import FULL, FreePath
from simulation.workbook.council_html import button
from simulation.workbook.council_pack import pack_work
from simulation.workbook.council_part import Part
from simulation.workbook.council_story import StoryPath
from simulation.workbook.pulse import watch
from simulation.workbook.work import Work

NAMES = ("designed_for_impact", "double_budget", "no_training")
TABS = ("story", "free")
PICTURE = 720  # pixels: a picture of the story is as wide as the room beside the words on a projector


class CouncilPage:
    """Story and free path in one widget, in either language.

    Args:
        lang: language to begin with. city, assumptions: default to those in `data/`.
        names: file stems of the options of the story. start: the one that the free path starts from; the first option if none is named.
        scenarios: the library, the baseline first; the one in `data/scenarios` by default. made: ISO date of the record, if there is one.

    `widget` is the page, `lang` its language, `state` where the reader is, `comparisons` what the story tells.

    Raises:
        InputError: no such scenario; the nearest names are given.
    """

    def __init__(self, lang: str = DEFAULT, city: City | None = None, assumptions: Assumptions | None = None,
                 names: Sequence[str] = NAMES, start: str = "", scenarios: Mapping[str, Scenario] | None = None, made: str = ""):
        self.assumptions = assumptions or Assumptions.load()
        self.city = city or City.load(tables=self.assumptions.tables)
        self.library = dict(scenarios or Scenario.library())
        start = start or names[0]
        wrong = [unknown("unknown_scenario", name, self.library) for name in dict.fromkeys([*names, start]) if name not in self.library]
        if wrong:
            raise InputError(wrong)
        self.lang, self.made, self.tab = lang, made, TABS[0]
        self._told: dict[str, Story] = {}
        self._hearing: list[Callable[[dict], None]] = []
        self.comparisons = self._compared(names)
        self.head = Part().add_class("c-head")
        self.head.on_do(self._guarded(self._do))
        self.story = StoryPath(self._story(lang), self._guarded)
        self.free = FreePath(self.library, start, self.city, self.assumptions, lang, self._guarded,
                             [self.comparisons[0].b, *(c.a for c in self.comparisons)])
        self.pulse = watch(self)
        self.widget = widgets.Box().add_class("council")
        self._place()

    @property
    def state(self) -> dict[str, object]:
        """Where the reader is: language, path, page, picture and the values of the controls; plain values only."""
        return {"lang": self.lang, "tab": self.tab, **self.story.place, "values": dict(self.free.values)}

    @state.setter
    def state(self, state: Mapping[str, object]) -> None:
        """Go back there; what is missing or cannot be used is left as it is."""
        lang, tab, page, picture, values = (state.get(key) for key in ("lang", "tab", "page", "picture", "values"))
        if lang in LANGUAGES and lang != self.lang:
            self.speak(lang)
        if tab in TABS:
            self.tab = tab
        if type(page) is int:
            self.story.turn_to(page, picture if type(picture) is int else 0)
        if isinstance(values, Mapping):
            self.free.set(values)
        self._place()

    def frame(self):
        """What the free path shows as a data frame: the comparison with quantiles."""
        return self.free.comparison.table()

    def pack_work(self) -> Work:
        """A button that writes the files for the meeting about the options of the story, in the page's language."""
        return pack_work(self.comparisons, self.lang, self.made)

    def on_state(self, handler: Callable[[dict], None]) -> None:
        """Call `handler(state)` after everything that a visitor does."""
        self._hearing.append(handler)

    def speak(self, lang: str) -> None:
        """Say everything in this language; page and controls stay."""
        self.lang = lang
        self.story.tell(self._story(lang))
        self.free.speak(lang)
        self._head()

    def _compared(self, names: Sequence[str]) -> list[Comparison]:
        base = simulate(next(iter(self.library.values())), self.city, self.assumptions, FULL)
        return [compare(simulate(self.library[name], self.city, self.assumptions, FULL), base) for name in dict.fromkeys(names)]

    def _story(self, lang: str) -> Story:
        if lang not in self._told:
            self._told[lang] = story(self.comparisons, lang, self.made, width=PICTURE)
        return self._told[lang]

    def _do(self, what: str) -> None:
        """A button of the head."""
        kind, _, name = what.partition("-")
        if kind == "lang" and name in LANGUAGES:
            self.speak(name)
        elif kind == "tab" and name in TABS and name != self.tab:
            self.tab = name
            self._place()

    def _place(self) -> None:
        """Only the chosen path is on the page."""
        self._head()
        path = self.story if self.tab == "story" else self.free
        for name in TABS:
            self.widget.remove_class(f"c-{name}")
        self.widget.add_class(f"c-{self.tab}")
        self.widget.children = (self.head, *path.widgets, self.pulse)

    def _head(self, problem: str = "") -> None:
        alert = f'<p role="alert">{escape(problem)}</p>' if problem else ""
        told = self._told[self.lang]
        self.head.show(lang=self.lang, html=_head_html(told, self.tab), texts={"problem": alert})

    def _guarded(self, function: Callable) -> Callable:
        """The function as a callback: an error shows words on the page, and afterwards the state is told."""

        @wraps(function)
        def call(*arguments):
            problem = ""
            try:
                function(*arguments)
            except InputError as error:
                problem = error.text(self.lang)
            except Exception:  # an error in a callback would otherwise vanish without a word
                problem = say("council.failed", self.lang)
            if problem or self.head.texts.get("problem"):
                self._head(problem)
            state = self.state
            for handler in self._hearing:
                handler(state)

        return call


def council(book, names: Sequence[str] = NAMES) -> CouncilPage:
    """The council page of a workbook: its language, city, ledger and scenarios."""
    return CouncilPage(book.lang, book.city, book.assumptions, names, scenarios=book.scenarios)


def _head_html(told: Story, tab: str) -> str:
    """City and title, the two paths, the two languages, and the place of a problem."""
    lang = told.lang
    tabs = "".join(button(f"tab-{name}", say(f"council.tab_{name}", lang), "c-tab", **({"aria_current": "page"} if name == tab else {}))
                   for name in TABS)
    languages = "".join(button(f"lang-{code}", say(f"council.language_{code}", lang), "c-small", lang=code, aria_pressed=str(code == lang).lower())
                        for code in LANGUAGES)
    return (f'<header><div class="c-name"><p>{escape(told.city)}</p><h1>{escape(told.title)}</h1></div>'
            f'<nav class="c-tabs" aria-label="{escape(say("council.paths", lang))}">{tabs}</nav>'
            f'<div class="c-languages" role="group" aria-label="{escape(say("council.languages", lang))}">{languages}</div></header>'
            '<div data-text="problem"></div>')
