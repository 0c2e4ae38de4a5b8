"""Columns that no field stands for: where they are, and which of them only changed their label."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Sequence

import numpy as np

from pipelines.clean.table.working_table import WorkingTable
from pipelines.errors import Refused
from pipelines.model import Position
from pipelines.project.schema import TableSchema
from pipelines.text.addresses import column_letters

#: From this similarity on, two labels are taken for one that was changed.
ALIKE = 0.6


def places(table: WorkingTable, labels: Sequence[str]) -> str:
    """Return the columns with the file, sheet and letter where each stands first."""
    return " · ".join(f"{label}{_place(table, label)}" for label in labels)


def _place(table: WorkingTable, label: str) -> str:
    columns = table.columns[label].sheet_columns()
    held = np.flatnonzero(columns)
    if not len(held):
        return ""
    index = int(held[0])
    source = table.sources[int(table.lineage.source[index])]
    return f" ({Position(source.file, source.sheet)} › {column_letters(int(columns[index]))})"


def refuse_renamed(table: WorkingTable, spare: Sequence[str], schema: TableSchema) -> None:
    """Say which spare columns are a field under another label in some of the files.

    Such a field is absent from just the files that have the new label, and the labels are alike,
    or there is one of each. Raises `Refused`.
    """
    pairs = list(_renamed(table, spare, schema))
    if not pairs:
        return
    told = ", ".join(
        f"'{label}'{_place(table, label)} ← '{table.columns[field].label or field}'"
        for label, field in pairs
    )
    entries = ", ".join(f"{json.dumps(label, ensure_ascii=False)}: {f}" for label, f in pairs)
    raise Refused(
        "column-renamed", where=table.context.where, told=told, line=f"columns: {{{entries}}}"
    )


def _renamed(
    table: WorkingTable, spare: Sequence[str], schema: TableSchema
) -> Iterator[tuple[str, str]]:
    """Yield each spare label with the field that it stands for."""
    with_rows = set(np.unique(table.lineage.source).tolist())
    free = {name: _holders(table, name) for name in schema.names if name in table}
    for label in spare:
        holders = _holders(table, label)
        fitting = [name for name, others in free.items() if others == with_rows - holders != set()]
        best = max(fitting, key=lambda name: _alike(table, label, name), default=None)
        alone = len(fitting) == 1 and len(spare) == 1
        if best is not None and (alone or _alike(table, label, best) >= ALIKE):
            del free[best]
            yield label, best


def _holders(table: WorkingTable, name: str) -> set[int]:
    """Return the sources that have the column."""
    held = table.columns[name].sheet_columns() > 0
    return set(np.unique(table.lineage.source[held]).tolist())


def _alike(table: WorkingTable, label: str, field: str) -> float:
    texts = (field.replace("_", " "), table.columns[field].label)
    return max(
        difflib.SequenceMatcher(None, label.casefold(), text.casefold()).ratio() for text in texts
    )
