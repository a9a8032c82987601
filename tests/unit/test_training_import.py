"""A training history becomes counts of five people and more; impossible figures are named, persons are not."""

import csv
import io
import math
import random
import statistics
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulation.assumptions import Assumptions
from simulation.city import City
from simulation.errors import InputError
from simulation.intake.mapping import Mapping
from simulation.intake.training_counts import (
    Attendance,
    courses_of,
    people_of,
    size,
    trained_of,
)
from simulation.intake.trainings import read_trainings
from simulation.language import LANGUAGES
from simulation.scenario import Catalogue

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "data" / "samples" / "riwayat_pelatihan.csv"
HEAD = ["Unit Kerja", "Status", "Nama Pelatihan", "JP", "Tahun", "NIP", "Pre Test", "Post Test", "Diterapkan", "Biaya"]
ROW = {"Unit Kerja": "DISDUKCAPIL", "Status": "PNS", "Nama Pelatihan": "Pelayanan prima", "JP": "20", "Tahun": "2025", "NIP": "c1",
       "Pre Test": "60", "Post Test": "70", "Diterapkan": "Ya", "Biaya": "1.250.000"}


@pytest.fixture(scope="module")
def read():
    city, catalogue, ledger = City.load(), Catalogue.load(), Assumptions.load()
    return lambda path, **more: read_trainings(path, city, catalogue, ledger=ledger, **more)


@pytest.fixture(scope="module")
def sample(read):
    return read(SAMPLE)


def write(path, rows, head=HEAD):
    """Rows as changes to a good one, each of another person unless it says so."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        for i, row in enumerate(rows):
            full = ROW | {"NIP": f"c{i}"} | row
            writer.writerow([full[h] for h in head])
    return path


def problems(call) -> tuple:
    with pytest.raises(InputError) as error:
        call()
    return error.value.problems


def codes(history) -> set[str]:
    return {warning.code for warning in history.warnings}


def test_the_sample_is_counted_row_by_row(sample):
    """240 attendances of two years, none lost in merging, the total row left out; known courses found under all their names."""
    text = SAMPLE.read_text(encoding="utf-8")
    assert sample.rows == sum(c.participants for c in sample.courses) == text.count("'contoh-") == 240
    assert len({c.year for c in sample.courses}) == 2
    assert {c.programme for c in sample.courses if c.unit == "disdukcapil"} <= {"digital_registry", "service_excellence", "other_programmes"}
    assert {"trainings_other", "trainings_skipped", "trainings_merged"} <= codes(sample)
    assert all(warning.text(lang) for warning in sample.warnings for lang in LANGUAGES)


def test_no_group_under_five_is_kept(sample):
    """Not in the courses, not in the people, not in the means of scores and visits."""
    assert min(c.participants for c in sample.courses) >= 5
    assert min(t.people for t in sample.people) >= 5
    for course in sample.courses:
        assert (course.gain_mean is not None) == (course.scored >= 5)
        assert (course.applied_share is not None) == (course.visited >= 5)


def test_nothing_of_a_person_is_in_the_result(sample):
    """Neither names nor numbers."""
    seen = repr(sample) + " ".join(sample.sentences()) + sample.table().to_string() + sample.people_table().to_string()
    assert "Pegawai 0" not in seen
    assert "contoh-" not in seen


def test_sums_means_and_errors_of_one_course(read, tmp_path):
    """Participants, JP, gain with its standard error, cost and share applied of six people, worked out by hand."""
    pairs = [(50, 60), (55, 70), (60, 62), (40, 58), (65, 66), (70, "")]
    rows = [{"Pre Test": str(a), "Post Test": str(b), "Diterapkan": "Ya" if i < 3 else "belum", "JP": "20,5" if i == 0 else "20"}
            for i, (a, b) in enumerate(pairs)]
    course, = read(write(tmp_path / "a.csv", rows)).courses
    gain = [10, 15, 2, 18, 1]
    assert (course.unit, course.programme, course.year, course.participants) == ("disdukcapil", "service_excellence", 2025, 6)
    assert (course.jp_total, course.cost_rp, course.costed, course.scored) == (120.5, 7_500_000, 6, 5)
    assert (course.pre_mean, course.post_mean, course.gain_mean) == pytest.approx((54, 63.2, 9.2))
    assert course.gain_se == pytest.approx(statistics.stdev(gain) / math.sqrt(5))
    assert (course.visited, course.applied_share) == (6, 0.5)


def test_twenty_jp_of_a_person_may_come_from_two_courses(read, tmp_path):
    """Five PNS: two reach 20 JP with two courses; six PPPK: one is above 24; 24 itself is not above."""
    pns = [{"NIP": f"p{i}", "JP": "12"} for i in range(5)] + [{"NIP": f"'p{i}", "JP": "8", "Nama Pelatihan": "Bimtek umum"} for i in range(2)]
    pppk = [{"NIP": f"k{i}", "JP": "24" if i else "24.5", "Status": "P3K"} for i in range(6)]
    people, = read(write(tmp_path / "a.csv", pns + pppk)).people
    assert (people.people, people.pns, people.pns_20_jp, people.pppk, people.pppk_over_24_jp) == (11, 5, 2, 6, 1)


@pytest.mark.parametrize(("dropped", "code"), [("NIP", "trainings_persons_unknown"), ("Status", "trainings_status_unknown")])
def test_without_numbers_or_status_the_shares_stay_unknown(read, tmp_path, dropped, code):
    """None, with a warning, never zero."""
    history = read(write(tmp_path / "a.csv", [{}] * 6, [h for h in HEAD if h != dropped]))
    assert code in codes(history)
    assert history.courses[0].participants == 6
    assert all(t.pns_20_jp is None and t.pppk_over_24_jp is None for t in history.people)
    assert bool(history.people) == (dropped != "NIP")


def test_people_with_two_statuses_are_left_out_of_both(read, tmp_path):
    """And said."""
    rows = [{"NIP": f"c{i}"} for i in range(6)] + [{"NIP": "c0", "Status": "PPPK", "JP": "10"}]
    history = read(write(tmp_path / "a.csv", rows))
    assert history.people[0].pns == 5
    assert "trainings_status_mixed" in codes(history)


def test_repeated_rows_are_counted_and_said(read, tmp_path):
    """The same person, course and year twice."""
    history = read(write(tmp_path / "a.csv", [{"NIP": "c0"}, *[{"NIP": f"c{i}"} for i in range(6)]]))
    assert (history.rows, "trainings_repeated" in codes(history)) == (7, True)


def test_few_participants_are_merged_in_steps(read, tmp_path):
    """Three and two in small courses make the unit's other programmes; two in another unit join the other units' rest."""
    rows = [{}] * 3 + [{"Nama Pelatihan": "Bimtek umum"}] * 2 + [{"Unit Kerja": "DPMPTSP"}] * 2 + [{"Unit Kerja": "Dinas Sosial"}] * 4
    history = read(write(tmp_path / "a.csv", rows))
    assert [(c.unit, c.programme, c.participants) for c in history.courses] == [
        ("disdukcapil", "other_programmes", 5), ("other_units", "other_programmes", 6)]
    assert {(t.unit, t.people) for t in history.people} == {("disdukcapil", 5), ("other_units", 6)}


def test_a_file_of_four_people_keeps_nothing(read, tmp_path):
    """Too few to merge with anybody: left out, and said with the count."""
    history = read(write(tmp_path / "a.csv", [{}] * 4))
    assert (history.courses, history.people) == ((), ())
    assert [w.values["count"] for w in history.warnings if w.code == "trainings_left_out"] == ["4"]


@pytest.mark.parametrize(("column", "value", "code"), [
    ("JP", "0", "trainings_jp"), ("JP", "-8", "trainings_jp"), ("JP", "1001", "trainings_jp"), ("JP", "", "trainings_jp"),
    ("JP", "dua puluh", "trainings_jp"), ("Pre Test", "-1", "trainings_score"), ("Post Test", "101", "trainings_score"),
    ("Post Test", "lulus", "trainings_score"), ("Tahun", "2099", "trainings_date"), ("Tahun", "1979", "trainings_date"),
    ("Tahun", "lusa", "trainings_date"), ("Tahun", "", "trainings_no_date"), ("Unit Kerja", "", "trainings_no_unit"),
    ("Nama Pelatihan", "", "trainings_no_programme"), ("Diterapkan", "mungkin", "trainings_applied"), ("Biaya", "gratis", "trainings_cost"),
    ("Post Test", "7", "trainings_scale"), ("Unit Kerja", "Dinas Kebakaran", "trainings_unit"), ("Status", "ASN", "trainings_status")])
def test_impossible_values_are_named(read, tmp_path, column, value, code):
    """Row, column and what to do."""
    found = problems(lambda: read(write(tmp_path / "a.csv", [{}] * 6 + [{column: value}]), year=2026))
    assert [(p.code, p.line, p.column) for p in found] == [(code, 8, column)]
    assert all(found[0].text(lang) for lang in LANGUAGES)


def test_all_faults_come_at_once(read, tmp_path):
    """Nobody mends a file one message at a time."""
    found = problems(lambda: read(write(tmp_path / "a.csv", [{"JP": "0", "Tahun": "2099"}, {"Unit Kerja": "Dinas Kebakaran"}])))
    assert {p.code for p in found} == {"trainings_jp", "trainings_date", "trainings_unit"}


def test_a_date_in_the_future_is_refused(read, tmp_path):
    """After the end of the year given; a course belongs to the year of its last day."""
    head = ["Tanggal Mulai", "Tanggal Selesai", *[h for h in HEAD if h != "Tahun"]]
    dates = {"Tanggal Mulai": "30/12/2025", "Tanggal Selesai": "02/01/2026"}
    path = write(tmp_path / "a.csv", [dates] * 6, head)
    assert [c.year for c in read(path, year=2026).courses] == [2026]
    assert {p.code for p in problems(lambda: read(path, year=2025))} == {"trainings_date"}


def test_dates_in_two_orders_are_refused_until_the_mapping_says(read, tmp_path):
    """13/02 and 02/13 in one file."""
    head = ["Tanggal", *[h for h in HEAD if h != "Tahun"]]
    path = write(tmp_path / "a.csv", [{"Tanggal": "13/02/2025"}, {"Tanggal": "02/13/2025"}] * 3, head)
    assert [p.code for p in problems(lambda: read(path))] == ["trainings_date_order"]
    assert {p.code for p in problems(lambda: read(path, mapping=Mapping(dates="dmy")))} == {"trainings_date"}


def test_scores_out_of_ten_are_put_on_the_common_scale(read, tmp_path):
    """And said, so that a gain of 1.5 is 15 points."""
    history = read(write(tmp_path / "a.csv", [{"Pre Test": "6", "Post Test": "7,5"}] * 5))
    assert history.courses[0].gain_mean == pytest.approx(15.0)
    assert "trainings_rescaled" in codes(history)


@pytest.mark.parametrize(("text", "programme"), [
    ("service_excellence", "service_excellence"), ("PELATIHAN  Pelayanan Prima Angkatan II Tahun 2025", "service_excellence"),
    ("Service excellence", "service_excellence"), ("PKP", "pkp"), ("Diklat Pelayanan Prima Campuran", "service_excellence_blended"),
    ("Pengelolaan Arsip", "pengelolaan arsip")])
def test_courses_are_found_by_name(read, tmp_path, text, programme):
    """Id, either language, class and year aside; what the catalogue does not have keeps its own name."""
    history = read(write(tmp_path / "a.csv", [{"Nama Pelatihan": text}] * 6))
    assert history.courses[0].programme == programme
    assert ("trainings_other" in codes(history)) == (programme == "pengelolaan arsip")


def test_the_mapping_names_a_course(read, tmp_path):
    """A city's own title for a course of the catalogue."""
    mapping = Mapping(answers={"programme": {"Senyum Salam Sapa": "service_excellence"}})
    path = write(tmp_path / "a.csv", [{"Nama Pelatihan": "Senyum  Salam Sapa"}] * 6)
    assert read(path, mapping=mapping).courses[0].programme == "service_excellence"


def test_those_who_are_no_asn_are_not_counted(read, tmp_path):
    """Honorary staff in the class are left out, and said."""
    history = read(write(tmp_path / "a.csv", [{}] * 6 + [{"Status": "Honorer"}]))
    assert (history.rows, "trainings_not_asn" in codes(history)) == (6, True)


attendances = st.lists(st.builds(
    Attendance, unit=st.sampled_from("abc"), programme=st.sampled_from("pqr"), year=st.sampled_from((2024, 2025)), jp=st.floats(0.1, 900),
    status=st.sampled_from(("pns", "pppk", None)), person=st.one_of(st.none(), st.integers(0, 12).map(lambda i: bytes([i]))),
    pre=st.one_of(st.none(), st.floats(0, 100)), post=st.one_of(st.none(), st.floats(0, 100)),
    applied=st.sampled_from((True, False, None)), cost_rp=st.one_of(st.none(), st.floats(0, 1e9))), max_size=60)


@given(rows=attendances, seed=st.integers(0, 1000))
def test_merging_keeps_sums_and_privacy(rows, seed):
    """Five people at least everywhere, attendances preserved but for what is said to be left out, order irrelevant."""
    courses, moved, left_out = courses_of(rows, "abc", "pqr")
    assert sum(c.participants for c in courses) + left_out == len(rows)
    assert left_out == sum(len(own) for own in ([r for r in rows if r.year == y] for y in (2024, 2025)) if size(own) < 5)
    assert moved == sum(c.participants for c in courses if c.programme == "other_programmes")
    assert all(c.participants >= 5 for c in courses)
    assert len({(c.unit, c.programme, c.year) for c in courses}) == len(courses)
    trained = trained_of(people_of(rows, "abc"), "abc", True, 20, 24)
    assert all(t.people >= 5 and t.pns_20_jp <= t.pns and t.pppk_over_24_jp <= t.pppk for t in trained)
    shuffled = random.Random(seed).sample(rows, len(rows))
    assert courses_of(shuffled, "abc", "pqr") == (courses, moved, left_out)
    assert trained_of(people_of(shuffled, "abc"), "abc", True, 20, 24) == trained


def sample_rows() -> tuple[list[str], list[list[str]]]:
    rows = list(csv.reader(io.StringIO(SAMPLE.read_text(encoding="utf-8")), delimiter=";"))
    return rows[3], rows[4:-1]


def save(path, head, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows])
    return path


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_order_of_rows_and_columns_does_not_matter(read, sample, tmp_path, seed):
    """Shuffled both ways, the same bits."""
    head, rows = sample_rows()
    shuffle = random.Random(seed)
    columns = shuffle.sample(range(len(head)), len(head))
    shuffle.shuffle(rows)
    history = read(save(tmp_path / "a.csv", [head[i] for i in columns], [[row[i] for i in columns] for row in rows]))
    assert (history.courses, history.people) == (sample.courses, sample.people)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_spoilt_cell_is_named_or_counted_consistently(read, sample, tmp_path, data):
    """One cell replaced by anything: named problems, or every row in the counts, or one fewer and a warning that says so."""
    head, rows = sample_rows()
    line, column = data.draw(st.integers(0, len(rows) - 1)), data.draw(st.integers(0, len(head) - 1))
    spoilt = data.draw(st.one_of(st.sampled_from(["", "0", "9", "-5", "1e3", "ya", "Honorer", "31/02/2025", "total", "=1+1", "Rp"]),
                                 st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)))
    rows[line] = [*rows[line][:column], spoilt, *rows[line][column + 1:]]
    try:
        history = read(save(tmp_path / "a.csv", head, rows))
    except InputError as error:
        assert all(problem.text(lang) for problem in error.problems for lang in LANGUAGES)
        return
    gone = sum(int(w.values["count"]) for w in history.warnings if w.code in ("trainings_skipped", "trainings_not_asn", "trainings_left_out"))
    assert sum(c.participants for c in history.courses) == len(rows) - gone
    if head[column] in ("No", "Nama"):
        assert (history.courses, history.people) == (sample.courses, sample.people)
