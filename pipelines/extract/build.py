"""From a found table to an `Extraction`: filled-down labels, text frame, positions, accounts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from pipelines.dataset import Layout
from pipelines.extract.choice import proposal
from pipelines.extract.tables import Found, outside
from pipelines.model import Extraction, Finding, LeftOut, Position, Source, Table, Total
from pipelines.readers import Grid

MOST_BLANKS = 10_000


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
    frame = table.to_pandas()
    if frame.shape[1] == 0:
        frame = pd.DataFrame(index=range(len(rows)))
    frame = frame.astype("str") if not len(rows) else frame
    frame.columns = pd.Index(labels, dtype="object")
    return frame


def fill_down(found: Found, layout: Layout) -> Grid:
    """Give each row of a vertically merged cell its text; returns the grid to read from."""
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
        text = grid.row(merge.top)[merge.left]
        if text:
            for row in range(merge.top + 1, min(merge.bottom + 1, stop)):
                changes.setdefault(merge.left, {})[row] = text
    if wanted is not None:
        for column, name in names.items():
            if name in wanted:
                _fill_column(found, column, changes.setdefault(column, {}))
    if not changes:
        return grid
    columns = list(grid.columns)
    for column, cells in changes.items():
        values = columns[column].to_pylist()
        for row, text in cells.items():
            values[row] = text
        columns[column] = pa.array(values, type=columns[column].type)
    return Grid(columns, grid.sheet, grid.row0, grid.col0, grid.merges, kind=grid.kind)


def _fill_column(found: Found, column: int, changes: dict[int, str]) -> None:
    current = ""
    for row in found.data.tolist():
        text = found.grid.row(row)[column]
        if text and not text.isspace():
            current = text
        elif current:
            changes[row] = current


def build_extraction(
    name: str,
    source: Source,
    found: Found,
    tables: list[Found],
    layout: Layout,
    evidence: Mapping[str, Any],
    findings: tuple[Finding, ...] = (),
) -> Extraction:
    """Make the extraction of one table."""
    grid = fill_down(found, layout)
    rows = found.data.astype(np.int64)
    table = _table(name, source, grid, found, rows)
    aside = np.array([total.row for total in found.body.totals], dtype=np.int64)
    totals_table = _table(name, source, grid, found, aside) if len(aside) else None
    rules = outside(found.grid, tables, found)
    left = [
        LeftOut(
            Position(source.file, source.sheet, grid.row0 + row, None),
            rule,
            " | ".join(found.grid.texts(row))[:500],
        )
        for row, rule in sorted(rules.items())
    ]
    before = grid.row0 - 1
    blanks = [
        LeftOut(Position(source.file, source.sheet, row, None), "left-blank", "")
        for row in range(1, min(before, MOST_BLANKS) + 1)
    ]
    counted: Counter[str] = Counter(rules.values())
    counted["left-blank"] += before
    accounts = {
        "sheet": before + grid.height,
        "header": len(found.header.rows),
        "data": len(rows),
        "left": {rule: count for rule, count in sorted(counted.items()) if count},
    }
    totals = tuple(
        Total(index, total.label, total.kind, total.start, total.stop)
        for index, total in enumerate(found.body.totals)
    )
    return Extraction(
        table=table,
        left_out=tuple(blanks + left),
        totals=totals,
        totals_table=totals_table,
        findings=(*findings, *_label_findings(found, source)),
        layout=proposal(found, tables),
        evidence={**evidence, "rows": accounts},
    )


def _table(
    name: str, source: Source, grid: Grid, found: Found, rows: np.ndarray[Any, Any]
) -> Table:
    frame = frame_of(grid, found.columns, found.labels, rows)
    return Table(
        name=name,
        frame=frame,
        sources=(source,),
        source=np.zeros(len(rows), dtype=np.int32),
        row=(rows + grid.row0).astype(np.int64),
        columns=tuple(found.grid.sheet_column(column) for column in found.columns),
    )


def _label_findings(found: Found, source: Source) -> list[Finding]:
    findings = []
    twice = [label for label, count in Counter(found.labels).items() if count > 1 and label]
    for label in twice:
        column = found.columns[found.labels.index(label)]
        row = found.grid.row0 + (found.header.rows[-1] if found.header.rows else 0)
        findings.append(
            Finding(
                "label-twice",
                "warning",
                row=row,
                value=label,
                position=Position(source.file, source.sheet, row, found.grid.sheet_column(column)),
                params={"label": label},
            )
        )
    if not found.header.rows:
        findings.append(
            Finding(
                "header-missing",
                "warning",
                position=Position(source.file, source.sheet, found.grid.row0 + found.header.data),
            )
        )
    return findings
