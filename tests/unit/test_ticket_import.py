"""A queue log or a register of requests becomes volumes, minutes, spread and waiting, and dirt never becomes a figure."""

import csv
import importlib.util
import random
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import small_city
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.assumptions import Assumptions
from simulation.city import City
from simulation.errors import InputError
from simulation.intake import ticket_statistics as statistics
from simulation.intake.mapping import Mapping
from simulation.intake.tickets import read_tickets
from simulation.language import LANGUAGES
from simulation.model import service

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "data" / "samples" / "antrian_loket.csv"
PUBLISHED = ROOT.parent / "shared" / "reference" / "samples" / "05_service_requests_bmkg_semarang_2018_2020" / "requests_raw_dates.csv"
HEAD = "Tanggal,No Antrian,Layanan,Jam Ambil,Jam Panggil,Jam Selesai,Status"
FIRST = date(2026, 3, 2)  # a Monday


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("tickets")


@pytest.fixture(scope="module")
def city(folder):
    return City.load(small_city.write(folder / "city"))


def day(n):
    return f"{FIRST + timedelta(n):%d/%m/%Y}"


def read(folder, city, rows, head=HEAD, mapping=None):
    (folder / "log.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return read_tickets(folder / "log.csv", city, mapping or Mapping())


def usual(days=28, per_day=2, minutes=12):
    """Tickets without a flaw: a wait of five minutes, then the service."""
    return [f"{day(d)},A{d}-{k},KTP elektronik,{8 + k:02d}:01:05,{8 + k:02d}:06:05,{8 + k:02d}:{6 + minutes:02d}:05,Selesai"
            for d in range(days) for k in range(per_day)]


def test_a_counter_in_figures(folder, city):
    """Two tickets a day for four weeks: 730 a year, 12 minutes, 5 waiting, all within 45."""
    log = read(folder, city, usual())
    (ktp,) = log.figures
    value = {key: m.value for key, m in ktp.measures.items() if m}
    assert (ktp.label.known.id, ktp.n, log.days_covered) == ("ktp", 56, 28)
    assert value["volume_per_year"] == pytest.approx(730.5) and value["minutes"] == pytest.approx(12.0)
    assert value["wait_minutes"] == pytest.approx(5.0) and value["within_standard"] == 1.0 and value["service_scv"] == pytest.approx(0.0)


FLAWS = {
    "no finish": (f"{day(3)},B1,KTP elektronik,09:00:00,09:05:00,,Dipanggil", "open", True),
    "finish before start": (f"{day(3)},B1,KTP elektronik,09:00:00,09:05:00,08:50:00,Selesai", "order", True),
    "called before taken": (f"{day(3)},B1,KTP elektronik,09:00:00,08:05:00,09:50:00,Selesai", "order", True),
    "past midnight": (f"{day(3)},B1,KTP elektronik,23:30:00,23:50:00,00:10:00,Selesai", "midnight", True),
    "closed the next day": (f"{day(3)},B1,KTP elektronik,09:00:00,09:05:00,{day(4)} 09:00:00,Selesai", "midnight", True),
    "an impossible hour": (f"{day(3)},B1,KTP elektronik,09:00:00,09:05:00,29:10:00,Selesai", "impossible", True),
    "the year 6": ("12/04/0006,B1,KTP elektronik,09:00:00,09:05:00,09:10:00,Selesai", "undated", False),
    "a date of zeros": ("00/00/0000,B1,KTP elektronik,09:00:00,09:05:00,09:10:00,Selesai", "undated", False),
    "a date of 1900": ("01/01/1900,B1,KTP elektronik,09:00:00,09:05:00,09:10:00,Selesai", "undated", False),
    "a year too early": ("02/03/2024,B1,KTP elektronik,09:00:00,09:05:00,09:10:00,Selesai", "stray", False),
    "a test": (f"{day(3)},TEST01,KTP elektronik,09:00:00,09:05:00,09:10:00,Selesai", "test", False),
    "the same again": (usual()[7], "duplicate", False),
    "the same, not finished": (usual()[7].replace("08:18:05", "").replace("09:18:05", ""), "duplicate", False),
    "nobody came": (f"{day(3)},B1,KTP elektronik,09:00:00,09:05:00,09:10:00,Tidak Hadir", "cancelled", False),
    "closed at once": (f"{day(3)},B1,KTP elektronik,09:00:00,09:05:00,09:05:00,Selesai", "instant", False),
}


@pytest.mark.parametrize(("row", "reason", "in_volumes"), FLAWS.values(), ids=FLAWS)
def test_dirt_is_flagged_named_and_never_in_a_duration(row, reason, in_volumes, folder, city):
    """The flag says which row; the ticket counts in the volumes only where that is right."""
    log = read(folder, city, [*usual(), row])
    (flag,) = log.flags
    assert (flag.reason, flag.count, flag.first, flag.in_volumes) == (reason, 1, (58,), in_volumes)
    assert flag.share == pytest.approx(1 / 57)
    (ktp,) = log.figures
    assert ktp.n == 56 + in_volumes
    assert ktp.measures["minutes"].value == pytest.approx(12.0) and ktp.measures["minutes"].n == 56


def test_casework_takes_days_and_a_closed_case_was_worked_on(folder, city):
    """Friday to Monday is three days and one working day; what is cancelled without a finish is no work."""
    rows = [f"{FIRST + timedelta(7 * w + 4)},siup,{FIRST + timedelta(7 * w + 7)},{FIRST + timedelta(7 * w + 6)},{status}"
            for w in range(10) for status in ("selesai", "BATAL")]
    rows.append(f"{FIRST},siup,,,BATAL")
    log = read(folder, city, rows, "Tgl Permohonan,Layanan,Tgl Selesai,Tgl Target,Status")
    (siup,) = log.figures
    assert {key: siup.measures[key].value for key in ("days", "working_days", "same_day", "late", "within_standard")} == {
        "days": 3.0, "working_days": 1.0, "same_day": 0.0, "late": 1.0, "within_standard": 1.0}
    assert siup.n == 20 and [flag.reason for flag in log.flags] == ["cancelled"]
    assert "ticket_cancelled_done" in [w.code for w in log.warnings]
    assert log.services(city) == {"siup": {"volume_per_year": round(siup.measures["volume_per_year"].value), "baseline_days": 1.0}}


def test_full_date_times_and_month_first_read_the_same(folder, city):
    """Three layouts of one log give one set of figures."""
    plain = read(folder, city, usual())
    rows = [row.split(",") for row in usual()]
    iso = [",".join([number, name, *(f"{date(int(d[6:]), int(d[3:5]), int(d[:2]))}T{t}" for t in times)]) for d, number, name, *times, _ in rows]
    full = read(folder, city, iso, "No Tiket,Layanan,Waktu Kedatangan,Waktu Mulai,Waktu Selesai")
    american = [",".join([f"{d[3:5]}/{d[:2]}/{d[6:]}", number, name, *(t[:5].replace(":", ".") for t in times)]) for d, number, name, *times, _ in rows]
    month = read(folder, city, american, "Date,Ticket No,Service,Arrival Time,Start Time,End Time")
    assert full.figures == plain.figures
    assert month.figures[0].measures["minutes"] == plain.figures[0].measures["minutes"]


def test_times_without_any_date_say_what_is_missing(folder, city):
    """Clock times alone cannot be placed; the message names the rows it could not use."""
    with pytest.raises(InputError) as error:
        read(folder, city, ["KTP elektronik,08:00,08:05,08:10"] * 9, "Layanan,Jam Ambil,Jam Panggil,Jam Selesai")
    assert error.value.problems[0].code == "tickets_none"
    with pytest.raises(InputError) as error:
        read(folder, city, ["KTP,3"] * 9, "Layanan,Jumlah")
    assert error.value.problems[0].code == "column_not_found"


def test_dates_in_an_unknown_format_are_named_not_counted_as_dirt(folder, city):
    """A column that cannot be read at all is a mistake of reading."""
    with pytest.raises(InputError) as error:
        read(folder, city, [row.replace(day(d), f"hari ke-{d}") for d in range(28) for row in usual()[2 * d:2 * d + 2]])
    (problem,) = error.value.problems
    assert (problem.code, problem.line, problem.column) == ("ticket_dates_unread", 2, "Tanggal")


def test_unknown_services_are_shown_by_their_name_and_say_what_to_map(folder, city):
    """A mapping gives them their place; a wrong id in it names the nearest."""
    rows = [row.replace("KTP elektronik", "Cetak kartu") for row in usual()]
    log = read(folder, city, rows)
    assert log.figures[0].label.known is None and log.services(city) == {}
    assert any("Cetak kartu" in warning.text("id") for warning in log.warnings)
    mapped = read(folder, city, rows, mapping=Mapping(answers={"service": {"cetak  KARTU": "ktp"}}))
    assert mapped.figures[0].label.known.id == "ktp" and set(mapped.services(city)) == {"ktp"}
    with pytest.raises(InputError) as error:
        read(folder, city, rows, mapping=Mapping(answers={"service": {"Cetak kartu": "kpt"}}))
    assert error.value.problems[0].code == "mapping_service" and "ktp" in error.value.text()


def test_the_unit_alone_is_enough_where_it_has_one_service(folder, city):
    """A log of the civil registry without a service column is about its only counter."""
    rows = [row.replace("KTP elektronik", "Dinas Dukcapil") for row in usual()]
    assert read(folder, city, rows, HEAD.replace("Layanan", "Unit Kerja")).figures[0].label.known.id == "ktp"
    mapping = Mapping(units={"Loket depan": "capil"})
    rows = [row.replace("KTP elektronik", "Loket depan") for row in usual()]
    assert read(folder, city, rows, HEAD.replace("Layanan", "Unit Kerja"), mapping).figures[0].label.known.id == "ktp"


def test_few_tickets_are_not_shown_and_persons_are_never_read(folder, city):
    """Four tickets of a service are a number under five; names of officers and applicants appear nowhere."""
    rows = [f"{row},Budi Santoso,Siti Aminah" for row in usual()]
    rows += [f"{day(k)},X{k},Layanan untuk Joko Susilo,09:00:00,09:05:00,09:15:00,Selesai,Budi Santoso,Siti Aminah" for k in range(4)]
    log = read(folder, city, rows, HEAD + ",Petugas,Nama Pemohon")
    assert len(log.figures) == 1 and log.small == 4
    told = "\n".join([*log.sentences("id"), *log.sentences("en"), log.table().to_csv(), repr(log)])
    assert not any(name in told for name in ("Budi", "Siti", "Joko", "Susilo"))
    assert "4 tiket" not in told


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_sample_gives_back_what_made_it(lang):
    """Mean minutes, spread and volumes of the generator lie in the intervals; all dirt is found."""
    city = City.load()
    log = read_tickets(SAMPLE, city)
    true = {"disdukcapil_kk": (12.0, 0.9, 15.0), "disdukcapil_akta": (15.0, 0.5, 9.5), "disdukcapil_kia": (8.0, 0.4, 13.5)}
    assert {figures.label.known.id for figures in log.figures} == set(true)
    for figures in log.figures:
        minutes, spread, per_day = true[figures.label.known.id]
        for key, value in (("minutes", minutes), ("service_scv", spread), ("volume_per_year", per_day * 5 / 7 * 365.25), ("arrival_scv", 1.0)):
            assert figures.measures[key].low <= value <= figures.measures[key].high, key
        assert figures.measures["peak_share"].value == pytest.approx(0.65, abs=0.06) and (figures.peak_hours, figures.open_hours) == (3, 7)
    assert {flag.reason: flag.count for flag in log.flags} == {"test": 4, "duplicate": 6, "cancelled": 34, "undated": 4, "order": 9, "open": 28}
    assert len(log.table(lang)) == 3 and all(log.sentences(lang))
    columns = log.services(city)["disdukcapil_kk"]
    assert set(columns) == {"volume_per_year", "minutes", "peak_share", "peak_hours", "service_scv", "arrival_scv"}
    assert columns["peak_hours"] == pytest.approx(3 / 7 * 5.1, abs=0.01)


def test_the_sample_is_what_its_tool_writes(tmp_path):
    """Made up, labelled so above the headings, and the same every time."""
    spec = importlib.util.spec_from_file_location("sample_tickets", ROOT / "tools" / "sample_tickets.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    tool.TARGET = tmp_path / "again.csv"
    tool.main()
    assert tool.TARGET.read_bytes() == SAMPLE.read_bytes()
    assert SAMPLE.read_text(encoding="utf-8").startswith("CONTOH BUATAN")


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published register is not in the repository")
def test_published_turnaround_of_a_real_register(city):
    """Published of 919 requests: mean 1.22 days, median 0, 60.8 % the same day, 90th percentile 2, late 27 of 829."""
    with open(PUBLISHED, encoding="utf-8") as file:
        kinds = {row["kategori"] for row in csv.DictReader(file)}
    log = read_tickets(PUBLISHED, city, Mapping(answers={"service": dict.fromkeys(kinds, "siup")}))
    (siup,) = log.figures
    m = siup.measures
    assert (m["days"].n, round(m["days"].value, 2), m["days_p90"].value) == (896, 1.22, 2.0)
    assert round(m["same_day"].value, 3) == 0.608  # more than half on day 0: the median is 0
    assert (m["late"].n, round(m["late"].value * m["late"].n)) == (829, 27)
    assert siup.n == 919 and sum(flag.count for flag in log.flags) == 919 - 896


@cache
def salatiga():
    return City.load()


@cache
def lines():
    return tuple(SAMPLE.read_text(encoding="utf-8").splitlines())


@cache
def in_order():
    return read_tickets(SAMPLE, salatiga())


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32))
def test_the_order_of_rows_does_not_matter(folder, seed):
    """The same bits from any order, dirt included."""
    rows = list(lines()[2:])
    random.Random(seed).shuffle(rows)
    path = folder / "shuffled.csv"
    path.write_text("\n".join([*lines()[:2], *rows]) + "\n", encoding="utf-8")
    log = read_tickets(path, salatiga())
    assert log.figures == in_order().figures and log.days == in_order().days
    assert [(f.reason, f.count) for f in log.flags] == [(f.reason, f.count) for f in in_order().flags]


DIRT = ("", "-", "0000-00-00", "0006-04-10", "1900-01-01", "31/02/2026", "NaN", "24:00", "0.5", "45000", "2099-12-31", "TEST", "Batal",
        "x" * 400, "08:15", "8.5", "=1+1", "00:00:00", "23:59:59", "-5", "1e308", "12 Januari 2026 08:15", "\x0b", "２０２６")


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 200), st.none() | st.integers(0, 7), st.integers(1, 120))
def test_cells_of_any_content_are_counted_or_named(folder, seed, count, column, rows):
    """Wrong cells anywhere, or all over one column: what is counted, shown and flagged never exceeds the rows."""
    rng, table = random.Random(seed), [line.split(";") for line in lines()[1:rows + 2]]
    for _ in range(count):
        row = rng.choice(table[1:])
        row[rng.randrange(8) if column is None else column] = rng.choice(DIRT)
    path = folder / "dirt.csv"
    path.write_text("\n".join(";".join(row) for row in table) + "\n", encoding="utf-8")
    try:
        log = read_tickets(path, salatiga())
    except InputError as error:
        assert all(error.text(lang) for lang in LANGUAGES)
    else:
        left_out = sum(f.count for f in log.flags if not f.in_volumes)
        assert sum(f.n for f in log.figures) + log.small + left_out == log.rows <= rows
        assert all(log.sentences(lang) for lang in LANGUAGES) and isinstance(log.services(salatiga()), dict)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(["cut", "swap", "insert", "drop cell", "blank"]))
def test_corruption_is_a_named_problem_or_a_counted_flag(folder, seed, kind):
    """Never a traceback; never a ticket more than there are rows; messages in both languages."""
    rng = random.Random(seed)
    data = bytearray("\n".join(lines()[:200]).encode())
    for _ in range(rng.randint(1, 12)):
        at = rng.randrange(len(data) - 4)
        if kind == "cut":
            del data[at:at + rng.randint(1, 400)]
        elif kind == "swap":
            data[at] = rng.randrange(256)
        elif kind == "insert":
            data[at:at] = rng.choice([b'"', b";", b"\n", b"\x00", b"0000-00-00", b"\xff", b"=1+1", b"9" * 30, b"\r", b"NaN"])
        elif kind == "drop cell":
            end = data.find(b";", at)
            del data[at:end if end > 0 else at + 1]
        else:
            data[at:at + 10] = b" " * 10
    path = folder / "corrupt.csv"
    path.write_bytes(bytes(data))
    try:
        log = read_tickets(path, salatiga())
    except InputError as error:
        assert all(error.text(lang) for lang in LANGUAGES)
    else:
        assert sum(f.n for f in log.figures) + log.small <= log.rows <= 400
        assert all(log.sentences(lang) for lang in LANGUAGES)


def test_intervals_cover_what_they_promise():
    """Days differ in load and level; 95 % intervals of mean, spread, percentile and volume cover 90 to 98 % of 300 logs."""
    rng, hits, times = np.random.default_rng(5), np.zeros(4), 300
    covered = np.arange(1, 85)
    for _ in range(times):
        n = rng.poisson(np.where(covered % 7 < 5, 20, 0) * rng.gamma(20, 1 / 20, len(covered)))
        days = np.repeat(covered, n)
        values = rng.gamma(2.0, 5.0, len(days))
        found = (statistics.mean(values, days), statistics.squared_variation(values, days), statistics.percentile(values, 0.9, days),
                 statistics.per_year(days, covered))
        truth = (10.0, 0.5, 19.4486, 20 * 5 / 7 * 365.25)
        hits += [m.low <= t <= m.high for m, t in zip(found, truth, strict=True)]
    assert (hits / times > 0.90).all() and (hits / times < 0.985).all()


def test_a_busy_morning_is_not_irregularity():
    """Arrivals at random with a morning twice as full have a spread of one between them, however few they are."""
    rng, found = np.random.default_rng(3), []
    for scale in (0.5, 3.0):
        second, days = [], []
        for d in range(400):
            for hour, rate in zip((8, 9, 10, 11, 13, 14, 15), (9, 9, 9, 4, 4, 4, 4), strict=True):
                n = rng.poisson(scale * rate)
                second.append(hour * 3600 + rng.integers(0, 3600, n))
                days.append(np.full(n, d))
        found.append(statistics.squared_variation(*statistics.gaps(np.concatenate(days), np.concatenate(second))).value)
    assert found == pytest.approx([1.0, 1.0], abs=0.05)


def test_a_wider_spread_lengthens_the_queue_of_its_own_counter_only():
    """Twice the spread of service times: a longer wait there, the same minutes elsewhere, and the ledger's value where nobody measured."""
    ledger = Assumptions.load()
    a = {key: np.array([ledger[key].value]) for key in ("arrival_cv2", "service_cv2", "longest_wait")}
    desks = salatiga().counters
    one = np.ones((len(desks.ids), 1))

    def minutes(**spread):
        return service.Counters(replace(desks, **spread), a).quarter(desks.minutes[:, None] * one, one, one)[0][:, 0]

    base = minutes()
    unknown = np.full(len(desks.ids), np.nan)
    assert (minutes(service_scv=unknown, arrival_scv=unknown) == base).all()
    assert (minutes(service_scv=np.where(np.arange(len(desks.ids)) == 0, a["service_cv2"], np.nan)) == base).all()
    for key, ledger_key in (("service_scv", "service_cv2"), ("arrival_scv", "arrival_cv2")):
        wide = minutes(**{key: np.where(np.arange(len(desks.ids)) == 0, 2.0 * a[ledger_key], np.nan)})
        assert wide[0] > base[0] and (wide[1:] == base[1:]).all()


def test_services_csv_may_have_the_spread_of_each_counter(tmp_path):
    """The columns may be missing, a cell may be empty, a value out of range is named with its row."""
    folder = small_city.write(tmp_path / "city")
    assert np.isnan(City.load(folder).counters.service_scv).all()
    rows = (folder / "services.csv").read_text().splitlines()

    def written(cells):
        text = [row.replace("D,made_up", f"{cell},D,made_up").replace("grade,source", f"{cell},grade,source") for row, cell in
                zip(rows, cells, strict=True)]
        (folder / "services.csv").write_text("\n".join(text) + "\n")
        return City.load(folder)

    city = written(["service_scv,arrival_scv", "0.8,", ",", ","])
    assert city.counters.service_scv.tolist() == [0.8] and np.isnan(city.counters.arrival_scv).all()
    with pytest.raises(InputError) as error:
        written(["service_scv,arrival_scv", "0.8,-1", ",", ","])
    (problem,) = error.value.problems
    assert (problem.code, problem.line, problem.column) == ("out_of_range", 2, "arrival_scv")
