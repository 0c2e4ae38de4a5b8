"""Days as offices write them → `2024-04-05`, and yes/no → `true`/`false`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field as member
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.clean.kernels import distinct, flags, map_distinct, matches, text
from pipelines.clean.registry import Names, step
from pipelines.clean.work import Work
from pipelines.domain.reference import calendar

DAY_FIRST = {"id": "hari-bulan", "en": "day-month"}
MONTH_FIRST = {"id": "bulan-hari", "en": "month-day"}
_ISO = r"^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$"
_TIME = r"(?:[T ]\s*(?P<time>\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\.\d+)?)\s*(?:WIB|wib)?Z?)?"
_NUMERIC = re.compile(rf"^(\d{{1,2}})\s*[/.\-]\s*(\d{{1,2}})\s*[/.\-]\s*(\d{{4}}|\d{{2}}){_TIME}$")
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
class Reading:
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


def read_day(cell: str, how: Reading) -> dt.datetime | None:
    """Return the day (and time) that a cell writes, None when it is not one."""
    if len(cell) > LONGEST:
        return None
    whole = cell
    weekday = _WEEKDAY.match(cell)
    if weekday and weekday.group(1).casefold() in calendar()["weekdays"]:
        cell = cell[weekday.end() :]
    if match := _YEAR_FIRST.match(cell):
        return _day(match[1], match[2], match[3], match["time"])
    if match := _NUMERIC.match(cell):
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


def day_first(cells: list[str | None], counts: np.ndarray[Any, Any]) -> tuple[int, int, int]:
    """Count the cells that prove day/month, that prove month/day, and that could be either."""
    proof = [0, 0, 0]
    for cell, count in zip(cells, counts.tolist(), strict=True):
        match = _NUMERIC.match(cell or "")
        if match:
            first, second = int(match[1]), int(match[2])
            kind = 0 if first > 12 >= second else 1 if second > 12 >= first else 2
            if first != second or kind != 2:
                proof[kind] += count
    return proof[0], proof[1], proof[2]


@step(parses=True)
def dates(
    work: Work,
    *,
    fields: Names,
    order: Literal["day-month", "month-day"] | None = None,
    pivot: int = 50,
    incomplete: Literal["leave", "first", "last"] = "leave",
) -> None:
    """Read days as offices write them: `17/08/2024`, `17 Agustus 2024`, `17 Agt 24`,
    `Senin, 5 April 2024`, Excel's serial numbers.

    Whether `05/04/2024` starts with the day is decided per column from the cells that can be read
    one way only; without such a cell the day comes first, and a warning says so. Runs by default on
    every date and date-time field.

    Parameters:
        fields: the columns.
        order: `day-month` or `month-day`, instead of looking for evidence.
        pivot: two-digit years below it are 20xx, the others 19xx.
        incomplete: a month without a day (`Agustus 2024`) is left as it is, or becomes the
            month's `first` or `last` day.

    Example:

        - dates: [tanggal]

        | tanggal |
        |---|
        | 17/08/2024 |
        | 5 Agt 2024 |
        | 45323 |

        | tanggal |
        |---|
        | 2024-08-17 |
        | 2024-08-05 |
        | 2024-02-01 |
    """
    for name in work.chosen(fields):
        read_dates(work, name, order, pivot, incomplete)


def read_dates(
    work: Work,
    name: str,
    order: str | None = None,
    pivot: int = 50,
    incomplete: Literal["leave", "first", "last"] = "leave",
) -> None:
    """Read one column's days, as `dates` says."""
    values = work[name]
    field = work.context.field(name)
    if matches(values, _ISO).sum() + values.null_count == len(values):
        work.read_as(name, "datetime" if field and field.type == "datetime" else "date")
        return
    cells, index = distinct(values)
    counts = np.bincount(index[index >= 0], minlength=len(cells))
    days, months, unsure = day_first(cells, counts)
    first = order != "month-day"
    key = ("dates", name)
    if order is None and not work.main and key in work.context.decisions:
        first = work.context.decisions[key]
    elif order is None:
        work.context.decisions[key] = first = days >= months
        params: dict[str, Any] = {
            "count": unsure,
            "days": days,
            "months": months,
            "order": DAY_FIRST if first else MONTH_FIRST,
        }
        if days and months:
            work.note("date-order", "warning", field=name, variant="mixed", **params)
        elif unsure and not days and not months:
            work.note("date-order", "warning", field=name, variant="assumed", **params)
        elif unsure and months:
            work.note("date-order", "info", field=name, variant="evidence", **params)
    how = Reading(first, pivot, incomplete)
    as_time = field is not None and field.type == "datetime"
    new = [(cell and _lexical(read_day(cell, how), as_time)) or cell for cell in cells]
    read = {cell for cell, after in zip(cells, new, strict=True) if cell != after}
    for code, used in (("date-pivot", how.short_years), ("date-serial", how.serials)):
        if used & read:
            count = int(flags(pc.is_in(values, value_set=text(sorted(used & read)))).sum())
            work.note(code, "info", field=name, count=count, pivot=pivot)
    work.put(name, pc.take(text(new), _indices(index)), kind="datetime" if as_time else "date")


def _indices(index: np.ndarray[Any, Any]) -> Any:
    return pa.array(index, mask=index < 0)


def _lexical(day: dt.datetime | None, time: bool) -> str | None:
    if day is None:
        return None
    if time:
        return day.isoformat(timespec="seconds")
    return day.date().isoformat() if day.time() == dt.time() else None


#: What offices write for yes and for no.
YES = frozenset("true benar ya y yes ada 1 v √ ✓ ✔".split())
NO = frozenset(["false", "salah", "tidak", "tdk", "no", "n", "tidak ada", "belum", "0"])


@step(parses=True)
def booleans(
    work: Work, *, fields: Names, yes: Names | None = None, no: Names | None = None
) -> None:
    """Write yes and no as `true` and `false`: `Ya`, `Ada`, `√`, `1` and `Tidak`, `Belum`, `0`.

    Runs by default on every yes/no field.

    Parameters:
        fields: the columns.
        yes: more words for yes.
        no: more words for no.

    Example:

        - booleans: [daring]

        | daring |
        |---|
        | Ya |
        | Tidak |

        | daring |
        |---|
        | true |
        | false |
    """
    true = YES | {word.casefold() for word in yes or ()}
    false = NO | {word.casefold() for word in no or ()}
    for name in work.chosen(fields):
        field = work.context.field(name)
        own = field.descriptor if field else {}
        yes_text = _written("true", own.get("trueValues"))
        no_text = _written("false", own.get("falseValues"))
        known = {*(own.get("trueValues") or ()), *(own.get("falseValues") or ())}
        read = _reader(true, false, yes_text, no_text, known)
        work.put(name, map_distinct(work[name], read), kind="boolean")


def _written(plain: str, allowed: list[str] | None) -> str:
    return plain if not allowed or plain in allowed else allowed[0]


def _reader(
    true: frozenset[str] | set[str],
    false: frozenset[str] | set[str],
    yes: str,
    no: str,
    known: set[str],
) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if cell in known:
            return cell
        word = cell.casefold()
        return yes if word in true else no if word in false else cell

    return read
