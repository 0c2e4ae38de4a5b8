"""Imports run down the ranks only, and a library is imported where its job is done."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "pipelines"
#: The floors of the house, the lowest first: a package imports those below it only.
FLOORS = (
    ("", "errors", "messages"),
    ("text",),
    ("model",),
    ("project",),
    ("readers", "domain", "ckan"),
    ("extract", "clean", "validate", "privacy", "package", "publish", "report", "portal"),
    ("workflow",),
    ("status", "scaffold"),
    ("cli",),
)
RANKS = {package: rank for rank, floor in enumerate(FLOORS) for package in floor}
STAGES = RANKS["extract"]
#: Packages of one floor never import each other, but for words of an error.
SAME_RANK = {("errors", "messages")}
#: Library → the packages that may import it.
OWNED = {
    "ckanapi": {"ckan"},
    "python_calamine": {"readers"},
    "fastexcel": {"readers"},
    "charset_normalizer": {"readers"},
    "click": {"cli"},
}
MODULES = sorted(
    path for path in PACKAGE.rglob("*.py") if not any(p.startswith("ckanext-") for p in path.parts)
)


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py").replace("__init__", "")


def imports(path: Path) -> list[tuple[str, bool]]:
    """Every module a file imports; whether it is for type checking only."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    quiet = {
        id(node)
        for branch in ast.walk(tree)
        if isinstance(branch, ast.If) and "TYPE_CHECKING" in ast.unparse(branch.test)
        for node in ast.walk(branch)
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, id(node) in quiet) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative import"
            names = [node.module]
            if node.module == "pipelines":
                names = [f"pipelines.{alias.name}" for alias in node.names]
            found += [(name, id(node) in quiet) for name in names]
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_run_down(path: Path) -> None:
    here = part_of(path)
    assert here in RANKS, f"{here} has no rank: give it one"
    for name, types_only in imports(path):
        top, _, rest = name.partition(".")
        if top != "pipelines":
            owners = OWNED.get(top)
            assert owners is None or here in owners, f"{name} belongs to {owners}"
            continue
        there = rest.split(".")[0]
        if there not in RANKS:  # a name of the package itself, such as __version__
            there = ""
        if there == here or there == "":
            continue
        allowed = RANKS[there] < RANKS[here] or (here, there) in SAME_RANK
        assert allowed or (types_only and RANKS[there] <= RANKS[here] and RANKS[here] != STAGES), (
            f"{here} (rank {RANKS[here]}) imports {there} (rank {RANKS[there]})"
        )


def test_the_check_sees_an_upward_import(tmp_path: Path) -> None:
    file = tmp_path / "x.py"
    file.write_text("from pipelines.workflow.prepare import Run\nimport pipelines.cli\n")
    assert [name for name, _ in imports(file)] == ["pipelines.workflow.prepare", "pipelines.cli"]


@pytest.mark.parametrize(
    "path", [p for p in MODULES if p.name == "__init__.py"], ids=lambda p: str(p.parent.name)
)
def test_no_module_is_shadowed(path: Path) -> None:
    """A name that a package defines or exports is not the name of one of its modules."""
    modules = {p.stem for p in path.parent.glob("*.py")} | {
        p.parent.name for p in path.parent.glob("*/__init__.py")
    }
    package = ".".join(path.parent.relative_to(PACKAGE.parent).parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: set[str] = set()
        if isinstance(node, ast.ImportFrom) and node.module != package:
            names = {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            names = {node.name}
        assert not names & (modules - {"__init__"})


def test_every_class_has_a_name_of_its_own() -> None:
    homes: dict[str, list[str]] = {}
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                homes.setdefault(node.name, []).append(str(path.relative_to(PACKAGE)))
    assert {name: files for name, files in homes.items() if len(files) > 1} == {}
