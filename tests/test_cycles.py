"""Modules of one package never import each other in a circle."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = sorted(path.parent.name for path in (ROOT / "pipelines").glob("*/__init__.py"))


def module_name(path: Path, root: Path) -> str:
    """Return the dotted name of a module's file below `root`; a package's for its `__init__`."""
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield what a module imports as dotted names (`a.b` for `from a import b`, be `b` a module
    or not), inside functions too; imports for type checking only do not count."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for statement in node.orelse:
                yield from imported(ast.Module([statement], []))
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        else:
            yield from imported(node)


def import_cycle(package: Path, root: Path) -> list[str]:
    """Return the modules of an import cycle within a package, the first again at the end; the
    empty list when there is none. root: the folder that holds the topmost package."""
    paths = {module_name(path, root): path for path in package.rglob("*.py")}
    graph = {}
    for name, path in sorted(paths.items()):
        names = imported(ast.parse(path.read_text(encoding="utf-8")))
        modules = {one if one in paths else one.rpartition(".")[0] for one in names}
        graph[name] = (modules & paths.keys()) - {name}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


@pytest.mark.parametrize("package", PACKAGES)
def test_no_import_cycle(package: str) -> None:
    assert import_cycle(ROOT / "pipelines" / package, ROOT) == []


@pytest.mark.parametrize(
    ("first", "second", "cycle"),
    [
        ("from p.b import x", "from p.a import y", True),
        ("from p import b", "import p.a", True),
        ("from p.b import x", "def f():\n    from p.a import y", True),
        (
            "from p.b import x",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from p.a import y",
            False,
        ),
        ("from p.b import x", "import os", False),
    ],
)
def test_import_cycle(tmp_path: Path, first: str, second: str, cycle: bool) -> None:
    package = tmp_path / "p"
    package.mkdir()
    for name, text in (("__init__", ""), ("a", first), ("b", second)):
        (package / f"{name}.py").write_text(text, encoding="utf-8")
    assert bool(import_cycle(package, tmp_path)) == cycle
