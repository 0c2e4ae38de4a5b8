"""Uniqueness over the whole table in bounded memory: the values of a key as they are read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Any

import numpy as np
import pyarrow as pa

from pipelines.text import arrow
from pipelines.validate.hashing import mix
from pipelines.validate.repeats import Repeat, find_repeats
from pipelines.validate.scan import Settled
from pipelines.validate.shape import ColumnRules
from pipelines.validate.spill import SHARES, Batch, Spill

#: bytes of a key's values held in memory before they move to a temporary file
HELD = 32 << 20


class KeyStore:
    """The values of one key (one field's, or a primary key's), row by row as they are read.

    `absent`: with `note_absent`, the rows that have no value in any field of the key. Rows are
    faulty by that alone, so with a `limit` no more than those needed to reach it are noted.
    """

    def __init__(
        self,
        fields: Sequence[int],
        columns: Sequence[ColumnRules],
        *,
        limit: int = 0,
        note_absent: bool = False,
    ) -> None:
        self.fields = list(fields)
        self.absent: list[int] = []
        self._most_absent = (limit or 1 << 62) if note_absent else 0
        self._limit = limit
        self._columns = [columns[index] for index in fields]
        self._held: list[Batch] = []
        self._size = 0
        self._spill: Spill | None = None

    def __enter__(self) -> KeyStore:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._spill is not None:
            self._spill.close()

    @property
    def spilled(self) -> bool:
        """Whether the values no longer fit in memory."""
        return self._spill is not None

    def add(self, settled: Settled, first: int) -> None:
        """Take in a block whose first record has the row number `first`."""
        scanned = settled.scanned
        parts = [scanned.parts[index] for index in self.fields]
        hashes = parts[0].hashes
        for part in parts[1:]:
            hashes = mix(hashes, part.hashes)
        rows = first + scanned.rows
        cells = [scanned.cells[index] for index in self.fields]
        gone = [part.absent for part in parts if part.absent is not None]
        absent = np.logical_and.reduce(gone) if len(gone) == len(parts) else None
        if absent is not None and absent.any():
            if len(self.absent) < self._most_absent:
                self.absent.extend(rows[absent].tolist())
            there = np.flatnonzero(~absent)
            rows, hashes = rows[there], hashes[there]
            cells = [column.take(arrow.integers(there)) for column in cells]
        self._keep(Batch(rows, hashes, [_texts(column) for column in cells]))
        self._add_odd(settled, first)

    def _add_odd(self, settled: Settled, first: int) -> None:
        rows, hashes, cells = [], [], []
        for place, row_cells, verdicts in settled.odd:
            chosen = [verdicts[index] for index in self.fields]
            if all(verdict.value is None for verdict in chosen):
                if self._most_absent:
                    self.absent.append(first + place)
                continue
            rows.append(first + place)
            keys = [
                column.judge.keys_of([verdict])
                for column, verdict in zip(self._columns, chosen, strict=True)
            ]
            mixed = keys[0]
            for key in keys[1:]:
                mixed = mix(mixed, key)
            hashes.append(int(mixed[0]))
            cells.append(
                [
                    column.token(row_cells[index] if index < len(row_cells) else None)
                    for index, column in zip(self.fields, self._columns, strict=True)
                ]
            )
        if rows:
            columns = [arrow.texts(column) for column in zip(*cells, strict=True)]
            self._keep(Batch(np.array(rows), np.array(hashes, np.uint64), columns))

    def _keep(self, batch: Batch) -> None:
        self._held.append(batch)
        self._size += batch.size
        if self._size > HELD:
            if self._spill is None:
                self._spill = Spill(len(self.fields))
            self._flush(self._spill)

    def _flush(self, spill: Spill) -> None:
        spill.write(self._held)
        self._held = []
        self._size = 0

    def repeats(self) -> list[Repeat]:
        """Return the rows that repeat an earlier row's value, in row order.

        With a limit only the first so many, each of which is an error.
        """
        found: list[Repeat] = []
        for batches in self._shares():
            fresh = find_repeats(batches, self._columns, self._limit)
            if fresh:
                found = sorted([*found, *fresh], key=_row)[: self._limit or None]
        return found

    def _shares(self) -> Iterator[Sequence[Batch]]:
        if self._spill is None:
            yield self._held
            return
        if self._held:
            self._flush(self._spill)
        for share in range(SHARES):
            yield self._spill.read(share)


def _row(repeat: Repeat) -> int:
    return repeat.row


def _texts(column: Any) -> Any:
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
