"""Reads YAML files safely; duplicate keys and exponential aliases are errors.

Of duplicate keys PyYAML keeps the last: a `clean:` that masks a column could be lost silently.
Aliases that multiply ("billion laughs") would exhaust memory.
"""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from pipelines.errors import UsageProblem

#: Limit of the values in a file, its aliases expanded.
MAX_VALUES = 1_000_000

_Base: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]
    """PyYAML's safe loader, with duplicate keys as errors."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        lines: dict[Hashable, int] = {}
        for key_node, _ in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                continue
            key, line = self.construct_object(key_node, deep=True), key_node.start_mark.line + 1
            if isinstance(key, Hashable) and lines.setdefault(key, line) != line:
                raise _DuplicateKey(str(key), lines[key], line)
        found: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return found


class _DuplicateKey(Exception):
    def __init__(self, key: str, first: int, second: int) -> None:
        super().__init__(key)
        self.params = {"key": key, "first": first, "second": second}


def read(path: Path, where: str) -> Any:
    """Return the content of a YAML file.

    Raises `UsageProblem`: it is missing, is not YAML, has a duplicate key, or expands to more than
    `MAX_VALUES` values.
    """
    try:
        return read_text(path.read_text(encoding="utf-8-sig"), where)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        raise UsageProblem("file-missing", where=where) from error
    except ValueError as error:  # not UTF-8
        reason = " ".join(str(error).split())[:300]
        raise UsageProblem("yaml-broken", where=where, reason=reason) from error


def read_text(text: str, where: str) -> Any:
    """Return the content of YAML text. Raises `UsageProblem` as `read` does."""
    try:
        data = yaml.load(text, _Loader)  # noqa: S506 (it is safe)
        if _size(data, {}) > MAX_VALUES:
            raise UsageProblem("yaml-aliases", where=where, limit=MAX_VALUES)
    except _DuplicateKey as error:
        raise UsageProblem("yaml-twice", where=where, **error.params) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())[:300]
        raise UsageProblem("yaml-broken", where=where, reason=reason) from error
    return data


def read_mapping(path: Path, where: str) -> dict[str, Any]:
    """Return a YAML file's mapping. Raises `UsageProblem` as `read`, or when it is no mapping."""
    data = read(path, where)
    if not isinstance(data, dict):
        raise UsageProblem("yaml-broken", where=where, reason="not a mapping")
    return data


def _size(value: Any, sizes: dict[int, int]) -> int:
    """Count the values in `value`, aliases expanded; sizes: counts by object id."""
    if not isinstance(value, list | dict):
        return 1
    if id(value) not in sizes:
        sizes[id(value)] = MAX_VALUES + 1  # a value that contains itself is infinite
        inner = value.values() if isinstance(value, dict) else value
        sizes[id(value)] = 1 + sum(_size(item, sizes) for item in inner)
    return sizes[id(value)]
