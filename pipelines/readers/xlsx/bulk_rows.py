"""Rows of a worksheet as Frictionless gets them: cells found in bulk, as typed columns.

A plain cell stays a text or a number literal with its place; the others are read by `Reads`,
which is openpyxl, one for each distinct XML.
"""

from __future__ import annotations

import zipfile
import zlib
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.readers.xlsx.bulk_cells import NotPlainXml, read_cells
from pipelines.readers.xlsx.shared_strings import is_utf8
from pipelines.readers.xlsx.typed_column import TypedColumn, cast_number
from pipelines.text import arrow
from pipelines.text.arrow import Ints

#: what openpyxl lets through on workbooks that nobody's program writes
BROKEN = (
    zipfile.BadZipFile, zlib.error, ArithmeticError, AttributeError, LookupError,
    OSError, RuntimeError, SyntaxError, TypeError, ValueError,
)  # fmt: skip
#: what a cell holds
EMPTY, SHARED, TEXT, INLINE, NUMBER, DATED, CODED, ODD = range(8)


class Reads(Protocol):
    """What the sheet of a part tells about its cells.

    width: cells in every row as openpyxl gives them, None where each row ends with its last cell.
    strings: the shared strings, as Arrow text.
    """

    width: int | None
    strings: Any

    def kind(self, attributes: str) -> int:
        """Tell what a cell with these attributes holds."""

    def value(self, raw: str) -> Any:
        """Read one cell's XML."""

    def date(self, literal: str) -> Any:
        """Turn a day number into a date."""


class SheetPart:
    """The rows first to last of a sheet. Nothing is parsed before `load`.

    beyond: the XML goes on after the last row of the sheet's declared size, where openpyxl stops.
    """

    beyond = False

    def __init__(self, sheet: Reads, content: bytes, first: int, last: int) -> None:
        self._sheet, self._content = sheet, content
        self.first, self.last = first, last

    def load(self) -> None:
        """Find the cells. Raises `NotPlainXml`."""
        try:
            self._load()
        except BROKEN as problem:
            raise NotPlainXml from problem

    def _load(self) -> None:
        if not is_utf8(self._content):
            raise NotPlainXml
        self._cells, _ = read_cells(self._content)
        self._content = b""
        cells = self._cells
        kinds = [self._sheet.kind(text) for text in cells.attributes.dictionary.to_pylist()]
        kind = np.array(kinds, np.int8)[arrow.int_values(cells.attributes.indices)]
        kind[cells.inline] = INLINE
        # an empty value is none; an empty inline text is a text
        blank = arrow.is_null(cells.value) | (lengths(cells.value) == 0)
        kind[blank & ~cells.inline] = EMPTY
        kind[list(cells.odd)] = ODD
        self._kind_of = kind
        self._order = np.argsort(cells.column, kind="stable")
        self._columns = cells.column[self._order]

    @property
    def widths(self) -> Ints:
        """How many cells openpyxl gives in each of the rows first to last."""
        size = self.last - self.first + 1
        if self._sheet.width is not None:
            return np.full(size, self._sheet.width, np.int64)
        widths = np.zeros(size, np.int64)
        np.maximum.at(widths, self._cells.row - self.first, self._cells.column)
        return widths

    def column(self, number: int, start: int) -> TypedColumn:
        """Return the cells of a column (1-based) in the rows start to last."""
        try:
            return self._column(number, start)
        except BROKEN as problem:
            raise NotPlainXml from problem

    def _column(self, number: int, start: int) -> TypedColumn:
        low, high = np.searchsorted(self._columns, [number, number + 1])
        chosen = self._order[low:high]
        low, high = np.searchsorted(self._cells.row[chosen], [start, self.last + 1])
        chosen = chosen[low:high]
        kind, at = self._kind_of[chosen], self._cells.row[chosen] - start
        text = (kind == SHARED) | (kind == TEXT) | (kind == INLINE)
        numeric, dated, other = kind == NUMBER, kind == DATED, kind > DATED
        codes, others = self._others(chosen[other])
        there = np.array([value is not None for value in others], bool)[codes]
        return TypedColumn(
            self.last - start + 1,
            at[text],
            self._texts(chosen[text], kind[text]),
            at[numeric],
            self._cells.value.take(arrow.integers(chosen[numeric])),
            at[dated],
            self._cells.value.take(arrow.integers(chosen[dated])),
            at[other][there],
            codes[there],
            others,
            self._sheet.date,
        )

    def _texts(self, chosen: Ints, kind: np.ndarray[Any, Any]) -> Any:
        raw = self._cells.value.take(arrow.integers(chosen))
        shared = kind == SHARED
        if not shared.any():
            return raw
        index = raw if shared.all() else pc.if_else(arrow.flags(shared), raw, arrow.text("0"))
        texts = self._sheet.strings.take(pc.cast(index, pa.int64()))
        return texts if shared.all() else pc.if_else(arrow.flags(shared), texts, raw)

    def _others(self, chosen: Ints) -> tuple[Ints, list[Any]]:
        """Let openpyxl read the distinct ones among some cells: codes into the values."""
        if not len(chosen):
            return np.zeros(0, np.int64), []
        cells = self._cells
        taken = arrow.integers(chosen)
        raw = pc.binary_join_element_wise(
            arrow.text('<c r="A1"'),
            cells.attributes.take(taken).dictionary_decode(),
            arrow.text("><v>"),
            pc.fill_null(cells.value.take(taken), arrow.text("")),
            arrow.text("</v></c>"),
            arrow.text(""),
        )
        odd = np.flatnonzero(self._kind_of[chosen] == ODD)
        if len(odd):
            listed = raw.to_pylist()
            for place in odd.tolist():
                listed[place] = cells.odd[int(chosen[place])].decode()
            raw = arrow.texts(listed)
        coded = raw.dictionary_encode()
        values = [self._sheet.value(text) for text in coded.dictionary.to_pylist()]
        return arrow.int_values(coded.indices), values

    def row(self, number: int) -> list[Any]:
        """Return the values of one row (1-based), as wide as openpyxl gives it."""
        try:
            return self._row(number)
        except BROKEN as problem:
            raise NotPlainXml from problem

    def _row(self, number: int) -> list[Any]:
        low, high = np.searchsorted(self._cells.row, [number, number + 1])
        columns = self._cells.column[low:high].tolist()
        width = self._sheet.width
        if width is None:
            width = columns[-1] if columns else 0
        values: list[Any] = [None] * width
        for index, column in zip(range(int(low), int(high)), columns, strict=True):
            if column <= width:
                values[column - 1] = self._one(index)
        return values

    def _one(self, index: int) -> Any:
        kind = self._kind_of[index]
        if kind == EMPTY:
            return None
        chosen = np.array([index])
        if kind in (SHARED, TEXT, INLINE):
            return self._texts(chosen, self._kind_of[chosen])[0].as_py()
        if kind == NUMBER:
            return cast_number(self._cells.value[index].as_py())
        if kind == DATED:
            return self._sheet.date(self._cells.value[index].as_py())
        return self._others(chosen)[1][0]


def lengths(texts: Any) -> Ints:
    """Return how many bytes each of n texts has."""
    return np.diff(np.frombuffer(texts.buffers()[1], np.int32)[texts.offset :][: len(texts) + 1])
