"""`extract`: one file, one layout, one table with an account of everything left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from pipelines.extract.assembly import build_extraction
from pipelines.extract.concatenation import join
from pipelines.extract.tables.continuations import unread_continuations
from pipelines.extract.tables.selection import Choice, choose, take
from pipelines.extract.tables.similar_sheets import expand_sheet_patterns, unread_similar_sheets
from pipelines.extract.tables.templates import layout_of_template, unread_sheets
from pipelines.model import Extraction, Source
from pipelines.project.layout import Layout
from pipelines.readers import OpenedSource, open_source
from pipelines.readers.grid import fold


def extract(
    source: Path | str,
    layout: Layout | None = None,
    *,
    name: str = "",
    owner: str = "",
    allow_private: bool = False,
    progress: Callable[[str], None] | None = None,
) -> Extraction:
    """Read one file or URL and return its table (the best one, or the one `layout` names).

    owner: the table that is read, as `dataset/table`: of a template with several, its sheets are
    taken.

    Raises `Refused` for a file that cannot be read or holds no table, `UsageProblem` for a layout
    that asks for what is not there, `PortalProblem` when the network is in the way.
    """
    layout = layout or Layout()
    opened = open_source(
        source,
        allow_private=allow_private,
        encoding=layout.encoding,
        delimiter=layout.delimiter,
        shown=layout.values == "shown",
        progress=progress,
    )
    table = name or _stem(opened.name)
    layout = expand_sheet_patterns(opened, layout)
    layout = layout_of_template(opened, layout, owner)
    members = list(dict.fromkeys(opened.parts))
    if len(members) > 1 and layout.sheet is None and layout.table is None:
        found = _members(opened, members, layout, table)
        if found is not None:
            return found
    if isinstance(layout.sheet, list) and layout.sheet:
        each = [replace(layout, sheet=one) for one in layout.sheet]
        found = join([_one(opened, choose(opened, one), one, table) for one in each], name=table)
        return replace(found, findings=(*found.findings, *unread_sheets(opened)))
    choice = choose(opened, layout)
    found = _one(opened, choice, layout, table)
    others = (
        *unread_similar_sheets(choice, opened, layout),
        *unread_continuations(choice, opened, layout),
        *unread_sheets(opened),
    )
    return replace(found, findings=(*found.findings, *others))


def _one(opened: OpenedSource, choice: Choice, layout: Layout, name: str) -> Extraction:
    found = take(choice, opened)
    origin = Source(opened.name, found.grid.sheet, opened.path)
    return build_extraction(name, origin, found, choice.sheet, layout)


def _members(
    opened: OpenedSource, members: Sequence[str], layout: Layout, name: str
) -> Extraction | None:
    """Join the members of an archive whose tables have the same labels; None when they differ."""
    choices = []
    for member in members:
        grids = [g for g, part in zip(opened.grids, opened.parts, strict=True) if part == member]
        choice = choose(replace(opened, grids=grids, parts=[]), layout)
        if choice.best is not None:
            choices.append(choice)
    labels = {tuple(sorted(fold(x).casefold() for x in take(c, opened).labels)) for c in choices}
    if len(choices) < 2 or len(labels) > 1:
        return None
    return join([_one(opened, choice, layout, name) for choice in choices], name=name)


def _stem(name: str) -> str:
    return Path(name).stem or name
