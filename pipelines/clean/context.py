"""What a run knows beside the cells: the columns' places and kinds, the schema, the folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipelines.clean.kernels import Strings
from pipelines.model import LeftOut
from pipelines.project.schema import SchemaField, TableSchema

Ints = np.ndarray[Any, Any]
Place = int | Ints


@dataclass(frozen=True)
class ColumnState:
    """One column: (n,) text, its 1-based sheet column (an (n,) array where it differs by row).

    uid changes when the text stops being what the source said (a remedy); family holds the
    identities of the columns whose text can still be read in this one. kind: the cells are
    already what Table Schema writes, so the schema's default steps leave them alone.
    """

    values: Strings
    place: Place
    uid: int
    family: frozenset[int]
    label: str = ""
    kind: str = ""


@dataclass
class Context:
    """What steps may look at beside the table: the schema, the dataset's folder, a secret."""

    schema: TableSchema
    name: str = ""
    folder: Path = field(default_factory=Path)
    where: str = ""
    lookups: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    secret: bytes | None = None
    decisions: dict[tuple[str, str], Any] = field(default_factory=dict)
    left_out: Sequence[LeftOut] = ()

    def field(self, name: str) -> SchemaField | None:
        """Return the schema's field of this name, None when it has none."""
        return next((f for f in self.schema.fields if f.name == name), None)


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
