"""From skill in SD to the official competency levels 1 to 5 that the city reports."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

LEVELS = 5


def mean_level(base_level, skill_sd, level_sd):
    """Latent mean level: `base + sd_level * (drift + possessed)`; unit: official level."""
    return base_level + level_sd * skill_sd


def share_at_least(mean, level_sd) -> np.ndarray:
    """Share of people at level k or above for k = 2..5, (4, ...): normal cut at k - 1/2."""
    cuts = np.arange(2, LEVELS + 1) - 0.5
    return ndtr((mean - cuts.reshape(-1, *[1] * np.ndim(mean))) / level_sd)


def shares(mean, level_sd) -> np.ndarray:
    """Share of people at each level 1..5, (5, ...); 1 and 5 are open-ended, the sum is 1."""
    above = share_at_least(mean, level_sd)
    return np.concatenate([1.0 - above[:1], above[:-1] - above[1:], above[-1:]])


def meeting(mean, required, level_sd):
    """Share of people at the required level or above: `P(level >= required)`."""
    return ndtr((mean - (required - 0.5)) / level_sd)


def match_percent(mean, required, weight) -> np.ndarray:
    """Job-person match in the style of the JPM: `100 * sum(actual) / sum(required)`, per draw.

    Args:
        mean: mean level, (competencies, rows, draws).
        required: (competencies, rows).
        weight: people, (rows,).
    """
    return 100.0 * np.einsum("crd,r->d", mean, weight) / np.einsum("cr,r->", required, weight)
