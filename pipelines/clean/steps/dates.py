"""Days as offices write them → `2024-04-05`."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

import numpy as np
import pyarrow.compute as pc

from pipelines.clean.registry import Names, step
from pipelines.clean.steps.date_formats import NUMERIC_DATE, DateConventions, read_day
from pipelines.clean.table.arrow_text import distinct, flags, from_distinct, matches, text
from pipelines.clean.table.working_table import WorkingTable

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
    first = order != "month-day"
    key = ("dates", name)
    if order is None and not table.main and key in table.context.decisions:
        first = table.context.decisions[key]
    elif order is None:
        table.context.decisions[key] = first = days >= months
        params: dict[str, Any] = {
            "count": ambiguous,
            "days": days,
            "months": months,
            "order": DAY_FIRST if first else MONTH_FIRST,
        }
        if days and months:
            table.report("date-order", "warning", field=name, variant="mixed", **params)
        elif ambiguous and not days and not months:
            table.report("date-order", "warning", field=name, variant="assumed", **params)
        elif ambiguous and months:
            table.report("date-order", "info", field=name, variant="evidence", **params)
    how = DateConventions(first, pivot, incomplete)
    as_time = field is not None and field.type == "datetime"
    new = [(cell and _lexical(read_day(cell, how), as_time)) or cell for cell in cells]
    read = {cell for cell, after in zip(cells, new, strict=True) if cell != after}
    for code, used in (("date-pivot", how.short_years), ("date-serial", how.serials)):
        if used & read:
            count = int(flags(pc.is_in(values, value_set=text(sorted(used & read)))).sum())
            table.report(code, "info", field=name, count=count, pivot=pivot)
    table.set_values(name, from_distinct(new, index), kind="datetime" if as_time else "date")


def _lexical(day: dt.datetime | None, time: bool) -> str | None:
    if day is None:
        return None
    if time:
        return day.isoformat(timespec="seconds")
    return day.date().isoformat() if day.time() == dt.time() else None
