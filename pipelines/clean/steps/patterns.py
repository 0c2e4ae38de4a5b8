"""Regular expressions of a descriptor: RE2 alone, which takes time in step with the text.

Python's own would let one careless pattern, `(a+)+$`, run for years.
"""

from __future__ import annotations

import re

import pyarrow as pa

from pipelines.clean.table.arrow_text import replaced, text
from pipelines.clean.table.working_table import WorkingTable
from pipelines.errors import UsageProblem

#: A character that is escaped, a set of characters, or where a group that captures begins.
_PIECE = re.compile(r"\\.|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]|\((?!\?)|\(\?P?<\w+>", re.S)


def checked(pattern: str, table: WorkingTable, replacement: str = "") -> str:
    """Return a pattern that RE2 takes, for `replacement` too. Raises `UsageProblem`."""
    try:
        replaced(text([""]), pattern, replacement)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise UsageProblem(
            "step-pattern",
            where=f"{table.context.where} › {table.step}",
            pattern=pattern[:200],
            reason=str(error).partition(": ")[2] or str(error),
        ) from error
    return pattern


def named_groups(pattern: str) -> tuple[str, int]:
    """Return the pattern with its capturing groups named `g0`, `g1` …, and how many there are.

    Arrow gives groups by name only.
    """
    count = 0

    def name(found: re.Match[str]) -> str:
        nonlocal count
        if not found.group().startswith("("):
            return found.group()
        count += 1
        return f"(?P<g{count - 1}>"

    return _PIECE.sub(name, pattern), count
