"""A staff list becomes counts: whatever its layout, without a person in it, and with a name for everything that is wrong."""

import csv
import io
import random
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from simulation.assumptions import Assumptions
from simulation.city import City
from simulation.errors import InputError
from simulation.intake.findings import money, quantity
from simulation.intake.headings import plain
from simulation.intake.mapping import Mapping
from simulation.intake.persons import Persons
from simulation.intake.posts import Post, Posts, stated_education, stated_status
from simulation.intake.staff import read_staff
from simulation.intake.staff_counts import Person, cells_of, merged
from simulation.intake.templates import write_template
from simulation.intake.trainings import read_trainings
from simulation.intake.workplaces import Workplaces
from simulation.language import LANGUAGES, say
from simulation.scenario import Catalogue

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "data" / "samples" / "daftar_pegawai.csv"
HEAD = ["Unit Kerja", "Nama Jabatan", "Status Kepegawaian", "Tahun Lahir", "Tingkat Pendidikan"]
ROW = ["DISDUKCAPIL", "Petugas Loket", "PNS", "1980", "S-1/Sarjana"]


@pytest.fixture(scope="module")
def city():
    return City.load()


@pytest.fixture(scope="module")
def sample(city):
    return read_staff(SAMPLE, city)


def write(path, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def problems(call) -> tuple:
    with pytest.raises(InputError) as error:
        call()
    return error.value.problems


def codes(counts) -> set[str]:
    return {warning.code for warning in counts.warnings}


def test_the_sample_is_counted_row_by_row(sample):
    """258 ASN of 5 units; the honorary row, the total and the signature are not among them, and a warning says so."""
    text = SAMPLE.read_text(encoding="utf-8")
    assert sample.rows == sum(cell.heads for cell in sample.cells) == text.count("'contoh-") - 1 == 258
    assert len(sample.units) == 5
    part_time = sum("PPPK Paruh Waktu" in line for line in text.splitlines())
    assert part_time == sum(cell.part_time for cell in sample.cells) > 0
    assert codes(sample) >= {"staff_by_post", "staff_other", "staff_skipped", "staff_part_time", "staff_no_age"}
    assert all(warning.text(lang) for warning in sample.warnings for lang in LANGUAGES)


def test_every_person_has_one_band_and_one_step(sample):
    """Ages and education add up to the people whose age is known, and to all."""
    for cell in sample.cells:
        assert sum(cell.ages) == cell.aged <= cell.heads
        assert sum(cell.education) == cell.heads
        assert cell.due <= cell.aged
    assert sum(sample.education().values()) == 258
    assert sum(sample.education(group="leader").values()) == sum(c.heads for c in sample.cells if c.group == "leader")


def test_nothing_of_a_person_is_in_the_result(sample):
    """Names and employee numbers of the file are nowhere in what it became, nor in its words."""
    seen = repr(sample) + " ".join(sample.sentences()) + sample.table().to_string()
    assert "Pegawai 0" not in seen
    assert "contoh-" not in seen


def test_small_groups_are_never_shown_alone(sample):
    """Each row of the table is five people at least, PNS and PPPK of a row too, and nobody is lost."""
    table = sample.table("en")
    assert table["People"].min() >= 5
    assert table["People"].sum() == 258
    for column in ("PNS", "PPPK"):
        shown = table[column].dropna()
        assert ((shown == 0) | (shown >= 5)).all()


LEDGER = Assumptions.load()


@given(heads=st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(("frontline", "backoffice", "leader"))), max_size=40))
def test_merging_loses_nobody_unless_all_are_too_few(heads):
    """Rows have five people at least; together they are everybody, or nothing is shown of a list under five."""
    cells = cells_of([Person(unit, group, "pns", None, False, None) for unit, group in heads], "abc", LEDGER)
    sizes = [sum(c.heads for c in row[2]) for row in merged(cells)]
    assert all(size >= 5 for size in sizes)
    assert sum(sizes) == (len(heads) if len(heads) >= 5 else 0)


def test_exits_follow_the_ages(city, tmp_path):
    """A cell in which a share d retires within ten years leaves at (d / 10 + resignation) / (retirement + resignation)."""
    ledger = {p.key: p.value for p in LEDGER.parameters}
    born = [1970] * 2 + [1990] * 8  # of retirement age 58: the first are 56 at the end of 2026
    path = write(tmp_path / "a.csv", [HEAD, *[[*ROW[:3], str(b), ROW[4]] for b in born]])
    cell = read_staff(path, city, year=2026).cells[0]
    assert (cell.due, cell.aged) == (2, 10)
    expected = (0.2 / 10 + ledger["resignation"]) / (ledger["retirement"] + ledger["resignation"])
    assert cell.exit_relative == pytest.approx(expected, abs=0.0006)


def test_an_older_list_leaves_sooner(city, tmp_path):
    """Everybody five years older: more exits, nothing else changed."""
    young, old = (read_staff(write(tmp_path / f"{shift}.csv", [HEAD, *[[*ROW[:3], str(1968 + 2 * i - shift), "S1"] for i in range(12)]]),
                             city, year=2026).cells[0] for shift in (0, 5))
    assert old.exit_relative > young.exit_relative
    assert (old.pns, old.education) == (young.pns, young.education)


def test_few_ages_borrow_from_the_unit(city, tmp_path):
    """Two leaders have no figure of their own: theirs is the unit's, so it tells nobody's age."""
    leaders = [["DISDUKCAPIL", "Kepala Bidang", "PNS", "1968", "S2"]] * 2
    cells = read_staff(write(tmp_path / "a.csv", [HEAD, *[ROW] * 8, *leaders]), city, year=2026).cells
    unit = {cell.group: cell.exit_relative for cell in cells}
    assert unit["leader"] != unit["frontline"]
    ledger = {p.key: p.value for p in LEDGER.parameters}
    pooled = (2 / 10 / 10 + ledger["resignation"]) / (ledger["retirement"] + ledger["resignation"])
    assert unit["leader"] == pytest.approx(pooled, abs=0.0006)


def test_a_list_without_ages_has_no_exits(city, tmp_path):
    """It is counted all the same, and says that exits stay unknown."""
    counts = read_staff(write(tmp_path / "a.csv", [[h for h in HEAD if h != "Tahun Lahir"], *[[*ROW[:3], ROW[4]]] * 6]), city)
    assert counts.cells[0].exit_relative is None
    assert "staff_ages_unknown" in codes(counts)


@pytest.mark.parametrize("born", ["12-03-1980", "1980-03-12", "12/03/80", "12 Maret 1980", "1980", "29291"])
def test_birth_dates_in_any_dress(city, tmp_path, born):
    """Only the year counts: 46 years at the end of 2026."""
    head = [h.replace("Tahun", "Tanggal") for h in HEAD]
    counts = read_staff(write(tmp_path / "a.csv", [head, *[[*ROW[:3], born, "S1"]] * 5]), city, year=2026)
    assert counts.cells[0].ages == (0, 0, 5, 0, 0)


@pytest.mark.parametrize("born", ["31-02-1980x", "2020", "1900", "belum", "2068-01-01"])
def test_an_impossible_age_is_named_without_repeating_it(city, tmp_path, born):
    """Row and column, and the limits; not the birth date."""
    found = problems(lambda: read_staff(write(tmp_path / "a.csv", [HEAD, ROW, [*ROW[:3], born, "S1"]]), city, year=2026))
    assert [(p.code, p.line, p.column) for p in found] == [("staff_age", 3, "Tahun Lahir")]
    assert born not in found[0].text("en")


def test_an_unknown_unit_is_said_once_with_the_nearest(city, tmp_path):
    """First row, count, names to choose from and the line for the mapping file."""
    rows = [HEAD, ROW, *[["Dinas Kependudukn", *ROW[1:]]] * 3]
    path = write(tmp_path / "a.csv", rows)
    found = problems(lambda: read_staff(path, city))
    assert [(p.code, p.line) for p in found] == [("staff_unit", 3)]
    text = found[0].text("en")
    assert "3 rows" in text
    assert "disdukcapil" in text
    assert 'units: {"Dinas Kependudukn": ...}' in text
    mapped = read_staff(path, city, Mapping(units={"Dinas Kependudukn": "disdukcapil"}))
    assert [(c.unit, c.heads) for c in mapped.cells] == [("disdukcapil", 4)]


@pytest.mark.parametrize("text", ["Siti Aminah", "198001012005012001", "siti@contoh.id", "0812 3456 7890"])
def test_a_message_never_repeats_what_may_be_a_person(city, tmp_path, text):
    """Somebody's name or number in the column of units goes nowhere."""
    found = problems(lambda: read_staff(write(tmp_path / "a.csv", [HEAD, ROW, [text, *ROW[1:]], [*ROW[:2], text, *ROW[3:]]]), city))
    units = " ".join(p.text(lang) for p in found if p.code == "staff_unit" for lang in LANGUAGES)
    assert units
    assert text not in units
    if any(c.isdigit() or c == "@" for c in text):
        assert text not in " ".join(p.text() for p in found)


@pytest.mark.parametrize(("text", "unit"), [
    ("disdukcapil", "disdukcapil"), ("DINAS KEPENDUDUKAN  & PENCATATAN SIPIL", "disdukcapil"), ("Kec. Sidorejo", "kec_sidorejo"),
    ("UPT Puskesmas Cebongan", "pusk_cebongan"), ("Kelurahan Salatiga", "kec_sidorejo"), ("SDN Mangunsari 02", "sd_sidomukti"),
    ("Rumah Sakit Umum Daerah", "rsud"), ("Bidang Pendaftaran Penduduk Disdukcapil", "disdukcapil"), ("Satpol PP", "satpol_pp"),
    ("SMP Negeri 1 Salatiga", None), ("Dinas Kebakaran", None), ("Salatiga", None), ("", None)])
def test_workplaces(city, text, unit):
    """Full names, short forms, kelurahan, schools by their kelurahan; what is not known is not guessed."""
    assert Workplaces(city).find(text) == unit


def test_the_agency_above_helps_only_where_it_can(city):
    """A seksi belongs to its agency; a school that is not recognised does not vanish in Dinas Pendidikan."""
    places = Workplaces(city)
    assert places.find("Seksi Identitas Penduduk", "Disdukcapil") == "disdukcapil"
    assert places.find("", "Dinas Kesehatan") == "dinkes"
    assert places.find("SMP Negeri 1 Salatiga", "Dinas Pendidikan") is None
    assert places.find("UPTD Puskesmas Antah Berantah", "Dinas Kesehatan") is None


@pytest.mark.parametrize(("name", "group", "age"), [
    ("Kepala Dinas Kesehatan", "leader", 60), ("Kasubbag Umum", "leader", 58), ("Lurah", "leader", 58), ("Guru Ahli Muda", "frontline", 60),
    ("Bidan Terampil", "frontline", 58), ("Operator Layanan Operasional", "frontline", 58), ("Analis Kebijakan Ahli Madya", "backoffice", 60),
    ("Administrator Kesehatan", "frontline", 58), ("Sekretaris Pimpinan", "backoffice", 58), ("Bendahara", "backoffice", 58)])
def test_posts(name, group, age):
    """The table of posts: group and retirement age."""
    posts = Posts.load()
    assert (posts.group(Post(plain(name))), posts.retirement_age(Post(plain(name)))) == (group, age)


def test_an_echelon_makes_a_leader_and_a_group_column_wins(city, tmp_path):
    """Analis with echelon III.a leads; the column of groups decides against both."""
    head = [*HEAD, "Eselon", "Kelompok Pegawai"]
    rows = [["DISDUKCAPIL", "Analis", "PNS", "1980", "S1", "III.a", ""], ["DISDUKCAPIL", "Analis", "PNS", "1980", "S1", "III.a", "Garis depan"],
            ["DISDUKCAPIL", "Analis", "PNS", "1980", "S1", "-", ""]]
    counts = read_staff(write(tmp_path / "a.csv", [head, *rows]), city)
    assert {c.group: c.heads for c in counts.cells} == {"frontline": 1, "backoffice": 1, "leader": 1}


@pytest.mark.parametrize(("text", "status"), [
    ("PNS", "pns"), ("CPNS", "pns"), ("P3K", "pppk"), ("pppk  PARUH waktu", "part_time"), ("Pegawai Pemerintah dengan Perjanjian Kerja", "pppk"),
    ("Honorer", "other"), ("Non ASN", "other"), ("Pensiun", "gone"), ("ASN", None)])
def test_statuses(text, status):
    """As lists write them."""
    assert stated_status(text) == status


@pytest.mark.parametrize(("text", "step"), [
    ("S-1/Sarjana", "s1"), ("Diploma IV", "s1"), ("SLTA/SMA sederajat", "d2"), ("D-III", "d3"), ("Diploma III/Sarjana Muda", "d3"),
    ("S2 Manajemen", "s2"), ("Doktor", "s3"), ("SLTP", "below"), ("SD (primary)", "below"), ("Kursus", None)])
def test_education(text, step):
    """Steps of the IP ASN."""
    assert stated_education(text) == step


def test_an_unknown_status_and_group_are_named(city, tmp_path):
    """Every distinct text once, both faults in one go."""
    rows = [[*ROW[:2], "ASN", *ROW[3:], ""]] * 5 + [[*ROW, "Tengah"]] * 6
    found = problems(lambda: read_staff(write(tmp_path / "a.csv", [[*HEAD, "Kelompok"], *rows]), city))
    assert [(p.code, p.values["found"], p.values["count"]) for p in found] == [("staff_status", "ASN", "5"), ("staff_group", "Tengah", "6")]


def test_repeated_employees_are_counted_and_said(city, tmp_path):
    """The list is as it is; a warning gives the rows, never the number. A number that Excel rounded away says nothing."""
    rows = [[*ROW, nip] for nip in ("'contoh-001", "contoh-001", "contoh-002", "1,98E+17", "1,98E+17")]
    counts = read_staff(write(tmp_path / "a.csv", [[*HEAD, "NIP"], *rows]), city)
    assert counts.rows == 5
    assert [(w.values["count"], w.line) for w in counts.warnings if w.code == "staff_repeated"] == [("1", 3)]
    assert Persons().key("contoh-001") != Persons().key("contoh-001"), "each reading has a secret of its own"


def test_many_faults_of_a_kind_are_not_many_lines(city, tmp_path):
    """Twenty rows are named, the rest is a number."""
    found = problems(lambda: read_staff(write(tmp_path / "a.csv", [HEAD, *[[*ROW[:3], "19800", "S1"]] * 50]), city))
    assert [p.code for p in found] == ["staff_age"] * 20 + ["list_more_rows"]
    assert found[-1].values["count"] == "30"


@pytest.mark.parametrize("dropped", ["Unit Kerja", "Nama Jabatan", "Status Kepegawaian"])
def test_a_missing_column_is_named(city, tmp_path, dropped):
    """With the columns there are and what to write."""
    keep = [i for i, h in enumerate(HEAD) if h != dropped]
    found = problems(lambda: read_staff(write(tmp_path / "a.csv", [[r[i] for i in keep] for r in (HEAD, ROW)]), city))
    assert [p.code for p in found] == ["column_not_found"]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", ["staff", "training"])
def test_the_forms_read_back(city, tmp_path, kind, lang):
    """A form filled in by its own drop-downs is read without a mapping, in both languages."""
    path = write_template(kind, tmp_path / "form.xlsx", lang, city)
    book = load_workbook(path)
    sheet = book[say(f"form.{kind}.sheet", lang)]
    place = {cell.value: cell.column for cell in sheet[1] if cell.value}
    answers = {"unit": city.units[9].name(lang), "group": say("form.group.leader", lang), "status": "PPPK", "born": 1980,
               "education": say("form.education.choices", lang).split("; ")[4], "programme": "Pelayanan prima", "hours": 20,
               "training.date": datetime(2025, 3, 31), "before": 55, "after": 70.5}
    for row in range(2, 8):
        for key, answer in answers.items():
            if (heading := say(f"form.{key}", lang)) in place:
                sheet.cell(row, place[heading], answer)
    book.save(path)
    if kind == "staff":
        cell, = read_staff(path, city, year=2025).cells
        assert (cell.unit, cell.group, cell.pppk, cell.ages) == ("disdukcapil", "leader", 6, (0, 0, 6, 0, 0))
        assert cell.education == (0, 0, 6, 0, 0, 0, 0)
    else:
        course, = read_trainings(path, city, Catalogue.load()).courses
        assert (course.unit, course.programme, course.year, course.participants, course.jp_total, course.gain_mean) == (
            "disdukcapil", "service_excellence", 2025, 6, 120, 15.5)


def test_excel_gives_what_csv_gives(city, sample, tmp_path):
    """The same list as a workbook, birth dates as Excel dates or text."""
    book = Workbook()
    for row in csv.reader(io.StringIO(SAMPLE.read_text(encoding="utf-8")), delimiter=";"):
        book.active.append([int(c) if c.isdigit() else c or None for c in row])
    book.save(tmp_path / "a.xlsx")
    assert read_staff(tmp_path / "a.xlsx", city).cells == sample.cells


def sample_rows() -> tuple[list[str], list[list[str]]]:
    rows = list(csv.reader(io.StringIO(SAMPLE.read_text(encoding="utf-8")), delimiter=";"))
    return rows[3], rows[4:-2]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_order_of_rows_and_columns_does_not_matter(city, sample, tmp_path, seed):
    """Shuffled both ways, the counts are the same bits and the warnings the same kinds and counts."""
    head, rows = sample_rows()
    shuffle = random.Random(seed)
    columns = shuffle.sample(range(len(head)), len(head))
    shuffle.shuffle(rows)
    counts = read_staff(write(tmp_path / "a.csv", [[r[i] for i in columns] for r in (head, *rows)]), city, ledger=LEDGER)
    assert counts.cells == sample.cells
    assert {w.code: w.values for w in counts.warnings} == {w.code: w.values for w in sample.warnings if w.code != "staff_skipped"}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_spoilt_cell_is_named_or_counted_consistently(city, sample, tmp_path, data):
    """One cell replaced by anything: named problems, or everybody counted once, or one fewer and a warning that says so."""
    head, rows = sample_rows()
    line, column = data.draw(st.integers(0, len(rows) - 1)), data.draw(st.integers(0, len(head) - 1))
    spoilt = data.draw(st.one_of(st.sampled_from(["", "Pensiun", "PPPK", "9", "-", "jumlah", "Kepala", "=1+1", "2.5.1990", "S9"]),
                                 st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)))
    rows[line] = [*rows[line][:column], spoilt, *rows[line][column + 1:]]
    try:
        counts = read_staff(write(tmp_path / "a.csv", [head, *rows]), city, ledger=LEDGER)
    except InputError as error:
        assert all(problem.text(lang) for problem in error.problems for lang in LANGUAGES)
        return
    missing = sum(int(w.values["count"]) for w in counts.warnings if w.code in ("staff_skipped", "staff_gone", "staff_other"))
    assert counts.rows == sum(c.heads for c in counts.cells) == len(rows) - missing
    if head[column] in ("No", "NIP", "Nama"):
        assert counts.cells == sample.cells


def test_figures_in_lists():
    """Numbers and rupiah as people write them; words are none."""
    assert (quantity("20,5"), quantity("-3"), quantity("20 JP"), quantity("1.000.000")) == (20.5, -3.0, None, None)
    assert (money("Rp 1.250.000,00"), money("Rp. 750.000,-"), money("1,250,000"), money("gratis")) == (1250000, 750000, 1250000, None)
