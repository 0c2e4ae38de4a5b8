"""Key values that exceed the memory limit, in a temporary file partitioned by hash.

Equal values have equal hashes and lie in the same partition, so each partition is searched for
duplicates by itself: the memory needed is that of one partition, whatever the number of rows.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from pipelines.text import arrow
from pipelines.validate.bulk.hashing import MIX, Hashes

#: partitions of the hashes
PARTITIONS = 64

Rows = np.ndarray[Any, Any]


def partition_numbers(hashes: Hashes, count: int) -> Rows:
    """Return for each of n hashes its partition out of `count` (a power of two, 256 at most).

    The hash of a number is the number's own bits, so that it must be stirred first.
    """
    with np.errstate(over="ignore"):
        stirred = hashes * MIX
    return (stirred >> np.uint64(65 - count.bit_length())).astype(np.uint8)


@dataclass
class Batch:
    """n key values: their row numbers, hashes, and per field of the key the cells as texts."""

    rows: Rows
    hashes: Hashes
    cells: list[Any]

    @property
    def size(self) -> int:
        """Bytes in memory."""
        return 16 * len(self.rows) + sum(int(column.nbytes) for column in self.cells)

    def take(self, places: Rows) -> Batch:
        """Return the values at some places."""
        cells = [column.take(arrow.integers(places)) for column in self.cells]
        return Batch(self.rows[places], self.hashes[places], cells)

    def texts(self) -> list[tuple[str | None, ...]]:
        """Return the cells row by row."""
        return list(zip(*(column.to_pylist() for column in self.cells), strict=True))


def concatenate(batches: Sequence[Batch]) -> Batch:
    """Put batches together, of which there is at least one."""
    return Batch(
        np.concatenate([batch.rows for batch in batches]),
        np.concatenate([batch.hashes for batch in batches]),
        [
            pa.concat_arrays(columns)
            for columns in zip(*(batch.cells for batch in batches), strict=True)
        ],
    )


class PartitionFile:
    """A temporary file of key values; to be closed, which removes it."""

    def __init__(self, width: int) -> None:
        # closed by `close`
        self._file = tempfile.TemporaryFile(prefix="publish-keys-")  # noqa: SIM115
        cells = [(f"c{index}", pa.string()) for index in range(width)]
        self._schema = pa.schema([("row", pa.int64()), ("hash", pa.uint64()), *cells])
        self._places: list[list[tuple[int, int]]] = [[] for _ in range(PARTITIONS)]

    def write(self, batches: Sequence[Batch]) -> None:
        """Append values, partition by partition."""
        sorted_batches = []
        for batch in batches:
            own = partition_numbers(batch.hashes, PARTITIONS)
            order = np.argsort(own, kind="stable")
            bounds = np.searchsorted(own[order], np.arange(PARTITIONS + 1))
            sorted_batches.append((batch.take(order), bounds.tolist()))
        for number in range(PARTITIONS):
            start = self._file.tell()
            with pa.ipc.new_stream(self._file, self._schema) as writer:
                for batch, bounds in sorted_batches:
                    first, count = bounds[number], bounds[number + 1] - bounds[number]
                    if count:
                        writer.write_batch(self._record(batch, first, count))
            self._places[number].append((start, self._file.tell() - start))

    def _record(self, batch: Batch, first: int, count: int) -> Any:
        hashes = np.ascontiguousarray(batch.hashes)
        whole = [
            arrow.integers(batch.rows),
            pa.Array.from_buffers(pa.uint64(), len(hashes), [None, pa.py_buffer(hashes)]),
            *batch.cells,
        ]
        cut = [column.slice(first, count) for column in whole]
        return pa.RecordBatch.from_arrays(cut, schema=self._schema)

    def read(self, number: int) -> list[Batch]:
        """Return the values of one partition, in the order in which they were written."""
        found = []
        for start, size in self._places[number]:
            self._file.seek(start)
            for record in pa.ipc.open_stream(pa.py_buffer(self._file.read(size))):
                rows, hashes, *cells = record.columns
                found.append(Batch(arrow.int_values(rows), _hash_values(hashes), cells))
        return found

    def close(self) -> None:
        """Remove the file."""
        self._file.close()


def _hash_values(array: Any) -> Hashes:
    data = np.frombuffer(array.buffers()[1], np.uint64)
    return data[array.offset : array.offset + len(array)]
