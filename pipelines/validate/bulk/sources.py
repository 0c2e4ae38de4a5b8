"""Block sources: a CSV file, and a frame of text."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.validate.bulk.column_rules import ColumnRules
from pipelines.validate.bulk.csv_blocks import (
    FIRST_BYTES,
    LARGEST_BYTES,
    Block,
    parse_piece,
    read_pieces,
)
from pipelines.validate.bulk.csv_detection import open_csv
from pipelines.validate.bulk.engine import BlockSource
from pipelines.validate.frictionless_api import NeedsFrictionless, own_names

if TYPE_CHECKING:
    import pandas as pd

#: rows of a frame per block
SLICE = 50_000


class CsvSource:
    """A CSV or TSV file. Raises `NeedsFrictionless` when its start is out of the ordinary."""

    sheet = None
    codec = None
    growth = LARGEST_BYTES // FIRST_BYTES

    def __init__(self, path: Path) -> None:
        self._path = path
        self._opened = open_csv(path)
        self.labels = self._opened.labels
        self.header_row = self._opened.header_row

    @cached_property
    def own_names(self) -> frozenset[str]:
        """The names by which a foreign key may refer to the table itself."""
        return own_names(self._path)

    def pieces(self) -> Iterator[bytes]:
        """Yield the file's text in pieces of whole records."""
        return read_pieces(self._opened)

    def parse(self, piece: bytes, columns: list[ColumnRules], *, last: bool) -> Block:
        """Split a piece into columns."""
        return parse_piece(
            piece,
            self._opened,
            [column.encode for column in columns],
            blank_lines_as_cells=all(column.blank_is_missing for column in columns),
            last=last,
        )


def open_file(path: Path) -> BlockSource:
    """Open a file that can be checked block by block. Raises `NeedsFrictionless` for others."""
    # Frictionless reads the path as a URL: these characters would split it
    if set("#?;:") & set(str(path)) or str(path).startswith("//") or not path.is_file():
        raise NeedsFrictionless
    if path.suffix.lower() in (".csv", ".tsv"):
        return CsvSource(path)
    if path.suffix.lower() == ".xlsx":
        # openpyxl takes a while to import
        from pipelines.validate.bulk.xlsx_source import SheetSource

        return SheetSource(path)
    raise NeedsFrictionless


class FrameSource:
    """A frame of n × m text cells; its first row has row number 2, as below a header."""

    header_row = 1
    sheet = None
    codec = None
    growth = 1

    def __init__(self, frame: pd.DataFrame, name: str) -> None:
        import pyarrow as pa

        self._frame = frame
        self.labels = [str(label).strip() for label in frame.columns]
        self.own_names = frozenset({"", name})
        self._columns = [
            pa.Array.from_pandas(frame.iloc[:, index]).cast(pa.string())
            for index in range(frame.shape[1])
        ]

    def pieces(self) -> Iterator[int]:
        """Yield where each slice of the frame starts."""
        return iter(range(0, len(self._frame), SLICE))

    def parse(self, piece: int, columns: list[ColumnRules], *, last: bool) -> Block:
        """Cut a slice out of the frame's columns."""
        cut: list[Any] = [column.slice(piece, SLICE) for column in self._columns]
        ready = [
            cells.dictionary_encode() if column.encode else cells
            for column, cells in zip(columns, cut, strict=True)
        ]
        return Block(len(cut[0]), ready)
