"""Files and sheets that repeat each other, told once instead of once per row.

A source is a copy of another when its bytes or all its rows are the same. Two sources hold the same
keys when at least half the keys of one stand in the other: most often the period is missing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from pipelines.model import Finding, Position, Source, Table
from pipelines.project.schema import TableSchema
from pipelines.validate.coverage import period_fields
from pipelines.validate.findings import Fault
from pipelines.validate.period_proposal import steps_for_period

KEY_FAULTS = ("primary-key", "unique-error", "unique-key")
#: Fewer rows than these may be the same by chance where no key says that they must differ.
FEW = 3
_COPY_NAME = re.compile(r"\(\d+\)|\bcopy\b|\bsalinan\b|\bkopi\b", re.I)


@dataclass(frozen=True)
class Repeated:
    """Which sources (by index) repeat which.

    copies: copy → original. same_keys: sources that hold the keys of each other.
    """

    copies: Mapping[int, int] = field(default_factory=dict)
    same_keys: tuple[int, ...] = ()

    def explains(self, one: int, other: int) -> bool:
        """Whether rows of these two sources repeat each other because the sources do."""
        if one == other:
            return False
        if {one, other} <= set(self.same_keys):
            return True
        # Of three equal files two are copies of the first.
        return self.copies.get(one, one) == self.copies.get(other, other)


def find_repeated(table: Table, schema: TableSchema) -> tuple[Repeated, list[Finding]]:
    """Return the sources that repeat others, and one finding for each copy or set of equal keys."""
    if len(table.sources) < 2:
        return Repeated(), []
    copies = _copies(table, keyed=bool(schema.primary_key))
    findings = list(_copy_findings(table, copies))
    periods = [f for f in period_fields(table, schema) if f in schema.primary_key]
    key = [name for name in schema.primary_key if name in table.frame.columns]
    if not key and not period_fields(table, schema):
        key = [f.name for f in schema.fields if f.type == "string" and f.name in table.frame]
    same = _same_keys(table, key, copies, keyed=bool(schema.primary_key)) if key else ()
    if same:
        findings.append(_same_keys_finding(table, key, same, periods))
    return Repeated(copies, same), findings


def without_consequences(
    faults: Sequence[Fault], table: Table, repeated: Repeated, schema: TableSchema
) -> list[Fault]:
    """Leave out the faults that only follow from another: one cause is told once.

    These are repeated keys of sources that repeat each other; repeated values in a row whose whole
    key repeats the same row; and every other fault of a row that is a copy of an earlier one.
    """
    keyed = {(f.row, f.other) for f in faults if f.type == "primary-key" and f.other is not None}
    if not keyed:
        return list(faults)
    copied = table.frame.duplicated().to_numpy(dtype=bool)
    twice = {row for row, _ in keyed if row is not None and copied[row - 2]}
    kept = []
    for fault in faults:
        if fault.type in KEY_FAULTS and fault.row is not None and fault.other is not None:
            pair = int(table.source[fault.row - 2]), int(table.source[fault.other - 2])
            if repeated.explains(*pair):
                continue
            if fault.type != "primary-key" and (fault.row, fault.other) in keyed:
                continue
        elif fault.row in twice and fault.field:
            continue
        kept.append(fault)
    return kept


def _copy_findings(table: Table, copies: Mapping[int, int]) -> Iterator[Finding]:
    """Yield one finding for each pair of files, or of sheets of one file."""
    pairs: dict[tuple[str, str], list[int]] = {}
    for copy, original in sorted(copies.items()):
        one, other = table.sources[copy], table.sources[original]
        pair = (one.file, other.file) if one.file != other.file else (_named(one), _named(other))
        pairs.setdefault(pair, []).append(copy)
    for (here, there), indices in pairs.items():
        source = table.sources[indices[0]]
        rows = int(np.isin(table.source, indices).sum())
        yield Finding(
            "source-copy",
            "error",
            table=table.name,
            position=Position(source.file, source.sheet),
            params={"copy": here, "original": there, "rows": rows},
        )


def _copies(table: Table, *, keyed: bool) -> dict[int, int]:
    marks: dict[tuple[str, object], list[int]] = {}
    rows = pd.util.hash_pandas_object(table.frame, index=False).to_numpy()
    for index, source in enumerate(table.sources):
        own = np.sort(rows[table.source == index])
        if not len(own):
            continue
        if keyed or len(own) >= FEW:
            marks.setdefault(("rows", own.tobytes()), []).append(index)
        if source.path is not None:
            alone = {other.path for other in table.sources if other.sheet == source.sheet}
            if len(alone) > 1 and source.path.is_file():
                digest = _digest(source.path)
                marks.setdefault(("file", (digest, source.sheet)), []).append(index)
    found: dict[int, int] = {}
    for same in marks.values():
        # The name that looks like a copy's is one; else the later file is.
        first, *others = sorted(
            same, key=lambda at: (bool(_COPY_NAME.search(table.sources[at].file)), at)
        )
        for other in others:
            found.setdefault(other, first)
    return {copy: original for copy, original in found.items() if original not in found}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _same_keys(
    table: Table, key: Sequence[str], copies: Mapping[int, int], *, keyed: bool
) -> tuple[int, ...]:
    """Return the sources at least half of whose keys stand in an earlier one, with that one."""
    rows = table.frame[list(key)]
    whole = rows.notna().all(axis=1).to_numpy(dtype=bool)
    groups = rows.groupby(list(key), sort=False, dropna=False).ngroup().to_numpy()
    own = {
        index: np.unique(groups[(table.source == index) & whole])
        for index in range(len(table.sources))
        if index not in copies
    }
    if not keyed:
        counts = {index: int((table.source == index).sum()) for index in own}
        own = {i: keys for i, keys in own.items() if len(keys) == counts[i] >= FEW}
    found: set[int] = set()
    earlier: dict[int, np.ndarray[tuple[int], np.dtype[np.int64]]] = {}
    for index, keys in own.items():
        for other, theirs in earlier.items():
            shared = len(np.intersect1d(keys, theirs, assume_unique=True))
            if shared > 1 and 2 * shared >= min(len(keys), len(theirs)):
                found |= {other, index}
                break
        earlier[index] = keys
    return tuple(sorted(found))


def _same_keys_finding(
    table: Table, key: Sequence[str], same: Sequence[int], periods: Sequence[str]
) -> Finding:
    sources = [table.sources[index] for index in same]
    names = [_named(source) for source in sources]
    rest = f" … (+{len(names) - 4})" if len(names) > 4 else ""
    return Finding(
        "sources-same-keys",
        "error",
        table=table.name,
        position=Position(sources[-1].file, sources[-1].sheet),
        variant="period" if periods else "",
        params={
            "sources": ", ".join(names[:4]) + rest,
            "fields": ", ".join(key),
            "periods": ", ".join(periods),
            "line": steps_for_period(sources),
        },
    )


def _named(source: Source) -> str:
    return str(Position(source.file, source.sheet))
