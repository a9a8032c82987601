"""Exhibits: picture, table and sentence of one thing say the same numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.analysis.chain_story import _apart, direction, of_hundred
from simulation.assumptions import Assumptions
from simulation.city import City
from simulation.ensemble import simulate
from simulation.errors import InputError
from simulation.indicators import three
from simulation.language import band, number
from simulation.outcome import compare
from simulation.present import verdicts
from simulation.present.exhibits import exhibit
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
    """Seats, minutes and points are those of the plan and the comparison; each box has them as the table has."""
    plan, made_of = compared[0], made("chain", compared, "id")
    values = [row[1] for row in made_of.table[1:]]
    assert values[1] == number(plan.a.plan.seats.sum(), "id", 0)
    assert values[3].split()[0] == number(three(plan.waiting_minutes)[1], "id", 1, sign=True)
    assert values[4].split()[0] == number(three(plan.ikm)[1], "id", 2, sign=True)
    assert [row["text"].replace("\n", " ") for row in made_of.picture.rows["values"]] == values
    assert all(row[1] in made_of.sentence for row in made_of.table[1:3])


def test_the_chain_says_what_the_verdict_says(compared):
    """The last box has the verdict of the comparison and its colour; a scenario beside itself changes nothing."""
    for comparison in compared:
        found = exhibit("chain", comparison, "id")
        assert found.table[-1][-1] == verdicts.signed(comparison.verdict, "id")
    same = exhibit("chain", compare(compared[0].b, compared[0].b), "en")
    assert [row[-1] for row in same.table[3:]] == ["no change"] * 3
    assert len({row["edge"] for row in same.picture.rows["boxes"]}) == 1


def test_the_chain_explains_shorter_queues_without_training(compared):
    """Skill falls and so do minutes: the reader is told why; with a plan that gains skill nothing needs it."""
    told = "Why do people wait less"
    assert three(compared[1].waiting_minutes)[1] < 0
    assert told in exhibit("chain", compared[1], "en").sentence
    assert told not in exhibit("chain", compared[0], "en").sentence


def test_every_hundred_people_are_drawn(compared):
    """Three blocks of a hundred figures; their counts are those of the table and of the text alternative."""
    found = made("levels", compared, "en")
    rows = found.picture.rows
    assert len(rows["people"]) == 300 and len(found.table) == 4
    for block, line in enumerate(found.table[1:]):
        levels = [figure["level"] for figure in rows["people"][100 * block:100 * (block + 1)]]
        counts = [levels.count(k) for k in range(1, 6)]
        assert counts == [int(cell.split()[0]) for cell in line[1:]]
        assert [row["text"] for row in rows["counts"][5 * block:5 * (block + 1)]] == [str(n) for n in reversed(counts)]
    assert all(f"{name} {cell.split()[0]}" in found.picture.description for name, cell in zip(found.table[0][1:], found.table[2][1:], strict=True))


def test_units_that_gain_alike_are_not_ranked(compared):
    """Without training every unit loses the same: no best and no worst, and a pale colour for what does not matter."""
    found = exhibit("units", compared[1], "en")
    assert "nearly the same in all units" in found.sentence
    assert len(found.table) == 1 + len(compared[1].b.city.units)
    fills = {tile["fill"] for tile in found.picture.rows["tiles"]}
    assert shade(-1.0) not in fills and all(int(fill[1:3], 16) > int(fill[5:7], 16) for fill in fills)


@given(st.lists(st.integers(0, 40), min_size=1, max_size=12))
def test_no_unit_under_five_people_stands_alone(heads):
    """Small units stand together with as many as make five; every unit is in one part."""
    heads = np.array(heads)
    parts = _apart(heads)
    assert sorted(u for part in parts for u in part) == list(range(len(heads)))
    if heads.sum() >= 5:
        assert all(heads[list(part)].sum() >= 5 for part in parts)


def test_a_direction_needs_nine_of_ten_futures():
    """Up and down are said when both ends of the band agree."""
    assert direction(np.array([1.0, 2.0, 3.0])) == "up"
    assert direction(np.array([-3.0, -2.0])) == "down"
    assert direction(np.array([-1.0, 1.0])) == "unsure"
    assert direction(np.zeros(4)) == "none"


def test_the_waiting_sentence_has_the_numbers_of_the_picture(compared):
    """The counter named is the first of the chart, with the same minutes."""
    found = made("waiting", compared, "en")
    first = found.picture.rows["values"][:3]
    assert all(f" {row['text']} (" in found.sentence for row in first)
    assert all(row["text"] in found.picture.description for row in found.picture.rows["values"])


def test_an_unknown_picture_is_answered_with_the_known_ones(compared):
    """A wrong name, a wrong language and nothing to compare are said, not raised from within."""
    with pytest.raises(InputError, match="unknown_exhibit|gambar|chain"):
        exhibit("chian", compared[0])
    for wrong in (("gain", compared[0], "xx"), ("gain", [], "id"), ("differences", [compare(compared[0].b, compared[0].b)], "id")):
        with pytest.raises(InputError):
            exhibit(*wrong)


def test_the_gain_table_ends_with_the_picture_s_last_point(compared):
    """The last row is the gain that is told everywhere, the one before it the last quarter."""
    *_, quarter, year = made("gain", compared, "en").table
    assert quarter[1] == band(*three(compared[0].series()[-1]), "en", sign=True) and year[1] == band(*three(compared[0].ikm), "en", sign=True)


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
