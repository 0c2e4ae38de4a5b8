"""The working table of a cleaning run. Steps change it through these methods and no other way.

n rows × m named columns of text; each row knows its source row and its record number, each column
its place in the sheet and its identity. A change is written to the trail as it is made.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa

from pipelines import messages
from pipelines.clean.context import ColumnState, Context, Ints, Place, unique_labels
from pipelines.clean.disclosure import hidden
from pipelines.clean.kernels import Mask, Strings, differs, missing, nulls, series, strings
from pipelines.clean.lineage import Lineage
from pipelines.clean.notes import Notes
from pipelines.clean.trail import OPEN, CellChanges, Trail
from pipelines.errors import UsageProblem, nearest
from pipelines.model import Finding, Position, Severity, Source, Table


class Work:
    """The table while it is cleaned. `step` and `reason` are set by the engine before each step."""

    def __init__(self, table: Table, context: Context, *, main: bool = True) -> None:
        self.context = context
        self.sources: tuple[Source, ...] = table.sources
        self.lineage = Lineage.of(table)
        self.replaced: Ints = np.zeros(0, dtype=np.int64)
        self.trail = Trail()
        self.notes = Notes()
        self.closed: set[int] = set()
        self.dropped: set[str] = set()
        self.spent: set[str] = set()
        self.step = ""
        self.main = main
        self.raw = table
        self._uids = itertools.count()
        self.columns: dict[str, ColumnState] = {}
        for index, label in enumerate(unique_labels(table.frame.columns)):
            uid = next(self._uids)
            self.columns[label] = ColumnState(
                strings(table.frame.iloc[:, index]),
                table.columns[index],
                uid,
                frozenset({uid}),
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

    def types(self) -> dict[str, str]:
        """Column → Table Schema type for expressions: the schema's, else what a step read it as."""
        known = {field.name: field.type for field in self.context.schema.fields}
        return {
            name: known.get(name) or column.kind or "string"
            for name, column in self.columns.items()
        }

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

    def chosen(self, names: Iterable[str] | None) -> list[str]:
        """Return the columns a step was asked to work on, all of them by default."""
        return self.names if names is None else [self.require(name) for name in names]

    # ------------------------------------------------------------------ cells

    def put(
        self,
        name: str,
        values: Strings,
        *,
        reason: str | Strings | None = None,
        kind: str | None = None,
        remedy: bool = False,
    ) -> Mask:
        """Replace a column's cells; each that differs becomes an entry. Returns which did.

        remedy: the old text must not be shown anywhere again; every cell gets an entry, so that the
        audit holds what was published without holding what was there.
        """
        column = self.columns[self.require(name)]
        changed = differs(column.values, values)
        noted = changed
        if remedy:
            noted = ~(missing(column.values) & missing(values))
        if noted.any():
            was, known = column.values, column
            if remedy:
                was, known = hidden(was), replace(column, uid=OPEN)
            self.entries(name, known, was, values, noted, reason)
        self.columns[name] = replace(
            column, values=values, kind=column.kind if kind is None else kind
        )
        if remedy:
            self._cut(name)
        return changed

    def read_as(self, name: str, kind: str) -> None:
        """Say that a column's cells are final: what Table Schema writes for this type."""
        self.columns[name] = replace(self.columns[name], kind=kind)

    def add(
        self,
        name: str,
        values: Strings,
        *,
        parents: Iterable[str] = (),
        reason: str | None = None,
        kind: str = "",
        place: Place = 0,
        after: str | None = None,
    ) -> None:
        """Add a column of (n,) text, at the end or after another. Each cell is an entry."""
        if name in self.columns:
            raise UsageProblem(
                "step-column-twice", where=self.context.where, step=self.step, field=name
            )
        uid = next(self._uids)
        family = frozenset({uid}).union(*(self.columns[parent].family for parent in parents))
        column = ColumnState(values, place, uid, family, kind=kind)
        self.shape("add-column", name, after=after)
        self.entries(name, column, nulls(len(self)), values, ~missing(values), reason, "add")
        self.columns[name] = column
        if after is not None:
            order = self.names[:-1]
            order.insert(order.index(after) + 1, name)
            self.columns = {key: self.columns[key] for key in order}

    def _cut(self, name: str) -> None:
        """Give the column a new identity: what it was before is not shown any more."""
        column = self.columns[name]
        self.closed.add(column.uid)
        uid = next(self._uids)
        self.columns[name] = replace(column, uid=uid, family=frozenset({uid}))

    def entries(
        self,
        name: str,
        column: ColumnState,
        before: Strings,
        after: Strings,
        mask: Mask,
        reason: str | Strings | None,
        action: str = "",
    ) -> None:
        """Write the entries of a change that the caller makes."""
        why = self.because(reason) if reason is None or isinstance(reason, str) else reason
        entry = CellChanges(self.step, name, column.uid, column.place, before, after, why, action)
        self.trail.add_cells(entry, self.lineage, mask)

    def because(self, reason: str | None) -> str:
        """Return a reason's words: as written, or the step's own from the catalogue."""
        if reason is not None:
            return reason
        key = f"step-{self.step.replace('_', '-')}"
        return messages.text(key) if messages.known(key) else self.step

    # ------------------------------------------------------------------- rows

    def keep(self, mask: Mask, *, reason: str | Strings | None = None) -> None:
        """Keep the rows under the mask; each other row is an entry with its cells."""
        gone = ~mask
        if not gone.any():
            return
        arrow = pa.array(gone)
        why: str | Strings = self.because(reason) if reason is None else reason
        cells = tuple(
            (column.uid, name, column.values.filter(arrow)) for name, column in self.columns.items()
        )
        why = why if isinstance(why, str) else why.filter(arrow)
        self.trail.add_rows(self.step, "drop", self.lineage.take(gone), why, cells)
        self.take(np.flatnonzero(mask))

    def take(self, indices: Ints) -> None:
        """Rearrange the rows; the caller writes the trail."""
        arrow = pa.array(indices)
        self.columns = {
            name: replace(
                column,
                values=column.values.take(arrow),
                place=column.place if isinstance(column.place, int) else column.place[indices],
            )
            for name, column in self.columns.items()
        }
        self.lineage = self.lineage.take(indices)

    # ------------------------------------------------------------------ shape

    def shape(self, action: str, field: str | None, *, before: str | None = None,
              after: str | None = None, why: str | None = None, at: int = -1) -> None:  # fmt: skip
        """Write an entry about the table's shape: a column renamed or dropped, an unpivot.

        Its row is 0; `at`, the column's 0-based place in the table, stands for its record.
        """
        column = self.columns.get(before or "")
        self.trail.add_shape(
            self.step,
            action,
            field,
            before,
            after,
            self.because(why),
            source=int(self.lineage.source[0]) if len(self) else -1,
            column=column.place if column and isinstance(column.place, int) else 0,
            at=at,
        )

    def rename(self, names: Mapping[str, str]) -> None:
        """Rename columns; the trail says which became which."""
        told = {old: new for old, new in names.items() if old != new}
        if not told:
            return
        result = [told.get(name, name) for name in self.columns]
        twice = next((name for name in result if result.count(name) > 1), None)
        if twice is not None:
            raise UsageProblem(
                "step-column-twice", where=self.context.where, step=self.step, field=twice
            )
        for at, (old, new) in enumerate(zip(self.columns, result, strict=True)):
            if old != new:
                self.shape("rename", new, before=old, after=new, at=at)
        self.columns = {names.get(old, old): column for old, column in self.columns.items()}

    def drop_column(self, name: str, why: str | None = None) -> None:
        """Leave a column out; its text is not shown in the audit."""
        column = self.columns[self.require(name)]
        self.closed.add(column.uid)
        self.spent.add(column.label)
        self.dropped.add(name)
        self.shape("drop-column", name, before=name, why=why)
        del self.columns[name]

    def new_uid(self) -> int:
        """Return an identity for a column that a step builds itself."""
        return next(self._uids)

    # --------------------------------------------------------------- findings

    def note(
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
        """Report something; `index` is the 0-based row it is about. Values are hidden at the end
        if their column turns out not to be published. Only the main table speaks, not its totals.
        """
        if not self.main:
            return
        column = self.columns.get(field) if field is not None else None
        row = int(self.lineage.row[index]) if index is not None else None
        position = self.position(index, field) if index is not None else None
        finding = Finding(code, severity, self.context.name, row, field, value, position, variant,
                          params)  # fmt: skip
        self.notes.add(finding, column.uid if column else None)

    def position(self, index: int, field: str | None = None) -> Position:
        """Return where the cell (or the row) stands in its source."""
        source = self.sources[int(self.lineage.source[index])]
        place: int | None = None
        if field is not None and field in self.columns:
            found = self.columns[field].place
            place = int(found if isinstance(found, int) else found[index]) or None
        return Position(source.file, source.sheet, int(self.lineage.row[index]), place)

    def published(self) -> set[int]:
        """Return the identities of the columns whose text may be shown."""
        families = (column.family for column in self.columns.values())
        return set().union(*families) - self.closed

    def table(self) -> Table:
        """Return the table as it stands."""
        return Table(
            self.raw.name,
            self.frame(),
            self.sources,
            self.lineage.source,
            self.lineage.row,
            tuple(column.place for column in self.columns.values()),
        )
