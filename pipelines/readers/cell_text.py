"""How a stored value is written: what the reader of the sheet saw, dates and times as ISO."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

#: Excel keeps and shows 15 significant digits (IEEE 754 noise beyond them is never seen).
DIGITS = 15


def number(value: float) -> str:
    """Write a number with at most 15 significant digits, without exponent or `.0`."""
    if value == int(value) if abs(value) < 1e15 else False:
        return str(int(value))
    text = f"{value:.{DIGITS}g}"
    return plain(text) if "e" in text else text


def plain(text: str) -> str:
    """Write an exponent out: `1e-07` → `0.0000001`."""
    return format(Decimal(text), "f")


def write(value: object) -> str | None:
    """Write any cell value that a workbook reader gives; None for an empty cell."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return number(value) if value - value == 0 else None
    if isinstance(value, dt.datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dt.time):
        return value.isoformat(timespec="seconds")
    if isinstance(value, dt.timedelta):
        return duration(value)
    return str(value)


def duration(value: dt.timedelta) -> str:
    """Write a span as `hours:minutes:seconds`, hours beyond 24 kept."""
    seconds = round(value.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
