"""Which rows are the sums of other rows, column by column."""

from __future__ import annotations

from typing import Any

import numpy as np

from pipelines.extract.content import cells
from pipelines.extract.content.profile import Profile
from pipelines.readers import Grid
from pipelines.text.arrow import Ints

Numbers = np.ndarray[Any, np.dtype[np.float64]]


class Sums:
    """The numbers of n data rows in the m columns that measure something; NaN where there is none.

    Read once, when first asked for. `1.234` has two readings; a sum that holds in either holds.
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
        self._readings: list[Numbers] | None = None

    @property
    def readings(self) -> list[Numbers]:
        """(n, m) numbers, as most likely read and, where that differs, with every `1.234` read as
        thousands."""
        if self._readings is None:
            both = np.full((2, len(self.data), len(self.measures)), np.nan)
            for index, row in enumerate(self.data):
                texts = self.grid.row(row)
                for place, j in enumerate(self.measures):
                    both[:, index, place] = _both_readings(texts[j])
            same = np.array_equal(both[0], both[1], equal_nan=True)
            self._readings = [both[0]] if same else [both[0], both[1]]
        return self._readings

    def exceeds(self, row: int, others: list[int]) -> bool:
        """Whether a number of the row is as large as any of the other rows': cheap to say, and
        needed for a sum, unless there are negative ones."""
        texts = self.grid.row(row)
        for j in self.measures:
            for grouped in (False, True):
                own = cells.value(texts[j], grouped=grouped)
                rest = (cells.value(self.grid.row(r)[j], grouped=grouped) or 0 for r in others)
                if own and all(value <= own for value in rest):
                    return True
        return False

    def compare(self, row: int, parts: Ints, least: int = 1) -> tuple[int, int]:
        """Count the columns whose cell is, and is not, the sum of the cells of `parts` (places in
        the data rows), of which at least `least` are neither empty nor zero."""
        if not len(parts) or not self.measures:
            return 0, 0
        holds = []
        for numbers in self.readings:
            own, table = numbers[self.place[row]], numbers[parts]
            there = ~np.isnan(table)
            count = there.sum(axis=0)
            some = (there & (table != 0)).sum(axis=0) >= least
            judged = ~np.isnan(own) & (own != 0) & some
            limit = np.maximum(0.011 * np.sqrt(np.maximum(count, 1)), 1e-6 * np.abs(own))
            holds.append(np.abs(np.nansum(table, axis=0) - own) <= limit)
        equal = np.any(holds, axis=0)
        return int((judged & equal).sum()), int((judged & ~equal).sum())

    def means(self, row: int, parts: Ints) -> bool:
        """Whether every number of the row is the mean of the cells of `parts`, as far as the row's
        two decimals say."""
        if not len(parts) or not self.measures:
            return False
        return any(_is_mean(numbers[self.place[row]], numbers[parts]) for numbers in self.readings)

    def right(self, row: int, parts: Ints) -> int:
        """Count the columns whose cell is the sum of the cells of `parts`."""
        return self.compare(row, parts)[0]


def _both_readings(text: str | None) -> tuple[float, float]:
    """Return a cell as most likely read, and with `1.234` as more than a thousand; NaN for no
    number."""
    likely = cells.value(text)
    if likely is None or text is None:
        return np.nan, np.nan
    grouped = cells.value(text, grouped=True) if "." in text or "," in text else likely
    return likely, likely if grouped is None else grouped


def _is_mean(own: Numbers, table: Numbers) -> bool:
    judged = ~np.isnan(own) & ~np.isnan(table).all(axis=0)
    near = np.abs(np.nanmean(table[:, judged], axis=0) - own[judged]) <= 0.0051
    return bool(judged.any() and near.all())
