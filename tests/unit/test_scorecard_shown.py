"""Everything of the scorecard that reaches a person: words, tables, reasons, one gain, and the council's own smallest difference."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from simulation import compare, simulate
from simulation.__main__ import main
from simulation.analysis.choice import choose
from simulation.analysis.waiting_reason import _minutes, waiting_reason
from simulation.errors import InputError
from simulation.indicators import three
from simulation.language import LANGUAGES, band, number
from simulation.outcome import SAME
from simulation.present import (
    exhibits,
    intervals,
    scorecard_words,
    verdicts,
    views,
    words,
)
from simulation.present.story import story
from simulation.scorecard import promises
from tools import outcome_docs

DRAWS = 128


@pytest.fixture(scope="module")
def runs(city, ledger, library):
    """Some plans against today's path."""
    base = simulate(library["todays_path"], city, ledger, DRAWS)
    names = ("designed_for_impact", "no_training", "innovative_teachers", "double_budget")
    return {name: compare(simulate(library[name], city, ledger, DRAWS), base) for name in names}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_verdict_has_a_word_a_sign_and_a_tone_of_its_own(lang):
    """Shape, word and colour tell the four apart."""
    tones = [intervals.VERDICT_TONES[v] for v in verdicts.VERDICTS]
    for told in (list(verdicts.names(lang).values()), list(verdicts.SIGNS.values()), [intervals.TONES[t] for t in tones], [intervals.SHAPES[t] for t in tones]):
        assert len(set(told)) == len(verdicts.VERDICTS)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_sentence_says_direction_first_then_importance_then_where_it_turns(runs, lang):
    """Direction, difference, importance, turning points: each a sentence, none without its number."""
    c = runs["designed_for_impact"]
    direction, gain, importance, *turns = scorecard_words.ikm_sentences(c, lang)
    assert scorecard_words.of_hundred(c.direction[1], lang) in direction
    assert band(*three(c.ikm), lang, sign=True) in gain
    assert verdicts.names(lang)[c.verdict] in importance and scorecard_words.who(c.smallest, lang) in importance
    assert any(number(c.turning_points[0], lang) in turn or number(c.turning_points[1], lang) in turn for turn in turns)
    assert c.sentence(lang).startswith(direction)


def test_indonesian_words_are_those_of_a_reader():
    """No calque in the catalogue."""
    from simulation.language import catalogue

    text = "\n".join(catalogue("id").values()).lower()
    assert not re.search(r"masa depan|\bputusan|bersorak|berselisih", text)


def test_rows_table_and_summary_say_the_same(runs):
    """Text cells, data frame and JSON come from the same lines."""
    card = runs["designed_for_impact"].scorecard
    assert [row[0] for row in card.rows("en")[1:]] == [line.promise.name["en"] for line in card.core]
    assert card.core[0].promise.key == "registry_minutes"
    frame, found = card.table("en").set_index("key"), card.summary()
    assert list(frame.index) == list(found) == [line.promise.key for line in card.lines]
    assert frame.loc["attainment", "p50"] == found["attainment"]["p50"] == card["attainment"].band[1]
    assert len(card.rows("id", every=True)) == len(card.lines) + 1 > len(card.rows("id"))


def test_a_plan_for_teachers_speaks_of_pupils_and_not_of_nothing(runs):
    """Attainment stands in its sentence."""
    c = runs["innovative_teachers"]
    assert c.scorecard["attainment"].promise.name["id"] in c.sentence("id")
    assert c.scorecard["attainment"].promise.name["en"] in scorecard_words.short(c, "en")
    assert not c.scorecard.no_promise_of_its_own


def test_a_plan_without_a_promise_says_so(runs):
    """Doubling today's mix moves levels and 20 JP alone."""
    c = runs["double_budget"]
    assert c.scorecard.no_promise_of_its_own
    assert "No promise of its own" in c.sentence("en") and "No promise of its own" in c.scorecard.sentence("en")


def test_an_odd_wait_carries_its_reason_from_the_run(runs, city):
    """Without training nobody is away; twice the classes keep people away: parts of a counterfactual that add up."""
    less, more = runs["no_training"].scorecard, runs["double_budget"].scorecard
    key, found = less.waiting_reason
    assert key == "registry_minutes" and found.total < 0.0 and found.in_class < 0.0 < found.skill and found.hours == 0.0
    assert found.total == pytest.approx(found.in_class + found.skill, abs=0.01)
    assert number(found.in_class, "en", sign=True) in less.sentence("en")
    assert more.waiting_reason[1].total > 0.0 > more.waiting_reason[1].skill
    assert "class" in runs["double_budget"].sentence("en")
    all_counters = waiting_reason(runs["designed_for_impact"], np.arange(len(city.counters.ids)))
    assert not all_counters.odd or all_counters.in_class * all_counters.total > 0.0


def test_the_counterfactual_starts_from_the_run_itself(runs):
    """With nothing exchanged it gives the minutes of the run."""
    outcome = runs["designed_for_impact"].a
    again = _minutes(outcome, outcome, 5, slice(0, DRAWS))
    assert again == pytest.approx(outcome.year_mean(outcome.arrays["minutes"], 5), abs=1e-9)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_gain_is_one_number_everywhere(runs, lang):
    """Text, ends of both fans, tables, workbook data and JSON."""
    c = runs["designed_for_impact"]
    low, middle, high = three(c.ikm)
    said, at_end = band(low, middle, high, lang, sign=True), views.band_of((low, middle, high), lang, True)
    assert said in c.sentence(lang) and said in exhibits.exhibit("ikm", c, lang).sentence
    assert any(said in cell for row in words.comparison_rows([c], lang) for cell in row)
    assert said in exhibits.exhibit("gain", c, lang).table[-1][-1]
    assert any(said in cell for row in story([c], lang).page("verdict").table for cell in row)
    for picture in (views.gain_fan(c, lang), views.ikm_fan([c.a, c.b], lang)):
        assert picture.rows["end_values"][0]["text"] == at_end
    assert c.table().set_index("indicator").loc["ikm", "p50"] == middle == c.scorecard["ikm"].band[1]


def test_staff_time_stands_beside_the_cash(runs):
    """Hours and rupiah in the money line and the table, newcomers' course beneath."""
    c = runs["designed_for_impact"]
    hours = number(c.scorecard.staff_hours()[0], "en", 0)
    assert hours in words.money_line(c, "en") and any(hours in cell for cell in words.comparison_rows([c], "en")[1])
    assert "compulsory" in words.money_line(c, "en")


def test_the_council_may_set_another_smallest_difference(runs, ledger, tmp_path, capsys):
    """Between 0.1 and 1.0, and the verdict follows; anything else is named."""
    c = runs["designed_for_impact"]
    strict = ledger.replace({"smallest_difference": 1.0})
    judged = compare(*(replace(o, assumptions=strict) for o in (c.a, c.b)))
    assert judged.smallest == 1.0 and judged.verdict == SAME and judged.turning_points == c.turning_points
    assert scorecard_words.who(1.0, "en") == "36 of 100 citizens"
    with pytest.raises(InputError):
        ledger.replace({"smallest_difference": 1.5})
    files = ["data/scenarios/todays_path.yaml", "data/scenarios/designed_for_impact.yaml"]
    assert main(["run", *files, "--draws", "16", "--smallest", "0.5", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["scenarios"][1]["scorecard"]
    assert found["ikm"]["smallest"] == 0.5 and set(found["registry_minutes"]) >= {"p05", "p50", "p95", "verdict", "direction", "share"}
    assert main(["run", *files, "--draws", "16", "--smallest", "2"]) == 2


def test_the_rule_of_the_choice_knows_all_verdicts(runs):
    """A plan that is almost surely higher goes before one that is practically the same, however cheap."""
    found = choose(list(runs.values()))
    assert found.lead is runs["designed_for_impact"] and found.leaning and not found.proven


def test_the_page_of_outcomes_is_in_step():
    """docs/outcomes.md comes from data/outcomes.yaml."""
    assert outcome_docs.PAGE.read_text(encoding="utf-8") == outcome_docs.page()
    assert len(scorecard_words.definitions("en", 0.28)) == len(promises()) + 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_html_has_name_band_verdict_and_what_they_mean(runs, lang):
    """For the panel and the page: nothing is told by colour alone."""
    card = runs["designed_for_impact"].scorecard
    shown = scorecard_words.html(card, lang)
    for line in card.core:
        assert verdicts.signed(line.verdict, lang) in shown and line.promise.measured[lang].split()[0] in shown
