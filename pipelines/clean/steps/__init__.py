"""The steps that `clean:` may name, a module for each family; importing one registers its steps."""

from __future__ import annotations

from functools import cache
from importlib import import_module

MODULES = (
    "columns",
    "text",
    "numbers",
    "dates",
    "booleans",
    "periods",
    "regions",
    "rows",
    "reshape",
    "totals_beside",
    "derived_columns",
    "lookups",
    "budget_codes",
    "units",
    "personal_data",
    "suppression",
    "python_function",
)


@cache
def load_all() -> None:
    """Register every step."""
    for module in MODULES:
        import_module(f"pipelines.clean.steps.{module}")
