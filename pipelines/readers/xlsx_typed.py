"""A worksheet as Frictionless gets it: each cell the Python value that openpyxl would give.

openpyxl itself reads the workbook (sheets, styles, dates) and every cell out of the ordinary; the
plain ones, which are nearly all, are found in bulk (`xlsx_tags`) and handed on as texts and
number literals with their places.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet._reader import WorkSheetParser
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

from pipelines.readers.typed import Ints, TypedColumn, cast_number
from pipelines.readers.xlsx_tags import NotPlain, read_cells

#: what openpyxl lets through on workbooks that nobody's program writes
BROKEN = (
    zipfile.BadZipFile, zlib.error, ArithmeticError, AttributeError, LookupError,
    OSError, RuntimeError, SyntaxError, TypeError, ValueError,
)  # fmt: skip
#: uncompressed bytes of a sheet beyond which the file is not read this way
LARGEST_SHEET = 1 << 30
ATTRIBUTES = re.compile(r'(?: (?:s|t|cm|vm|ph)="[^"<>&]*")* ?')
DECLARED = re.compile(rb'\s*<\?xml[^>]*encoding=["\']([^"\']+)')
#: the entities every XML has; the ampersand's own comes last
ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&"}
STRANGE = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)")
PLAIN_ATTRIBUTE = re.compile(r' (s|t)="([^"]*)"')


class _Book(ExcelReader):
    """openpyxl's reader, sparing the shared strings and the sizes of the sheets."""

    def read_strings(self) -> None:
        self.shared_strings = []

    def read_worksheets(self) -> None:
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

    widths: (n,) cells of each row as openpyxl gives them, rows counted from the sheet's first.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._open(path)
        except BROKEN as problem:
            raise NotPlain from problem

    def _open(self, path: Path) -> None:
        book = _Book(str(path), read_only=True, data_only=True)
        book.read()
        if not book.sheets:
            raise NotPlain
        self.name, target = book.sheets[0]
        archive = book.archive
        if archive.getinfo(target).file_size > LARGEST_SHEET:
            raise NotPlain
        head, content, tail = _split(archive.read(target))
        self._strings = _strings(book, archive)
        wb: Any = book.wb
        self._parser = WorkSheetParser(
            io.BytesIO(head + b"</sheetData>" + tail),
            _Shared(self._strings),
            data_only=True,
            epoch=wb.epoch,
            date_formats=wb._date_formats,
            timedelta_formats=wb._timedelta_formats,
        )
        # what surrounds the cells is read by openpyxl: it refuses the sheet here as there
        for _ in self._parser.parse():
            raise NotPlain
        size = WorkSheetParser(io.BytesIO(head + b"</sheetData>" + tail), []).parse_dimensions()
        archive.close()
        self._cells, rows = read_cells(content)
        self._lay_out(rows, size)
        self._kinds()

    def _lay_out(self, rows: Ints, size: tuple[Any, ...] | None) -> None:
        """Work out the rows that openpyxl gives: gaps filled, cut to the declared size."""
        last_row, most = int(rows[-1]), None
        if size is not None:
            most, last = size[2], size[3]
            last_row = min(last_row, last) if last else last_row
        self.rows = last_row
        cells = self._cells
        if most is None:
            widths = np.zeros(last_row + 1, np.int64)
            np.maximum.at(widths, cells.row, cells.column)
            self.widths = widths[1:]
        else:
            self.widths = np.full(last_row, most, np.int64)

    def _kinds(self) -> None:
        """Sort the cells into texts, numbers and others, by their attributes."""
        cells = self._cells
        kinds = [self._kind(text) for text in cells.attributes.dictionary.to_pylist()]
        kind = np.array(kinds, np.int64)[cells.attributes.indices.to_numpy()]
        kind[cells.inline] = INLINE
        none = cells.value.is_null().to_numpy(zero_copy_only=False)
        blank = pc.fill_null(pc.equal(pc.binary_length(cells.value), 0), False)
        kind[(none | (blank.to_numpy(zero_copy_only=False) & ~cells.inline))] = EMPTY
        kind[list(cells.odd)] = ODD
        self._kind_of = kind
        self._order = np.argsort(cells.column, kind="stable")
        self._columns = cells.column[self._order]

    def _kind(self, attributes: str) -> int:
        if not ATTRIBUTES.fullmatch(attributes):
            raise NotPlain
        found = dict(PLAIN_ATTRIBUTE.findall(attributes))
        kind = found.get("t", "n")
        if kind == "n":
            return DATED if int(found.get("s", 0)) in self._parser.date_formats else NUMBER
        return {"s": SHARED, "str": TEXT, "e": TEXT}.get(kind, CODED)

    def column(self, number: int, start: int, stop: int) -> TypedColumn:
        """Return the cells of a column (1-based) in the rows start to stop - 1 (1-based)."""
        low, high = np.searchsorted(self._columns, [number, number + 1])
        chosen = self._order[low:high]
        first, last = np.searchsorted(self._cells.row[chosen], [start, stop])
        chosen = chosen[first:last]
        kind, at = self._kind_of[chosen], self._cells.row[chosen] - start
        texts, numbers = np.isin(kind, (SHARED, TEXT, INLINE)), kind == NUMBER
        other = np.isin(kind, (DATED, CODED, ODD))
        codes, others = self._others(chosen[other])
        found = [value is not None for value in others]
        keep = np.array(found, bool)[codes] if others else np.zeros(0, bool)
        return TypedColumn(
            stop - start,
            at[texts],
            self._texts(chosen[texts], kind[texts]),
            at[numbers],
            self._cells.value.take(pa.array(chosen[numbers])),
            at[other][keep],
            codes[keep],
            others,
        )

    def _texts(self, chosen: Ints, kind: Ints) -> Any:
        raw = self._cells.value.take(pa.array(chosen))
        shared = kind == SHARED
        if not shared.any():
            return raw
        if not shared.all():
            index = pc.if_else(pa.array(shared), raw, "0")
            return pc.if_else(pa.array(shared), self._shared(index), raw)
        return self._shared(raw)

    def _shared(self, index: Any) -> Any:
        try:
            return self._strings.take(pc.cast(index, pa.int64()))
        except (pa.ArrowInvalid, pa.ArrowIndexError) as problem:
            raise NotPlain from problem

    def _others(self, chosen: Ints) -> tuple[Ints, list[Any]]:
        """Let openpyxl read the distinct ones among some cells: codes into the values."""
        cells = self._cells
        codes = np.zeros(len(chosen), np.int64)
        values: list[Any] = []
        known: dict[tuple[str, str], int] = {}
        attributes = cells.attributes.take(pa.array(chosen)).to_pylist()
        texts = cells.value.take(pa.array(chosen)).to_pylist()
        for place, (index, name, text) in enumerate(
            zip(chosen.tolist(), attributes, texts, strict=True)
        ):
            raw = cells.odd.get(index)
            if raw is not None:
                codes[place] = len(values)
                values.append(self._value(raw))
                continue
            code = known.get((name, text))
            if code is None:
                code = known[(name, text)] = len(values)
                values.append(self._value(f'<c r="A1"{name}><v>{text}</v></c>'.encode()))
            codes[place] = code
        return codes, values

    def _value(self, raw: bytes) -> Any:
        """Let openpyxl read one cell's XML."""
        try:
            element = ElementTree.fromstring(  # noqa: S314 - no entities: `<!` was refused
                b'<c xmlns="%s"%s' % (SHEET_MAIN_NS.encode(), raw[2:])
            )
            return self._parser.parse_cell(element)["value"]
        except BROKEN as problem:
            raise NotPlain from problem

    def row(self, number: int) -> list[Any]:
        """Return the values of one row (1-based), as wide as openpyxl gives it."""
        width = int(self.widths[number - 1])
        values: list[Any] = [None] * width
        low, high = np.searchsorted(self._cells.row, [number, number + 1])
        for index in range(int(low), int(high)):
            column = int(self._cells.column[index])
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
        return self._others(chosen)[1][0]


EMPTY, SHARED, TEXT, INLINE, NUMBER, DATED, CODED, ODD = range(8)


class _Shared:
    """The shared strings by index, for openpyxl's parser."""

    def __init__(self, strings: Any) -> None:
        self._strings = strings

    def __getitem__(self, index: int) -> str:
        return str(self._strings[index].as_py())


def _split(data: bytes) -> tuple[bytes, bytes, bytes]:
    """Split a sheet's XML around the content of `<sheetData>`; the first part keeps its tag."""
    if not _is_utf8(data):
        raise NotPlain
    start = data.find(b"<sheetData>")
    end = data.rfind(b"</sheetData>")
    if start < 0 or end < start or b"<sheetData" in data[start + 11 : end] or b"<!" in data[:start]:
        raise NotPlain
    start += len(b"<sheetData>")
    return data[:start], data[start:end], data[end + len(b"</sheetData>") :]


def _strings(book: Any, archive: zipfile.ZipFile) -> Any:
    """Read the shared strings: (k,) texts."""
    part = book.package.find(SHARED_STRINGS)
    if part is None:
        return pa.array([], pa.string())
    name = part.PartName[1:]
    if archive.getinfo(name).file_size > LARGEST_SHEET:
        raise NotPlain
    data = archive.read(name)
    plain = _plain_strings(data)
    return _parsed_strings(data) if plain is None else plain


def _plain_strings(data: bytes) -> Any:
    """Cut out the texts of a table of plain strings; None when any is not plain."""
    if b"\r" in data or b"\x01" in data or STRANGE.search(data) or not _is_utf8(data):
        return None
    start, end = data.find(b"<si><t"), data.rfind(b"</si>")
    if start < 0 or data[end + 5 :].strip() != b"</sst>" or b"<!" in data[:start]:
        return None
    body = data[start:end].replace(b'<t xml:space="preserve">', b"<t>").replace(b"<t/>", b"<t></t>")
    texts = body.removeprefix(b"<si><t>").replace(b"</t></si><si><t>", b"\x01")
    if not texts.endswith(b"</t>") or b"<" in texts[:-4]:
        return None
    strings = pc.split_pattern(pa.array([texts[:-4].decode()]), "\x01")[0].values
    if b"&" in texts:
        for entity, char in ENTITIES.items():
            strings = pc.replace_substring(strings, entity, char)
    return pc.replace_substring(strings, "x005F_", "")


def _is_utf8(data: bytes) -> bool:
    declared = DECLARED.match(data)
    if declared and declared[1].lower() != b"utf-8":
        return False
    try:
        return data.isascii() or bool(data.decode())
    except UnicodeDecodeError:
        return False


def _parsed_strings(data: bytes) -> Any:
    strings = []
    tag = f"{{{SHEET_MAIN_NS}}}si"
    for _, node in ElementTree.iterparse(io.BytesIO(data)):  # noqa: S314 - as openpyxl does
        if node.tag == tag:
            text: Any = Text.from_tree(node)  # type: ignore[arg-type]
            strings.append(text.content.replace("x005F_", ""))
            node.clear()
    return pa.array(strings, pa.string())
