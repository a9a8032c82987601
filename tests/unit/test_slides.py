"""Slides say what the story says, in native charts that hold the numbers of the pictures, and nothing runs over an edge."""

import io
import re
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from PIL import ImageFont
from pptx import Presentation
from pptx.oxml.ns import qn

from simulation import simulate
from simulation.indicators import three
from simulation.language import say
from simulation.outcome import quantiles
from simulation.present import views
from simulation.present.pack import slides_text as fit
from simulation.present.pack.slides import slides
from simulation.present.pack.slides_charts import NATIVE, sheet
from simulation.present.pack.slides_native import column_name
from simulation.present.story import EXHIBITS, PAGES, story

DRAWS = 64
FONTS = Path("/usr/share/fonts/truetype/liberation")
POINT = 12700
LONG = "Rancangan pelatihan pegawai garis depan dengan praktik pendampingan " * 3  # 204 letters
UNBROKEN = "Pelatihanpendampinganpenyegaran" * 6


@pytest.fixture(scope="module")
def run_of(city, ledger):
    """A function that runs a scenario."""
    return lambda scenario: simulate(scenario, city, ledger, DRAWS)


@pytest.fixture(scope="module")
def base(library, run_of):
    """Today's path."""
    return run_of(library["todays_path"])


@pytest.fixture(scope="module")
def told(library, run_of, base):
    """A story of a gain, a small difference and a loss, by language."""
    options = [run_of(library[key]).compare(base) for key in ("designed_for_impact", "double_budget", "no_training")]
    return {lang: story(options, lang, "2026-11-24") for lang in ("id", "en")}


@pytest.fixture(scope="module")
def files(told):
    """The bytes of the slides, by language."""
    return {lang: slides(one) for lang, one in told.items()}


@pytest.fixture(scope="module")
def decks(files):
    """The slides read back, by language."""
    return {lang: opened(content) for lang, content in files.items()}


def opened(content):
    return Presentation(io.BytesIO(content))


def charts(deck):
    return [shape for slide in deck.slides for shape in slide.shapes if shape.has_chart]


def named(scenario, name):
    return scenario.replace({"name": {"id": name, "en": name}})


def words_on(slide):
    cells = [cell for shape in slide.shapes if shape.has_table for row in shape.table.rows for cell in row.cells]
    return " ".join(frame.text_frame.text for frame in [*(s for s in slide.shapes if s.has_text_frame), *cells]).replace("\u00a0", " ")


@pytest.mark.parametrize("lang", ["id", "en"])
def test_each_page_opens_a_slide_with_its_sentences_and_notes(told, decks, lang):
    """Titles come in the order of the story; leads, points and table cells are all on slides; notes go to the speaker."""
    deck, one = decks[lang], told[lang]
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert titles[0] == one.title
    places = [titles.index(page.title) for page in one.pages]
    assert places == sorted(places) and len(one.pages) == len(PAGES)
    everything = " ".join(words_on(slide) for slide in deck.slides)
    for page in one.pages:
        for text in (page.lead, *page.points, *(cell for row in page.table for cell in row)):
            assert " ".join(text.split()) in everything
        assert " ".join(page.notes.split()) in deck.slides[titles.index(page.title)].notes_slide.notes_text_frame.text


def test_every_slide_carries_the_record(told, decks):
    """The small print with the record's id stands on each slide, under every figure."""
    for slide in decks["id"].slides:
        assert told["id"].record_id in words_on(slide)


def test_every_figure_has_a_text_alternative_and_five_are_native(told, decks):
    """All seven exhibits are there; five of them can be edited; none is silent."""
    for lang, deck in decks.items():
        figures = [s for slide in deck.slides for s in slide.shapes if s.has_chart or s.shape_type == 13 or s.has_table]
        assert len(charts(deck)) == len(NATIVE) and sum(s.shape_type == 13 for s in figures) == len(EXHIBITS) - len(NATIVE)
        assert all(s._element.xpath(".//p:cNvPr")[0].get("descr") for s in figures), lang


def test_language_tags_are_those_of_the_reader(decks):
    """Every run of words has the language of the story, so that a reader's voice pronounces it."""
    for lang, tag in (("id", "id-ID"), ("en", "en-GB")):
        found = {run.get("lang") for slide in decks[lang].slides for run in slide._element.iter(qn("a:rPr"))}
        assert found == {tag}


def test_native_charts_show_the_same_numbers_as_the_pictures(told):
    """Differences and waiting times equal the rows of the picture; the fan stacks up to the quantiles."""
    exhibits = {e.name: e for page in told["id"].pages for e in page.exhibits}
    for name in ("differences", "waiting"):
        made = sheet(name, exhibits[name].comparisons, "id")
        drawn = exhibits[name].picture.rows["dots"]
        mine = [(s.low[i], s.values[i], s.high[i]) for i in range(len(made.categories)) for s in made.series]
        assert np.allclose(mine, [(d["p05"], d["p50"], d["p95"]) for d in drawn], atol=6e-5)
    gain = exhibits["gain"].comparisons[0]
    bands = np.array([s.values for s in sheet("gain", [gain], "id").series])
    expected = quantiles(gain.series())
    assert np.allclose(np.cumsum(bands[:4], axis=0).T, expected[:, [0, 1, 3, 4]]) and np.allclose(bands[4], expected[:, 2])
    people = np.array([s.values for s in sheet("levels", [gain], "id").series])
    rows = views.levels([gain.a, gain.b], "id").rows["bars"]
    assert np.allclose(people.sum(axis=0), 100.0) and len(rows) == people.size


def test_the_workbook_inside_a_chart_holds_what_the_chart_shows(decks):
    """Cached values of every series, and of the whiskers, stand in the cells that the chart refers to."""
    seen = 0
    for shape in charts(decks["id"]):
        book = openpyxl.load_workbook(io.BytesIO(shape.chart.part.chart_workbook.xlsx_part.blob), data_only=True)["Sheet1"]
        for ref in shape.chart._chartSpace.iter(qn("c:numRef")):
            first, last = re.match(r"Sheet1!\$(\w+\$\d+):\$(\w+\$\d+)", ref.find(qn("c:f")).text).groups()
            cells = [row[0].value for row in book[f"{first.replace('$', '')}:{last.replace('$', '')}"]]
            cached = [float(v.text) for v in ref.iter(qn("c:v"))]
            assert np.allclose(cells, cached)
            seen += 1
    assert seen > 20


def test_the_fan_is_bands_on_a_hidden_base_with_a_line_on_the_same_axes(decks):
    """The median is a line chart that shares both axes with the bands, and the base is left out of the legend."""
    plots = [shape.chart._chartSpace.find(qn("c:chart")).find(qn("c:plotArea")) for shape in charts(decks["id"])]
    fans = [plot for plot in plots if plot.find(qn("c:areaChart")) is not None]
    assert len(fans) == 2
    for plot in fans:
        area, line = plot.find(qn("c:areaChart")), plot.find(qn("c:lineChart"))
        assert [a.get("val") for a in area.findall(qn("c:axId"))] == [a.get("val") for a in line.findall(qn("c:axId"))]
        assert len(area.findall(qn("c:ser"))) == 4 and line.findall(qn("c:ser"))
        assert area.find(qn("c:ser")).find(qn("c:spPr")).find(qn("a:noFill")) is not None
        assert plot.getparent().find(qn("c:legend")).find(qn("c:legendEntry")) is not None


def test_same_story_same_bytes_without_a_trace_of_the_clock(told, files):
    """Two writings are equal, every entry has the earliest time of a zip, the workbooks inside too; the date is the record's."""
    content = files["id"]
    assert content == slides(told["id"])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
        inside = [name for name in archive.namelist() if name.endswith(".xlsx")]
        assert len(inside) == len(NATIVE)
        for name in inside:
            with zipfile.ZipFile(io.BytesIO(archive.read(name))) as book:
                assert {entry.date_time[0] for entry in book.infolist()} == {1980}
    assert opened(content).core_properties.created.date().isoformat() == "2026-11-24"


def test_nothing_points_outside(files):
    """No relation of the file is external, and no path of a machine is in it."""
    with zipfile.ZipFile(io.BytesIO(files["id"])) as archive:
        for name in archive.namelist():
            text = archive.read(name)
            assert b'TargetMode="External"' not in text
            assert not any(str(place).encode() in text for place in (Path.cwd(), Path.home(), tempfile.gettempdir()))


def measured(frame, width):
    """Height of a text frame in points, by the letters of Liberation Sans."""
    total = 0.0
    for paragraph in frame.paragraphs:
        size = paragraph.font.size.pt
        font = ImageFont.truetype(FONTS / f"LiberationSans-{'Bold' if paragraph.font.bold else 'Regular'}.ttf", 100)
        indent = int((paragraph._p.pPr.get("marL") if paragraph._p.pPr is not None else None) or 0) / POINT
        room, count, used = (width - indent) * 100 / size, 1, 0.0
        for word in paragraph.text.split(" "):
            length, space = font.getlength(word), font.getlength(" ") if used else 0.0
            if used and used + space + length > room:
                count, used, space = count + 1, 0.0, 0.0
            used += space + length
            while used > room:  # a long word is broken
                count, used = count + 1, used - room
        total += count * size * 1.15 + (paragraph.space_after.pt if paragraph.space_after else 0.0)
    return total


def assert_within(deck):
    """Every shape lies on its slide, and every text ends above the next thing below it."""
    for number, slide in enumerate(deck.slides, 1):
        shapes = list(slide.shapes)
        for shape in shapes:
            assert shape.left >= 0 and shape.top >= 0 and shape.left + shape.width <= deck.slide_width, (number, shape.name)
            assert shape.top + shape.height <= deck.slide_height, (number, shape.name)
            if not shape.has_text_frame or not shape.text_frame.text:
                continue
            below = [s.top for s in shapes if s.top > shape.top + 5 * POINT and s.left < shape.left + shape.width and s is not shape]
            end = min([*below, deck.slide_height]) / POINT
            last = shape.text_frame.paragraphs[-1]
            height = measured(shape.text_frame, shape.width / POINT) - (last.space_after.pt if last.space_after else 0.0)
            assert shape.top / POINT + height <= end + 1, (number, shape.name, shape.text_frame.text[:60])


@pytest.mark.skipif(not FONTS.is_dir(), reason="fonts-liberation is not installed")
@pytest.mark.parametrize("names", [(LONG, UNBROKEN, '=HYPERLINK("x")'), ("<b>&amp; \"kutip\" 'x' \\ {y}", "@SUM(1)\u200b", UNBROKEN)])
def test_any_name_stays_on_the_slide(library, run_of, names):
    """Names of 200 letters, in one word, like formulas or mark-up: kept whole somewhere, over no edge."""
    first, second, base = (run_of(named(library[key], name))
                           for key, name in zip(("designed_for_impact", "half_budget", "todays_path"), names, strict=True))
    deck = opened(slides(story([first.compare(base), second.compare(base)], "id", "2026-11-24")))
    assert_within(deck)
    everything = " ".join(words_on(slide) for slide in deck.slides).replace(" ", "")
    for name in names:
        assert "".join(sign for sign in name if sign.isprintable()).replace(" ", "") in everything


@pytest.mark.skipif(not FONTS.is_dir(), reason="fonts-liberation is not installed")
def test_the_published_stories_stay_on_the_slides(decks, library, run_of, base):
    """Three options in both languages, and all scenarios at once."""
    for deck in decks.values():
        assert_within(deck)
    every = [run_of(scenario).compare(base) for key, scenario in library.items() if key != "todays_path"]
    assert_within(opened(slides(story(every, "id", "2026-11-24"))))


def test_body_is_large(decks):
    """No sentence of a page is smaller than 18 points; the small print alone is."""
    for slide in decks["id"].slides:
        paragraphs = [p for s in slide.shapes if s.has_text_frame for p in s.text_frame.paragraphs if p.font.size]
        assert all(run.font.size == p.font.size for p in paragraphs for run in p.runs)  # PowerPoint reads the runs
        sizes = [(p.font.size.pt, p.text) for p in paragraphs]
        small = [text for size, text in sizes if size < fit.BODY]
        assert all("rekaman" in text or text.isdigit() or text in {say(f"story.{page}.title", "id") for page in PAGES} for text in small)


def test_no_effect_and_losses_are_drawn_small_and_below_zero(library, run_of, base):
    """A scenario equal to the baseline is flat on an axis of at least a point; a loss lies below zero on it."""
    same = run_of(named(library["todays_path"].replace({"seed": library["todays_path"].seed}), "Sama")).compare(base)
    lost = run_of(library["no_training"]).compare(base)
    flat = sheet("gain", [same], "id")
    assert not np.any([s.values for s in flat.series]) and flat.scale()[:2] == (-0.5, 1.5)
    made = sheet("differences", [lost], "id")
    assert made.series[0].values[0] == three(lost.ikm)[1] < 0 and made.scale()[0] <= -0.5 and made.scale()[1] >= 0.5
    assert opened(slides(story([same, lost], "en", "")))


def test_axes_have_zero_on_a_step_and_few_numbers(told):
    """Steps are round, at most eight (two more for the rounded ends), and zero is one of them where the axis spans it."""
    for page in told["id"].pages:
        for e in page.exhibits:
            if e.name in NATIVE:
                low, high, step = sheet(e.name, e.comparisons, "id").scale()
                assert (high - low) / step <= 10 and abs(low / step - round(low / step)) < 1e-9


def test_a_table_too_long_for_a_slide_goes_on_with_its_header():
    """Rows keep their order over several slides, each with the header and within the height."""
    rows = [["nama", "nilai"], *([f"baris {i}", str(i)] for i in range(60))]
    parts = fit.grids(rows, 380.0)
    assert len(parts) > 1 and all(part.rows[0] == rows[0] and sum(part.heights) <= 380.0 for part in parts)
    assert [row for part in parts for row in part.rows[1:]] == rows[1:]


def test_columns_have_letters():
    """Beyond Z come two letters."""
    assert [column_name(i) for i in (0, 25, 26, 51, 52)] == ["A", "Z", "AA", "AZ", "BA"]
