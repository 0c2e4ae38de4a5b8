"""The labels of a table's columns: which rows above the data hold them, and how they join."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.extract.content.profile import Profile
from pipelines.readers import Grid, Merge
from pipelines.readers.grid import fold

#: Rows of labels that a table has at most.
MOST = 4
JOIN = " / "


def label_rows(
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
    if any(fold(texts[index]).endswith(":") for index in filled) or is_comment(grid, row, below):
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


def is_sentence(grid: Grid, row: int) -> bool:
    """A line of delimited text with a space after each separator: `Data Dinas, Tahun 2024`."""
    later = [text for text in grid.row(row)[1:] if text]
    return grid.kind == "text" and bool(later) and all(text.startswith(" ") for text in later)


def is_comment(grid: Grid, row: int, below: int) -> bool:
    """A line marked as a comment, or a sentence cut at its commas, over labels that are not."""
    if is_sentence(grid, row) and not is_sentence(grid, below):
        return True
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
