"""Labels written once over a group of rows, without a merged cell, as pivot tables print them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np

from pipelines.extract.content import cells
from pipelines.extract.content.profile import Profile
from pipelines.readers import Grid, Merge
from pipelines.readers.grid import fold

#: Columns at the left that may hold such labels, and rows up to which they are looked for.
MOST_LEVELS, MOST_ROWS = 4, 50_000


def group_label_columns(
    grid: Grid, shape: Profile, columns: list[int], data: np.ndarray[Any, Any]
) -> list[int]:
    """Return the columns whose labels stand in the first row of each group only.

    Only where nothing else makes sense: the column is one of the first, its first cell is filled,
    groups have two rows on average, a group of a higher level begins one of each lower level, and
    once filled down the labels together tell every row from every other.
    """
    if not 4 <= len(data) <= MOST_ROWS or len(columns) < 3:
        return []
    rest = list(columns)
    if grid.filled[data, rest[0]].all() and _all_of(grid, rest[0], data, cells.TYPED):
        rest.pop(0)
    found: list[int] = []
    while len(rest) > 2 and len(found) < MOST_LEVELS and not grid.filled[data, rest[0]].all():
        found.append(rest.pop(0))
    names = (cells.TEXT, cells.YEAR, cells.DATE)
    # The profile looks at the rows below, where a large last group leaves the column empty.
    words = [j for j in found if _all_of(grid, j, data, names)]
    if not words or shape.columns[rest[0]].kind not in names:
        return []
    begins = [grid.filled[data, j] for j in found]
    levels = zip(begins, [*begins[1:], grid.filled[data, rest[0]]], strict=True)
    if any(not upper[0] or bool((upper & ~lower).any()) for upper, lower in levels):
        return []
    # Blanks in a column that is mostly filled are missing values.
    if not 2 <= begins[0].sum() * 2 <= len(data) or (~begins[-1]).sum() < 2:
        return []
    for j, begin in zip(found, begins, strict=True):
        if j not in words and not _counts(grid, j, data[begin]):
            return []
    return found if _tells_apart(grid, [*found, rest[0]], data) else []


def _all_of(grid: Grid, column: int, data: np.ndarray[Any, Any], kinds: Collection[str]) -> bool:
    rows = data[grid.filled[data, column]].tolist()
    return all(cells.kind(grid.row(row)[column]) in kinds for row in rows)


def group_sums(
    grid: Grid, shape: Profile, columns: list[int], data: np.ndarray[Any, Any]
) -> list[int]:
    """Return the columns whose merged cells hold the sums of their groups: said of the group, they
    would be counted once per row if they were filled down."""
    if not grid.merges or not len(data):
        return []
    inside = set(data.tolist())
    merges: dict[int, list[Merge]] = {}
    for merge in grid.merges:
        if merge.bottom > merge.top and merge.left == merge.right and merge.top in inside:
            merges.setdefault(merge.left, []).append(merge)
    numbers = [j for j in columns if shape.columns[j].kind == cells.NUMBER]
    parts = [j for j in numbers if j not in merges]
    return [
        j
        for j in numbers
        if len(merges.get(j, ())) > 1
        and any(all(_is_sum(grid, merge, part) for merge in merges[j]) for part in parts)
    ]


def _is_sum(grid: Grid, merge: Merge, column: int) -> bool:
    own = cells.value(grid.row(merge.top)[merge.left])
    rows = range(merge.top, min(merge.bottom + 1, grid.height))
    parts = [cells.value(grid.row(row)[column]) or 0.0 for row in rows]
    return own is not None and abs(sum(parts) - own) <= 1e-6 * max(1.0, abs(own))


def _counts(grid: Grid, column: int, rows: np.ndarray[Any, Any]) -> bool:
    numbers = [fold(grid.row(row)[column]).rstrip(".") for row in rows.tolist()]
    return numbers == [str(number) for number in range(1, len(numbers) + 1)]


def _tells_apart(grid: Grid, columns: list[int], data: np.ndarray[Any, Any]) -> bool:
    """No two rows have the same labels, and no label of the first column comes twice."""
    seen: set[tuple[str, ...]] = set()
    upper: list[str] = []
    current = [""] * len(columns)
    for row in data.tolist():
        texts = grid.row(row)
        for level, column in enumerate(columns):
            text = fold(texts[column])
            if text:
                current[level] = text
                if not level:
                    upper.append(text)
        if tuple(current) in seen:
            return False
        seen.add(tuple(current))
    return len(set(upper)) == len(upper)
