"""The rows of a sheet as SpreadsheetML, column by column instead of cell by cell.

xlsxwriter makes the workbook, its styles and its other sheets; the data rows and their shared
strings are put into the finished file here (ECMA-376 part 1, 18.3.1). For 200,000 rows × 12 columns
that takes 1.95 s, where xlsxwriter alone, one cell at a time, takes 16.9 s.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.package.shared_strings import SharedStrings, contents
from pipelines.text.addresses import column_letters

_ROWS_AT_ONCE = 20_000
#: A third of the time of zlib's usual level, for files an eighth larger.
_LEVEL = 4
_SHEET, _STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
_STRING = pa.large_string()


@dataclass(frozen=True)
class SheetColumn:
    """n cells: texts (dictionary), and the others as written (`value_cells`); null when empty."""

    texts: pa.DictionaryArray | None
    values: pa.Array | None

    @property
    def different(self) -> int:
        """How many different texts there are."""
        return 0 if self.texts is None else len(self.texts.dictionary)

    def cells(self, strings: SharedStrings) -> pa.Array:
        """Return the n cells as they are written after their place and style."""
        if self.texts is None:
            return self.values
        texts = value_cells(strings.numbers(self.texts).cast(_STRING), "s")
        return texts if self.values is None else pc.coalesce(self.values, texts)


def value_cells(values: pa.Array, kind: str = "") -> pa.Array:
    """Return n values (as text): numbers, or of kind `b` (booleans) or `s` (numbers of texts)."""
    return _around(f'" t="{kind}"><v>' if kind else '"><v>', values, "</v></c>")


def _around(before: str, middle: pa.Array, after: str) -> pa.Array:
    return pc.binary_join_element_wise(
        pa.scalar(before, _STRING),
        middle.cast(_STRING),
        pa.scalar(after, _STRING),
        pa.scalar("", _STRING),
        null_handling="emit_null",
    )


def fill(path: Path, columns: Sequence[SheetColumn]) -> None:
    """Put data rows into the first sheet of a workbook, in place of its template row 2.

    columns: m columns of n cells. The template row holds one cell for each, in the column's style.
    """
    part = path.with_suffix(".part")
    try:
        _copy(path, part, columns)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _copy(source: Path, target: Path, columns: Sequence[SheetColumn]) -> None:
    """Copy a workbook with the data rows in place of its template row."""
    deflated = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)
    with zipfile.ZipFile(source) as old, deflated as new:
        strings = SharedStrings(old.read(_STRINGS))
        # The texts that many rows share get the shortest numbers.
        order = sorted(range(len(columns)), key=lambda index: columns[index].different)
        made = {index: columns[index].cells(strings) for index in order}
        cells = [made[index] for index in range(len(columns))]
        for item in old.infolist():
            name = item.filename
            # Members opened by name have the date 1980-01-01: equal tables give equal bytes.
            with new.open(name, "w", force_zip64=name == _SHEET) as stream:
                if name == _STRINGS:
                    parts: Iterator[bytes | memoryview] = iter(strings.table())
                elif name == _SHEET:
                    parts = _sheet(old.read(item).decode(), cells)
                else:
                    parts = iter([old.read(item)])
                for part in parts:
                    stream.write(part)


def _sheet(text: str, columns: Sequence[pa.Array]) -> Iterator[bytes | memoryview]:
    """Give a sheet with its data rows, some thousand at a time, the next ones made meanwhile."""
    template = re.search(r'<row r="2".*?</row>', text)
    if template is None:
        raise ValueError("the workbook has no template row")
    styles = [found or "" for found in re.findall(r'<c r="[A-Z]+2"(?: s="(\d+)")?>', template[0])]
    yield text[: template.start()].encode()
    starts = range(0, len(columns[0]) if columns else 0, _ROWS_AT_ONCE)
    with ThreadPoolExecutor(1) as pool:

        def begin(start: int) -> Future[pa.Array]:
            return pool.submit(
                _rows, [c.slice(start, _ROWS_AT_ONCE) for c in columns], styles, start
            )

        ahead = [begin(start) for start in starts[:1]]
        for start in starts:
            rows = ahead.pop(0).result()
            ahead += [begin(following) for following in starts[start // _ROWS_AT_ONCE + 1 :][:1]]
            yield contents(rows)
    yield text[template.end() :].encode()


def _rows(columns: Sequence[pa.Array], styles: Sequence[str], start: int) -> pa.Array:
    """Return n rows of the sheet, the first of them data row `start` (from 0)."""
    count = len(columns[0])
    numbers = pa.array(range(start + 2, start + 2 + count)).cast(_STRING)
    parts = [_around('<row r="', numbers, '">')]
    for index, (column, style) in enumerate(zip(columns, styles, strict=True), start=1):
        cell = pc.binary_join_element_wise(
            pa.scalar(f'<c r="{column_letters(index)}', _STRING),
            numbers,
            pa.scalar(f'" s="{style}' if style else "", _STRING),
            column,
            pa.scalar("", _STRING),
            null_handling="emit_null",
        )
        parts.append(pc.fill_null(cell, ""))
    return pc.binary_join_element_wise(*parts, pa.scalar("</row>", _STRING), pa.scalar("", _STRING))
