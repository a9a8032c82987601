"""Money like for like: plans that say they spend the same do, and what is left over is bought or shown."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation import simulate
from simulation.errors import InputError
from simulation.scenario import whole_classes

SAME = ("todays_path", "designed_for_impact", "digital_front_desk", "frontline_first", "innovative_teachers", "practice_and_follow_up", "rotation_20jp")


def spent(city, ledger, scenario):
    return simulate(scenario, city, ledger, 2).plan.cost_rp.sum()


@pytest.mark.parametrize("key", SAME)
def test_plans_of_the_same_money_spend_the_same(city, ledger, library, key):
    """Within one per cent of today's path."""
    assert spent(city, ledger, library[key]) == pytest.approx(spent(city, ledger, library["todays_path"]), rel=0.01)


@pytest.mark.parametrize(("key", "times"), [("half_budget", 0.5), ("double_budget", 2.0)])
def test_half_is_half_and_double_is_double(city, ledger, library, key, times):
    """Within one per cent."""
    assert spent(city, ledger, library[key]) == pytest.approx(times * spent(city, ledger, library["todays_path"]), rel=0.01)


@given(st.lists(st.tuples(st.floats(0.0, 1.0), st.floats(1.0, 60.0), st.integers(0, 20)), min_size=1, max_size=8), st.floats(0.0, 500.0))
def test_no_class_that_fits_is_left_unbought(offers, money):
    """What is left pays for no further class of any offer that has people, and no more is spent than there is."""
    share, price, most = (np.array(column, dtype=float) for column in zip(*offers, strict=True))
    share = share / max(1.0, share.sum())
    classes = whole_classes(share, price, money, most)
    left = money * share.sum() - classes @ price
    assert np.all(classes >= 0) and np.all(classes <= most) and left >= -1e-5
    assert not np.any((share > 0.0) & (classes < most) & (price <= left))


def test_money_goes_to_the_next_year_only_when_asked(city, ledger, library):
    """Budgets are yearly: what is left of one year is there in the next one only under the declared option."""
    base = library["half_budget"].replace({"budget_rp": 480_000_000.0})
    kept = simulate(base.replace({"carry_over": True}), city, ledger, 2).plan
    lost = simulate(base, city, ledger, 2).plan
    assert kept.cost_rp.sum() > lost.cost_rp.sum() and np.all(lost.cost_rp.sum(axis=0) <= lost.budget_rp)
    assert np.all(np.cumsum(kept.cost_rp.sum(axis=0)) <= np.cumsum(kept.budget_rp) + 1e-3)


@pytest.mark.parametrize("change", [{"programmes": {"latsar": 0.1}}, {"programmes": {}, "classes": {"latsar": 1}}])
def test_the_course_of_newcomers_is_nobodys_choice(library, change):
    """A plan that buys it says so at the door, with what to do."""
    with pytest.raises(InputError) as caught:
        library["todays_path"].replace(change)
    assert [problem.code for problem in caught.value.problems] == ["for_newcomers"]


def test_every_plan_that_hires_alike_has_the_same_newcomers(city, ledger, library):
    """Their course costs the same with and without a training budget, and nothing when nobody is hired."""
    none, designed = (simulate(library[key], city, ledger, 64) for key in ("no_training", "designed_for_impact"))
    assert np.array_equal(none.hired, designed.hired) and np.all(none.hired > 0.0)
    assert np.array_equal(none.induction_rp(), designed.induction_rp())
    frozen = simulate(library["todays_path"].replace({"replacement_ratio": 0.0}), city, ledger, 64)
    assert not frozen.hired.any()
