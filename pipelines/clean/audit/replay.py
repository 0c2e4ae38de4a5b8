"""Replaying an audit: its entries applied to the raw table give the clean one.

Nothing here knows the steps that made the entries. Cells are changed, filled, cleared and added by
their own entries. A change of the table's shape is one entry with its particulars (a column
renamed, dropped or put elsewhere, an unpivot, a pivot) or one for each row in its new order (a
sort), replayed in plain Python, apart from the code that the steps use.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pipelines.clean.table.columns import unique_labels
from pipelines.model import Table

Cells = np.ndarray[Any, Any]
"""(n,) objects: text or None."""


def cells(values: Sequence[str | None]) -> Cells:
    """Return text as an array of objects."""
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found


@dataclass
class ReplayTable:
    """Named columns of n cells, and the record number of each row."""

    columns: dict[str, Cells]
    record: np.ndarray[Any, Any]

    @classmethod
    def of(cls, columns: dict[str, list[str | None]], rows: int) -> ReplayTable:
        """Return a grid with records 0 … n−1."""
        return cls({name: cells(values) for name, values in columns.items()}, np.arange(rows))

    def _at(self, records: Sequence[int]) -> np.ndarray[Any, Any]:
        place = np.full(int(self.record.max(initial=-1)) + 1, -1)
        place[self.record] = np.arange(len(self.record))
        found: np.ndarray[Any, Any] = place[np.asarray(records, dtype=int)]
        if (found < 0).any():
            raise ValueError("an entry names a record that is not in the table")
        return found

    def write(self, field: str, records: Sequence[int], after: Sequence[str | None]) -> None:
        """Put text into cells of a column."""
        self.columns[field][self._at(records)] = cells(after)

    def drop_rows(self, records: Sequence[int]) -> None:
        """Leave rows out."""
        keep = np.ones(len(self.record), dtype=bool)
        keep[self._at(records)] = False
        self.take(np.flatnonzero(keep))

    def take(self, indices: np.ndarray[Any, Any]) -> None:
        """Keep these rows in this order."""
        self.columns = {name: values[indices] for name, values in self.columns.items()}
        self.record = self.record[indices]

    def rename(self, places: Sequence[int], names: Sequence[str]) -> None:
        """Give the columns at these 0-based places new names, all at once."""
        labels = list(self.columns)
        for place, name in zip(places, names, strict=True):
            labels[place] = name
        self.columns = dict(zip(labels, self.columns.values(), strict=True))

    def reorder(self, records: Sequence[int]) -> None:
        """Put the rows in the order of these records."""
        self.take(self._at(records))

    def add_row(self, record: int) -> None:
        """Add an empty row at the end."""
        self.columns = {
            name: np.concatenate([values, cells([None])]) for name, values in self.columns.items()
        }
        self.record = np.concatenate([self.record, [record]])

    def frame(self) -> pd.DataFrame:
        """Return the grid as pandas text, index 0 … n−1."""
        return pd.DataFrame(
            {name: pd.Series(values, dtype="str") for name, values in self.columns.items()},
            index=pd.RangeIndex(len(self.record)),
        )


def _add_column(grid: ReplayTable, field: str, before: str | None, after: str | None) -> None:
    order = list(grid.columns)
    grid.columns[field] = cells([None] * len(grid.record))
    if after is not None:
        order.insert(order.index(after) + 1, field)
        grid.columns = {name: grid.columns[name] for name in order}


def _drop_column(grid: ReplayTable, field: str, before: str | None, after: str | None) -> None:
    del grid.columns[field]


def _order(grid: ReplayTable, field: str | None, before: str | None, after: str) -> None:
    grid.columns = {name: grid.columns[name] for name in json.loads(after)}


def _unpivot(grid: ReplayTable, field: str | None, before: str | None, after: str) -> None:
    how = json.loads(after)
    rows, wide = len(grid.record), how["columns"]
    kept = {n: np.tile(v, len(wide)) for n, v in grid.columns.items() if n not in set(wide)}
    for index, name in enumerate(how["names"]):
        kept[name] = np.repeat(cells([label[index] for label in how["labels"]]), rows)
    kept[how["value"]] = np.concatenate([grid.columns[name] for name in wide] or [cells([])])
    grid.columns, grid.record = kept, np.arange(rows * len(wide))


def _pivot(grid: ReplayTable, field: str | None, before: str | None, after: str) -> None:
    how = json.loads(after)
    place: dict[tuple[Any, ...], int] = {}
    found: list[dict[str, Any]] = []
    for row in range(len(grid.record)):
        key = tuple(grid.columns[name][row] for name in how["index"])
        at = place.setdefault(key, len(place))
        if at == len(found):
            found.append(dict(zip(how["index"], key, strict=True)))
        found[at][grid.columns[how["name"]][row]] = grid.columns[how["value"]][row]
    names = [*how["index"], *how["columns"]]
    grid.columns = {name: cells([row.get(name) for row in found]) for name in names}
    grid.record = np.arange(len(found))


SHAPE_CHANGES: dict[str, Callable[[ReplayTable, Any, Any, Any], None]] = {
    "add-column": _add_column,
    "drop-column": _drop_column,
    "order": _order,
    "unpivot": _unpivot,
    "pivot": _pivot,
}


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
                SHAPE_CHANGES[action](grid, name, before, after)
    return grid.frame()


def same(left: pd.DataFrame, right: pd.DataFrame) -> bool:
    """Say whether two text tables have the same columns, rows and cells, missing ones included."""
    if list(left.columns) != list(right.columns) or len(left) != len(right):
        return False
    a: np.ndarray[Any, Any] = left.astype(object).where(left.notna(), None).to_numpy()
    b: np.ndarray[Any, Any] = right.astype(object).where(right.notna(), None).to_numpy()
    return bool((a == b).all())
