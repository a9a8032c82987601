"""What citizens make of their waits: which elements feel them, what they have come to expect, and what counts as a gain."""

import numpy as np
import pytest
from courses import middle

from simulation import Scenario, compare, simulate
from simulation.model import satisfaction


@pytest.fixture(scope="module")
def citizens(city, ledger):
    """Citizens at the central values of the ledger, some of them changed."""

    def of(**values):
        a = middle(ledger, **values)
        start = satisfaction.latent_of(city.ratings.T, ledger["cut_spacing"].value)
        slopes = satisfaction.element_slopes(a, ledger.tables, ledger.structure)
        return satisfaction.Citizens(start, slopes, ledger.tables.time, a, ledger["cut_spacing"].value), a

    return of


def ikm_of(people, city, slower):
    return people.quarter(np.zeros((len(people.moved), len(city.units), 1)), slower * np.ones((len(city.units), 1)), 0.0)[:, 0]


@pytest.mark.parametrize("halo", [0.0, 0.4, 1.0])
def test_a_wait_moves_the_five_elements_that_staff_move_by_the_halo(citizens, city, halo):
    """A little slower: every unit's IKM falls by 25/9 (1 + 5 halo) time_slope of it; requirements, cost and facilities do not follow."""
    people, a = citizens(wait_halo=halo)
    little = 1e-5
    fall = ikm_of(people, city, 0.0) - ikm_of(people, city, little)
    assert fall / little == pytest.approx(25.0 / 9.0 * (1.0 + 5.0 * halo) * a["time_slope"].item(), rel=1e-3)


def test_requirements_cost_and_facilities_feel_no_wait(citizens, city):
    """Unbearably slow service leaves exactly these three at today's rating."""
    people, _ = citizens(wait_halo=1.0)
    still = [city.elements.index(name) for name in ("persyaratan", "biaya", "sarana")]
    assert ikm_of(people, city, 1e9) == pytest.approx(25.0 / 9.0 * (6.0 + city.ratings[:, still].sum(axis=1)), abs=1e-9)


@pytest.mark.parametrize(("drawn", "k"), [(0.0, 0.0), (0.33, 0.0), (0.34, 0.5), (0.66, 0.5), (0.67, 1.0), (1.0, 1.0)])
def test_the_anchor_is_none_half_or_all_by_thirds(drawn, k):
    """A uniform row becomes three alternatives of the same weight."""
    assert satisfaction.anchor(np.array([drawn])) == k


@pytest.mark.parametrize(("drawn", "k"), [(0.1, 0.0), (0.5, 0.5), (0.9, 1.0)])
def test_expectation_is_the_start_and_experience_mixed(ledger, drawn, k):
    """After years at twice the time people expect `2^(1-k)` times today's; at once they expect today's."""
    expected = satisfaction.Expectation(np.zeros((1, 1)), middle(ledger, expectation_anchor=drawn), {"expectation": "adaptive"})
    slower = [expected.slower(np.log(2.0) * np.ones((1, 1))).item() for _ in range(200)]
    assert slower[0] == pytest.approx(1.5 * np.log(2.0))
    assert slower[-1] == pytest.approx(1.5 * k * np.log(2.0), abs=1e-9)


def test_fixed_expectation_is_the_anchor_held_wholly(ledger):
    """The switch and `k = 1` are the same."""
    path = np.log([1.2, 2.0, 0.7, 1.0])
    found = [[satisfaction_of.slower(t * np.ones((1, 1))).item() for t in path] for satisfaction_of in (
        satisfaction.Expectation(np.zeros((1, 1)), middle(ledger, expectation_anchor=0.0), {"expectation": "fixed"}),
        satisfaction.Expectation(np.zeros((1, 1)), middle(ledger, expectation_anchor=1.0), {"expectation": "adaptive"}))]
    assert found[0] == pytest.approx(found[1])


@pytest.mark.parametrize("key", sorted(Scenario.library()))
def test_a_hiring_freeze_never_raises_satisfaction(key, city, ledger, library):
    """With nobody replaced the city's IKM is below that of full replacement in every future and quarter."""
    freeze, full = (simulate(library[key].replace({"replacement_ratio": ratio}), city, ledger, 256).city_ikm for ratio in (0.0, 1.0))
    assert np.array_equal(freeze[0], full[0]) and np.all(freeze[1:] < full[1:])


@pytest.mark.parametrize("factor", [0.5, 0.9])
def test_hurrying_earns_neither_hours_nor_rupiah(factor, city, ledger, library):
    """Service cut below today's time shortens queues, and worth counts nothing of it: no hour, no staff hour, no rupiah."""
    hurried, calm = (simulate(library["todays_path"].replace({"minutes_factor": f}), city, ledger, 64) for f in (factor, 1.0))
    assert np.all(hurried.waiting_minutes[1:] < calm.waiting_minutes[1:]) and np.all(hurried.hours_waited[1:] < calm.hours_waited[1:])
    worth = compare(hurried, calm).money()
    assert not any(worth[name].any() for name in ("hours_saved", "staff_hours_freed", "benefit_rp"))


def test_slowing_down_costs_hours_and_rupiah(city, ledger, library):
    """Service above today's time counts in full."""
    slow, calm = (simulate(library["todays_path"].replace({"minutes_factor": f}), city, ledger, 16) for f in (1.2, 1.0))
    worth = compare(slow, calm).money()
    assert all(np.all(worth[name] < 0.0) for name in ("hours_saved", "staff_hours_freed", "benefit_rp"))
    lost = (calm.hours_waited - slow.hours_waited)[1:].sum(axis=0)
    assert worth["hours_saved"] == pytest.approx(lost)
