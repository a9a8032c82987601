"""Both languages say the same things, and numbers look as their readers write them."""

import ast
import string
from pathlib import Path

import nbformat
import pytest

from simulation.language import catalogue, number, quarter, rupiah

ROOT = Path(__file__).resolve().parents[2]
PAIRS = [("00_mulai", "00_start"), ("01_kebutuhan", "01_needs"), ("02_anggaran", "02_budget"),
         ("03_alokasi", "03_allocation"), ("04_asumsi", "04_assumptions"),
         ("05_evaluasi", "05_evaluation"), ("06_dewan", "06_council")]


def fields(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_catalogues_have_the_same_messages_with_the_same_values():
    """A message missing in one language would be a traceback for its readers."""
    indonesian, english = catalogue("id"), catalogue("en")
    assert set(indonesian) == set(english)
    quarters = {"format.quarter", "pack.chart.quarter"}
    assert {k for k in indonesian if fields(indonesian[k]) != fields(english[k])} <= quarters


def test_every_message_that_code_names_exists():
    """Problem codes and message keys written in the code are in the catalogue."""
    known = set(catalogue("id"))
    for path in (ROOT / "simulation").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name == "say":
                    assert node.args[0].value in known, (path.name, node.args[0].value)
                if name in ("Problem", "problem", "unknown"):
                    assert f"problem.{node.args[0].value}" in known, (path.name, node.args[0].value)


def test_numbers_as_indonesians_write_them():
    """Points for thousands, a comma for decimals, Roman quarters."""
    assert rupiah(1.6e9) == "Rp 1.600.000.000"
    assert number(87.28) == "87,28"
    assert quarter(2, 2027) == "triwulan II 2027"


@pytest.mark.parametrize(("indonesian", "english"), PAIRS)
def test_the_two_trees_run_the_same_code_and_define_nothing(indonesian, english):
    """Notebooks differ in prose only; they hold one-line calls."""
    trees = [nbformat.read(ROOT / "notebooks" / lang / f"{name}.ipynb", as_version=4)
             for lang, name in (("id", indonesian), ("en", english))]
    code = [[cell.source for cell in tree.cells if cell.cell_type == "code"] for tree in trees]
    assert code[0] == code[1]
    assert not any(word in cell for cell in code[0] for word in ("def ", "class "))
    prose = [[cell.source for cell in tree.cells if cell.cell_type == "markdown"] for tree in trees]
    assert len(prose[0]) == len(prose[1]) and all(a != b for a, b in zip(*prose, strict=True))


def test_notebooks_show_their_results_and_keep_no_widget_state():
    """A reader who runs nothing still sees pictures, tables and sentences."""
    for path in (ROOT / "notebooks").glob("*/*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        assert "widgets" not in notebook.metadata
        assert sum(bool(cell.outputs) for cell in notebook.cells if cell.cell_type == "code") >= 4
