"""Switching values against problems whose answers are known: curves, a made-up model behind the whole search, and regret."""

import numpy as np
import pytest

from simulation.analysis import futures as futures_module
from simulation.analysis import held, switching
from simulation.analysis import regret as regret_module
from simulation.analysis.crossings import (
    GRID,
    TOLERANCE,
    crossings,
    lowest,
    may_cross,
    uncertain_stretch,
)
from simulation.analysis.frontier import fieller
from simulation.analysis.futures import Futures
from simulation.analysis.regret import regret, regrets
from simulation.analysis.switching import switching_values
from simulation.analysis.switching_pairs import switching_pairs

RP = 1e9  # worth of a point in the made-up model
NAMES = ("todays_path", "designed_for_impact", "digital_front_desk")


def one_curve(*options):
    """The finder's question for a single curve: each option is a function of the position."""
    return lambda places: np.array([[option(x) for option in options] for _, x in places])


@pytest.mark.parametrize("root", [0.003, 0.31, 0.5, 0.6249, 0.996])
def test_a_single_crossing_is_found_to_the_tolerance(root):
    """Straight, bent and steep curves with one change give it, with the right side up."""
    for shape in (lambda x: x - root, lambda x: np.expm1(6 * (x - root)), lambda x: np.tanh(80 * (x - root))):
        (found,), = crossings(one_curve(lambda _: 0.0, shape), 1)
        assert abs(found.position - root) <= TOLERANCE
        assert (found.below, found.above) == (0, 1)


def test_a_step_is_found_without_any_slope():
    """A verdict jumps: the bracket still closes on the jump."""
    (found,), = crossings(one_curve(lambda x: float(x < 0.437), lambda x: float(x >= 0.437)), 1)
    assert abs(found.position - 0.437) <= TOLERANCE


def test_several_crossings_and_none_side_by_side():
    """Four changes, a third option between two others, and a curve without any, in one search."""
    wave = [lambda x: 0.0, lambda x: np.sin(2 * np.pi * 2 * (x + 0.06)), lambda x: -9.0]
    tent = [lambda x: 0.0, lambda x: 3.0 * (x - 0.40), lambda x: 30.0 * (x - 0.42)]
    flat = [lambda x: 0.1, lambda x: x - 1.0, lambda x: -1.0]
    curves = [wave, tent, flat]
    found = crossings(lambda places: np.array([[option(x) for option in curves[k]] for k, x in places]), 3)
    assert [round(c.position, 2) for c in found[0]] == [0.19, 0.44, 0.69, 0.94]
    assert [(c.below, c.above) for c in found[0]] == [(1, 0), (0, 1), (1, 0), (0, 1)]
    assert [(c.below, c.above) for c in found[1]] == [(0, 1), (1, 2)]
    assert np.allclose([c.position for c in found[1]], [0.40, 0.42 + 0.02 / 9.0], atol=TOLERANCE)
    assert found[2] == []


def test_equal_options_do_not_count_as_a_change():
    """The first of equals is kept, all along."""
    assert crossings(one_curve(lambda x: x, lambda x: x), 1) == [[]]


def test_the_first_look_sends_on_whatever_might_cross():
    """Ends and middle are enough to see a sign change or a parabola that dips to zero, and to let a clear lead go."""
    at = np.array([0.0, 0.5, 1.0])
    assert lowest((at - 0.3) ** 2) == pytest.approx(0.0, abs=1e-12)
    assert may_cross(np.stack([np.zeros(3), at - 0.9], axis=1))
    assert may_cross(np.stack([8 * (at - 0.3) ** 2 - 0.01, np.zeros(3)], axis=1))  # the lead is positive at all three
    assert not may_cross(np.stack([1.0 + at, np.zeros(3)], axis=1))
    assert not may_cross(np.stack([np.ones(3), np.zeros(3), np.full(3, -np.inf)], axis=1))


def test_the_interval_of_a_switching_value_covers_nine_times_in_ten():
    """A noisy line with its root at 0.5: 2,000 repetitions."""
    rng, hits, grid = np.random.default_rng(4), 0, np.array(GRID)
    for _ in range(2000):
        noise = rng.normal(0.0, 1.0, 64)
        root = 0.5 - noise.mean()
        z = (grid - 0.5 + noise.mean()) / (noise.std(ddof=1) / 8.0)
        low, high = uncertain_stretch(root, grid, z, switching.Z90)
        hits += low <= 0.5 <= high
    assert abs(hits / 2000 - 0.9) < 0.025


def test_the_interval_of_a_willingness_covers_nine_times_in_ten():
    """Fieller's interval for a ratio of two noisy paired means: 2,000 repetitions."""
    rng, hits = np.random.default_rng(5), 0
    for _ in range(2000):
        gain = rng.normal(0.5, 0.8, 80)
        low, high = fieller(2.0 + 0.7 * (gain - 0.5) + rng.normal(0.0, 1.0, 80), gain, switching.Z90)
        hits += low <= 4.0 <= high
    assert abs(hits / 2000 - 0.9) < 0.025
    assert fieller(np.ones(50), rng.normal(0.0, 1.0, 50), switching.Z90) == (0.0, np.inf)


def made_up(scenarios, city, assumptions, points, executor=None, progress=None):
    """A pure function in place of the model: B gains `kappa`, C has a hill in `support_effect` and a slope in `m_classroom`."""
    values, luck = assumptions.at(points, ())
    wobble = 0.05 * (values["stay"] - 0.347)
    bend = 0.2 if assumptions.structure["dose"] == "linear" else 0.0
    hill = -8.0 * (values["support_effect"] - 0.2) * (values["support_effect"] - 0.5)
    gain = {"todays_path": 0.0 * wobble, "designed_for_impact": values["kappa"] + wobble,
            "digital_front_desk": hill + values["m_classroom"] - 1.0 + bend}
    cost = {"todays_path": 0.0, "designed_for_impact": 0.5 * RP, "digital_front_desk": 0.0}
    ikm = np.stack([80.0 + gain[s.key] for s in scenarios])
    money = np.stack([np.full(points.draws, cost[s.key]) for s in scenarios])
    if progress:
        progress(points.draws * len(scenarios), points.draws * len(scenarios))
    return Futures(tuple(scenarios), city, assumptions, 5, points, values, luck, ikm, ikm, ikm, ikm, money)


@pytest.fixture
def made_up_model(monkeypatch):
    """The made-up function wherever the analyses run the model."""
    for module in (futures_module, held, switching):
        monkeypatch.setattr(module, "at_points", made_up)
    assert regret_module.under is switching.under


@pytest.fixture
def answers(made_up_model, city, ledger, library):
    """Switching values of the made-up model."""
    return switching_values([library[name] for name in NAMES], city, ledger, RP, draws=128)


def about(values, key, kind="preference"):
    return [s for a in values.answers if a.row.key == key for s in a.switches if s.about == kind]


def test_the_made_up_model_switches_where_it_must(answers):
    """One crossing of a spread row, one of a fixed row, two of a hill, each where the sample means say."""
    hill, b = answers.futures.ikm[2].mean() - 80.0, answers.futures.ikm[1].mean() - 80.0
    assert answers.choice.preferred.key == "designed_for_impact"
    (kappa,) = about(answers, "kappa")
    assert (kappa.below, kappa.above) == ("todays_path", "designed_for_impact")
    assert kappa.value == pytest.approx(0.5 - (b - answers.futures.values["kappa"].mean()), abs=0.61 * TOLERANCE)
    (classroom,) = about(answers, "m_classroom")
    assert (classroom.below, classroom.above) == ("designed_for_impact", "digital_front_desk")
    assert classroom.value == pytest.approx(1.0 + b - 0.5 - hill, abs=TOLERANCE)
    width = np.sqrt(0.0225 - (b - 0.5) / 8.0)
    assert [s.value for s in about(answers, "support_effect")] == pytest.approx([0.35 - width, 0.35 + width], abs=0.57 * TOLERANCE)
    assert [s.above for s in about(answers, "support_effect")] == ["digital_front_desk", "designed_for_impact"]
    assert all(s.low <= s.value <= s.high for a in answers.answers for s in a.switches)


def test_the_made_up_model_stands_where_it_must(answers):
    """Rows it never reads do not act; a row it reads without consequence has none within its range."""
    changing = {answer.row.key for answer in answers.changing()}
    assert changing == {"kappa", "m_classroom", "support_effect"}
    acting = {answer.row.key for answer in answers.answers if answer.acts}
    assert acting == {"kappa", "m_classroom", "support_effect", "stay"}
    stay = next(a for a in answers.answers if a.row.key == "stay")
    assert stay.closest_rp == pytest.approx(answers.choice.margin_rp - 0.05 * RP * (np.mean(answers.futures.values["stay"]) - stay.low), rel=1e-6)


def test_the_made_up_verdict_switches_at_the_tenth_and_the_ninetieth_percentile(answers):
    """Better needs nine futures in ten above the smallest difference, practically the same nine in ten below it: order statistics of the gain."""
    first, second = about(answers, "smallest_difference", "verdict")
    gain = np.sort(answers.futures.ikm[1] - 80.0)
    needed = int(np.ceil(0.9 * len(gain)))
    assert (first.below, first.above, second.above) == ("better", "cannot tell", "practically the same")
    assert first.value == pytest.approx(gain[len(gain) - needed], abs=TOLERANCE)
    assert second.value == pytest.approx(np.sort(np.abs(gain))[needed - 1], abs=TOLERANCE)
    assert [(one.below, one.above) for one in about(answers, "kappa", "verdict")] == [("cannot tell", "better")]


def test_the_made_up_structure_and_willingness(answers):
    """A near-linear dose brings in C; the frontier has its corners at the ratios of cost to gain."""
    b, c = answers.futures.ikm[1].mean() - 80.0, answers.futures.ikm[2].mean() - 80.0
    linear = next(a for a in answers.alternatives if a.option == "linear")
    assert (linear.preferred, linear.chosen) == ("digital_front_desk" if c + 0.2 > b - 0.5 else "designed_for_impact", False)
    assert [s.preferred for s in answers.frontier] == ["todays_path", "designed_for_impact"]
    assert answers.frontier[1].from_rp == pytest.approx(0.5 * RP / b)
    assert answers.frontier[0].to_rp == answers.frontier[1].from_rp


def test_a_made_up_pair_prefers_what_its_formula_says(answers):
    """Every cell of `kappa` x `m_classroom` has the best of three numbers that can be written down."""
    (pair,) = switching_pairs(answers, keys=["kappa", "m_classroom"], steps=5)
    hill, wobble = answers.futures.ikm[2].mean() - 80.0, (answers.futures.ikm[1] - 80.0 - answers.futures.values["kappa"]).mean()
    for (i, j), best in np.ndenumerate(pair.preferred):
        worth = [0.0, pair.first_values[i] + wobble - 0.5, hill + pair.second_values[j] - 1.0]
        assert best == int(np.argmax(worth))
        assert pair.margin_rp[i, j] == pytest.approx(RP * (max(worth) - sorted(worth)[1]), abs=1.0)


def test_regret_of_the_made_up_model(made_up_model, city, ledger, library):
    """Mean regret is the best expectation with foresight less the scenario's own; structures add their futures."""
    scenarios = [library[name] for name in NAMES]
    one = regret(scenarios, city, ledger, RP, draws=128, structures=False)
    worth = np.stack([np.zeros(128), RP * (one.futures.ikm[1] - 80.0) - 0.5 * RP, RP * (one.futures.ikm[2] - 80.0)])
    assert one.mean == pytest.approx(worth.max(axis=0).mean() - worth.mean(axis=1))
    assert one.share_best.sum() == pytest.approx(1.0)
    every = regret(scenarios, city, ledger, RP, draws=128)
    assert len(every.structures) == 8
    linear = next(k for k, s in enumerate(every.structures) if s.option == "linear")
    assert every.regret[:, 0] == pytest.approx(one.regret[:, 0])
    shifted = worth + np.array([[0.0], [0.0], [0.2 * RP]])
    assert every.regret[:, linear] == pytest.approx(regrets(shifted), abs=1.0)
