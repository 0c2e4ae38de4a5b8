"""Numbers that a sheet shows rounded.

The stored value is read, so that no digit of the source is lost; the rounded one only when the
layout says `values: shown`. Either way the columns concerned are reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pipelines.readers.cell_patches import patch, texts_by_column
from pipelines.readers.cell_text import number
from pipelines.readers.grid import Grid, Rounded
from pipelines.readers.number_formats import Rounder
from pipelines.readers.xlsx.cell_details import FEW
from pipelines.text.addresses import column_number

#: Values of a large column that are looked at.
SAMPLE = 200

#: 1-based row and column, what is stored, what is shown.
Cell = tuple[int, int, str, str]


def cells(raw: bytes, rounders: Mapping[int, Rounder], *, once: bool = False) -> Iterator[Cell]:
    """Yield the cells of a worksheet's XML that their format rounds; once: one of each column."""
    if len(rounders) > FEW:  # looked for one by one they would take too long
        used = [rb"\d{1,6}"]
    else:
        used = [b"%d" % style for style in rounders if b' s="%d"' % style in raw]
    if not used:
        return
    pattern = re.compile(
        rb'<c r="([A-Z]{1,3})(\d+)" s="(' + b"|".join(used) + rb')"'
        rb'(?: t="n")?>(?:<f[^<>]*/>|<f[^<>]*>[^<]*</f>)?'
        rb"<v>(-?\d*\.\d+(?:[eE][-+]?\d+)?|-?\d+[eE]-\d+)</v>"
    )
    seen: set[bytes] = set()
    for column, row, style, stored in pattern.findall(raw):
        if once and column in seen:
            continue
        value, rounder = float(stored), rounders.get(int(style))
        shown = rounder(value) if rounder is not None else None
        if shown is not None:
            seen.add(column)
            yield int(row), column_number(column), number(value), shown


def keep(grid: Grid, found: Iterable[Cell], *, shown: bool) -> None:
    """Put the rounded texts into the grid (shown), or note one cell of each column."""
    if shown:
        patch(grid, texts_by_column({(row, column): text for row, column, _, text in found}))
        return
    for row, column, stored, text in found:
        if column not in grid.rounded:
            grid.rounded[column] = Rounded(row, stored, text)


def sampled(columns: Iterable[tuple[int, Any, Rounder]], first: int) -> Iterator[Cell]:
    """Yield a rounded cell of each column that has one among the values looked at.

    columns: 1-based sheet column, Arrow array of numbers, format. first: the row they begin at.
    """
    for column, values, rounder in columns:
        step = max(1, len(values) // SAMPLE)
        for place in range(0, len(values), step):
            value = values[place].as_py()
            shown = rounder(value) if isinstance(value, float) else None
            if shown is not None:
                yield first + place, column, number(value), shown
                break
