"""What a council is told, page by page: composed once from the results, then shown as a page, a brief, slides or HTML.

Every sentence is made by rules from the same comparisons as the tables and pictures, so the forms cannot contradict each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from simulation.analysis.choice import choose
from simulation.errors import InputError, Problem, unknown
from simulation.language import DEFAULT, LANGUAGES, catalogue, figure, say
from simulation.outcome import Comparison
from simulation.present import scorecard_words, words
from simulation.present.picture import Picture
from simulation.record import is_date, record_id

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
        outcomes: what each promise means, when a difference matters and how it is measured, text cells, the header first.
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
    outcomes: tuple[tuple[str, ...], ...] | list[list[str]] = ()

    def page(self, name: str) -> Page:
        """The page of that name."""
        return next(page for page in self.pages if page.name == name)


def story(comparisons: Sequence[Comparison], lang: str = DEFAULT, made: str = "", width: int = 680) -> Story:
    """Compose the story of some options against one baseline.

    Args:
        comparisons: options against the same baseline. lang: "id" or "en". made: ISO date of the record, "" to leave it out.
        width: pixels of a picture.

    Raises:
        InputError: no option besides the baseline, different baselines or draws, an unknown language, or no date.
    """
    from simulation.present import story_pages

    compared = _checked(comparisons, lang, made)
    base = compared[0].b
    run = (base, *(c.a for c in compared if c.a.scenario.id != base.scenario.id))
    talk = story_pages.Talk(compared, choose(compared), lang, width, run)
    stamp = words.stamp(run, lang, made=made)
    return Story(lang, talk.names["city"], talk.tell("title"), made, record_id(run), stamp, story_pages.pages(talk), _appendix(base, lang), compared,
                 scorecard_words.definitions(lang, compared[0].smallest))


def _checked(comparisons: Sequence[Comparison], lang: str, made: str) -> tuple[Comparison, ...]:
    problems = [] if lang in LANGUAGES else [unknown("story_language", lang, LANGUAGES)]
    if made and not is_date(made):
        problems.append(Problem("story_date", {"found": made}))
    bases = {(c.b.scenario.id, c.b.draws) for c in comparisons}
    if len(bases) > 1:
        problems.append(Problem("story_bases", {"found": ", ".join(sorted({c.b.scenario.key for c in comparisons}))}))
    if not comparisons:
        problems.append(Problem("no_option", {}))
    if problems:
        raise InputError(problems)
    return tuple(comparisons)


def _appendix(base, lang: str) -> list[list[str]]:
    """Every assumption of the model with range, grade and source."""
    units = catalogue(lang)
    rows = [[say(f"story.appendix.{key}", lang) for key in ("assumption", "value", "range", "unit", "grade", "source")]]
    for p in base.assumptions.parameters:
        low, high = (figure(value, lang) for value in p.range)
        rows.append([p.label[lang], figure(p.value, lang), f"{low} – {high}", units.get(f"excel.measure.{p.unit}", p.unit), p.grade,
                     p.source["citation"]])
    return rows
