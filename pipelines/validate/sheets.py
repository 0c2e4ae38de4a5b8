"""An xlsx file judged in bulk: its cells are typed values, as Frictionless reads them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import numpy as np

from pipelines.readers.typed import Tokens
from pipelines.readers.xlsx_tags import NotPlain
from pipelines.readers.xlsx_typed import TypedSheet
from pipelines.validate.blocks import Block
from pipelines.validate.opening import SAMPLE_ROWS, header_row
from pipelines.validate.shape import Column, NeedsFrictionless, own_names

#: rows judged at a time
SLICE = 20_000


class SheetSource:
    """The first sheet of an xlsx file. Raises `NeedsFrictionless` when it is an odd one."""

    codec = Tokens()

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._sheet = TypedSheet(path)
            widths = self._sheet.widths
            self.header_row = header_row(widths[:SAMPLE_ROWS].tolist())
            labels = self._sheet.row(self.header_row) if self.header_row else []
        except NotPlain as problem:
            raise NeedsFrictionless from problem
        self.labels = ["" if label is None else str(label).strip() for label in labels]
        if not self.labels:
            raise NeedsFrictionless
        self._wide = np.flatnonzero(widths != len(self.labels)) + 1

    @cached_property
    def own_names(self) -> frozenset[str]:
        """The names by which a foreign key may refer to the table itself."""
        return own_names(self._path)

    @property
    def sheet(self) -> str:
        """The sheet's name."""
        return str(self._sheet.name)

    def pieces(self) -> Iterator[int]:
        """Yield the first row of each slice of the data."""
        return iter(range(self.header_row + 1, self._sheet.rows + 1, SLICE))

    def parse(self, piece: int, columns: list[Column], *, last: bool) -> Block:
        """Cut a slice out of the sheet."""
        stop = min(piece + SLICE, self._sheet.rows + 1)
        odd = self._wide[(self._wide >= piece) & (self._wide < stop)]
        rows = None
        if len(odd):
            rows = np.delete(np.arange(stop - piece), odd - piece)
        try:
            cut = [self._sheet.column(i, piece, stop) for i in range(1, len(columns) + 1)]
            rest = [(int(row) - piece, self._sheet.row(int(row))) for row in odd]
        except NotPlain as problem:
            raise NeedsFrictionless from problem
        if rows is not None:
            cut = [column.take(rows) for column in cut]
        return Block(stop - piece, cut, rows, rest, typed=True)
