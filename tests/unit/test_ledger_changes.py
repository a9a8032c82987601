"""A researcher changes assumptions: what is accepted, how it is said, how it is kept."""

import numpy as np
import pytest

from simulation.assumptions import Assumptions
from simulation.ensemble import simulate
from simulation.errors import InputError
from simulation.language import figure, read_figure
from simulation.ledger_changes import changes, read_changes, save_changes
from simulation.outcome import compare
from simulation.present import views
from simulation.present.ledger_words import change_lines, changed_note
from simulation.scenario import Scenario

LEDGER = Assumptions.load()


def test_the_published_ledger_has_no_changes():
    """Nothing is said where nothing was changed."""
    assert changes(LEDGER) == [] and changed_note(LEDGER, "en") == ""


def test_a_bare_number_holds_the_row():
    """Every draw of a held row is its value."""
    held = LEDGER.replace({"behaviour_slope": 0.15})
    assert set(held.draw(8, 1, ())[0]["behaviour_slope"]) == {0.15} and held["behaviour_slope"].changed


def test_another_range_is_the_5_and_95_percent_of_the_draws():
    """The kind of spread stays and is fitted to the new range."""
    row = LEDGER.replace({"behaviour_slope": {"value": 0.2, "range": [0.1, 0.4]}})["behaviour_slope"]
    assert row.distribution["kind"] == "lognormal"
    assert np.allclose(row.quantile(np.array([0.05, 0.5, 0.95])), [0.1, 0.2, 0.4])


@pytest.mark.parametrize("kind", ["normal", "lognormal", "beta"])
def test_a_kind_alone_is_fitted_to_the_range(kind):
    """The 5 and 95 % points are the range, whatever the kind, and the value is its middle."""
    row = LEDGER.replace({"stay": {"range": [0.25, 0.55], "distribution": kind}})["stay"]
    assert np.allclose(row.quantile(np.array([0.05, 0.95])), [0.25, 0.55], atol=1e-5)
    assert 0.35 < row.value < 0.42


@pytest.mark.parametrize("key, value", [("behaviour_slope", 0.14), ("d20", 0.7), ("kappa", 0.3)])
def test_another_value_moves_the_spread_and_the_range_says_so(key, value):
    """What the table shows as a range is where nine in ten draws lie."""
    row = LEDGER.replace({key: {"value": value}})[key]
    assert row.value == value
    assert np.allclose(row.quantile(np.array([0.05, 0.95])), row.range, rtol=1e-3)


@pytest.mark.parametrize("change, code", [
    ({"behaviour_slop": 1.0}, "unknown_assumption"), ({"behaviour_slope": "many"}, "not_number"), ({"behaviour_slope": True}, "not_number"),
    ({"behaviour_slope": 99.0}, "out_of_range"), ({"behaviour_slope": {"range": [0.3]}}, "range_pair"), ({"behaviour_slope": {"rnge": [1, 3]}}, "unknown_key"),
    ({"behaviour_slope": {"range": [-0.1, 0.3]}}, "distribution_positive"), ({"stay": {"range": [0.0, 1.0]}}, "distribution_range"),
    ({"behaviour_slope": {"value": 0.3, "range": [0.1, 0.4]}}, "spread_middle"), ({"stay": {"value": 1.5}}, "distribution_range"),
    ({"p0": {"value": 1.4, "range": [1.0, 2.0], "distribution": "uniform"}}, "beyond_limit"), ({"cut_spacing": {"distribution": "normal"}}, "must_be_fixed"),
    ({"stay": {"distribution": "gauss"}}, "unknown_distribution"),
])
def test_what_cannot_be_is_refused_by_name(change, code):
    """Each refusal names the row and what is wrong."""
    with pytest.raises(InputError) as caught:
        LEDGER.replace(change)
    assert [p.code for p in caught.value.problems] == [code]
    assert next(iter(change)) in caught.value.text("en")


def test_a_change_back_is_no_change():
    """The ledger knows by content, not by history."""
    there = LEDGER.replace({"behaviour_slope": {"value": 0.2, "range": [0.1, 0.4]}}, {"dose": "flat"})
    row = LEDGER["behaviour_slope"]
    back = there.replace({"behaviour_slope": {"value": row.value, "range": row.range, "distribution": dict(row.distribution)}}, {"dose": "saturating"})
    assert changes(back) == [] and back.id == LEDGER.id


def test_a_file_of_changes_comes_back_the_same(tmp_path):
    """Saved and read again, the ledger is the same, bit for bit."""
    changed = LEDGER.replace({"behaviour_slope": {"value": 0.2, "range": [0.1, 0.4]}, "kappa": 0.4}, {"forgetting": "single_store"})
    path = save_changes(changed, tmp_path / "mine.yaml", author="A", date="2026-11-24", reason="doubt")
    again = read_changes(path, LEDGER)
    assert again.id == changed.id
    assert [c.key for c in changes(again)] == ["kappa", "behaviour_slope", "forgetting"]


def test_a_wrong_file_of_changes_is_refused_with_its_line(tmp_path):
    """Line, key and the nearest name."""
    path = tmp_path / "mine.yaml"
    path.write_text("version: 1\nvalues:\n  kapa: 0.4\n  stay: 7.0\nstructure:\n  dose: flatt\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_changes(path, LEDGER)
    assert [(p.line, p.code) for p in caught.value.problems] == [(3, "unknown_assumption"), (4, "out_of_range"), (6, "unknown_option")]
    assert "kappa" in caught.value.text("en")


@pytest.mark.parametrize("lang", ["id", "en"])
def test_changes_are_said_in_words_and_with_every_result(lang, city):
    """The list names before and after; sentence and caption of a comparison carry the note."""
    changed = LEDGER.replace({"behaviour_slope": 0.15}, {"dose": "flat"})
    lines = change_lines(changed, lang)
    assert len(lines) == 2 and figure(0.28, lang) in lines[0] and figure(0.15, lang) in lines[0]
    library = Scenario.library()
    base, other = (simulate(library[name], city, changed, 16) for name in ("todays_path", "no_training"))
    found = compare(other, base)
    note = changed_note(changed, lang)
    assert note in found.sentence(lang)
    assert note in str(views.gain_fan(found, lang).spec)


def test_a_number_is_read_as_it_was_typed():
    """Comma or point, never grouping; what could mean two things is not guessed."""
    assert [read_figure(t) for t in ("1,5", " 1.5", "-2", "1.000,5", "1e3", "x", "", "1_0", "nan")] == [1.5, 1.5, -2.0, None, 1000.0, None, None, None, None]
