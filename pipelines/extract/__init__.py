"""Extract: from whatever arrived to a raw table of text, with an account of every row.

Takes a file and a layout (default `auto`), gives an `Extraction`: the table, each cell with its
place in the source, and every row that was left out, under the rule that left it out. Knows
nothing of schemas and portals.
"""

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from pipelines.extract.concatenation import join
    from pipelines.extract.extraction import extract
    from pipelines.extract.inspection import Inspection, inspect
    from pipelines.extract.terminal import render
else:
    # `inspect` needs no pandas, which takes half a second to load.
    __getattr__, __dir__, _ = lazy_loader.attach(
        __name__,
        submod_attrs={
            "inspection": ["Inspection", "inspect"],
            "concatenation": ["join"],
            "terminal": ["render"],
            "extraction": ["extract"],
        },
    )

__all__ = ["Inspection", "extract", "inspect", "join", "render"]
