"""The researcher's questions on the command line: words, tables and pictures out, or a message that can be acted on."""

from pathlib import Path

import pytest

from simulation.__main__ import main

ROOT = Path(__file__).resolve().parents[2]
PLAN, BASE, NONE = (str(ROOT / "data" / "scenarios" / f"{name}.yaml") for name in ("designed_for_impact", "todays_path", "no_training"))
OBSERVATIONS = str(ROOT / "data" / "samples" / "kalibrasi.yaml")
COMMANDS = {
    "sensitivity": ([PLAN, BASE, "--draws", "16"], "sobol.csv", "tornado.png"),
    "switching": ([BASE, PLAN, "--draws", "8", "--willingness", "50000000000"], "switching.csv", "switching.png"),
    "worth": ([BASE, PLAN, NONE, "--draws", "256"], "worth.csv", "studies.png"),
    "regret": ([BASE, PLAN, "--draws", "16"], "regret.csv", "regret.png"),
    "discover": ([PLAN, BASE, "--draws", "128", "--target", "0,2"], "boxes.csv", "boxes.png"),
    "calibrate": ([BASE, "--observations", OBSERVATIONS, "--draws", "512"], "learned.csv", "learned.png"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_question_is_answered_in_words_tables_and_pictures(name, tmp_path, capsys):
    """Exit 0, a sentence and aligned rows on the screen, files in the folder; changed assumptions are said first."""
    arguments, table, picture = COMMANDS[name]
    changes = tmp_path / "mine.yaml"
    changes.write_text("version: 1\nvalues:\n  kappa: {value: 0.5}\n", encoding="utf-8")
    out = tmp_path / "out"
    assert main([name, *arguments, "--out", str(out), "--lang", "en", "--assumptions", str(changes)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Government-scale discount (kappa): published") and len(said.splitlines()) > 4
    assert (out / table).stat().st_size > 50 and (out / picture).stat().st_size > 5000


@pytest.mark.parametrize("arguments, expected", [
    (["sensitivity", PLAN], "two scenarios"), (["sensitivity", PLAN, BASE, "--draws", "100"], "power of two"),
    (["discover", PLAN, BASE, "--target", "much"], "--target"), (["worth", BASE, PLAN, "--willingness", "x"], "--willingness"),
    (["switching", BASE, PLAN, "--assumptions", "nowhere.yaml"], "nowhere.yaml"), (["regret", PLAN], "two scenarios"),
    (["calibrate", BASE, "--observations", BASE], "todays_path.yaml"), (["run", BASE, "--scheduler", "nonsense"], "host:port"),
])
def test_what_cannot_be_asked_is_refused(arguments, expected, tmp_path, capsys):
    """Exit 2, a message that names what is wrong, nothing written."""
    assert main([*arguments, "--out", str(tmp_path / "out"), "--lang", "en"]) == 2
    assert expected in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
