"""The columns of a template: the office's labels, and which field each one fills."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from pipelines.clean.labels import fields_of_labels
from pipelines.clean.registry import Planned, plan
from pipelines.clean.steps import load_all
from pipelines.extract.header.labels import JOIN
from pipelines.project.dataset import Dataset
from pipelines.project.schema import SchemaField
from pipelines.project.strict import StrictModel
from pipelines.scaffold.draft import number_repeated
from pipelines.scaffold.periods.columns import find_period_columns
from pipelines.scaffold.template.latest import LatestSource

#: Steps after which a cell says something else than the office wrote: the schema's limits are those
#: of the clean value.
_ALTERING = {
    "replace", "map", "units", "mask", "hash", "generalise", "suppress", "split", "join",
    "letter_case", "budget_codes", "python", "derive",
}  # fmt: skip


@dataclass(frozen=True)
class TemplateColumn:
    """A column to fill in.

    parts: its label, one part per label row. name: the column in cleaning's words. field: the
    schema field that it fills, if any. spread: it is one of the columns that become rows. period:
    it is such a column and its label a period, which the office moves on. altered: cleaning changes
    what is written, so that the limits of the field do not apply. texts: the values of the latest
    edition. choices: what may be chosen. decimals: how many its values all have, else 0. why: why
    it is not published.
    """

    parts: tuple[str, ...]
    name: str
    field: SchemaField | None = None
    spread: bool = False
    period: bool = False
    altered: bool = False
    texts: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    decimals: int = 0
    why: str = ""

    @property
    def label(self) -> str:
        """The label in one line."""
        return JOIN.join(part for part in self.parts if part)

    @property
    def required(self) -> bool:
        """Whether each row must have a value here."""
        return self.field is not None and self.field.required and not self.period

    def as_json(self) -> Mapping[str, Any]:
        """The same for machines."""
        return {
            "label": self.label,
            "field": self.field.name if self.field else None,
            "required": self.required,
            "choices": len(self.choices),
        }


def planned_steps(dataset: Dataset, table: str) -> list[Planned]:
    """Return the table's cleaning steps with their parameters. Raises `UsageProblem`."""
    load_all()
    return plan(dataset.spec.tables[table].clean, dataset.where)


def columns_of_latest(dataset: Dataset, table: str, latest: LatestSource) -> list[TemplateColumn]:
    """Return the columns as the latest source has them."""
    schema = dataset.schemas[table]
    steps = planned_steps(dataset, table)
    raw = latest.extraction.table
    labels = [str(label) for label in raw.frame.columns]
    depth = max(1, len(latest.extraction.layout.get("header") or ()))
    names = number_repeated(labels)
    known, _ = fields_of_labels(names, dataset.spec.tables[table].columns, schema)
    renamed = {old: new for step in steps for old, new in _renames(step).items()}
    spread = {
        place: name for name, places in latest.became.items() if len(places) > 1 for place in places
    }
    periods = find_period_columns(labels)
    moved_on = periods.indexes if periods is not None else frozenset()
    columns = []
    for index, (label, name) in enumerate(zip(labels, names, strict=True)):
        own = known.get(name, name)
        own = renamed.get(own, own)
        place = raw.columns[index]
        places = [place] if isinstance(place, int) else np.unique(place).tolist()
        value = next((spread[one] for one in places if one in spread), "")
        column = TemplateColumn(
            parts=tuple(label.split(JOIN, depth - 1)) if label else ("",),
            name=own,
            texts=tuple(str(text) for text in raw.frame.iloc[:, index].dropna()),
        )
        if own in schema.names:
            decimals = latest.decimals.get(own, 0)
            column = replace(column, field=schema.field(own), decimals=decimals)
        elif value:
            period = index in moved_on
            column = replace(column, field=schema.field(value), spread=True, period=period)
        columns.append(_with_steps(column, steps))
    return columns


def columns_of_schema(dataset: Dataset, table: str) -> list[TemplateColumn]:
    """Return the columns of a table without a source: the labels that the descriptor maps, and
    the titles of the other fields, except those that a step makes."""
    spec, schema = dataset.spec.tables[table], dataset.schemas[table]
    steps = planned_steps(dataset, table)
    made = {name for step in steps for name in _makes(step)}
    found = dict(spec.columns)
    given = Counter(found.values())
    for field in schema.fields:
        if field.name not in made and not given[field.name]:
            found[field.text("title") or field.name] = field.name
    columns = []
    for label, name in found.items():
        field_ = schema.field(name) if name in schema.names else None
        columns.append(_with_steps(TemplateColumn(tuple(label.split(JOIN)), name, field_), steps))
    return columns


def _with_steps(column: TemplateColumn, steps: Sequence[Planned]) -> TemplateColumn:
    """Add what the steps do to a column: whether it is dropped, and why; whether it is altered."""
    fed = {column.name, column.field.name if column.field else column.name}
    for step in steps:
        parameters = step.parameters
        if step.step.name == "drop" and column.name in parameters["columns"]:
            column = replace(column, why=str(parameters.get("why") or ""))
        elif step.step.name == "numbers" and fed & set(step.fields):
            scaled = any(parameters.get(key) for key in ("scale", "percent", "unit"))
            column = replace(column, altered=column.altered or scaled)
        elif step.step.name in _ALTERING:
            touched = {*step.fields, parameters.get("field"), parameters.get("into")}
            if fed & touched or step.step.name == "python":
                column = replace(column, altered=True)
    return column


def _renames(step: Planned) -> dict[str, str]:
    return dict(step.parameters["names"]) if step.step.name == "rename" else {}


def _makes(step: Planned) -> list[str]:
    """Return the columns that a step makes of others."""
    parameters = dict(step.parameters)
    name = step.step.name
    if isinstance(options := parameters.get("options"), StrictModel):
        parameters = dict(options)
    if name == "regions" and parameters.get("source") is not None:
        return list(step.fields)
    if name in ("derive", "from_source"):
        return [parameters["field"]]
    if name == "constant":
        return list(parameters["fields"])
    into = parameters.get("into") or ()
    made = [into] if isinstance(into, str) else list(into)
    if name == "unpivot":
        made += [*parameters["names"], parameters["value"]]
    return made
