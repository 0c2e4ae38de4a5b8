"""Which sheet, which part of it, which table: the layout's word, or the best score."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from pipelines.errors import Refused, UsageProblem, nearest
from pipelines.extract.body import Body
from pipelines.extract.header import Header
from pipelines.extract.labels import labels
from pipelines.extract.profile import profile
from pipelines.extract.tables import FoundTable, build, find_tables
from pipelines.project.layout import Layout
from pipelines.readers import Grid, Merge, OpenedSource, unpack_column
from pipelines.text import arrow
from pipelines.text.addresses import cell_address, column_number

#: Of tables nearly as good as the best, the first one is taken.
NEARLY = 0.95
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?(\d+):\$?([A-Z]{1,3})\$?(\d+)", re.I)


@dataclass
class SheetTables:
    """A sheet and its tables, top-down. skipped: grid rows that the layout leaves out; before
    and after: rows of the sheet outside the layout's range."""

    grid: Grid
    tables: list[FoundTable]
    skipped: frozenset[int] = frozenset()
    before: int = 0
    after: int = 0


@dataclass
class Choice:
    """All sheets that were looked at and the table to take."""

    sheets: list[SheetTables] = field(default_factory=list)
    best: FoundTable | None = None

    @property
    def sheet(self) -> SheetTables:
        """The sheet of the table to take."""
        return next(sheet for sheet in self.sheets if self.best in sheet.tables)


def choose(opened: OpenedSource, layout: Layout) -> Choice:
    """Find the tables and settle which one to take.

    Raises `UsageProblem` when the layout names a sheet, range, row or table that is not there.
    """
    grids = _named(opened, layout)
    sheets = [sheet_tables(grid, layout, opened.name) for grid in grids]
    shown = [sheet for sheet in sheets if not sheet.grid.hidden]
    pool = shown if any(sheet.tables for sheet in shown) else sheets
    if layout.table is not None:
        pool = [max(pool, key=_best_score)] if pool else []
        tables = pool[0].tables if pool else []
        if not 1 <= layout.table <= len(tables):
            raise UsageProblem(
                "layout-table", where=opened.name, value=layout.table, count=len(tables)
            )
        return Choice(sheets, tables[layout.table - 1])
    tables = [table for sheet in pool for table in sheet.tables]
    most = max((table.score for table in tables), default=0.0)
    return Choice(sheets, next((t for t in tables if t.score >= NEARLY * most), None))


def take(choice: Choice, opened: OpenedSource) -> FoundTable:
    """Return the table to take. Raises `Refused` when there is none."""
    if choice.best is None:
        raise Refused("table-missing", where=opened.name)
    return choice.best


def _best_score(sheet: SheetTables) -> float:
    return max((table.score for table in sheet.tables), default=0.0)


def _named(opened: OpenedSource, layout: Layout) -> list[Grid]:
    if layout.sheet is None or layout.sheet == []:
        return opened.grids
    names = [grid.sheet or "" for grid in opened.grids]
    asked = layout.sheet if isinstance(layout.sheet, list) else [layout.sheet]
    return [_sheet(opened, names, one) for one in asked]


def _sheet(opened: OpenedSource, names: Sequence[str], asked: str | int) -> Grid:
    for number, grid in enumerate(opened.grids, start=1):
        if asked in (grid.sheet, number):
            return grid
    wanted = str(asked).strip().casefold()
    for name, grid in zip(names, opened.grids, strict=True):
        if name.strip().casefold() == wanted or name.rpartition(" › ")[2].casefold() == wanted:
            return grid
    near = nearest(str(asked), names) or ", ".join(names[:8]) or "–"
    raise UsageProblem("layout-sheet", where=opened.name, value=asked, nearest=near)


def sheet_tables(grid: Grid, layout: Layout, file: str = "") -> SheetTables:
    """Find the tables of one sheet as the layout asks."""
    keep = layout.totals == "keep"
    if layout.plain:
        return SheetTables(grid, [_plain(grid)])
    grid = unpack_column(grid) or grid
    before = after = 0
    if layout.range:
        grid, before, after = _cut(grid, layout.range, file)
    skipped = frozenset(
        row - grid.first_row for row in layout.skip if 0 <= row - grid.first_row < grid.height
    )
    if skipped:
        grid = _blanked(grid, skipped)
    if layout.header is not None:
        tables = [_forced(grid, layout.header, keep, file)] if grid.height else []
    else:
        tables = find_tables(grid, keep_totals=keep, apart=layout.range is None)
    return SheetTables(grid, tables, skipped, before, after)


def _cut(grid: Grid, text: str, file: str) -> tuple[Grid, int, int]:
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


def _blanked(grid: Grid, rows: frozenset[int]) -> Grid:
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


def _forced(grid: Grid, header: Sequence[int], keep: bool, file: str) -> FoundTable:
    """Read the table whose label rows (1-based sheet rows) are given; none: no labels."""
    rows = sorted(row - grid.first_row for row in header)
    for row in rows:
        if not 0 <= row < grid.height:
            raise UsageProblem("layout-header", where=file, value=row + grid.first_row)
    start = rows[-1] + 1 if rows else int(np.argmax(grid.counts > 0))
    shape = profile(grid, start, grid.height) if start < grid.height else profile(grid, 0, start)
    found = Header(rows, start, labels=labels(grid, rows))
    found.why.append(("why-asked", {"rows": ", ".join(map(str, header)) or "–"}))
    return build(grid, 0, grid.height, shape, found, keep_totals=keep)


def _plain(grid: Grid) -> FoundTable:
    """The first row holds the labels; every other row is data, whatever it looks like."""
    shape = profile(grid, min(1, grid.height), grid.height)
    header = Header([0] if grid.height else [], min(1, grid.height), labels=labels(grid, [0]))
    header.labels = [text or "" for text in grid.row(0)] if grid.height else []
    body = Body(header.data, grid.height)
    for row in np.flatnonzero(grid.counts == 0).tolist():
        if row >= header.data:
            body.rules[row] = "left-blank"
    columns = list(range(grid.width))
    header.why.append(("why-plain", {}))
    return FoundTable(grid, header, shape, columns, header.labels, body, 0, grid.height, 1.0)


def proposal(found: FoundTable, tables: list[FoundTable]) -> dict[str, Any]:
    """Return the choices as `layout:` would say them."""
    grid = found.grid
    layout: dict[str, Any] = {}
    if grid.sheet is not None:
        layout["sheet"] = grid.sheet
    layout["header"] = [grid.first_row + row for row in found.header.rows]
    if len(tables) > 1:
        layout["range"] = bounds(found)
    return layout


def bounds(found: FoundTable) -> str:
    """Return the table's range, labels to last data row, as `A5:F40`; empty without columns."""
    grid = found.grid
    if not found.columns:
        return ""
    data = found.data
    first = found.header.rows[0] if found.header.rows else found.body.start
    last = max([first, *found.header.rows, int(data[-1]) if len(data) else first])
    last = max([last, *(total.row for total in found.body.totals)])
    left, right = found.columns[0] + grid.first_column, found.columns[-1] + grid.first_column
    return (
        f"{cell_address(grid.first_row + first, left)}:{cell_address(grid.first_row + last, right)}"
    )
