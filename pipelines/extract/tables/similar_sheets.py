"""Sheets of a workbook that hold the same kind of table as the one taken: a month each, say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatchcase

from pipelines.extract.tables.found_table import FoundTable
from pipelines.extract.tables.selection import Choice
from pipelines.model import Finding, Position
from pipelines.project.layout import Layout
from pipelines.readers import OpenedSource
from pipelines.readers.grid import fold

#: Labels that a table of another sheet shares at least with the one taken, to be of its kind.
LEAST, SHARE = 2, 1 / 3
LISTED = 12


def expand_sheet_patterns(opened: OpenedSource, layout: Layout) -> Layout:
    """Return the layout with each pattern among its sheets (`*2025`) replaced by the names of the
    visible sheets that fit, in the workbook's order; one that nothing fits stays, to be refused."""
    asked = layout.sheet if isinstance(layout.sheet, list) else [layout.sheet]
    known = [grid.sheet for grid in opened.grids if grid.sheet]
    shown = [grid.sheet for grid in opened.grids if grid.sheet and not grid.hidden]
    found: list[str | int] = []
    for one in asked:
        fits = []
        if isinstance(one, str) and "*" in one and one not in known:
            fits = [name for name in shown if fnmatchcase(name.casefold(), one.casefold())]
        found += fits or ([one] if one is not None else [])
    if found == [one for one in asked if one is not None]:
        return layout
    return replace(layout, sheet=list(dict.fromkeys(found)))


def unread_similar_sheets(
    choice: Choice, opened: OpenedSource, layout: Layout
) -> Iterator[Finding]:
    """Warn of sheets with such a table, unless the layout says which sheet or table is meant."""
    best = choice.best
    if best is None or layout.sheet is not None or layout.table is not None:
        return
    if len(set(opened.parts)) > 1:
        return  # the files of an archive
    wanted = _labels(best)
    alike = [
        sheet.grid.sheet
        for sheet in choice.sheets
        if not sheet.grid.hidden
        and sheet.grid.sheet
        and best not in sheet.tables
        and any(_shared(wanted, _labels(table)) for table in sheet.tables)
    ]
    if not alike:
        return
    taken = best.grid.sheet
    yield Finding(
        "sheets-unread",
        "warning",
        position=Position(opened.name, taken),
        params={
            "count": len(alike),
            "sheets": ", ".join(f"'{name}'" for name in alike[:LISTED])
            + (", …" if len(alike) > LISTED else ""),
            "taken": taken,
            "one": json.dumps(taken, ensure_ascii=False),
            "other": json.dumps(alike[0], ensure_ascii=False),
            "all": json.dumps([taken, *alike], ensure_ascii=False),
        },
    )


def _labels(found: FoundTable) -> set[str]:
    return {fold(label).casefold() for label in found.labels} - {""}


def _shared(wanted: set[str], others: set[str]) -> bool:
    return len(wanted & others) >= max(LEAST, SHARE * len(wanted))
