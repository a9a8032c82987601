"""This version against an earlier one, in turn in one process: `python -m benchmarks.against FOLDER`, a checkout of the earlier one.

Whatever else the machine does hits both, so the ratios hold on a noisy one. Also says whether all ready-made scenarios bring the same bits.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parents[1]
TRIES = 9
STARTS = (["--help"], ["check", "data/scenarios/todays_path.yaml"], ["run", "data/scenarios/todays_path.yaml", "--draws", "2"])


class Version:
    """A checkout with modules of its own: inside `with version:`, `import simulation` means this one."""

    def __init__(self, folder: Path):
        self.folder, self.modules = str(folder.resolve()), {}
        with self:
            from simulation import Assumptions, City, Scenario
            from simulation.ensemble import prepare, simulate

            self.city, self.ledger, self.library = City.load(), Assumptions.load(), Scenario.library()
            self.prepare, self.simulate = prepare, simulate

    def __enter__(self) -> Version:
        self.others = _set_aside()
        sys.modules.update(self.modules)
        sys.path.insert(0, self.folder)
        return self

    def __exit__(self, *_) -> None:
        sys.path.remove(self.folder)
        self.modules = _set_aside()
        sys.modules.update(self.others)

    def run(self, key: str, draws: int):
        """A ready-made scenario, inside `with`; with 0 draws its plan alone."""
        what = self.library[key], self.city, self.ledger
        return self.simulate(*what, draws) if draws else self.prepare(*what)

    def command(self, words: list[str]) -> None:
        """The command line, in a process of its own."""
        subprocess.run([sys.executable, "-m", "simulation", *words], cwd=self.folder, env={"PYTHONPATH": self.folder}, check=True, capture_output=True)


def _set_aside() -> dict:
    """Take the package out of the known modules."""
    return {name: sys.modules.pop(name) for name in list(sys.modules) if name.split(".")[0] == "simulation"}


def ratio(new: Version, old: Version, work: Callable[[Version], object], tries: int = TRIES) -> tuple[float, float]:
    """Least seconds of the new version, and the median of its share of the old one's seconds in the same turn."""
    taken = np.zeros((tries + 1, 2))  # the first turn warms up
    for turn in taken:
        for i, version in enumerate((new, old)):
            with version:
                start = time.perf_counter()
                work(version)
                turn[i] = time.perf_counter() - start
    return float(taken[1:, 0].min()), float(np.median(taken[1:, 0] / taken[1:, 1]))


def furthest(new: Version, old: Version, draws: int = 300) -> float:
    """Largest difference of any number of any array, in all scenarios that both have; 0 means the same bits."""
    apart = 0.0
    for key in new.library.keys() & old.library.keys():
        arrays = []
        for version in (new, old):
            with version:
                arrays.append(version.run(key, draws).arrays)
        a, b = arrays
        for name in a.keys() | b.keys():
            same = name in a and name in b and a[name].shape == b[name].shape
            apart = max(apart, float(np.abs(a[name] - b[name]).max()) if same else np.inf)
    return apart


def main(folder: Path) -> None:
    """Print all figures."""
    new, old = Version(HERE), Version(folder)
    apart = furthest(new, old)
    print("results:", "the same bits" if apart == 0.0 else f"up to {apart:.1e} apart")
    for key in ("designed_for_impact", "no_training"):
        for draws, what in ((0, "plan alone"), (2, "fixed cost, 2 draws"), (256, "256 draws"), (1024, "1,024 draws")):
            seconds, share = ratio(new, old, lambda version: version.run(key, draws))
            print(f"{key}, {what}: {seconds * 1e3:.1f} ms, {share:.2f} of before")
    for words in STARTS:
        seconds, share = ratio(new, old, lambda version: version.command(words), tries=4)
        print(f"{' '.join(words)}: {seconds:.2f} s, {share:.2f} of before")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
