"""Where the rows of the working table come from, whatever steps did to them since."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from pipelines.clean.table.arrow_text import Ints
from pipelines.model import Table


@dataclass(frozen=True)
class Lineage:
    """(n,) each. source: index of the source; row: the sheet's row; record: the row's number in the
    audit. origin, part: its place in the raw table, and which part of that row it is once an
    unpivot made several of it; both −1 for a row that no source has.

    span: more than any origin.
    """

    source: Ints
    row: Ints
    record: Ints
    origin: Ints
    part: Ints
    span: int

    @classmethod
    def of(cls, table: Table) -> Lineage:
        """Return the lineage of a raw table's n rows: records and origins 0 … n−1, one part."""
        rows = len(table)
        return cls(
            np.asarray(table.source, dtype=np.int32),
            np.asarray(table.row, dtype=np.int32),
            np.arange(rows, dtype=np.int32),
            np.arange(rows, dtype=np.int64),
            np.zeros(rows, dtype=np.int64),
            rows + 1,
        )

    def __len__(self) -> int:
        return len(self.record)

    @property
    def key(self) -> Ints:
        """(n,) what tells the parts of raw rows apart, in the order in which they were made."""
        return self.part * self.span + self.origin

    def take(self, rows: Any) -> Lineage:
        """Keep these rows (indices, a mask or a slice) in this order."""
        return Lineage(
            self.source[rows],
            self.row[rows],
            self.record[rows],
            self.origin[rows],
            self.part[rows],
            self.span,
        )

    def tiled(self, times: int) -> Lineage:
        """Repeat all rows so many times, each time as a part of its own; records begin anew."""
        rows = len(self)
        whole = self.take(np.tile(np.arange(rows), times))
        part = whole.part * times + np.repeat(np.arange(times), rows)
        return replace(whole, part=part, record=np.arange(rows * times, dtype=np.int32))

    def renewed(self) -> Lineage:
        """Begin records and origins anew: each row was made from several."""
        rows = len(self)
        return replace(
            self,
            record=np.arange(rows, dtype=np.int32),
            origin=np.arange(rows, dtype=np.int64),
            part=np.zeros(rows, dtype=np.int64),
        )

    def added(self, source: int, row: int) -> Lineage:
        """Add a row that no source has; source, row: where it was asked for."""
        record = int(self.record.max()) + 1 if len(self) else 0
        return Lineage(
            np.append(self.source, np.int32(source)),
            np.append(self.row, np.int32(row)),
            np.append(self.record, np.int32(record)),
            np.append(self.origin, -1),
            np.append(self.part, -1),
            self.span,
        )
