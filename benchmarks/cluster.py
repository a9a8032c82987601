"""What a cluster of two processes costs and saves on this machine: `python -m benchmarks.cluster [--draws 65536] [--times 3] [--wait 0]`.

Wall-clock time is what a reader waits for, but on a machine that others use it measures them too. So every parallel run stands between two
serial ones, and two measures stand beside the clock: the serial run's processor time, divided by that of all processes of the parallel
run; and the clock of two plain processes that share nothing and do half of the run each, right after it: what this machine gives. The share
of the machine that others took is told too, and runs that they hardly disturbed are told apart; `--wait` waits for a quiet moment before each.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import cache
from multiprocessing import get_context

import numpy as np
import psutil

from simulation import Assumptions, City, Scenario, cluster
from simulation.analysis.futures import futures
from simulation.cluster_checks import HASTY, KEEP, TRIM

PROCESSES = 2
QUIET = 0.1  # share of the machine that others may take in a run that counts as undisturbed
PINNED = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")} | KEEP


def pin(module: str) -> None:
    """Start this benchmark again with what workers have, so that serial runs have it too: one thread for numpy, memory kept."""
    if any(os.environ.get(name) != value for name, value in PINNED.items()):
        sys.exit(subprocess.run([sys.executable, "-m", module, *sys.argv[1:]], env=os.environ | PINNED, check=False).returncode)


def processor_seconds(executor) -> float:
    """Seconds of processor time that this process, its scheduler and its workers have used."""
    return time.process_time() + (sum(executor.client.run(time.process_time).values()) if executor else 0.0)


def busy_seconds() -> float:
    """Seconds that the processors of this machine have been at work for anybody."""
    times = psutil.cpu_times()
    return times.user + times.nice + times.system + getattr(times, "steal", 0.0)


def wait_for_quiet(most: float) -> None:
    """Wait until others leave nearly all of the machine free for four seconds, or for as long as it is worth."""
    until = time.perf_counter() + most
    while time.perf_counter() < until and psutil.cpu_percent(interval=4.0) > 100 * QUIET:
        pass


def timed(run: Callable[[], object], executor=None) -> tuple[float, float, float, object]:
    """Wall seconds, processor seconds, share of the machine that others took meanwhile, and the result."""
    used, busy, start = processor_seconds(executor), busy_seconds(), time.perf_counter()
    result = run()
    wall, busy = time.perf_counter() - start, busy_seconds() - busy
    used = processor_seconds(executor) - used
    return wall, used, max(0.0, busy - used) / (wall * os.cpu_count()), result


@cache
def two_scenarios():
    """What a process needs to run the comparison."""
    library = Scenario.library()
    return [library["todays_path"], library["designed_for_impact"]], City.load(), Assumptions.load()


def compared(draws: int, executor=None):
    """The comparison that is timed."""
    return futures(*two_scenarios(), draws, executor)


def half(draws: int) -> float:
    """Half of the comparison, in a process of its own that shares nothing."""
    return float(compared(draws // PROCESSES).ikm.sum())


def between(run: Callable[[object], object], executor, times: int, same: Callable[[object, object], bool],
            apart: Callable[[], object], wait: float) -> np.ndarray:
    """Serial, parallel and separate runs in turn, (times, 6).

    Columns: wall and processor seconds of the parallel run, the same of the serial runs around it, wall seconds of the separate processes,
    and the largest share of the machine that others took during the parallel run and the serial ones.
    """
    wait_for_quiet(wait)
    wall, used, others, expected = timed(lambda: run(None))
    rows = []
    for _ in range(times):
        wait_for_quiet(wait)
        shared, all_used, disturbed, result = timed(lambda: run(executor), executor)
        assert same(result, expected), "a cluster must not change a bit"
        separate = timed(apart)[0]
        again, used_again, others_again, _ = timed(lambda: run(None))
        rows.append((shared, all_used, (wall + again) / 2, (used + used_again) / 2, separate, max(disturbed, others, others_again)))
        wall, used, others = again, used_again, others_again
    return np.array(rows)


def told(name: str, rows: np.ndarray) -> None:
    """Print the efficiency of some runs, all of them and those that others hardly disturbed: median, least and most."""
    calm = rows[rows[:, 5] <= QUIET]
    for which, part in ((f"all {len(rows)} runs", rows), (f"the {len(calm)} runs with the machine to itself", calm)):
        if not len(part):
            continue
        measures = [part[:, 2] / (PROCESSES * part[:, 0]), part[:, 3] / part[:, 1], part[:, 4] / part[:, 0]]
        clock, processor, apart = (f"{np.median(x):.2f} ({x.min():.2f} to {x.max():.2f})" for x in measures)
        print(f"{name}, {which}: serial {np.median(part[:, 2]):.1f} s, on {PROCESSES} processes {np.median(part[:, 0]):.1f} s; efficiency by the "
              f"clock {clock}, by processor time {processor}, against separate processes {apart}; others took up to {part[:, 5].max():.0%}",
              flush=True)


def overhead(executor, tasks: int = 1000) -> float:
    """Seconds per piece of work that does nothing."""
    return min(timed(lambda: list(executor.map(abs, range(tasks))))[0] for _ in range(3)) / tasks


@contextmanager
def as_dask_comes():
    """Two workers with Dask's own allocator setting."""
    from distributed import LocalCluster

    kept = {name: os.environ.pop(name) for name in KEEP}  # what is in the environment comes before Dask's own setting
    os.environ[TRIM] = HASTY
    try:
        with (LocalCluster(n_workers=PROCESSES, threads_per_worker=1, host="127.0.0.1", dashboard_address=None,
                           scheduler_kwargs={"dashboard_address": "127.0.0.1:0"}) as here,
              cluster.connect(here.scheduler_address, 60) as executor):
            yield executor
    finally:
        os.environ.update(kept)


def same_futures(a, b) -> bool:
    """Whether two results are equal in every bit."""
    return all(np.array_equal(getattr(a, name), getattr(b, name)) for name in ("ikm", "waiting_minutes", "hours_waited", "cost_rp"))


def main() -> None:
    """Print all figures."""
    pin("benchmarks.cluster")
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    parser.add_argument("--draws", type=int, default=65536, help="of two scenarios; about a minute")
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--wait", type=float, default=0.0, help="seconds to wait for a quiet machine before each run")
    asked = parser.parse_args()
    short = asked.draws // 8
    with ProcessPoolExecutor(PROCESSES, get_context("spawn")) as pool:
        def measured(name: str, draws: int, executor) -> None:
            def apart():
                return list(pool.map(half, [draws] * PROCESSES))

            apart()  # loads what the processes need
            told(f"{name}, {draws} draws", between(lambda shared: compared(draws, shared), executor, asked.times, same_futures, apart, asked.wait))

        with cluster.local(PROCESSES) as executor:
            compared(4096, executor)
            measured("two scenarios", asked.draws, executor)
            measured("two scenarios", short, executor)
            plain = executor.client.get_executor(pure=False)
            plain.client = executor.client
            measured("  with Dask's own executor, which sends everything with every block", short, plain)
            print(f"overhead of the scheduler: {overhead(executor) * 1e3:.1f} ms a piece of work; load {os.getloadavg()[0]:.1f}")
        with as_dask_comes() as executor:
            compared(4096, executor)
            measured("  with Dask's own memory setting", short, executor)


if __name__ == "__main__":
    main()
