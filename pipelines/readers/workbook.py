"""Workbooks (xlsx, xlsm, xlsb, xls, ods) into grids of text."""

from __future__ import annotations

import io

import python_calamine as calamine

from pipelines.readers.grid import Grid, Merge, from_rows
from pipelines.readers.values import write


def read_workbook(data: bytes) -> list[Grid]:
    """Return every worksheet, in workbook order."""
    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    grids = []
    for number, meta in enumerate(book.sheets_metadata):
        if meta.typ != calamine.SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_index(number)
        rows = [[write(cell) for cell in row] for row in sheet.to_python(skip_empty_area=True)]
        start = sheet.start or (0, 0)
        merges = [
            Merge(top - start[0], left - start[1], bottom - start[0], right - start[1])
            for (top, left), (bottom, right) in sheet.merged_cell_ranges or []
            if bottom >= start[0] and right >= start[1]
        ]
        grids.append(
            from_rows(
                rows,
                sheet=meta.name,
                row0=start[0] + 1,
                col0=start[1] + 1,
                merges=merges,
                hidden=meta.visible != calamine.SheetVisibleEnum.Visible,
            )
        )
    return grids
