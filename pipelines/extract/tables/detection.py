"""The tables of a sheet: where each begins and ends, its columns, and how good it looks."""

from __future__ import annotations

import numpy as np

from pipelines.extract.body.body_rows import Body, BodyReader
from pipelines.extract.body.group_labels import group_label_columns, group_sums
from pipelines.extract.content.profile import Profile, profile, usual_width
from pipelines.extract.header.header_rows import Header, find_header
from pipelines.extract.header.labels import labels
from pipelines.extract.tables.evidence import evidence, score
from pipelines.extract.tables.found_table import FoundTable
from pipelines.extract.tables.grid_parts import band
from pipelines.extract.tables.side_by_side import side_by_side_ranges
from pipelines.readers import Grid


def find_tables(grid: Grid, *, keep_totals: bool = False, apart: bool = True) -> list[FoundTable]:
    """Find the tables of a sheet, top-down, then from left to right.

    keep_totals: leave total rows among the data. apart: part tables that stand side by side.
    """
    found: list[FoundTable] = []
    top = 0
    while top < grid.height:
        table = _next_table(grid, top, keep_totals)
        if table is None:
            break
        found += (_apart(table, keep_totals) if apart else []) or [table]
        if table.bottom <= top:
            break
        top = table.bottom
    return found


def _apart(table: FoundTable, keep_totals: bool) -> list[FoundTable]:
    """Read tables that stand side by side each by itself; none when it is one table alone."""
    grid = table.grid

    def read(part: Grid) -> FoundTable | None:
        return max(find_tables(part), key=lambda found: found.score, default=None)

    ranges = side_by_side_ranges(table, read)
    found: list[FoundTable] = []
    for left, right in ranges:
        part = band(grid, table.top, table.bottom, left, right)
        found += find_tables(part, keep_totals=keep_totals)
    return found


def _blocks(grid: Grid, top: int) -> list[tuple[int, int]]:
    """Runs of rows without a blank one, from `top` on."""
    filled = np.zeros(grid.height - top + 2, dtype=bool)
    np.greater(grid.counts[top:], 0, out=filled[1:-1])
    edges = np.flatnonzero(filled[1:] != filled[:-1]) + top
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def _next_table(grid: Grid, top: int, keep_totals: bool) -> FoundTable | None:
    """Read the first table at or below `top`."""
    blocks = _blocks(grid, top)
    if not blocks:
        return None
    anchor = _first_table_block(grid, blocks)
    if anchor is None:
        return None
    stop = grid.height
    start = blocks[anchor][0]
    shape = profile(grid, start, stop)
    header = find_header(grid, start, stop, shape)
    if not header.rows and anchor:
        _header_above(grid, blocks, anchor, shape, header)
    return build(grid, top, stop, shape, header, keep_totals=keep_totals)


def _first_table_block(grid: Grid, blocks: list[tuple[int, int]]) -> int | None:
    """Return the first block that holds a table: several rows of several cells."""
    widths = [_block_width(grid, start, stop) for start, stop in blocks]
    widest = max(widths)
    if widest <= 1:
        longest = max(range(len(blocks)), key=lambda i: blocks[i][1] - blocks[i][0])
        start, stop = blocks[longest]
        return longest if stop - start >= 1 else None
    for index, (start, stop) in enumerate(blocks):
        if widths[index] < 2 or (
            widths[index] == 2 and widest >= 4 and _key_values(grid, start, stop)
        ):
            continue
        if widths[index] * 4 < widest and stop - start < 4:
            continue
        return index
    return int(np.argmax(widths))


def _block_width(grid: Grid, start: int, stop: int) -> int:
    return usual_width(grid.counts[start:stop])


def _key_values(grid: Grid, start: int, stop: int) -> bool:
    """A few lines of `Tahun : 2024` above the table."""
    return stop - start <= 6


def _header_above(
    grid: Grid, blocks: list[tuple[int, int]], anchor: int, shape: Profile, header: Header
) -> None:
    """Labels parted from their data by a blank row."""
    row = blocks[anchor - 1][1] - 1
    texts = grid.row(row)
    filled = [j for j, text in enumerate(texts) if text and not text.isspace()]
    if len(filled) < max(2, shape.width // 2) or shape.looks_like_data(texts):
        return
    if not set(filled) & set(shape.used):
        return
    header.rows = [row]
    header.labels = labels(grid, [row])


def build(
    grid: Grid, top: int, stop: int, shape: Profile, header: Header, *, keep_totals: bool = False
) -> FoundTable:
    """Read the rows below the labels and settle columns, labels and score."""
    columns = _columns(grid, shape, header, stop)
    reader = BodyReader(grid, header, shape, columns)
    body = reader.read(stop, keep_totals=keep_totals)
    columns = _columns_of(grid, header, body, columns)
    _shift_short_header(grid, header, shape, columns)
    names = [header.labels[j] if header.labels else "" for j in columns]
    if not header.rows:
        names = [f"field{number}" for number in range(1, len(columns) + 1)]
    found = FoundTable(grid, header, shape, columns, names, body, top, body.stop)
    found.once = group_label_columns(grid, shape, columns, found.data)
    found.group_sums = group_sums(grid, shape, columns, found.data)
    found.why = evidence(found)
    found.score = score(found)
    return found


def _shift_short_header(grid: Grid, header: Header, shape: Profile, columns: list[int]) -> None:
    """Programs that number the rows leave out that column's label: labels begin one further."""
    if grid.lengths is None or len(header.rows) != 1 or len(columns) < 2 or columns[0] != 0:
        return
    usual = (
        int(np.bincount(grid.lengths[header.data :]).argmax()) if header.data < grid.height else 0
    )
    if int(grid.lengths[header.rows[0]]) != usual - 1 or len(columns) != usual:
        return
    first = [grid.row(row)[0] for row in range(header.data, min(header.data + 50, grid.height))]
    numbers = [text for text in first if text]
    if numbers and all(text.isdigit() for text in numbers):
        run = [int(text) for text in numbers]
        if run == list(range(run[0], run[0] + len(run))) and run[0] in (0, 1):
            header.labels = ["", *header.labels[:-1]]


def _columns(grid: Grid, shape: Profile, header: Header, stop: int) -> list[int]:
    named = [j for j in range(grid.width) if header.labels and header.labels[j]]
    used = set(shape.used) | set(named)
    if not used:
        used = {int(j) for j in np.flatnonzero(grid.filled[header.data : stop].any(axis=0))}
    return sorted(used)


def _columns_of(grid: Grid, header: Header, body: Body, columns: list[int]) -> list[int]:
    """The columns with a label or with a filled cell in a data row."""
    keep = np.ones(body.stop - body.start, dtype=bool)
    for row in body.rules:
        if body.start <= row < body.stop:
            keep[row - body.start] = False
    filled = grid.filled[body.start : body.stop]
    some = {j for j in range(grid.width) if (filled[:, j] & keep).any()}
    named = {j for j in range(grid.width) if header.labels and header.labels[j]}
    return sorted(some | named)
