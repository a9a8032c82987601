"""The brief: the story on two A4 pages with the assumptions behind it, as PDF.

Text goes to the template as data, so no name can be read as markup. Only fonts that come with typst are used: the pages
look the same, bit for bit, on a machine with other fonts or none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from importlib.resources import files
from xml.etree import ElementTree

from simulation.language import number, say
from simulation.present import exhibits
from simulation.present.story import Exhibit, Page, Story

FONT = "Libertinus Serif"  # in the typst package, with the signs of both languages
PAIR, WIDE = ("differences", "gain"), ("chain",)  # pictures of the first page, side by side, and of the second
HALF = 400  # pixels of a picture on half a page: 12 pixels are 7 points there
LONGEST_NAME = 60  # signs of a scenario's name that a picture of that width has room for
LONGEST_WORD = 28  # signs; a longer one may be broken anywhere
# From roomy to tight. points: size of the text. pictures: heights to try, in mm. full: optional sentences and the money table
# stay. verdicts: how many sentences follow the verdict.
STEPS = (
    *({"points": p, "pictures": (90, 84, 78, 72, 66, 60), "full": True, "verdicts": 9} for p in (10.2, 9.9, 9.6, 9.3, 9.0, 8.7, 8.4, 8.1)),
    *({"points": p, "pictures": (72, 60, 54, 48, 42), "full": False, "verdicts": v} for p, v in ((8.2, 9), (7.8, 9), (7.4, 4), (7.0, 4))),
    *({"points": p, "pictures": (60, 50, 40, 30), "full": False, "verdicts": 2} for p in (6.6, 6.2)),
)

ElementTree.register_namespace("", "http://www.w3.org/2000/svg")
ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")


def brief(story: Story) -> bytes:
    """The brief as PDF: two pages, then the assumptions; the same bytes for the same story.

    Long names make the letters smaller; then the reasons of the options, what is known, the yearly money and the last sentences
    after the verdict are left out (see `STEPS`). Verdict, caution, every option with its numbers, measures and decision always stay.
    Tagged for those who hear it (PDF/UA-1). A name in a script that no bundled font has is shown with empty boxes, and the
    file is then tagged without the claim.
    """
    import typst

    template = files("simulation.present.pack").joinpath("brief.typ").read_bytes()
    inputs = {"data": json.dumps(_data(story), ensure_ascii=False)}
    moment = datetime.combine(date.fromisoformat(story.made or "1970-01-01"), datetime.min.time(), UTC)
    compiler = typst.Compiler(template, font_paths=typst.Fonts(include_system_fonts=False))

    def compiled(standards: list[str]) -> bytes:
        return compiler.compile(template, format="pdf", sys_inputs=inputs, pdf_standards=standards, timestamp=moment)

    try:
        return compiled(["ua-1"])
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
        return compiled([])


def _data(story: Story) -> dict:
    """Everything the template places, in plain JSON types."""
    shown = {e.name: e for page in story.pages for e in page.exhibits}
    pages = {page.name: _page(page) for page in story.pages}
    appendix = [[breakable(cell) for cell in row] for row in story.appendix]
    return pages | {
        "title": breakable(story.title), "city": breakable(story.city), "lang": story.lang, "font": FONT, "steps": STEPS,
        "made": [int(part) for part in story.made.split("-")] if story.made else None,
        "description": story.stamp, "footer": say("brief.footer", story.lang, city=breakable(story.city), record=story.record_id),
        "wide": [_figure(shown[name], story) for name in WIDE if name in shown],
        "pair": [_figure(_narrow(shown[name], story), story) for name in PAIR if name in shown],
        "outcomes": [[breakable(cell) for cell in row] for row in story.outcomes], "outcomes_weights": weights(story.outcomes),
        "appendix": appendix, "appendix_weights": weights(story.appendix),
        "labels": {"outcomes": say("scorecard.definitions", story.lang), "appendix": say("brief.appendix", story.lang),
                   "appendix_lead": say("brief.appendix_lead", story.lang, n=number(max(0, len(appendix) - 1), story.lang, 0))},
    }


def _page(page: Page) -> dict:
    return {"title": breakable(page.title), "lead": breakable(page.lead), "points": [breakable(p) for p in page.points],
            "table": [[breakable(cell) for cell in row] for row in page.table], "weights": weights(page.table)}


def _narrow(shown: Exhibit, story: Story) -> Exhibit:
    """The same exhibit drawn for half a page, so that its letters stay readable.

    As it is when it was not made of comparisons, or when a long name would leave no room for the plot.
    """
    if not shown.comparisons:
        return shown
    base = story.comparisons[0].b
    run = (base, *(c.a for c in story.comparisons if c.a.scenario.id != base.scenario.id))
    if max(len(outcome.scenario.name[story.lang]) for outcome in run) > LONGEST_NAME:
        return shown
    compared = shown.comparisons if shown.name == "differences" else shown.comparisons[0]
    return exhibits.exhibit(shown.name, compared, story.lang, width=HALF, run=run)


def _figure(shown: Exhibit, story: Story) -> dict:
    """A picture with what it says, unless the page says it already."""
    svg, pixels, ratio = drawn(shown.picture.svg())
    repeated = shown.sentence.startswith(story.page("verdict").lead)
    return {"svg": svg, "pixels": pixels, "ratio": ratio, "alt": alternative(shown), "sentence": "" if repeated else breakable(shown.sentence),
            "stamp": breakable(story.stamp)}


def alternative(exhibit: Exhibit) -> str:
    """What is read aloud in place of a picture: its description, else its title and sentence."""
    return exhibit.picture.description or f"{exhibit.title}. {exhibit.sentence}"


def drawn(svg: str) -> tuple[str, float, float]:
    """A picture with its text in the bundled font, its width in pixels, and its width over its height."""
    root = ElementTree.fromstring(svg)
    for element in root.iter():
        if "font-family" in element.attrib:
            element.set("font-family", FONT)
    _, _, width, height = (float(part) for part in root.get("viewBox", "0 0 680 400").split())
    return ElementTree.tostring(root, encoding="unicode"), width, width / height


def breakable(text: str) -> str:
    """Text whose overlong words may be broken: without spaces they would leave the page. Control signs are dropped."""
    clean = "".join(sign if sign.isprintable() else " " for sign in text)
    return re.sub(rf"\S{{{LONGEST_WORD},}}", lambda word: "\u200b".join(re.findall(".{1,10}", word[0])), clean)


def weights(table: Sequence[Sequence[str]]) -> list[int]:
    """Relative widths of the columns, by their longest cell and their longest word."""
    columns = zip(*table, strict=True) if table else ()
    return [_weight([str(cell) for cell in column]) for column in columns]


def _weight(cells: list[str]) -> int:
    word = max(min(LONGEST_WORD, len(word)) for cell in cells for word in (cell.split() or [""]))
    return max(8, word + 3, min(60, max(len(cell) for cell in cells)))
