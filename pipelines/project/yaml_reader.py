"""YAML as people hand it in: read safely, and never half.

A key written twice is refused: YAML would keep the last one, and a `clean:` that masks a column
would be gone without a word. Aliases that multiply ("billion laughs") are refused as well.
"""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from pipelines.errors import UsageProblem

#: So many values may stand in a file once its aliases are written out.
MOST_VALUES = 1_000_000

_Base: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]
    """PyYAML's safe loader that refuses a key written twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        lines: dict[Hashable, int] = {}
        for key_node, _ in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                continue
            key, line = self.construct_object(key_node, deep=True), key_node.start_mark.line + 1
            if isinstance(key, Hashable) and lines.setdefault(key, line) != line:
                raise _Twice(str(key), lines[key], line)
        found: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return found


class _Twice(Exception):
    def __init__(self, key: str, first: int, second: int) -> None:
        super().__init__(key)
        self.params = {"key": key, "first": first, "second": second}


def read(path: Path, where: str) -> Any:
    """Return what a YAML file holds.

    Raises `UsageProblem`: it is missing, is not YAML, has a key twice, or its aliases stand for
    more than `MOST_VALUES` values.
    """
    try:
        data = yaml.load(path.read_text(encoding="utf-8-sig"), _Loader)  # noqa: S506 (it is safe)
        if _size(data, {}) > MOST_VALUES:
            raise UsageProblem("yaml-aliases", where=where, limit=MOST_VALUES)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        raise UsageProblem("file-missing", where=where) from error
    except _Twice as error:
        raise UsageProblem("yaml-twice", where=where, **error.params) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())[:300]
        raise UsageProblem("yaml-broken", where=where, reason=reason) from error
    return data


def read_mapping(path: Path, where: str) -> dict[str, Any]:
    """Return what a YAML file holds. Raises `UsageProblem` as `read`, or when it is no mapping."""
    data = read(path, where)
    if not isinstance(data, dict):
        raise UsageProblem("yaml-broken", where=where, reason="not a mapping")
    return data


def _size(value: Any, sizes: dict[int, int]) -> int:
    """Count the values in `value` as if each alias were written out; sizes: by object."""
    if not isinstance(value, list | dict):
        return 1
    if id(value) not in sizes:
        sizes[id(value)] = MOST_VALUES + 1  # what holds itself has no end
        inner = value.values() if isinstance(value, dict) else value
        sizes[id(value)] = 1 + sum(_size(item, sizes) for item in inner)
    return sizes[id(value)]
