"""The record of a run: the same inputs have the same name anywhere, and whatever changes afterwards is named."""

import csv
import io
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from functools import reduce
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulation import City, InputError, Scenario, simulate
from simulation import record as records
from simulation.assumptions import DATA
from simulation.commands.records import check_record
from simulation.present import words
from simulation.present.record_views import as_object
from simulation.record import MAKERS, Record, code_files, data_files, record_id
from simulation.verification import _values, verify

ROOT = Path(__file__).resolve().parents[2]
MADE = "2026-11-24"
ONE_EACH = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
LEDGER = yaml.load((DATA / "assumptions.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
TABLES = sorted(path.name for path in (DATA / "salatiga").glob("*.csv"))


@pytest.fixture(scope="module")
def outcomes(city, ledger, library):
    """Two scenarios under a changed ledger; the second has its own override and structure as well."""
    changed = ledger.replace({"d20": 0.6, "behaviour_slope": {"value": ledger["behaviour_slope"].value * 1.02}})
    own = library["double_budget"].replace({"overrides": {"p0": ledger["p0"].value}, "structure": {"dose": "linear"}})
    return [simulate(scenario, city, changed, 8) for scenario in (library["todays_path"], own)]


@pytest.fixture(scope="module")
def run(outcomes, tmp_path_factory):
    """A folder of three written files and their record."""
    folder = tmp_path_factory.mktemp("run")
    (folder / "summary.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (folder / "deep").mkdir()
    (folder / "deep" / "picture.png").write_bytes(bytes(range(256)))
    (folder / "brief.pdf").write_bytes(b"%PDF-1.7 made up")
    Record.of(outcomes, MADE).save(folder)
    return folder


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A copy of the project's data that a test may spoil and mend."""
    return Path(shutil.copytree(DATA, tmp_path_factory.mktemp("data") / "data"))


def named(found, kind):
    return [d.name for d in found.differences if d.kind == kind]


def test_an_untouched_run_is_the_same_in_all_digits(run):
    """Changed assumptions, overrides and structure are in the record, so the results come out again."""
    found = verify(run)
    assert found.same and found.results and found.exact and found.recomputed and not found.extra
    assert "SAMA" in found.sentence() and "SAME" in found.sentence("en") and found.table().empty


def test_the_same_inputs_have_the_same_id_in_another_process_and_folder(outcomes, data, tmp_path):
    """Neither the place nor the day nor the process is part of the id."""
    code = ("import sys; from simulation import *; from simulation.record import Record\n"
            "a = Assumptions.load(); a = a.replace({'d20': 0.6, 'behaviour_slope': {'value': a['behaviour_slope'].value * 1.02}})\n"
            "s = Scenario.library(); own = {'overrides': {'p0': a['p0'].value}, 'structure': {'dose': 'linear'}}\n"
            "c = City.load(sys.argv[1]); o = [simulate(x, c, a, 8) for x in (s['todays_path'], s['double_budget'].replace(own))]\n"
            "print(Record.of(o, '2030-01-01').id)")
    done = subprocess.run([sys.executable, "-c", code, str(data / "salatiga")], cwd=tmp_path, env={"PYTHONPATH": str(ROOT)},
                          capture_output=True, text=True)
    assert done.stdout.strip() == Record.of(outcomes, MADE).id == record_id(outcomes), done.stderr


def test_the_same_run_writes_the_same_bytes(run, outcomes, tmp_path):
    """Record and seal depend on content alone, and no path of the machine is in them."""
    again = Path(shutil.copytree(run, tmp_path / "again"))
    assert Record.of(outcomes, MADE).save(again).read_bytes() == (run / "record.json").read_bytes()
    text = (run / "record.json").read_text(encoding="utf-8")
    assert str(ROOT) not in text and str(run) not in text and str(Path.home()) + "/" not in text


@ONE_EACH
@given(st.sampled_from(["summary.csv", "deep/picture.png", "brief.pdf"]), st.integers(0, 10**6), st.integers(1, 255))
def test_any_changed_byte_of_a_written_file_is_named(run, name, place, change):
    """One byte, any file, any place: that file and nothing else."""
    before = (run / name).read_bytes()
    place %= len(before)
    try:
        (run / name).write_bytes(before[:place] + bytes([before[place] ^ change]) + before[place + 1:])
        found = verify(run)
    finally:
        (run / name).write_bytes(before)
    assert [(d.kind, d.name) for d in found.differences] == [("file", name)] and found.results
    assert name in found.sentence() and name in found.sentence("en")


@ONE_EACH
@given(st.integers(0, 10**6), st.integers(1, 255))
def test_any_changed_byte_of_the_record_itself_is_refused(run, place, change):
    """White space, dates and hashes alike."""
    path = run / "record.json"
    before = path.read_bytes()
    place = place * 7919 % len(before)
    try:
        path.write_bytes(before[:place] + bytes([before[place] ^ change]) + before[place + 1:])
        with pytest.raises(InputError) as error:
            verify(run)
    finally:
        path.write_bytes(before)
    assert all("record.json" in (p.file or "") for p in error.value.problems) and error.value.text("en")


@ONE_EACH
@given(st.sampled_from(TABLES), st.integers(0, 10**6), st.integers(0, 10**6), st.sampled_from(["7", "", "x", "0.5", "1e9", "-1"]))
def test_any_changed_cell_of_the_city_is_named(run, data, name, row, column, cell):
    """The file is named, whether the city can still be read or not."""
    path = data / "salatiga" / name
    before = path.read_text(encoding="utf-8")
    rows = list(csv.reader(io.StringIO(before)))
    line = rows[row % len(rows)]
    line[column % len(line)] += cell or "9"
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    try:
        path.write_text(out.getvalue(), encoding="utf-8")
        found = verify(run, data / "salatiga")
    finally:
        path.write_text(before, encoding="utf-8")
    assert named(found, "data") == [name] and not named(found, "file")
    assert name in found.sentence() and "--city" in found.sentence()


@ONE_EACH
@given(st.sampled_from(LEDGER["parameters"]), st.sampled_from([0.999, 1.001, 3.0, -1.0]))
def test_any_changed_assumption_is_named_with_its_values(run, data, row, factor):
    """The row by its key and what it was, whether the ledger still holds together or not."""
    path, changed = data / "assumptions.yaml", json.loads(json.dumps(LEDGER))
    target = next(p for p in changed["parameters"] if p["key"] == row["key"])
    target["value"] = row["value"] * factor if row["value"] else 0.001
    try:
        path.write_text(yaml.dump(changed, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False), encoding="utf-8")
        found = verify(run, data=data)
    finally:
        shutil.copy(DATA / "assumptions.yaml", path)
    mine = [d for d in found.differences if d.kind == "ledger"]
    assert [(d.name, d.before, d.after) for d in mine] == [(f"parameters.{row['key']}.value", row["value"], target["value"])]
    assert row["key"] in found.sentence() and not found.same


def test_every_value_of_the_ledger_is_in_the_record(run):
    """Lists, mixes, levels, sources and switches too: a leaf that is changed (every seventh here) has a path of its own."""
    kept = Record.load(run).ledger

    def leaves(part, at=()):
        items = part.items() if isinstance(part, dict) else ()
        yield from ((at, part),) if not items else ()
        for key, below in items:
            yield from leaves(below, (*at, key))

    other = json.loads(json.dumps(kept))
    for at, value in list(leaves(kept))[::7]:
        below = reduce(dict.__getitem__, at[:-1], other)
        below[at[-1]] = f"{value}!"
        assert [d.name for d in _values("ledger", kept, other)] == [".".join(at)]
        below[at[-1]] = value
    assert {"parameters", "competencies", "required_levels", "element_mixes", "service_mixes", "structure"} <= set(kept)


def test_a_changed_price_and_its_results_are_named(run, outcomes, data):
    """The programme, old and new price, and the results that follow from it; the scenario itself is not blamed."""
    path = data / "programmes.yaml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    row = next(row for row in content["programmes"] if row["id"] in outcomes[0].scenario.programmes)
    old, row["fixed_rp"] = row["fixed_rp"], row["fixed_rp"] * 3
    try:
        path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
        found = verify(run, data=data)
    finally:
        shutil.copy(DATA / "programmes.yaml", path)
    assert [(d.name, d.before, d.after) for d in found.differences if d.kind == "catalogue"] == [(f"programmes.{row['id']}.fixed_rp", old, old * 3)]
    assert not named(found, "scenario") and found.results is False
    worst = [d for d in found.differences if d.kind == "results"]
    assert worst and all(d.before != d.after for d in worst)


def test_a_changed_source_file_is_named(run, tmp_path, monkeypatch):
    """Any of the files that make an outcome; other line ends are no change."""
    copy = Path(shutil.copytree(ROOT / "simulation", tmp_path / "simulation", ignore=shutil.ignore_patterns("__pycache__")))
    monkeypatch.setattr(records, "PACKAGE", copy)
    for path in (copy / "outcome.py", copy / "model" / "skill.py"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert verify(run).same
    (copy / "model" / "skill.py").write_text("# other\n", encoding="utf-8")
    records._code_files.cache_clear()
    found = verify(run)
    records._code_files.cache_clear()
    assert [(d.kind, d.name) for d in found.differences] == [("code", "model/skill.py")] and found.results
    assert "model/skill.py" in found.sentence("en")


def test_the_list_of_makers_is_whole():
    """Whatever a run loads is hashed, but for words, errors and what only names or records."""
    code = "import sys, simulation.ensemble, simulation.city_reader; print(*[m for m in sys.modules if m.startswith('simulation.')])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = {name.removeprefix("simulation.").replace(".", "/") + ".py" for name in done.stdout.split()} - {"model.py"}
    assert loaded - set(code_files()) <= {"errors.py", "language.py", "record.py", "scenario_origin.py", "ledger_origin.py"}
    assert set(MAKERS) <= loaded and all((ROOT / "simulation" / name).is_file() for name in code_files())


@pytest.mark.parametrize(("shift", "same"), [(1e-8, True), (0.01, False)])
def test_last_digits_are_not_a_difference_and_larger_ones_are(run, outcomes, tmp_path, shift, same):
    """Another machine may move the last digits; a hundredth of a point is named with both values."""
    kept = Record.of(outcomes, MADE)
    first = kept.scenarios[0]
    moved = first.model_copy(update={"results": "0" * 16, "figures": first.figures | {"ikm": [v + shift for v in first.figures["ikm"]]}})
    kept.model_copy(update={"scenarios": [moved, *kept.scenarios[1:]]}).save(tmp_path)
    found = verify(tmp_path)
    assert found.same is found.results is same and not found.exact
    if not same:
        (only,) = found.differences
        assert (only.name, only.what) == (first.key, "ikm") and only.before - only.after == pytest.approx(shift)
        assert "IKM" in found.table("en")["what"][0]


def moved(outcome, relative):
    """The outcome with every number of its arrays moved a little, as another processor or library may."""
    return replace(outcome, arrays={name: array * (1.0 + relative) for name, array in outcome.arrays.items()})


def test_the_last_bits_do_not_change_the_hash(outcomes):
    """A rewritten equation or another processor differs by some 1e-14; a real change is in the hash, and so is a single number."""
    for outcome in outcomes:
        assert moved(outcome, 4e-14).results_hash == outcome.results_hash != moved(outcome, 1e-6).results_hash
        one = {name: array.copy() for name, array in outcome.arrays.items()}
        one["ikm"][3, 2, 1] += 1e-5
        assert replace(outcome, arrays=one).results_hash != outcome.results_hash


def test_the_hash_of_an_outcome_is_taken_once(outcomes, monkeypatch):
    """It reads millions of numbers, and the printed record, the written one and a check all ask for it."""
    outcome, rounded = replace(outcomes[0]), []
    monkeypatch.setattr("simulation.outcome.np.round", lambda array, digits: rounded.append(digits) or np.around(array, digits))
    for _ in range(2):
        records.record([outcome])
        Record.of([outcome], MADE)
    assert rounded == [6] * len(outcome.arrays)


@pytest.mark.parametrize(("lang", "words_"), [("id", "hanya berbeda pada angka-angka terakhir"), ("en", "differ in the last digits only")])
def test_a_result_that_differs_in_the_last_digits_is_the_same_result_and_this_is_said(outcomes, tmp_path, capsys, lang, words_):
    """Another hash alone is no difference: within the tolerance the command says the same, and what moved."""
    other = [moved(outcome, 1e-9) for outcome in outcomes]
    assert all(a.results_hash != b.results_hash for a, b in zip(outcomes, other, strict=True))
    Record.of(other, MADE).save(tmp_path)
    assert check_record(tmp_path, None, False, lang)
    told = capsys.readouterr().out
    assert words_ in told and told.count("\n") == 1 and ("SAMA." if lang == "id" else "SAME.") in told
    found = verify(tmp_path)
    assert found.same and found.results and not found.exact and not found.differences


def test_two_per_cent_of_an_assumption_are_a_difference_in_the_ledger_and_in_the_results(run, outcomes, data):
    """The assumption by name with its values, the results with theirs; nothing is said of last digits."""
    path, changed = data / "assumptions.yaml", json.loads(json.dumps(LEDGER))
    row = next(p for p in changed["parameters"] if p["key"] == "time_slope")
    row["value"] *= 1.02
    row["distribution"] = {key: value * 1.02 if isinstance(value, float) else value for key, value in row["distribution"].items()}
    try:
        path.write_text(yaml.dump(changed, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False), encoding="utf-8")
        found = verify(run, data=data)
    finally:
        shutil.copy(DATA / "assumptions.yaml", path)
    assert not found.same and found.results is False and "parameters.time_slope.value" in named(found, "ledger")
    assert set(named(found, "results")) == {outcome.scenario.key for outcome in outcomes}
    assert "time_slope" in found.sentence("en") and "last digits" not in found.sentence("en")


def test_a_missing_file_is_a_difference_and_a_new_one_is_only_mentioned(run, tmp_path):
    """What the record does not know is said to be unchecked."""
    copy = Path(shutil.copytree(run, tmp_path / "copy"))
    (copy / "brief.pdf").unlink()
    (copy / "notes.txt").write_text("mine", encoding="utf-8")
    found = verify(copy)
    assert [(d.kind, d.name, d.after) for d in found.differences] == [("file", "brief.pdf", None)]
    assert found.extra == ("notes.txt",) and "notes.txt" in found.sentence()


def test_a_missing_or_new_city_file_is_named(run, data):
    """Both ways."""
    folder = data / "salatiga"
    shutil.move(folder / "kelurahan.csv", folder / "wilayah.csv")
    try:
        found = verify(run, folder)
    finally:
        shutil.move(folder / "wilayah.csv", folder / "kelurahan.csv")
    assert set(named(found, "data")) == {"kelurahan.csv", "wilayah.csv"}


@pytest.mark.parametrize("lang", ["id", "en"])
def test_without_the_city_the_reader_is_told_where_to_point(run, tmp_path, lang):
    """An input problem, not a difference."""
    with pytest.raises(InputError) as error:
        verify(run, tmp_path / "nowhere")
    assert "--city" in error.value.text(lang) and "Salatiga" in error.value.text(lang)


@pytest.mark.parametrize(("content", "code"), [
    (None, "records_none"), ("{", "records_broken"), ("[" * 100_000, "records_broken"), ("[]", "records_foreign"),
    ('{"form": "simulation-record-9"}', "records_foreign"), ('{"form": "simulation-record-2"}', "missing_key"),
    ('{"id": "1", "code": "2", "data": "3", "draws": 8, "scenarios": [], "results": []}', "records_older")])
def test_what_is_no_record_is_refused_by_name(tmp_path, content, code):
    """Each with its own words in both languages."""
    if content is not None:
        (tmp_path / "record.json").write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as error:
        verify(tmp_path)
    assert error.value.problems[0].code == code and error.value.text("id") != error.value.text("en")


def test_an_edited_record_is_not_believed_even_with_a_new_seal(run, tmp_path):
    """The id names what went in: other draws are another run. And no record leads out of its folder."""
    kept = Record.load(run)
    for update, code in (({"draws": 16}, "records_edited"), ({"made": "tomorrow"}, "records_edited")):
        kept.model_copy(update=update).save(tmp_path)
        with pytest.raises(InputError) as error:
            Record.load(tmp_path)
        assert error.value.problems[0].code == code
    outside = kept.model_copy(update={"files": {"../other.csv": "0"}, "seal": ""})
    (tmp_path / "record.json").write_text(outside.model_copy(update={"seal": outside._sealed()}).text(), encoding="utf-8")
    with pytest.raises(InputError) as error:
        Record.load(tmp_path)
    assert error.value.problems[0].code == "records_path"


def test_a_record_is_of_one_city_one_number_of_draws_and_a_real_day(outcomes, city, ledger, library):
    """Refused together, by name."""
    with pytest.raises(InputError) as error:
        Record.of([outcomes[0], simulate(library["no_training"], city, ledger, 9)], "24-11-2026")
    assert [p.code for p in error.value.problems] == ["records_date", "records_mixed"]


def test_a_city_that_changed_since_it_was_read_cannot_be_recorded(data, ledger, library):
    """Else results of the old data would stand beside the hash of the new."""
    here = City.load(data / "salatiga")
    assert data_files(here.folder)[0] == here.files_hash
    outcome, path = simulate(library["no_training"], here, ledger, 8), data / "salatiga" / "staff.csv"
    try:
        path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        with pytest.raises(InputError) as error:
            Record.of([outcome], MADE)
    finally:
        shutil.copy(DATA / "salatiga" / "staff.csv", path)
    assert error.value.problems[0].code == "records_data_moved"


def test_every_published_scenario_comes_out_of_its_record(city, ledger, library, tmp_path):
    """Whatever a scenario can say survives the record."""
    Record.of([simulate(scenario, city, ledger, 4) for scenario in library.values()], MADE).save(tmp_path)
    found = verify(tmp_path)
    assert found.same and found.exact and len(found.record.scenarios) == len(library)
    assert isinstance(library["todays_path"], Scenario) and json.loads(json.dumps(as_object(found, tmp_path)))["same"] is True


def test_the_stamp_carries_the_date_only_when_there_is_one(outcomes):
    """In the reader's words; without a date the line is as it was."""
    for lang, text in (("id", "dibuat 24 November 2026"), ("en", "made 24 November 2026")):
        assert text in words.stamp(outcomes, lang, made=MADE)
        assert words.stamp(outcomes, lang, made=MADE).replace(f" · {text}", "") == words.stamp(outcomes, lang)
