"""Packages that load a name's module when the name is first asked for, not before."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any


def names(package: str, **homes: str) -> Callable[[str], Any]:
    """Return a package's `__getattr__`; homes: exported name → the module inside that has it.

    For type checkers the package imports the same names under `TYPE_CHECKING`.
    """

    def load(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        found = getattr(import_module(f"{package}.{homes[name]}"), name)
        setattr(sys.modules[package], name, found)
        return found

    return load
