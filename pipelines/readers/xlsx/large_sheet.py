"""Large xlsx sheets: typed columns from fastexcel, written as text by column.

The rows above the first typed row (labels) are cut from the XML, so that the columns below keep
one type and their numbers stay exact. Number formats are applied to whole columns when counting
proves that the column has one format, cell by cell otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import fastexcel
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.readers import rounding
from pipelines.readers.grid import Grid, Merge, in_threads
from pipelines.readers.xlsx import cell_details, hidden
from pipelines.readers.xlsx.column_styles import one_style, uses
from pipelines.readers.xlsx.column_text import write
from pipelines.readers.xlsx.edge_rows import first_rows, label_columns, label_rows
from pipelines.readers.xlsx.package import Part, XlsxPackage
from pipelines.text.addresses import column_number


def read(
    data: bytes, sheet: Part, raw: bytes, package: XlsxPackage
) -> tuple[Grid, cell_details.Annotation] | None:
    """Return the sheet's grid and notes, None when its XML is not of the usual form."""
    start = cell_details.first_cell(raw)
    if start is None:
        return None
    head = first_rows(raw, start)
    labels = label_rows(head)
    if labels is None:
        return None
    with ThreadPoolExecutor(1) as pool:
        # The XML is looked through in the meantime.
        loading = pool.submit(_load, data, sheet.name, labels)
        styles = package.styles
        notes = cell_details.annotate(raw, styles, only_signs=True)
        used = uses(raw, styles)
        unseen = hidden.in_xlsx(raw)
        batch = loading.result()
    wide = (
        cell_details.wide_numbers(raw) if any(_is_wide(column) for column in batch.columns) else []
    )
    single = one_style(raw, head, batch, used, start, labels)
    chosen = [single.get(index) for index in range(batch.num_columns)]
    written = in_threads(partial(write, styles=styles), batch.columns, chosen)
    loose = [start[1] + index for index, (_, sure) in enumerate(written) if not sure]
    rounders = [
        (start[1] + index, column, rounder)
        for index, (column, style) in enumerate(zip(batch.columns, chosen, strict=True))
        if pa.types.is_floating(column.type)
        and (rounder := styles.rounders.get(-1 if style is None else style))
    ]
    top = label_columns(head, labels, batch.num_columns, package)
    columns = [
        pa.chunked_array([above, text]) for above, (text, _) in zip(top, written, strict=True)
    ]
    grid = Grid(
        arrays=columns,
        sheet=sheet.name,
        first_row=start[0],
        first_column=start[1],
        hidden=sheet.hidden,
    )
    grid.set_merges(_merges(raw))
    grid.hidden_rows, grid.hidden_columns = unseen
    rounding.keep(grid, rounding.sampled(rounders, start[0] + labels), shown=False)
    shown = cell_details.render(raw, styles, columns=loose) if loose else []
    return grid, cell_details.Annotation(shown, notes.errors, notes.uncached, wide, notes.bold)


def _is_wide(column: Any) -> bool:
    """Whether a column holds numbers beyond 15 digits."""
    if not pa.types.is_floating(column.type):
        return False
    most = pc.max(pc.abs(column)).as_py()
    return most is not None and most >= 1e15


def _load(data: bytes, name: str, skip: int) -> pa.RecordBatch:
    try:
        reader = fastexcel.read_excel(data)
        return reader.load_sheet(
            name, header_row=None, skip_rows=skip, schema_sample_rows=None
        ).to_arrow()
    except fastexcel.FastExcelError as error:
        raise ValueError(str(error)) from error


def _merges(raw: bytes) -> Iterator[Merge]:
    """Yield the merged ranges that a sheet's XML names, 0-based in the sheet."""
    pattern = rb'<mergeCell ref="([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)"'
    for left, top, right, bottom in re.findall(pattern, raw[raw.rfind(b"</sheetData>") :]):
        yield Merge(
            int(top) - 1, column_number(left) - 1, int(bottom) - 1, column_number(right) - 1
        )
