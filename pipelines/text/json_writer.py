"""JSON for programs and for people who look into it: one line for each innermost object or list.

Python writes indented JSON slowly; a report may hold a hundred thousand findings.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

STEP = "  "
#: writes what stands on one line; what JSON has no form for, as text
LINE = json.JSONEncoder(ensure_ascii=False, default=str)


def dump(value: object, indent: str = "") -> str:
    """Return a value as JSON text, indented by two spaces a level, without an end of line."""
    inner = indent + STEP
    if isinstance(value, Mapping):
        if any(isinstance(item, dict | list | tuple) for item in value.values()):
            parts = [
                f"{inner}{LINE.encode(str(key))}: {dump(item, inner)}"
                for key, item in value.items()
            ]
            return "{\n" + ",\n".join(parts) + f"\n{indent}}}"
    elif isinstance(value, list | tuple) and any(
        isinstance(item, dict | list | tuple) for item in value
    ):
        return "[\n" + ",\n".join(inner + dump(item, inner) for item in value) + f"\n{indent}]"
    return LINE.encode(value)
