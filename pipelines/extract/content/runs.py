"""Runs of consecutive row or column numbers."""

from __future__ import annotations

from collections.abc import Sequence


def runs(columns: Sequence[int]) -> list[tuple[int, int]]:
    """Return the runs of neighbouring columns, as (first, last)."""
    found: list[tuple[int, int]] = []
    for column in columns:
        if found and found[-1][1] == column - 1:
            found[-1] = (found[-1][0], column)
        else:
            found.append((column, column))
    return found
