"""Draws by name: which futures are looked at, as probabilities of everything that is uncertain.

The draws of a name depend on the seed, the name and the number of the block, and on nothing else. So an assumption, a programme or
a unit more or less moves no draw of the others, the first draws stay when more are asked for, and blocks can be made in any order.
A point of a low-discrepancy sequence is one vector over all names and has none of this; in exchange it is somewhat more even
(`benchmarks/draws.py` measures what that costs).

Each name has a Latin hypercube of its own, sliced (Qian 2012, Sliced Latin hypercube designs, Journal of the American Statistical
Association 107(497)): every aligned run of 64 draws, every block of 256, and the first 2, 4, 8 ... blocks together have exactly one
draw in each of as many equal slices of the unit interval. With `raw(word, i)` as 64 random bits of the name,

    slot[s]    rank of raw(b, s) among its four neighbours: which run of 64 of block b takes slice s of 256
    slice      the slices, sorted by slot and then by raw(b, 256 + s): the slice of draw 0 to 255 of the block
    u          (slice + (offset + 1/2) / 2^32) / 256, offset = (raw(LAST, slice) >> 32) ^ (b with its 32 bits reversed)

The reversed number of the block visits both halves, all quarters ... of a slice in turn. Only integers are computed, with SHA-256
and the finaliser of SplitMix64 (Steele, Lea, Flood 2014, doi:10.1145/2714064.2660195), so no library's random stream is in a result;
`u` is exact in a double and never 0 or 1.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

BLOCK = 256  # draws of a block
RUN = 64  # draws of a run within it; a power of two, and so is BLOCK / RUN
_SLOT_BITS = (BLOCK // RUN).bit_length() - 1
_LAST = 2**64 - 1  # the word of the offsets within slices, no number of a block
_GOLDEN = 0x9E3779B97F4A7C15


def row_name(key: str) -> str:
    """Name of a row of the ledger."""
    return f"row:{key}"


def luck_name(programme: str) -> str:
    """Name of a programme's own effect."""
    return f"luck:{programme}"


@dataclass(frozen=True, eq=False)
class Points:
    """Probabilities of named uncertain things.

    Attributes:
        names: each once. u: above 0 and below 1, (names, draws).
    """

    names: tuple[str, ...]
    u: np.ndarray

    @property
    def draws(self) -> int:
        """Number of futures."""
        return self.u.shape[1]

    @cached_property
    def _place(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(self.names)}

    def places(self, names: Sequence[str]) -> list[int]:
        """Rows of `u` that belong to names.

        Raises:
            KeyError: a name that is not among the points.
        """
        return [self._place[name] for name in names]

    def __getitem__(self, name: str) -> np.ndarray:
        """Probabilities of one name, (draws,)."""
        return self.u[self._place[name]]

    def of(self, names: Sequence[str]) -> np.ndarray:
        """Probabilities of names in the order asked, (names, draws)."""
        return self.u[self.places(names)]

    def at(self, draws) -> Points:
        """Some of the futures, by a slice or by positions."""
        return Points(self.names, self.u[:, draws].copy())

    def replace(self, values: Mapping[str, np.ndarray]) -> Points:
        """The same points with other probabilities of some names, (draws,) each."""
        u = self.u.copy()
        for name, value in values.items():
            u[self._place[name]] = value
        return Points(self.names, u)


@lru_cache(maxsize=8)
def points(names: tuple[str, ...], draws: int, seed: int) -> Points:
    """The first draws of names; kept, because a slider asks for the same ones again and again.

    Args:
        names: each once. draws: how many. seed: not negative.

    >>> few, more = points(("row:p0",), 5, 1), points(("luck:general_course", "row:p0"), 300, 1)
    >>> bool((few["row:p0"] == more["row:p0"][:5]).all())
    True
    """
    u = np.concatenate([block(names, seed, number) for number in range(-(-draws // BLOCK))], axis=1)[:, :draws].copy()
    u.flags.writeable = False
    return Points(names, u)


def block(names: Sequence[str], seed: int, number: int) -> np.ndarray:
    """Block `number`, 0 the first, of the draws of names: probabilities, (names, 256)."""
    keys, slices = _keys(names, seed), np.arange(BLOCK, dtype=np.uint64)
    four = _raw(keys, number, slices).reshape(len(names), RUN, BLOCK // RUN)
    slot = four.argsort(axis=2, kind="stable").argsort(axis=2, kind="stable").reshape(len(names), BLOCK).astype(np.uint64)
    order = slot << (64 - _SLOT_BITS) | (_raw(keys, number, BLOCK + slices) >> _SLOT_BITS) // BLOCK * BLOCK
    taken = np.sort(order | slices, axis=1) % BLOCK  # the lowest bits are the slice: nothing is equal, so every sort agrees
    offset = np.take_along_axis(_raw(keys, _LAST, slices) >> 32, taken.astype(int), axis=1) ^ int(f"{number:032b}"[::-1], 2)
    return (taken + (offset + 0.5) / 2.0**32) / BLOCK


def _keys(names: Sequence[str], seed: int) -> np.ndarray:
    """128 bits of each name under a seed, (names, 2)."""
    digests = b"".join(hashlib.sha256(f"{seed} {name}".encode()).digest()[:16] for name in names)
    return np.frombuffer(digests, dtype=">u8").astype(np.uint64).reshape(len(names), 2)


def _raw(keys: np.ndarray, word: int, i: np.ndarray) -> np.ndarray:
    """64 random bits of each name for the numbers `i` of a word, (names, numbers)."""
    salt = _mix(keys[:, 1:] ^ _mix(np.array([word * _GOLDEN & _LAST], dtype=np.uint64)))
    return _mix(_mix(salt + i * _GOLDEN) + keys[:, :1])


def _mix(z: np.ndarray) -> np.ndarray:
    """The finaliser of SplitMix64, modulo 2^64."""
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9
    z = (z ^ z >> 27) * 0x94D049BB133111EB
    return z ^ z >> 31
