"""One block judged: proven in bulk, column by column; what stays open is listed for Frictionless.

`scan` runs on any thread and needs no Frictionless; `settle` then asks Frictionless for its word
on the distinct open cells, on the main thread, while other blocks are scanned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.validate.blocks import Block
from pipelines.validate.hashing import Hashes, hash_texts
from pipelines.validate.proofs import number_values
from pipelines.validate.shape import Column
from pipelines.validate.verdicts import Verdict

#: a column of a block is kept as a dictionary while it repeats each cell this often, on average
REPEATS = 3
BLANK = Verdict(None, None)
PLAIN_NUMBER = "^-?[0-9]+(?:[.][0-9]+)?$"

Places = np.ndarray[Any, Any]


@dataclass
class OpenCells:
    """Cells of a column that no proof covers: (k,) places, (k,) codes into the distinct cells."""

    column: int
    places: Places
    codes: Places
    cells: Any


@dataclass
class KeyPart:
    """A key column of a block: (n,) hashes of its values, and which rows have none."""

    hashes: Hashes
    absent: Places | None = None


@dataclass
class Scanned:
    """A block without what bulk proofs settled. keys: the key columns' cells, by column.

    rows: (n,) places of the columns' cells among the records.
    """

    count: int
    rows: Places
    open: list[OpenCells]
    parts: dict[int, KeyPart]
    cells: dict[int, Any]
    odd: list[tuple[int, list[Any]]]


@dataclass
class ColumnFaults:
    """Cells that Frictionless has notes on: (k,) places, (k,) codes into cells and verdicts."""

    column: int
    places: Places
    codes: Places
    cells: list[Any]
    verdicts: list[Verdict]


@dataclass
class Settled:
    """The verdict on a block. blank: places of blank rows. odd: rows of another width."""

    scanned: Scanned
    faults: list[ColumnFaults] = field(default_factory=list)
    blank: Places | None = None
    odd: list[tuple[int, list[Any], list[Verdict]]] = field(default_factory=list)


def tune(block: Block, columns: Sequence[Column]) -> None:
    """Learn from a block which columns are worth keeping as dictionaries."""
    for column, cells in zip(columns, block.columns, strict=True):
        if _coded(cells) and len(cells) > REPEATS:
            column.encode = len(cells.dictionary) * REPEATS <= len(cells)


def scan(
    block: Block, columns: Sequence[Column], keyed: frozenset[int], kept: frozenset[int]
) -> Scanned:
    """Prove what can be proven. Columns `keyed` are hashed; the cells of `kept` are kept."""
    rows = np.arange(block.count) if block.rows is None else block.rows
    found = Scanned(block.count, rows, [], {}, {}, block.odd)
    for index, (column, cells) in enumerate(zip(columns, block.columns, strict=True)):
        if index in keyed or index in kept:
            found.cells[index] = cells
        _prove(found, index, column, cells, index in keyed)
    return found


def _prove(found: Scanned, index: int, column: Column, cells: Any, keyed: bool) -> None:
    """Judge n cells of one column: texts or a dictionary of texts, nulls for no cell at all."""
    nulls = None
    if cells.null_count:
        nulls = np.flatnonzero(pc.is_null(cells).to_numpy(zero_copy_only=False))
        cells = pc.fill_null(cells.dictionary_decode() if _coded(cells) else cells, "")
    if _coded(cells):
        values, codes = cells.dictionary, cells.indices.to_numpy()
    else:
        values, codes = cells, None
    if keyed:
        hashes = _hashes(column, values)
        found.parts[index] = KeyPart(hashes if codes is None else hashes[codes])
    doubtful = _doubtful(column, values, keyed)
    if len(doubtful):
        opened = values.take(pa.array(doubtful))
        if codes is None:
            coded = pc.dictionary_encode(opened)
            places, codes, opened = doubtful, coded.indices.to_numpy(), coded.dictionary
        else:
            places, codes = _rows(doubtful, codes, len(values))
        if nulls is not None:
            there = ~np.isin(places, nulls)
            places, codes = places[there], codes[there]
        if len(places):
            found.open.append(OpenCells(index, places, codes, opened))
    if nulls is not None:
        found.open.append(OpenCells(index, nulls, np.zeros(len(nulls), np.int64), None))


def _coded(cells: Any) -> bool:
    return bool(pa.types.is_dictionary(cells.type))


def _doubtful(column: Column, values: Any, keyed: bool) -> Places:
    """Return the indices of the values that the proof leaves open."""
    if column.proof is None or (keyed and column.proof.key == "none"):
        return np.arange(len(values))
    mask = column.proof(values)
    if pc.all(mask, min_count=0).as_py():
        return np.zeros(0, np.int64)
    return np.flatnonzero(~mask.to_numpy(zero_copy_only=False))


def _rows(chosen: Places, codes: Places, size: int) -> tuple[Places, Places]:
    """Return the rows whose code is among the `chosen` ones, and which of them each has."""
    which = np.full(size, -1, np.int64)
    which[chosen] = np.arange(len(chosen))
    spread = which[codes]
    rows = np.flatnonzero(spread >= 0)
    return rows, spread[rows]


def _hashes(column: Column, values: Any) -> Hashes:
    """Hash the values as far as proven ones go; `settle` puts in the others."""
    if column.proof is None or column.proof.key == "none":
        return np.zeros(len(values), np.uint64)
    if column.proof.key == "number":
        shape = pc.match_substring_regex(values, pattern=PLAIN_NUMBER)
        # adding zero turns -0 into 0
        numbers: Hashes = (number_values(values, shape).to_numpy() + 0.0).view(np.uint64)
        return numbers
    return hash_texts(values)


def settle(scanned: Scanned, columns: Sequence[Column]) -> Settled:
    """Ask Frictionless for its verdict on the open cells of a block."""
    found = Settled(scanned)
    missing: dict[int, list[Places]] = {}
    for cells in scanned.open:
        column = columns[cells.column]
        distinct = [None] if cells.cells is None else cells.cells.to_pylist()
        verdicts = [_verdict(column, cell) for cell in distinct]
        if cells.column in scanned.parts:
            _put_keys(scanned.parts[cells.column], cells, verdicts)
        absent = np.array([verdict.missing for verdict in verdicts])
        if absent.any():
            missing.setdefault(cells.column, []).append(cells.places[absent[cells.codes]])
        noted = np.array([bool(verdict.notes) for verdict in verdicts])
        if noted.any():
            chosen = noted[cells.codes]
            places = scanned.rows[cells.places[chosen]]
            codes = cells.codes[chosen]
            found.faults.append(ColumnFaults(cells.column, places, codes, distinct, verdicts))
    found.blank = _blank(scanned, missing, len(columns))
    for place, row in scanned.odd:
        padded = [*row[: len(columns)], *[None] * (len(columns) - len(row))]
        verdicts = [c.judge(cell) for c, cell in zip(columns, padded, strict=True)]
        found.odd.append((place, row, verdicts))
    return found


def _verdict(column: Column, cell: Any) -> Verdict:
    return BLANK if cell == "" and column.blank_ok else column.judge(cell)


def _put_keys(part: KeyPart, cells: OpenCells, verdicts: list[Verdict]) -> None:
    keys = np.array([verdict.key or 0 for verdict in verdicts], np.uint64)
    absent = np.array([verdict.value is None for verdict in verdicts])
    if not part.hashes.flags.writeable:
        part.hashes = part.hashes.copy()
    part.hashes[cells.places] = keys[cells.codes]
    if absent.any():
        if part.absent is None:
            part.absent = np.zeros(len(part.hashes), bool)
        part.absent[cells.places] |= absent[cells.codes]


def _blank(scanned: Scanned, missing: dict[int, list[Places]], width: int) -> Places | None:
    """Return the places of the rows in which every column's cell is missing."""
    if len(missing) < width:
        return None
    columns = [np.concatenate(places) for places in missing.values()]
    columns.sort(key=len)
    blank = columns[0]
    for places in columns[1:]:
        blank = np.intersect1d(blank, places, assume_unique=True)
        if not len(blank):
            return None
    rows: Places = scanned.rows[np.sort(blank)]
    return rows
