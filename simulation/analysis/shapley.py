"""Who did how much of it, when several did it together: the Shapley value of a game.

A player's share is its marginal contribution, averaged over all orders in which the players may join (Shapley 1953, "A value for n-person
games"). Shares add up to what all achieve together, players that do nothing get nothing, equal players get equal shares, and shares of a sum
of games are sums of shares; no other rule does all four. Coalitions are bit masks: bit i is set when player i is in.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import factorial

import numpy as np

PAIRS = 2  # an order and its reverse are drawn together, which takes most of the noise out (antithetic sampling)


def exact(worth: Mapping[int, np.ndarray], players: int) -> np.ndarray:
    """Shares over all coalitions: `sum over S without i of |S|! (n-|S|-1)! / n! * (worth(S + i) - worth(S))`.

    Args:
        worth: what each of the `2 ** players` coalitions achieves, arrays of one shape (...).
        players: number of players.

    Returns:
        (players, ...).

    >>> exact({0: np.array(0.0), 1: np.array(1.0), 2: np.array(2.0), 3: np.array(5.0)}, 2)
    array([2., 3.])
    """
    shares = np.zeros((players, *np.shape(worth[0])))
    for i in range(players):
        for mask in range(1 << players):
            if not mask >> i & 1:
                size = mask.bit_count()
                weight = factorial(size) * factorial(players - size - 1) / factorial(players)
                shares[i] += weight * (worth[mask | 1 << i] - worth[mask])
    return shares


def orders(players: int, count: int, seed: int) -> np.ndarray:
    """Orders in which the players join, in pairs of one and its reverse, (count, players); an odd count is rounded up."""
    rng = np.random.default_rng(seed)
    drawn = [rng.permutation(players) for _ in range(-(-count // PAIRS))]
    return np.array([order for one in drawn for order in (one, one[::-1])])


def visited(joining: np.ndarray) -> list[int]:
    """Coalitions that come about when players join in these orders, the empty one and all included, in rising order.

    Args:
        joining: from `orders`, (orders, players).
    """
    return sorted({mask for order in joining.tolist() for mask in _path(order)})


def sampled(worth: Mapping[int, np.ndarray], joining: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Shares over drawn orders, and their standard error.

    Shares add up to what all achieve together in every order, so they do so here as well. The error is that of the mean over
    the pairs of `orders`; it is not known from a single pair (NaN).

    Args:
        worth: what each coalition of `visited(joining)` achieves, arrays of one shape (...).
        joining: (orders, players), pairs side by side.

    Returns:
        shares and standard errors, (players, ...) each.
    """
    marginal = np.stack([_marginal(worth, order) for order in joining.tolist()])
    pairs = marginal.reshape(-1, PAIRS, *marginal.shape[1:]).mean(axis=1)
    if len(pairs) < 2:
        return pairs.mean(axis=0), np.full(pairs.shape[1:], np.nan)
    return pairs.mean(axis=0), pairs.std(axis=0, ddof=1) / np.sqrt(len(pairs))


def _path(order: list[int]) -> list[int]:
    """Coalitions from nobody to all in one order."""
    masks = [0]
    for player in order:
        masks.append(masks[-1] | 1 << player)
    return masks


def _marginal(worth: Mapping[int, np.ndarray], order: list[int]) -> np.ndarray:
    """What each player adds when it joins in this order, (players, ...)."""
    masks = _path(order)
    added = np.empty((len(order), *np.shape(worth[0])))
    for player, before, after in zip(order, masks[:-1], masks[1:], strict=True):
        added[player] = worth[after] - worth[before]
    return added
