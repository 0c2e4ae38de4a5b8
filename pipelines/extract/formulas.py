"""Formulas whose results are not stored in the file: cells that look empty and are not.

Programs that do not calculate write such workbooks. In a table's rows they would be published as
missing values, so they are errors; elsewhere on the sheet, in a total row for instance, warnings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipelines.errors import Refused
from pipelines.extract.content import phrases
from pipelines.extract.tables.found_table import FoundTable
from pipelines.model import Finding, Position
from pipelines.readers import Grid
from pipelines.readers.cell_patches import uncached_in

CODE = "formula-uncached"
#: What a data row is taken for when the cells beside its first ones seem empty.
MISTAKEN = ("left-note", "left-section", "left-title", "left-unfilled")


def settle(
    findings: Iterable[Finding], found: FoundTable, *, open_end: bool = True
) -> Iterator[Finding]:
    """Yield the findings of a sheet, those about formulas parted by what they mean to the table.

    open_end: the rows below the last filled one, all formulas, would be the table's too.
    """
    labels = {
        found.grid.sheet_column(column): label
        for column, label in zip(found.columns, found.labels, strict=True)
    }
    for finding in findings:
        place = finding.position
        if finding.code != CODE or place is None or place.column is None:
            yield finding
            continue
        rows = finding.params["rows"]
        inside = [row for row in rows if place.column in labels and _is_data(row, found, open_end)]
        label = labels.get(place.column, "")
        if inside:
            yield uncached_in(inside, place.column, place.sheet, place.file, label)
        others = sorted(set(rows) - set(inside))
        if others:
            other = uncached_in(others, place.column, place.sheet, place.file, label)
            yield replace(other, severity="warning", variant="beside")


def _is_data(row: int, found: FoundTable, open_end: bool) -> bool:
    """Whether a sheet row is one of the table's, or would be if its formulas had results."""
    index = row - found.grid.first_row
    if index < (found.header.rows[0] if found.header.rows else found.body.start):
        return False
    if index >= found.grid.height:
        return open_end
    rule = found.body.rules.get(index)
    if rule in MISTAKEN:
        return not any(map(phrases.total_words, found.grid.texts(index)))
    return rule is None or not found.grid.filled[index].any()


def refuse_unread(grids: Iterable[Grid]) -> None:
    """Refuse a file without a table because its formulas have no results. Raises `Refused`."""
    for grid in grids:
        for finding in grid.findings:
            if finding.code == CODE and isinstance(finding.position, Position):
                told = {key: finding.params[key] for key in ("column", "count")}
                place = finding.position
                source = place.sheet or place.file
                raise Refused(CODE, where=place.file, place=place.cell, source=source, **told)
