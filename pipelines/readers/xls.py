"""What calamine leaves out of an xls sheet: number formats and error values (BIFF8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import xlrd

from pipelines.model import Finding, Position
from pipelines.readers.archives import BROKEN
from pipelines.readers.cell_patches import findings, patch, texts_by_column
from pipelines.readers.cell_text import number
from pipelines.readers.grid import Grid
from pipelines.readers.number_formats import is_date, renderer, rounder
from pipelines.readers.rounding import Cell, keep

#: Beyond this size the numbers are written plainly: xlrd is slow.
MOST_BYTES = 12 << 20


def annotate(data: bytes, grids: Sequence[Grid], file: str, *, shown: bool = False) -> None:
    """Add shown numbers and error findings to the grids of an xls file; shown: as rounded."""
    if len(data) > MOST_BYTES:
        return
    try:
        book = xlrd.open_workbook(
            file_contents=data, formatting_info=True, on_demand=True, logfile=_Quiet()
        )
        names = set(book.sheet_names())
        for grid in grids:
            if grid.sheet in names:
                _annotate(book, book.sheet_by_name(grid.sheet), grid, file, shown)
    except (xlrd.XLRDError, AssertionError, AttributeError, TypeError, *BROKEN) as error:
        reason = " ".join(str(error).split())[:160] or type(error).__name__
        place = Position(file, grids[0].sheet if grids else None)
        for grid in grids[:1]:
            note = Finding("formats-unread", "warning", position=place, params={"reason": reason})
            grid.findings.append(note)


def _annotate(book: Any, sheet: Any, grid: Grid, file: str, rounds: bool) -> None:
    shown: dict[tuple[int, int], str] = {}
    rounded: list[Cell] = []
    errors: dict[tuple[int, int], str] = {}
    bold: dict[int, bool] = {}
    for row in range(sheet.nrows):
        for column in range(sheet.row_len(row)):
            kind = sheet.cell_type(row, column)
            if kind in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
                continue
            style = book.xf_list[sheet.cell_xf_index(row, column)]
            heavy = book.font_list[style.font_index].weight >= 700
            bold[row] = bold.get(row, True) and heavy
            value = sheet.cell_value(row, column)
            if kind == xlrd.XL_CELL_ERROR:
                errors[row + 1, column + 1] = xlrd.error_text_from_code.get(value, "#N/A")
            elif kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
                code = book.format_map[style.format_key].format_str
                show = renderer(code)
                if show is not None:
                    late = 1462 if book.datemode and is_date(code) else 0
                    shown[row + 1, column + 1] = show(value + late)
                text = rounder(code)
                less = text(value) if text is not None else None
                if less is not None:
                    rounded.append((row + 1, column + 1, number(value), less))
    rows, columns = sheet.rowinfo_map, sheet.colinfo_map
    grid.hidden_rows = frozenset(row + 1 for row, known in rows.items() if known.hidden)
    grid.hidden_columns = frozenset(column + 1 for column, known in columns.items() if known.hidden)
    patch(grid, texts_by_column(shown))
    keep(grid, rounded, shown=rounds)
    grid.bold = frozenset(row - grid.first_row + 1 for row, heavy in bold.items() if heavy)
    grid.findings += findings("cell-error", errors, grid, file)


class _Quiet:
    """A log that drops what xlrd writes to it."""

    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        return None
