"""Rows and columns that a workbook holds and does not show: hidden, folded, or filtered out."""

from __future__ import annotations

import re

_ATTRIBUTE = re.compile(rb'\b(min|max|hidden)="(\w+)"')
_COLUMN = re.compile(rb"<col\b([^<>]*)>")
_ROW = re.compile(rb'<row r="(\d+)"[^<>]*\bhidden="(?:1|true)"')
_HIDDEN = (b'hidden="1"', b'hidden="true"')
#: No sheet has more columns.
MOST_COLUMNS = 16_384


def in_xlsx(raw: bytes) -> tuple[frozenset[int], frozenset[int]]:
    """Return the hidden rows and columns (1-based) of a worksheet's XML."""
    if not any(mark in raw for mark in _HIDDEN):
        return frozenset(), frozenset()
    columns: set[int] = set()
    for found in _COLUMN.finditer(raw, 0, max(raw.find(b"<sheetData"), 0)):
        known = dict(_ATTRIBUTE.findall(found.group(1)))
        if known.get(b"hidden") in (b"1", b"true"):
            first, last = int(known.get(b"min", 1)), int(known.get(b"max", 0))
            columns.update(range(first, min(last, MOST_COLUMNS) + 1))
    return frozenset(int(row) for row in _ROW.findall(raw)), frozenset(columns)
