"""What a council is told, page by page: composed once from the results, then shown as a page, a brief, slides or HTML.

Every sentence is made by rules from the same comparisons as the tables and pictures, so the forms cannot contradict each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from simulation.outcome import Comparison
from simulation.present.picture import Picture

PAGES = ("question", "known", "options", "picture", "verdict", "caution", "measure", "decision")
EXHIBITS = ("differences", "gain", "ikm", "levels", "waiting", "chain", "units")


@dataclass(frozen=True)
class Exhibit:
    """One picture with the table behind it and what it says.

    Attributes:
        name: one of `EXHIBITS`. title, sentence: in the reader's language.
        picture: with its own text alternative. table: text cells, the header first.
        comparisons: what it draws, for writers with native charts.
    """

    name: str
    title: str
    sentence: str
    picture: Picture
    table: list[list[str]]
    comparisons: tuple[Comparison, ...]


@dataclass(frozen=True)
class Page:
    """One page of the story.

    Attributes:
        name: one of `PAGES`. title: a heading. lead: one sentence in large type. points: further sentences.
        exhibits: shown on it. table: text cells, the header first; empty without one. notes: what the speaker may add.
    """

    name: str
    title: str
    lead: str
    points: tuple[str, ...]
    exhibits: tuple[Exhibit, ...]
    table: list[list[str]]
    notes: str


@dataclass(frozen=True)
class Story:
    """All pages, the small print and the appendix.

    Attributes:
        lang, city: language and name of the city. title: of the whole. made: ISO date of the record, "" without one.
        record_id: short name of the run. stamp: scenarios, draws, record, date and the share that is assumed, for under every figure.
        pages: in the order of `PAGES`. appendix: the assumptions that feed the result, text cells, the header first.
        comparisons: the options against the baseline, which is `comparisons[0].b`.
    """

    lang: str
    city: str
    title: str
    made: str
    record_id: str
    stamp: str
    pages: tuple[Page, ...]
    appendix: list[list[str]]
    comparisons: tuple[Comparison, ...]

    def page(self, name: str) -> Page:
        """The page of that name."""
        return next(page for page in self.pages if page.name == name)
