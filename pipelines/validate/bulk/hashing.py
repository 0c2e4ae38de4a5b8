"""64-bit hashes of texts, in bulk: equal texts have equal hashes; the reverse is checked later."""

from __future__ import annotations

from typing import Any

import numpy as np

MIX = np.uint64(0x9E3779B97F4A7C15)
STEP = np.uint64(0xBF58476D1CE4E5B9)
SHIFT = np.uint64(29)
WORD = 8
PARTS = np.array([0xFFFF_FFFF_FFFF_FFFF >> (64 - 8 * n) if n else 0 for n in range(9)], np.uint64)

Hashes = np.ndarray[Any, np.dtype[np.uint64]]


def hash_texts(texts: Any) -> Hashes:
    """Hash n texts (an Arrow string array without nulls), eight bytes at a time."""
    count = len(texts)
    if not count:
        return np.zeros(0, np.uint64)
    _, offsets_buffer, data_buffer = texts.buffers()
    offsets = np.frombuffer(offsets_buffer, np.int32)[texts.offset : texts.offset + count + 1]
    first, last = int(offsets[0]), int(offsets[-1])
    size = last - first
    data = np.zeros(size + WORD, np.uint8)
    if size:
        data[:size] = np.frombuffer(data_buffer, np.uint8)[first:last]
    lengths = np.diff(offsets)
    shortest, longest = int(lengths.min()), int(lengths.max())
    hashes: Hashes = lengths.astype(np.uint64) * MIX
    if shortest == longest:
        return _hash_even(hashes, data[:size].reshape(count, longest))
    params = np.ndarray((size + 1,), "<u8", buffer=data, strides=(1,))
    starts = (offsets[:-1] - first).astype(np.int64)
    for place in range(0, longest, WORD):
        if place + WORD <= shortest:
            hashes = mix(hashes, params[starts + place])
            continue
        here = np.flatnonzero(lengths > place) if place >= shortest else slice(None)
        word = params[starts[here] + place] & PARTS[np.minimum(lengths[here] - place, WORD)]
        hashes[here] = mix(hashes[here], word)
    return hashes


def _hash_even(hashes: Hashes, data: np.ndarray[Any, Any]) -> Hashes:
    """Go on with n texts of equal length, given as n × length bytes."""
    count, length = data.shape
    for place in range(0, length, WORD):
        word = np.zeros((count, WORD), np.uint8)
        part = data[:, place : place + WORD]
        word[:, : part.shape[1]] = part
        hashes = mix(hashes, word.view("<u8").ravel())
    return hashes


def mix(hashes: Hashes, params: Hashes) -> Hashes:
    """Stir n words into n hashes."""
    with np.errstate(over="ignore"):
        mixed = (hashes ^ params) * STEP
        mixed ^= mixed >> SHIFT
        mixed *= MIX
    return mixed
