"""A worksheet as Frictionless gets it: each cell the Python value that openpyxl would give.

openpyxl itself reads the workbook (sheets, styles, dates) and every unusual cell; the plain ones,
which are nearly all, are found in bulk (`bulk_cells`) and passed on as texts and number literals
with their rows. The sheet is unpacked and passed on part by part.
"""

from __future__ import annotations

import datetime
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from openpyxl.xml.constants import SHEET_MAIN_NS

from pipelines.model import SUMMARY_SHEET
from pipelines.readers.xlsx.bulk_cells import NotPlainXml
from pipelines.readers.xlsx.bulk_rows import BROKEN, CODED, DATED, NUMBER, SHARED, TEXT, SheetPart
from pipelines.readers.xlsx.openpyxl_internals import (
    BookReader,
    cell_parser,
    declared_size,
    parsed_rows,
)
from pipelines.readers.xlsx.shared_strings import is_utf8, read_strings

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
#: day numbers count from here in nearly all workbooks; the others are left to openpyxl
EPOCH = datetime.datetime(1899, 12, 30)


class TypedSheet:
    """The first worksheet of an xlsx file. Raises `NotPlainXml` when only openpyxl can read it.

    width: cells in every row as openpyxl gives them, None where each row ends with its last cell.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._open(path)
        except BROKEN as problem:
            raise NotPlainXml from problem

    def _open(self, path: Path) -> None:
        # as Frictionless does: openpyxl warns of what it leaves out, and of wrong dates
        warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")
        book = BookReader(path)
        # The sheet of findings that an annotated workbook has in front is no data.
        sheets = [sheet for sheet in book.sheets if sheet[0] != SUMMARY_SHEET]
        if not sheets:
            raise NotPlainXml
        self.name, self._target = sheets[0]
        self._archive = book.archive
        if self._archive.getinfo(self._target).file_size > LARGEST_SHEET:
            raise NotPlainXml
        with self._archive.open(self._target) as stream:
            self._head = _head(stream)[0]
        self.width, self._last = declared_size(self._head + END + b"</worksheet>")
        self.strings = read_strings(book.package, self._archive)
        self.parser = cell_parser(book, _Shared(self.strings))
        self._known: dict[str, Any] = {}
        self._dates = 0

    def parts(self) -> Iterator[SheetPart]:
        """Unpack the rows part by part. Raises `NotPlainXml`, also at the end."""
        try:
            yield from self._parts()
        except BROKEN as problem:
            raise NotPlainXml from problem

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
                    raise NotPlainXml
                held += chunk
            if content := held[:end].strip():
                yield self._part(content, first)
            self._check_rest(held[end:] + stream.read())

    def _part(self, content: bytes, first: int) -> SheetPart:
        row = ROW.match(content, max(0, content.rfind(b"<row")))
        if row is None or int(row[1]) < first:
            raise NotPlainXml
        last = int(row[1])
        part = SheetPart(self, content, first, min(last, self._last) if self._last else last)
        part.beyond = last > part.last
        return part

    def _check_rest(self, tail: bytes) -> None:
        """Let openpyxl read what surrounds the cells: it refuses the sheet here as there."""
        for _ in parsed_rows(self._head + tail):
            raise NotPlainXml

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
            raise NotPlainXml
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


class _Shared:
    """The shared strings by index, for openpyxl's parser."""

    def __init__(self, strings: Any) -> None:
        self._strings = strings

    def __getitem__(self, index: int) -> str:
        return str(self._strings[index].as_py())


def _head(stream: Any) -> tuple[bytes, bytes]:
    """Read a sheet's XML up to its cells: what stands before them, and the start of them."""
    data: bytes = stream.read(FIRST)
    while (start := data.find(START)) < 0:
        chunk = stream.read(FIRST)
        if not chunk or len(data) > LONGEST:
            raise NotPlainXml
        data += chunk
    start += len(START)
    if b"<!" in data[:start] or not is_utf8(data[:start]):
        raise NotPlainXml
    return data[:start], data[start:]
