"""The story path of the council page: one page of the story at a time, with its pictures and the tables behind them."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import ipywidgets as widgets

from simulation.language import say
from simulation.present.story import Exhibit, Page, Story
from simulation.workbook.council_html import button, details, table
from simulation.workbook.council_part import Part
from simulation.workbook.live import VegaLive

LONG = 150  # letters of a sentence that is too long for the largest type beside a picture


class StoryPath:
    """Pages with next and back; a page with several pictures shows one after the other.

    Args:
        story: what to tell. guarded: wraps a callback so that an error shows words.

    `step` is where the reader is, `widgets` the pieces to place, in order.
    """

    def __init__(self, story: Story, guarded: Callable[[Callable], Callable]):
        self.words, self.below, self.way = Part(), Part(), Part()
        self.figure = widgets.VBox()
        for part, name in ((self.words, "c-words"), (self.below, "c-below"), (self.way, "c-way"), (self.figure, "c-figure")):
            part.add_class(name)
        self.widgets = (self.words, self.figure, self.below, self.way)
        self.step = 0
        self._notes = False
        for part in (self.words, self.below, self.way):
            part.on_do(guarded(self._do))
        self.tell(story)

    def tell(self, story: Story) -> None:
        """Tell this story from the same place, e.g. in another language."""
        self.story = story
        self.steps = [(p, e) for p, page in enumerate(story.pages) for e in range(max(len(page.exhibits), 1))]
        self.go(self.step, focus=False)

    @property
    def place(self) -> dict[str, int]:
        """Page and picture from 0."""
        page, picture = self.steps[self.step]
        return {"page": page, "picture": picture}

    def go(self, step: int, focus: bool = True) -> None:
        """Show a step of the way; one past either end is the nearest."""
        self.step = min(max(step, 0), len(self.steps) - 1)
        page, picture = self._now()
        exhibit = page.exhibits[picture] if page.exhibits else None
        lang = self.story.lang
        self._draw(exhibit)
        self.words.show(focus=focus, lang=lang, html=self._printed(before=True) + words_html(page), texts={"others": self._others(page, picture)})
        self.below.show(lang=lang, html=self._below(page))
        self.way.show(lang=lang, html=self._way(), texts={"now": self._position()})

    def turn_to(self, page: int, picture: int = 0) -> None:
        """Show a page and one of its pictures without moving the keyboard's place; the nearest if there is none such."""
        last = len(self.story.pages) - 1
        wanted = min(max(page, 0), last), max(picture, 0)
        self.go(max(i for i, step in enumerate(self.steps) if step <= wanted), focus=False)

    def _now(self) -> tuple[Page, int]:
        page, picture = self.steps[self.step]
        return self.story.pages[page], picture

    def _do(self, what: str) -> None:
        """A button or a key."""
        if what in ("next", "back"):
            self.go(self.step + (1 if what == "next" else -1))
        elif what == "notes":
            self._notes = not self._notes
            self.below.show(html=self._below(self._now()[0]))
            self.way.show(html=self._way())
        elif what.startswith("page-") and what[5:].isdigit():
            self.go(self.steps.index((min(int(what[5:]), len(self.story.pages) - 1), 0)))
        elif what.startswith("picture-") and what[8:].isdigit():
            self.turn_to(self.place["page"], int(what[8:]))

    def _draw(self, exhibit: Exhibit | None) -> None:
        """Only the picture of this step is on the page; the one before it is closed, also in the browser's memory."""
        before = self.figure.children
        if exhibit is None:
            self.figure.children = ()
        else:
            lang = self.story.lang
            behind = details(say("council.behind", lang, title=exhibit.title), table(exhibit.table, exhibit.title))
            said = self._now()[0].lead in exhibit.sentence  # the large type beside the picture says it already
            under = Part(lang=lang, html=behind if said else f'<p class="c-caption">{escape(exhibit.sentence)}</p>{behind}')
            self.figure.children = (VegaLive(exhibit.picture), under)
        for widget in before:
            widget.close()

    def _others(self, page: Page, picture: int) -> str:
        """Buttons to the pictures of the page; nothing when there is one."""
        if len(page.exhibits) < 2:
            return ""
        buttons = "".join(button(f"picture-{i}", exhibit.title, "c-small", aria_pressed=str(i == picture).lower())
                          for i, exhibit in enumerate(page.exhibits))
        return f'<div class="c-others" role="group" aria-label="{escape(say("council.pictures", self.story.lang))}">{buttons}</div>'

    def _below(self, page: Page) -> str:
        lang = self.story.lang
        parts = [table(page.table, page.title)] if page.table else []
        if self._notes and page.notes:
            parts.append(f'<aside class="c-notes" aria-label="{escape(say("council.notes", lang))}"><strong>{escape(say("council.notes", lang))}'
                         f'</strong><p>{escape(page.notes)}</p></aside>')
        return "".join(parts) + self._printed(before=False) + ("" if page.exhibits else f'<p class="c-stamp">{escape(self.story.stamp)}</p>')

    def _printed(self, before: bool) -> str:
        """The pages before or after this one, without their pictures: only paper shows them."""
        now = self.steps[self.step][0]
        pages = self.story.pages[:now] if before else self.story.pages[now + 1:]
        inside = "".join(words_html(page, "") + (table(page.table, page.title) if page.table else "") for page in pages)
        return f'<div class="c-printed">{inside}</div>'

    def _position(self) -> str:
        page, picture = self._now()
        of = {"n": self.steps[self.step][0] + 1, "all": len(self.story.pages)}
        text = say("council.position", self.story.lang, **of)
        if len(page.exhibits) > 1:
            text += " · " + say("council.picture_position", self.story.lang, n=picture + 1, all=len(page.exhibits))
        return escape(text)

    def _way(self) -> str:
        """Back, where we are, next."""
        lang, now = self.story.lang, self.steps[self.step][0]
        ends = [{"aria_disabled": "true"} if self.step == end else {} for end in (0, len(self.steps) - 1)]
        dots = "".join(
            f'<li><button type="button" data-do="page-{i}" data-key="page-{i}"{" aria-current=page" if i == now else ""} '
            f'aria-label="{escape(f"{i + 1}. {page.title}")}" title="{escape(page.title)}"><span>{i + 1}</span></button></li>'
            for i, page in enumerate(self.story.pages))
        notes = button("notes", say("council.notes", lang), "c-quiet", aria_pressed=str(self._notes).lower())
        return (f'<nav data-keys aria-label="{escape(say("council.pages", lang))}">{button("back", "← " + say("council.back", lang), **ends[0])}'
                f'<ol>{dots}</ol><p class="c-now" aria-live="polite" data-text="now"></p>{notes}'
                f'{button("next", say("council.next", lang) + " →", "c-main", **ends[1])}</nav>')


def words_html(page: Page, focus: str = 'tabindex="-1" data-focus') -> str:
    """Heading, the sentence in large type and the points of a page; `focus` marks the heading."""
    points = "".join(f"<li>{escape(point)}</li>" for point in page.points)
    length = "c-long" if len(page.lead) > LONG else ""
    kind = f"c-beside {length}" if page.exhibits else "c-tabled" if page.table else ""
    return (f'<article class="c-page {kind}"><h2 {focus}>{escape(page.title)}</h2><p class="c-lead">{escape(page.lead)}</p>'
            + (f'<ul class="c-points">{points}</ul>' if points else "") + ('<div data-text="others"></div>' if focus else "") + "</article>")
