"""`extract`: one file, one layout, one table with an account of everything left out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pipelines.dataset import Layout
from pipelines.extract.build import build_extraction
from pipelines.extract.choice import choose, take
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
    choice = choose(opened, layout)
    found = take(choice, opened)
    origin = Source(opened.name, found.grid.sheet, opened.path)
    return build_extraction(name or _stem(opened.name), origin, found, choice.sheet, layout)


def _stem(name: str) -> str:
    return Path(name).stem or name
