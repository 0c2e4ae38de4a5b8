"""The working table of a cleaning run. Steps change it through these methods and no other way.

n rows × m named columns of text; each row knows its source row and its record number, each column
its place in the sheet and its identity. A change is written to the trail as it is made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from pipelines import messages
from pipelines.clean.table.arrow_text import Ints, Mask, Strings, differs, missing, nulls
from pipelines.clean.table.columns import ColumnState
from pipelines.clean.table.table_state import TableState
from pipelines.clean.table.trail import PUBLIC, CellChanges, ShapeChange, redacted
from pipelines.model import Finding, Severity


class WorkingTable(TableState):
    """The working table, with the changes that steps make to it and the findings they report."""

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
