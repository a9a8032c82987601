"""Games whose Shapley value is known by hand, and estimates that must lie within their own error."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.analysis.shapley import exact, orders, sampled, visited

GAMES = st.integers(1, 5).flatmap(lambda n: st.tuples(st.just(n), st.lists(st.floats(-1e3, 1e3), min_size=1 << n, max_size=1 << n)))


def game(players, worth):
    """The worth of every coalition, by bit mask."""
    return {mask: np.array(float(worth({i for i in range(players) if mask >> i & 1}))) for mask in range(1 << players)}


def by_definition(worth, players):
    """Marginal contributions averaged over all orders, one after the other."""
    shares = np.zeros(players)
    every = list(permutations(range(players)))
    for order in every:
        mask = 0
        for player in order:
            shares[player] += worth[mask | 1 << player] - worth[mask]
            mask |= 1 << player
    return shares / len(every)


def test_glove_game():
    """One left glove and two right ones: 2/3, 1/6, 1/6 (Osborne and Rubinstein 1994, exercise on the Shapley value)."""
    worth = game(3, lambda s: 0 in s and len(s) > 1)
    assert exact(worth, 3) == pytest.approx([2 / 3, 1 / 6, 1 / 6], abs=1e-15)


def test_additive_game_gives_everyone_what_they_bring():
    """When nobody needs anybody, the share is the own contribution."""
    brings = [3.0, -1.0, 0.5, 7.0]
    assert exact(game(4, lambda s: sum(brings[i] for i in s)), 4) == pytest.approx(brings, abs=1e-12)


def test_symmetric_players_get_equal_shares():
    """Only the number of players counts, so each gets the same part of what all achieve."""
    assert exact(game(5, lambda s: len(s) ** 2), 5) == pytest.approx([5.0] * 5, abs=1e-12)


def test_airport_game():
    """Runways for planes of cost 1, 2 and 4: every metre is paid by those who use it (Littlechild and Owen 1973)."""
    worth = game(3, lambda s: max(((1, 2, 4)[i] for i in s), default=0))
    assert exact(worth, 3) == pytest.approx([1 / 3, 1 / 3 + 1 / 2, 1 / 3 + 1 / 2 + 2], abs=1e-12)


def test_a_council_with_a_weighted_vote():
    """Votes 4, 2, 2, 1 and a quota of 5: the index of Shapley and Shubik (1954) from its definition, 1/2, 1/6, 1/6, 1/6."""
    worth = game(4, lambda s: sum((4, 2, 2, 1)[i] for i in s) >= 5)
    assert exact(worth, 4) == pytest.approx([1 / 2, 1 / 6, 1 / 6, 1 / 6], abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(GAMES)
def test_the_formula_is_the_average_over_orders(drawn):
    """Weights of coalitions and orders of joining give the same, and both add up to what all achieve."""
    players, worths = drawn
    worth = {mask: np.array(value) for mask, value in enumerate(worths)}
    shares = exact(worth, players)
    assert shares == pytest.approx(by_definition(worth, players), abs=1e-9)
    assert shares.sum() == pytest.approx(worths[-1] - worths[0], abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(GAMES, st.floats(-10, 10))
def test_a_dummy_gets_exactly_nothing(drawn, level):
    """A player that changes nothing gets 0.0, not nearly 0, in both ways of counting."""
    players, worths = drawn
    worth = {mask: np.array(worths[mask & (1 << players) - 1] + level) for mask in range(1 << players + 1)}
    joining = orders(players + 1, 6, 1)
    assert exact(worth, players + 1)[players] == 0.0
    assert sampled(worth, joining)[0][players] == 0.0
    assert sampled(worth, joining)[1][players] == 0.0


@settings(max_examples=40, deadline=None)
@given(GAMES, st.randoms(use_true_random=False))
def test_the_order_of_players_does_not_matter(drawn, chance):
    """Renamed players keep their shares."""
    players, worths = drawn
    names = list(range(players))
    chance.shuffle(names)
    renamed = {sum(1 << names[i] for i in range(players) if mask >> i & 1): np.array(value) for mask, value in enumerate(worths)}
    there = exact(renamed, players)
    assert there[names] == pytest.approx(exact({m: np.array(v) for m, v in enumerate(worths)}, players), abs=1e-9)


def test_sampled_orders_add_up_and_stay_within_their_error():
    """Ten players in a row that need each other: estimates from 200 seeds miss the truth as often as their error says."""
    players, misses, count = 10, 0, 0
    strength = np.arange(1.0, 1.0 + players)

    def worth(mask):
        inside = np.array([mask >> i & 1 for i in range(players)], dtype=float)
        return np.array(float(np.sqrt(strength @ inside) + (strength * inside)[:-1] @ inside[1:]))

    truth = exact({mask: worth(mask) for mask in range(1 << players)}, players)
    for seed in range(200):
        joining = orders(players, 40, seed)
        shares, error = sampled({mask: worth(mask) for mask in visited(joining)}, joining)
        assert shares.sum() == pytest.approx(float(worth((1 << players) - 1)), abs=1e-9)
        misses += int((np.abs(shares - truth) > 2.1 * error).sum())
        count += players
    assert 0.01 < misses / count < 0.10  # about 5 % for 19 degrees of freedom


def test_orders_come_in_pairs_and_from_the_seed_alone():
    """An order and its reverse side by side; the same seed gives the same ones, another seed others."""
    joining = orders(6, 9, 3)
    assert joining.shape == (10, 6)
    assert np.array_equal(joining[::2], joining[1::2, ::-1])
    assert np.array_equal(joining, orders(6, 9, 3))
    assert not np.array_equal(joining, orders(6, 9, 4))
    assert set(visited(joining)) >= {0, 63}


def test_one_pair_knows_no_error():
    """Nothing is claimed from a single pair of orders."""
    joining = orders(3, 2, 0)
    shares, error = sampled(game(3, len), joining)
    assert shares == pytest.approx([1.0] * 3)
    assert np.isnan(error).all()
