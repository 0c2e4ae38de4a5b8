"""Every module that holds steps, loaded once: importing one registers its steps."""

from __future__ import annotations

from functools import cache
from importlib import import_module

MODULES = (
    "columns",
    "text",
    "numbers",
    "dates",
    "periods",
    "regions",
    "rows",
    "reshape",
    "make",
    "lookups",
    "codes",
    "remedies",
    "suppress",
    "custom",
)


@cache
def load_all() -> None:
    """Register every step."""
    for module in MODULES:
        import_module(f"pipelines.clean.{module}")
