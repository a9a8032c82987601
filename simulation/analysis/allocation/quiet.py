"""Keeps a stray line of the solver off the console.

HiGHS, as scipy 1.17 ships it, prints an internal message to the C standard output whenever rounding pushes one of its answers past
its tolerance, whatever its options say. A page or a command that promises one JSON object must not carry it.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_ONE_AT_A_TIME = Lock()  # two threads that redirect at once would restore each other's redirection
STDOUT = 1


@contextmanager
def quiet() -> Iterator[None]:
    """Send what C code prints to standard output nowhere; what Python has printed before is written first."""
    with _ONE_AT_A_TIME:
        _flush()
        try:
            kept, nowhere = os.dup(STDOUT), os.open(os.devnull, os.O_WRONLY)
        except OSError:  # no standard output to keep clean
            yield
            return
        try:
            os.dup2(nowhere, STDOUT)
            yield
        finally:
            _flush()
            os.dup2(kept, STDOUT)
            os.close(kept)
            os.close(nowhere)


def _flush() -> None:
    if sys.stdout is not None and not sys.stdout.closed:
        sys.stdout.flush()
    if os.name == "posix":
        ctypes.CDLL(None).fflush(None)
