"""The cells of a worksheet's XML, found in bulk: positions of tags instead of a tree of elements.

Only markup of the plain form that spreadsheet programs write is read this way; anything else is
handed on cell by cell as raw XML, or the whole sheet is declined (`NotPlainXml`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.text import arrow
from pipelines.text.addresses import column_number
from pipelines.text.arrow import Ints

(
    CELL, CELL_END, VALUE, VALUE_END, ROW, ROW_END, INLINE, TEXT, TEXT_END, INLINE_END,
    FORMULA, FORMULA_END,
) = range(1, 13)  # fmt: skip
LESS, MORE, SLASH, SPACE, MARK, AMPERSAND = b'<>/ "&'
#: more bytes than an Arrow string array addresses
LARGEST = 2**31 - 1


class NotPlainXml(Exception):
    """The XML has a form that only a real parser understands."""


@dataclass
class BulkCells:
    """The k cells of a sheet in order.

    row, column: (k,) 1-based. attributes: (k,) the text after the reference, as a dictionary.
    value: (k,) raw text between the value's (or inline text's) tags, null in an empty cell.
    inline: (k,) whether it is an inline text. odd: indices of the cells to be read one by one,
    with their raw XML.
    """

    row: Ints
    column: Ints
    attributes: Any
    value: Any
    inline: np.ndarray[Any, Any]
    odd: dict[int, bytes]


@dataclass
class _Tags:
    text: np.ndarray[Any, Any]
    at: Ints
    code: np.ndarray[Any, Any]


def read_cells(data: bytes) -> tuple[BulkCells, Ints]:
    """Find the cells in the content of `<sheetData>`, and the numbers of all its rows.

    Raises `NotPlainXml`.
    """
    if len(data) > LARGEST or b"<!" in data or b"<?" in data or b"\r" in data:
        raise NotPlainXml
    tags = _tags(data)
    rows, row_of = _rows(data, tags)
    cells = _cells(data, tags, rows, row_of)
    return cells, rows


def _tags(data: bytes) -> _Tags:
    text = np.frombuffer(data + b"    ", np.uint8)
    at = np.flatnonzero(text == LESS)
    first, second, third = text[at + 1], text[at + 2], text[at + 3]
    code = np.zeros(len(at), np.uint8)
    closing = first == SLASH
    opening = (second == MORE) | (second == SPACE)
    code[(first == ord("c")) & (opening | (second == SLASH))] = CELL
    code[closing & (second == ord("c")) & (third == MORE)] = CELL_END
    code[(first == ord("v")) & (second == MORE)] = VALUE
    code[closing & (second == ord("v")) & (third == MORE)] = VALUE_END
    code[(first == ord("r")) & (second == ord("o")) & (third == ord("w"))] = ROW
    code[closing & (second == ord("r")) & (third == ord("o"))] = ROW_END
    code[(first == ord("i")) & (second == ord("s")) & (third == MORE)] = INLINE
    code[(first == ord("t")) & (second == MORE)] = TEXT
    code[closing & (second == ord("t")) & (third == MORE)] = TEXT_END
    code[closing & (second == ord("i")) & (third == ord("s"))] = INLINE_END
    code[(first == ord("f")) & (opening | (second == SLASH))] = FORMULA
    code[closing & (second == ord("f")) & (third == MORE)] = FORMULA_END
    return _Tags(text, at, code)


def _rows(data: bytes, tags: _Tags) -> tuple[Ints, Ints]:
    """Return the row numbers, and for every tag the index of the row that it stands in."""
    starts = np.flatnonzero(tags.code == ROW)
    ends = np.flatnonzero(tags.code == ROW_END)
    if not len(starts) or starts[0] != 0:
        raise NotPlainXml
    after = np.append(tags.at, len(data))[starts + 1] - 1
    if not (tags.text[after] == MORE).all():
        raise NotPlainXml
    empty = tags.text[after - 1] == SLASH
    row_of = np.cumsum(tags.code == ROW) - 1
    # every row that is not self-closed has one end, before the next row
    if not np.array_equal(row_of[ends], np.flatnonzero(~empty)):
        raise NotPlainXml
    following = np.append(starts[1:], len(tags.at))
    last = np.where(empty, starts, following - 1)
    if not (tags.code[last] == np.where(empty, ROW, ROW_END)).all():
        raise NotPlainXml
    opened = _between(data, tags.at[starts] + 4, after)
    number = pc.replace_substring_regex(
        opened, pattern='^(?:.*[ ])?r="([0-9]{1,7})".*$', replacement="\\1"
    )
    try:
        rows = arrow.int_values(pc.cast(number, pa.int64()))
    except pa.ArrowInvalid as problem:
        raise NotPlainXml from problem
    if rows[0] < 1 or not (np.diff(rows) > 0).all():
        raise NotPlainXml
    return rows, row_of


def _between(data: bytes, starts: Ints, ends: Ints) -> Any:
    """Return the texts between n starts and ends, which must not overlap and be in order."""
    bounds = np.empty(2 * len(starts), np.int32)
    bounds[::2], bounds[1::2] = starts, ends
    if len(bounds) and (np.diff(bounds) < 0).any():
        raise NotPlainXml
    pieces = pa.StringArray.from_buffers(
        max(0, len(bounds) - 1), pa.py_buffer(bounds), pa.py_buffer(data)
    )
    return pieces.take(arrow.integers(np.arange(0, len(bounds) - 1, 2)))


def _cells(data: bytes, tags: _Tags, rows: Ints, row_of: Ints) -> BulkCells:
    text, at = tags.text, np.append(tags.at, [len(data)] * 8)
    code = np.append(tags.code, np.zeros(8, np.uint8))
    starts = np.flatnonzero(tags.code == CELL)
    begin = at[starts]
    one = code[starts + 1]
    # a formula before the value is passed over: what counts is the value last computed
    formula = np.where(one == FORMULA, np.where(code[starts + 2] == FORMULA_END, 2, 1), 0)
    base = starts + formula
    closed = (text[at[starts + 1] - 2] == SLASH) & (text[at[starts + 1] - 1] == MORE)
    empty = closed & ((one == CELL) | (one == ROW_END))
    tight = ~closed & (text[at[starts + 1] - 1] == MORE)
    valued = tight & (code[base + 1] == VALUE) & (code[base + 2] == VALUE_END)
    valued &= (code[base + 3] == CELL_END) & (at[base + 3] == at[base + 2] + 4)
    inline = tight & (one == INLINE) & (code[starts + 2] == TEXT) & (code[starts + 3] == TEXT_END)
    inline &= (code[starts + 4] == INLINE_END) & (code[starts + 5] == CELL_END)
    inline &= (at[starts + 2] == at[starts + 1] + 4) & (at[starts + 4] == at[starts + 3] + 4)

    number = rows[row_of[starts]]
    column, end, named = _references(text, begin, number)
    head = np.where(empty, at[starts + 1] - 2, at[starts + 1] - 1)
    plain = (empty | valued | inline) & named & (end <= head)
    plain &= ~_has_entity(text, begin, at[base + 3])

    count = np.where(empty, 1, np.where(valued, 4 + formula, 6))
    odd = _odd(data, tags, np.flatnonzero(~plain), starts, count)
    if count.sum() + len(rows) + np.count_nonzero(tags.code == ROW_END) != len(tags.at):
        raise NotPlainXml
    for index in odd:
        column[index] = _column_of(odd[index])
    same = np.diff(row_of[starts]) == 0
    if (same & (np.diff(column) <= 0)).any():
        raise NotPlainXml

    value_start = np.where(inline, at[starts + 2] + 3, at[base + 1] + 3)
    value_end = np.where(inline, at[starts + 3], at[base + 2])
    none = ~plain | empty
    value_start, value_end = np.where(none, head, value_start), np.where(none, head, value_end)
    end = np.where(plain, end, head)
    bounds = np.stack([end, head, value_start, value_end], axis=1).reshape(-1)
    pieces = _between(data, bounds[::2], bounds[1::2])
    size = len(starts)
    attributes = pieces.take(arrow.integers(np.arange(0, 2 * size, 2))).dictionary_encode()
    value = pieces.take(arrow.integers(np.arange(1, 2 * size, 2)))
    value = pc.if_else(arrow.flags(none), arrow.text(None), value)
    return BulkCells(number, column, attributes, value, inline & plain, odd)


def _references(text: Any, begin: Ints, number: Ints) -> tuple[Ints, Ints, Any]:
    """Read `r="AB12"` at each cell's start: column, where it ends, and whether it is there."""
    named = np.ones(len(begin), bool)
    for offset, char in enumerate(b' r="', start=2):
        named &= text[np.minimum(begin + offset, len(text) - 1)] == char
    letters = [
        text[np.minimum(begin + 6 + i, len(text) - 1)].astype(np.int64) - 64 for i in (0, 1, 2)
    ]
    is_letter = [(letter >= 1) & (letter <= 26) for letter in letters]
    column = letters[0]
    width = np.ones(len(begin), np.int64)
    more = is_letter[0]
    for letter, here in zip(letters[1:], is_letter[1:], strict=True):
        more = more & here
        column = np.where(more, column * 26 + letter, column)
        width += more
    digits = np.ones(len(begin), np.int64)
    for power in range(1, 7):
        digits += number >= 10**power
    end = begin + 6 + width + digits
    mark = text[np.minimum(end, len(text) - 1)] == MARK
    return column, end + 1, named & is_letter[0] & mark


def _has_entity(text: Any, begin: Ints, end: Ints) -> Any:
    """Say which cells hold an ampersand (an entity, to be resolved by a parser)."""
    places = np.flatnonzero(text == AMPERSAND)
    if not len(places):
        return np.zeros(len(begin), bool)
    return np.searchsorted(places, begin) != np.searchsorted(places, end)


def _odd(data: bytes, tags: _Tags, odd: Ints, starts: Ints, count: Ints) -> dict[int, bytes]:
    """Cut out the raw XML of the cells that are not plain, noting how many tags each has."""
    if not len(odd):
        return {}
    ends = np.flatnonzero(tags.code == CELL_END)
    found = {}
    for index in odd.tolist():
        start = int(starts[index])
        place = int(np.searchsorted(ends, start))
        following = int(starts[index + 1]) if index + 1 < len(starts) else len(tags.at)
        if place < len(ends) and ends[place] < following:
            last = int(ends[place])
            found[index] = data[tags.at[start] : tags.at[last] + 4]
            count[index] = last - start + 1
        else:
            close = data.index(b">", tags.at[start]) + 1
            if data[close - 2 : close] != b"/>":
                raise NotPlainXml
            found[index] = data[tags.at[start] : close]
            count[index] = 1
    return found


def _column_of(element: bytes) -> int:
    """Read the column out of a cell's raw XML."""
    head = element[: element.index(b">")].decode()
    match = re.search(' r="([A-Z]{1,3})[0-9]+"', head)
    if match is None:
        raise NotPlainXml
    return column_number(match[1])
