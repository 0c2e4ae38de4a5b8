"""`extract`: one file, one layout, one table with an account of everything left out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pipelines.dataset import Layout
from pipelines.errors import Refused
from pipelines.extract.build import build_extraction
from pipelines.extract.choice import best_of, sheet_tables
from pipelines.model import Extraction, Source
from pipelines.readers import open_source


def extract(
    source: Path | str,
    layout: Layout | None = None,
    *,
    name: str = "",
    allow_private: bool = False,
    progress: Callable[[str], None] | None = None,
) -> Extraction:
    """Read one file or URL and return its table (the best one, or the one `layout` names).

    Raises `Refused` for a file that cannot be read or holds no table, `UsageProblem` for a layout
    that asks for what is not there, `PortalProblem` when the network is in the way.
    """
    layout = layout or Layout()
    opened = open_source(
        source,
        allow_private=allow_private,
        encoding=layout.encoding,
        delimiter=layout.delimiter,
        progress=progress,
    )
    by_sheet = [(grid, sheet_tables(grid, layout)) for grid in opened.grids]
    found = best_of(by_sheet, layout)
    if found is None:
        raise Refused("table-missing", where=opened.name)
    tables = next(group for _, group in by_sheet if found in group)
    origin = Source(opened.name, found.grid.sheet, opened.path)
    return build_extraction(
        name or Path(opened.name).stem,
        origin,
        found,
        tables,
        layout,
        {},
        tuple(found.grid.findings),
    )
