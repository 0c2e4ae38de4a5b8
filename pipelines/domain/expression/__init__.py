"""Expressions over the fields of a row: `selesai <= masuk`, `round((u1 + u2) / 2, 2)`.

A small language with Python's grammar, read by Python's parser and never run by it: each node is
checked against a list of what is allowed, its kind (number, text, date …) is settled before any
row is looked at, and the whole column is computed at once by Arrow. There is no way to reach a
file, a name or an attribute, regular expressions run in linear time (RE2), and no function reads
the clock, so one input gives one output.

Operators: `+ - * / // % **`, `== != < <= > >=` (chains too: `0 <= x <= 100`), `in`, `not in`,
`and`, `or`, `not`, `a if test else b`, `x is None`. A field whose name is not a word is put in
backticks. Functions: see `FUNCTIONS`. A missing cell makes the result missing, as in SQL, and so
does a cell whose text is not of its field's type (the schema check reports that one).
Numbers are equal when they differ by less than 1e-9 (or one part in 1e12), so `0.1 + 0.2 == 0.3`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.domain.expression import functions, texts  # noqa: F401 - they register themselves
from pipelines.domain.expression.kinds import KINDS, Kind, Node, column, to_text
from pipelines.domain.expression.operators import arithmetic, choose, compare, logic, member, negate
from pipelines.domain.expression.registry import FUNCTIONS, Function
from pipelines.errors import UsageProblem, nearest

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from pipelines.project.schema import TableSchema

__all__ = ["FUNCTIONS", "Expression", "Function", "compile", "field_kinds"]

MAX_LENGTH = 2000
MAX_NODES = 300


@dataclass(frozen=True)
class Expression:
    """An expression, checked and ready to run over a text frame.

    kind: what it gives. fields: the fields it reads, in order of appearance.
    """

    text: str
    kind: Kind
    fields: tuple[str, ...]
    node: Node
    where: str = ""

    def values(self, frame: pd.DataFrame) -> Any:
        """Return the result per row, an Arrow array of length n (null = missing)."""
        import pyarrow as pa

        result = self.node.run(frame)
        if isinstance(result, pa.Scalar):
            result = pa.array([result.as_py()] * len(frame), type=result.type)
        return result.combine_chunks() if isinstance(result, pa.ChunkedArray) else result

    def text_values(self, frame: pd.DataFrame) -> pd.Series[str]:
        """Return the result as Table Schema writes it (`1234.5`, `2024-04-05`), dtype `str`."""
        return to_text(self.values(frame), frame.index)

    def true(self, frame: pd.DataFrame) -> np.ndarray[Any, Any]:
        """Return (n,) booleans: the expression is true (missing is not true)."""
        return self._filled(frame, False)

    def false(self, frame: pd.DataFrame) -> np.ndarray[Any, Any]:
        """Return (n,) booleans: the expression is false (missing is not false)."""
        return ~self._filled(frame, True)

    def _filled(self, frame: pd.DataFrame, missing: bool) -> np.ndarray[Any, Any]:
        if self.kind != "boolean":
            raise UsageProblem(
                "expression-not-test", where=self.where, text=self.text, kind=KINDS[self.kind]
            )
        filled: np.ndarray[Any, Any] = (
            self.values(frame).fill_null(missing).to_numpy(zero_copy_only=False)
        )
        return filled.astype(bool)


def field_kinds(schema: TableSchema) -> dict[str, str]:
    """Return field name → Table Schema type, as `compile` takes them."""
    return {field.name: field.type for field in schema.fields}


def compile(text: str, types: Mapping[str, str], *, where: str = "") -> Expression:
    """Check an expression against the fields' Table Schema types.

    Raises `UsageProblem`: not an expression, a name that is no field or function (nearest named),
    an operation between kinds that don't go together, something the language leaves out.
    """
    return _Compiler(str(text), types, where).expression()


_BACKTICK = re.compile(r"""('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|`([^`]+)`""")


class _Compiler:
    """Turns one expression's syntax tree into a node that runs."""

    def __init__(self, text: str, types: Mapping[str, str], where: str) -> None:
        self.text = text
        self.types = types
        self.where = where
        self.quoted: dict[str, str] = {}
        self.fields: dict[str, None] = {}

    def expression(self) -> Expression:
        tree = self.parse()
        node = self.visit(tree)
        return Expression(self.text, node.kind, tuple(self.fields), node, self.where)

    def problem(self, code: str, **params: object) -> UsageProblem:
        return UsageProblem(code, where=self.where, text=self.text[:200], **params)

    def parse(self) -> ast.expr:
        if len(self.text) > MAX_LENGTH:
            raise self.problem("expression-too-long", limit=MAX_LENGTH)

        def plain(match: re.Match[str]) -> str:
            if match[1]:
                return match[1]
            name = f"field_{len(self.quoted)}_"
            self.quoted[name] = match[2]
            return name

        try:
            tree = ast.parse(_BACKTICK.sub(plain, self.text.strip()), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            reason = getattr(error, "msg", None) or "nested too deeply"
            raise self.problem("expression-syntax", reason=reason) from error
        if sum(1 for _ in ast.walk(tree)) > MAX_NODES:
            raise self.problem("expression-too-long", limit=MAX_NODES)
        return tree

    def visit(self, tree: ast.expr) -> Node:
        handler: Callable[[Any], Node] | None = getattr(self, f"on_{type(tree).__name__}", None)
        if handler is None:
            raise self.problem("expression-not-allowed", what=ast.unparse(tree)[:60])
        return handler(tree)

    def on_Constant(self, tree: ast.Constant) -> Node:
        if tree.value is None or isinstance(tree.value, (bool, int, float, str)):
            return Node.constant(tree.value)
        raise self.problem("expression-not-allowed", what=ast.unparse(tree)[:60])

    def on_Name(self, tree: ast.Name) -> Node:
        name = self.quoted.get(tree.id, tree.id)
        if name in self.types:
            self.fields[name] = None
            return column(name, self.types[name])
        if name in ("true", "false"):
            return Node.constant(name == "true")
        near = nearest(name, self.types) or ", ".join(list(self.types)[:12])
        raise self.problem("expression-field", name=name, nearest=near)

    def on_UnaryOp(self, tree: ast.UnaryOp) -> Node:
        node = self.visit(tree.operand)
        return self.checked(lambda: negate(type(tree.op).__name__, node), tree)

    def on_BinOp(self, tree: ast.BinOp) -> Node:
        left, right = self.visit(tree.left), self.visit(tree.right)
        return self.checked(lambda: arithmetic(type(tree.op).__name__, left, right), tree)

    def on_BoolOp(self, tree: ast.BoolOp) -> Node:
        nodes = [self.visit(value) for value in tree.values]
        return self.checked(lambda: logic(type(tree.op).__name__, nodes), tree)

    def on_IfExp(self, tree: ast.IfExp) -> Node:
        nodes = (self.visit(tree.test), self.visit(tree.body), self.visit(tree.orelse))
        return self.checked(lambda: choose(*nodes), tree)

    def on_Compare(self, tree: ast.Compare) -> Node:
        parts = []
        left: ast.expr = tree.left
        for op, right in zip(tree.ops, tree.comparators, strict=True):
            parts.append(self.comparison(left, op, right, tree))
            left = right
        return parts[0] if len(parts) == 1 else logic("And", parts)

    def comparison(self, left: ast.expr, op: ast.cmpop, right: ast.expr, tree: ast.expr) -> Node:
        name = type(op).__name__
        node = self.visit(left)
        if name in ("In", "NotIn"):
            if not isinstance(right, (ast.Tuple, ast.List, ast.Set)):
                raise self.problem("expression-not-allowed", what=ast.unparse(tree)[:60])
            items = [self.visit(item) for item in right.elts]
            return self.checked(lambda: member(node, items, name == "NotIn"), tree)
        other = self.visit(right)
        return self.checked(lambda: compare(name, node, other), tree)

    def on_Call(self, tree: ast.Call) -> Node:
        if not isinstance(tree.func, ast.Name) or tree.keywords:
            raise self.problem("expression-not-allowed", what=ast.unparse(tree)[:60])
        function = FUNCTIONS.get(tree.func.id)
        if function is None:
            near = nearest(tree.func.id, FUNCTIONS) or ", ".join(sorted(FUNCTIONS))
            raise self.problem("expression-function", name=tree.func.id, nearest=near)
        nodes = [self.visit(argument) for argument in tree.args]
        return self.checked(lambda: function.call(nodes), tree)

    def checked(self, build: Callable[[], Node], tree: ast.expr) -> Node:
        """Build a node; a mismatch of kinds becomes a problem that shows the part at fault."""
        try:
            return build()
        except TypeError as error:
            what = ast.unparse(tree)
            for plain, name in self.quoted.items():
                what = what.replace(plain, f"`{name}`")
            found = {
                lang: " · ".join(KINDS[k][lang] if k in KINDS else str(k) for k in error.args)
                for lang in ("id", "en")
            }
            raise self.problem("expression-kinds", what=what[:120], kinds=found) from error
