"""Dates as people write them."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.intake.dates import date_order, parse_moment

FIRST = datetime(2026, 3, 1)


@pytest.mark.parametrize("text", [
    "2026-03-01", "2026/03/01", "2026.3.1", "1/3/2026", "01-03-2026", "1.3.2026", "01/03/26", "1 Maret 2026", "Minggu, 1 Maret 2026", "1 mar 2026",
    "1-Mar-2026", "01 March 2026", "46082", "46082.0", "2026-03-01T00:00:00", "  1  MARET  2026 "])
def test_the_first_of_march(text):
    """Every spelling is the same day."""
    assert parse_moment(text) == FIRST


@pytest.mark.parametrize(("text", "clock"), [
    ("2026-03-01 10:15:30", (10, 15, 30)), ("2026-03-01T10:15:30Z", (10, 15, 30)), ("2026-03-01T10:15:30.123+07:00", (10, 15, 30)),
    ("1/3/2026 10.15", (10, 15, 0)), ("1/3/2026, 10:15 WIB", (10, 15, 0)), ("1 Maret 2026 pukul 10.15", (10, 15, 0)), ("2026/03/01 1:05:09 PM GMT+7", (13, 5, 9)),
    ("01/03/2026 12:00 AM", (0, 0, 0)), ("01/03/2026 12:30 PM", (12, 30, 0)), ("46082.5", (12, 0, 0))])
def test_clock_times(text, clock):
    """Hours with colon or dot, twelve or twenty-four; a time zone does not move them."""
    assert parse_moment(text) == FIRST.replace(hour=clock[0], minute=clock[1], second=clock[2])


def test_month_first_only_when_told():
    """The order is about figures; ISO and names of months are what they are."""
    assert parse_moment("3/1/2026", "mdy") == FIRST == parse_moment("2026-03-01", "mdy") == parse_moment("1 Maret 2026", "mdy")


@pytest.mark.parametrize("text", ["", "-", "besok", "30/02/2026", "31/04/2026", "2026-13-01", "2026-02-30", "1/3/2026 25:00", "1/3/2026 10:75", "1 Foo 2026", "7", "123456",
                                  "081234567890", "3373010101900001", "1/3", "2026", "1/3/202", "3.5", "2026-03-01 siang", "0000-01-01"])
def test_what_is_no_moment(text):
    """Days that do not exist, numbers of persons, ratings: None, never an error."""
    assert parse_moment(text) is None


def test_the_order_is_told_by_a_day_above_twelve():
    """One such date settles it, two that contradict do not, none leaves it open."""
    assert date_order(["1/2/2026", "25/2/2026"]) == "dmy"
    assert date_order(["1/2/2026", "2/25/2026 10:00"]) == "mdy"
    assert date_order(["25/2/2026", "2/25/2026"]) == "both"
    assert date_order(["1/2/2026", "2026-02-25", "25 Februari 2026", "x", ""]) == "either"


@given(st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1)).map(lambda m: m.replace(microsecond=0)))
def test_what_is_written_is_read(moment):
    """All usual forms of any moment come back to it."""
    assert parse_moment(moment.isoformat(" ")) == parse_moment(moment.isoformat()) == moment
    assert parse_moment(f"{moment:%d/%m/%Y %H:%M:%S}") == parse_moment(f"{moment:%m/%d/%Y %I:%M:%S %p}", "mdy") == moment
    assert parse_moment(f"{moment:%d-%m-%Y %H.%M}") == moment.replace(second=0)


@given(st.text(max_size=30))
def test_any_text_is_a_moment_or_none(text):
    """Never an error."""
    assert parse_moment(text) is None or isinstance(parse_moment(text), datetime)
