"""The test of size: cities made of one city, nothing lost in the making, and the same country however it is shared out."""

import numpy as np
import pytest
import small_city
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation import City, InputError
from simulation.analysis.futures import futures
from simulation.national import (
    ASN,
    CITIES,
    apportioned,
    made_city,
    made_scenario,
    national,
    sample,
    sizes,
)
from simulation.present.national_views import rows

DRAWS = 64


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """A made-up city of three units."""
    return City.load(small_city.write(tmp_path_factory.mktemp("cities") / "town"))


@pytest.fixture(scope="module")
def pair(library):
    """What is compared."""
    return library["designed_for_impact"], library["todays_path"]


@pytest.fixture(scope="module")
def country(pair, city, ledger):
    """Four cities."""
    return national(*pair, city, ledger, DRAWS, sample(4 / CITIES))


class LastFirst:
    """An executor that does the last city first."""

    def map(self, function, *iterables):
        return reversed([function(*piece) for piece in reversed(list(zip(*iterables)))])


def test_the_country_has_all_its_civil_servants():
    """514 cities, 4.3 million ASN, the same every time."""
    size = sizes()
    assert (len(size), size.sum()) == (CITIES, ASN)
    assert np.array_equal(size, sizes())
    assert size.min() > 1000 and size.max() < 60000


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=40), st.integers(0, 5000))
def test_whole_numbers_add_up(weights, more):
    """Nobody is lost or halved, nobody's cell is empty, and the shares hold where no cell had to be filled up."""
    weights = np.array(weights)
    total = len(weights) + more
    whole = apportioned(total, weights)
    exact = total * weights / weights.sum()
    assert whole.sum() == total and whole.min() >= 1
    if exact.min() >= 1:
        assert np.abs(whole - exact).max() <= 1


def test_a_city_of_salatigas_size_is_salatiga(city, library, ledger):
    """Made at the size of its model, a city gives its model's figures."""
    twin = made_city(0, int(city.heads.sum()), city)
    pair = [library["todays_path"], library["designed_for_impact"]]
    assert np.array_equal(futures(pair, twin, ledger, DRAWS).ikm, futures(pair, city, ledger, DRAWS).ikm)


@pytest.mark.parametrize("factor", [0.4, 1.7, 9.0])
def test_a_larger_city_has_more_of_everything_but_queues(city, factor):
    """Staff, people served and desks grow; how busy a desk is does not."""
    asn = round(factor * city.heads.sum())
    made = made_city(7, asn, city)
    assert made.heads.sum() == asn and made.pns.min() >= 0 and made.pppk.min() >= 0
    assert made.users.sum() == pytest.approx(city.users.sum() * asn / city.heads.sum())
    assert len({unit.id for unit in made.units}) == len(made.units)
    assert {(int(u), int(g)) for u, g in zip(made.cell_unit, made.cell_group)} and len(made.heads) == len(made.base_level)
    for name in ("counters", "casework"):
        here, there = getattr(city, name), getattr(made, name)
        busy = {i: v / s for i, v, s in zip(here.ids, here.volume_per_year, here.servers)}
        assert np.allclose(there.volume_per_year / there.servers, [busy[i] for i in there.ids])
    assert np.array_equal(made.counters.servers, np.round(made.counters.servers)) and made.counters.servers.min() >= 1
    for services in (made.counters, made.casework, made.schools):
        assert [made.units[u].id.split(":")[0] for u in services.unit] == [
            city.units[home.unit[home.ids.index(i)]].id for home in (city.counters, city.casework, city.schools) for i in services.ids if i in home.ids]


def test_money_and_weights_follow_the_city(city, library):
    """The same money per civil servant, and what is said of a unit holds for its copies."""
    made = made_city(1, 4 * int(city.heads.sum()), city)
    plan = made_scenario(library["todays_path"].replace({"unit_weights": {"kec_tingkir": 3.0, "disdukcapil": 2.0}}), made, city)
    assert plan.budget_rp == pytest.approx(4 * library["todays_path"].budget_rp)
    assert plan.unit_weights == {"disdukcapil": 2.0, "kec_tingkir": 3.0, "kec_tingkir:2": 3.0, "kec_tingkir:3": 3.0, "kec_tingkir:4": 3.0}


def test_the_country_is_its_cities(country, pair, city, ledger):
    """The country's gain is that of its cities, weighted by the people they serve."""
    alone = [national(*pair, city, ledger, DRAWS, [number]) for number in country.number]
    users = np.array([made_city(n, int(asn), city).users.sum() for n, asn in zip(country.number, country.asn)])
    expected = np.average([one.total_gain_ikm for one in alone], axis=0, weights=users)
    assert np.allclose(country.total_gain_ikm, expected, rtol=1e-12)
    assert np.allclose(country.total_cost_rp, sum(one.total_cost_rp for one in alone), rtol=1e-12)
    assert list(country.asn) == sorted(country.asn, reverse=True)


def test_the_country_does_not_depend_on_how_it_is_shared_out(country, pair, city, ledger):
    """Cities named in another order and done in another order: the same bits."""
    other = national(*pair, city, ledger, DRAWS, country.number[::-1], LastFirst())
    assert np.array_equal(other.total_gain_ikm, country.total_gain_ikm)
    assert other.table().equals(country.table())


def test_the_small_town_can_be_a_country_too(town, pair, ledger):
    """Any city folder can be the model."""
    assert national(*pair, town, ledger, 16, [3]).number.tolist() == [3]


@pytest.mark.parametrize("lang", ["id", "en"])
def test_words_say_that_it_is_no_forecast(country, lang):
    """The sentence carries the interval and the caution; the table has a line per city."""
    text = country.sentence(lang)
    assert {"id": "bukan ramalan", "en": "no forecast"}[lang] in text and "(" in text
    assert len(rows(country, lang)) == 1 + len(country.number)
    assert len(country.table()) == len(country.number)


def test_a_fraction_takes_small_and_large_cities():
    """A tenth of the cities has about a tenth of the civil servants."""
    size = sizes()
    assert size[sample(0.1)].sum() == pytest.approx(0.1 * ASN, rel=0.05)
    assert len(sample(1)) == CITIES


@pytest.mark.parametrize("fraction", [0, 1.5, -0.1, "half", True, float("nan")])
def test_a_fraction_that_is_none_is_refused(fraction):
    """With what was found."""
    with pytest.raises(InputError) as error:
        sample(fraction)
    assert error.value.problems[0].code == "national_fraction"


@pytest.mark.parametrize("numbers", [[], [-1], [514]])
def test_cities_that_do_not_exist_are_refused(pair, city, ledger, numbers):
    """With the numbers there are."""
    with pytest.raises(InputError) as error:
        national(*pair, city, ledger, DRAWS, numbers)
    assert error.value.problems[0].code == "national_number"
