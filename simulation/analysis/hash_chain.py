"""A file to which lines are only ever added: each carries its own stamp and the one before, so that a later change shows.

Each line is one JSON object in its only accepted spelling (keys sorted, no spaces): `line`, `kind`, `date`, `body`,
`previous` and `hash`, the SHA-256 of all the others. What a chain cannot show by itself, lines missing at the end or a
file written anew from the start, shows against a stamp that was written down elsewhere (`Head`).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from simulation.errors import InputError, Problem, short_path, shown
from simulation.files import write_whole

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None
    import msvcrt

START = "0" * 64  # what the first line carries as the stamp before it
SHORT = 16  # digits of a stamp that are written down: 64 bits, out of reach of trying
LARGEST_BYTES = 200_000_000  # some thousand forecasts; a larger file is another file
_KEYS = {"line", "kind", "date", "body", "previous", "hash"}
_HEAD = re.compile(r"([0-9]{1,9})-([0-9a-f]{16,64})")


@dataclass(frozen=True)
class Head:
    """Number and stamp of a line: what is written into the minutes of a meeting."""

    line: int
    hash: str

    @property
    def short(self) -> str:
        """`7-0123456789abcdef`."""
        return f"{self.line}-{self.hash[:SHORT]}"


@dataclass(frozen=True)
class Chain:
    """What a file holds.

    Attributes:
        records: the lines of the file as objects; None where a line is not what was written.
        sound: how many lines from the first on hold together.
        problems: what is wrong, the first damage first, and what follows from it; empty when all lines hold.
        raw: the bytes of the file.
    """

    records: tuple[dict | None, ...]
    sound: int
    problems: tuple[Problem, ...]
    raw: bytes

    @property
    def head(self) -> Head | None:
        """The last sound line, None if there is none."""
        return Head(self.sound, self.records[self.sound - 1]["hash"]) if self.sound else None


def canonical(value: dict) -> bytes:
    """The only accepted spelling of an object."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def stamp(record: dict) -> str:
    """SHA-256 over everything in a line but its own stamp."""
    return hashlib.sha256(canonical({key: value for key, value in record.items() if key != "hash"})).hexdigest()


def read(path: Path) -> Chain:
    """Read and verify a file.

    Raises:
        InputError: there is no such file, or it cannot be read.
    """
    name = short_path(path)
    try:
        if path.is_dir():
            raise InputError(Problem("is_folder", file=name))
        if path.stat().st_size > LARGEST_BYTES:
            values = {"found": f"{path.stat().st_size / 1e6:.0f}", "limit": str(LARGEST_BYTES // 1_000_000)}
            raise InputError(Problem("too_large", values, file=name))
        raw = path.read_bytes()
    except FileNotFoundError:
        raise InputError(Problem("missing_file", file=name)) from None
    except OSError as error:
        raise InputError(Problem("unreadable", {"found": error.strerror or "?"}, file=name)) from None
    return verified(raw, name)


def verified(raw: bytes, name: str) -> Chain:
    """The lines of a file and everything that is wrong with them."""
    lines = raw.split(b"\n")
    unfinished = lines.pop()  # empty when the file ends with a line end, as every written file does
    records = [_record(line) for line in lines]
    if unfinished:
        records.append(None)
    found = _first_damage(records, bool(unfinished))
    if found is None:
        return Chain(tuple(records), len(records), (), raw)
    at, code, values = found
    problems = [Problem(code, values, name, at)]
    later = [i for i, record in enumerate(records, 1) if record is None and i > at]
    problems += [Problem("ledger_changed", {}, name, i) for i in later]
    problems.append(follows(at - 1, len(records), name))
    return Chain(tuple(records), at - 1, tuple(problems), raw)


def follows(sound: int, total: int, name: str) -> Problem:
    """What a damage means for the rest of the file."""
    code = "ledger_follows" if sound else "ledger_nothing_holds"
    return Problem(code, {"sound": str(sound), "first": str(sound + 1), "last": str(total)}, name)


def _record(line: bytes) -> dict | None:
    """A line that is what its stamp says, else None."""
    try:
        record = json.loads(line)
        if not isinstance(record, dict) or set(record) != _KEYS or canonical(record) != line:
            return None
        kinds = type(record["line"]) is int and isinstance(record["date"], str) and isinstance(record["body"], dict)
        return record if kinds and record["hash"] == stamp(record) else None
    except (ValueError, RecursionError):
        return None


def _first_damage(records: list[dict | None], unfinished: bool) -> tuple[int, str, dict] | None:
    """Number of the first damaged line, what happened there and the values of the message."""
    place = {START: 0}
    for i, record in enumerate(records, 1):
        if record:
            place.setdefault(record["hash"], i)  # a copied line keeps the place of the first one
    before = START
    for i, record in enumerate(records, 1):
        if record is None:
            return i, "ledger_unfinished" if unfinished and i == len(records) else "ledger_changed", {}
        if record["previous"] != before or record["line"] != i:
            return _what_happened(i, record, place)
        if i > 1 and record["date"] < records[i - 2]["date"]:
            return i, "ledger_dates", {"found": shown(record["date"]), "expected": shown(records[i - 2]["date"])}
        before = record["hash"]
    return None


def _what_happened(i: int, record: dict, place: dict[str, int]) -> tuple[int, str, dict]:
    """Tell a removed, moved, inserted or restamped line apart by where the line before this one has gone.

    Args:
        i: number of the first line that does not continue the one above it; its own stamp is right.
        place: number of the line with each stamp.
    """
    was = place.get(record["previous"])
    if was is None and record["line"] > i:
        return i, "ledger_removed", {"first": str(i), "last": str(record["line"] - 1)}
    if was is None and record["line"] == i and i > 1:
        return i - 1, "ledger_restamped", {"next": str(i)}
    if was is not None and was > i:
        return i, "ledger_moved", {"found": shown(record["line"])}
    if was is not None and was < i - 1 and place[record["hash"]] == i:
        return was + 1, "ledger_inserted", {"last": str(i - 1)}
    return i, "ledger_inserted", {"last": str(i)}


def against(chain: Chain, head: str, name: str) -> list[Problem]:
    """Compare a file with a stamp that was written down; [] when the line it names is still there."""
    text = "".join(head.lower().split())
    match = _HEAD.fullmatch(text)
    if not match:
        return [Problem("ledger_head_form", {"found": shown(head)}, name)]
    line, digits = int(match[1]), match[2]
    if line > len(chain.records):
        return [Problem("ledger_cut", {"found": str(len(chain.records)), "expected": str(line)}, name)]
    record = chain.records[line - 1] if line else None
    if line > chain.sound and chain.problems:
        return []  # the damage that is named already comes first
    if record is None or not record["hash"].startswith(digits):
        return [Problem("ledger_rewritten", {}, name, line)]
    return []


def append(path: Path, kind: str, date: str, body: dict, allowed) -> Head:
    """Add a line, or nothing at all.

    The lines are read, verified and written under a lock that the system frees when its holder ends, so two writers take
    turns; the file is replaced as a whole, so a reader or a power cut sees the old lines or the old and the new one.

    Args:
        allowed: function of the chain giving problems that forbid this line.

    Raises:
        InputError: the file is damaged, `date` lies before the last line's, `allowed` names a problem, or the folder
            cannot be written.
    """
    path, name = path.resolve(), short_path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _locked(path.with_name(f".{path.name}.lock")):
            chain = read(path) if path.exists() else Chain((), 0, (), b"")
            problems = list(chain.problems) or list(allowed(chain))
            if not problems and chain.head and date < chain.records[-1]["date"]:
                problems = [Problem("ledger_date_back", {"found": date, "expected": chain.records[-1]["date"]}, name)]
            if problems:
                raise InputError(problems)
            record = {"line": chain.sound + 1, "kind": kind, "date": date, "body": body,
                      "previous": chain.head.hash if chain.head else START}
            record["hash"] = stamp(record)
            write_whole(path, (chain.raw + canonical(record) + b"\n").decode())
            return Head(record["line"], record["hash"])
    except OSError as error:
        raise InputError(Problem("not_writable", {"found": error.strerror or "?"}, file=name)) from None


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a file's lock: one process or thread at a time, freed by the system if its holder dies."""
    with open(path, "a+b") as file:
        if fcntl:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        else:
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
            try:
                yield
            finally:
                file.seek(0)
                msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
