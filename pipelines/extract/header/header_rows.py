"""The rows above the data: which are labels, units, a numbering or a heading of the first rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from pipelines.extract.content import cells, phrases
from pipelines.extract.content.profile import Profile
from pipelines.extract.header.first_data import Evidence, first_data
from pipelines.extract.header.labels import is_comment, label_rows, labels
from pipelines.readers import Grid
from pipelines.readers.grid import fold


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
    why: Evidence = field(default_factory=list)


def find_header(grid: Grid, start: int, stop: int, shape: Profile) -> Header:
    """Find the label rows at the top of rows [start, stop)."""
    found = Header([], start)
    first = first_data(grid, start, stop, shape, found.why)
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
    found.rows = label_rows(grid, above, shape, numbered)
    if _rows_of_words(grid, found.rows, shape):
        found.data = found.rows[0] + 1
        found.rows = found.rows[:1]
        if _is_unit_row(grid, found.data):
            unit = found.units = found.data
            found.data += 1
    found.labels = labels(grid, found.rows)
    if unit is not None and _needed(grid, found, unit):
        found.units = None
        found.rows = [*found.rows, unit] if found.rows else label_rows(grid, [*above, unit], shape)
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
        over = labels(grid, label_rows(grid, above[:-1], shape))
        # Days of a month under one label tell its columns apart; a numbering adds nothing.
        alike = len({over[index] for index in numbers}) * 2 <= len(numbers)
        return "" if alike and any(over) else "left-numbering"
    return "left-ruler" if cells.ruler(grid.texts(row)) else ""


def _is_unit_row(grid: Grid, row: int) -> bool:
    texts = grid.texts(row)
    return bool(texts) and all(phrases.unit(text) for text in texts)


def _first_full_above(grid: Grid, start: int, found: Header, shape: Profile) -> int | None:
    """A row over the labels that is as full as the table is no title: it holds the labels."""
    if not found.rows or grid.merges:
        return None
    for row in range(start, found.rows[0]):
        full = int(grid.counts[row]) >= max(2, shape.width)
        if (
            full
            and not is_comment(grid, row, found.rows[0])
            and not shape.counts_columns(grid.row(row))
        ):
            return row
    return None


def _rows_of_words(grid: Grid, rows: Sequence[int], shape: Profile) -> bool:
    """Three full rows that no merge ties are labels and, below them, rows that hold words; so are
    labels of every column over rows that have words, but lack what stands in typed columns."""
    if len(rows) > 1 and not grid.merges:
        texts = grid.texts(rows[0])
        whole = len(texts) >= max(2, len(shape.used)) and len(set(texts)) == len(texts)
        lower = [row for row in rows[1:] if not _is_unit_row(grid, row)]
        words = bool((grid.counts[lower] * 2 >= max(4, shape.width)).all()) and bool(lower)
        if whole and words and shape.typed and not grid.filled[lower][:, shape.typed].any():
            return True
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
    return labels(grid, label_rows(grid, rows, shape))


def _needed(grid: Grid, found: Header, unit: int) -> bool:
    """A row of units belongs to the labels when columns cannot be told apart without it."""
    if not found.rows:
        return True
    texts = grid.row(unit)
    kept = [label for index, label in enumerate(found.labels) if texts[index]]
    return len(set(kept)) < len(kept) or not all(kept)
