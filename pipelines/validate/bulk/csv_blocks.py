"""A CSV file as blocks of columns, split into cells exactly as Python's `csv` splits them.

Where the bytes of a block prove that any reader splits them same (no quotes, or quotes that
only enclose whole cells; no lone carriage return, no NUL), Arrow parses it; else Python's own
`csv` module does, as in Frictionless.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from pipelines.text import arrow
from pipelines.validate.bulk.csv_detection import BOM, CELL_LIMIT, CsvLayout
from pipelines.validate.frictionless_api import NeedsFrictionless

#: bytes read at a time: small first, so that a limit of errors is reached early
FIRST_BYTES, LARGEST_BYTES = 1 << 19, 1 << 22
#: a quoted cell, or a block without a safe end, longer than this is left to Frictionless
LONGEST = 1 << 28
#: a record that no CSV holds: tells whether a block ends between two records
SENTINEL = "\x1eend\x1e"
QUOTE, RETURN, NEWLINE = 0x22, 0x0D, 0x0A


class TypedCells(Protocol):
    """A column of n cells of a workbook: texts, numbers, dates and other values, with places.

    Numbers and dates (as day numbers) are literals, which `number` and `date` turn into values.
    """

    text_at: np.ndarray[Any, Any]
    texts: Any
    number_at: np.ndarray[Any, Any]
    numbers: Any
    dated_at: np.ndarray[Any, Any]
    dated: Any
    other_at: np.ndarray[Any, Any]
    other_codes: np.ndarray[Any, Any]
    others: Sequence[Any]

    @property
    def empty_at(self) -> np.ndarray[Any, Any]: ...

    def __len__(self) -> int: ...

    def tokens(self, others: list[Any]) -> Any: ...

    def number(self, literal: str) -> int | float: ...

    @property
    def date(self) -> Callable[[str], Any]: ...


@dataclass
class Block:
    """Records of a file: n cells in each of m columns, and the records of another width.

    columns: texts (Arrow arrays, plain or dictionaries), or `TypedCells` of a workbook.

    count: all records. rows: (n,) 0-based places of the columns' cells among the records, None
    when these are all. ragged: (place, cells) of the others.
    """

    count: int
    columns: list[Any]
    rows: np.ndarray[Any, Any] | None = None
    ragged: list[tuple[int, list[Any]]] = field(default_factory=list)
    typed: bool = False


def read_pieces(opened: CsvLayout) -> Iterator[bytes]:
    """Yield the data of a CSV file in pieces of whole records, as UTF-8.

    Raises `NeedsFrictionless` for text that does not decode, or records without an end.
    """
    held = b""
    for chunk in _chunks(opened):
        data = held + chunk if held else chunk
        cut = _last_record_end(data)
        held = data[cut:]
        if len(held) > LONGEST:
            raise NeedsFrictionless
        if cut:
            yield data[:cut]
    if held:
        yield held


def _chunks(opened: CsvLayout) -> Iterator[bytes]:
    plain = opened.encoding in ("utf-8", "utf-8-sig")
    decoder = codecs.getincrementaldecoder(opened.encoding)()
    skip = opened.skip
    size = FIRST_BYTES
    with opened.path.open("rb") as file:
        if plain:
            start = len(BOM) if opened.encoding == "utf-8-sig" and file.read(3) == BOM else 0
            file.seek(start + skip)
            skip = 0
        while chunk := file.read(size):
            if not plain:
                chunk = _recode(decoder, chunk)
            if skip:
                chunk, skip = chunk[skip:], max(0, skip - len(chunk))
            yield chunk
            size = min(size * 2, LARGEST_BYTES)
        if not plain:
            yield _recode(decoder, b"", final=True)


def _recode(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bytes:
    try:
        return decoder.decode(chunk, final).encode()
    except UnicodeError as problem:
        raise NeedsFrictionless from problem


def _last_record_end(data: bytes) -> int:
    """Return where the last whole record of the data ends, if quotes only enclose cells."""
    end = data.rfind(b"\n") + 1
    # looking for a first quote is much faster than counting them
    if b'"' in data and data.count(b'"', 0, end) % 2:
        end = data.rfind(b"\n", 0, data.rfind(b'"', 0, end)) + 1
    return end


def parse_piece(
    data: bytes, opened: CsvLayout, encode: list[bool], *, blank_lines_as_cells: bool, last: bool
) -> Block:
    """Split a piece into columns; `encode` says which come as dictionaries.

    Raises `NeedsFrictionless` when the piece does not end between two records or is no UTF-8.
    """
    if not data.isascii():
        try:
            data.decode()
        except UnicodeDecodeError as problem:
            raise NeedsFrictionless from problem
    quoted = QUOTE in data
    if _readers_agree(data, opened, quoted, blank_lines_as_cells):
        return _parse_arrow(data, opened, encode, quoted)
    return _parse_python(data, opened, len(encode), last)


def _readers_agree(
    data: bytes, opened: CsvLayout, quoted: bool, blank_lines_as_cells: bool
) -> bool:
    """Say whether every CSV reader must split the piece in the same way."""
    if RETURN in data and (_has_lone_return(data) or (quoted and opened.universal)):
        return False
    if 0 in data or data.startswith(BOM) or opened.dialect.skipinitialspace:
        return False
    if not blank_lines_as_cells and (
        data.startswith((b"\n", b"\r\n")) or b"\n\n" in data or b"\n\r\n" in data
    ):
        return False
    return not quoted or _quotes_enclose_cells(data, ord(opened.dialect.delimiter))


def _has_lone_return(data: bytes) -> bool:
    """Say whether a carriage return stands without its line feed."""
    text = np.frombuffer(data, np.uint8)
    returns = text == RETURN
    returns[:-1] &= text[1:] != NEWLINE
    return bool(returns.any())


def _quotes_enclose_cells(data: bytes, delimiter: int) -> bool:
    """Say whether each quote opens a cell, closes one, or stands doubled inside one."""
    text = np.frombuffer(data, np.uint8)
    quotes = np.flatnonzero(text == QUOTE)
    if len(quotes) % 2:
        return False
    opening, closing = quotes[::2], quotes[1::2]
    before = text[opening[1:] - 1] if opening[0] == 0 else text[opening - 1]
    after = text[closing[:-1] + 1] if closing[-1] == len(text) - 1 else text[closing + 1]
    return bool(
        np.isin(before, (delimiter, NEWLINE, QUOTE)).all()
        and np.isin(after, (delimiter, NEWLINE, RETURN, QUOTE)).all()
    )


def _parse_arrow(data: bytes, opened: CsvLayout, encode: list[bool], quoted: bool) -> Block:
    names = [str(index) for index in range(len(encode))]
    ragged: list[tuple[int, list[Any]]] = []

    def keep(row: Any) -> str:
        cells = next(csv.reader(io.StringIO(row.text, newline=""), opened.dialect), [])
        ragged.append((row.number - 1, cells))
        return "skip"

    coded = pa.dictionary(pa.int32(), pa.string())
    table = pacsv.read_csv(
        pa.py_buffer(data),
        read_options=pacsv.ReadOptions(
            column_names=names, use_threads=False, block_size=len(data) + 1
        ),
        parse_options=pacsv.ParseOptions(
            delimiter=opened.dialect.delimiter,
            ignore_empty_lines=False,
            newlines_in_values=quoted,
            invalid_row_handler=keep,
        ),
        convert_options=pacsv.ConvertOptions(
            column_types={
                name: coded if code else pa.string()
                for name, code in zip(names, encode, strict=True)
            },
            strings_can_be_null=False,
            check_utf8=False,
        ),
    )
    columns = [_one_chunk(column) for column in table.columns]
    return _block(columns, ragged)


def _one_chunk(column: Any) -> Any:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _block(columns: list[Any], ragged: list[tuple[int, list[Any]]]) -> Block:
    even = len(columns[0])
    if not ragged:
        return Block(even, columns)
    rows = np.delete(np.arange(even + len(ragged)), [place for place, _ in ragged])
    return Block(even + len(ragged), columns, rows, ragged)


def _parse_python(data: bytes, opened: CsvLayout, width: int, last: bool) -> Block:
    """Split with Python's `csv`, as Frictionless does."""
    text = data.decode()
    if opened.universal:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines: Iterator[str] = iter(io.StringIO(text, newline=""))
    csv.field_size_limit(CELL_LIMIT)
    try:
        records = list(csv.reader([*lines, *([] if last else [SENTINEL])], opened.dialect))
    except csv.Error as problem:
        raise NeedsFrictionless from problem
    if not last and (not records or records.pop() != [SENTINEL]):
        raise NeedsFrictionless
    ragged = [(place, cells) for place, cells in enumerate(records) if len(cells) != width]
    even = [cells for cells in records if len(cells) == width] if ragged else records
    columns = list(zip(*even, strict=True)) if even else [()] * width
    return _block([arrow.texts(column) for column in columns], ragged)
