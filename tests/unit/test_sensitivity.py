"""Which assumption decides: Sobol indices of the model, tornado, structural alternatives side by side."""

import numpy as np
import pytest

from simulation.analysis.futures import LUCK
from simulation.analysis.sensitivity import sensitivity
from simulation.analysis.structure_effects import structure_effects
from simulation.analysis.tornado import tornado
from simulation.errors import Cancelled, InputError
from simulation.present import sensitivity_views as views


@pytest.fixture(scope="module")
def found(city, ledger, library):
    """A small sample of the difference of two scenarios, the last link by trials of training alone: with both routes 32 points decide nothing."""
    trials = ledger.replace(structure={"last_link": "trial"})
    return sensitivity(library["designed_for_impact"], library["todays_path"], city, trials, n=64)


def test_every_varying_row_and_the_luck_of_programmes_is_asked(found, ledger):
    """Nothing that varies is left out, in the table by assumption or by link."""
    assert set(found.table()["assumption"]) == {p.key for p in ledger.parameters if p.varies} | {LUCK}
    assert set(found.table("link")["link"]) == {p.feeds for p in ledger.parameters if p.varies}


def test_no_index_stands_without_its_interval(found):
    """Each estimate has ends, and is not shown outside 0 to 1."""
    table = found.table()
    assert (table["total_low"] <= table["total_high"]).all() and (table["first_low"] <= table["first_high"]).all()
    assert table["total"].ge(0).all() and table["first"].between(0, 1).all()
    for row in views.rows(found, "en")[1:]:
        assert "to" in row[1] or "0, changes nothing" in row[1]


def test_a_row_that_feeds_only_worth_or_levels_changes_nothing(found):
    """The price of an hour does not move the IKM; said as exactly zero."""
    table = found.table().set_index("assumption")
    for key in ("citizen_wage", "staff_cost_per_hour", "level_sd", "respondent_sd"):
        assert table.loc[key, "total_high"] == 0.0 and table.loc[key, "verdict"] == "does not matter"


def test_the_level_rests_on_the_unknown_start_and_the_difference_does_not(found):
    """The start drops out of a difference."""
    level, difference = (found.table(of=of).set_index("assumption").loc["baseline_ikm_error", "total"] for of in ("level", "difference"))
    assert level > 0.5 and difference < 0.02


@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_sentence_names_what_decides_with_its_interval(found, lang):
    """Words, table and verdict come from the same indices."""
    deciding = found.deciding()
    assert deciding
    text = found.sentence(lang)
    for key in deciding:
        assert views.label(found, key, lang) in text
    assert views.picture(found, lang).description == text


def test_the_share_of_interactions_has_its_interval(found):
    """Not a bare figure either, in the result or in the sentence."""
    share, low, high = found.interactions
    assert low < high and 0.0 <= share <= 1.0 and low <= 1.0 - found.indices.first[:, 0].sum() <= high
    assert f"({100 * low:.0f}% to {100 * high:.0f}%) of the variance" in found.sentence("en").replace("-0%", "0%")


def test_an_assumption_held_fixed_carries_nothing(city, ledger, library):
    """What does not vary is not in the table."""
    held = ledger.replace({"behaviour_slope": 0.28})
    table = sensitivity(library["designed_for_impact"], library["todays_path"], city, held, n=16).table()
    assert "behaviour_slope" not in set(table["assumption"])


@pytest.mark.parametrize("change", [{"n": 100}, {"n": 8}, {"n": True}, {"indicator": "ikn"}])
def test_a_sample_or_indicator_that_cannot_be_is_refused(city, ledger, library, change):
    """With what is possible."""
    with pytest.raises(InputError) as caught:
        sensitivity(library["designed_for_impact"], library["todays_path"], city, ledger, **{"n": 16, **change})
    assert "16" in caught.value.text("en") or "ikm" in caught.value.text("en")


def test_a_scenario_beside_itself_is_refused(city, ledger, library):
    """Nothing can decide a difference of nothing."""
    with pytest.raises(InputError):
        sensitivity(library["todays_path"], library["todays_path"], city, ledger, n=16)


def test_the_work_can_be_stopped(city, ledger, library):
    """Progress is told; who raises Cancelled gets no result."""
    told = []

    def stop(done, total):
        told.append((done, total))
        if done > total / 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        sensitivity(library["designed_for_impact"], library["todays_path"], city, ledger, n=16, progress=stop)
    assert told == sorted(told)


def test_the_tornado_has_each_row_at_both_ends(city, ledger, library):
    """The ends are the 5 and 95 % points; the widest bar comes first and the start of the IKM moves nothing."""
    seen = tornado(library["designed_for_impact"], library["todays_path"], city, ledger)
    table = seen.table()
    assert table["width"].is_monotonic_decreasing and table["assumption"][0] == "behaviour_slope"
    row = ledger["behaviour_slope"].quantile(np.array([0.05, 0.95]))
    assert np.allclose(table.loc[0, ["low_value", "high_value"]].astype(float), row)
    assert table["at_high"][0] > seen.middle > table["at_low"][0]
    rows = views.tornado_rows(seen, "en")
    assert len(rows) == 1 + views.MOST and rows[1][0] == ledger["behaviour_slope"].label["en"] and rows[1][4] == "stays"
    assert views.tornado_picture(seen, "en").description == seen.sentence("en")


def test_alternatives_of_the_structure_stand_side_by_side(city, ledger, library):
    """One line per other option, each with band and verdict; the ledger as it stands first."""
    seen = structure_effects([library[name] for name in ("todays_path", "designed_for_impact", "no_training")], city, ledger, draws=32)
    options = sum(len(switch.options) - 1 for switch in ledger.ledger.structure)
    assert len(seen.alternatives) == 1 + options and len(seen.table()) == 2 * (1 + options)
    rows = views.structure_rows(seen, "en")
    assert len(rows) == 2 + options and rows[1][0] == "as it stands"
    flat = seen.table().query("switch == 'dose' and option == 'flat' and scenario == 'designed_for_impact'")["p50"].iloc[0]
    assert flat != seen.table().query("switch == '' and scenario == 'designed_for_impact'")["p50"].iloc[0]
    assert views.structure_picture(seen, "designed_for_impact", "id").description == seen.sentence("id")
