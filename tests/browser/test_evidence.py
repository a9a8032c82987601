"""Needs and evaluation as a planner opens them: pictures, tables and sentences in both languages, nothing from outside."""

import shutil
from pathlib import Path

import pytest

from tests.browser import pages

pytestmark = pytest.mark.browser

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
PAGES = [("id", "01_kebutuhan.ipynb", ("Digital dan media sosial", "W Kendall", "Rp ")),
         ("en", "01_needs.ipynb", ("Digital and social media", "Kendall's W", "Rp ")),
         ("id", "05_evaluasi.ipynb", ("Tidak dapat dipastikan", "NRR", "tercapai", "ramalan")),
         ("en", "05_evaluation.ipynb", ("Cannot tell", "NRR", "reached", "forecast"))]


@pytest.mark.parametrize(("lang", "name", "said"), PAGES, ids=[name for _, name, _ in PAGES])
def test_the_page_runs_and_says_what_it_found(browser, tmp_path, lang, name, said):
    """Run in JupyterLab from top to bottom, without a console error or a request to elsewhere."""
    (tmp_path / lang).mkdir()
    notebook = Path(shutil.copy(NOTEBOOKS / lang / name, tmp_path / lang))
    with pages.lab(browser, notebook, tmp_path) as visit:
        text = pages.words_after_running(visit)
        assert all(words in text for words in said), [words for words in said if words not in text]
        assert "Traceback" not in text
        visit.screenshot(f"{Path(name).stem}_{lang}")
        assert visit.outside == []
        assert visit.errors == []
