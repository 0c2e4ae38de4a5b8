"""What stands over the table, and what the steps take from there or from a name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.model import Source
from pipelines.model.templates import GUIDE_SHEET, LISTS_SHEET
from pipelines.project.dataset import Dataset
from pipelines.project.naming import table_title
from pipelines.project.schema import TableSchema
from pipelines.scaffold.template.columns import planned_steps
from pipelines.scaffold.template.latest import LatestSource


@dataclass(frozen=True)
class StatedValue:
    """A value that `from_source` takes: the field's title, where it must stand, what the latest
    edition says there."""

    title: str
    title_en: str
    where: str
    before: str


@dataclass(frozen=True)
class Heading:
    """The rows over the labels and the sheet's name.

    lines: title lines; a `StatedValue` is a line with a cell to fill in. stated: all of them.
    """

    sheet: str
    lines: tuple[str | StatedValue, ...]
    stated: tuple[StatedValue, ...]


def headings_of(dataset: Dataset, table: str, latest: LatestSource | None) -> list[Heading]:
    """Return the heading of each sheet of a table's template: one, or those of the latest source.

    A title that reads like the value of a step is left out, since the step would take it.
    """
    sources = latest.extraction.table.sources if latest is not None else (None,)
    return [_heading(dataset, table, latest, source) for source in sources]


def _heading(
    dataset: Dataset, table: str, latest: LatestSource | None, source: Source | None
) -> Heading:
    stated, patterns = [], []
    for step in planned_steps(dataset, table):
        if step.step.name == "from_source":
            name, where = str(step.parameters["field"]), str(step.parameters["where"])
            pattern = re.compile(f"(?i){step.parameters['pattern']}")
            if where == "title":
                patterns.append(pattern)
            texts = _texts(latest, source, where) if latest and source else ()
            stated.append(_stated(dataset.schemas[table], name, where, pattern, texts))
    titles = [table_title(dataset, table).id, dataset.office.title.id]
    lines: list[str | StatedValue] = [
        line for line in titles if not any(pattern.search(line) for pattern in patterns)
    ]
    lines += [value for value in stated if value.where == "title"]
    return Heading(_sheet_name(source), tuple(lines), tuple(stated))


def _stated(
    schema: TableSchema, name: str, where: str, pattern: re.Pattern[str], texts: Sequence[str]
) -> StatedValue:
    title = title_en = name
    if name in schema.names:
        field = schema.field(name)
        title, title_en = field.text("title") or name, field.text("title", "en") or name
    hits = [found.group() for text in texts if (found := pattern.search(text))]
    return StatedValue(title, title_en, where, hits[0] if hits else "")


def _texts(latest: LatestSource, source: Source, where: str) -> Sequence[str]:
    if where in ("file", "sheet"):
        return [source.file if where == "file" else source.sheet or ""]
    return [
        left.text
        for left in latest.extraction.left_out
        if left.position.sheet == source.sheet and (left.rule == "left-title") == (where == "title")
    ]


def _sheet_name(source: Source | None) -> str:
    """Return the sheet's name of the latest workbook, which the office knows."""
    name = source.sheet if source is not None else None
    name = re.sub(r"[\[\]:*?/\\]", " ", name or "").strip(" '")[:31]
    taken = {GUIDE_SHEET.casefold(), LISTS_SHEET.casefold(), ""}
    return "Data" if name.casefold() in taken else name
