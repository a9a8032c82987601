"""What holds for every question put to the search: whole classes, no rupiah too much, more money and looser limits never worse."""

import random

import numpy as np
import pytest
import small_allocation
import small_city
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from simulation import City, InputError
from simulation.analysis.allocation.climb import whole_range
from simulation.analysis.allocation.limits import Limits
from simulation.analysis.allocation.objective import Objective
from simulation.analysis.allocation.proposal import allocate, open_market
from simulation.analysis.allocation.search import gains_of, screen, table
from simulation.analysis.allocation.seating import PEOPLE
from simulation.analysis.allocation.solver import ALWAYS, clash, solve
from simulation.language import say
from simulation.present.allocation_views import limit_name

IDS = ("counter_coaching", "complaint_handling", "integrity")
QUICK = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
MONEY = st.floats(min_value=0.0, max_value=2e8, allow_nan=False)


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """The small city."""
    return City.load(small_city.write(tmp_path_factory.mktemp("cities") / "kota_kecil"))


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """A scenario of one year and three programmes."""
    return small_allocation.base(tmp_path_factory.mktemp("base"), IDS)


@pytest.fixture(scope="module")
def two_years(tmp_path_factory):
    """The same programmes for two years."""
    return small_allocation.base(tmp_path_factory.mktemp("two"), IDS, 2)


@pytest.fixture(scope="module")
def measured(town, ledger, base):
    """A market without money and the gains of all its steps."""
    market = open_market(0.0, town, ledger, base, Limits(), Objective(), "frontline_first", 8)
    choices = market.bench.choices(screen(market.bench))
    return choices, market, table(market.bench, choices)


@QUICK
@given(budget=MONEY)
def test_never_a_rupiah_too_much_and_always_whole_classes(budget, town, ledger, base):
    """Every proposal costs at most the budget and consists of whole classes that people can sit in."""
    found = allocate(budget, town, ledger, base, draws=4, search_draws=4)
    assert found.classes.dtype.kind == "i" and (found.classes >= 0).all()
    assert (found.classes <= found.market.choices.most[:, None]).all()
    assert (found.cost_rp <= budget).all()
    assert all(one.holds for one in found.kept())


@settings(QUICK, max_examples=5)
@given(budget=st.floats(min_value=0.0, max_value=1e8), more=st.floats(min_value=0.0, max_value=1e8))
def test_more_money_never_lowers_the_best_plan(budget, more, town, ledger, base):
    """A search that knows the cheaper plan ends with one at least as good."""
    small = allocate(budget, town, ledger, base, draws=4, search_draws=4)
    large = allocate(budget + more, town, ledger, base, draws=4, search_draws=4, beat=[small])
    assert large.search_gain >= small.search_gain - 1e-12


SOME = st.sampled_from([0.0, 0.1, 0.25, 0.4, 0.6, 0.8, 1.0])
LIMITS = st.builds(Limits, seats=st.dictionaries(st.sampled_from(IDS), st.integers(0, 90), max_size=2), trainer_days=st.none() | st.floats(0.0, 60.0),
                   pns_reaching_20jp=SOME, pppk_above_ceiling=SOME, money_for=st.dictionaries(st.sampled_from(["school", "district"]), SOME, max_size=1),
                   money_for_front_line=SOME, in_class=SOME)


@settings(QUICK, max_examples=20)
@given(limits=LIMITS, budget=MONEY, targeting=st.sampled_from(["frontline_first", "rotation"]))
def test_any_limits_together_are_kept_or_clash_or_what_is_broken_is_said(limits, budget, targeting, town, ledger, two_years):
    """Counted by the engine, over two years, in which those who had a turn wait."""
    try:
        found = allocate(budget, town, ledger, two_years, limits, draws=4, search_draws=4, targeting=targeting)
    except InputError as error:
        assert [problem.code for problem in error.problems] == ["allocation_clash"]
        return
    broken = [one for one in found.kept() if not one.holds]
    event(f"{len(broken)} broken")
    said = say("allocation.broken", "en", limits="; ".join(limit_name(found, one, "en") for one in broken))
    assert (found.cost_rp <= budget).all() and (said in found.sentence("en")) == bool(broken)
    assert {one.name[0] for one in broken} <= set(PEOPLE)


def optimum(measured, budget: float, limits: Limits) -> float:
    """What the integer programme can reach with everything it may buy, to the last digit."""
    from dataclasses import replace

    choices, market, steps = measured
    there = replace(market, choices=choices, budgets=(budget,), limits=limits)
    return solve(steps.steps, gains_of(market.bench, steps), there.rows(steps.steps), gap=0.0).gain


@QUICK
@given(budget=MONEY, more=MONEY, share=st.floats(0.0, 1.0), looser=st.floats(0.0, 1.0), days=st.floats(0.0, 40.0), extra=st.floats(0.0, 40.0))
def test_looser_limits_never_lower_the_optimum_of_the_programme(budget, more, share, looser, days, extra, measured):
    """More money, fewer shares that have to be kept, more trainers and fuller classes: each leaves the old plan possible."""
    tight = Limits(trainer_days=days, money_for={"school": max(share, looser)}, in_class=min(share, looser), seats={"integrity": int(days)})
    loose = Limits(trainer_days=days + extra, money_for={"school": min(share, looser)}, in_class=max(share, looser), seats={"integrity": int(days + extra)})
    assert optimum(measured, budget + more, loose) >= optimum(measured, budget, tight) - 1e-9


@QUICK
@given(share=st.floats(0.05, 1.0), days=st.floats(0.0, 20.0), budget=st.floats(0.0, 1.5e8), seats=st.integers(0, 60))
def test_a_clash_is_smallest(share, days, budget, seats, town, ledger, base):
    """The limits named cannot be kept together, and leaving out any one of them lets a plan through."""
    limits = Limits(pns_reaching_20jp=share, trainer_days=days, seats={"complaint_handling": seats})
    market = open_market(budget, town, ledger, base, limits, Objective(), "rotation", 4)
    steps, nothing = whole_range(market)
    rows = market.rows(steps)
    names = clash(steps, rows)

    def kept(names) -> bool:
        some = [row for row in rows if row.name[0] in ALWAYS or _sort(row.name) in names]
        return solve(steps, nothing, some).plan is not None

    assert bool(names) == (solve(steps, nothing, rows).plan is None)
    if names:
        assert not kept(names)
        assert all(kept([other for other in names if other != name]) for name in names)


def _sort(name: tuple) -> tuple:
    """A limit without its year."""
    return (name[0], *(part for part in name[1:] if isinstance(part, str)))


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_units_in_the_files_does_not_matter(seed, town, ledger, base, tmp_path, monkeypatch):
    """Shuffled units, staff and services give the same plan and the same gain."""
    shuffle = random.Random(seed).sample
    for name in ("UNITS", "STAFF", "SERVICES"):
        heading, *lines = getattr(small_city, name)
        monkeypatch.setattr(small_city, name, [heading, *shuffle(lines, len(lines))])
    other = City.load(small_city.write(tmp_path / "kota_kecil"))
    assert [unit.id for unit in other.units] != [unit.id for unit in town.units] or seed == 0
    one, two = (allocate(9e7, city, ledger, base, draws=8, search_draws=8) for city in (town, other))
    assert one.scenario == two.scenario
    np.testing.assert_allclose(one.search_gain, two.search_gain, rtol=0, atol=1e-12)
