"""Which rows repeat an earlier row's key value: hashes find suspects, values convict them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow.compute as pc

from pipelines.text import arrow
from pipelines.validate.hashing import Hashes
from pipelines.validate.shape import ColumnRules
from pipelines.validate.spill import Batch, Rows, joined, shares

#: threads that sort
SORTERS = 2


@dataclass(frozen=True)
class Repeat:
    """A row whose key value an earlier row has: its row number, the earlier one, the key's cells
    (texts, or a workbook's tokens) and columns."""

    row: int
    earlier: int
    cells: tuple[str | None, ...]
    columns: Sequence[ColumnRules]

    @property
    def values(self) -> tuple[Any, ...]:
        """The repeated values, as Frictionless reads the cells."""
        return _values(self.columns, self.cells)


def find_repeats(
    batches: Sequence[Batch], columns: Sequence[ColumnRules], limit: int
) -> list[Repeat]:
    """Compare the values of rows whose hashes are equal; the first `limit` of the repeats."""
    suspects = _twice([batch.hashes for batch in batches])
    if not len(suspects):
        return []
    hits = joined([_among(batch, suspects) for batch in batches])
    hits = hits.take(np.lexsort((hits.rows, hits.hashes)))
    again = np.append(False, hits.hashes[1:] == hits.hashes[:-1])
    group = np.cumsum(~again) - 1
    differ = again & ~_alike(hits)
    doubtful = np.zeros(group[-1] + 1, bool)
    doubtful[group[differ | _maybe_nan(hits, columns)]] = True
    # cells written alike have equal values
    places = np.flatnonzero(again & ~doubtful[group])
    if limit:
        places = places[np.argsort(hits.rows[places])][:limit]
    cells = hits.take(places).texts()
    earlier = hits.rows[places - 1].tolist()
    found = [
        Repeat(row, before, texts, columns)
        for row, before, texts in zip(hits.rows[places].tolist(), earlier, cells, strict=True)
    ]
    return [*found, *_compared(hits.take(np.flatnonzero(doubtful[group])), columns)]


def _alike(hits: Batch) -> Rows:
    """Say of each row whether its cells are written as those of the row before."""
    alike = np.ones(len(hits.rows), bool)
    for column in hits.cells:
        before, after = column.slice(0, len(column) - 1), column.slice(1)
        same = arrow.flag_values(pc.equal(before, after))
        alike[1:] &= same | (arrow.is_null(before) & arrow.is_null(after))
    return alike


def _maybe_nan(hits: Batch, columns: Sequence[ColumnRules]) -> Rows:
    """Say which rows may hold what is not a number, and so equals nothing."""
    maybe = np.zeros(len(hits.rows), bool)
    for column, cells in zip(columns, hits.cells, strict=True):
        if column.judge.kind == "number":
            maybe |= arrow.flag_values(pc.match_substring_regex(cells, "[nN]"))
    return maybe


def _compared(hits: Batch, columns: Sequence[ColumnRules]) -> Iterator[Repeat]:
    """Compare values one by one."""
    seen: dict[tuple[Any, ...], int] = {}
    for row, cells in sorted(zip(hits.rows.tolist(), hits.texts(), strict=True), key=_first):
        values = _values(columns, cells)
        if any(value != value for value in values):
            continue
        earlier = seen.get(values)
        seen[values] = row
        if earlier is not None:
            yield Repeat(row, earlier, cells, columns)


def _values(columns: Sequence[ColumnRules], cells: Sequence[str | None]) -> tuple[Any, ...]:
    return tuple(c.verdict(cell).value for c, cell in zip(columns, cells, strict=True))


def _among(batch: Batch, suspects: Hashes) -> Batch:
    place = np.searchsorted(suspects, batch.hashes)
    place[place == len(suspects)] = 0
    return batch.take(np.flatnonzero(suspects[place] == batch.hashes))


def _twice(parts: Sequence[Hashes]) -> Hashes:
    """Return the hashes that stand there more than once, sorted."""
    if not parts:
        return np.zeros(0, np.uint64)

    def share(number: int) -> Hashes:
        own = np.concatenate([part[shares(part, SORTERS) == number] for part in parts])
        own.sort()
        again: Hashes = own[1:][own[1:] == own[:-1]]
        # of those that stand there more than twice, one is enough
        return again[np.append(again[1:] != again[:-1], True)] if len(again) else again

    with ThreadPoolExecutor(SORTERS) as pool:
        found = np.concatenate(list(pool.map(share, range(SORTERS))))
    found.sort()
    return found


def _first(item: tuple[Any, ...]) -> int:
    return int(item[0])
