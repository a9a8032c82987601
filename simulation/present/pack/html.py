"""The story as one HTML file that needs nothing else: no script, no font, no request."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from importlib.resources import files
from xml.etree import ElementTree

from simulation.language import number, say
from simulation.present.pack.brief import alternative
from simulation.present.story import Exhibit, Page, Story

# The page may not ask anyone for anything, whatever a name in it looks like.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def html(story: Story) -> str:
    """The whole file: the pages in order, each picture with its stamp and the table behind it, and the assumptions."""
    body = "\n".join(_page(page, story) for page in story.pages)
    return f"""<!DOCTYPE html>
<html lang="{escape(story.lang)}">
{_head(story)}
<body>
<a class="skip" href="#content">{escape(say("brief.skip", story.lang))}</a>
<header>
<h1>{escape(story.title)}</h1>
<p class="stamp">{escape(story.stamp)}</p>
{_menu(story)}
</header>
<main id="content">
{body}
{_appendix(story)}
</main>
</body>
</html>
"""


def _head(story: Story) -> str:
    css = files("simulation.present.pack").joinpath("html.css").read_text(encoding="utf-8")
    return f"""<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<link rel="icon" href="data:,">
<title>{escape(story.title)}</title>
<style>
{css}</style>
</head>"""


def _menu(story: Story) -> str:
    links = [(page.name, page.title) for page in story.pages] + [("appendix", say("brief.appendix", story.lang))]
    entries = "".join(f'<li><a href="#{name}">{escape(title)}</a></li>' for name, title in links)
    return f'<nav aria-label="{escape(say("brief.contents", story.lang))}"><ol>{entries}</ol></nav>'


def _page(page: Page, story: Story) -> str:
    points = "".join(f"<li>{escape(point)}</li>" for point in page.points)
    parts = [f'<section id="{page.name}" aria-labelledby="h-{page.name}">', f'<h2 id="h-{page.name}">{escape(page.title)}</h2>',
             f'<p class="lead">{escape(page.lead)}</p>', table(page.table, page.title), f"<ul>{points}</ul>" if points else "",
             *(_figure(exhibit, f"{page.name}-{exhibit.name}", story) for exhibit in page.exhibits), "</section>"]
    return "\n".join(filter(None, parts))


def _figure(exhibit: Exhibit, name: str, story: Story) -> str:
    """A picture, what it says, its stamp, and the table behind it."""
    behind = escape(f"{say('brief.table', story.lang)}: {exhibit.title}")
    rows = f"<details><summary>{behind}</summary>{table(exhibit.table, exhibit.title)}</details>" if len(exhibit.table) > 1 else ""
    picture = f'<div class="scroll" tabindex="0" role="group" aria-label="{escape(exhibit.title)}">{inline(exhibit, name)}</div>'
    return (f'<figure>{picture}<figcaption>{escape(exhibit.sentence)}'
            f'<p class="stamp">{escape(story.stamp)}</p></figcaption>{rows}</figure>')


def inline(exhibit: Exhibit, name: str) -> str:
    """The picture as part of a page: heard as one image, its inner names its own and the same in every run."""
    root = ElementTree.fromstring(exhibit.picture.svg())
    names = {element.get("id"): f"{name}-{i}" for i, element in enumerate(root.iter()) if element.get("id")}
    for element in root.iter():
        # The marks inside carry labels of their own, which a screen reader would read one by one.
        for attribute in [a for a in element.attrib if a == "role" or a.startswith("aria-")]:
            del element.attrib[attribute]
        for attribute, value in element.attrib.items():
            element.set(attribute, _renamed(attribute, value, names))
    root.set("role", "img")
    root.set("aria-label", alternative(exhibit))
    return ElementTree.tostring(root, encoding="unicode")


def _renamed(attribute: str, value: str, names: dict[str, str]) -> str:
    """An attribute with the new name of what it names: the drawing program counts on from the picture before."""
    if attribute == "id":
        return names[value]
    reference = re.fullmatch(r"(url\()?#([^()]+)(\)?)", value)
    return f"{reference[1] or ''}#{names[reference[2]]}{reference[3]}" if reference and reference[2] in names else value


def table(rows: Sequence[Sequence[str]], caption: str) -> str:
    """Text cells with a header row, reachable by keyboard where they are wider than the screen; "" without rows."""
    if len(rows) < 2:
        return ""
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in rows[0])
    body = "".join(f'<tr><th scope="row">{escape(row[0])}</th>' + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:]) + "</tr>"
                   for row in rows[1:])
    return (f'<div class="scroll" tabindex="0" role="group" aria-label="{escape(caption)}"><table><thead><tr>{head}</tr></thead>'
            f"<tbody>{body}</tbody></table></div>")


def _appendix(story: Story) -> str:
    title = say("brief.appendix", story.lang)
    lead = say("brief.appendix_lead", story.lang, n=number(max(0, len(story.appendix) - 1), story.lang, 0))
    outcomes = say("scorecard.definitions", story.lang)
    defined = f"<h3>{escape(outcomes)}</h3>{table(story.outcomes, outcomes)}" if len(story.outcomes) > 1 else ""
    return (f'<section id="appendix" aria-labelledby="h-appendix"><h2 id="h-appendix">{escape(title)}</h2><p>{escape(lead)}</p>'
            f'{defined}{table(story.appendix, title)}<p class="stamp">{escape(story.stamp)}</p></section>')
