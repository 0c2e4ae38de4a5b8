"""Total and subtotal rows: by the words, by the sums, and by what a data row would have filled."""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from pipelines.arrow import Ints
from pipelines.extract import cells
from pipelines.extract.profile import Profile
from pipelines.extract.sums import Sums
from pipelines.readers import Grid
from pipelines.readers.grid import fold

#: Rows in which totals without words are looked for.
MOST_ROWS = 20_000
#: Rows in which every row is tried as the total of the rows before it.
MOST_TRIED = 3_000
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
class Verdict:
    """Totals among the data rows, rows computed from them (a share, an earlier year), and lone
    names over such rows."""

    totals: list[TotalRow] = field(default_factory=list)
    derived: list[int] = field(default_factory=list)
    heads: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class _Mark:
    """A row that may be a total: the column of its words and their strength ('' without words).
    span: the rows it sums when the sums alone say so."""

    column: int
    word: str
    span: tuple[int, int] | None = None


class Judge:
    """Judges which of a table's rows are totals.

    ids: columns at the left that every data row fills with a number or code. data: the rows.
    """

    def __init__(
        self, grid: Grid, shape: Profile, columns: list[int], ids: list[int], data: list[int]
    ) -> None:
        self.grid = grid
        self.shape = shape
        self.columns = columns
        self.ids = ids
        self.data = data
        self.sums = Sums(grid, shape, columns, data)
        self.place = {row: index for index, row in enumerate(data)}
        self.heads: list[int] = []

    def judge(self, candidates: list[tuple[int, int, str]]) -> Verdict:
        """Return the totals among the data rows; candidates: (row, column of the words, word)."""
        marks = {row: _Mark(column, word) for row, column, word in candidates}
        derived = self._tail(marks)
        for row, mark in self._wordless(marks, set(derived)).items():
            marks.setdefault(row, mark)
        if not marks:
            return Verdict()
        self.named = self._label_columns(marks)
        found = self._accepted(marks, derived)
        rejected = marks.keys() - {total.row for total in found}
        if rejected:
            # What is no total is a data row, which the totals must sum as well.
            found = self._accepted(
                {row: m for row, m in marks.items() if row not in rejected}, derived
            )
        if not found:
            return Verdict()
        return Verdict(self._renumbered(found, [*derived, *self.heads]), derived, self.heads)

    def _accepted(self, marks: dict[int, _Mark], derived: list[int]) -> list[TotalRow]:
        aside = {*derived, *self.heads}
        rows = [row for row in self.data if row not in marks and row not in aside]
        usual = float(np.median(self.grid.counts[rows])) if rows else float(self.shape.width)
        often = Counter(
            fold(self.grid.row(row)[mark.column]).lower() for row, mark in marks.items()
        )
        members = np.array([self.place[row] for row in rows], dtype=np.int64)
        last = max((row for row in self.data if row not in aside), default=-1)
        bounds = [0]
        found: list[TotalRow] = []
        for row in sorted(marks):
            mark = marks[row]
            label = fold(self.grid.row(row)[mark.column])
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
            if mark.word and not self._speaks(
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

    def _speaks(
        self, row: int, mark: _Mark, part: bool, whole: bool, full: bool, alone: bool, last: int
    ) -> bool:
        """Whether a row with a total's words is one."""
        column = mark.column
        merged = any(
            m.top == row == m.bottom and m.left <= column < m.right for m in self.grid.merges
        )
        lacks_id = bool(self.ids) and column not in self.ids and self._numberless(row)
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
        others = [place for other, place in self.place.items() if other != row]
        return self.sums.means(row, np.array(others, dtype=np.int64))

    def _label_columns(self, marks: dict[int, _Mark]) -> list[int]:
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
        said = fold(self.grid.row(row)[column]).casefold()
        place = self.place[row]
        for above in self.data[max(0, place - 1) : place]:
            for text in self.grid.row(above)[: column + 3]:
                name = fold(text).casefold()
                if len(name) > 2 and name in said and cells.kind(name) == cells.TEXT:
                    return True
        return False

    def _tail(self, marks: dict[int, _Mark]) -> list[int]:
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
        body = np.arange(self.place[tail[0]], dtype=np.int64)
        body = body[[self.data[index] not in marks for index in body.tolist()]]
        for index, row in enumerate(tail):
            right, wrong = self.sums.compare(row, body)
            worded = row in marks and (marks[row].word != "with" or (right and not wrong))
            if worded or (right >= 2 and right >= wrong):
                if row not in marks:
                    label = next((j for j in self.columns if self.grid.filled[row, j]), 0)
                    marks[row] = _Mark(label, "exact")
                if index == 0 and self.grid.counts[before[-1]] == 1:
                    self.heads.append(before[-1])
                return [later for later in tail[index + 1 :] if later not in marks]
        return []

    def _beyond(self, row: int) -> bool:
        """The row lacks what makes a data row: its number, or a name where the others have one."""
        texts = self.grid.row(row)
        if self.ids:
            return self._numberless(row)
        first = self.columns[0]
        column = self.shape.columns[first]
        return column.kind == cells.TEXT and cells.kind(texts[first]) == cells.YEAR

    def _numberless(self, row: int) -> bool:
        """The row has nothing, or words, where data rows have their number or code."""
        texts = self.grid.row(row)
        return all(cells.kind(texts[j]) not in cells.TYPED for j in self.ids)

    def _wordless(self, marks: dict[int, _Mark], aside: set[int]) -> dict[int, _Mark]:
        """Totals that only their sums give away: a last row (the province's name), rows after
        each group (`Triwulan I`), rows over each group (`A  Kabupaten`)."""
        if len(self.data) < 4 or len(self.data) > MOST_ROWS:
            return {}
        found = self._last_sums(marks, aside)
        if len(self.data) <= MOST_TRIED:
            found |= (
                self._over_groups(marks)
                or self._after_groups(marks, aside)
                or self._unnumbered(marks, aside)
            )
        return found

    def _last_sums(self, marks: dict[int, _Mark], aside: set[int]) -> dict[int, _Mark]:
        rows = [row for row in self.data if row not in marks and row not in aside]
        if len(rows) < 4 or (not self.ids and len(rows) > MOST_TRIED):
            return {}
        row = rows[-1]
        if self.place[row] < len(self.data) - 2 - len(aside):
            return {}
        if self.ids and not self._numberless(row):
            return {}
        if not self.sums.exceeds(row, rows[:-1][:: max(1, len(rows) // 40)]):
            return {}
        parts = np.array([self.place[r] for r in rows[:-1]], dtype=np.int64)
        right, wrong = self.sums.compare(row, parts)
        if self.ids:
            sure = right >= 1 and not wrong
        else:
            many, _ = self.sums.compare(row, parts, least=3)
            sure = many >= 2 and right >= wrong
            sure = sure and cells.kind(self.grid.row(row)[self.columns[0]]) == cells.TEXT
        return {row: _Mark(self.columns[0], "")} if sure else {}

    def _over_groups(self, marks: dict[int, _Mark]) -> dict[int, _Mark]:
        """Rows with a letter or nothing where the others have a number, each the sum of the rows
        that follow it."""
        if not self.ids:
            return {}
        heads = [
            row
            for row in self.data
            if row not in marks and cells.kind(self.grid.row(row)[self.ids[0]]) not in cells.TYPED
        ]
        if len(heads) < 2 or heads[0] != self.data[0]:
            return {}
        found: dict[int, _Mark] = {}
        for row, stop in zip(heads, [*heads[1:], self.data[-1] + 1], strict=True):
            below = [r for r in self.data[self.place[row] + 1 :] if r < stop and r not in marks]
            parts = np.array([self.place[r] for r in below], dtype=np.int64)
            right, wrong = self.sums.compare(row, parts)
            if not right or wrong:
                return {}
            column = next((j for j in self.columns[1:] if self.grid.filled[row, j]), 0)
            found[row] = _Mark(column, "", (below[0], below[-1]))
        return found

    def _after_groups(self, marks: dict[int, _Mark], aside: set[int]) -> dict[int, _Mark]:
        """Rows that begin alike, each the sum of the rows since the one before."""
        first = self.columns[0]
        rows = [row for row in self.data if row not in marks and row not in aside]
        words = [fold(self.grid.row(row)[first]).split(" ")[0].casefold() for row in rows]
        often = Counter(words)
        for word, count in often.items():
            if word and 2 <= count <= len(rows) // 3:
                ends = [index for index, other in enumerate(words) if other == word]
                found = self._ends_of_groups(rows, ends)
                if found:
                    return found
        return {}

    def _unnumbered(self, marks: dict[int, _Mark], aside: set[int]) -> dict[int, _Mark]:
        """Rows without the number of a data row, each the sum of the rows of one or more groups
        that end above it (`Kabupaten`, `Kota`, `Provinsi`)."""
        if not self.ids:
            return {}
        rows = [row for row in self.data if row not in marks and row not in aside]
        without = [row for row in rows if self._numberless(row)]
        if not without or len(without) * 2 > len(rows):
            return {}
        found: dict[int, _Mark] = {}
        bounds = [0]
        numbered = [row for row in rows if row not in set(without)]
        for row in without:
            seen = bisect(numbered, row)
            for start in reversed(bounds):
                parts = np.array([self.place[r] for r in numbered[start:seen]], dtype=np.int64)
                right, wrong = self.sums.compare(row, parts)
                if right and not wrong:
                    column = next(j for j in self.columns if self.grid.filled[row, j])
                    found[row] = _Mark(column, "", (numbered[start], numbered[seen - 1]))
                    break
            else:
                return {}
            bounds.append(seen)
        return found if len(found) > 1 else {}

    def _ends_of_groups(self, rows: list[int], ends: list[int]) -> dict[int, _Mark]:
        """The rows at these places if each is the sum of the rows since the one before."""
        found: dict[int, _Mark] = {}
        start = 0
        for end in ends:
            parts = np.array([self.place[row] for row in rows[start:end]], dtype=np.int64)
            right, wrong = self.sums.compare(rows[end], parts, least=2)
            if right < 2 or wrong:
                return {}
            found[rows[end]] = _Mark(self.columns[0], "", (rows[start], rows[end - 1]))
            start = end + 1
        return found

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
