"""One column of the working table, and the labels that columns start with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from pipelines.clean.table.arrow_text import Ints, Strings

SheetColumn = int | Ints
"""A 1-based sheet column, 0 for none; an (n,) array where it differs by row."""


@dataclass(frozen=True)
class ColumnState:
    """One column of n cells of text.

    column_id changes when a remedy replaces what the source said; derived_from holds the
    identities of the columns whose text can still be read in this one. label: the sheet's label.
    kind: the Table Schema type in which the cells are written already (empty where none is known),
    so the schema's default steps leave them alone.
    """

    values: Strings
    sheet_column: SheetColumn
    column_id: int
    derived_from: frozenset[int]
    label: str = ""
    kind: str = ""

    def take(self, rows: Ints) -> ColumnState:
        """Return the column with these rows in this order."""
        where = self.sheet_column if isinstance(self.sheet_column, int) else self.sheet_column[rows]
        return replace(self, values=self.values.take(pa.array(rows)), sheet_column=where)

    def sheet_columns(self) -> Ints:
        """Return the (n,) sheet columns of its cells."""
        if isinstance(self.sheet_column, int):
            return np.full(len(self.values), self.sheet_column, dtype=np.int32)
        return self.sheet_column


def unique_labels(labels: Iterable[object]) -> list[str]:
    """Return the labels with blanks folded; one that repeats gets ` (2)`, ` (3)` …"""
    seen: dict[str, int] = {}
    found = []
    for label in labels:
        plain = " ".join(str(label).split()) if label is not None else ""
        seen[plain] = seen.get(plain, 0) + 1
        name = plain if seen[plain] == 1 else f"{plain} ({seen[plain]})"
        while name in found:
            seen[plain] += 1
            name = f"{plain} ({seen[plain]})"
        found.append(name)
    return found
