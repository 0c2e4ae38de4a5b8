"""Tables that go on elsewhere: the same rows with other columns, below or on another sheet."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pipelines.extract.content import cells
from pipelines.extract.tables.found_table import FoundTable, bounds, proposal
from pipelines.extract.tables.selection import Choice
from pipelines.model import Finding, Position
from pipelines.project.layout import Layout
from pipelines.readers import OpenedSource
from pipelines.readers.grid import fold

#: Names of rows that show what a table is about, and rows that are looked at.
LEAST, MOST_ROWS = 3, 2000
LISTED = 4


def unread_continuations(choice: Choice, opened: OpenedSource, layout: Layout) -> Iterator[Finding]:
    """Warn of tables with the rows of the one taken and other columns (`Lanjutan Tabel`), unless
    the layout says which sheet, table or range is meant."""
    best = choice.best
    if best is None or layout.sheet or layout.table or layout.range or layout.header is not None:
        return
    if len(set(opened.parts)) > 1:
        return  # the files of an archive
    wanted, labels = _row_names(best), _labels(best)
    if len(wanted) < LEAST:
        return
    for sheet in choice.sheets:
        for table in sheet.tables if not sheet.grid.hidden else ():
            new = [
                label for label in table.labels if label and fold(label).casefold() not in labels
            ]
            same = (
                len(wanted & _row_names(table)) * 2 >= len(wanted) if table is not best else False
            )
            if not same or len(new) * 2 < len(table.labels):
                continue
            top = table.header.rows[0] if table.header.rows else int(table.data[0])
            more = ", …" if len(new) > LISTED else ""
            yield Finding(
                "table-continues",
                "warning",
                position=Position(opened.name, sheet.grid.sheet, table.grid.first_row + top),
                params={
                    "range": bounds(table),
                    "sheet": sheet.grid.sheet or "–",
                    "labels": ", ".join(new[:LISTED]) + more,
                    "line": json.dumps(
                        {**proposal(table, sheet.tables), "sheet": sheet.grid.sheet},
                        ensure_ascii=False,
                    ),
                },
            )


def _labels(table: FoundTable) -> set[str]:
    return {fold(label).casefold() for label in table.labels}


def _row_names(table: FoundTable) -> set[str]:
    """Return the texts of the first column of words: what each row is about."""
    column = next((j for j in table.columns if table.shape.columns[j].kind == cells.TEXT), None)
    if column is None:
        return set()
    rows = table.data[:MOST_ROWS].tolist()
    return {fold(table.grid.row(row)[column]).casefold() for row in rows} - {""}
