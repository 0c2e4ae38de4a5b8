"""The bulk engine: checks blocks on two threads and merges their errors in row order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any, Protocol

from pipelines.validate.bulk.block_checks import choose_encoding, resolve, scan
from pipelines.validate.bulk.column_rules import (
    UNHASHABLE,
    Codec,
    ColumnRules,
    TableRules,
    plan_columns,
)
from pipelines.validate.bulk.csv_blocks import Block
from pipelines.validate.bulk.error_order import ErrorOrder
from pipelines.validate.bulk.foreign_keys import (
    ForeignKey,
    Values,
    distinct_values,
    orphans,
    ragged_values,
)
from pipelines.validate.bulk.keys import KeyStore
from pipelines.validate.bulk.row_errors import RowErrors
from pipelines.validate.findings import ValidationResult
from pipelines.validate.frictionless_api import NeedsFrictionless

WORKERS = 2
#: blocks in flight: bounds the memory, and keeps both cores busy while Frictionless is imported
MAX_PENDING_BLOCKS = 16

#: looks up the values of another table: its name, its fields, our fields that refer to them
References = Callable[[str, tuple[str, ...], tuple[str, ...]], set[Values]]


class BlockSource(Protocol):
    """A table to validate: its labels, and its records in pieces that can be parsed in parallel.

    own_names: what a foreign key may call the table itself. sheet: the workbook's sheet.
    codec: None where all cells are text. growth: how many times as large as the first piece
    later ones are.
    """

    @property
    def labels(self) -> list[str]: ...

    @property
    def header_row(self) -> int: ...

    @property
    def own_names(self) -> frozenset[str]: ...

    @property
    def sheet(self) -> str | None: ...

    @property
    def codec(self) -> Codec | None: ...

    @property
    def growth(self) -> int: ...

    def pieces(self) -> Iterator[Any]:
        """Yield pieces of whole records, in order."""

    def parse(self, piece: Any, columns: list[ColumnRules], *, last: bool) -> Block:
        """Split one piece into columns."""


def validate(
    source: BlockSource,
    schema: Mapping[str, Any],
    *,
    limit: int,
    references: References | None = None,
    unique_keys: Sequence[tuple[str, ...]] = (),
) -> ValidationResult:
    """Validate a table as Frictionless would, up to `limit` errors (0: all).

    `unique_keys` are fields that must not repeat together, which Frictionless does not know of.

    Raises `NeedsFrictionless` when only Frictionless itself can decide.
    """
    rules = plan_columns(schema, source.labels, source.header_row)
    for column in rules.columns:
        column.codec = source.codec
    foreign = _foreign_keys(source, rules, schema, references)
    ordering = ErrorOrder(rules.columns, rules.primary_key, foreign)
    row_errors = RowErrors(ordering, all_listed=not limit)
    with ExitStack() as stack:
        where = {column.name: index for index, column in enumerate(rules.columns)}
        extra = {
            tuple(where[name] for name in names): names
            for names in unique_keys
            if all(name in where for name in names)
        }
        stores = _stores(rules, extra, limit, stack)
        keyed = frozenset(index for key in stores for index in key)
        referring = frozenset(index for key in foreign for index in key.fields)
        first = source.header_row + 1
        check_at = 2
        blocks = _in_order(
            source, rules.columns, lambda b: scan(b, rules.columns, keyed, referring)
        )
        stack.callback(blocks.close)
        for number, scanned in enumerate(blocks, start=1):
            resolved = resolve(scanned, rules.columns)
            row_errors.add(resolved, first)
            row_errors.add_orphans(orphans(foreign, rules.columns, scanned, first))
            for store in stores.values():
                store.add(resolved, first)
            first += scanned.count
            if limit and row_errors.least >= limit:
                break
            if limit and any(len(store.absent) >= limit for store in stores.values()):
                break
            if limit and number == check_at:
                check_at *= 4
                if any(_duplicates_reach(store, limit) for store in stores.values()):
                    break
        duplicates = {key: store.duplicates() for key, store in stores.items()}
        for index, column in enumerate(rules.columns):
            if column.unique:
                row_errors.add_unique(index, duplicates[(index,)])
        if rules.primary_key:
            key = tuple(rules.primary_key)
            row_errors.add_primary(stores[key].absent, duplicates[key])
        for key, names in extra.items():
            row_errors.add_repeated(names, duplicates[key])
    return _validation_result(source, rules, row_errors, first, limit)


def _stores(
    rules: TableRules, extra: Collection[tuple[int, ...]], limit: int, stack: ExitStack
) -> dict[tuple[int, ...], KeyStore]:
    """One store per unique field and per key, shared where they are the same."""
    primary = tuple(rules.primary_key)
    needed: list[tuple[int, ...]] = [*extra]
    needed.extend((index,) for index, column in enumerate(rules.columns) if column.unique)
    if primary:
        needed.append(primary)
    # a repeated unique key is no error when a part of it is missing: all must be seen
    return {
        key: stack.enter_context(
            KeyStore(
                key,
                rules.columns,
                limit=0 if key in extra else limit,
                note_absent=key == primary,
            )
        )
        for key in dict.fromkeys(needed)
    }


def _duplicates_reach(store: KeyStore, limit: int) -> bool:
    return not store.spilled and len(store.duplicates()) >= limit


def _in_order(
    source: BlockSource, columns: list[ColumnRules], work: Callable[[Block], Any]
) -> Generator[Any, None, None]:
    """Parse and work on the pieces of a source on all cores; yield the results in order."""

    def task(piece: Any, last: bool) -> Any:
        return work(source.parse(piece, columns, last=last))

    pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="validate")
    try:
        waiting: deque[Future[Any]] = deque()
        pieces = source.pieces()
        piece = next(pieces, None)
        following = next(pieces, None)
        if piece is not None:
            first = source.parse(piece, columns, last=following is None)
            choose_encoding(first, columns, source.growth)
            waiting.append(pool.submit(work, first))
        while following is not None:
            piece, following = following, next(pieces, None)
            waiting.append(pool.submit(task, piece, following is None))
            if len(waiting) >= MAX_PENDING_BLOCKS:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _foreign_keys(
    source: BlockSource, rules: TableRules, schema: Mapping[str, Any], references: References | None
) -> list[ForeignKey]:
    """Return the foreign keys whose fields the table has, each with the values it may take."""
    where = {column.name: index for index, column in enumerate(rules.columns)}
    keys = []
    for item in schema.get("foreignKeys") or []:
        names = _names(item.get("fields"))
        reference = item.get("reference") or {}
        name = str(reference.get("resource") or "")
        theirs = _names(reference.get("fields"))
        if name not in source.own_names and references is None:
            raise NeedsFrictionless
        if not all(field in where for field in names):
            continue
        for field in (*names, *theirs):
            if field in where and rules.columns[where[field]].reader.kind in UNHASHABLE:
                raise NeedsFrictionless
        key = ForeignKey(names, name, theirs, [where[field] for field in names])
        if name in source.own_names:
            key.lookup = _own_values(source, rules.columns, [where.get(field) for field in theirs])
        elif references is not None:
            key.lookup = references(name, theirs, names)
        keys.append(key)
    return keys


def _names(fields: Any) -> tuple[str, ...]:
    return (fields,) if isinstance(fields, str) else tuple(fields or ())


def _own_values(
    source: BlockSource, columns: list[ColumnRules], fields: list[int | None]
) -> set[Values]:
    """Collect the values of some fields over the whole table."""

    def collect(block: Block) -> set[Values]:
        cells = {
            index: cells.tokens(columns[index].others) if block.typed else cells
            for index, cells in enumerate(block.columns)
            if index in fields
        }
        values = set(distinct_values(cells, columns, fields)[0])
        return values | {ragged_values(cells, columns, fields) for _, cells in block.ragged}

    found: set[Values] = set()
    for values in _in_order(source, columns, collect):
        found |= values
    return {values for values in found if set(values) != {None}}


def _validation_result(
    source: BlockSource, rules: TableRules, row_errors: RowErrors, after: int, limit: int
) -> ValidationResult:
    """List the errors in Frictionless's order; as there, the limit is looked at after each row."""
    faults = list(rules.header_faults)
    rows = after - source.header_row - 1
    for row, found in row_errors.rows():
        if limit and len(faults) >= limit and row > source.header_row + 1:
            # the header alone reached the limit: Frictionless stops after the first row
            return ValidationResult(faults[:limit], 1, source.labels, True, source.sheet)
        faults.extend(found)
        if limit and len(faults) >= limit:
            return ValidationResult(
                faults[:limit], row - source.header_row, source.labels, True, source.sheet
            )
    if limit and rows and len(faults) >= limit:
        return ValidationResult(faults[:limit], 1, source.labels, True, source.sheet)
    return ValidationResult(faults, rows, source.labels, sheet=source.sheet)


__all__ = ["BlockSource", "References", "validate"]
