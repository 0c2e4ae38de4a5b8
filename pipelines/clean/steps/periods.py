"""Periods as offices write them → `2024`, `2024-08`, `2024-Q3`, `2024-S2`."""

from __future__ import annotations

from typing import Literal

import pyarrow.compute as pc

from pipelines.clean.registry import Names, step
from pipelines.clean.steps.period_formats import (
    SHORT_YEAR,
    Target,
    fiscal_year,
    format_period,
    read_period,
)
from pipelines.clean.table.arrow_text import (
    distinct,
    flags,
    from_distinct,
    joined,
    map_distinct,
    matches,
    text,
)
from pipelines.clean.table.working_table import WorkingTable

#: What is asked for → the type that the written form has in a Table Schema.
KINDS = {
    "year": "year",
    "month": "yearmonth",
    "quarter": "string",
    "semester": "string",
    "first_day": "date",
    "last_day": "date",
}
_FINAL = {
    "year": r"^[0-9]{4}$",
    "month": r"^[0-9]{4}-(?:0[1-9]|1[0-2])$",
    "quarter": r"^[0-9]{4}-Q[1-4]$",
    "semester": r"^[0-9]{4}-S[12]$",
    "first_day": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    "last_day": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
}


@step(parses=True)
def periods(
    table: WorkingTable,
    *,
    fields: Names,
    to: Target | None = None,
    year: str | int | None = None,
    pivot: int = 50,
    fiscal: Literal["start", "end"] = "start",
) -> None:
    """Read periods as offices write them: `Agustus 2024`, `Agt-24`, `Triwulan I 2024`,
    `TW IV`, `Semester II 2023`, `TA 2024`, `2023/2024`.

    Written out as `2024`, `2024-08`, `2024-Q3`, `2024-S2`. Runs by default on every year and
    year-month field.

    Parameters:
        fields: the columns.
        to: `year`, `month`, `quarter`, `semester`, `first_day` or `last_day`; by default what
            the field's type asks for.
        year: the year for cells that name only the part (`Triwulan I`): a number, or the column
            that holds it.
        pivot: two-digit years below it are 20xx, the others 19xx.
        fiscal: which year `2023/2024` stands for, its `start` or its `end`.

    Example:

        - periods: {fields: periode, to: semester}

        | periode |
        |---|
        | Semester I 2023 |
        | SEMESTER II TAHUN 2023 |

        | periode |
        |---|
        | 2023-S1 |
        | 2023-S2 |
    """
    for name in table.resolve(fields):
        field = table.context.field(name)
        target: Target = to or ("month" if field and field.type == "yearmonth" else "year")
        if field and to is None and field.type in ("date", "datetime"):
            target = "first_day"
        _read(table, name, target, year, pivot, fiscal)


def _read(
    table: WorkingTable, name: str, to: Target, year: str | int | None, pivot: int, fiscal: str
) -> None:
    values = table[name]
    if matches(values, _FINAL[to]).sum() + values.null_count == len(values):
        table.set_kind(name, KINDS[to])
        return
    short: set[str] = set()

    def read(cell: str, own: int | None) -> str | None:
        found = read_period(cell, own, pivot)
        if found is None and to == "year":
            number = fiscal_year(cell, fiscal, pivot)
            if number and SHORT_YEAR.match(cell):
                short.add(cell)
            return f"{number:04d}" if number else cell
        return (format_period(found, to) if found else None) or cell

    if isinstance(year, str):
        pairs = joined([table[year], values], "\x1f", "emit_null")
        cells, index = distinct(pairs)
        new = []
        for pair in cells:
            own, _, cell = (pair or "").partition("\x1f")
            found = read_period(own)
            new.append(read(cell, found.year if found else None))
        result = from_distinct(new, index)
        result = pc.coalesce(result, values)
    else:
        result = map_distinct(values, lambda cell: read(cell, year))
    if short:
        count = int(flags(pc.is_in(values, value_set=text(sorted(short)))).sum())
        table.report("date-pivot", "info", field=name, count=count, pivot=pivot)
    table.set_values(name, result, kind=KINDS[to])
