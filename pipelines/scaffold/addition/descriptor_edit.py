"""Single values of a `dataset.yaml` changed in its text: comments, order and quotes stay.

The places come from PyYAML's marks. What was written is read again and compared with what was
meant; when it differs (anchors, merged keys), nothing is written and the lines are shown.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from pipelines.errors import UsageProblem
from pipelines.project import yaml_reader
from pipelines.scaffold.addition.descriptor_text import (
    DescriptorText,
    Unplaced,
    yaml_scalar,
    yaml_source,
)


@dataclass(frozen=True)
class DescriptorEdit:
    """What is to be written: `source` of a table (None: as it is), entries added to its `columns`,
    `from` and `to` of the dataset's `coverage`.
    """

    table: str
    source: Sequence[str] | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    coverage: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return self.source is not None or bool(self.columns) or bool(self.coverage)

    def as_yaml(self) -> str:
        """Return the lines to write by hand."""
        lines = []
        if self.coverage:
            lines += ["coverage:", *(f"  {key}: {text}" for key, text in self.coverage.items())]
        if self.source is not None or self.columns:
            lines += ["tables:", f"  {self.table}:"]
        if self.source is not None:
            lines.append(f"    source: {yaml_source(self.source)}")
        if self.columns:
            lines.append("    columns:")
            lines += [f"      {yaml_scalar(k)}: {yaml_scalar(v)}" for k, v in self.columns.items()]
        return "\n".join(lines)


def edited(text: str, edit: DescriptorEdit, where: str) -> str:
    """Return the descriptor's text with the edit made.

    Raises `UsageProblem` with the lines to write by hand when the text can't be edited safely.
    """
    if not edit:
        return text
    meant = _meant(yaml_reader.read_text(text, where), edit)
    try:
        result = _written(text, edit)
        found = yaml_reader.read_text(result, where)
    except (Unplaced, yaml.YAMLError, UsageProblem) as error:
        raise UsageProblem("add-by-hand", where=where, lines=edit.as_yaml()) from error
    if _comparable(found, edit) != _comparable(meant, edit):
        raise UsageProblem("add-by-hand", where=where, lines=edit.as_yaml())
    return result


def _written(text: str, edit: DescriptorEdit) -> str:
    changed = DescriptorText(text)
    if edit.source is not None:
        changed.write_source(edit.table, edit.source)
    if edit.columns:
        changed.write_columns(edit.table, edit.columns)
    for key, value in edit.coverage.items():
        changed.write_coverage(key, value)
    return changed.result()


def _meant(before: Any, edit: DescriptorEdit) -> Any:
    """Return the parsed descriptor as it should read after the edit."""
    after = copy.deepcopy(before)
    table = after["tables"][edit.table]
    if edit.source is not None:
        single = len(edit.source) == 1 and not isinstance(table["source"], list)
        table["source"] = edit.source[0] if single else list(edit.source)
    if edit.columns:
        table["columns"] = {**(table.get("columns") or {}), **edit.columns}
    for key, text in edit.coverage.items():
        quoted = isinstance(after["coverage"][key], str)
        after["coverage"][key] = text if quoted else yaml.safe_load(text)
    return after


def _comparable(descriptor: Any, edit: DescriptorEdit) -> Any:
    """Return a descriptor with the table's source as a sorted list: its order means nothing."""
    result = copy.deepcopy(descriptor)
    table = result["tables"][edit.table]
    source = table["source"]
    table["source"] = [source] if isinstance(source, str) else sorted(source)
    return result
