"""The period of cleaned rows, and `coverage:` moved so that it holds it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from pipelines.domain.periods import first_day, last_day
from pipelines.model import Table
from pipelines.project.descriptor import Coverage
from pipelines.project.schema import TableSchema
from pipelines.validate.coverage import period_fields


@dataclass(frozen=True)
class CoveredPeriod:
    """First and last period of rows, as written (`2024-S2`), and the field that holds them."""

    first: str
    last: str
    field: str

    def __str__(self) -> str:
        return self.first if self.first == self.last else f"{self.first} – {self.last}"


def period_field(table: Table, schema: TableSchema) -> str | None:
    """Return the field whose every cell is a period; None when the rows state none."""
    names = period_fields(table, schema)
    return next((name for name in names if covered(table.frame[name], name)), None)


def covered(column: pd.Series[str], name: str) -> CoveredPeriod | None:
    """Return the period from the first to the last of a column; None unless all cells are one."""
    texts = column.dropna().unique().tolist()
    if not texts or not all(first_day(text) for text in texts):
        return None
    return CoveredPeriod(
        min(texts, key=lambda text: (first_day(text), text)),
        max(texts, key=lambda text: (last_day(text), text)),
        name,
    )


def moved_coverage(coverage: Coverage, edition: Sequence[CoveredPeriod]) -> dict[str, str]:
    """Return `from` and `to` as they are to be written, those only that move.

    A year, a month or a day stays what it is; a year becomes a month where the edition ends in the
    middle of one.
    """
    moved = {}
    days = [day for one in edition if (day := first_day(one.first))]
    start = first_day(coverage.start)
    if days and start and min(days) < start:
        moved["from"] = _written(min(days), str(coverage.start), last=False)
    days = [day for one in edition if (day := last_day(one.last))]
    end = last_day(coverage.end)
    if days and end and max(days) > end:
        moved["to"] = _written(max(days), str(coverage.end), last=True)
    return moved


def _written(day: dt.date, before: str, *, last: bool) -> str:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", before):
        return day.isoformat()
    whole = (12, 31) if last else (1, 1)
    if re.fullmatch(r"\d{4}", before) and (day.month, day.day) == whole:
        return f"{day.year:04d}"
    return f"{day:%Y-%m}"
