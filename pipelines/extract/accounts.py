"""Accounts for the sheet of a table: every row and every column is taken or left out by a rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from pipelines.extract.content import phrases
from pipelines.extract.tables.found_table import FoundTable, row_text
from pipelines.extract.tables.sheet_tables import SheetTables
from pipelines.model import LeftOut, Position, Source
from pipelines.readers import Grid

MOST_BLANKS = 10_000


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
        elif other_tables(found, sheet, column):
            counted["left-other-table"] += 1
        else:
            counted["left-note"] += 1
    return {
        "sheet": grid.first_column - 1 + grid.width,
        "taken": len(taken),
        "left": {rule: count for rule, count in sorted(counted.items()) if count},
    }


def row_rules(sheet: Grid, tables: list[FoundTable], chosen: FoundTable | None) -> dict[int, str]:
    """Name the rule for every row of the sheet that is neither label row nor data."""
    rules: dict[int, str] = {}
    if chosen is None:
        for row in range(sheet.height):
            rules[row] = "left-blank" if sheet.counts[row] == 0 else "left-note"
        return rules
    others = [table for table in tables if table is not chosen]
    within = set(chosen.header.rows)
    rules.update(chosen.body.rules)
    beyond = [*range(chosen.body.start), *range(chosen.body.stop, sheet.height)]
    if chosen.grid is not sheet:
        beyond += [row for row, rule in rules.items() if rule == "left-blank"]
    for row in beyond:
        if row in within:
            continue
        if sheet.counts[row] == 0:
            rules[row] = "left-blank"
        elif row == chosen.header.units:
            rules[row] = "left-unit"
        elif row in chosen.header.beside:
            rules[row] = chosen.header.beside[row]
        elif any(
            table.header.data <= row < table.bottom or row in table.header.rows for table in others
        ):
            rules[row] = "left-other-table"
        elif row < chosen.body.start:
            rules[row] = "left-title"
        else:
            rules[row] = phrases.footer(" ".join(sheet.texts(row))) or "left-note"
    return rules


def other_tables(found: FoundTable, sheet: SheetTables, column: int) -> list[int]:
    """The numbers of the other tables that have this column of the sheet."""
    return [
        number
        for number, table in enumerate(sheet.tables, start=1)
        if table is not found and column in map(table.grid.sheet_column, table.columns)
    ]
