"""How Frictionless opens a CSV file: encoding, dialect and header row, detected from its start."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

from pipelines.validate.frictionless_api import NeedsFrictionless, frictionless

#: Frictionless's detector looks at so many bytes, lines and rows
BUFFER_BYTES, SAMPLE_LINES, SAMPLE_ROWS = 100_000, 100, 100
#: bytes that may start an escape sequence, a mark-up declaration or a coding comment
DOUBTFUL = re.compile(rb"[^\t\n\r\x20-\x7e]|~\{|\+|<|coding|charset", re.IGNORECASE)
BOM = b"\xef\xbb\xbf"
#: Frictionless raises Python's limit on the length of a cell to this
CELL_LIMIT = 2147483646


@dataclass(frozen=True)
class CsvLayout:
    """The start of a CSV file, understood.

    skip: bytes of the text, in UTF-8 without byte order mark, up to the first row of data.
    header_row: 1-based number of the record that holds the labels.
    """

    path: Path
    encoding: str
    dialect: type[csv.Dialect]
    labels: list[str]
    header_row: int
    skip: int
    universal: bool


def open_csv(path: Path) -> CsvLayout:
    """Read the start of a CSV or TSV file. Raises `NeedsFrictionless`, also for broken text."""
    universal = path.suffix.lower() == ".tsv"
    try:
        with path.open("rb") as file:
            buffer = file.read(BUFFER_BYTES)
        encoding = detect_encoding(buffer)
        with path.open(encoding=encoding, newline="") as text:
            sample = list(islice(text, SAMPLE_LINES))
            if universal and '"' in "".join(sample) and "\r" in "".join(sample):
                raise NeedsFrictionless
            dialect = _dialect("".join(sample), "\t" if universal else None)
            lines = _CountedLines(chain(sample, text))
            rows, ends = _first_rows(csv.reader(lines, dialect), lines)
    except (OSError, UnicodeError, LookupError, csv.Error) as problem:
        raise NeedsFrictionless from problem
    number = header_row([len(row) for row in rows])
    if not number or not rows[number - 1]:
        raise NeedsFrictionless
    labels = [cell.strip() for cell in rows[number - 1]]
    return CsvLayout(path, encoding, dialect, labels, number, ends[number - 1], universal)


class _CountedLines:
    """Lines, counting the UTF-8 bytes of those handed out."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.size = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.size += len(line.encode())
        return line


def _first_rows(reader: Any, lines: _CountedLines) -> tuple[list[list[str]], list[int]]:
    csv.field_size_limit(CELL_LIMIT)
    rows, ends = [], []
    for row in islice(reader, SAMPLE_ROWS):
        rows.append(row)
        ends.append(lines.size)
    return rows, ends


def detect_encoding(buffer: bytes) -> str:
    """Return the encoding that Frictionless detects, sparing its detector for plain UTF-8."""
    text = buffer[len(BOM) :] if buffer.startswith(BOM) else buffer
    if buffer and not DOUBTFUL.search(text):
        return "utf-8-sig" if buffer.startswith(BOM) else "utf-8"
    detector = frictionless().Detector()
    return str(detector.detect_encoding(buffer))


def _dialect(sample: str, delimiter: str | None) -> type[csv.Dialect]:
    """Guess the dialect as Frictionless's CSV parser does."""
    try:
        suggest = csv.Sniffer().sniff(sample, delimiter or ",\t;|")
    except csv.Error:
        suggest = csv.excel
    quote = '"' if suggest.quotechar == "'" else suggest.quotechar
    if quote != '"' or suggest.escapechar:
        raise NeedsFrictionless

    class CsvDialect(csv.excel):
        """What the file is written in."""

    CsvDialect.delimiter = delimiter or suggest.delimiter
    CsvDialect.skipinitialspace = bool(suggest.skipinitialspace)
    return CsvDialect


def header_row(widths: list[int]) -> int:
    """Return the number of the first row of about mean width, as Frictionless's detector does."""
    if not widths:
        return 0
    width = round(sum(widths) / len(widths))
    drift = max(round(width * 0.1), 1)
    for number, found in enumerate(widths, start=1):
        if width - drift <= found <= width + drift:
            return number
    return 1
