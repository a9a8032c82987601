"""Results as an Excel workbook: read back, it says what the data frames say, in both languages."""

import io
import os
import re
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from openpyxl.utils import range_boundaries

from simulation import InputError, simulate
from simulation.analysis import plan_tables
from simulation.indicators import three, yearly_table
from simulation.language import catalogue, say
from simulation.model.training import QUARTERS_PER_YEAR
from simulation.present import excel
from simulation.present.excel.page import FIRST, HEADER
from simulation.present.excel.run import Run
from simulation.present.excel.workbook import content, to_excel
from simulation.present.words import honesty
from simulation.record import record_id

DRAWS = 32
OFFERS = {"programmes": {}, "practice": "as_designed", "follow_up": "as_designed", "refresher_months": 0,
          "offers": [{"programme": "service_excellence", "classes": 2, "coaching": True, "kinds": ["health", "district"], "refresher_months": 12},
                     {"programme": "counter_coaching", "classes": [1, 2, 3, 2, 1], "practice": True}]}


@pytest.fixture(scope="module")
def run_of(city, ledger):
    """A function that runs a scenario."""
    return lambda scenario: simulate(scenario, city, ledger, DRAWS)


@pytest.fixture(scope="module")
def comparisons(library, run_of):
    """Two plans and a scenario with offers of its own, against today's path."""
    base = run_of(library["todays_path"])
    with_offers = library["designed_for_impact"].replace({**OFFERS, "name": {"id": "=1+1", "en": "=1+1"}, "author": "+62", "reference": "@ref",
                                                           "reason": {"id": "-2+3", "en": "-2+3"}})
    return [run_of(s).compare(base) for s in (library["designed_for_impact"], library["no_training"], with_offers)]


@pytest.fixture(scope="module")
def files(comparisons):
    """The bytes of the workbook by language."""
    return {lang: content(Run(tuple(comparisons), lang)) for lang in ("id", "en")}


@pytest.fixture(scope="module", params=["id", "en"])
def book(request, files):
    """The language and the workbook as a reader opens it."""
    return request.param, openpyxl.load_workbook(io.BytesIO(files[request.param]))


def body(book, lang, key):
    """Rows of a sheet below its header."""
    return list(book[say(f"excel.tab.{key}", lang)].iter_rows(min_row=FIRST + 1, values_only=True))


def test_the_plan_per_unit_adds_up_to_the_plan(book, comparisons):
    """Seats and rupiah of the units are those of the classes, for every scenario and year."""
    lang, found = book
    rows = body(found, lang, "plan")
    outcomes = Run(tuple(comparisons), lang).outcomes
    assert len(rows) == sum(len(plan_tables.plan_by_unit(o)) for o in outcomes)
    for outcome in outcomes:
        name = Run(tuple(comparisons), lang).name(outcome)
        for y in range(outcome.scenario.years):
            own = [r for r in rows if r[0].lstrip("'") == name and r[2] == outcome.scenario.start_year + y]
            assert sum(r[4] for r in own) == pytest.approx(outcome.plan.seats[:, y].sum())
            assert sum(r[7] for r in own) == pytest.approx(outcome.plan.cost_rp[:, y].sum())
            assert sum(r[3] for r in own) == outcome.city.heads.sum()


def test_numbers_in_the_cells_are_the_numbers_of_the_frames(book, comparisons):
    """Differences, gains and yearly results are written in full, not rounded."""
    lang, found = book
    run = Run(tuple(comparisons), lang)
    differences, gains = body(found, lang, "differences"), body(found, lang, "gains")
    for i, comparison in enumerate(comparisons):
        assert differences[i][3:6] == pytest.approx(three(comparison.ikm))
        points = comparison.a.quarters + 1
        own = np.array([row[3:8] for row in gains[i * points:(i + 1) * points]], dtype=float)
        expected = np.quantile(comparison.series(), (0.05, 0.25, 0.5, 0.75, 0.95), axis=-1).T
        np.testing.assert_allclose(own, expected, atol=1e-12)
    expected = [row for o in run.outcomes for row in yearly_table(o).iloc[:, 3:].itertuples(index=False, name=None)]
    np.testing.assert_allclose([row[4:] for row in body(found, lang, "yearly")], expected, rtol=1e-12)
    assert [row[3:5] for row in body(found, lang, "classes")] == [
        (row.classes, pytest.approx(row.seats)) for o in run.outcomes for row in plan_tables.classes(o).itertuples()]


def test_every_comparison_has_its_row_of_every_indicator(book, comparisons):
    """What no future defines is a blank cell, not a zero: no training has no cost per participant."""
    lang, found = book
    rows = body(found, lang, "differences")
    assert len(rows) == len(comparisons) * len(comparisons[0].table())
    label = say("excel.difference.rp_per_participant", lang)
    row = next(r for r in rows if r[0] == label and r[1] == comparisons[1].a.scenario.name[lang])
    assert row[3:8] == (None,) * 5 and row[8] == 0.0


def test_no_cell_is_a_formula_and_text_of_a_user_cannot_become_one(book):
    """A name, an author, a reason and a reference that start like a formula are kept as text behind an apostrophe."""
    texts = [cell.value for sheet in book[1] for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert not [cell for sheet in book[1] for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert {"'=1+1", "'+62", "'-2+3", "'@ref"} <= set(texts)
    assert not [text for text in texts if text.startswith(("=", "+", "-", "@"))]


def test_charts_refer_to_the_cells_they_show(book, comparisons, files):
    """One chart of differences, one of the gain per comparison, one of levels per scenario; their ranges hold the right rows."""
    lang, found = book
    outcomes = Run(tuple(comparisons), lang).outcomes
    with zipfile.ZipFile(io.BytesIO(files[lang])) as archive:
        names = sorted((n for n in archive.namelist() if n.startswith("xl/charts/chart")), key=lambda n: int(re.findall(r"\d+", n)[0]))
        charts = [archive.read(name).decode() for name in names]
    references = [re.findall(r"<c:f>'?([^'!<]+)'?!([^<]+)</c:f>", chart) for chart in charts]
    gains = [i for i, chart in enumerate(charts) if "<c:areaChart>" in chart]
    stacks = [i for i, chart in enumerate(charts) if 'val="percentStacked"' in chart]
    assert (len(charts), len(gains), len(stacks)) == (1 + len(comparisons) + len(outcomes), len(comparisons), len(outcomes))

    def cells(sheet, place):
        left, top, right, bottom = range_boundaries(place.replace("$", ""))
        return [row[0] for row in found[sheet].iter_rows(top, bottom, left, right, values_only=True)]

    bars = [cells(*reference) for reference in references[0]]
    middle = [np.median(c.ikm) for c in comparisons]
    assert "<c:errBars>" in charts[0] and pytest.approx(middle) in bars
    assert pytest.approx([np.quantile(c.ikm, 0.95) - np.median(c.ikm) for c in comparisons]) in bars
    for i, comparison in zip(gains, comparisons, strict=True):
        shown = [cells(*reference) for reference in references[i]]
        assert pytest.approx(np.median(comparison.series(), axis=-1), abs=1e-12) in shown
        assert pytest.approx(np.quantile(comparison.series(), 0.95, axis=-1) - np.quantile(comparison.series(), 0.05, axis=-1), abs=1e-12) in shown
    for i, outcome in zip(stacks, outcomes, strict=True):
        values = [cells(*r) for r in references[i] if len(cells(*r)) > 1 and isinstance(cells(*r)[0], float)]
        np.testing.assert_allclose(values, outcome.level_shares("frontline").mean(axis=-1), rtol=1e-12)


def test_summary_says_verdicts_record_and_what_is_assumed(book, comparisons):
    """The first sheet carries the same sentences as the notebook and the record of the run."""
    lang, found = book
    text = "\n".join(str(c) for row in found.worksheets[0].iter_rows(values_only=True) for c in row if c is not None)
    assert all(c.sentence(lang) in text for c in comparisons)
    assert record_id(Run(tuple(comparisons), lang).outcomes) in text
    assert honesty(comparisons[0].a.city, comparisons[0].a.assumptions, lang)[-1] in text and say("verdict.better", lang) in text


def test_sheets_are_ready_to_read_and_print(book):
    """Every sheet prints on A4 lying, tables keep their header on screen and paper, and money carries its currency."""
    lang, found = book
    for sheet in found:
        assert sheet.page_setup.orientation == "landscape" and str(sheet.page_setup.paperSize) == "9"
    for sheet in found.worksheets[2:]:
        assert sheet.freeze_panes == f"B{FIRST + 1}" and sheet.print_title_rows.replace("$", "") == f"{HEADER + 1}:{HEADER + 1}"
        assert all(cell.value for cell in sheet[HEADER + 1])
    assert found[say("excel.tab.plan", lang)].cell(FIRST + 1, 8).number_format.startswith("[$Rp-421]")


def test_assumptions_come_with_source_grade_range_and_change(library, run_of, ledger):
    """A row that one scenario overrides stands twice, with the scenarios each value applies to."""
    base = library["todays_path"]
    key = next(p.key for p in ledger.parameters if p.varies)
    changed = base.replace({"name": {"id": "Lain", "en": "Other"}, "overrides": {key: ledger[key].range[0]}})
    comparison = run_of(changed).compare(run_of(base))
    found = openpyxl.load_workbook(io.BytesIO(content(Run((comparison,), "en"))))
    rows = [r for r in body(found, "en", "assumptions") if r[0] == ledger[key].label["en"]]
    assert [(r[1], r[8], r[9]) for r in rows] == [(ledger[key].value, "as published", base.name["en"]), (ledger[key].range[0], "changed", "Other")]
    assert rows[0][2:4] == ledger[key].range and rows[0][6] == ledger[key].grade and rows[0][10] == ledger[key].source["citation"]
    assert len(body(found, "en", "assumptions")) == len(ledger.parameters) + 1


def test_offers_have_their_own_sheet_only_when_there_are_some(book, comparisons):
    """Classes per offer and year add up to the classes per programme."""
    lang, found = book
    rows = body(found, lang, "offers")
    plan = comparisons[2].a.plan
    assert sum(r[5] for r in rows) == plan.classes.sum() and sum(r[8] for r in rows) == pytest.approx(plan.cost_rp.sum())
    plain = openpyxl.load_workbook(io.BytesIO(content(Run((comparisons[0],), lang))))
    assert say("excel.tab.offers", lang) in found.sheetnames and say("excel.tab.offers", lang) not in plain.sheetnames


def test_a_unit_under_five_people_is_never_shown_alone(comparisons):
    """It is put together with others until they are five, and no number is lost."""
    from dataclasses import replace

    outcome = comparisons[0].a
    own = outcome.city.cell_unit == 0
    first = np.flatnonzero(own)[0]
    pns, pppk = np.where(own, 0, outcome.city.pns), np.where(own, 0, outcome.city.pppk)
    pns[first] = 3
    small = replace(outcome, city=replace(outcome.city, pns=pns, pppk=pppk))
    frame = plan_tables.plan_by_unit(small)
    assert outcome.city.units[0].id not in set(frame["unit"]) and plan_tables.OTHERS in set(frame["unit"])
    assert frame["asn"].min() >= 5
    seats = small.plan.share[:len(small.plan.offer_classes)].reshape(-1, small.scenario.years, QUARTERS_PER_YEAR, len(pns)).sum(axis=(0, 1, 2)) @ small.city.heads
    assert frame["seats"].sum() == pytest.approx(seats)


def test_same_results_same_bytes(comparisons, files, tmp_path):
    """The day of writing is not in the file; `Comparison.to_excel` and several comparisons go the same way."""
    path = to_excel(comparisons, tmp_path / "deep" / "hasil.xlsx")
    assert path.read_bytes() == files["id"] and os.listdir(path.parent) == ["hasil.xlsx"]
    one = comparisons[0].to_excel(tmp_path / "one.xlsx", "en")
    assert one.read_bytes() == content(Run((comparisons[0],), "en"))


def test_long_and_equal_names_stay_whole_and_apart(library, run_of):
    """A name of 300 characters is kept; two scenarios of one name are numbered; the rows are high enough to read it."""
    name = {"id": "Rencana " * 40, "en": "Plan & more " * 30}
    a, b = (library[k].replace({"name": name}) for k in ("designed_for_impact", "no_training"))
    found = openpyxl.load_workbook(io.BytesIO(content(Run((run_of(a).compare(run_of(b)),), "en"))))
    row = body(found, "en", "differences")[0]
    assert {row[1], row[2]} == {name["en"], name["en"] + " (2)"}
    assert found[say("excel.tab.differences", "en")].row_dimensions[FIRST + 1].height > 100


@pytest.mark.parametrize(("change", "code"), [({"path": "hasil.xls"}, "excel_suffix"), ({"lang": "jv"}, "excel_language"), ({"comparisons": []}, "excel_nothing")])
def test_what_cannot_be_written_is_said(comparisons, tmp_path, change, code):
    """No file is left behind, and the message exists in both languages."""
    asked = {"comparisons": comparisons[:1], "path": "hasil.xlsx", "lang": "id"} | change
    with pytest.raises(InputError) as caught:
        to_excel(asked["comparisons"], tmp_path / asked["path"], asked["lang"])
    problem = caught.value.problems[0]
    assert problem.code == code and not os.listdir(tmp_path)
    assert all(say(f"problem.{code}", lang, **problem.values) for lang in ("id", "en"))


def test_a_folder_in_the_way_is_a_named_problem(comparisons, tmp_path):
    """A path that is a folder, or lies below a file, is refused without a traceback or a leftover."""
    (tmp_path / "a.xlsx").mkdir()
    (tmp_path / "b").write_text("")
    for path in (tmp_path / "a.xlsx", tmp_path / "b" / "c.xlsx"):
        with pytest.raises(InputError) as caught:
            to_excel(comparisons[:1], path)
        assert caught.value.problems[0].code == "excel_not_written"
    assert sorted(os.listdir(tmp_path)) == ["a.xlsx", "b"]


def test_other_draws_do_not_go_into_one_workbook(comparisons, library, city, ledger):
    """Comparisons under different draws are refused."""
    base = simulate(library["todays_path"], city, ledger, 16)
    with pytest.raises(InputError) as caught:
        Run((comparisons[0], base.compare(base)), "id")
    assert caught.value.problems[0].code == "other_draws"


def test_every_message_of_the_workbook_exists():
    """Keys that the code names as `run.message(...)` are in both catalogues."""
    for path in Path(excel.__file__).parent.glob("*.py"):
        for key in re.findall(r'run\.message\(f?"([^"]+)"', path.read_text(encoding="utf-8")):
            start = "excel." + key.split("{")[0]
            for lang in ("id", "en"):
                assert any(k.startswith(start) if "{" in key else k == start for k in catalogue(lang)), (path.name, key)


def test_a_scenario_against_itself_has_no_gain_to_draw(comparisons):
    """The baseline alone still gives a workbook."""
    base = comparisons[0].b
    found = openpyxl.load_workbook(io.BytesIO(content(Run((base.compare(base),), "id"))))
    assert body(found, "id", "differences")[0][3:6] == (0, 0, 0)
