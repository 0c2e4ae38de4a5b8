"""The text of a `dataset.yaml` and changes in it, placed by PyYAML's marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml


class Unplaced(Exception):
    """The node to be changed is not written where it counts."""


class DescriptorText:
    """The text of a descriptor and the changes to be made in it, by place."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.newline = "\r\n" if "\r\n" in text else "\n"
        self.changes: list[tuple[int, int, str]] = []
        self.root = yaml.compose(text, yaml.SafeLoader)

    def write_source(self, table: str, source: Sequence[str]) -> None:
        """Write `source:` of a table."""
        self._write_source(child(self.table(table), "source"), source)

    def write_columns(self, table: str, columns: Mapping[str, str]) -> None:
        """Add entries to `columns:` of a table."""
        self._write_columns(self.table(table), columns)

    def write_coverage(self, key: str, text: str) -> None:
        """Write `from` or `to` of `coverage:`, in the quotes that are there."""
        node = child(child(self.root, "coverage"), key)
        mark = node.style if node.style in ("'", '"') else ""
        self._replace(node, f"{mark}{text}{mark}")

    def table(self, name: str) -> Any:
        """Return a table's node."""
        return child(child(self.root, "tables"), name)

    def result(self) -> str:
        """Return the text with the changes made."""
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
                raise Unplaced
            new = yaml_source(source)
            if len(source) == 1 and node.style in ("'", '"'):
                new = _quoted(source[0])
            self._replace(node, new)
            return
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            raise Unplaced
        if node.flow_style:
            self._replace(node, _listed(source))
            return
        # a list of lines: those that stay keep their place and their comments
        written = [item.value for item in node.value]
        added = [one for one in source if one not in written]
        for item in node.value:
            if item.value not in source:
                if added:
                    self._replace(item, yaml_scalar(added.pop(0)))
                else:
                    self._drop_line(item)
        last = node.value[-1]
        indent = self._before(last)
        self._insert_lines(last, [f"{indent}{yaml_scalar(one)}" for one in added])

    def _write_columns(self, table: yaml.Node, columns: Mapping[str, str]) -> None:
        entries = [
            f"{yaml_scalar(label)}: {yaml_scalar(target)}" for label, target in columns.items()
        ]
        assert isinstance(table, yaml.MappingNode)
        found = [(key, node) for key, node in table.value if key.value == "columns"]
        if table.flow_style:
            raise Unplaced
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
            raise Unplaced
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
            raise Unplaced
        end = self.text.find("\n", after.end_mark.index)
        block = "".join(line + self.newline for line in lines)
        if end < 0:
            end, block = len(self.text), self.newline + block
            self.changes.append((end, end, block))
        else:
            self.changes.append((end + 1, end + 1, block))


def child(node: yaml.Node | None, key: str) -> Any:
    """Return the value of a key, as it stands in the text. Raises `Unplaced`."""
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == key and value.start_mark.index >= name.end_mark.index:
                return value
    raise Unplaced


def yaml_source(source: Sequence[str]) -> str:
    return yaml_scalar(source[0]) if len(source) == 1 else _listed(source)


def _listed(source: Sequence[str]) -> str:
    return f"[{', '.join(yaml_scalar(one) for one in source)}]"


def yaml_scalar(text: str) -> str:
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
