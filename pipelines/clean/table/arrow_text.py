"""Operations on whole columns of Arrow text, of which every step is made.

A column is an Arrow array of `large_string` (what pandas keeps under its `str` dtype), length n,
null = missing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

Strings = Any
"""(n,) Arrow array of large_string; pyarrow ships no types."""
Ints = np.ndarray[Any, Any]
"""(n,) whole numbers."""
Mask = np.ndarray[Any, Any]
"""(n,) booleans."""

TEXT = pa.large_string()


def strings(series: pd.Series[Any]) -> Strings:
    """Return a pandas column of text as one Arrow array, without copying where it is one."""
    array = pa.array(series, type=TEXT, from_pandas=True)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def series(values: Strings) -> pd.Series[Any]:
    """Return an Arrow text array as a pandas column of dtype `str`, without copying."""
    return pd.Series(values, dtype="str")


def text(values: Sequence[str | None]) -> Strings:
    """Return Python strings as a column."""
    return pa.array(values, type=TEXT)


def nulls(count: int) -> Strings:
    """Return `count` missing cells."""
    return pa.nulls(count, type=TEXT)


def repeated(value: str | None, count: int) -> Strings:
    """Return one value `count` times."""
    return nulls(count) if value is None else pa.repeat(pa.scalar(value, type=TEXT), count)


def flags(mask: Any) -> Mask:
    """Return an Arrow boolean array as numpy booleans; null counts as false."""
    filled = pc.fill_null(mask, False) if mask.null_count else mask
    found: Mask = filled.to_numpy(zero_copy_only=False)
    return found


def matches(values: Strings, pattern: str) -> Mask:
    """Say which cells the RE2 pattern is found in (a missing cell is not)."""
    return flags(pc.match_substring_regex(values, pattern))


def replaced(values: Strings, pattern: str, replacement: str) -> Strings:
    """Return the cells with every match of the RE2 pattern replaced."""
    return pc.replace_substring_regex(values, pattern, replacement)


def missing(values: Strings) -> Mask:
    """Say which cells are missing."""
    if not values.null_count:
        return np.zeros(len(values), dtype=bool)
    found: Mask = pc.is_null(values).to_numpy(zero_copy_only=False)
    return found


def differs(before: Strings, after: Strings) -> Mask:
    """Say which cells differ, missing against text included."""
    if before is after:
        return np.zeros(len(before), dtype=bool)
    found = flags(pc.not_equal(before, after))
    if before.null_count or after.null_count:
        found |= flags(pc.xor(pc.is_null(before), pc.is_null(after)))
    return found


def scatter(values: Strings, mask: Mask, new: Strings) -> Strings:
    """Return the column with the cells under the mask replaced, in order, by `new`."""
    if mask.all():
        return new
    return pc.replace_with_mask(values, pa.array(mask), new)


def distinct(values: Strings) -> tuple[list[str | None], np.ndarray[Any, Any]]:
    """Return the distinct values and, per row, the index of its value (−1 = missing)."""
    encoded = pc.dictionary_encode(values)
    indices = encoded.indices
    if indices.null_count:
        indices = pc.fill_null(indices, -1)
    return encoded.dictionary.to_pylist(), indices.to_numpy(zero_copy_only=False)


def from_distinct(values: Sequence[str | None], indices: Ints) -> Strings:
    """Return the column whose row i holds `values[indices[i]]` (missing for −1)."""
    if not values:
        return nulls(len(indices))
    return pc.take(text(values), pa.array(indices, mask=indices < 0))


def map_distinct(values: Strings, function: Callable[[str], str | None]) -> Strings:
    """Apply a function once to each distinct value; a missing cell stays missing."""
    encoded = pc.dictionary_encode(values)
    before = encoded.dictionary.to_pylist()
    after = [function(value) for value in before]
    if after == before:
        return values
    return pc.take(text(after), encoded.indices)


def joined(
    parts: Sequence[Strings],
    separator: str,
    missing: Literal["skip", "emit_null"] = "skip",
) -> Strings:
    """Join columns cell by cell; a missing cell is left out, or makes the result missing."""
    return pc.binary_join_element_wise(*parts, pa.scalar(separator, TEXT), null_handling=missing)
