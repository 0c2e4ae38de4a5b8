"""Extract: from whatever arrived to a raw table of text, with an account of every row.

`inspect` needs no pandas, which takes half a second to load; so names are loaded when asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipelines.extract.inspection import Inspection, inspect
    from pipelines.extract.joining import join
    from pipelines.extract.rendering import render
    from pipelines.extract.stage import extract

__all__ = ["Inspection", "extract", "inspect", "join", "render"]

_HOMES = {
    "Inspection": "inspection",
    "extract": "stage",
    "inspect": "inspection",
    "join": "joining",
    "render": "rendering",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(name)
    found = getattr(import_module(f"pipelines.extract.{_HOMES[name]}"), name)
    globals()[name] = found
    return found
