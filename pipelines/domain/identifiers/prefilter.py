"""The cheap look over a whole column: which cells could hold an identifier at all.

Works on Arrow's buffers, byte by byte, so that a million cells cost some hundredths of a second
and only the few that could be something are read as text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from pipelines.domain.identifiers.kinds import sense
from pipelines.text import arrow

#: Fewest digits of any identifier that is recognised without its label: `0633-21234`.
DIGITS = 9
#: Shortest cell worth a look: `a@b.id`, `B1234AB`.
SHORTEST = 6

Rows = np.ndarray[Any, np.dtype[np.int64]]


def chunks(values: object) -> Iterator[tuple[int, Any]]:
    """Yield (first row, Arrow large_string array) for a pandas Series or Arrow text of any kind."""
    array: Any = values
    if isinstance(array, list):
        array = arrow.texts(array, large=True)
    if hasattr(array, "array"):
        array = array.array
    if not isinstance(array, pa.Array | pa.ChunkedArray):
        array = pa.array(array, from_pandas=True)
    parts = array.chunks if isinstance(array, pa.ChunkedArray) else [array]
    first = 0
    for part in parts:
        if pa.types.is_dictionary(part.type):
            part = part.dictionary_decode()
        if part.type != pa.large_string():
            part = part.cast(pa.large_string())
        yield first, part
        first += len(part)


def possible(values: object, *, label: str = "") -> bool:
    """Say whether a column could hold identifiers at all: much cheaper than to find them.

    values, label: as for `find`, but no single string.
    """
    return bool(sense(label).kind) or any(len(suspects(part)) for _, part in chunks(values))


def suspects(array: Any) -> Rows:
    """Return the 0-based rows of a large_string array that could hold an identifier."""
    if len(array) == 0:
        return np.empty(0, dtype=np.int64)
    _, offsets_buffer, data_buffer = array.buffers()
    offsets = np.frombuffer(offsets_buffer, np.int64)[array.offset : array.offset + len(array) + 1]
    lengths = np.diff(offsets)
    if data_buffer is None or not len(lengths) or lengths.max() < SHORTEST:
        return np.empty(0, dtype=np.int64)
    data = np.frombuffer(data_buffer, np.uint8)[offsets[0] : offsets[-1]]
    starts = offsets[:-1] - offsets[0]
    found = np.zeros(len(array), dtype=bool)
    for byte_rows in _marks(data, starts, lengths):
        found |= byte_rows
    if array.null_count:
        found &= ~arrow.is_null(array)
    return np.flatnonzero(found)


def _marks(data: Any, starts: Rows, lengths: Rows) -> Iterator[Any]:
    """Yield (n,) masks: cells with an @, with any non-ASCII byte, with enough digits, a plate."""
    digit = (data - np.uint8(48)) < 10
    some_digits = bool(digit.any())
    for odd in (data == 64, data > 127):
        if odd.any():
            yield _any(odd, starts, lengths) & (lengths >= SHORTEST)
    if not some_digits:
        return
    if lengths.max() >= DIGITS:
        yield _sums(digit, starts, lengths) >= DIGITS
    upper = (data - np.uint8(65)) < 26
    if upper.any():
        # A plate's tail: a digit, perhaps one space or dash, a capital letter, in the same cell.
        joint = (data == 32) | (data == 45)
        tail = np.zeros(len(data), dtype=bool)
        tail[:-1] = digit[:-1] & upper[1:]
        tail[:-2] |= digit[:-2] & joint[1:-1] & upper[2:]
        ends = starts + lengths - 1
        tail[ends[lengths > 0]] = False
        if tail.any():
            yield _any(tail, starts, lengths) & (lengths >= SHORTEST)


def _any(mask: Any, starts: Rows, lengths: Rows) -> Any:
    """(n,) bool: cells in which `mask`, one per byte, holds anywhere."""
    found = np.zeros(len(starts), dtype=bool)
    places = np.flatnonzero(mask)
    # The last cell that starts at or before a byte and is not empty is the byte's own.
    found[np.searchsorted(starts, places, side="right") - 1] = True
    return found & (lengths > 0)


def _sums(mask: Any, starts: Rows, lengths: Rows) -> Any:
    """(n,) counts of the bytes for which `mask` holds, cell by cell."""
    filled = np.flatnonzero(lengths > 0)
    sums = np.zeros(len(starts), dtype=np.int32)
    sums[filled] = np.add.reduceat(mask, starts[filled], dtype=np.int32)
    return sums
