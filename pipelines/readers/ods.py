"""What calamine leaves out of an ods sheet: merges, and numbers as they are shown."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from xml.parsers import expat

from pipelines.errors import Refused
from pipelines.readers.archives import read_member
from pipelines.readers.cell_patches import patch, texts_by_column
from pipelines.readers.cell_text import number
from pipelines.readers.grid import Grid, Merge
from pipelines.readers.rounding import Cell, keep

#: Filled cells that repetition may add, unless the file itself holds a good share of them.
MOST_REPEATED, SHARE = 4_000_000, 4
#: Beyond this size of content.xml only calamine's values are used.
MOST_XML = 40 << 20
_SEPARATORS = ((",", "."), (".", ","), (" ", ","), ("\u00a0", ","), ("", "."), ("", ","))
_REPEAT = re.compile(rb"number-(rows|columns)-repeated\s*=\s*[\"'](\d+)[\"']")
_ROW, _CELL = (
    re.compile(rb"<table:table-row(?=[\s/>])([^<>]*)>"),
    re.compile(rb"<table:(?:covered-)?table-cell(?=[\s/>])([^<>]*)>"),
)


def check(data: bytes, most: int) -> None:
    """Refuse a workbook whose repeated cells would unfold to more than `most`."""
    content = read_member(zipfile.ZipFile(io.BytesIO(data)), "content.xml", "")
    if b"<!DOCTYPE" in content[:4096] or b"<!ENTITY" in content[:65536]:
        raise Refused("xml-entity")
    rows = columns = made = 0
    cells = content.count(b"-cell")
    for attributes, body in _rows(content):
        times = _times(attributes, rb"rows")
        if times < 2 and b"number-columns-repeated" not in body:
            continue
        width = filled = held = 0
        for cell in _CELL.finditer(body):
            across = _times(cell.group(1), rb"columns")
            width += across
            if b"value-type" in cell.group(1):
                filled, held = width, held + across
                made += across - 1
        rows, columns = rows + (times if filled else 0), max(columns, filled)
        made += held * (times - 1)
        if rows * columns > most or (made > MOST_REPEATED and made > SHARE * cells):
            raise Refused("range-too-large", rows=rows, columns=columns)


def _rows(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the attributes of each row's tag, and what stands before the next one."""
    found = _ROW.search(content)
    while found:
        following = _ROW.search(content, found.end())
        yield found.group(1), content[found.end() : following.start() if following else None]
        found = following


def _times(attributes: bytes, what: bytes) -> int:
    for kind, count in _REPEAT.findall(attributes):
        if kind == what:
            return int(count) if len(count) < 10 else 10**9
    return 1


class _Reader:
    """Walks content.xml once and keeps merges and shown numbers by (row, column), 0-based."""

    def __init__(self) -> None:
        self.tables: list[tuple[str, list[Merge], dict[tuple[int, int], str], list[Cell]]] = []
        self.row = self.column = 0
        self.value: float | None = None
        self.text: list[str] | None = None
        self.repeat = (1, 1)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table:table":
            self.tables.append((attributes.get("table:name", ""), [], {}, []))
            self.row = 0
        elif tag == "table:table-row":
            self.column = 0
            self.repeat = (int(attributes.get("table:number-rows-repeated", 1)), 1)
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            times = int(attributes.get("table:number-columns-repeated", 1))
            self.repeat = (self.repeat[0], times)
            rows = int(attributes.get("table:number-rows-spanned", 1))
            columns = int(attributes.get("table:number-columns-spanned", 1))
            if self.tables and (rows > 1 or columns > 1):
                self.tables[-1][1].append(
                    Merge(self.row, self.column, self.row + rows - 1, self.column + columns - 1)
                )
            kind = attributes.get("office:value-type", "")
            raw = attributes.get("office:value")
            self.value = float(raw) if raw and kind in ("float", "percentage") else None
            self.text = [] if self.value is not None else None
        elif tag == "text:s" and self.text is not None:
            self.text.append(" ")

    def data(self, text: str) -> None:
        if self.text is not None:
            self.text.append(text)

    def end(self, tag: str) -> None:
        if tag == "table:table-row":
            self.row += self.repeat[0]
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            if self.value is not None and self.text and self.tables:
                text = "".join(self.text).strip()
                shown = as_shown(text, self.value)
                less = rounded(text, self.value) if shown is None else None
                if less is not None:
                    for step in range(1, min(self.repeat[1], 1024) + 1):
                        cell = (self.row + 1, self.column + step, number(self.value), less)
                        self.tables[-1][3].append(cell)
                if shown is not None:
                    for step in range(min(self.repeat[1], 1024)):
                        self.tables[-1][2][self.row, self.column + step] = shown
            self.value, self.text = None, None
            self.column += self.repeat[1]


def as_shown(text: str, value: float) -> str | None:
    """Return the number as the sheet shows it, in plain digits; None when it says nothing more.

    text: what the sheet shows, in the separators of its language. Grouping is dropped; padding
    zeros, fixed decimals and percent are kept; a display that rounds is not followed.
    """
    percent = text.endswith("%")
    bare = text.rstrip("%").strip()
    expected = value * 100 if percent else value
    for group, point in _SEPARATORS:
        candidate = bare.replace(group, "") if group else bare
        candidate = candidate.replace(point, ".")
        if not re.fullmatch(r"-?\d+(\.\d+)?", candidate):
            continue
        if abs(float(candidate) - expected) <= 1e-12 * max(1.0, abs(expected)):
            plain = percent or "." in candidate or re.match(r"-?0\d", candidate)
            return candidate + ("%" if percent else "") if plain else None
    return None


def rounded(text: str, value: float) -> str | None:
    """Return the number as the sheet shows it when that is the stored one rounded."""
    percent = text.endswith("%")
    expected = value * 100 if percent else value
    for group, point in _SEPARATORS:
        candidate = text.rstrip("%").strip()
        candidate = (candidate.replace(group, "") if group else candidate).replace(point, ".")
        if not re.fullmatch(r"-?\d+(\.\d+)?", candidate):
            continue
        half = 0.5 * 10.0 ** -len(candidate.partition(".")[2])
        away = abs(float(candidate) - expected)
        if 1e-12 * max(1.0, abs(expected)) < away <= half * (1 + 1e-9):
            return candidate + ("%" if percent else "")
    return None


def annotate(data: bytes, grids: Sequence[Grid], *, shown: bool = False) -> None:
    """Add merges and shown numbers to the grids of an ods file; shown: as rounded."""
    content = read_member(zipfile.ZipFile(io.BytesIO(data)), "content.xml", "")
    if len(content) > MOST_XML:
        return
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.data
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, OverflowError) as error:
        raise Refused("file-broken", reason=" ".join(str(error).split())) from error
    by_name = {name: (merges, texts, cells) for name, merges, texts, cells in reader.tables}
    for grid in grids:
        merges, texts, cells = by_name.get(grid.sheet or "", ([], {}, []))
        grid.set_merges(merges)
        patch(
            grid,
            texts_by_column({(row + 1, column + 1): text for (row, column), text in texts.items()}),
        )
        keep(grid, cells, shown=shown)
