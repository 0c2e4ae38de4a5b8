"""From a found table to an `Extraction`: filled-down labels, text frame, positions, accounts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from pipelines.extract import accounts
from pipelines.extract.choice import SheetTables, proposal
from pipelines.extract.filling import fill_down
from pipelines.extract.tables import FoundTable, outside
from pipelines.model import Extraction, Finding, Position, Source, Table, Total
from pipelines.project.layout import Layout
from pipelines.readers import Grid
from pipelines.readers.grid import fold

LISTED = 200


def frame_of(
    grid: Grid, columns: list[int], labels: list[str], rows: np.ndarray[Any, Any]
) -> pd.DataFrame:
    """Return the text frame of these rows and columns; blank cells are NA."""
    contiguous = len(rows) > 0 and int(rows[-1]) - int(rows[0]) + 1 == len(rows)
    arrays = []
    for j in columns:
        column = grid.columns[j]
        if contiguous:
            arrays.append(column.slice(int(rows[0]), len(rows)))
        else:
            arrays.append(column.take(pa.array(rows)))
    table = pa.table(arrays, names=[str(i) for i in range(len(columns))])
    frame: pd.DataFrame = table.to_pandas()
    if frame.shape[1] == 0:
        frame = pd.DataFrame(index=range(len(rows)))
    frame = frame.astype("str") if not len(rows) else frame
    frame.columns = pd.Index(labels, dtype="object")
    return frame


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
    rules = outside(sheet.grid, sheet.tables, found)
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
        findings=tuple(_findings(found, sheet, source, layout, rows)),
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


def _findings(
    found: FoundTable,
    sheet: SheetTables,
    source: Source,
    layout: Layout,
    rows: np.ndarray[Any, Any],
) -> Iterator[Finding]:
    """What reading and the layout noticed, in the table's own rows where it concerns cells."""
    yield from sheet.grid.findings
    yield from accounts.findings(found, sheet, source)
    yield from accounts.unseen(found, source)
    yield from accounts.rounded(found, source, layout)
    grid = found.grid
    twice = [label for label, count in Counter(found.labels).items() if count > 1 and label]
    head = grid.first_row + (found.header.rows[-1] if found.header.rows else 0)
    for label in twice:
        column = grid.sheet_column(found.columns[found.labels.index(label)])
        yield Finding(
            "label-twice", "warning", row=head, value=label,
            position=Position(source.file, source.sheet, head, column), params={"label": label},
        )  # fmt: skip
    for column, label in zip(found.columns, found.labels, strict=True):
        if not label:
            place = Position(source.file, source.sheet, head, grid.sheet_column(column))
            yield Finding("column-unnamed", "warning", row=head, position=place)
    if not found.header.rows:
        place = Position(source.file, source.sheet, grid.first_row + found.header.data)
        yield Finding("header-missing", "warning", position=place)
    if grid.lengths is not None and len(rows):
        yield from _ragged(found, source, rows)


def _ragged(found: FoundTable, source: Source, rows: np.ndarray[Any, Any]) -> Iterator[Finding]:
    """Records with fewer or more cells than the table is wide."""
    lengths = found.grid.lengths
    if lengths is None:
        return
    if lengths.min() == lengths.max():
        return
    usual = int(np.bincount(lengths[rows]).argmax())
    for code, odd in (
        ("row-short", rows[lengths[rows] < usual]),
        ("row-long", rows[lengths[rows] > usual]),
    ):
        for row in odd[:LISTED].tolist():
            place = Position(source.file, source.sheet, found.grid.first_row + row)
            yield Finding(
                code, "warning", row=found.grid.first_row + row, position=place,
                params={"cells": int(lengths[row]), "usual": usual, "count": len(odd)},
            )  # fmt: skip
