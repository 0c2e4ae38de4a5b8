"""The facts about faulty rows, gathered from the blocks, the keys and the foreign keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipelines.text import memory
from pipelines.validate.bulk.block_checks import ResolvedBlock
from pipelines.validate.bulk.duplicates import Duplicate
from pipelines.validate.bulk.error_order import ErrorOrder, FaultyRow
from pipelines.validate.bulk.foreign_keys import Orphan
from pipelines.validate.findings import Fault

#: after so many more faulty rows the memory is looked at; bytes that each takes until reported
STEP, PER_ROW = 200_000, 1000


class RowErrors:
    """The faulty rows of a table, by row number.

    all_listed: no limit ends the collection; it raises `PortalProblem` when there are more than
    memory holds.
    """

    def __init__(self, ordering: ErrorOrder, *, all_listed: bool) -> None:
        self._ordering = ordering
        self._all_listed = all_listed
        self._facts: dict[int, FaultyRow] = {}
        self._cells = 0

    @property
    def least(self) -> int:
        """How many errors the rows have at least."""
        return self._cells + sum(1 for facts in self._facts.values() if not facts.notes)

    def add(self, resolved: ResolvedBlock, first: int) -> None:
        """Add a resolved block whose first record has the row number `first`."""
        for found in resolved.faults:
            index, cells, results = found.column, found.cells, found.results
            places = (found.places + first).tolist()
            for row, code in zip(places, found.codes.tolist(), strict=True):
                self._at(row).notes[index] = (cells[code], results[code])
            self._cells += len(places)
        for place, cells, results in resolved.ragged:
            facts = self._at(first + place)
            facts.ragged = cells
            for index, result in enumerate(results):
                if result.notes:
                    facts.notes[index] = (cells[index] if index < len(cells) else None, result)
            facts.blank = all(result.missing for result in results)
        if resolved.blank is not None:
            for row in (resolved.blank + first).tolist():
                facts = self._at(row)
                self._cells -= len(facts.notes)
                facts.notes = {}
                facts.blank = True

    def _at(self, row: int) -> FaultyRow:
        found = self._facts.get(row)
        if found is None:
            count = len(self._facts)
            if self._all_listed and count and count % STEP == 0:
                memory.require(PER_ROW * count, code="memory-short.findings", count=count)
            found = self._facts[row] = FaultyRow()
        return found

    def add_unique(self, column: int, duplicates: Iterable[Duplicate]) -> None:
        """Add the repeated values of a unique field."""
        for duplicate in duplicates:
            self._at(duplicate.row).unique[column] = duplicate

    def add_primary(self, absent: Iterable[int], duplicates: Iterable[Duplicate]) -> None:
        """Add the rows without a primary key, and those that duplicate one."""
        for row in absent:
            self._at(row).primary = 'cells composing the primary keys are all "None"'
        for duplicate in duplicates:
            facts = self._at(duplicate.row)
            facts.primary = f"the same as in the row at position {duplicate.earlier}"
            facts.earlier = duplicate.earlier

    def add_repeated(self, names: tuple[str, ...], duplicates: Iterable[Duplicate]) -> None:
        """Add the repeated values of a key of `uniqueKeys`, which Frictionless passes over."""
        for duplicate in duplicates:
            if None not in duplicate.values:
                self._at(duplicate.row).repeated.append((names, duplicate))

    def add_orphans(self, orphans: Iterable[Orphan]) -> None:
        """Add the foreign keys not found."""
        for orphan in orphans:
            self._at(orphan.row).orphans.append(orphan)

    def rows(self) -> Iterator[tuple[int, list[Fault]]]:
        """Yield the faulty rows in order, each with its errors in Frictionless's order."""
        for row in sorted(self._facts):
            yield row, self._ordering.errors(row, self._facts[row])
