"""Values in the one form in which they are stored, compared and sorted."""

from __future__ import annotations

import datetime
import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from .lexemes import clean
from .schema import Kind

_DATE = re.compile(
    r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})"
    r"(?:[T ](\d{2})(?::(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?)?)?)?"
    r"(Z|[+-]\d{2}:?\d{2})?"
)
_MATH = re.compile(
    r"(?:([+-])(\d{1,6})|/)(YEAR|MONTH|DAY|DATE|HOUR|MINUTE|SECOND|MILLI(?:SECOND)?)S?"
)
_UNITS = ["YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"]


def canonical(
    kind: Kind, value: Any, *, upper: bool = False, now: datetime.datetime | None = None
) -> str:
    """A value as text that compares equal, and for dates sorts, as the field's type wants it.

    :param upper: a date that names no time of day (or no day, no month) means its last moment
    :param now: what ``NOW`` in a date means; the present by default
    :raises ValueError: when the value is none of the field's type
    """
    if isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, datetime.datetime | datetime.date):
        text = value.isoformat()
    elif isinstance(value, dict | list | tuple):
        text = json.dumps(value, ensure_ascii=False, default=str)
    else:
        text = clean(str(value))
    if kind is Kind.DATE:
        return _date(text.strip(), upper, now)
    if kind is Kind.NUMBER:
        return _number(text.strip())
    if kind is Kind.BOOLEAN:
        return "true" if text[:1] in ("1", "t", "T") else "false"
    return text


def _number(text: str) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(f"{text!r} is not a number") from error
    if not number.is_finite() or abs(number.adjusted()) > 300:
        raise ValueError(f"{text!r} is out of range")
    plain = format(number, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _date(text: str, upper: bool, now: datetime.datetime | None) -> str:
    try:
        if text.startswith("NOW"):
            moment = now or datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
            rest = text[3:]
        else:
            match = _DATE.match(text)
            if match is None:
                raise ValueError("no date")
            moment, rest = _moment(match, upper), text[match.end() :]
        moment = _computed(moment, rest)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text!r} is not a date") from error
    return moment.isoformat(timespec="milliseconds") + "Z"


def _moment(match: re.Match[str], upper: bool) -> datetime.datetime:
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    named = [part for part in (year, month, day, hour, minute, second) if part is not None]
    numbers = [int(part) for part in named] + ([1, 1][len(named) - 1 :] if len(named) < 3 else [])
    micro = int((fraction or "0").ljust(6, "0")[:6])
    moment = datetime.datetime(*numbers[:6], microsecond=micro)  # type: ignore[arg-type,misc]
    if zone and zone != "Z":
        sign = 1 if zone[0] == "+" else -1
        offset = datetime.timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
        moment -= sign * offset
    if upper and fraction is None and len(named) < 6:
        moment = _shifted(moment, _UNITS[len(named) - 1], 1) - datetime.timedelta(milliseconds=1)
    return moment


def _computed(moment: datetime.datetime, rest: str) -> datetime.datetime:
    """Solr's date math: ``+1MONTH``, ``-7DAYS``, ``/DAY``."""
    at = 0
    while at < len(rest):
        match = _MATH.match(rest, at)
        if match is None:
            raise ValueError(f"{rest[at:]!r} is no date math")
        sign, count, unit = match.groups()
        unit = "DAY" if unit == "DATE" else unit
        if sign:
            moment = _shifted(moment, unit, int(sign + count))
        elif not unit.startswith("MILLI"):
            keep = _UNITS.index(unit) + 1
            parts = moment.timetuple()[:keep] + (1, 1, 1, 0, 0, 0)[keep:]
            moment = datetime.datetime(*parts)  # type: ignore[arg-type]
        at = match.end()
    return moment


def _shifted(moment: datetime.datetime, unit: str, count: int) -> datetime.datetime:
    if unit in ("YEAR", "MONTH"):
        months = moment.year * 12 + moment.month - 1 + count * (12 if unit == "YEAR" else 1)
        year, month = divmod(months, 12)
        first = datetime.datetime(year, month + 1, 1)
        following = datetime.datetime(year + (month == 11), (month + 1) % 12 + 1, 1)
        return moment.replace(
            year=year, month=month + 1, day=min(moment.day, (following - first).days)
        )
    if unit.startswith("MILLI"):
        return moment + datetime.timedelta(milliseconds=count)
    return moment + datetime.timedelta(**{unit.lower() + "s": count})
