"""The rows above the data: which are labels, units or a numbering, and the labels they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from pipelines.extract import cells
from pipelines.extract.profile import Profile
from pipelines.readers import Grid, Merge
from pipelines.readers.grid import fold

MOST = 4
JOIN = " / "


@dataclass
class Header:
    """Label rows top-down, the unit row, other rows beside them with their rules, the first data
    row.

    labels: one per grid column, empty where there is none. why: the evidence, as (code, params).
    """

    rows: list[int]
    data: int
    units: int | None = None
    beside: dict[int, str] = field(default_factory=dict)
    labels: list[str] = field(default_factory=list)
    unit_texts: dict[int, str] = field(default_factory=dict)
    why: list[tuple[str, dict[str, object]]] = field(default_factory=list)


def find_header(grid: Grid, start: int, stop: int, shape: Profile) -> Header:
    """Find the label rows at the top of rows [start, stop)."""
    found = Header([], start)
    first = _first_data(grid, start, stop, shape, found)
    found.data = first
    above = list(range(max(start, first - 12), first))
    numbered = False
    while above:
        rule = _beside_labels(grid, above, shape)
        if rule:
            numbered = numbered or rule == "left-numbering"
            found.beside[above.pop()] = rule
        elif len(above) > 1 and _is_section(grid, above, shape, numbered):
            found.data = above.pop()
        else:
            break
    unit = above[-1] if above and _is_unit_row(grid, above[-1]) and len(above) > 1 else None
    if unit is not None:
        above.pop()
        found.units = unit
    found.rows = _label_rows(grid, above, shape, numbered)
    if _rows_of_words(grid, found.rows, shape):
        found.data = found.rows[0] + 1
        found.rows = found.rows[:1]
    found.labels = labels(grid, found.rows)
    if unit is not None and _needed(grid, found, unit):
        found.units = None
        found.rows = [*found.rows, unit] if found.rows else _label_rows(grid, [*above, unit], shape)
        found.labels = labels(grid, found.rows)
    elif unit is not None:
        found.unit_texts = {
            index: fold(text) for index, text in enumerate(grid.row(unit)) if fold(text)
        }
    over = _first_full_above(grid, start, found, shape)
    if over is not None:
        return Header([over], over + 1, labels=labels(grid, [over]), why=found.why)
    return found


def _beside_labels(grid: Grid, above: Sequence[int], shape: Profile) -> str:
    """The rule for the last row above the data if it is no label: a numbering, a drawn line."""
    row = above[-1]
    if cells.lettering(grid.texts(row)) and grid.counts[above[:-1]].max(initial=0) >= shape.width:
        return "left-numbering"
    if shape.counts_columns(grid.row(row)):
        numbers = [index for index in shape.used if grid.row(row)[index]]
        over = labels(grid, _label_rows(grid, above[:-1], shape))
        # Days of a month under one label tell its columns apart; a numbering adds nothing.
        alike = len({over[index] for index in numbers}) * 2 <= len(numbers)
        return "" if alike and any(over) else "left-numbering"
    return "left-ruler" if cells.ruler(grid.texts(row)) else ""


def _first_data(grid: Grid, start: int, stop: int, shape: Profile, found: Header) -> int:
    """Return the first row that looks like data."""
    counts = grid.counts
    enough = max(1, (shape.width * 2 + 4) // 5)
    if shape.typed:
        seen = False
        for row in range(start, stop):
            if counts[row] < enough:
                continue
            texts = grid.row(row)
            data = shape.looks_like_data(texts) or (seen and shape.says_no_data(texts))
            if not data or shape.counts_columns(texts):
                seen = seen or shape.agreement(texts)[1] > 0
                continue
            if _counts_columns(texts, shape, first=not seen):
                seen = True
                continue
            fits, _ = shape.agreement(texts)
            found.why.append(("why-types", {"row": grid.row0 + row, "columns": fits}))
            return row
    for row in range(start, stop):
        if counts[row] >= max(1, (shape.width * 3 + 3) // 4):
            return _after_text_header(grid, row, stop, shape, found)
    return stop


def _after_text_header(grid: Grid, row: int, stop: int, shape: Profile, found: Header) -> int:
    """Return the first data row of a table of words whose first full row is `row`."""
    texts = grid.row(row)
    again = [
        index for index, text in enumerate(texts) if text and text in shape.columns[index].values
    ]
    more = bool((grid.counts[row + 1 : stop] * 2 >= shape.width).any())
    if len(again) * 2 > sum(1 for text in texts if text) and stop - row > 2 and more:
        found.why.append(("why-no-header", {"row": grid.row0 + row}))
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
    found.why.append(("why-first-full", {"row": grid.row0 + row}))
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
    return len(set(times)) == len(times) and (len(times) > 1 or (first and words and bool(times)))


def _follow(times: Sequence[str]) -> bool:
    """Years over columns follow each other, up or down; numbers that look like years do not."""
    years = [int(text[:4]) for text in times if cells.kind(text) == cells.YEAR]
    steps = [later - earlier for earlier, later in pairwise(years)]
    return all(0 < step <= 10 for step in steps) or all(-10 <= step < 0 for step in steps)


def _is_unit_row(grid: Grid, row: int) -> bool:
    texts = grid.texts(row)
    return bool(texts) and all(cells.unit(text) for text in texts)


def _first_full_above(grid: Grid, start: int, found: Header, shape: Profile) -> int | None:
    """A row over the labels that is as full as the table is no title: it holds the labels."""
    if not found.rows or grid.merges:
        return None
    for row in range(start, found.rows[0]):
        full = int(grid.counts[row]) >= max(2, shape.width)
        if (
            full
            and not _is_comment(grid, row, found.rows[0])
            and not shape.counts_columns(grid.row(row))
        ):
            return row
    return None


def _rows_of_words(grid: Grid, rows: Sequence[int], shape: Profile) -> bool:
    """Three full rows that no merge ties are labels and, below them, rows that hold words."""
    if len(rows) < 3 or any(m.top <= row <= m.bottom for m in grid.merges for row in rows):
        return False
    return all(int(grid.counts[row]) >= max(2, len(shape.used)) for row in rows)


def _is_section(grid: Grid, above: Sequence[int], shape: Profile, numbered: bool) -> bool:
    """A few words right above the data, under labels of their own columns, head a group of rows.

    numbered: below them the columns are numbered, which ends the labels."""
    row = above[-1]
    filled = np.flatnonzero(grid.filled[row])
    if numbered or not len(filled) or _is_unit_row(grid, row):
        return False
    if any(m.top < row <= m.bottom for m in grid.merges):
        return False
    over = _labels_above(grid, above[:-1], shape)
    named = sum(map(bool, over))
    if named < 2 or named * 4 < shape.width * 3 or len(filled) * 5 >= 3 * named:
        return False
    return all(over[index] for index in filled)


def _labels_above(grid: Grid, above: Sequence[int], shape: Profile) -> list[str]:
    """The labels that the rows above would make; a row of units is not one of them."""
    rows = [row for row in above if not _is_unit_row(grid, row)]
    return labels(grid, _label_rows(grid, rows, shape))


def _needed(grid: Grid, found: Header, unit: int) -> bool:
    """A row of units belongs to the labels when columns cannot be told apart without it."""
    if not found.rows:
        return True
    texts = grid.row(unit)
    kept = [label for index, label in enumerate(found.labels) if texts[index]]
    return len(set(kept)) < len(kept) or not all(kept)


def _label_rows(
    grid: Grid, above: Sequence[int], shape: Profile, numbered: bool = False
) -> list[int]:
    """Choose the label rows among the rows above the data, going up from the lowest.

    numbered: below them the columns are numbered, so that a lone cell belongs to the labels."""
    rows: list[int] = []
    for row in reversed(above):
        if len(rows) == MOST:
            break
        if grid.counts[row] == 0:
            if rows:
                break
            continue
        if not rows:
            alone = grid.counts[row] == 1 and shape.width > 1
            if alone and not numbered and not _part_of_header(grid, row, shape):
                break
            rows = [row]
        elif _belongs(grid, row, rows, shape):
            rows.insert(0, row)
        else:
            break
    return rows


def _part_of_header(grid: Grid, row: int, shape: Profile) -> bool:
    """A lone cell in the row right above the data: a label when merges or gaps say so."""
    return any(m.top < row <= m.bottom and m.right - m.left + 1 < shape.width for m in grid.merges)


def _belongs(grid: Grid, row: int, rows: Sequence[int], shape: Profile) -> bool:
    """Say whether `row`, just above label rows `rows`, is one of them."""
    used = shape.used or list(range(grid.width))
    span = used[-1] - used[0] + 1
    wide = max(2, 0.8 * span)
    below = rows[0]
    texts = grid.row(row)
    filled = [index for index, text in enumerate(texts) if text and not text.isspace()]
    for merge in grid.merges:
        if merge.top <= row < merge.bottom and merge.bottom >= below:
            return merge.right - merge.left + 1 < wide or span <= 2
    spans = [m for m in grid.merges if m.top == row == m.bottom and m.right > m.left]
    if any(m.right - m.left + 1 >= wide for m in spans) and len(filled) == 1:
        return False
    own = [m for m in spans if used[0] <= m.left and m.right <= used[-1]]
    if own and all(_labelled_below(grid, m, rows) for m in own):
        return len(filled) > 1 or own[0].left > used[0]
    named = [bool(label) for label in labels(grid, rows)]
    lacking = [index for index in used if not named[index]]
    if len(filled) == 1:
        if filled[0] == used[0]:
            return False  # a line over an empty corner is the table's title
        return filled[0] in lacking and len(fold(texts[filled[0]])) <= 40
    if any(fold(texts[index]).endswith(":") for index in filled) or _is_comment(grid, row, below):
        return False
    if any((texts[index] or "").lstrip().startswith(":") for index in filled):
        return False
    if any(index in lacking for index in filled):
        return True
    if len(filled) >= 0.8 * sum(named[index] for index in used) and len(filled) >= 2:
        return all(len(texts[index] or "") <= 80 for index in filled)
    if grid.merges or filled[0] == used[0]:
        return False
    return len(filled) >= 2 and max(len(fold(texts[index])) for index in filled) <= 40


def _is_comment(grid: Grid, row: int, below: int) -> bool:
    """A line marked as a comment, over labels that are not."""
    first, label = "".join(grid.texts(row)[:1]), "".join(grid.texts(below)[:1])
    return first.startswith(("#", "//", "%", "--", ";")) and not label.startswith(first[:1])


def _labelled_below(grid: Grid, merge: Merge, rows: Sequence[int]) -> bool:
    right = min(merge.right + 1, grid.width)
    return any(any(grid.row(row)[c] for c in range(merge.left, right)) for row in rows)


def labels(grid: Grid, rows: Sequence[int]) -> list[str]:
    """Join the labels of each column top-down with ` / `, merged cells spread over their range."""
    if not rows:
        return [""] * grid.width
    table = [[fold(text) for text in grid.row(row)] for row in rows]
    place = {row: index for index, row in enumerate(rows)}
    merged = False
    for merge in grid.merges:
        touched = [row for row in rows if merge.top <= row <= merge.bottom]
        if not touched or merge.right < 0 or merge.left >= grid.width:
            continue
        anchor = merge.top if merge.top in place else None
        text = fold(grid.row(merge.top)[merge.left]) if merge.top >= 0 and merge.left >= 0 else ""
        merged = merged or (merge.right > merge.left)
        if anchor is None and merge.right - merge.left + 1 >= grid.width:
            continue
        for index in range(max(0, merge.left), min(merge.right + 1, grid.width)):
            table[place[touched[0]]][index] = text
            for row in touched[1:]:
                table[place[row]][index] = ""
    if not merged and len(rows) > 1:
        _spread(table)
    joined = []
    for column in zip(*table, strict=True):
        parts: list[str] = []
        for text in column:
            if text and (not parts or parts[-1] != text):
                parts.append(text)
        joined.append(JOIN.join(parts))
    return joined


def _spread(table: list[list[str]]) -> None:
    """Carry group labels right over blanks that have a label below (merges not known)."""
    for level, row in enumerate(table[:-1]):
        below = [any(other[j] for other in table[level + 1 :]) for j in range(len(row))]
        current = ""
        for index, text in enumerate(row):
            if text:
                current = text if below[index] else ""
            elif below[index] and current:
                row[index] = current
            else:
                current = ""
