"""The command line as a user meets it: one JSON object, exit codes, messages instead of tracebacks."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = ROOT / "data" / "scenarios"


def command(*arguments):
    return subprocess.run([sys.executable, "-m", "simulation", *map(str, arguments)], cwd=ROOT, capture_output=True, text=True)


@pytest.fixture(scope="module")
def printed():
    files = [SCENARIOS / f"{name}.yaml" for name in ("no_training", "todays_path", "frontline_first")]
    done = command("run", *files, "--draws", 128, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_run_prints_one_object_with_every_scenario(printed):
    """The object has the documented keys."""
    assert set(printed) == {"draws", "record", "evidence", "scenarios"}
    assert printed["draws"] == 128
    assert [s["id"] for s in printed["scenarios"]] == ["no_training", "todays_path", "frontline_first"]
    for scenario in printed["scenarios"]:
        assert set(scenario) == {"id", "name", "file", "cost_rp", "unspent_rp", "participants", "share_20jp", "staff_hours", "ikm", "vs_baseline", "scorecard"}
        assert set(scenario["vs_baseline"]) == {"ikm", "waiting_minutes", "verdict", "direction", "share", "turning_points"}
        assert set(scenario["ikm"]["end"]) == {"p05", "p50", "p95"}


def test_the_baseline_against_itself_is_exactly_nothing(printed):
    """No noise and no rounding in the difference of a scenario from itself."""
    baseline = printed["scenarios"][1]["vs_baseline"]
    assert set(baseline["ikm"].values()) | set(baseline["waiting_minutes"].values()) == {0.0}


def test_money_spent_and_left_is_the_budget(printed):
    """Five years of Rp 1.6 billion."""
    for scenario in printed["scenarios"][1:]:
        assert scenario["cost_rp"] + scenario["unspent_rp"] == 5 * 1.6e9


def test_tables_record_and_pictures_are_written(tmp_path):
    """What `--out` promises is there."""
    done = command("run", SCENARIOS / "todays_path.yaml", SCENARIOS / "no_training.yaml", "--draws", 64, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"summary.csv", "outcome.csv", "units.csv", "record.json", "differences.png", "ikm.png", "waiting.png", "levels.png",
                     "scenarios"}
    assert {path.name for path in (tmp_path / "out" / "scenarios").iterdir()} == {"todays_path.yaml", "no_training.yaml"}


@pytest.mark.parametrize(("lang", "words"), [("id", "mungkin maksudnya"), ("en", "perhaps")])
def test_a_misspelt_key_is_named_with_its_line_and_nothing_is_written(tmp_path, lang, words):
    """Exit 2, a message with file, line and the nearest name, no traceback, no folder."""
    file = tmp_path / "mine.yaml"
    file.write_text((SCENARIOS / "todays_path.yaml").read_text().replace("start_year:", "start_yaer:"))
    done = command("run", file, "--out", tmp_path / "out", "--lang", lang)
    assert done.returncode == 2
    assert "mine.yaml" in done.stderr and words in done.stderr and "start_year" in done.stderr
    assert "Traceback" not in done.stderr and done.stdout == ""
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("draws", ["0", "-3", "many", "1.5"])
def test_a_wrong_number_of_futures_is_refused(draws):
    """A message, not a traceback."""
    done = command("run", SCENARIOS / "todays_path.yaml", f"--draws={draws}")
    assert done.returncode == 2 and "Traceback" not in done.stderr and draws in done.stderr


def test_check_lists_every_problem_of_a_city(tmp_path):
    """Two broken cells in two files give two lines."""
    folder = tmp_path / "kota"
    shutil.copytree(ROOT / "data" / "salatiga", folder)
    for name, old, new in (("staff.csv", "frontline", "frontlien"), ("ratings.csv", ",D,", ",E,")):
        file = folder / name
        file.write_text(file.read_text().replace(old, new, 1))
    done = command("check", folder, "--lang", "en")
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert "staff.csv, row 2" in done.stderr and "frontline" in done.stderr and "ratings.csv, row 2" in done.stderr


@pytest.mark.parametrize("what", ["data/salatiga", "data/assumptions.yaml", "data/programmes.yaml", "data/scenarios"])
def test_everything_published_is_without_problems(what):
    """The files that come with the workbook pass their own check."""
    assert command("check", what).returncode == 0


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """A run with changed assumptions, a workbook in the same new folder, and a scenario of the same name from elsewhere."""
    folder = tmp_path_factory.mktemp("recorded")
    (folder / "other").mkdir()
    content = yaml.safe_load((SCENARIOS / "no_training.yaml").read_text(encoding="utf-8")) | {"made_with": {
        "model": "0" * 16, "catalogue": "0" * 16, "ledger": "0" * 16}}
    (folder / "other" / "todays_path.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    (folder / "changes.yaml").write_text("version: 1\nvalues:\n  d20: 0.6\nstructure:\n  dose: linear\n", encoding="utf-8")
    done = command("run", SCENARIOS / "todays_path.yaml", folder / "other" / "todays_path.yaml", "--draws", 16, "--out", folder / "out",
                   "--assumptions", folder / "changes.yaml", "--excel", folder / "out" / "result.xlsx", "--json", "--lang", "en")
    assert done.returncode == 0, done.stderr
    return folder / "out", done


def test_a_run_can_be_verified_and_a_change_is_exit_one(recorded, tmp_path):
    """Exit 0 the same; 1 with the file's name; 2 without a record; the object says the same as the words."""
    folder = Path(shutil.copytree(recorded[0], tmp_path / "copy"))
    same = command("verify", folder)
    assert (same.returncode, same.stderr) == (0, "") and "SAMA" in same.stdout
    with (folder / "result.xlsx").open("ab") as file:
        file.write(b"0")
    other, machine = command("verify", folder, "--lang", "en"), command("verify", folder, "--json")
    assert other.returncode == machine.returncode == 1 and "result.xlsx" in other.stdout and "Traceback" not in other.stderr
    found = json.loads(machine.stdout)
    assert [d["name"] for d in found["differences"]] == ["result.xlsx"] and found["same"] is False and found["results_same"] is True
    nothing = command("verify", tmp_path)
    assert nothing.returncode == 2 and "record.json" in nothing.stderr and not nothing.stdout


def test_every_file_of_a_run_is_in_its_record_and_the_scenarios_run_again(recorded):
    """Two scenarios of one name keep a file each; the printed record has no date, the written one has."""
    folder, done = recorded
    written = json.loads((folder / "record.json").read_text(encoding="utf-8"))
    assert set(written["files"]) | {"record.json"} == {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert {"scenarios/todays_path.yaml", "scenarios/todays_path_2.yaml", "result.xlsx"} <= set(written["files"])
    printed = json.loads(done.stdout)
    assert "made" not in printed["record"] and written["made"] not in done.stdout and printed["record"]["id"] == written["id"]
    assert [s["id"] for s in printed["record"]["scenarios"]] == [s["id"] for s in written["scenarios"]]
    again = command("run", *sorted((folder / "scenarios").iterdir()), "--draws", 16, "--json")
    assert again.returncode == 0 and "Traceback" not in again.stderr


def test_what_to_know_about_a_received_file_is_said_beside_the_object(recorded):
    """On the error stream, so that the object stays whole."""
    assert "todays_path.yaml" in recorded[1].stderr and "made_with" in recorded[1].stderr
