"""Charts that stay while a slider moves, in JupyterLab and on the council page, without the network."""

import json

import pytest

pytest.importorskip("playwright")

import demo
import pages

pytestmark = pytest.mark.browser

WITHOUT_RUNTIME = """
from simulation.workbook import runtime

provide = runtime.provide
runtime.provide = lambda: None
"""
RUNTIME_AT_LAST = """
import time

time.sleep(1)
provide()
"""


def report(page, times_ms):
    print(json.dumps({"page": page, **pages.summary(times_ms)}))


def test_forty_changes_reach_every_chart_in_lab(browser, tmp_path):
    """Each press of the arrow key repaints all three charts, and nothing asks the network."""
    notebook = demo.write(tmp_path / "demo.ipynb", demo.ROWS, demo.PANEL)
    with pages.lab(browser, notebook, tmp_path) as visit:
        pages.run_all_cells(visit)
        visit.wait_for_charts(3)
        report("lab", visit.move_slider("Dorongan", 40))
        visit.screenshot("demo_lab")
        assert visit.revisions() == [40, 40, 40]
        assert visit.outside == []
        assert visit.errors == []


def test_forty_changes_reach_every_chart_on_the_council_page(browser, tmp_path):
    """The same on the page without code."""
    notebook = demo.write(tmp_path / "demo.ipynb", demo.ROWS, demo.PANEL)
    with pages.voila(browser, notebook, tmp_path) as visit:
        visit.wait_for_charts(3)
        report("voila", visit.move_slider("Dorongan", 40))
        visit.screenshot("demo_voila")
        assert visit.revisions() == [40, 40, 40]
        assert visit.outside == []
        assert visit.errors == []


def test_a_chart_waits_for_the_runtime_and_shows_in_two_cells(browser, tmp_path):
    """A chart displayed before the runtime paints once it comes; a second view follows the same slider."""
    cells = demo.ROWS, WITHOUT_RUNTIME, demo.PANEL, "charts[0]", RUNTIME_AT_LAST
    with pages.lab(browser, demo.write(tmp_path / "demo.ipynb", *cells), tmp_path) as visit:
        pages.run_all_cells(visit)
        visit.wait_for_charts(4)
        visit.move_slider("Dorongan", 2)
        assert visit.revisions() == [2, 2, 2, 2]
        assert visit.errors == []


def test_charts_come_back_after_the_page_is_reloaded(browser, tmp_path):
    """The kernel still has the charts and the runtime, and a reloaded notebook finds them."""
    with pages.lab(browser, demo.write(tmp_path / "demo.ipynb", demo.ROWS, demo.PANEL), tmp_path) as visit:
        pages.run_all_cells(visit)
        visit.wait_for_charts(3)
        visit.move_slider("Dorongan", 1)
        visit.page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
        visit.page.reload()
        visit.wait_for_charts(3)
        assert visit.revisions() == [1, 1, 1]


def test_the_axis_stays_while_the_lines_move(browser, tmp_path):
    """Size of the picture and place of the axis labels are the same before and after a change."""
    measure = """[...document.querySelectorAll('.simulation-chart svg')].map(svg => [
      svg.getAttribute('viewBox'),
      ...[...svg.querySelectorAll('.role-axis-label text')].map(label => label.getAttribute('transform'))])"""
    with pages.voila(browser, demo.write(tmp_path / "demo.ipynb", demo.ROWS, demo.PANEL), tmp_path) as visit:
        visit.wait_for_charts(3)
        before = visit.page.evaluate(measure)
        visit.move_slider("Dorongan", 3, key="PageUp")
        assert visit.page.evaluate(measure) == before


def test_the_council_page_speaks_indonesian_and_hides_the_code(browser, tmp_path):
    """Language, names of the controls, text alternative of a chart; no source and no traceback."""
    notebook = demo.write(tmp_path / "demo.ipynb", demo.ROWS, demo.PANEL, "1 / 0")
    with pages.voila(browser, notebook, tmp_path) as visit:
        visit.wait_for_charts(3)
        page = visit.page
        assert page.locator("html").get_attribute("lang") == "id"
        assert page.get_by_role("slider", name="Dorongan").count() == 1
        assert page.get_by_label("Grafik kipas IKM pada dorongan 10").count() == 1
        assert page.get_by_role("alert").inner_text().startswith("Bagian ini gagal dihitung")
        assert "ZeroDivisionError" not in page.content()
        assert "IntSlider" not in page.content()


def test_the_council_page_works_without_a_cache(browser, tmp_path, monkeypatch):
    """Where the cache cannot be written the kernel brings the runtime itself."""
    (tmp_path / "no_folder").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "no_folder"))
    with pages.voila(browser, demo.write(tmp_path / "demo.ipynb", demo.ROWS, demo.PANEL), tmp_path) as visit:
        visit.wait_for_charts(3)
        visit.move_slider("Dorongan", 1)
        assert visit.revisions() == [1, 1, 1]
        assert visit.outside == []


def test_the_council_page_serves_only_its_notebook(browser, tmp_path):
    """No other file, and an error page that asks the network for nothing."""
    notebook = demo.write(tmp_path / "demo.ipynb", demo.ROWS, demo.PANEL)
    (tmp_path / "secret.png").write_bytes(b"\x89PNG")
    with pages.voila(browser, notebook, tmp_path) as visit:
        address = visit.page.url
        for hidden in ("voila/files/secret.png", "voila/files/demo.ipynb", "voila/tree"):
            assert visit.page.request.get(address + hidden).status == 404
        assert visit.page.goto(address + "another.ipynb").status == 404
        assert "Halaman ini tidak dapat dibuka" in visit.page.content()
        assert visit.outside == []
