"""Two scenarios of different length are compared over the quarters that both have."""

import numpy as np
import pytest

from simulation import Scenario, simulate
from simulation.indicators import gain_by_quarter
from simulation.language import say


@pytest.fixture(scope="module")
def pair(city, ledger):
    """Five years against three."""
    library = Scenario.library()
    short = library["todays_path"].replace({"years": 3})
    return simulate(library["designed_for_impact"], city, ledger, 16), simulate(short, city, ledger, 16)


@pytest.mark.parametrize("turned", [False, True])
def test_the_series_ends_where_the_shorter_one_does(pair, turned):
    """Either way round; the values are the plain differences."""
    a, b = pair[::-1] if turned else pair
    found = a.compare(b).series()
    assert found.shape == (13, 16)
    np.testing.assert_array_equal(found, a.city_ikm[:13] - b.city_ikm[:13])
    assert len(gain_by_quarter(a.compare(b))) == 13


def test_equal_horizons_lose_nothing(pair):
    """All quarters and the start."""
    assert pair[0].compare(pair[0]).series().shape == (21, 16)


@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_heading_of_the_cost_does_not_name_a_number_of_years(lang):
    """Plans may be of any length."""
    assert not any(character.isdigit() for character in say("column.cost", lang))
