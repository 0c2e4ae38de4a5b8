"""Uniqueness over the whole table in bounded memory: hashes find suspects, values convict them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import numpy as np
import pyarrow as pa

from pipelines import arrow
from pipelines.validate.hashing import Hashes, mix
from pipelines.validate.scan import Settled
from pipelines.validate.shape import Column

#: bytes of key columns held in memory before they move to a temporary file
HELD = 64 << 20
#: hashes sorted at a time
SORTED = 1 << 22

Rows = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Repeat:
    """A row whose key value an earlier row has: its row number, the earlier one, the values."""

    row: int
    earlier: int
    values: tuple[Any, ...]


@dataclass
class _Batch:
    rows: Rows
    hashes: Hashes
    cells: list[Any]


class KeyStore:
    """The values of one key (one field's, or a primary key's), row by row as they are read.

    `absent` collects the rows that have no value in any field of the key.
    """

    def __init__(self, fields: Sequence[int], columns: Sequence[Column]) -> None:
        self.fields = list(fields)
        self.absent: list[int] = []
        self._columns = [columns[index] for index in fields]
        self._held: list[_Batch] = []
        self._size = 0
        self._count = 0
        self._spill: _Spill | None = None

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
            self.absent.extend(rows[absent].tolist())
            there = np.flatnonzero(~absent)
            rows, hashes = rows[there], hashes[there]
            cells = [column.take(arrow.integers(there)) for column in cells]
        self._keep(_Batch(rows, hashes, [_texts(column) for column in cells]))
        self._add_odd(settled, first)

    def _add_odd(self, settled: Settled, first: int) -> None:
        rows, hashes, cells = [], [], []
        for place, row_cells, verdicts in settled.odd:
            chosen = [verdicts[index] for index in self.fields]
            if all(verdict.value is None for verdict in chosen):
                self.absent.append(first + place)
                continue
            rows.append(first + place)
            keys = [np.array([verdict.key or 0], np.uint64) for verdict in chosen]
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
            self._keep(_Batch(np.array(rows), np.array(hashes, np.uint64), columns))

    def _keep(self, batch: _Batch) -> None:
        self._count += len(batch.rows)
        if self._spill is not None:
            self._spill.write(batch)
            return
        self._held.append(batch)
        self._size += 16 * len(batch.rows) + sum(column.nbytes for column in batch.cells)
        if self._size > HELD:
            self._spill = _Spill(len(self.fields))
            for held in self._held:
                self._spill.write(held)
            self._held = []

    def _batches(self) -> Iterator[_Batch]:
        if self._spill is not None:
            yield from self._spill.read()
        else:
            yield from self._held

    def repeats(self) -> Iterator[Repeat]:
        """Yield the rows that repeat an earlier row's value, per value in row order."""
        parts = -(-self._count // SORTED) if self._count else 0
        for part in range(parts):
            suspects = self._suspects(part, parts)
            if len(suspects):
                yield from self._convict(suspects)

    def _suspects(self, part: int, parts: int) -> Hashes:
        """Return the hashes (of this share of all hashes) that more than one row has."""
        chosen = [
            batch.hashes if parts == 1 else batch.hashes[batch.hashes % np.uint64(parts) == part]
            for batch in self._batches()
        ]
        hashes = np.concatenate(chosen)
        hashes.sort()
        return np.unique(hashes[1:][hashes[1:] == hashes[:-1]])

    def _convict(self, suspects: Hashes) -> Iterator[Repeat]:
        seen: dict[tuple[Any, ...], int] = {}
        suspected = []
        for batch in self._batches():
            place = np.searchsorted(suspects, batch.hashes)
            place[place == len(suspects)] = 0
            hits = np.flatnonzero(suspects[place] == batch.hashes)
            if len(hits):
                rows = batch.rows[hits].tolist()
                cells = [column.take(arrow.integers(hits)).to_pylist() for column in batch.cells]
                suspected.append(list(zip(rows, *cells, strict=True)))
        for row, *texts in sorted((item for group in suspected for item in group), key=_first):
            values = tuple(
                c.verdict(text).value for c, text in zip(self._columns, texts, strict=True)
            )
            if any(value != value for value in values):
                continue  # not a number: equal to nothing
            earlier = seen.get(values)
            seen[values] = row
            if earlier is not None:
                yield Repeat(row, earlier, values)


def _first(item: tuple[Any, ...]) -> int:
    return int(item[0])


def _texts(column: Any) -> Any:
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def _hash_array(hashes: Hashes) -> Any:
    return pa.Array.from_buffers(pa.uint64(), len(hashes), [None, pa.py_buffer(hashes.copy())])


def _hash_values(array: Any) -> Hashes:
    data = np.frombuffer(array.buffers()[1], np.uint64)
    return data[array.offset : array.offset + len(array)]


class _Spill:
    """Key values in a temporary Arrow file: written once, read back any number of times."""

    def __init__(self, width: int) -> None:
        self._file = tempfile.NamedTemporaryFile(  # noqa: SIM115 - closed by its store
            prefix="publish-keys-", suffix=".arrow"
        )
        names = [f"c{index}" for index in range(width)]
        self._schema = pa.schema(
            [("row", pa.int64()), ("hash", pa.uint64()), *((name, pa.string()) for name in names)]
        )
        self._writer: Any = pa.ipc.new_file(self._file.name, self._schema)

    def write(self, batch: _Batch) -> None:
        columns = [arrow.integers(batch.rows), _hash_array(batch.hashes), *batch.cells]
        self._writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=self._schema))

    def read(self) -> Iterator[_Batch]:
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        with pa.memory_map(self._file.name) as source:
            reader = pa.ipc.open_file(source)
            for index in range(reader.num_record_batches):
                batch = reader.get_batch(index)
                row, hashes, *cells = batch.columns
                yield _Batch(arrow.int_values(row), _hash_values(hashes), cells)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._file.close()
