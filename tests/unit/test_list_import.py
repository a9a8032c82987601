"""Staff lists and training histories become counts: any order, real dirt, nothing that names a person."""

import csv
import io
import random

import pytest

from simulation import City, InputError
from simulation.assumptions import DATA
from simulation.intake.mapping import Mapping
from simulation.intake.staff import read_staff
from simulation.intake.trainings import read_trainings
from simulation.scenario import Catalogue

SAMPLES = DATA / "samples"
READ = {"daftar_pegawai.csv": lambda path, city: read_staff(path, city).cells,
        "riwayat_pelatihan.csv": lambda path, city: (read_trainings(path, city, Catalogue.load()).courses,
                                                     read_trainings(path, city, Catalogue.load()).people)}
STAFF = ["Unit Kerja;Nama Jabatan;Status Kepegawaian;Tahun Lahir;Tingkat Pendidikan;Nama;NIP",
         "DISDUKCAPIL;Kepala Dinas;PNS;1970;S2;Seorang Pejabat;197001011995031001",
         "Dinas Kependudukan & Pencatatan Sipil;operator layanan;P3K;1995;SLTA/SMA sederajat;Orang Lain;x",
         "dinas  kependudukan dan pencatatan sipil;Pengolah Data;pns;1985;S-1/Sarjana;Orang Ketiga;y",
         "Jumlah;;;;;;3"]


@pytest.fixture(scope="module")
def city():
    return City.load()


def table(name):
    """Lines above the headings, and the rest as cells."""
    lines = (SAMPLES / name).read_text(encoding="utf-8").splitlines()
    head = next(i for i, line in enumerate(lines) if line.startswith("No;"))
    return lines[:head], [row for row in csv.reader(io.StringIO("\n".join(lines[head:])), delimiter=";")]


def written(path, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    return path


@pytest.mark.parametrize("name", READ)
def test_the_order_of_rows_and_columns_does_not_matter(name, city, tmp_path):
    """The same people in another order are the same counts, bit for bit."""
    _, rows = table(name)
    order = list(range(len(rows[0])))
    body = [row for row in rows[1:] if any(row) and len(row) == len(order)]
    plain = READ[name](written(tmp_path / "a.csv", [rows[0], *body]), city)
    shuffled = random.Random(5)
    shuffled.shuffle(body)
    shuffled.shuffle(order)
    assert READ[name](written(tmp_path / "b.csv", [[row[i] for i in order] for row in [rows[0], *body]]), city) == plain


@pytest.mark.parametrize("name", READ)
def test_a_corrupted_cell_is_named_and_never_a_traceback(name, city, tmp_path):
    """Whatever stands in a cell, the reader gets counts or problems, and no problem repeats what may be about a person."""
    _, rows = table(name)
    chance = random.Random(11)
    junk = ["", "???", "3374010101900001", "nama@contoh.id", "=1+1", "99999999999", "-5", "31/02/2025", "Budi Santoso", "\u00a0"]
    for _ in range(60):
        changed = [list(row) for row in rows]
        line, column, text = chance.randrange(1, len(rows)), chance.randrange(len(rows[0])), chance.choice(junk)
        changed[line][min(column, len(changed[line]) - 1)] = text
        try:
            READ[name](written(tmp_path / "c.csv", changed), city)
        except InputError as error:
            said = error.text("id") + error.text("en")
            assert not any(secret in said for secret in ("3374010101900001", "nama@contoh.id", "Budi Santoso", "Pegawai 0", "contoh-0"))


def test_dirt_of_real_lists_is_understood(city, tmp_path):
    """Abbreviated units, P3K, double spaces, posts instead of groups and a line of totals."""
    path = tmp_path / "daftar.csv"
    path.write_text("\n".join(STAFF), encoding="utf-8")
    found = read_staff(path, city, year=2026)
    assert {(c.unit, c.group, c.pns, c.pppk) for c in found.cells} == {
        ("disdukcapil", "leader", 1, 0), ("disdukcapil", "frontline", 0, 1), ("disdukcapil", "backoffice", 1, 0)}
    said = repr(found) + "".join(found.sentences("id")) + found.table("id").to_string()
    assert not any(secret in said for secret in ("Seorang Pejabat", "Orang Lain", "Orang Ketiga", "1970010"))


def test_an_unknown_unit_is_one_problem_and_can_be_mapped(city, tmp_path):
    """One problem for a name, however many rows have it; the mapping file settles it."""
    path = tmp_path / "daftar.csv"
    path.write_text("\n".join(line.replace("DISDUKCAPIL", "Kantor Capil Lama") for line in STAFF), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_staff(path, city)
    assert len(caught.value.problems) == 1 and caught.value.problems[0].line == 2
    assert read_staff(path, city, Mapping(units={"Kantor Capil Lama": "disdukcapil"})).rows == 3


def test_a_history_is_only_counts_of_five_and_more(city):
    """Every course and every unit-year that is kept has at least five people, and sums agree."""
    found = read_trainings(SAMPLES / "riwayat_pelatihan.csv", city, Catalogue.load())
    assert sum(course.participants for course in found.courses) == found.rows == 240
    assert min(course.participants for course in found.courses) >= 5 and min(row.people for row in found.people) >= 5
    assert all(course.gain_mean is None or course.scored >= 5 for course in found.courses)
    assert not any(secret in repr(found) for secret in ("Pegawai", "contoh-"))
