"""Reading of source files: the only part that knows spreadsheet, text and archive formats.

`open_source` gives sheets of text cells with their merges; the extract stage finds the tables.
Validation needs a workbook's typed cells alone; so names are loaded when asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipelines.readers.grid import Grid, Merge
    from pipelines.readers.source import Opened, open_source
    from pipelines.readers.text import unpack_column

__all__ = ["Grid", "Merge", "Opened", "open_source", "unpack_column"]

_HOMES = {
    "Grid": "grid",
    "Merge": "grid",
    "Opened": "source",
    "open_source": "source",
    "unpack_column": "text",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(name)
    found = getattr(import_module(f"pipelines.readers.{_HOMES[name]}"), name)
    globals()[name] = found
    return found
