"""Where another table begins below the rows of one."""

from __future__ import annotations

import re

from pipelines.extract.content import cells, phrases
from pipelines.extract.content.profile import Profile
from pipelines.extract.header.header_rows import Header
from pipelines.readers import Grid
from pipelines.readers.grid import fold

#: What says that a table goes on, and what tells the titles of two tables apart.
_CONTINUED = re.compile(r"(?i)lanjut|bersambung|continue|sambungan")
_TITLE_NUMBER = re.compile(
    r"(?i)\b(?:tabel|table|lampiran)\s*:?\s*[\w.]*\d[\w.]*|\b(?:19|20)\d\d\b"
)


class NextTableFinder:
    """Looks for the labels of the next table. heads: the folded label rows of this one; inside:
    its columns."""

    def __init__(
        self, grid: Grid, header: Header, shape: Profile, heads: list[list[str]], inside: set[int]
    ) -> None:
        self.grid = grid
        self.header = header
        self.shape = shape
        self.heads = heads
        self.inside = inside

    def begins(self, row: int, start: int, stop: int) -> int | None:
        """Return the row with which a table begins whose labels stand in `row`, else None.

        [start, stop): the rows below this table's labels.
        """
        if self._has_new_labels(row, stop):
            return self._with_titles(row, start)
        return self._repeats_labels(row, start)

    def _with_titles(self, row: int, start: int) -> int:
        """The first of the lines of words above these labels, if a blank row parts them from what
        is above."""
        top = row
        while top - 1 > start and self._is_words(top - 1):
            top -= 1
        return top if self.grid.counts[top - 1] == 0 else row

    def _is_words(self, row: int) -> bool:
        kinds = {cells.kind(text) for text in self.grid.texts(row)}
        return bool(kinds) and not kinds & cells.TYPED

    def _has_new_labels(self, row: int, stop: int) -> bool:
        """Whether labels of another table begin here: words over typed columns, data below."""
        grid = self.grid
        typed = [j for j in self.shape.typed if j in self.inside]
        if not any(self.shape.looks_like_data(grid.row(r)) for r in range(self.header.data, row)):
            return False  # words before the first numbers belong to what stands above them
        if row + 1 >= stop or grid.counts[row] < 2 or len(typed) < 2:
            return False
        texts = grid.row(row)
        folded = [fold(text) for text in texts]
        if folded in self.heads:
            return False
        filled = [text for text in folded if text]
        alike = any(
            sum(a == b for a, b in zip(head, folded, strict=True) if a) > 2
            and all(a == b for a, b in zip(head, folded, strict=True) if a)
            for head in self.heads
        )
        # Two small tables side by side may share a label, if a gap parts them from this one.
        apart = any(grid.counts[r] == 0 for r in range(max(self.header.data, row - 2), row))
        twice = len(set(filled)) < len(filled)
        if (twice and not alike and not apart) or max(map(len, filled)) > 60:
            return False
        fits, clashes = self.shape.agreement(texts)
        if fits or clashes < 2 or clashes * 2 < len(typed):
            return False
        if any(phrases.total_words(text) for text in filled[:2]):
            return False
        below = next((r for r in range(row + 1, min(row + 4, stop)) if grid.counts[r] >= 2), None)
        if below is None:
            return False
        kinds = [cells.kind(text) for text in grid.row(below)]
        return sum(kind in cells.TYPED for kind in kinds) * 3 >= int(grid.counts[below])

    def _repeats_labels(self, row: int, start: int) -> int | None:
        """Where a table with the same labels but another title begins: another number or year.

        A title said again, or one that says it goes on, stands on the next printed page.
        """
        folded = [fold(text) for text in self.grid.row(row)]
        if row <= start or not self.heads or folded != self.heads[0]:
            return None
        top = row
        while top - 1 > start and self._between(top - 1):
            top -= 1
        title = [self.grid.texts(r)[0] for r in range(top, row) if self.grid.counts[r]]
        above = " ".join(
            " ".join(self.grid.texts(r))
            for r in range(max(0, self.header.rows[0] - 8), self.header.rows[0])
        )
        said = " ".join(title)
        if not title or _CONTINUED.search(said):
            return None
        fresh = set(_TITLE_NUMBER.findall(said)) - set(_TITLE_NUMBER.findall(above))
        if not fresh:
            return None
        first = next((r for r in range(top, row) if self.grid.counts[r]), row)
        return first

    def _between(self, row: int) -> bool:
        """A blank row or a line of its own."""
        if self.grid.counts[row] == 0:
            return True
        fits, _ = self.shape.agreement(self.grid.row(row))
        return int(self.grid.counts[row]) == 1 and not fits
