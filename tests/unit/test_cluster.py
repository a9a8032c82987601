"""A cluster changes the time a run takes and nothing else; what is wrong with a cluster is said before it is used."""

import http.server
import os
import signal
import socket
import sys
import threading
import time
from concurrent.futures import Executor

import numpy as np
import psutil
import pytest

from simulation import InputError, simulate
from simulation import cluster as clusters
from simulation import cluster_checks as checks
from simulation.analysis.futures import futures
from simulation.errors import Cancelled
from simulation.national import national

distributed = pytest.importorskip("distributed")
DRAWS = 600  # three blocks, the last one not full


@pytest.fixture(scope="module")
def cluster():
    """Two processes on this machine."""
    with clusters.local(2) as found:
        yield found


@pytest.fixture(scope="module")
def alone(library, city, ledger):
    """The serial run."""
    return simulate(library["designed_for_impact"], city, ledger, DRAWS)


def same(a, b) -> bool:
    return a.arrays.keys() == b.arrays.keys() and all(np.array_equal(a.arrays[name], b.arrays[name]) for name in a.arrays)


def codes(error) -> list[str]:
    return [problem.code for problem in error.value.problems]


class LastFirst(Executor):
    """Runs the last piece of work first."""

    def map(self, function, *iterables):
        pieces = list(zip(*iterables))
        return reversed([function(*piece) for piece in reversed(pieces)])


class Packed:
    """A function that counts how often it is packed for a journey, and cannot be packed where it is at work."""

    times, home = 0, os.getpid()

    def __init__(self, home=home):
        self.home = home

    def __call__(self, number):
        time.sleep(0.05)
        return number + 1, os.getpid()

    def __reduce__(self):
        assert os.getpid() == self.home
        Packed.times += 1
        return Packed, (self.home,)


def reciprocal(number):
    return 1 / number


def die(_):
    os._exit(1)


def late(_):
    raise TimeoutError("own")


def slowly(number):
    time.sleep(0.3)
    return number


def test_two_processes_give_the_same_bits(cluster, alone, library, city, ledger):
    """A run on a cluster equals the serial run, bit by bit."""
    assert same(simulate(library["designed_for_impact"], city, ledger, DRAWS, cluster), alone)


def test_cities_are_shared_out_with_the_same_bits(cluster, library, city, ledger):
    """The country too, city by city; progress is told in its order."""
    told, run = [], (library["designed_for_impact"], library["todays_path"], city, ledger, 64, [3, 141, 59])
    shared = national(*run, cluster, lambda *step: told.append(step))
    serial = national(*run)
    assert np.array_equal(shared.total_gain_ikm, serial.total_gain_ikm) and shared.table().equals(serial.table())
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_the_executor_of_dask_itself_gives_the_same_bits(cluster, alone, library, city, ledger):
    """Whoever brings a Dask client of their own gets the same."""
    assert same(simulate(library["designed_for_impact"], city, ledger, DRAWS, cluster.client.get_executor()), alone)


def test_blocks_run_in_any_order(alone, library, city, ledger):
    """The last block first changes nothing."""
    assert same(simulate(library["designed_for_impact"], city, ledger, DRAWS, LastFirst()), alone)


def test_a_killed_worker_costs_time_only(cluster, library, city, ledger):
    """A worker is killed after the first block; another one comes, and the numbers are those of the serial run."""
    pair = [library["todays_path"], library["designed_for_impact"]]
    before = set(cluster.client.run(os.getpid).values())

    def kill(done, total):
        if before == running and done < total:
            victim = min(before)
            os.kill(victim, signal.SIGKILL)
            running.discard(victim)

    running = set(before)
    told = futures(pair, city, ledger, DRAWS, cluster, kill)
    expected = futures(pair, city, ledger, DRAWS)
    assert running < before
    assert all(np.array_equal(getattr(told, name), getattr(expected, name)) for name in ("ikm", "waiting_minutes", "cost_rp"))
    cluster.client.wait_for_workers(2, timeout=60)


def test_a_function_travels_once(cluster):
    """What all pieces of work need is packed once, however many there are, and workers pass it on as it came."""
    numbers, workers = zip(*cluster.map(Packed(), range(40)), strict=True)
    assert numbers == tuple(range(1, 41)) and len(set(workers)) == 2
    assert Packed.times == 1


@pytest.mark.parametrize(("pieces", "workers"), [(0, 2), (1, 2), (4, 2), (50, 2), (51, 7), (1000, 3)])
def test_parcels_hold_every_piece_in_order(pieces, workers):
    """None is lost, the journeys are fewer than the pieces when there are many, and the last ones carry one piece each."""
    parcels = list(clusters._parcels(list(range(pieces)), workers))
    assert [piece for parcel in parcels for piece in parcel] == list(range(pieces))
    assert all(len(parcel) == 1 for parcel in parcels[-workers:])
    if pieces > 100 * workers:
        assert len(parcels) < pieces / 3


def test_a_stopped_run_leaves_nothing_behind(cluster, library, city, ledger):
    """Stopping passes through, and the cluster has nothing left to do."""
    def stop(done, total):
        raise Cancelled

    with pytest.raises(Cancelled):
        simulate(library["no_training"], city, ledger, 4096, cluster, stop)
    until = time.time() + 30
    while any(cluster.client.processing().values()) and time.time() < until:
        time.sleep(0.1)
    assert not any(cluster.client.processing().values())


def test_an_error_in_the_work_is_raised_as_it_is(cluster):
    """Dask does not hide what went wrong."""
    with pytest.raises(ZeroDivisionError):
        list(cluster.map(reciprocal, [1, 0]))


def test_work_that_kills_its_workers_is_given_up(cluster):
    """A piece of work that no worker survives ends the run with a message, not with a wait for ever."""
    allowed = cluster.client.run_on_scheduler(lambda dask_scheduler: dask_scheduler.allowed_failures)
    cluster.client.run_on_scheduler(lambda dask_scheduler: setattr(dask_scheduler, "allowed_failures", 0))
    with pytest.raises(InputError) as error:
        list(cluster.map(die, [1]))
    assert codes(error) == ["cluster_killed"]
    cluster.client.run_on_scheduler(lambda dask_scheduler, n: setattr(dask_scheduler, "allowed_failures", n), n=allowed)
    cluster.client.wait_for_workers(2, timeout=60)


def test_a_long_piece_of_work_is_waited_for(cluster, monkeypatch):
    """Patience is for a cluster without workers; while one is there, a result may take as long as it takes."""
    monkeypatch.setattr(clusters, "PATIENCE", 0.1)
    assert list(cluster.map(slowly, [5])) == [5]


def test_work_that_runs_out_of_its_own_time_says_so(cluster, monkeypatch):
    """A time-out raised by the work is not taken for impatience."""
    monkeypatch.setattr(clusters, "PATIENCE", 5)
    with pytest.raises(TimeoutError, match="own"):
        list(cluster.map(late, [1]))


def test_single_calls_work_as_in_any_executor(cluster):
    """`submit` gives a future of `concurrent.futures`."""
    assert cluster.submit(divmod, 9, 2).result(60) == (4, 1)


def test_without_an_address_there_is_no_executor():
    """The command line passes on what it was given, and that may be nothing."""
    with clusters.executor(None) as nothing:
        assert nothing is None


def test_nothing_listens_beyond_this_machine(cluster):
    """The local cluster can be reached from this machine only."""
    family = [psutil.Process(), *psutil.Process().children(recursive=True)]
    listening = {link.laddr.ip for one in family for link in one.net_connections() if link.status == psutil.CONN_LISTEN}
    assert listening == {"127.0.0.1"}


def test_workers_keep_the_memory_they_use(cluster):
    """Dask's own allocator setting, which makes every array cost new pages, is not handed on."""
    for name, value in (("MALLOC_TRIM_THRESHOLD_", "268435456"), ("MALLOC_MMAP_THRESHOLD_", "33554432")):
        assert set(cluster.client.run(os.environ.get, name).values()) == {os.environ.get(name, value)}


def test_the_bar_is_drawn_on_stderr(cluster, capsys):
    """Results go to stdout, so the bar does not."""
    bar = cluster.bar()
    bar(1, 2)
    bar(2, 2)
    out, err = capsys.readouterr()
    assert out == ""
    assert "50% Completed" in err and "100% Completed" in err


@pytest.mark.parametrize("address", ["", "localhost", "http://127.0.0.1:8786", "127.0.0.1:0", "127.0.0.1:99999", "a b:1", "inproc://x/1/2", None])
def test_what_is_no_address_is_refused_at_once(address):
    """No connection is tried."""
    with pytest.raises(InputError) as error, clusters.connect(address):
        pass
    assert codes(error) == ["cluster_address"]


def test_a_silent_address_is_given_up_in_time():
    """Nobody listens, or somebody who never answers, or a server of another kind."""
    web = http.server.HTTPServer(("127.0.0.1", 0), QuietHandler)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    with socket.socket() as mute, socket.socket() as closed:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        closed.bind(("127.0.0.1", 0))
        for port in (closed.getsockname()[1], mute.getsockname()[1], web.server_address[1]):
            with pytest.raises(InputError) as error, clusters.connect(f"127.0.0.1:{port}", seconds=0.5):
                pass
            assert codes(error) == ["cluster_silent"]
    web.shutdown()
    web.server_close()


class QuietHandler(http.server.BaseHTTPRequestHandler):
    """Says nothing on stderr."""

    def log_message(self, *_):
        pass


def test_tls_without_certificates_is_refused():
    """The message names where certificates are set up."""
    with pytest.raises(InputError) as error, clusters.connect("tls://127.0.0.1:8786"):
        pass
    assert codes(error) == ["cluster_tls"]


def test_a_scheduler_without_workers_is_refused():
    """There would be nobody to do the work."""
    how = {"n_workers": 0, "host": "127.0.0.1", "dashboard_address": None, "scheduler_kwargs": {"dashboard_address": "127.0.0.1:0"}}
    with (distributed.LocalCluster(**how) as empty, pytest.raises(InputError) as error,
          clusters.connect(empty.scheduler_address, seconds=0.5)):
        pass
    assert codes(error) == ["cluster_empty"]


def test_workers_with_other_source_files_are_refused(cluster, monkeypatch):
    """They would give other figures; each of them is named."""
    monkeypatch.setattr(checks, "code_id", lambda: "another")
    with pytest.raises(InputError) as error, clusters.connect(cluster.client.scheduler.address):
        pass
    assert codes(error) == ["cluster_code", "cluster_code"]
    with pytest.raises(InputError) as error:  # also one that came later
        list(cluster.map(abs, [1]))
    assert codes(error) == ["cluster_code"]


def test_workers_without_the_project_are_refused():
    """The message says where to start them."""
    class Client:
        def run(self, *_, **__):
            return {"tcp://192.0.2.1:1": ModuleNotFoundError("simulation")}

    with pytest.raises(InputError) as error:
        checks.same_project(Client())
    assert codes(error) == ["cluster_project"]


def test_other_versions_are_named_one_by_one():
    """A patch of Python does not matter; another minor version and another numpy do."""
    here = checks._versions({"packages": {"python": "3.11.7.final.0", "numpy": "2.4.0", "scipy": "1.17.0"}})
    there = checks._versions({"packages": {"python": "3.11.9.final.0", "numpy": "2.3.0", "scipy": None}})
    found = checks._differing("tcp://192.0.2.1:1", here, there, ("python", "numpy", "scipy"))
    assert [(p.values["package"], p.values["found"], p.values["expected"]) for p in found] == [
        ("numpy", "2.3.0", "2.4.0"), ("scipy", "-", "1.17.0")]
    assert checks._versions({"packages": {"python": "3.12.1.final.0"}})["python"] == "3.12"


@pytest.mark.parametrize("lang", ["id", "en"])
def test_a_missing_library_is_said_with_its_remedy(monkeypatch, lang):
    """The extra has a name."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError) as error, clusters.connect("127.0.0.1:8786"):
        pass
    assert 'pip install "simulation[cluster]"' in error.value.text(lang)


def test_cautions_are_said_of_mixed_and_of_slow_workers():
    """What is allowed but should be known."""
    class Client:
        def get_executor(self, **_):
            return None

    alike = {"processor": checks.processor(), "trim": ""}
    assert clusters.Cluster(Client(), {"a": alike}).cautions("en") == []
    mixed, hasty = clusters.Cluster(Client(), {"a": alike, "b": {"processor": "other", "trim": "65536"}}).cautions("en")
    assert "2 kinds of processor" in mixed and hasty.startswith("1 workers")
