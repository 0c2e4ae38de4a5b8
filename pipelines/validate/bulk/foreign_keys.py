"""Foreign keys: the values of each row looked up among those of the table referred to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.text import arrow
from pipelines.validate.bulk.block_checks import ScannedBlock
from pipelines.validate.bulk.column_rules import ColumnRules
from pipelines.validate.bulk.frictionless_cells import Cell

Values = tuple[Any, ...]


@dataclass(frozen=True)
class Orphan:
    """A row whose values the reference lacks: its row number, which key, the values."""

    row: int
    key: int
    values: Values


@dataclass
class ForeignKey:
    """One foreign key: names and columns of its fields, and what it refers to."""

    names: tuple[str, ...]
    reference: str
    reference_names: tuple[str, ...]
    fields: list[int]
    lookup: set[Values] = field(default_factory=set)


def distinct_values(
    cells_of: Mapping[int, Any], columns: Sequence[ColumnRules | None], fields: Sequence[int | None]
) -> tuple[list[Values], np.ndarray[Any, Any]]:
    """Return the distinct values over some columns (None: a column that isn't there), and per row
    which of them it has."""
    codes = np.zeros(1, np.int64)
    choices: list[list[Any]] = []
    for index in fields:
        if index is None:
            choices.append([None])
            continue
        cells = cells_of[index]
        if pa.types.is_dictionary(cells.type) and cells.null_count:
            cells = pc.cast(cells, cells.type.value_type)  # a missing cell needs a code of its own
        if not pa.types.is_dictionary(cells.type):
            cells = pc.dictionary_encode(cells, null_encoding="encode")
        column = columns[index]
        assert column is not None
        choices.append([column.result(cell).value for cell in cells.dictionary.to_pylist()])
        codes = codes * max(1, len(choices[-1])) + arrow.int_values(cells.indices)
    found, which = np.unique(codes, return_inverse=True)
    values = []
    for code in found.tolist():
        row = []
        for choice in reversed(choices):
            code, place = divmod(code, max(1, len(choice)))
            row.append(choice[place])
        values.append(tuple(reversed(row)))
    return values, which


def ragged_values(
    cells: Sequence[Cell], columns: Sequence[ColumnRules], fields: Iterable[int | None]
) -> Values:
    """Return the values of some fields of a row whose width is not the header's."""
    return tuple(
        None
        if index is None
        else columns[index].reader(cells[index] if index < len(cells) else None).value
        for index in fields
    )


def orphans(
    keys: Sequence[ForeignKey], columns: Sequence[ColumnRules], scanned: ScannedBlock, first: int
) -> Iterator[Orphan]:
    """Yield the rows of a block whose values a reference lacks; rows without any value pass."""
    for number, key in enumerate(keys):
        values, which = distinct_values(scanned.cells, columns, key.fields)
        bad = [index for index, row in enumerate(values) if _not_found(row, key)]
        if bad:
            hits = np.flatnonzero(np.isin(which, bad))
            for place, code in zip(scanned.rows[hits], which[hits], strict=True):
                yield Orphan(first + int(place), number, values[code])
        for place, cells in scanned.ragged:
            row = ragged_values(cells, columns, key.fields)
            if _not_found(row, key):
                yield Orphan(first + place, number, row)


def _not_found(row: Values, key: ForeignKey) -> bool:
    """Say whether the reference lacks these values; what is not a number equals nothing."""
    if set(row) == {None}:
        return False
    return row not in key.lookup or any(value != value for value in row)
