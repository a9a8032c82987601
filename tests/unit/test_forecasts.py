"""The forecast ledger: what is saved before a survey, what a later change shows, and how a forecast is scored."""

import json
import multiprocessing
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.stats import kstest

from simulation import Assumptions, City, InputError, Scenario, simulate
from simulation.analysis import hash_chain
from simulation.analysis.forecasts import Forecast, ForecastLedger
from simulation.analysis.hash_chain import canonical, stamp
from simulation.analysis.scoring import pit
from simulation.analysis.survey_waves import Period, Wave
from simulation.present.forecast_views import history_picture, units_picture
from simulation.survey import Survey, observed
from tests.small_city import write


@pytest.fixture(scope="module")
def run(city, ledger, library):
    """Today's path in Salatiga, 64 futures."""
    return simulate(library["todays_path"], city, ledger, 64)


@pytest.fixture(scope="module")
def small(tmp_path_factory, library):
    """Today's path in a town of three units."""
    town = City.load(write(tmp_path_factory.mktemp("town") / "kota"))
    return simulate(library["todays_path"], town, Assumptions.load(), 32)


def table(run, shift=0.0, n=None):
    """A made-up wave: every unit at today's median plus a shift."""
    ids = [unit.id for unit in run.city.units]
    ikm = np.clip(np.median(run.ikm[:, 0], axis=-1) + shift, 25, 100)
    return pd.DataFrame({"unit": ids, "n": [n or 120] * len(ids), "ikm": ikm, "sd": 8.5})


def filled(path, run):
    """A ledger with two waves, three forecasts and one more that waits."""
    ledger = ForecastLedger(path)
    ledger.add_wave(table(run), "2026", "2026-12-20")
    ledger.add(Forecast.of(run, "2027-S1", "2026-12-22"))
    ledger.add_wave(table(run, 0.5), "2027-S1", "2027-07-10")
    ledger.add(Forecast.of(run, "2027-S2", "2027-07-12"))
    ledger.add_wave(table(run, 9.0), "2027-S2", "2028-01-10")
    ledger.add(Forecast.of(run, "2028-S1", "2028-01-12"))
    return ledger


@pytest.fixture
def book(tmp_path, small):
    """A ledger of six lines about the small town."""
    return filled(tmp_path / "ledger.jsonl", small)


def codes(problems):
    return [(p.code, p.line) for p in problems]


def width(values):
    low, high = np.quantile(values, (0.05, 0.95), method="weibull")
    return high - low


# the forecast


def test_a_forecast_is_what_a_survey_would_report(run):
    """Centre and spread agree with `survey.observed`, whose noise is other noise, for a whole year and the same respondents."""
    many = np.concatenate([observed(run, 1, seed) for seed in range(100)], axis=1)
    forecast = Forecast.of(run, "2027", "2026-12-01")
    for unit, values in zip(forecast.units, many, strict=True):
        assert np.quantile(unit.members, 0.5) == pytest.approx(np.median(values), abs=0.3)
        assert width(np.array(unit.members)) == pytest.approx(width(np.clip(values, 25, 100)), rel=0.06)
    weights = run.city.users / run.city.users.sum()
    assert width(np.array(forecast.city)) == pytest.approx(width(weights @ many), rel=0.06)


def test_fewer_respondents_make_a_wider_forecast(small):
    """Sampling error grows as 1/sqrt(n); the city's own numbers are the default."""
    few, many = (Forecast.of(small, "2027-Q1", "2026-12-01", n).units[0].members for n in (10, 400))
    assert np.std(few) > 1.3 * np.std(many)
    default = Forecast.of(small, "2027", "2026-12-01")
    assert [u.respondents for u in default.units] == small.city.respondents.tolist()
    assert Forecast.of(small, "2027", "2026-12-01", {"izin": 60, "sdn1": 40, "capil": 120}) == default


def test_the_joint_members_give_the_citys_forecast(run):
    """99 futures of all units, weighted, agree with the city's own quantiles; over all units it is them."""
    forecast = Forecast.of(run, "2028-S2", "2026-12-01")
    people = np.array([u.people for u in forecast.units])
    joint = people / people.sum() @ np.array([u.members for u in forecast.units])
    assert np.median(joint) == pytest.approx(np.median(forecast.city), abs=0.6)
    assert joint.std() == pytest.approx(np.std(forecast.city), rel=0.2)
    assert forecast.city_of([u.id for u in forecast.units]).tolist() == list(forecast.city)
    without = forecast.city_of([u.id for u in forecast.units[1:]])
    assert without.shape == (99,) and np.median(without) == pytest.approx(np.median(joint), abs=0.6)


def test_the_same_run_gives_the_same_bits_whatever_the_order_of_the_units(tmp_path, library):
    """Noise belongs to a unit's id, not to its row."""
    first = write(tmp_path / "a")
    second = write(tmp_path / "b")
    rows = (second / "units.csv").read_text().splitlines()
    (second / "units.csv").write_text("\n".join([rows[0], *reversed(rows[1:])]) + "\n")
    one, other = (Forecast.of(simulate(library["todays_path"], City.load(folder), Assumptions.load(), 32), "2027", "2026-12-01")
                  for folder in (first, second))
    for unit in one.units:
        assert sorted(unit.members) == sorted(other.unit(unit.id).members)
    assert one.city == other.city


@pytest.mark.parametrize(("text", "key", "end"), [("2027", "2027", "2027-12-31"), ("2027 s1", "2027-S1", "2027-06-30"),
                                                  ("2027-TW3", "2027-Q3", "2027-09-30"), ("2027H2", "2027-S2", "2027-12-31")])
def test_a_wave_is_a_year_a_semester_or_a_quarter(text, key, end):
    """Several spellings, one of which is stored."""
    assert (Period.parse(text).key, Period.parse(text).end) == (key, end)


@pytest.mark.parametrize("text", ["2027-S3", "2027-Q5", "tahun depan", "", "1999", "2027-Q0", "2027-S"])
def test_another_spelling_of_a_wave_is_named(text):
    """With examples of what is accepted."""
    with pytest.raises(InputError) as caught:
        Period.parse(text)
    assert "2027-S1" in caught.value.text("en") and "2027-S1" in caught.value.text("id")


@pytest.mark.parametrize(("wave", "asked", "code"), [
    ("2026", None, "forecast_horizon"), ("2090-Q1", None, "forecast_horizon"), ("2027", 0, "forecast_respondents"),
    ("2027", {"capi": 10}, "unknown_unit"), ("2027", {"capil": 1.5}, "forecast_respondents")])
def test_a_forecast_that_cannot_be_made_says_why(small, wave, asked, code):
    """Outside the run, nobody asked, a unit that does not exist."""
    with pytest.raises(InputError) as caught:
        Forecast.of(small, wave, "2026-12-01", asked)
    assert [p.code for p in caught.value.problems] == [code]
    assert caught.value.text("id") != caught.value.text("en")


# the file


def test_a_saved_forecast_comes_back_with_identical_bits(book, small):
    """Every float, and the file itself when it is written again from what was read."""
    saved = [e.item for e in book.read().entries if isinstance(e.item, Forecast)]
    assert saved[0] == Forecast.of(small, "2027-S1", "2026-12-22")
    again = ForecastLedger(book.path.with_name("again.jsonl"))
    again = filled(again.path, small)
    assert again.path.read_bytes() == book.path.read_bytes()


def lines_of(book):
    return book.path.read_bytes().splitlines(keepends=True)


def restamped(line, **changes):
    """A line with other content and a right stamp of its own: what a forger who knows the format writes."""
    record = json.loads(line) | changes
    return canonical(record | {"hash": stamp(record)}) + b"\n"


def test_an_untouched_ledger_has_no_problems(book):
    """And the stamp in the minutes fits, also when later lines have come."""
    third = json.loads(lines_of(book)[2])
    assert book.verify() == []
    assert book.verify(f"3-{third['hash'][:16]}") == []
    assert book.verify(f" 3-{third['hash'][:16].upper()} ") == []


def tampered(lines, what):
    """The lines after somebody was at them."""
    lines = list(lines)
    if what == "edit":
        lines[2] = lines[2].replace(b'"n":120', b'"n":121', 1)
    elif what == "edit and stamp":
        lines[2] = restamped(lines[2], date="2027-07-11")
    elif what == "delete":
        del lines[2:4]
    elif what == "delete first":
        del lines[0]
    elif what == "swap":
        lines[2], lines[3] = lines[3], lines[2]
    elif what == "insert stamped":
        lines.insert(3, restamped(lines[3], previous=json.loads(lines[2])["hash"], date="2027-07-11"))
    elif what == "copy":
        lines.insert(4, lines[1])
    elif what == "blank line":
        lines.insert(2, b"\n")
    elif what == "no last line end":
        lines[-1] = lines[-1][:-1]
    elif what == "half a line":
        lines[-1] = lines[-1][:50]
    elif what == "dates go back":
        lines[5] = restamped(lines[5], date="2020-01-01")
    elif what == "odd content":
        lines[5] = restamped(lines[5], body={"wave": "2027"})
    return lines


@pytest.mark.parametrize(("what", "code", "line"), [
    ("edit", "ledger_changed", 3), ("edit and stamp", "ledger_restamped", 3), ("delete", "ledger_removed", 3),
    ("delete first", "ledger_removed", 1), ("swap", "ledger_moved", 3), ("insert stamped", "ledger_inserted", 4),
    ("copy", "ledger_inserted", 5), ("blank line", "ledger_changed", 3), ("no last line end", "ledger_unfinished", 6),
    ("half a line", "ledger_unfinished", 6), ("dates go back", "ledger_dates", 6), ("odd content", "ledger_content", 6)])
def test_what_was_done_to_the_ledger_is_named_with_its_line(book, what, code, line):
    """The first line that was touched, and which lines still hold; nothing is scored beyond them, nothing can be added."""
    sound = book.history()
    book.path.write_bytes(b"".join(tampered(lines_of(book), what)))
    problems = book.verify()
    assert codes(problems)[0] == (code, line)
    assert problems[-1].code == ("ledger_follows" if line > 1 else "ledger_nothing_holds")
    history = book.history()
    assert {s.wave_line for s in history.scores} == {s.wave_line for s in sound.scores if s.wave_line < line}
    for lang, word in (("id", "PERHATIAN"), ("en", "WARNING")):
        assert history.sentence(lang).startswith(word)
        assert all(p.text(lang) for p in problems)
    before = book.path.read_bytes()
    with pytest.raises(InputError):
        book.add_wave({"n": [50], "ikm": [80.0], "sd": [9.0]}, "2029", "2029-12-01")
    assert book.path.read_bytes() == before


def test_lines_cut_off_the_end_show_against_the_minutes(book):
    """The chain alone cannot know that there was more; the stamp of a meeting can."""
    head = book.read().head.short
    book.path.write_bytes(b"".join(lines_of(book)[:4]))
    assert book.verify() == []
    assert codes(book.verify(head)) == [("ledger_cut", None)]
    history = book.history(head)
    assert history.scores == () and history.sentence("en").startswith("WARNING")


def test_a_ledger_written_anew_shows_against_the_minutes(book, small):
    """A forger who rebuilds the whole chain changes every stamp."""
    head = book.read().head.short
    book.path.unlink()
    other = ForecastLedger(book.path)
    other.add_wave(table(small, 1.0), "2026", "2026-12-20")
    for line in range(2, 8):
        other.add(Forecast.of(small, "2028-S2", "2026-12-22", author=f"dinas {line}"))
    assert other.verify() == []
    assert codes(other.verify(head)) == [("ledger_rewritten", 6)]
    assert other.history(head).scores == ()
    assert codes(other.verify("tujuh")) == [("ledger_head_form", None)]


@pytest.fixture(scope="module")
def bytes_of_a_ledger(tmp_path_factory, small):
    """The bytes of a small ledger and its head."""
    ledger = filled(tmp_path_factory.mktemp("bytes") / "ledger.jsonl", small)
    return ledger.path.read_bytes(), ledger.read().head.short


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_change_of_a_single_byte_shows(bytes_of_a_ledger, data):
    """Whatever byte becomes whatever other byte."""
    raw, _ = bytes_of_a_ledger
    at = data.draw(st.integers(0, len(raw) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda b: b != raw[at]))
    chain = hash_chain.verified(raw[:at] + bytes([byte]) + raw[at + 1:], "ledger")
    line = raw[:at].count(b"\n") + 1
    assert chain.problems and chain.problems[0].line in (line, line - 1)
    assert chain.sound < line


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_other_order_or_choice_of_lines_shows(bytes_of_a_ledger, data):
    """Unless it is the beginning of the ledger, which the minutes know to be too short."""
    raw, head = bytes_of_a_ledger
    lines = raw.splitlines(keepends=True)
    chosen = data.draw(st.lists(st.integers(0, len(lines) - 1), max_size=8))
    chain = hash_chain.verified(b"".join(lines[i] for i in chosen), "ledger")
    whole = chosen == list(range(len(chosen)))
    assert bool(chain.problems) != whole
    if whole and len(chosen) < len(lines):
        assert hash_chain.against(chain, head, "ledger")


@pytest.mark.parametrize("content", [b"", b"\n", b"\x00\xff\n", b"[1,2]\n", b"{}\n", b"[" * 100_000 + b"\n",
                                     b'{"line":' + b"9" * 5000 + b"}\n", b"Nama,NIK\nA,3373\n", b'"\\ud800"\n'])
def test_a_file_that_is_no_ledger_is_no_traceback(tmp_path, content):
    """Named problems, which never repeat what stood in the file."""
    path = tmp_path / "x.jsonl"
    path.write_bytes(content)
    problems = ForecastLedger(path).verify()
    assert bool(problems) == bool(content)
    assert not any("3373" in p.text(lang) for p in problems for lang in ("id", "en"))


def test_a_ledger_that_is_not_there_or_a_folder_is_named(tmp_path):
    """No ledger is made by reading one."""
    assert codes(ForecastLedger(tmp_path / "none.jsonl").verify()) == [("missing_file", None)]
    assert codes(ForecastLedger(tmp_path).verify()) == [("is_folder", None)]
    assert list(tmp_path.iterdir()) == []


def _add_many(path, who, start):
    ledger = ForecastLedger(path)
    start.wait()
    for i in range(15):
        ledger.add_wave({"unit": ["a"], "n": [50 + i], "ikm": [80.0], "sd": [9.0]}, str(2020 + 30 * who + i), "2029-12-01")


def test_two_writers_at_once_take_turns(tmp_path):
    """Two processes add 15 lines each: 30 lines, one chain, no half file left behind."""
    path = tmp_path / "ledger.jsonl"
    context = multiprocessing.get_context("spawn")
    start = context.Event()
    writers = [context.Process(target=_add_many, args=(path, who, start)) for who in (0, 1)]
    for writer in writers:
        writer.start()
    start.set()
    for writer in writers:
        writer.join(60)
        assert writer.exitcode == 0
    reading = ForecastLedger(path).read()
    assert reading.problems == () and len(reading.entries) == 30
    assert {p.name for p in tmp_path.iterdir()} == {"ledger.jsonl", ".ledger.jsonl.lock"}


# what may be added


def refused(action):
    with pytest.raises(InputError) as caught:
        action()
    assert caught.value.text("id") and caught.value.text("en")
    return codes(caught.value.problems)


def test_the_ledger_only_goes_forward(book, small):
    """No earlier day than the last line's, no forecast twice, no wave twice without a reason."""
    late = Forecast.of(small, "2029", "2026-01-01")
    assert refused(lambda: book.add(late)) == [("ledger_date_back", None)]
    assert refused(lambda: book.add(late, "2025-12-31")) == [("forecast_date_before_made", None)]
    assert refused(lambda: book.add(late, "31/12/2028")) == [("forecast_date", None)]
    assert refused(lambda: book.add(Forecast.of(small, "2028-S1", "2028-01-12"), "2028-02-01")) == [("forecast_twice", 6)]
    assert refused(lambda: book.add_wave(table(small), "2027-S1", "2028-02-01")) == [("forecast_wave_twice", 3)]
    unknown = refused(lambda: book.add_wave(table(small), "2028", "2028-02-01", correction="salah ketik"))
    assert unknown == [("forecast_nothing_to_correct", None)]
    assert book.verify() == [] and len(book.read().entries) == 6


def test_a_corrected_wave_keeps_both_records_and_uses_the_last(book, small):
    """The forecast still counts as made before the first record; one made between the two does not."""
    before = book.history().of("city")
    book.add(Forecast.of(small, "2027-S1", "2028-02-01"))
    book.add_wave(table(small, 1.5), "2027-S1", "2028-02-02", correction="dua unit tertukar")
    history = book.history()
    after = [s for s in history.of("city") if s.wave == "2027-S1"]
    assert [s.forecast_line for s in after] == [2] and after[0].observed == pytest.approx(before[0].observed + 1.0)
    assert history.corrected == ("2027-S1",) and [e.line for e in history.after_the_fact] == [7]
    assert "semester I 2027" in history.sentence("id")


@pytest.mark.parametrize(("change", "column"), [({"n": "12,5"}, "n"), ({"n": 7.5}, "n"), ({"ikm": 101.0}, "ikm"), ({"ikm": 3.2}, "ikm"),
                                                ({"sd": -1.0}, "sd"), ({"sd": None}, "sd"), ({"ikm": "Budi"}, "ikm")])
def test_a_wave_with_a_wrong_cell_names_row_and_column(change, column):
    """And does not repeat text that could be a person's."""
    rows = [{"unit": "capil", "n": 120, "ikm": 82.0, "sd": 9.0}, {"unit": "izin", "n": 60, "ikm": 82.0, "sd": 9.0} | change]
    with pytest.raises(InputError) as caught:
        Wave.of(pd.DataFrame(rows), "2027")
    assert [(p.line, p.column) for p in caught.value.problems] == [(2, column)]
    assert "Budi" not in caught.value.text("id")


def test_a_wave_needs_its_columns_and_each_unit_once():
    """All problems at once."""
    assert refused(lambda: Wave.of(pd.DataFrame({"unit": ["a"], "n": [9]}), "2027")) == [("missing_column", None)] * 2
    twice = {"unit": ["a", "a"], "n": [9, 9], "ikm": [80.0, 81.0], "sd": [8.0, 8.0]}
    assert refused(lambda: Wave.of(twice, "2027")) == [("forecast_unit_twice", 2)]
    other = {"wave": ["2025", "2026"], "n": [9, 9], "ikm": [80.0, 81.0], "sd": [8.0, 8.0]}
    assert refused(lambda: Wave.of(other, "2027")) == [("forecast_no_cells", None)]
    assert Wave.of(other, "2026").total.ikm == 81.0


def test_fewer_than_five_answers_are_only_inside_the_total(book):
    """And not even there when a subtraction would show them; the file holds no trace of their mean."""
    rows = {"unit": ["a", "b", "c"], "n": [100, 3, 4], "ikm": [80.0, 41.25, 90.0], "sd": [9.0, 5.0, 5.0]}
    wave = Wave.of(rows, "2028")
    assert set(wave.units) == {"a"} and (wave.total.n, wave.small_units, wave.left_out) == (107, 2, 0)
    alone = Wave.of({key: values[:2] for key, values in rows.items()}, "2028")
    assert (alone.total.n, alone.total.ikm, alone.small_units, alone.left_out) == (100, 80.0, 1, 3)
    assert Wave.of({"unit": ["b"], "n": [3], "ikm": [41.25], "sd": [5.0]}, "2028").total is None
    book.add_wave(rows, "2028", "2029-01-05")
    assert b"41.25" not in book.path.read_bytes()


def test_the_total_is_that_of_all_respondents_together():
    """Mean and spread of pooled made-up scores, from the units' cells alone, in any order of the rows."""
    rng = np.random.default_rng(3)
    groups = [np.clip(rng.normal(m, 9, n), 25, 100) for m, n in ((80, 40), (88, 25), (75, 60))]
    rows = pd.DataFrame({"unit": list("abc"), "n": [len(g) for g in groups], "ikm": [g.mean() for g in groups],
                         "sd": [g.std(ddof=1) for g in groups]})
    wave, pooled = Wave.of(rows, "2027"), np.concatenate(groups)
    assert (wave.total.ikm, wave.total.sd) == pytest.approx((pooled.mean(), pooled.std(ddof=1)), abs=1e-4)
    assert Wave.of(rows.iloc[::-1], "2027") == wave


# the score


def test_a_forecast_made_after_its_wave_is_shown_and_not_scored(book, small):
    """The line in the ledger decides; a day in the past cannot be claimed."""
    book.add(Forecast.of(small, "2027-S2", "2027-07-01", 50), "2028-03-01")
    history = book.history()
    assert [e.line for e in history.after_the_fact] == [7]
    assert {s.forecast_line for s in history.scores} == {2, 4}
    assert "7" in history.sentence("en") and "Not scored" in history.sentence("en")


def test_a_forecast_made_after_its_period_is_scored_with_a_warning(book, small):
    """The result may have been known, though nobody had recorded it."""
    book.add(Forecast.of(small, "2028-S1", "2028-08-01", 60))
    book.add_wave(table(small), "2028-S1", "2028-08-15")
    history = book.history()
    assert [e.line for e in history.late] == [7] and {6, 7} <= {s.forecast_line for s in history.scores}


def test_scores_of_the_small_town(book, small):
    """Error, bands, the naive forecast of the wave before and the order of the ledger, by hand."""
    history = book.history()
    first, second = history.of("city")
    weights = small.city.users / small.city.users.sum()
    today = float(weights @ np.median(small.ikm[:, 0], axis=-1))
    assert first.observed == pytest.approx(today + 0.5) and first.naive == pytest.approx(today)
    assert first.error == pytest.approx(first.observed - first.p50)
    assert first.inside90 and not second.inside90 and second.pit > 0.99
    assert second.naive == pytest.approx(today + 0.5)
    assert second.low < second.observed < second.high
    assert [e.item.wave for e in history.waiting] == ["2028-S1"]
    city, units = history.summaries()
    assert (city.pairs, city.waves, units.pairs, units.waves) == (2, 2, 6, 2)
    assert city.band90.inside == 1 and city.band90.verdict == "cannot tell" and city.naive_pairs == 2
    assert city.bias.value == pytest.approx((first.error + second.error) / 2)
    assert city.skill == pytest.approx(1 - city.own_crps / city.naive_crps)


def test_a_wave_without_some_units_scores_the_city_over_the_others(book, small):
    """Forecast, result and last wave are all over the units that were asked; a unit nobody forecast is named."""
    rows = table(small)
    rows["unit"] = ["capil", "izin", "sdn2"]
    book.add_wave(rows, "2028-S1", "2028-07-10")
    history = book.history()
    score = next(s for s in history.of("city") if s.wave == "2028-S1")
    people = small.city.users[:2]
    assert score.observed == pytest.approx(people @ rows["ikm"][:2] / people.sum())
    assert score.n == 240 and {s.target for s in history.scores if s.wave == "2028-S1"} == {"city", "capil", "izin"}
    assert "sdn2" in history.sentence("id") and "sdn1" in history.sentence("id")


def test_a_wave_without_units_scores_the_city_only(book):
    """A published city figure with its n and SD."""
    book.add_wave({"n": [1100], "ikm": [82.0], "sd": [9.0]}, "2028-S1", "2028-07-10")
    found = [s for s in book.history().scores if s.wave == "2028-S1"]
    assert [(s.target, s.n, s.observed, s.naive) for s in found] == [("city", 1100, 82.0, None)]


def test_a_survey_hands_over_its_cells(tmp_path):
    """A file with units and one without: the same respondents, with and without cells; another year is refused."""
    rng = np.random.default_rng(6)
    rows = [[unit, *rng.integers(2, 5, 9)] for unit in ("capil", "izin") for _ in range(40)]
    frame = pd.DataFrame(rows, columns=["Unit", *(f"U{i}" for i in range(1, 10))])
    frame.to_csv(tmp_path / "units.csv", index=False)
    frame.drop(columns="Unit").to_csv(tmp_path / "plain.csv", index=False)
    units, plain = (Wave.of(Survey.read(tmp_path / f"{name}.csv"), "2027-S1") for name in ("units", "plain"))
    scores = 25.0 * frame.iloc[:, 1:].to_numpy(float).mean(axis=1)
    assert units.units["capil"].ikm == pytest.approx(scores[:40].mean()) and units.units["izin"].n == 40
    assert plain.units == {} and plain.total.n == units.total.n == 80
    assert (plain.total.ikm, plain.total.sd) == pytest.approx((scores.mean(), scores.std(ddof=1)), abs=1e-3)
    assert units.total.ikm == pytest.approx(scores.mean(), abs=1e-3)


def test_cells_of_another_wave_are_not_taken():
    """A label that names another period is refused even when it is the only one; one that names none is taken."""
    cells = {"unit": ["a"], "wave": ["2026-S2"], "n": [80], "ikm": [82.5], "sd": [9.0]}
    assert refused(lambda: Wave.of(cells, "2027-S1")) == [("forecast_no_cells", None)]
    assert Wave.of(cells | {"wave": ["gelombang kedua"]}, "2027-S1").units["a"].n == 80


def test_when_the_model_is_right_its_forecasts_are_calibrated(run):
    """600 surveys drawn as the model says: 90 +- 3 % and 50 +- 5 % inside for the city, PIT uniform; the units alike."""
    forecast = Forecast.of(run, "2027", "2026-12-01")
    rng = np.random.default_rng(77)
    weights = run.city.users / run.city.users.sum()
    worlds = [observed(run, 1, 1000 + i) for i in range(600)]
    draw = rng.integers(0, run.draws, 600)
    city, unit = (np.array([pit(np.array(members), value(world[:, d])) for world, d in zip(worlds, draw, strict=True)])
                  for members, value in ((forecast.city, lambda v: weights @ v), (forecast.units[3].members, lambda v: v[3])))
    for values in (city, unit):
        assert abs(np.mean((values >= 0.05) & (values <= 0.95)) - 0.9) < 0.03
        assert abs(np.mean((values >= 0.25) & (values <= 0.75)) - 0.5) < 0.05
        assert kstest(values, "uniform").pvalue > 0.01


def test_the_real_city_from_forecast_to_score(tmp_path, run):
    """Salatiga, 64 futures: saved, a made-up wave added, scored, said and drawn in both languages."""
    book = filled(tmp_path / "ledger.jsonl", run)
    history = book.history()
    assert history.problems == () and len(history.of("unit")) == 2 * len(run.city.units)
    for lang in ("id", "en"):
        assert history.head.short in history.sentence(lang)
        assert len(history.table(lang)) == len(history.scores) and len(history.summary_table(lang)) == 2
    assert history.table("id").columns[0] == "Survei" and "belum dapat dinilai" in history.sentence("id")
    text = history.table("en").iloc[0]
    assert text["In the 90% band"] == "yes" and text["Unit"] == "City"


def test_pictures_show_a_miss_by_shape_and_word(book):
    """The wave that missed has another mark and a word under it; the one awaited says so."""
    history = book.history()
    for lang, miss, wait in (("id", "di luar", "menunggu"), ("en", "outside", "awaited")):
        picture = history_picture(history, lang=lang)
        assert [row["tone"] for row in picture.rows["results"]] == [0, 1]
        words = [row["text"] for row in picture.rows["texts"]]
        assert words[1::2] == ["", miss, wait] and len(picture.rows["bands"]) == 3
        assert history.head.short in picture.svg()
    units = units_picture(history, "2027-S2", "id")
    assert all("di luar" in row["text"] for row in units.rows["values"]) and units.svg()
    assert history_picture(history, "izin", "en").svg()


def test_a_picture_of_a_damaged_ledger_says_so(book):
    """The small print carries the warning; where nothing holds there is no picture but a reason."""
    lines = lines_of(book)
    book.path.write_bytes(b"".join(tampered(lines, "half a line")))
    assert "DAMAGED" in history_picture(book.history(), lang="en").svg()
    book.path.write_bytes(b"".join(tampered(lines, "delete first")))
    assert refused(lambda: history_picture(book.history()))[0] == ("ledger_removed", 1)
    with pytest.raises(InputError):
        history_picture(book.history(), "tidak_ada")


def test_an_empty_ledger_says_that_nothing_can_be_scored(tmp_path):
    """One wave and no forecast."""
    book = ForecastLedger(Path(tmp_path) / "ledger.jsonl")
    book.add_wave({"n": [50], "ikm": [80.0], "sd": [9.0]}, "2026", "2026-12-20")
    history = book.history()
    assert "No forecast can be scored yet" in history.sentence("en") and history.summaries() == []
    assert len(history.table()) == 0 and len(history.summary_table()) == 0
    assert refused(lambda: history_picture(history)) == [("forecast_nothing_drawn", None)]


def test_the_library_of_scenarios_is_not_changed_by_a_forecast(small):
    """A forecast reads an outcome and leaves it as it was."""
    before = small.ikm.copy()
    Forecast.of(small, "2027", "2026-12-01")
    assert np.array_equal(before, small.ikm) and isinstance(small.scenario, Scenario)
