"""The data rows of a table as they are judged: which of them may be totals of others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.extract.content import cells
from pipelines.extract.content.profile import Profile
from pipelines.extract.totals.row_sums import Sums
from pipelines.readers import Grid
from pipelines.readers.grid import fold
from pipelines.text.arrow import Ints

#: Rows among which totals that no word gives away are looked for.
MOST_ROWS = 20_000


@dataclass(frozen=True)
class RowMark:
    """A row that may be a total: the column of its words and their strength ('' without words).
    span: the rows it sums when the sums alone say so."""

    column: int
    word: str
    span: tuple[int, int] | None = None


class DataRows:
    """n rows of a table that hold data, or may be totals.

    ids: columns at the left that every data row fills with a number or code. data: the n rows.
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

    def places(self, rows: Sequence[int]) -> Ints:
        """Return the rows' positions among the data rows, as `Sums` takes them."""
        return np.array([self.place[row] for row in rows], dtype=np.int64)

    def numberless(self, row: int) -> bool:
        """The row has nothing, or words, where data rows have their number or code."""
        texts = self.grid.row(row)
        return all(cells.kind(texts[j]) not in cells.TYPED for j in self.ids)

    def text(self, row: int, column: int) -> str:
        """The text of a cell, its spaces folded."""
        return fold(self.grid.row(row)[column])

    def first_filled(self, row: int) -> int:
        """The first column of the table in which the row holds something."""
        return next((j for j in self.columns if self.grid.filled[row, j]), 0)
