"""Which columns of a queue log or a register of requests are read, and the moments in them.

A column about the applicant or the officer is not among them, so it is never read.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass

import numpy as np

from simulation.errors import InputError, Problem
from simulation.intake.dates import date_order, parse_moment
from simulation.intake.headings import Wanted, find_columns, no_column, plain
from simulation.intake.mapping import Mapping
from simulation.intake.sheet import Sheet

_DATE, _CLOCK = r"(tanggal|tgl)", r"(jam|waktu|pukul)"
COLUMNS = (
    Wanted("number", (),
           r"^(no|nomor|kode|id) (antri|tiket|ticket|registrasi|permohonan|berkas|agenda)|^(ticket|queue|request) (no|number|id)$"),
    Wanted("service", ("layanan", "nama layanan", "pelayanan", "service", "service name", "kategori", "kategori layanan", "izin"),
           r"^jenis (layanan|pelayanan|permohonan|izin|perizinan)|^type of service"),
    Wanted("unit", ("unit", "unit layanan", "unit pelayanan", "unit kerja", "opd", "perangkat daerah", "instansi", "dinas", "skpd", "office"),
           r"^(nama )?(unit|opd|perangkat daerah)\b"),
    Wanted("date", ("tanggal", "tgl", "date", "hari tanggal", "day"),
           _DATE + r" (kunjungan|antri|layanan|pelayanan|tiket)|^(visit|ticket) date"),
    Wanted("arrived", ("arrived", "arrival", "taken", "requested", "submitted", "received", "created at", "timestamp", "ambil antrian"),
           f"^{_CLOCK} (ambil|datang|kedatangan|masuk|daftar|cetak|tiba)|^{_DATE} (permohonan|pengajuan|masuk|daftar|pendaftaran|terima|diterima)"
           r"|^(time|date) (taken|arrived|requested|submitted|received)|^(arrival|request|submission|taken) (time|date|at)"),
    Wanted("called", ("called", "start", "started", "mulai", "assigned", "panggil", "dipanggil"),
           f"^{_CLOCK} ((di)?panggil|mulai|(di)?layani)|^mulai (di)?(layani|layanan|pelayanan)|^{_DATE} (disposisi|proses|mulai)"
           r"|^(time|date) (called|started|assigned)|^(call|start|service start) (time|date)"),
    Wanted("finished", ("finished", "finish", "end", "ended", "selesai", "completed", "completed at", "done", "closed at"),
           f"^{_CLOCK} (selesai|akhir|berakhir)|^{_DATE} (selesai|jadi|terbit|penyelesaian)|^selesai (di)?layani"
           r"|^(time|date) (finished|completed)|^(finish|end|completion) (time|date)"),
    Wanted("target", ("target", "due", "deadline", "jatuh tempo", "batas waktu"),
           f"^{_DATE} (target|jatuh tempo|batas)|^(due|target) date|^target selesai"),
    Wanted("status", ("status",), r"^status (tiket|antrian|permohonan|layanan|berkas|ticket|request)"),
)
MOMENTS = ("date", "arrived", "called", "finished", "target")
EMPTY, KNOWN, IMPOSSIBLE = 0, 1, 2
_YEARS = (2000, 2100)  # no electronic register of a city office is older
_TIME = re.compile(r"(?:pukul |jam )?(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?\s*(?:wib|wita|wit)?")
_FRACTION = re.compile(r"0?[.,](\d|\d{3,})")  # of a day, as Excel stores a time
_ZERO_YEAR = re.compile(r"[-/]0\d{3}(?!\d)")  # 0006 is no short form of 2006
_FOOTER = re.compile(r"^(jumlah|total|keterangan|catatan|sum)\b")


@dataclass(frozen=True)
class Texts:
    """A column as its distinct texts and which of them each row has, (n,)."""

    distinct: tuple[str, ...]
    codes: np.ndarray

    def each(self, of, dtype) -> np.ndarray:
        """What a function makes of each row's text, (n, ...)."""
        return np.array([of(text) for text in self.distinct], dtype=dtype)[self.codes]


@dataclass(frozen=True)
class Moments:
    """A column of dates or clock times: `day` is a day number, -1 without one; `second` of the day, -1 without a clock time; (n,)."""

    day: np.ndarray
    second: np.ndarray
    state: np.ndarray


@dataclass(frozen=True)
class Log:
    """The cells of a file that are read.

    Attributes:
        sheet: where they come from. lines: row of each ticket, (n,).
        texts: number, service, unit and status, where the file has them. moments: the others.
        warnings: what a reader should know.
    """

    sheet: Sheet
    lines: np.ndarray
    texts: dict[str, Texts]
    moments: dict[str, Moments]
    warnings: tuple[Problem, ...]


def read_columns(sheet: Sheet, mapping: Mapping) -> Log:
    """Read the columns about the ticket and nothing else.

    Raises:
        InputError: no column says when tickets came; a row is broken; dates cannot be told or read.
    """
    columns = find_columns(sheet, COLUMNS, mapping)
    if not {"date", "arrived", "called"} & set(columns):
        raise InputError(no_column(sheet, ["arrived", "finished"]))
    lines, texts, totals = _collect(sheet, columns)
    if not len(lines):
        raise InputError(Problem("no_rows", file=sheet.name))
    warnings = [Problem("ticket_totals", {"count": str(totals)}, sheet.name)] if totals else []
    unread = len([heading for heading in sheet.header if heading]) - len(columns)
    warnings += [Problem("ticket_unread", {"count": str(unread)}, sheet.name)] if unread else []
    order = _order(sheet, columns, texts, mapping, warnings)
    reader = _Reader(order, {plain(str(text)) for text in mapping.missing})
    moments = {key: reader.column(texts.pop(key), key != "date") for key in MOMENTS if key in columns}
    problems = _unreadable(sheet, columns, moments, lines)
    if problems:
        raise InputError(problems)
    return Log(sheet, lines, texts, moments, tuple(warnings))


def _collect(sheet: Sheet, columns: dict[str, int]) -> tuple[np.ndarray, dict[str, Texts], int]:
    """Line of each row, its texts, and how many rows were totals or headings repeated."""
    lines, totals = array("q"), 0
    store = [(i, {}, array("q")) for i in columns.values()]
    header = list(sheet.header)
    for line, cells in sheet.rows():
        if all(cells[i] == header[i] for i in columns.values()) or _FOOTER.match(next(c for c in cells if c).lower()):
            totals += 1
            continue
        lines.append(line)
        for i, known, codes in store:
            codes.append(known.setdefault(cells[i], len(known)))
    texts = {key: Texts(tuple(known), np.array(codes, dtype=np.int64)) for key, (_, known, codes) in zip(columns, store, strict=True)}
    return np.array(lines, dtype=np.int64), texts, totals


def _order(sheet: Sheet, columns, texts, mapping: Mapping, warnings: list[Problem]) -> str:
    written = [text for key in MOMENTS if key in columns for text in texts[key].distinct]
    order = mapping.dates or date_order(written)
    first = next(columns[key] for key in MOMENTS if key in columns)
    if order == "both":
        raise InputError(sheet.problem("dates_mixed", sheet.header_line, first))
    if order == "either" and any(re.match(r"\d{1,2}[-/]\d{1,2}[-/]\d", text) for text in written):
        warnings.append(sheet.problem("dates_day_first", sheet.header_line, first))
    return "mdy" if order == "mdy" else "dmy"


def _unreadable(sheet: Sheet, columns, moments: dict[str, Moments], lines) -> list[Problem]:
    """Columns in which most of what is written is no date: another format, not dirt."""
    problems = []
    for key, column in moments.items():
        bad = column.state == IMPOSSIBLE
        if key != "target" and bad.sum() * 2 > (column.state != EMPTY).sum():
            values = {"count": str(int(bad.sum())), "total": str(int((column.state != EMPTY).sum()))}
            problems.append(sheet.problem("ticket_dates_unread", int(lines[np.argmax(bad)]), columns[key], values))
    return problems


class _Reader:
    """Texts to moments; a day or a clock time that was read once is not read again."""

    def __init__(self, order: str, missing: set[str]):
        self.order, self.missing = order, missing
        self.days: dict[str, int | None] = {}
        self.clocks: dict[str, int | None] = {}

    def column(self, texts: Texts, clock: bool) -> Moments:
        """All of a column; a column of days has no clock times that stand alone."""
        found = texts.each(lambda text: self._moment(text, clock), np.int64).reshape(-1, 3)
        return Moments(found[:, 0], found[:, 1], found[:, 2])

    def _moment(self, text: str, clock: bool) -> tuple[int, int, int]:
        if text in ("", "-") or (self.missing and plain(text) in self.missing):
            return -1, -1, EMPTY
        second = self._clock(text) if clock else None
        if second is not None:
            return -1, second, KNOWN
        text = text[:10] + " " + text[11:] if text[10:11] == "T" else text
        head, _, tail = text.rpartition(" ")
        second = self._clock(tail) if head else None
        day = self._day(head.rstrip(",")) if second is not None else None
        if day is None:
            found = parse_moment(text, self.order)
            if found is None or _ZERO_YEAR.search(text) or not _YEARS[0] <= found.year <= _YEARS[1]:
                return -1, -1, IMPOSSIBLE
            day, second = found.toordinal(), round(found.hour * 3600 + found.minute * 60 + found.second + found.microsecond / 1e6)
        return day, min(second, 86399), KNOWN

    def _clock(self, text: str) -> int | None:
        if text not in self.clocks:
            self.clocks[text] = _clock(text)
        return self.clocks[text]

    def _day(self, text: str) -> int | None:
        if text not in self.days:
            found = None if _ZERO_YEAR.search(text) else parse_moment(text, self.order)
            self.days[text] = found.toordinal() if found and _YEARS[0] <= found.year <= _YEARS[1] else None
        return self.days[text]


def _clock(text: str) -> int | None:
    """Second of the day that a clock time alone names."""
    found = _TIME.fullmatch(text.lower())
    if found:
        hour, minute, second = (int(part or 0) for part in found.groups())
        return hour * 3600 + minute * 60 + second if hour < 24 and minute < 60 and second < 60 else None
    return round(float("0." + text.partition("." if "." in text else ",")[2]) * 86400) if _FRACTION.fullmatch(text) else None
