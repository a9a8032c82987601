"""The forms that a city fills in: they refuse nonsense, explain themselves and read back."""

import datetime

import pytest
import small_city
from openpyxl import load_workbook

from simulation.city import City
from simulation.errors import InputError
from simulation.intake.excel import FormColumn, FormSheet, safe_text, write_form
from simulation.intake.mapping import NO_MAPPING
from simulation.intake.skm_answers import OFFICIAL, rating
from simulation.intake.templates import write_template
from simulation.intake.tickets import read_tickets
from simulation.language import LANGUAGES, say
from simulation.skm import ELEMENTS
from simulation.survey import Survey

KINDS = ("skm", "staff", "training", "tickets")


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    return City.load(small_city.write(tmp_path_factory.mktemp("city")))


@pytest.fixture
def form(tmp_path):
    """A form with a column of each sort."""
    columns = (FormColumn("Unit", "Pilih.", choices=tuple(f"unit {i}" for i in range(300))), FormColumn("Umur", low=17, high=70, whole=True),
               FormColumn("Tanggal", date=True, low=datetime.date(2020, 1, 1)), FormColumn("Jam", time=True),
               FormColumn("Skor", high=2.5), FormColumn("Jumlah", whole=True), FormColumn("Bebas", "Apa saja.", example="=1+1"))
    return load_workbook(write_form(tmp_path / "new" / "f.xlsx", "Judul", ["satu", "-dua"], [FormSheet("Isi", columns, 50)], "id"))


def rules(sheet):
    return {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}


def test_each_column_is_limited_to_what_it_accepts(form):
    """Lists come from a hidden sheet, of any length; numbers, dates and times have limits and say so in words."""
    found = rules(form["Isi"])
    assert form["Pilihan"].sheet_state == "hidden"
    assert (found["A2:A51"].type, found["A2:A51"].formula1) == ("list", "'Pilihan'!$A$1:$A$300")
    assert (found["B2:B51"].type, found["B2:B51"].formula1, found["B2:B51"].formula2) == ("whole", "17", "70")
    assert found["B2:B51"].error == "Isi bilangan bulat. Paling kecil 17. Paling besar 70."
    assert (found["C2:C51"].type, found["C2:C51"].operator) == ("date", "greaterThanOrEqual")
    assert found["D2:D51"].type == "time"
    assert (found["E2:E51"].type, found["E2:E51"].operator, found["E2:E51"].formula1) == ("decimal", "lessThanOrEqual", "2.5")
    assert found["F2:F51"].type == "whole"
    assert found["G2:G51"].type is None and found["G2:G51"].prompt == "Apa saja."


def test_headings_stay_in_sight_and_the_first_sheet_explains_each_column(form):
    """The example stands on the first sheet only, so nobody has to delete it."""
    assert form["Isi"].freeze_panes == "A2" and form["Isi"].max_row == 1
    told = [row for row in form.worksheets[0].iter_rows(values_only=True) if any(row)]
    assert told[:3] == [("Judul", None, None), ("Langkah 1", "satu", None), ("Langkah 2", "'-dua", None)]
    assert ("Bebas", "Apa saja.", "'=1+1") in told


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_text_becomes_a_formula(text):
    """Not even after the sheet was saved as CSV and opened again."""
    assert safe_text(text) == "'" + text and safe_text("a" + text) == "a" + text


def test_a_form_that_cannot_be_written_is_a_named_problem_and_leaves_nothing(tmp_path):
    """A file stands in the place of the folder, a folder in the place of the file."""
    (tmp_path / "f").write_text("x")
    with pytest.raises(InputError) as error:
        write_form(tmp_path / "f" / "a.xlsx", "J", [], [])
    assert error.value.problems[0].code == "form_not_written"
    (tmp_path / "folder.xlsx").mkdir()
    with pytest.raises(InputError):
        write_form(tmp_path / "folder.xlsx", "J", [], [FormSheet("Isi", (FormColumn("a"),))])
    assert sorted(p.name for p in tmp_path.iterdir()) == ["f", "folder.xlsx"]


def test_the_same_form_is_the_same_file(tmp_path, city):
    """Nothing in it depends on the day it was made."""
    first, second = (write_template("skm", tmp_path / f"{n}.xlsx", "id", city).read_bytes() for n in "ab")
    assert first == second


def test_an_unknown_kind_names_the_nearest(tmp_path):
    """`ticket` is not a kind of form, `tickets` is."""
    with pytest.raises(InputError) as error:
        write_template("ticket", tmp_path / "a.xlsx")
    assert error.value.problems[0].code == "unknown_template" and "tickets" in error.value.text("en")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_form_asks_for_no_name_and_lists_the_citys_units(kind, lang, tmp_path, city):
    """Headings differ from each other; the units stand in the drop-down by name; the instruction forbids names and NIP."""
    book = load_workbook(write_template(kind, tmp_path / "f.xlsx", lang, city))
    headings = [cell.value for cell in book.worksheets[1][1]]
    assert len(set(headings)) == len(headings)
    assert not any(word in heading.lower().split() for heading in headings for word in ("nama", "name", "nip", "nik", "telepon", "phone"))
    told = " ".join(str(cell) for row in book.worksheets[0].iter_rows(values_only=True) for cell in row if cell)
    assert say("form.no_names", lang) in told and say(f"form.{kind}.next", lang) in told
    listed = [[cell.value for cell in column if cell.value] for column in book.worksheets[2].iter_cols()]
    assert [unit.name(lang) for unit in city.units] in listed


def test_the_nine_elements_stand_in_the_regulations_order_with_their_own_answers(tmp_path):
    """Each answer of a form is worth 1 to 4 to the importer, in both languages; the Indonesian ones are the official texts."""
    for lang in LANGUAGES:
        book = load_workbook(write_template("skm", tmp_path / f"{lang}.xlsx", lang))
        headings = [cell.value for cell in book.worksheets[1][1]]
        assert headings[-9:] == [say(f"form.skm.{element}", lang) for element in ELEMENTS]
        for element in ELEMENTS:
            answers = say(f"form.skm.{element}.choices", lang).split("; ")
            assert [rating(answer, element, NO_MAPPING) for answer in answers] == [1, 2, 3, 4]
            assert lang != "id" or tuple(answers) == OFFICIAL[element]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_filled_survey_form_reads_back(lang, tmp_path, city):
    """Forty respondents: every answer, unit and group arrives as it was chosen."""
    path = write_template("skm", tmp_path / "f.xlsx", lang, city)
    book = load_workbook(path)
    page = book.worksheets[1]
    answers = [say(f"form.skm.{element}.choices", lang).split("; ") for element in ELEMENTS]
    chosen = [[(r + e) % 4 for e in range(9)] for r in range(40)]
    sexes, levels = (say(f"form.{key}.choices", lang).split("; ") for key in ("sex", "education"))
    for r, row in enumerate(chosen):
        page.append([datetime.date(2026, 3, 1 + r % 28), city.units[r % 2].name(lang), "", sexes[r % 2], 20 + r, levels[r % 7],
                     *(answers[e][k] for e, k in enumerate(row))])
    book.save(path)
    survey = Survey.read(path)
    assert survey.ratings.tolist() == [[k + 1 for k in row] for row in chosen]
    assert survey.groups["unit"].names == tuple(sorted(unit.name(lang) for unit in city.units[:2]))
    assert survey.groups["sex"].names == ("female", "male")
    assert set(survey.groups["education"].names) == {"sd", "smp", "sma", "d3", "s1", "s2", "s3"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_filled_queue_form_reads_back(lang, tmp_path, city):
    """Two tickets a day of twelve minutes after a wait of five, a test row and a no-show."""
    path = write_template("tickets", tmp_path / "f.xlsx", lang, city)
    book = load_workbook(path)
    page = book.worksheets[1]
    unit, service = city.units[0].name(lang), city.counters.name(0, lang)
    done, _, absent = say("form.tickets.status.choices", lang).split("; ")
    for d in range(20):
        for hour in (8, 10):
            page.append([datetime.date(2026, 3, 1) + datetime.timedelta(d), f"A{hour}", unit, service, datetime.time(hour, 1, 5),
                         datetime.time(hour, 6, 5), datetime.time(hour, 18, 5), done])
    page.append([datetime.date(2026, 3, 2), "A999", unit, service, datetime.time(9, 0), datetime.time(9, 1), datetime.time(9, 1), absent])
    page.append([datetime.date(2026, 3, 2), "TEST", unit, service, datetime.time(9, 0), datetime.time(9, 1), datetime.time(9, 1), done])
    book.save(path)
    log = read_tickets(path, city)
    (found,) = log.figures
    assert (found.label.known.id, found.n) == ("ktp", 40)
    assert found.measures["minutes"].value == pytest.approx(12.0) and found.measures["wait_minutes"].value == pytest.approx(5.0)
    assert {flag.reason: flag.count for flag in log.flags} == {"test": 1, "cancelled": 1}
