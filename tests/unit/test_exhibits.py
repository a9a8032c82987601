"""Exhibits: picture, table and sentence of one thing say the same numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.assumptions import Assumptions
from simulation.city import City
from simulation.ensemble import simulate
from simulation.indicators import three
from simulation.language import band, number
from simulation.outcome import compare
from simulation.present.exhibits import exhibit, of_hundred
from simulation.present.story import EXHIBITS
from simulation.present.unit_map import shade, squarified
from simulation.scenario import Scenario


@pytest.fixture(scope="module")
def compared():
    ledger, library = Assumptions.load(), Scenario.library()
    city = City.load(tables=ledger.tables)
    base, *rest = (simulate(library[name], city, ledger, 32) for name in ("todays_path", "designed_for_impact", "no_training"))
    return [compare(outcome, base) for outcome in rest]


def made(name, compared, lang, width=680):
    return exhibit(name, compared if name == "differences" else compared[0], lang, width)


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("name", EXHIBITS)
def test_every_exhibit_has_a_picture_with_words_a_table_and_a_sentence(compared, name, lang):
    """Text alternative, full rows under a header, and a title that is also in the picture."""
    found = made(name, compared, lang)
    assert found.name == name and found.title and found.sentence
    assert found.picture.description
    assert len(found.table) > 2 and len({len(row) for row in found.table}) == 1
    assert "<svg" in found.picture.svg()


@pytest.mark.parametrize("name", ["gain", "ikm", "levels", "waiting", "chain", "units"])
def test_pictures_fit_a_phone_and_a_projector(compared, name):
    """The outer width is what was asked for."""
    for width in (340, 1100):
        spec = made(name, compared, "id", width).picture.spec
        assert spec["width"] + spec["padding"]["left"] + spec["padding"]["right"] == width


def test_the_chain_carries_the_numbers_of_the_comparison(compared):
    """Seats, minutes and points are those of the plan and the comparison."""
    plan = compared[0]
    values = [row[1] for row in made("chain", compared, "id").table[1:]]
    assert values[1] == number(plan.a.plan.seats.sum(), "id", 0)
    assert values[3] == number(three(plan.waiting_minutes)[1], "id", 1, sign=True)
    assert values[4] == number(three(plan.ikm)[1], "id", 2, sign=True)


def test_the_gain_table_ends_with_the_picture_s_last_point(compared):
    """The last row is the band of the last quarter."""
    assert made("gain", compared, "en").table[-1][1] == band(*three(compared[0].series()[-1]), "en", sign=True)


@given(st.lists(st.floats(0.001, 1.0), min_size=2, max_size=8))
def test_a_hundred_people_stay_a_hundred(shares):
    """Whole people add up to a hundred and none is more than one away from the share."""
    people = np.array(of_hundred(np.array(shares)))
    assert people.sum() == 100
    assert np.abs(people - 100 * np.array(shares) / sum(shares)).max() < 1.0


@given(st.lists(st.floats(1.0, 1e5), min_size=1, max_size=60))
def test_the_map_shares_out_its_area_in_proportion(sizes):
    """Rectangles lie inside, and their areas are in proportion to the sizes."""
    ordered = sorted(sizes, reverse=True)
    places = squarified(ordered, 600.0, 300.0)
    areas = [w * h for _, _, w, h in places]
    assert np.allclose(areas, np.array(ordered) / sum(ordered) * 180_000.0)
    assert all(x >= -1e-6 and y >= -1e-6 and x + w <= 600 + 1e-6 and y + h <= 300 + 1e-6 for x, y, w, h in places)


def test_losses_and_gains_have_different_colours():
    """None is nearly white, a loss warm, a gain cool."""
    assert shade(0.0) == "#f7f7f7"
    loss, gain = shade(-1.0), shade(1.0)
    assert int(loss[1:3], 16) > int(loss[5:7], 16)
    assert int(gain[1:3], 16) < int(gain[5:7], 16)
