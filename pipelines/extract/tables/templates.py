"""A returned template says itself where its tables are: nothing is left to be found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pipelines.model import Finding, Position
from pipelines.model.templates import TemplateMark
from pipelines.project.layout import Layout
from pipelines.readers import OpenedSource


def template_marks(opened: OpenedSource) -> list[TemplateMark]:
    """Return what a template says of its sheets, in their order; nothing for any other file."""
    if opened.kind != "xlsx":
        return []
    return [grid.template for grid in opened.grids if grid.template is not None]


def layout_of_template(
    opened: OpenedSource, layout: Layout, owner: str = "", *, every: bool = False
) -> Layout:
    """Return the layout as a template states it; other workbooks keep the one asked for.

    owner: the table that is read, as `dataset/table`. Where no sheet is that table's, those that
    the layout names are taken, else those of the first table, or of every one.
    A descriptor's layout describes the sheets that offices made themselves: its ranges, rows and
    sections do not apply, and the label rows are those that each sheet states.
    """
    marks = template_marks(opened)
    if not marks:
        return layout
    asked = layout.sheet if isinstance(layout.sheet, list) else [layout.sheet]
    chosen = (
        [mark for mark in marks if mark.owner and mark.owner == owner]
        or [mark for mark in marks if mark.sheet in asked]
        or [mark for mark in marks if every or mark.owner == marks[0].owner]
    )
    sheets: list[str | int] = [mark.sheet for mark in chosen]
    return replace(
        layout,
        sheet=sheets if len(sheets) > 1 else sheets[0],
        header=None,
        range=None,
        table=None,
        skip=[],
        sections=None,
        plain=False,
    )


def unread_sheets(opened: OpenedSource) -> Iterator[Finding]:
    """Warn of visible sheets with content that somebody added to a template: they are not read."""
    marks = template_marks(opened)
    added = [
        f"'{grid.sheet}'"
        for grid in opened.grids
        if grid.template is None and not grid.hidden and grid.height
    ]
    if marks and added:
        taken = ", ".join(f"'{mark.sheet}'" for mark in marks)
        yield Finding(
            "template-sheets",
            "warning",
            position=Position(opened.name, marks[0].sheet),
            params={"sheets": ", ".join(added), "taken": taken},
        )
