"""A new workbook for a source in another format: the same cells at the same addresses."""

from __future__ import annotations

import re
from pathlib import Path

import xlsxwriter

from pipelines.report.ooxml import TooLarge

MAX_BYTES, MAX_ROWS, MAX_CELLS = 60_000_000, 200_000, 4_000_000
#: Characters that a cell of Excel holds.
MAX_TEXT = 32_767
NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,10})?")


def write_plain(source: Path, target: Path) -> None:
    """Copy the cells of a CSV, xls or ods file into an xlsx file, text as text.

    Raises `TooLarge` above the limits, and `Refused` for a file that cannot be read.
    """
    # Imported here because it loads every reading library, and only these sources need it.
    from pipelines.readers import open_source

    if source.stat().st_size > MAX_BYTES:
        raise TooLarge(source.name)
    opened = open_source(source)
    if sum(grid.height * grid.width for grid in opened.grids) > MAX_CELLS or any(
        grid.height > MAX_ROWS for grid in opened.grids
    ):
        raise TooLarge(source.name)
    book = xlsxwriter.Workbook(
        str(target), {"strings_to_formulas": False, "strings_to_urls": False}
    )
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    numeric = opened.kind in ("xls", "xlsb", "ods")
    for number, grid in enumerate(opened.grids, start=1):
        sheet = book.add_worksheet(_sheet_name(grid.sheet, number))
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        for j, column in enumerate(grid.columns):
            width = 8
            for i, cell in enumerate(column.to_pylist()):
                if cell is None:
                    continue
                width = max(width, min(len(cell), 40))
                row, col = grid.first_row - 1 + i, grid.first_column - 1 + j
                if numeric and NUMBER.fullmatch(cell):
                    sheet.write_number(row, col, float(cell))
                elif not numeric and i == 0:
                    sheet.write_string(row, col, cell[:MAX_TEXT], head)
                else:
                    sheet.write_string(row, col, cell[:MAX_TEXT])
            sheet.set_column(grid.first_column - 1 + j, grid.first_column - 1 + j, width + 2)
        if not numeric:
            sheet.freeze_panes(1, 0)
    book.close()


def write_blank(target: Path) -> None:
    """Write an xlsx file with one empty sheet."""
    book = xlsxwriter.Workbook(str(target))
    book.add_worksheet("–")
    book.close()


def _sheet_name(name: str | None, number: int) -> str:
    cleaned = re.sub(r"[\[\]:*?/\\]", " ", name or "Data").strip("' ")[:31]
    return cleaned if cleaned.strip() and number >= 1 else f"Sheet{number}"
