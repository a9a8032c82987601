"""What a survey adds to the truth: sampling error, and the smallest change it can see.

Reading a city's own SKM rows is planned; this part forecasts what a survey of the simulated city would show.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri


def standard_error(respondents, people_served, respondent_sd):
    """Sampling SD of a unit's IKM with the finite-population correction, IKM points."""
    share = np.minimum(1.0, respondents / np.maximum(people_served, respondents))
    return respondent_sd * np.sqrt((1.0 - share) / respondents)


def smallest_visible_change(respondents: float, respondent_sd: float, power: float = 0.8, level: float = 0.05) -> float:
    """Smallest change between two waves that a test sees with the given power, IKM points.

    `(z_(1-level/2) + z_power) * sd * sqrt(2 / n)`; no clustering, no drift.

    >>> round(smallest_visible_change(150, 8.65), 1)
    2.8
    """
    return float((ndtri(1.0 - level / 2.0) + ndtri(power)) * respondent_sd * np.sqrt(2.0 / respondents))


def observed(outcome, year: int, seed: int) -> np.ndarray:
    """IKM that a survey of every unit would report in a year, (units, draws).

    Adds sampling error, a wobble of each unit and the model's own discrepancy to the simulated mean; its random stream
    is its own, so a survey never changes a forecast's draws.
    """
    rng = np.random.default_rng(seed)
    truth = outcome.year_mean(outcome.ikm, year)
    a, city = outcome.values, outcome.city
    error = standard_error(city.respondents[:, None], city.users[:, None], a["respondent_sd"])
    noise = rng.standard_normal((3, *truth.shape))
    noise[2] = noise[2, :1]  # what the model does not know strikes the whole city
    return truth + error * noise[0] + a["unit_wave_sd"] * noise[1] + a["discrepancy_sd"] * noise[2]
