"""Small counts of people: the cell goes, and so does enough beside it that no sum gives it back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Annotated, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BeforeValidator

from pipelines.clean.registry import Filled, Names, step
from pipelines.clean.table.arrow_text import TEXT, Mask, nulls, series
from pipelines.clean.table.working_table import WorkingTable

Line = list[tuple[int, int]]
"""Cells (row, field number) tied by a sum that readers know."""


def _groups(value: object) -> object:
    if isinstance(value, str):
        return [[value]]
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return [value]
    return value


Groups = Annotated[list[Filled], BeforeValidator(_groups)]


@step()
def suppress(
    table: WorkingTable,
    *,
    fields: Names,
    below: int = 5,
    total: str | None = None,
    within: Groups | None = None,
) -> None:
    """Empty counts from 1 to 4 (below `below`), and further cells where a published sum would
    give the small one away (secondary suppression): the next smallest, until each sum hides two
    cells that together are not small either.

    Zeros stay. Sums that readers know are named by `total` (a column that adds up `fields` in
    each row) and `within` (columns that a total is published for, e.g. per regency).

    Parameters:
        fields: the columns of counts.
        below: counts from 1 up to this one, excluded, are small.
        total: the column that is the sum of `fields` in each row.
        within: the columns whose groups have published totals: `[kode_wilayah]`, or a list
            of such lists.

    Example:

        - suppress: {fields: [laki, perempuan], total: jumlah}

        | layanan | laki | perempuan | jumlah |
        |---|---|---|---|
        | A | 3 | 20 | 23 |
        | B | 12 | 15 | 27 |

        | layanan | laki | perempuan | jumlah |
        |---|---|---|---|
        | A |  |  | 23 |
        | B | 12 | 15 | 27 |
    """
    names = table.resolve(fields)
    everything = [*names, table.require(total)] if total is not None else names
    if not table.main:
        for name in everything:
            table.set_values(name, nulls(len(table)), remedy=True)
        return
    counts = np.column_stack([_counts(table, name) for name in everything])
    known = ~np.isnan(counts)
    hidden = known & (counts > 0) & (counts < below)
    small = int(hidden.sum())
    groups = _group_rows(table, within or [])

    def lines() -> Iterator[Line]:
        if total is not None:
            for row in np.flatnonzero(hidden.any(axis=1)).tolist():
                yield [(row, number) for number in range(len(everything))]
        for rows in groups:
            for number in np.flatnonzero(hidden[rows].any(axis=0)).tolist():
                yield [(row, number) for row in rows]

    exposed = protect(counts, hidden, lines, below)
    for number, name in enumerate(everything):
        emptied: Mask = hidden[:, number]
        values = pc.if_else(pa.array(emptied), pa.scalar(None, TEXT), table[name])
        table.set_values(name, values, remedy=True, kind=table.columns[name].kind)
    if small:
        table.report("counts-suppressed", "info", field=names[0], count=small, below=below,
                  more=int(hidden.sum()) - small)  # fmt: skip
    if exposed:
        table.report("counts-exposed", "error", field=names[0], count=exposed)


def _counts(table: WorkingTable, name: str) -> np.ndarray[Any, Any]:
    number = pd.to_numeric(series(table[name]), errors="coerce")
    found: np.ndarray[Any, Any] = number.to_numpy(dtype=float, na_value=np.nan)
    return found


def _group_rows(table: WorkingTable, within: Sequence[Sequence[str]]) -> list[list[int]]:
    """Return the rows of each group that a published total adds up."""
    found: list[list[int]] = []
    frame = table.frame()
    for group in within:
        table.resolve(group)
        numbers = frame.groupby(list(group), sort=False, dropna=False).ngroup().to_numpy()
        order = np.argsort(numbers, kind="stable")
        cuts = np.flatnonzero(np.diff(numbers[order])) + 1
        found += [part.tolist() for part in np.split(order, cuts) if len(part)]
    return found


def protect(
    counts: np.ndarray[Any, Any],
    hidden: np.ndarray[Any, Any],
    lines: Callable[[], Iterable[Line]],
    below: int,
) -> int:
    """Hide more cells, in place, until no line gives one away; return the lines that can't be.

    counts: (n, k) numbers, NaN = no number. hidden: (n, k) booleans. lines: those that hold a
    hidden cell. A line gives cells away when exactly one of it is hidden, or when those hidden add
    up to less than `below`. The next cell is the smallest above zero that is still shown.
    """
    changed, exposed = True, 0
    while changed:
        changed, exposed = False, 0
        for line in list(lines()):
            inside = [cell for cell in line if hidden[cell]]
            while len(inside) < 2 or sum(counts[cell] for cell in inside) < below:
                shown = [cell for cell in line if not hidden[cell] and counts[cell] > 0]
                if not shown:
                    exposed += len(inside) < 2
                    break
                chosen = min(shown, key=lambda cell: (counts[cell], cell))
                hidden[chosen] = True
                inside.append(chosen)
                changed = True
    return exposed
