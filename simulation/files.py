"""The door for files: YAML that remembers its lines, strict CSV tables, and writing that never leaves half a file.

A file is checked once, here and in the models built on it; behind the door nothing is checked again.
"""

from __future__ import annotations

import contextlib
import csv
import io
import math
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from simulation.errors import InputError, Problem, short_path, shown, unknown

_EXPONENT = re.compile(r"[-+]?[0-9]+(\.[0-9]*)?[eE][-+]?[0-9]+")  # 1.6e9 is text to YAML 1.1 and a number to everybody else
_LONGEST_STEM = 40  # characters of a file's name in the name of its part, which may not become too long for the disk
LARGEST_BYTES = 4_000_000  # the largest real input here is some hundred kilobytes


def read_text(path: Path | str) -> str:
    """The text of a small UTF-8 file without byte-order mark, or a named problem."""
    path, name = Path(path), short_path(path)
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise InputError(Problem("is_folder", file=name))
        if size > LARGEST_BYTES:
            limit = str(LARGEST_BYTES // 1_000_000)
            raise InputError(Problem("too_large", {"found": f"{size / 1e6:.0f}", "limit": limit}, file=name))
        raw = path.read_bytes()
    except FileNotFoundError:
        raise InputError(_missing_file(path)) from None
    except OSError as error:
        raise InputError(Problem("unreadable", {"found": error.strerror or "?"}, file=name)) from None
    if raw.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise InputError(Problem("byte_order_mark", file=name, line=1))
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise InputError(Problem("not_utf8", file=name, line=line)) from None
    if "\x00" in text:
        raise InputError(Problem("not_text", file=name, line=text[: text.index("\x00")].count("\n") + 1))
    if not text.strip():
        raise InputError(Problem("empty_file", file=name))
    return text


def _missing_file(path: Path) -> Problem:
    siblings = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
    if siblings:
        return unknown("missing_file_near", path.name, siblings, file=short_path(path))
    return Problem("missing_file", file=short_path(path))


@dataclass(frozen=True)
class Document:
    """A YAML file: its content and the line on which each key or list item stands."""

    path: Path
    content: dict
    lines: dict[tuple, int]

    def problem(self, code: str, at: tuple = (), values: dict | None = None) -> Problem:
        """A problem at a path of keys, e.g. `("parameters", 3, "range")`."""
        known = next((at[:n] for n in range(len(at), -1, -1) if at[:n] in self.lines), ())
        column = ".".join(str(part) for part in at) or None
        return Problem(code, values or {}, short_path(self.path), self.lines.get(known), column)


def read_yaml(path: Path | str) -> Document:
    """Read a YAML mapping with safe types only; anchors, tags and repeated keys are refused."""
    import yaml

    path = Path(path)
    text = read_text(path)
    name = short_path(path)
    loader = yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader
    try:
        for event in yaml.parse(text, Loader=loader):
            _refuse(event, name)
        node = yaml.compose(text, Loader=loader)
        lines: dict[tuple, int] = {}
        content = _plain(node, (), lines, loader(""), name)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        found = getattr(error, "problem", None) or "?"
        line = mark.line + 1 if mark else None
        raise InputError(Problem("yaml_syntax", {"found": shown(found)}, name, line)) from None
    except RecursionError:
        raise InputError(Problem("yaml_depth", file=name)) from None
    if not isinstance(content, dict):
        raise InputError(Problem("yaml_not_mapping", file=name, line=1))
    return Document(path, content, lines)


def _refuse(event, name: str) -> None:
    line = event.start_mark.line + 1
    if getattr(event, "anchor", None):
        raise InputError(Problem("yaml_anchor", {"found": shown(event.anchor)}, name, line))
    tag = getattr(event, "tag", None)
    if tag and tag != "!":
        raise InputError(Problem("yaml_tag", {"found": shown(tag)}, name, line))


def _plain(node, at: tuple, lines: dict, constructor, name: str):
    """Node -> plain Python, noting the line of every key and item."""
    import yaml

    lines.setdefault(at, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        result = {}
        for key_node, value_node in node.value:
            key = constructor.construct_object(key_node, deep=True)
            line = key_node.start_mark.line + 1
            if not isinstance(key, (str, int, float, bool)):
                raise InputError(Problem("yaml_key", {"found": shown(key)}, name, line))
            if key in result:
                raise InputError(Problem("repeated_key", {"found": shown(key)}, name, line))
            lines[(*at, key)] = line
            result[key] = _plain(value_node, (*at, key), lines, constructor, name)
        return result
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*at, i), lines, constructor, name) for i, item in enumerate(node.value)]
    if node.tag == "tag:yaml.org,2002:str" and node.style not in ("'", '"', "|", ">") and _EXPONENT.fullmatch(node.value):
        return float(node.value)
    try:
        value = constructor.construct_object(node, deep=True)
    except ValueError:  # a date that does not exist, a number too long to be one
        raise InputError(Problem("yaml_scalar", {"found": shown(node.value)}, name, node.start_mark.line + 1)) from None
    return value.isoformat() if hasattr(value, "isoformat") else value


@dataclass(frozen=True)
class Table:
    """A CSV file as text cells; `row` numbers count the header as row 1."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]

    def problem(self, code: str, row: int, column: str, values: dict | None = None) -> Problem:
        """A problem in one cell."""
        return Problem(code, values or {}, self.name, row, column)


def read_table(path: Path | str, columns: tuple[str, ...], key: tuple[str, ...]) -> Table:
    """Read a comma-separated table that must have exactly these columns, in any order, and no repeated key."""
    text = read_text(path)
    name = short_path(path)
    first = text.splitlines()[0]
    if first.count(";") > first.count(",") or first.count("\t") > first.count(","):
        raise InputError(Problem("not_comma", {"found": ";" if ";" in first else "tab"}, name, 1))
    records = _records(text, name)
    header = [cell.strip() for cell in records[0][1]]
    problems = _header_problems(header, columns, name)
    if problems:
        raise InputError(problems)
    rows, seen = [], {}
    for line, record in records[1:]:
        if not any(cell.strip() for cell in record):
            continue
        if len(record) != len(header):
            values = {"found": str(len(record)), "expected": str(len(header))}
            problems.append(Problem("cell_count", values, name, line))
            continue
        row = {column: cell.strip() for column, cell in zip(header, record, strict=True)}
        identity = tuple(row[column] for column in key)
        if identity in seen:
            values = {"found": shown(" / ".join(identity)), "first": str(seen[identity])}
            problems.append(Problem("duplicate_row", values, name, line, ", ".join(key)))
        seen.setdefault(identity, line)
        rows.append((line, row))
    if not rows and not problems:
        problems.append(Problem("no_rows", file=name))
    if problems:
        raise InputError(problems)
    return Table(name, tuple(header), tuple(rows))


def _records(text: str, name: str) -> list[tuple[int, list[str]]]:
    """Records with the line each one starts on; text in quotes may run over several lines."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records, start = [], 1
    try:
        for record in reader:
            records.append((start, record))
            start = reader.line_num + 1
    except csv.Error as error:
        raise InputError(Problem("csv_syntax", {"found": shown(error)}, name, start)) from None
    return records


def _header_problems(header, columns, name) -> list[Problem]:
    missing = [column for column in columns if column not in header]
    problems = [Problem("missing_column", {"found": c, "columns": shown(", ".join(header))}, name, 1, c) for c in missing]
    problems += [unknown("unknown_column", c, columns, file=name, line=1, column=shown(c))
                 for c in header if c not in columns]
    repeated = {c for c in header if header.count(c) > 1}
    return problems + [Problem("repeated_column", {"found": c}, name, 1, c) for c in sorted(repeated)]


def cell_number(table: Table, row: int, cells: dict, column: str, low=-math.inf, high=math.inf, whole=False):
    """A number from a cell within `[low, high]`, or the problem with it."""
    text = cells[column]
    if text == "":
        return table.problem("empty_cell", row, column)
    if "," in text and text.replace(",", "").replace(".", "").replace("-", "").isdigit():
        return table.problem("decimal_comma", row, column, {"found": shown(text)})
    try:
        value = float(text)
    except ValueError:
        return table.problem("not_number", row, column, {"found": shown(text)})
    if not math.isfinite(value):
        return table.problem("not_number", row, column, {"found": shown(text)})
    if whole and value != int(value):
        return table.problem("not_whole", row, column, {"found": shown(text)})
    if not low <= value <= high:
        return table.problem("out_of_range", row, column, {"found": shown(text), "low": f"{low:g}", "high": f"{high:g}"})
    return int(value) if whole else value


def write_whole(path: Path | str, text: str) -> None:
    """Write a text file so that a reader sees the old one or the new one, never a part."""
    write_bytes_whole(path, text.encode("utf-8"))


def write_bytes_whole(path: Path | str, content: bytes, refused: str | None = None) -> None:
    """Write a file so that a reader sees the old one or the new one, never a part; folders are made.

    Several threads, processes or machines may write the same file at the same time: each has a part file of its own, and the
    last one to finish stays.

    Args:
        refused: code of the problem if the file cannot be written there (no access, or open in Excel); None to let the
            operating system's error through.

    Raises:
        InputError: it cannot be written and `refused` names the problem.
    """
    path = Path(path)
    part = path.with_name(f".{path.name[:_LONGEST_STEM]}.{secrets.token_hex(8)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(part, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            part.unlink()
        if refused and isinstance(error, OSError):
            raise InputError(Problem(refused, {"found": error.strerror or "?"}, short_path(path))) from None
        raise
