"""What the working table holds, as steps read it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import numpy as np
import pandas as pd

from pipelines.clean.table.arrow_text import Ints, Strings, series, strings
from pipelines.clean.table.columns import ColumnState, unique_labels
from pipelines.clean.table.context import Context
from pipelines.clean.table.lineage import Lineage
from pipelines.clean.table.trail import Trail
from pipelines.domain import expression
from pipelines.errors import UsageProblem, nearest
from pipelines.model import Finding, Position, Source, Table


class TableState:
    """A raw table while it is cleaned, in its present state.

    step: the running step's name, set before each one. main: False for the total rows put aside,
    which report nothing. findings: each with the identity of its column. replaced_keys: lineage
    keys of the rows that a newer file replaced. withheld_ids: identities of columns whose text must
    not be shown. dropped: names of the columns left out. consumed_labels: labels of sheet columns
    that a step dropped or unpivoted.
    """

    def __init__(self, table: Table, context: Context, *, main: bool = True) -> None:
        self.context = context
        self.raw = table
        self.main = main
        self.step = ""
        self.sources: tuple[Source, ...] = table.sources
        self.lineage = Lineage.of(table)
        self.trail = Trail()
        self.findings: list[tuple[Finding, int | None]] = []
        self.replaced_keys: Ints = np.zeros(0, dtype=np.int64)
        self.withheld_ids: set[int] = set()
        self.dropped: set[str] = set()
        self.consumed_labels: set[str] = set()
        self._ids = itertools.count()
        self.columns: dict[str, ColumnState] = {}
        for index, label in enumerate(unique_labels(table.frame.columns)):
            column_id = self.new_column_id()
            self.columns[label] = ColumnState(
                strings(table.frame.iloc[:, index]),
                table.columns[index],
                column_id,
                frozenset({column_id}),
                label,
            )

    def __len__(self) -> int:
        return len(self.lineage)

    def __getitem__(self, name: str) -> Strings:
        return self.columns[self.require(name)].values

    def __contains__(self, name: str) -> bool:
        return name in self.columns

    @property
    def names(self) -> list[str]:
        """The columns' names in order."""
        return list(self.columns)

    def frame(self) -> pd.DataFrame:
        """The table as pandas text, n × m, without copying."""
        return pd.DataFrame(
            {name: series(column.values) for name, column in self.columns.items()},
            index=pd.RangeIndex(len(self)),
        )

    def result(self) -> Table:
        """Return the table as it stands."""
        return Table(
            self.raw.name,
            self.frame(),
            self.sources,
            self.lineage.source,
            self.lineage.row,
            tuple(column.sheet_column for column in self.columns.values()),
        )

    def compile(self, written: str) -> expression.Expression:
        """Compile an expression over the columns as they stand, each of the type that the schema
        gives it, else of the one that a step read it as. Raises `UsageProblem`.
        """
        known = {field.name: field.type for field in self.context.schema.fields}
        types = {
            name: known.get(name) or column.kind or "string"
            for name, column in self.columns.items()
        }
        return expression.compile(written, types, where=f"{self.context.where} › {self.step}")

    def require(self, name: str) -> str:
        """Return the name. Raises `UsageProblem` that says what columns there are."""
        if name not in self.columns:
            raise UsageProblem(
                "step-column",
                where=self.context.where,
                step=self.step,
                field=name,
                nearest=nearest(name, self.columns) or "–",
                available=", ".join(self.columns) or "–",
            )
        return name

    def resolve(self, names: Iterable[str] | None) -> list[str]:
        """Return the columns that a step names, all of them by default. Raises `UsageProblem`."""
        return self.names if names is None else [self.require(name) for name in names]

    def require_new(self, name: str, names: Iterable[str]) -> None:
        """Raise `UsageProblem` when the name for a new column is among these names."""
        if name in names:
            raise UsageProblem(
                "step-column-twice", where=self.context.where, step=self.step, field=name
            )

    def position(self, index: int, field: str | None = None) -> Position:
        """Return where the cell (or the row) stands in its source."""
        source = self.sources[int(self.lineage.source[index])]
        column: int | None = None
        if field is not None and field in self.columns:
            found = self.columns[field].sheet_column
            column = int(found if isinstance(found, int) else found[index]) or None
        return Position(source.file, source.sheet, int(self.lineage.row[index]), column)

    def new_column_id(self) -> int:
        """Return an identity for a new column."""
        return next(self._ids)

    def is_withheld(self, name: str) -> bool:
        """Say whether a column's text must not be shown."""
        return self.columns[name].column_id in self.withheld_ids

    def published_ids(self) -> set[int]:
        """Return the identities of the columns whose text may be shown."""
        ids = (column.derived_from for column in self.columns.values())
        return set().union(*ids) - self.withheld_ids
