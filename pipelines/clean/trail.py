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

from pipelines.clean.context import Ints
from pipelines.clean.kernels import TEXT, Mask, Strings, missing
from pipelines.clean.lineage import Lineage

#: Identity of entries whose text may be shown whatever becomes of their column.
OPEN = -1


@dataclass
class Chunk:
    """k entries of one step on one field (or on whole rows, or on the table's shape).

    uid: the column's identity, None for entries without a column. `before` and `after`: (k,) text,
    None = missing throughout. reason: one text, or (k,) text. cells: for dropped rows, the
    columns as (uid, field, values).
    """

    step: str
    action: str
    field: str | None
    uid: int | None
    source: Ints
    row: Ints
    column: Ints | int
    record: Ints
    before: Strings | None
    after: Strings | None
    reason: str | Strings
    cells: tuple[tuple[int, str, Strings], ...] = ()

    def __len__(self) -> int:
        return len(self.record)


class CellChanges(NamedTuple):
    """A change of one column of n cells. place: its sheet column, (n,) where it differs by row.
    reason: one text, or (n,) text. action: empty where before and after tell it.
    """

    step: str
    field: str
    uid: int
    place: Ints | int
    before: Strings
    after: Strings
    reason: str | Strings
    action: str


class Trail:
    """The chunks in the order of the steps."""

    def __init__(self) -> None:
        self.chunks: list[Chunk] = []

    def add_cells(self, cells: CellChanges, rows: Lineage, mask: Mask) -> None:
        """Write an entry for each cell under the mask: changed, filled, cleared or added."""
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
                Chunk(
                    cells.step,
                    action,
                    cells.field,
                    cells.uid,
                    rows.source[pick],
                    rows.row[pick],
                    cells.place if isinstance(cells.place, int) else cells.place[pick],
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
            Chunk(step, action, None, None, rows.source, rows.row, 0, rows.record, None, None,
                  reason, cells)
        )  # fmt: skip

    def add_shape(
        self,
        step: str,
        action: str,
        field: str | None,
        before: str | None,
        after: str | None,
        reason: str,
        *,
        source: int,
        column: int,
        at: int,
    ) -> None:
        """Write an entry about the table's shape.

        source: the index of its source, −1 for none; column: 1-based in the sheet, 0 for none;
        at: what stands for its record.
        """
        number = np.array([[source], [0], [at]], dtype=np.int32)
        self.chunks.append(
            Chunk(step, action, field, None, number[0], number[1], column, number[2],
                  _one(before), _one(after), reason)
        )  # fmt: skip


def _one(value: str | None) -> Strings | None:
    return None if value is None else pa.array([value], TEXT)


def _picked(values: Strings, mask: Any) -> Strings:
    return values if mask is None else values.filter(mask)
