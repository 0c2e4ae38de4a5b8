"""Rows that repeat an earlier row's key value: equal hashes are candidates, values decide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow.compute as pc

from pipelines.text import arrow
from pipelines.validate.bulk.column_rules import ColumnRules
from pipelines.validate.bulk.hash_partitions import Batch, Rows, concatenate, partition_numbers
from pipelines.validate.bulk.hashing import Hashes

#: threads that sort
SORTERS = 2


@dataclass(frozen=True)
class Duplicate:
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


def find_duplicates(
    batches: Sequence[Batch], columns: Sequence[ColumnRules], limit: int
) -> list[Duplicate]:
    """Compare the values of rows whose hashes are equal; the first `limit` of the duplicates."""
    candidates = _repeated_hashes([batch.hashes for batch in batches])
    if not len(candidates):
        return []
    hits = concatenate([_with_hashes(batch, candidates) for batch in batches])
    hits = hits.take(np.lexsort((hits.rows, hits.hashes)))
    again = np.append(False, hits.hashes[1:] == hits.hashes[:-1])
    group = np.cumsum(~again) - 1
    differ = again & ~_same_as_previous(hits)
    unproven = np.zeros(group[-1] + 1, bool)
    unproven[group[differ | _maybe_nan(hits, columns)]] = True
    # cells with the same text have equal values
    places = np.flatnonzero(again & ~unproven[group])
    if limit:
        places = places[np.argsort(hits.rows[places])][:limit]
    cells = hits.take(places).texts()
    earlier = hits.rows[places - 1].tolist()
    found = [
        Duplicate(row, before, texts, columns)
        for row, before, texts in zip(hits.rows[places].tolist(), earlier, cells, strict=True)
    ]
    return [*found, *_compare_values(hits.take(np.flatnonzero(unproven[group])), columns)]


def _same_as_previous(hits: Batch) -> Rows:
    """Say of each row whether its cells are written as those of the row before."""
    same = np.ones(len(hits.rows), bool)
    for column in hits.cells:
        before, after = column.slice(0, len(column) - 1), column.slice(1)
        equal = arrow.flag_values(pc.equal(before, after))
        same[1:] &= equal | (arrow.is_null(before) & arrow.is_null(after))
    return same


def _maybe_nan(hits: Batch, columns: Sequence[ColumnRules]) -> Rows:
    """Say which rows may hold what is not a number, and so equals nothing."""
    maybe = np.zeros(len(hits.rows), bool)
    for column, cells in zip(columns, hits.cells, strict=True):
        if column.reader.kind == "number":
            maybe |= arrow.flag_values(pc.match_substring_regex(cells, "[nN]"))
    return maybe


def _compare_values(hits: Batch, columns: Sequence[ColumnRules]) -> Iterator[Duplicate]:
    """Compare values one by one."""
    seen: dict[tuple[Any, ...], int] = {}
    for row, cells in sorted(zip(hits.rows.tolist(), hits.texts(), strict=True), key=_row_number):
        values = _values(columns, cells)
        if any(value != value for value in values):
            continue
        earlier = seen.get(values)
        seen[values] = row
        if earlier is not None:
            yield Duplicate(row, earlier, cells, columns)


def _values(columns: Sequence[ColumnRules], cells: Sequence[str | None]) -> tuple[Any, ...]:
    return tuple(c.result(cell).value for c, cell in zip(columns, cells, strict=True))


def _with_hashes(batch: Batch, candidates: Hashes) -> Batch:
    place = np.searchsorted(candidates, batch.hashes)
    place[place == len(candidates)] = 0
    return batch.take(np.flatnonzero(candidates[place] == batch.hashes))


def _repeated_hashes(parts: Sequence[Hashes]) -> Hashes:
    """Return the hashes that occur more than once, sorted."""
    if not parts:
        return np.zeros(0, np.uint64)

    def partition(number: int) -> Hashes:
        own = np.concatenate([part[partition_numbers(part, SORTERS) == number] for part in parts])
        own.sort()
        again: Hashes = own[1:][own[1:] == own[:-1]]
        # of those that occur more than twice, one is enough
        return again[np.append(again[1:] != again[:-1], True)] if len(again) else again

    with ThreadPoolExecutor(SORTERS) as pool:
        found = np.concatenate(list(pool.map(partition, range(SORTERS))))
    found.sort()
    return found


def _row_number(item: tuple[Any, ...]) -> int:
    return int(item[0])
