"""Labels of groups, given to every row of their group."""

from __future__ import annotations

from pipelines.extract.tables.found_table import FoundTable
from pipelines.extract.tables.grid_parts import with_cells
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
    return with_cells(grid, changes) if any(changes.values()) else grid


def _fill_column(found: FoundTable, column: int, changes: dict[int, str]) -> None:
    current = ""
    for row in found.data.tolist():
        text = found.grid.row(row)[column]
        if text and not text.isspace():
            current = text
        elif current:
            changes[row] = current
