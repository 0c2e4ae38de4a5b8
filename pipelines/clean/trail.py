"""The trail: what each step did to which cell, kept as whole columns while the steps run.

Every change of the working table goes through `Work`, and `Work` writes it here, so a step can't
change a cell without a trace. Text stands in the chunks as it was; `finish` decides what may be
shown, once it is known which columns are published.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.clean.kernels import TEXT, Mask, Strings, glued, missing, nulls, repeated, series
from pipelines.model import AUDIT_COLUMNS, Source

REDACTED = "•••"
#: Steps that change a cell only after proving it a number, a day, a period, yes or no, a code.
READING = frozenset({"numbers", "dates", "periods", "booleans", "units", "regions", "missing"})
#: Identity of entries whose text may be shown whatever becomes of their column.
OPEN = -1
Ints = np.ndarray[Any, Any]


@dataclass
class Chunk:
    """k entries of one step on one field (or on whole rows, or on the table's shape).

    uid: the column's identity, None for entries without a column. `before` and `after`: (k,) text,
    None = missing throughout. reason: one text, or (k,) text. cells: for dropped rows, the
    columns as (uid, field, values).
    """

    step: str
    action: str
    field: str | None
    uid: int | None
    source: Ints
    row: Ints
    column: Ints | int
    record: Ints
    before: Strings | None
    after: Strings | None
    reason: str | Strings
    cells: tuple[tuple[int, str, Strings], ...] = ()

    def __len__(self) -> int:
        return len(self.record)


class Rows(NamedTuple):
    """(n,) each: index of the source, sheet row, record number of a table's rows."""

    source: Ints
    row: Ints
    record: Ints


class Cells(NamedTuple):
    """A change of one column of n cells. place: its sheet column, (n,) where it differs by row.
    reason: one text, or (n,) text. action: empty where before and after tell it.
    """

    step: str
    field: str
    uid: int
    place: Ints | int
    before: Strings
    after: Strings
    reason: str | Strings
    action: str


class Words:
    """Texts that repeat, each kept once."""

    def __init__(self) -> None:
        self.known: dict[str | None, int] = {None: -1}

    def code(self, word: str | None) -> int:
        return self.known.setdefault(word, len(self.known) - 1)

    @property
    def words(self) -> list[str]:
        return [word for word in self.known if word is not None]


class Trail:
    """The chunks in the order of the steps."""

    def __init__(self) -> None:
        self.chunks: list[Chunk] = []

    def add_cells(self, cells: Cells, rows: Rows, mask: Mask) -> None:
        """Write an entry for each cell under the mask: changed, filled, cleared or added."""
        kinds = [(cells.action, mask)]
        if not cells.action:
            was, now = ~missing(cells.before), ~missing(cells.after)
            kinds = [("change", was & now), ("fill", ~was), ("clear", ~now)]
            kinds = [(action, mask & part) for action, part in kinds]
        for action, part in kinds:
            if not part.any():
                continue
            every = bool(part.all())
            pick = slice(None) if every else part
            arrow = None if every else pa.array(part)
            self.chunks.append(
                Chunk(
                    cells.step,
                    action,
                    cells.field,
                    cells.uid,
                    rows.source[pick],
                    rows.row[pick],
                    cells.place if isinstance(cells.place, int) else cells.place[pick],
                    rows.record[pick],
                    None if action in ("fill", "add") else _picked(cells.before, arrow),
                    None if action == "clear" else _picked(cells.after, arrow),
                    cells.reason if isinstance(cells.reason, str) else _picked(cells.reason, arrow),
                )
            )

    def finish(
        self,
        sources: tuple[Source, ...],
        published: Collection[int],
        mask: Callable[[Strings, str | None], Strings],
        suspect: Collection[str] = (),
    ) -> pd.DataFrame:
        """Return the audit, one row per entry in the order of the steps, `AUDIT_COLUMNS`.

        published: the identities of the columns whose text may be shown; of any other column
        before and after read `•••`. mask hides personal identifiers in what remains; the entries of
        steps that read numbers, dates and codes go through it for the fields in suspect alone.
        """
        chunks = [
            self._shown(chunk, published, mask, suspect) for chunk in self.chunks if len(chunk)
        ]
        sizes = [len(chunk) for chunk in chunks]
        total = sum(sizes)
        sheet, place, record, column = (_joined([c.__dict__[n] for c in chunks], sizes) for n in (
            "source", "row", "record", "column"))  # fmt: skip
        columns: dict[str, Any] = {
            "file": _names(sheet, [source.file for source in sources]),
            "sheet": _names(sheet, [source.sheet for source in sources]),
            "row": place,
            "column": column,
            "record": record,
            "before": _texts([c.before for c in chunks], sizes),
            "after": _texts([c.after for c in chunks], sizes),
        }
        for name in ("field", "action", "step", "reason"):
            words = Words()
            codes = np.empty(total, dtype=np.int32)
            start = 0
            for chunk, size in zip(chunks, sizes, strict=True):
                codes[start : start + size] = _codes(getattr(chunk, name), words)
                start += size
            columns[name] = pd.Categorical.from_codes(codes, categories=pd.Index(words.words))
        return pd.DataFrame({name: columns[name] for name in AUDIT_COLUMNS})

    def _shown(
        self,
        chunk: Chunk,
        published: Collection[int],
        mask: Callable[[Strings, str | None], Strings],
        suspect: Collection[str],
    ) -> Chunk:
        if chunk.cells:
            parts = [
                glued([repeated(field, len(chunk)), mask(values, field)], "=", "emit_null")
                for uid, field, values in chunk.cells
                if uid in published
            ]
            if parts:
                chunk.before = glued(parts, "; ")
            return chunk
        if chunk.uid is None:
            return chunk
        if chunk.uid != OPEN and chunk.uid not in published:
            chunk.before, chunk.after = hidden(chunk.before), hidden(chunk.after)
            return chunk
        if chunk.step in READING and chunk.field not in suspect:
            return chunk
        if chunk.before is not None:
            chunk.before = mask(chunk.before, chunk.field)
        if chunk.after is not None:
            chunk.after = mask(chunk.after, chunk.field)
        return chunk


def _picked(values: Strings, mask: Any) -> Strings:
    return values if mask is None else values.filter(mask)


def hidden(values: Strings | None) -> Strings | None:
    if values is None:
        return None
    return pc.if_else(pc.is_null(values), pa.scalar(None, type=TEXT), pa.scalar(REDACTED, TEXT))


def _codes(value: Any, words: Words) -> Any:
    if value is None or isinstance(value, str):
        return words.code(value)
    encoded = pc.dictionary_encode(value)
    known = np.array([words.code(word) for word in encoded.dictionary.to_pylist()], dtype=np.int32)
    return known[encoded.indices.to_numpy(zero_copy_only=False)]


def _joined(parts: list[Any], sizes: list[int]) -> Ints:
    arrays = [
        np.full(size, part, dtype=np.int32) if isinstance(part, int) else part
        for part, size in zip(parts, sizes, strict=True)
    ]
    return np.concatenate(arrays) if arrays else np.zeros(0, dtype=np.int32)


def _names(index: Ints, names: list[str | None]) -> Any:
    words = Words()
    codes = np.array([words.code(name) for name in names] or [-1], dtype=np.int32)
    return pd.Categorical.from_codes(
        codes[index] if len(index) else np.zeros(0, dtype=np.int32),
        categories=pd.Index(words.words),
    )


def _texts(parts: list[Strings | None], sizes: list[int]) -> pd.Series[Any]:
    chunks = [
        nulls(size) if part is None else part for part, size in zip(parts, sizes, strict=True)
    ]
    return series(pa.chunked_array(chunks, type=TEXT))
