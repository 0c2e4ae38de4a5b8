"""`template DATASET`: the workbook that offices fill in for the next edition of a table.

Takes a table of the project; gives a workbook with the labels of its latest source, drop-downs and
rules for what may be typed, and instructions. `extract` recognises it by the names defined in it
(`pipelines.model.templates`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.errors import UsageProblem, nearest
from pipelines.model.templates import TemplateMark
from pipelines.project.dataset import Dataset, load_dataset
from pipelines.scaffold.template.choices import ColumnChoices
from pipelines.scaffold.template.columns import TemplateColumn, columns_of_latest, columns_of_schema
from pipelines.scaffold.template.heading import heading_of
from pipelines.scaffold.template.latest import read_latest
from pipelines.scaffold.template.workbook import write_workbook
from pipelines.workflow.tables import ProjectTables

__all__ = ["WrittenTemplate", "write_template"]


@dataclass(frozen=True)
class WrittenTemplate:
    """A template that was written: its file, whose table it is, and its columns."""

    path: Path
    table: str
    columns: tuple[TemplateColumn, ...]

    def as_json(self) -> Mapping[str, Any]:
        """The same for machines."""
        return {
            "file": str(self.path),
            "table": self.table,
            "columns": [column.as_json() for column in self.columns],
        }


def write_template(
    name: str, project: Path, *, table: str | None = None, path: Path | None = None
) -> WrittenTemplate:
    """Write the template of a table; the same project gives the same bytes.

    table: may be left out where the dataset has one. path: by default `template-NAME.xlsx`.
    Raises `UsageProblem` (unknown dataset or table, several tables, the file exists) and `Refused`
    when the sources cannot be read or cleaned.
    """
    dataset = load_dataset(name, project)
    table = _table(dataset, table)
    path = path or Path(f"template-{name}{'' if table == name else f'-{table}'}.xlsx")
    if path.suffix.lower() != ".xlsx":
        raise UsageProblem("template-suffix", value=path.name)
    if path.exists():
        raise UsageProblem("template-exists", where=str(path))
    tables = ProjectTables(project)
    latest = read_latest(dataset, table, tables)
    columns = columns_of_schema(dataset, table)
    if latest is not None:
        columns = columns_of_latest(dataset, table, latest)
    columns = ColumnChoices(dataset, table, tables).settle(columns)
    heading = heading_of(dataset, table, latest)
    depth = max((len(column.parts) for column in columns), default=1)
    first = len(heading.lines) + 2
    mark = TemplateMark(
        heading.sheet,
        tuple(range(first, first + depth)),
        name,
        table,
        dataset.schemas[table].fingerprint,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    write_workbook(path, dataset, table, heading, columns, mark)
    return WrittenTemplate(path, table, tuple(columns))


def _table(dataset: Dataset, table: str | None) -> str:
    known = list(dataset.spec.tables)
    if table is None and len(known) == 1:
        return known[0]
    if table is None:
        raise UsageProblem("template-table", where=dataset.where, known=", ".join(known))
    if table not in known:
        near = nearest(table, known) or ", ".join(known)
        raise UsageProblem("template-table-unknown", where=dataset.where, value=table, nearest=near)
    return table
