"""The values that the stages hand to each other. No stage knows another; all know these.

A table is text from the first stage to the last check: every cell is what the reader of the
sheet saw, later what Table Schema would write for it (`1234.5`, `2024-04-05`, `true`). One
representation serves extraction, cleaning, validation and the published CSV, so a value can't
change by being carried; `pipelines.schema.typed` turns it into pandas types at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as member
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pipelines import catalogue

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

Severity = Literal["error", "warning", "info"]

#: The sheet that the annotated workbook puts in front; readers leave it out, so that a corrected
#: workbook can be fed back as it is.
SUMMARY_SHEET = "Temuan – Findings"


def column_letters(column: int) -> str:
    """Return the spreadsheet name of a 1-based column: 1 → A, 27 → AA."""
    name = ""
    while column > 0:
        column, digit = divmod(column - 1, 26)
        name = chr(65 + digit) + name
    return name


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a source: file, sheet (none in text files), 1-based row and column."""

    file: str
    sheet: str | None = None
    row: int | None = None
    column: int | None = None

    @property
    def cell(self) -> str | None:
        """The cell's address as a spreadsheet shows it (`D17`), or None without row and column."""
        if self.row is None or not self.column:
            return None
        return f"{column_letters(self.column)}{self.row}"

    def __str__(self) -> str:
        parts = [self.file]
        if self.sheet:
            parts.append(self.sheet)
        if self.cell:
            parts.append(self.cell)
        elif self.row is not None:
            parts.append(f"{catalogue.text('label-row')} {self.row}")
        return " › ".join(parts)


@dataclass(frozen=True)
class Finding:
    """Something a stage noticed, at a place of the source.

    `code` is stable and stands in the catalogue; for a schema finding it is Frictionless's error
    type. `variant` narrows the words (`minimum` for a `constraint-error`). `row` is the row of the
    source as its reader counts; `value` never holds a raw personal identifier.
    """

    code: str
    severity: Severity = "error"
    table: str = ""
    row: int | None = None
    field: str | None = None
    value: str | None = None
    position: Position | None = None
    variant: str = ""
    params: Mapping[str, Any] = member(default_factory=dict)

    @property
    def key(self) -> str:
        """The catalogue key, variant included."""
        return f"{self.code}.{self.variant}" if self.variant else self.code

    def words(self, part: str, lang: catalogue.Lang | None = None) -> str:
        """Return a part of the catalogue's entry (`title`, `message`, `explain`, `next`)."""
        cell = self.position.cell if self.position else None
        place = cell or (f"{catalogue.text('label-row', lang=lang)} {self.row}" if self.row else "")
        params = {
            "place": place or self.field or self.table,
            "row": self.row,
            "field": self.field,
            "value": "" if self.value is None else self.value,
            "table": self.table,
            **self.params,
        }
        return catalogue.text(self.key, part, lang=lang, **params)

    @property
    def message(self) -> str:
        """What is wrong, in the language in force."""
        return self.words("message")

    def as_json(self) -> dict[str, Any]:
        """The shape other programs rely on (`validate --json`)."""
        return {
            "type": self.code,
            "row": self.row,
            "field": self.field,
            "value": self.value,
            "message": self.message,
            "cell": self.position.cell if self.position else None,
        }


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
    """

    table: Table
    audit: pd.DataFrame
    findings: tuple[Finding, ...] = ()
    totals: tuple[Total, ...] = ()
    totals_table: Table | None = None


#: The first ten say what was done where; `record` tells apart the rows that one source row became
#: (its place in the table when the table was read, or last reshaped).
AUDIT_COLUMNS = (
    "file", "sheet", "row", "column", "field", "action", "before", "after", "step", "reason",
    "record",
)  # fmt: skip


@dataclass(frozen=True)
class TableReport:
    """The verdict over one table: n `rows`, m `fields`, errors and warnings in source order.

    `read` is the number of data rows of the sources, before cleaning reshaped them (None: as they
    are). `notes` are what the stages decided and found in order (severity `info`). `more` counts
    errors beyond the limit that are not listed, by catalogue key. `stopped`: the check ended at
    the limit of errors, and the rows after `rows` were not looked at.
    """

    name: str
    source: str
    rows: int
    fields: int
    seconds: float
    errors: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    field_names: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    changes: Mapping[str, Mapping[str, int]] = member(default_factory=dict)
    more: Mapping[str, int] = member(default_factory=dict)
    notes: tuple[Finding, ...] = ()
    read: int | None = None
    stopped: bool = False

    @property
    def valid(self) -> bool:
        """No errors (warnings do not count)."""
        return not self.errors and not self.more

    def with_findings(self, findings: Iterable[Finding]) -> TableReport:
        """Return the report with more findings, sorted into errors, warnings and notes."""
        new = list(findings)
        return replace(
            self,
            errors=(*self.errors, *(f for f in new if f.severity == "error")),
            warnings=(*self.warnings, *(f for f in new if f.severity == "warning")),
            notes=(*self.notes, *(f for f in new if f.severity == "info")),
        )

    def as_json(self) -> dict[str, Any]:
        """The shape other programs rely on (`validate --json`)."""
        return {
            "name": self.name,
            "source": self.source,
            "rows": self.rows,
            "fields": self.fields,
            "seconds": round(self.seconds, 3),
            "errors": [finding.as_json() for finding in self.errors],
            "warnings": [finding.as_json() for finding in self.warnings],
        }


@dataclass(frozen=True)
class Report:
    """The verdict over one dataset, or over plain files."""

    name: str
    tables: Sequence[TableReport]

    @cached_property
    def valid(self) -> bool:
        """Every table is valid."""
        return all(table.valid for table in self.tables)

    def as_json(self) -> dict[str, Any]:
        """The shape other programs rely on (`validate --json`)."""
        return {"valid": self.valid, "tables": [table.as_json() for table in self.tables]}
