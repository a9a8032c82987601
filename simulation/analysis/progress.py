"""One progress over work that has several parts."""

from __future__ import annotations

from simulation.ensemble import Progress

PARTS = 1000  # a bar of parts whose length is not known is told in thousandths


class Bar:
    """One progress over parts whose length is not known beforehand."""

    def __init__(self, progress: Progress | None):
        self._progress, self._at = progress, 0.0

    def to(self, goal: float) -> Progress | None:
        """Progress of the next part, which ends at `goal` thousandths."""
        if self._progress is None:
            return None
        start = self._at

        def tell(done: int, total: int) -> None:
            self._at = start + (goal - start) * done / max(total, 1)
            self._progress(int(self._at), PARTS)

        return tell

    def half(self) -> Progress | None:
        """Progress of one of a few parts to come, nobody knows how many: half of what is left."""
        return self.to(self._at + 0.5 * (PARTS - self._at))

    def end(self) -> None:
        """All is done."""
        if self._progress:
            self._progress(PARTS, PARTS)


def part(progress: Progress | None, number: int, parts: int) -> Progress | None:
    """Progress of one of several equal parts, told as a share of all."""
    return (lambda done, total: progress(number * total + done, parts * total)) if progress else None
