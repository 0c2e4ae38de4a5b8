"""What can be done with an audit: replay it, count it, write it.

An audit is exact: `replay` applies its entries to the raw table, knowing nothing of the steps that
made them, and gets the clean table. Cells are changed, filled, cleared and added by their own
entries. What only moves cells is one entry with its particulars (a column renamed, dropped or
put elsewhere, an unpivot, a pivot) or one for each row in its new order (a sort), and replaying it
moves the same cells.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.clean.context import unique_labels
from pipelines.clean.moves import MOVES, ReplayTable
from pipelines.model import Table

CELLS = ("change", "fill", "clear", "add")


def replay(raw: Table, audit: pd.DataFrame) -> pd.DataFrame:
    """Return what the audit makes of the raw table: the clean table's frame, index 0 … n−1.

    Columns of which a remedy hid the former text come out as published. Raises `ValueError` when
    an entry does not fit the table it is applied to.
    """
    frame = raw.frame.astype(object).where(raw.frame.notna(), None)
    labels = unique_labels(frame.columns)
    grid = ReplayTable.of(
        {label: list(frame.iloc[:, i]) for i, label in enumerate(labels)}, len(frame)
    )
    text = audit.astype(object).where(audit.notna(), None)
    keys = text[["action", "field", "step"]].fillna("")
    keys["field"] = keys["field"].where(keys["action"] != "rename", "")
    runs = (keys != keys.shift()).any(axis=1).cumsum()
    for _, part in text.groupby(runs, sort=False):
        action, field = part["action"].iloc[0], part["field"].iloc[0]
        if action in CELLS:
            grid.write(field, part["record"].tolist(), part["after"].tolist())
        elif action == "drop":
            grid.drop_rows(part["record"].tolist())
        elif action == "sort":
            # Of sorts that follow each other only the last order is left.
            grid.reorder(part["record"].tolist()[-len(grid.record) :])
        elif action == "rename":
            grid.rename(part["record"].tolist(), part["after"].tolist())
        elif action == "add-row":
            for record in part["record"].tolist():
                grid.add_row(record)
        else:
            for before, after, name in zip(
                part["before"], part["after"], part["field"], strict=True
            ):
                MOVES[action](grid, name, before, after)
    return grid.frame()


def changes(audit: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Count the entries: field → step → cells, and rows under the empty field name.

    Fits `TableReport.changes`; the words for a step stand in the catalogue as `step-<name>`.
    """
    counted = audit[audit["action"].isin((*CELLS, "drop", "add-row"))]
    sizes = counted.groupby(
        [counted["field"].astype(object).fillna(""), counted["step"].astype(object)], sort=False
    ).size()
    found: dict[str, dict[str, int]] = {}
    for (field, step), count in cast("dict[tuple[str, str], int]", sizes.to_dict()).items():
        found.setdefault(field, {})[step] = count
    return found


def write_audit(audit: pd.DataFrame, folder: Path, name: str) -> tuple[Path, Path]:
    """Write `<name>.audit.parquet` and `<name>.audit.csv` (UTF-8, LF); return both paths."""
    import pyarrow as pa
    import pyarrow.csv as pcsv

    folder.mkdir(parents=True, exist_ok=True)
    table = pa.Table.from_pandas(audit, preserve_index=False)
    parquet, csv = folder / f"{name}.audit.parquet", folder / f"{name}.audit.csv"
    pq.write_table(table, parquet, compression="zstd")
    plain = pa.table(
        {
            column: pc.cast(table[column], pa.large_string())
            if pa.types.is_dictionary(table[column].type)
            else table[column]
            for column in table.column_names
        }
    )
    pcsv.write_csv(plain, csv, pcsv.WriteOptions(quoting_style="needed"))
    return parquet, csv


def same(left: pd.DataFrame, right: pd.DataFrame) -> bool:
    """Say whether two text tables have the same columns, rows and cells, missing ones included."""
    if list(left.columns) != list(right.columns) or len(left) != len(right):
        return False
    a: np.ndarray[Any, Any] = left.astype(object).where(left.notna(), None).to_numpy()
    b: np.ndarray[Any, Any] = right.astype(object).where(right.notna(), None).to_numpy()
    return bool((a == b).all())
