"""The order of a version's rows, as its CSV has it, recorded beside the version.

The DataStore keeps rows in the order in which they came, and the lines of the history say which
rows came and went, not where they stood. So each release line records, in `before`, how its rows
lie against the same rows sorted by their cells: about a byte for a thousand rows that are sorted,
up to five for each row that is not.
"""

from __future__ import annotations

import base64
import binascii
import zlib

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.publish.values import joined


def order_of(table: pa.Table) -> str:
    """Return the order of n rows: for each its rank in the sorted table, as the step from the
    rank of the row before (32 bits, little-endian), compressed, in base32.

    Base32 since the DataStore makes search text of every cell, and leaves out words so long;
    base64 would fall apart into words.
    """
    ranks = np.empty(table.num_rows, np.int64)
    ranks[_sorted(table)] = np.arange(table.num_rows)
    steps = np.diff(ranks, prepend=-1).astype("<i4")
    packed = zlib.compress(steps.tobytes(), 9)
    return base64.b32encode(packed).decode().rstrip("=").lower()


def in_order(table: pa.Table, record: str) -> pa.Table:
    """Return the rows in a recorded order; as they are where none was recorded for such rows.

    Whoever edited the record loses the order, and no row.
    """
    ranks = _ranks(record, table.num_rows)
    return table if ranks is None else table.take(pa.array(_sorted(table)[ranks]))


def _sorted(table: pa.Table) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the row numbers in the order of the rows' cells; equal rows can't be told apart."""
    lines = joined(table, table.column_names)
    found: np.ndarray[tuple[int], np.dtype[np.int64]] = pc.sort_indices(lines).to_numpy()
    return found.astype(np.int64)


def _ranks(record: str, count: int) -> np.ndarray[tuple[int], np.dtype[np.int64]] | None:
    padded = record.upper() + "=" * (-len(record) % 8)
    try:
        steps = zlib.decompressobj().decompress(base64.b32decode(padded), 4 * count + 1)
    except (binascii.Error, ValueError, zlib.error):
        return None
    if not count or len(steps) != 4 * count:
        return None
    ranks = np.cumsum(np.frombuffer(steps, "<i4"), dtype=np.int64) - 1
    return ranks if np.array_equal(np.sort(ranks), np.arange(count)) else None
