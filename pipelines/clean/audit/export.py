"""Counting the entries of an audit and writing it to files."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pandas as pd
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.clean.audit.replay import CELLS


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
