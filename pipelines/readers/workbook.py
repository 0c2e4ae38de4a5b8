"""Workbooks (xlsx, xlsm, xlsb, xls, ods) into grids of text.

calamine reads the values. Small sheets are read as Python values; large xlsx sheets through
fastexcel into Arrow columns of text, mended where its text differs from what the sheet shows.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

import python_calamine as calamine

from pipelines.errors import Refused
from pipelines.model import SUMMARY_SHEET
from pipelines.readers import rounding
from pipelines.readers.archives import BROKEN
from pipelines.readers.cell_changes import findings, patch
from pipelines.readers.cell_text import write
from pipelines.readers.grid import Grid, Merge, from_rows
from pipelines.readers.isolated import MOST_MEMORY, try_out
from pipelines.readers.xlsx import cell_details, hidden
from pipelines.readers.xlsx.conformance import is_usual
from pipelines.readers.xlsx.extent import Reach
from pipelines.readers.xlsx.normalised import in_order
from pipelines.readers.xlsx.package import XlsxPackage

#: Sheets whose XML is larger than this take the quick way.
LARGE = 6 << 20
#: Bytes of a cell with a shared text.
_SHORTEST = len('<c t="s"><v>0</v></c>')
#: No sheet of a table spans more cells; one stray cell far away would make it so.
MOST_CELLS = 80_000_000


def read_workbook(data: bytes, *, name: str, kind: str, shown: bool = False) -> list[Grid]:
    """Return every worksheet with its merges and findings, in workbook order.

    The sheet of findings that an annotated workbook has in front is left out.
    kind: `xlsx`, `xlsb`, `xls` or `ods`. shown: numbers as rounded by their format.
    Raises `Refused` for a broken, protected or hostile file.
    """
    if kind == "xlsx":
        return _xlsx(data, name, shown)
    # Each kind loads what it needs: `inspect` on a small xlsx is felt to wait for xlrd.
    if kind == "ods":
        from pipelines.readers import ods

        ods.check(data, MOST_CELLS)
    # How far these reach can be written in many ways, or in no text at all.
    try_out(data, name, MOST_CELLS)
    grids = []
    with _guard(name):
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        for number, meta in enumerate(book.sheets_metadata):
            if meta.typ == calamine.SheetTypeEnum.WorkSheet and meta.name != SUMMARY_SHEET:
                hidden = meta.visible != calamine.SheetVisibleEnum.Visible
                grids.append(_slow(book.get_sheet_by_index(number), meta.name, hidden))
    if kind == "xls":
        from pipelines.readers import xls

        xls.annotate(data, grids, name, shown=shown)
    elif kind == "ods":
        ods.annotate(data, grids, shown=shown)
    return grids


def _xlsx(data: bytes, name: str, shown: bool) -> list[Grid]:
    package = XlsxPackage(zipfile.ZipFile(io.BytesIO(data)))
    book: calamine.CalamineWorkbook | None = None
    grids = []
    with _guard(name):
        tried = not is_usual(data, package.archive)
        if tried:
            try_out(data, name, MOST_CELLS)
        styles = package.styles
        for sheet in package.sheets:
            if sheet.name == SUMMARY_SHEET:
                continue
            reach = Reach()
            raw = package.part(sheet.path, reach.look)
            reach.end()
            if reach.most > MOST_CELLS:
                _check_extent(raw, f"{name} › {sheet.name}")
            texts = _texts(package, raw)
            if (reach.odd or texts > MOST_MEMORY) and not tried:
                try_out(data, name, MOST_CELLS)
                tried = True
            if reach.odd:
                raw = in_order(raw)
            read = None
            if len(raw) > LARGE:
                from pipelines.readers.xlsx import large

                read = large.read(data, sheet, raw, package)
            if read is not None:
                grid, notes = read
            else:
                book = book or calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
                grid = _slow(book.get_sheet_by_name(sheet.name), sheet.name, sheet.hidden)
                grid.hidden_rows, grid.hidden_columns = hidden.in_xlsx(raw)
                notes = cell_details.annotate(raw, styles)
            _annotate(grid, notes, name)
            if shown or read is None:
                rounding.keep(
                    grid, rounding.cells(raw, styles.rounders, once=not shown), shown=shown
                )
            grids.append(grid)
    if not grids:
        raise Refused("file-broken", where=name, reason="no worksheet")
    return grids


def _texts(package: XlsxPackage, raw: bytes) -> int:
    """Return how many bytes a sheet's shared texts take at most: one may stand in every cell."""
    # Looked at more closely only where the whole table of texts, so often, would be too much.
    if package.size_of_texts * (len(raw) // _SHORTEST) <= MOST_MEMORY:
        return 0
    uses = raw.count(b't="s"')
    return package.longest_text * uses if package.size_of_texts * uses > MOST_MEMORY else 0


def _check_extent(raw: bytes, where: str) -> None:
    rows, columns = cell_details.extent(raw)
    if rows * columns > MOST_CELLS:
        raise Refused("range-too-large", where=where, rows=rows, columns=columns)


@contextmanager
def _guard(name: str) -> Iterator[None]:
    """Turn whatever the reader stumbles over into an error with a next step."""
    try:
        yield
    except calamine.PasswordError as error:
        raise Refused("file-encrypted", where=name) from error
    except (calamine.CalamineError, *BROKEN) as error:
        reason = " ".join(str(error).split())[:200]
        if "password" in reason.lower() or "encrypt" in reason.lower():
            raise Refused("file-encrypted", where=name) from error
        raise Refused("file-broken", where=name, reason=reason) from error
    except BaseException as error:
        # A panic inside the Rust reader arrives as a BaseException of its own.
        if type(error).__name__ != "PanicException":
            raise
        raise Refused("file-broken", where=name, reason="reader panic") from error


def _slow(sheet: calamine.CalamineSheet, name: str, hidden: bool) -> Grid:
    start = sheet.start or (0, 0)
    rows = [[write(cell) for cell in row] for row in sheet.to_python(skip_empty_area=True)]
    grid = from_rows(
        rows, sheet=name, first_row=start[0] + 1, first_column=start[1] + 1, hidden=hidden
    )
    grid.merges = _merges(sheet, grid)
    return grid


def _merges(sheet: calamine.CalamineSheet, grid: Grid) -> list[Merge]:
    found = []
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        merge = Merge(
            top - grid.first_row + 1,
            left - grid.first_column + 1,
            bottom - grid.first_row + 1,
            right - grid.first_column + 1,
        )
        if merge.bottom >= 0 and merge.right >= 0 and merge.top < grid.height and merge.left >= 0:
            found.append(merge)
    return found


def _annotate(grid: Grid, notes: cell_details.Annotation, file: str) -> None:
    """Write shown texts into the grid and say what else was noticed."""
    patch(grid, notes.shown)
    grid.bold = frozenset(row - grid.first_row for row in notes.bold)
    grid.findings += findings("cell-error", notes.errors, grid, file)
    grid.findings += findings("formula-uncached", dict.fromkeys(notes.uncached, ""), grid, file)
    grid.findings += findings("digits-lost", dict.fromkeys(notes.wide, ""), grid, file)
