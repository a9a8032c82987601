"""The first page as a newcomer opens it: question, picture, table, sentence and how solid the data are."""

import shutil
from pathlib import Path

import pytest

from tests.browser import pages

pytestmark = pytest.mark.browser

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
START = {"id": ("00_mulai.ipynb", "berderajat D", "lebih tinggi daripada"),
         "en": ("00_start.ipynb", "grade D assumptions", "is higher than with")}


@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_first_page_answers_one_question(browser, tmp_path, lang):
    """Run in JupyterLab from top to bottom: the honest sentences, a picture, the table and the verdict, all offline."""
    name, honest, verdict = START[lang]
    (tmp_path / lang).mkdir()
    notebook = Path(shutil.copy(NOTEBOOKS / lang / name, tmp_path / lang))
    with pages.lab(browser, notebook, tmp_path) as visit:
        text = pages.words_after_running(visit)
        assert honest in text and verdict in text and "Rp " in text and "SIASN" in text
        assert "Traceback" not in text
        visit.screenshot(f"start_lab_{lang}")
        assert visit.outside == []
        assert visit.errors == []
