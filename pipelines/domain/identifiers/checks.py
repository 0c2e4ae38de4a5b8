"""The test that a written number must pass to be of its kind, vectorised over Arrow text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.domain.identifiers import patterns, structure
from pipelines.text import arrow


def digits_of(texts: Any) -> Any:
    """Return large_string texts with everything but ASCII digits taken out."""
    return pc.replace_substring_regex(texts, r"[^0-9]+", "")


def matrix(digits: Any, length: int) -> structure.Digits:
    """Return (n, length) uint8 digits 0–9 of n texts that are all `length` digits."""
    array = arrow.texts(digits, large=True) if isinstance(digits, list) else digits
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    offsets = np.frombuffer(array.buffers()[1], np.int64)[array.offset : array.offset + 1]
    data = np.frombuffer(array.buffers()[2], np.uint8)
    first = int(offsets[0])
    return data[first : first + len(array) * length].reshape(-1, length) - np.uint8(48)


def passes(test: str, digits: Any) -> structure.Mask:
    """Return (n,) bool: which texts of ASCII digits (large_string) pass a pattern's test."""
    count = len(digits)
    result = np.zeros(count, dtype=bool)
    if not count:
        return result
    if test == "any":
        return np.ones(count, dtype=bool)
    if test == "phone":
        national = pc.replace_substring_regex(digits, r"^(?:0062|62|0)0?", "")
        planned = pc.match_substring_regex(national, patterns.phone_plan())
        return arrow.flag_values(planned)
    lengths = arrow.int_values(pc.utf8_length(digits))
    for length, rule in _RULES[test].items():
        where = np.flatnonzero(lengths == length)
        if len(where):
            result[where] = rule(matrix(digits.take(arrow.integers(where)), length))
    return result


def _dotted(digits: structure.Digits) -> structure.Mask:
    # The layout is the NPWP's own; a wrong check digit is a typing slip, and an NPWP still.
    return structure.number(digits, 0, 8) > 0


_RULES: dict[str, dict[int, Callable[[structure.Digits], structure.Mask]]] = {
    "nik": {16: structure.nik},
    "nip": {18: structure.nip},
    "npwp": {15: structure.npwp, 16: structure.npwp},
    "npwp_dotted": {15: _dotted},
}
