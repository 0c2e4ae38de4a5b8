"""Grids made from a sheet: a range of it, some columns of it, rows emptied, cells changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pyarrow as pa

from pipelines.errors import UsageProblem
from pipelines.readers import Grid, Merge
from pipelines.text import arrow
from pipelines.text.addresses import column_number

_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?(\d+):\$?([A-Z]{1,3})\$?(\d+)", re.I)


def crop(grid: Grid, text: str, file: str) -> tuple[Grid, int, int]:
    """Return the part of a sheet within a range like `A5:F40`, and the rows before and after."""
    found = _RANGE.fullmatch(text.strip())
    if found is None:
        raise UsageProblem("layout-range", where=file, value=text)
    left, right = (column_number(found.group(end)) - grid.first_column for end in (1, 3))
    top, bottom = int(found.group(2)) - grid.first_row, int(found.group(4)) - grid.first_row
    top, left = max(top, 0), max(left, 0)
    bottom, right = min(bottom, grid.height - 1), min(right, grid.width - 1)
    if bottom < top or right < left:
        raise UsageProblem("layout-range", where=file, value=text)
    if grid.rows is not None:
        held: dict[str, Any] = {
            "rows": [row[left : right + 1] for row in grid.rows[top : bottom + 1]]
        }
    else:
        kept = grid.columns[left : right + 1]
        held = {"arrays": [column.slice(top, bottom - top + 1) for column in kept]}
    merges = [
        Merge(max(m.top - top, 0), max(m.left - left, 0), m.bottom - top, m.right - left)
        for m in grid.merges
        if m.top >= top and m.left >= left and m.top <= bottom and m.left <= right
    ]
    part = replace(
        grid,
        **held,
        first_row=grid.first_row + top,
        first_column=grid.first_column + left,
        merges=merges,
        bold=frozenset(row - top for row in grid.bold if top <= row <= bottom),
        lengths=None,
        _blocks={},
    )
    return part, grid.first_row - 1 + top, grid.height - 1 - bottom


def band(grid: Grid, top: int, bottom: int, left: int, right: int) -> Grid:
    """Return columns left…right of a sheet, its rows outside [top, bottom) emptied.

    Row numbers stay, so that what is said of a row of one band holds for the sheet.
    """
    width = right - left + 1
    if grid.rows is not None:
        blank: list[str | None] = [None] * width
        rows = [
            row[left : right + 1] if top <= index < bottom else blank
            for index, row in enumerate(grid.rows)
        ]
        held: dict[str, Any] = {"rows": rows}
    else:
        kept = grid.columns[left : right + 1]
        held = {"arrays": [_emptied(column, top, bottom) for column in kept]}
    merges = [
        Merge(m.top, m.left - left, m.bottom, min(m.right, right) - left)
        for m in grid.merges
        if left <= m.left <= right and top <= m.top < bottom
    ]
    return replace(
        grid,
        **held,
        first_column=grid.first_column + left,
        merges=merges,
        lengths=None,
        _blocks={},
        findings=[],
    )


def _emptied(column: Any, top: int, bottom: int) -> Any:
    parts = [
        pa.nulls(top, column.type),
        column.slice(top, bottom - top),
        pa.nulls(len(column) - bottom, column.type),
    ]
    return pa.concat_arrays([part for part in parts if len(part)])


def blank_rows(grid: Grid, rows: frozenset[int]) -> Grid:
    """Return the sheet with some rows emptied."""
    if grid.rows is not None:
        blank = [None] * grid.width
        kept = [blank if index in rows else row for index, row in enumerate(grid.rows)]
        return replace(grid, rows=kept, _blocks={})
    columns = []
    for column in grid.columns:
        values = column.to_pylist()
        for row in rows:
            values[row] = None
        columns.append(arrow.texts(values, large=True))
    return replace(grid, arrays=columns, _blocks={})


def with_cells(grid: Grid, changes: Mapping[int, Mapping[int, str]]) -> Grid:
    """Return the sheet with some cells replaced; changes: column → row → text."""
    if grid.rows is not None:
        rows: list[Any] = [list(row) for row in grid.rows]
        for column, cells in changes.items():
            for row, text in cells.items():
                rows[row][column] = text
        return replace(grid, rows=rows, _blocks={})
    columns = list(grid.columns)
    for column, cells in changes.items():
        values = columns[column].to_pylist()
        for row, text in cells.items():
            values[row] = text
        columns[column] = pa.array(values, type=columns[column].type)
    return replace(grid, arrays=columns, _blocks={})
