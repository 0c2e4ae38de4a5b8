"""Accounts for the sheet of a table: every row and every column is taken or left out by a rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from pipelines.extract.beside import runs
from pipelines.extract.choice import SheetTables, bounds
from pipelines.extract.tables import FoundTable, row_text
from pipelines.model import Finding, LeftOut, Position, Source
from pipelines.project.layout import Layout
from pipelines.text.addresses import column_letters

MOST_BLANKS = 10_000
#: Places that a message names.
LISTED = 6


def left_out(
    source: Source, found: FoundTable, sheet: SheetTables, rules: Mapping[int, str]
) -> Iterator[LeftOut]:
    grid = found.grid
    lead = grid.first_row - 1
    for row in range(1, min(lead, MOST_BLANKS) + 1):
        rule = "left-outside" if row <= sheet.before else "left-blank"
        yield LeftOut(Position(source.file, source.sheet, row, None), rule, "")
    for row, rule in sorted(rules.items()):
        place = Position(source.file, source.sheet, grid.first_row + row, None)
        yield LeftOut(place, rule, row_text(sheet.grid, found, row)[:500])
    last = grid.first_row + grid.height
    for row in range(last, last + min(sheet.after, MOST_BLANKS)):
        yield LeftOut(Position(source.file, source.sheet, row, None), "left-outside", "")


def rows_of(
    found: FoundTable, sheet: SheetTables, rules: Mapping[int, str], data: int
) -> dict[str, Any]:
    """Count the sheet's rows: data + header + left out by each rule = all of them."""
    lead = found.grid.first_row - 1
    counted: Counter[str] = Counter(rules.values())
    counted["left-blank"] += lead - sheet.before
    counted["left-outside"] += sheet.before + sheet.after
    return {
        "sheet": lead + found.grid.height + sheet.after,
        "header": len(found.header.rows),
        "data": data,
        "left": {rule: count for rule, count in sorted(counted.items()) if count},
    }


def columns_of(found: FoundTable, sheet: SheetTables) -> dict[str, Any]:
    """Count the sheet's columns: taken + left out by each rule = all of them."""
    grid = sheet.grid
    if grid.packed:
        return {"sheet": grid.width, "taken": len(found.columns), "left": {}}
    counted: Counter[str] = Counter({"left-blank": grid.first_column - 1})
    taken = {found.grid.sheet_column(column) for column in found.columns}
    for j in range(grid.width):
        column = grid.sheet_column(j)
        if column in taken:
            continue
        if not grid.filled[:, j].any():
            counted["left-blank"] += 1
        elif _others(found, sheet, column):
            counted["left-other-table"] += 1
        else:
            counted["left-note"] += 1
    return {
        "sheet": grid.first_column - 1 + grid.width,
        "taken": len(taken),
        "left": {rule: count for rule, count in sorted(counted.items()) if count},
    }


def _others(found: FoundTable, sheet: SheetTables, column: int) -> list[int]:
    """The numbers of the other tables that have this column of the sheet."""
    return [
        number
        for number, table in enumerate(sheet.tables, start=1)
        if table is not found and column in map(table.grid.sheet_column, table.columns)
    ]


def rounded(found: FoundTable, source: Source, layout: Layout) -> Iterator[Finding]:
    """Columns whose numbers the sheet shows rounded, until the layout says which it wants."""
    if layout.values is not None:
        return
    for column, label in zip(found.columns, found.labels, strict=True):
        place = found.grid.sheet_column(column)
        known = found.grid.rounded.get(place)
        if known is not None:
            taken = found.grid.row(known.row - found.grid.first_row)[column] or known.stored
            yield Finding(
                "values-rounded", "warning", value=taken,
                position=Position(source.file, source.sheet, known.row, place),
                params={"label": label, "stored": taken, "shown": known.shown},
            )  # fmt: skip


def unseen(found: FoundTable, source: Source) -> Iterator[Finding]:
    """Data that the sheet hides and that is taken all the same."""
    grid, data = found.grid, found.data
    if grid.hidden_columns:
        taken = {grid.sheet_column(j): label for j, label in _labels(found)}
        hidden = sorted(taken.keys() & grid.hidden_columns)
        if hidden:
            place = Position(
                source.file, source.sheet, grid.first_row + found.body.start, hidden[0]
            )
            names = ", ".join(f"{column_letters(j)} ({taken[j]})" for j in hidden[:LISTED])
            yield Finding(
                "columns-hidden", "warning", position=place,
                params={"count": len(hidden), "columns": names},
            )  # fmt: skip
    if not grid.hidden_rows:
        return
    rows = sorted(grid.hidden_rows)
    rows = [
        row for row, taken in zip(rows, np.isin(rows, data + grid.first_row), strict=True) if taken
    ]
    if rows:
        parts = [str(a) if a == b else f"{a}–{b}" for a, b in runs(rows)]
        yield Finding(
            "rows-hidden", "warning", position=Position(source.file, source.sheet, rows[0]),
            params={"count": len(rows), "rows": ", ".join(parts[:LISTED])},
        )  # fmt: skip


def _labels(found: FoundTable) -> Iterator[tuple[int, str]]:
    return zip(found.columns, found.labels, strict=True)


def findings(found: FoundTable, sheet: SheetTables, source: Source) -> Iterator[Finding]:
    """What stands beside the table, in its own rows, and is not taken."""
    grid, data = sheet.grid, found.data
    if grid is found.grid or not len(data):
        return
    top = found.header.rows[0] if found.header.rows else int(data[0])
    rows = slice(top, int(data[-1]) + 1)
    taken = {found.grid.sheet_column(column) for column in found.columns}
    left = [
        j
        for j in range(grid.width)
        if grid.sheet_column(j) not in taken and grid.filled[rows, j].any()
    ]
    for first, last in runs(left):
        place = Position(source.file, source.sheet, grid.first_row + top, grid.sheet_column(first))
        numbers = _others(found, sheet, grid.sheet_column(first))
        if numbers:
            other = sheet.tables[numbers[0] - 1]
            yield Finding(
                "table-beside", "warning", position=place,
                params={"number": numbers[0], "range": bounds(other)},
            )  # fmt: skip
            continue
        ends = (column_letters(grid.sheet_column(j)) for j in dict.fromkeys((first, last)))
        yield Finding(
            "words-beside", "warning", position=place,
            params={
                "columns": ":".join(ends),
                "text": _first_words(sheet, top, int(data[-1]), first),
            },
        )  # fmt: skip


def _first_words(sheet: SheetTables, top: int, last: int, column: int) -> str:
    texts = (sheet.grid.row(row)[column] for row in range(top, last + 1))
    return " ".join(next((text for text in texts if text and not text.isspace()), "").split())[:60]
