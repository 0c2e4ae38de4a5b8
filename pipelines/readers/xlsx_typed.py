"""A worksheet as Frictionless gets it: each cell the Python value that openpyxl would give.

openpyxl itself reads the workbook (sheets, styles, dates) and every cell out of the ordinary; the
plain ones, which are nearly all, are found in bulk (`xlsx_tags`) and handed on as texts and
number literals with their places. The sheet is unpacked and handed on part by part.
"""

from __future__ import annotations

import datetime
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from openpyxl.reader.excel import ExcelReader
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet._reader import WorkSheetParser
from openpyxl.xml.constants import SHEET_MAIN_NS

from pipelines import arrow
from pipelines.arrow import Ints
from pipelines.model import SUMMARY_SHEET
from pipelines.readers.typed import TypedColumn, cast_number
from pipelines.readers.xlsx_strings import is_utf8, read_strings
from pipelines.readers.xlsx_tags import NotPlain, read_cells

#: what openpyxl lets through on workbooks that nobody's program writes
BROKEN = (
    zipfile.BadZipFile, zlib.error, ArithmeticError, AttributeError, LookupError,
    OSError, RuntimeError, SyntaxError, TypeError, ValueError,
)  # fmt: skip
#: uncompressed bytes of a sheet beyond which the file is not read this way
LARGEST_SHEET = 1 << 31
#: bytes unpacked at a time, the first time and later
FIRST, LATER = 1 << 17, 1 << 22
#: how long a sheet's XML may be before its cells, or a row of it
LONGEST = 1 << 24
ATTRIBUTES = re.compile(r'(?: (?:s|t|cm|vm|ph)="[^"<>&]*")* ?')
ATTRIBUTE = re.compile(r' (s|t)="([^"]*)"')
ROW = re.compile(rb'<row(?= )[^>]*? r="([0-9]{1,7})"')
START, END, ROW_END = b"<sheetData>", b"</sheetData>", b"</row>"
EMPTY, SHARED, TEXT, INLINE, NUMBER, DATED, CODED, ODD = range(8)
#: day numbers count from here in nearly all workbooks; the others are left to openpyxl
EPOCH = datetime.datetime(1899, 12, 30)


class _Book(ExcelReader):
    """openpyxl's reader, sparing the shared strings and the sizes of the sheets."""

    sheets: list[tuple[str, str]]

    def read_strings(self) -> None:
        """Leave the strings unread."""
        self.shared_strings = []

    def read_worksheets(self) -> None:
        """List the sheets without looking into them."""
        self.sheets = []
        for sheet, relation in self.parser.find_sheets():
            if relation.target not in self.valid_files:
                continue
            if "chartsheet" in relation.Type:
                self.read_chartsheet(sheet, relation)  # type: ignore[arg-type]
            else:
                made = _Sheet(self.wb, sheet.name, relation.target, self.shared_strings)
                book: Any = self.wb
                book._sheets.append(made)
                self.sheets.append((sheet.name, relation.target))


class _Sheet(ReadOnlyWorksheet):
    """A worksheet that is not looked into."""

    def _get_size(self) -> None:
        """Leave the size unread."""


class TypedSheet:
    """The first worksheet of an xlsx file. Raises `NotPlain` when only openpyxl can read it.

    width: cells in every row as openpyxl gives them, None where each row ends with its last cell.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._open(path)
        except BROKEN as problem:
            raise NotPlain from problem

    def _open(self, path: Path) -> None:
        # as Frictionless does: openpyxl warns of what it leaves out, and of wrong dates
        warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")
        book = _Book(str(path), read_only=True, data_only=True)
        book.read()
        # The sheet of findings that an annotated workbook has in front is no data.
        sheets = [sheet for sheet in book.sheets if sheet[0] != SUMMARY_SHEET]
        if not sheets:
            raise NotPlain
        self.name, self._target = sheets[0]
        self._archive = book.archive
        if self._archive.getinfo(self._target).file_size > LARGEST_SHEET:
            raise NotPlain
        with self._archive.open(self._target) as stream:
            self._head = _head(stream)[0]
        sized = WorkSheetParser(io.BytesIO(self._head + END + b"</worksheet>"), [])
        size: tuple[Any, ...] = sized.parse_dimensions() or (None,) * 4
        self.width, self._last = size[2], size[3]
        self.strings = read_strings(book.package, self._archive)
        wb: Any = book.wb
        self.parser = WorkSheetParser(
            io.BytesIO(),
            _Shared(self.strings),
            data_only=True,
            epoch=wb.epoch,
            date_formats=wb._date_formats,
            timedelta_formats=wb._timedelta_formats,
        )
        self._known: dict[str, Any] = {}
        self._dates = 0

    def parts(self) -> Iterator[SheetPart]:
        """Unpack the rows part by part. Raises `NotPlain`, also at the end."""
        try:
            yield from self._parts()
        except BROKEN as problem:
            raise NotPlain from problem

    def _parts(self) -> Iterator[SheetPart]:
        first = 1
        with self._archive.open(self._target) as stream:
            _, held = _head(stream)
            size = LATER
            while (end := held.find(END)) < 0:
                cut = held.rfind(ROW_END) + len(ROW_END)
                if cut >= len(ROW_END):
                    part = self._part(held[:cut], first)
                    held, first = held[cut:], part.last + 1
                    yield part
                    if self._last and part.beyond:
                        return
                chunk = stream.read(size)
                if not chunk or len(held) > LONGEST:
                    raise NotPlain
                held += chunk
            if content := held[:end].strip():
                yield self._part(content, first)
            self._check_rest(held[end:] + stream.read())

    def _part(self, content: bytes, first: int) -> SheetPart:
        row = ROW.match(content, max(0, content.rfind(b"<row")))
        if row is None or int(row[1]) < first:
            raise NotPlain
        last = int(row[1])
        part = SheetPart(self, content, first, min(last, self._last) if self._last else last)
        part.beyond = last > part.last
        return part

    def _check_rest(self, tail: bytes) -> None:
        """Let openpyxl read what surrounds the cells: it refuses the sheet here as there."""
        for _ in WorkSheetParser(io.BytesIO(self._head + tail), []).parse():
            raise NotPlain

    def value(self, raw: str) -> Any:
        """Let openpyxl read one cell's XML, remembered by its text."""
        if raw not in self._known:
            element = ElementTree.fromstring(  # noqa: S314 - no entities: `<!` was refused
                f'<c xmlns="{SHEET_MAIN_NS}"{raw[2:]}'
            )
            self._known[raw] = self.parser.parse_cell(element)["value"]
        return self._known[raw]

    def date(self, literal: str) -> Any:
        """Let openpyxl turn a day number into a date."""
        return self.value(f'<c r="A1" s="{self._dates}"><v>{literal}</v></c>')

    def kind(self, attributes: str) -> int:
        """Tell what a cell with these attributes holds."""
        if not ATTRIBUTES.fullmatch(attributes):
            raise NotPlain
        found = dict(ATTRIBUTE.findall(attributes))
        kind = found.get("t", "n")
        if kind == "n":
            style = int(found.get("s", 0))
            if style not in self.parser.date_formats:
                return NUMBER
            if style in self.parser.timedelta_formats or self.parser.epoch != EPOCH:
                return CODED
            self._dates = style
            return DATED
        return {"s": SHARED, "str": TEXT, "e": TEXT}.get(kind, CODED)


class SheetPart:
    """The rows first to last of a sheet. Nothing is parsed before `load`.

    beyond: the XML goes on after the last row of the sheet's declared size, where openpyxl stops.
    """

    beyond = False

    def __init__(self, sheet: TypedSheet, content: bytes, first: int, last: int) -> None:
        self._sheet, self._content = sheet, content
        self.first, self.last = first, last

    def load(self) -> None:
        """Find the cells. Raises `NotPlain`."""
        try:
            self._load()
        except BROKEN as problem:
            raise NotPlain from problem

    def _load(self) -> None:
        if not is_utf8(self._content):
            raise NotPlain
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
            raise NotPlain from problem

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
            raise NotPlain from problem

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


class _Shared:
    """The shared strings by index, for openpyxl's parser."""

    def __init__(self, strings: Any) -> None:
        self._strings = strings

    def __getitem__(self, index: int) -> str:
        return str(self._strings[index].as_py())


def lengths(texts: Any) -> Ints:
    """Return how many bytes each of n texts has."""
    return np.diff(np.frombuffer(texts.buffers()[1], np.int32)[texts.offset :][: len(texts) + 1])


def _head(stream: Any) -> tuple[bytes, bytes]:
    """Read a sheet's XML up to its cells: what stands before them, and the start of them."""
    data: bytes = stream.read(FIRST)
    while (start := data.find(START)) < 0:
        chunk = stream.read(FIRST)
        if not chunk or len(data) > LONGEST:
            raise NotPlain
        data += chunk
    start += len(START)
    if b"<!" in data[:start] or not is_utf8(data[:start]):
        raise NotPlain
    return data[:start], data[start:]
