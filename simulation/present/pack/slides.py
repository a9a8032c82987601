"""Slides of a story: large type, native charts, notes for the speaker, the small print under every figure.

One slide opens each page; its figures, and a table that finds no room beside the sentences, follow on slides of their own.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Pt

from simulation.language import say
from simulation.present.frame import BLUE_INK, INK, QUIET
from simulation.present.pack import slides_file, slides_native
from simulation.present.pack import slides_text as fit
from simulation.present.pack.slides_charts import NATIVE, clean, sheet
from simulation.present.pack.slides_text import EDGE, ROOM, TOP, WIDTH, Block, Grid
from simulation.present.picture import Picture, with_rows
from simulation.present.story import Exhibit, Page, Story

TAGS = {"id": "id-ID", "en": "en-GB"}
FOOT = 528  # lower end of the small print
STAMP_SIZES = (10, 9, 8)
LEAST_FIGURE = 250  # height in points at which a figure can still be read
MOST_BESIDE = 4  # options whose bars can be read at that height
PICTURE_SCALE = 2.5  # pixels per unit of a picture: sharp on a projector


@dataclass(frozen=True)
class Deck:
    """The presentation being made and what every slide needs: the story, the text of the small print and where it begins."""

    file: Presentation
    story: Story
    stamp: str
    stamp_size: float
    foot: float

    @property
    def tag(self) -> str:
        """Language of the text, for the reader's spelling check and voice."""
        return TAGS[self.story.lang]

    @property
    def room(self) -> float:
        """Height between title and small print."""
        return self.foot - TOP - 8


def slides(story: Story) -> bytes:
    """The story as a PPTX file, 16:9; the same story gives the same bytes."""
    deck = _deck(story)
    _cover(deck)
    for page in story.pages:
        _page(deck, page)
    return slides_file.packed(deck.file, story.title, story.lang, story.made, f"{story.record_id} · {story.city}")


def _deck(story: Story) -> Deck:
    stamp = clean(story.stamp)
    room, height = ROOM - 40, 62
    size = fit.fitting(stamp, room, height, STAMP_SIZES)
    stamp = fit.cut(stamp, room, height, size)
    foot = FOOT - fit.lines_of(stamp, room, size) * size * fit.SPACING
    return Deck(slides_file.blank(WIDTH, fit.HEIGHT), story, stamp, size, foot)


def _cover(deck: Deck) -> None:
    story = deck.story
    slide = _slide(deck, story.title, "", story.pages[0].notes if story.pages else "", top=150, height=130, sizes=(44, 36, 30, 24))
    names = [clean(c.a.scenario.name[story.lang]) for c in story.comparisons if c.a.scenario.id != c.b.scenario.id]
    base = clean(story.comparisons[0].b.scenario.name[story.lang])
    text = say("pack.cover", story.lang, options="; ".join(names) or base, base=base)
    size = fit.fitting(text, ROOM, 170, (24, 20, 18))
    _write(deck, slide, [Block(fit.cut(text, ROOM, 170, size), size)], 300, 175)


def _page(deck: Deck, page: Page) -> None:
    """The sentences with the table or the first figure where there is room, then the table, then the figures."""
    with_figure = bool(page.exhibits) and not page.table and len(page.exhibits[0].comparisons) <= MOST_BESIDE
    parts = fit.flow(_blocks(deck, page, with_figure), deck.room)
    used = sum(block.height for block in parts[-1]) + 6
    left = deck.room - used
    beside = fit.grids(_cells(page.table), left) if page.table else []
    joins = len(beside) == 1 and sum(beside[0].heights) <= left
    first = with_figure and left >= LEAST_FIGURE
    for i, part in enumerate(parts):
        slide = _slide(deck, page.title if not i else _continued(deck, page), "", _notes(deck, page, page.exhibits[0]) if first else page.notes)
        _write(deck, slide, part, TOP, deck.room)
    if joins:
        _table(deck, slide, beside[0], TOP + used, page.title)
    elif page.table:
        for part in fit.grids(_cells(page.table), deck.room):
            _table(deck, _slide(deck, _continued(deck, page), "", page.notes), part, TOP, page.title)
    if first:
        _captioned(deck, slide, page.exhibits[0], TOP + used)
    for exhibit in page.exhibits[first:]:
        _figure(deck, page, exhibit)


def _continued(deck: Deck, page: Page) -> str:
    return say("pack.continued", deck.story.lang, title=page.title)


def _cells(table) -> list[list[str]]:
    return [[clean(cell) for cell in row] for row in table]


def _blocks(deck: Deck, page: Page, with_figure: bool) -> list[Block]:
    """Sentences in the largest type that leaves room for a figure, else that keeps them on one slide, else in the smallest."""
    lead, points = clean(page.lead), [clean(point) for point in page.points]
    choices = [[Block(lead, head, bold=True, gap=gap + 6), *(Block(point, size, bullet=True, gap=gap) for point in points)]
               for head, size, gap in ((28, 22, 10), (26, 20, 9), (24, 18, 8), (22, 18, 6), (20, 18, 3))]
    heights = [sum(block.height for block in blocks) for blocks in choices]
    limits = [deck.room - LEAST_FIGURE - 6, deck.room] if with_figure else [deck.room]
    chosen = next((blocks for limit in limits for blocks, height in zip(choices, heights, strict=True) if height <= limit), choices[-1])
    return [part for block in chosen for part in _halves(block, deck.room)]


def _halves(block: Block, height: float) -> list[Block]:
    """A paragraph that is higher than a slide, in pieces."""
    pieces, rest = [], block.text
    while rest:
        piece = fit.cut(rest, ROOM - 22, height - block.gap, block.size, block.bold)
        kept = len(rest) if piece == rest else max(piece.rfind(" "), len(piece) // 2)
        pieces.append(Block(rest[:kept].strip(), block.size, block.bold, block.bullet, block.gap))
        rest = rest[kept:].strip()
    return pieces or [block]


def _slide(deck: Deck, title: str, kicker: str, notes: str, top: float = fit.TITLE_TOP, height: float = 72, sizes=(32, 28, 24, 20)):
    """An empty slide with title, small print, number and notes."""
    slide = deck.file.slides.add_slide(deck.file.slide_layouts[5])  # the title alone
    title, shape = clean(title), slide.shapes.title
    if kicker:
        _text(deck, slide, kicker, EDGE, top - 12, ROOM, 18, 13, QUIET)
        top, height = top + 6, height - 6
    size = fit.fitting(title, ROOM, height, sizes, True)
    shape.left, shape.top, shape.width, shape.height = Pt(EDGE), Pt(top), Pt(ROOM), Pt(height)
    _fill(deck, shape.text_frame, [Block(fit.cut(title, ROOM, height, size, True), size, True)], BLUE_INK, MSO_ANCHOR.MIDDLE)
    _text(deck, slide, deck.stamp, EDGE, deck.foot, ROOM - 40, FOOT - deck.foot, deck.stamp_size, QUIET)
    _number(deck, slide)
    slide.notes_slide.notes_text_frame.text = clean(notes)
    _tag(deck, slide.notes_slide.notes_text_frame)
    return slide


def _number(deck: Deck, slide) -> None:
    box = _text(deck, slide, "0", WIDTH - EDGE - 36, FOOT - 14, 36, 14, 10, QUIET)
    run = box.text_frame.paragraphs[0]._p.find(qn("a:r"))
    field = parse_xml(f'<a:fld {nsdecls("a")} id="{{6F1B5C1E-6A0E-4C58-9D0B-3B5D1A8E9F01}}" type="slidenum"/>')
    for part in list(run):
        field.append(part)
    field.find(qn("a:t")).text = str(len(deck.file.slides))
    run.getparent().replace(run, field)
    box.text_frame.paragraphs[0]._p.get_or_add_pPr().set("algn", "r")


def _write(deck: Deck, slide, blocks: list[Block], top: float, height: float) -> None:
    box = slide.shapes.add_textbox(Pt(EDGE), Pt(top), Pt(ROOM), Pt(height))
    _fill(deck, box.text_frame, blocks, INK, MSO_ANCHOR.TOP)


def _text(deck: Deck, slide, text: str, left: float, top: float, width: float, height: float, size: float, colour: str):
    box = slide.shapes.add_textbox(Pt(left), Pt(top), Pt(width), Pt(height))
    _fill(deck, box.text_frame, [Block(text, size, gap=0)], colour, MSO_ANCHOR.TOP)
    return box


def _fill(deck: Deck, frame, blocks: list[Block], colour: str, anchor) -> None:
    """Paragraphs in a frame without margins, tagged with their language."""
    frame.word_wrap, frame.vertical_anchor = True, anchor
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    for i, block in enumerate(blocks):
        paragraph = frame.paragraphs[0] if not i else frame.add_paragraph()
        paragraph.text = block.text.replace("Rp ", "Rp\u00a0")  # an amount stays in one line
        paragraph.space_after, paragraph.space_before, paragraph.line_spacing = Pt(block.gap), Pt(0), 1.0
        for font in (paragraph.font, *(run.font for run in paragraph.runs)):  # PowerPoint reads the runs, some others the paragraph
            font.size, font.bold = Pt(block.size), block.bold
            font.color.rgb = RGBColor.from_string(colour.lstrip("#").upper())
        style = paragraph._p.get_or_add_pPr()
        style.set("algn", "l")
        if block.bullet:
            style.set("marL", str(22 * slides_native.EMU))
            style.set("indent", str(-22 * slides_native.EMU))
            style.insert(len(style) - 1, parse_xml(f'<a:buChar {nsdecls("a")} char="•"/>'))  # before a:defRPr
    _tag(deck, frame)


def _tag(deck: Deck, frame) -> None:
    for run in frame._txBody.iter(qn("a:r")):
        run.get_or_add_rPr().set("lang", deck.tag)


def _table(deck: Deck, slide, grid: Grid, top: float, title: str) -> None:
    frame = slide.shapes.add_table(len(grid.rows), len(grid.widths), Pt(EDGE), Pt(top), Pt(ROOM), Pt(sum(grid.heights)))
    _describe(frame, title)
    for column, width in zip(frame.table.columns, grid.widths, strict=True):
        column.width = Pt(width)
    for r, (cells, height) in enumerate(zip(grid.rows, grid.heights, strict=True)):
        frame.table.rows[r].height = Pt(height)
        for c, text in enumerate(cells):
            cell = frame.table.cell(r, c)
            cell.fill.solid()
            cell.fill.fore_color.rgb = RGBColor.from_string(BLUE_INK[1:].upper() if not r else "FFFFFF" if r % 2 else "F3F5F7")
            _fill(deck, cell.text_frame, [Block(text, grid.size, not r, gap=0)], "#FFFFFF" if not r else INK, MSO_ANCHOR.MIDDLE)
            cell.margin_left = cell.margin_right = Pt(fit.PAD_X)
            cell.margin_top = cell.margin_bottom = Pt(fit.PAD_Y)
    frame.table.horz_banding = False


def _figure(deck: Deck, page: Page, exhibit: Exhibit) -> None:
    """A slide of a figure with what it says; sentences that would take its room are in the notes alone."""
    slide, top = _slide(deck, exhibit.title, clean(page.title), _notes(deck, page, exhibit)), TOP
    most = 3 if exhibit.name in NATIVE else 2  # lines; a picture has small print of its own and needs the room
    sentence = fit.first_sentences(clean(exhibit.sentence), ROOM, most * fit.BODY * fit.SPACING, fit.BODY)
    if sentence:
        block = Block(sentence, fit.BODY, gap=6)
        _write(deck, slide, [block], top, block.height)
        top += block.height
    _draw(deck, slide, exhibit, top)


def _captioned(deck: Deck, slide, exhibit: Exhibit, top: float) -> None:
    """A figure below the sentences of its page, its title over it."""
    block = Block(fit.cut(clean(exhibit.title), ROOM, fit.BODY * fit.SPACING, fit.BODY, True), fit.BODY, bold=True, gap=2)
    _write(deck, slide, [block], top, block.height)
    _draw(deck, slide, exhibit, top + block.height)


def _notes(deck: Deck, page: Page, exhibit: Exhibit) -> str:
    key = "pack.figure_notes" if exhibit.name in NATIVE else "pack.picture_notes"
    return say(key, deck.story.lang, notes=page.notes, sentence=exhibit.sentence)


def _draw(deck: Deck, slide, exhibit: Exhibit, top: float) -> None:
    """The figure itself from `top` to the small print."""
    box = (EDGE, top, ROOM, deck.foot - 8 - top)
    if exhibit.name in NATIVE:
        emu = tuple(round(v * slides_native.EMU) for v in box)
        shape = slides_native.draw(slide, sheet(exhibit.name, exhibit.comparisons, deck.story.lang), emu, deck.tag)
    else:
        shape = _picture(slide, exhibit.picture, box)
    _describe(shape, exhibit.picture.description or exhibit.title)


def _picture(slide, picture: Picture, box: tuple[float, float, float, float]):
    """A picture as large as the box allows, in its middle."""
    import io

    import vl_convert

    spec = json.dumps(with_rows(picture.spec, picture.rows))
    shape = slide.shapes.add_picture(io.BytesIO(vl_convert.vegalite_to_png(spec, scale=PICTURE_SCALE, allowed_base_urls=[])), 0, 0)
    left, top, width, height = box
    scale = min(Pt(width) / shape.width, Pt(height) / shape.height)
    shape.width, shape.height = int(shape.width * scale), int(shape.height * scale)
    shape.left, shape.top = Pt(left) + (Pt(width) - shape.width) // 2, Pt(top)
    return shape


def _describe(shape, text: str) -> None:
    """The text alternative."""
    shape._element.xpath(".//p:cNvPr")[0].set("descr", clean(text))
