"""Reading source files: the only package that knows spreadsheet, text and archive formats.

Takes a path or a web address, gives sheets of text cells with their merged ranges
(`open_source`). Knows nothing of tables, schemas or datasets: finding tables is extract's work.

- `xlsx/`: what calamine does not say of an xlsx file, large sheets, and typed cells in bulk
- `delimited/`: CSV and its relatives: encoding, dialect, records
- `ods`, `xls`, `markup` (HTML and XML saved as `.xls`), `archives`, `remote`: the other ways in
"""

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from pipelines.readers.delimited.reader import unpack_column
    from pipelines.readers.grid import Grid, Merge
    from pipelines.readers.source import OpenedSource, open_source
else:
    # Validation needs a workbook's typed cells alone: names are loaded when first used.
    __getattr__, __dir__, _ = lazy_loader.attach(
        __name__,
        submod_attrs={
            "delimited.reader": ["unpack_column"],
            "grid": ["Grid", "Merge"],
            "source": ["OpenedSource", "open_source"],
        },
    )

__all__ = ["Grid", "Merge", "OpenedSource", "open_source", "unpack_column"]
