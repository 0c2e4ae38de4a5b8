"""How one cell writes a period: `Agustus 2024`, `Triwulan I 2024`, `TA 2024`.

The forms that come out: year `2024`, month `2024-08`, quarter `2024-Q3`, semester `2024-S2`.
"""

from __future__ import annotations

import calendar as days
import re
from dataclasses import dataclass
from typing import Literal

from pipelines.clean.steps.date_formats import (
    LONGEST,
    DateConventions,
    full_year,
    month_number,
    read_day,
)
from pipelines.domain.reference import calendar

Kind = Literal["year", "month", "quarter", "semester", "day"]
Target = Literal["year", "month", "quarter", "semester", "first_day", "last_day"]

_PART = r"(?P<part>i{1,3}|iv|[1-4]|satu|dua|tiga|empat|pertama|kedua|ketiga|keempat)"
_YEAR = r"(?P<year>(?:19|20)\d{2})"
_TAHUN = r"(?:tahun|thn|th|year|ta|t\.a|tahun\s+anggaran|fy)\.?"
#: Marks of footnotes (`*`, `¹`) and of provisional or revised figures (`r)`, `(p)`).
_MARKS = r"(?:\s*\(?[*⁰-⁹¹²³]*\)?|\s*\(?[rpe]{1,2}\)?|\s+\d\))$"
_REST = rf"[\s,\-/]*(?:{_TAHUN}\s*)?(?:{_YEAR})?{_MARKS}"
_QUARTER_WORD = r"(?:triwulan|triw|trw|tw|kuartal|quarter|q|t)\.?"
_SEMESTER_WORD = r"(?:semester|smt|sem|s)\.?"


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(rf"^{text}", re.IGNORECASE)


_QUARTER = _pattern(rf"{_QUARTER_WORD}\s*{_PART}{_REST}")
_QUARTER_ISO = _pattern(rf"{_YEAR}[\s\-/]*{_QUARTER_WORD}[\s\-]*{_PART}{_MARKS}")
_SEMESTER = _pattern(rf"{_SEMESTER_WORD}\s*{_PART}{_REST}")
_SEMESTER_ISO = _pattern(rf"{_YEAR}[\s\-/]*{_SEMESTER_WORD}[\s\-]*{_PART}{_MARKS}")
_YEAR_ONLY = _pattern(rf"(?:{_TAHUN}\s*)?{_YEAR}(?:\.0)?{_MARKS}")
SHORT_YEAR = _pattern(rf"(?:{_TAHUN}\s*)?['’]?(?P<year>\d{{2}}){_MARKS}")
_FISCAL = _pattern(rf"(?:{_TAHUN}\s*)?{_YEAR}\s*[/–-]\s*(?P<end>(?:19|20)?\d{{2}}){_MARKS}")
_MONTH_WORD = r"(?P<month>[^\W\d_]{3,10})\.?"
_MONTH = _pattern(
    rf"(?:bulan\s+)?{_MONTH_WORD}[\s,\-/']*(?:(?:tahun|thn)\s*)?"
    rf"(?P<year>(?:19|20)\d{{2}}|\d{{2}})?{_MARKS}"
)
_YEAR_MONTH_NAME = _pattern(rf"{_YEAR}[\s\-/]+{_MONTH_WORD}{_MARKS}")
_ISO_MONTH = _pattern(rf"{_YEAR}[\-/.](?P<month>\d{{1,2}})$")
_MONTH_FIRST = _pattern(rf"(?P<month>\d{{1,2}})[\-/.]{_YEAR}$")
_MONTH_ALONE = re.compile(r"^(?P<month>0?[1-9]|1[0-2])$")


@dataclass(frozen=True)
class Period:
    """A year and a part of it: month 1–12, quarter 1–4, semester 1–2, or a day of a month."""

    kind: Kind
    year: int
    part: int = 1
    day: int = 1

    @property
    def first_month(self) -> int:
        """The month it begins in, 1–12."""
        size = {"year": 12, "semester": 6, "quarter": 3, "month": 1, "day": 1}[self.kind]
        return (self.part - 1) * size + 1

    @property
    def last_month(self) -> int:
        """The month it ends in, 1–12."""
        size = {"year": 12, "semester": 6, "quarter": 3, "month": 1, "day": 1}[self.kind]
        return self.part * size


def read_period(cell: str, year: int | None = None, pivot: int = 50) -> Period | None:
    """Return the period that a cell writes; `year` serves a cell that names only the part."""
    if len(cell) > LONGEST:
        return None
    for patterns, kind, most in (
        ((_QUARTER, _QUARTER_ISO), "quarter", 4),
        ((_SEMESTER, _SEMESTER_ISO), "semester", 2),
    ):
        for pattern in patterns:
            if match := pattern.match(cell):
                part = calendar()["parts"].get(match["part"].casefold())
                own = int(match["year"]) if match["year"] else year
                fits = own is not None and part is not None and part <= most
                return Period(kind, own, part) if fits else None  # type: ignore[arg-type]
    if match := _YEAR_ONLY.match(cell):
        return Period("year", int(match["year"]))
    for pattern in (_ISO_MONTH, _MONTH_FIRST):
        if (match := pattern.match(cell)) and 1 <= int(match["month"]) <= 12:
            return Period("month", int(match["year"]), int(match["month"]))
    for pattern in (_MONTH, _YEAR_MONTH_NAME):
        if (match := pattern.match(cell)) and (month := month_number(match["month"])):
            own = full_year(match["year"], pivot) if match["year"] else year
            return Period("month", own, month) if own else None
    if year is not None and (match := _MONTH_ALONE.match(cell)):
        return Period("month", year, int(match["month"]))
    day = read_day(cell, DateConventions(True, pivot))
    return Period("day", day.year, day.month, day.day) if day else None


def fiscal_year(cell: str, side: str, pivot: int) -> int | None:
    """Return a year out of `2023/2024` (its start or its end) or of two digits."""
    if len(cell) > LONGEST:
        return None
    if match := _FISCAL.match(cell):
        start, end = int(match["year"]), match["end"]
        last = int(end) if len(end) == 4 else start // 100 * 100 + int(end)
        return (start if side == "start" else last) if last == start + 1 else None
    if match := SHORT_YEAR.match(cell):
        return full_year(match["year"], pivot)
    return None


def format_period(period: Period, to: Target) -> str | None:
    """Return a period in its written form; None when it is coarser than what is asked for."""
    if to == "year":
        return f"{period.year:04d}"
    if to in ("first_day", "last_day"):
        if period.kind == "day":
            return f"{period.year:04d}-{period.part:02d}-{period.day:02d}"
        month = period.first_month if to == "first_day" else period.last_month
        day = 1 if to == "first_day" else days.monthrange(period.year, month)[1]
        return f"{period.year:04d}-{month:02d}-{day:02d}"
    size = {"month": 1, "quarter": 3, "semester": 6}[to]
    if period.last_month - period.first_month >= size:
        return None
    number = (period.first_month - 1) // size + 1
    mark = {"month": "", "quarter": "Q", "semester": "S"}[to]
    return (
        f"{period.year:04d}-{number:02d}" if to == "month" else f"{period.year:04d}-{mark}{number}"
    )
