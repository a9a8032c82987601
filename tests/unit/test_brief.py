"""The brief and the page that stands alone: two A4 pages, the same bytes, no name read as markup, nothing asked of a network."""

import hashlib
import re
import shutil
import subprocess
import sys
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from simulation import compare, simulate
from simulation.present.pack.brief import FONT, STEPS, breakable, brief, weights
from simulation.present.pack.html import html
from simulation.present.story import PAGES, story
from tests.stories import small_story

HOSTILE = r"""#panic("x") *tebal* $x_1$ @rujuk _a_ \ ` // <b>&amp; "kutip" 'satu' [k] ]]> </script><script>x()</script>"""
LONG = ("Pelayanan perizinan terpadu satu pintu dan administrasi kependudukan kecamatan " * 4)[:200]
poppler = pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs poppler")


def told(pdf, tmp_path, tool="pdftotext", *options):
    """What a tool of poppler says about a PDF."""
    path = tmp_path / "brief.pdf"
    path.write_bytes(pdf)
    target = ["-"] if tool == "pdftotext" else []
    return subprocess.run([tool, *options, str(path), *target], capture_output=True, text=True, check=True).stdout


def sheets(pdf, tmp_path):
    """The text of every page."""
    return told(pdf, tmp_path).split("\f")[:-1]


def plain(text):
    """Text without what only breaks lines."""
    return re.sub(r"[\s\u200b]+", "", text)


@pytest.fixture(scope="module")
def real(city, ledger, library):
    """The story of three published options in both languages."""
    names = ("todays_path", "designed_for_impact", "digital_front_desk", "half_budget")
    base, *options = (simulate(library[name], city, ledger, 64) for name in names)
    return {lang: story([compare(o, base) for o in options], lang, "2026-11-24") for lang in ("id", "en")}


class Outline(HTMLParser):
    """Which elements and attributes a page has."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.found = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        """Note an element."""
        self.tags.append(tag)
        self.found += [(tag, name, value) for name, value in attributes]


@poppler
@pytest.mark.parametrize("names", [("A", "Jalur"), ("Rancangan", "Loket", "Jalur hari ini"), (*(f"{i} {LONG}"[:200] for i in range(4)), LONG)],
                         ids=["one option", "two options", "four long names"])
def test_two_pages_come_before_the_appendix(names, tmp_path):
    """One option or four with names of 200 signs: the third page is the first of the appendix, and nothing is lost before it."""
    pages = sheets(brief(small_story(names)), tmp_path)
    assert "Lampiran" in pages[2] and "Lampiran" not in pages[0] + pages[1]
    assert "Halaman verdict" in pages[0] and "Halaman decision" in pages[1]
    assert all(plain(name) in plain(pages[0]) for name in names)


@poppler
@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_real_story_is_told_on_two_pages(real, lang, tmp_path):
    """Verdict first, then options; caution, measures and decision on the back; every assumption in the appendix."""
    told_story = real[lang]
    front, back, *appendix = (plain(page) for page in sheets(brief(told_story), tmp_path))
    assert front.index(plain(told_story.page("verdict").lead)) < front.index(plain(told_story.page("options").lead))
    assert all(plain(told_story.page(name).lead) in back for name in ("measure", "decision"))
    assert all(plain(row[0]) in "".join(appendix) for row in told_story.appendix)


@poppler
def test_every_picture_of_the_brief_carries_the_stamp(tmp_path):
    """Names, draws, record, share assumed and date stand below each of the three pictures."""
    made = small_story()
    front, back, *_ = (plain(page) for page in sheets(brief(made), tmp_path))
    assert (front.count(plain(made.stamp)), back.count(plain(made.stamp))) == (2, 1)


@poppler
def test_a_name_is_never_markup(tmp_path):
    """Signs that mean something to typst, to HTML or to a script come out as they went in."""
    made = small_story((HOSTILE, "Jalur"))
    assert plain(HOSTILE) in plain(sheets(brief(made), tmp_path)[0])
    outline = Outline(html(made))
    assert "script" not in outline.tags and "b" not in outline.tags
    assert HOSTILE in unescape(html(made))


@poppler
def test_the_brief_is_tagged_dated_and_has_its_fonts(tmp_path):
    """For those who hear it: tags, a title and a language; for the archive: the day of the record; fonts inside, none from the machine."""
    pdf = brief(small_story())
    info = told(pdf, tmp_path, "pdfinfo")
    assert re.search(r"Tagged:\s+yes", info) and "Apa yang dibeli anggaran?" in info and "24" in re.search(r"CreationDate.*", info)[0]
    fonts = told(pdf, tmp_path, "pdffonts").splitlines()[2:]
    assert fonts and all(FONT.replace(" ", "") in line for line in fonts)
    assert all(" yes " in line for line in fonts)
    assert b"pdfuaid" in pdf


@poppler
def test_what_fits_no_step_is_shrunk_rather_than_lost(tmp_path, monkeypatch):
    """With letters too large for every step the two pages still come, whole, before the appendix."""
    monkeypatch.setattr("simulation.present.pack.brief.STEPS", ({**STEPS[0], "points": 18},))
    pages = sheets(brief(small_story()), tmp_path)
    assert "Halaman decision" in pages[1] and "Lampiran" in pages[2]


@poppler
def test_an_undated_story_has_no_date(tmp_path):
    """Without a record there is no day to name."""
    assert "CreationDate" not in told(brief(small_story(made="")), tmp_path, "pdfinfo")


@poppler
def test_letters_that_no_bundled_font_has_do_not_stop_the_brief(tmp_path):
    """A name in another script costs the letters, not the brief."""
    assert len(sheets(brief(small_story(("計画 😀", "Jalur"))), tmp_path)) > 2


def test_another_process_makes_the_same_bytes():
    """Same story, same bytes, also after other pictures were drawn."""
    here = [hashlib.sha256(made).hexdigest() for made in (brief(small_story()), html(small_story()).encode())]
    code = ("import hashlib; from tests.stories import small_story; from simulation.present.pack.brief import brief; "
            "from simulation.present.pack.html import html; s = small_story(); "
            "print(*(hashlib.sha256(m).hexdigest() for m in (brief(s), html(s).encode())))")
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
                           env={"PYTHONPATH": ".", "PATH": ""}).stdout.split()
    assert here == there


def test_words_without_spaces_may_be_broken():
    """A word longer than a column gets places to break; ordinary words and what is read stay the same."""
    assert breakable("biasa saja") == "biasa saja"
    long = "a" * 60
    assert "\u200b" in breakable(long) and breakable(long).replace("\u200b", "") == long
    assert breakable("baris\nbaru\x00") == "baris baru "


def test_columns_are_as_wide_as_their_text_needs():
    """A long column gets more room than a short one, but not all of it."""
    wide, narrow = weights([["Nama", "n"], ["x " * 200, "1"]])
    assert narrow < wide <= 10 * narrow
    assert weights([]) == []


def test_the_steps_only_get_tighter():
    """The layout tries roomy steps before tight ones, and drops sentences only after it has made text smaller."""
    full = [step["points"] for step in STEPS if step["full"]]
    rest = [step["points"] for step in STEPS if not step["full"]]
    assert full == sorted(full, reverse=True) and rest == sorted(rest, reverse=True)
    assert [step["full"] for step in STEPS] == [True] * len(full) + [False] * len(rest) and rest[-1] >= 6


@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_page_stands_alone(real, lang):
    """In order, in its language, under 1.5 MB; no address, script or font of others is asked for."""
    text = html(real[lang])
    outline = Outline(text)
    assert ("html", "lang", lang) in outline.found and len(text.encode()) < 1_500_000
    assert [value for tag, name, value in outline.found if tag == "section" and name == "id"] == [*PAGES, "appendix"]
    assert not {"script", "img", "iframe", "object", "embed"} & set(outline.tags)
    asked = [value for _, name, value in outline.found if name in ("src", "href", "xlink:href", "data", "srcset")]
    assert all(value.startswith(("#", "data:")) for value in asked) and not re.search(r"@import|@font-face|url\((?!#)", text)


def test_every_picture_of_the_page_is_heard_stamped_and_has_its_table(real):
    """As many pictures as the story has, each with a text, the stamp and the table behind it; no name is used twice."""
    told_story = real["id"]
    shown = [e for page in told_story.pages for e in page.exhibits]
    text = html(told_story)
    outline = Outline(text)
    heard = [value for tag, name, value in outline.found if tag == "svg" and name == "aria-label"]
    assert len(heard) == len(shown) and all(heard)
    assert unescape(text).count(told_story.stamp) >= len(shown)
    assert outline.tags.count("details") == len(shown)
    names = [value for _, name, value in outline.found if name == "id"]
    assert len(names) == len(set(names))
    used = set(re.findall(r"url\(#([^)]+)\)", text))
    assert used <= set(names)
