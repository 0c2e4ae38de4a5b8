"""Versions by the Data Package recipe (https://datapackage.org/recipes/data-package-version/).

MAJOR: fields, types or keys change, or a table goes. MINOR: rows are added or removed, or a table
is added. PATCH: values or descriptions are corrected.
"""

from __future__ import annotations

import re
from typing import Literal

Step = Literal["major", "minor", "patch", ""]
FIRST = "1.0.0"
_SHAPE = re.compile(r"(\d+)\.(\d+)\.(\d+)")


def parse(version: str) -> tuple[int, int, int]:
    """Return a version as numbers, (0, 0, 0) for text that is none."""
    found = _SHAPE.fullmatch(version.strip())
    return (int(found[1]), int(found[2]), int(found[3])) if found else (0, 0, 0)


def bump(version: str | None, step: Step) -> str:
    """Return the version after `version`; the first one when there is none yet."""
    if not version:
        return FIRST
    major, minor, patch = parse(version)
    if step == "major":
        return f"{major + 1}.0.0"
    if step == "minor":
        return f"{major}.{minor + 1}.0"
    if step == "patch":
        return f"{major}.{minor}.{patch + 1}"
    return version
