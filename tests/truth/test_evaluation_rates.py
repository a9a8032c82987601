"""The evaluation keeps its promises: intervals cover, false alarms are as rare as stated, gains are seen as often as stated."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from simulation.analysis.did import before_after, difference_in_differences, estimate
from simulation.analysis.evaluation import evaluate
from simulation.analysis.naive_rule import power_of, rates
from simulation.analysis.panel import read_panel

SPREAD, WOBBLE, LEVEL, REPEATS = 9.0, 1.5, 0.95, 2000
WAVES = ("2025-Q1", "2025-Q3", "2026-Q1", "2026-Q3")


def survey(units, n=60, waves=WAVES, ikm=80.0):
    """Cells of a survey in which nothing happens; every second unit asks twice as many people."""
    return pd.DataFrame([(f"u{u:02d}", wave, n * (1 + u % 2), ikm, SPREAD) for u in range(units) for wave in waves],
                        columns=["unit", "wave", "n", "ikm", "sd"])


def halves(units, wave="2026-Q1"):
    """The first half starts at a wave, the others never do."""
    return {f"u{u:02d}": wave if u < units // 2 else None for u in range(units)}


def repeated(panel, gain=0.0, drift=0.0, seed=1, repeats=REPEATS, trend_sd=0.0):
    """Surveys of the same design in which the trained units gain `gain` and all drift, (repeats, cells)."""
    rng = np.random.default_rng(seed)
    noise = rng.standard_normal((repeats, len(panel.n))) * np.sqrt(panel.sampling_variance + WOBBLE**2)
    level = rng.normal(80, 4, (repeats, len(panel.units)))[:, panel.unit]
    own_trend = trend_sd * rng.standard_normal((repeats, len(panel.units)))[:, panel.unit] * panel.years[panel.wave]
    return level + noise + own_trend + drift * panel.years[panel.wave] + gain * panel.after


def verdicts(panel, contrast, ratings):
    """Intervals of all repetitions, (repeats, 2)."""
    found = [estimate(replace(panel, ikm=row), contrast, WOBBLE, LEVEL) for row in ratings]
    return np.array([(e.low, e.high) for e in found])


@pytest.mark.parametrize("units", [4, 8, 16])
def test_did_intervals_cover_as_stated_and_false_alarms_are_rare(units):
    """2,000 surveys with a true gain of 1 and a drift of 2 points a year: 95 +- 1.5 % of the intervals hold the gain."""
    panel = read_panel(survey(units), halves(units), None, SPREAD)
    contrast = difference_in_differences(panel)
    found = verdicts(panel, contrast, repeated(panel, gain=1.0, drift=2.0))
    covered = ((found[:, 0] <= 1.0) & (found[:, 1] >= 1.0)).mean()
    assert abs(covered - LEVEL) < 0.015, covered
    nothing = verdicts(panel, contrast, repeated(panel, drift=2.0, seed=2))
    assert (nothing[:, 0] > 0).mean() < 0.025 + 0.01


def test_staggered_starts_cover_as_stated():
    """Units that start at different waves, and some that never do."""
    panel = read_panel(survey(9), {f"u{u:02d}": ("2025-Q3", "2026-Q1", None)[u % 3] for u in range(9)}, None, SPREAD)
    found = verdicts(panel, difference_in_differences(panel), repeated(panel, gain=1.0, drift=1.0, seed=3))
    assert abs(((found[:, 0] <= 1.0) & (found[:, 1] >= 1.0)).mean() - LEVEL) < 0.015


def test_units_with_trends_of_their_own_do_not_break_the_verdict():
    """A spread of trends between units of a point a year is in the deviations between units, so false alarms stay rare."""
    panel = read_panel(survey(12), halves(12), None, SPREAD)
    found = verdicts(panel, difference_in_differences(panel), repeated(panel, seed=4, trend_sd=1.0))
    assert (found[:, 0] > 0).mean() < 0.045


def test_one_unit_before_and_after_covers_its_change():
    """With one unit nothing can be estimated from other units, so the ledger's wobble is used."""
    panel = read_panel(survey(1), {"u00": "2026-Q1"}, None, SPREAD)
    found = verdicts(panel, before_after(panel), repeated(panel, gain=1.0, seed=5))
    assert abs(((found[:, 0] <= 1.0) & (found[:, 1] >= 1.0)).mean() - LEVEL) < 0.015


@pytest.mark.parametrize("units", [4, 10])
def test_power_and_naive_rates_are_those_of_repeated_surveys(units):
    """The stated chances, computed without simulation, are what 2,000 simulated surveys show."""
    panel = read_panel(survey(units), halves(units), None, SPREAD)
    contrast, own = difference_in_differences(panel), before_after(panel)
    power = power_of(panel, contrast, WOBBLE, LEVEL, 0.0)
    smallest = power.smallest()
    seen = (verdicts(panel, contrast, repeated(panel, gain=smallest, seed=6))[:, 0] > 0).mean()
    assert abs(seen - 0.8) < 0.035
    for rate in rates(panel, own, power, WOBBLE, (0.0, 1.5), compared=True):
        cheers = (repeated(panel, rate.gain, rate.drift, seed=7) @ own.weights > 0).mean()
        assert abs(cheers - rate.naive) < 0.035, rate


def test_growing_effects_do_not_mislead_staggered_comparisons():
    """Where effects grow with time, two-way fixed effects mix trained units into the comparison; this estimate does not."""
    cells = survey(6)
    starts = {f"u{u:02d}": ("2025-Q3", "2026-Q1", None)[u % 3] for u in range(6)}
    panel = read_panel(cells, starts, None, SPREAD)
    exposure = np.clip(panel.wave - panel.start[panel.unit] + 1, 0, None)
    effect = 2.0 * exposure * panel.after
    rating = 70 + 3.0 * panel.unit + 0.5 * panel.wave + effect
    found = estimate(replace(panel, ikm=rating), difference_in_differences(panel), WOBBLE, LEVEL)
    assert found.value == pytest.approx(effect[panel.after].mean())
    design = np.column_stack([panel.unit[:, None] == np.arange(6), panel.wave[:, None] == np.arange(1, 4), panel.after]).astype(float)
    two_way = np.linalg.lstsq(design, rating, rcond=None)[0][-1]
    assert abs(two_way - effect[panel.after].mean()) > 0.3


def test_the_verdict_of_before_and_after_takes_drift_off_first():
    """A rise that ratings may have made by themselves is not called an improvement."""
    cells = survey(3, n=4000, waves=("2024", "2025"))
    cells.loc[cells["wave"] == "2025", "ikm"] = [81.4, 81.5, 81.6]
    found = evaluate(cells, {"u00": "2025", "u01": "2025", "u02": "2025"})
    assert found.change.low > 0 and found.verdict == "cannot tell" and found.naive_cheers
