"""A returned template says itself where its table is: nothing is left to be found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pipelines.model import Finding, Position
from pipelines.model.templates import TemplateMark
from pipelines.project.layout import Layout
from pipelines.readers import OpenedSource


def template_of(opened: OpenedSource) -> TemplateMark | None:
    """Return what a template says of itself, None for any other file (a zip of several, too)."""
    if opened.kind != "xlsx":
        return None
    return next((grid.template for grid in opened.grids if grid.template is not None), None)


def layout_of_template(opened: OpenedSource, layout: Layout) -> Layout:
    """Return the layout as a template states it; other workbooks keep the one asked for.

    A descriptor's layout describes the sheets that offices made themselves, so that its sheet, rows
    and sections do not apply to the one sheet of a template.
    """
    mark = template_of(opened)
    if mark is None:
        return layout
    return replace(
        layout,
        sheet=mark.sheet,
        header=list(mark.header),
        range=None,
        table=None,
        skip=[],
        sections=None,
        plain=False,
    )


def unread_sheets(opened: OpenedSource) -> Iterator[Finding]:
    """Warn of visible sheets with content that somebody added to a template: they are not read."""
    mark = template_of(opened)
    if mark is None:
        return
    added = [
        f"'{grid.sheet}'"
        for grid in opened.grids
        if grid.template is None and not grid.hidden and grid.height
    ]
    if added:
        yield Finding(
            "template-sheets",
            "warning",
            position=Position(opened.name, mark.sheet),
            params={"sheets": ", ".join(added), "taken": mark.sheet},
        )
