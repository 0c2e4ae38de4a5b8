"""The private names of openpyxl that typed sheets need, in one place for its upgrades.

Frictionless reads workbooks with openpyxl; cells are judged the same only when its own parser of
sheets, its styles and its dates are used.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openpyxl.reader.excel import ExcelReader
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet._reader import WorkSheetParser


class BookReader(ExcelReader):
    """A workbook without its shared strings and its cells; `sheets`: (name, part) in order."""

    sheets: list[tuple[str, str]]

    def __init__(self, path: Path) -> None:
        super().__init__(str(path), read_only=True, data_only=True)
        self.read()

    def read_strings(self) -> None:
        """Leave the strings unread."""
        self.shared_strings = []

    def read_worksheets(self) -> None:
        """List the sheets without reading them."""
        self.sheets = []
        for sheet, relation in self.parser.find_sheets():
            if relation.target not in self.valid_files:
                continue
            if "chartsheet" in relation.Type:
                self.read_chartsheet(sheet, relation)  # type: ignore[arg-type]
            else:
                made = _UnsizedWorksheet(self.wb, sheet.name, relation.target, self.shared_strings)
                book: Any = self.wb
                book._sheets.append(made)
                self.sheets.append((sheet.name, relation.target))


class _UnsizedWorksheet(ReadOnlyWorksheet):
    """A worksheet that is not opened to find its size."""

    def _get_size(self) -> None:
        """Leave the size unread."""


def cell_parser(book: BookReader, strings: Any) -> WorkSheetParser:
    """Return the parser of single cells; strings: the shared strings by index."""
    wb: Any = book.wb
    return WorkSheetParser(
        io.BytesIO(),
        strings,
        data_only=True,
        epoch=wb.epoch,
        date_formats=wb._date_formats,
        timedelta_formats=wb._timedelta_formats,
    )


def declared_size(xml: bytes) -> tuple[int | None, int | None]:
    """Return the last column and row of the size that a worksheet declares, None without one."""
    size: tuple[Any, ...] = WorkSheetParser(io.BytesIO(xml), []).parse_dimensions() or (None,) * 4
    return size[2], size[3]


def parsed_rows(xml: bytes) -> Iterator[Any]:
    """Parse a whole worksheet; raises whatever openpyxl raises on a broken one."""
    return WorkSheetParser(io.BytesIO(xml), []).parse()
