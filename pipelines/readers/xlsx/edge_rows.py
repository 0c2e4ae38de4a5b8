"""The first and the last rows of a large sheet, cut from its XML: labels, and cells' styles.

Rows and columns are counted from 0, at the sheet's first cell.
"""

from __future__ import annotations

import re
from collections import defaultdict
from html import unescape
from typing import Any

from pipelines.readers.cell_text import number
from pipelines.readers.xlsx.package import CellFormats, XlsxPackage
from pipelines.text import arrow
from pipelines.text.addresses import column_number

#: So many rows are cut out at either end.
HEAD = 80
_ROW = re.compile(rb'<row r="(\d+)"[^<>]*>(.*?)</row>', re.S)
_CELL = re.compile(
    rb'<c r="([A-Z]{1,3})\d+"(?: s="(\d+)")?(?: t="(\w+)")?>(?:<f[^<>]*/>|<f[^<>]*>[^<]*</f>)?'
    rb"(?:<v>([^<]*)</v>|<is>(.*?)</is>)",
    re.S,
)
_TEXT = re.compile(rb"<t[^<>]*>([^<]*)</t>")

#: Column, style, kind, and what the XML holds.
Cell = tuple[int, int, str, bytes]
#: Row → column → cell.
Rows = dict[int, dict[int, Cell]]


def first_rows(raw: bytes, start: tuple[int, int]) -> Rows:
    """Return the cells of the first rows; start: the 1-based row and column of the first cell."""
    return _cells(raw[: _after_first(raw)], start)


def last_rows(raw: bytes, start: tuple[int, int]) -> Rows:
    """Return the cells of the last rows."""
    return _cells(raw[_before_last(raw) :], start)


def _after_first(raw: bytes) -> int:
    place = 0
    for _ in range(HEAD):
        following = raw.find(b"</row>", place)
        if following < 0:
            return len(raw)
        place = following + 6
    return place


def _before_last(raw: bytes) -> int:
    place = len(raw)
    for _ in range(HEAD):
        place = raw.rfind(b"<row ", 0, place)
        if place < 0:
            return 0
    return place


def _cells(piece: bytes, start: tuple[int, int]) -> Rows:
    """Return row → column → (style, …) of the cells in a piece of a sheet's XML, 0-based."""
    found: dict[int, dict[int, Cell]] = defaultdict(dict)
    for row, body in _ROW.findall(piece):
        for letters, style, kind, value, inline in _CELL.findall(body):
            column = column_number(letters) - start[1]
            held = value or inline
            if held:
                found[int(row) - start[0]][column] = (
                    column,
                    int(style or 0),
                    (kind or b"n").decode(),
                    held,
                )
    return found


def label_rows(head: Rows) -> int | None:
    """Return how many rows stand above the first row whose cells have their columns' types."""
    if not head:
        return None
    rows = sorted(head)
    later = rows[len(rows) // 2 :]
    numeric: dict[int, list[bool]] = defaultdict(list)
    for row in later:
        for column, _, kind, _ in head[row].values():
            numeric[column].append(kind in ("n", "b", "e"))
    typed = {column for column, kinds in numeric.items() if sum(kinds) * 2 > len(kinds)}
    last = -1
    for row in rows:
        if any(kind not in ("n", "b", "e") for c, _, kind, _ in head[row].values() if c in typed):
            last = row
    return last + 1


def label_columns(head: Rows, labels: int, width: int, package: XlsxPackage) -> list[Any]:
    """Return each column's first texts, as many as there are rows of labels."""
    wanted = {
        int(held)
        for row in range(labels)
        for _, _, kind, held in head.get(row, {}).values()
        if kind == "s"
    }
    strings = _strings(package, max(wanted, default=-1))
    columns = []
    for column in range(width):
        texts = []
        for row in range(labels):
            cell = head.get(row, {}).get(column)
            texts.append(_text(cell, strings, package.styles) if cell else None)
        columns.append(arrow.texts(texts, large=True))
    return columns


def _strings(package: XlsxPackage, last: int) -> list[str]:
    if last < 0:
        return []
    data = package.part("xl/sharedStrings.xml")
    found = []
    for item in re.finditer(rb"<si>(.*?)</si>|<si/>", data, re.S):
        found.append(_join(item.group(1) or b""))
        if len(found) > last:
            break
    return found


def _join(data: bytes) -> str:
    data = re.sub(rb"<rPh.*?</rPh>", b"", data, flags=re.S)
    return unescape(b"".join(_TEXT.findall(data)).decode("utf-8", "replace"))


def _text(cell: Cell, strings: list[str], styles: CellFormats) -> str | None:
    _, style, kind, held = cell
    if kind == "s":
        index = int(held)
        return strings[index] or None if index < len(strings) else None
    if kind == "inlineStr":
        return _join(held) or None
    text = unescape(held.decode("utf-8", "replace"))
    if kind == "b":
        return "true" if text == "1" else "false"
    if kind == "e":
        return None
    if kind != "n":
        return text
    show = styles.renderers.get(style)
    return show(float(text)) if show else number(float(text))
