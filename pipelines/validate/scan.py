"""One block judged: proven in bulk, column by column; what stays open is listed for Frictionless.

`scan` runs on any thread and needs no Frictionless; `settle` then asks Frictionless for its word
on the distinct open cells, on the main thread, while other blocks are scanned.
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
from pipelines.validate.blocks import Block, TypedCells
from pipelines.validate.hashing import Hashes, hash_texts
from pipelines.validate.proofs import LITERAL, Key, Proof, read_numbers
from pipelines.validate.shape import ColumnRules
from pipelines.validate.verdicts import CellVerdict, FieldJudge

#: a column of a block is kept as a dictionary while it repeats each cell this often, on average
REPEATS = 3
BLANK = CellVerdict(None, None)
NO_TEXT = arrow.text("")

Places = np.ndarray[Any, Any]


@dataclass
class OpenCells:
    """Cells of a column that no proof covers: (k,) places, (k,) codes into the distinct cells."""

    column: int
    places: Places
    codes: Places
    cells: Sequence[Any]


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
    cells: Sequence[Any]
    verdicts: list[CellVerdict]


@dataclass
class Settled:
    """The verdict on a block. blank: places of blank rows. odd: rows of another width."""

    scanned: Scanned
    faults: list[ColumnFaults] = field(default_factory=list)
    blank: Places | None = None
    odd: list[tuple[int, list[Any], list[CellVerdict]]] = field(default_factory=list)


def tune(block: Block, columns: Sequence[ColumnRules], growth: int) -> None:
    """Learn from the first block which columns are worth keeping as dictionaries in blocks that
    are `growth` times as large."""
    if block.typed:
        return
    for column, cells in zip(columns, block.columns, strict=True):
        if _coded(cells) and len(cells) > REPEATS:
            there = _expected(len(cells.dictionary), len(cells), growth)
            column.encode = there * REPEATS <= len(cells) * growth


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
    block: Block, columns: Sequence[ColumnRules], keyed: frozenset[int], kept: frozenset[int]
) -> Scanned:
    """Prove what can be proven. Columns `keyed` are hashed; the cells of `kept` are kept."""
    rows = np.arange(block.count) if block.rows is None else block.rows
    found = Scanned(block.count, rows, [], {}, {}, block.odd)
    for index, (column, cells) in enumerate(zip(columns, block.columns, strict=True)):
        if index in keyed or index in kept:
            found.cells[index] = cells.tokens(column.others) if block.typed else cells
        prove = _prove_typed if block.typed else _prove
        prove(found, index, column, cells, index in keyed)
    return found


def _prove(found: Scanned, index: int, column: ColumnRules, cells: Any, keyed: bool) -> None:
    """Judge n cells of one column: texts or a dictionary of texts, nulls for no cell at all."""
    nulls = None
    if cells.null_count:
        nulls = np.flatnonzero(arrow.is_null(cells))
        cells = pc.fill_null(cells.dictionary_decode() if _coded(cells) else cells, NO_TEXT)
    if _coded(cells):
        values, codes = cells.dictionary, arrow.int_values(cells.indices)
    else:
        values, codes = cells, None
    if keyed:
        hashes = _hashes(column.proof, column.key, values)
        found.parts[index] = KeyPart(hashes if codes is None else hashes[codes])
    doubtful = _doubtful(column.proof, column.key, values, keyed)
    if len(doubtful):
        opened = values.take(arrow.integers(doubtful))
        if codes is None:
            coded = pc.dictionary_encode(opened)
            places, codes, opened = doubtful, arrow.int_values(coded.indices), coded.dictionary
        else:
            places, codes = _rows(doubtful, codes, len(values))
        if nulls is not None:
            there = ~np.isin(places, nulls)
            places, codes = places[there], codes[there]
        if len(places):
            found.open.append(OpenCells(index, places, codes, opened.to_pylist()))
    if nulls is not None:
        found.open.append(OpenCells(index, nulls, np.zeros(len(nulls), np.int64), [None]))


def _prove_typed(
    found: Scanned, index: int, column: ColumnRules, cells: TypedCells, keyed: bool
) -> None:
    """Judge the cells of a workbook's column: texts and number literals have a proof each."""
    hashes = np.zeros(len(cells), np.uint64)
    for proof, at, values, read in (
        (column.proof, cells.text_at, cells.texts, None),
        (column.number_proof, cells.number_at, cells.numbers, cells.number),
        (column.day_proof, cells.dated_at, cells.dated, cells.date),
    ):
        if keyed and len(at):
            hashes[at] = _hashes(proof, column.key, values)
        doubtful = _doubtful(proof, column.key, values, keyed)
        if not len(doubtful):
            continue
        coded = pc.dictionary_encode(values.take(arrow.integers(doubtful)))
        distinct = coded.dictionary.to_pylist()
        if read is not None:
            distinct = [read(text) for text in distinct]
        found.open.append(OpenCells(index, at[doubtful], arrow.int_values(coded.indices), distinct))
    if len(cells.other_at):
        found.open.append(OpenCells(index, cells.other_at, cells.other_codes, cells.others))
    if len(empty := cells.empty_at):
        found.open.append(OpenCells(index, empty, np.zeros(len(empty), np.int64), [None]))
    if keyed:
        found.parts[index] = KeyPart(hashes)


def _coded(cells: Any) -> bool:
    return bool(pa.types.is_dictionary(cells.type))


def _doubtful(proof: Proof | None, key: Key, values: Any, keyed: bool) -> Places:
    """Return the indices of the values that the proof leaves open."""
    if proof is None or (keyed and (key == "none" or proof.key != key)):
        return np.arange(len(values))
    mask = proof(values)
    if pc.all(mask, min_count=0).as_py():
        return np.zeros(0, np.int64)
    return np.flatnonzero(~arrow.flag_values(mask))


def _rows(chosen: Places, codes: Places, size: int) -> tuple[Places, Places]:
    """Return the rows whose code is among the `chosen` ones, and which of them each has."""
    which = np.full(size, -1, np.int64)
    which[chosen] = np.arange(len(chosen))
    spread = which[codes]
    rows = np.flatnonzero(spread >= 0)
    return rows, spread[rows]


def _hashes(proof: Proof | None, key: Key, values: Any) -> Hashes:
    """Hash the values as far as proven ones go; `settle` puts in the others."""
    if proof is None or key == "none" or proof.key != key:
        return np.zeros(len(values), np.uint64)
    if key == "number":
        shape = pc.match_substring_regex(values, pattern=LITERAL)
        # adding zero turns -0 into 0
        numbers: Hashes = (arrow.number_values(read_numbers(values, shape)) + 0.0).view(np.uint64)
        return numbers
    return hash_texts(values)


def settle(scanned: Scanned, columns: Sequence[ColumnRules]) -> Settled:
    """Ask Frictionless for its verdict on the open cells of a block."""
    found = Settled(scanned)
    missing: dict[int, list[Places]] = {}
    for cells in scanned.open:
        column = columns[cells.column]
        distinct = cells.cells
        verdicts = [_verdict(column, cell) for cell in distinct]
        if cells.column in scanned.parts:
            _put_keys(scanned.parts[cells.column], cells, column.judge, verdicts)
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


def _verdict(column: ColumnRules, cell: Any) -> CellVerdict:
    if (cell is None and column.none_ok) or (cell == "" and column.blank_ok):
        return BLANK
    return column.judge(cell)


def _put_keys(
    part: KeyPart, cells: OpenCells, judge: FieldJudge, verdicts: list[CellVerdict]
) -> None:
    keys = judge.keys_of(verdicts)
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
