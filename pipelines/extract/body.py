"""The rows below the labels: data, or left out under a named rule.

Only rows that stand out (few cells, a total's words, labels again) are looked at one by one; a
row that does not stand out is data. Doubt keeps a row.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pipelines.extract import cells
from pipelines.extract.another import Another
from pipelines.extract.header import Header
from pipelines.extract.profile import Profile
from pipelines.extract.totals import MOST_ROWS, Judge, TotalRow
from pipelines.readers import Grid
from pipelines.readers.grid import fold

_ENUMERATOR = re.compile(r"(?:[A-Z]|[IVX]{1,5}|[a-z])[.)]?")
_WORDS = (
    r"(?i)^\s*(?:sub[\s-]*|grand[\s-]*)?"
    r"(?:jumlah|total|jml|rata|rerata|average|mean|overall|keseluruhan|seluruh|sum|j u m|t o t|Σ)"
    r"|\b(?:total|jumlah)\s*$"
)


@dataclass
class Body:
    """Roles of rows [start, stop): a rule for each row left out; the rest is data."""

    start: int
    stop: int
    rules: dict[int, str] = field(default_factory=dict)
    totals: list[TotalRow] = field(default_factory=list)
    next_table: int | None = None

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


class Reader:
    """Reads the rows of one table below its header."""

    def __init__(self, grid: Grid, header: Header, shape: Profile, columns: list[int]) -> None:
        self.grid = grid
        self.header = header
        self.shape = shape
        self.columns = columns
        self.first = columns[0] if columns else 0
        self.inside = set(columns)
        self.heads = [[fold(text) for text in grid.row(row)] for row in header.rows]
        self.another = Another(grid, header, shape, self.heads, self.inside)
        self.upper = self._upper_share()
        self.ids: list[int] = []

    def read(self, stop: int, *, keep_totals: bool = False) -> Body:
        """Give every row from the first data row to `stop` a role."""
        start = self.header.data
        body = Body(start, stop)
        worded = self._worded(start, stop)
        self.ids = self._id_columns(start, worded)
        odd = self._odd(start, stop, worded)
        last = self._last_data(start, stop, odd)
        again = False
        for row in odd:
            if row in body.rules:
                continue
            begins = self.another.begins(row, body.start, stop)
            if begins is not None:
                body.next_table = begins
                body.stop = begins
                body.rules = {r: rule for r, rule in body.rules.items() if r < begins}
                break
            rule = self._rule(row, last, again)
            again = rule == "left-repeated-header" or (again and rule == "left-numbering")
            if rule:
                body.rules[row] = rule
        last = min(last, body.stop - 1)
        self._unfilled(body, last)
        self._whole_sections(body, last)
        if not keep_totals:
            self._find_totals(body, odd)
        return body

    def _worded(self, start: int, stop: int) -> np.ndarray[Any, Any]:
        """(stop − start,) bool: a cell at the left speaks of a total."""
        found = np.zeros(stop - start, dtype=bool)
        for column in self.columns[: 5 if stop - start < 200_000 else 3]:
            known = self.shape.columns[column]
            if stop - start > 20_000 and known.typed and known.share == 1.0:
                continue
            found |= self.grid.matches(column, start, stop, _WORDS)
        return found

    def _odd(self, start: int, stop: int, worded: np.ndarray[Any, Any]) -> list[int]:
        """Rows that must be looked at, in order."""
        counts = self.grid.counts[start:stop]
        few = counts < max(2, (self.shape.width * 3 + 4) // 5)
        marked = few | worded
        marked[: min(30, len(marked))] = True
        marked[max(0, len(marked) - 40) :] = True
        for head in self.heads:
            filled = [(index, text) for index, text in enumerate(head) if text]
            if len(filled) < 2:
                continue
            index, _ = filled[-1]
            raw = self.grid.row(self.header.rows[self.heads.index(head)])[index]
            marked |= self.grid.equals(index, start, stop, raw)
        if stop - start <= 20_000 and self.shape.typed:
            for offset in range(stop - start):
                if not marked[offset]:
                    fits, clashes = self.shape.agreement(self.grid.row(start + offset))
                    marked[offset] = clashes > fits
        return [int(index) + start for index in np.flatnonzero(marked)]

    def _last_data(self, start: int, stop: int, odd: list[int]) -> int:
        """Return the last row that surely is data (or a total): the rest is the table's foot."""
        strange = set(odd)
        lone = self.shape.width == 1
        for row in range(stop - 1, start - 1, -1):
            if lone and self._below_a_list(row):
                continue
            if row not in strange:
                return row
            texts = self.grid.row(row)
            count = int(self.grid.counts[row])
            if count == 0:
                continue
            if self.shape.typed:
                fits, clashes = self.shape.agreement(texts)
                fits += self.shape.says_no_data(texts)
                if fits > clashes and count >= min(2, self.shape.width):
                    return row
            elif count * 2 >= self.shape.width and (count > 1 or self.shape.width == 1):
                return row
        return start - 1

    def _below_a_list(self, row: int) -> bool:
        """Not in the list's own column, or what stands below tables."""
        if not self.grid.filled[row, self.first]:
            return True
        return bool(cells.footer(fold(self.grid.row(row)[self.first])))

    def _rule(self, row: int, last: int, again: bool) -> str:
        grid = self.grid
        texts = grid.row(row)
        filled = [j for j, text in enumerate(texts) if text and not text.isspace()]
        if not filled:
            return "left-blank"
        words = [fold(texts[j]) for j in filled]
        folded = [fold(text) for text in texts]
        if any(head == folded for head in self.heads if sum(map(bool, head)) >= 2):
            return "left-repeated-header"
        if cells.ruler(words) and (again or len(filled) > 1 or len(words[0]) > 4):
            return "left-ruler"
        if len(filled) >= 2 and self.shape.counts_columns(texts):
            if again or row == self.header.data:
                return "left-numbering"
            if words[0].startswith("(") and len(filled) * 2 >= self.shape.width:
                return "left-numbering"
        if row > last:
            return self._foot(row, filled, words)
        return self._section(row, filled, words)

    def _section(self, row: int, filled: list[int], words: list[str]) -> str:
        """A heading of a group of rows, between data rows."""
        if self.shape.width < 3 and not self._merged_wide(row):
            return ""
        if any(cells.total_words(word) for word in words[:2]):
            return ""
        fits, _ = self.shape.agreement(self.grid.row(row))
        if len(filled) == 1:
            if self._merged_wide(row):
                return cells.footer(words[0]) or "left-section"
            if cells.footer(words[0]):
                return cells.footer(words[0])
            if fits:
                return ""
            column = self.shape.columns[filled[0]]
            if column.typed or (self.ids and filled[0] not in self.ids):
                return "left-section"
            if row in self.grid.bold or words[0].endswith(":"):
                return "left-section"
            if words[0].isupper() and self.upper < 0.2:
                return "left-section"
            return ""
        lettered = bool(_ENUMERATOR.fullmatch(words[0])) and filled[0] == self.first
        if lettered and len(filled) == 2 and not fits and self.shape.typed and self.shape.width > 3:
            return "left-section"
        return ""

    def _foot(self, row: int, filled: list[int], words: list[str]) -> str:
        """A row below the last data row."""
        line = " ".join(words)
        known = next((rule for word in words if (rule := cells.footer(word))), "")
        if known and len(filled) <= 2:
            return known
        fits, clashes = self.shape.agreement(self.grid.row(row))
        apart = row > 0 and self.grid.counts[row - 1] == 0
        if len(filled) == 1 and (self.shape.width > 1 or apart):
            column = self.shape.columns[filled[0]]
            if fits and not apart and filled[0] == self.first:
                return ""
            if self._merged_wide(row) or apart or self._below_foot(row) or column.typed:
                return "left-note"
            if filled[0] not in self.inside or self._after_total(row):
                return "left-note"
            long = len(line) > max(20, 1.5 * column.longest) and line.count(" ") > 1
            return "left-note" if long or self.grid.kind == "sheet" else ""
        if known and clashes >= fits:
            return known
        if self.shape.typed and not fits and (apart or self._below_foot(row)):
            return "left-note"
        return ""

    def _after_total(self, row: int) -> bool:
        """The row above is named a total."""
        above = self.grid.texts(row - 1) if row > self.header.data else []
        return any(cells.total_words(text) in ("exact", "sub") for text in above[:2])

    def _below_foot(self, row: int) -> bool:
        """The row above is already below the table."""
        words = self.grid.texts(row - 1) if row else []
        return bool(
            len(words) <= 1
            and self.shape.width > 2
            and not self.shape.looks_like_data(self.grid.row(row - 1))
        )

    def _merged_wide(self, row: int) -> bool:
        width = len(self.columns)
        return width > 1 and any(
            merge.top <= row <= merge.bottom
            and merge.top == merge.bottom
            and merge.right - merge.left + 1 >= max(2, (width + 1) // 2)
            for merge in self.grid.merges
        )

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
        return any(cells.total_words(text) for text in self.grid.texts(row)[:2])

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

    def _find_totals(self, body: Body, odd: list[int]) -> None:
        candidates: list[tuple[int, int, str]] = []
        for row in odd:
            if row in body.rules or row >= body.stop:
                continue
            texts = self.grid.row(row)
            for j in self.columns[:5]:
                word = cells.total_words(fold(texts[j]))
                if word:
                    candidates.append((row, j, word))
                    break
        if not candidates and body.stop - body.start - len(body.rules) > MOST_ROWS:
            return
        data = body.data
        if len(data) < 2:
            return
        found = Judge(self.grid, self.shape, self.columns, self.ids, data.tolist()).judge(
            candidates
        )
        body.totals = found.totals
        body.rules.update(dict.fromkeys(found.derived, "left-derived"))
        body.rules.update(dict.fromkeys(found.heads, "left-section"))
        for total in body.totals:
            body.rules[total.row] = "left-total" if total.kind == "total" else "left-subtotal"

    def _id_columns(self, start: int, worded: np.ndarray[Any, Any]) -> list[int]:
        """Columns to the left that every data row fills with a running number or a code."""
        counts = self.grid.counts[start : start + len(worded)]
        usual = np.flatnonzero((counts >= max(2, (self.shape.width + 1) // 2)) & ~worded) + start
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

    def _upper_share(self) -> float:
        texts = [
            text
            for j in self.columns[:2]
            for text in list(self.shape.columns[j].values)[:60]
            if cells.kind(text) == cells.TEXT
        ]
        return sum(text.isupper() for text in texts) / len(texts) if texts else 0.0
