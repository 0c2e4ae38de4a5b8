"""A table found in a sheet: its parts, its range, and the layout that reads it again."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from pipelines.extract.body.body_rows import Body
from pipelines.extract.content.profile import Profile
from pipelines.extract.header.header_rows import Header
from pipelines.readers import Grid
from pipelines.text.addresses import cell_address


@dataclass
class FoundTable:
    """One table of a sheet.

    columns: grid columns in order, with their `labels`. rules: row → named rule for every row of
    [top, bottom) that is neither label row nor data. once: columns whose labels are written once
    for a group of rows. group_sums: columns with merged sums of groups. score: comparable over
    sheets and tables.
    """

    grid: Grid
    header: Header
    shape: Profile
    columns: list[int]
    labels: list[str]
    body: Body
    top: int
    bottom: int
    score: float = 0.0
    once: list[int] = field(default_factory=list)
    group_sums: list[int] = field(default_factory=list)
    why: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    @cached_property
    def data(self) -> np.ndarray[Any, Any]:
        """The data rows."""
        return self.body.data


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
    top, bottom = grid.first_row + first, grid.first_row + last
    return f"{cell_address(top, left)}:{cell_address(bottom, right)}"


def row_text(sheet: Grid, found: FoundTable, row: int) -> str:
    """Return the words of a row left out: those of the table's own columns, else of the sheet."""
    return " | ".join(found.grid.texts(row) or sheet.texts(row))
