"""One block checked: cells that are provably valid pass in bulk, Frictionless reads the others.

`scan` runs on any thread and needs no Frictionless; `resolve` then lets Frictionless read the
distinct unproven cells, on the main thread, while other blocks are scanned.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.text import arrow
from pipelines.validate.bulk.column_rules import ColumnRules
from pipelines.validate.bulk.csv_blocks import Block, TypedCells
from pipelines.validate.bulk.frictionless_cells import CellResult, FieldReader
from pipelines.validate.bulk.hashing import Hashes, hash_texts
from pipelines.validate.bulk.proofs import READABLE, Key, Proof, read_numbers

#: a column of a block is kept as a dictionary while it repeats each cell this often, on average
MIN_REPEATS = 3
BLANK = CellResult(None, None)
NO_TEXT = arrow.text("")

Places = np.ndarray[Any, Any]


@dataclass
class UnprovenCells:
    """Cells of a column that no proof accepted: (k,) places, (k,) codes into the distinct cells."""

    column: int
    places: Places
    codes: Places
    cells: Sequence[Any]


@dataclass
class KeyHashes:
    """A key column of a block: (n,) hashes of its values, and which rows have none."""

    hashes: Hashes
    absent: Places | None = None


@dataclass
class ScannedBlock:
    """A block less the cells that bulk proofs accepted. cells: those of key columns, by column.

    rows: (n,) places of the columns' cells among the records.
    """

    count: int
    rows: Places
    unproven: list[UnprovenCells]
    key_hashes: dict[int, KeyHashes]
    cells: dict[int, Any]
    ragged: list[tuple[int, list[Any]]]


@dataclass
class ColumnFaults:
    """Cells that Frictionless has notes on: (k,) places, (k,) codes into cells and results."""

    column: int
    places: Places
    codes: Places
    cells: Sequence[Any]
    results: list[CellResult]


@dataclass
class ResolvedBlock:
    """A block with its faults. blank: places of blank rows. ragged: rows of another width."""

    scanned: ScannedBlock
    faults: list[ColumnFaults] = field(default_factory=list)
    blank: Places | None = None
    ragged: list[tuple[int, list[Any], list[CellResult]]] = field(default_factory=list)


def choose_encoding(block: Block, columns: Sequence[ColumnRules], growth: int) -> None:
    """Decide by the first block which columns are worth keeping as dictionaries in blocks that
    are `growth` times as large."""
    if block.typed:
        return
    for column, cells in zip(columns, block.columns, strict=True):
        if _is_dictionary(cells) and len(cells) > MIN_REPEATS:
            there = _expected(len(cells.dictionary), len(cells), growth)
            column.encode = there * MIN_REPEATS <= len(cells) * growth


def _expected(distinct: int, size: int, growth: int) -> float:
    """Return how many distinct cells a block `growth` times as large has, if all are as frequent.

    Of D different cells, n draws show D (1 - exp(-n / D)).
    """
    least, most = float(distinct), float(max(distinct, 2) * size)
    while most - least > 1:
        middle = (least + most) / 2
        seen = -middle * math.expm1(-size / middle)
        least, most = (middle, most) if seen < distinct else (least, middle)
    return -most * math.expm1(-size * growth / most)


def scan(
    block: Block, columns: Sequence[ColumnRules], keyed: frozenset[int], referring: frozenset[int]
) -> ScannedBlock:
    """Accept the cells that are provably valid; hash the columns `keyed`.

    The cells of these and of the `referring` columns are kept.
    """
    rows = np.arange(block.count) if block.rows is None else block.rows
    found = ScannedBlock(block.count, rows, [], {}, {}, block.ragged)
    for index, (column, cells) in enumerate(zip(columns, block.columns, strict=True)):
        if index in keyed or index in referring:
            found.cells[index] = cells.tokens(column.others) if block.typed else cells
        prove = _prove_typed if block.typed else _prove
        prove(found, index, column, cells, index in keyed)
    return found


def _prove(found: ScannedBlock, index: int, column: ColumnRules, cells: Any, keyed: bool) -> None:
    """Check n cells of one column: texts or a dictionary of texts, nulls for no cell at all."""
    nulls = None
    if cells.null_count:
        nulls = np.flatnonzero(arrow.is_null(cells))
        cells = pc.fill_null(cells.dictionary_decode() if _is_dictionary(cells) else cells, NO_TEXT)
    if _is_dictionary(cells):
        values, codes = cells.dictionary, arrow.int_values(cells.indices)
    else:
        values, codes = cells, None
    if keyed:
        hashes = _proven_hashes(column.proof, column.key, values)
        found.key_hashes[index] = KeyHashes(hashes if codes is None else hashes[codes])
    unproven = _unproven(column.proof, column.key, values, keyed)
    if len(unproven):
        opened = values.take(arrow.integers(unproven))
        if codes is None:
            coded = pc.dictionary_encode(opened)
            places, codes, opened = unproven, arrow.int_values(coded.indices), coded.dictionary
        else:
            places, codes = _rows_with_codes(unproven, codes, len(values))
        if nulls is not None:
            there = ~np.isin(places, nulls)
            places, codes = places[there], codes[there]
        if len(places):
            found.unproven.append(UnprovenCells(index, places, codes, opened.to_pylist()))
    if nulls is not None:
        found.unproven.append(UnprovenCells(index, nulls, np.zeros(len(nulls), np.int64), [None]))


def _prove_typed(
    found: ScannedBlock, index: int, column: ColumnRules, cells: TypedCells, keyed: bool
) -> None:
    """Check the cells of a workbook's column: texts and number literals have a proof each."""
    hashes = np.zeros(len(cells), np.uint64)
    for proof, at, values, read in (
        (column.proof, cells.text_at, cells.texts, None),
        (column.number_proof, cells.number_at, cells.numbers, cells.number),
        (column.day_proof, cells.dated_at, cells.dated, cells.date),
    ):
        if keyed and len(at):
            hashes[at] = _proven_hashes(proof, column.key, values)
        unproven = _unproven(proof, column.key, values, keyed)
        if not len(unproven):
            continue
        coded = pc.dictionary_encode(values.take(arrow.integers(unproven)))
        distinct = coded.dictionary.to_pylist()
        if read is not None:
            distinct = [read(text) for text in distinct]
        found.unproven.append(
            UnprovenCells(index, at[unproven], arrow.int_values(coded.indices), distinct)
        )
    if len(cells.other_at):
        found.unproven.append(UnprovenCells(index, cells.other_at, cells.other_codes, cells.others))
    if len(empty := cells.empty_at):
        found.unproven.append(UnprovenCells(index, empty, np.zeros(len(empty), np.int64), [None]))
    if keyed:
        found.key_hashes[index] = KeyHashes(hashes)


def _is_dictionary(cells: Any) -> bool:
    return bool(pa.types.is_dictionary(cells.type))


def _unproven(proof: Proof | None, key: Key, values: Any, keyed: bool) -> Places:
    """Return the indices of the values that the proof does not accept."""
    if proof is None or (keyed and (key == "none" or proof.key != key)):
        return np.arange(len(values))
    mask = proof(values)
    if pc.all(mask, min_count=0).as_py():
        return np.zeros(0, np.int64)
    return np.flatnonzero(~arrow.flag_values(mask))


def _rows_with_codes(chosen: Places, codes: Places, size: int) -> tuple[Places, Places]:
    """Return the rows whose code is among the `chosen` ones, and which of them each has."""
    which = np.full(size, -1, np.int64)
    which[chosen] = np.arange(len(chosen))
    spread = which[codes]
    rows = np.flatnonzero(spread >= 0)
    return rows, spread[rows]


def _proven_hashes(proof: Proof | None, key: Key, values: Any) -> Hashes:
    """Hash the values; the hashes of unproven ones are overwritten by `resolve`."""
    if proof is None or key == "none" or proof.key != key:
        return np.zeros(len(values), np.uint64)
    if key == "number":
        shape = pc.match_substring_regex(values, pattern=READABLE)
        # adding zero turns -0 into 0
        numbers: Hashes = (arrow.number_values(read_numbers(values, shape)) + 0.0).view(np.uint64)
        return numbers
    return hash_texts(values)


def resolve(scanned: ScannedBlock, columns: Sequence[ColumnRules]) -> ResolvedBlock:
    """Let Frictionless read the unproven cells of a block."""
    found = ResolvedBlock(scanned)
    missing: dict[int, list[Places]] = {}
    for cells in scanned.unproven:
        column = columns[cells.column]
        distinct = cells.cells
        results = [_validation_result(column, cell) for cell in distinct]
        if cells.column in scanned.key_hashes:
            _put_keys(scanned.key_hashes[cells.column], cells, column.reader, results)
        absent = np.array([result.missing for result in results])
        if absent.any():
            missing.setdefault(cells.column, []).append(cells.places[absent[cells.codes]])
        noted = np.array([bool(result.notes) for result in results])
        if noted.any():
            chosen = noted[cells.codes]
            places = scanned.rows[cells.places[chosen]]
            codes = cells.codes[chosen]
            found.faults.append(ColumnFaults(cells.column, places, codes, distinct, results))
    found.blank = _blank(scanned, missing, len(columns))
    for place, row in scanned.ragged:
        padded = [*row[: len(columns)], *[None] * (len(columns) - len(row))]
        results = [c.reader(cell) for c, cell in zip(columns, padded, strict=True)]
        found.ragged.append((place, row, results))
    return found


def _validation_result(column: ColumnRules, cell: Any) -> CellResult:
    if (cell is None and column.none_ok) or (cell == "" and column.blank_ok):
        return BLANK
    return column.reader(cell)


def _put_keys(
    part: KeyHashes, cells: UnprovenCells, reader: FieldReader, results: list[CellResult]
) -> None:
    keys = reader.keys_of(results)
    absent = np.array([result.value is None for result in results])
    if not part.hashes.flags.writeable:
        part.hashes = part.hashes.copy()
    part.hashes[cells.places] = keys[cells.codes]
    if absent.any():
        if part.absent is None:
            part.absent = np.zeros(len(part.hashes), bool)
        part.absent[cells.places] |= absent[cells.codes]


def _blank(scanned: ScannedBlock, missing: dict[int, list[Places]], width: int) -> Places | None:
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
