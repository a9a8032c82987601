"""Dates as people write them: 2026-03-01, 1/3/2026 10.15, 1 Maret 2026, an Excel day number."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

_MONTHS = {name: number for number, names in enumerate((
    "januari january jan", "februari february pebruari feb", "maret march mar", "april apr", "mei may", "juni june jun",
    "juli july jul", "agustus august agu agt aug ags", "september sep sept", "oktober october okt oct",
    "november nopember nov nop", "desember december des dec"), start=1) for name in names.split()}
_DAYS = re.compile(r"^(?:senin|selasa|rabu|kamis|jumat|jum'at|sabtu|minggu|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\s*,?\s*")
_CLOCK = re.compile(r"(?:[ t,]+(?:pukul |jam )?(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?\s*(am|pm)?)?\s*(?:wib|wita|wit|z|gmt|utc)?(?:\s*[+-]\d{1,2}:?\d{0,2})?$")
_ISO = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_PLAIN_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d:\d\d)?", re.ASCII)
_NUMBERS = re.compile(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?!\d)")
_WORDS = re.compile(r"^(\d{1,2})[ -]([a-z]+)[ -](\d{4})")
_EPOCH = datetime(1899, 12, 30)  # day 0 of Excel, which counts a 29 February 1900 that never was


def date_order(texts: Iterable[str]) -> str:
    """Whether day or month comes first: "dmy", "mdy", "both" when rows disagree, "either" when none tells."""
    first_is_day = second_is_day = False
    for text in texts:
        found = _NUMBERS.match(text.strip())
        if found:
            first_is_day |= int(found[1]) > 12
            second_is_day |= int(found[2]) > 12
    if first_is_day and second_is_day:
        return "both"
    return "dmy" if first_is_day else "mdy" if second_is_day else "either"


def parse_moment(text: str, order: str = "dmy") -> datetime | None:
    """The moment a text names, or None if it names no existing one (time zones are left out: clock time is what counts).

    >>> parse_moment("1/3/2026 10.15"), parse_moment("1 Maret 2026"), parse_moment("30/02/2026")
    (datetime.datetime(2026, 3, 1, 10, 15), datetime.datetime(2026, 3, 1, 0, 0), None)
    """
    if _PLAIN_ISO.fullmatch(text):  # most exports; the rest of this function gives the same, five times slower
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            return None
    text = _DAYS.sub("", " ".join(text.lower().split()))
    if re.fullmatch(r"[2-6]\d{4}(\.\d+)?", text):  # 1954 to 2091
        return _EPOCH + timedelta(days=float(text))
    for pattern in (_ISO, _NUMBERS, _WORDS):
        found = pattern.match(text)
        if found:
            return _moment(_parts(found, pattern, order), _CLOCK.fullmatch(text[found.end():]))
    return None


def _parts(found: re.Match, pattern: re.Pattern, order: str) -> tuple[int, int, int]:
    if pattern is _ISO:
        return int(found[1]), int(found[2]), int(found[3])
    if pattern is _WORDS:
        return int(found[3]), _MONTHS.get(found[2], 0), int(found[1])
    day, month = (found[1], found[2]) if order != "mdy" else (found[2], found[1])
    year = int(found[3]) + (2000 if len(found[3]) == 2 else 0)
    return year, int(month), int(day)


def _moment(date: tuple[int, int, int], clock: re.Match | None) -> datetime | None:
    if clock is None:
        return None
    hour, minute, second = (int(clock[i] or 0) for i in (1, 2, 3))
    if clock[4]:
        hour = hour % 12 + (12 if clock[4] == "pm" else 0)
    try:
        return datetime(*date, hour, minute, second)
    except ValueError:
        return None
