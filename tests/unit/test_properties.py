"""What holds for every input: nothing is lost, nothing is negative, and more draws never change the first ones."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import small_city
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation import Assumptions, City, Scenario, simulate
from simulation.model import levels, satisfaction, skill, training

few = settings(max_examples=25, deadline=None)
shares = st.floats(0.0, 1.0)


def vectors(elements, size):
    return st.lists(elements, min_size=size, max_size=size).map(np.array)


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """A made-up city of three units."""
    return City.load(small_city.write(tmp_path_factory.mktemp("cities") / "town"))


@st.composite
def cells(draw):
    """(cap, weight, heads) of some cells."""
    size = draw(st.integers(1, 12))
    cap = draw(vectors(st.just(0.0) | st.floats(1e-9, 1.0), size))
    weight = draw(vectors(st.just(0.0) | st.just(1.0) | st.floats(1e-12, 1000.0), size))
    heads = draw(vectors(st.integers(0, 3000).map(float), size))
    return cap, weight, heads


@few
@given(cells(), st.floats(0.0, 1.2))
def test_all_seats_are_given_away_as_long_as_there_is_room(cell, fullness):
    """Spread loses no seat, gives none to the closed, and passes no cap."""
    cap, weight, heads = cell
    room = heads @ np.where(weight > 0, cap, 0.0)
    seats = fullness * room
    share = training.spread(seats, cap, weight, heads)
    assert np.all(share >= 0.0) and np.all(share <= cap) and not share[weight == 0.0].any()
    assert heads @ share == pytest.approx(min(seats, room), rel=1e-9, abs=1e-6)


@few
@given(cells(), shares)
def test_cells_with_the_same_claim_get_the_same_share(cell, fullness):
    """Equal weight and equal room give equal shares, whatever the size of the cells."""
    cap, weight, heads = cell
    heads = np.maximum(heads, 1.0)
    cap[:], weight[:] = cap[0], weight[0]
    share = training.spread(fullness * heads @ cap, cap, weight, heads)
    assert np.all(share == share[0])


@st.composite
def decisions(draw):
    """Changes to a scenario: money, mix, rule, timing."""
    ids = ("service_excellence", "permit_processing", "supervision", "general_course", "counter_coaching", "pka")
    raw = draw(vectors(st.floats(0.0, 1.0), len(ids)))
    total = max(1.0, raw.sum() * draw(st.floats(1.0, 2.0)))
    years = draw(st.integers(1, 3))
    return {
        "years": years, "budget_rp": draw(st.lists(st.floats(0.0, 3e9), min_size=years, max_size=years)),
        "programmes": {name: float(share / total) for name, share in zip(ids, raw, strict=True)},
        "targeting": draw(st.sampled_from(["rotation", "frontline_first", "gap_first"])),
        "practice": draw(st.sampled_from(["as_designed", "all"])),
        "follow_up": draw(st.sampled_from(["as_designed", "all", "none"])),
        "refresher_months": draw(st.sampled_from([0, 6, 12])),
        "quarters": draw(st.lists(st.integers(1, 4), min_size=1, max_size=4, unique=True)),
        "unit_weights": draw(st.dictionaries(st.sampled_from(["capil", "izin", "sdn1"]), st.just(0.0) | st.floats(1e-6, 1000.0))),
    }


BASE = Scenario.library()["no_training"]
LEDGER = Assumptions.load()


@few
@given(decisions())
def test_every_rupiah_is_spent_or_shown_as_unspent(town, decision):
    """Cost and what is unspent make the budget; no class is paid that the money does not reach."""
    plan = plan_of(town, decision)
    assert plan.cost_rp.sum(axis=0) + plan.unspent_rp == pytest.approx(plan.budget_rp, rel=1e-12, abs=1e-3)
    assert np.all(plan.cost_rp >= 0.0) and np.all(plan.unspent_rp >= -1e-3)


@few
@given(decisions())
def test_seats_never_exceed_heads_or_classes(town, decision):
    """Nobody sits in the same course twice a year or in two courses a quarter, and no class has more seats than chairs."""
    plan, scenario = plan_of(town, decision), BASE.replace(decision)
    held = plan.share[: len(scenario.catalogue.ids)]
    by_year = held.reshape(len(held), scenario.years, 4, -1).sum(axis=2)
    assert np.all(held >= 0.0) and np.all(by_year <= 1.0 + 1e-9) and np.all(held.sum(axis=0) <= 1.0 + 1e-9)
    assert np.all(plan.seats <= plan.classes * scenario.catalogue.class_size[:, None] + 1e-6)
    assert np.all(plan.seats <= scenario.catalogue.open_to(town) @ town.heads[:, None] + 1e-6)
    closed = sorted({1, 2, 3, 4} - set(scenario.quarters))
    assert not held.reshape(len(held), scenario.years, 4, -1)[:, :, [q - 1 for q in closed]].any()


@few
@given(decisions())
def test_nobody_is_away_for_more_than_the_quarter(town, decision):
    """Hours away and follow-up are shares."""
    plan = plan_of(town, decision)
    for share in (plan.away, plan.followed):
        assert np.all(share >= 0.0) and np.all(share <= 1.0)


@few
@given(st.integers(0, 12), st.integers(1, 12))
def test_follow_up_lasts_as_long_as_it_is_paid_for(span, quarters):
    """A moving sum of the last quarters, also of none or of more than there are."""
    flow = np.arange(1.0, quarters + 1)[:, None]
    recent = training._sum_over_last(flow, span)[:, 0]
    assert recent.tolist() == [sum(flow[max(0, q + 1 - span):q + 1, 0]) for q in range(quarters)]


def plan_of(town, decision):
    fixed = LEDGER.fixed
    return training.plan(BASE.replace(decision), town, LEDGER.tables.required, fixed["hours_per_jp"], fixed["effective_hours"])


@few
@given(st.data(), st.integers(0, 2**20), st.sampled_from(["two_store", "single_store"]))
def test_skill_is_never_negative_and_never_appears_from_nowhere(data, seed, stores):
    """Through any order of courses, reminders and quarters each part of the skill stays at or above zero."""
    a, _ = LEDGER.draw(8, seed, ())
    structure = {**LEDGER.structure, "forgetting": stores}
    person = skill.Skill(2, 3, a, structure)
    for _ in range(data.draw(st.integers(1, 8))):
        before = person.possessed()
        gain = data.draw(vectors(st.floats(0.0, 2.0), 2))[:, None, None] * np.ones((2, 3, 8))
        reached = data.draw(vectors(shares, 3))[None] * np.ones((2, 1))
        person.teach(gain.copy(), reached, np.broadcast_to(data.draw(shares), (3, 8)))
        assert np.all(person.possessed() <= before + gain + 1e-12) and np.all(person.possessed() >= before - 1e-12)
        taught = person.possessed()
        stays = np.broadcast_to(data.draw(shares), (2, 3, 8))
        person.fade(skill.fading(a, structure, data.draw(vectors(shares, 3)), stays))
        assert np.all(person.state >= 0.0) and np.all(person.expressed() <= person.possessed() + 1e-12)
        assert np.all(person.possessed() <= taught + 1e-12)


@few
@given(vectors(st.floats(-1e6, 1e6), 9), st.floats(0.5, 3.0))
def test_answers_stay_between_one_and_four(latent, spacing):
    """However skilled or slow, a mean answer is 1 to 4 and an IKM 25 to 100."""
    rating = satisfaction.mean_rating(latent, spacing)
    assert np.all(rating >= 1.0) and np.all(rating <= 4.0)
    assert 25.0 <= satisfaction.ikm(rating) <= 100.0


@few
@given(vectors(st.floats(-1e6, 1e6) | st.floats(-8.0, 8.0), 9), st.floats(1.2, 2.2))
def test_the_rating_curve_is_the_exact_one(latent, spacing):
    """The quick curve differs from the ordered probit by less than 1e-9 and keeps its bounds."""
    rating = satisfaction.RatingCurve(spacing)(latent)
    assert rating == pytest.approx(satisfaction.mean_rating(latent, spacing), abs=1e-9)
    assert np.all(rating >= 1.0) and np.all(rating <= 4.0)


@few
@given(vectors(st.floats(1.05, 3.95), 9), st.floats(1.2, 2.2))
def test_the_latent_score_gives_back_the_observed_rating(rating, spacing):
    """The starting point of the model is what the survey saw."""
    assert satisfaction.mean_rating(satisfaction.latent_of(rating, spacing), spacing) == pytest.approx(rating, abs=1e-9)


@few
@given(vectors(st.floats(-20.0, 20.0), 5), st.floats(0.3, 2.0))
def test_shares_of_the_five_levels_are_shares(mean, level_sd):
    """They are not negative and sum to 1."""
    parts = levels.shares(mean, level_sd)
    assert np.all(parts >= 0.0)
    assert parts.sum(axis=0) == pytest.approx(1.0, abs=1e-12)


@few
@given(st.integers(0, 2**31), st.integers(1, 300), st.integers(1, 300))
def test_more_draws_keep_the_first_ones(seed, fewer, more):
    """The first values and the luck of programmes stay the same to the last bit."""
    fewer, more = sorted((fewer, more))
    (few_values, few_luck), (values, luck) = (LEDGER.draw(n, seed, ("a", "b", "c")) for n in (fewer, more))
    assert all(np.array_equal(part, values[key][:fewer]) for key, part in few_values.items())
    assert np.array_equal(few_luck, luck[:, :fewer])


@pytest.fixture(scope="module")
def futures(city, ledger, library):
    """192 futures of the plan designed for impact."""
    return simulate(library["designed_for_impact"], city, ledger, 192)


@pytest.mark.parametrize("draws", [1, 7, 64, 65, 100])
def test_more_futures_keep_the_first_ones(draws, futures, city, ledger, library, monkeypatch):
    """Asking for 192 futures does not change the first ones by a bit, however small the last block is."""
    monkeypatch.setattr("simulation.ensemble.BLOCK", 64)
    outcome = simulate(library["designed_for_impact"], city, ledger, draws)
    assert all(np.array_equal(values, futures.arrays[name][..., :draws]) for name, values in outcome.arrays.items())


def test_two_threads_give_the_same_bits_as_one(futures, city, ledger, library):
    """How blocks are shared out does not touch the result."""
    with ThreadPoolExecutor(2) as executor:
        outcome = simulate(library["designed_for_impact"], city, ledger, 192, executor)
    assert all(np.array_equal(values, futures.arrays[name]) for name, values in outcome.arrays.items())


@few
@given(decisions(), st.floats(0.0, 1.5), st.sampled_from([0.3, 0.7, 1.0, 2.0]), st.integers(0, 2**20))
def test_every_outcome_is_finite_and_inside_its_bounds(town, decision, replacement, minutes, seed):
    """Any allowed decision gives ratings, shares and times that can exist."""
    scenario = BASE.replace({**decision, "replacement_ratio": replacement, "minutes_factor": minutes, "seed": seed})
    outcome = simulate(scenario, town, LEDGER, 8)
    arrays = outcome.arrays
    assert all(np.isfinite(values).all() for values in arrays.values())
    assert np.all(outcome.ikm >= 25.0) and np.all(outcome.ikm <= 100.0)
    assert np.all(arrays["minutes"] > 0.0) and np.all(arrays["days"] > 0.0) and np.all(arrays["filled"] >= 0.0)
    for name in ("within", "on_time"):
        assert np.all(arrays[name] >= 0.0) and np.all(arrays[name] <= 1.0)
    assert outcome.level_shares().sum(axis=0) == pytest.approx(1.0, abs=1e-9)


def test_a_copy_of_a_scenario_has_an_id_of_its_own(library):
    """The id is found once; a copy with other values does not inherit it, one with another name only has the same."""
    scenario = library["todays_path"]
    known, name = scenario.id, library["no_training"].name
    assert scenario.model_copy(update={"name": name}).id == scenario.model_copy().id == known == scenario.replace({"author": "somebody"}).id
    other = scenario.model_copy(update={"budget_rp": 1e9})
    assert other.id == scenario.replace({"budget_rp": 1e9}).id != known and scenario.id == known


def test_the_latent_ratings_are_those_of_the_city_and_the_spacing_asked(town):
    """Found once for each spacing of the cuts; nobody can change them for others."""
    for spacing in (1.1, 1.3, 1.1):
        found = town.latent_ratings(spacing)
        assert satisfaction.mean_rating(found, spacing) == pytest.approx(town.ratings.T, abs=1e-9) and not found.flags.writeable
        assert found is town.latent_ratings(spacing)


def test_who_is_asked_may_attend_and_is_of_the_kinds_named(town, library):
    """A course is offered to those it is open to, and an offer to its own kinds of units among them."""
    plain = library["todays_path"]
    assert np.array_equal(plain.offers_in(town).asked, plain.catalogue.open_to(town))
    offers = [{"programme": "service_excellence", "classes": 1, "kinds": kinds} for kinds in ("all", ["registry", "permits"], ["health"])]
    planned = plain.replace({"programmes": {}, "practice": "as_designed", "follow_up": "as_designed", "refresher_months": 0, "offers": offers})
    everyone, two, nobody = planned.offers_in(town).asked
    assert np.array_equal(everyone, plain.catalogue.open_to(town)[plain.catalogue.ids.index("service_excellence")])
    kinds = np.array([town.kinds[town.unit_kind[u]] for u in town.cell_unit])
    assert np.array_equal(two, everyone & np.isin(kinds, ["registry", "permits"])) and two.any() and not nobody.any()
