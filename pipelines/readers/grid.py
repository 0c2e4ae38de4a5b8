"""A sheet as the layout reader sees it: text cells in columns, merges, and nothing else."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, NamedTuple, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.errors import Refused
from pipelines.model import Finding
from pipelines.model.templates import TemplateMark
from pipelines.text import arrow

T = TypeVar("T")
BLOCK = 64
#: From this many cells on, work is shared among threads.
MANY = 200_000
#: A grid of more cells than this is refused when it has so many times the cells of its rows.
MOST_PADDED, MOST_SHARE = 20_000_000, 20

#: The first and the last of the visible ASCII characters.
_VISIBLE = np.frombuffer(b"!~", np.uint8)


class Merge(NamedTuple):
    """A merged range, 0-based and inclusive."""

    top: int
    left: int
    bottom: int
    right: int


class Rounded(NamedTuple):
    """A number that the sheet shows rounded: its row (from 1), as stored and as shown."""

    row: int
    stored: str
    shown: str


@dataclass
class Grid:
    """An n × m sheet of text cells, without the empty rows and columns before the first one.

    Row i of the grid is sheet row `first_row + i`, column j sheet column `first_column + j`; sheet
    rows and columns are counted from 1.

    The cells are held as `rows` (n sequences of m cells, None = empty) in small sheets, as `arrays`
    (m Arrow arrays of n cells, null = empty) in large ones; each form is made from the other on
    demand. Arrow loads pandas when it is given Python values, so `inspect` does without.

    merges: in grid indices. bold: the rows whose filled cells are all bold (small sheets only).
    hidden: the whole sheet is. hidden_rows, hidden_columns: those of the sheet, counted from 1.
    packed: each row is delimited text in one sheet column (`first_column`). lengths: (n,) fields
    in each record of delimited text, None for sheets. findings: problems noticed while reading.
    detail: how the source was read (`encoding`, `delimiter` …), for `inspect`. rounded: sheet
    column → an example of its numbers that are shown rounded and read as stored. template: what a
    workbook made by `publish template` says of its table, on the sheet that holds it.
    """

    rows: list[Sequence[str | None]] | None = None
    arrays: list[Any] | None = None
    sheet: str | None = None
    first_row: int = 1
    first_column: int = 1
    merges: Sequence[Merge] = ()
    bold: frozenset[int] = frozenset()
    hidden: bool = False
    packed: bool = False
    kind: Literal["sheet", "text"] = "sheet"
    lengths: np.ndarray[Any, Any] | None = None
    findings: list[Finding] = field(default_factory=list)
    detail: Mapping[str, Any] = field(default_factory=dict)
    rounded: dict[int, Rounded] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    template: TemplateMark | None = None
    _blocks: dict[int, list[tuple[str | None, ...]]] = field(default_factory=dict, repr=False)

    @cached_property
    def columns(self) -> list[Any]:
        """The m columns as Arrow arrays of n texts."""
        if self.arrays is not None:
            return self.arrays
        cut = zip(*(self.rows or ()), strict=True)
        return [pa.array(list(column), type=pa.large_string()) for column in cut]

    def column(self, index: int) -> list[str | None]:
        """Return the n cells of one column."""
        if self.rows is not None:
            return [row[index] for row in self.rows]
        found: list[str | None] = self.columns[index].to_pylist()
        return found

    @property
    def height(self) -> int:
        """Number of rows."""
        if self.rows is not None:
            return len(self.rows)
        return len(self.columns[0]) if self.columns else 0

    @property
    def width(self) -> int:
        """Number of columns."""
        if self.rows is not None:
            return len(self.rows[0]) if self.rows else 0
        return len(self.columns)

    @cached_property
    def filled(self) -> np.ndarray[Any, Any]:
        """(n, m) bool: the cell holds more than white space."""
        if not self.height or not self.width:
            return np.zeros((self.height, self.width), dtype=bool)
        if self.rows is not None:
            return np.array([[bool(c and not c.isspace()) for c in row] for row in self.rows])
        found = np.empty((self.width, self.height), dtype=bool)
        in_threads(filled, self.columns, found)
        return found.T

    @cached_property
    def counts(self) -> np.ndarray[Any, Any]:
        """(n,) filled cells per row."""
        small: Any = np.uint8 if self.width < 256 else np.uint16
        found = np.zeros(self.height, small)
        for column in self.filled.T:
            found += column.view(np.uint8)
        return found.astype(np.int64)

    def row(self, index: int) -> Sequence[str | None]:
        """Return the cells of row `index`, None where empty."""
        if self.rows is not None:
            return self.rows[index]
        block, offset = divmod(index, BLOCK)
        if block not in self._blocks:
            if len(self._blocks) > 512:
                self._blocks.clear()
            parts = [column.slice(block * BLOCK, BLOCK).to_pylist() for column in self.columns]
            self._blocks[block] = list(zip(*parts, strict=True))
        return self._blocks[block][offset]

    def sample(self, indices: np.ndarray[Any, Any]) -> list[Sequence[str | None]]:
        """Return single rows from all over the sheet."""
        if self.rows is not None or len(indices) * BLOCK >= self.height:
            return [self.row(index) for index in indices.tolist()]
        # `take` would join the pieces of a column first
        chosen = indices.tolist()
        parts = [[column[index].as_py() for index in chosen] for column in self.columns]
        return list(zip(*parts, strict=True))

    def set_merges(self, ranges: Iterable[Merge]) -> None:
        """Take over the merged ranges that touch the grid; ranges: 0-based in the sheet."""
        down, across = 1 - self.first_row, 1 - self.first_column
        self.merges = [
            Merge(top + down, left + across, bottom + down, right + across)
            for top, left, bottom, right in ranges
            if bottom + down >= 0 and left + across >= 0 and top + down < self.height
        ]

    def sheet_column(self, column: int) -> int:
        """Return the 1-based sheet column in which column `column` of the grid stands."""
        return self.first_column if self.packed else self.first_column + column

    def matches(self, index: int, start: int, stop: int, pattern: str) -> np.ndarray[Any, Any]:
        """Return (stop − start,) bool: the cell of column `index` has the pattern in it.

        The pattern must mean the same to Python's `re` and to RE2.
        """
        if self.rows is not None:
            known = re.compile(pattern)
            return np.array(
                [bool(text and known.search(text)) for text in self._slice(index, start, stop)],
                dtype=bool,
            )
        parts = pieces(self.columns[index].slice(start, stop - start))
        hits = in_threads(lambda part: pc.match_substring_regex(part, pattern), parts)
        return np.concatenate([np.zeros(0, bool), *map(arrow.flag_values, hits)])

    def equals(self, index: int, start: int, stop: int, text: str | None) -> np.ndarray[Any, Any]:
        """Return (stop − start,) bool: the cell of column `index` is this text."""
        if self.rows is not None:
            cells = self._slice(index, start, stop)
            return np.array([cell == text for cell in cells], dtype=bool)
        wanted = arrow.texts([text], large=True)[0]
        parts = pieces(self.columns[index].slice(start, stop - start))
        same = [arrow.flag_values(pc.equal(part, wanted)) for part in parts]
        return np.concatenate([np.zeros(0, bool), *same])

    def _slice(self, index: int, start: int, stop: int) -> list[str | None]:
        return [row[index] for row in (self.rows or [])[start:stop]]

    def texts(self, index: int) -> list[str]:
        """Return the filled cells of row `index`, white space folded."""
        return [fold(cell) for cell in self.row(index) if cell and not cell.isspace()]


def fold(text: str | None) -> str:
    """Fold runs of white space and line breaks into one space."""
    return " ".join(text.split()) if text else ""


def pieces(column: Any) -> list[Any]:
    """Return the Arrow arrays that a column is made of."""
    return list(column.chunks) if isinstance(column, pa.ChunkedArray) else [column]


def in_threads(work: Callable[..., T], parts: Sequence[Any], *more: Any) -> list[T]:
    """Do Arrow's or numpy's work on each part, side by side where it is worth a thread."""
    if sum(map(len, parts)) < MANY:
        return list(map(work, parts, *more))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(work, parts, *more))


def filled(column: Any, found: np.ndarray[Any, Any]) -> None:
    """Set (n,) flags: the text (large_string) is neither null nor white space only."""
    start = 0
    for array in pieces(column):
        _filled(array, found[start : start + len(array)])
        start += len(array)


def _filled(array: Any, some: np.ndarray[Any, Any]) -> None:
    _, places, data = array.buffers()
    if not len(array) or data is None or not data.size:
        some[:] = False
        return
    bounds = np.frombuffer(places, np.int64)[array.offset : array.offset + len(array) + 1]
    starts = bounds[:-1]
    np.not_equal(starts, bounds[1:], out=some)
    if array.null_count:
        some &= ~arrow.is_null(array)
    first = np.frombuffer(data, np.uint8).take(starts, mode="clip")
    # White space sorts before all other text, or (no-break and wide spaces) beyond ASCII: less
    # the first visible character, either lies beyond the last one.
    first -= _VISIBLE[0]
    odd = first > _VISIBLE[1] - _VISIBLE[0]
    if odd.any():
        at = np.flatnonzero(odd & some)
        white = arrow.flag_values(pc.utf8_is_space(array.take(arrow.integers(at))))
        some[at[white]] = False


def from_rows(rows: Sequence[Sequence[str | None]], **more: Any) -> Grid:
    """Make a grid from rows of cells; short rows are padded, empty text becomes None.

    Raises `Refused` when one long row among short ones would make nearly all cells padding.
    """
    width = max(map(len, rows), default=0)
    spanned = width * len(rows)
    if spanned > MOST_PADDED and spanned > MOST_SHARE * sum(map(len, rows)):
        raise Refused("range-too-large", rows=len(rows), columns=width)
    padded: list[Sequence[str | None]] = []
    for row in rows:
        cells = [cell or None for cell in row]
        if len(cells) < width:
            cells += [None] * (width - len(cells))
        padded.append(cells)
    return Grid(padded, **more)
