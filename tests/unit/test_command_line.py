"""The command line as a user meets it: one JSON object, exit codes, messages instead of tracebacks."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

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
        assert set(scenario) == {"id", "name", "file", "cost_rp", "unspent_rp", "participants", "share_20jp", "ikm", "vs_baseline"}
        assert set(scenario["vs_baseline"]) == {"ikm", "waiting_minutes", "verdict"}
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
    assert names == {"summary.csv", "outcome.csv", "units.csv", "record.json", "differences.png", "ikm.png", "waiting.png", "levels.png"}


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
