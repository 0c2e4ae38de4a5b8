"""When the next data of a dataset are due, by the period that it promises.

The data of a period can be had once it is over; the days an office then has are those between
"due" and "overdue" of the Humanitarian Data Exchange (hdx-data-freshness). What counts is the
period that the published data speak of: a corrected value makes old data no newer. Only where no
period is stated is the day of the last release taken instead.
"""

from __future__ import annotations

import calendar
import datetime as dt
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
