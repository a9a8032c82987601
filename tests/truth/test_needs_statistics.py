"""Kendall's W against worked examples, and the bootstrap against simulated surveys whose truth is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import friedmanchisquare

from simulation.analysis.needs import prioritise
from simulation.analysis.needs_data import in_order
from simulation.analysis.needs_statistics import (
    agreement,
    bootstrap_means,
    interval,
    kendall_w,
    ranks,
    resampled_sums,
)

ROUNDING_TIMES = """
5.40 5.50 5.55  5.85 5.70 5.75  5.20 5.60 5.50  5.55 5.50 5.40  5.90 5.85 5.70  5.45 5.55 5.60  5.40 5.40 5.35
5.45 5.50 5.35  5.25 5.15 5.00  5.85 5.80 5.70  5.25 5.20 5.10  5.65 5.55 5.45  5.60 5.35 5.45  5.05 5.00 4.95
5.50 5.50 5.40  5.45 5.55 5.50  5.55 5.55 5.35  5.45 5.50 5.55  5.50 5.45 5.25  5.65 5.60 5.40  5.70 5.65 5.55
6.30 6.30 6.25
"""


def test_w_without_ties():
    """Three judges, six things, by hand.

    Ranks 1 6 3 2 5 4 / 1 5 6 2 4 3 / 6 3 2 5 4 1. Rank sums 8, 14, 11, 9, 13, 8; mean 63 / 6 = 10.5.
    S = 6.25 + 12.25 + 0.25 + 2.25 + 6.25 + 6.25 = 33.5. W = 12 x 33.5 / (3^2 x (6^3 - 6)) = 402 / 1890 = 0.2127.
    Chi-square = 3 x 5 x 0.2127 = 3.190 with 5 degrees of freedom.
    """
    ranking = np.array([[1, 6, 3, 2, 5, 4], [1, 5, 6, 2, 4, 3], [6, 3, 2, 5, 4, 1]], dtype=float)
    assert kendall_w(ranking) == pytest.approx(402 / 1890, abs=1e-12)
    assert agreement(ranking, 200, 1).chi_square == pytest.approx(15 * 402 / 1890, abs=1e-9)


def test_w_with_ties():
    """Two judges, five things, by hand.

    Scores 9 7 7 3 1 -> ranks 1 2.5 2.5 4 5, T = 2^3 - 2 = 6. Scores 5 5 5 2 1 -> ranks 2 2 2 4 5, T = 3^3 - 3 = 24.
    Rank sums 3, 4.5, 4.5, 8, 10; mean 6; S = 9 + 2.25 + 2.25 + 4 + 16 = 33.5.
    W = 12 x 33.5 / (2^2 x (5^3 - 5) - 2 x (6 + 24)) = 402 / 420 = 0.9571; without the correction it would be 0.8375.
    """
    ranking = ranks(np.array([[9, 7, 7, 3, 1], [5, 5, 5, 2, 1]], dtype=float))
    assert ranking.tolist() == [[1, 2.5, 2.5, 4, 5], [2, 2, 2, 4, 5]]
    assert kendall_w(ranking) == pytest.approx(402 / 420, abs=1e-12)


def test_w_of_a_published_table_with_ties():
    """Hollander and Wolfe (1973), p. 140: 22 runners, three ways to round first base; four of them tie two ways.

    Printed with R's `friedman.test`: chi-square 11.143, 2 degrees of freedom, p = 0.003805. W = 11.143 / (22 x 2).
    """
    times = np.array(ROUNDING_TIMES.split(), dtype=float).reshape(22, 3)
    found = agreement(ranks(times), 2000, 7)
    assert found.chi_square == pytest.approx(11.143, abs=0.0005)
    assert found.p_chi_square == pytest.approx(0.003805, abs=0.0000005)
    assert found.w == pytest.approx(11.143 / 44, abs=0.00002)
    assert 0.0005 < found.p_permutation < 0.01


@given(st.lists(st.lists(st.integers(1, 4), min_size=5, max_size=5), min_size=3, max_size=8))
@settings(max_examples=60, deadline=None)
def test_w_is_the_friedman_statistic_divided_by_its_largest_value(scores):
    """`chi-square = m (n - 1) W` for any ties, against scipy's own Friedman test."""
    table = np.array(scores, dtype=float)
    if (np.ptp(table, axis=1) == 0).all():
        return  # everybody ties everything: Friedman's statistic is 0 / 0
    expected, _ = friedmanchisquare(*table.T)
    assert kendall_w(ranks(table)) * len(table) * 4 == pytest.approx(expected, abs=1e-9)


def test_permutations_hold_their_level():
    """Judges who rank at random are called in agreement (p <= 0.10) in about one case in ten."""
    rng = np.random.default_rng(11)
    called = [agreement(rng.permuted(np.tile(np.arange(1.0, 12.0), (3, 1)), axis=1), 300, i).p_permutation <= 0.10
              for i in range(300)]
    assert 0.05 < np.mean(called) < 0.15


def test_bootstrap_interval_covers_the_mean():
    """The 95 % interval of a mean of 60 answers on a 1-5 scale covers the truth in 95 +- 3 % of 400 surveys."""
    rng, share = np.random.default_rng(20), np.array([0.05, 0.15, 0.25, 0.35, 0.2])
    truth = share @ np.arange(1, 6)
    hits = 0
    for survey in range(400):
        answers = rng.choice(np.arange(1.0, 6.0), size=(60, 1), p=share)
        low, high = interval(bootstrap_means(answers, 1000, survey), 0.025, 0.975)
        hits += low[0] <= truth <= high[0]
    assert 0.92 <= hits / 400 <= 0.98, hits / 400


def test_small_groups_do_not_look_surer_than_they_are():
    """The bootstrap variance of a mean of five answers is s^2 / 5, the textbook's, not four fifths of it."""
    answers = np.array([[1.0], [2.0], [2.0], [4.0], [5.0]])
    drawn = bootstrap_means(answers, 40_000, 1)
    assert drawn.var() == pytest.approx(answers.var(ddof=1) / 5, rel=0.03)


def test_resampling_keeps_the_size_of_every_group():
    """Every bootstrap sample weighs a stratum as the survey does, where all questions were answered."""
    values = np.arange(20.0).reshape(10, 2)
    sums, counts = resampled_sums(values, np.repeat([0, 1], [4, 6]), 50, 3)
    assert counts[:, 0] == pytest.approx(4) and counts[:, 1] == pytest.approx(6)
    assert len(np.unique(sums[:, 1, 0])) > 5


def test_judges_and_things_may_come_in_any_order():
    """Permuting judges gives the same bits; permuting things the same W."""
    rng = np.random.default_rng(5)
    table = ranks(rng.integers(1, 6, size=(6, 11)).astype(float))
    first = agreement(table, 500, 9)
    assert agreement(table[::-1], 500, 9) == first
    assert agreement(table[:, rng.permutation(11)], 500, 9) == first


# the whole analysis on simulated cities

PEOPLE = (25, 75, 50)


def survey(city, rng, importance, performance, times: int = 1):
    """Answers of 25, 75 and 50 people of five units whose true means per group are known; (groups, competencies) each."""
    units = np.arange(5)
    rows = []
    for g, n in enumerate(PEOPLE):
        habit = rng.normal(0.0, 0.35, (n * times, 1))
        ratings = [np.clip(np.rint(means[g] + habit + rng.normal(0.0, 0.8, (n * times, means.shape[1]))), 1, 5)
                   for means in (importance, performance)]
        rows.append(np.column_stack([np.full(n * times, g), np.resize(units, n * times), *ratings]))
    return in_order(city, np.concatenate(rows), [], ())


def test_priority_intervals_cover_what_everybody_would_have_said(city, ledger, catalogue):
    """The 90 % interval of a priority covers the one of a survey 200 times as large in 90 +- 4 % of 120 surveys x 11."""
    rng = np.random.default_rng(3)
    importance, performance = rng.uniform(2.9, 4.7, (3, 11)), rng.uniform(2.5, 4.2, (3, 11))
    weights = {"pemerintah": 1, "asn": 1, "masyarakat": 1}
    truth = prioritise(survey(city, rng, importance, performance, 200), city, ledger, catalogue, weights=weights, draws=100).priority[0]
    hits = []
    for seed in range(120):
        found = prioritise(survey(city, rng, importance, performance), city, ledger, catalogue, weights=weights, draws=300, seed=seed)
        hits.append((found.low[0] <= truth) & (truth <= found.high[0]))
    assert 0.86 <= np.mean(hits) <= 0.94, np.mean(hits)


def test_groups_that_think_alike_are_seldom_said_to_disagree(city, ledger, catalogue):
    """Where the groups agree, some competency is called clearly different in about one survey in ten, of 33 looks each."""
    rng = np.random.default_rng(8)
    importance, performance = (np.tile(rng.uniform(2.9, 4.3, 11), (3, 1)) for _ in range(2))
    wrong = []
    for seed in range(120):
        found = prioritise(survey(city, rng, importance, performance), city, ledger, catalogue, draws=300, seed=seed,
                           weights={"pemerintah": 1, "asn": 1, "masyarakat": 1})
        wrong.append(any(d.clear for d in found.disagreements))
    assert np.mean(wrong) < 0.19, np.mean(wrong)  # 0.10 and three standard errors
