"""What must hold for any survey file: the order of rows and columns is nothing, and no corruption changes the IKM without a word."""

import csv
import io
import json

import numpy as np
import openpyxl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from simulation.errors import InputError
from simulation.intake.skm_answers import OFFICIAL
from simulation.present import skm_report
from simulation.skm import ELEMENTS
from simulation.survey import Survey

PLAIN = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
NUMBERED = tuple(f"U{k}" for k in range(1, 10))
NAMED = ("Persyaratan", "Prosedur", "Waktu penyelesaian", "Biaya", "Produk layanan", "Kompetensi petugas", "Perilaku petugas", "Penanganan pengaduan",
         "Sarana dan prasarana")
SECRETS = ("Rahayu Wulandari", "081355501234", "3373014507900002", "wulan@contoh.id", "Jalan Pattimura 9")


def survey_rows(n: int, seed: int):
    """Ratings, a stamp and a little about each respondent; a fifth of the answers of one element is missing."""
    rng = np.random.default_rng(seed)
    ratings = rng.choice([1, 2, 3, 4], size=(n, 9), p=[0.05, 0.15, 0.45, 0.35])
    ratings[: n // 5, 4] = 0
    about = [[f"2026-0{1 + int(m)}-1{int(d)} 09:0{int(d)}:00", f"Unit {'ABC'[int(u)]}", "LP"[int(s)], str(int(a))]
             for m, d, u, s, a in zip(rng.integers(0, 6, n), rng.integers(0, 9, n), rng.integers(0, 3, n), rng.integers(0, 2, n), rng.integers(17, 80, n),
                                      strict=True)]
    return ratings, about


def said(path):
    """All of the result, bit for bit."""
    survey = Survey.read(path)
    groups = {key: survey.by(key).to_csv(index=False) for key in sorted(survey.groups)}
    return json.dumps(skm_report.as_json(survey)), groups, skm_report.text(survey), survey.cells(("unit", "wave")).to_csv(index=False)


def write(path, table, sep=","):
    """A text file."""
    out = io.StringIO()
    csv.writer(out, delimiter=sep, lineterminator="\n").writerows(table)
    path.write_text(out.getvalue(), encoding="utf-8")
    return path


@settings(PLAIN, max_examples=25)
@given(seed=st.integers(0, 10**6), words=st.booleans(), n=st.sampled_from([12, 12, 40, 350]))
def test_any_order_of_rows_and_columns_gives_the_same_bits(tmp_path, seed, words, n):
    """JSON, groups and report are the same string; with names the columns may stand in any order, with numbers too."""
    rng = np.random.default_rng(seed)
    ratings, about = survey_rows(n, seed)
    header = ["waktu", "Unit", "JK", "Usia", "Nama", *(NAMED if words else NUMBERED)]
    rows = [[*a, "Rahayu", *(("" if not v else OFFICIAL[ELEMENTS[k]][v - 1] if words else v) for k, v in enumerate(r))] for a, r in zip(about, ratings, strict=True)]
    path = tmp_path / "a.csv"
    first = said(write(path, [header, *rows]))
    order, columns = rng.permutation(n), rng.permutation(len(header))
    assert said(write(path, [[row[c] for c in columns] for row in [header, *(rows[i] for i in order)]])) == first


def test_what_a_column_holds_is_judged_on_the_whole_file(tmp_path):
    """A tenth element answered by one person, in the first row or the last of 900, is the same problem."""
    ratings, _ = survey_rows(900, 1)
    for place in (0, 450, 899):
        rows = [[*map(int, np.maximum(r, 1)), 3 if i == place else ""] for i, r in enumerate(ratings)]
        with pytest.raises(InputError) as caught:
            Survey.read(write(tmp_path / "a.csv", [[*NUMBERED, "U10"], *rows]))
        assert [p.code for p in caught.value.problems] == ["skm_more_elements"]


LAYOUTS = {  # heading, cells of a respondent, separator
    "numbers": (["No", "Tanggal", "Unit", *NUMBERED, "u10", "Saran"], lambda i, r: [i + 1, f"2026-01-{10 + i}", "Dinas A", *r, "", ""], ","),
    "nothing else": (list(NUMBERED), lambda i, r: list(r), ";"),
    "figures as headings": (["Nama", *map(str, range(1, 10))], lambda i, r: [SECRETS[0], *r], "\t"),
    "words": (["waktu", *NAMED, "Saran"], lambda i, r: [f"2026-01-{10 + i} 08:00:00", *(OFFICIAL[e][v - 1] for e, v in zip(ELEMENTS, r, strict=True)),
                                                        "Baik, ramah"], ","),
    "number and word": (["L/P", *(f"{u} {n}" for u, n in zip(NUMBERED, NAMED, strict=True))],
                        lambda i, r: ["P", *(f"{v}. {OFFICIAL[e][v - 1]}" for e, v in zip(ELEMENTS, r, strict=True))], "|"),
    "decimals": (["Layanan", *NAMED, "Catatan"], lambda i, r: ["KTP; KK", *(f"{v},0" for v in r), ""], ";"),
}
CHARACTERS = st.sampled_from(list("0123456789,;|\t\n\r\"' .-xU()") + ["\x00", "é", "４"])


def allowed(survey, ratings) -> bool:
    """Untouched, or one answer changed or missing, and then only in its own element."""
    if survey.n != len(ratings):
        return False
    sums, n = ratings.sum(axis=0), len(ratings)
    odd = [e for e, nrr in enumerate(survey.nrr.values()) if abs(nrr - sums[e] / n) > 1e-12]
    if not odd:
        return True
    e, nrr = odd[0], list(survey.nrr.values())[odd[0]]
    others = {(sums[e] - old + new) / (n - (new == 0)) for old in set(ratings[:, e]) for new in range(5) if n > 1 or new}
    missing = any(w.code == "skm_missing" for w in survey.warnings)
    return len(odd) == 1 and any(abs(nrr - other) < 1e-12 for other in others) and (missing or (survey.ratings > 0).all())


@settings(PLAIN, max_examples=600)
@given(layout=st.sampled_from(sorted(LAYOUTS)), seed=st.integers(0, 10**6), n=st.integers(1, 6), data=st.data())
def test_one_wrong_character_is_named_or_changes_one_answer_only(tmp_path, layout, seed, n, data):
    """A character lost, added or replaced anywhere, headings and separators included: a named problem, or nothing, or a rating for a rating."""
    header, cells, sep = LAYOUTS[layout]
    ratings = np.random.default_rng(seed).integers(1, 5, (n, 9))
    path = write(tmp_path / "a.csv", [header, *(cells(i, list(map(int, r))) for i, r in enumerate(ratings))], sep)
    text = path.read_text(encoding="utf-8")
    assert allowed(Survey.read(path), ratings)
    at = data.draw(st.integers(0, len(text) - 1))
    how, new = data.draw(st.sampled_from(["lost", "added", "replaced"])), data.draw(CHARACTERS)
    changed = text[:at] + ("" if how == "lost" else new) + text[at + (how != "added"):]
    path.write_bytes(changed.encode())
    try:
        survey = Survey.read(path)
    except InputError as error:
        assert error.text("id") and error.text("en") and not any(s in error.text() for s in SECRETS)
        return
    assert allowed(survey, ratings), (how, new, changed)
    if not (text[at].isdigit() or new.isdigit()):  # no figure was touched: at most an answer was lost, and that is said
        same = all(abs(nrr - mean) < 1e-12 for nrr, mean in zip(survey.nrr.values(), ratings.mean(axis=0), strict=True))
        assert same or any(w.code == "skm_missing" for w in survey.warnings)


@settings(PLAIN, max_examples=150)
@given(layout=st.sampled_from(sorted(LAYOUTS)), seed=st.integers(0, 10**6), n=st.integers(2, 40), data=st.data())
def test_a_cell_lost_doubled_or_overwritten(tmp_path, layout, seed, n, data):
    """The rest of the row moves by one: named by its row. A cell overwritten with anything: named, or one answer."""
    header, cells, sep = LAYOUTS[layout]
    ratings = np.random.default_rng(seed).integers(1, 5, (n, 9))
    rows = [[str(c) for c in cells(i % 9, list(map(int, r)))] for i, r in enumerate(ratings)]
    i, j = data.draw(st.integers(0, n - 1)), data.draw(st.integers(0, len(header) - 1))
    how = data.draw(st.sampled_from(["lost", "doubled", "overwritten"]))
    junk = data.draw(st.one_of(st.sampled_from(SECRETS), st.text(max_size=12), st.integers(-9, 9999).map(str)))
    rows[i] = rows[i][:j] + {"lost": [], "doubled": [rows[i][j]] * 2, "overwritten": [junk]}[how] + rows[i][j + 1:]
    path = write(tmp_path / "a.csv", [header, *rows], sep)
    try:
        survey = Survey.read(path)
    except InputError as error:
        assert not any(s in error.text() for s in SECRETS)
        assert how == "overwritten" or {p.code for p in error.problems} == {"row_width"}
        return
    assert how == "overwritten" and allowed(survey, ratings)
    assert not any(s in skm_report.text(survey) + repr(survey) for s in SECRETS)


@settings(PLAIN, max_examples=40)
@given(seed=st.integers(0, 10**6), n=st.integers(2, 12), saran=st.sampled_from(["", "cukup", "petugas ramah"]),
       how=st.sampled_from(["lost", "doubled", "overwritten"]), junk=st.sampled_from(
    [None, 0, 5, 2.5, True, "x", "Baik", SECRETS[0], 3373014507900002]), data=st.data())
def test_a_cell_of_a_workbook_lost_doubled_or_overwritten(tmp_path, seed, n, saran, how, junk, data):
    """Excel keeps no count of cells: what slipped is an error, or the rows are in a warning."""
    header = ["Nama", "Unit", *NAMED, "Saran"]
    ratings = np.random.default_rng(seed).integers(1, 5, (n, 9))
    rows = [[SECRETS[0], "Dinas A", *map(int, r), saran] for r in ratings]
    i, j = data.draw(st.integers(0, n - 1)), data.draw(st.integers(0, len(header) - 1))
    rows[i] = rows[i][:j] + {"lost": [], "doubled": [rows[i][j]] * 2, "overwritten": [junk]}[how] + rows[i][j + 1:]
    book = openpyxl.Workbook()
    for row in [header, *rows]:
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    try:
        survey = Survey.read(tmp_path / "a.xlsx")
    except InputError as error:
        assert not any(s in error.text() for s in SECRETS)
        return
    told = {w.code for w in survey.warnings} & {"skm_missing", "skm_mixed", "skm_slipped"}
    assert allowed(survey, ratings) or told
    assert not any(s in skm_report.text(survey) + repr(survey) for s in SECRETS)


@settings(PLAIN, max_examples=60)
@given(content=st.binary(max_size=300), start=st.sampled_from([b"", b"PK\x03\x04", b"%PDF", b"U1,U2,U3,U4,U5,U6,U7,U8,U9\n", b"\xff\xfe", b"\xef\xbb\xbf"]))
def test_any_bytes_are_named(tmp_path, content, start):
    """Whatever the file: a message in both languages, or ratings that are ratings."""
    path = tmp_path / "a.csv"
    path.write_bytes(start + content)
    try:
        survey = Survey.read(path)
    except InputError as error:
        assert error.text("id") and error.text("en")
        return
    assert set(np.unique(survey.ratings)) <= {0, 1, 2, 3, 4}


@settings(PLAIN, max_examples=150)
@given(sizes=st.lists(st.integers(1, 9), min_size=1, max_size=9), seed=st.integers(0, 99))
def test_no_group_under_five_by_itself_or_by_subtraction(sizes, seed):
    """Every group shown has five people, and so have those that are not shown, taken together."""
    labels = np.repeat([f"unit {i}" for i in range(len(sizes))], sizes)
    labels = np.where(np.random.default_rng(seed).random(len(labels)) < 0.1, "", labels)
    survey = Survey.of("x", np.full((len(labels), 9), 3, np.int8), {"unit": labels})
    frame = survey.by("unit")
    rest = survey.n - int(frame["n"].sum())
    assert (frame["n"] >= 5).all() and (rest == 0 or rest >= 5 or len(frame) == 0)
    counted = {name: int((labels == name).sum()) for name in frame["group"]}
    assert counted == dict(zip(frame["group"], frame["n"], strict=True))


@settings(PLAIN, max_examples=60)
@given(seed=st.integers(0, 999), n=st.integers(10, 60))
def test_the_result_is_inside_its_interval_and_between_25_and_100(seed, n):
    """Percentile interval around the IKM; complete and incomplete rows take the same way."""
    ratings, _ = survey_rows(n, seed)
    assume((ratings > 0).any(axis=0).all())
    survey = Survey.of("x", ratings.astype(np.int8))
    low, high = survey.interval(draws=400)
    assert 25 <= low < float(survey.exact_ikm()) < high <= 100
