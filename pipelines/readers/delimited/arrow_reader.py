"""The quick way through large regular text: Arrow cuts it, all columns as text.

Regular means: UTF-8 (or turned into it), parted by another mark than spaces, quotes only at the
ends of cells, and nearly every line with the usual number of cells. Otherwise the caller takes the
slow way.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from pipelines.readers.delimited import memory_needs
from pipelines.readers.delimited.checked_stream import CheckedStream, NotPlainText, NotUtf8
from pipelines.readers.delimited.dialect import Dialect, detect
from pipelines.readers.delimited.encoding import MARKS, decode
from pipelines.readers.delimited.records import Cutter
from pipelines.readers.delimited.stored_records import store
from pipelines.readers.grid import Grid

HEAD = 1 << 18
PROBES = 24
PREAMBLE = 60
IRREGULAR = 0.02
MOST_ODD = 200_000
BLOCK = 1 << 20


def read_fast(
    source: bytes | Path, *, encoding: str | None = None, delimiter: str | None = None
) -> Grid | None:
    """Return the grid of regular text, None when the slow way must be taken.

    source: the bytes, or the file, which is then read in one pass and never held whole. Raises
    `PortalProblem` where it needs more memory than there is.
    """
    name = source.name if isinstance(source, Path) else ""
    with _opened(source) as file:
        head = file.read(4)
        marked = head.startswith(codecs.BOM_UTF8)
        plain = encoding in (None, "utf-8") and not any(head.startswith(m) for m, _ in MARKS)
        if plain or (marked and encoding is None):
            try:
                return _read(file, name, 3 * marked, "utf-8-sig" if marked else "utf-8", delimiter)
            except NotUtf8:
                if marked:
                    return None
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    memory_needs.require_for_decoding(name, size)
    decoded = decode(source if isinstance(source, bytes) else source.read_bytes(), encoding)
    if decoded.mixed:
        return None
    return _read(io.BytesIO(decoded.text.encode("utf-8")), name, 0, decoded.encoding, delimiter)


@contextmanager
def _opened(source: bytes | Path) -> Iterator[BinaryIO]:
    if isinstance(source, bytes):
        yield io.BytesIO(source)
        return
    with source.open("rb") as file:
        yield file


def _read(
    file: BinaryIO, name: str, start: int, encoding: str, delimiter: str | None
) -> Grid | None:
    """Read UTF-8 from `start` on. Raises `NotUtf8`."""
    file.seek(start)
    raw = file.read(HEAD)
    if b"\0" in raw:
        return None
    head = raw.decode("utf-8", errors="ignore")
    if "\r" in head.replace("\r\n", ""):
        return None
    lines = [line.rstrip("\r") for line in head.split("\n")[:-1]]
    dialect = detect([*lines, *_probes(file)], delimiter)
    if (
        len(dialect.separator) != 1
        or dialect.separator == " "
        or dialect.rival
        or not dialect.separator.isascii()
        or dialect.space
        or dialect.escape
        or dialect.width < 2
    ):
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
    memory_needs.require_for_records(
        name,
        size=file.seek(0, io.SEEK_END),
        row_size=len(raw) / len(lines),
        width=dialect.width,
    )
    try:
        parsed = _parse(file, start, dialect, first, preamble, cutter)
    except NotUtf8:
        raise
    except (pa.ArrowInvalid, NotPlainText):
        return None
    if parsed is None:
        return None
    columns, lengths = parsed
    detail = {
        "encoding": encoding,
        "delimiter": dialect.separator,
        "quote": dialect.quote,
        "escape": "",
    }
    return Grid(arrays=columns, kind="text", lengths=lengths, detail=detail)


def _probes(file: BinaryIO) -> list[str]:
    """Whole lines from all over the file."""
    found = []
    size = file.seek(0, io.SEEK_END)
    for place in range(HEAD, size, max(1, size // PROBES)):
        file.seek(place)
        piece = file.read(4096).decode("utf-8", errors="ignore").split("\n")[1:-1]
        found += [line.rstrip("\r") for line in piece[:20]]
    return found


def _parse(
    file: BinaryIO,
    start: int,
    dialect: Dialect,
    first: int,
    preamble: list[list[str]],
    cutter: Cutter,
) -> tuple[list[Any], np.ndarray[Any, Any]] | None:
    """Return columns and record lengths, None when too many records are irregular."""
    width = dialect.width
    try:
        table = _arrow(file, start, dialect, first, None)
        odd: list[tuple[int, str]] = []
    except pa.ArrowInvalid:
        odd = []
        table = _arrow(file, start, dialect, first, odd)
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
    file: BinaryIO, start: int, dialect: Dialect, skip: int, odd: list[tuple[int, str]] | None
) -> pa.Table:
    """Read the records; raises `ArrowInvalid` on an odd one, or puts it into `odd`."""

    def handle(row: Any) -> str:
        if odd is None or len(odd) >= MOST_ODD:
            return "error"
        odd.append((row.number, row.text))
        return "skip"

    names = [f"c{number}" for number in range(dialect.width)]
    large = file.seek(0, io.SEEK_END) - start > memory_needs.MOST_IN_MEMORY
    file.seek(start)
    read = arrow_csv.open_csv if large else arrow_csv.read_csv
    found = read(
        CheckedStream(file, dialect.separator, dialect.quote),
        read_options=arrow_csv.ReadOptions(
            column_names=names, skip_rows=skip, use_threads=odd is None, block_size=BLOCK
        ),
        parse_options=arrow_csv.ParseOptions(
            delimiter=dialect.separator,
            quote_char=dialect.quote or False,
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
    return store(found) if large else found


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
