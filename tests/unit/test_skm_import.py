"""Survey files as other agencies send them: the right NRR, or a message that says what to map and is right when followed."""

import codecs
import csv
import datetime as dt
import io
import json
import zipfile

import numpy as np
import openpyxl
import pytest

from simulation.__main__ import main
from simulation.errors import InputError
from simulation.present import skm_report
from simulation.survey import Survey

ELEMENTS = ("persyaratan", "prosedur", "waktu", "biaya", "produk", "kompetensi", "perilaku", "pengaduan", "sarana")
NAMES = ("Persyaratan", "Sistem, Mekanisme, dan Prosedur", "Waktu Penyelesaian", "Biaya/Tarif", "Produk Spesifikasi Jenis Pelayanan",
         "Kompetensi Pelaksana", "Perilaku Pelaksana", "Penanganan Pengaduan, Saran dan Masukan", "Sarana dan Prasarana")
ENGLISH = ("Requirements", "Procedure", "Completion time", "Cost/fee", "Product as specified", "Staff competence", "Staff conduct and courtesy",
           "Complaint handling", "Facilities")
TEXTS = ("Tidak sesuai|Kurang sesuai|Sesuai|Sangat sesuai", "Tidak mudah|Kurang mudah|Mudah|Sangat mudah",
         "Tidak cepat|Kurang cepat|Cepat|Sangat cepat", "Sangat mahal|Cukup mahal|Murah|Gratis",
         "Tidak sesuai|Kurang sesuai|Sesuai|Sangat sesuai", "Tidak kompeten|Kurang kompeten|Kompeten|Sangat kompeten",
         "Tidak sopan dan ramah|Kurang sopan dan ramah|Sopan dan ramah|Sangat sopan dan ramah",
         "Tidak ada|Ada tetapi tidak berfungsi|Berfungsi kurang maksimal|Dikelola dengan baik", "Buruk|Cukup|Baik|Sangat baik")
QUESTIONS = tuple("Bagaimana pendapat Saudara tentang " + question for question in (
    "kesesuaian persyaratan pelayanan dengan jenis pelayanannya?", "kemudahan prosedur pelayanan di unit ini?",
    "kecepatan waktu dalam memberikan pelayanan?", "kewajaran biaya/tarif dalam pelayanan?",
    "kesesuaian produk pelayanan antara yang tercantum dalam standar pelayanan dengan hasil yang diberikan?",
    "kompetensi/kemampuan petugas dalam pelayanan?", "perilaku petugas dalam pelayanan terkait kesopanan dan keramahan?",
    "penanganan pengaduan pengguna layanan?", "kualitas sarana dan prasarana?"))
RATINGS = np.random.default_rng(9).choice([1, 2, 3, 4], size=(24, 9), p=[0.1, 0.2, 0.4, 0.3])
RATINGS[:, 8] = np.minimum(4, RATINGS[:, 8] + 1)  # facilities well above complaints: a swap would be seen
SWAPPED = (0, 1, 2, 3, 4, 5, 6, 8, 7)  # the order of the questionnaire
U = tuple(f"U{k}" for k in range(1, 10))


def text(k: int, value: int) -> str:
    """The official answer text."""
    return TEXTS[k].split("|")[value - 1]


def texts(order=range(9)):
    """Answer texts of every respondent."""
    return [[text(k, row[k]) for k in order] for row in RATINGS]


def numbers(order=range(9)):
    """Ratings of every respondent."""
    return [[int(row[k]) for k in order] for row in RATINGS]


def write(path, header, rows, sep=",", above=(), below=(), encoding="utf-8", prefix=b""):
    """A text file; cells are quoted where they must be."""
    out = io.StringIO()
    csv.writer(out, delimiter=sep, lineterminator="\r\n").writerows([*above, header, *rows, *below])
    path.write_bytes(prefix + out.getvalue().encode(encoding))
    return path


def book(path, **sheets):
    """A workbook: rows of each sheet."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    made.save(path)
    return path


def beside(rows, *columns):
    """Rows with more columns in front: a list per column, or one value for all."""
    return [[*(c[i] if isinstance(c, list) else c for c in columns), *row] for i, row in enumerate(rows)]


def right(survey, ratings=RATINGS):
    """The result is that of the ratings, element by element."""
    assert survey.n == len(ratings)
    assert list(survey.nrr.values()) == pytest.approx(ratings.mean(axis=0)), dict(zip(ELEMENTS, ratings.mean(axis=0), strict=True))
    assert list(survey.nrr) == list(ELEMENTS)
    assert survey.ikm == pytest.approx(25 * ratings.mean(), abs=0.005001)


def codes(path, mapping=None):
    """Codes of the problems of a file."""
    with pytest.raises(InputError) as caught:
        Survey.read(path, mapping)
    for lang in ("id", "en"):
        assert caught.value.text(lang)  # every message can be said
    return [p.code for p in caught.value.problems]


def warned(survey):
    """Codes of the warnings."""
    return [w.code for w in survey.warnings]


def mapping(tmp_path, content: str):
    """A mapping file."""
    path = tmp_path / "peta.yaml"
    path.write_text(content, encoding="utf-8")
    return path


# ---- files that read as they are


@pytest.mark.parametrize("sep", [",", ";", "\t", "|"])
@pytest.mark.parametrize(("encoding", "prefix"), [("utf-8", b""), ("utf-8", codecs.BOM_UTF8), ("utf-16-le", codecs.BOM_UTF16_LE),
                                                  ("utf-16-be", codecs.BOM_UTF16_BE), ("cp1252", b"")])
def test_separators_and_encodings(tmp_path, sep, encoding, prefix):
    """Every separator in every encoding, with a dash and an accent that are spelled differently in each."""
    header = ["Unit – Café", *NAMES]
    right(Survey.read(write(tmp_path / "a.csv", header, beside(texts(), "Loket – é"), sep, encoding=encoding, prefix=prefix)))


@pytest.mark.parametrize("heads", [U, [h.lower() for h in U], [f"Unsur {k}" for k in range(1, 10)], [str(k) for k in range(1, 10)],
                                   [f"U{k}." for k in range(1, 10)], [f"unsur_{k}" for k in range(1, 10)], [f"nilai_u{k}" for k in range(1, 10)],
                                   [f"Q{k:02d}" for k in range(1, 10)], [f"Jawaban {k}" for k in range(1, 10)], [f"U-{k}" for k in range(1, 10)],
                                   [f"({k})" for k in range(1, 10)], [f"Unsur {n}" for n in ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")], [f"Skor U{k}" for k in range(1, 10)], [f"u{k}_skor" for k in range(1, 10)]])
def test_numbered_headings(tmp_path, heads):
    """Numbers are read in the regulation's order, and that is said."""
    survey = Survey.read(write(tmp_path / "a.csv", ["No", "Nama", *heads], beside(numbers(), list(range(1, 25)), "Siti Aminah")))
    right(survey)
    assert "skm_order_assumed" in warned(survey)


@pytest.mark.parametrize("heads", [NAMES, ENGLISH, QUESTIONS, [f"{u} {n}" for u, n in zip(U, NAMES, strict=True)],
                                   [f"{k}. {q}" for k, q in enumerate(QUESTIONS, 1)], [n.upper() + " " for n in NAMES],
                                   [f"grup_skm/u{k}_{n}" for k, n in enumerate(ELEMENTS, 1)], ELEMENTS,
                                   [f"U{k}\n({n})" for k, n in enumerate(NAMES, 1)]])
@pytest.mark.parametrize("words", [False, True])
def test_named_headings(tmp_path, heads, words):
    """Names decide, whatever number stands beside them; no warning about the order."""
    survey = Survey.read(write(tmp_path / "a.csv", heads, texts() if words else numbers(), ";"))
    right(survey)
    assert not {"skm_order_assumed", "skm_order_found"} & set(warned(survey))


def test_names_win_over_the_order_of_the_questionnaire(tmp_path):
    """U8 Sarana, U9 Pengaduan: by name."""
    heads = [f"U{k} {NAMES[e]}" for k, e in enumerate(SWAPPED, 1)]
    right(Survey.read(write(tmp_path / "a.csv", heads, numbers(SWAPPED))))


def test_answer_texts_show_the_order_of_the_questionnaire(tmp_path):
    """Only numbers in the headings, but the answers of 8 are about facilities."""
    survey = Survey.read(write(tmp_path / "a.csv", U, texts(SWAPPED)))
    right(survey)
    assert "skm_order_found" in warned(survey)


def test_a_numbered_file_in_the_questionnaires_order_is_mapped_with_two_lines(tmp_path):
    """What the warning says to write is enough; one of the two will do."""
    path = write(tmp_path / "a.csv", U, numbers(SWAPPED))
    assert "skm_order_assumed" in warned(Survey.read(path))
    for lines in ("columns: {pengaduan: U9, sarana: U8}", "columns: {pengaduan: U9}"):
        right(Survey.read(path, mapping(tmp_path, lines)))
    assert "skm_order_assumed" not in warned(Survey.read(path, mapping(tmp_path, "columns: {pengaduan: U9, sarana: U8}")))


DIRT = [lambda t, v: t.upper(), lambda t, v: f"  {t.lower()} ", lambda t, v: t.replace(" ", "  "), lambda t, v: f"{v}. {t}", lambda t, v: f"{v}) {t}",
        lambda t, v: f"{'abcd'[v - 1]}) {t}", lambda t, v: f"{'abcd'[v - 1]}. {t}", lambda t, v: f"{t} ({v})", lambda t, v: f"{v} - {t}",
        lambda t, v: f"{v} = {t}", lambda t, v: f"({v}) {t}", lambda t, v: f"{t} = {v}", lambda t, v: f"{t}.", lambda t, v: f"{v} {t}",
        lambda t, v: f"{t} [{v}]", lambda t, v: t.replace(" ", "_").lower(), lambda t, v: f"{v}, {t}", lambda t, v: f"{v}: {t}"]


@pytest.mark.parametrize("dirt", DIRT)
def test_answer_texts_with_dirt(tmp_path, dirt):
    """Case, spaces, numbers and letters before or after."""
    rows = [[dirt(text(k, row[k]), row[k]) for k in range(9)] for row in RATINGS]
    right(Survey.read(write(tmp_path / "a.csv", NAMES, rows)))


@pytest.mark.parametrize("form", ["'4", "4.0", "4,0", "4,00", " 4 "])
def test_ratings_as_decimals(tmp_path, form):
    """Numbers that a spreadsheet gave decimals."""
    rows = [[form.replace("4", str(v)) for v in row] for row in RATINGS]
    right(Survey.read(write(tmp_path / "a.csv", U, rows, ";")))


def test_the_same_text_means_another_thing_under_another_element(tmp_path):
    """"Cukup" is 2 for facilities and nothing for waiting; "Murah" is 3 for cost only."""
    path = write(tmp_path / "a.csv", NAMES, [[*texts()[0][:8], "Cukup"]])
    assert Survey.read(path).nrr["sarana"] == 2
    assert codes(write(tmp_path / "b.csv", NAMES, [[*texts()[0][:2], "Cukup", *texts()[0][3:]]])) == ["skm_answer"]
    assert codes(write(tmp_path / "c.csv", NAMES, [["Murah", *texts()[0][1:]]])) == ["skm_answer"]
    assert codes(write(tmp_path / "d.csv", NAMES, [["3. Sangat sesuai", *texts()[0][1:]]])) == ["skm_answer"]  # number and text disagree


def google_form(tmp_path, stamps, name="g.csv"):
    """A Google Forms export."""
    header = ["Timestamp", "Nama Lengkap", "No. HP / WhatsApp", "Jenis Kelamin", "Usia", "Pendidikan Terakhir", "Jenis layanan yang diterima",
              *(QUESTIONS[k] for k in SWAPPED), "Saran dan masukan untuk waktu dan biaya pelayanan"]
    rows = [[stamps[i], "Budi Santoso", "081234567890", "Laki-laki" if i % 2 else "Perempuan", "35 tahun", "S1 / Sarjana", "KTP-el", *row, "Ramah"]
            for i, row in enumerate(texts(SWAPPED))]
    return write(tmp_path / name, header, rows)


@pytest.mark.parametrize(("form", "first"), [("%m/%d/%Y %H:%M:%S", (2026, 3, 1)), ("%d/%m/%Y %H:%M:%S", (2026, 3, 1)),
                                             ("%Y/%m/%d %I:%M:%S %p GMT+7", (2026, 3, 1)), ("%d-%m-%y %H.%M", (2026, 3, 1))])
def test_google_forms_with_timestamps_of_either_order(tmp_path, form, first):
    """A day above 12 shows the order; context is read, persons are not."""
    stamps = [(dt.datetime(2026, 3, 1, 8) + dt.timedelta(days=i, minutes=7 * i)).strftime(form) for i in range(24)]
    survey = Survey.read(google_form(tmp_path, stamps))
    right(survey)
    assert survey.days == (dt.date(*first), dt.date(2026, 3, 24))
    assert survey.groups["sex"].names == ("female", "male") and survey.groups["education"].names == ("s1",)
    assert survey.groups["age"].names == ("30-39",) and "dates_day_first" not in warned(survey)


def test_a_timestamp_column_called_waktu_is_not_the_element(tmp_path):
    """The element "waktu" is the one with ratings, by name or by number; the other is the date."""
    stamps = [f"2026-0{1 + i % 6}-10 08:{i:02d}:00" for i in range(24)]
    for heads in (U, NAMES):
        survey = Survey.read(write(tmp_path / "a.csv", ["waktu", *heads], beside(numbers(), stamps)))
        right(survey)
        assert survey.groups["wave"].names == ("2026-Q1", "2026-Q2")


def test_extra_empty_columns_and_a_running_number(tmp_path):
    """U10 to U15 without answers are ignored."""
    header = ["responden", *U, *(f"u{k}" for k in range(10, 16))]
    right(Survey.read(write(tmp_path / "a.csv", header, [[f"R{i}", *row, *[""] * 6] for i, row in enumerate(numbers())])))


def test_separators_that_excel_leaves_out(tmp_path):
    """Excel drops trailing separators in whole blocks of sixteen rows; one row that is short for another reason is named."""
    lines = [",".join([*U, "u10", "u11"])] + [",".join([*map(str, row), *["", ""] * (i < 15)]) for i, row in enumerate(numbers())]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines))
    right(Survey.read(path))
    lines[20] = lines[20][2:]
    path.write_text("\n".join(lines))
    assert set(codes(path)) == {"row_width"}


def test_a_separator_too_many_at_each_rows_end_is_no_column(tmp_path):
    """Some programmes end each row with a separator, but not the headings; one row with one too many is another matter."""
    lines = [";".join(["Unit", *U])] + [";".join(["A", *map(str, row)]) + ";" for row in numbers()]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines))
    right(Survey.read(path))
    lines[1:] = [line[:-1] for line in lines[1:]]
    lines[5] += ";"
    path.write_text("\n".join(lines))
    assert codes(path) == ["row_width"]


def test_titles_above_totals_and_signatures_below(tmp_path):
    """A recap as a clerk prints it: only respondents count, and what was left out is said with its rows."""
    above = [["PENGOLAHAN DATA SURVEI KEPUASAN MASYARAKAT"], ["UNIT: PUSKESMAS X, WAKTU: SEMESTER I"], [],
             ["No", "Nama", "Nilai Unsur Pelayanan"]]
    sums = RATINGS.sum(axis=0)
    below = [["Jumlah nilai", "", *sums.tolist()], ["NRR per unsur", "", *(round(s / 24, 3) for s in sums)],
             ["NRR tertimbang", "", *(round(s / 216, 3) for s in sums)], ["IKM", "", 81.2], ["Bobot maksimal", "", *[4] * 9],
             [], ["", "", "", "", "", "", "", "Salatiga, 2 Maret 2026"], ["", "", "", "", "", "", "", "Kepala Puskesmas"], ["", "", "", "", "", "", "", "dr. Sari Dewi"]]
    rows = beside(numbers(), list(range(1, 25)), "Budi")
    survey = Survey.read(book(tmp_path / "a.xlsx", Rekap=[*above, ["", "", *U], ["(1)", "(2)", *(f"({k})" for k in range(3, 12))], *rows, *below]))
    right(survey)
    assert {"skm_footers", "skm_empty_rows"} <= set(warned(survey))
    assert "Sari" not in skm_report.text(survey) and "Budi" not in skm_report.text(survey)
    wide = [[*row, *[""] * (11 - len(row))] for row in [*above, *below]]
    right(Survey.read(write(tmp_path / "a.csv", ["", "", *U], rows, ";", above=wide[:4], below=[row for row in wide[4:] if any(row)])))


def test_a_respondent_of_a_service_called_like_a_total_counts(tmp_path):
    """"Jumlah ..." and "Keterangan ..." are names of services too."""
    rows = beside(numbers(), "Keterangan domisili", "Kantor A")
    rows[3][0] = "Total station"
    right(Survey.read(write(tmp_path / "a.csv", ["Layanan", "Unit", *U], rows)))
    right(Survey.read(write(tmp_path / "b.csv", ["Layanan", "Unit", *NAMES], beside(texts(), "Jumlah kendaraan", "Kantor A"))))


def test_a_total_that_looks_like_ratings_is_no_respondent(tmp_path):
    """One respondent, all 4: sum and mean are 4 too (a published case: n = 1, IKM 100)."""
    rows = [["R1", *[4] * 9], ["Jumlah", *[4] * 9], ["Rata-rata", *[4] * 9]]
    survey = Survey.read(write(tmp_path / "a.csv", ["Responden", *U], rows))
    assert (survey.n, survey.ikm, survey.category) == (1, 100.0, "A")


def test_excel_cells_of_every_kind(tmp_path):
    """Floats, texts, dates as dates, headings in two rows, a column of sums without heading, other sheets."""
    stamps = [dt.datetime(2026, 1, 5, 9) + dt.timedelta(days=i) for i in range(24)]
    rows = [[i + 1, stamps[i], "L", *(float(v) if k % 2 else str(v) for k, v in enumerate(row)), int(sum(row))] for i, row in enumerate(numbers())]
    path = book(tmp_path / "a.xlsx", Petunjuk=[["Isi lembar Data"], ["1 sampai 4"]],
                Data=[["No", "Tanggal", "Jenis Kelamin", "Nilai Unsur"], ["", "", "", *U], *rows], Rekap=[["Unsur", "NRR"], ["U1", 3.1]])
    survey = Survey.read(path)
    right(survey)
    assert survey.source.endswith("[Data]") and survey.days == (dt.date(2026, 1, 5), dt.date(2026, 1, 28))
    assert survey.groups["sex"].names == ("male",)


def test_names_above_numbers_and_numbers_above_names(tmp_path):
    """Two rows of headings in either order: names are used."""
    for number, (first, second) in enumerate([(U, [NAMES[k] for k in SWAPPED]), ([NAMES[k] for k in SWAPPED], U)]):
        survey = Survey.read(write(tmp_path / f"{number}.csv", first, [second, *numbers(SWAPPED)]))
        right(survey)
        assert "skm_order_assumed" not in warned(survey)


def test_blocks_with_headings_repeated(tmp_path):
    """A table per village below each other on one sheet."""
    header, rows = ["No", *NAMES], beside(numbers(), list(range(1, 25)))
    right(Survey.read(write(tmp_path / "a.csv", header, [*rows[:10], ["Kelurahan B", *[""] * 9], header, *rows[10:]], ";")))


def test_survey_monkey_with_a_second_line_of_headings(tmp_path):
    """Question in the first line, "Response" in the second."""
    header = ["Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address", "Email Address", "First Name", "Last Name", *QUESTIONS,
              "Komentar"]
    rows = [["", "", "", "", "", "", "", "", *["Response"] * 9, "Open-Ended Response"]]
    rows += [[11400 + i, 4, "03/13/2026 10:00", "03/13/2026 10:05", "10.1.1.1", "a@b.id", "Budi", "S", *row, "baik"] for i, row in enumerate(texts())]
    right(Survey.read(write(tmp_path / "a.csv", header, rows)))


def test_text_and_score_side_by_side(tmp_path):
    """Both columns of a question say the same: either will do. If they differ, the reader has to choose."""
    header = [h for n in NAMES for h in (n, f"Skor {n}")]
    rows = [[cell for k, v in enumerate(row) for cell in (text(k, v), v)] for row in numbers()]
    path = write(tmp_path / "a.csv", header, rows)
    right(Survey.read(path))
    rows[5][1] = 1 + rows[5][1] % 4
    path = write(tmp_path / "b.csv", header, rows)
    assert codes(path) == ["column_unclear"]
    right(Survey.read(path, mapping(tmp_path, 'columns: {persyaratan: "Persyaratan"}')))
    header = [h for u in U for h in (u, u)]  # not even the headings differ
    path = write(tmp_path / "c.csv", header, rows)
    assert codes(path) == ["column_unclear"]
    assert codes(path, mapping(tmp_path, "columns: {persyaratan: U1}")) == ["mapping_twice"]
    columns = ", ".join(f"{e}: kolom {2 * k + 1}" for k, e in enumerate(ELEMENTS))
    right(Survey.read(path, mapping(tmp_path, f"columns: {{{columns}}}")))


def test_first_line_that_names_the_separator(tmp_path):
    """`sep=;`, as Excel likes it."""
    path = write(tmp_path / "a.csv", U, numbers(), ";")
    path.write_bytes(b"sep=;\r\n" + path.read_bytes())
    right(Survey.read(path))


def test_weights_above_the_rows(tmp_path):
    """A line of weights between headings and rows."""
    right(Survey.read(write(tmp_path / "a.csv", ["Responden", *U], [["Bobot", *[0.111] * 9], *beside(numbers(), "R")])))


def test_an_application_with_database_headings(tmp_path):
    """snake_case, ids, a score column, a code of the unit."""
    header = ["id", "id_opd", "nama_opd", "nama_responden", "no_telp", "jk", "umur", "pendidikan", *(f"unsur_{k}" for k in range(1, 10)), "nilai_ikm",
              "saran", "created_at"]
    rows = [[i, 7, "DPMPTSP", "Siti", "0812", "P", 20 + i, "SMA", *row, 80.5, "ok", "2026-02-03T10:11:12.000000Z"] for i, row in enumerate(numbers())]
    survey = Survey.read(write(tmp_path / "a.csv", header, rows))
    right(survey)
    assert survey.groups["unit"].names == ("DPMPTSP",) and survey.days[0] == dt.date(2026, 2, 3)


def test_missing_answers_count_per_element(tmp_path):
    """Empty and "-" are no answer; each mean is of those who answered, and how many are missing is said."""
    rows = numbers()
    rows[0][2], rows[1][2], rows[2][7] = "", "-", ""
    survey = Survey.read(write(tmp_path / "a.csv", U, rows))
    assert survey.nrr["waktu"] == pytest.approx(RATINGS[2:, 2].mean())
    assert [w.values["count"] for w in survey.warnings if w.code == "skm_missing"] == ["3"]


# ---- files that need a mapping: the message names it, and following it gives the right result


def test_headings_in_other_words(tmp_path):
    """The message lists the columns and the lines to write."""
    heads = [f"Aspek {c}" for c in "ABCDEFGHI"]
    path = write(tmp_path / "a.csv", ["Loket", *heads], beside(numbers(), "A1"))
    with pytest.raises(InputError) as caught:
        Survey.read(path)
    said = caught.value.text("en")
    assert all(heading in said for heading in heads) and all(f'{e}: "..."' in said for e in ELEMENTS)
    columns = ", ".join(f"{e}: {h}" for e, h in zip(ELEMENTS, heads, strict=True))
    right(Survey.read(path, mapping(tmp_path, f"columns: {{{columns}}}")))


def test_answers_in_other_words(tmp_path):
    """Unknown words are named with element and count; the mapping gives their worth, zero or missing means none."""
    words = ("Payah", "Cukup baik", "Baik", "Baik sekali")
    rows = [[words[v - 1] for v in row] for row in numbers()]
    path = write(tmp_path / "a.csv", NAMES, rows)
    assert set(codes(path)) <= {"skm_answer", "skm_answer_hidden"}
    right(Survey.read(path, mapping(tmp_path, "answers: {all: {payah: 1, Cukup  Baik: 2, baik: 3, Baik sekali: 4}}")))


@pytest.mark.parametrize("lines", ["answers: {all: {a: 1, b: 2, c: 3, d: 4}}", "answers: {all: {A: '1', B: '2', C: '3', D: '4'}}"])
def test_answers_as_letters(tmp_path, lines):
    """Letters may run either way, so they are asked for, by name."""
    path = write(tmp_path / "a.csv", U, [["abcd"[v - 1] for v in row] for row in numbers()])
    assert set(codes(path)) == {"skm_answer"}
    right(Survey.read(path, mapping(tmp_path, lines)))


def test_limesurvey_codes(tmp_path):
    """A1 to A4."""
    heads = [f"{c}. {q}" for c, q in zip("123456789", QUESTIONS, strict=True)]
    path = write(tmp_path / "a.csv", ["id", "submitdate", *heads], [[i, "1980-01-01 00:00:00", *(f"A{v}" for v in row)] for i, row in enumerate(numbers())])
    with pytest.raises(InputError) as caught:
        Survey.read(path)
    assert any(p.values.get("found") == "A3" for p in caught.value.problems)
    right(Survey.read(path, mapping(tmp_path, "answers: {all: {A1: 1, A2: 2, A3: 3, A4: 4}}")))


def test_zero_for_no_answer(tmp_path):
    """0 is no rating: said so, and mapped in one of two ways."""
    rows = numbers()
    rows[4][4] = 0
    path = write(tmp_path / "a.csv", U, rows)
    assert codes(path) == ["skm_answer"]
    for lines in ("missing: [0]", "answers: {produk: {0: 0}}", "answers: {all: {0: ''}}"):
        survey = Survey.read(path, mapping(tmp_path, lines))
        assert survey.nrr["produk"] == pytest.approx(np.delete(RATINGS[:, 4], 4).mean())


def test_five_points(tmp_path):
    """A 5 is refused; an explicit worth of each is taken."""
    rows = numbers()
    rows[0][0] = 5
    path = write(tmp_path / "a.csv", U, rows)
    assert codes(path) == ["skm_five_points"]
    assert Survey.read(path, mapping(tmp_path, "answers: {all: {5: 4}}")).n == 24
    likert = ["Sangat tidak puas", "Tidak puas", "Cukup puas", "Puas", "Sangat puas"]
    path = write(tmp_path / "b.csv", NAMES, [[likert[v] for v in row] for row in numbers()])
    assert set(codes(path)) <= {"skm_answer", "skm_answer_hidden"}


def test_reversed_points_of_a_file_that_says_so(tmp_path):
    """1 is the best: number and text disagree, so every answer is asked for."""
    path = write(tmp_path / "a.csv", NAMES, [[f"{5 - v}. {text(k, v)}" for k, v in enumerate(row)] for row in numbers()])
    assert "skm_answer" in codes(path)


def test_mixed_orders_of_dates(tmp_path):
    """Some rows can only be day-month and some only month-day: asked for, and mapped."""
    path = google_form(tmp_path, ["25/12/2025 10:00"] + ["12/25/2025 10:00"] * 23)
    assert codes(path) == ["dates_mixed"]
    survey = Survey.read(path, mapping(tmp_path, "dates: mdy"))
    right(survey)
    assert "dates_unread" in warned(survey)


def test_dates_that_do_not_tell_are_read_day_first_and_said(tmp_path):
    """3/1/2026 is 3 January, unless the mapping says otherwise."""
    path = google_form(tmp_path, ["03/01/2026 10:00:00"] * 24)
    survey = Survey.read(path)
    assert survey.days[0] == dt.date(2026, 1, 3) and "dates_day_first" in warned(survey)
    assert Survey.read(path, mapping(tmp_path, "dates: mdy")).days[0] == dt.date(2026, 3, 1)


def test_several_sheets_with_the_same_headings(tmp_path):
    """A sheet per month: none is left out unsaid."""
    path = book(tmp_path / "a.xlsx", Januari=[U, *numbers()[:10]], Februari=[U, *numbers()[10:]])
    assert codes(path) == ["skm_several_sheets"]
    right(Survey.read(path, mapping(tmp_path, "sheet: Februari")), RATINGS[10:])
    assert codes(path, mapping(tmp_path, "sheet: Febuari")) == ["no_sheet"]
    path = book(tmp_path / "b.xlsx", Januari=[["Unit", *U], *beside(numbers()[:10], "A")], Februari=[U, *numbers()[10:]])
    survey = Survey.read(path)
    assert survey.n == 10 and "skm_other_sheets" in warned(survey)


def test_headings_below_the_thirtieth_row_or_in_a_strange_place(tmp_path):
    """The row of the headings can be named."""
    heads = ["satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan"]
    path = write(tmp_path / "a.csv", heads, numbers(), above=[["Laporan bulan 3", *[""] * 8], ["x", "y", "z", *[""] * 6]])
    columns = ", ".join(f"{e}: {h}" for e, h in zip(ELEMENTS, heads, strict=True))
    right(Survey.read(path, mapping(tmp_path, f"header_row: 3\ncolumns: {{{columns}}}")))


def test_a_mapping_file_with_mistakes(tmp_path):
    """Unknown keys, headings and worths are named with the nearest."""
    path = write(tmp_path / "a.csv", U, numbers())
    for lines, code in (("columns: {wakto: U3}", "mapping_key"), ("columns: {waktu: U33}", "mapping_heading"), ("answers: {wakto: {a: 1}}", "mapping_answers_key"),
                        ("answers: {waktu: {a: 5}}", "mapping_answer")):
        assert codes(path, mapping(tmp_path, lines)) == [code]
    with pytest.raises(InputError):
        Survey.read(path, mapping(tmp_path, "colums: {waktu: U3}"))


def test_two_columns_that_both_may_be_meant(tmp_path):
    """Two questions on facilities: the reader chooses."""
    path = write(tmp_path / "a.csv", [*NAMES, "Kualitas sarana parkir"], [[*row, 1 + i % 4] for i, row in enumerate(numbers())])
    assert codes(path) == ["column_unclear"]
    right(Survey.read(path, mapping(tmp_path, 'columns: {sarana: "Sarana dan Prasarana"}')))


def test_visit_hours_are_not_the_element_time(tmp_path):
    """"Waktu kunjungan" holds no ratings and gives way; "Biaya yang dibayar" neither."""
    header = ["Waktu kunjungan", "Biaya yang dibayar", *NAMES]
    right(Survey.read(write(tmp_path / "a.csv", header, beside(numbers(), ["Pagi", "Siang", "Sore"] * 8, [0, 5000, 10000] * 8))))


# ---- files that cannot be a result


def one_hot(tmp_path):
    header = [h for n in NAMES for h in (n, "", "", "")]
    rows = [[t for s in TEXTS for t in s.split("|")]] + [[t if v == r else "" for k, v in enumerate(row) for r, t in enumerate(TEXTS[k].split("|"), 1)]
                                                        for row in numbers()]
    return write(tmp_path / "f.csv", header, rows)


def one_hot_ticks(tmp_path, no=0):
    header = [f"{n} [{t}]" for k, n in enumerate(NAMES) for t in TEXTS[k].split("|")]
    return write(tmp_path / "f.csv", header, [[1 if v == r else no for v in row for r in (1, 2, 3, 4)] for row in numbers()])


REFUSED = {
    "one row per answer": (lambda p: write(p / "f.csv", ["responden", "unsur", "nilai"], [[f"R{i}", u, v] for i, row in enumerate(numbers()) for u, v in
                                                                                       zip(U, row, strict=True)]), "skm_one_row_per_answer"),
    "one row per answer, by name": (lambda p: write(p / "f.csv", ["responden", "pertanyaan", "jawaban"],
                                                    [[f"R{i}", q, v] for i, row in enumerate(texts()) for q, v in zip(QUESTIONS, row, strict=True)]),
                                    "skm_one_row_per_answer"),
    "respondents as columns": (lambda p: write(p / "f.csv", ["Unsur", *(f"R{i}" for i in range(24))], [[n, *RATINGS[:, k]] for k, n in enumerate(NAMES)]),
                               "skm_elements_in_rows"),
    "the printed table": (lambda p: write(p / "f.csv", ["No", "Unsur", "Jumlah", "NRR", "Mutu"], [[k + 1, n, 80, 3.3, "B"] for k, n in enumerate(NAMES)]),
                          "skm_elements_in_rows"),
    "averages per unit": (lambda p: write(p / "f.csv", ["Unit", *U], [[f"OPD {i}", *np.round(3 + np.random.default_rng(i).random(9), 3)] for i in range(9)]),
                          "skm_averages"),
    "no headings": (lambda p: write(p / "f.csv", ["Budi", "0811", *RATINGS[0]], beside(numbers(), "Siti", "0812")), "no_header"),
    "no headings, answers in words": (lambda p: write(p / "f.csv", ["Budi Santoso", "Jalan Mawar", *texts()[0]], beside(texts(), "Siti", "Jalan Melati")),
                                      "no_header"),
    "no headings, one row in words": (lambda p: write(p / "f.csv", ["Budi Santoso", *texts()[0]], []), "no_header"),
    "no headings, two rows in words": (lambda p: write(p / "f.csv", ["Budi Santoso", *texts()[0]], [["Siti", *texts()[1]]]), "no_header"),
    "one column per possible answer": (one_hot, "skm_unnamed_answers"),
    "one mark per possible answer": (lambda p: one_hot_ticks(p, ""), "skm_option_columns"),
    "one tick per possible answer": (one_hot_ticks, "skm_option_columns"),
    "fourteen elements": (lambda p: write(p / "f.csv", [f"U{k}" for k in range(1, 15)], np.tile(RATINGS, 2)[:, :14].tolist()), "skm_more_elements"),
    "fourteen elements of 2004 by name": (lambda p: write(p / "f.csv", [
        "Prosedur pelayanan", "Persyaratan pelayanan", "Kejelasan petugas", "Kedisiplinan petugas", "Tanggung jawab petugas", "Kemampuan petugas",
        "Kecepatan pelayanan", "Keadilan", "Kesopanan dan keramahan", "Kewajaran biaya", "Kepastian biaya", "Kepastian jadwal", "Kenyamanan", "Keamanan"],
        np.tile(RATINGS, 2)[:, :14].tolist()), "column_unclear"),
    "eight elements": (lambda p: write(p / "f.csv", NAMES[:8], [row[:8] for row in numbers()]), "column_not_found"),
    "an element nobody answered": (lambda p: write(p / "f.csv", NAMES, [[*row[:8], "-"] for row in numbers()]), "skm_no_answers"),
    "headings only": (lambda p: write(p / "f.csv", U, []), "no_rows|column_not_found|no_header"),
    "empty": (lambda p: (p / "f.csv").write_bytes(b"") and p / "f.csv" or p / "f.csv", "empty_file"),
    "a PDF": (lambda p: _bytes(p, b"%PDF-1.7\n1 0 obj"), "is_pdf"),
    "an old workbook": (lambda p: _bytes(p, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)), "old_excel"),
    "a web page called .xls": (lambda p: _bytes(p, b"\xef\xbb\xbf\r\n<html><table><tr><td>U1</td></tr></table></html>"), "is_web_page"),
    "a zip that is no workbook": (lambda p: _zip(p), "broken_excel"),
    "a torn workbook": (lambda p: _bytes(p, book(p / "b.xlsx", A=[U, *numbers()]).read_bytes()[:1500]), "broken_excel"),
    "bytes": (lambda p: _bytes(p, bytes(range(256)) * 4), "not_text"),
    "UTF-16 without its mark": (lambda p: write(p / "f.csv", U, numbers(), encoding="utf-16-le"), "not_text"),
    "every row in quotes": (lambda p: _bytes(p, "\n".join('"' + ",".join(map(str, row)) + '"' for row in [U, *numbers()]).encode()), "rows_in_one_cell"),
    "a CSV file in the first column of a workbook": (lambda p: book(p / "f.xlsx", A=[[";".join(map(str, row))] for row in [U, *numbers()]]), "rows_in_one_cell"),
    "one cell": (lambda p: _bytes(p, b"hello"), "no_header"),
    "quotes that do not close": (lambda p: _bytes(p, b'U1,U2,U3,U4,U5,U6,U7,U8,U9\n1,2,3,4,"1,2,3,4,1\n1,2,3,4,1,2,3,4,1\n'), "csv_syntax"),
}


def _bytes(folder, content):
    (folder / "f.xlsx").write_bytes(content)
    return folder / "f.xlsx"


def _zip(folder):
    with zipfile.ZipFile(folder / "f.xlsx", "w") as made:
        made.writestr("word/document.xml", "<a/>")
    return folder / "f.xlsx"


@pytest.mark.parametrize("case", REFUSED)
def test_refused_with_a_named_message(tmp_path, capsys, case):
    """Exit 2, a message that names the file in both languages, no traceback, no figure, nobody's name."""
    make, code = REFUSED[case]
    path = make(tmp_path)
    assert set(codes(path)) <= set(code.split("|"))
    for lang in ("id", "en"):
        assert main(["skm", str(path), "--json", "--lang", lang]) == 2
        said = capsys.readouterr()
        assert said.out == "" and path.name in said.err and "Traceback" not in said.err and "IKM 8" not in said.err
        assert not {"Budi", "Siti", "0811", "Mawar"} & set(said.err.replace(",", " ").replace(";", " ").split())


def test_following_what_is_said_of_a_table_on_its_side(tmp_path):
    """Turned and pivoted as the messages say, both files read."""
    turned = [["Unsur", *NAMES], *([f"R{i}", *map(int, row)] for i, row in enumerate(RATINGS))]
    right(Survey.read(write(tmp_path / "a.csv", turned[0], turned[1:])))
    pivot = [["responden", *U], *([f"R{i}", *map(int, row)] for i, row in enumerate(RATINGS)), ["Grand Total", *RATINGS.sum(axis=0)]]
    right(Survey.read(book(tmp_path / "a.xlsx", Pivot=[["Sum of nilai", "unsur"], *pivot])))


def test_the_command_prints_the_contracted_json(tmp_path, capsys):
    """n, nrr by name, ikm, category, interval, warnings; and an Excel report whose figures are figures."""
    path = google_form(tmp_path, ["03/20/2026 10:00:00"] * 24)
    assert main(["skm", str(path), "--json", "--excel", str(tmp_path / "lap.xlsx")]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {"n", "nrr", "ikm", "category", "interval", "warnings"} <= set(found) and list(found["nrr"]) == list(ELEMENTS)
    low, high = found["interval"]
    assert low < 25 * RATINGS.mean() < high
    cells = [cell.value for sheet in openpyxl.load_workbook(tmp_path / "lap.xlsx") for row in sheet.iter_rows() for cell in row]
    assert found["ikm"] in cells and not any(isinstance(c, str) and c.startswith("=") for c in cells)


# ---- what deserves a second look


def test_suspicious_rows_are_flagged_not_dropped(tmp_path):
    """Identical rows within a minute, the same answer to all nine, an element everybody rated alike."""
    rows = [[3, 4, 3, 4, 3, 4, 3, 3, 4]] * 4 + [[4] * 9] * 3 + numbers()[:10]
    for row in rows[7:]:
        row[3] = 4
    stamps = ["2026-01-05 10:00:00", "2026-01-05 10:00:20", "2026-01-05 10:01:00", "2026-01-05 11:00:00"] + [f"2026-01-06 10:{5 * i:02d}:01" for i in range(3)]
    stamps += [f"2026-01-07 {8 + i}:00:00" for i in range(2)] + [f"2026-01-07 {10 + i}:00:00" for i in range(8)]
    survey = Survey.read(write(tmp_path / "a.csv", ["Tanggal", *U], beside(rows, stamps)))
    assert {flag.code: flag.count for flag in survey.flags} == {"same_answers": 3, "seconds_apart": 2}
    assert survey.n == 17 and "skm_flat" in warned(survey)
    without = survey.without("same_answers")
    assert without.n == 14 and without.ikm < survey.ikm and skm_report.as_json(survey)["without_flagged"]["same_answers"]["ikm"] == without.ikm


# ---- nobody is named

PEOPLE = {"Nama Responden": "Bagus Baik", "No. HP": "081298765432", "NIK": "3373010101900001", "NIP": "199001012015031002", "E-mail": "sri.murah@contoh.id",
          "Alamat": "Jalan Diponegoro 7", "Saran": "petugas loket dua lambat sekali", "Nama Petugas": "Kompeten Sopan"}


def everything_said(path, capsys, tmp_path):
    """All that a reader can see of a file: both languages, JSON, Excel, repr."""
    said = []
    for lang in ("id", "en"):
        for extra in ([], ["--json"]):
            main(["skm", str(path), "--lang", lang, *extra, "--excel", str(tmp_path / "out.xlsx")])
            said.append("".join(capsys.readouterr()))
    if (tmp_path / "out.xlsx").exists():
        said += [str(c.value) for sheet in openpyxl.load_workbook(tmp_path / "out.xlsx") for row in sheet.iter_rows() for c in row]
    try:
        survey = Survey.read(path)
        said += [repr(survey), repr(survey.groups), repr(survey.warnings)]
    except InputError as error:
        said += [repr(error), repr(error.problems)]
    return "\n".join(said)


@pytest.mark.parametrize("shift", range(-3, 4))
@pytest.mark.parametrize("every", [True, False])
def test_persons_are_never_shown_also_when_columns_are_shifted(tmp_path, capsys, shift, every):
    """One row or all rows slip to the side: names, numbers and texts come under ratings and groups, and still nobody is named."""
    header = [*list(PEOPLE)[:5], "Unit Layanan", "Jenis Kelamin", "Usia", "Pendidikan", *NAMES, *list(PEOPLE)[5:]]
    people = list(PEOPLE.values())
    rows = [[f"{people[0]} {i}", *people[1:5], "Dinas A", "L", 30, "S1", *row, *people[5:]] for i, row in enumerate(numbers())]
    rows = [row[shift:] + row[:shift] if every or i == 3 else row for i, row in enumerate(rows)]
    said = everything_said(write(tmp_path / "a.csv", header, rows), capsys, tmp_path)
    for secret in people:
        assert secret not in said


def test_groups_under_five_are_in_the_total_only(tmp_path, capsys):
    """A unit of four is not named; where four would be left over, the smallest group joins them."""
    units = ["Loket Besar"] * 11 + ["Loket Sedang"] * 9 + ["Loket Rahasia"] * 4
    path = write(tmp_path / "a.csv", ["Unit", *U], beside(numbers(), units))
    survey = Survey.read(path)
    assert survey.by("unit")["group"].tolist() == ["Loket Besar"]
    said = everything_said(path, capsys, tmp_path)
    assert "Rahasia" not in said and "Loket Besar" in said
    assert survey.cells(("unit",))["n"].min() >= 5


def test_what_looks_like_a_persons_number_is_no_group(tmp_path, capsys):
    """Telephone numbers and addresses of e-mail under "Unit" are not said, however often they come."""
    units = ["0812-3456-7890"] * 8 + ["sri@contoh.id"] * 8 + ["Dinas B"] * 8
    said = everything_said(write(tmp_path / "a.csv", ["Unit", *U], beside(numbers(), units)), capsys, tmp_path)
    assert "3456" not in said and "sri@" not in said and "Dinas B" in said
