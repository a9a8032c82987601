"""The council page as it is served: it says when its kernel died and finds its settings again; strangers get nothing else."""

import os
import signal
import time
from pathlib import Path

import nbformat
import pytest
from pages import PATIENCE_MS, hall, open_page

pytestmark = pytest.mark.browser

PAGE = """
import os, ipywidgets as widgets
from simulation.workbook.pulse import Pulse
slider = widgets.IntSlider(description="Anggaran", value=3, max=100)
who = widgets.HTML(f"<b id='kernel'>{os.getpid()}</b>")
pulse = Pulse("id", key="test", every=0.5, patience=3)
pulse.on_restore(lambda state: setattr(slider, "value", state["budget"]))
slider.observe(lambda change: setattr(pulse, "state", {"budget": slider.value}), "value")
widgets.VBox([slider, who])
"""


def notebook(folder: Path, *cells: tuple[str, list[str]]) -> Path:
    """A notebook of code cells (source, tags)."""
    made = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}})
    made.cells = [nbformat.v4.new_code_cell(source, metadata={"tags": tags}) for source, tags in cells]
    path = folder / "halaman.ipynb"
    nbformat.write(made, path)
    return path


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A small page with a heartbeat, and a cell for the laboratory only that would leave a file behind."""
    scratch = tmp_path_factory.mktemp("hall")
    trace = scratch / "ran"
    path = notebook(scratch, (f"open({str(trace)!r}, 'w').close(); print('LABORATORIUM')", ["lab-only"]), (PAGE, []))
    with hall(path, scratch) as url:
        yield url, trace


@pytest.fixture
def visit(browser, served):
    """The page, painted and with its heart beating."""
    visit = open_page(browser)
    visit.page.goto(served[0], timeout=PATIENCE_MS)
    visit.page.wait_for_function("document.body?.dataset.pulse && document.querySelector('#kernel')", timeout=PATIENCE_MS)
    yield visit
    visit.page.context.close()


def test_a_dead_kernel_is_said_and_a_reload_brings_the_settings_back(visit):
    """Kill the kernel hard: a banner in the reader's language; its button reloads with a fresh kernel and the old setting."""
    page = visit.page
    visit.slider("Anggaran").focus()
    page.keyboard.press("PageUp")
    page.wait_for_function("JSON.parse(sessionStorage.getItem('simulation:test') || '{}').budget > 3", timeout=PATIENCE_MS)
    kept = page.evaluate("JSON.parse(sessionStorage.getItem('simulation:test')).budget")
    kernel = page.locator("#kernel").inner_text()
    os.kill(int(kernel), signal.SIGKILL)
    page.wait_for_selector("#simulation-stopped[role=alert]", timeout=PATIENCE_MS)
    assert "Penghitungan berhenti" in page.locator("#simulation-stopped").inner_text()
    visit.screenshot("serving_stopped")
    page.locator("#simulation-stopped button").click()
    page.wait_for_function("document.body.dataset.restored === 'yes'", timeout=PATIENCE_MS)
    page.wait_for_function(f"Number(document.querySelector('[role=slider]')?.getAttribute('aria-valuenow')) === {kept}", timeout=PATIENCE_MS)
    assert page.locator("#kernel").inner_text() != kernel
    assert page.locator("#simulation-stopped").count() == 0


def test_a_busy_kernel_is_not_called_dead_for_good(visit):
    """A stopped process is silent: the banner comes; when it goes on, the banner leaves by itself."""
    kernel = int(visit.page.locator("#kernel").inner_text())
    os.kill(kernel, signal.SIGSTOP)
    try:
        visit.page.wait_for_selector("#simulation-stopped", timeout=PATIENCE_MS)
    finally:
        os.kill(kernel, signal.SIGCONT)
    visit.page.wait_for_selector("#simulation-stopped", state="detached", timeout=PATIENCE_MS)


def test_a_closed_page_ends_its_kernel(visit):
    """Leaving the page is enough: its kernel is gone within seconds, before any culling."""
    kernel = Path("/proc") / visit.page.locator("#kernel").inner_text()
    visit.page.goto("about:blank")
    end = time.monotonic() + 15
    while kernel.exists() and time.monotonic() < end:
        time.sleep(0.2)
    assert not kernel.exists()


def test_cells_for_the_laboratory_do_not_run(served, visit):
    """The tagged cell left no file and no words; the page itself is there."""
    assert not served[1].exists()
    assert "LABORATORIUM" not in visit.page.content()
    assert visit.page.locator("[role=slider]").count() == 1


def test_the_page_has_language_title_landmark_and_asks_nobody_outside(visit):
    """What a screen reader and a closed network need, before and after the shell of Voila has built itself."""
    page = visit.page
    assert page.evaluate("document.documentElement.lang") == "id"
    assert page.title() == "Simulasi pelatihan ASN · Kota Salatiga"
    assert "Anggaran" in page.locator("main").inner_text()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert visit.outside == [] and visit.errors == []


@pytest.mark.parametrize("size", [(1280, 720), (390, 844)], ids=["projector", "phone"])
def test_the_first_paint_is_a_skeleton_and_nothing_is_cut_off(browser, served, size):
    """Before any script has drawn a cell the page shows its name and what will be there; it never scrolls sideways."""
    visit = open_page(browser)
    page = visit.page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.route("**/voila.js", lambda route: route.abort())
    page.goto(served[0], timeout=PATIENCE_MS, wait_until="domcontentloaded")
    assert page.locator("#loading .bone").first.is_visible()
    assert page.locator("header.city").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    visit.screenshot(f"serving_skeleton_{size[0]}")
    page.context.close()


def test_reduced_motion_and_print_are_respected(visit):
    """No movement for those who asked for none; no control on paper."""
    page = visit.page
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate("""() => { const bone = document.createElement('div'); bone.className = 'bone'; const box = document.createElement('div');
        box.id = 'loading'; box.append(bone); document.body.append(box); const name = getComputedStyle(bone).animationName; box.remove();
        return name; }""") == "none"
    page.emulate_media(media="print")
    assert not page.locator("[role=slider]").first.is_visible()
    assert len(page.pdf(prefer_css_page_size=True)) > 1000


def test_a_password_opens_the_page_in_the_browser(browser, tmp_path):
    """Wrong: said in both languages. Right: the page, its websocket too."""
    path = notebook(tmp_path, (PAGE, []))
    with hall(path, tmp_path, password="rahasia dewan") as url:
        visit = open_page(browser)
        page = visit.page
        page.goto(url, timeout=PATIENCE_MS)
        visit.screenshot("serving_login")
        page.get_by_label("Kata sandi").fill("bukan ini")
        page.keyboard.press("Enter")
        page.wait_for_selector("[role=alert]")
        assert "Wrong password" in page.locator("[role=alert]").inner_text()
        page.get_by_label("Kata sandi").fill("rahasia dewan")
        page.keyboard.press("Enter")
        page.wait_for_function("document.body?.dataset.pulse", timeout=PATIENCE_MS)
        assert visit.outside == []
        page.context.close()
