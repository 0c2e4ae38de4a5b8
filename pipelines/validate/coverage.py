"""The period that the data speak of, against the `coverage:` that the descriptor states.

What counts are the period columns: fields of the primary key that hold periods, or, where the key
has none, fields that are called as a period is. A date of birth or a year of foundation says
nothing of the period that a table covers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.domain.periods import first_day, last_day
from pipelines.model import Finding, Table
from pipelines.project.descriptor import Coverage
from pipelines.project.schema import SchemaField, TableSchema

if TYPE_CHECKING:
    import pandas as pd

TYPES = ("year", "yearmonth", "date", "datetime")
NAMED = re.compile(
    r"(?:tahun|bulan|tanggal|periode|triwulan|semester|year|month|date|period|quarter)"
    r"(?:_(?:data|anggaran|laporan|pelaporan))?"
)
_YEAR_NAMES = re.compile(r"tahun|year|periode|period")
_YEARS = (1900, 2100)


@dataclass(frozen=True)
class Span:
    """The first and the last period of a table or dataset, as written there."""

    first: str
    last: str


def find_outside(
    table: Table, schema: TableSchema, coverage: Coverage, *, where: str
) -> list[Finding]:
    """Return one error for each period column with rows outside the coverage.

    A period that the coverage holds in part is inside. where: the descriptor, as messages name it.
    """
    begin, end = first_day(coverage.start), last_day(coverage.end)
    found = []
    for name in period_fields(table, schema) if begin or end else ():
        cells = _cells(table, name)
        beyond = set()
        for period in cells.dropna().unique():
            first, last = first_day(period), last_day(period)
            if (begin and last and last < begin) or (end and first and first > end):
                beyond.add(period)
        outside = cells.isin(beyond).to_numpy(dtype=bool)
        if not outside.any():
            continue
        index = int(outside.argmax())
        span = _span(cells)
        assert span is not None
        wider = {
            "region": f'region: "{coverage.region}", ' if coverage.region else "",
            "from": _least(coverage.start, span.first),
            "to": _most(coverage.end, span.last),
        }
        place = table.position(index, name)
        found.append(
            Finding(
                "coverage-outside",
                "error",
                table=table.name,
                row=place.row,
                field=name,
                value=str(cells.iat[index]),
                position=place,
                params={
                    "place": str(place),
                    "count": int(outside.sum()),
                    "first": span.first,
                    "last": span.last,
                    "start": str(coverage.start or "…"),
                    "end": str(coverage.end or "…"),
                    "file": where,
                    "line": "coverage: {{{region}from: {from}, to: {to}}}".format(**wider),
                },
            )
        )
    return found


def with_periods(
    coverage: Coverage, tables: Mapping[str, Table], schemas: Mapping[str, TableSchema]
) -> Coverage:
    """Return the coverage; an end that it leaves open is that of the data."""
    if coverage.start is not None and coverage.end is not None:
        return coverage
    span = data_span(tables, schemas)
    if span is None:
        return coverage
    start = span.first if coverage.start is None else coverage.start
    end = span.last if coverage.end is None else coverage.end
    return coverage.model_copy(update={"start": start, "end": end})


def data_span(tables: Mapping[str, Table], schemas: Mapping[str, TableSchema]) -> Span | None:
    """Return the first and last period of all tables, None where no column holds periods.

    Of several period columns of a table the finest one speaks (the month, not its year).
    """
    spans = []
    for name, table in tables.items():
        fields = [_span(_cells(table, field)) for field in period_fields(table, schemas[name])]
        own = [span for span in fields if span is not None]
        if own:
            spans.append(max(own, key=lambda span: (len(span.last), span.last)))
    if not spans:
        return None
    first = min((span.first for span in spans), key=lambda p: (str(first_day(p)), p))
    last = max((span.last for span in spans), key=lambda p: (str(last_day(p)), p))
    return Span(first, last)


def period_fields(table: Table, schema: TableSchema) -> list[str]:
    """Return the names of the fields whose cells say which period a row is about."""
    fields = [field for field in schema.fields if field.name in table.frame.columns]
    keyed = [field for field in fields if field.name in schema.primary_key]
    held = [field.name for field in keyed if _holds_periods(table, field)]
    named = (field for field in fields if NAMED.fullmatch(field.name.casefold()))
    return held or [field.name for field in named if _holds_periods(table, field)]


def _holds_periods(table: Table, field: SchemaField) -> bool:
    if field.type in TYPES:
        return True
    if field.type not in ("string", "any"):
        return False
    cells = table.frame[field.name].dropna()
    if not len(cells) or not _plausible(str(cells.iat[0])):
        return False
    values = cells.unique()
    if not all(_plausible(str(value)) for value in values):
        return False
    # Codes of four digits look like years, so bare years need a field that is called so.
    by_name = bool(_YEAR_NAMES.search(field.name.casefold()))
    return by_name or not any(str(value).isdigit() for value in values)


def _plausible(period: str) -> bool:
    day = last_day(period)
    return day is not None and _YEARS[0] <= day.year <= _YEARS[1]


def _cells(table: Table, name: str) -> pd.Series[str]:
    """Return the n cells without their time of day."""
    return table.frame[name].str.replace(r"T.*", "", regex=True).reset_index(drop=True)


def _span(cells: pd.Series[str]) -> Span | None:
    periods = [str(value) for value in cells.dropna().unique() if last_day(value) is not None]
    if not periods:
        return None
    return Span(
        min(periods, key=lambda p: (str(first_day(p)), p)),
        max(periods, key=lambda p: (str(last_day(p)), p)),
    )


def _least(stated: object, found: str) -> str:
    begin, first = first_day(stated), first_day(found)
    return found if stated is None or (begin and first and first < begin) else str(stated)


def _most(stated: object, found: str) -> str:
    end, last = last_day(stated), last_day(found)
    return found if stated is None or (end and last and last > end) else str(stated)
