"""Total and subtotal rows: by the words, by the sums, and by what a data row would have filled."""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from dataclasses import dataclass
from typing import Literal

import numpy as np

from pipelines.extract import cells
from pipelines.extract.profile import Profile
from pipelines.readers import Grid
from pipelines.readers.grid import fold

MOST_ROWS = 20_000


@dataclass(frozen=True)
class TotalRow:
    """A row put aside; [start, stop) are positions in the list of data rows it should sum."""

    row: int
    label: str
    kind: Literal["total", "subtotal"]
    start: int
    stop: int
    sums: int


class Sums:
    """Judges rows that may be totals."""

    def __init__(self, grid: Grid, shape: Profile, columns: list[int]) -> None:
        self.grid = grid
        self.shape = shape
        self.columns = columns

    def judge(
        self, data: list[int], candidates: list[tuple[int, int, str]], ids: list[int]
    ) -> list[TotalRow]:
        """Return the totals among the candidate rows (row, column of the words, strength)."""
        by_row = {row: (column, word) for row, column, word in candidates}
        wordless = self._wordless(data, ids, by_row)
        if not by_row and not wordless:
            return []
        often = Counter(fold(self.grid.row(row)[c]).lower() for row, (c, _) in by_row.items())
        rows = [row for row in data if row not in by_row and row not in wordless]
        found: list[TotalRow] = []
        usual = float(np.median(self.grid.counts[rows])) if rows else 0.0
        group = 0
        seen = 0
        position = {row: index for index, row in enumerate(rows)}
        last_row = data[-1]
        for row in data:
            if row in position:
                seen = position[row] + 1
                continue
            column, word = by_row.get(row, (self.columns[0], ""))
            label = fold(self.grid.row(row)[column])
            part = self._sums(row, rows[group:seen])
            whole = self._sums(row, rows) if len(rows) <= MOST_ROWS else 0
            full = self._full(row, usual)
            accepted = self._accept(
                word, part, whole, full, often[label.lower()], row == last_row, column, row, ids
            )
            if not accepted:
                continue
            kind: Literal["total", "subtotal"] = "subtotal"
            if word != "sub" and (whole or row == last_row or (not seen and not group)):
                kind = "total"
            if kind == "total":
                found.append(TotalRow(row, label, kind, 0, len(rows), whole))
            else:
                found.append(TotalRow(row, label, kind, group, seen, part))
                group = seen
        return _renumber(found, data)

    def _accept(
        self,
        word: str,
        part: int,
        whole: int,
        full: bool,
        often: int,
        last: bool,
        column: int,
        row: int,
        ids: list[int],
    ) -> bool:
        if not word:
            return True
        merged = any(
            m.top == row == m.bottom and m.left <= column < m.right for m in self.grid.merges
        )
        if full and self.grid.kind == "text" and not (last and (part or whole)):
            return bool(whole) and column == self.columns[0] and often == 1
        if part or whole:
            return True
        lacks_id = (
            bool(ids) and column not in ids and not any(self.grid.filled[row, i] for i in ids)
        )
        if word == "with":
            return lacks_id or merged
        if merged or lacks_id or word == "sub" or last:
            return True
        return column in ids

    def _full(self, row: int, usual: float) -> bool:
        """The row fills as many cells as data rows do."""
        return float(self.grid.counts[row]) >= usual

    def _wordless(
        self, data: list[int], ids: list[int], by_row: dict[int, tuple[int, str]]
    ) -> set[int]:
        """A last row without a number of its own that sums every column (the province's name)."""
        if len(data) < 4 or not ids or len(data) > MOST_ROWS:
            return set()
        row = next((r for r in reversed(data) if r not in by_row), None)
        if row is None or row < data[-1] - 2 or any(self.grid.filled[row, i] for i in ids):
            return set()
        rows = [r for r in data if r not in by_row and r != row]
        return {row} if self._sums(row, rows) >= 1 and self._mismatches(row, rows) == 0 else set()

    def _measures(self) -> list[int]:
        return [
            j
            for j in self.columns
            if self.shape.columns[j].kind == cells.NUMBER and self.shape.columns[j].fill > 0
        ]

    def _compare(self, row: int, rows: list[int]) -> tuple[int, int]:
        """Count the columns whose cell is, and is not, the sum of the rows' cells."""
        if len(rows) < 1:
            return 0, 0
        right = wrong = 0
        total = self.grid.row(row)
        table = [self.grid.row(r) for r in rows]
        for j in self._measures():
            value = cells.value(total[j])
            if value is None or value == 0:
                continue
            parts = [v for r in table if (v := cells.value(r[j])) is not None]
            if sum(1 for v in parts if v) < 1:
                continue
            if abs(sum(parts) - value) <= max(0.011 * max(1, len(parts)) ** 0.5, 1e-6 * abs(value)):
                right += 1
            else:
                wrong += 1
        return right, wrong

    def _sums(self, row: int, rows: list[int]) -> int:
        return self._compare(row, rows)[0]

    def _mismatches(self, row: int, rows: list[int]) -> int:
        return self._compare(row, rows)[1]


def _renumber(found: list[TotalRow], data: list[int]) -> list[TotalRow]:
    """Count positions in the data rows that remain once the totals are put aside."""
    aside = {total.row for total in found}
    left = [row for row in data if row not in aside]
    result = []
    group = 0
    for total in found:
        before = bisect(left, total.row)
        if total.kind == "total":
            result.append(TotalRow(total.row, total.label, "total", 0, len(left), total.sums))
        else:
            result.append(TotalRow(total.row, total.label, "subtotal", group, before, total.sums))
            group = before
    return result
