"""Tables on their way, each cell with its place in the source, and what reading and cleaning gave.

A table is text from the first stage to the last check: every cell is what the reader of the
sheet saw, later what Table Schema would write for it (`1234.5`, `2024-04-05`, `true`). One
representation serves extraction, cleaning, validation and the published CSV, so a value can't
change by being carried; `pipelines.project.schema.typed` turns it into pandas types at the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from dataclasses import field as member
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pipelines.model.findings import Finding, Position

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


@dataclass(frozen=True)
class Source:
    """A sheet of a workbook, or a text file, that rows came from.

    `file` is what people are shown; `path` is where it lies on disk (None for a download).
    """

    file: str
    sheet: str | None = None
    path: Path | None = None


@dataclass(frozen=True)
class Table:
    """A table of n rows × m columns of text, each cell with its place in the source.

    frame: n × m, every column of dtype `str`, missing cells NA; raw labels may repeat.
    sources: the sheets the rows came from. source: (n,) index into `sources`.
    row: (n,) 1-based row of the sheet. columns: one per column of the frame, the 1-based sheet
    column, or an (n,) array of them where it differs by row (unpivoted, joined); 0 = made here.
    """

    name: str
    frame: pd.DataFrame
    sources: tuple[Source, ...]
    source: np.ndarray[Any, Any]
    row: np.ndarray[Any, Any]
    columns: tuple[int | np.ndarray[Any, Any], ...]

    def __post_init__(self) -> None:
        rows, width = self.frame.shape
        if len(self.source) != rows or len(self.row) != rows or len(self.columns) != width:
            raise ValueError("positions do not fit the frame")

    def __len__(self) -> int:
        return len(self.frame)

    def column_of(self, index: int, column: int) -> int | None:
        """Return the 1-based sheet column of the cell (row index, column index), None if made."""
        place = self.columns[column]
        found = int(place) if isinstance(place, int) else int(place[index])
        return found or None

    def position(self, index: int, field: str | None = None) -> Position:
        """Return where the cell (or the row) of 0-based row `index` stands in its source."""
        source = self.sources[int(self.source[index])]
        column = None
        if field is not None and field in self.frame.columns:
            column = self.column_of(index, list(self.frame.columns).index(field))
        return Position(source.file, source.sheet, int(self.row[index]), column)

    def take(self, indices: np.ndarray[Any, Any]) -> Table:
        """Return the rows at these 0-based positions (or of this boolean mask), in that order."""
        return replace(
            self,
            frame=self.frame.iloc[indices].reset_index(drop=True)
            if indices.dtype != bool
            else self.frame[indices].reset_index(drop=True),
            source=self.source[indices],
            row=self.row[indices],
            columns=tuple(c if isinstance(c, int) else c[indices] for c in self.columns),
        )


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row of the sheet that is not data, and the named rule that says why.

    `rule` is a catalogue code (`left-title`, `left-numbering`, `left-total`, `left-note` …).
    """

    position: Position
    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class Total:
    """A total or subtotal row put aside: which data rows [start, stop) it should sum."""

    index: int
    label: str
    kind: Literal["total", "subtotal"]
    start: int
    stop: int


@dataclass(frozen=True)
class Extraction:
    """What reading one or many files gave.

    table: the raw table. totals: the rows of `totals_table` put aside, same columns as the table.
    left_out accounts for every other row. layout: the choices made, as `layout:` would say them.
    evidence: why, for `inspect`. texts: title and note texts with their places.
    """

    table: Table
    left_out: tuple[LeftOut, ...] = ()
    totals: tuple[Total, ...] = ()
    totals_table: Table | None = None
    findings: tuple[Finding, ...] = ()
    layout: Mapping[str, Any] = member(default_factory=dict)
    evidence: Mapping[str, Any] = member(default_factory=dict)


@dataclass(frozen=True)
class Cleaned:
    """What cleaning gave.

    table: cells as Table Schema writes them; a cell that could not be understood keeps its text.
    audit: one row per changed, filled, dropped or added cell or row, columns `AUDIT_COLUMNS`.
    totals_table: the rows put aside, cleaned by the same steps.
    spent: labels of the sheet whose columns were dropped or became rows, as each edition brings its
    own months: no field stands for them.
    """

    table: Table
    audit: pd.DataFrame
    findings: tuple[Finding, ...] = ()
    totals: tuple[Total, ...] = ()
    totals_table: Table | None = None
    spent: frozenset[str] = frozenset()


#: The first ten say what was done where; `record` tells apart the rows that one source row became
#: (its place in the table when the table was read, or last reshaped).
AUDIT_COLUMNS = (
    "file", "sheet", "row", "column", "field", "action", "before", "after", "step", "reason",
    "record",
)  # fmt: skip
