"""The operators of expressions, each checked for kinds when built and run by Arrow.

A mismatch raises `TypeError` whose arguments are the kinds found; the compiler words it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pipelines.domain.expression.kinds import Kind, Node, arrow_type

if TYPE_CHECKING:
    import pandas as pd

NUMERIC = ("integer", "number")
#: Below this difference (absolute, or relative to the larger) two numbers are equal.
ABSOLUTE, RELATIVE = 1e-9, 1e-12
MAX_POWER = 10
_ARITHMETIC = {"Add": "add", "Sub": "subtract", "Mult": "multiply"}
_COMPARE = {
    "Eq": "equal", "NotEq": "not_equal", "Lt": "less", "LtE": "less_equal", "Gt": "greater",
    "GtE": "greater_equal",
}  # fmt: skip


def unify(left: Node, right: Node) -> tuple[Node, Node, Kind]:
    """Bring two nodes to one kind: a quoted date beside a date is a date, a missing fits all."""
    if left.kind == right.kind:
        return left, right, left.kind
    if left.kind in NUMERIC and right.kind in NUMERIC:
        return cast(left, "number"), cast(right, "number"), "number"
    if "missing" in (left.kind, right.kind):
        kind = right.kind if left.kind == "missing" else left.kind
        return cast(left, kind), cast(right, kind), kind
    if {left.kind, right.kind} == {"date", "datetime"}:
        return cast(left, "datetime"), cast(right, "datetime"), "datetime"
    for one, other in ((left, right), (right, left)):
        if one.fixed and one.kind == "text" and other.kind in ("date", "datetime"):
            moment = as_moment(str(one.value), other.kind)
            pair = (moment, other) if one is left else (other, moment)
            return *pair, other.kind
    raise TypeError(left.kind, right.kind)


def as_moment(text: str, kind: Kind) -> Node:
    """Read a quoted ISO date; raises `TypeError` when it is none."""
    if kind == "date" and re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        try:
            return Node.constant(dt.date.fromisoformat(text))
        except ValueError:
            pass
    elif kind == "datetime":
        try:
            moment = dt.datetime.fromisoformat(text)
        except ValueError:
            pass
        else:
            if moment.tzinfo:
                moment = moment.astimezone(dt.UTC).replace(tzinfo=None)
            return Node.constant(moment)
    raise TypeError("text", kind)


def cast(node: Node, kind: Kind) -> Node:
    """Return the node's values carried as another kind."""
    if node.kind == kind:
        return node

    def run(frame: pd.DataFrame) -> Any:
        import pyarrow.compute as pc

        return pc.cast(node.run(frame), arrow_type(kind), safe=False)

    return Node(kind, run, node.value, node.fixed)


def negate(op: str, node: Node) -> Node:
    """`-x`, `+x`, `not x`."""
    import pyarrow.compute as pc

    if op == "Not":
        if node.kind not in ("boolean", "missing"):
            raise TypeError(node.kind)
        inner = cast(node, "boolean")
        return Node("boolean", lambda frame: pc.invert(inner.run(frame)))
    if op not in ("USub", "UAdd") or node.kind not in NUMERIC:
        raise TypeError(node.kind)
    if op == "UAdd":
        return node
    if node.fixed:
        return Node.constant(-node.value)
    return Node(node.kind, lambda frame: pc.negate(node.run(frame)))


def arithmetic(op: str, left: Node, right: Node) -> Node:
    """`+ - * / // % **` on numbers, `+` on texts, days added to and between dates."""
    if op == "Add" and left.kind == right.kind == "text":
        return _joined(left, right)
    if "date" in (left.kind, right.kind):
        return _dates(op, left, right)
    if left.kind not in NUMERIC or right.kind not in NUMERIC:
        raise TypeError(left.kind, right.kind)
    if op == "Pow" and not (
        right.fixed and right.kind == "integer" and 0 <= right.value <= MAX_POWER
    ):
        raise TypeError(left.kind, right.kind)
    # Computed in doubles, which never wrap around as 64-bit integers do; whole results are exact
    # below 2**53 and missing beyond 2**63.
    whole = left.kind == right.kind == "integer" and op not in ("Div", "Pow")
    kind: Kind = "integer" if whole else "number"
    a, b = cast(left, "number"), cast(right, "number")

    def run(frame: pd.DataFrame) -> Any:
        import pyarrow as pa
        import pyarrow.compute as pc

        x, y = a.run(frame), b.run(frame)
        if op in ("Div", "FloorDiv", "Mod"):
            y = pc.if_else(pc.equal(y, 0.0), pa.scalar(None, pa.float64()), y)
        if op in _ARITHMETIC:
            result = getattr(pc, _ARITHMETIC[op])(x, y)
        elif op == "Pow":
            result = pc.power(x, y)
        elif op == "Div":
            result = pc.divide(x, y)
        elif op == "FloorDiv":
            result = pc.floor(pc.divide(x, y))
        elif op == "Mod":
            result = pc.subtract(x, pc.multiply(pc.floor(pc.divide(x, y)), y))
        else:
            raise TypeError(left.kind, right.kind)
        if whole:
            fits = pc.less(pc.abs(result), 2.0**63)
            result = pc.if_else(fits, result, pa.scalar(None, pa.float64()))
        return pc.cast(result, arrow_type(kind), safe=False)

    if op not in (*_ARITHMETIC, "Pow", "Div", "FloorDiv", "Mod"):
        raise TypeError(left.kind, right.kind)
    return Node(kind, run)


def _joined(left: Node, right: Node) -> Node:
    def run(frame: pd.DataFrame) -> Any:
        import pyarrow.compute as pc

        return pc.binary_join_element_wise(left.run(frame), right.run(frame), "")

    return Node("text", run)


def _dates(op: str, left: Node, right: Node) -> Node:
    import pyarrow as pa
    import pyarrow.compute as pc

    def days(node: Node, frame: pd.DataFrame) -> Any:
        return pc.cast(node.run(frame), pa.int32())

    if op == "Sub" and left.kind != "integer" and right.kind != "integer":
        left, right, kind = unify(left, right)
        if kind == "date":
            return Node(
                "integer",
                lambda frame: pc.cast(
                    pc.subtract(days(left, frame), days(right, frame)), pa.int64()
                ),
            )
    elif op in ("Add", "Sub") and left.kind == "date" and right.kind == "integer":
        move = pc.add if op == "Add" else pc.subtract
        return Node(
            "date",
            lambda frame: pc.cast(
                move(days(left, frame), pc.cast(right.run(frame), pa.int32(), safe=False)),
                pa.date32(),
            ),
        )
    raise TypeError(left.kind, right.kind)


def compare(op: str, left: Node, right: Node) -> Node:
    """`== != < <= > >=`, and `is None`."""
    import pyarrow.compute as pc

    if op in ("Is", "IsNot"):
        if right.kind != "missing":
            raise TypeError(left.kind, right.kind)
        test = pc.is_null if op == "Is" else pc.is_valid
        return Node("boolean", lambda frame: test(left.run(frame)))
    left, right, kind = unify(left, right)
    if op not in _COMPARE:
        raise TypeError(left.kind, right.kind)
    if kind == "number":
        return Node("boolean", lambda frame: near(op, left.run(frame), right.run(frame)))
    function = getattr(pc, _COMPARE[op])
    return Node("boolean", lambda frame: function(left.run(frame), right.run(frame)))


def near(op: str, x: Any, y: Any) -> Any:
    """Compare Arrow numbers with the tolerance that binary fractions need."""
    import pyarrow.compute as pc

    size = pc.max_element_wise(pc.abs(x), pc.abs(y), skip_nulls=False)
    bound = pc.max_element_wise(pc.multiply(size, RELATIVE), ABSOLUTE, skip_nulls=False)
    equal = pc.less_equal(pc.abs(pc.subtract(x, y)), bound)
    if op == "Eq":
        return equal
    if op == "NotEq":
        return pc.invert(equal)
    if op in ("LtE", "GtE"):
        return pc.or_(equal, getattr(pc, _COMPARE[op])(x, y))
    return pc.and_not(getattr(pc, _COMPARE[op])(x, y), equal)


def logic(op: str, nodes: Sequence[Node]) -> Node:
    """`and`, `or` of any number of tests, with three-valued logic."""
    import pyarrow.compute as pc

    for node in nodes:
        if node.kind not in ("boolean", "missing"):
            raise TypeError(node.kind)
    parts = [cast(node, "boolean") for node in nodes]
    join = pc.and_kleene if op == "And" else pc.or_kleene

    def run(frame: pd.DataFrame) -> Any:
        result = parts[0].run(frame)
        for part in parts[1:]:
            result = join(result, part.run(frame))
        return result

    return Node("boolean", run)


def member(node: Node, items: Sequence[Node], inverted: bool) -> Node:
    """`x in (a, b)`, `x not in (a, b)`."""
    import pyarrow.compute as pc

    if not items:
        raise TypeError(node.kind)
    tests = [compare("Eq", node, item) for item in items]
    result = logic("Or", tests)
    if not inverted:
        return result
    return Node("boolean", lambda frame: pc.invert(result.run(frame)))


def choose(test: Node, yes: Node, no: Node) -> Node:
    """`yes if test else no`; a missing test gives a missing result."""
    import pyarrow.compute as pc

    if test.kind not in ("boolean", "missing"):
        raise TypeError(test.kind)
    check = cast(test, "boolean")
    yes, no, kind = unify(yes, no)
    return Node(kind, lambda frame: pc.if_else(check.run(frame), yes.run(frame), no.run(frame)))
