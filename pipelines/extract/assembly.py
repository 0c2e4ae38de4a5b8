"""From a found table to an `Extraction`: filled-down labels, text frame, positions, accounts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from pipelines.extract import accounts
from pipelines.extract.accounts import row_rules
from pipelines.extract.fill_down import fill_down
from pipelines.extract.findings import table_findings
from pipelines.extract.tables.found_table import FoundTable, proposal
from pipelines.extract.tables.sheet_tables import SheetTables
from pipelines.model import Extraction, Source, Table, Total
from pipelines.project.layout import Layout
from pipelines.readers import Grid
from pipelines.readers.grid import fold, pieces

#: Rows in so many runs are cut out without a copy, for the records may lie in a file.
MOST_RUNS = 1000


def frame_of(
    grid: Grid, columns: list[int], labels: list[str], rows: np.ndarray[Any, Any]
) -> pd.DataFrame:
    """Return the text frame of these rows and columns; blank cells are NA."""
    runs = _runs(rows)
    arrays = []
    for j in columns:
        column = grid.columns[j]
        if runs:
            cut = [chunk for start, stop in runs for chunk in pieces(column[start:stop])]
            arrays.append(pa.chunked_array(cut, type=column.type))
        else:
            arrays.append(column.take(pa.array(rows)))
    table = pa.table(arrays, names=[str(i) for i in range(len(columns))])
    frame: pd.DataFrame = table.to_pandas()
    if frame.shape[1] == 0:
        frame = pd.DataFrame(index=range(len(rows)))
    frame = frame.astype("str") if not len(rows) else frame
    frame.columns = pd.Index(labels, dtype="object")
    return frame


def _runs(rows: np.ndarray[Any, Any]) -> list[tuple[int, int]]:
    """Return the bounds, from and up to, of the runs of adjacent rows; none when there are many."""
    breaks = np.flatnonzero(np.diff(rows) != 1)
    if not len(rows) or len(breaks) >= MOST_RUNS:
        return []
    starts, ends = rows[np.append(0, breaks + 1)], rows[np.append(breaks, len(rows) - 1)]
    return list(zip(starts.tolist(), (ends + 1).tolist(), strict=True))


def build_extraction(
    name: str, source: Source, found: FoundTable, sheet: SheetTables, layout: Layout
) -> Extraction:
    """Make the extraction of one table, every row of its sheet accounted for."""
    grid = fill_down(found, layout)
    rows = found.data.astype(np.int64, copy=False)
    aside = np.array([total.row for total in found.body.totals], dtype=np.int64)
    totals = tuple(
        Total(index, total.label, total.kind, total.start, total.stop)
        for index, total in enumerate(found.body.totals)
    )
    rules = row_rules(sheet.grid, sheet.tables, found)
    rules.update(dict.fromkeys(sheet.skipped, "left-skip"))
    table = _table(name, source, grid, found, rows)
    totals_table = _table(name, source, grid, found, aside) if len(aside) else None
    if layout.sections is not None:
        table = _beside(table, layout.sections, _sections(found, rows))
        # The total of the whole stands below the last section too, so totals name none.
        if totals_table is not None:
            totals_table = _beside(totals_table, layout.sections, [None] * len(aside))
    return Extraction(
        table=table,
        left_out=tuple(accounts.left_out(source, found, sheet, rules)),
        totals=totals,
        totals_table=totals_table,
        findings=tuple(table_findings(found, sheet, source, layout, rows)),
        layout=proposal(found, sheet.tables),
        evidence={
            "rows": accounts.rows_of(found, sheet, rules, len(rows)),
            "columns": accounts.columns_of(found, sheet),
            "why": [{"code": code, **params} for code, params in found.why],
            "units": {
                label: found.header.unit_texts[column]
                for column, label in zip(found.columns, found.labels, strict=True)
                if column in found.header.unit_texts
            },
            "detail": dict(found.grid.detail),
            "template": mark.text if (mark := sheet.grid.template) else "",
        },
    )


def _table(
    name: str, source: Source, grid: Grid, found: FoundTable, rows: np.ndarray[Any, Any]
) -> Table:
    frame = frame_of(grid, found.columns, found.labels, rows)
    return Table(
        name=name,
        frame=frame,
        sources=(source,),
        source=np.zeros(len(rows), dtype=np.int32),
        row=rows + grid.first_row,
        columns=tuple(found.grid.sheet_column(column) for column in found.columns),
    )


def _sections(found: FoundTable, rows: np.ndarray[Any, Any]) -> list[str | None]:
    """Return the words of the section row above each row; None above the first one."""
    heads = sorted(row for row, rule in found.body.rules.items() if rule == "left-section")
    words = [" ".join(fold(text) for text in found.grid.row(row) if fold(text)) for row in heads]
    above = np.searchsorted(np.array(heads, dtype=np.int64), rows) - 1
    return [words[index] if index >= 0 else None for index in above.tolist()]


def _beside(table: Table, label: str, cells: list[str | None]) -> Table:
    """Add a column whose cells stand nowhere in their rows."""
    column = pd.Series(cells, index=table.frame.index, dtype="str", name=label)
    frame = pd.concat([table.frame, column], axis=1)
    return replace(table, frame=frame, columns=(*table.columns, 0))
