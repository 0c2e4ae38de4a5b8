"""The working table of a cleaning run. Steps change it through these methods and no other way.

n rows × m named columns of text; each row knows its source row and its record number, each column
its place in the sheet and its identity. A change is written to the trail as it is made.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa

from pipelines import messages
from pipelines.clean.table.arrow_text import (
    Ints,
    Mask,
    Strings,
    differs,
    missing,
    nulls,
    series,
    strings,
)
from pipelines.clean.table.columns import ColumnState, unique_labels
from pipelines.clean.table.context import Context
from pipelines.clean.table.lineage import Lineage
from pipelines.clean.table.trail import PUBLIC, CellChanges, ShapeChange, Trail, redacted
from pipelines.domain import expression
from pipelines.errors import UsageProblem, nearest
from pipelines.model import Finding, Position, Severity, Source, Table


class WorkingTable:
    """A raw table while it is cleaned.

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

    # ------------------------------------------------------------------ cells

    def set_values(
        self,
        name: str,
        values: Strings,
        *,
        reason: str | Strings | None = None,
        kind: str | None = None,
        remedy: bool = False,
    ) -> None:
        """Replace a column's cells; each that differs becomes an entry.

        remedy: the old text must not be shown anywhere again. Every cell gets an entry, so that the
        audit holds what was published and nothing of what was there, and the column gets a new
        identity.
        """
        column = self.columns[self.require(name)]
        before, recorded = column.values, column
        mask = differs(before, values)
        if remedy:
            mask = ~(missing(before) & missing(values))
        if mask.any():
            if remedy:
                before, recorded = redacted(before), replace(column, column_id=PUBLIC)
            self.record_cells(name, recorded, (before, values), mask, reason)
        column = replace(column, values=values, kind=column.kind if kind is None else kind)
        if remedy:
            self.withheld_ids.add(column.column_id)
            column_id = self.new_column_id()
            column = replace(column, column_id=column_id, derived_from=frozenset({column_id}))
        self.columns[name] = column

    def set_kind(self, name: str, kind: str) -> None:
        """Declare a column's cells final: written as Table Schema writes this type."""
        self.columns[name] = replace(self.columns[name], kind=kind)

    def write_column(
        self, name: str, values: Strings, parents: Sequence[str] = (), kind: str = ""
    ) -> None:
        """Replace a column's cells, or add the column where there is none of this name.

        parents: the columns that its text comes from.
        """
        if name in self:
            self.set_values(name, values, kind=kind)
            return
        column_id = self.new_column_id()
        ids = frozenset({column_id}).union(
            *(self.columns[parent].derived_from for parent in parents)
        )
        column = ColumnState(values, 0, column_id, ids, kind=kind)
        self.record_shape("add-column", name)
        self.record_cells(name, column, (nulls(len(self)), values), ~missing(values), action="add")
        self.columns[name] = column

    def record_cells(
        self,
        name: str,
        column: ColumnState,
        change: tuple[Strings, Strings],
        mask: Mask,
        reason: str | Strings | None = None,
        action: str = "",
    ) -> None:
        """Write the entries of a change (before, after) that the caller makes."""
        entry = CellChanges(
            self.step,
            name,
            column.column_id,
            column.sheet_column,
            *change,
            self.reason_text(reason),
            action,
        )
        self.trail.add_cells(entry, self.lineage, mask)

    def reason_text(self, reason: str | Strings | None) -> str | Strings:
        """Return a reason as written, by default the running step's own from the catalogue."""
        if reason is not None:
            return reason
        key = f"step-{self.step.replace('_', '-')}"
        return messages.text(key) if messages.known(key) else self.step

    # ------------------------------------------------------------------- rows

    def keep_rows(self, mask: Mask, *, reason: str | None = None) -> None:
        """Keep the rows under the mask; each other row is an entry with its cells."""
        gone = ~mask
        if not gone.any():
            return
        arrow = pa.array(gone)
        cells = tuple(
            (column.column_id, name, column.values.filter(arrow))
            for name, column in self.columns.items()
        )
        rows = self.lineage.take(gone)
        self.trail.add_rows(self.step, "drop", rows, self.reason_text(reason), cells)
        self.take(np.flatnonzero(mask))

    def take(self, rows: Ints) -> None:
        """Keep these rows in this order; the caller writes the trail."""
        self.columns = {name: column.take(rows) for name, column in self.columns.items()}
        self.lineage = self.lineage.take(rows)

    # ------------------------------------------------------------------ shape

    def record_shape(
        self,
        action: str,
        field: str | None,
        *,
        before: str | None = None,
        after: str | None = None,
        reason: str | None = None,
        index: int = -1,
    ) -> None:
        """Write an entry about the table's shape: a column renamed or dropped, an unpivot.

        Its row is 0; `index`, the column's 0-based place in the table, stands for its record.
        """
        column = self.columns.get(before or "")
        place = column.sheet_column if column and isinstance(column.sheet_column, int) else 0
        source = int(self.lineage.source[0]) if len(self) else -1
        why = self.reason_text(reason)
        self.trail.add_shape(
            ShapeChange(self.step, action, field, before, after, why, source, place, index)
        )

    def rename(self, names: Mapping[str, str]) -> None:
        """Rename columns, old name → new; the trail says which became which."""
        result = [names.get(name, name) for name in self.columns]
        for name in result:
            self.require_new(name, [] if result.count(name) == 1 else result)
        for index, (old, new) in enumerate(zip(self.columns, result, strict=True)):
            if old != new:
                self.record_shape("rename", new, before=old, after=new, index=index)
        self.columns = dict(zip(result, self.columns.values(), strict=True))

    def drop_column(self, name: str, reason: str | None = None) -> None:
        """Leave a column out; its text is not shown in the audit."""
        column = self.columns[self.require(name)]
        self.withheld_ids.add(column.column_id)
        self.consumed_labels.add(column.label)
        self.dropped.add(name)
        self.record_shape("drop-column", name, before=name, reason=reason)
        del self.columns[name]

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

    # --------------------------------------------------------------- findings

    def report(
        self,
        code: str,
        severity: Severity,
        *,
        field: str | None = None,
        index: int | None = None,
        value: str | None = None,
        variant: str = "",
        **params: object,
    ) -> None:
        """Add a finding, unless these are the total rows put aside.

        index: the 0-based row that it is about. Values are hidden at the end of the run if their
        column turns out not to be published.
        """
        if not self.main:
            return
        column = self.columns.get(field) if field is not None else None
        row = int(self.lineage.row[index]) if index is not None else None
        position = self.position(index, field) if index is not None else None
        finding = Finding(code, severity, self.context.name, row, field, value, position, variant,
                          params)  # fmt: skip
        self.findings.append((finding, column.column_id if column else None))

    def report_cells(
        self,
        code: str,
        severity: Severity,
        rows: Mask,
        *,
        field: str,
        value: str | None = None,
        variant: str = "",
        **params: object,
    ) -> None:
        """Add one finding for the rows under the mask: the first one's position, their count."""
        self.report(code, severity, field=field, index=int(rows.argmax()), value=value,
                    variant=variant, count=int(rows.sum()), **params)  # fmt: skip

    def position(self, index: int, field: str | None = None) -> Position:
        """Return where the cell (or the row) stands in its source."""
        source = self.sources[int(self.lineage.source[index])]
        column: int | None = None
        if field is not None and field in self.columns:
            found = self.columns[field].sheet_column
            column = int(found if isinstance(found, int) else found[index]) or None
        return Position(source.file, source.sheet, int(self.lineage.row[index]), column)
