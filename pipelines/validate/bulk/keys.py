"""Uniqueness over the whole table in bounded memory: the values of a key, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Any

import numpy as np
import pyarrow as pa

from pipelines.text import arrow
from pipelines.validate.bulk.block_checks import ResolvedBlock
from pipelines.validate.bulk.column_rules import ColumnRules
from pipelines.validate.bulk.duplicates import Duplicate, find_duplicates
from pipelines.validate.bulk.hash_partitions import PARTITIONS, Batch, PartitionFile
from pipelines.validate.bulk.hashing import mix

#: bytes of a key's values in memory before they spill to a temporary file
MEMORY_LIMIT = 32 << 20


class KeyStore:
    """The values of one key (of a unique field, or of several), with their rows.

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
        self._batches: list[Batch] = []
        self._size = 0
        self._spill: PartitionFile | None = None

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

    def add(self, resolved: ResolvedBlock, first: int) -> None:
        """Add a block whose first record has the row number `first`."""
        scanned = resolved.scanned
        parts = [scanned.key_hashes[index] for index in self.fields]
        hashes = parts[0].hashes
        for part in parts[1:]:
            hashes = mix(hashes, part.hashes)
        rows = first + scanned.rows
        cells = [scanned.cells[index] for index in self.fields]
        absent_parts = [part.absent for part in parts if part.absent is not None]
        absent = np.logical_and.reduce(absent_parts) if len(absent_parts) == len(parts) else None
        if absent is not None and absent.any():
            if len(self.absent) < self._most_absent:
                self.absent.extend(rows[absent].tolist())
            present = np.flatnonzero(~absent)
            rows, hashes = rows[present], hashes[present]
            cells = [column.take(arrow.integers(present)) for column in cells]
        self._append(Batch(rows, hashes, [_texts(column) for column in cells]))
        self._add_ragged(resolved, first)

    def _add_ragged(self, resolved: ResolvedBlock, first: int) -> None:
        rows, hashes, cells = [], [], []
        for place, row_cells, results in resolved.ragged:
            chosen = [results[index] for index in self.fields]
            if all(result.value is None for result in chosen):
                if self._most_absent:
                    self.absent.append(first + place)
                continue
            rows.append(first + place)
            keys = [
                column.reader.keys_of([result])
                for column, result in zip(self._columns, chosen, strict=True)
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
            self._append(Batch(np.array(rows), np.array(hashes, np.uint64), columns))

    def _append(self, batch: Batch) -> None:
        self._batches.append(batch)
        self._size += batch.size
        if self._size > MEMORY_LIMIT:
            if self._spill is None:
                self._spill = PartitionFile(len(self.fields))
            self._flush(self._spill)

    def _flush(self, spill: PartitionFile) -> None:
        spill.write(self._batches)
        self._batches = []
        self._size = 0

    def duplicates(self) -> list[Duplicate]:
        """Return the rows that duplicate an earlier row's value, in row order.

        With a limit only the first so many, each of which is an error.
        """
        found: list[Duplicate] = []
        for batches in self._partitions():
            fresh = find_duplicates(batches, self._columns, self._limit)
            if fresh:
                found = sorted([*found, *fresh], key=_row)[: self._limit or None]
        return found

    def _partitions(self) -> Iterator[Sequence[Batch]]:
        if self._spill is None:
            yield self._batches
            return
        if self._batches:
            self._flush(self._spill)
        for number in range(PARTITIONS):
            yield self._spill.read(number)


def _row(duplicate: Duplicate) -> int:
    return duplicate.row


def _texts(column: Any) -> Any:
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
