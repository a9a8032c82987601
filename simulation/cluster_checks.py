"""Whether a cluster can be used: an address that answers, the same libraries and source files everywhere; each problem with its remedy."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import warnings
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from importlib import import_module
from pathlib import Path

import numpy as np

from simulation.errors import InputError, Problem, shown
from simulation.language import LANGUAGES, say

_ADDRESS = re.compile(r"(?:(?:tcp|tls)://)?(?:[\w.-]+|\[[0-9a-fA-F:]+\]):(\d{1,5})")
_SAME_EVERYWHERE = ("python", "dask", "distributed", "msgpack", "cloudpickle")  # or they cannot talk
_SAME_ON_WORKERS = ("numpy", "scipy")  # or they compute something else
TRIM, HASTY = "MALLOC_TRIM_THRESHOLD_", "65536"  # Dask's default for glibc's allocator: every array costs new pages, see docs/cluster.md
KEEP = {TRIM: "268435456", "MALLOC_MMAP_THRESHOLD_": "33554432"}  # bytes: keep the room of one block of draws, and glibc's largest threshold


def dask():
    """The library `distributed`, or how to install it."""
    try:
        return import_module("distributed")
    except ImportError as error:
        raise InputError(Problem("cluster_extra")) from error


def checked(address: str) -> str:
    """An address that a scheduler can have, or a named problem."""
    found = _ADDRESS.fullmatch(address) if isinstance(address, str) else None
    if not found or not 0 < int(found[1]) < 65536:
        raise InputError(Problem("cluster_address", {"found": shown(address)}))
    return address


def client_of(distributed, address: str, seconds: float):
    """A client of the scheduler at an address that answers in time."""
    security = distributed.Security().get_connection_args("client")
    if address.startswith("tls://") and security["ssl_context"] is None:
        raise InputError(Problem("cluster_tls", {"found": shown(address)}))
    try:
        with ThreadPoolExecutor(1) as apart:  # a notebook has an event loop of its own already
            apart.submit(asyncio.run, _greeted(distributed, address, seconds, security)).result()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about versions: said as problems below
            return distributed.Client(address, timeout=seconds, set_as_default=False, name="simulation")
    except (OSError, TimeoutError, ValueError) as error:
        raise InputError(Problem("cluster_silent", {"found": shown(address), "seconds": f"{seconds:g}"})) from error


async def _greeted(distributed, address: str, seconds: float, security: dict) -> None:
    """Whether a Dask scheduler answers in time: its client would wait for ever for the greeting of another kind of server."""
    comm = await asyncio.wait_for(distributed.comm.connect(address, timeout=seconds, **security), seconds + 1.0)
    comm.abort()


def same_libraries(client, address: str, seconds: float) -> None:
    """Waits for the first worker; then every machine must have the versions of this one."""
    try:
        client.wait_for_workers(1, timeout=seconds)
    except TimeoutError as error:
        raise InputError(Problem("cluster_empty", {"found": shown(address), "seconds": f"{seconds:g}"})) from error
    told = client.get_versions(packages=list(_SAME_ON_WORKERS))
    here = _versions(told["client"])
    problems = _differing(address, here, _versions(told["scheduler"]), _SAME_EVERYWHERE)
    for worker, versions in sorted(told["workers"].items()):
        problems += _differing(worker, here, _versions(versions), _SAME_EVERYWHERE + _SAME_ON_WORKERS)
    if problems:
        raise InputError(problems)


def _versions(told: dict) -> dict[str, str]:
    """Versions by package; of Python the first two numbers, which decide whether code can travel."""
    packages = {name: str(version or "-") for name, version in told["packages"].items()}
    return packages | {"python": ".".join(packages["python"].split(".")[:2])}


def _differing(where: str, here: dict, there: dict, packages: tuple[str, ...]) -> list[Problem]:
    return [Problem("cluster_version", {"where": where, "package": name, "found": there.get(name, "-"), "expected": here[name]})
            for name in packages if there.get(name, "-") != here[name]]


def same_project(client) -> dict[str, dict[str, str]]:
    """Every worker must have this project, and the same source files; returns what they say of themselves."""
    told, problems = client.run(identity, on_error="return"), []
    for worker, answer in sorted(told.items()):
        if isinstance(answer, BaseException):
            problems.append(Problem("cluster_project", {"where": worker}))
        elif answer["code"] != code_id():
            problems.append(Problem("cluster_code", {"where": worker, "found": answer["code"], "expected": code_id()}))
    if problems:
        raise InputError(problems)
    return told


@lru_cache(maxsize=1)
def code_id() -> str:
    """Hash of the source files that a worker runs: the model, the city, the ledger and the analyses, not words and pictures."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(path for folder in (here, here / "model", here / "analysis") for path in folder.glob("*.py")):
        digest.update(path.name.encode() + path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:16]


def processor() -> str:
    """Instruction sets that numpy found here: with another set exp, log and sums round otherwise in the last digit."""
    return " ".join(sorted(np.show_config(mode="dicts")["SIMD Extensions"].get("found", ())))


def identity() -> dict[str, str]:
    """What decides a worker's figures, and its speed: hash of the source files, instruction sets, setting of the memory allocator."""
    return {"code": code_id(), "processor": processor(), "trim": os.environ.get(TRIM, "")}


def same_code(code: str) -> None:
    """A worker may have come after the others were asked who they are."""
    if code != code_id():
        values = {"where": {lang: say("cluster.worker", lang) for lang in LANGUAGES}, "found": code_id(), "expected": code}
        raise InputError(Problem("cluster_code", values))
