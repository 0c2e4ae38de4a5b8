"""Imports run down the ranks only, and a library is imported where its job is done."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "pipelines"
RANKS = {
    "": 0, "catalogue": 0, "errors": 0, "jsontext": 0, "lazy": 0,
    "model": 1, "shown": 1, "standing": 2, "reference": 1, "arrow": 1, "layout": 1, "yamltext": 1,
    "strict": 1,
    "schema": 2, "descriptor": 2, "dataset": 2, "delimited": 2,
    "readers": 3, "ckan": 3, "edition": 3, "expression": 3, "identifiers": 3,
    "extract": 4, "clean": 4, "validate": 4, "privacy": 4, "package": 4, "publish": 4,
    "report": 4, "portal": 4,
    "run": 5, "scaffold": 5, "release": 6, "overview": 6,
    "cli": 7,
}  # fmt: skip
#: Modules of one rank may use each other where the design says so; stages never do.
SAME_RANK = {("errors", "catalogue"), ("dataset", "schema"), ("dataset", "descriptor")}
#: Library → the parts that may import it.
OWNED = {
    "ckanapi": {"ckan"},
    "python_calamine": {"readers"},
    "fastexcel": {"readers"},
    "clevercsv": {"readers"},
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
        assert allowed or (types_only and RANKS[there] <= RANKS[here] and RANKS[here] != 4), (
            f"{here} (rank {RANKS[here]}) imports {there} (rank {RANKS[there]})"
        )


def test_the_check_sees_an_upward_import(tmp_path: Path) -> None:
    file = tmp_path / "x.py"
    file.write_text("from pipelines.run import Run\nimport pipelines.cli\n")
    assert [name for name, _ in imports(file)] == ["pipelines.run", "pipelines.cli"]
