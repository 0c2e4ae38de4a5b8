"""Columns into rows and back."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa

from pipelines.clean.registry import Names, step
from pipelines.clean.steps.patterns import checked
from pipelines.clean.table.arrow_text import matches, missing, nulls, repeated, replaced, text
from pipelines.clean.table.columns import ColumnState
from pipelines.clean.table.working_table import WorkingTable
from pipelines.errors import Refused, UsageProblem
from pipelines.project.strict import StrictModel


class UnpivotOptions(StrictModel):
    """The parameters of `unpivot`, which says what each one means."""

    columns: Names | None = None
    pattern: str | None = None
    keep: Names | None = None
    names: Names
    value: str
    separator: str = " / "
    remove: str = ""


@step("columns")
def unpivot(table: WorkingTable, *, options: UnpivotOptions) -> None:
    """Turn columns into rows: years or months that stand side by side become one column of
    names and one of values.

    Rows come column by column, as they stand in the sheet; an empty cell is kept as a row (a
    column that only other files or sheets have makes none). Name the columns by one of `columns`,
    `pattern` (RE2, anywhere in the label) or `keep` (all others).

    Parameters:
        columns: the columns to turn into rows.
        pattern: the columns whose label it is found in.
        keep: the columns that stay; all others turn into rows.
        names: the new column for the labels, or one for each part of a label of several rows.
        value: the new column for the cells.
        separator: what stands between the parts of a label.
        remove: a regular expression (RE2) to take out of the labels.

    Example:

        - unpivot: {keep: [nama], names: [tahun, bulan], value: jumlah}

        | nama | 2023 / Januari | 2023 / Februari |
        |---|---|---|
        | Nias | 10 | 12 |
        | Dairi | 7 |  |

        | nama | tahun | bulan | jumlah |
        |---|---|---|---|
        | Nias | 2023 | Januari | 10 |
        | Dairi | 2023 | Januari | 7 |
        | Nias | 2023 | Februari | 12 |
        | Dairi | 2023 | Februari |  |
    """
    names, value = options.names, options.value
    wide = _wide_columns(table, options)
    labels = [_label_parts(table, label, options) for label in wide]
    long = {name: column for name, column in table.columns.items() if name not in set(wide)}
    for name in (*names, value):
        table.require_new(name, long)
    how = {"columns": wide, "names": names, "labels": labels, "value": value}
    table.record_shape("unpivot", None, after=json.dumps(how, ensure_ascii=False))
    rows, times = len(table), len(wide)
    for name, column in long.items():
        place = column.sheet_column
        long[name] = replace(
            column,
            values=pa.concat_arrays([column.values] * times),
            sheet_column=place if isinstance(place, int) else np.tile(place, times),
        )
    for index, name in enumerate(names):
        column_id = table.new_column_id()
        parts = [repeated(label[index], rows) for label in labels]
        long[name] = ColumnState(pa.concat_arrays(parts), 0, column_id, frozenset({column_id}))
    sources = [table.columns[name] for name in wide]
    kinds = {column.kind for column in sources}
    column_id = table.new_column_id()
    places = np.concatenate([column.sheet_columns() for column in sources])
    values = pa.concat_arrays([column.values for column in sources])
    long[value] = ColumnState(
        values,
        places,
        column_id,
        frozenset({column_id}).union(*(column.derived_from for column in sources)),
        kind=kinds.pop() if len(kinds) == 1 else "",
    )
    table.consumed_labels.update(column.label for column in sources)
    table.columns = long
    table.lineage = table.lineage.tiled(times)
    # A column that only other files or sheets have says nothing of a row: no cell, no row.
    if any(not isinstance(column.sheet_column, int) for column in sources):
        nowhere = (places == 0) & missing(values)
        if nowhere.any():
            table.take(np.flatnonzero(~nowhere))


def _wide_columns(table: WorkingTable, options: UnpivotOptions) -> list[str]:
    columns, pattern, keep = options.columns, options.pattern, options.keep
    if sum(item is not None for item in (columns, pattern, keep)) != 1:
        raise UsageProblem("unpivot-choice", where=table.context.where, step=table.step)
    if columns is not None:
        return table.resolve(columns)
    if keep is not None:
        stay = set(table.resolve(keep))
        found = [name for name in table.names if name not in stay]
    else:
        hits = matches(text(table.names), checked(pattern or "", table))
        found = [name for name, hit in zip(table.names, hits.tolist(), strict=True) if hit]
    if not found:
        raise Refused(
            "unpivot-nothing",
            where=table.context.where,
            pattern=pattern or "–",
            available=" · ".join(table.names) or "–",
        )
    return found


def _label_parts(table: WorkingTable, label: str, options: UnpivotOptions) -> list[str]:
    names, plain = options.names, label
    if options.remove:
        remove = checked(options.remove, table)
        plain = str(replaced(text([label]), remove, "")[0]).strip()
    parts = (
        [plain] if len(names) == 1 else [part.strip() for part in plain.split(options.separator)]
    )
    if len(parts) != len(names):
        raise Refused(
            "unpivot-parts",
            where=table.context.where,
            label=label,
            parts=len(parts),
            names=", ".join(names),
        )
    return parts


@step("names")
def pivot(table: WorkingTable, *, names: str, value: str, index: Names | None = None) -> None:
    """Turn rows into columns: each value of one column becomes a column of its own.

    Parameters:
        names: the column whose values become columns.
        value: the column whose cells fill them.
        index: the columns that stay and identify a row, all others by default.

    Example:

        - pivot: {names: jenis_kelamin, value: jumlah}

        | desa | jenis_kelamin | jumlah |
        |---|---|---|
        | A | laki | 10 |
        | A | perempuan | 12 |
        | B | laki | 7 |

        | desa | laki | perempuan |
        |---|---|---|
        | A | 10 | 12 |
        | B | 7 |  |
    """
    kept = index or [name for name in table.names if name not in (names, value)]
    table.resolve([*kept, names, value])
    frame = table.frame()
    labels = [str(label) for label in frame[names].dropna().unique().tolist()]
    for label in labels:
        table.require_new(label, kept)
    rows = frame.groupby(kept, sort=False, dropna=False).ngroup().to_numpy()
    twice = pd.DataFrame({"row": rows, "name": frame[names]}).duplicated() & frame[names].notna()
    if twice.any() or frame[names].isna().any():
        at = int(np.flatnonzero(twice | frame[names].isna())[0])
        raise Refused("pivot-twice", where=str(table.position(at)), field=names,
                      value=str(frame[names].iloc[at] if twice.any() else "–"))  # fmt: skip
    how = {"index": kept, "name": names, "value": value, "columns": labels}
    table.record_shape("pivot", None, after=json.dumps(how, ensure_ascii=False))
    first = np.unique(rows, return_index=True)[1]
    column = table.columns[value]
    codes = pd.Categorical(frame[names], categories=labels).codes
    family = column.derived_from | table.columns[names].derived_from
    cells = np.asarray(column.values.to_pylist(), dtype=object)
    made = {name: table.columns[name] for name in kept}
    table.columns = made
    table.take(first)
    for code, label in enumerate(labels):
        mine = codes == code
        filled = np.full(len(first), None, dtype=object)
        filled[rows[mine]] = cells[mine]
        column_id = table.new_column_id()
        values = text(filled.tolist()) if mine.any() else nulls(len(first))
        table.columns[label] = ColumnState(
            values, 0, column_id, family | {column_id}, kind=column.kind
        )
    table.lineage = table.lineage.renewed()
