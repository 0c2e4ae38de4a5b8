"""What may be chosen in a column: regions, values of another dataset, the field's own choices."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pipelines.clean.defaults import is_region_code
from pipelines.domain.reference import regions
from pipelines.project.dataset import Dataset, dataset_names, load_dataset
from pipelines.project.schema import SchemaField
from pipelines.scaffold.template.columns import TemplateColumn, planned_steps
from pipelines.workflow.tables import ProjectTables

_CODE = re.compile(r"[0-9]{2}\.?[0-9]{1,2}")
#: A column of so many different values, whose choices are not the field's own, is no list.
_MOST_OWN = 50
#: A column that no field stands for is a list when it has so few values, each so often.
_FEW, _OFTEN = 5, 3
#: What a column of yes and no holds, unless its field says otherwise.
_WORDS = {"trueValues": "Ya", "falseValues": "Tidak"}


class ColumnChoices:
    """The drop-downs of one table."""

    def __init__(self, dataset: Dataset, table: str, tables: ProjectTables) -> None:
        self._dataset = dataset
        self._tables = tables
        self._checks = dataset.spec.tables[table].checks
        self._schema = dataset.schemas[table]
        self._region_columns = {
            name
            for step in planned_steps(dataset, table)
            if step.step.name == "regions"
            for name in ([step.parameters["source"]] if step.parameters["source"] else step.fields)
        }

    def settle(self, columns: Sequence[TemplateColumn]) -> list[TemplateColumn]:
        """Return the columns with their choices."""
        return [replace(column, choices=tuple(self._of(column))) for column in columns]

    def _of(self, column: TemplateColumn) -> Sequence[str]:
        field = column.field
        if column.name in self._region_columns or (
            field is not None and not column.spread and is_region_code(field)
        ):
            return _regions(column)
        written = list(dict.fromkeys(" ".join(text.split()) for text in column.texts))
        if field is None:
            few = len(written) <= _FEW and len(written) * _OFTEN <= len(column.texts)
            return sorted(written) if few else ()
        enum = [str(item) for item in field.constraints.get("enum") or ()]
        found = [] if column.spread else self._referred(field)
        found = found or enum or _yes_and_no(field)
        if not found:
            return ()
        if set(written) <= set(found) or (not column.altered and not enum):
            return found
        return written if enum and len(written) <= _MOST_OWN else ()

    def _referred(self, field: SchemaField) -> list[str]:
        """Return the values of the column of another dataset that the field refers to."""
        target = next(iter(self._targets(field)), None)
        if target is None:
            return []
        values = self._tables.reference(target[0])[target[1]].dropna()
        return list(dict.fromkeys(str(value) for value in values))

    def _targets(self, field: SchemaField) -> Iterator[tuple[str, str]]:
        """Yield (`dataset` or `dataset/table`, column) that the field's values must stand in."""
        for check in self._checks:
            if not isinstance(check, Mapping):
                continue
            if "reference" in check and "to" in check:
                if check["reference"] == field.name:
                    yield str(check["to"]), str(check.get("field") or field.name)
                matched = (check.get("match") or {}).get(field.name)
                if matched:
                    yield str(check["to"]), str(matched)
            axis = (check.get("values") or {}).get(field.name) if "grid" in check else None
            if isinstance(axis, Mapping) and "reference" in axis:
                yield str(axis["reference"]), str(axis.get("field") or field.name)
        stated = str(field.descriptor.get("reference") or "")
        if found := self._known(stated.partition(".")[0], stated.partition(".")[2] or field.name):
            yield found
        for key in self._schema.descriptor.get("foreignKeys") or ():
            mine, theirs = (_listed(part) for part in (key["fields"], key["reference"]["fields"]))
            resource = str(key["reference"].get("resource") or "")
            if field.name in mine and (
                found := self._known(resource, theirs[mine.index(field.name)])
            ):
                yield found

    def _known(self, name: str, column: str) -> tuple[str, str] | None:
        """Return the target if another dataset of the project has such a column."""
        project = self._dataset.project
        if name == self._dataset.name or name not in dataset_names(project):
            return None
        schema = next(iter(load_dataset(name, project).schemas.values()))
        return (name, column) if column in schema.names else None


def _regions(column: TemplateColumn) -> list[str]:
    """Return codes where the column holds codes, official names otherwise."""
    codes = sum(bool(_CODE.fullmatch(text.strip())) for text in column.texts)
    if column.texts:
        coded = codes * 2 > len(column.texts)
    else:
        coded = column.field is not None and is_region_code(column.field)
    return [region.kode if coded else region.nama for region in regions()]


def _yes_and_no(field: SchemaField) -> list[str]:
    if field.type != "boolean":
        return []
    yes, no = (field.descriptor.get(key) or [word] for key, word in _WORDS.items())
    return [str(yes[0]), str(no[0])]


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [str(item) for item in value]
