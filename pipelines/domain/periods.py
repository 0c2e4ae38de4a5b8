"""Periods as the program writes them, as days: `2024`, `2024-06`, `2024-S1`, `2024-Q2`, a date."""

from __future__ import annotations

import calendar
import datetime as dt
import re

_PERIOD = re.compile(
    r"(?P<year>[12]\d{3})"
    r"(?:-(?:(?P<month>\d{2})(?:-(?P<day>\d{2}))?|S(?P<half>[12])|[QT](?P<quarter>[1-4])))?"
)


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
