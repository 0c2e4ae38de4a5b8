"""An xlsx file as a block source: its cells are typed values, as Frictionless reads them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from pipelines.readers.xlsx.bulk_cells import NotPlainXml
from pipelines.readers.xlsx.bulk_rows import SheetPart
from pipelines.readers.xlsx.typed_column import Tokens
from pipelines.readers.xlsx.typed_sheet import TypedSheet
from pipelines.validate.bulk.column_rules import ColumnRules
from pipelines.validate.bulk.csv_blocks import Block
from pipelines.validate.bulk.csv_detection import SAMPLE_ROWS, header_row
from pipelines.validate.frictionless_api import NeedsFrictionless, own_names


class SheetSource:
    """The first sheet of an xlsx file. Raises `NeedsFrictionless` when it is unusual."""

    codec = Tokens()
    growth = 1

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._sheet = TypedSheet(path)
            self.header_row, labels = self._header()
        except NotPlainXml as problem:
            raise NeedsFrictionless from problem
        if not labels:
            raise NeedsFrictionless
        self.labels = ["" if label is None else str(label).strip() for label in labels]

    def _header(self) -> tuple[int, list[Any]]:
        """Find the header among the sheet's first rows, as Frictionless does."""
        widths: list[int] = []
        parts = []
        for part in self._sheet.parts():
            part.load()
            parts.append(part)
            widths.extend(part.widths.tolist())
            if len(widths) >= SAMPLE_ROWS:
                break
        number = header_row(widths[:SAMPLE_ROWS])
        found = [part for part in parts if part.first <= number <= part.last]
        return number, found[0].row(number) if found else []

    @cached_property
    def own_names(self) -> frozenset[str]:
        """The names by which a foreign key may refer to the table itself."""
        return own_names(self._path)

    @property
    def sheet(self) -> str:
        """The sheet's name."""
        return str(self._sheet.name)

    def pieces(self) -> Iterator[SheetPart]:
        """Yield the parts of the sheet that hold data."""
        try:
            for part in self._sheet.parts():
                if part.last > self.header_row:
                    yield part
        except NotPlainXml as problem:
            raise NeedsFrictionless from problem

    def parse(self, piece: SheetPart, columns: list[ColumnRules], *, last: bool) -> Block:
        """Cut a part of the sheet into columns."""
        try:
            piece.load()
            start = max(piece.first, self.header_row + 1)
            cut = [piece.column(index, start) for index in range(1, len(columns) + 1)]
            ragged = np.flatnonzero(piece.widths[start - piece.first :] != len(columns))
            rest = [(place, piece.row(start + place)) for place in ragged.tolist()]
        except NotPlainXml as problem:
            raise NeedsFrictionless from problem
        count = piece.last - start + 1
        if not len(ragged):
            return Block(count, cut, typed=True)
        rows = np.delete(np.arange(count), ragged)
        return Block(count, [column.take(rows) for column in cut], rows, rest, typed=True)
