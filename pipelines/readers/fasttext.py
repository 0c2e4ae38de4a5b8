"""The quick way through large regular text: Arrow cuts it, all columns as text.

Regular means: UTF-8 (or turned into it), quotes only at the ends of cells, and nearly every line
with the usual number of cells. Otherwise the caller takes the slow way.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from pipelines.readers.dialect import Dialect, detect
from pipelines.readers.encoding import MARKS, decode
from pipelines.readers.grid import Grid
from pipelines.readers.records import Cutter

HEAD = 1 << 18
PROBES = 24
PREAMBLE = 60
IRREGULAR = 0.02
MOST_ODD = 200_000


def read_fast(
    data: bytes, *, encoding: str | None = None, delimiter: str | None = None
) -> Grid | None:
    """Return the grid of regular text, None when the slow way must be taken."""
    body, used = _utf8(data, encoding)
    if body is None or b"\0" in body[:HEAD]:
        return None
    head = body[:HEAD].decode("utf-8", errors="ignore")
    if "\r" in head.replace("\r\n", ""):
        return None
    lines = [line.rstrip("\r") for line in head.split("\n")[:-1]]
    probes = _probes(body)
    dialect = detect([*lines, *probes], delimiter)
    if (
        len(dialect.separator) != 1
        or not dialect.separator.isascii()
        or dialect.space
        or dialect.escape
        or dialect.width < 2
    ):
        return None
    if dialect.quote and dialect.quote.encode() in body and not _quotes_regular(body, dialect):
        return None
    cutter = Cutter(dialect)
    first = next(
        (
            number
            for number, line in enumerate(lines[:PREAMBLE])
            if len(cutter.strict(line) or []) == dialect.width
        ),
        None,
    )
    if first is None:
        return None
    preamble = [cutter.strict(line) or [line] if line else [] for line in lines[:first]]
    quoted = bool(dialect.quote) and dialect.quote.encode() in body
    try:
        parsed = _parse(body, dialect, first, preamble, cutter, quoted)
    except pa.ArrowInvalid:
        return None
    if parsed is None:
        return None
    columns, lengths = parsed
    return Grid(
        arrays=columns,
        kind="text",
        lengths=lengths,
        no_white=_no_white(body, dialect),
        detail={
            "encoding": used,
            "delimiter": dialect.separator,
            "quote": dialect.quote,
            "escape": "",
        },
    )


def _utf8(data: bytes, encoding: str | None) -> tuple[bytes | None, str]:
    if encoding is None and data.startswith(b"\xef\xbb\xbf"):
        body, used = data[3:], "utf-8-sig"
        return (body, used) if _is_utf8(body) else (None, used)
    plain = not any(data.startswith(mark) for mark, _ in MARKS)
    if encoding in (None, "utf-8") and plain and _is_utf8(data):
        return data, "utf-8"
    decoded = decode(data, encoding)
    if decoded.mixed:
        return None, decoded.encoding
    return decoded.text.encode("utf-8"), decoded.encoding


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _no_white(body: bytes, dialect: Dialect) -> bool:
    """Say whether no cell begins with white space."""
    if b"\xc2\xa0" in body or b"\xe3\x80\x80" in body:
        return False
    array = np.frombuffer(body, dtype=np.uint8)
    white = np.flatnonzero(array == 32)
    if ord(dialect.separator) != 9:
        white = np.concatenate([white, np.flatnonzero(array == 9)]) if b"\t" in body else white
    before = array[np.maximum(white - 1, 0)]
    edges = [ord(dialect.separator), 10, ord(dialect.quote or "\n")]
    return not (np.isin(before, edges).any() or (len(white) and white[0] == 0))


def _probes(body: bytes) -> list[str]:
    """Whole lines from all over the file."""
    found = []
    step = max(1, len(body) // PROBES)
    for place in range(HEAD, len(body), step):
        piece = body[place : place + 4096].decode("utf-8", errors="ignore").split("\n")[1:-1]
        found += [line.rstrip("\r") for line in piece[:20]]
    return found


def _quotes_regular(body: bytes, dialect: Dialect) -> bool:
    """Every quote opens at a cell's start or closes at its end, in turn, within one line."""
    array = np.frombuffer(body, dtype=np.uint8)
    quote, mark = ord(dialect.quote), ord(dialect.separator)
    places = np.flatnonzero(array == quote)
    if len(places) % 2:
        return False
    opens, closes = places[0::2], places[1::2]
    before = np.where(opens > 0, array[opens - 1], 10)
    after = array[np.minimum(closes + 1, len(array) - 1)]
    after = np.where(closes + 1 < len(array), after, 10)
    starts = (before == mark) | (before == 10)
    stops = (after == mark) | (after == 10) | (after == 13)
    if not (starts.all() and stops.all()):
        return False
    breaks = np.flatnonzero(array == 10)
    return bool((np.searchsorted(breaks, opens) == np.searchsorted(breaks, closes)).all())


def _parse(
    body: bytes,
    dialect: Dialect,
    first: int,
    preamble: list[list[str]],
    cutter: Cutter,
    quoted: bool,
) -> tuple[list[Any], np.ndarray[Any, Any]] | None:
    """Return columns and record lengths, None when too many records are irregular."""
    width = dialect.width
    try:
        table = _arrow(body, dialect, first, None, quoted)
        odd: list[tuple[int, str]] = []
    except pa.ArrowInvalid:
        odd = []
        table = _arrow(body, dialect, first, odd, quoted)
        if len(odd) > max(20, IRREGULAR * table.num_rows):
            return None
    rows = {number - 1: _recut(text, cutter) for number, text in odd}
    most = max([width, *map(len, rows.values()), *map(len, preamble)])
    total = len(preamble) + table.num_rows + len(rows)
    lengths = np.full(total, width, dtype=np.int32)
    for number, row in enumerate(preamble):
        lengths[number] = len(row)
    for number, row in rows.items():
        lengths[number] = len(row)
    if not rows and not preamble:
        return list(table.columns), lengths
    columns = []
    for j in range(most):
        source = table.column(j) if j < width else None
        columns.append(_weave(source, table.num_rows, j, preamble, rows))
    return columns, lengths


def _arrow(
    body: bytes, dialect: Dialect, skip: int, odd: list[tuple[int, str]] | None, quoted: bool
) -> pa.Table:
    def handle(row: Any) -> str:
        if odd is None or len(odd) >= MOST_ODD:
            return "error"
        odd.append((row.number, row.text))
        return "skip"

    names = [f"c{number}" for number in range(dialect.width)]
    return arrow_csv.read_csv(
        pa.BufferReader(body),
        read_options=arrow_csv.ReadOptions(
            column_names=names, skip_rows=skip, use_threads=odd is None, block_size=4 << 20
        ),
        parse_options=arrow_csv.ParseOptions(
            delimiter=dialect.separator,
            quote_char=dialect.quote if quoted else False,
            double_quote=True,
            newlines_in_values=False,
            ignore_empty_lines=False,
            invalid_row_handler=handle,
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types={name: pa.large_string() for name in names},
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
            check_utf8=False,
        ),
    )


def _recut(text: str, cutter: Cutter) -> list[str]:
    if not text:
        return []
    row = cutter.strict(text)
    return cutter.repair(text, cutter.dialect.width) if row is None else row


def _weave(
    column: Any, height: int, j: int, preamble: list[list[str]], rows: dict[int, list[str]]
) -> Any:
    """Put single records back between the runs of regular ones."""
    kind = pa.large_string()
    parts: list[Any] = []

    def lone(group: list[list[str]]) -> None:
        if group:
            parts.append(
                pa.array([(row[j] or None) if j < len(row) else None for row in group], kind)
            )

    def run(start: int, stop: int) -> None:
        if stop > start:
            if column is None:
                parts.append(pa.nulls(stop - start, kind))
            else:
                parts.extend(column.slice(start, stop - start).chunks)

    lone(preamble)
    taken = 0
    for before, number in enumerate(sorted(rows)):
        until = number - len(preamble) - before
        run(taken, until)
        taken = until
        lone([rows[number]])
    run(taken, height)
    return pa.chunked_array(parts, type=kind)
