"""Large xlsx sheets: typed columns from fastexcel, written as text by column.

The rows above the first typed row (labels) are cut from the XML, so that the columns below keep
one type and their numbers stay exact. Number formats are applied to whole columns when counting
proves that the column has one format, cell by cell otherwise.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from html import unescape
from typing import Any

import fastexcel
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines import arrow
from pipelines.readers import rounded, unseen, xlsx
from pipelines.readers.grid import Grid, Merge, in_threads
from pipelines.readers.values import DIGITS, number

HEAD = 80
#: Up to so many styles are counted one by one.
FEW = 4
_ROW = re.compile(rb'<row r="(\d+)"[^>]*>(.*?)</row>', re.S)
_CELL = re.compile(
    rb'<c r="([A-Z]{1,3})\d+"(?: s="(\d+)")?(?: t="(\w+)")?>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)?'
    rb"(?:<v>([^<]*)</v>|<is>(.*?)</is>)",
    re.S,
)
_TEXT = re.compile(rb"<t[^>]*>([^<]*)</t>")
_STAMP = r"^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(?:\.0+)?$"
_DECIMALS = r"\.\d{8,9}$"
_SHORTEST_STAMP, _SHORTEST_DECIMALS = len("2024-01-01 00:00:00"), len("0.12345678") - 1

Cell = tuple[int, int, str, bytes]


def read(
    data: bytes, sheet: xlsx.Part, raw: bytes, package: xlsx.Package
) -> tuple[Grid, xlsx.Annotation] | None:
    """Return the sheet's grid and notes, None when its XML is not of the usual form."""
    start = xlsx.first_cell(raw)
    if start is None:
        return None
    head = _cells(raw[: _end_of_row(raw, HEAD)], start)
    labels = _label_rows(head)
    if labels is None:
        return None
    with ThreadPoolExecutor(1) as pool:
        # The XML is looked through in the meantime.
        loading = pool.submit(_load, data, sheet.name, labels)
        styles = package.styles
        notes = xlsx.annotate(raw, styles, only_signs=True)
        used = _uses(raw, styles)
        hidden = unseen.in_xlsx(raw)
        batch = loading.result()
    wide = xlsx.wide_numbers(raw) if any(_is_wide(column) for column in batch.columns) else []
    single = _expected(raw, head, batch, used, start, labels)
    chosen = [single.get(index) for index in range(batch.num_columns)]
    written = in_threads(partial(_write, styles=styles), batch.columns, chosen)
    loose = [start[1] + index for index, (_, sure) in enumerate(written) if not sure]
    rounding = [
        (start[1] + index, column, rounder)
        for index, (column, style) in enumerate(zip(batch.columns, chosen, strict=True))
        if pa.types.is_floating(column.type)
        and (rounder := styles.rounders.get(-1 if style is None else style))
    ]
    top = _head_columns(head, labels, batch.num_columns, package)
    columns = [
        pa.chunked_array([above, text]) for above, (text, _) in zip(top, written, strict=True)
    ]
    grid = Grid(arrays=columns, sheet=sheet.name, row0=start[0], col0=start[1], hidden=sheet.hidden)
    grid.merges = merges(raw, grid)
    grid.unseen_rows, grid.unseen_columns = hidden
    rounded.keep(grid, rounded.sampled(rounding, start[0] + labels), shown=False)
    shown = xlsx.render(raw, styles, columns=loose) if loose else []
    return grid, xlsx.Annotation(shown, notes.errors, notes.uncached, wide, notes.bold)


def _uses(raw: bytes, styles: xlsx.Styles) -> dict[int, int]:
    """Count the cells of each style that changes what is shown."""
    if len(styles.renderers) <= FEW:
        return {style: raw.count(b' s="%d"' % style) for style in styles.renderers}
    found = Counter(re.findall(rb' s="(\d+)"', raw))
    return {style: found[b"%d" % style] for style in styles.renderers}


def _is_wide(column: Any) -> bool:
    """Whether a column holds numbers beyond 15 digits."""
    if not pa.types.is_floating(column.type):
        return False
    most = pc.max(pc.abs(column)).as_py()
    return most is not None and most >= 1e15


def _load(data: bytes, name: str, skip: int) -> pa.RecordBatch:
    try:
        reader = fastexcel.read_excel(data)
        return reader.load_sheet(
            name, header_row=None, skip_rows=skip, schema_sample_rows=None
        ).to_arrow()
    except fastexcel.FastExcelError as error:
        raise ValueError(str(error)) from error


def _end_of_row(raw: bytes, count: int) -> int:
    place = 0
    for _ in range(count):
        following = raw.find(b"</row>", place)
        if following < 0:
            return len(raw)
        place = following + 6
    return place


def _cells(piece: bytes, start: tuple[int, int]) -> dict[int, dict[int, Cell]]:
    """Return row → column → (style, …) of the cells in a piece of a sheet's XML, 0-based."""
    found: dict[int, dict[int, Cell]] = defaultdict(dict)
    for row, body in _ROW.findall(piece):
        for letters, style, kind, value, inline in _CELL.findall(body):
            column = xlsx.column_number(letters) - start[1]
            held = value or inline
            if held:
                found[int(row) - start[0]][column] = (
                    column,
                    int(style or 0),
                    (kind or b"n").decode(),
                    held,
                )
    return found


def _label_rows(head: dict[int, dict[int, Cell]]) -> int | None:
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


def _expected(
    raw: bytes,
    head: dict[int, dict[int, Cell]],
    batch: pa.RecordBatch,
    used: Mapping[int, int],
    start: tuple[int, int],
    labels: int,
) -> dict[int, int]:
    """Return column → its one style, for columns where the count of styled cells proves it.

    used: how many cells of the sheet have each style that changes what is shown.
    """
    tail = _cells(raw[_tail(raw) :], start)
    seen: dict[int, set[int]] = defaultdict(set)
    above: dict[int, int] = defaultdict(int)
    for row, cells in [*head.items(), *tail.items()]:
        for column, style, _, _ in cells.values():
            if row >= labels:
                seen[column].add(style)
            else:
                above[style] += 1
    single = {column: next(iter(found)) for column, found in seen.items() if len(found) == 1}
    proven: dict[int, bool] = {}
    for style, count in used.items():
        wanted = sum(
            batch.num_rows - batch.column(column).null_count
            for column, one in single.items()
            if one == style and column < batch.num_columns
        )
        proven[style] = count - above[style] == wanted
    unproven = {style for style, good in proven.items() if not good}
    if unproven:
        return {
            column: style
            for column, style in single.items()
            if proven.get(style) and not _touched(raw, column, start, unproven)
        }
    return dict(single)


def _touched(raw: bytes, column: int, start: tuple[int, int], styles: set[int]) -> bool:
    letters = xlsx.letters(column + start[1])
    marks = b"|".join(b"%d" % style for style in sorted(styles))
    return re.search(rb'<c r="' + letters + rb'\d+" s="(?:' + marks + rb')"', raw) is not None


def _tail(raw: bytes) -> int:
    place = len(raw)
    for _ in range(HEAD):
        place = raw.rfind(b"<row ", 0, place)
        if place < 0:
            return 0
    return place


def _write(column: Any, style: int | None, styles: xlsx.Styles) -> tuple[Any, bool]:
    """Write a typed column as text; say whether every cell is sure to be as shown."""
    kind = column.type
    show = styles.renderers.get(style) if style is not None else None
    known = style is not None or not styles.renderers
    if pa.types.is_floating(kind) or pa.types.is_integer(kind):
        if style is not None and style in styles.fixed:
            return _fixed(_numbers(column), column, styles.fixed[style], show), True
        if show and style not in styles.dates:
            texts = [None if v is None else show(v) for v in column.to_pylist()]
            return arrow.texts(texts, large=True), True
        return _numbers(column), known
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return _moments(column, style, styles), style is not None
    if pa.types.is_duration(kind) or pa.types.is_time(kind):
        return column.cast(pa.large_string(), safe=False), False
    text = column.cast(pa.large_string())
    if pa.types.is_boolean(kind):
        return text, True
    sizes = _sizes(text)
    if text.null_count < np.count_nonzero(sizes == 0):
        text = pc.if_else(pc.equal(text, ""), None, text)
    longest = sizes.max(initial=0)
    if longest < _SHORTEST_DECIMALS:
        return text, known
    if longest >= _SHORTEST_STAMP and pc.any(pc.match_substring_regex(text, _STAMP)).as_py():
        text = pc.replace_substring_regex(text, _STAMP, r"\1T\2")
        text = pc.replace_substring_regex(text, r"^(\d{4}-\d{2}-\d{2})T00:00:00$", r"\1")
        return text, False
    digits = pc.any(pc.match_substring_regex(text, _DECIMALS)).as_py()
    return text, not digits and known


def _numbers(column: Any) -> Any:
    """Write numbers with at most 15 significant digits."""
    text = column.cast(pa.large_string())
    long = _sizes(text) > DIGITS + 1
    data = text.buffers()[2]
    signs = b"" if data is None else memoryview(data).tobytes()
    if not long.any() and b"e" not in signs and b"-0" not in signs:
        return text
    odd = pc.or_(arrow.flags(long), pc.match_substring(text, "e"))
    odd = pc.fill_null(pc.or_(odd, pc.equal(text, "-0")), False)
    texts = [f"{value:.{DIGITS}g}" for value in column.filter(odd).to_pylist()]
    texts = [number(float(t)) if "e" in t or t == "-0" else t for t in texts]
    return pc.replace_with_mask(text, odd, arrow.texts(texts, large=True))


def _sizes(text: Any) -> np.ndarray[Any, Any]:
    """Return how many bytes each of n texts (large_string) has, 0 where it is null."""
    bounds = np.frombuffer(text.buffers()[1], np.int64)
    return np.diff(bounds[text.offset : text.offset + len(text) + 1])


def _fixed(text: Any, column: Any, places: tuple[int, int], show: Any) -> Any:
    """Pad decimals to what the format shows; longer ones are settled one by one."""
    kept, most = places
    longer = pc.fill_null(pc.match_substring_regex(text, rf"\.\d{{{most + 1},}}$"), False)
    if kept:
        text = pc.replace_substring_regex(text, r"^(-?\d+)$", r"\1.")
        for have in range(kept):
            zeros = "0" * (kept - have)
            text = pc.replace_substring_regex(text, rf"\.(\d{{{have}}})$", rf".\1{zeros}")
    if pc.any(longer).as_py():
        texts = [show(value) for value in column.filter(longer).to_pylist()]
        text = pc.replace_with_mask(text, longer, arrow.texts(texts, large=True))
    return text


def _moments(column: Any, style: int | None, styles: xlsx.Styles) -> Any:
    days = column.cast(pa.date32(), safe=False)
    text = days.cast(pa.large_string())
    if style in styles.days:
        return text
    seconds = column.cast(pa.timestamp("s"), safe=False)
    clock = pc.replace_substring(seconds.cast(pa.large_string()), " ", "T")
    if style is not None and style in styles.dates:
        return clock
    return pc.if_else(pc.ends_with(clock, "T00:00:00"), text, clock)


def _head_columns(
    head: dict[int, dict[int, Cell]], labels: int, width: int, package: xlsx.Package
) -> list[Any]:
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


def _strings(package: xlsx.Package, last: int) -> list[str]:
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


def _text(cell: Cell, strings: list[str], styles: xlsx.Styles) -> str | None:
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


def merges(raw: bytes, grid: Grid) -> list[Merge]:
    """Return the merged ranges that a sheet's XML names, in grid indices."""
    found = []
    pattern = rb'<mergeCell ref="([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)"'
    for a, top, b, bottom in re.findall(pattern, raw[raw.rfind(b"</sheetData>") :]):
        merge = Merge(
            int(top) - grid.row0,
            xlsx.column_number(a) - grid.col0,
            int(bottom) - grid.row0,
            xlsx.column_number(b) - grid.col0,
        )
        if merge.bottom >= 0 and merge.left >= 0:
            found.append(merge)
    return found
