"""How one cell writes a day: the forms that offices use, and the words for months."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from dataclasses import field as member
from typing import Literal

from pipelines.domain.reference import calendar

_ISO = r"^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$"
_TIME = r"(?:[T ]\s*(?P<time>\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\.\d+)?)\s*(?:WIB|wib)?Z?)?"
NUMERIC_DATE = re.compile(
    rf"^(\d{{1,2}})\s*[/.\-]\s*(\d{{1,2}})\s*[/.\-]\s*(\d{{4}}|\d{{2}}){_TIME}$"
)
_YEAR_FIRST = re.compile(rf"^(\d{{4}})[/.\-](\d{{1,2}})[/.\-](\d{{1,2}}){_TIME}$")
_COMPACT = re.compile(r"^(19|20)(\d{2})(\d{2})(\d{2})$")
_NAMED = re.compile(
    rf"^(\d{{1,2}})[\s\-/.]*([^\W\d_]{{3,12}})\.?[\s\-/.,']*(\d{{4}}|\d{{2}}){_TIME}$"
)
_NAME_FIRST = re.compile(
    rf"^([^\W\d_]{{3,12}})\.?\s*(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}}){_TIME}$"
)
_MONTH_YEAR = re.compile(r"^([^\W\d_]{3,12})\.?[\s\-/',]*(\d{4})$")
_SERIAL = re.compile(r"^(\d{5})(?:\.(\d+))?$")
_WEEKDAY = re.compile(r"^([^\W\d_]{3,9}'?[^\W\d_]*)\s*,\s*(?=\d)")
#: No day or period is written longer; hostile text is not tried against every form.
LONGEST = 80
#: Excel's day 0 (its calendar has a 29 February 1900, so days count from here after it).
EPOCH = dt.datetime(1899, 12, 30)
#: Serials taken for days: 1927-05-18 … 2064-04-08.
SERIALS = range(10_000, 60_000)


@dataclass
class DateConventions:
    """How a column's days are read: the order of day and month in `05/04/2024`, the pivot of
    two-digit years, what to do with a month without a day. Keeps the cells that used them.
    """

    day_first: bool
    pivot: int
    incomplete: Literal["leave", "first", "last"] = "leave"
    short_years: set[str] = member(default_factory=set)
    serials: set[str] = member(default_factory=set)


def month_number(word: str) -> int | None:
    """Return 1–12 for a month's Indonesian or English name or abbreviation."""
    found: int | None = calendar()["months"].get(word.casefold().rstrip("."))
    return found


def full_year(written: str, pivot: int) -> int:
    """Return the year of two or four digits: below the pivot 20xx, else 19xx."""
    number = int(written)
    if len(written) > 2:
        return number
    return number + (2000 if number < pivot else 1900)


def read_day(cell: str, how: DateConventions) -> dt.datetime | None:
    """Return the day (and time) that a cell writes, None when it is not one."""
    if len(cell) > LONGEST:
        return None
    whole = cell
    weekday = _WEEKDAY.match(cell)
    if weekday and weekday.group(1).casefold() in calendar()["weekdays"]:
        cell = cell[weekday.end() :]
    if match := _YEAR_FIRST.match(cell):
        return _day(match[1], match[2], match[3], match["time"])
    if match := NUMERIC_DATE.match(cell):
        first, second = (match[1], match[2]) if how.day_first else (match[2], match[1])
        if len(match[3]) == 2:
            how.short_years.add(whole)
        return _day(full_year(match[3], how.pivot), second, first, match["time"])
    if match := _NAMED.match(cell):
        month = month_number(match[2])
        if len(match[3]) == 2 and month is not None:
            how.short_years.add(whole)
        return (
            month and _day(full_year(match[3], how.pivot), month, match[1], match["time"])
        ) or None
    if match := _NAME_FIRST.match(cell):
        month = month_number(match[1])
        return (month and _day(match[3], month, match[2], match["time"])) or None
    if match := _COMPACT.match(cell):
        return _day(match[1] + match[2], match[3], match[4], None)
    if (match := _SERIAL.match(cell)) and int(match[1]) in SERIALS:
        how.serials.add(whole)
        return EPOCH + dt.timedelta(days=float(cell))
    if how.incomplete != "leave" and (match := _MONTH_YEAR.match(cell)):
        month = month_number(match[1])
        return _edge(int(match[2]), month, how.incomplete) if month else None
    return None


def _edge(year: int, month: int, side: str) -> dt.datetime:
    if side == "first":
        return dt.datetime(year, month, 1)
    return dt.datetime(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)


def _day(year: str | int, month: str | int, day: str | int, time: str | None) -> dt.datetime | None:
    parts = [int(float(x)) for x in re.split("[:.]", time)[:3]] if time else []
    try:
        hour, minute, second = (*parts, 0, 0, 0)[:3]
        return dt.datetime(int(year), int(month), int(day), hour, minute, second)
    except ValueError:
        return None
