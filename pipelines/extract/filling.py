"""Labels of groups, given to every row of their group."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pyarrow as pa

from pipelines.extract.tables import FoundTable
from pipelines.project.layout import Layout
from pipelines.readers import Grid


def fill_down(found: FoundTable, layout: Layout) -> Grid:
    """Give each row of a group the label that is merged over it or written in its first row only;
    returns the grid to read from."""
    if layout.fill_down is False:
        return found.grid
    wanted = set(layout.fill_down) if isinstance(layout.fill_down, list) else None
    grid = found.grid
    changes: dict[int, dict[int, str]] = {}
    start, stop = found.body.start, found.body.stop
    names = dict(zip(found.columns, found.labels, strict=True))
    for merge in grid.merges:
        if merge.bottom <= merge.top or merge.top < start or merge.top >= stop:
            continue
        if merge.left not in names or (wanted is not None and names[merge.left] not in wanted):
            continue
        if wanted is None and merge.left in found.group_sums:
            continue
        text = grid.row(merge.top)[merge.left]
        if text:
            for row in range(merge.top + 1, min(merge.bottom + 1, stop)):
                changes.setdefault(merge.left, {})[row] = text
    for column, name in names.items():
        if column in found.once if wanted is None else name in wanted:
            _fill_column(found, column, changes.setdefault(column, {}))
    if not changes:
        return grid
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


def _fill_column(found: FoundTable, column: int, changes: dict[int, str]) -> None:
    current = ""
    for row in found.data.tolist():
        text = found.grid.row(row)[column]
        if text and not text.isspace():
            current = text
        elif current:
            changes[row] = current
