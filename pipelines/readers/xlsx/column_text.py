"""Typed columns of a large sheet written as text, as the sheet shows them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.readers.cell_text import DIGITS, number
from pipelines.readers.xlsx.package import CellFormats
from pipelines.text import arrow

_STAMP = r"^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(?:\.0+)?$"
_DECIMALS = r"\.\d{8,9}$"
_SHORTEST_STAMP, _SHORTEST_DECIMALS = len("2024-01-01 00:00:00"), len("0.12345678") - 1


def write(column: Any, style: int | None, styles: CellFormats) -> tuple[Any, bool]:
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


def _moments(column: Any, style: int | None, styles: CellFormats) -> Any:
    days = column.cast(pa.date32(), safe=False)
    text = days.cast(pa.large_string())
    if style in styles.days:
        return text
    seconds = column.cast(pa.timestamp("s"), safe=False)
    clock = pc.replace_substring(seconds.cast(pa.large_string()), " ", "T")
    if style is not None and style in styles.dates:
        return clock
    return pc.if_else(pc.ends_with(clock, "T00:00:00"), text, clock)
