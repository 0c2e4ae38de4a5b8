"""What a workbook is to hold of one table."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.scaffold.template.columns import TemplateColumn
from pipelines.scaffold.template.heading import Heading


@dataclass(frozen=True)
class TableTemplate:
    """A table of a template: a sheet for each heading, all with the same columns."""

    name: str
    headings: tuple[Heading, ...]
    columns: tuple[TemplateColumn, ...]

    @property
    def depth(self) -> int:
        """How many label rows there are."""
        return max((len(column.parts) for column in self.columns), default=1)

    def labels_at(self, heading: Heading) -> int:
        """Return the 0-based row of the first label row, below the heading and a blank row."""
        return len(heading.lines) + 1
