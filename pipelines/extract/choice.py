"""Which sheet and which table: the layout's word, or the best score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipelines.dataset import Layout
from pipelines.extract.tables import Found, find_tables
from pipelines.readers import Grid, unpack_column


def sheet_tables(grid: Grid, layout: Layout) -> list[Found]:
    """Return the tables of one sheet, top-down."""
    return find_tables(unpack_column(grid) or grid)


def best_of(by_sheet: Sequence[tuple[Grid, list[Found]]], layout: Layout) -> Found | None:
    """Return the table to take: of visible sheets the one with the highest score."""
    visible = [tables for grid, tables in by_sheet if not grid.hidden]
    if layout.sheet is not None or not any(visible):
        visible = [tables for _, tables in by_sheet]
    tables = [table for group in visible for table in group]
    return max(tables, key=lambda table: table.score, default=None)


def proposal(found: Found, tables: list[Found]) -> dict[str, Any]:
    """Return the choices as `layout:` would say them."""
    grid = found.grid
    layout: dict[str, Any] = {}
    if grid.sheet is not None:
        layout["sheet"] = grid.sheet
    if found.header.rows:
        layout["header"] = [grid.row0 + row for row in found.header.rows]
    if len(tables) > 1:
        layout["table"] = tables.index(found) + 1
    return layout
