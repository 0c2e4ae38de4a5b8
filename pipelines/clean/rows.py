"""Rows: fill down, keep and drop by a condition, deduplicate."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from pipelines.clean.registry import Names, step
from pipelines.clean.work import Work
from pipelines.domain import expression


@step()
def fill_down(work: Work, *, fields: Names) -> None:
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
    for name in work.chosen(fields):
        work.put(name, pc.fill_null_forward(work[name]))


def test_of(work: Work, text: str) -> expression.Expression:
    """Compile a row condition over the columns as they stand."""
    return expression.compile(text, work.types(), where=f"{work.context.where} › {work.step}")


@step("where")
def drop_rows(work: Work, *, where: str, why: str | None = None) -> None:
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
    work.keep(~test_of(work, where).true(work.frame()), reason=why or where)


@step("where")
def keep_rows(work: Work, *, where: str, why: str | None = None) -> None:
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
    work.keep(test_of(work, where).true(work.frame()), reason=why or where)


@step("key", totals=False)
def deduplicate(
    work: Work,
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
    frame = work.frame()
    chosen = work.chosen(key if key is not None else work.context.schema.primary_key or None)
    if by is not None:
        rank = ranked(frame[work.require(by)])
    elif keep == "most":
        rank = frame.notna().sum(axis=1)
    else:
        if keep == "equal":
            gone = frame.duplicated(keep="first").to_numpy()
        else:
            gone = frame.duplicated(chosen, keep=keep).to_numpy()
        work.keep(~gone)
        return
    order = rank.sort_values(ascending=False, kind="stable", na_position="last").index
    gone_ordered = frame.loc[order].duplicated(chosen, keep="first")
    gone = np.zeros(len(frame), dtype=bool)
    gone[order.to_numpy()] = gone_ordered.to_numpy()
    work.keep(~gone)


def ranked(column: pd.Series[str]) -> pd.Series[float]:
    """Order cells as numbers where all are, else as text (which dates in ISO form allow)."""
    number = pd.to_numeric(column, errors="coerce")
    if (number.isna() == column.isna()).all():
        return number.astype("float64")
    return column.astype(object).rank(method="dense")
