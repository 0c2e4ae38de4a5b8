"""What reading text takes in memory, estimated before it is read.

The figures are measured: the highest anonymous memory of `extract` on files of 30 MB to 1.2 GB, of
2 and of 12 columns.
"""

from __future__ import annotations

from pipelines.text import memory

#: Smaller text is read without a look at the memory.
CHECKED = 1 << 26
#: Records of more text than this are kept in a file.
MOST_IN_MEMORY = 1 << 28
#: What the search for the table takes: bytes per row, besides one per cell, and altogether.
PER_ROW, AT_LEAST = 28, 150 << 20
#: Bytes of the records that tell where a cell ends.
PER_CELL = 8
#: Text of another encoding is held as read, decoded, in lines and as UTF-8.
DECODED = 5
#: Irregular text is cut into texts of Python: bytes per cell, and copies of the whole.
PER_TEXT, CUT = 60, 5


def require_for_records(name: str, *, size: int, row_size: float, width: int) -> None:
    """Check that regular text fits: size bytes in rows of row_size, each of width cells.

    Raises `PortalProblem`, as the other two do.
    """
    if size <= CHECKED:
        return
    rows = int(size / row_size)
    needed, records = rows * (width + PER_ROW) + AT_LEAST, size + rows * width * PER_CELL
    if size > MOST_IN_MEMORY:
        memory.require(needed, where=name, size=size, mapped=records)
    else:
        memory.require(needed + records, where=name, size=size)


def require_for_decoding(name: str, size: int) -> None:
    """Check that text of another encoding than UTF-8 fits."""
    if size > CHECKED:
        memory.require(DECODED * size, where=name, size=size, code="memory-short.encoding")


def require_for_cutting(name: str, data: bytes) -> None:
    """Check that irregular text fits when it is cut in Python."""
    if len(data) <= CHECKED:
        return
    cells = max(map(data.count, (b",", b";", b"\t", b"|")))
    needed = CUT * len(data) + PER_TEXT * cells
    memory.require(needed, where=name, size=len(data), code="memory-short.irregular")
