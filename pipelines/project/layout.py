"""The layout of one table in its sheet, as a descriptor's `layout:` and the command line say it.

A dataclass of the standard library, so that a command that only reads files loads no pydantic;
a descriptor's own `layout:` is checked by pydantic all the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Literal


@dataclass(frozen=True)
class Layout:
    """Choices that override the layout reader; what `inspect` proposes can be pasted here.

    sheet: name or 1-based number; the sheets of a list, or those that a pattern such as `*2025`
    fits, are joined into one table. range: `A5:F40`. header: 1-based sheet rows of the labels.
    skip: rows to leave out. totals: `aside` (default) or `keep`. fill_down: labels to fill, or
    true/false for all. table: which of several tables in the sheet (1-based).
    sections: the label of a column for the words of section rows, one for each row below them.
    values: numbers that the sheet shows rounded, as `stored` (default) or as `shown`.
    plain: header is the first row and nothing is interpreted, as Frictionless reads.
    """

    __pydantic_config__: ClassVar[Any] = {"extra": "forbid"}

    sheet: str | int | list[str | int] | None = None
    range: str | None = None
    header: list[int] | None = None
    skip: list[int] = field(default_factory=list)
    totals: Literal["aside", "keep"] = "aside"
    fill_down: bool | list[str] = True
    table: int | None = None
    sections: str | None = None
    values: Literal["stored", "shown"] | None = None
    plain: bool = False
    encoding: str | None = None
    delimiter: str | None = None

    def explicit(self) -> dict[str, Any]:
        """Return the options that differ from the defaults, as `layout:` would state them."""
        default = Layout()
        return {
            item.name: getattr(self, item.name)
            for item in fields(self)
            if getattr(self, item.name) != getattr(default, item.name)
        }
