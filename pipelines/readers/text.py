"""Delimited text: encoding and dialect from evidence, every record kept."""

from __future__ import annotations

import csv
import io

from pipelines.readers.grid import Grid, from_rows

CANDIDATES = (",", ";", "\t", "|")


def read_text(data: bytes, *, encoding: str | None = None, delimiter: str | None = None) -> Grid:
    """Read delimited text of any dialect into a grid."""
    text, found = decode(data, encoding)
    csv.field_size_limit(1 << 28)
    separator = delimiter or sniff(text)
    rows: list[list[str | None]] = [
        list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    ]
    detail = {"encoding": found, "delimiter": separator, "quote": '"'}
    return from_rows(rows, kind="text", detail=detail)


def decode(data: bytes, encoding: str | None) -> tuple[str, str]:
    """Decode bytes; return the text and the encoding used."""
    if encoding:
        return data.decode(encoding), encoding
    for mark, name in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(name), name
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace"), "cp1252"


def sniff(text: str) -> str:
    """Return the separator that cuts the lines most evenly."""
    lines = [line for line in text[:100_000].splitlines() if line.strip()][:200]
    best, score = ",", 0.0
    for separator in CANDIDATES:
        counts = [line.count(separator) for line in lines]
        if not any(counts):
            continue
        mode = max(set(counts), key=counts.count)
        value = counts.count(mode) / len(counts) * min(mode, 10)
        if value > score:
            best, score = separator, value
    return best
