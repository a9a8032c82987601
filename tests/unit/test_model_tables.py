"""The tables in the description of the model say what the data say."""

import re

import pytest

from simulation import Assumptions, Catalogue
from tools import model_tables

PAGE = model_tables.PAGE.read_text(encoding="utf-8")
SEVEN = ("Purpose and patterns", "Entities, state variables and scales", "Process overview and scheduling", "Design concepts",
         "Initialization", "Input data", "Submodels")


def test_the_page_is_in_step_with_the_data():
    """Nothing has to be written anew; if this fails, run `python tools/model_tables.py`."""
    assert model_tables.out_of_step(PAGE) == []
    assert model_tables.main(["--check"]) == 0


def test_every_assumption_programme_and_switch_is_described():
    """Each one is named once, first in a row of a table or second after its link."""
    ledger = Assumptions.load()
    names = [row.key for row in ledger.parameters] + list(ledger.structure) + list(Catalogue.load().ids)
    for name in names:
        assert re.search(rf"^\|( \w+ \|)? `{re.escape(name)}` \|", PAGE, re.MULTILINE), name


def test_the_seven_elements_of_odd_stand_in_order():
    """Grimm et al. (2020) name seven elements; the page has them as headings in that order."""
    headings = [line.split(". ", 1)[1] for line in PAGE.splitlines() if re.match(r"## \d\. ", line)]
    assert tuple(headings) == SEVEN


@pytest.mark.parametrize("name", model_tables.TABLES)
def test_a_changed_figure_is_noticed(name, capsys, tmp_path, monkeypatch):
    """A table with one figure changed, or none at all, is reported by name."""
    table = model_tables.PLACE.search(PAGE[PAGE.index(f"<!-- table: {name} -->"):])[0]
    spoilt = PAGE.replace(table, re.sub(r"\d(?=[^\d]*$)", "x", table) if re.search(r"\d", table) else table.replace("`", "'"))
    assert model_tables.out_of_step(spoilt) == [name]
    assert model_tables.out_of_step(PAGE.replace(table, "")) == [name]
    copy = tmp_path / "model.md"
    copy.write_text(spoilt, encoding="utf-8")
    monkeypatch.setattr(model_tables, "PAGE", copy)
    assert model_tables.main(["--check"]) == 1
    assert name in capsys.readouterr().out
    assert model_tables.main([]) == 0
    assert copy.read_text(encoding="utf-8") == PAGE


def test_a_table_nobody_knows_is_an_error():
    """A misspelt marker does not pass silently."""
    with pytest.raises(KeyError):
        model_tables.renewed("<!-- table: asumptions -->\n<!-- end of table -->")


def test_a_bar_in_a_text_does_not_break_the_table():
    """A vertical bar is escaped."""
    assert model_tables.table(("a",), [("x|y",)])[-1] == "| x\\|y |"


# Credibility: no claim without a test that exists


ROOT = model_tables.ROOT
CREDIBILITY = (ROOT / "docs" / "credibility.md").read_text(encoding="utf-8")
HELD_OUT = (ROOT / "tests" / "truth" / "test_held_out.py").read_text(encoding="utf-8")


def test_every_test_that_carries_a_claim_exists():
    """Files and functions named on the page are there."""
    files = set(re.findall(r"`(tests/[\w/]+\.py)`", CREDIBILITY))
    assert len(files) > 5 and all((ROOT / name).is_file() for name in files)
    written = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    functions = set(re.findall(r"`(test_\w+)`", CREDIBILITY))
    assert functions and [name for name in functions if f"def {name}(" not in written] == []


def test_every_published_result_held_out_is_listed_as_hit_or_miss():
    """A hit is listed as a hit and a miss, an expected failure in the tests, as a miss; none is left out."""
    for miss, result in re.findall(r"(@miss\([^\n]*\n)?def test_(hit_\w+|miss_\w+)\(", HELD_OUT):
        assert bool(miss) == result.startswith("miss"), result
        row = next((line for line in CREDIBILITY.splitlines() if f"`test_{result}`" in line), "")
        assert row.startswith("| miss |" if miss else "| hit |"), result


def test_every_check_of_the_specification_is_listed():
    """Checks 1 to 18 each have a row."""
    assert all(re.search(rf"^\| {number}[a-c]? \|", CREDIBILITY, re.MULTILINE) for number in range(1, 19))
