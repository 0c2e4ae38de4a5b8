"""Columns into rows and back."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from pipelines.clean.context import ColumnState, Place
from pipelines.clean.kernels import matches, nulls, repeated, replaced, series, text
from pipelines.clean.regex import checked
from pipelines.clean.registry import Names, step
from pipelines.clean.work import Work
from pipelines.errors import Refused, UsageProblem


@step("columns")
def unpivot(
    work: Work,
    *,
    columns: Names | None = None,
    pattern: str | None = None,
    keep: Names | None = None,
    names: Names,
    value: str,
    separator: str = " / ",
    remove: str = "",
) -> None:
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
    wide = _wide(work, columns, pattern, keep)
    labels = [_parts(work, label, names, separator, remove) for label in wide]
    chosen = set(wide)
    rest = {name: column for name, column in work.columns.items() if name not in chosen}
    for name in (*names, value):
        if name in rest:
            raise UsageProblem(
                "step-column-twice", where=work.context.where, step=work.step, field=name
            )
    how = {"columns": wide, "names": names, "labels": labels, "value": value}
    work.shape("unpivot", None, after=json.dumps(how, ensure_ascii=False))
    rows, times = len(work), len(wide)
    tiled = np.tile(np.arange(rows), times)
    made: dict[str, ColumnState] = {}
    for name, column in rest.items():
        place: Place = column.place if isinstance(column.place, int) else column.place[tiled]
        cells = pa.concat_arrays([column.values] * times)
        made[name] = ColumnState(cells, place, column.uid, column.family, column.label, column.kind)
    for index, name in enumerate(names):
        uid = work.new_uid()
        parts = [repeated(label[index], rows) for label in labels]
        made[name] = ColumnState(pa.concat_arrays(parts), 0, uid, frozenset({uid}))
    sources = [work.columns[name] for name in wide]
    uid = work.new_uid()
    made[value] = ColumnState(
        pa.concat_arrays([column.values for column in sources]),
        np.concatenate([_places(column, rows) for column in sources]),
        uid,
        frozenset({uid}).union(*(column.family for column in sources)),
        kind=_common_kind(sources),
    )
    work.spent.update(column.label for column in sources)
    work.columns = made
    work.lineage = work.lineage.tiled(times)
    # A column that only other files or sheets have says nothing of a row: no cell, no row.
    place = made[value].place
    if not isinstance(place, int) and any(not isinstance(c.place, int) for c in sources):
        nowhere = (place == 0) & made[value].values.is_null().to_numpy(zero_copy_only=False)
        if nowhere.any():
            work.take(np.flatnonzero(~nowhere))


def _common_kind(columns: list[ColumnState]) -> str:
    kinds = {column.kind for column in columns}
    return kinds.pop() if len(kinds) == 1 else ""


def _places(column: ColumnState, rows: int) -> np.ndarray[Any, Any]:
    if isinstance(column.place, int):
        return np.full(rows, column.place, dtype=np.int32)
    return column.place


def _wide(
    work: Work, columns: list[str] | None, pattern: str | None, keep: list[str] | None
) -> list[str]:
    if sum(item is not None for item in (columns, pattern, keep)) != 1:
        raise UsageProblem("unpivot-choice", where=work.context.where, step=work.step)
    if columns is not None:
        return work.chosen(columns)
    if keep is not None:
        stay = set(work.chosen(keep))
        found = [name for name in work.names if name not in stay]
    else:
        hits = matches(text(work.names), checked(pattern or "", work))
        found = [name for name, hit in zip(work.names, hits.tolist(), strict=True) if hit]
    if not found:
        raise Refused(
            "unpivot-nothing",
            where=work.context.where,
            pattern=pattern or "–",
            available=" · ".join(work.names) or "–",
        )
    return found


def _parts(work: Work, label: str, names: list[str], separator: str, remove: str) -> list[str]:
    plain = label
    if remove:
        plain = str(replaced(text([label]), checked(remove, work), "")[0]).strip()
    parts = [plain] if len(names) == 1 else [part.strip() for part in plain.split(separator)]
    if len(parts) != len(names):
        raise Refused(
            "unpivot-parts",
            where=work.context.where,
            label=label,
            parts=len(parts),
            names=", ".join(names),
        )
    return parts


@step("names")
def pivot(work: Work, *, names: str, value: str, index: Names | None = None) -> None:
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
    kept = index or [name for name in work.names if name not in (names, value)]
    work.chosen([*kept, names, value])
    frame = work.frame()
    labels = [str(label) for label in frame[names].dropna().unique().tolist()]
    clash = [label for label in labels if label in kept]
    if clash:
        raise UsageProblem(
            "step-column-twice", where=work.context.where, step=work.step, field=clash[0]
        )
    rows = frame.groupby(kept, sort=False, dropna=False).ngroup().to_numpy()
    twice = pd.DataFrame({"row": rows, "name": frame[names]}).duplicated() & frame[names].notna()
    if twice.any() or frame[names].isna().any():
        at = int(np.flatnonzero(twice | frame[names].isna())[0])
        raise Refused("pivot-twice", where=str(work.position(at)), field=names,
                      value=str(frame[names].iloc[at] if twice.any() else "–"))  # fmt: skip
    how = {"index": kept, "name": names, "value": value, "columns": labels}
    work.shape("pivot", None, after=json.dumps(how, ensure_ascii=False))
    first = np.unique(rows, return_index=True)[1]
    column = work.columns[value]
    codes = pd.Categorical(frame[names], categories=labels).codes
    family = column.family | work.columns[names].family
    cells = np.asarray(column.values.to_pylist(), dtype=object)
    made = {name: work.columns[name] for name in kept}
    work.columns = made
    work.take(first)
    for code, label in enumerate(labels):
        mine = codes == code
        filled = np.full(len(first), None, dtype=object)
        filled[rows[mine]] = cells[mine]
        uid = work.new_uid()
        values = text(filled.tolist()) if mine.any() else nulls(len(first))
        work.columns[label] = ColumnState(values, 0, uid, family | {uid}, kind=column.kind)
    work.lineage = work.lineage.renewed()


@step("by")
def sort(work: Work, *, by: Names, descending: bool = False) -> None:
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
    work.chosen(by)
    frame = pd.DataFrame({name: series(work[name]) for name in by})
    for name in by:
        number = pd.to_numeric(frame[name], errors="coerce")
        if (number.isna() == frame[name].isna()).all():
            frame[name] = number.astype("float64")
        else:
            frame[name] = frame[name].astype(object)
    ordered = frame.sort_values(by, ascending=not descending, kind="stable", na_position="last")
    work.take(ordered.index.to_numpy())
    work.trail.add_rows(work.step, "sort", work.lineage, work.because(None))
