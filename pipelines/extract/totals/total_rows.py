"""Total and subtotal rows: by the words, by the sums, and by what a data row would have filled."""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from pipelines.domain.reference import is_province
from pipelines.extract.content import cells, phrases
from pipelines.extract.totals.data_rows import MOST_ROWS, DataRows, RowMark
from pipelines.extract.totals.unlabelled_totals import unlabelled_totals
from pipelines.readers.grid import fold
from pipelines.text.arrow import Ints

#: Rows before a total that are tried as the rows it sums.
MOST_IN_GROUP = 200


@dataclass(frozen=True)
class TotalRow:
    """A row put aside; [start, stop) are positions in the list of data rows it should sum."""

    row: int
    label: str
    kind: Literal["total", "subtotal"]
    start: int
    stop: int
    sums: int


@dataclass
class TotalVerdict:
    """Totals among the data rows, rows computed from them (a share, an earlier year), and lone
    names over such rows."""

    totals: list[TotalRow] = field(default_factory=list)
    derived: list[int] = field(default_factory=list)
    heads: list[int] = field(default_factory=list)


class TotalDetector:
    """Judges which of a table's rows are totals."""

    def __init__(self, rows: DataRows) -> None:
        self.rows = rows
        self.grid = rows.grid
        self.shape = rows.shape
        self.columns = rows.columns
        self.ids = rows.ids
        self.data = rows.data
        self.sums = rows.sums
        self.heads: list[int] = []

    def judge(self, candidates: list[tuple[int, int, str]]) -> TotalVerdict:
        """Return the totals among the data rows; candidates: (row, column of the words, word)."""
        marks = {row: RowMark(column, word) for row, column, word in candidates}
        derived = self._tail(marks)
        derived += [row for row in self._earlier_years() if row not in derived]
        for row, mark in unlabelled_totals(self.rows, marks, derived).items():
            marks.setdefault(row, mark)
        if not marks:
            return TotalVerdict()
        self.named = self._label_columns(marks)
        found = self._accepted(marks, derived)
        rejected = marks.keys() - {total.row for total in found}
        if rejected:
            # What is no total is a data row, which the totals must sum as well.
            found = self._accepted(
                {row: m for row, m in marks.items() if row not in rejected}, derived
            )
        if not found:
            return TotalVerdict()
        return TotalVerdict(self._renumbered(found, [*derived, *self.heads]), derived, self.heads)

    def _accepted(self, marks: dict[int, RowMark], derived: list[int]) -> list[TotalRow]:
        aside = {*derived, *self.heads}
        rows = [row for row in self.data if row not in marks and row not in aside]
        usual = float(np.median(self.grid.counts[rows])) if rows else float(self.shape.width)
        often = Counter(self.rows.text(row, mark.column).lower() for row, mark in marks.items())
        members = self.rows.places(rows)
        last = max((row for row in self.data if row not in aside), default=-1)
        bounds = [0]
        found: list[TotalRow] = []
        for row in sorted(marks):
            mark = marks[row]
            label = self.rows.text(row, mark.column)
            seen = bisect(rows, row)
            start, stop = bounds[-1], seen
            if mark.span is not None:
                start, stop = bisect(rows, mark.span[0] - 1), bisect(rows, mark.span[1])
            part = self.sums.right(row, members[start:stop])
            whole = self.sums.right(row, members) if len(rows) <= MOST_ROWS else 0
            if not part and not whole and mark.word:
                start, part = self._wider(row, members, bounds, seen)
            full = float(self.grid.counts[row]) >= usual
            alone = often[label.lower()] == 1
            if mark.word and not self._is_total(
                row, mark, bool(part), bool(whole), full, alone, last
            ):
                continue
            first = not seen and not found
            if mark.word != "sub" and mark.span is None and (whole or row == last or first):
                found.append(TotalRow(row, label, "total", 0, len(rows), whole))
                continue
            found.append(TotalRow(row, label, "subtotal", start, stop, part))
            if mark.span is None and seen > bounds[-1]:
                bounds.append(seen)
        return found

    def _wider(self, row: int, members: Ints, bounds: list[int], seen: int) -> tuple[int, int]:
        """Where the rows begin that the row sums: with an earlier group (the total of several
        that have totals of their own), or within this one, whose first rows have none."""
        for start in reversed(bounds[:-1]):
            right = self.sums.right(row, members[start:seen])
            if right:
                return start, right
        for start in range(seen - 2, max(bounds[-1], seen - MOST_IN_GROUP), -1):
            right, wrong = self.sums.compare(row, members[start:seen])
            if right and not wrong:
                return start, right
        return bounds[-1], 0

    def _is_total(
        self, row: int, mark: RowMark, part: bool, whole: bool, full: bool, alone: bool, last: int
    ) -> bool:
        """Whether a row with a total's words is one."""
        column = mark.column
        merged = any(
            m.top == row == m.bottom and m.left <= column < m.right for m in self.grid.merges
        )
        lacks_id = bool(self.ids) and column not in self.ids and self.rows.numberless(row)
        agrees = row == last and (part or whole or self._is_mean(row))
        if (
            full
            and self.grid.kind == "text"
            and not agrees
            and not (lacks_id or column in self.ids)
        ):
            return whole and column == self.columns[0] and alone
        if part or whole:
            return True
        if merged or lacks_id or column in self.ids:
            return True
        if mark.word != "with":
            return mark.word == "sub" or row == last
        return self._lacks_label(row, column) and (row == last or self._names_group(row, column))

    def _is_mean(self, row: int) -> bool:
        others = [other for other in self.data if other != row]
        return self.sums.means(row, self.rows.places(others))

    def _label_columns(self, marks: dict[int, RowMark]) -> list[int]:
        """Columns of words that every row fills but those that may be totals."""
        rows = [row for row in self.data if row not in marks]
        if len(rows) < 2:
            return []
        words = [j for j in self.columns if self.shape.columns[j].kind == cells.TEXT]
        return [j for j in words if self.grid.filled[rows, j].all()]

    def _lacks_label(self, row: int, column: int) -> bool:
        return any(j != column and not self.grid.filled[row, j] for j in self.named)

    def _names_group(self, row: int, column: int) -> bool:
        """`Jumlah Kecamatan Dolok` below rows of which one says `Dolok`."""
        said = self.rows.text(row, column).casefold()
        place = self.rows.place[row]
        for above in self.data[max(0, place - 1) : place]:
            for text in self.grid.row(above)[: column + 3]:
                name = fold(text).casefold()
                if len(name) > 2 and name in said and cells.kind(name) == cells.TEXT:
                    return True
        return False

    def _earlier_years(self) -> list[int]:
        """Rows at the end with a year where the others have a name, below the province or a total:
        its figures of earlier years."""
        column = self.columns[0]
        if self.shape.columns[column].kind != cells.TEXT:
            return []
        tail: list[int] = []
        for row in reversed(self.data):
            label = self.rows.text(row, column)
            if cells.kind(label) != cells.YEAR:
                below = tail and (is_province(label) or phrases.total_words(label))
                return tail if below else []
            tail.append(row)
        return []

    def _tail(self, marks: dict[int, RowMark]) -> list[int]:
        """Rows at the end without the number (or, in place of a name, with a year) of a data row,
        below a total: shares of it, or the totals of other years. Marks the total when the sums
        alone tell it."""
        tail: list[int] = []
        for row in reversed(self.data):
            if not self._beyond(row):
                break
            tail.insert(0, row)
        before = self.data[: len(self.data) - len(tail)]
        if not tail or not before or len(tail) > 12:
            return []
        if not self.ids and any(self._beyond(row) for row in before):
            return []
        body = np.arange(self.rows.place[tail[0]], dtype=np.int64)
        body = body[[self.data[index] not in marks for index in body.tolist()]]
        for index, row in enumerate(tail):
            right, wrong = self.sums.compare(row, body)
            worded = row in marks and (marks[row].word != "with" or (right and not wrong))
            if worded or (right >= 2 and right >= wrong):
                if row not in marks:
                    marks[row] = RowMark(self.rows.first_filled(row), "exact")
                if index == 0 and self.grid.counts[before[-1]] == 1:
                    self.heads.append(before[-1])
                return [later for later in tail[index + 1 :] if later not in marks]
        return []

    def _beyond(self, row: int) -> bool:
        """The row lacks what makes a data row: its number, or a name where the others have one."""
        texts = self.grid.row(row)
        if self.ids:
            return self.rows.numberless(row)
        first = self.columns[0]
        column = self.shape.columns[first]
        return column.kind == cells.TEXT and cells.kind(texts[first]) == cells.YEAR

    def _renumbered(self, found: list[TotalRow], derived: list[int]) -> list[TotalRow]:
        """Count positions in the data rows that remain once totals are put aside."""
        aside = {total.row for total in found} | set(derived)
        left = [row for row in self.data if row not in aside]
        return [
            total
            if total.kind == "subtotal"
            else TotalRow(total.row, total.label, "total", 0, len(left), total.sums)
            for total in found
        ]
