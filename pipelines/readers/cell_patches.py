"""Texts and findings of single cells, added to a grid after its values were read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.model import Finding, Position
from pipelines.readers.grid import Grid
from pipelines.readers.xlsx import cell_details
from pipelines.text.addresses import column_letters

#: Findings of one code that are listed; the count covers all.
LISTED = 200


def findings(code: str, places: dict[tuple[int, int], str], grid: Grid, file: str) -> list[Finding]:
    """Return a finding per cell (1-based row, column), the first `LISTED` of them."""
    return [
        Finding(
            code,
            "warning",
            row=row,
            value=text or None,
            position=Position(file, grid.sheet, row, column),
            params={"count": len(places)},
        )
        for (row, column), text in sorted(places.items())[:LISTED]
    ]


def uncached(places: Sequence[tuple[int, int]], grid: Grid, file: str) -> list[Finding]:
    """Return one finding per column of formulas (1-based row, column) without a stored result.

    `rows` are all its rows; which of them are a table's is for extraction to say.
    """
    columns: dict[int, list[int]] = {}
    for row, column in sorted(places):
        columns.setdefault(column, []).append(row)
    return [uncached_in(rows, column, grid.sheet, file) for column, rows in sorted(columns.items())]


def uncached_in(
    rows: Sequence[int], column: int, sheet: str | None, file: str, label: str = ""
) -> Finding:
    """Return the finding for formulas without a result in these 1-based rows of a column."""
    return Finding(
        "formula-uncached",
        "error",
        row=rows[0],
        position=Position(file, sheet, rows[0], column),
        params={
            "source": f"{file} › {sheet}" if sheet else file,
            "column": f"{column_letters(column)} ({label})" if label else column_letters(column),
            "count": len(rows),
            "rows": tuple(rows),
        },
    )


def patch(grid: Grid, shown: Sequence[cell_details.ColumnTexts]) -> None:
    """Write the texts of sheet cells into the grid; those outside it are ignored."""
    for item in shown:
        c = item.column - grid.first_column
        if not 0 <= c < grid.width:
            continue
        if grid.rows is not None:
            for row, text in zip(item.rows, item.texts, strict=True):
                if 0 <= row - grid.first_row < grid.height:
                    grid.rows[row - grid.first_row][c] = text  # type: ignore[index]
            continue
        rows = np.array(item.rows, dtype=np.int64) - grid.first_row
        inside = (rows >= 0) & (rows < grid.height)
        texts = pa.array(item.texts, type=grid.columns[c].type)
        if not inside.all():
            texts, rows = texts.filter(pa.array(inside)), rows[inside]
        if (np.diff(rows) < 0).any():
            order = np.argsort(rows, kind="stable")
            texts, rows = texts.take(pa.array(order)), rows[order]
        mask = np.zeros(grid.height, dtype=bool)
        mask[rows] = True
        grid.columns[c] = pc.replace_with_mask(grid.columns[c], pa.array(mask), texts)


def texts_by_column(texts: dict[tuple[int, int], str]) -> list[cell_details.ColumnTexts]:
    """Group texts by (row, column), counted from 1, into columns."""
    columns: dict[int, cell_details.ColumnTexts] = {}
    for (row, column), text in sorted(texts.items()):
        item = columns.setdefault(column, cell_details.ColumnTexts(column, [], []))
        item.rows.append(row)
        item.texts.append(text)
    return list(columns.values())
