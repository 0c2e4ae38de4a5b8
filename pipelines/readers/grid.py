"""A sheet as the layout reader sees it: text cells in columns, merges, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.model import Finding

BLOCK = 512


class Merge(NamedTuple):
    """A merged range, 0-based and inclusive."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass
class Grid:
    """An n × m sheet of text; row i is sheet row `row0 + i`, column j sheet column `col0 + j`.

    columns: m Arrow string arrays of n cells, null = empty. merges: in grid indices. bold: the rows
    whose filled cells are all bold (small sheets only). packed: the rows stood as delimited text
    in one column (`col0`). lengths: (n,) number of fields of each record in delimited text, None
    for sheets. findings: what reading noticed. detail: how the source was read (`encoding`,
    `delimiter` …), for `inspect`.
    """

    columns: list[pa.Array]
    sheet: str | None = None
    row0: int = 1
    col0: int = 1
    merges: Sequence[Merge] = ()
    bold: frozenset[int] = frozenset()
    hidden: bool = False
    packed: bool = False
    kind: Literal["sheet", "text"] = "sheet"
    lengths: np.ndarray[Any, Any] | None = None
    findings: list[Finding] = field(default_factory=list)
    detail: Mapping[str, Any] = field(default_factory=dict)
    _blocks: dict[int, list[tuple[str | None, ...]]] = field(default_factory=dict, repr=False)

    @property
    def height(self) -> int:
        """Number of rows."""
        return len(self.columns[0]) if self.columns else 0

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.columns)

    @cached_property
    def filled(self) -> np.ndarray[Any, Any]:
        """(n, m) bool: the cell holds more than white space."""
        if not self.columns:
            return np.zeros((0, 0), dtype=bool)
        return np.column_stack([filled(column) for column in self.columns])

    @cached_property
    def counts(self) -> np.ndarray[Any, Any]:
        """(n,) filled cells per row."""
        found: np.ndarray[Any, Any] = self.filled.sum(axis=1)
        return found

    def row(self, index: int) -> tuple[str | None, ...]:
        """Return the cells of row `index`, None where empty."""
        block, offset = divmod(index, BLOCK)
        if block not in self._blocks:
            if len(self._blocks) > 64:
                self._blocks.clear()
            parts = [column.slice(block * BLOCK, BLOCK).to_pylist() for column in self.columns]
            self._blocks[block] = list(zip(*parts, strict=True))
        return self._blocks[block][offset]

    def sheet_column(self, column: int) -> int:
        """Return the 1-based sheet column in which column `column` of the grid stands."""
        return self.col0 if self.packed else self.col0 + column

    def texts(self, index: int) -> list[str]:
        """Return the filled cells of row `index`, white space folded."""
        return [fold(cell) for cell in self.row(index) if cell and not cell.isspace()]


def fold(text: str | None) -> str:
    """Fold runs of white space and line breaks into one space."""
    return " ".join(text.split()) if text else ""


def filled(column: pa.Array) -> np.ndarray[Any, Any]:
    """Return (n,) bool: the text is neither null nor white space only."""
    some = pc.fill_null(pc.not_equal(column, ""), False).to_numpy(zero_copy_only=False)
    ends = pc.min_max(column).as_py()
    # White space sorts before all other text, or (no-break and wide spaces) beyond ASCII.
    if (ends["min"] or "!") < "!" or (ends["max"] or "") >= "\x80":
        white = pc.fill_null(pc.utf8_is_space(column), False).to_numpy(zero_copy_only=False)
        some = some & ~white
    return np.asarray(some)


def from_rows(rows: Sequence[Sequence[str | None]], **more: Any) -> Grid:
    """Make a grid from rows of cells; short rows are padded, empty text becomes null."""
    width = max(map(len, rows), default=0)
    padded = [[*row, *[None] * (width - len(row))] if len(row) < width else row for row in rows]
    columns = [
        pa.array([cell or None for cell in column], type=pa.large_string())
        for column in zip(*padded, strict=True)
    ]
    return Grid(columns, **more)
