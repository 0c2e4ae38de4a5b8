"""What must happen to the rows of one table to make it another: by key, or by content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.publish.values import joined

Indices = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class RowDiff:
    """The difference between table `old` and table `new`, as row numbers into the two.

    changed_old, changed_new: the same rows on both sides. cells: field → mask over them.
    """

    old: pa.Table
    new: pa.Table
    names: tuple[str, ...]
    key: tuple[str, ...]
    added: Indices
    removed: Indices
    changed_old: Indices
    changed_new: Indices
    cells: dict[str, np.ndarray[Any, np.dtype[np.bool_]]]

    @property
    def empty(self) -> bool:
        """Nothing differs."""
        return not (len(self.added) or len(self.removed) or len(self.changed_new))

    @property
    def counts(self) -> dict[str, int]:
        """Rows added, changed and removed."""
        return {
            "added": len(self.added),
            "changed": len(self.changed_new),
            "removed": len(self.removed),
        }


def compare(old: pa.Table, new: pa.Table, names: Sequence[str], key: Sequence[str]) -> RowDiff:
    """Compare two text tables over the fields `names`; a field that one lacks counts as missing.

    With a key, rows are the same when their keys are; without one, only equal rows are, and equal
    rows are counted.
    """
    key = tuple(key) if _named(old, key) else ()
    before, after = joined(old, key), joined(new, key)
    if not key or pc.count_distinct(before).as_py() < len(before):
        key = ()
        before, after = _counted(joined(old, names)), _counted(joined(new, names))
    found = pc.index_in(after, value_set=before)
    place = pc.fill_null(found, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    added = np.flatnonzero(place < 0).astype(np.int64)
    common_new = np.flatnonzero(place >= 0).astype(np.int64)
    common_old = place[common_new].astype(np.int64)
    stays = np.zeros(len(before), bool)
    stays[common_old] = True
    removed = np.flatnonzero(~stays).astype(np.int64)
    cells: dict[str, np.ndarray[Any, np.dtype[np.bool_]]] = {}
    if key and len(common_new):
        other = [name for name in names if name not in key]
        masks = {name: _differs(old, new, name, common_old, common_new) for name in other}
        any_cell = np.logical_or.reduce(list(masks.values())) if masks else np.zeros(0, bool)
        if masks:
            cells = {name: mask[any_cell] for name, mask in masks.items() if mask.any()}
            common_old, common_new = common_old[any_cell], common_new[any_cell]
        else:
            common_old = common_new = np.zeros(0, np.int64)
    else:
        common_old = common_new = np.zeros(0, np.int64)
    return RowDiff(
        old, new, tuple(names), tuple(key), added, removed, common_old, common_new, cells
    )


def unique(table: pa.Table, key: Sequence[str]) -> bool:
    """Say whether the key names every row once."""
    if not _named(table, key):
        return False
    return bool(pc.count_distinct(joined(table, key)).as_py() == table.num_rows)


def _named(table: pa.Table, key: Sequence[str]) -> bool:
    return bool(key) and all(name in table.column_names for name in key)


def _counted(lines: pa.Array) -> pa.Array:
    """Number equal lines, so that the second of two equal rows has a key of its own."""
    series = lines.to_pandas()
    nth = series.groupby(series).cumcount()
    if not nth.any():
        return lines
    return pa.array((series.astype(object) + "\x1e" + nth.astype(str)).to_numpy(), lines.type)


def _differs(
    old: pa.Table, new: pa.Table, name: str, old_rows: Indices, new_rows: Indices
) -> np.ndarray[Any, np.dtype[np.bool_]]:
    a, b = _column(old, name, old_rows), _column(new, name, new_rows)
    found: np.ndarray[Any, np.dtype[np.bool_]] = pc.not_equal(a, b).to_numpy(zero_copy_only=False)
    return found


def _column(table: pa.Table, name: str, rows: Indices) -> Any:
    if name not in table.column_names:
        return pa.repeat(pa.scalar("", pa.large_string()), len(rows))
    column = table.column(name).take(pa.array(rows))
    return pc.fill_null(column.cast(pa.large_string()), "").combine_chunks()


def records(
    table: pa.Table, names: Sequence[str], rows: Indices | None = None
) -> list[dict[str, Any]]:
    """Return rows as the DataStore takes them: field → text or None."""
    part = table.select(list(names))
    return list((part if rows is None else part.take(pa.array(rows))).to_pylist())
