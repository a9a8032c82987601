"""The council page as a council meets it: both languages, keys only, a slider, paper, a phone, and readers of the screen."""

import json
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.browser import pages

pytestmark = pytest.mark.browser

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
NAMES = {"id": "06_dewan.ipynb", "en": "06_council.ipynb"}
AXE = Path(__file__).with_name("axe") / "node_modules" / "axe-core" / "axe.min.js"
PROJECTOR, PHONE = {"width": 1280, "height": 720}, {"width": 390, "height": 844}
CHART = ".council .simulation-chart"
FREE_CHART = ".council .c-chart"
HEADING = ".council h2[data-focus]"
STORY_PAGES = 8
P95_MS = 1000  # of one hand on a shared machine; the target of 150 ms alone is measured and printed


@contextmanager
def council(browser, tmp_path, lang):
    """The page without code on a projector, its first page of the story shown."""
    folder = tmp_path / lang
    folder.mkdir(parents=True, exist_ok=True)
    notebook = Path(shutil.copy(NOTEBOOKS / lang / NAMES[lang], folder))
    with pages.voila(browser, notebook, tmp_path, lang) as visit:
        visit.page.set_viewport_size(PROJECTOR)
        visit.page.wait_for_selector(".council .c-way nav", timeout=pages.PATIENCE_MS)
        yield visit
        assert visit.outside == []
        assert visit.errors == []


@pytest.fixture(scope="module")
def visit(browser, tmp_path_factory):
    """One Indonesian visit that the quick looks share."""
    with council(browser, tmp_path_factory.mktemp("council"), "id") as one:
        yield one


@pytest.fixture
def story(visit):
    """That visit on the first page of the story, in Indonesian, on the projector."""
    visit.page.set_viewport_size(PROJECTOR)
    visit.page.locator("[data-do=lang-id]").click()
    visit.page.locator("[data-do=tab-story]").click()
    visit.page.locator("[data-do=page-0]").click()
    at_page(visit, 1)
    return visit


def at_page(visit, number):
    """Wait until this page of the story is shown."""
    visit.page.wait_for_selector(f"[data-do=page-{number - 1}][aria-current=page]", timeout=pages.PATIENCE_MS)


def at_free(visit):
    """Open the free path and wait for its chart."""
    visit.page.locator("[data-do=tab-free]").click()
    visit.wait_for_charts(1, FREE_CHART)


def heading(visit):
    return visit.page.inner_text(HEADING)


def overflows(visit):
    """By how many pixels the page is wider than its window."""
    return visit.page.evaluate("Math.max(...[document.documentElement, document.body, document.querySelector('.council')]"
                               ".map(e => e.scrollWidth - window.innerWidth))")


def serious(visit):
    """What axe calls serious or critical, with the places."""
    if not AXE.is_file():
        pytest.skip("axe is not installed: npm ci --prefix tests/browser/axe")
    visit.page.add_script_tag(path=AXE)
    found = visit.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [(v["id"], [n["html"][:120] for n in v["nodes"]][:3]) for v in found["violations"] if v["impact"] in ("serious", "critical")]


def walk(visit, lang):
    """Through the story with a presenter's remote: each step moves the focus to the heading and shows at most one picture."""
    headings, charts = [heading(visit)], 0
    visit.page.wait_for_timeout(400)
    for step in range(40):
        visit.screenshot(f"council_{lang}_{step:02d}")
        if visit.page.locator("[data-do=next][aria-disabled=true]").count():
            break
        now = visit.page.inner_text(".c-now")
        visit.page.keyboard.press("PageDown" if step % 2 else "ArrowRight")
        visit.page.wait_for_function("now => document.querySelector('.c-now').innerText !== now", arg=now)
        visit.page.wait_for_timeout(500)
        assert visit.page.evaluate(f"document.activeElement === document.querySelector('{HEADING}')")
        at_once = visit.page.locator(CHART).count()
        assert at_once == visit.page.locator(f"{CHART}[data-revision]").count() <= 1
        charts += at_once
        headings.append(heading(visit))
    assert len(dict.fromkeys(headings)) == STORY_PAGES
    assert charts >= 3
    visit.page.keyboard.press("PageUp")
    at_page(visit, STORY_PAGES if headings[-1] == headings[-2] else STORY_PAGES - 1)


def test_the_story_from_end_to_end_with_keys_only(story):
    """In Indonesian, all eight pages there and a step back."""
    walk(story, "id")


def test_the_english_page_from_end_to_end(browser, tmp_path):
    """The English notebook opens in English and tells the same story."""
    with council(browser, tmp_path, "en") as visit:
        assert "Next" in visit.page.inner_text(".c-way")
        walk(visit, "en")
        at_free(visit)
        visit.page.wait_for_timeout(600)
        visit.screenshot("council_free_en")


def test_a_reload_finds_the_same_place(story):
    """Language, page and slider come back from the tab's memory, in a new kernel."""
    page = story.page
    at_free(story)
    page.locator("[data-do=half]").click()
    page.wait_for_function("document.querySelector('[data-value=budget]').value === '800'")
    page.wait_for_timeout(800)
    page.reload()
    page.wait_for_function("document.querySelector('[data-value=budget]')?.value === '800'", timeout=pages.PATIENCE_MS)
    page.locator("[data-do=plan]").click()


def test_tab_and_enter_reach_every_control(story):
    """Without a mouse: to the other path, along the slider, the choices and back."""
    page = story.page
    page.locator("[data-do=tab-free]").focus()
    page.keyboard.press("Enter")
    story.wait_for_charts(1, FREE_CHART)
    met = []
    for _ in range(9):
        page.keyboard.press("Tab")
        met.append(page.evaluate("document.activeElement.dataset.key ?? document.activeElement.tagName"))
    assert [key for key in met if key in ("budget", "half", "double", "plan")] == ["budget", "half", "double", "plan"]
    assert sum(str(key).startswith(("mix-", "practice-", "follow_up-")) for key in met) == 3
    outline = page.evaluate("getComputedStyle(document.querySelector('[data-do=half]'), null).outlineStyle")
    page.locator("[data-do=half]").focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid" != outline
    before = page.inner_text(".c-verdict")
    page.keyboard.press("Enter")
    page.wait_for_function("before => document.querySelector('.c-verdict').innerText !== before", arg=before)
    page.locator("[data-do=plan]").press("Space")
    page.wait_for_function("before => document.querySelector('.c-verdict').innerText === before", arg=before)


def test_the_language_switch_keeps_the_place_and_the_slider(story):
    """Everything turns English and back; page and budget stay."""
    page = story.page
    page.locator("[data-do=page-4]").click()
    at_page(story, 5)
    indonesian = heading(story)
    page.locator("[data-do=lang-en]").click()
    page.wait_for_function("words => document.querySelector('.council h2[data-focus]').innerText !== words", arg=indonesian)
    at_page(story, 5)
    assert page.evaluate("document.activeElement.dataset.key") == "lang-en"
    assert "Next" in page.inner_text(".c-way")
    at_free(story)
    page.locator("[data-do=half]").click()
    page.wait_for_function("document.querySelector('[data-value=budget]').value === '800'")
    page.locator("[data-do=lang-id]").click()
    page.wait_for_function("document.querySelector('.c-controls h2').innerText.startsWith('Bagaimana')")
    assert page.locator("[data-value=budget]").input_value() == "800"
    page.locator("[data-do=plan]").click()


def test_forty_changes_of_the_budget(story):
    """Each press of a key repaints the chart; the sentence and the big numbers follow; the times are printed."""
    page = story.page
    at_free(story)
    page.wait_for_timeout(800)
    story.screenshot("council_free_id")
    sentence, cost = page.inner_text(".c-verdict"), page.inner_text("[data-text=cost]")
    measured = pages.summary(story.move_slider(0, 40, selector=FREE_CHART))
    print(json.dumps({"page": "council id", **measured}))
    assert measured["p95_ms"] < P95_MS
    page.wait_for_function("document.querySelector('.c-chart').innerText.includes('1.024')", timeout=pages.PATIENCE_MS)
    assert page.inner_text(".c-verdict") != sentence and page.inner_text("[data-text=cost]") != cost
    story.screenshot("council_free_id_moved")
    page.locator("[data-do=plan]").click()


def test_a_drag_ends_with_the_full_ensemble(story):
    """Few futures while the mouse is down, 1,024 soon after it is let go."""
    page = story.page
    at_free(story)
    box = page.locator("[data-value=budget]").bounding_box()
    y, x = box["y"] + box["height"] / 2, box["x"] + box["width"] / 4
    page.mouse.move(x, y)
    page.mouse.down()
    for i in range(12):
        page.mouse.move(x + 12 * i, y)
        page.wait_for_timeout(30)
    page.wait_for_function("document.querySelector('.c-chart').innerText.includes('128 ')", timeout=pages.PATIENCE_MS)
    page.mouse.up()
    page.wait_for_function("document.querySelector('.c-chart').innerText.includes('1.024 ')", timeout=pages.PATIENCE_MS)
    page.locator("[data-do=plan]").click()


@pytest.mark.parametrize("size", [PROJECTOR, PHONE], ids=["projector", "phone"])
def test_nothing_is_wider_than_the_window(story, size):
    """All pages of the story and the free path fit a projector and a phone."""
    page = story.page
    page.set_viewport_size(size)
    for number in range(STORY_PAGES):
        page.locator(f"[data-do=page-{number}]").click()
        at_page(story, number + 1)
        page.wait_for_timeout(250)
        assert overflows(story) <= 0, number
    if size is PHONE:
        story.screenshot("council_phone_story")
    at_free(story)
    assert overflows(story) <= 0
    if size is PHONE:
        story.screenshot("council_phone_free")
        page.locator(".c-cards").scroll_into_view_if_needed()
        story.screenshot("council_phone_free_result")


def test_axe_finds_nothing_serious(story):
    """The first page, a page with a chart and the free path, as a program for the blind would meet them."""
    page = story.page
    assert serious(story) == []
    page.locator("[data-do=page-4]").click()
    at_page(story, 5)
    story.wait_for_charts(1, CHART)
    page.locator(".c-details summary").first.click()
    assert serious(story) == []
    at_free(story)
    page.wait_for_timeout(800)
    assert serious(story) == []


def test_paper_has_all_pages_and_no_buttons(story, tmp_path):
    """Printing gives a PDF with the words of every page; the free path prints its answer."""
    page = story.page
    page.locator("[data-do=page-4]").click()
    at_page(story, 5)
    story.wait_for_charts(1, CHART)
    page.emulate_media(media="print")
    words = page.inner_text(".council")
    assert page.locator(".council h2:visible").count() == STORY_PAGES
    assert not page.locator(".c-way:visible, .c-tabs:visible, .c-languages:visible").count()
    page.emulate_media(media="null")
    path = pages.ROOT / "results" / "screenshots" / "council_story.pdf"
    content = page.pdf(path=path, format="A4", print_background=True)
    assert content.startswith(b"%PDF") and b"/Font" in content
    assert len(words) > 3000
    if shutil.which("pdftotext"):
        text = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True, check=True).stdout
        assert heading(story) in text
    at_free(story)
    page.pdf(path=path.with_name("council_free.pdf"), format="A4", print_background=True)


def test_motion_is_left_out_for_those_who_ask(story):
    """A visitor who wants no motion gets none."""
    story.page.emulate_media(reduced_motion="reduce")
    assert story.page.evaluate("getComputedStyle(document.querySelector('.c-page')).animationName") == "none"
    story.page.emulate_media(reduced_motion="no-preference")
    assert story.page.evaluate("getComputedStyle(document.querySelector('.c-page')).animationName") != "none"


def test_the_page_in_lab(browser, tmp_path):
    """The same page in a notebook in JupyterLab; its keys act only inside it."""
    folder = tmp_path / "id"
    folder.mkdir()
    notebook = Path(shutil.copy(NOTEBOOKS / "id" / NAMES["id"], folder))
    with pages.lab(browser, notebook, tmp_path) as visit:
        pages.run_all_cells(visit)
        visit.page.wait_for_selector(".council .c-way nav", timeout=pages.PATIENCE_MS)
        visit.page.keyboard.press("PageDown")
        visit.page.wait_for_timeout(400)
        at_page(visit, 1)
        visit.page.locator(".council [data-do=page-4]").click()
        at_page(visit, 5)
        visit.wait_for_charts(1, CHART)
        visit.screenshot("council_lab_id")
        assert visit.outside == []
        assert visit.errors == []
