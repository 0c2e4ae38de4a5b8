"""What a stage noticed, and where in the source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as member
from typing import Any, Literal

from pipelines import messages
from pipelines.text.addresses import cell_address

Severity = Literal["error", "warning", "info"]


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
        return cell_address(self.row, self.column)

    def __str__(self) -> str:
        parts = [self.file]
        if self.sheet:
            parts.append(self.sheet)
        if self.cell:
            parts.append(self.cell)
        elif self.row is not None:
            parts.append(f"{messages.text('label-row')} {self.row}")
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

    def text(self, part: str, lang: messages.Lang | None = None) -> str:
        """Return a part of the catalogue's entry (`title`, `message`, `explain`, `next`)."""
        cell = self.position.cell if self.position else None
        place = cell or (f"{messages.text('label-row', lang=lang)} {self.row}" if self.row else "")
        params = {
            "place": place or self.field or self.table,
            "row": self.row,
            "field": self.field,
            "value": "" if self.value is None else self.value,
            "table": self.table,
            **self.params,
        }
        return messages.text(self.key, part, lang=lang, **params)

    @property
    def message(self) -> str:
        """What is wrong, in the language in force."""
        return self.text("message")

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
