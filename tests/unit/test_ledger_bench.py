"""The bench of the researcher: edits in the table, undo, files, and whether the recommendation stands."""

import numpy as np
import pytest

from simulation.analysis.futures import at_points, futures
from simulation.analysis.recommendation import recommend
from simulation.errors import Cancelled, InputError
from simulation.ledger_changes import changes
from simulation.present.recommendation_words import rows, stands_sentence
from simulation.workbook.ledger_bench import LedgerBench
from simulation.workbook.work import Work

WILLINGNESS = 50e9
NAMES = ("todays_path", "designed_for_impact", "no_training")


@pytest.fixture
def bench(city, ledger, library):
    """Three scenarios in a few futures."""
    return LedgerBench("en", city, ledger, [library[name] for name in NAMES], WILLINGNESS, draws=32)


def typed(bench, key, **fields):
    """What the page sends when a reader types into a row."""
    row = next(row for row in bench.table.rows if row["key"] == key)
    edit = {name: fields.get(name, row[name]) for name in ("value", "low", "high", "kind")}
    bench.table.edit = {"key": key, **edit, "count": len(bench._past) + sum(map(ord, str(fields)))}


def shown(bench, key):
    """A row as the page shows it."""
    return next(row for row in bench.table.rows if row["key"] == key)


def test_a_typed_value_changes_ledger_list_and_result(bench):
    """One edit moves the row, the list in words and the picture."""
    before = bench.frame().copy()
    typed(bench, "behaviour_slope", value="0,14")
    assert bench.assumptions["behaviour_slope"].value == 0.14
    assert shown(bench, "behaviour_slope")["changed"] and "0.28" in shown(bench, "behaviour_slope")["published"]
    assert "behaviour_slope" in bench.list.value and not bench.frame().equals(before)


def test_a_typed_range_keeps_the_kind(bench):
    """From and to are the 5 and 95 % points."""
    typed(bench, "behaviour_slope", low="0.08", high="0.5")
    row = bench.assumptions["behaviour_slope"]
    assert row.range == (0.08, 0.5) and row.distribution["kind"] == "lognormal" and row.value == pytest.approx(0.2)


def test_a_switch_to_one_number_holds_the_row(bench):
    """The spread `one number` is a choice like the others."""
    typed(bench, "behaviour_slope", kind="fixed")
    assert not bench.assumptions["behaviour_slope"].varies


@pytest.mark.parametrize("value", ["9x", "1.000,5", "-1"])
def test_what_cannot_be_is_said_beside_the_row_and_changes_nothing(bench, value):
    """The message stands at the row; ledger and undo are untouched."""
    typed(bench, "behaviour_slope", value=value)
    assert bench.table.problems["behaviour_slope"] and changes(bench.assumptions) == [] and bench._past == []
    typed(bench, "behaviour_slope", value="0.2")
    assert bench.table.problems == {}


def test_every_change_can_be_undone(bench):
    """Rows and switches alike, in reverse order."""
    typed(bench, "behaviour_slope", value="0.14")
    bench.switches["dose"].value = "flat"
    assert len(changes(bench.assumptions)) == 2
    bench.undo()
    assert [c.key for c in changes(bench.assumptions)] == ["behaviour_slope"] and bench.switches["dose"].value == "saturating"
    bench.undo()
    assert changes(bench.assumptions) == [] and bench.buttons["undo"].disabled


def test_a_row_goes_back_to_its_published_value(bench):
    """The button of a row undoes that row alone."""
    typed(bench, "behaviour_slope", value="0.14")
    typed(bench, "kappa", value="0.4")
    bench.table.edit = {"key": "behaviour_slope", "reset": True, "count": 1}
    assert [c.key for c in changes(bench.assumptions)] == ["kappa"]


def test_saved_changes_open_again(bench, tmp_path):
    """The file holds what was changed; a bad file changes nothing and says why."""
    typed(bench, "behaviour_slope", value="0.14")
    bench.path.value = str(tmp_path / "mine.yaml")
    bench.buttons["save"].click()
    wanted = bench.assumptions.id
    bench.buttons["reset_all"].click()
    assert changes(bench.assumptions) == []
    bench.buttons["open"].click()
    assert bench.assumptions.id == wanted
    bench.path.value = str(tmp_path / "mne.yaml")
    bench.buttons["open"].click()
    assert "mine.yaml" in bench.message.value and bench.assumptions.id == wanted


def test_a_weak_slope_makes_the_recommendation_flip(bench):
    """When satisfaction hardly answers to skill, no training is worth more than any plan; the sentence says so."""
    assert "stands" in bench.sentence.value
    typed(bench, "behaviour_slope", value="0.02")
    assert bench.recommendation.preferred.key == "no_training"
    assert "flips" in bench.sentence.value


def test_what_analyses_found_stands_in_the_table(bench):
    """Columns that say what decides and what knowing is worth."""
    bench.learn(decides={"behaviour_slope": "decides"}, worth={"behaviour_slope": "Rp 1 billion"})
    assert (shown(bench, "behaviour_slope")["decides"], shown(bench, "behaviour_slope")["worth"]) == ("decides", "Rp 1 billion")
    assert shown(bench, "kappa")["decides"] == ""


@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_recommendation_is_the_highest_expected_net_benefit(city, ledger, library, lang):
    """Worth of the points less the money, mean over the futures; table, sentence and order agree."""
    seen = futures([library[name] for name in NAMES], city, ledger, 32)
    found = recommend(seen, WILLINGNESS)
    by_hand = (WILLINGNESS * (seen.ikm - seen.ikm[0]) - (seen.cost_rp - seen.cost_rp[0])).mean(axis=1)
    assert found.preferred.key == NAMES[int(by_hand.argmax())] == found.table()["scenario"][0]
    assert found.preferred.name[lang] in found.sentence(lang) and len(rows(found, lang)) == 1 + len(NAMES)
    assert found.preferred.name[lang] in stands_sentence(found, found, lang)


def test_at_no_worth_the_cheapest_is_preferred(city, ledger, library):
    """Nobody pays for points that are worth nothing."""
    assert recommend(futures([library[name] for name in NAMES], city, ledger, 16), 0.0).preferred.key == "no_training"


def test_futures_are_the_outcomes_told_in_numbers(city, ledger, library):
    """The same bits as a full run, block by block, and the same at the same points."""
    from simulation import simulate

    chosen = [library[name] for name in NAMES]
    seen = futures(chosen, city, ledger, 257)
    for i, scenario in enumerate(chosen):
        outcome = simulate(scenario, city, ledger, 257)
        assert np.array_equal(outcome.year_mean(outcome.city_ikm, 5), seen.ikm[i])
    assert np.array_equal(at_points(chosen, city, ledger, seen.points).ikm, seen.ikm)


def test_futures_need_two_scenarios_with_the_same_draws(city, ledger, library):
    """One scenario has nothing to be compared with; other seeds are other futures."""
    with pytest.raises(InputError):
        futures([library["todays_path"]], city, ledger, 16)
    with pytest.raises(InputError):
        futures([library["todays_path"], library["no_training"].replace({"seed": 1})], city, ledger, 16)


def test_progress_reaches_the_end_and_can_stop(city, ledger, library):
    """Every draw of every scenario is told; who raises Cancelled gets no result."""
    told = []
    chosen = [library[name] for name in NAMES]
    futures(chosen, city, ledger, 300, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (900, 900) and told == sorted(told)

    def stop(done, total):
        raise Cancelled

    with pytest.raises(Cancelled):
        futures(chosen, city, ledger, 300, progress=stop)


def test_work_shows_its_result_and_can_be_stopped():
    """A finished work has a result; a stopped one has none and says so."""
    import ipywidgets as widgets

    def count(progress):
        for i in range(3):
            progress(i + 1, 3)
        return "found"

    work = Work("en", "Go", count, lambda result: widgets.HTML(result))
    work.run()
    work.wait()
    assert work.result == "found" and work.place.children[0].value == "found" and work.bar.value == 100

    def stopped(progress):
        work.cancel.click()
        progress(1, 3)

    work = Work("en", "Go", stopped, lambda result: widgets.HTML(result))
    work.run()
    work.wait()
    assert work.result is None and "stopped" in work.status.value and not work.start.disabled
