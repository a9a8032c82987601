"""What would change our mind: switching values of a small town, in both languages, cancellable, the same twice."""

import numpy as np
import pytest
import small_city

from simulation import City
from simulation.analysis.futures import futures
from simulation.analysis.held import Held, ends, value_at
from simulation.analysis.recommendation import recommend
from simulation.analysis.switching import switching_values
from simulation.analysis.switching_pairs import nearest, switching_pairs
from simulation.errors import Cancelled, InputError
from simulation.present import switching_charts, switching_views

NAMES = ("todays_path", "designed_for_impact", "no_training")
WILLINGNESS = 1e9  # near the frontier of the small town, so that assumptions can change the choice
DRAWS = 16
KEYS = ("kappa", "behaviour_slope", "m_classroom", "stay", "discount_rate", "digital_drift", "m_lecture", "trend", "smallest_difference",
        "respondent_sd", "citizen_wage", "tau_single")  # decisive, fixed, weak and idle ones: the whole ledger takes longer


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """Three units."""
    return City.load(small_city.write(tmp_path_factory.mktemp("town")))


@pytest.fixture(scope="module")
def scenarios(library):
    """Three scenarios, the baseline first."""
    return [library[name] for name in NAMES]


@pytest.fixture(scope="module")
def told():
    """What the progress was told."""
    return []


@pytest.fixture(scope="module")
def values(town, ledger, scenarios, told):
    """The switching values, found once."""
    return switching_values(scenarios, town, ledger, WILLINGNESS, DRAWS, KEYS, progress=lambda *step: told.append(step))


def preferred_at(scenarios, town, ledger, key, value):
    """The preferred scenario with a row replaced by one number: the long way round, through the ledger."""
    found = recommend(futures(scenarios, town, ledger.replace({key: value}), DRAWS), WILLINGNESS)
    return found.preferred.key


def test_every_change_is_one_in_the_full_model(values, town, ledger, scenarios):
    """Replacing the row by a number a little below and above each value gives the two scenarios named."""
    changing = values.changing()
    assert changing
    for answer in changing[:4]:
        for switch in answer.about("preference"):
            step = 0.006 * (answer.high - answer.low)
            assert preferred_at(scenarios, town, ledger, answer.row.key, switch.value - step) == switch.below
            assert preferred_at(scenarios, town, ledger, answer.row.key, switch.value + step) == switch.above


def test_none_within_its_range_is_none_in_the_full_model(values, town, ledger, scenarios):
    """The rows with the smallest leads and no change keep the choice at places the search did not look at."""
    standing = sorted((a for a in values.answers if a.acts and not a.about("preference")), key=lambda a: a.closest_rp)
    for answer in standing[:3]:
        for share in (0.07, 0.31, 0.83):
            value = answer.low + share * (answer.high - answer.low)
            assert preferred_at(scenarios, town, ledger, answer.row.key, value) == values.choice.preferred.key


def test_every_row_with_a_range_is_asked(town, ledger, scenarios):
    """Without a choice of keys: spread rows and one-number rows alike; a row with a single possible value is not."""
    keys = [answer.row.key for answer in switching_values(scenarios[:2], town, ledger, WILLINGNESS, 2).answers]
    assert keys == [row.key for row in ledger.parameters if row.range[0] < row.range[1]]
    assert {"m_classroom", "trend", "smallest_difference"} <= set(keys)


def test_rows_that_do_not_act_are_told_apart(values, ledger):
    """What only the survey or the worth of time reads changes no bit here."""
    assert [a.row.key for a in values.answers] == [row.key for row in ledger.parameters if row.key in KEYS]
    assert {a.row.key for a in values.answers if not a.acts} == {"respondent_sd", "citizen_wage", "smallest_difference"}


def test_the_table_is_tidy(values):
    """A row per change or per assumption without; values inside the range, intervals around them."""
    table = values.table()
    assert set(table["about"]) == {"preference", "verdict"}
    found = table[table["value"].notna()]
    assert ((found["low"] <= found["value"]) & (found["value"] <= found["high"])).all()
    assert ((found["range_low"] <= found["value"]) & (found["value"] <= found["range_high"])).all()
    assert np.allclose(found["distance"], (found["value"] - found["central"]) / (found["range_high"] - found["range_low"]))
    assert set(table.loc[table["about"] == "preference", "assumption"]) == {a.row.key for a in values.answers}


def test_structures_and_willingness_are_answered_too(values, ledger):
    """Every option of every switch; the frontier joins up from nothing and holds the stated willingness."""
    options = [(s.key, o.id) for s in ledger.ledger.structure for o in s.options]
    assert [(a.switch, a.option) for a in values.alternatives] == options
    assert {a.switch: a.option for a in values.alternatives if a.chosen} == dict(ledger.structure)
    assert all(a.preferred == values.choice.preferred.key for a in values.alternatives if a.chosen)
    frontier = values.frontier
    assert frontier[0].from_rp == 0.0
    assert [s.to_rp for s in frontier[:-1]] == [s.from_rp for s in frontier[1:]]
    own = next(s for s in frontier if s.from_rp <= WILLINGNESS < s.to_rp)
    assert own.preferred == values.choice.preferred.key
    assert all(s.low_rp <= s.from_rp <= s.high_rp for s in frontier)


def test_the_progress_rises_to_its_end(values, told):
    """Thousandths that never fall and end at all of them."""
    done = [step[0] for step in told]
    assert done == sorted(done)
    assert told[-1] == (1000, 1000)
    assert len(set(done)) > 20


def test_the_same_question_gives_the_same_bits(values, town, ledger, scenarios):
    """No randomness of its own, and the order of the keys does not matter."""
    again = switching_values(scenarios, town, ledger, WILLINGNESS, DRAWS, KEYS[::-1])
    assert again.table().equals(values.table())
    assert again.frontier == values.frontier


def test_the_user_can_stop(town, ledger, scenarios):
    """Cancelled passes through."""
    def stop(done, total):
        if done > 100:
            raise Cancelled

    with pytest.raises(Cancelled):
        switching_values(scenarios, town, ledger, WILLINGNESS, DRAWS, progress=stop)


@pytest.mark.parametrize(("change", "code"), [
    ({"scenarios": []}, "two_scenarios"), ({"willingness_rp": -1.0}, "willingness"), ({"willingness_rp": float("nan")}, "willingness"),
    ({"willingness_rp": "50 miliar"}, "willingness"), ({"willingness_rp": True}, "willingness"), ({"draws": 0}, "draws"),
    ({"keys": ["kapa"]}, "switching_no_range"), ({"keys": ["jp_entitlement"]}, "switching_no_range")])
def test_bad_questions_are_named(town, ledger, scenarios, change, code):
    """Before anything is run."""
    asked = {"scenarios": scenarios, "city": town, "assumptions": ledger, "willingness_rp": WILLINGNESS, "draws": DRAWS} | change
    with pytest.raises(InputError) as caught:
        switching_values(**asked)
    assert [problem.code for problem in caught.value.problems] == [code]


def test_pairs_hold_both(values, town, ledger, scenarios):
    """Corners of the grid agree with the ledger changed twice."""
    (pair,) = switching_pairs(values, top=2, steps=3)
    assert [pair.first.key, pair.second.key] == nearest(values, 2)
    for i, j in ((0, 0), (0, 2), (2, 0), (2, 2)):
        changed = ledger.replace({pair.first.key: float(pair.first_values[i]), pair.second.key: float(pair.second_values[j])})
        found = recommend(futures(scenarios, town, changed, DRAWS), WILLINGNESS)
        assert found.preferred.key == values.futures.keys[pair.preferred[i, j]]
        assert pair.margin_rp[i, j] == pytest.approx(found.margin_rp)
    assert len(pair.table()) == 9


@pytest.mark.parametrize(("change", "code"), [
    ({"keys": ["behaviour_slop", "kappa"]}, "switching_no_range"), ({"keys": ["jp_entitlement", "kappa"]}, "switching_no_range"),
    ({"keys": ["kappa", "kappa"]}, "switching_two"), ({"top": 1}, "switching_two"), ({"steps": 1}, "switching_steps"), ({"steps": 2.5}, "switching_steps")])
def test_bad_pairs_are_named(values, change, code):
    """With the nearest name."""
    with pytest.raises(InputError) as caught:
        switching_pairs(values, **change)
    assert [problem.code for problem in caught.value.problems] == [code]
    assert "behaviour_slope" in caught.value.text("en") or "behaviour_slop" not in str(change)


def test_a_scenario_keeps_its_own_override(town, ledger, scenarios):
    """Holding a row does not reach a scenario that sets it itself."""
    own = scenarios[1].replace({"overrides": {"kappa": 0.5}})
    held = Held(futures([scenarios[0], own], town, ledger, DRAWS))
    low, high = (held.read([(held.hold(("kappa", x)), s) for s in (0, 1)]) for x in (0.0, 1.0))
    assert np.array_equal(low[1], high[1])
    assert not np.array_equal(low[0], high[0])


def test_positions_follow_the_range(ledger):
    """0 and 1 are the 5 and 95 % points of a spread row, the ends of a fixed one; between them the scale is even."""
    for key in ("kappa", "behaviour_slope", "m_practice", "error_slope", "trend"):
        row = ledger[key]
        low, high = ends(row)
        assert [value_at(row, x) for x in (0.0, 1.0)] == pytest.approx([low, high], rel=1e-4)
        assert value_at(row, 0.3) == pytest.approx(low + 0.3 * (high - low), abs=2e-4 * (high - low))
    assert ends(ledger["behaviour_slope"]) == pytest.approx((0.08, 0.96), rel=0.02)


@pytest.mark.parametrize("lang", ["id", "en"])
def test_words_rows_and_pictures(values, lang):
    """The sentence names the choice and the nearest change; every picture can be drawn and heard."""
    nearest_change = values.changing()[0]
    sentence = values.sentence(lang)
    assert values.choice.preferred.name[lang] in sentence
    assert nearest_change.row.label[lang] in sentence
    assert switching_views.short(nearest_change.about("preference")[0].value, lang) in sentence
    for kind in ("preference", "verdict"):
        rows = switching_views.rows(values, lang, kind)
        assert len({len(row) for row in rows}) == 1
        assert len(rows) >= len(values.answers) + 1
        drawn = switching_charts.picture(values, lang, kind, most=6)
        assert drawn.svg().startswith("<svg")
        assert drawn.description == sentence
    assert len(switching_views.structure_rows(values, lang)) == 12
    assert len(switching_views.frontier_rows(values, lang)) == len(values.frontier) + 1
    (pair,) = switching_pairs(values, top=2, steps=3)
    drawn = switching_charts.pair_picture(pair, lang)
    letters = {row["text"][0] for row in drawn.rows["cells"]}
    assert letters == {row["text"] for row in drawn.rows["key_letters"]}
    assert pair.sentence(lang) == drawn.description


def test_a_changed_ledger_says_so(town, ledger, scenarios):
    """A row held by the reader is one number with a range, and is still asked about; the sentence carries the change."""
    changed = ledger.replace({"kappa": 0.4})
    found = switching_values(scenarios[:2], town, changed, WILLINGNESS, 2, ["kappa"])
    (answer,) = found.answers
    assert (answer.low, answer.high) == tuple(ledger["kappa"].range)
    assert ledger["kappa"].label["en"] in found.sentence("en").split("willing")[-1]
