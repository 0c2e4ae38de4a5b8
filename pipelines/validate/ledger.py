"""The facts about faulty rows, put into the errors and the order that Frictionless gives them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipelines.validate.findings import Fault
from pipelines.validate.foreign import ForeignKey, Orphan
from pipelines.validate.repeats import Repeat
from pipelines.validate.scan import Settled
from pipelines.validate.shape import Column
from pipelines.validate.verdicts import Verdict
from pipelines.validate.wording import shown


@dataclass
class Facts:
    """What is known of one row.

    notes: column → (cell, verdict). odd: the cells of a row of another width. unique: column →
    repeat. primary: Frictionless's note, `earlier` the row whose key is the same. repeated: the
    unique keys that repeat an earlier row's. orphans: foreign keys not found.
    """

    notes: dict[int, tuple[Any, Verdict]] = field(default_factory=dict)
    odd: list[Any] | None = None
    blank: bool = False
    unique: dict[int, Repeat] = field(default_factory=dict)
    primary: str = ""
    earlier: int | None = None
    repeated: list[tuple[tuple[str, ...], Repeat]] = field(default_factory=list)
    orphans: list[Orphan] = field(default_factory=list)


class Ledger:
    """The faulty rows of a table, by row number."""

    def __init__(
        self,
        columns: Sequence[Column],
        primary_key: Sequence[int],
        foreign_keys: Sequence[ForeignKey] = (),
    ) -> None:
        self._columns = columns
        self._primary_key = primary_key
        self._foreign_keys = foreign_keys
        self._unique = [index for index, column in enumerate(columns) if column.unique]
        self._facts: dict[int, Facts] = {}
        self._cells = 0

    @property
    def least(self) -> int:
        """How many errors the rows have at least."""
        return self._cells + sum(1 for facts in self._facts.values() if not facts.notes)

    def add(self, settled: Settled, first: int) -> None:
        """Take in a judged block whose first record has the row number `first`."""
        for found in settled.faults:
            index, cells, verdicts = found.column, found.cells, found.verdicts
            places = (found.places + first).tolist()
            for row, code in zip(places, found.codes.tolist(), strict=True):
                self._at(row).notes[index] = (cells[code], verdicts[code])
            self._cells += len(places)
        for place, cells, verdicts in settled.odd:
            facts = self._at(first + place)
            facts.odd = cells
            for index, verdict in enumerate(verdicts):
                if verdict.notes:
                    facts.notes[index] = (cells[index] if index < len(cells) else None, verdict)
            facts.blank = all(verdict.missing for verdict in verdicts)
        if settled.blank is not None:
            for row in (settled.blank + first).tolist():
                facts = self._at(row)
                self._cells -= len(facts.notes)
                facts.notes = {}
                facts.blank = True

    def _at(self, row: int) -> Facts:
        found = self._facts.get(row)
        if found is None:
            found = self._facts[row] = Facts()
        return found

    def add_unique(self, column: int, repeats: Iterable[Repeat]) -> None:
        """Take in the repeated values of a unique field."""
        for repeat in repeats:
            self._at(repeat.row).unique[column] = repeat

    def add_primary(self, absent: Iterable[int], repeats: Iterable[Repeat]) -> None:
        """Take in the rows without a primary key, and those that repeat one."""
        for row in absent:
            self._at(row).primary = 'cells composing the primary keys are all "None"'
        for repeat in repeats:
            facts = self._at(repeat.row)
            facts.primary = f"the same as in the row at position {repeat.earlier}"
            facts.earlier = repeat.earlier

    def add_repeated(self, names: tuple[str, ...], repeats: Iterable[Repeat]) -> None:
        """Take in the repeated values of a key of `uniqueKeys`, which Frictionless passes over."""
        for repeat in repeats:
            if None not in repeat.values:
                self._at(repeat.row).repeated.append((names, repeat))

    def add_orphans(self, orphans: Iterable[Orphan]) -> None:
        """Take in the foreign keys not found."""
        for orphan in orphans:
            self._at(orphan.row).orphans.append(orphan)

    def rows(self) -> Iterator[tuple[int, list[Fault]]]:
        """Yield the faulty rows in order, each with its errors in Frictionless's order."""
        for row in sorted(self._facts):
            yield row, self._errors(row, self._facts[row])

    def _errors(self, row: int, facts: Facts) -> list[Fault]:
        found: list[Fault] = []
        if not (facts.unique or facts.primary or facts.orphans):
            self._cell_errors(row, facts, self._touched(), found)
            self._row_errors(row, facts, found)
        else:
            _Ordered(self, row, facts, found).errors()
        for names, repeat in facts.repeated:
            extra = {"fields": ", ".join(names)}
            found.append(Fault("unique-key", row, extra=extra, other=repeat.earlier))
        return found

    def _touched(self) -> list[int]:
        """The columns in the order in which Frictionless reads them: keys first."""
        order = [*self._unique, *self._primary_key]
        for key in self._foreign_keys:
            order.extend(key.fields)
        return list(dict.fromkeys([*order, *range(len(self._columns))]))

    def _cell_errors(
        self, row: int, facts: Facts, columns: Iterable[int], found: list[Fault]
    ) -> None:
        for index in columns:
            if index not in facts.notes:
                continue
            cell, verdict = facts.notes[index]
            name = self._columns[index].name
            for kind, note in (verdict.notes or {}).items():
                code = "type-error" if kind == "type" else "constraint-error"
                text = cell if cell is None else shown(cell)
                found.append(Fault(code, row, name, index + 1, text, note))

    def _row_errors(self, row: int, facts: Facts, found: list[Fault]) -> None:
        width = len(self._columns)
        if facts.odd is not None:
            for number, cell in enumerate(facts.odd[width:], start=width + 1):
                text = shown(cell)
                found.append(Fault("extra-cell", row, "", number, text))
            for index in range(len(facts.odd), width):
                name = self._columns[index].name
                found.append(Fault("missing-cell", row, name, index + 1, ""))
        if facts.blank:
            found[:] = [Fault("blank-row", row)]


@dataclass
class _Ordered:
    """The errors of a row with key errors: reading a key's cells comes before other cells."""

    ledger: Ledger
    row: int
    facts: Facts
    found: list[Fault]
    read: set[int] = field(default_factory=set)
    whole: bool = False

    def errors(self) -> None:
        """Put the row's errors into `found`."""
        ledger, facts = self.ledger, self.facts
        columns = ledger._columns
        for index in ledger._unique:
            self._read([index])
            repeat = facts.unique.get(index)
            if repeat is not None:
                self._finish()
                note = f"the same as in the row at position {repeat.earlier}"
                cell = shown(repeat.values[0])
                name = columns[index].name
                self.found.append(
                    Fault(
                        "unique-error", self.row, name, index + 1, cell, note, other=repeat.earlier
                    )
                )
        self._read(ledger._primary_key)
        if facts.primary:
            self._finish()
            self.found.append(
                Fault("primary-key", self.row, note=facts.primary, other=facts.earlier)
            )
        for orphan in sorted(facts.orphans, key=lambda item: item.key):
            for key in ledger._foreign_keys[: orphan.key + 1]:
                self._read(key.fields)
            self._finish()
            self.found.append(self._foreign(orphan))
        self._finish()

    def _read(self, columns: Iterable[int]) -> None:
        fresh = [index for index in columns if index not in self.read]
        self.read.update(fresh)
        self.ledger._cell_errors(self.row, self.facts, fresh, self.found)

    def _finish(self) -> None:
        if not self.whole:
            self.whole = True
            self._read(range(len(self.ledger._columns)))
            self.ledger._row_errors(self.row, self.facts, self.found)

    def _foreign(self, orphan: Orphan) -> Fault:
        key = self.ledger._foreign_keys[orphan.key]
        values = ", ".join(str(value) for value in orphan.values)
        note = (
            f'for "{", ".join(key.names)}": values "{values}" not found in the lookup table '
            f'"{key.reference}" as "{", ".join(key.reference_names)}"'
        )
        cells = ", ".join(shown(value) or "–" for value in orphan.values)
        extra = {"fields": ", ".join(key.names), "reference": key.reference, "cells": cells}
        return Fault("foreign-key", self.row, note=note, extra=extra)
