"""The budget laboratory as a planner uses it: the panel in JupyterLab and on the page without code, both languages."""

import json
import shutil
from pathlib import Path

import pytest

from tests.browser import pages

pytestmark = pytest.mark.browser

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
BUDGET = {"id": "Anggaran per tahun (juta Rp)", "en": "Yearly budget (million Rp)"}
NAMES = {"id": "02_anggaran.ipynb", "en": "02_budget.ipynb"}
PANEL = ".widget-vbox .simulation-chart"


def copied(tmp_path, lang):
    """The notebook in a folder of its language, so that nothing a test does is kept."""
    folder = tmp_path / lang
    folder.mkdir()
    return Path(shutil.copy(NOTEBOOKS / lang / NAMES[lang], folder))


def report(page, times_ms):
    print(json.dumps({"page": page, **pages.summary(times_ms)}))


def sentence(visit):
    return visit.page.locator(".widget-vbox b").first.inner_text()


@pytest.mark.parametrize("lang", ["id", "en"])
def test_forty_budget_changes_on_the_page_without_code(browser, tmp_path, lang):
    """Each press repaints all charts, the sentence follows, nothing leaves the machine and nothing goes wrong."""
    with pages.voila(browser, copied(tmp_path, lang), tmp_path, lang) as visit:
        visit.wait_for_charts(4, PANEL)
        before = sentence(visit)
        visit.screenshot(f"budget_voila_{lang}")
        report(f"voila {lang}", visit.move_slider(BUDGET[lang], 40, selector=PANEL))
        visit.page.wait_for_timeout(3000)
        assert sentence(visit) != before
        visit.screenshot(f"budget_voila_{lang}_moved")
        assert visit.outside == []
        assert visit.errors == []


def test_forty_budget_changes_in_lab(browser, tmp_path):
    """The same in JupyterLab."""
    with pages.lab(browser, copied(tmp_path, "id"), tmp_path) as visit:
        pages.run_all_cells(visit)
        visit.wait_for_charts(4, PANEL)
        before = sentence(visit)
        report("lab id", visit.move_slider(BUDGET["id"], 40, selector=PANEL))
        visit.page.wait_for_timeout(3000)
        visit.screenshot("budget_lab_id")
        assert sentence(visit) != before
        assert visit.outside == []
        assert visit.errors == []


def test_a_plan_is_proposed_for_the_budget_on_the_page(browser, tmp_path):
    """Open the drawer, press the button: a sentence, a picture and the classes come; nothing leaves the machine."""
    with pages.voila(browser, copied(tmp_path, "id"), tmp_path, "id") as visit:
        visit.wait_for_charts(4, PANEL)
        drawer = visit.page.get_by_text("Usulkan rencana untuk anggaran ini").first
        drawer.scroll_into_view_if_needed()
        drawer.click()
        visit.page.locator("button:has(.fa-play)", has_text="Usulkan").click()
        visit.page.wait_for_function("document.body.innerText.includes('Usulan terbaik untuk')", timeout=2 * pages.PATIENCE_MS)
        visit.wait_for_charts(5, PANEL)
        visit.page.get_by_text("Usulan terbaik untuk").first.scroll_into_view_if_needed()
        visit.screenshot("budget_proposal_id")
        assert visit.outside == []
        assert visit.errors == []


def test_a_proposal_is_used_saved_and_left_on_the_page(browser, tmp_path):
    """The plan's name leads the sentence; saved it is picked by name, Excel says where; a moved control returns to the controls."""
    notebook = copied(tmp_path, "en")
    text = notebook.read_text(encoding="utf-8")
    kept = f"BudgetLaboratory(book.lang, folder='{tmp_path}/kept', results='{tmp_path}/kept')"
    notebook.write_text(text.replace("BudgetLaboratory(book.lang)", kept), encoding="utf-8")
    with pages.voila(browser, notebook, tmp_path, "en") as visit:
        page = visit.page
        visit.wait_for_charts(4, PANEL)
        page.get_by_text("Propose a plan for this budget").first.click()
        page.locator("button:has(.fa-play)").first.click()
        page.locator("button", has_text="Use this plan").click(timeout=2 * pages.PATIENCE_MS)
        page.get_by_text("The plan of classes").wait_for()
        page.locator(".widget-vbox b", has_text="Best plan found").first.wait_for()
        visit.screenshot("budget_plan_used_en")
        page.get_by_placeholder("BKPSDM").fill("Ours 2027")
        page.locator("button", has_text="Save scenario").click()
        page.get_by_text("can be picked from the lists").wait_for()
        page.locator("button", has_text="Write to Excel").click()
        page.get_by_text("is written to").wait_for()
        page.locator(".widget-vbox b", has_text="Ours 2027").first.wait_for()
        assert {path.suffix for path in (tmp_path / "kept").iterdir()} == {".yaml", ".xlsx"}
        visit.slider(BUDGET["en"]).press("ArrowRight")
        page.get_by_text("was left").wait_for()
        page.locator(".widget-vbox b", has_text="Your scenario").first.wait_for()
        visit.screenshot("budget_plan_left_en")
        assert visit.outside == []
        assert visit.errors == []
