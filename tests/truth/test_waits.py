"""Checks 19 and 20: closed forms of a day at a counter and of a bounded backlog against simulated days, and against exact results.

Misses stay here as strict expected failures with what was measured.
"""

from functools import cache

import numpy as np
import office_days
import pytest
from scipy.integrate import quad
from scipy.linalg import expm

from simulation.city import Services
from simulation.model import service

NAN = np.array([np.nan])
PLAIN = {"arrival_cv2": np.ones(1), "service_cv2": np.ones(1), "longest_wait": np.array([2.0])}
DOUBLED = "registry, service twice as long"
# desks of the city as they are, and one of them with service times doubled
COUNTERS = {
    "registry, identity cards": {"desks": 4, "minutes": 13.0, "visits": 65.2, "peak_share": 0.5, "peak_hours": 2.04, "hours": 5.1, "standard": 30.0},
    "registry, family cards": {"desks": 2, "minutes": 12.0, "visits": 25.5, "peak_share": 0.5, "peak_hours": 2.04, "hours": 5.1, "standard": 30.0},
    "district, one desk": {"desks": 1, "minutes": 15.0, "visits": 17.57, "peak_share": 0.5, "peak_hours": 2.4, "hours": 6.0, "standard": 30.0},
    "hospital": {"desks": 6, "minutes": 5.0, "visits": 236.0, "peak_share": 0.5, "peak_hours": 2.0, "hours": 5.0, "standard": 15.0, "service_cv2": 0.5},
    DOUBLED: {"desks": 4, "minutes": 26.0, "visits": 65.2, "peak_share": 0.5, "peak_hours": 2.04, "hours": 5.1, "standard": 30.0},
    "health centre": {"desks": 3, "minutes": 4.0, "visits": 163.5, "peak_share": 0.5, "peak_hours": 1.8, "hours": 4.5, "standard": 15.0, "service_cv2": 2.0},
    "irregular arrivals": {"desks": 2, "minutes": 12.0, "visits": 45.0, "peak_share": 0.5, "peak_hours": 2.4, "hours": 6.0, "standard": 30.0, "arrival_cv2": 1.66},
}


def missed(measured):
    """An expected failure of the comparison itself; any other error is an error."""
    return pytest.mark.xfail(strict=True, raises=AssertionError, reason=measured)


def each(misses=None):
    """Every counter, those with a known miss marked with what was measured."""
    misses = misses or {}
    return pytest.mark.parametrize("name", [pytest.param(name, marks=missed(misses[name]) if name in misses else ()) for name in COUNTERS])


def one_counter(desks, minutes, visits, peak_share, peak_hours, hours, standard, service_cv2=1.0, arrival_cv2=1.0, days=245.0):
    """A city with this counter alone."""
    figures = {"volume_per_year": visits * days, "servers": desks, "minutes": minutes, "hours_per_day": hours, "days_per_year": days,
               "peak_share": peak_share, "peak_hours": peak_hours, "standard_minutes": standard, "service_scv": service_cv2, "arrival_scv": arrival_cv2}
    none = dict.fromkeys(("baseline_days", "standard_days", "error_rate", "staff_controlled"), NAN)
    return Services(("desk",), (("loket", "counter"),), np.array([0]), **{key: np.array([float(value)]) for key, value in figures.items()}, **none)


@cache
def simulated(name, faster=1.0):
    return office_days.at_a_counter(**COUNTERS[name] | {"minutes": COUNTERS[name]["minutes"] / faster})


def formula(name, faster=1.0):
    """(minutes, within, turned away) of the model."""
    return at_desk(one_counter(**COUNTERS[name]), COUNTERS[name]["minutes"] / faster)


def at_desk(desk, minutes, a=PLAIN, capacity=1.0, demand=1.0):
    one = np.ones((1, 1))
    return [float(found.item()) for found in service.Counters(desk, a).quarter(minutes * one, capacity * one, demand * one)]


# The simulation itself


def test_19_the_simulation_finds_the_exact_wait_of_a_queue_that_never_closes():
    """Three desks at 85 % load, open for 40,000 minutes: 1.623 service times of waiting, within three standard errors."""
    found = office_days.at_a_counter(3, 10.0, 0.85 * 18.0 * 667.0, 0.5, 333.5, 667.0, 30.0, limit=np.inf, days=40)
    assert found.minutes - 10.0 == pytest.approx(16.23, abs=3.0 * found.error)
    assert found.error < 0.4 and found.turned_away == 0.0


# A day against days


@each({DOUBLED: "87.8 minutes against 80.5: an overloaded day is 9 % too slow; the form lets idle desks fill too soon"})
def test_19_minutes_from_number_to_finish(name):
    """The mean is within 5 % and two standard errors of the simulated days."""
    days = simulated(name)
    assert days.error < 0.012 * days.minutes
    assert formula(name)[0] == pytest.approx(days.minutes, abs=0.05 * days.minutes + 2.0 * days.error)


@each({"hospital": "0.933 against 0.964: service times vary less there than the exponential ones of the closed form",
       DOUBLED: "0.198 against 0.173: in overload waits are less scattered than exponential ones"})
def test_19_share_within_the_standard(name):
    """The share of those served within the standard is within 0.025."""
    assert formula(name)[1] == pytest.approx(simulated(name).within, abs=0.025)


@each({DOUBLED: "0.092 against 0.075"})
def test_19_share_turned_away(name):
    """The share of visits that would wait longer than two hours is within half a point."""
    assert formula(name)[2] == pytest.approx(simulated(name).turned_away, abs=0.005)


@each({"district, one desk": "-3.34 minutes against -2.98: a single desk near full load gains 1.12 times too much",
       DOUBLED: "-5.87 minutes against -5.33"})
def test_19_what_five_per_cent_more_speed_brings(name):
    """Minutes saved are within a tenth of the simulated saving, with the same arrivals and draws of service."""
    saved = [formula(name, 1.05)[0] - formula(name)[0], simulated(name, 1.05).minutes - simulated(name).minutes]
    assert saved[0] < 0.0 and saved[0] == pytest.approx(saved[1], rel=0.1)


# Exact results


@pytest.mark.parametrize("load", [0.5, 0.8, 0.95, 1.0, 1.2, 1.6])
def test_19_work_in_hand_of_a_single_desk_that_starts_empty(load):
    """After 10, 20 and 40 service times it is within 0.2 of one service time of the exact M/M/1 queue, at the end and on average."""
    states, step = np.arange(400), 0.25
    rates = np.diag(np.full(399, load), 1) + np.diag(np.ones(399), -1)
    rates -= np.diag(rates.sum(axis=1))
    move, chance, exact = expm(step * rates), np.eye(400)[0], [0.0]
    for _ in range(160):
        chance = chance @ move
        exact.append(chance @ states)
    for end in (10.0, 20.0, 40.0):
        path = np.array(exact[:int(end / step) + 1])
        mean, last, _ = service.from_empty(np.array(load), 2.0, 1.0, 0.5, end)
        assert last == pytest.approx(path[-1], abs=0.2)
        assert mean == pytest.approx(np.trapezoid(path, dx=step) / end, abs=0.2)


@pytest.mark.parametrize("load", [0.7, 0.999, 1.0, 1.3])
def test_19_the_mean_of_a_day_is_the_integral_of_its_course(load):
    """Both closed forms belong together, and at full load the end is the mean of |N(0, v t)| less the overshoot."""
    def end(t):
        return service.from_empty(np.array(load), 2.0, 0.1, 0.03, t)[1]

    mean = service.from_empty(np.array(load), 2.0, 0.1, 0.03, 3.0)[0]
    assert mean == pytest.approx(quad(end, 1e-6, 3.0, limit=200)[0] / 3.0, rel=2e-3)
    assert service.from_empty(np.array(1.0), 2.0, 0.1, 0.0, 3.0)[1] == pytest.approx(np.sqrt(2.0 * 0.6 / np.pi), rel=1e-3)


@pytest.mark.parametrize(("desks", "load"), [(1, 0.6), (3, 0.85), (6, 0.9)])
def test_19_a_day_without_end_is_the_queue_in_a_steady_state(desks, load):
    """Open for a million service times, nobody sent away: Erlang C times `(Ca2 + Cs2)/2`."""
    a = {"arrival_cv2": np.array([1.4]), "service_cv2": np.array([0.6]), "longest_wait": np.array([1e6])}
    hours = 1e6
    desk = one_counter(desks, 60.0, load * desks * hours, 0.5, 0.5 * hours, hours, 90.0, service_cv2=np.nan, arrival_cv2=np.nan)
    minutes, _, away = at_desk(desk, 60.0, a)
    assert minutes - 60.0 == pytest.approx(service.queue_wait(np.array([desks]), np.array([[load]]), 60.0, a)[0].item(), rel=1e-3)
    assert away == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("queue", [3.0, 11.9999, 12.0, 40.0])
def test_19_share_late_is_that_of_a_wait_and_a_service_added_up(queue):
    """The closed form is the convolution of both, also where they have the same mean."""
    waits, minutes, standard = 0.4, 12.0, 30.0
    both = quad(lambda w: np.exp(-w / queue) / queue * np.exp(-(standard - w) / minutes), 0.0, standard)[0] + np.exp(-standard / queue)
    exact = (1.0 - waits) * np.exp(-standard / minutes) + waits * both
    assert service.late(np.array(waits), np.array(queue), np.array(minutes), standard) == pytest.approx(exact, rel=1e-4)


# What holds whatever the figures


def test_19_nobody_waits_beyond_the_limit_and_all_shares_are_shares():
    """For 5,000 counters between a tenth of a minute and ten hours of service, nearly idle or overloaded thirty times over."""
    rng, n = np.random.default_rng(0), 5000
    logs = {"desks": (1.0, 200.0), "minutes": (0.1, 600.0), "load": (1e-4, 30.0), "standard": (0.1, 1440.0), "cv2": (1e-4, 100.0)}
    draw = {key: np.exp(rng.uniform(*np.log(ends), n)) for key, ends in logs.items()}
    desks, hours = np.floor(draw["desks"]), rng.uniform(1.0, 24.0, n)
    share = np.where(rng.random(n) < 0.02, rng.integers(0, 2, n), rng.random(n))
    nothing = np.full(n, np.nan)
    counters = Services((), (), np.arange(n), draw["load"] * desks * hours * 60.0 / draw["minutes"], desks, draw["minutes"], hours, np.ones(n), share,
                        hours * rng.uniform(0.02, 0.98, n), draw["standard"], nothing, nothing, nothing, nothing, draw["cv2"], draw["cv2"][::-1])
    one = np.ones((n, 1))
    for limit in (0.1, 2.0, 24.0):
        a = PLAIN | {"longest_wait": np.array([limit])}
        with np.errstate(all="raise", under="ignore"):
            minutes, within, away = service.Counters(counters, a).quarter(draw["minutes"][:, None], one, one)
        waits = minutes - draw["minutes"][:, None]
        assert np.all(waits >= -1e-9) and np.all(waits <= 60.0 * limit * (1.0 + 1e-9))
        assert np.all((within >= 0.0) & (within <= 1.0)) and np.all((away >= 0.0) & (away < 1.0))


@pytest.mark.parametrize("limit", [1.0, 2.0, 4.0])
@pytest.mark.parametrize("name", COUNTERS)
def test_19_more_visits_never_shorten_a_wait(name, limit):
    """From a tenth to three times the visits of today minutes and turned away rise, the share within the standard falls."""
    desk, a = one_counter(**COUNTERS[name]), PLAIN | {"longest_wait": np.full(200, limit)}
    demand = np.linspace(0.1, 3.0, 200)[None]
    minutes, within, away = service.Counters(desk, a).quarter(desk.minutes[:, None], np.ones((1, 200)), demand)
    assert np.all(np.diff(minutes) > -1e-9) and np.all(np.diff(within) < 1e-9) and np.all(np.diff(away) > -1e-12)


# Casework


USABLE = 0.95  # of the hands, `utilisation_limit`


def back_office(longest):
    """One office that gets 10 cases a day."""
    a = {"utilisation_limit": np.array([USABLE]), "longest_backlog": np.array([longest]), "turnaround_spread": np.array([0.6])}
    figures = {"volume_per_year": 2450.0, "servers": 5.0, "minutes": 75.0, "hours_per_day": 5.0, "days_per_year": 245.0, "baseline_days": 5.0,
               "standard_days": 8.0}
    none = dict.fromkeys(("peak_share", "peak_hours", "standard_minutes", "error_rate", "staff_controlled"), NAN)
    services = Services(("case",), (("berkas", "case"),), np.array([0]), **{key: np.array([value]) for key, value in figures.items()}, **none)
    return service.Casework(services, a)


def five_years(load, longest=60.0):
    """Mean backlog of the last of five years, days of work, and share of all cases refused, at a load of what can be done."""
    desk, one = back_office(longest), np.ones((1, 1))
    hands = desk.at_start / (USABLE * load)
    found = np.array([(days.item() - 5.0, refused.item()) for days, _, refused in (desk.quarter(one, hands, one, 0.0) for _ in range(20))])
    return found[-4:, 0].mean(), found[:, 1].mean()


@pytest.mark.parametrize("load", [1.05, 1.3, 1.9])
def test_20_a_bounded_backlog_is_that_of_daily_work(load):
    """After five years the backlog is within 4 days of cases worked off day by day, the share refused within a point."""
    backlog, refused = office_days.in_the_back_office(load, 60.0)
    assert five_years(load)[0] == pytest.approx(backlog, abs=4.0)
    assert five_years(load)[1] == pytest.approx(refused, abs=0.01)


@missed("0 days against 12: the fluid knows no chance, so nothing piles up until work exceeds what can be done")
def test_20_a_bounded_backlog_is_that_of_daily_work_at_full_load():
    """At exactly full load cases pile up by chance."""
    assert five_years(1.0)[0] == pytest.approx(office_days.in_the_back_office(1.0, 60.0)[0], abs=4.0)


def test_20_what_comes_in_is_done_refused_or_still_there():
    """Cases are conserved over five years in which hands come and go, and the backlog never passes its bound."""
    longest, one = 30.0, np.ones((1, 1))
    desk = back_office(longest)
    for hands in np.tile([1.2, 0.5, 0.7, 2.0], 5):
        before = desk.backlog
        _, _, refused = desk.quarter(one, hands * desk.at_start, one, 0.0)
        done = USABLE * 10.0 * hands * 245.0 / 4.0
        kept = before + (1.0 - refused) * 612.5 - desk.backlog
        assert -1e-9 <= kept <= done + 1e-9
        assert 0.0 <= desk.backlog <= longest * done / (245.0 / 4.0) + 1e-9
