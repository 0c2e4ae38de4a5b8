"""How a workbook stores cells, as numbers or as text: read again only where it matters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import python_calamine as calamine


def stored_numbers(
    path: Path, sheet: str | None, rows: np.ndarray[Any, Any], columns: np.ndarray[Any, Any]
) -> np.ndarray[Any, Any] | None:
    """Say which of k cells (1-based sheet rows and columns) hold numbers rather than text.

    None when the file is not a workbook that can be read this way, or has no such sheet. The sheet
    is read down to the last of the rows and no further.
    """
    try:
        with calamine.load_workbook(path) as book:
            if sheet not in book.sheet_names:
                return None
            found = book.get_sheet_by_name(sheet)
            start = found.start[1] + 1 if found.start else 1
            last = int(rows.max(initial=0))
            wanted: dict[int, list[int]] = {}
            for index, row in enumerate(rows.tolist()):
                wanted.setdefault(row, []).append(index)
            numbers = np.zeros(len(rows), dtype=bool)
            for row, cells in enumerate(found.iter_rows(), start=1):
                for index in wanted.get(row, ()):
                    column = int(columns[index]) - start
                    cell = cells[column] if 0 <= column < len(cells) else None
                    numbers[index] = isinstance(cell, int | float) and not isinstance(cell, bool)
                if row >= last:
                    break
            return numbers
    except (calamine.CalamineError, OSError):
        return None
