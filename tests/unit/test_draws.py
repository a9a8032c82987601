"""Draws by name: what is not asked about moves nothing, and every run of draws is even."""

import copy
import pickle
from dataclasses import replace

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation import Catalogue, Scenario, compare, simulate
from simulation.analysis.attribution import attribute
from simulation.analysis.futures import at_points, futures
from simulation.analysis.information import known_numbers
from simulation.analysis.sensitivity import sensitivity
from simulation.analysis.tornado import tornado
from simulation.assumptions import DATA
from simulation.draws import BLOCK, Points, block, luck_name, points, row_name
from simulation.errors import InputError

NAMES = tuple(f"row:{i}" for i in range(12))
WRITTEN = [[624215834551, 1317993714871, 1591719302799, 1743813935955, 273859205029],
           [2069217763037, 1019001757359, 1810790518367, 1194799722229, 2111546743279]]  # draws 0, 1, 255, 256 and 299
names_of = st.lists(st.text(max_size=12), min_size=1, max_size=6, unique=True).map(tuple)
seeds = st.integers(0, 2**63)


# The draws themselves


@settings(max_examples=50, deadline=None)
@given(names_of, seeds, st.integers(0, 2**32 - 1), st.randoms())
def test_a_name_has_its_draws_whatever_stands_beside_it(names, seed, number, random):
    """In another order, alone, or among others, in any block: the same bits."""
    mixed = random.sample(names, len(names))
    whole, other = block(names, seed, number), block((*mixed, "another, that nobody has"), seed, number)
    for i, name in enumerate(names):
        assert np.array_equal(whole[i], other[mixed.index(name)])
        assert np.array_equal(whole[i], block((name,), seed, number)[0])


@settings(max_examples=25, deadline=None)
@given(names_of, seeds, st.integers(1, 700), st.integers(1, 700))
def test_the_first_draws_stay_and_a_block_can_be_made_alone(names, seed, fewer, more):
    """More draws keep the first ones; the last block can come first."""
    fewer, more = sorted((fewer, more))
    many = points(names, more, seed)
    assert many.draws == more
    assert np.array_equal(points(names, fewer, seed).u, many.u[:, :fewer])
    last = (more - 1) // BLOCK
    assert np.array_equal(block(names, seed, last)[:, :more - last * BLOCK], many.u[:, last * BLOCK:])


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=12), seeds)
def test_every_run_is_an_exact_latin_hypercube(name, seed):
    """64, 256, 512, 1,024 and 2,048 draws that begin at a multiple of their number: one in each of as many equal slices."""
    u = points((name,), 2048, seed).u[0]
    for size in (64, 256, 512, 1024, 2048):
        slices = np.floor(u * size).astype(int).reshape(-1, size)
        assert np.array_equal(np.sort(slices, axis=1), np.broadcast_to(np.arange(size), slices.shape)), size


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=12), seeds, st.integers(0, 2**32 - 1))
def test_a_probability_is_exact_and_inside(name, seed, number):
    """A whole number and a half of 2^-40, so never 0 or 1."""
    u = block((name,), seed, number)
    assert np.all((u > 0.0) & (u < 1.0)) and np.all(u * 2.0**40 % 1.0 == 0.5)


def test_the_bits_are_those_written_down():
    """Another machine, Python or numpy gives the same draws; who changes them on purpose changes this line too."""
    found = points(("row:p0", "luck:general_course"), 300, 20270101).u[:, [0, 1, 255, 256, 299]]
    assert (found * 2.0**41).astype(int).tolist() == WRITTEN


def test_other_seeds_and_names_are_other_draws():
    """Neither a shifted seed nor a like name gives related draws; seed and name are kept apart."""
    whole = np.concatenate([points(NAMES, 4096, seed).u for seed in (1, 2, 12)])
    apart = np.abs(np.corrcoef(whole) - np.eye(len(whole)))
    assert apart.max() < 5.0 / np.sqrt(4096)
    assert not np.array_equal(block(("2 a",), 1, 0), block(("a",), 12, 0))


def test_pairs_of_names_are_as_independent_as_chance():
    """The spread of their correlations at 256 draws is one over the root of the number, blocks and names alike."""
    u = points(tuple(f"row:{i}" for i in range(200)), 256, 3).u
    r = np.corrcoef(u)[np.triu_indices(200, 1)]
    assert r.std() * 16.0 == pytest.approx(1.0, abs=0.03) and np.abs(r).max() < 0.33


def test_points_are_asked_by_name():
    """Any order, some of the futures, other probabilities of one name; an unknown name is an error; they can be sent to a process."""
    seen = points(NAMES, 70, 1)
    assert np.array_equal(seen.of(NAMES[::-1]), seen.u[::-1]) and seen.of(()).shape == (0, 70)
    assert np.array_equal(seen.at(slice(3, 9))["row:4"], seen["row:4"][3:9])
    changed = seen.replace({"row:4": np.full(70, 0.5)})
    assert np.all(changed["row:4"] == 0.5) and np.array_equal(changed["row:5"], seen["row:5"]) and not np.any(seen["row:4"] == 0.5)
    sent = pickle.loads(pickle.dumps(seen))
    assert sent.names == NAMES and np.array_equal(sent.u, seen.u)
    with pytest.raises(KeyError, match="row:99"):
        seen.of(["row:99"])


# What nobody uses changes nothing


@pytest.fixture(scope="module", params=["first", "last"])
def larger(request, tmp_path_factory):
    """The published catalogue with one more programme, before or after all others."""
    content = yaml.safe_load((DATA / "programmes.yaml").read_text(encoding="utf-8"))
    extra = copy.deepcopy(content["programmes"][0]) | {"id": "nobody_asked"}
    content["programmes"] = [extra, *content["programmes"]] if request.param == "first" else [*content["programmes"], extra]
    path = tmp_path_factory.mktemp("catalogue") / "programmes.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return Catalogue.load(path)


@pytest.fixture(scope="module")
def wider(ledger):
    """The published ledger with one more row, before all others, which nothing reads."""
    return replace(ledger, parameters=(replace(ledger["kappa"], key="nobody_reads"), *ledger.parameters))


def same(a, b):
    """Whether two outcomes agree in every bit."""
    return all(np.array_equal(values, b.arrays[name]) for name, values in a.arrays.items()) and all(
        np.array_equal(values, b.values[key]) for key, values in a.values.items())


@pytest.mark.parametrize("key", ["no_training", "todays_path", "designed_for_impact", "innovative_teachers"])
def test_a_programme_that_nobody_buys_changes_nothing(key, larger, city, ledger, library):
    """Neither a bit of a result nor the scenario's id."""
    before, after = library[key], Scenario.library(catalogue=larger)[key]
    assert "nobody_asked" in after.catalogue.ids and after.id == before.id and after.bought == before.bought
    assert same(simulate(before, city, ledger, 40), simulate(after, city, ledger, 40))


def test_an_assumption_that_nobody_reads_changes_nothing(wider, city, ledger, library):
    """Every bit is the same; the draws of the other rows are too."""
    plan = library["designed_for_impact"]
    assert same(simulate(plan, city, ledger, 40), simulate(plan, city, wider, 40))


def test_scenarios_of_two_catalogues_can_be_compared(larger, city, ledger, library):
    """The seed alone decides on which futures they rest."""
    base, plan = library["todays_path"], Scenario.library(catalogue=larger)["designed_for_impact"]
    whole = compare(simulate(library["designed_for_impact"], city, ledger, 32), simulate(base, city, ledger, 32))
    assert np.array_equal(compare(simulate(plan, city, ledger, 32), simulate(base, city, ledger, 32)).ikm, whole.ikm)
    seen = futures([base, plan], city, ledger, 32)
    assert np.array_equal(seen.ikm[1] - seen.ikm[0], whole.ikm) and len(seen.points.names) == len(ledger.parameters) + len(larger.ids)
    assert np.array_equal(at_points([plan], city, ledger, seen.points).ikm[0], seen.ikm[1])
    with pytest.raises(InputError):
        futures([base, plan.replace({"seed": 1})], city, ledger, 32)


def test_the_analyses_do_not_see_what_nobody_uses(larger, city, ledger, library):
    """Sensitivity, tornado, attribution and what is worth knowing are the same with one more programme on offer."""
    pairs = [[s["designed_for_impact"], s["todays_path"]] for s in (library, Scenario.library(catalogue=larger))]
    one, two = (sensitivity(*pair, city, ledger, 16).table() for pair in pairs)
    assert one.equals(two)
    one, two = (tornado(*pair, city, ledger).table() for pair in pairs)
    assert one.equals(two)
    one, two = (attribute(*pair, city, ledger, draws=8) for pair in pairs)
    assert np.array_equal(one.shares, two.shares)
    one, two = (known_numbers(seen, seen.net_benefit_rp(1e9)) for seen in (futures(pair, city, ledger, 32) for pair in pairs))
    assert one.keys() == two.keys() and all(len(one[key]) == len(two[key]) for key in one)


# What the id of a scenario rests on


def changed(scenario, programme=None, **terms):
    """The scenario with another price of a programme or of an extra."""
    catalogue = scenario.catalogue
    rows = tuple(row.model_copy(update={"fixed_rp": row.fixed_rp + 1.0}) if row.id == programme else row for row in catalogue.programmes)
    return scenario.choosing_from(replace(catalogue, programmes=rows, terms=catalogue.terms | terms))


def test_the_id_rests_on_what_is_bought(library):
    """Another price of a programme bought, or of the extras, is another scenario; that of any other programme is not."""
    plan = library["todays_path"]
    bought, other = plan.bought[0], next(name for name in plan.catalogue.ids if name not in plan.bought)
    assert changed(plan, bought).id != plan.id != changed(plan, refresher_share=0.9).id
    assert changed(plan, other).id == plan.id


def test_without_programmes_the_id_is_the_decision_alone(library):
    """No price can matter where nothing is bought; a share of nothing buys nothing."""
    idle = library["no_training"]
    assert idle.bought == () == idle.replace({"programmes": {"general_course": 0.0}}).bought
    assert changed(idle, "general_course", refresher_share=0.9).id == idle.id != idle.replace({"replacement_ratio": 0.5}).id


def test_offers_and_classes_are_bought(library):
    """Whole classes count as shares do; an offer of no class does not."""
    idle = library["no_training"].replace({"budget_rp": 5e9})
    assert idle.replace({"classes": {"general_course": 1, "pka": 0}}).bought == ("general_course",)
    offers = [{"programme": "pka", "classes": [0, 1, 0, 0, 0]}, {"programme": "general_course", "classes": 0}]
    assert idle.replace({"offers": offers}).bought == ("pka",)


def test_names_do_not_meet():
    """A row and a programme of one name are two things."""
    assert row_name("a") != luck_name("a") and isinstance(points((row_name("a"), luck_name("a")), 3, 0), Points)
