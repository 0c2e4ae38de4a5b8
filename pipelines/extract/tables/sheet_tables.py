"""The tables of one sheet as the layout asks for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.errors import UsageProblem
from pipelines.extract.body.body_rows import Body
from pipelines.extract.content.profile import profile
from pipelines.extract.header.header_rows import Header
from pipelines.extract.header.labels import labels
from pipelines.extract.tables.detection import build, find_tables
from pipelines.extract.tables.found_table import FoundTable
from pipelines.extract.tables.grid_parts import blank_rows, crop
from pipelines.project.layout import Layout
from pipelines.readers import Grid, unpack_column


@dataclass
class SheetTables:
    """A sheet and its tables, top-down. skipped: grid rows that the layout leaves out; before
    and after: rows of the sheet outside the layout's range."""

    grid: Grid
    tables: list[FoundTable]
    skipped: frozenset[int] = frozenset()
    before: int = 0
    after: int = 0


def sheet_tables(grid: Grid, layout: Layout, file: str = "") -> SheetTables:
    """Find the tables of one sheet as the layout asks."""
    keep = layout.totals == "keep"
    if layout.plain:
        return SheetTables(grid, [_plain(grid)])
    whole = grid
    grid = unpack_column(grid) or grid
    before = after = 0
    if layout.range:
        grid, before, after = crop(grid, layout.range, file)
    skipped = frozenset(
        row - grid.first_row for row in layout.skip if 0 <= row - grid.first_row < grid.height
    )
    if skipped:
        grid = blank_rows(grid, skipped)
    header = layout.header
    if header is None and whole.template is not None:
        header = list(whole.template.header)
    if header is not None:
        tables = [_forced(grid, header, keep, file)] if grid.height else []
    else:
        tables = find_tables(grid, keep_totals=keep, apart=layout.range is None)
    return SheetTables(grid, tables, skipped, before, after)


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
