"""The rows of a sheet as SpreadsheetML, column by column instead of cell by cell.

A workbook library writes one cell at a time, which for hundreds of thousands of rows takes longer
than all else together. The library makes the workbook, its styles and other sheets; the data
rows are put into the finished file here (ECMA-376 part 1, 18.3.1).
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

#: Characters that XML 1.0 does not take at all, and Excel's escape that must not arise by chance.
_FORBIDDEN = "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"
_ESCAPES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\r", "_x000D_"))
_CHUNK = 20_000
_DATE = (1980, 1, 1, 0, 0, 0)


def text_cells(texts: pa.Array) -> pa.Array:
    """Return n texts as inline string contents; missing ones are null."""
    found = pc.replace_substring_regex(texts, r"(_x[0-9A-Fa-f]{4}_)", r"_x005F\1")
    found = pc.replace_substring_regex(found, _FORBIDDEN, "")
    for plain, escaped in _ESCAPES:
        found = pc.replace_substring(found, plain, escaped)
    return _around('t="inlineStr"><is><t xml:space="preserve">', found, "</t></is></c>")


def value_cells(values: pa.Array, kind: str = "") -> pa.Array:
    """Return n numbers (as text) as values; kind `b` for booleans. Missing ones are null."""
    return _around(f't="{kind}"><v>' if kind else "><v>", values, "</v></c>")


def _around(before: str, middle: pa.Array, after: str) -> pa.Array:
    string = pa.large_string()
    return pc.binary_join_element_wise(
        pa.scalar(before, string),
        middle.cast(string),
        pa.scalar(after, string),
        pa.scalar("", string),
        null_handling="emit_null",
    )


def fill(path: Path, columns: Sequence[pa.Array]) -> None:
    """Put data rows into the first sheet of a workbook, in place of its template row 2.

    columns: m arrays of n cell contents, null for an empty cell. The template row holds one cell
    for each, in the column's style.
    """
    whole = path.with_suffix(".part")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(whole, "w") as new:
        for item in old.infolist():
            info = zipfile.ZipInfo(item.filename, _DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = item.external_attr
            if item.filename != "xl/worksheets/sheet1.xml":
                new.writestr(info, old.read(item))
                continue
            text = old.read(item).decode()
            template = re.search(r'<row r="2".*?</row>', text)
            if template is None:
                raise ValueError("the workbook has no template row")
            head, tail = text[: template.start()], text[template.end() :]
            styles = [
                found or "" for found in re.findall(r'<c r="[A-Z]+2"(?: s="(\d+)")?>', template[0])
            ]
            with new.open(info, "w", force_zip64=True) as stream:
                stream.write(head.encode())
                for start in range(0, len(columns[0]) if columns else 0, _CHUNK):
                    stream.write(_rows([c.slice(start, _CHUNK) for c in columns], styles, start))
                stream.write(tail.encode())
    whole.replace(path)


def _rows(columns: Sequence[pa.Array], styles: Sequence[str], start: int) -> bytes:
    string = pa.large_string()
    count = len(columns[0])
    numbers = pa.array(range(start + 2, start + 2 + count)).cast(string)
    parts = [_around('<row r="', numbers, '">')]
    for index, (column, style) in enumerate(zip(columns, styles, strict=True)):
        mark = f'" s="{style}" ' if style else '" '
        cell = pc.binary_join_element_wise(
            pa.scalar(f'<c r="{_letters(index)}', string),
            numbers,
            pa.scalar(mark, string),
            column,
            pa.scalar("", string),
            null_handling="emit_null",
        )
        parts.append(pc.fill_null(cell, ""))
    rows = pc.binary_join_element_wise(*parts, pa.scalar("</row>", string), pa.scalar("", string))
    size = pc.sum(pc.binary_length(rows)).as_py()
    return bytes(memoryview(rows.buffers()[2])[:size])


def _letters(index: int) -> str:
    name = ""
    number = index + 1
    while number > 0:
        number, digit = divmod(number - 1, 26)
        name = chr(65 + digit) + name
    return name
