"""Scores before and after a course on one scale, 0 to 100, so that gains can be pooled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from simulation.intake.findings import Findings
from simulation.intake.training_counts import Attendance

SMALL_SCALES = (4, 10)  # the usual ones besides 0-100


def on_one_scale(rows: Sequence[tuple[int, Attendance]], found: Findings,
                 columns: dict[str, int]) -> tuple[list[Attendance], dict[str, tuple[float, int]]]:
    """The rows with all scores 0-100, and the programmes whose scores were on a smaller scale: largest score, scale.

    The scale of a programme follows from its largest score. A score after the course of 10 or less where others are above 10
    is a mix of scales and becomes a problem.
    """
    largest: dict[str, float] = {}
    for _, row in rows:
        for score in (row.pre, row.post):
            if score is not None:
                largest[row.programme] = max(score, largest.get(row.programme, 0.0))
    scales = {programme: next((s for s in SMALL_SCALES if most <= s), 100) for programme, most in largest.items()}
    done = []
    for line, row in rows:
        scale = scales.get(row.programme, 100)
        if scale == 100 and row.post is not None and row.post <= SMALL_SCALES[-1]:
            found.cell("trainings_scale", line, columns["post"])
        done.append(replace(row, pre=_scaled(row.pre, scale), post=_scaled(row.post, scale)))
    return done, {programme: (largest[programme], scale) for programme, scale in scales.items() if scale != 100 and largest[programme]}


def _scaled(score: float | None, scale: int) -> float | None:
    return score if score is None or scale == 100 else score * 100.0 / scale
