"""What each group says about each unit, how sure that is, and how the groups' voices are put together.

Arrays start with the samples: number 0 is the survey itself, the others are bootstrap samples of it. Then come places:
number 0 is the whole city, number u + 1 the city's unit u.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.analysis.needs_columns import GROUPS
from simulation.analysis.needs_statistics import bootstrap_counts, resampled_sums
from simulation.city import SMALLEST_GROUP


@dataclass(frozen=True, eq=False)
class Voices:
    """Means by group, and all groups together.

    Attributes:
        asked: positions of the competencies that some group of at least five people rated, in the city's order.
        own: whether a place's figure comes from its own people, (places, groups, asked); otherwise from the whole city's.
        counts: people asked, (places, groups); -1 for a few whose number would tell who they are.
        groups: means of importance and of performance in the city, (samples, 2, groups, asked); NaN for a group under five.
        shown: the same for all places, of the survey itself, (2, places, groups, asked); NaN where it may not be shown.
        together: weighted over the groups, (samples, 2, places, asked); a place without answers of its own has the city's.
    """

    asked: np.ndarray
    own: np.ndarray
    counts: np.ndarray
    groups: np.ndarray
    shown: np.ndarray
    together: np.ndarray


def voices(needs, weights: np.ndarray, draws: int, seed: int) -> Voices:
    """Means of the ratings by group and place, with bootstrap samples by respondents within group and unit.

    Units in which fewer than five people of a group were asked are sampled together with the rest of that group.

    Args:
        needs: `NeedsData`.
        weights: weight of each group, (groups,).
    """
    n = len(needs.competencies)
    visible = _visible(needs)
    code = needs.group * (len(needs.units) + 1) + np.where(visible[needs.group, needs.unit], needs.unit + 1, 0)
    order = np.argsort(code, kind="stable")
    names, strata = np.unique(code[order], return_inverse=True)
    answers = np.concatenate([needs.importance, needs.performance], axis=1)[order]
    sums, counts = _with_survey_first(answers, strata, draws, seed)
    of_group, of_place = names // (len(needs.units) + 1), names % (len(needs.units) + 1)

    city = np.stack([_mean(sums[:, of_group == g].sum(axis=1), counts[:, of_group == g].sum(axis=1)) for g in range(len(GROUPS))], 1)
    enough = np.array([_answered_by(needs, needs.group == g) >= SMALLEST_GROUP for g in range(len(GROUPS))])
    city = np.where(np.isnan(city), city[:1], city)  # a sample without anybody who answered says what the survey said
    city = np.where(np.tile(enough, 2)[None], city, np.nan)
    asked = np.flatnonzero((enough & (weights > 0)[:, None]).any(axis=0))
    own = _own(needs, visible)
    means = {0: city} | {place: _means_of(place, city, sums, counts, of_group, of_place, own)
                         for place in range(1, len(own)) if own[place].any()}
    by_kind = {place: mean.reshape(len(mean), len(GROUPS), 2, n)[..., asked] for place, mean in means.items()}
    voice = {place: _weighted(mean, weights) for place, mean in by_kind.items()}
    together = np.stack([voice.get(place, voice[0]) for place in range(len(own))], axis=2)
    shown = np.full((2, *own.shape[:2], len(asked)), np.nan)
    for place, mean in by_kind.items():
        shown[:, place] = np.moveaxis(np.where(own[place][:, None, asked], mean[0], np.nan), 1, 0)
    return Voices(asked, own[:, :, asked], _counts(needs, visible), np.moveaxis(by_kind[0], 2, 1), shown, together)


def _weighted(means: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The groups together, (samples, 2, asked); groups without a mean leave their weight to the others."""
    voice = weights[:, None, None] * ~np.isnan(means)
    return np.nansum(means * weights[:, None, None], axis=1) / voice.sum(axis=1)


def _with_survey_first(answers, strata, draws: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Sums and counts by stratum, (1 + draws, strata, 2 x competencies)."""
    sums, counts = resampled_sums(answers, strata, draws, seed)
    there = ~np.isnan(answers)
    ones = np.arange(strata.max() + 1)[:, None] == strata
    first = ones.astype(float) @ np.where(there, answers, 0.0), ones.astype(float) @ there.astype(float)
    return np.concatenate([first[0][None], sums]), np.concatenate([first[1][None], counts])


def _mean(sums, counts) -> np.ndarray:
    return np.divide(sums, counts, out=np.full_like(sums, np.nan), where=counts > 0)


def _answered_by(needs, people) -> np.ndarray:
    """How many of these people rated both importance and performance at least, (competencies,)."""
    return np.minimum(*((~np.isnan(ratings[people])).sum(axis=0) for ratings in (needs.importance, needs.performance)))


def _visible(needs) -> np.ndarray:
    """Whether a group's people of a unit can stand alone, (groups, units + 1); the last column is "no unit".

    A group under five in a unit is hidden in the total. If hiding leaves fewer than five people unseen, the total would
    give them away by subtraction, so the next smallest unit is hidden too.
    """
    units = len(needs.units)
    visible = np.zeros((len(GROUPS), units + 1), dtype=bool)  # unit -1 reaches the last column, which stays hidden
    for g in range(len(GROUPS)):
        people = np.bincount(needs.unit[(needs.group == g) & (needs.unit >= 0)], minlength=units)
        total = int(np.sum(needs.group == g))
        visible[g, :units] = people >= SMALLEST_GROUP
        while 0 < total - people[visible[g, :units]].sum() < SMALLEST_GROUP and visible[g].any():
            smallest = np.flatnonzero(visible[g])
            visible[g, smallest[np.argmin(people[smallest])]] = False
    return visible


def _counts(needs, visible: np.ndarray) -> np.ndarray:
    """People of each place and group, -1 where they are hidden, (places, groups)."""
    people = np.zeros((len(needs.units) + 1, len(GROUPS)), dtype=int)
    np.add.at(people, (needs.unit + 1, needs.group), 1)
    people[0] = np.bincount(needs.group, minlength=len(GROUPS))
    hidden = np.concatenate([people[:1] < SMALLEST_GROUP, ~visible[:, :-1].T])
    return np.where(hidden & (people > 0), -1, people)


def _own(needs, visible: np.ndarray) -> np.ndarray:
    """Whether enough people of a group answered about their own place, (places, groups, competencies)."""
    own = np.zeros((len(needs.units) + 1, len(GROUPS), len(needs.competencies)), dtype=bool)
    for g in range(len(GROUPS)):
        group = needs.group == g
        own[0, g] = total_enough = _answered_by(needs, group) >= SMALLEST_GROUP
        for u in np.flatnonzero(visible[g, :-1]):
            own[u + 1, g] = total_enough & (_answered_by(needs, group & (needs.unit == u)) >= SMALLEST_GROUP)
    return own


def _means_of(place: int, city, sums, counts, of_group, of_place, own) -> np.ndarray:
    """Means of a place: its own people's where there are enough, else the city's; (samples, groups, 2n)."""
    means = city.copy()
    for stratum in np.flatnonzero((of_place == place) & (place > 0)):
        g = of_group[stratum]
        mean = _mean(sums[:, stratum], counts[:, stratum])
        means[:, g] = np.where(np.tile(own[place, g], 2) & ~np.isnan(mean), mean, means[:, g])
    return means


def forum_shares(needs, asked: np.ndarray, ranks: np.ndarray, weights: np.ndarray, draws: int, seed: int) -> np.ndarray | None:
    """What the forum tables ask for, as shares that sum to 1: weighted Borda counts, (samples, places, asked).

        points of a table for a competency = (n - rank) / (n (n - 1) / 2)

    A unit is spoken for by the tables that name it or no unit; by all tables if there are none. Tables are resampled
    within their group. None if there is no forum of a group with weight.
    """
    heard = weights[needs.forum_group] > 0
    if not heard.any() or len(asked) < 2:
        return None
    group, unit, n = needs.forum_group[heard], needs.forum_unit[heard], len(asked)
    points = (n - ranks[heard]) / (n * (n - 1) / 2)
    drawn = np.ones((1 + draws, len(group)))
    for tables, block, counts in bootstrap_counts(group, draws, seed):
        drawn[1 + block.start:1 + block.stop, tables] = counts
    shares, known = [], {}
    for place in range(len(needs.units) + 1):
        speaks = (unit == place - 1) | (unit < 0) if place else np.ones(len(unit), dtype=bool)
        if not speaks.any():
            speaks = np.ones(len(unit), dtype=bool)
        key = speaks.tobytes()
        if key not in known:
            known[key] = _together(drawn * speaks, group, points, weights)
        shares.append(known[key])
    return np.stack(shares, axis=1)


def _together(drawn, group, points, weights) -> np.ndarray:
    """Weighted mean over the groups that were drawn; a sample without any speaker takes the forum as it was."""
    total, weight = np.zeros((len(drawn), points.shape[1])), np.zeros((len(drawn), 1))
    for g in np.unique(group):
        mine = drawn * (group == g)
        tables = mine.sum(axis=1, keepdims=True)
        there = tables > 0
        total += weights[g] * np.divide(mine @ points, tables, out=np.zeros_like(total), where=there)
        weight += weights[g] * there
    shares = np.divide(total, weight, out=np.zeros_like(total), where=weight > 0)
    return np.where(weight > 0, shares, shares[:1])
