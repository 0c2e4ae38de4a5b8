"""When the next data of a dataset are due, by the period that it promises.

The data of a period can be had once it is over; the days an office then has are those between
"due" and "overdue" of the Humanitarian Data Exchange (hdx-data-freshness). What counts is the
period that the published data speak of: a corrected value makes old data no newer. Only where no
period is stated is the day of the last release taken instead.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from pipelines.status import Freshness

#: Update period → (months, days) of the period, days of grace after it.
PERIODS = {
    "harian": (0, 1, 1),
    "mingguan": (0, 7, 7),
    "bulanan": (1, 0, 14),
    "triwulanan": (3, 0, 30),
    "semesteran": (6, 0, 30),
    "tahunan": (12, 0, 60),
}
_PERIOD = re.compile(
    r"(?P<year>[12]\d{3})"
    r"(?:-(?:(?P<month>\d{2})(?:-(?P<day>\d{2}))?|S(?P<half>[12])|[QT](?P<quarter>[1-4])))?"
)


@dataclass(frozen=True)
class Due:
    """A verdict of freshness. opens: the next period is over; due: its data are expected."""

    freshness: Freshness
    opens: dt.date | None = None
    due: dt.date | None = None
    days: int | None = None


def assess_freshness(
    frequency: str, covered_to: dt.date | None, released: dt.date | None, today: dt.date
) -> Due:
    """Judge published data. `days`: from today to the due day, negative when overdue."""
    if frequency not in PERIODS:
        return Due("unscheduled" if frequency == "sewaktu" else "unknown")
    start = covered_to or released
    if start is None:
        return Due("unknown")
    months, days, grace = PERIODS[frequency]
    try:
        opens = add_period(start, months, days)
        due = opens + dt.timedelta(days=grace)
    except (ValueError, OverflowError):  # a year that no calendar has
        return Due("unknown")
    left = (due - today).days
    if left < 0:
        return Due("overdue", opens, due, left)
    return Due("soon" if today > opens else "fresh", opens, due, left)


def add_period(day: dt.date, months: int, days: int = 0) -> dt.date:
    """Return the day so many months and days on; the last of a month stays the last of one."""
    last = day.day == calendar.monthrange(day.year, day.month)[1]
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    length = calendar.monthrange(year, month + 1)[1]
    moved = dt.date(year, month + 1, length if last and months else min(day.day, length))
    return moved + dt.timedelta(days=days)


def last_day(period: object) -> dt.date | None:
    """Return the last day of `2024`, `2024-06`, `2024-S1`, `2024-Q2` or a date, else None."""
    return _day(period, last=True)


def first_day(period: object) -> dt.date | None:
    """Return the first day of a period written as `last_day` takes it."""
    return _day(period, last=False)


def _day(period: object, *, last: bool) -> dt.date | None:
    found = _PERIOD.fullmatch(str(period or "").strip())
    if found is None:
        return None
    year, month, length = int(found["year"]), 1, 12
    if found["day"]:
        try:
            return dt.date(year, int(found["month"]), int(found["day"]))
        except ValueError:
            return None
    if found["month"]:
        month, length = int(found["month"]), 1
    elif found["half"]:
        month, length = 6 * int(found["half"]) - 5, 6
    elif found["quarter"]:
        month, length = 3 * int(found["quarter"]) - 2, 3
    if not 1 <= month <= 12:
        return None
    if not last:
        return dt.date(year, month, 1)
    end = month + length - 1
    return dt.date(year, end, calendar.monthrange(year, end)[1])
