"""Reading of source files: the only part that knows spreadsheet, text and archive formats.

`open_source` gives sheets of text cells with their merges; the extract stage finds the tables.
"""

from __future__ import annotations

from pipelines.readers.grid import Grid, Merge
from pipelines.readers.source import Opened, open_source
from pipelines.readers.text import unpack_column

__all__ = ["Grid", "Merge", "Opened", "open_source", "unpack_column"]
