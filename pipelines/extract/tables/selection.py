"""Which sheet, which part of it, which table: the layout's word, or the best score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipelines.errors import Refused, UsageProblem, nearest
from pipelines.extract.formulas import refuse_unread
from pipelines.extract.tables.found_table import FoundTable
from pipelines.extract.tables.sheet_tables import SheetTables, sheet_tables
from pipelines.project.layout import Layout
from pipelines.readers import Grid, OpenedSource

#: Of tables nearly as good as the best, the first one is taken.
NEARLY = 0.95


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
        refuse_unread(sheet.grid for sheet in choice.sheets)
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
