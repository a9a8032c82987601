"""The researcher's bench as a researcher uses it: doubt the IKM slope, see the recommendation flip, stop long work."""

import shutil
from pathlib import Path

import pytest

from tests.browser import pages

pytestmark = pytest.mark.browser

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
NAMES = {"id": "04_asumsi.ipynb", "en": "04_assumptions.ipynb"}
SLOPE = ".ledger tr[data-key=behaviour_slope]"
FLIPS = {"id": "berbalik", "en": "flips"}
STANDS = {"id": "tetap", "en": "stands"}
OUT_OF_RANGE = {"id": "bukan angka", "en": "not a number"}


def notebook(tmp_path, lang):
    """The first cells of the notebook, up to the bench and the Sobol button, in a folder of its language."""
    import nbformat

    folder = tmp_path / lang
    folder.mkdir()
    path = Path(shutil.copy(NOTEBOOKS / lang / NAMES[lang], folder))
    content = nbformat.read(path, as_version=4)
    wanted = ("import", "book.bench()", "book.sobol_work(")
    content.cells = [cell for cell in content.cells if cell.cell_type == "code" and any(word in cell.source for word in wanted)]
    assert len(content.cells) == 3
    nbformat.write(content, path)
    return path


def doubt_the_slope(visit, lang):
    """Type nonsense, then a weak slope, then undo; what the page says must follow."""
    page = visit.page
    page.wait_for_selector(SLOPE, timeout=pages.PATIENCE_MS)
    visit.wait_for_charts(1)
    verdict = page.locator("[role=status] b").first
    assert STANDS[lang] in verdict.inner_text()
    page.locator(".ledger input[type=search]").fill("behaviour_slope")
    assert page.locator(".ledger tbody tr:visible").count() == 1
    box = page.locator(f"{SLOPE} input[data-field=value]")
    box.fill("2.4.5")
    box.press("Tab")
    page.wait_for_function(f"document.querySelector('{SLOPE} .problem').textContent.includes('{OUT_OF_RANGE[lang]}')", timeout=pages.PATIENCE_MS)
    assert box.input_value() == "2.4.5"
    box.fill("0,02")
    box.press("Tab")
    page.wait_for_function(f"document.querySelector('[role=status] b').textContent.includes('{FLIPS[lang]}')", timeout=pages.PATIENCE_MS)
    page.wait_for_selector(f"{SLOPE}.changed", timeout=pages.PATIENCE_MS)
    visit.screenshot(f"assumptions_{lang}_flipped")
    page.locator("button:has(.fa-undo)").first.click()
    page.wait_for_function(f"document.querySelector('[role=status] b').textContent.includes('{STANDS[lang]}')", timeout=pages.PATIENCE_MS)
    page.wait_for_selector(f"{SLOPE}:not(.changed)", timeout=pages.PATIENCE_MS)


@pytest.mark.parametrize("lang", ["id", "en"])
def test_a_doubted_slope_on_the_page_without_code(browser, tmp_path, lang):
    """Search, wrong number, weak slope, undo; nothing leaves the machine and nothing goes wrong."""
    with pages.voila(browser, notebook(tmp_path, lang), tmp_path, lang) as visit:
        doubt_the_slope(visit, lang)
        assert visit.outside == []
        assert visit.errors == []


def test_a_doubted_slope_and_stopped_work_in_lab(browser, tmp_path):
    """The same in JupyterLab; a long Sobol sample moves its bar and can be stopped while the page stays alive."""
    with pages.lab(browser, notebook(tmp_path, "id"), tmp_path) as visit:
        pages.run_all_cells(visit)
        doubt_the_slope(visit, "id")
        start = visit.page.locator("button:has(.fa-play):visible", has_text="Sobol")
        start.scroll_into_view_if_needed()
        start.click()
        visit.page.wait_for_function("[...document.querySelectorAll('.widget-html')].some(e => /[1-9][0-9]*% selesai/.test(e.textContent))",
                                     timeout=pages.PATIENCE_MS)
        visit.page.locator("button:has(.fa-stop):visible", has_text="Hentikan").click()
        visit.page.wait_for_function("document.body.innerText.includes('dihentikan')", timeout=pages.PATIENCE_MS)
        visit.screenshot("assumptions_lab_stopped")
        assert visit.outside == []
        assert visit.errors == []
