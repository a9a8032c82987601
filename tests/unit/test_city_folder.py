"""A city's own files make a new city folder: counts replace estimates, nothing personal comes along, nothing is overwritten."""

import csv

import pytest

from simulation import Assumptions, City, InputError, Scenario, Survey, simulate
from simulation.__main__ import main
from simulation.assumptions import DATA
from simulation.intake.city_folder import write_city
from simulation.intake.staff import read_staff
from simulation.intake.tickets import read_tickets
from simulation.intake.trainings import read_trainings
from simulation.scenario import Catalogue

SAMPLES, BASE = DATA / "samples", DATA / "salatiga"
DATE = "2026-11-24"


@pytest.fixture(scope="module")
def city():
    return City.load()


@pytest.fixture(scope="module")
def staff(city):
    return read_staff(SAMPLES / "daftar_pegawai.csv", city)


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_all_imports_make_a_city_that_runs(city, staff, tmp_path):
    """Staff, training, ratings and services come in together and the model starts from them."""
    survey = Survey.read(SAMPLES / "skm_empat_gelombang.csv").in_city(city)
    made = write_city(BASE, tmp_path / "kota", staff=staff, ratings=survey.unit_ratings(), date=DATE, note="contoh",
                      trainings=read_trainings(SAMPLES / "riwayat_pelatihan.csv", city, Catalogue.load()),
                      services=read_tickets(SAMPLES / "antrian_loket.csv", city).services(city))
    cell = next(c for c in staff.cells if (c.unit, c.group) == ("disdukcapil", "frontline"))
    here = made._cell_of(made.unit("disdukcapil"), "frontline")
    assert (made.pns[here], made.pppk[here]) == (cell.pns, cell.pppk)
    assert made.ratings[made.unit("disdukcapil")][0] == pytest.approx(survey.unit_ratings()["disdukcapil"][0]["persyaratan"], abs=5e-4)
    assert made.training.courses and made.counters.service_scv[made.counters.ids.index("disdukcapil_kk")] > 0
    assert made.figures_per_grade()["A"] > city.figures_per_grade()["A"]
    assert simulate(Scenario.library()["todays_path"], made, Assumptions.load(), draws=16).city_ikm.shape[-1] == 16


def test_units_that_were_not_imported_stay_as_they_were(staff, tmp_path):
    """A partial staff list changes its own units; the total says that it is a mix."""
    made = write_city(BASE, tmp_path / "kota", staff=staff, date=DATE)
    old = [row for row in rows(BASE / "staff.csv") if row["unit"] not in staff.units]
    assert [row for row in rows(tmp_path / "kota" / "staff.csv") if row["unit"] not in staff.units] == old
    assert made.about.totals.pns.grade == "D" and made.about.totals.pns.value == made.pns.sum()


def test_a_folder_that_exists_is_never_touched(staff, tmp_path):
    """The second import of the same name is refused and leaves the first as it was."""
    target = tmp_path / "kota"
    write_city(BASE, target, staff=staff, date=DATE)
    before = {path.name: path.read_bytes() for path in target.iterdir()}
    with pytest.raises(InputError) as caught:
        write_city(BASE, target, date=DATE)
    assert caught.value.problems[0].code == "city_exists"
    assert {path.name: path.read_bytes() for path in target.iterdir()} == before


def test_figures_the_model_cannot_start_from_are_refused_whole(tmp_path):
    """A counter that cannot cope is named with file and row, and nothing is left behind."""
    with pytest.raises(InputError) as caught:
        write_city(BASE, tmp_path / "kota", services={"disdukcapil_ktp": {"minutes": 300.0}}, date=DATE)
    problem = caught.value.problems[0]
    assert problem.code == "overloaded" and problem.file.endswith("kota/services.csv") and problem.line == 2
    assert list(tmp_path.iterdir()) == []


def test_an_import_of_nothing_or_of_other_elements_is_refused(tmp_path):
    """No copy of the old city under a new name, and no rating that is not one of the nine."""
    for ratings, code in ((None, "city_nothing"), ({"dinkes": ({"waktu": 3.0, "other": 3.0}, 50)}, "city_rating_elements")):
        with pytest.raises(InputError) as caught:
            write_city(BASE, tmp_path / "kota", ratings=ratings, date=DATE)
        assert [problem.code for problem in caught.value.problems] == [code]
    assert list(tmp_path.iterdir()) == []


def test_too_few_respondents_do_not_replace_an_estimate(city, tmp_path):
    """Ratings of 29 people err by more than the estimate."""
    nrr = dict.fromkeys(city.elements, 2.0)
    made = write_city(BASE, tmp_path / "kota", ratings={"disdukcapil": (nrr, 29), "dinkes": (nrr, 30)}, date=DATE)
    assert (made.ratings[made.unit("disdukcapil")] == city.ratings[city.unit("disdukcapil")]).all()
    assert (made.ratings[made.unit("dinkes")] == 2.0).all()


def test_nothing_personal_reaches_the_folder_or_the_screen(tmp_path, capsys):
    """Names and staff numbers of the lists are in no file that is written and in no line that is printed."""
    files = ["--staff", str(SAMPLES / "daftar_pegawai.csv"), "--training", str(SAMPLES / "riwayat_pelatihan.csv")]
    assert main(["import", "--out", str(tmp_path / "kota"), *files]) == 0
    printed = "".join(capsys.readouterr())
    written = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "kota").iterdir())
    assert not any(word in printed + written for word in ("Pegawai 0", "contoh-0"))


@pytest.mark.parametrize(("kind", "name"), [("skm", "skm_empat_gelombang.csv"), ("staff", "daftar_pegawai.csv"),
                                            ("training", "riwayat_pelatihan.csv"), ("tickets", "antrian_loket.csv"),
                                            ("needs", "survei_kebutuhan.csv"), ("spending", "realisasi_program.csv")])
def test_every_sample_passes_its_check(kind, name, capsys):
    """`check --as` reads a file as its importer would."""
    assert main(["check", str(SAMPLES / name), "--as", kind]) == 0
    assert main(["check", str(SAMPLES / name), "--as", "nothing"]) == 2
    assert "nothing" in capsys.readouterr().err


def test_samples_are_what_their_tools_make(tmp_path, monkeypatch):
    """The made-up files can be made again, byte for byte."""
    from tools import sample_forecasts, sample_skm, sample_staff

    assert sample_skm.text() == (SAMPLES / "skm_empat_gelombang.csv").read_text(encoding="utf-8")
    sample_staff.main(tmp_path)
    for name in ("daftar_pegawai.csv", "riwayat_pelatihan.csv"):
        assert (tmp_path / name).read_bytes() == (SAMPLES / name).read_bytes()
    assert sample_forecasts.WAVES[0][0] == "2025-Q1"
