"""Which assumption decides: how much of what is unknown about a difference each assumption carries."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from simulation.analysis.futures import LUCK, Futures, at_points, on_offer
from simulation.analysis.sobol import Indices, sobol
from simulation.assumptions import Assumptions
from simulation.city import City
from simulation.draws import Points, luck_name, row_name
from simulation.ensemble import Progress
from simulation.errors import InputError, Problem, shown, unknown
from simulation.scenario import Scenario

INDICATORS = ("ikm", "waiting_minutes", "worst_unit_ikm", "hours_waited")
LARGE = 0.10  # share of the variance: at least this much, surely, and the assumption decides
SMALL = 0.02  # surely less than this and knowing it would not narrow the band visibly (1 % of its width)
DIFFERENCE, LEVEL = 0, 1
MOST = 65_536


@dataclass(frozen=True)
class Sensitivity:
    """Sobol indices of a difference between two scenarios, and of the level of the first.

    Attributes:
        a, b: the scenario and what it is compared with.
        assumptions: the ledger.
        indicator: one of `INDICATORS`, in the last common year.
        indices: of every varying row and of the programmes' own luck; outputs are the difference and the level.
        links: the same by link of the chain.
        confidence: of the intervals.
    """

    a: Scenario
    b: Scenario
    assumptions: Assumptions
    indicator: str
    indices: Indices
    links: Indices
    confidence: float

    @property
    def n(self) -> int:
        """Sample size."""
        return self.indices.n

    def verdict(self, i: int, of: Indices | None = None, output: int = DIFFERENCE) -> str:
        """What can be said of one assumption: "decides", "matters", "does not matter" or "cannot tell" at this sample size."""
        found = of or self.indices
        low, high = found.total_low[i, output], found.total_high[i, output]
        if found.inert[i, output] or high < SMALL:
            return "does not matter"
        return "decides" if low >= LARGE else "matters" if low >= SMALL else "cannot tell"

    @property
    def order(self) -> np.ndarray:
        """Positions of the assumptions, the largest total order first."""
        return np.argsort(-self.indices.total[:, DIFFERENCE], kind="stable")

    def deciding(self) -> list[str]:
        """Keys of the assumptions that decide, the largest first."""
        return [self.indices.names[i] for i in self.order if self.verdict(i) == "decides"]

    @property
    def interactions(self) -> tuple[float, float, float]:
        """Share of the variance of the difference that no assumption carries on its own: estimate, cut to 0 to 1, and interval."""
        shares = 1.0 - self.indices.resampled[:, :, DIFFERENCE].sum(axis=1)
        low, high = np.percentile(shares, (50.0 * (1.0 - self.confidence), 50.0 * (1.0 + self.confidence)))
        return float(np.clip(1.0 - self.indices.first[:, DIFFERENCE].sum(), 0.0, 1.0)), float(low), float(high)

    def table(self, by: str = "assumption", of: str = "difference"):
        """One row per assumption or link, the largest first, never an index without its interval.

        Args:
            by: "assumption" or "link". of: "difference" or "level".

        Raises:
            InputError: an unknown breakdown.
        """
        import pandas as pd

        for text, valid in ((by, ("assumption", "link")), (of, ("difference", "level"))):
            if text not in valid:
                raise InputError(unknown("unknown_breakdown", text, valid))
        found, output = self.indices if by == "assumption" else self.links, DIFFERENCE if of == "difference" else LEVEL
        order = np.argsort(-found.total[:, output], kind="stable")
        rows = {p.key: p for p in self.assumptions.parameters}
        records = [{by: found.names[i], **self._figures(found, i, output), "verdict": self.verdict(i, found, output), "n": found.n,
                    **({"grade": rows[found.names[i]].grade if found.names[i] in rows else "D"} if by == "assumption" else {})} for i in order]
        return pd.DataFrame(records)

    @staticmethod
    def _figures(found: Indices, i: int, output: int) -> dict[str, float]:
        """Estimates cut to what an index can be; the interval shows how far the estimate itself went."""
        return {"first": float(np.clip(found.first[i, output], 0.0, 1.0)), "first_low": float(found.first_low[i, output]),
                "first_high": float(found.first_high[i, output]), "total": float(max(found.total[i, output], 0.0)),
                "total_low": float(found.total_low[i, output]), "total_high": float(found.total_high[i, output])}

    def sentence(self, lang: str = "id") -> str:
        """Which assumptions decide, how surely, and what they rest on."""
        from simulation.present.sensitivity_views import sentence

        return sentence(self, lang)


def sensitivity(a: Scenario, b: Scenario, city: City, assumptions: Assumptions, n: int = 1024, indicator: str = "ikm", seed: int | None = None,
                confidence: float = 0.95, executor: Executor | None = None, progress: Progress | None = None) -> Sensitivity:
    """Sobol indices of `a - b` over every assumption that varies, one by one and by link of the chain.

    The own effects of the programmes count as one more thing that is unknown (`LUCK`, in the link of learning). Both
    scenarios see the same futures.

    Args:
        n: sample size, a power of two from 16; costs at most `n * (2 + rows + links)` runs of each scenario.
        indicator: one of `INDICATORS`.
        seed: of the sample, whose second half has the seed after it; that of the scenarios when None.
        executor, progress: as in `simulate`.

    Raises:
        InputError: the scenarios decide the same, an unknown indicator, or a sample size that is no power of two.
    """
    if indicator not in INDICATORS:
        raise InputError(unknown("unknown_indicator", indicator, INDICATORS))
    if isinstance(n, bool) or not isinstance(n, int) or not 16 <= n <= MOST or n & (n - 1):
        raise InputError(Problem("sensitivity_sample", {"found": shown(n), "limit": str(MOST)}))
    if a.id == b.id:
        raise InputError(Problem("sensitivity_same", {"found": a.key}))
    seed = a.seed if seed is None else seed
    programmes = on_offer((a, b))
    first, second = (assumptions.points(n, one, programmes) for one in (seed, seed + 1))
    rows, links = _columns(assumptions, first, programmes)
    count = Count(progress, n * (2 + len(rows) + len(links)))

    def both(u: np.ndarray) -> np.ndarray:
        seen: Futures = at_points((a, b), city, assumptions, Points(first.names, u), executor, count.step(u.shape[1]))
        values = getattr(seen, indicator)
        return np.stack([values[0] - values[1], values[0]])

    found = sobol(both, first.u, second.u, rows | {f"link:{name}": columns for name, columns in links.items()}, seed, confidence)
    count.end()
    return Sensitivity(a, b, assumptions, indicator, _part(found, list(range(len(rows)))),
                       _part(found, list(range(len(rows), len(found.names)))), confidence)


def _columns(assumptions: Assumptions, points: Points, programmes: tuple[str, ...]) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """Rows of the points that belong to each varying assumption and to each link of the chain."""
    luck = points.places([luck_name(name) for name in programmes])
    rows = {p.key: points.places([row_name(p.key)]) for p in assumptions.parameters if p.varies}
    links: dict[str, list[int]] = {}
    for key, places in rows.items():
        links.setdefault(assumptions[key].feeds, []).extend(places)
    links["learning"] = links.get("learning", []) + luck
    return rows | {LUCK: luck}, links


def _part(found: Indices, chosen: list[int]) -> Indices:
    """Some of the groups."""
    names = tuple(found.names[i].removeprefix("link:") for i in chosen)
    arrays = {name: getattr(found, name)[chosen] for name in ("first", "first_low", "first_high", "total", "total_low", "total_high", "inert")}
    return Indices(names, **arrays, resampled=found.resampled[:, chosen], variance=found.variance, n=found.n, runs=found.runs)


class Count:
    """One progress over many calls, in draws of the sample."""

    def __init__(self, progress: Progress | None, total: int):
        self.progress, self.total, self.done = progress, total, 0

    def step(self, size: int) -> Callable[[int, int], None] | None:
        """The progress of the next call, which runs `size` points."""
        if self.progress is None:
            return None
        before = self.done
        self.done += size
        return lambda done, total: self.progress(min(before + size * done // total, self.total), self.total)

    def end(self) -> None:
        """All is done, though some of it was not needed."""
        if self.progress:
            self.progress(self.total, self.total)
