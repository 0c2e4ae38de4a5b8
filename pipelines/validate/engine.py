"""The vectorised validator: blocks judged on both cores, put together in row order."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any, Protocol

from pipelines.validate.blocks import Block
from pipelines.validate.findings import TableVerdict
from pipelines.validate.foreign import ForeignKey, Values, distinct_values, odd_values, orphans
from pipelines.validate.keys import KeyStore
from pipelines.validate.ledger import Ledger
from pipelines.validate.ordering import Ordering
from pipelines.validate.scan import scan, settle, tune
from pipelines.validate.shape import (
    UNHASHABLE,
    Codec,
    ColumnRules,
    NeedsFrictionless,
    Shape,
    plan_columns,
)

WORKERS = 2
#: blocks in the works at a time: bounds the memory, and keeps the cores busy while Frictionless,
#: asked for its first verdict, is being imported
AHEAD = 16
#: seconds a thread may hold Python's lock while others wait for it: their turns are short
TURN = 0.0005

#: gives the values of fields of another table: its name, its fields, ours that refer to them
References = Callable[[str, tuple[str, ...], tuple[str, ...]], set[Values]]


class BlockSource(Protocol):
    """A table to judge: its labels, and its records in pieces that are parsed side by side.

    own_names: what a foreign key may call the table itself. sheet: the workbook's sheet.
    codec: there, where cells keep their types. growth: how many times as large as the first piece
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


def judge(
    source: BlockSource,
    schema: Mapping[str, Any],
    *,
    limit: int,
    references: References | None = None,
    unique_keys: Sequence[tuple[str, ...]] = (),
) -> TableVerdict:
    """Judge a table as Frictionless would, up to `limit` errors (0: all).

    `unique_keys` are fields that must not repeat together, which Frictionless does not know of.

    Raises `NeedsFrictionless` when only Frictionless itself can tell.
    """
    shape = plan_columns(schema, source.labels, source.header_row)
    for column in shape.columns:
        column.codec = source.codec
    foreign = _foreign_keys(source, shape, schema, references)
    ledger = Ledger(Ordering(shape.columns, shape.primary_key, foreign))
    with ExitStack() as stack:
        where = {column.name: index for index, column in enumerate(shape.columns)}
        extra = {
            tuple(where[name] for name in names): names
            for names in unique_keys
            if all(name in where for name in names)
        }
        stores = _stores(shape, extra, limit, stack)
        keyed = frozenset(index for key in stores for index in key)
        kept = frozenset(index for key in foreign for index in key.fields)
        first = source.header_row + 1
        check_at = 2
        blocks = _in_order(source, shape.columns, lambda b: scan(b, shape.columns, keyed, kept))
        stack.callback(blocks.close)
        for number, scanned in enumerate(blocks, start=1):
            settled = settle(scanned, shape.columns)
            ledger.add(settled, first)
            ledger.add_orphans(orphans(foreign, shape.columns, scanned, first))
            for store in stores.values():
                store.add(settled, first)
            first += scanned.count
            if limit and ledger.least >= limit:
                break
            if limit and any(len(store.absent) >= limit for store in stores.values()):
                break
            if limit and number == check_at:
                check_at *= 4
                if any(_repeats_reach(store, limit) for store in stores.values()):
                    break
        repeats = {key: store.repeats() for key, store in stores.items()}
        for index, column in enumerate(shape.columns):
            if column.unique:
                ledger.add_unique(index, repeats[(index,)])
        if shape.primary_key:
            key = tuple(shape.primary_key)
            ledger.add_primary(stores[key].absent, repeats[key])
        for key, names in extra.items():
            ledger.add_repeated(names, repeats[key])
    return _verdict(source, shape, ledger, first, limit)


def _stores(
    shape: Shape, extra: Collection[tuple[int, ...]], limit: int, stack: ExitStack
) -> dict[tuple[int, ...], KeyStore]:
    """One store per unique field and per key, shared where they are the same."""
    primary = tuple(shape.primary_key)
    wanted: list[tuple[int, ...]] = [*extra]
    wanted.extend((index,) for index, column in enumerate(shape.columns) if column.unique)
    if primary:
        wanted.append(primary)
    # a repeated unique key is no error when a part of it is missing: all must be seen
    return {
        key: stack.enter_context(
            KeyStore(
                key,
                shape.columns,
                limit=0 if key in extra else limit,
                note_absent=key == primary,
            )
        )
        for key in dict.fromkeys(wanted)
    }


def _repeats_reach(store: KeyStore, limit: int) -> bool:
    return not store.spilled and len(store.repeats()) >= limit


def _in_order(
    source: BlockSource, columns: list[ColumnRules], work: Callable[[Block], Any]
) -> Generator[Any, None, None]:
    """Parse and work on the pieces of a source on all cores; yield the results in order."""

    def task(piece: Any, last: bool) -> Any:
        return work(source.parse(piece, columns, last=last))

    turn = sys.getswitchinterval()
    sys.setswitchinterval(TURN)
    pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="validate")
    try:
        waiting: deque[Future[Any]] = deque()
        pieces = source.pieces()
        piece = next(pieces, None)
        following = next(pieces, None)
        if piece is not None:
            first = source.parse(piece, columns, last=following is None)
            tune(first, columns, source.growth)
            waiting.append(pool.submit(work, first))
        while following is not None:
            piece, following = following, next(pieces, None)
            waiting.append(pool.submit(task, piece, following is None))
            if len(waiting) >= AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        sys.setswitchinterval(turn)


def _foreign_keys(
    source: BlockSource, shape: Shape, schema: Mapping[str, Any], references: References | None
) -> list[ForeignKey]:
    """Prepare the foreign keys whose fields are all there, each with the values it may take."""
    where = {column.name: index for index, column in enumerate(shape.columns)}
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
            if field in where and shape.columns[where[field]].judge.kind in UNHASHABLE:
                raise NeedsFrictionless
        key = ForeignKey(names, name, theirs, [where[field] for field in names])
        if name in source.own_names:
            key.lookup = _own_values(source, shape.columns, [where.get(field) for field in theirs])
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
        return values | {odd_values(cells, columns, fields) for _, cells in block.odd}

    found: set[Values] = set()
    for values in _in_order(source, columns, collect):
        found |= values
    return {values for values in found if set(values) != {None}}


def _verdict(
    source: BlockSource, shape: Shape, ledger: Ledger, after: int, limit: int
) -> TableVerdict:
    """List the errors in Frictionless's order; as there, the limit is looked at after each row."""
    faults = list(shape.header_faults)
    rows = after - source.header_row - 1
    for row, found in ledger.rows():
        if limit and len(faults) >= limit and row > source.header_row + 1:
            # the header alone reached the limit: Frictionless stops after the first row
            return TableVerdict(faults[:limit], 1, source.labels, True, source.sheet)
        faults.extend(found)
        if limit and len(faults) >= limit:
            return TableVerdict(
                faults[:limit], row - source.header_row, source.labels, True, source.sheet
            )
    if limit and rows and len(faults) >= limit:
        return TableVerdict(faults[:limit], 1, source.labels, True, source.sheet)
    return TableVerdict(faults, rows, source.labels, sheet=source.sheet)


__all__ = ["BlockSource", "References", "judge"]
