"""Runs on many machines: finds a Dask cluster, asks whether it would give the same figures, and shares out the work.

The runs themselves know only `concurrent.futures`. A piece of work is a pure function of its arguments, so neither the number of machines
nor their order nor the loss of one changes a result. Dask (Rocklin 2015) moves the work, sees who is missing and does lost work again.
"""

from __future__ import annotations

import logging
import sys
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future
from contextlib import contextmanager, redirect_stdout
from functools import lru_cache

from simulation import cluster_checks as checks
from simulation.ensemble import Progress
from simulation.errors import InputError, Problem
from simulation.language import say

SECONDS = 10.0  # waiting for the scheduler to answer, and for its first worker
PATIENCE = 60.0  # waiting for any worker to come back once all are gone
PARCEL = 4  # pieces of work in one journey at most: a journey costs some milliseconds, whatever it carries
AHEAD = 4  # parcels handed out per worker before the first result is taken, so that nobody waits and memory stays flat
_LEAN = {**{f"distributed.nanny.pre-spawn-environ.{name}": value for name, value in checks.KEEP.items()},
         "distributed.worker.profile.enabled": False, "distributed.admin.tick.interval": "1s"}  # only a dashboard looks at these


@contextmanager
def executor(address: str | None, seconds: float = SECONDS) -> Iterator[Cluster | None]:
    """What `executor=` of a run wants: the cluster at an address, or None, one block after the other, without one."""
    if address is None:
        yield None
        return
    with connect(address, seconds) as cluster:
        yield cluster


@contextmanager
def connect(address: str, seconds: float = SECONDS) -> Iterator[Cluster]:
    """A running cluster as an executor; left behind as it was found.

    Args:
        address: of its scheduler, `host:8786`, `tcp://host:8786` or `tls://host:8786` (certificates as Dask's configuration says).
        seconds: how long to wait for an answer.

    Raises:
        InputError: Dask is not installed, the address cannot be one, nobody answers, there is no worker, or a machine has other versions of
            Python, of a library or of this project, so that it could not work or would give other figures.
    """
    distributed = checks.dask()
    with distributed.utils.silence_logging_cmgr(logging.CRITICAL):  # what goes wrong is said as a problem, once
        client = checks.client_of(distributed, checks.checked(address), seconds)
        try:
            checks.same_libraries(client, address, seconds)
            yield Cluster(client, checks.same_project(client))
        finally:
            client.close()


@contextmanager
def local(processes: int) -> Iterator[Cluster]:
    """A cluster of processes on this machine alone: nothing listens beyond loopback, and there is no dashboard.

    A script that calls this needs `if __name__ == "__main__":`, because every process reads the script again.
    """
    distributed = checks.dask()
    how = {"n_workers": processes, "threads_per_worker": 1, "host": "127.0.0.1", "dashboard_address": None,
           "scheduler_kwargs": {"dashboard_address": "127.0.0.1:0"}, "silence_logs": logging.CRITICAL}
    with distributed.utils.dask.config.set(_LEAN), \
            distributed.LocalCluster(**how) as here, connect(here.scheduler_address, PATIENCE) as cluster:
        yield cluster


class Cluster(Executor):
    """A Dask cluster with the interface of `concurrent.futures`.

    Attributes:
        client: the `distributed.Client` behind it.
        workers: what each said of itself when the cluster was found, see `cluster_checks.identity`.
    """

    def __init__(self, client, workers: dict[str, dict[str, str]]):
        self.client, self.workers = client, workers
        self._plain = client.get_executor(pure=False)
        self._closed = False

    def map(self, function: Callable, *iterables) -> Iterator:
        """As `map`, in order. The function travels once and not with every piece of work, so it may carry what all of them need.

        Raises:
            InputError: the connection is lost, all workers are gone, a worker has another version of the project, or a piece of work has
                killed every worker that tried it; what else goes wrong in a piece of work is raised as it is.
        """
        return self._in_order(function, list(zip(*iterables)))

    def submit(self, function: Callable, /, *arguments, **named) -> Future:
        """One call, as the interface asks; `map` is the way to share out a run."""
        return self._plain.submit(_once, function, checks.code_id(), arguments, named)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the connection; the cluster goes on."""
        if not self._closed:
            self._closed = True
            self._plain.shutdown(wait and not cancel_futures)
            self.client.close()

    def bar(self) -> Progress:
        """Dask's own text bar on stderr, for `progress=`."""
        return _bar(self.client)

    def cautions(self, lang: str = "id") -> list[str]:
        """What is allowed but should be known: processors of several kinds, and workers that give memory back at every turn."""
        kinds = {checks.processor(), *(worker["processor"] for worker in self.workers.values())}
        slow = sum(worker["trim"] == checks.HASTY for worker in self.workers.values())
        found = [say("cluster.mixed", lang, kinds=len(kinds))] if len(kinds) > 1 else []
        return found + ([say("cluster.hasty", lang, workers=slow)] if slow else [])

    def _in_order(self, function: Callable, pieces: list) -> Iterator:
        from cloudpickle import dumps

        # a task and not scattered data: Dask does a task again when the worker that held its result is lost;
        # packed, so that a worker can pass it on while it works with it
        same = self.client.submit(bytes, dumps(function), pure=False)
        code, workers = checks.code_id(), max(1, self._workers())
        waiting = deque()
        try:
            for parcel in _parcels(pieces, workers):
                # packed, so that Dask does not search it for futures; done in the order of submission
                waiting.append(self.client.submit(_each, same, code, dumps(parcel), pure=False, fifo_timeout="0 ms"))
                if len(waiting) >= AHEAD * workers:
                    yield from self._result(waiting.popleft())
            while waiting:
                yield from self._result(waiting.popleft())
        finally:
            if self.client.status == "running":
                self.client.cancel([same, *waiting], reason="stopped")

    def _result(self, future):
        """The results of one parcel, waited for as long as there is anybody who could bring them."""
        from distributed import TimeoutError as Late
        from distributed.scheduler import KilledWorker

        while True:
            try:
                return future.result(timeout=PATIENCE)
            except KilledWorker as error:
                raise InputError(Problem("cluster_killed", {"limit": str(error.allowed_failures + 1)})) from error
            except CancelledError as error:
                raise InputError(Problem("cluster_lost")) from error
            except Late:
                if future.status == "error":  # the work itself ran out of some time
                    raise
                if not self._workers():
                    raise InputError(Problem("cluster_gone", {"seconds": f"{PATIENCE:g}"})) from None

    def _workers(self) -> int:
        """Pieces of work that can be done at once; the scheduler is asked."""
        try:
            return sum(self.client.nthreads().values())
        except (OSError, RuntimeError) as error:
            raise InputError(Problem("cluster_lost")) from error


@lru_cache(maxsize=2)
def _function(packed: bytes) -> Callable:
    """What all pieces of a run need, unpacked once per process."""
    from cloudpickle import loads

    return loads(packed)


def _parcels(pieces: list, workers: int) -> Iterator[list]:
    """Pieces in order, several together at first and one by one at the end, so that nobody waits for the last (Polychronopoulos, Kuck 1987)."""
    first = 0
    while first < len(pieces):
        size = min(PARCEL, max(1, (len(pieces) - first) // (2 * workers)))
        yield pieces[first:first + size]
        first += size


def _each(packed: bytes, code: str, parcel: bytes) -> list:
    """The pieces of a parcel, on a worker."""
    from cloudpickle import loads

    checks.same_code(code)
    function = _function(packed)
    return [function(*piece) for piece in loads(parcel)]


def _once(function: Callable, code: str, arguments: tuple, named: dict):
    """One call, on a worker."""
    checks.same_code(code)
    return function(*arguments, **named)


def _bar(client) -> Progress:
    from distributed.diagnostics.progressbar import TextProgressBar

    class Bar(TextProgressBar):
        """Draws what it is told; Dask's bar would count the pieces of work, which are handed out a few at a time."""

        def __call__(self, done: int, total: int) -> None:
            with redirect_stdout(sys.stderr):  # stdout belongs to the results
                self._draw_bar(remaining=total - done, all=total)
                if done >= total:
                    print(flush=True)

    return Bar((), client.scheduler.address, loop=client.loop, start=False)
