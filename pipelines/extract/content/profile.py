"""What the columns of a block hold, and how much a row looks like one of its data rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.extract.content import cells
from pipelines.readers import Grid

SAMPLE = 240


@dataclass(frozen=True)
class ColumnProfile:
    """One column: its main kind, the share of its cells that have it, and of cells
    filled, the longest text and the texts in the sampled rows."""

    kind: str
    share: float
    fill: float
    longest: int
    values: frozenset[str]

    @property
    def typed(self) -> bool:
        """Numbers, dates or years: a label would stand out."""
        return self.kind in cells.TYPED


@dataclass(frozen=True)
class Profile:
    """The usual number of filled cells of a data row (`width`) and the m columns."""

    width: int
    columns: tuple[ColumnProfile, ...]

    @property
    def typed(self) -> list[int]:
        """Indices of the typed columns."""
        return [index for index, column in enumerate(self.columns) if column.typed]

    @property
    def used(self) -> list[int]:
        """Indices of columns that hold anything."""
        return [index for index, column in enumerate(self.columns) if column.fill > 0]

    def agreement(self, row: Sequence[str | None]) -> tuple[int, int]:
        """Return how many filled cells of typed columns fit them, and how many do not."""
        fits = clashes = 0
        for index, column in enumerate(self.columns):
            if not column.typed or not row[index] or row[index].isspace():  # type: ignore[union-attr]
                continue
            found = cells.kind(row[index])
            if found == cells.MARK:
                continue
            if found in cells.TYPED:
                fits += 1
            else:
                clashes += 1
        return fits, clashes

    def counts_columns(self, row: Sequence[str | None]) -> bool:
        """The row numbers the columns; bare numbers must stand over a column of words, too."""
        filled = [(j, text.strip()) for j, text in enumerate(row) if text and not text.isspace()]
        found = cells.numbering([text for _, text in filled])
        if found == "bare":
            return any(not self.columns[j].typed and self.columns[j].fill > 0 for j, _ in filled)
        return bool(found)

    def looks_like_data(self, row: Sequence[str | None]) -> bool:
        """More typed cells fit than clash, or all there are say that there is no data."""
        fits, clashes = self.agreement(row)
        if fits or clashes:
            return fits > clashes
        return self._marks(row) > 1

    def only_missing_marks(self, row: Sequence[str | None]) -> bool:
        """Where numbers stand, the row has marks of no data, and nothing else."""
        return self._marks(row) > 0 and self.agreement(row) == (0, 0)

    def _marks(self, row: Sequence[str | None]) -> int:
        texts = (row[index] for index in self.typed)
        return sum(cells.kind(text) == cells.MARK and text != ":" for text in texts)


def usual_width(counts: np.ndarray) -> int:
    """Return the k that makes k × (rows with at least k filled cells) largest.

    Rows of a lone cell (notes, numbers of a form not filled in) do not outvote rows of three, nor
    several rows of two.
    """
    times = np.bincount(counts)
    pairs = int(times[2:].sum())
    if times[3:].any() or (pairs > 3 and pairs * 3 >= int(times[1:].sum())):
        times[1:2] = 0
    if not times[1:].any():
        return 0
    at_least = np.cumsum(times[::-1])[::-1]
    area = at_least * np.arange(len(at_least))
    best = int(area.argmax())
    wider = [k for k in range(best, len(area)) if area[k] >= 0.8 * area[best]]
    return wider[-1] if wider else best


def profile(grid: Grid, start: int, stop: int) -> Profile:
    """Describe the columns of rows [start, stop) from rows beyond the first few."""
    counts = grid.counts[start:stop]
    width = usual_width(counts)
    # In a table of two columns a lone cell may as well be a note or a signature.
    dense = np.flatnonzero(counts >= (2 if width == 2 else max(1, (width + 1) // 2))) + start
    body = dense[min(6, len(dense) // 2) :]
    if len(body) > SAMPLE:
        body = body[np.linspace(0, len(body) - 1, SAMPLE).astype(int)]
    rows = grid.sample(body)
    return Profile(width, tuple(_column([row[j] for row in rows]) for j in range(grid.width)))


def _column(texts: Sequence[str | None]) -> ColumnProfile:
    some = [text for text in texts if text and not text.isspace()]
    kinds = Counter(cells.kind(text) for text in some)
    marks = kinds.pop(cells.MARK, 0)
    known = sum(kinds.values())
    longest = max((len(text) for text in some), default=0)
    fill = len(some) / len(texts) if texts else 0.0
    values = frozenset(some)
    if not known:
        return ColumnProfile(cells.MARK if marks else cells.EMPTY, 1.0, fill, longest, values)
    typed = sum(count for kind, count in kinds.items() if kind in cells.TYPED)
    if typed / known >= 0.6:
        kinds.pop(cells.TEXT, None)
        main = max(kinds, key=lambda kind: kinds[kind])
        if main == cells.YEAR and kinds[main] < typed:
            main = cells.NUMBER
        return ColumnProfile(main, typed / known, fill, longest, values)
    return ColumnProfile(cells.TEXT, kinds[cells.TEXT] / known, fill, longest, values)
