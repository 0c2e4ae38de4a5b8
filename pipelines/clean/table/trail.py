"""The trail: what each step did to which cell, kept as whole columns while the steps run.

Every change of the working table goes through `Work`, and `Work` writes it here, so a step can't
change a cell without a trace. Text stands in the chunks as it was; what of it may be shown is
decided at the end (`disclosure`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.clean.table.arrow_text import TEXT, Ints, Mask, Strings, missing
from pipelines.clean.table.columns import SheetColumn
from pipelines.clean.table.lineage import Lineage

#: Identity of entries whose text may be shown whatever becomes of their column.
PUBLIC = -1
#: Stands for text that must not be shown.
REDACTED = "•••"


@dataclass
class AuditChunk:
    """k entries of one step on one field (or on whole rows, or on the table's shape).

    column_id: the column's identity, None for entries without a column. `before` and `after`:
    (k,) text, None = missing throughout. reason: one text, or (k,) text. cells: for dropped rows,
    the columns as (column_id, field, values).
    """

    step: str
    action: str
    field: str | None
    column_id: int | None
    source: Ints
    row: Ints
    column: SheetColumn
    record: Ints
    before: Strings | None
    after: Strings | None
    reason: str | Strings
    cells: tuple[tuple[int, str, Strings], ...] = ()

    def __len__(self) -> int:
        return len(self.record)


class CellChanges(NamedTuple):
    """A change of one column of n cells.

    sheet_column: (n,) where it differs by row. reason: one text, or (n,) text. action: empty where
    before and after tell it (changed, filled, cleared).
    """

    step: str
    field: str
    column_id: int
    sheet_column: SheetColumn
    before: Strings
    after: Strings
    reason: str | Strings
    action: str


class ShapeChange(NamedTuple):
    """A change of the table's shape, written as one entry.

    source: the index of its source, −1 for none. column: 1-based in the sheet, 0 for none. record:
    what stands for a record number, −1 for none.
    """

    step: str
    action: str
    field: str | None
    before: str | None
    after: str | None
    reason: str
    source: int
    column: int
    record: int


class Trail:
    """The chunks in the order of the steps."""

    def __init__(self) -> None:
        self.chunks: list[AuditChunk] = []

    def add_cells(self, cells: CellChanges, rows: Lineage, mask: Mask) -> None:
        """Write an entry for each cell under the mask: changed, filled, cleared or added."""
        place = cells.sheet_column
        kinds = [(cells.action, mask)]
        if not cells.action:
            was, now = ~missing(cells.before), ~missing(cells.after)
            kinds = [("change", was & now), ("fill", ~was), ("clear", ~now)]
            kinds = [(action, mask & part) for action, part in kinds]
        for action, part in kinds:
            if not part.any():
                continue
            every = bool(part.all())
            pick = slice(None) if every else part
            arrow = None if every else pa.array(part)
            self.chunks.append(
                AuditChunk(
                    cells.step,
                    action,
                    cells.field,
                    cells.column_id,
                    rows.source[pick],
                    rows.row[pick],
                    place if isinstance(place, int) else place[pick],
                    rows.record[pick],
                    None if action in ("fill", "add") else _picked(cells.before, arrow),
                    None if action == "clear" else _picked(cells.after, arrow),
                    cells.reason if isinstance(cells.reason, str) else _picked(cells.reason, arrow),
                )
            )

    def add_rows(
        self,
        step: str,
        action: str,
        rows: Lineage,
        reason: str | Strings,
        cells: tuple[tuple[int, str, Strings], ...] = (),
    ) -> None:
        """Write an entry for each of the rows: dropped (with its cells), added, put in order."""
        self.chunks.append(
            AuditChunk(step, action, None, None, rows.source, rows.row, 0, rows.record, None, None,
                  reason, cells)
        )  # fmt: skip

    def add_shape(self, change: ShapeChange) -> None:
        """Write one entry about the table's shape."""
        source, row, record = np.array([[change.source], [0], [change.record]], dtype=np.int32)
        self.chunks.append(
            AuditChunk(change.step, change.action, change.field, None, source, row, change.column,
                  record, _one(change.before), _one(change.after), change.reason)
        )  # fmt: skip


def redacted(values: Strings) -> Strings:
    """Return the column with `•••` in the place of every text."""
    return pc.if_else(pc.is_null(values), pa.scalar(None, type=TEXT), pa.scalar(REDACTED, TEXT))


def _one(value: str | None) -> Strings | None:
    return None if value is None else pa.array([value], TEXT)


def _picked(values: Strings, mask: Any) -> Strings:
    return values if mask is None else values.filter(mask)
