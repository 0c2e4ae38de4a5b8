"""Delimited text into a grid: every record kept, ragged or not, whatever the dialect.

Files beyond `FAST` bytes whose lines are regular go through Arrow's reader; the few records that
are not regular are cut one by one and put back in their place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from pipelines.errors import Refused
from pipelines.model import Finding, Position
from pipelines.readers.delimited import fixed_width
from pipelines.readers.delimited.arrow_reader import read_fast
from pipelines.readers.delimited.checked_stream import LONGEST_LINE
from pipelines.readers.delimited.dialect import Dialect, detect
from pipelines.readers.delimited.encoding import Decoded, decode
from pipelines.readers.delimited.memory_needs import require_for_cutting
from pipelines.readers.delimited.records import Cutter, Records, prose, well_formed
from pipelines.readers.grid import Grid, from_rows

#: Text larger than this is tried the quick way first.
FAST = 2 << 20
#: Text whose lines are irregular is cut in Python; beyond this size that takes too long.
MOST_IRREGULAR = 1 << 30

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+\Z")


def read_text(
    data: bytes,
    *,
    name: str = "",
    encoding: str | None = None,
    delimiter: str | None = None,
    irregular: bool = False,
) -> Grid:
    """Read delimited text of any dialect; `irregular`: the quick way was tried.

    Raises `Refused`, `UsageProblem` (encoding), and `PortalProblem` where it needs more memory than
    there is.
    """
    if len(data) > FAST and not irregular:
        grid = read_fast(data, encoding=encoding, delimiter=delimiter)
        if grid is not None:
            return grid
    _check_lines(data, name)
    if len(data) > MOST_IRREGULAR:
        raise Refused("text-irregular", where=name, limit=MOST_IRREGULAR >> 20)
    require_for_cutting(name, data)
    decoded = decode(data, encoding)
    lines = split_lines(decoded.text)
    dialect = detect([line.rstrip("\r\n") for line in lines], delimiter)
    if dialect.rival:
        raise Refused(
            "delimiter-unclear",
            where=name,
            row=1 + next(number for number, line in enumerate(lines) if dialect.rival in line),
            first=dialect.separator.replace("\t", "\\t"),
            second=dialect.rival.replace("\t", "\\t"),
        )
    places = None
    if (
        delimiter is None
        and (dialect.width < 2 or dialect.separator == " ")
        and dialect.share < 0.95
    ):
        places = fixed_width.edges([line.rstrip("\r\n") for line in lines])
    if places is not None:
        rows = [fixed_width.cut(line.rstrip("\r\n"), places) for line in lines]
        return to_grid(Records(rows), Dialect("  ", ""), decoded, name)
    records = well_formed(lines, dialect) or Cutter(dialect).read(lines)
    if dialect.separator == " ":
        records.rows = prose(records.rows, dialect.width)
    return to_grid(records, dialect, decoded, name)


def split_lines(text: str) -> list[str]:
    """Split at CR LF, LF and CR (no other character ends a line), keeping the ends."""
    return _LINE.findall(text)


def _check_lines(data: bytes, name: str) -> None:
    if len(data) <= LONGEST_LINE:
        return
    place = 0
    while len(data) - place > LONGEST_LINE:
        window = place, place + LONGEST_LINE
        stop = max(data.rfind(b"\n", *window), data.rfind(b"\r", *window))
        if stop < 0:
            raise Refused("line-too-long", where=name, limit=LONGEST_LINE >> 20)
        place = stop + 1


def to_grid(records: Records, dialect: Dialect, decoded: Decoded, name: str) -> Grid:
    """Make the grid and say what was repaired."""
    rows: Sequence[Sequence[str]] = records.rows
    lengths = np.fromiter((len(row) for row in rows), dtype=np.int32, count=len(rows))
    findings = []
    for number in decoded.mixed[:50]:
        findings.append(_finding("encoding-mixed", name, number))
    for number in records.repaired[:200]:
        findings.append(_finding("quote-stray", name, number))
    for number in records.other_separator[:200]:
        findings.append(_finding("separator-other", name, number))
    return from_rows(
        rows,
        kind="text",
        lengths=lengths,
        findings=findings,
        detail=describe(dialect, decoded.encoding),
    )


def describe(dialect: Dialect, encoding: str) -> dict[str, str]:
    """Return how the text was read, for `inspect`."""
    return {
        "encoding": encoding,
        "delimiter": dialect.separator + (" " if dialect.space else ""),
        "quote": dialect.quote,
        "escape": dialect.escape,
    }


def _finding(code: str, name: str, number: int) -> Finding:
    return Finding(code, "warning", row=number + 1, position=Position(name, None, number + 1))


def unpack_column(grid: Grid) -> Grid | None:
    """Cut whole rows that stand as delimited text in one column; None when they do not.

    Other columns may hold something in rows of their own (a signature), and keep it.
    """
    if grid.height < 2 or not grid.width:
        return None
    main = int(grid.filled.sum(axis=0).argmax())
    beside = np.flatnonzero(grid.counts > grid.filled[:, main])
    if grid.filled[beside, main].any() or len(beside) * 2 > grid.height:
        return None
    lines = [text or "" for text in grid.column(main)]
    if any("\n" in line for line in lines[:200]):
        return None
    filled = [line for line in lines if line.strip()]
    packed = [line for line in filled if any(line.count(mark) > 1 for mark in ",;|\t")]
    # Titles are words with spaces between; where most lines are packed they have no say.
    dialect = detect(packed if len(packed) * 2 > len(filled) else lines)
    if dialect.width < 3 or dialect.separator in " :#&!" or dialect.share < 0.5:
        return None
    rows = [row for line in lines for row in Cutter(dialect).read([line]).rows]
    if len(rows) != len(lines) or len(filled) < 2:
        return None
    for index in beside.tolist():
        rows[index] = ["", *grid.texts(index)]
    lengths = np.fromiter((len(row) for row in rows), dtype=np.int32, count=len(rows))
    return from_rows(
        rows,
        sheet=grid.sheet,
        first_row=grid.first_row,
        first_column=grid.first_column + main,
        hidden=grid.hidden,
        kind=grid.kind,
        lengths=lengths,
        findings=list(grid.findings),
        detail={**grid.detail, "delimiter": dialect.separator},
        packed=True,
    )
