"""Which rows below the labels stand out; the others are data, and are not looked at one by one."""

from __future__ import annotations

from typing import Any

import numpy as np

from pipelines.extract.content.profile import Profile
from pipelines.readers import Grid
from pipelines.readers.grid import fold

_WORDS = (
    r"(?i)^\s*(?:sub[\s-]*|grand[\s-]*)?"
    r"(?:jumlah|total|jml|rata|rerata|average|mean|overall|keseluruhan|seluruh|sum|j u m|t o t|Σ)"
    r"|\b(?:total|jumlah)\s*$"
)
#: (n,) bool
Flags = np.ndarray[Any, Any]


def has_total_words(grid: Grid, shape: Profile, columns: list[int], start: int, stop: int) -> Flags:
    """(stop − start,) bool: a cell at the left has the words of a total."""
    found = np.zeros(stop - start, dtype=bool)
    for column in columns[: 5 if stop - start < 200_000 else 3]:
        known = shape.columns[column]
        if stop - start > 20_000 and known.typed and known.share == 1.0:
            continue
        found |= grid.matches(column, start, stop, _WORDS)
    return found


def outlier_rows(
    grid: Grid, shape: Profile, heads: list[int], start: int, worded_rows: Flags
) -> list[int]:
    """Return the rows that must be looked at, in order: those at both ends, with few cells, with a
    total's words, with the labels again, or that clash with their columns.

    heads: the label rows; worded_rows: for each row from `start`, whether it has a total's words.
    """
    stop = start + len(worded_rows)
    counts = grid.counts[start:stop]
    few = counts < max(2, (shape.width * 3 + 4) // 5)
    marked = few | worded_rows
    marked[: min(30, len(marked))] = True
    marked[max(0, len(marked) - 40) :] = True
    for head in heads:
        texts = grid.row(head)
        filled = [index for index, text in enumerate(texts) if fold(text)]
        if len(filled) > 1:
            marked |= grid.equals(filled[-1], start, stop, texts[filled[-1]])
    if stop - start <= 20_000 and shape.typed:
        for offset in range(stop - start):
            if not marked[offset]:
                fits, clashes = shape.agreement(grid.row(start + offset))
                marked[offset] = clashes > fits
    return [int(index) + start for index in np.flatnonzero(marked)]
