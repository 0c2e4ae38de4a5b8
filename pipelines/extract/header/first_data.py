"""Where the data of a table begin."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from pipelines.extract.content import cells
from pipelines.extract.content.profile import Profile
from pipelines.extract.header.labels import is_sentence
from pipelines.readers import Grid

#: What speaks for a choice, as (code, params).
Evidence = list[tuple[str, dict[str, object]]]


def first_data(grid: Grid, start: int, stop: int, shape: Profile, why: Evidence) -> int:
    """Return the first row that looks like data."""
    counts = grid.counts
    enough = max(1, (shape.width * 2 + 4) // 5)
    if shape.typed:
        seen = False
        for row in range(start, stop):
            if counts[row] < enough:
                continue
            texts = grid.row(row)
            data = shape.looks_like_data(texts) or (seen and shape.only_missing_marks(texts))
            if not data or shape.counts_columns(texts):
                seen = seen or shape.agreement(texts)[1] > 0
                continue
            if _counts_columns(texts, shape, first=not seen):
                seen = True
                continue
            fits, _ = shape.agreement(texts)
            why.append(("why-types", {"row": grid.first_row + row, "columns": fits}))
            return row
    for row in range(start, stop):
        if counts[row] >= max(1, (shape.width * 3 + 3) // 4):
            if row + 1 < stop and is_sentence(grid, row) and not is_sentence(grid, row + 1):
                continue
            return _after_text_header(grid, row, stop, shape, why)
    return stop


def _after_text_header(grid: Grid, row: int, stop: int, shape: Profile, why: Evidence) -> int:
    """Return the first data row of a table of words whose first full row is `row`."""
    texts = grid.row(row)
    again = [
        index for index, text in enumerate(texts) if text and text in shape.columns[index].values
    ]
    more = bool((grid.counts[row + 1 : stop] * 2 >= shape.width).any())
    if len(again) * 2 > sum(1 for text in texts if text) and stop - row > 2 and more:
        why.append(("why-no-header", {"row": grid.first_row + row}))
        return row
    bottom = row
    for merge in grid.merges:
        if merge.top <= row <= merge.bottom < stop and merge.bottom > merge.top:
            bottom = max(bottom, merge.bottom)
    spans = [m for m in grid.merges if m.top == m.bottom == bottom and m.right > m.left]
    if spans and bottom + 1 < stop and len(spans) < grid.counts[bottom] + 1:
        below = grid.row(bottom + 1)
        if all(all(below[c] for c in range(m.left, min(m.right + 1, grid.width))) for m in spans):
            bottom += 1
    if bottom == row and row + 1 < stop and not grid.merges:
        below = grid.row(row + 1)
        gaps = [index for index in shape.used if not texts[index]]
        if gaps and not below[shape.used[0]] and all(below[index] for index in gaps):
            bottom += 1
    why.append(("why-first-full", {"row": grid.first_row + row}))
    return bottom + 1


def _counts_columns(row: Sequence[str | None], shape: Profile, *, first: bool) -> bool:
    """Years, months or running numbers over columns that hold other things are labels, not data.

    first: no row above could hold the labels, so that one such cell is enough.
    """
    times: list[str] = []
    counts: list[int] = []
    for index in shape.typed:
        text = (row[index] or "").strip()
        kind = cells.kind(text)
        if kind in (cells.YEAR, cells.DATE):
            if shape.columns[index].kind == kind:
                return False
            times.append(text)
        elif kind == cells.NUMBER:
            if not text.isdigit() or len(text) > 3:
                return False
            counts.append(int(text))
    if (times and counts) or not _follow(times):
        return False
    if counts:
        steps = list(range(counts[0], counts[0] + len(counts)))
        return first and len(counts) > 2 and counts[0] in (0, 1) and counts == steps
    words = any(text and index not in shape.typed for index, text in enumerate(row))
    once = times[: _cycle(times)]
    return len(set(once)) == len(once) and (len(once) > 1 or (first and words and bool(times)))


def _cycle(times: Sequence[str]) -> int:
    """Return after how many cells the row repeats: the same years stand below each upper label."""
    for size in range(2, len(times) // 2 + 1):
        if len(times) % size == 0 and list(times) == list(times[:size]) * (len(times) // size):
            return size
    return len(times)


def _follow(times: Sequence[str]) -> bool:
    """Years over columns follow each other, up or down; numbers that look like years do not."""
    years = [int(text[:4]) for text in times[: _cycle(times)] if cells.kind(text) == cells.YEAR]
    steps = [later - earlier for earlier, later in pairwise(years)]
    return all(0 < step <= 10 for step in steps) or all(-10 <= step < 0 for step in steps)
