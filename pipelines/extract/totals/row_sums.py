"""Which rows are the sums of other rows, column by column."""

from __future__ import annotations

import numpy as np

from pipelines.extract.content import cells
from pipelines.extract.content.profile import Profile
from pipelines.readers import Grid
from pipelines.text.arrow import Ints


class Sums:
    """The numbers of n data rows in the m columns that measure something; NaN where there is none.

    Read once, when first asked for.
    """

    def __init__(self, grid: Grid, shape: Profile, columns: list[int], data: list[int]) -> None:
        self.grid = grid
        self.measures = [
            j
            for j in columns
            if shape.columns[j].kind == cells.NUMBER and shape.columns[j].fill > 0
        ]
        self.data = data
        self.place = {row: index for index, row in enumerate(data)}
        self._numbers: np.ndarray[tuple[int, int], np.dtype[np.float64]] | None = None

    @property
    def numbers(self) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        """(n, m) numbers."""
        if self._numbers is None:
            self._numbers = np.full((len(self.data), len(self.measures)), np.nan)
            for index, row in enumerate(self.data):
                texts = self.grid.row(row)
                for place, j in enumerate(self.measures):
                    found = cells.value(texts[j])
                    if found is not None:
                        self._numbers[index, place] = found
        return self._numbers

    def exceeds(self, row: int, others: list[int]) -> bool:
        """Whether a number of the row is as large as any of the other rows': cheap to say, and
        needed for a sum, unless there are negative ones."""
        for j in self.measures:
            own = cells.value(self.grid.row(row)[j])
            if own and all((cells.value(self.grid.row(r)[j]) or 0) <= own for r in others):
                return True
        return False

    def compare(self, row: int, parts: Ints, least: int = 1) -> tuple[int, int]:
        """Count the columns whose cell is, and is not, the sum of the cells of `parts` (places in
        the data rows), of which at least `least` are neither empty nor zero."""
        if not len(parts) or not self.measures:
            return 0, 0
        own = self.numbers[self.place[row]]
        table = self.numbers[parts]
        there = ~np.isnan(table)
        count = there.sum(axis=0)
        some = (there & (table != 0)).sum(axis=0) >= least
        judged = ~np.isnan(own) & (own != 0) & some
        limit = np.maximum(0.011 * np.sqrt(np.maximum(count, 1)), 1e-6 * np.abs(own))
        equal = np.abs(np.nansum(table, axis=0) - own) <= limit
        return int((judged & equal).sum()), int((judged & ~equal).sum())

    def means(self, row: int, parts: Ints) -> bool:
        """Whether every number of the row is the mean of the cells of `parts`, as far as the row's
        two decimals say."""
        if not len(parts) or not self.measures:
            return False
        own = self.numbers[self.place[row]]
        table = self.numbers[parts]
        judged = ~np.isnan(own) & ~np.isnan(table).all(axis=0)
        near = np.abs(np.nanmean(table[:, judged], axis=0) - own[judged]) <= 0.0051
        return bool(judged.any() and near.all())

    def right(self, row: int, parts: Ints) -> int:
        """Count the columns whose cell is the sum of the cells of `parts`."""
        return self.compare(row, parts)[0]
