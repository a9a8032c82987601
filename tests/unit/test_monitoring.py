"""The indicator board: declarations, lights with uncertainty, missing files, small groups, both languages."""

import importlib
import math
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulation import simulate
from simulation.analysis.indicator_list import INPUTS, LEVELS, indicator, indicators
from simulation.analysis.monitoring import STATUSES, Goal, monitor, status
from simulation.analysis.monitoring_cells import amount, answer, count, score, year_of
from simulation.analysis.monitoring_files import (
    ComplaintsRow,
    Counts,
    EvaluationRow,
    SpendingRow,
    read_complaints,
    read_evaluation,
    read_profiles,
    read_spending,
)
from simulation.analysis.monitoring_measures import (
    Measure,
    from_mean,
    from_rate,
    from_share,
)
from simulation.city import Course, Trained, Training
from simulation.errors import InputError
from simulation.intake.mapping import Mapping
from simulation.intake.staff_counts import StaffCell, StaffCounts
from simulation.intake.tickets import read_tickets
from simulation.language import LANGUAGES
from simulation.present.monitoring_views import (
    board,
    goal_text,
    status_text,
    unit_board,
)
from simulation.survey import Survey
from tools import indicator_docs, sample_monitoring

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "data" / "samples"
LIST = indicators()


@pytest.fixture(scope="module")
def samples(city):
    """The made-up tables, read."""
    return {"spending": read_spending(SAMPLES / "realisasi_program.csv"),
            "evaluation": read_evaluation(SAMPLES / "evaluasi_pelatihan.csv", city),
            "complaints": read_complaints(SAMPLES / "rekap_pengaduan.csv", city),
            "profiles": read_profiles(SAMPLES / "rekap_ip_asn.csv", city)}


def codes(error) -> list[str]:
    return [problem.code for problem in error.value.problems]


def table(tmp_path, text: str, name: str = "berkas.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


# the list

def test_the_list_covers_the_five_levels_in_order():
    """Inputs first, then reaction, learning, behaviour, results."""
    levels = [row.level for row in LIST.indicators]
    assert list(dict.fromkeys(levels)) == list(LEVELS)
    assert sorted(levels, key=LEVELS.index) == levels
    assert len({row.id for row in LIST.indicators}) == len(levels) == 15


@pytest.mark.parametrize("row", LIST.indicators, ids=lambda row: row.id)
def test_every_indicator_is_declared_in_both_languages(row):
    """Name, definition, formula, columns, target's source and note differ between the languages where they are sentences."""
    for texts in (row.definition, row.target.source, row.target.note):
        assert texts["id"] != texts["en"] and all(texts[lang].strip() for lang in LANGUAGES)
    assert all(row.name[lang] and row.formula[lang] and row.columns[lang] for lang in LANGUAGES)
    assert all(name in {file.id for file in LIST.inputs} for name in row.source)


@pytest.mark.parametrize("file", LIST.inputs, ids=lambda file: file.id)
def test_every_source_exists(file):
    """The reader that a source names can be imported, its sample is there, and an indicator uses it."""
    module, _, function = file.reads.rpartition(".")
    assert callable(getattr(importlib.import_module(module), function))
    assert file.sample is None or (ROOT / file.sample).is_file()
    assert any(file.id in row.source for row in LIST.indicators)
    assert {file.id for file in LIST.inputs} == set(INPUTS)


def test_a_target_says_who_set_it(ledger):
    """A rule has a value, a ledger target names rows that exist, a suggestion is grade D."""
    for row in LIST.indicators:
        target = row.target
        assert (target.set_by == "ledger") == bool(target.ledger)
        assert all(ledger[key] for key in target.ledger)
        assert target.set_by != "rule" or (target.value is not None and target.grade == "B")
        assert target.set_by != "city" or target.grade == "D"


def test_a_wrong_list_names_line_and_key(tmp_path):
    """A misspelt key and a range without an upper end are named, not guessed."""
    text = (ROOT / "data" / "indicators.yaml").read_text(encoding="utf-8")
    with pytest.raises(InputError, match="direction"):
        indicators(table(tmp_path, text.replace("direction: within", "directoin: within"), "a.yaml"))
    with pytest.raises(InputError) as caught:
        indicators(table(tmp_path, text.replace("    high: 1.0\n", ""), "b.yaml"))
    assert codes(caught) == ["indicator_range"] and caught.value.problems[0].line > 1


def test_the_page_of_indicators_is_in_step():
    """docs/indicators.md is what the declarations say."""
    assert indicator_docs.PAGE.read_text(encoding="utf-8") == indicator_docs.page()


def test_the_samples_are_what_their_tool_writes_and_say_that_they_are_made_up():
    """The same bytes every time; the first row, above the headings, says so."""
    for name, text in sample_monitoring.tables().items():
        assert (SAMPLES / f"{name}.csv").read_text(encoding="utf-8") == text
        assert text.splitlines()[0].startswith("CONTOH BUATAN, bukan data sungguhan")


# the light

@pytest.mark.parametrize(("value", "low", "high", "light"), [
    (80.0, None, None, "reached"), (79.99, None, None, "near"), (75.0, None, None, "near"), (74.99, None, None, "missed"),
    (82.0, 80.0, 84.0, "reached"), (82.0, 79.9, 84.1, "unsure"), (78.0, 76.0, 80.0, "unsure"), (78.0, 76.1, 79.9, "near"),
    (76.0, 74.9, 77.1, "missed"), (60.0, 50.0, 70.0, "missed"), (60.0, -math.inf, math.inf, "unsure"),
])
def test_light_when_more_is_better(value, low, high, light):
    """Target 80, margin 5: on it, just below it, and wherever the interval lies."""
    row = indicator("reaction_score")
    assert status(row, Goal(80.0, None, "city"), Measure(value, 100, low, high)) == light


@pytest.mark.parametrize(("value", "low", "high", "light"), [
    (30.0, None, None, "reached"), (30.1, None, None, "near"), (36.0, None, None, "near"), (36.1, None, None, "missed"),
    (29.0, 27.0, 31.0, "unsure"), (33.0, 30.5, 35.5, "near"), (33.0, 30.5, 36.5, "missed"), (20.0, 15.0, 25.0, "reached"),
])
def test_light_when_less_is_better(value, low, high, light):
    """Target 30 minutes, close up to 20 % above it."""
    assert status(indicator("counter_minutes"), Goal(30.0, None, "standard"), Measure(value, 100, low, high)) == light


@pytest.mark.parametrize(("value", "light"), [
    (0.9, "reached"), (1.0, "reached"), (0.95, "reached"), (0.89, "near"), (0.8, "near"), (0.79, "missed"), (1.05, "near"),
    (1.2, "missed"),
])
def test_light_within_a_range(value, light):
    """Both ends count: an overspent budget is not a good one."""
    assert status(indicator("budget_absorption"), Goal(0.9, 1.0, "city"), Measure(value, None)) == light


def test_light_at_a_target_of_nothing():
    """PPPK above the ceiling: nobody is on target; one in fifty is close."""
    row = indicator("pppk_above_24")
    assert [status(row, Goal(0.0, None, "rule"), Measure(v, 100)) for v in (0.0, 0.02, 0.06)] == ["reached", "near", "missed"]


def test_light_without_target_or_data():
    """No target is no light, and no data is said as such."""
    row = indicator("participants")
    assert status(row, Goal(None, None, "city"), Measure(10, 10)) == "no_target"
    assert status(row, Goal(5.0, None, "own"), None) == "no_data"


@given(st.floats(0, 100), st.floats(0, 20), st.floats(0, 20), st.floats(0, 10))
def test_a_wider_interval_never_turns_a_light_on(value, down, up, more):
    """More uncertainty can only take a claim away: reached may become not sure, never the other way round."""
    row, goal = indicator("reaction_score"), Goal(80.0, None, "city")
    narrow = status(row, goal, Measure(value, 9, value - down, value + up))
    wide = status(row, goal, Measure(value, 9, value - down - more, value + up + more))
    allowed = {"reached": {"reached", "unsure"}, "unsure": {"unsure"}, "near": {"near", "missed", "unsure"}, "missed": {"missed", "unsure"}}
    assert wide in allowed[narrow]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_light_is_a_shape_and_a_word(lang):
    """No two lights share a shape or a word, so a black-and-white print reads the same."""
    texts = [status_text(name, lang).split(" ", 1) for name in STATUSES]
    assert len({shape for shape, _ in texts}) == len({word for _, word in texts}) == len(STATUSES)
    assert all(not shape.isalnum() and word for shape, word in texts)


# counting

def test_intervals_of_shares_rates_and_means():
    """Wilson for 8 of 10, the exact Poisson interval for none of 1,000, and t with nine degrees of freedom."""
    assert from_share(8, 10).low == pytest.approx(0.4902, abs=1e-4) and from_share(8, 10).high == pytest.approx(0.9433, abs=1e-4)
    assert from_share(0, 20).low == 0.0 and from_share(20, 20).high == 1.0
    none = from_rate(0, 1000)
    assert (none.low, none.value) == (0.0, 0.0) and none.high == pytest.approx(3.689, abs=1e-3)
    assert from_mean(80.0, 1.0, 10).high == pytest.approx(82.262, abs=1e-3)
    assert from_mean(80.0, math.nan, 1).low == -math.inf


@pytest.mark.parametrize(("text", "value"), [
    ("Rp 1.600.000.000", 1.6e9), ("1.600.000,00", 1.6e6), ("1,600,000.00", 1.6e6), ("1600000", 1.6e6), ("Rp1.250", 1250.0),
    ("Rp. 12.500,-", 12500.0), ("-", 0.0), ("2500.5", 2500.5), ("1.600.000,50", 1600000.5), ("1,250.5", 1250.5), ("1234567.125", 1234567.125),
])
def test_amounts_as_people_write_them(text, value):
    """Points or commas between thousands, cents or none, with and without Rp."""
    assert amount(text) == (value, None)


@pytest.mark.parametrize(("read", "text"), [
    (amount, "12.34.567"), (amount, "seribu"), (amount, "-5"), (amount, ""), (count, "3,5"), (count, "-1"), (score, "101"),
    (score, "n/a"), (year_of, "26"), (year_of, "1998"), (lambda text: answer(text, "yes_no"), "mungkin"),
])
def test_what_is_no_amount_count_score_or_year_is_refused(read, text):
    """A cell that cannot be read is a problem, never a guess."""
    value, problem = read(text)
    assert value is None and problem[0].startswith("monitoring_")


@given(st.text(max_size=20))
def test_any_cell_is_read_or_refused(text):
    """No text brings a traceback, and what is read is a finite number of the right kind."""
    for read in (amount, count, score, year_of):
        value, problem = read(text)
        assert (value is None) != (problem is None)
        assert value is None or (math.isfinite(value) and value >= 0)


def test_messages_do_not_repeat_what_may_name_a_person(tmp_path):
    """A name, NIP or phone number in a column of numbers is not echoed; the row and the column are."""
    for secret in ("Budi Santoso", "198501012010011001", "081234567890", "budi@example.id"):
        path = table(tmp_path, f"Program,Tahun,Pagu,Realisasi,Peserta\nA,2026,100,{secret}x,5\nB,2026,x{secret},10,{secret}.5\n")
        with pytest.raises(InputError) as caught:
            read_spending(path)
        for lang in LANGUAGES:
            text = caught.value.text(lang)
            assert secret not in text and "Realisasi" in text


def test_spending_of_a_year(city):
    """Absorption over all programmes; cost per head only over those that counted their people."""
    rows = (SpendingRow("a", 2026, 100.0, 90.0, 9), SpendingRow("b", 2026, 100.0, 60.0, None), SpendingRow("a", 2025, 1.0, 9.0, 1))
    found = {row.indicator.id: row for row in monitor(city, spending=Counts(rows, "x"), year=2026).board()}
    assert found["budget_absorption"].measure.value == 0.75 and found["budget_absorption"].status == "missed"
    assert found["cost_per_participant"].measure.value == 10.0 and found["participants"].measure.value == 9


def test_rows_of_totals_are_not_counted_twice(samples):
    """The last row of a finance table is its sum: passed over, and said so."""
    spending = samples["spending"]
    assert sum(row.budget for row in spending.of(2026)) == 1.6e9
    assert [warning.code for warning in spending.warnings] == ["monitoring_total_row"] * 2


def test_a_total_under_another_name_is_found_by_its_sum(tmp_path):
    """Whatever the last row is called: the sum of the others, in budget and in spending, is a total."""
    path = table(tmp_path, "Program,Tahun,Pagu,Realisasi\nA,2026,100,90\nB,2026,200,150\nBelanja pelatihan,2026,300,240\nC,2025,5,5\n")
    spending = read_spending(path)
    assert [row.programme for row in spending.rows] == ["A", "B", "C"]
    assert [(warning.code, warning.line) for warning in spending.warnings] == [("monitoring_total_row", 4)]


def test_a_table_without_a_year_asks_for_one_once(tmp_path):
    """A table of one year has no column for it; the year can be given."""
    path = table(tmp_path, "Kegiatan;Anggaran;Realisasi\nA;1.000;900\nB;2.000;1.800\n")
    with pytest.raises(InputError) as caught:
        read_spending(path)
    assert codes(caught) == ["monitoring_no_year"]
    assert [row.year for row in read_spending(path, year=2026).rows] == [2026, 2026]


def test_all_problems_of_a_table_at_once(tmp_path, city):
    """Unknown unit, too many applying, a rating above 100: each with its row and column."""
    path = table(tmp_path, "Unit,Tahun,Jumlah Penilai,Nilai Kepuasan,Simpangan Baku,Didatangi,Menerapkan\n"
                           "Dinas Kesehatn X,2026,10,80,5,10,4\nDinas Kesehatan,2026,10,180,5,10,14\n")
    with pytest.raises(InputError) as caught:
        read_evaluation(path, city)
    assert sorted((p.code, p.line) for p in caught.value.problems) == [
        ("monitoring_not_score", 3), ("monitoring_unknown_unit", 2), ("more_than_all", 3)]
    assert "dinkes" in caught.value.text()


def test_order_of_rows_changes_nothing(city, samples):
    """The same tables upside down give the same board."""
    turned = {name: Counts(tuple(reversed(counts.rows)), counts.file) for name, counts in samples.items()}
    first, second = (monitor(city, **tables, year=2026).table() for tables in (samples, turned))
    assert first.equals(second)


# the board

@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_any_file_the_board_says_what_to_bring(city, lang):
    """Every indicator is there, without a number, with the file it needs."""
    empty = monitor(city, year=2026)
    cells = board(empty, lang)
    assert len(cells) == 1 + len(LIST.indicators)
    assert {row.status for row in empty.rows} == {"no_data"}
    named = {file.id: file.name[lang] for file in LIST.inputs}
    for row, line in zip(empty.rows, cells[1:], strict=True):
        assert named[row.source] in line[-1] and "–" in line[2]
    assert all(named[row.source] in empty.sentence(lang) for row in empty.rows)
    assert empty.table(lang).value.isna().all()


def test_a_file_without_the_year_is_not_asked_for_again(city, samples):
    """The file is there, the year is not: that is said differently."""
    other = monitor(city, spending=samples["spending"], year=2031)
    line = next(line for row, line in zip(other.board(), board(other)[1:], strict=True) if row.indicator.id == "budget_absorption")
    assert line[-1] == "tidak ada dalam berkas: Realisasi anggaran program pelatihan"


def test_groups_under_five_are_never_shown_alone_nor_found_by_subtraction(city, samples):
    """Bappeda has three visited: hidden, and with it the next smallest unit, so that the total gives neither away."""
    shown = monitor(city, **samples, year=2026)
    applied = {row.unit: row for row in shown.units("applied_share")}
    hidden = {unit for unit, row in applied.items() if row.status == "hidden"}
    assert "bappeda" in hidden and len(hidden) == 2
    assert all(applied[unit].measure is None for unit in hidden)
    frame = shown.table()
    assert frame[frame.unit.isin(hidden) & (frame.indicator == "applied_share")][["value", "low", "high", "n"]].isna().all(axis=None)
    assert not (frame.n.dropna() < 5).any()
    assert "bappeda" in {row.unit for row in shown.units("ip_asn") if row.status == "hidden"}


def test_a_city_of_four_is_hidden_too(city):
    """Four visited in all are too few to show."""
    rows = (EvaluationRow(None, 2026, 4, 80.0, 5.0, 4, 1),)
    found = {row.indicator.id: row for row in monitor(city, evaluation=Counts(rows, "x"), year=2026).board()}
    assert found["applied_share"].status == found["reaction_score"].status == "hidden"


def test_the_mean_of_units_weighs_people(city):
    """Thirty raters at 70 and ten at 90: 75; the spread between units is in the interval."""
    rows = (EvaluationRow("dinkes", 2026, 30, 70.0, 0.0, 0, 0), EvaluationRow("bkpsdm", 2026, 10, 90.0, 0.0, 0, 0))
    measure = next(row.measure for row in monitor(city, evaluation=Counts(rows, "x"), year=2026).board() if row.indicator.id == "reaction_score")
    assert measure.value == 75.0 and measure.high - 75.0 == pytest.approx(2.0227 * math.sqrt(3000 / 39 / 40), rel=1e-3)


def test_the_city_sets_its_own_target(city, samples):
    """An own target replaces the suggestion and is called so; a wrong name or no number is refused."""
    own = monitor(city, **samples, year=2026, targets={"reaction_score": 90.0, "cost_per_participant": 2.5e6})
    found = {row.indicator.id: row for row in own.board()}
    assert found["reaction_score"].status == "missed" and found["cost_per_participant"].status == "reached"
    assert goal_text(found["reaction_score"].indicator, found["reaction_score"].goal) == "paling sedikit 90,0; ditetapkan kota"
    with pytest.raises(InputError) as caught:
        monitor(city, year=2026, targets={"reaction_scor": 1.0, "ikm": math.nan})
    assert codes(caught) == ["unknown_indicator", "monitoring_target"]


def test_targets_from_the_ledger_follow_the_ledger(city, ledger):
    """0.63 x 0.6 = 0.378 SD, 0.44 applying after six months, 20 JP."""
    goals = {row.indicator.id: row.goal.value for row in monitor(city, year=2026, assumptions=ledger).board()}
    assert goals["gain_sd"] == pytest.approx(0.378) and goals["applied_share"] == pytest.approx(0.44, abs=0.001)
    assert goals["jp_per_head"] == 20.0


def test_the_plan_stands_beside_the_observed(city, ledger, samples, library):
    """What the outcome says in that year, and nothing for indicators it does not simulate."""
    outcome = simulate(library["designed_for_impact"].replace({"start_year": 2026}), city, ledger, 64)
    shown = monitor(city, **samples, year=2026, plan=outcome)
    plan = {row.indicator.id: row.plan for row in shown.board()}
    assert plan["ikm"][1] == pytest.approx(float(_median(outcome.year_mean(outcome.city_ikm, 1))))
    assert plan["counter_minutes"][1] == pytest.approx(float(_median(outcome.year_mean(outcome.waiting_minutes, 1))))
    assert plan["jp20_share"][1] == pytest.approx(float(outcome.share_reaching_20jp()[0]))
    assert plan["participants"][1] == outcome.plan.seats[:, 0].sum()
    assert plan["reaction_score"] is None and plan["ip_asn"] is None
    assert "Menurut rencana (90%)" in board(shown)[0]
    before = {row.indicator.id: row.plan for row in monitor(city, year=2025, plan=outcome).board()}
    assert before["ikm"][1] == pytest.approx(float(_median(outcome.city_ikm[0]))) and before["participants"] is None
    with pytest.raises(InputError) as caught:
        monitor(city, year=2040, plan=outcome)
    assert codes(caught) == ["monitoring_plan_year"]


def _median(values):
    return sorted(values)[len(values) // 2 - 1] / 2 + sorted(values)[len(values) // 2] / 2


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sentence_board_and_table_tell_the_same(city, samples, lang):
    """The counts of the sentence are those of the table; every number is written for its readers."""
    shown = monitor(city, **samples, year=2026)
    frame = shown.table(lang)
    counts = frame[frame.unit == "city"].status.value_counts()
    for name, n in counts.items():
        assert f"{n} {status_text(name, lang)}" in shown.sentence(lang)
    cells = board(shown, lang)
    assert all(len(line) == len(cells[0]) and all(line) for line in cells)
    cost = next(line for line in cells if line[1] == indicator("cost_per_participant").name[lang])
    assert cost[2] == {"id": "Rp 1.994.903", "en": "Rp 1,994,903"}[lang]
    assert len(unit_board(shown, "complaints_per_1000", lang)) == 9


def test_complaints_are_a_rate_with_its_interval(city):
    """Ten complaints of 2,000 served: 5 per 1,000, 2.4 to 9.2."""
    rows = (ComplaintsRow("dinkes", 2026, 10, 2000),)
    measure = next(r.measure for r in monitor(city, complaints=Counts(rows, "x"), year=2026).board() if r.indicator.id == "complaints_per_1000")
    assert (measure.value, round(measure.low, 2), round(measure.high, 2)) == (5.0, 2.4, 9.2)


# files as they come

def test_an_excel_table_reads_like_the_text_one(tmp_path, samples):
    """Numbers that Excel holds as numbers, the title above the headings, an empty row: the same rows."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["CONTOH BUATAN"])
    sheet.append(["Program", "Tahun Anggaran", "Pagu (Rp)", "Realisasi (Rp)", "Jumlah Peserta"])
    for row in samples["spending"].rows:
        sheet.append([row.programme, row.year, row.budget, row.spent, row.participants])
        sheet.append([None])
    book.save(tmp_path / "realisasi.xlsx")
    assert read_spending(tmp_path / "realisasi.xlsx").rows == samples["spending"].rows


def test_a_mapping_file_says_what_headings_answers_and_units_mean(tmp_path, city):
    """Another agency's words, mapped: the same index."""
    path = table(tmp_path, "Tempat,Th,Kelompok,Ijazah,A,B,C,Nilai,Sanksi,N\nKantor Anu,2026,P,Sarjana,x,v,x,85,nihil,6\n")
    heads = {"unit": "Tempat", "year": "Th", "post_kind": "Kelompok", "education": "Ijazah", "post_training": "A", "technical": "B",
             "seminar": "C", "performance": "Nilai", "discipline": "Sanksi", "people": "N"}
    mapping = Mapping(columns=heads, answers={"all": {"v": "ya", "x": "tidak"}, "post_kind": {"P": "pelaksana"}}, units={"Kantor Anu": "dinsos"})
    found = monitor(city, profiles=read_profiles(path, city, mapping), year=2026)
    assert [(row.unit, row.measure.value) for row in found.rows if row.indicator.id == "ip_asn"] == [(None, 67.5), ("dinsos", 67.5)]


def test_headings_that_are_not_known_are_asked_for(tmp_path):
    """A table without a column for what was spent names it, and the mapping to write."""
    with pytest.raises(InputError) as caught:
        read_spending(table(tmp_path, "Program,Tahun,Pagu,Sisa\nA,2026,100,5\n"))
    assert codes(caught) == ["column_not_found"] and "spent" in caught.value.text()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_spoilt_table_gives_rows_or_named_problems(tmp_path, data):
    """Some characters of a good table replaced by anything: never a traceback, never an amount below zero."""
    text = list((SAMPLES / "realisasi_program.csv").read_text(encoding="utf-8"))
    for _ in range(data.draw(st.integers(1, 6))):
        text[data.draw(st.integers(0, len(text) - 1))] = data.draw(st.sampled_from(list(";,\t\n\"'-0.9 Rpx\u00e9\u2212=")))
    path = tmp_path / "rusak.csv"
    path.write_text("".join(text), encoding="utf-8", newline="")
    try:
        rows = read_spending(path).rows
    except InputError as error:
        assert all(problem.text(lang) for problem in error.problems for lang in LANGUAGES)
    else:
        assert all(row.budget >= 0 and row.spent >= 0 and 2000 <= row.year < 2100 for row in rows)


# the importers of others

COURSES = (
    Course("disdukcapil", "service_excellence", 2026, 10, 200.0, 10, 60.0, 10.0, 66.0, 6.0, 1.0, 10, 0.4, 10, 2e7),
    Course("dinkes", "service_excellence", 2026, 30, 600.0, 30, 50.0, 20.0, 56.0, 6.0, 1.0, 0, None, 0, None),
    Course("other_units", "other_programmes", 2026, 6, 60.0, 0, None, None, None, None, None, 0, None, 0, None),
    Course("dinkes", "service_excellence", 2025, 90, 1800.0, 0, None, None, None, None, None, 0, None, 0, None),
)
PEOPLE = (Trained("disdukcapil", 2026, 10, 8, 6, 2, 1), Trained("dinkes", 2026, 30, 24, 24, 6, 0), Trained("other_units", 2026, 6, 6, 0, 0, 0))
STAFF = StaffCounts("x", 2026, 110, tuple(
    StaffCell(unit, "frontline", pns, pppk, 0, 0, 0, (0,) * 5, (0,) * 7)
    for unit, pns, pppk in (("disdukcapil", 16, 4), ("dinkes", 48, 12), ("bappeda", 26, 4))), {})


def test_a_training_history_and_a_staff_list_give_inputs_and_learning(city):
    """JP per head over all 110 people, 30 of 90 PNS at 20 JP, 1 of 20 PPPK above 24 JP, a gain of 6 points."""
    shown = monitor(city, trainings=Training(COURSES, PEOPLE), staff=STAFF, year=2026)
    found = {row.indicator.id: row.measure for row in shown.board()}
    assert (found["participants"].value, found["jp_per_head"].value, found["jp_per_head"].n) == (46, 860 / 110, 110)
    assert (found["jp20_share"].value, found["pppk_above_24"].value) == (30 / 90, 1 / 20)
    assert found["gain_points"].value == 6.0 and found["gain_points"].n == 40
    assert found["gain_sd"].value == pytest.approx((10 * 0.6 + 30 * 0.3) / 40)
    assert found["gain_sd"].low < found["gain_sd"].value < found["gain_sd"].high
    assert (found["applied_share"].value, found["applied_share"].n, found["cost_per_participant"].value) == (0.4, 10, 2e6)
    units = {row.unit: row for row in shown.units("jp20_share")}
    assert {unit: row.measure.value for unit, row in units.items()} == {"disdukcapil": 6 / 16, "dinkes": 0.5}
    assert {row.unit: row.status for row in shown.units("pppk_above_24")} == {"disdukcapil": "hidden", "dinkes": "hidden"}


def test_without_a_staff_list_the_city_says_how_many_people_there_are(city):
    """The denominator is then the city's own table; more people trained than it knows never give more than all of them."""
    many = (Trained("dinkes", 2026, 900, 0, 0, 900, 450),)
    found = {row.indicator.id: row.measure for row in monitor(city, trainings=Training(COURSES, many), year=2026).board()}
    assert found["jp_per_head"].n == int(city.pns.sum() + city.pppk.sum())
    assert found["pppk_above_24"].value == 0.5


def test_evaluation_comes_before_the_history_where_both_tell(city):
    """The follow-up visits of the evaluation file are the first source of what is applied."""
    visits = Counts((EvaluationRow(None, 2026, 0, 0.0, 0.0, 50, 30),), "x")
    shown = monitor(city, trainings=Training(COURSES, PEOPLE), evaluation=visits, year=2026)
    row = next(row for row in shown.board() if row.indicator.id == "applied_share")
    assert (row.measure.value, row.source) == (0.6, "evaluation")


def test_history_in_another_order_is_the_same_board(city):
    """Rows turned around change no bit."""
    first, second = (monitor(city, trainings=Training(COURSES[::step], PEOPLE[::step]), staff=STAFF, year=2026).table() for step in (1, -1))
    assert first.equals(second)


def test_a_survey_and_a_queue_log_of_the_year(city):
    """The sample survey's IKM of 2026 with its interval, minutes in the system at the timed counters; nothing for another year."""
    survey, log = Survey.read(SAMPLES / "skm_empat_gelombang.csv"), read_tickets(SAMPLES / "antrian_loket.csv", city)
    found = {row.indicator.id: row for row in monitor(city, survey=survey, tickets=log, year=2026).board()}
    assert found["ikm"].measure.n < survey.n and found["ikm"].measure.low < found["ikm"].measure.value < found["ikm"].measure.high
    times = [(s.n, s.measures["minutes"].value + s.measures["wait_minutes"].value) for s in log.figures if s.counter]
    assert found["counter_minutes"].measure.value == pytest.approx(sum(n * m for n, m in times) / sum(n for n, _ in times))
    assert found["counter_minutes"].goal.value == 30.0
    other = {row.indicator.id: row for row in monitor(city, survey=survey, tickets=log, year=2031).board()}
    assert other["ikm"].status == other["counter_minutes"].status == "no_data" and other["ikm"].given
