"""What calamine leaves out of an xlsx sheet: number formats, bold rows, uncached formulas.

The sheet's XML is scanned with regular expressions, never parsed into a tree: a hundred thousand
rows take a fraction of a second, and no entity is ever expanded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from pipelines.readers.cell_text import number
from pipelines.readers.xlsx.package import CellFormats
from pipelines.text.addresses import column_letters, column_number

_VALUED = re.compile(rb'<c r="([A-Z]{1,3})(\d+)"[^<>]*[^/<>]?><(?:v>|is>|f)')
#: Any cell but an empty one as programs write it: only for that one a reader makes no room.
_HOLDING = re.compile(rb'<c r="([A-Za-z]{1,3})(\d+)"(?!(?:\s+[\w:]+="[^"<>]*")*\s*(?:/>|></c>))')
_ERROR = re.compile(
    rb'<c r="([A-Z]{1,3})(\d+)"[^<>]{0,200}? t="e"[^<>]{0,200}>'
    rb"(?:<f[^<>]*/>|<f[^<>]*>[^<]*</f>)?<v>([^<]*)</v>"
)
#: A formula that gave an empty text has the type `str`; without a result there is no type.
_UNCACHED = re.compile(
    rb'<c r="([A-Z]{1,3})(\d+)"(?![^<>]* t="str")[^<>]*>'
    rb"(?:<f[^<>]*/>|<f[^<>]*>[^<]*</f>)(?:<v></v>|<v/>|<v />)?</c>"
)
_PLAIN = rb'<c r="([A-Z]{1,3})(\d+)"(?: s="\d+")?(?: t="n")?>(?:<f[^<>]*/>|<f[^<>]*>[^<]*</f>)?<v>'
_WIDE_INTEGER = re.compile(_PLAIN + rb"(?:\d{16,}|\d\.\d+[eE]\+?1[5-9])</v>")
_WIDE_SIGN = re.compile(rb"<v>(?:\d{16}|\d\.\d+[eE]\+?1[5-9])")
_NUMERIC = rb'<c r="(%s)(\d+)" s="(%s)"(?: t="n")?>(?:<f[^<>]*/>|<f[^<>]*>[^<]*</f>)?<v>([^<]+)</v>'
#: Up to so many formats, or columns, are looked for one by one.
FEW = 30
_ROW_BOLD_LIMIT = 4 << 20


@dataclass(frozen=True)
class ColumnTexts:
    """Texts that k cells of one column show: the column and the k rows, counted from 1."""

    column: int
    rows: list[int]
    texts: list[str]


@dataclass(frozen=True)
class Annotation:
    """Facts about single cells of a sheet by (row, column), counted from 1.

    shown: texts under the cells' number formats. errors: error values. uncached: formulas without
    a value. wide: numbers beyond the 15 digits that a spreadsheet keeps. bold: 1-based rows.
    """

    shown: list[ColumnTexts]
    errors: dict[tuple[int, int], str]
    uncached: list[tuple[int, int]]
    wide: list[tuple[int, int]]
    bold: frozenset[int]


def first_cell(data: bytes) -> tuple[int, int] | None:
    """Return the first row and the first column (1-based) that hold a value, None when empty."""
    found = _VALUED.search(data)
    if found is None:
        return None
    row = int(found.group(2))
    most = column_number(found.group(1))
    if most > FEW:
        return row, min(column_number(name) for name in {f[0] for f in _VALUED.findall(data)})
    for column in range(1, most):
        name = column_letters(column).encode()
        if re.search(rb'<c r="' + name + rb'\d+"[^<>]*[^/<>]?><(?:v>|is>|f)', data):
            return row, column
    return row, most


def extent(data: bytes) -> tuple[int, int]:
    """Return the largest row and column of any cell that may hold a value; (0, 0) for none."""
    rows = columns = 0
    for letters, row in _HOLDING.findall(data):
        rows = max(rows, int(row))
        columns = max(columns, column_number(letters))
    return rows, columns


def annotate(data: bytes, styles: CellFormats, *, only_signs: bool = False) -> Annotation:
    """Scan a sheet's XML; `only_signs` skips number formats and wide numbers, the slow parts."""
    shown = [] if only_signs else _styled(data, styles, None)
    errors = {}
    if b' t="e"' in data:
        errors = {
            (int(row), column_number(c)): raw.decode("utf-8", "replace")
            for c, row, raw in _ERROR.findall(data)
        }
    uncached = []
    if b"<f" in data:
        uncached = [(int(row), column_number(c)) for c, row in _UNCACHED.findall(data)]
    wide = [] if only_signs else wide_numbers(data)
    bold = _bold_rows(data, styles) if len(data) < _ROW_BOLD_LIMIT else frozenset()
    return Annotation(shown, errors, uncached, wide, bold)


def wide_numbers(data: bytes) -> list[tuple[int, int]]:
    """Return the numeric cells with more than 15 digits."""
    if not _WIDE_SIGN.search(data):
        return []
    return [(int(row), column_number(column)) for column, row in _WIDE_INTEGER.findall(data)]


def render(data: bytes, styles: CellFormats, *, columns: Sequence[int]) -> list[ColumnTexts]:
    """Render the numeric cells of some columns (1-based) one by one, long decimals as well."""
    names = "|".join(map(column_letters, columns)).encode()
    pattern = re.compile(
        rb'<c r="(' + names + rb')(\d+)"(?: s="\d+")?(?: t="n")?>'
        rb"(?:<f[^<>]*/>|<f[^<>]*>[^<]*</f>)?<v>(-?\d*\.\d{8,}(?:[eE][-+]?\d+)?|-?[\d.]+[eE][-+]?\d+)</v>"
    )
    found = [(c, row, number(float(raw))) for c, row, raw in pattern.findall(data)]
    return _by_column(found) + _styled(data, styles, names)


def _by_column(cells: list[tuple[bytes, bytes, str]]) -> list[ColumnTexts]:
    found: dict[bytes, ColumnTexts] = {}
    for letters, row, text in cells:
        if letters not in found:
            found[letters] = ColumnTexts(column_number(letters), [], [])
        found[letters].rows.append(int(row))
        found[letters].texts.append(text)
    return list(found.values())


def _styled(data: bytes, styles: CellFormats, names: bytes | None) -> list[ColumnTexts]:
    """Render the numeric cells whose format changes what is shown."""
    shown: list[ColumnTexts] = []
    if len(styles.renderers) > FEW:
        return _styled_at_once(data, styles, names)
    for style in styles.renderers:
        if b' s="%d"' % style not in data:
            continue
        pattern = re.compile(_NUMERIC % (names or rb"[A-Z]{1,3}", b"%d" % style))
        cells = ((column, row, style, raw) for column, row, _, raw in pattern.findall(data))
        shown += _by_column(_rendered(cells, styles))
    return shown


def _styled_at_once(data: bytes, styles: CellFormats, names: bytes | None) -> list[ColumnTexts]:
    """Do the same in one pass over all formatted cells, however many formats there are."""
    pattern = re.compile(_NUMERIC % (names or rb"[A-Z]{1,3}", rb"\d{1,6}"))
    cells = ((c, row, int(style), raw) for c, row, style, raw in pattern.findall(data))
    return _by_column(_rendered(cells, styles))


def _rendered(
    cells: Iterable[tuple[bytes, bytes, int, bytes]], styles: CellFormats
) -> list[tuple[bytes, bytes, str]]:
    found = []
    for column, row, style, raw in cells:
        show = styles.renderers.get(style)
        late = 1462 if style in styles.dates and styles.epoch == 1904 else 0
        with suppress(ValueError, ArithmeticError):
            if show is not None:
                found.append((column, row, show(float(raw) + late)))
    return found


def _bold_rows(data: bytes, styles: CellFormats) -> frozenset[int]:
    """Return the 1-based rows whose cells with a value are all bold."""
    if not styles.bold:
        return frozenset()
    plain: set[int] = set()
    bold: set[int] = set()
    for found in re.finditer(rb'<c r="[A-Z]{1,3}(\d+)"([^<>]*[^/<>])?><(?:v>|is>|f)', data):
        style = re.search(rb's="(\d+)"', found.group(2) or b"")
        row = int(found.group(1))
        (bold if style and int(style.group(1)) in styles.bold else plain).add(row)
    return frozenset(bold - plain)
