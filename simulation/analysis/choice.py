"""Which of several options stands out, by one rule that is the same for the page, the brief and the slides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulation.errors import InputError, Problem
from simulation.outcome import SAME, Comparison, compare


@dataclass(frozen=True)
class Choice:
    """The option that is put forward, and how it stands against the next one.

    Attributes:
        lead: the option put forward. others: the rest, in the order given.
        between: the lead against the best of the others, None when there is none.
    """

    lead: Comparison
    others: tuple[Comparison, ...]
    between: Comparison | None

    @property
    def proven(self) -> bool:
        """Whether the lead is better than the baseline in nearly all futures."""
        return self.lead.verdict == "better"

    @property
    def leaning(self) -> bool:
        """Whether the lead, not proven, is at least higher than the baseline in nearly all futures, and perhaps by what matters."""
        return self.lead.verdict == "cannot tell" and self.lead.direction[0] == "higher"

    @property
    def falling(self) -> bool:
        """Whether even the lead is lower than the baseline in nearly all futures, and perhaps by what matters."""
        return self.lead.verdict == "cannot tell" and self.lead.direction[0] == "lower"

    @property
    def separate(self) -> bool:
        """Whether the lead is also better than the next option."""
        return self.between is None or self.between.verdict == "better"


def choose(comparisons: Sequence[Comparison]) -> Choice:
    """The option with the largest median gain among those that are better than the baseline.

    When none is better: the largest median gain among those that are higher in nearly all futures, though perhaps not by what matters; else the
    cheapest of those that cannot be told from the baseline or are practically the same; when all are lower or worse: the least bad.

    Raises:
        InputError: no option besides the baseline.
    """
    options = [c for c in comparisons if c.a.scenario.id != c.b.scenario.id]
    if not options:
        raise InputError(Problem("no_option", {}))
    ranked = sorted(options, key=_rank)
    lead, rest = ranked[0], ranked[1:]
    between = compare(lead.a, rest[0].a) if rest else None
    return Choice(lead, tuple(c for c in options if c is not lead), between)


def _rank(comparison: Comparison) -> tuple:
    """Smaller is better; equal ones keep their order."""
    gain, cost = float(np.median(comparison.ikm)), float(comparison.a.plan.cost_rp.sum())
    if comparison.verdict == "cannot tell" and comparison.direction[0] != "cannot tell":
        return (1, -gain) if comparison.direction[0] == "higher" else (4, -gain)
    return {"better": (0, -gain), "cannot tell": (2, cost), SAME: (3, cost), "worse": (5, -gain)}[comparison.verdict]
