"""`template DATASET`: the workbook that offices fill in for the next edition of a table.

Takes a table of the project; gives a workbook with the labels of its latest source, drop-downs and
rules for what may be typed, and instructions. `extract` recognises it by the names defined in it
(`pipelines.model.templates`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipelines.errors import UsageProblem, nearest
from pipelines.project.dataset import Dataset, load_dataset
from pipelines.scaffold.template.choices import ColumnChoices
from pipelines.scaffold.template.columns import columns_of_latest, columns_of_schema
from pipelines.scaffold.template.heading import headings_of
from pipelines.scaffold.template.latest import read_latest
from pipelines.scaffold.template.table import TableTemplate
from pipelines.scaffold.template.workbook import write_workbook
from pipelines.workflow.tables import ProjectTables

__all__ = ["WrittenTemplate", "write_template"]


@dataclass(frozen=True)
class WrittenTemplate:
    """A template that was written: its file and its tables, the one asked for first."""

    path: Path
    tables: tuple[TableTemplate, ...]

    def as_json(self) -> Mapping[str, Any]:
        """The same for machines."""
        first, *others = (
            {"table": one.name, "columns": [column.as_json() for column in one.columns]}
            for one in self.tables
        )
        return {"file": str(self.path), **first, **({"also": others} if others else {})}


def write_template(
    name: str, project: Path, *, table: str | None = None, path: Path | None = None
) -> WrittenTemplate:
    """Write the template of a table; the same project gives the same bytes.

    Tables that are read from the same files are written into the same workbook. table: may be left
    out where that is every table of the dataset. path: by default `template-NAME.xlsx`.
    Raises `UsageProblem` (unknown dataset or table, tables of several files, the file exists) and
    `Refused` when the sources cannot be read or cleaned.
    """
    dataset = load_dataset(name, project)
    names = _tables(dataset, table)
    path = path or Path(f"template-{name}{'' if table in (None, name) else f'-{table}'}.xlsx")
    if path.suffix.lower() != ".xlsx":
        raise UsageProblem("template-suffix", value=path.name)
    if path.exists():
        raise UsageProblem("template-exists", where=str(path))
    tables = ProjectTables(project)
    found = _apart(_template(dataset, one, tables) for one in names)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_workbook(path, dataset, found)
    return WrittenTemplate(path, tuple(found))


def _template(dataset: Dataset, table: str, tables: ProjectTables) -> TableTemplate:
    latest = read_latest(dataset, table, tables)
    if latest is None:
        columns = columns_of_schema(dataset, table)
    else:
        columns = columns_of_latest(dataset, table, latest)
    columns = ColumnChoices(dataset, table, tables).settle(columns)
    headings = headings_of(dataset, table, latest)
    return TableTemplate(table, tuple(headings), tuple(columns))


def _apart(templates: Iterable[TableTemplate]) -> list[TableTemplate]:
    """Number sheets that would have the same name."""
    taken: set[str] = set()
    found = []
    for template in templates:
        headings = []
        for heading in template.headings:
            name, number = heading.sheet, 1
            while name.casefold() in taken:
                number += 1
                name = f"{heading.sheet[:26]} ({number})"
            taken.add(name.casefold())
            headings.append(replace(heading, sheet=name))
        found.append(replace(template, headings=tuple(headings)))
    return found


def _tables(dataset: Dataset, table: str | None) -> list[str]:
    """Return the table asked for and those that are read from the same files, in its order."""
    specs = dataset.spec.tables
    known = list(specs)
    first = known[0] if table is None else table
    if first not in specs:
        near = nearest(first, known) or ", ".join(known)
        raise UsageProblem("template-table-unknown", where=dataset.where, value=first, nearest=near)
    together = [one for one in known if specs[one].source == specs[first].source]
    if table is None and together != known:
        raise UsageProblem("template-table", where=dataset.where, known=", ".join(known))
    return sorted(together, key=lambda one: one != first)
