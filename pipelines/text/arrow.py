"""Arrow values out of Python's and numpy's, and back, without pandas.

`pyarrow.array`, `pyarrow.scalar` and `to_numpy` of masks import pandas to see whether they were
handed one of its objects: half a second for a command that has no other use of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

Ints = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]


def integers(values: np.ndarray[Any, Any]) -> Any:
    """Return n integers as an int64 array, sharing their memory."""
    numbers = np.ascontiguousarray(values, np.int64)
    return pa.Array.from_buffers(pa.int64(), len(numbers), [None, pa.py_buffer(numbers)])


def flags(values: Flags) -> Any:
    """Return n flags as a boolean array."""
    bits = np.packbits(values, bitorder="little")
    return pa.Array.from_buffers(pa.bool_(), len(values), [None, pa.py_buffer(bits)])


def texts(values: Sequence[str | None], *, large: bool = False) -> Any:
    """Return n texts as a string array, `large_string` if asked; None is null."""
    encoded = [b"" if value is None else value.encode() for value in values]
    offsets = np.zeros(len(encoded) + 1, np.int64)
    np.cumsum([len(value) for value in encoded], out=offsets[1:])
    if offsets[-1] > 2**31 - 1 and not large:
        raise OverflowError("more text than an Arrow array addresses")
    there = None
    if None in values:
        there = pa.py_buffer(
            np.packbits([value is not None for value in values], bitorder="little")
        )
    places = offsets if large else offsets.astype(np.int32)
    data = [there, pa.py_buffer(places), pa.py_buffer(b"".join(encoded))]
    kind = pa.large_string() if large else pa.string()
    return pa.Array.from_buffers(kind, len(encoded), data)


def text(value: str | None) -> Any:
    """Return one text as a scalar."""
    return texts([value])[0]


def integer(value: int) -> Any:
    """Return one integer as an int64 scalar."""
    return integers(np.array([value]))[0]


def number(value: float) -> Any:
    """Return one number as a float64 scalar."""
    data = [None, pa.py_buffer(np.array([value], np.float64))]
    return pa.Array.from_buffers(pa.float64(), 1, data)[0]


def flag_values(mask: Any) -> Flags:
    """Return a boolean array's n flags; null counts as False."""
    valid, bits = mask.buffers()
    if not len(mask):
        return np.zeros(0, bool)
    found = _unpacked(bits, mask.offset, len(mask))
    if mask.null_count:
        found &= _unpacked(valid, mask.offset, len(mask))
    return found


def is_null(array: Any) -> Flags:
    """Say which of an array's n values are null."""
    if not array.null_count:
        return np.zeros(len(array), bool)
    return ~_unpacked(array.buffers()[0], array.offset, len(array))


def _unpacked(bits: Any, offset: int, count: int) -> Flags:
    packed = np.frombuffer(bits, np.uint8)
    return np.unpackbits(packed, bitorder="little")[offset : offset + count].astype(bool)


def int_values(array: Any) -> Ints:
    """Return an integer array's n values; there must be no nulls."""
    if not len(array):
        return np.zeros(0, np.int64)
    kind = {32: np.int32, 64: np.int64}[array.type.bit_width]
    data = np.frombuffer(array.buffers()[1], kind)
    return data[array.offset : array.offset + len(array)].astype(np.int64, copy=False)


def number_values(array: Any) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return a float64 array's n values; there must be no nulls."""
    data = np.frombuffer(array.buffers()[1], np.float64)
    return data[array.offset : array.offset + len(array)]
