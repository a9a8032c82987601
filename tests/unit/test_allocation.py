"""The best plan for the money: measured by the engine, chosen by an integer programme, tried in futures the search never saw."""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import small_allocation
import small_city

from simulation import City, InputError, Scenario
from simulation.analysis.allocation import rows, seating
from simulation.analysis.allocation.bench import Bench
from simulation.analysis.allocation.choices import Form, forms_of
from simulation.analysis.allocation.climb import mended
from simulation.analysis.allocation.front import cost_front, equity_front
from simulation.analysis.allocation.kept import kept
from simulation.analysis.allocation.limits import Limits
from simulation.analysis.allocation.menu import alternatives, distance
from simulation.analysis.allocation.money import shadow_price
from simulation.analysis.allocation.objective import Objective, read
from simulation.analysis.allocation.proposal import (
    GREEDY,
    PLAN,
    allocate,
    budgets_of,
    moved,
    open_market,
)
from simulation.analysis.allocation.quiet import quiet
from simulation.analysis.allocation.robust import robust_plans
from simulation.analysis.allocation.search import moves_around
from simulation.ensemble import readings
from simulation.errors import Cancelled
from simulation.present import allocation_charts, allocation_views

IDS = ("counter_coaching", "service_excellence_blended", "digital_registry", "general_course")
BUDGET = 120e6


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """The small city."""
    return City.load(small_city.write(tmp_path_factory.mktemp("cities") / "kota_kecil"))


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """A scenario without training and a catalogue of four programmes, for two years."""
    return small_allocation.base(tmp_path_factory.mktemp("base"), IDS, 2)


@pytest.fixture(scope="module")
def plan(town, ledger, base):
    """A proposal for two years of Rp 120 million."""
    return allocate(BUDGET, town, ledger, base, draws=64, search_draws=8)


def of(town, ledger, base, limits=None, **more):
    """A quick proposal."""
    return allocate(more.pop("budget", BUDGET), town, ledger, base, limits, draws=8, search_draws=8, **more)


def test_the_bench_is_the_engine(city, ledger):
    """A plan on the bench brings what the engine says, for every indicator, to the last digits."""
    draft = Scenario.library()["todays_path"].replace({"programmes": {}, "budget_rp": 5e9, "targeting": "frontline_first"})
    objective = Objective.of({"ikm": 1.0, "standard": 1.0, "hours_saved": 1.0}, 5)
    bench = Bench.of(city, draft, ledger, objective, 4, 7)
    choices = bench.every_kind(forms_of(draft.catalogue))
    classes = np.zeros((len(choices), 5), dtype=int)
    for i in range(0, len(choices), 11):
        classes[i, i % 5] = max(1, choices.most[i] // 4)
    told = bench.measure(choices, [classes])
    scenario = choices.scenario(classes, [5e9] * 5, {})
    real = readings(scenario, city, ledger, bench.points, partial(read, objective=objective))
    order = [[unit.id for unit in city.units].index(name) for name in bench.gathered.unit_ids]
    np.testing.assert_allclose(told.ikm[0], real["units"][order], rtol=0, atol=1e-10)
    np.testing.assert_allclose(told.hours[0].sum(axis=0), real["hours_saved"], rtol=1e-10)
    np.testing.assert_allclose(told.standard[0].sum(axis=0), real["standard"], rtol=0, atol=1e-10)


def test_kinds_of_units_do_not_influence_each_other(plan):
    """The gain of one kind is the same whatever the others are taught, which is what lets one run measure all kinds."""
    market = plan.market
    alone = np.zeros_like(plan.classes)
    first = np.flatnonzero(plan.classes.any(axis=1))[0]
    kind = market.choices.kinds[first]
    alone[market.choices.kinds == kind] = plan.classes[market.choices.kinds == kind]
    both, one = market.bench.measure(market.choices, [plan.classes, alone]).ikm
    mine = market.bench.gathered.unit_kind == kind
    assert mine.any() and not mine.all()
    np.testing.assert_allclose(both[mine], one[mine], rtol=0, atol=1e-10)


def test_a_proposal_is_a_scenario_that_a_file_can_hold(plan, tmp_path):
    """Saved and loaded it is the same plan, and the engine runs it."""
    path = plan.scenario.save(tmp_path / "plan.yaml")
    assert Scenario.load(path, plan.base.catalogue) == plan.scenario
    assert plan.table()["cost_rp"].sum() == pytest.approx(plan.cost_rp.sum())
    assert (plan.cost_rp <= BUDGET).all() and plan.cost_rp.sum() > 0.6 * 2 * BUDGET
    held = plan.table().groupby("programme")["classes"].sum().to_dict()
    asked = {}
    for offer in plan.scenario.offers:
        asked[offer.programme] = asked.get(offer.programme, 0) + sum(offer.by_year(2))
    assert held == asked


def test_it_beats_its_rivals_in_fresh_futures(plan):
    """No training and greedy are not better on average than the proposal.

    Equal shares can be: they seat all kinds of units in one class, and in so small a town classes for one kind stay half empty.
    """
    table = plan.improvement().set_index("against")
    assert (table.loc[["nothing", "base"], "gain_mean"] > 0).all()
    assert table.loc[GREEDY, "gain_mean"] >= -2 * table.loc[GREEDY, "gain_error"]
    assert table.loc["nothing", "verdict"] in ("better", "cannot tell")
    assert table["gain_error"].max() < table.loc["nothing", "gain_mean"]


def test_the_search_says_how_far_it_was_off(plan):
    """The optimiser's curse is the gain in the search's draws less that in fresh ones."""
    assert plan.optimism == pytest.approx(plan.search_gain - plan.trial.gain(PLAN).mean())
    assert 0.0 <= plan.gap <= 0.01 and 0.0 <= plan.linearisation_error < 0.2


def test_same_inputs_give_the_same_bits(plan, town, ledger, base):
    """A second search proposes the same plan with the same numbers."""
    again = allocate(BUDGET, town, ledger, base, draws=64, search_draws=8)
    assert again.scenario == plan.scenario
    assert again.trial.gain(PLAN).tobytes() == plan.trial.gain(PLAN).tobytes()


def test_two_processes_give_the_same_bits(plan, town, ledger, base):
    """The bench may be spread over processes; the answer is the same to the last bit."""
    with ProcessPoolExecutor(2) as pool:
        again = allocate(BUDGET, town, ledger, base, draws=64, search_draws=8, executor=pool)
    assert again.scenario == plan.scenario and again.rounds == plan.rounds and again.search_gain == plan.search_gain


@pytest.mark.parametrize("limits, name", [
    (Limits(seats={"counter_coaching": 8}), "seats"), (Limits(trainer_days=5), "trainer_days"), (Limits(in_class=0.2), "in_class"),
    (Limits(money_for={"school": 0.5}), "money_for"), (Limits(money_for_front_line=0.9), "money_for_front_line"),
    (Limits(pns_reaching_20jp=0.3), "pns_reaching_20jp"), (Limits(pppk_above_ceiling=0.0), "pppk_above_ceiling"),
    (Limits(pns_reaching_20jp=0.4, in_class=0.3), "in_class"), (Limits(pns_reaching_20jp=0.4, in_class=0.3), "pns_reaching_20jp"),
])
def test_limits_are_kept_by_the_models_own_count(limits, name, town, ledger, base):
    """The plan keeps the limit as the engine seats people, not only as the solver adds up."""
    found = of(town, ledger, base, limits)
    mine = [one for one in found.kept() if one.name[0] == name]
    assert mine and all(one.holds for one in mine)
    assert found.classes.any()


def several(town, ledger, base, years_of_classes=3):
    """A market with a mixed plan of every third choice."""
    limits = Limits(pns_reaching_20jp=0.3, in_class=0.4, pppk_above_ceiling=0.2, money_for_front_line=0.3)
    market = open_market(BUDGET, town, ledger, base, limits, Objective(), "frontline_first", 4)
    forms = [Form(p, refresher_months=months) for p in range(len(base.catalogue.ids)) for months in (0, 6)]
    market = replace(market, choices=market.bench.every_kind(forms), budgets=(1e9, 1e9))
    plan = np.zeros((len(market.choices), 2), dtype=int)
    for i in range(0, len(plan), years_of_classes):
        plan[i, i % 2] = 1 + i % 2
    return market, plan


def test_people_are_counted_as_the_engine_counts_them(town, ledger, base):
    """Who is in class, who reaches the hours, who passes the ceiling, and the front line's money, refreshers included."""
    market, plan = several(town, ledger, base, 13)
    found, people = seating.counted(market.bench, market.choices, plan), market.bench.gathered.people
    real = {one.name: one.reached for one in kept(market, market.choices.scenario(plan, [1e9] * 2, {}))}
    assert len(real) > 4
    heads = np.bincount(people.unit_kind[people.cell_unit], people.heads * (people.cell_group == people.group("frontline")), len(people.kinds))
    for k in np.flatnonzero(heads):
        np.testing.assert_allclose(found.front[:, k].max() / heads[k], real["in_class", people.kinds[k]], atol=1e-9)
    np.testing.assert_allclose((np.minimum(1.0, found.reached) @ people.pns).min() / people.pns.sum(), real["pns_reaching_20jp",], atol=1e-9)
    np.testing.assert_allclose(found.above.max() / people.pppk.sum(), real["pppk_above_ceiling",], atol=1e-9)
    np.testing.assert_allclose(found.money / (market.choices.price_rp @ plan).sum(), real["money_for_front_line",], atol=1e-9)


def test_one_step_changes_people_by_exactly_what_its_row_says(town, ledger, base):
    """In its own year and in those after it."""
    market, plan = several(town, ledger, base)
    moves = moves_around(market.choices, plan, 0.3)
    steps = rows.Steps.of(market.choices, plan, moves)
    by_step, before = seating.changed(market.bench, market.choices, steps), seating.counted(market.bench, market.choices, plan)
    for i, move in enumerate(moves):
        other = plan.copy()
        move.apply(other)
        after = seating.counted(market.bench, market.choices, other)
        for name in ("front", "reached", "above", "money"):
            np.testing.assert_allclose(getattr(by_step, name)[i] * move.count, getattr(after, name) - getattr(before, name), atol=1e-6)


def test_a_plan_that_breaks_its_limits_is_brought_closer(town, ledger, base):
    """And one that keeps them is left alone."""
    market, plan = several(town, ledger, base)
    market = replace(market, limits=Limits(in_class=0.2))
    crowded = np.where(np.arange(len(plan))[:, None] % 9 == 0, plan, 0)
    better = mended(market, crowded)
    assert market.excess(crowded) > 0.0 and market.excess(better) < market.excess(crowded) and market.affordable(better)
    assert (mended(market, plan * 0) == 0).all()


def test_a_limit_binds(plan, town, ledger, base):
    """Two fifths of the money for the kind that got least lowers what the whole city gains, and then they have it."""
    spent = plan.table().groupby("kind")["cost_rp"].sum().reindex(["registry", "permits", "school"], fill_value=0.0)
    least = spent.idxmin()
    assert spent[least] < 0.4 * spent.sum()
    bound = of(town, ledger, base, Limits(money_for={least: 0.4}))
    assert bound.search_gain < plan.search_gain
    assert bound.table().groupby("kind")["cost_rp"].sum()[least] >= 0.4 * bound.cost_rp.sum() - 1


def test_limits_that_clash_are_named_and_no_others(town, ledger, base):
    """Nine tenths of the PNS at 20 JP cannot be had with five trainers' days; the budget is not to blame."""
    limits = Limits(pns_reaching_20jp=0.9, trainer_days=5, seats={"digital_registry": 500})
    with pytest.raises(InputError) as caught:
        of(town, ledger, base, limits, budget=1e9)
    for lang, words in (("id", ("90% PNS", "5 hari pengajar")), ("en", ("90% of PNS", "5 trainers' days"))):
        text = caught.value.text(lang)
        assert all(word in text for word in words)
        assert "500" not in text and "Rp" not in text
    found = of(town, ledger, base, replace(limits, trainer_days=None), budget=1e9)
    assert all(one.holds for one in found.kept())


def test_too_little_money_for_the_hours_asked_is_a_clash_with_the_budget(town, ledger, base):
    """The budget is named with its amount."""
    with pytest.raises(InputError) as caught:
        of(town, ledger, base, Limits(pns_reaching_20jp=0.9), budget=5e6)
    assert "Rp 5 juta" in caught.value.text("id") and "Rp 5 million" in caught.value.text("en")


def test_bad_questions_are_named_all_at_once(town, ledger, base):
    """Unknown programme and kind, shares out of range, sums over one: every one is told, none is a traceback."""
    limits = Limits(seats={"counter_coachin": 3}, money_for={"schol": 0.2}, in_class=1.5, trainer_days=-1, pns_reaching_20jp="x")
    with pytest.raises(InputError) as caught:
        of(town, ledger, base, limits)
    assert {p.code for p in caught.value.problems} == {"unknown_programme", "allocation_kind", "allocation_share", "allocation_amount"}
    assert "counter_coaching" in caught.value.text("en") and len(caught.value.problems) == 5
    with pytest.raises(InputError, match="melebihi 1"):
        of(town, ledger, base, Limits(money_for={"school": 0.7, "registry": 0.7}))


@pytest.mark.parametrize("budget", [-1, float("nan"), "1e9", True, [1e6], [1e6, 1e6, 1e6]])
def test_a_budget_is_an_amount_for_every_year(budget, town, ledger, base):
    """Anything else is a named problem."""
    with pytest.raises(InputError):
        of(town, ledger, base, budget=budget)


@pytest.mark.parametrize("objective", ["ikn", {}, {"ikm": 0.0}, {"ikm": True}, Objective({"ikm": 1.0}, 3), Objective({"ikm": 1.0}, "some")])
def test_an_objective_is_known_and_inside_the_plan(objective, town, ledger, base):
    """Unknown names, weights that weigh nothing and years past the end are named problems."""
    with pytest.raises(InputError):
        of(town, ledger, base, objective=objective)


def test_every_budget_may_be_its_own(town, ledger, base):
    """A year without money has no classes."""
    found = of(town, ledger, base, budget=[0.0, 100e6])
    assert not found.classes[:, 0].any() and found.classes[:, 1].any()
    assert budgets_of((1, 2.5), 2) == (1.0, 2.5)


def test_a_mix_is_counted_in_what_each_indicator_can_bring(town, ledger, base):
    """The scales are stated, and a mix is at least as good for its parts as the plan for the other part alone."""
    found = of(town, ledger, base, objective={"ikm": 1.0, "worst_unit": 1.0})
    assert set(found.objective.scales) == {"ikm", "worst_unit"} and min(found.objective.scales.values()) > 0
    alone = of(town, ledger, base, objective="ikm")
    worst = [np.mean(one.trial.told[PLAN]["worst_unit"] - one.trial.told["nothing"]["worst_unit"]) for one in (found, alone)]
    assert worst[0] >= worst[1]


def test_staff_at_the_standard_can_be_the_aim(town, ledger, base):
    """The share of staff at the required level rises."""
    found = of(town, ledger, base, objective="standard")
    assert found.search_gain > 0 and found.trial.gain(PLAN).mean() > 0
    assert "persen" in found.sentence("id")


def test_progress_rises_and_a_cancelled_search_keeps_nothing(town, ledger, base):
    """Stages are told in order up to the last; what a listener raises comes through."""
    told = []
    of(town, ledger, base, progress=lambda done, total: told.append((done, total)))
    assert told == sorted(told) and told[-1][0] == told[-1][1]

    def stop(done, total):
        if done >= 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        of(town, ledger, base, progress=stop)


def test_an_earlier_proposal_competes(plan, town, ledger, base):
    """A search that starts from a better plan is never worse than it."""
    found = of(town, ledger, base, budget=BUDGET * 1.05, beat=[of(town, ledger, base)])
    assert found.search_gain >= of(town, ledger, base).search_gain


def test_more_money_is_never_worth_less(plan):
    """The curve rises, each budget is kept, and the plan at hand is one of its points."""
    money = shadow_price(plan, (-60e6, -20e6, 20e6, 60e6, 200e6), draws=32)
    means = money.gains.mean(axis=1)
    assert (np.diff(means) >= 0).all() and (np.diff(money.steps_rp) > 0).all()
    table = money.table()
    assert (table["cost_rp"] <= table["budget_rp"] + 1e-6).all()
    assert table.loc[money.here, "change_mean"] == 0.0 and money.scenarios[money.here] == plan.scenario
    assert money.noise >= 0.0 and money.budgets_rp[money.here] == 2 * BUDGET
    for steps in ([-1e9], ["x"], [float("nan")], []):
        with pytest.raises(InputError):
            shadow_price(plan, steps)
    front = cost_front(plan, money=money)
    assert [point.cost_rp for point in front.points] == sorted(point.cost_rp for point in front.points)
    shown(money, allocation_views.money_sentence, allocation_views.money_rows, allocation_charts.money)
    shown(front, allocation_views.front_sentence, allocation_views.front_rows, allocation_charts.front)


def test_robust_picks_are_the_best_of_the_pool(plan):
    """Each pick is best by its own measure, and regret is never negative."""
    found = robust_plans(plan, draws=16, structures=[("dose", "linear"), ("expectation", "fixed")])
    table = found.table().set_index("plan")
    assert table["mean"].idxmax() == found.best_mean and table["p10"].idxmax() == found.best_in_bad_futures
    assert table["regret_max"].idxmin() == found.least_regret
    assert (found.regret >= 0).all() and (found.regret.min(axis=0) == 0).all()
    assert found.gains.shape == (len(found.names), 3, 16) and found.scenario(PLAN) == plan.scenario
    with pytest.raises(InputError):
        robust_plans(plan, structures=[("dose", "none")])
    shown(found, allocation_views.robust_sentence, allocation_views.robust_rows, allocation_charts.robust)


def test_alternatives_are_different_and_nearly_as_good(town, ledger, base):
    """Each loses at most the stated share in the search's draws and spends a tenth of the money elsewhere.

    With half the money: with more, the small town has no second plan that spends it.
    """
    plan = of(town, ledger, base, budget=BUDGET / 2)
    menu = alternatives(plan, loss=0.6, draws=32)
    assert menu.alternatives
    market = plan.market
    nothing, best, *others = market.scores([plan.classes * 0, plan.classes, *(one.classes for one in menu.alternatives)])
    for reached, one in zip(others, menu.alternatives, strict=True):
        assert reached - nothing >= 0.4 * (best - nothing) - 1e-9
        assert one.distance == distance(market.choices, one.classes, plan.classes) >= 0.1
        assert market.keeps(one.classes)
        assert one.more[1] > 0 > one.less[1]
    with pytest.raises(InputError):
        alternatives(plan, loss=0.0)
    shown(menu, allocation_views.menu_sentence, allocation_views.menu_rows, allocation_charts.menu)


def test_no_plan_on_a_front_is_beaten(plan):
    """Whoever gains more has the wider gap between units."""
    front = equity_front(plan, draws=32)
    ikm, gap = (np.array([getattr(point, name).mean() for point in front.points]) for name in ("ikm", "gap"))
    assert (np.diff(ikm) >= 0).all() and (np.diff(gap) >= -1e-12).all()
    for point in front.points:
        assert point.cost_rp <= 2 * BUDGET
    shown(front, allocation_views.front_sentence, allocation_views.front_rows, allocation_charts.front)


def test_a_proposal_is_told_in_both_languages(plan):
    """Sentence, rows and picture with a text alternative; the numbers of the sentence are those of the table."""
    shown(plan, allocation_views.sentence, allocation_views.rows, allocation_charts.rivals)
    assert len(allocation_views.rival_rows(plan, "en")) == len(plan.trial.scenarios)
    median = plan.improvement().set_index("against").loc["base", "ikm_p50"]
    assert f"+{median:.2f}" in plan.sentence("en") and f"+{median:.2f}".replace(".", ",") in plan.sentence("id")


def shown(result, sentence, rows, picture):
    """Both languages differ, rows are full and the picture says what it shows."""
    words = [sentence(result, lang) for lang in ("id", "en")]
    assert words[0] != words[1] and result.sentence("id") == words[0] and "{" not in "".join(words)
    lines = rows(result, "id")
    assert len(lines) > 1 and len({len(line) for line in lines}) == 1 and all(isinstance(cell, str) for line in lines for cell in line)
    drawn = picture(result, "id")
    assert drawn.description == words[0] and drawn.svg().startswith("<svg")
    assert len(result.table()) > 0


def test_a_greedy_plan_keeps_the_money(plan):
    """It spends no more than there is either."""
    greedy = plan.trial.scenarios[GREEDY]
    assert (greedy.prices @ greedy.class_counts(None, None) <= np.array(greedy.budget_by_year)).all()


def test_money_that_no_class_can_cost_is_left_out_of_the_limit():
    """The limit handed to the solver lies half a step above what whole classes can cost, so that rounding cannot pass it."""
    prices = np.array([11_600_000.0, 45_900_000.0])
    assert rows.whole_money(57_599_999.0, prices) < 57_600_000.0
    assert 57_500_000.0 <= rows.whole_money(57_500_000.0, prices) < 57_600_000.0


def test_moving_a_plan_to_other_choices_keeps_its_classes(town, ledger, base):
    """A plan written in other choices is the same plan."""
    market = open_market(BUDGET, town, ledger, base, Limits(), Objective(), "rotation", 8)
    everyone = base.catalogue.ids.index("general_course")
    fewer = market.bench.choices([(Form(everyone), 0), (Form(everyone), 1)])
    classes = np.array([[1, 0], [0, 2]])
    assert moved(fewer, classes, market.choices).sum() == 3
    assert (moved(market.choices, moved(fewer, classes, market.choices), fewer) == classes).all()


def test_what_c_code_prints_goes_nowhere(capfd):
    """The solver's stray line does not reach the console, what Python prints does."""
    import os

    print("before", flush=True)
    with quiet():
        os.write(1, b"HighsMipSolverData::transformNewIntegerFeasibleSolution\n")
    print("after", flush=True)
    assert capfd.readouterr().out == "before\nafter\n"
