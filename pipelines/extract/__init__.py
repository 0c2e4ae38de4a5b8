"""Extract: from whatever arrived to a raw table of text, with an account of every row.

`inspect` needs no pandas, which takes half a second to load; so names are loaded when asked for.
"""

from typing import TYPE_CHECKING

from pipelines import lazy

__all__ = ["Inspection", "extract", "inspect", "join", "render"]

if TYPE_CHECKING:
    from pipelines.extract.inspection import Inspection, inspect
    from pipelines.extract.joining import join
    from pipelines.extract.rendering import render
    from pipelines.extract.stage import extract
else:
    __getattr__ = lazy.names(
        __name__,
        Inspection="inspection",
        extract="stage",
        inspect="inspection",
        join="joining",
        render="rendering",
    )
