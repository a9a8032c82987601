"""Differences of scenarios in words: every field, both languages, names instead of ids."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation import Scenario
from simulation.language import LANGUAGES, catalogue
from simulation.present import scenario_words
from simulation.present.scenario_words import MOST, SAID, diff_words

LIBRARY = Scenario.library()
BASE = LIBRARY["todays_path"]
OFFER = {"programme": "service_excellence", "kinds": ["registry"], "classes": 2, "coaching": True}
OFFERS = BASE.replace({"programmes": {}, "offers": [OFFER]})
# What is changed in which scenario, and a piece of the English words for it.
FIELDS = {
    "name": (BASE, {"id": "Lain", "en": "Other"}, "Name: from “Today’s path” to “Other”"),
    "author": (BASE, "Bappeda", "to “Bappeda”"),
    "date": (BASE, "2027-01-02", "to “2027-01-02”"),
    "reason": (BASE, {"id": "Sebab", "en": "Because"}, "to “Because”"),
    "reference": (BASE, "rkpd.pdf", "to “rkpd.pdf”"),
    "baseline": (BASE, False, "Marked as the baseline: from yes to no"),
    "start_year": (BASE, 2028, "First year: from 2027 to 2028"),
    "years": (BASE, 3, "Number of years: from 5 to 3"),
    "budget_rp": (BASE, 2.4e9, "Budget a year: from Rp 1.6 billion to Rp 2.4 billion"),
    "programmes": (BASE, BASE.programmes | {"service_excellence": 0.05}, "Service excellence, share of the budget: from 12% to 5%"),
    "classes": (BASE.replace({"programmes": {}}), {"service_excellence": 3}, "Service excellence: added, 3 classes a year"),
    "offers": (OFFERS, [OFFER | {"classes": [2, 3, 3, 2, 2]}], "(Civil registry, with a coach afterwards): from 2 to 3 classes a year in 2028–2029"),
    "targeting": (BASE, "frontline_first", "Who goes first: from “by rotation” to “front line first”"),
    "needs": (BASE, {"disdukcapil": {"integritas": 0.5}}, "Population and Civil Registry Office, Integrity: from 0 to 0.5"),
    "unit_weights": (BASE, {"disdukcapil": 2.0}, "Population and Civil Registry Office: from 1 to 2"),
    "practice": (BASE, "all", "added to 4 programmes: Service excellence,"),
    "follow_up": (BASE, "all", "added to 4 programmes: Service excellence,"),
    "refresher_months": (BASE, 12, "Refresher: from “none” to “after 12 months”"),
    "quarters": (BASE, [1, 2], "from Q1, Q2, Q3 and Q4 to Q1 and Q2"),
    "carry_over": (BASE, True, "from no to yes"),
    "off_peak": (BASE, True, "Classes that leave the counter manned: from no to yes"),
    "replacement_ratio": (BASE, 0.9, "from 1 to 0.9"),
    "minutes_factor": (BASE, 0.75, "from 1 to 0.75"),
    "overrides": (BASE, {"behaviour_slope": 0.15}, "with its range) to held at 0.15"),
    "structure": (BASE, None, "Form of the model “"),
    "seed": (BASE, 7, "from 20270101 to 7"),
}


def other_structure(ledger):
    switch = ledger.ledger.structure[0]
    return {switch.key: next(option.id for option in switch.options if option.id != switch.default)}


def test_every_field_has_words():
    """A new field of a scenario must be given words and a case here."""
    assert set(SAID) == set(Scenario.model_fields) == {*FIELDS, "version"}


def test_every_phrase_used_is_in_both_catalogues():
    """Also those no test happens to say."""
    keys = set(re.findall(r'tell\("([a-z_.]+)"', Path(scenario_words.__file__).read_text(encoding="utf-8")))
    assert len(keys) > 15 and all(f"library.{key}" in catalogue(lang) for key in keys for lang in LANGUAGES)


@pytest.mark.parametrize("field", FIELDS)
def test_a_change_of_a_field_is_one_line_both_ways_and_in_both_languages(field, city, ledger):
    """What is said forward is said backward with from and to exchanged."""
    before, value, words = FIELDS[field]
    after = before.replace({field: other_structure(ledger) if field == "structure" else value})
    line, = diff_words(before, after, "en", city)
    assert words in line and "_" not in line
    assert all(len(diff_words(*pair, lang, city)) == 1 for pair in ((before, after), (after, before)) for lang in LANGUAGES)
    assert diff_words(before, after, "id", city) != [line] and diff_words(after, before, "en", city) != [line]


@pytest.mark.parametrize("key", LIBRARY)
def test_every_published_scenario_differs_in_words_from_the_baseline(key, city):
    """And not from itself."""
    assert diff_words(LIBRARY[key], LIBRARY[key], "id", city) == []
    assert key == "todays_path" or len(diff_words(BASE, LIBRARY[key], "id", city)) >= len(BASE.diff(LIBRARY[key]))


def test_yearly_budgets_are_said_year_by_year():
    """Years with the same change in one line, as in the brief: budget 2027 from so much to so much."""
    after = BASE.replace({"budget_rp": [2.4e9, 1.6e9, 2e9, 2e9, 1.6e9]})
    assert diff_words(BASE, after, "id") == ["Anggaran 2027: dari Rp 1,6 miliar menjadi Rp 2,4 miliar",
                                             "Anggaran 2029–2030: dari Rp 1,6 miliar menjadi Rp 2 miliar"]


def test_a_budget_of_a_year_that_the_other_has_not():
    """A longer plan adds budgets, a shorter one drops them."""
    short = BASE.replace({"years": 2, "budget_rp": [1e9, 1e9]})
    longer = BASE.replace({"years": 3, "budget_rp": [1e9, 1e9, 3e9]})
    assert diff_words(short, longer, "en")[1:] == ["Budget 2029: added, Rp 3 billion"]
    assert diff_words(longer, short, "en")[1:] == ["Budget 2029: dropped (was Rp 3 billion)"]


@given(st.floats(0, 1e12), st.floats(0, 1e12), st.sampled_from(LANGUAGES))
@settings(max_examples=60, deadline=None)
def test_two_budgets_never_read_the_same(before, after, lang):
    """Not even when they differ by a rupiah, or by less."""
    lines = diff_words(BASE.replace({"budget_rp": before}), BASE.replace({"budget_rp": after}), lang)
    assert len(lines) == (before != after)
    if lines:
        old, new = lines[0].split(": ", 1)[1].removeprefix("dari " if lang == "id" else "from ").split(" menjadi " if lang == "id" else " to ")
        assert old != new


@given(st.floats(0, 1), st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_any_two_shares_are_told_apart(before, after):
    """A small change of a share is a change."""
    lines = diff_words(*(BASE.replace({"programmes": {"pka": share}}) for share in (before, after)), "en")
    assert bool(lines) == (before != after)


@pytest.mark.parametrize("changes", [{"budget_rp": [1.6e9] * 5}, {"programmes": BASE.programmes | {"supervision": 0.0}}, {"unit_weights": {"disdukcapil": 1.0}},
                                     {"quarters": [4, 3, 2, 1]}, {"needs": {"disdukcapil": {}}}])
def test_the_same_meaning_written_differently_is_said_as_such(changes):
    """A difference of the file is never passed over, nor made into a decision."""
    line, = diff_words(BASE, BASE.replace(changes), "en")
    assert "same meaning" in line


def test_the_default_option_written_out_is_the_same_meaning(ledger):
    """A switch set to its default changes no result."""
    switch = ledger.ledger.structure[0]
    line, = diff_words(BASE, BASE.replace({"structure": {switch.key: switch.default}}), "en")
    assert "same meaning" in line


def test_a_row_held_at_its_published_value_is_a_change(ledger):
    """It no longer varies."""
    line, = diff_words(BASE, BASE.replace({"overrides": {"behaviour_slope": ledger["behaviour_slope"].value}}), "en")
    assert "as published" in line and "held at" in line


def test_offers_by_form_kind_and_year():
    """Added and dropped forms with their classes; another order is said as such."""
    more = OFFERS.replace({"offers": [OFFER, {"programme": "health_desk", "classes": [0, 2, 2, 2, 1], "practice": True, "refresher_months": 6}]})
    line, = diff_words(OFFERS, more, "id")
    assert line == ("Pelayanan loket kesehatan (semua jenis unit, dengan praktik di tempat kerja, penyegaran setelah 6 bulan): "
                    "ditambahkan, 2 kelas per tahun pada 2028–2030; 1 kelas per tahun pada 2031")
    assert diff_words(more, OFFERS, "en")[0].startswith("Health-desk service (all kinds of units") and "dropped" in diff_words(more, OFFERS, "en")[0]
    turned = more.replace({"offers": more.to_dict()["offers"][::-1]})
    assert "another order" in diff_words(more, turned, "en")[0]


def test_many_weights_are_counted_and_the_largest_is_named(city):
    """Forty units would be forty lines."""
    weights = {unit.id: 1.5 for unit in city.units[:MOST + 3]} | {"disdukcapil": 3.0}
    line, = diff_words(BASE, BASE.replace({"unit_weights": weights}), "en", city)
    assert f"{len(weights)} weights changed" in line and "Population and Civil Registry Office, from 1 to 3" in line


def test_units_are_named_by_the_file_where_no_city_is_given(tmp_path, city):
    """A file that was sent carries the names."""
    after = BASE.replace({"unit_weights": {"disdukcapil": 2.0}})
    sent = Scenario.load(after.save(tmp_path / "x.yaml", portable=True, city=city))
    assert "Population and Civil Registry Office" in diff_words(BASE, sent, "en")[0]
    assert "disdukcapil" in diff_words(BASE, after, "en")[0]


def test_a_text_changed_in_the_other_language_only_is_said():
    """An Indonesian reader learns that the English name changed."""
    after = BASE.replace({"name": {"id": BASE.name["id"], "en": "Another"}})
    assert "“Another”" in diff_words(BASE, after, "id")[0]
