"""The facts about faulty rows, gathered from the blocks, the keys and the foreign keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipelines.validate.findings import Fault
from pipelines.validate.foreign import Orphan
from pipelines.validate.ordering import Facts, Ordering
from pipelines.validate.repeats import Repeat
from pipelines.validate.scan import Settled


class Ledger:
    """The faulty rows of a table, by row number."""

    def __init__(self, ordering: Ordering) -> None:
        self._ordering = ordering
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
            yield row, self._ordering.errors(row, self._facts[row])
