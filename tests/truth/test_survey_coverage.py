"""The 95 % interval of a survey holds the true IKM in 95 +- 1.5 of 100 surveys of 100 people or more."""

import numpy as np
import pytest

from benchmarks.skm_reading import COMMON, CUTS, coverage, people, true_ikm


@pytest.mark.parametrize(("n", "missing"), [(100, 0.0), (400, 0.0), (150, 0.1)])
def test_intervals_cover_what_they_say(n, missing):
    """2,000 simulated surveys each, with answers of a person that hang together; also when a tenth of the answers is missing."""
    share = coverage(n, repetitions=2000, draws=500, missing=missing, seed=20270101 + n)
    assert abs(share - 0.95) <= 0.015, share


def test_the_simulated_people_are_like_real_ones():
    """Spread between respondents about 9 to 12 IKM points and a correlation of answers about 0.4, so the test is no easy one."""
    ratings = people(20_000, np.random.default_rng(3))
    scores = 25 * ratings.mean(axis=1)
    assert 25 * ratings.mean() == pytest.approx(true_ikm(), abs=0.3)
    assert 8.5 < scores.std() < 13
    correlation = np.corrcoef(ratings.T)[np.triu_indices(9, 1)].mean()
    assert 0.3 < correlation < 0.6 and 0 < COMMON < 1 and CUTS.shape == (9, 3)
