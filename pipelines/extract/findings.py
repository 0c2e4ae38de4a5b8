"""Findings about a table as read: content not taken, hidden, rounded, unlabelled or ragged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

from pipelines.domain.reference import is_province, is_regency
from pipelines.extract.accounts import other_tables
from pipelines.extract.content.runs import runs
from pipelines.extract.formulas import settle
from pipelines.extract.tables.found_table import FoundTable, bounds
from pipelines.extract.tables.sheet_tables import SheetTables
from pipelines.model import Finding, Position, Source
from pipelines.project.layout import Layout
from pipelines.text.addresses import column_letters

#: Places that a message names.
LISTED = 6
MOST_RAGGED = 200


def table_findings(
    found: FoundTable,
    sheet: SheetTables,
    source: Source,
    layout: Layout,
    rows: np.ndarray[Any, Any],
) -> Iterator[Finding]:
    """What reading and the layout noticed, in the table's own rows where it concerns cells."""
    yield from settle(sheet.grid.findings, found, open_end=layout.range is None)
    yield from content_beside(found, sheet, source)
    yield from hidden_data(found, source)
    yield from rounded_values(found, source, layout)
    grid = found.grid
    twice = [label for label, count in Counter(found.labels).items() if count > 1 and label]
    head = grid.first_row + (found.header.rows[-1] if found.header.rows else 0)
    for label in twice:
        column = grid.sheet_column(found.columns[found.labels.index(label)])
        yield Finding(
            "label-twice", "warning", row=head, value=label,
            position=Position(source.file, source.sheet, head, column), params={"label": label},
        )  # fmt: skip
    for column, label in zip(found.columns, found.labels, strict=True):
        if not label:
            place = Position(source.file, source.sheet, head, grid.sheet_column(column))
            yield Finding("column-unnamed", "warning", row=head, position=place)
    yield from no_rows(found, source)
    if not found.header.rows and layout.header is None:
        place = Position(source.file, source.sheet, grid.first_row + found.header.data)
        yield Finding("header-missing", "error", position=place)
    if grid.lengths is not None and len(rows):
        yield from ragged_rows(found, source, rows)
    yield from province_among_regencies(found, source)


def no_rows(found: FoundTable, source: Source) -> Iterator[Finding]:
    """Labels without a row of data below them."""
    if not len(found.data):
        place = Position(source.file, source.sheet, found.grid.first_row + found.header.data)
        yield Finding("table-empty", "warning", position=place)


def content_beside(found: FoundTable, sheet: SheetTables, source: Source) -> Iterator[Finding]:
    """What stands beside the table, in its own rows, and is not taken."""
    grid, data = sheet.grid, found.data
    if grid is found.grid or not len(data):
        return
    top = found.header.rows[0] if found.header.rows else int(data[0])
    rows = slice(top, int(data[-1]) + 1)
    taken = {found.grid.sheet_column(column) for column in found.columns}
    left = [
        j
        for j in range(grid.width)
        if grid.sheet_column(j) not in taken and grid.filled[rows, j].any()
    ]
    for first, last in runs(left):
        place = Position(source.file, source.sheet, grid.first_row + top, grid.sheet_column(first))
        numbers = other_tables(found, sheet, grid.sheet_column(first))
        if numbers:
            other = sheet.tables[numbers[0] - 1]
            yield Finding(
                "table-beside", "warning", position=place,
                params={"number": numbers[0], "range": bounds(other)},
            )  # fmt: skip
            continue
        ends = (column_letters(grid.sheet_column(j)) for j in dict.fromkeys((first, last)))
        yield Finding(
            "words-beside", "warning", position=place,
            params={
                "columns": ":".join(ends),
                "text": _first_words(sheet, top, int(data[-1]), first),
            },
        )  # fmt: skip


def _first_words(sheet: SheetTables, top: int, last: int, column: int) -> str:
    texts = (sheet.grid.row(row)[column] for row in range(top, last + 1))
    return " ".join(next((text for text in texts if text and not text.isspace()), "").split())[:60]


def hidden_data(found: FoundTable, source: Source) -> Iterator[Finding]:
    """Data that the sheet hides and that is taken all the same."""
    grid, data = found.grid, found.data
    if grid.hidden_columns:
        taken = {grid.sheet_column(j): label for j, label in _labels(found)}
        hidden = sorted(taken.keys() & grid.hidden_columns)
        if hidden:
            place = Position(
                source.file, source.sheet, grid.first_row + found.body.start, hidden[0]
            )
            names = ", ".join(f"{column_letters(j)} ({taken[j]})" for j in hidden[:LISTED])
            yield Finding(
                "columns-hidden", "warning", position=place,
                params={"count": len(hidden), "columns": names},
            )  # fmt: skip
    if not grid.hidden_rows:
        return
    rows = sorted(grid.hidden_rows)
    rows = [
        row for row, taken in zip(rows, np.isin(rows, data + grid.first_row), strict=True) if taken
    ]
    if rows:
        parts = [str(a) if a == b else f"{a}–{b}" for a, b in runs(rows)]
        yield Finding(
            "rows-hidden", "warning", position=Position(source.file, source.sheet, rows[0]),
            params={"count": len(rows), "rows": ", ".join(parts[:LISTED])},
        )  # fmt: skip


def _labels(found: FoundTable) -> Iterator[tuple[int, str]]:
    return zip(found.columns, found.labels, strict=True)


def rounded_values(found: FoundTable, source: Source, layout: Layout) -> Iterator[Finding]:
    """Columns whose numbers the sheet shows rounded, until the layout says which it wants."""
    if layout.values is not None:
        return
    for column, label in zip(found.columns, found.labels, strict=True):
        place = found.grid.sheet_column(column)
        known = found.grid.rounded.get(place)
        if known is not None:
            taken = found.grid.row(known.row - found.grid.first_row)[column] or known.stored
            yield Finding(
                "values-rounded", "warning", value=taken,
                position=Position(source.file, source.sheet, known.row, place),
                params={"label": label, "stored": taken, "shown": known.shown},
            )  # fmt: skip


def province_among_regencies(found: FoundTable, source: Source) -> Iterator[Finding]:
    """A first or last row that names the province, kept since it does not sum the others."""
    data = found.data
    if len(data) < 3:
        return
    ends = dict.fromkeys((int(data[0]), int(data[-1])))
    for column in found.columns[:4]:
        names = {row: found.grid.row(row)[column] or "" for row in ends}
        for row in (row for row, name in names.items() if is_province(name)):
            others = [found.grid.row(other)[column] or "" for other in data[1:50].tolist()]
            if sum(map(is_regency, others)) * 2 > len(others):
                place = Position(
                    source.file, source.sheet, found.grid.first_row + row,
                    found.grid.sheet_column(column),
                )  # fmt: skip
                yield Finding(
                    "province-kept", "warning", row=place.row, value=names[row], position=place,
                    params={"name": " ".join(names[row].split())},
                )  # fmt: skip


def ragged_rows(found: FoundTable, source: Source, rows: np.ndarray[Any, Any]) -> Iterator[Finding]:
    """Records with fewer or more cells than the table is wide."""
    lengths = found.grid.lengths
    if lengths is None:
        return
    if lengths.min() == lengths.max():
        return
    usual = int(np.bincount(lengths[rows]).argmax())
    for code, odd in (
        ("row-short", rows[lengths[rows] < usual]),
        ("row-long", rows[lengths[rows] > usual]),
    ):
        for row in odd[:MOST_RAGGED].tolist():
            place = Position(source.file, source.sheet, found.grid.first_row + row)
            yield Finding(
                code, "warning", row=found.grid.first_row + row, position=place,
                params={"cells": int(lengths[row]), "usual": usual, "count": len(odd)},
            )  # fmt: skip
