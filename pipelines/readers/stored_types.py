"""How a workbook stores cells, as numbers or as text: read again only where it matters."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import python_calamine as calamine


def stored_numbers(
    path: Path, sheet: str | None, rows: np.ndarray[Any, Any], columns: np.ndarray[Any, Any]
) -> np.ndarray[Any, Any] | None:
    """Say which of k cells (1-based sheet rows and columns) hold numbers rather than text.

    None when the file is not a workbook that can be read this way, or has no such sheet. The sheet
    is read once for all its columns, and not far beyond the last of the rows.
    """
    last = int(rows.max(initial=0))
    try:
        stamp = path.stat()
    except OSError:
        return None
    found = _numbers_of(path, (stamp.st_mtime_ns, stamp.st_size), sheet, 1 << last.bit_length())
    if found is None:
        return None
    start, numbers = found
    places = columns - start
    inside = (places >= 0) & (places < numbers.shape[1]) & (rows >= 1) & (rows <= len(numbers))
    result = np.zeros(len(rows), dtype=bool)
    result[inside] = numbers[rows[inside] - 1, places[inside]]
    return result


@lru_cache(maxsize=4)
def _numbers_of(
    path: Path, stamp: tuple[int, int], sheet: str | None, last: int
) -> tuple[int, np.ndarray[Any, Any]] | None:
    """Return the first column of a sheet and (up to `last` rows, m) whether each cell is a number.

    stamp: time and size of the file, so that a file written anew is read anew.
    """
    try:
        with calamine.load_workbook(path) as book:
            if sheet not in book.sheet_names:
                return None
            found = book.get_sheet_by_name(sheet)
            start = found.start[1] + 1 if found.start else 1
            numbers: list[list[bool]] = []
            for cells in found.iter_rows():
                numbers.append(
                    [isinstance(c, int | float) and not isinstance(c, bool) for c in cells]
                )
                if len(numbers) == last:
                    break
    except (calamine.CalamineError, OSError):
        return None
    width = max(map(len, numbers), default=0)
    table = np.zeros((len(numbers), width), dtype=bool)
    for row, flags in enumerate(numbers):
        table[row, : len(flags)] = flags
    return start, table
