"""Salatiga's figures as files: published totals hold, every figure has a source, every estimate a rule and grade D."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
CITY = ROOT / "data" / "salatiga"
ESTIMATED = ("units", "staff", "levels", "services", "ratings")
GROUPS = ("frontline", "backoffice", "leader")
KINDS = {"registry", "permits", "health", "school", "district", "office"}
FORMS = {"Dinas", "Badan", "Sekretariat", "Inspektorat", "Satpol PP", "Kecamatan", "Puskesmas", "RSUD", "SD", "SMP", "TK"}
ELEMENTS = ("persyaratan", "prosedur", "waktu", "biaya", "produk", "kompetensi", "perilaku", "pengaduan", "sarana")
COMPETENCIES = ("integritas", "kerja_sama", "komunikasi", "orientasi_hasil", "pelayanan_publik", "pengembangan",
                "mengelola_perubahan", "pengambilan_keputusan", "perekat_bangsa", "teknis", "digital")
DISTRICTS = ("sidorejo", "tingkir", "sidomukti", "argomulyo")


def read(name):
    with open(CITY / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


UNITS, STAFF, LEVELS, SERVICES, RATINGS = (read(name) for name in ESTIMATED)
FIGURE = {row["key"]: row for row in read("figures")}
SOURCE = {row["id"]: row for row in read("sources")}
ABOUT = yaml.safe_load((CITY / "city.yaml").read_text(encoding="utf-8"))
UNIT = {row["id"]: row for row in UNITS}


def published(key):
    return float(FIGURE[key]["value"])


def heads(column, units=None, group=None):
    return sum(int(row[column]) for row in STAFF
               if (units is None or row["unit"] in units) and (group is None or row["group"] == group))


def test_staff_adds_up_to_the_published_totals():
    assert heads("pns") == 3318 == published("asn.pns") == ABOUT["totals"]["pns"]["value"]
    assert heads("pppk") == 14 == published("asn.pppk") == ABOUT["totals"]["pppk"]["value"]


def test_contract_staff_are_the_twelve_teachers_and_two_extension_workers_who_were_appointed():
    schools = {row["id"] for row in UNITS if row["kind"] == "school"}
    assert heads("pppk", schools, "frontline") == published("pppk.appointed.teachers") == 12
    assert heads("pppk", {"dispangtan"}, "frontline") == published("pppk.appointed.penyuluh") == 2


def test_every_unit_has_people_and_no_row_is_empty():
    assert {row["unit"] for row in STAFF} == set(UNIT)
    assert all(int(row["pns"]) + int(row["pppk"]) > 0 for row in STAFF)
    assert len({(row["unit"], row["group"]) for row in STAFF}) == len(STAFF)
    assert {row["group"] for row in STAFF} == set(GROUPS)
    assert {row["unit"] for row in STAFF if row["group"] == "frontline"} == set(UNIT)


def test_exits_of_the_groups_average_to_the_ledgers_hazard():
    people = heads("pns") + heads("pppk")
    mean = sum((int(row["pns"]) + int(row["pppk"])) * float(row["exit_relative"]) for row in STAFF) / people
    assert mean == pytest.approx(1, abs=0.002)


def test_the_33_agencies_of_2018_lead_to_existing_units_with_both_mergers():
    rows = read("perangkat_daerah")
    unit = {row["name_2018"]: row["unit"] for row in rows}
    assert len(rows) == 33 == published("units.opd_rows_2018")
    assert set(unit.values()) <= set(UNIT)
    assert len(set(unit.values())) == 31
    assert unit["Dinas Pangan"] == unit["Dinas Pertanian"] == "dispangtan"
    assert (unit["Dinas Pemberdayaan Perempuan dan Perlindungan Anak"]
            == unit["Dinas Pengendalian Penduduk dan Keluarga Berencana"] == "dp3appkb")
    assert {row["unit"]: row["name_2025"] for row in rows}["bkpsdm"] == UNIT["bkpsdm"]["name_id"]


def test_units_are_those_of_the_city():
    count = {form: sum(row["form"] == form for row in UNITS) for form in FORMS}
    assert len(UNITS) == len(UNIT) == 46
    assert (count["Kecamatan"], count["Puskesmas"], count["RSUD"]) == (4, 6, 1)
    assert (count["SD"], count["SMP"], count["TK"]) == (4, 4, 1)
    assert {row["kind"] for row in UNITS} == KINDS
    assert all(not row["parent"] or row["parent"] in UNIT for row in UNITS)


def test_the_23_kelurahan_belong_to_the_four_kecamatan():
    rows = read("kelurahan")
    assert len({row["code"] for row in rows}) == len(rows) == 23 == published("units.kelurahan")
    assert {row["unit"] for row in rows} == {f"kec_{district}" for district in DISTRICTS}
    assert all(f"({sum(row['unit'] == u for row in rows)} kelurahan)" in UNIT[u]["name_id"] for u in {r["unit"] for r in rows})


@pytest.mark.parametrize("district", DISTRICTS)
@pytest.mark.parametrize("level", ["sd", "smp"])
def test_each_published_school_has_one_head(level, district):
    unit = f"{level}_{district}"
    assert heads("pns", {unit}, "leader") == published(f"schools.{level}.{district}")
    assert UNIT[unit]["parent"] == f"kec_{district}"


def test_residents_of_the_kecamatan_add_up_to_the_city():
    assert sum(int(UNIT[f"kec_{district}"]["population_served"]) for district in DISTRICTS) == 198_971
    assert published("population.total") == 198_971 == ABOUT["totals"]["population"]["value"]


def test_the_budget_is_the_sum_of_the_parts_of_the_draft():
    parts = sum(published(f"budget.2025.{part}_draft") for part in ("operating", "capital", "contingency"))
    assert ABOUT["apbd_rp"]["value"] == parts == published("budget.2025.revenue_draft") + published("budget.2025.deficit_draft")


@pytest.mark.parametrize("name", [*ESTIMATED, "figures"])
def test_every_row_has_a_known_source_and_grade(name):
    for row in read(name):
        assert row["source"] in SOURCE
        assert row["grade"] in ("A", "B", "C", "D")


def test_city_totals_have_a_known_source_and_grade():
    for figure in [*ABOUT["totals"].values(), ABOUT["apbd_rp"]]:
        assert figure["source"] in SOURCE
        assert figure["grade"] in ("A", "B", "C")


@pytest.mark.parametrize("name", ESTIMATED)
def test_an_estimate_is_grade_d_and_its_rule_is_written_out(name):
    for row in read(name):
        assert row["grade"] == "D"
        assert row["source"].startswith("rule_")
        assert len(SOURCE[row["source"]]["note"]) > 60


def test_published_figures_are_no_estimates():
    for row in FIGURE.values():
        assert row["grade"] in ("A", "B", "C")
        assert not row["source"].startswith("rule_")
        float(row["value"])


def test_sources_have_unique_ids_a_title_and_a_note():
    assert len(SOURCE) == len(read("sources"))
    for key, row in SOURCE.items():
        assert row["title"] and row["note"]
        assert row["url"].startswith("http") or key.startswith("rule_") or key == "unitkerja_2018"


def test_conflicting_figures_are_kept_and_marked():
    marked = {key for key, row in FIGURE.items() if "Conflict" in row["note"]}
    assert {"cpns.2021.kompas", "cpns.2021.announcement", "cpns.2021.solopos", "budget.2025.spending_draft_printed",
            "population.2023", "population.2006", "service.ektp.without"} <= marked


def test_levels_and_ratings_have_one_row_each_and_lie_on_their_scales():
    assert [(row["unit"], row["group"]) for row in LEVELS] == [(row["unit"], row["group"]) for row in STAFF]
    assert all(1 <= float(row[c]) <= 5 for row in LEVELS for c in COMPETENCIES)
    assert [row["unit"] for row in RATINGS] == list(UNIT)
    assert all(1.05 <= float(row[e]) <= 3.95 for row in RATINGS for e in ELEMENTS)


def test_the_city_ikm_is_the_median_of_the_published_cities():
    values = sorted(published(key) for key in FIGURE if key.startswith("ikm.city."))
    weight = {key: int(row["users_per_year"]) for key, row in UNIT.items()}
    ikm = sum(weight[row["unit"]] * 25 * sum(float(row[e]) for e in ELEMENTS) / 9 for row in RATINGS) / sum(weight.values())
    assert ikm == pytest.approx((values[3] + values[4]) / 2, abs=0.02)


def test_units_rank_as_their_published_indices_do():
    mean = {row["unit"]: sum(float(row[e]) for e in ELEMENTS) for row in RATINGS}
    assert mean["dinsos"] > mean["disdukcapil"] > mean["rsud"]


@pytest.mark.parametrize("row", SERVICES, ids=lambda row: row["id"])
def test_a_service_is_complete_and_can_cope(row):
    assert row["unit"] in UNIT
    assert float(row["volume_per_year"]) > 0
    if row["kind"] == "school":
        assert all(row[c] == "" for c in list(row)[6:17])
        return
    capacity = float(row["servers"]) * float(row["hours_per_day"]) * float(row["days_per_year"]) * 60
    assert float(row["volume_per_year"]) * float(row["minutes"]) / capacity / (1 - float(row["error_rate"])) < 0.95
    assert 0 < float(row["staff_controlled"]) < 1
    if row["kind"] == "counter":
        assert row["servers"].isdigit()
        assert float(row["peak_hours"]) < float(row["hours_per_day"])
        assert row["baseline_days"] == row["standard_days"] == ""
    else:
        assert row["kind"] == "casework"
        assert row["peak_share"] == row["peak_hours"] == row["standard_minutes"] == ""


def test_every_school_unit_has_one_service_and_there_are_enough_others():
    schools = [row["unit"] for row in SERVICES if row["kind"] == "school"]
    assert sorted(schools) == sorted(row["id"] for row in UNITS if row["kind"] == "school")
    assert len(SERVICES) - len(schools) >= 20


def test_the_script_writes_the_same_bytes(tmp_path):
    subprocess.run([sys.executable, ROOT / "tools" / "estimate_salatiga.py", "--out", tmp_path], check=True)
    for name in ESTIMATED:
        assert (tmp_path / f"{name}.csv").read_bytes() == (CITY / f"{name}.csv").read_bytes()
