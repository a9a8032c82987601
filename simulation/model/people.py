"""People come and go: retirement, resignation, rotation, vacancies and newcomers.

Leavers take all trained skill with them, the rotated part of it; newcomers start below and catch up. Skill is per post of a cell, so a
cell keeps its own size; a post that stays vacant is covered by someone who is as new to it as a hire would have been: leaving posts
empty never makes those who remain better at the work. Shapes are (rows, draws).
"""

from __future__ import annotations

import numpy as np

from simulation.model.skill import MONTHS


def leaving(a: dict, exit_relative: np.ndarray) -> np.ndarray:
    """Share of a row that retires or resigns in a quarter, (rows, draws)."""
    hazard = (a["retirement"] + a["resignation"]) * exit_relative[:, None]
    return -np.expm1(-hazard * MONTHS / 12.0)


def hired_per_year(a: dict, exit_relative: np.ndarray, heads: np.ndarray, replacement_ratio: float) -> np.ndarray:
    """People who are hired in a year at full strength, (draws,): each of them takes the compulsory course before a post counts as filled."""
    return replacement_ratio * 12.0 / MONTHS * (heads @ leaving(a, exit_relative))


def rotated_keep(a: dict, technical: np.ndarray) -> np.ndarray:
    """Share of trained skill left after a quarter's rotation, (competencies, draws).

    Args:
        technical: which competencies are technical, (competencies,).
    """
    rotated = -np.expm1(-a["rotation"] * MONTHS / 12.0)
    keep = np.where(technical[:, None], a["keep_technical"], a["keep_generic"])
    return 1.0 - rotated * (1.0 - keep)


class Posts:
    """Filled posts and newcomers' shortfall of every row.

    Attributes:
        filled: filled posts relative to the start, (rows, draws).
        shortfall: mean skill of the row relative to the start because of newcomers, SD, (rows, draws), never above 0; 0 while
            everyone who leaves is replaced, and when nobody is.
    """

    def __init__(self, a: dict, exit_relative: np.ndarray, replacement_ratio: float, lag_quarters: int):
        self.leave = leaving(a, exit_relative)
        self.ratio = replacement_ratio
        self.newcomer = -a["newcomer_gap"]
        self.catch_up = np.exp(-MONTHS / a["newcomer_catch_up"])
        self.filled = np.ones_like(self.leave)
        self.vacated = [self.leave] * lag_quarters
        self.at_start = self.newcomer * self.leave / (1.0 - (1.0 - self.leave) * self.catch_up)
        self.below = self.at_start
        self.shortfall = np.zeros_like(self.leave)

    def stays(self) -> np.ndarray:
        """Let a quarter pass; returns the share of trained skill per post that leavers and hires leave behind, `1 - leave` at most."""
        remaining = self.filled * (1.0 - self.leave)
        self.vacated.append(self.filled * self.leave)
        hired = self.ratio * self.vacated.pop(0)
        before, self.filled = self.filled, remaining + hired
        self.below = (self.below * self.catch_up * remaining + self.newcomer * hired) / self.filled
        if self.ratio != 1.0:
            self.shortfall = np.minimum(self.below - self.at_start, 0.0)
        return np.minimum(before / self.filled, 1.0) * (1.0 - self.leave)
