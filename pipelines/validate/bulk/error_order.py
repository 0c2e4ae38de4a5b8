"""The errors of a faulty row, in the order in which Frictionless comes upon them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipelines.validate.bulk.column_rules import ColumnRules
from pipelines.validate.bulk.duplicates import Duplicate
from pipelines.validate.bulk.foreign_keys import ForeignKey, Orphan
from pipelines.validate.bulk.frictionless_cells import CellResult
from pipelines.validate.findings import Fault
from pipelines.validate.message_params import shown


@dataclass
class FaultyRow:
    """What is known of one row.

    notes: column → (cell, result). ragged: the cells of a row of another width. unique: column →
    duplicate. primary: Frictionless's note, `earlier` the row whose key is the same. repeated: the
    unique keys that duplicate an earlier row's. orphans: foreign keys not found.
    """

    notes: dict[int, tuple[Any, CellResult]] = field(default_factory=dict)
    ragged: list[Any] | None = None
    blank: bool = False
    unique: dict[int, Duplicate] = field(default_factory=dict)
    primary: str = ""
    earlier: int | None = None
    repeated: list[tuple[tuple[str, ...], Duplicate]] = field(default_factory=list)
    orphans: list[Orphan] = field(default_factory=list)


class ErrorOrder:
    """What the rows of a table are asked for, one after the other: it makes the order of errors.

    `primary_key` has places of columns. Frictionless reads a row's cells as they are needed, so
    those of unique fields, of the primary key and of foreign keys come before the others.
    """

    def __init__(
        self,
        columns: Sequence[ColumnRules],
        primary_key: Sequence[int],
        foreign_keys: Sequence[ForeignKey] = (),
    ) -> None:
        self.columns = columns
        self.primary_key = primary_key
        self.foreign_keys = foreign_keys
        self.unique = [index for index, column in enumerate(columns) if column.unique]
        keyed = [*self.unique, *primary_key, *(f for key in foreign_keys for f in key.fields)]
        self._all = list(dict.fromkeys([*keyed, *range(len(columns))]))

    def errors(self, row: int, facts: FaultyRow) -> list[Fault]:
        """List the errors of the row with this number."""
        if facts.unique or facts.primary or facts.orphans:
            found = _KeyErrorOrder(self, row, facts).errors()
        else:
            found = self.cell_errors(row, facts, self._all)
            found = self.with_row_errors(row, facts, found)
        for names, duplicate in facts.repeated:
            extra = {"fields": ", ".join(names)}
            found.append(Fault("unique-key", row, extra=extra, other=duplicate.earlier))
        return found

    def cell_errors(self, row: int, facts: FaultyRow, columns: Iterable[int]) -> list[Fault]:
        """List what Frictionless notes of the cells in these columns."""
        found = []
        for index in columns:
            if index not in facts.notes:
                continue
            cell, result = facts.notes[index]
            name = self.columns[index].name
            for kind, note in (result.notes or {}).items():
                code = "type-error" if kind == "type" else "constraint-error"
                text = cell if cell is None else shown(cell)
                found.append(Fault(code, row, name, index + 1, text, note))
        return found

    def with_row_errors(self, row: int, facts: FaultyRow, found: list[Fault]) -> list[Fault]:
        """Add the errors of a row's width to those of its cells; a blank row has no others."""
        if facts.blank:
            return [Fault("blank-row", row)]
        width = len(self.columns)
        if facts.ragged is not None:
            for number, cell in enumerate(facts.ragged[width:], start=width + 1):
                found.append(Fault("extra-cell", row, "", number, shown(cell)))
            for index in range(len(facts.ragged), width):
                name = self.columns[index].name
                found.append(Fault("missing-cell", row, name, index + 1, ""))
        return found


@dataclass
class _KeyErrorOrder:
    """The errors of a row with errors of keys: they stand after the cells read until then."""

    table: ErrorOrder
    row: int
    facts: FaultyRow
    found: list[Fault] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    whole: bool = False

    def errors(self) -> list[Fault]:
        """List the row's errors."""
        table, facts = self.table, self.facts
        for index in table.unique:
            self._read([index])
            if index in facts.unique:
                self._finish()
                self.found.append(self._repeated(index, facts.unique[index]))
        self._read(table.primary_key)
        if facts.primary:
            self._finish()
            fault = Fault("primary-key", self.row, note=facts.primary, other=facts.earlier)
            self.found.append(fault)
        for orphan in sorted(facts.orphans, key=lambda item: item.key):
            for key in table.foreign_keys[: orphan.key + 1]:
                self._read(key.fields)
            self._finish()
            self.found.append(self._orphaned(orphan))
        return self.found

    def _read(self, columns: Iterable[int]) -> None:
        fresh = [index for index in columns if index not in self.seen]
        self.seen.update(fresh)
        self.found += self.table.cell_errors(self.row, self.facts, fresh)

    def _finish(self) -> None:
        """Read the rest of the row: the first error of a key needs all of it."""
        if not self.whole:
            self.whole = True
            self._read(range(len(self.table.columns)))
            self.found = self.table.with_row_errors(self.row, self.facts, self.found)

    def _repeated(self, index: int, duplicate: Duplicate) -> Fault:
        note = f"the same as in the row at position {duplicate.earlier}"
        cell, name = shown(duplicate.values[0]), self.table.columns[index].name
        return Fault("unique-error", self.row, name, index + 1, cell, note, other=duplicate.earlier)

    def _orphaned(self, orphan: Orphan) -> Fault:
        key = self.table.foreign_keys[orphan.key]
        values = ", ".join(str(value) for value in orphan.values)
        note = (
            f'for "{", ".join(key.names)}": values "{values}" not found in the lookup table '
            f'"{key.reference}" as "{", ".join(key.reference_names)}"'
        )
        cells = ", ".join(shown(value) or "–" for value in orphan.values)
        extra = {"fields": ", ".join(key.names), "reference": key.reference, "cells": cells}
        return Fault("foreign-key", self.row, note=note, extra=extra)
