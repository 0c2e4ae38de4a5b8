"""What stands beside a table in the same rows: another table, a legend, a list to choose from.

Empty columns alone part nothing, for offices leave them between the columns of one table. The two
sides are read apart, and parted when each is a table of its own and the evidence adds up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from pipelines.extract import cells
from pipelines.extract.header import Header
from pipelines.readers import Grid, Merge
from pipelines.readers.grid import fold

if TYPE_CHECKING:
    from pipelines.extract.tables import FoundTable

#: Points of evidence that part two tables; `_points` gives them.
ENOUGH = 2


def runs(columns: Sequence[int]) -> list[tuple[int, int]]:
    """Return the runs of neighbouring columns, as (first, last)."""
    found: list[tuple[int, int]] = []
    for column in columns:
        if found and found[-1][1] == column - 1:
            found[-1] = (found[-1][0], column)
        else:
            found.append((column, column))
    return found


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


def parts(table: FoundTable, read: Callable[[Grid], FoundTable | None]) -> list[tuple[int, int]]:
    """Return the column ranges of the tables that were read as this one so far.

    read: reads a band as a table of its own. The empty list means that it is one table with
    nothing beside it.
    """
    grid, top, bottom, header = table.grid, table.top, table.bottom, table.header
    apart = runs(table.columns)
    if len(apart) < 2:
        return []
    found: list[tuple[int, int]] = [apart[0]]
    parted = False
    for run in apart[1:]:
        left = found[-1]
        if _is_aside(table, run):
            parted = True
            continue
        if _crossed(grid, top, bottom, header, left[1], run[0]):
            found[-1] = (left[0], run[1])
            continue
        sides = [read(band(grid, top, bottom, *where)) for where in (left, run)]
        one, other = sides
        if (
            one is not None
            and other is not None
            and _points(one, other, run[0] - left[1] - 1) >= ENOUGH
        ):
            found.append(run)
            parted = True
        else:
            found[-1] = (left[0], run[1])
    return found if parted else []


def _crossed(grid: Grid, top: int, bottom: int, header: Header, left: int, right: int) -> bool:
    """A merged cell at or below the labels ties both sides together."""
    first = header.rows[0] if header.rows else top
    return any(first <= m.top < bottom and m.left <= left and m.right >= right for m in grid.merges)


def _points(one: FoundTable, other: FoundTable, gap: int) -> int:
    """Add up the evidence that two sides are two tables."""
    for side in (one, other):
        if not side.header.rows or len(side.columns) < 2 or not all(side.labels):
            return 0
    same = [fold(label).casefold() for label in other.labels]
    again = len({fold(label).casefold() for label in one.labels} & set(same))
    points = 2 if again >= max(2, (len(same) + 1) // 2) else 0
    if other.header.rows[-1] >= one.header.data or one.header.rows[-1] >= other.header.data:
        points += 2
    points += _has_key(one) and _has_key(other)
    points += gap > 1
    points += _titled(one) and _titled(other)
    points += _ends_elsewhere(one, other)
    return points


def _has_key(side: FoundTable) -> bool:
    """The first column names or counts the rows: no two alike, none empty."""
    values = [fold(side.grid.row(row)[side.columns[0]]) for row in side.data[:500].tolist()]
    if len(values) < 2 or not all(values) or len(set(values)) < len(values):
        return False
    kinds = {cells.kind(value) for value in values}
    if kinds <= {cells.TEXT} or kinds <= {cells.YEAR}:
        return True
    return values == [str(number) for number in range(1, len(values) + 1)]


def _titled(side: FoundTable) -> bool:
    """A line of its own stands right above the labels."""
    row = side.header.rows[0] - 1
    if row < 0 or side.grid.counts[row] != 1:
        return False
    return bool(side.grid.filled[row, side.columns[0]])


def _ends_elsewhere(one: FoundTable, other: FoundTable) -> bool:
    """One side goes on for rows after the other has ended."""
    if not len(one.data) or not len(other.data):
        return False
    ends = int(one.data[-1]), int(other.data[-1])
    return abs(ends[0] - ends[1]) >= max(2, max(len(one.data), len(other.data)) // 4)


def _is_aside(table: FoundTable, run: tuple[int, int]) -> bool:
    """A few words beside the table: without a label, or in a block that does not heed its rows."""
    grid, header = table.grid, table.header
    left, right = run
    if right - left > 1 or not header.rows:
        return False
    some = grid.filled[table.top : table.bottom, left : right + 1].any(axis=1)
    rows = np.flatnonzero(some) + table.top
    inside = np.intersect1d(rows, table.data)
    if not len(inside) or len(inside) * 2 > len(table.data):
        return False
    labelled = any(header.labels[j] for j in range(left, right + 1)) if header.labels else False
    if not labelled:
        return True
    block = int(rows[-1] - rows[0] + 1) == len(rows)
    return block and len(rows) > 3 and int(rows[0]) < header.rows[0]
