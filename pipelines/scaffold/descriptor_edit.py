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
            lines.append(f"    source: {_value(self.source)}")
        if self.columns:
            lines.append("    columns:")
            lines += [f"      {_scalar(k)}: {_scalar(v)}" for k, v in self.columns.items()]
        return "\n".join(lines)


def edited(text: str, edit: DescriptorEdit, where: str) -> str:
    """Return the descriptor's text with the edit made.

    Raises `UsageProblem` with the lines to write by hand when the text can't be edited safely.
    """
    if not edit:
        return text
    meant = _meant(yaml_reader.read_text(text, where), edit)
    try:
        result = _Text(text).applied(edit)
        found = yaml_reader.read_text(result, where)
    except (_Unplaced, yaml.YAMLError, UsageProblem) as error:
        raise UsageProblem("add-by-hand", where=where, lines=edit.as_yaml()) from error
    if _comparable(found, edit) != _comparable(meant, edit):
        raise UsageProblem("add-by-hand", where=where, lines=edit.as_yaml())
    return result


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


class _Unplaced(Exception):
    """The node to be changed is not written where it counts."""


class _Text:
    """The text of a descriptor and the changes to be made in it, by place."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.newline = "\r\n" if "\r\n" in text else "\n"
        self.changes: list[tuple[int, int, str]] = []
        self.root = yaml.compose(text, yaml.SafeLoader)

    def applied(self, edit: DescriptorEdit) -> str:
        table = _child(_child(self.root, "tables"), edit.table)
        if edit.source is not None:
            self._write_source(_child(table, "source"), edit.source)
        if edit.columns:
            self._write_columns(table, edit.columns)
        for key, text in edit.coverage.items():
            node = _child(_child(self.root, "coverage"), key)
            mark = node.style if node.style in ("'", '"') else ""
            self._replace(node, f"{mark}{text}{mark}")
        result = self.text
        # from the end, so that places stay true; of two at one place the first comes first
        places = sorted(enumerate(self.changes), key=lambda item: (item[1][0], item[0]))
        for _, (start, stop, new) in reversed(places):
            result = result[:start] + new + result[stop:]
        return result

    def _replace(self, node: yaml.Node, new: str) -> None:
        self.changes.append((node.start_mark.index, node.end_mark.index, new))

    def _write_source(self, node: yaml.Node, source: Sequence[str]) -> None:
        if isinstance(node, yaml.ScalarNode):
            if node.style in ("|", ">"):
                raise _Unplaced
            new = _value(source)
            if len(source) == 1 and node.style in ("'", '"'):
                new = _quoted(source[0])
            self._replace(node, new)
            return
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            raise _Unplaced
        if node.flow_style:
            self._replace(node, _listed(source))
            return
        # a list of lines: those that stay keep their place and their comments
        written = [item.value for item in node.value]
        added = [one for one in source if one not in written]
        for item in node.value:
            if item.value not in source:
                if added:
                    self._replace(item, _scalar(added.pop(0)))
                else:
                    self._drop_line(item)
        last = node.value[-1]
        indent = self._before(last)
        self._insert_lines(last, [f"{indent}{_scalar(one)}" for one in added])

    def _write_columns(self, table: yaml.Node, columns: Mapping[str, str]) -> None:
        entries = [f"{_scalar(label)}: {_scalar(target)}" for label, target in columns.items()]
        assert isinstance(table, yaml.MappingNode)
        found = [(key, node) for key, node in table.value if key.value == "columns"]
        if table.flow_style:
            raise _Unplaced
        if not found:
            key, node = next((k, n) for k, n in table.value if k.value == "source")
            indent = " " * key.start_mark.column
            lines = [f"{indent}columns:", *(f"{indent}  {entry}" for entry in entries)]
            while isinstance(node, yaml.CollectionNode) and not node.flow_style:
                node = node.value[-1]
            self._insert_lines(node, lines)
            return
        key, node = found[0]
        if isinstance(node, yaml.ScalarNode) and node.value == "":
            indent = " " * (key.start_mark.column + 2)
            self.changes.append(
                (
                    key.end_mark.index + 1,
                    key.end_mark.index + 1,
                    "".join(f"{self.newline}{indent}{entry}" for entry in entries),
                )
            )
        elif not isinstance(node, yaml.MappingNode):
            raise _Unplaced
        elif node.flow_style:
            end = node.value[-1][1].end_mark.index if node.value else node.start_mark.index + 1
            self.changes.append((end, end, (", " if node.value else "") + ", ".join(entries)))
        else:
            first, (_, last) = node.value[0][0], node.value[-1]
            indent = " " * first.start_mark.column
            self._insert_lines(last, [f"{indent}{entry}" for entry in entries])

    def _drop_line(self, node: yaml.Node) -> None:
        start = self.text.rfind("\n", 0, node.start_mark.index) + 1
        end = self.text.find("\n", node.end_mark.index)
        self.changes.append((start, end + 1 if end >= 0 else len(self.text), ""))

    def _before(self, node: yaml.Node) -> str:
        """Return what stands before a node in its line (`  - `)."""
        start = self.text.rfind("\n", 0, node.start_mark.index) + 1
        return self.text[start : node.start_mark.index]

    def _insert_lines(self, after: yaml.Node, lines: Sequence[str]) -> None:
        """Insert lines below that of a node's end, its comment included."""
        if not lines:
            return
        if isinstance(after, yaml.ScalarNode) and after.style in ("|", ">"):
            raise _Unplaced
        end = self.text.find("\n", after.end_mark.index)
        block = "".join(line + self.newline for line in lines)
        if end < 0:
            end, block = len(self.text), self.newline + block
            self.changes.append((end, end, block))
        else:
            self.changes.append((end + 1, end + 1, block))


def _child(node: yaml.Node | None, key: str) -> Any:
    """Return the value of a key, as it stands in the text. Raises `_Unplaced`."""
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == key and value.start_mark.index >= name.end_mark.index:
                return value
    raise _Unplaced


def _value(source: Sequence[str]) -> str:
    return _scalar(source[0]) if len(source) == 1 else _listed(source)


def _listed(source: Sequence[str]) -> str:
    return f"[{', '.join(_scalar(one) for one in source)}]"


def _scalar(text: str) -> str:
    """Return a text as YAML: plain where it reads the same everywhere, else in double quotes."""
    try:
        plain = yaml.safe_load(f"{text}: [{text}]") == {text: [text]}
    except yaml.YAMLError:
        plain = False
    usable = plain and text == text.strip() and text.isprintable() and " #" not in text
    return text if usable else _quoted(text)


def _quoted(text: str) -> str:
    whole = yaml.safe_dump(text, default_style='"', allow_unicode=True, width=2**30)
    return str(whole).removesuffix("\n")
