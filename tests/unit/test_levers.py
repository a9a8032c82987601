"""Levers: each change alone, at equal money, ranked, and said in words that follow from the figures."""

import json
from pathlib import Path

import numpy as np
import pytest
import small_city

from simulation import City, InputError, compare, levers, simulate
from simulation.__main__ import main
from simulation.analysis.levers import EQUAL, MONEY, users_per_head
from simulation.language import LANGUAGES, say
from simulation.present import levers_views
from tools import readme_levers

ROOT = Path(__file__).resolve().parents[2]
BASE = str(ROOT / "data" / "scenarios" / "todays_path.yaml")
DRAWS = 16


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """Three units."""
    return City.load(small_city.write(tmp_path_factory.mktemp("town")))


@pytest.fixture(scope="module")
def plan(library):
    """Today's mix with money for a small town."""
    return library["todays_path"].replace({"budget_rp": 400_000_000, "years": 2})


@pytest.fixture(scope="module")
def found(plan, town, ledger):
    """The levers of that plan."""
    return levers(plan, town, ledger, DRAWS)


def test_a_gain_is_the_difference_of_two_plain_runs(found, town, ledger):
    """The same futures as any comparison, for the change and for the plan without it."""
    for name in ("service_content", "practice_on_service"):
        lever = found[name]
        a, b = (simulate(s, town, ledger, DRAWS) for s in (lever.scenario, lever.reference))
        assert np.allclose(lever.gain, compare(a, b).ikm, atol=1e-12, rtol=0)
        assert lever.seats == a.plan.seats.sum() and lever.spent_rp == a.plan.cost_rp.sum()
        line = next(line for line in lever.lines if line.promise.key == "ikm")
        assert np.array_equal(line.difference, lever.gain)


def test_a_lever_that_changes_nothing_has_a_gain_of_exactly_nothing(found, plan, town, ledger):
    """A plan that puts the front line first, and has no course for leaders, has nothing to gain from either."""
    already = plan.replace({"targeting": "frontline_first", "programmes": {"service_excellence": 0.5, "complaint_handling": 0.5}})
    again = levers(already, town, ledger, DRAWS)
    for name in ("frontline_first", "no_leadership"):
        assert again[name].no_change and not again[name].gain.any()
        assert all(not line.difference.any() for line in again[name].lines)
        assert again[name] in again.without_effect and again[name] not in again.ranking
    assert say("levers.frontline_first", "en") in again.sentence("en").split("nothing to change")[1]


def test_the_ranking_follows_the_gains(found):
    """Largest median first, in the ranking and in the table; money is no rival."""
    for some in (found.all, found.ranking):
        gains = [lever.band[1] for lever in some]
        assert gains == sorted(gains, reverse=True)
    assert not any(lever.key in MONEY for lever in found.ranking)
    assert found.table()["lever"].tolist() == [lever.key for lever in found.all]


def test_equal_money_holds_or_is_said(found):
    """What ranks spends what the plan spends; what cannot is named with its share; half and double are other money."""
    assert all(abs(lever.spent_rp / lever.reference_rp - 1.0) <= EQUAL for lever in found.ranking)
    for lever in found.other_money:
        if lever.key not in MONEY:
            assert levers_views.name(found, lever, "en") in found.sentence("en")
    assert {lever.key for lever in found.other_money} >= set(MONEY)
    assert {lever.name for lever in found.all} >= {"practice", "practice_on_service", "follow_up_on_service", "refresher_on_service", "off_peak"}


def test_half_and_double_are_what_they_say_in_salatiga(city, ledger, library):
    """Within a tenth, classes being whole; all other levers cost the same within one per cent."""
    found = levers(library["todays_path"], city, ledger, 2)
    assert found["half"].money == pytest.approx(0.5, abs=0.05) and found["double"].money == pytest.approx(2.0, abs=0.1)
    assert all(lever.equal_money for lever in found.all if lever.key not in MONEY)
    assert found["off_peak"].staff_hours == found["off_peak"].reference_hours
    weights = users_per_head(city)
    assert set(weights) == {unit.id for unit in city.units} and max(weights.values()) > 1.0


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_sentence_names_the_first_of_the_ranking(found, lang):
    """And its figure; rows and picture tell the same."""
    first = found.ranking[0]
    name, sentence = levers_views.name(found, first, lang), found.sentence(lang)
    assert name in sentence and found.rows(lang)[1 + found.all.index(first)][1] in sentence
    assert name in found.short(lang)
    assert found.picture(lang).description == sentence
    assert len(found.rows(lang)) == len(found.all) + 1
    assert len(found.picture(lang).rows["bars"]) == sum(not lever.no_change for lever in found.all)
    assert "<svg" in found.picture(lang).svg()


def test_no_lever_raises_or_lowers_unless_the_futures_agree(found):
    """With the figures turned round, what raised most hurts, and the words turn with them."""
    from dataclasses import replace

    turned = replace(found, all=tuple(replace(lever, gain=-np.abs(lever.gain) - 0.01) for lever in found.all if not lever.no_change))
    mixed = replace(found, all=tuple(replace(lever, gain=np.resize([0.1, -0.1], DRAWS)) for lever in found.all if not lever.no_change))
    assert "every change" in turned.sentence("en") and "raises the IKM most" not in turned.sentence("en")
    assert "These lower the IKM" in turned.sentence("en")
    assert "cannot be told" in mixed.sentence("en") and "lower the IKM in at least" not in mixed.sentence("en")


def test_a_plan_that_cannot_be_changed_so_is_told(plan, town, ledger):
    """A plan of counted classes has no money for a coach besides them; the others are found."""
    counted = plan.replace({"programmes": {}, "classes": {"service_excellence": 4}, "budget_rp": 180_000_000, "years": 1})
    found = levers(counted, town, ledger, DRAWS)
    assert ("follow_up", "base") in {(key, on) for key, on, _ in found.impossible}
    assert say("levers.follow_up", "en") in found.sentence("en").split("No valid plan")[1]


def test_the_command_prints_the_same_as_json(capsys, ledger, city, library):
    """One object, and nothing else."""
    assert main(["levers", BASE, "--draws", "2", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == json.loads(json.dumps(levers(library["todays_path"], city, ledger, 2).to_dict()))
    assert told["draws"] == 2 and {"gain_per_billion", "promises", "verdict", "direction"} <= set(told["levers"][0])


def test_the_command_writes_a_table_and_a_picture(capsys, tmp_path):
    """Words on the screen, files in the folder; two scenarios are one too many."""
    assert main(["levers", BASE, "--draws", "2", "--out", str(tmp_path), "--lang", "en"]) == 0
    assert "For the same money" in capsys.readouterr().out
    assert {"levers.csv", "levers.png"} <= {path.name for path in tmp_path.iterdir()}
    assert main(["levers", BASE, BASE.replace("todays_path", "frontline_first"), "--lang", "en"]) == 2
    assert "exactly one scenario" in capsys.readouterr().err


def test_draws_out_of_range_are_refused(plan, town, ledger):
    """As everywhere."""
    with pytest.raises(InputError):
        levers(plan, town, ledger, 0)


def test_the_readme_says_what_the_model_says():
    """If this fails, run `python tools/readme_levers.py`."""
    page = readme_levers.PAGE.read_text(encoding="utf-8")
    assert readme_levers.renewed(page, readme_levers.part(readme_levers.found())) == page
    with pytest.raises(ValueError, match="no <!-- levers -->"):
        readme_levers.renewed("nothing", "")
