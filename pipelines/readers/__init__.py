"""Reading of source files: the only part that knows spreadsheet, text and archive formats.

`open_source` gives sheets of text cells with their merges; the extract stage finds the tables.
Validation needs a workbook's typed cells alone; so names are loaded when asked for.
"""

from typing import TYPE_CHECKING

from pipelines import lazy

__all__ = ["Grid", "Merge", "Opened", "open_source", "unpack_column"]

if TYPE_CHECKING:
    from pipelines.readers.grid import Grid, Merge
    from pipelines.readers.source import Opened, open_source
    from pipelines.readers.text import unpack_column
else:
    __getattr__ = lazy.names(
        __name__,
        Grid="grid",
        Merge="grid",
        Opened="source",
        open_source="source",
        unpack_column="text",
    )
