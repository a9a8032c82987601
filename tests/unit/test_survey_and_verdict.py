"""What a survey can see, what the rating table costs in accuracy, and when a verdict is given."""

import numpy as np
import pytest

from simulation import compare, simulate
from simulation.model import satisfaction
from simulation.model.levels import match_percent
from simulation.outcome import CAUTION_IKM
from simulation.survey import observed, smallest_visible_change, standard_error


@pytest.fixture(scope="module")
def pair(city, ledger, library):
    """The plan designed for impact and today's path."""
    return [simulate(library[name], city, ledger, 128) for name in ("designed_for_impact", "todays_path")]


def test_ratings_read_off_the_table_are_exact_to_nine_digits():
    """The table stands in for three normal integrals."""
    latent = np.linspace(-9.5, 9.5, 50_001)
    for spacing in (1.2, 1.667, 2.2):
        assert np.abs(satisfaction.RatingCurve(spacing)(latent) - satisfaction.mean_rating(latent, spacing)).max() < 1e-9


@pytest.mark.parametrize(("n", "change"), [(150, 2.8), (1170, 1.0), (7300, 0.4)])
def test_the_smallest_change_a_survey_sees(n, change):
    """Published arithmetic for a person SD of 8.65."""
    assert smallest_visible_change(n, 8.65) == pytest.approx(change, abs=0.03)


def test_asking_everybody_leaves_no_sampling_error():
    """Finite population."""
    assert standard_error(np.array([150.0]), np.array([150.0]), 9.0)[0] == 0.0


def test_a_survey_changes_no_forecast_and_repeats_by_its_seed(pair):
    """The survey has a random stream of its own."""
    outcome = pair[0]
    before = outcome.ikm.copy()
    first, again, other = (observed(outcome, 3, seed) for seed in (1, 1, 2))
    assert np.array_equal(first, again) and not np.array_equal(first, other)
    assert np.array_equal(outcome.ikm, before)
    assert (first - outcome.year_mean(outcome.ikm, 3)).mean() == pytest.approx(0.0, abs=0.5)


@pytest.mark.parametrize(("shift", "verdict"), [(0.4, "better"), (-0.4, "worse"), (0.03, "practically the same"), (0.0, "practically the same")])
def test_a_verdict_needs_nine_futures_of_ten_beyond_the_smallest_difference(pair, shift, verdict):
    """The same futures moved by a known amount."""
    base = pair[1]
    moved = type(base)(base.scenario, base.city, base.assumptions, base.setting, base.values,
                       {**base.arrays, "ikm": base.ikm + shift})
    result = compare(moved, base)
    assert result.verdict == verdict
    assert np.median(result.ikm) == pytest.approx(shift)


def test_a_large_promise_raises_a_caution(pair):
    """More than two points from training alone is not carried by the evidence."""
    base = pair[1]
    gain = np.zeros_like(base.ikm)
    gain[:, 1:] = CAUTION_IKM + 0.5
    moved = type(base)(base.scenario.replace({"budget_rp": 1.7e9}), base.city, base.assumptions, base.setting, base.values,
                       {**base.arrays, "ikm": base.ikm + gain})
    assert moved.promises_much() and not base.promises_much()
    assert "Caution" in compare(moved, base).sentence("en") and "Hati-hati" in compare(moved, base).sentence("id")


def test_the_sentence_carries_the_verdict_of_the_table(pair):
    """Words, table and verdict come from one comparison."""
    result = compare(*pair)
    row = result.table().set_index("indicator").loc["ikm"]
    assert row["p50"] == pytest.approx(np.median(result.ikm))
    assert f"+{row['p50']:.2f}" in result.sentence("en") and result.verdict in result.sentence("en")


def test_job_person_match():
    """Sum of actual over sum of required levels."""
    mean, required = np.array([[[2.0]], [[1.0]]]), np.array([[2.0], [2.0]])
    assert match_percent(mean, required, np.array([10.0])) == pytest.approx([75.0])
