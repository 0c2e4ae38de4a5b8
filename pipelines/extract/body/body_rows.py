"""The rows below the labels: data, or left out under a named rule.

Only rows that stand out (few cells, a total's words, labels again) are looked at one by one; a
row that does not stand out is data. Doubt keeps a row.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pipelines.extract.body.outlier_rows import Flags, has_total_words, outlier_rows
from pipelines.extract.body.row_roles import RowClassifier, cut_note
from pipelines.extract.body.table_boundaries import NextTableFinder
from pipelines.extract.content import cells, phrases
from pipelines.extract.content.profile import Profile
from pipelines.extract.header.header_rows import Header
from pipelines.extract.totals.data_rows import MOST_ROWS, DataRows
from pipelines.extract.totals.total_rows import TotalDetector, TotalRow
from pipelines.readers import Grid
from pipelines.readers.grid import fold


@dataclass
class Body:
    """Roles of rows [start, stop): a rule for each row left out; the rest is data."""

    start: int
    stop: int
    rules: dict[int, str] = field(default_factory=dict)
    totals: list[TotalRow] = field(default_factory=list)

    @property
    def data(self) -> np.ndarray[Any, Any]:
        """The rows that are data, in order."""
        left = [row - self.start for row in self.rules if self.start <= row < self.stop]
        if not left:
            return np.arange(self.start, max(self.start, self.stop))
        keep = np.ones(max(0, self.stop - self.start), dtype=bool)
        keep[left] = False
        found: np.ndarray[Any, Any] = np.flatnonzero(keep) + self.start
        return found


class BodyReader:
    """Reads the rows of one table below its header."""

    def __init__(self, grid: Grid, header: Header, shape: Profile, columns: list[int]) -> None:
        self.grid = grid
        self.header = header
        self.shape = shape
        self.columns = columns
        self.first = columns[0] if columns else 0
        self.heads = [[fold(text) for text in grid.row(row)] for row in header.rows]
        self.next_table = NextTableFinder(grid, header, shape, self.heads, set(columns))
        self.ids: list[int] = []

    def read(self, stop: int, *, keep_totals: bool = False) -> Body:
        """Give every row from the first data row to `stop` a role."""
        start = self.header.data
        body = Body(start, stop)
        worded_rows = has_total_words(self.grid, self.shape, self.columns, start, stop)
        self.ids = self._id_columns(start, worded_rows)
        roles = RowClassifier(
            self.grid, self.header, self.shape, self.columns, self.ids, self.heads
        )
        outliers = outlier_rows(self.grid, self.shape, self.header.rows, start, worded_rows)
        last = self._last_data(start, stop, outliers)
        again = False
        for row in outliers:
            if row in body.rules:
                continue
            begins = self.next_table.begins(row, body.start, stop)
            if begins is not None:
                body.stop = begins
                body.rules = {r: rule for r, rule in body.rules.items() if r < begins}
                break
            rule = roles.rule(row, last, again)
            again = rule == "left-repeated-header" or (again and rule == "left-numbering")
            if rule:
                body.rules[row] = rule
        last = min(last, body.stop - 1)
        self._unfilled(body, last)
        self._whole_sections(body, last)
        if not keep_totals:
            self._find_totals(body, outliers)
        return body

    def _last_data(self, start: int, stop: int, outliers: list[int]) -> int:
        """Return the last row that surely is data (or a total): the rest is the table's foot."""
        strange = set(outliers)
        lone = self.shape.width == 1
        for row in range(stop - 1, start - 1, -1):
            if lone and self._below_a_list(row):
                continue
            if row not in strange:
                return row
            texts = self.grid.row(row)
            count = int(self.grid.counts[row])
            if count == 0 or cut_note(self.grid, row, self.columns):
                continue
            if self.shape.typed:
                fits, clashes = self.shape.agreement(texts)
                fits += self.shape.only_missing_marks(texts)
                if fits > clashes and count >= min(2, self.shape.width):
                    return row
            elif count * 2 >= self.shape.width and (count > 1 or self.shape.width == 1):
                return row
        return start - 1

    def _below_a_list(self, row: int) -> bool:
        """Not in the list's own column, or what stands below tables."""
        if not self.grid.filled[row, self.first]:
            return True
        return bool(phrases.footer(fold(self.grid.row(row)[self.first])))

    def _unfilled(self, body: Body, last: int) -> None:
        """The rest of a form: rows at the end with their number and nothing else."""
        if not self.ids or self.shape.width < 3:
            return
        for row in range(last, body.start, -1):
            if body.rules.get(row) == "left-blank" or self._totals_words(row):
                continue
            if self.grid.counts[row] > len(self.ids):
                break
            texts = self.grid.row(row)
            if not all(cells.kind(texts[j]) in cells.TYPED for j in self.ids if texts[j]):
                break
            if self.grid.filled[row, self.ids[0]] and self.grid.counts[row] == 1:
                body.rules[row] = "left-unfilled"

    def _totals_words(self, row: int) -> bool:
        return any(phrases.total_words(text) for text in self.grid.texts(row)[:2])

    def _whole_sections(self, body: Body, last: int) -> None:
        """Rows with a lone word in the label column are sections when they come in numbers."""
        if self.shape.width < 3 or self.ids:
            return
        lone = [
            row
            for row in self._lone_rows(body, last)
            if row + 1 <= last and self.grid.counts[row + 1] * 2 >= self.shape.width
        ]
        if len(lone) >= 2 and len(lone) * 3 <= last - body.start + 1 and body.start in lone:
            for row in lone:
                body.rules[row] = "left-section"

    def _lone_rows(self, body: Body, last: int) -> list[int]:
        counts = self.grid.counts
        return [
            row
            for row in range(body.start, last + 1)
            if counts[row] == 1
            and row not in body.rules
            and self.grid.filled[row, self.first]
            and cells.kind(self.grid.row(row)[self.first]) == cells.TEXT
        ]

    def _find_totals(self, body: Body, outliers: list[int]) -> None:
        candidates: list[tuple[int, int, str]] = []
        for row in outliers:
            if row in body.rules or row >= body.stop:
                continue
            texts = self.grid.row(row)
            for j in self.columns[:5]:
                word = phrases.total_words(fold(texts[j]))
                if word:
                    candidates.append((row, j, word))
                    break
        if not candidates and body.stop - body.start - len(body.rules) > MOST_ROWS:
            return
        data = body.data
        if len(data) < 2:
            return
        rows = DataRows(self.grid, self.shape, self.columns, self.ids, data.tolist())
        found = TotalDetector(rows).judge(candidates)
        body.totals = found.totals
        body.rules.update(dict.fromkeys(found.derived, "left-derived"))
        body.rules.update(dict.fromkeys(found.heads, "left-section"))
        for total in body.totals:
            body.rules[total.row] = "left-total" if total.kind == "total" else "left-subtotal"

    def _id_columns(self, start: int, worded_rows: Flags) -> list[int]:
        """Columns to the left that every data row fills with a running number or a code."""
        counts = self.grid.counts[start : start + len(worded_rows)]
        usual = (
            np.flatnonzero((counts >= max(2, (self.shape.width + 1) // 2)) & ~worded_rows) + start
        )
        found: list[int] = []
        if not len(usual) or len(self.columns) < 3:
            return found
        words = [j for j in self.columns if self.shape.columns[j].kind == cells.TEXT]
        for j in self.columns[: 2 if words else 1]:
            missing = int((~self.grid.filled[usual, j]).sum())
            always = missing <= max(2, len(usual) * 3 // 10) and missing * 5 <= len(usual) * 2
            if not (always and self._numbers(j, usual)):
                break
            found.append(j)
        return found

    def _numbers(self, column: int, rows: np.ndarray[Any, Any]) -> bool:
        """The column numbers the rows; in a small table the profile counts totals' words, too."""
        if self.shape.columns[column].typed or len(rows) > 200:
            return self.shape.columns[column].typed
        texts = [self.grid.row(row)[column] for row in rows.tolist()]
        kinds = [cells.kind(text) for text in texts if text]
        return sum(kind in cells.TYPED for kind in kinds) * 10 >= len(kinds) * 9
