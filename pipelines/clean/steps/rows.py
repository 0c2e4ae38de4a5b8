"""Rows: fill down, keep and drop by a condition, deduplicate."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from pipelines.clean.registry import Names, step
from pipelines.clean.table.arrow_text import series
from pipelines.clean.table.working_table import WorkingTable


@step()
def fill_down(table: WorkingTable, *, fields: Names) -> None:
    """Fill an empty cell with the value above it: labels that were merged over several rows.

    The layout reader does this for merged cells; this step is for sheets that leave them blank.

    Parameters:
        fields: the columns.

    Example:

        - fill_down: [kecamatan]

        | kecamatan | desa |
        |---|---|
        | Medan Kota | Pasar Baru |
        |  | Pusat Pasar |

        | kecamatan | desa |
        |---|---|
        | Medan Kota | Pasar Baru |
        | Medan Kota | Pusat Pasar |
    """
    for name in table.resolve(fields):
        table.set_values(name, pc.fill_null_forward(table[name]))


@step("where")
def drop_rows(table: WorkingTable, *, where: str, why: str | None = None) -> None:
    """Leave out the rows for which a condition holds. Each is listed in the audit.

    Parameters:
        where: an expression over the fields, as in `checks`.
        why: the reason, for the audit.

    Example:

        - drop_rows: {where: "starts(nama, 'Sub Jumlah')", why: subtotal}

        | nama | jumlah |
        |---|---|
        | Nias | 10 |
        | Sub Jumlah | 10 |

        | nama | jumlah |
        |---|---|
        | Nias | 10 |
    """
    table.keep_rows(~table.compile(where).true(table.frame()), reason=why or where)


@step("where")
def keep_rows(table: WorkingTable, *, where: str, why: str | None = None) -> None:
    """Keep only the rows for which a condition holds; a missing answer is no.

    Parameters:
        where: an expression over the fields, as in `checks`.
        why: the reason, for the audit.

    Example:

        - keep_rows: {where: "tahun >= '2023'"}

        | tahun | jumlah |
        |---|---|
        | 2022 | 9 |
        | 2023 | 10 |

        | tahun | jumlah |
        |---|---|
        | 2023 | 10 |
    """
    table.keep_rows(table.compile(where).true(table.frame()), reason=why or where)


@step("key", totals=False)
def deduplicate(
    table: WorkingTable,
    *,
    key: Names | None = None,
    keep: Literal["first", "last", "most", "equal"] = "equal",
    by: str | None = None,
) -> None:
    """Leave out rows that repeat a key.

    By default only rows that are equal in every column go; two rows with one key that differ stay,
    and the check of the key reports them. The rows that lose are listed in the audit.

    Parameters:
        key: the columns that identify a row, the schema's primary key by default.
        keep: which row wins: `first`, `last`, `most` (the most cells filled) or `equal`.
        by: the row with the greatest value in this column wins (`tanggal_rilis`).

    Example:

        - deduplicate: {key: [nama], keep: last}

        | nama | jumlah |
        |---|---|
        | Nias | 10 |
        | Nias | 12 |

        | nama | jumlah |
        |---|---|
        | Nias | 12 |
    """
    frame = table.frame()
    chosen = table.resolve(key if key is not None else table.context.schema.primary_key or None)
    if by is not None:
        rank = ranked(frame[table.require(by)])
    elif keep == "most":
        rank = frame.notna().sum(axis=1)
    else:
        if keep == "equal":
            gone = frame.duplicated(keep="first").to_numpy()
        else:
            gone = frame.duplicated(chosen, keep=keep).to_numpy()
        table.keep_rows(~gone)
        return
    order = rank.sort_values(ascending=False, kind="stable", na_position="last").index
    gone_ordered = frame.loc[order].duplicated(chosen, keep="first")
    gone = np.zeros(len(frame), dtype=bool)
    gone[order.to_numpy()] = gone_ordered.to_numpy()
    table.keep_rows(~gone)


def ranked(column: pd.Series[str]) -> pd.Series[float]:
    """Order cells as numbers where all are, else as text (which dates in ISO form allow)."""
    number = pd.to_numeric(column, errors="coerce")
    if (number.isna() == column.isna()).all():
        return number.astype("float64")
    return column.astype(object).rank(method="dense")


@step("by")
def sort(table: WorkingTable, *, by: Names, descending: bool = False) -> None:
    """Put the rows in order. Numbers are ordered as numbers; missing cells come last.

    Parameters:
        by: the columns, the first one first.
        descending: the greatest first.

    Example:

        - sort: [jumlah]

        | nama | jumlah |
        |---|---|
        | Nias | 100 |
        | Dairi | 20 |

        | nama | jumlah |
        |---|---|
        | Dairi | 20 |
        | Nias | 100 |
    """
    table.resolve(by)
    frame = pd.DataFrame({name: series(table[name]) for name in by})
    for name in by:
        number = pd.to_numeric(frame[name], errors="coerce")
        if (number.isna() == frame[name].isna()).all():
            frame[name] = number.astype("float64")
        else:
            frame[name] = frame[name].astype(object)
    ordered = frame.sort_values(by, ascending=not descending, kind="stable", na_position="last")
    table.take(ordered.index.to_numpy())
    table.trail.add_rows(table.step, "sort", table.lineage, table.reason_text(None))
