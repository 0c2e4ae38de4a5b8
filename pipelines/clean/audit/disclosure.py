"""What of the trail and the findings may be shown, once it is known which columns are published."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.clean.audit.masking import mask_identifiers
from pipelines.clean.table.arrow_text import TEXT, Ints, Strings, joined, nulls, repeated, series
from pipelines.clean.table.trail import PUBLIC, REDACTED, AuditChunk, redacted
from pipelines.model import AUDIT_COLUMNS, Finding, Source

#: Steps that change a cell only after proving it a number, a day, a period, yes or no, a code.
READING = frozenset({"numbers", "dates", "periods", "booleans", "units", "regions", "missing"})


class StringPool:
    """Texts that repeat, each kept once."""

    def __init__(self) -> None:
        self.codes: dict[str | None, int] = {None: -1}

    def code(self, word: str | None) -> int:
        return self.codes.setdefault(word, len(self.codes) - 1)

    @property
    def words(self) -> list[str]:
        return [word for word in self.codes if word is not None]


def disclose(
    chunks: Iterable[AuditChunk],
    sources: tuple[Source, ...],
    published: Collection[int],
    mask: Callable[[Strings, str | None], Strings],
    identifier_fields: Collection[str] = (),
) -> pd.DataFrame:
    """Return the audit, one row per entry in the order of the steps, `AUDIT_COLUMNS`.

    published: the identities of the columns whose text may be shown; of any other column
    before and after read `•••`. mask hides personal identifiers in what remains; the entries of
    steps that read numbers, dates and codes go through it for the identifier_fields alone.
    """
    chunks = [
        _disclosed(chunk, published, mask, identifier_fields) for chunk in chunks if len(chunk)
    ]
    sizes = [len(chunk) for chunk in chunks]
    total = sum(sizes)
    sheet, place, record, column = (_joined([c.__dict__[n] for c in chunks], sizes) for n in (
        "source", "row", "record", "column"))  # fmt: skip
    columns: dict[str, Any] = {
        "file": _source_names(sheet, [source.file for source in sources]),
        "sheet": _source_names(sheet, [source.sheet for source in sources]),
        "row": place,
        "column": column,
        "record": record,
        "before": _texts([c.before for c in chunks], sizes),
        "after": _texts([c.after for c in chunks], sizes),
    }
    for name in ("field", "action", "step", "reason"):
        words = StringPool()
        codes = np.empty(total, dtype=np.int32)
        start = 0
        for chunk, size in zip(chunks, sizes, strict=True):
            codes[start : start + size] = _codes(getattr(chunk, name), words)
            start += size
        columns[name] = pd.Categorical.from_codes(codes, categories=pd.Index(words.words))
    return pd.DataFrame({name: columns[name] for name in AUDIT_COLUMNS})


def _disclosed(
    chunk: AuditChunk,
    published: Collection[int],
    mask: Callable[[Strings, str | None], Strings],
    identifier_fields: Collection[str],
) -> AuditChunk:
    if chunk.cells:
        parts = [
            joined([repeated(field, len(chunk)), mask(values, field)], "=", "emit_null")
            for column_id, field, values in chunk.cells
            if column_id in published
        ]
        if parts:
            chunk.before = joined(parts, "; ")
        return chunk
    if chunk.column_id is None:
        return chunk
    if chunk.column_id != PUBLIC and chunk.column_id not in published:
        chunk.before = None if chunk.before is None else redacted(chunk.before)
        chunk.after = None if chunk.after is None else redacted(chunk.after)
        return chunk
    if chunk.step in READING and chunk.field not in identifier_fields:
        return chunk
    if chunk.before is not None:
        chunk.before = mask(chunk.before, chunk.field)
    if chunk.after is not None:
        chunk.after = mask(chunk.after, chunk.field)
    return chunk


def _codes(value: Any, words: StringPool) -> Any:
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


def _source_names(index: Ints, names: list[str | None]) -> Any:
    words = StringPool()
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


def disclose_findings(
    findings: Iterable[tuple[Finding, int | None]], published: Collection[int]
) -> tuple[Finding, ...]:
    """Return the findings. Texts of a column that is not published read `•••`; elsewhere the
    identifiers in them are masked.
    """
    return tuple(
        _masked_finding(finding, column_id is None or column_id in published)
        for finding, column_id in findings
    )


def _masked_finding(finding: Finding, published: bool) -> Finding:
    def show(text: str) -> str:
        return mask_identifiers(text) if published else REDACTED

    return replace(
        finding,
        value=None if finding.value is None else show(finding.value),
        params={
            name: show(value) if isinstance(value, str) else value
            for name, value in finding.params.items()
        },
    )
