"""What steps may look at beside the table: the schema, the dataset's folder, a secret."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from pipelines.errors import Refused, UsageProblem
from pipelines.model import LeftOut, Table, Total
from pipelines.project.schema import SchemaField, TableSchema

#: Larger corrections and lookups are refused.
MAX_BYTES = 20_000_000


@dataclass
class Context:
    """The surroundings of one run; the totals put aside share it with their table.

    where: the table's name for error messages. lookups: tables by name, for `map`. secret: the
    salt of `hash`. decisions: (step, column) → what was decided for the whole column. left_out:
    the parts of the sheet outside the table. totals: the total rows put aside, rows of
    `totals_table`, and the raw rows that each should sum.
    """

    schema: TableSchema
    name: str = ""
    folder: Path = field(default_factory=Path)
    where: str = ""
    lookups: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    secret: bytes | None = None
    decisions: dict[tuple[str, str], Any] = field(default_factory=dict)
    left_out: Sequence[LeftOut] = ()
    totals: Sequence[Total] = ()
    totals_table: Table | None = None

    def field(self, name: str) -> SchemaField | None:
        """Return the schema's field of this name, None when it has none."""
        return next((f for f in self.schema.fields if f.name == name), None)

    def dataset_file(self, name: str) -> Path:
        """Return a file of the dataset's folder. Raises `Refused` when it lies elsewhere or is too
        large, `UsageProblem` when it is not there.
        """
        folder = self.folder.resolve()
        path = (folder / name.replace("\0", "�")).resolve()
        if not path.is_relative_to(folder):
            raise Refused("source-outside", where=self.where, source=name)
        if not path.is_file():
            raise UsageProblem("file-missing", where=f"{self.folder.name}/{name}")
        if path.stat().st_size > MAX_BYTES:
            raise Refused("lookup-large", where=name, limit=MAX_BYTES // 1_000_000)
        return path
