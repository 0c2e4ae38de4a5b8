"""What is in a file: sheets, tables, labels, kinds, evidence, problems; as a value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipelines.domain.identifiers import presentable
from pipelines.extract.accounts import row_rules
from pipelines.extract.content import cells
from pipelines.extract.findings import content_beside, hidden_data, no_rows, rounded_values
from pipelines.extract.formulas import settle
from pipelines.extract.tables.continuations import unread_continuations
from pipelines.extract.tables.found_table import FoundTable, bounds, proposal, row_text
from pipelines.extract.tables.selection import choose
from pipelines.extract.tables.sheet_tables import SheetTables
from pipelines.extract.tables.similar_sheets import expand_sheet_patterns, unread_similar_sheets
from pipelines.extract.tables.templates import layout_of_template, template_marks, unread_sheets
from pipelines.model import Finding, Source
from pipelines.project.layout import Layout
from pipelines.readers import open_source
from pipelines.readers.grid import fold
from pipelines.text.addresses import column_letters

EXAMPLES = 3


@dataclass(frozen=True)
class ColumnView:
    """One column of a table: its sheet letter, label, unit, kind of content and examples."""

    letter: str
    label: str
    unit: str
    kind: str
    filled: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class TableView:
    """One table: where it stands, what it holds, and why it was read so.

    left: rule → sheet rows that it leaves out.
    """

    number: int
    best: bool
    range: str
    header: tuple[int, ...]
    rows: int
    columns: tuple[ColumnView, ...]
    left: Mapping[str, tuple[int, ...]]
    titles: tuple[str, ...]
    layout: Mapping[str, Any]
    score: float
    findings: tuple[Finding, ...]
    evidence: tuple[tuple[str, Mapping[str, Any]], ...]


@dataclass(frozen=True)
class SheetView:
    """One sheet: its size in rows × columns and its tables."""

    name: str | None
    hidden: bool
    rows: int
    width: int
    tables: tuple[TableView, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Inspection:
    """What `inspect` found in one file."""

    file: str
    kind: str
    detail: Mapping[str, Any]
    sheets: tuple[SheetView, ...]

    @property
    def best(self) -> TableView | None:
        """The table that `extract` would take."""
        tables = [table for sheet in self.sheets for table in sheet.tables]
        return next((table for table in tables if table.best), None)

    def as_json(self) -> dict[str, Any]:
        """The same for machines."""
        return {
            "file": self.file,
            "kind": self.kind,
            "detail": dict(self.detail),
            "sheets": [_sheet_json(sheet) for sheet in self.sheets],
        }


def _sheet_json(sheet: SheetView) -> dict[str, Any]:
    return {
        "name": sheet.name,
        "hidden": sheet.hidden,
        "rows": sheet.rows,
        "columns": sheet.width,
        "problems": [finding.as_json() for finding in sheet.findings],
        "tables": [
            {
                "number": table.number,
                "best": table.best,
                "range": table.range,
                "header": list(table.header),
                "rows": table.rows,
                "columns": [
                    {
                        "letter": column.letter,
                        "label": column.label,
                        "unit": column.unit,
                        "kind": column.kind,
                        "filled": column.filled,
                        "examples": list(column.examples),
                    }
                    for column in table.columns
                ],
                "left_out": {rule: len(rows) for rule, rows in sorted(table.left.items())},
                "titles": list(table.titles),
                "layout": dict(table.layout),
                "score": round(table.score, 2),
                "problems": [finding.as_json() for finding in table.findings],
                "evidence": [{"code": code, **params} for code, params in table.evidence],
            }
            for table in sheet.tables
        ],
    }


def inspect(
    source: Path | str,
    layout: Layout | None = None,
    *,
    allow_private: bool = False,
    progress: Callable[[str], None] | None = None,
) -> Inspection:
    """Look into a file or URL without extracting it. Raises as `extract` does, save that a file
    without a table is no error here."""
    layout = layout or Layout()
    opened = open_source(
        source,
        allow_private=allow_private,
        encoding=layout.encoding,
        delimiter=layout.delimiter,
        shown=layout.values == "shown",
        progress=progress,
    )
    layout = expand_sheet_patterns(opened, layout)
    layout = layout_of_template(opened, layout, every=True)
    choice = choose(opened, layout)
    others = (
        *unread_similar_sheets(choice, opened, layout),
        *unread_continuations(choice, opened, layout),
        *unread_sheets(opened),
    )
    sheets = []
    for sheet in choice.sheets:
        grid = sheet.grid
        origin = Source(opened.name, grid.sheet, opened.path)
        views = tuple(_table(table, sheet, choice.best, layout, origin) for table in sheet.tables)
        views = tuple(
            replace(view, findings=(*view.findings, *others)) if view.best else view
            for view in views
        )
        rows = grid.first_row - 1 + grid.height + sheet.after
        width = grid.first_column - 1 + grid.width
        chosen = next((t for t in sheet.tables if t is choice.best), next(iter(sheet.tables), None))
        noticed = tuple(
            settle(grid.findings, chosen, open_end=layout.range is None)
            if chosen
            else grid.findings
        )
        sheets.append(SheetView(grid.sheet, grid.hidden, rows, width, views, noticed))
    detail = {key: value for grid in opened.grids[:1] for key, value in grid.detail.items()}
    if marks := template_marks(opened):
        detail["template"] = ", ".join(dict.fromkeys(mark.text for mark in marks))
    return Inspection(opened.name, opened.kind, detail, tuple(sheets))


def _table(
    found: FoundTable, sheet: SheetTables, best: FoundTable | None, layout: Layout, source: Source
) -> TableView:
    grid = found.grid
    data = found.data
    tables = sheet.tables
    rules = row_rules(sheet.grid, tables, found)
    left: dict[str, list[int]] = {}
    for row, rule in sorted(rules.items()):
        left.setdefault(rule, []).append(grid.first_row + row)
    titles = [
        fold(row_text(sheet.grid, found, row).replace(" | ", " "))
        for row, rule in rules.items()
        if rule == "left-title" and row < found.body.start
    ]
    return TableView(
        number=tables.index(found) + 1,
        best=found is best,
        range=bounds(found),
        header=tuple(grid.first_row + row for row in found.header.rows),
        rows=len(data),
        columns=tuple(
            _column(found, column, label, data)
            for column, label in zip(found.columns, found.labels, strict=True)
        ),
        left={rule: tuple(rows) for rule, rows in left.items()},
        titles=tuple(presentable(titles)),
        layout=proposal(found, tables),
        score=found.score,
        findings=(
            *no_rows(found, source),
            *content_beside(found, sheet, source),
            *hidden_data(found, source),
            *rounded_values(found, source, layout),
        ),
        evidence=tuple((code, dict(params)) for code, params in found.why),
    )


def _column(found: FoundTable, column: int, label: str, data: Any) -> ColumnView:
    shape = found.shape.columns[column]
    seen: dict[str, None] = {}
    for row in data[:200].tolist():
        text = fold(found.grid.row(row)[column])
        if text and cells.kind(text) != cells.MARK:
            seen.setdefault(text)
    # The whole sample is judged, so that a lone example is hidden as its column asks.
    examples = list(dict.fromkeys(presentable(list(seen), label=label)))[:EXAMPLES]
    filled = int(found.grid.filled[data, column].sum()) if len(data) else 0
    return ColumnView(
        letter=column_letters(found.grid.sheet_column(column)),
        label=label,
        unit=found.header.unit_texts.get(column, ""),
        kind=shape.kind if filled else cells.EMPTY,
        filled=filled,
        examples=tuple(examples),
    )
