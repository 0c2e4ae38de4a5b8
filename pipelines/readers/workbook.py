"""Workbooks (xlsx, xlsm, xlsb, xls, ods) into grids of text.

calamine reads the values. Small sheets are read as Python values; large xlsx sheets by fastexcel
into Arrow columns of text, corrected where its text differs from what the sheet shows.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

import python_calamine as calamine

from pipelines.errors import Refused
from pipelines.model import SUMMARY_SHEET
from pipelines.model.templates import GUIDE_SHEET, LISTS_SHEET
from pipelines.readers import rounding
from pipelines.readers.archives import BROKEN
from pipelines.readers.cell_patches import findings, patch, uncached
from pipelines.readers.cell_text import write
from pipelines.readers.grid import Grid, Merge, from_rows
from pipelines.readers.sandbox import MOST_MEMORY, trial_read
from pipelines.readers.xlsx import cell_details, hidden
from pipelines.readers.xlsx.canonical_xml import with_canonical_cells
from pipelines.readers.xlsx.conformance import is_conventional
from pipelines.readers.xlsx.extent import ExtentScanner
from pipelines.readers.xlsx.package import XlsxPackage
from pipelines.readers.xlsx.template_mark import template_marks

#: Bytes of XML from which on a sheet is read column by column.
LARGE = 6 << 20
#: Bytes of the shortest cell with a shared string.
_SHORTEST = len('<c t="s"><v>0</v></c>')
#: Cells that a sheet may span; a real table stays below, one stray cell far out exceeds it.
MOST_CELLS = 80_000_000


def read_workbook(data: bytes, *, name: str, kind: str, shown: bool = False) -> list[Grid]:
    """Return every worksheet with its merges and findings, in workbook order.

    The sheet of findings that an annotated workbook has in front is left out, and so are the
    instructions and lists of a template (`publish template`).
    kind: `xlsx`, `xlsb`, `xls` or `ods`. shown: numbers as rounded by their format.
    Raises `Refused` for a broken, protected or hostile file.
    """
    if kind == "xlsx":
        return _xlsx(data, name, shown)
    # Imported here so that `inspect` on a small xlsx does not wait for xlrd to load.
    if kind == "ods":
        from pipelines.readers import ods

        ods.check(data, MOST_CELLS)
    # The extent of these is written in many ways (xls, xlsb: in binary), so it is tried out.
    trial_read(data, name, MOST_CELLS)
    grids = []
    with _guard(name):
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        for number, meta in enumerate(book.sheets_metadata):
            if meta.typ == calamine.SheetTypeEnum.WorkSheet and meta.name != SUMMARY_SHEET:
                hidden = meta.visible != calamine.SheetVisibleEnum.Visible
                grids.append(_small_sheet(book.get_sheet_by_index(number), meta.name, hidden))
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
        tried = not is_conventional(data, package.archive)
        if tried:
            trial_read(data, name, MOST_CELLS)
        styles = package.styles
        templates = template_marks(package)
        beside = {SUMMARY_SHEET, *((GUIDE_SHEET, LISTS_SHEET) if templates else ())}
        for sheet in package.sheets:
            if sheet.name in beside:
                continue
            scanner = ExtentScanner()
            raw = package.part(sheet.path, scanner.feed)
            scanner.close()
            if scanner.most_cells > MOST_CELLS:
                _check_extent(raw, f"{name} › {sheet.name}")
            text_bytes = _most_text_bytes(package, raw)
            if (scanner.irregular or text_bytes > MOST_MEMORY) and not tried:
                trial_read(data, name, MOST_CELLS)
                tried = True
            if scanner.irregular:
                raw = with_canonical_cells(raw)
            read = None
            if len(raw) > LARGE:
                from pipelines.readers.xlsx import large_sheet

                read = large_sheet.read(data, sheet, raw, package)
            if read is not None:
                grid, notes = read
            else:
                book = book or calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
                grid = _small_sheet(book.get_sheet_by_name(sheet.name), sheet.name, sheet.hidden)
                grid.hidden_rows, grid.hidden_columns = hidden.in_xlsx(raw)
                notes = cell_details.annotate(raw, styles)
            _annotate(grid, notes, name)
            if shown or read is None:
                rounding.keep(
                    grid, rounding.cells(raw, styles.rounders, once=not shown), shown=shown
                )
            grid.template = templates.get(sheet.name)
            grids.append(grid)
    if not grids:
        raise Refused("file-broken", where=name, reason="no worksheet")
    return grids


def _most_text_bytes(package: XlsxPackage, raw: bytes) -> int:
    """Return an upper bound of the bytes that a sheet's shared strings take, one for each use."""
    # The strings are only measured where the whole table in every cell would be too much.
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
    """Turn the errors of the reading libraries into `Refused`."""
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


def _small_sheet(sheet: calamine.CalamineSheet, name: str, hidden: bool) -> Grid:
    start = sheet.start or (0, 0)
    rows = [[write(cell) for cell in row] for row in sheet.to_python(skip_empty_area=True)]
    grid = from_rows(
        rows, sheet=name, first_row=start[0] + 1, first_column=start[1] + 1, hidden=hidden
    )
    grid.set_merges(Merge(*first, *last) for first, last in sheet.merged_cell_ranges or ())
    return grid


def _annotate(grid: Grid, notes: cell_details.Annotation, file: str) -> None:
    """Write the shown texts into the grid and add findings about single cells."""
    patch(grid, notes.shown)
    grid.bold = frozenset(row - grid.first_row for row in notes.bold)
    grid.findings += findings("cell-error", notes.errors, grid, file)
    grid.findings += uncached(notes.uncached, grid, file)
    grid.findings += findings("digits-lost", dict.fromkeys(notes.wide, ""), grid, file)
