"""Days as offices write them → `2024-04-05`."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

import numpy as np
import pyarrow.compute as pc

from pipelines.clean.registry import Names, step
from pipelines.clean.steps.date_formats import NUMERIC_DATE, DateConventions, read_day
from pipelines.clean.table.arrow_text import (
    distinct,
    flags,
    from_distinct,
    matches,
    strings,
    text,
)
from pipelines.clean.table.columns import unique_labels
from pipelines.clean.table.working_table import WorkingTable
from pipelines.model import Severity

DAY_FIRST = {"id": "hari-bulan", "en": "day-month"}
MONTH_FIRST = {"id": "bulan-hari", "en": "month-day"}
_ISO = r"^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$"


def day_month_evidence(
    cells: list[str | None], counts: np.ndarray[Any, Any]
) -> tuple[int, int, int]:
    """Count the cells that prove day/month, that prove month/day, and that could be either."""
    proof = [0, 0, 0]
    for cell, count in zip(cells, counts.tolist(), strict=True):
        match = NUMERIC_DATE.match(cell or "")
        if match:
            first, second = int(match[1]), int(match[2])
            kind = 0 if first > 12 >= second else 1 if second > 12 >= first else 2
            if first != second or kind != 2:
                proof[kind] += count
    return proof[0], proof[1], proof[2]


@step(parses=True)
def dates(
    table: WorkingTable,
    *,
    fields: Names,
    order: Literal["day-month", "month-day"] | None = None,
    pivot: int = 50,
    incomplete: Literal["leave", "first", "last"] = "leave",
) -> None:
    """Read days as offices write them: `17/08/2024`, `17 Agustus 2024`, `17 Agt 24`,
    `Senin, 5 April 2024`, Excel's serial numbers.

    Whether `05/04/2024` starts with the day is decided per column from the cells that can be read
    one way only, else from the table's other columns of days; where nothing proves an order, such
    cells stay as they are, which is an error until `order` is declared. Runs by default on every
    date and date-time field.

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
    for name in table.resolve(fields):
        read_dates(table, name, order, pivot, incomplete)


def read_dates(
    table: WorkingTable,
    name: str,
    order: str | None = None,
    pivot: int = 50,
    incomplete: Literal["leave", "first", "last"] = "leave",
) -> None:
    """Read one column's days, as `dates` says."""
    values = table[name]
    field = table.context.field(name)
    if matches(values, _ISO).sum() + values.null_count == len(values):
        table.set_kind(name, "datetime" if field and field.type == "datetime" else "date")
        return
    cells, index = distinct(values)
    counts = np.bincount(index[index >= 0], minlength=len(cells))
    days, months, ambiguous = day_month_evidence(cells, counts)
    key = ("dates", name)
    if order is None and (table.main or key not in table.context.decisions):
        table.context.decisions[key] = _decide(table, name, days, months, ambiguous)
    first = table.context.decisions[key] if order is None else order == "day-month"
    how = DateConventions(first is not False, pivot, incomplete)
    as_time = field is not None and field.type == "datetime"
    open_cells = {cell for cell in cells if first is None and _is_ambiguous(cell)}
    new = [
        cell if cell is None or cell in open_cells
        else _lexical(read_day(cell, how), as_time) or cell
        for cell in cells
    ]  # fmt: skip
    read = {cell for cell, after in zip(cells, new, strict=True) if cell != after}
    for code, used in (("date-pivot", how.short_years), ("date-serial", how.serials)):
        if used & read:
            count = int(flags(pc.is_in(values, value_set=text(sorted(used & read)))).sum())
            table.report(code, "info", field=name, count=count, pivot=pivot)
    table.set_values(name, from_distinct(new, index), kind="datetime" if as_time else "date")


def _decide(table: WorkingTable, name: str, days: int, months: int, ambiguous: int) -> bool | None:
    """Say whether the day comes first, and report it where it mattered. None: nothing proves it,
    and the cells that can be read both ways stay as they are.
    """
    params: dict[str, Any] = {"count": ambiguous, "days": days, "months": months}
    first: bool | None = days >= months
    severity: Severity = "info"
    variant = "evidence"
    if days and months:
        severity, variant = "error" if ambiguous else "warning", "mixed"
        first = None if ambiguous else first
    elif ambiguous and not days and not months:
        others = _other_columns(table, name)
        variant = "columns"
        first = others[0] > 0 if bool(others[0]) != bool(others[1]) else None
        if first is None:
            severity, variant = "error", "ambiguous"
    elif not (ambiguous and months):
        return first
    order = MONTH_FIRST if first is False else DAY_FIRST
    table.report("date-order", severity, field=name, variant=variant, order=order, **params)
    return first


def _other_columns(table: WorkingTable, name: str) -> tuple[int, int]:
    """Count the cells of the table's other columns that prove day/month, and month/day."""
    days = months = 0
    for label, column in zip(
        unique_labels(table.raw.frame.columns), table.raw.frame.items(), strict=True
    ):
        if label != table.columns[name].label:
            cells, index = distinct(strings(column[1]))
            counts = np.bincount(index[index >= 0], minlength=len(cells))
            found = day_month_evidence(cells, counts)
            days, months = days + found[0], months + found[1]
    return days, months


def _is_ambiguous(cell: str | None) -> bool:
    return day_month_evidence([cell], np.ones(1, dtype=np.int64))[2] > 0


def _lexical(day: dt.datetime | None, time: bool) -> str | None:
    if day is None:
        return None
    if time:
        return day.isoformat(timespec="seconds")
    return day.date().isoformat() if day.time() == dt.time() else None
