"""The functions of numbers, dates and missing cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pipelines.domain.expression.kinds import Node, cast_text
from pipelines.domain.expression.operators import NUMERIC, as_moment, cast, compare, logic, unify
from pipelines.domain.expression.registry import arrow, fixed, function, need

if TYPE_CHECKING:
    import pandas as pd


@function("abs(x)", "nilai mutlak", "absolute value")
def _abs(x: Node) -> Node:
    return arrow(need(x, *NUMERIC).kind, "abs", x)


@function("round(x, places?)", "bulatkan (setengah ke atas)", "round (half away from zero)")
def _round(x: Node, places: Node | None = None) -> Node:
    digits = 0 if places is None else fixed(places, "integer")
    if not -15 <= digits <= 15:
        raise TypeError("integer")
    number = cast(need(x, *NUMERIC), "number")

    def run(frame: pd.DataFrame) -> Any:
        import pyarrow as pa
        import pyarrow.compute as pc

        values = number.run(frame)
        # 2.675 is stored a hair below; a nudge of the last bit rounds it as people do on paper.
        nudge = pc.multiply(values, 1e-15)
        result = pc.round(pc.add(values, nudge), ndigits=digits, round_mode="half_towards_infinity")
        return pc.cast(result, pa.float64() if digits > 0 else pa.int64(), safe=False)

    return Node("number" if digits > 0 else "integer", run)


@function("floor(x)", "bulatkan ke bawah", "round down")
def _floor(x: Node) -> Node:
    return arrow("integer", "floor", cast(need(x, *NUMERIC), "number"))


@function("ceil(x)", "bulatkan ke atas", "round up")
def _ceil(x: Node) -> Node:
    return arrow("integer", "ceil", cast(need(x, *NUMERIC), "number"))


def _extreme(name: str, nodes: Sequence[Node]) -> Node:
    kind = nodes[0].kind
    parts = [nodes[0]]
    for node in nodes[1:]:
        _, other, kind = unify(parts[0], node)
        parts = [*(cast(part, kind) for part in parts), cast(other, kind)]
    need(parts[0], *NUMERIC, "date", "datetime")

    def run(frame: pd.DataFrame) -> Any:
        import pyarrow.compute as pc

        return getattr(pc, name)(*(part.run(frame) for part in parts), skip_nulls=False)

    return Node(kind, run)


@function("min(a, b, …)", "yang terkecil", "the smallest")
def _min(*nodes: Node) -> Node:
    return _extreme("min_element_wise", nodes)


@function("max(a, b, …)", "yang terbesar", "the largest")
def _max(*nodes: Node) -> Node:
    return _extreme("max_element_wise", nodes)


@function("between(x, low, high)", "low <= x <= high", "low <= x <= high")
def _between(x: Node, low: Node, high: Node) -> Node:
    return logic("And", [compare("GtE", x, low), compare("LtE", x, high)])


@function("date('2024-01-31')", "tanggal", "a date")
def _date(t: Node) -> Node:
    if t.kind == "datetime":
        return cast(t, "date")
    if t.fixed:
        return as_moment(str(fixed(t, "text")), "date")
    need(t, "text")
    return Node("date", lambda frame: cast_text(t.run(frame), "date"))


@function("year(d)", "tahun", "the year")
def _year(d: Node) -> Node:
    return arrow("integer", "year", need(d, "date", "datetime"))


@function("month(d)", "bulan 1–12", "the month 1–12")
def _month(d: Node) -> Node:
    return arrow("integer", "month", need(d, "date", "datetime"))


@function("day(d)", "hari dalam bulan", "day of the month")
def _day(d: Node) -> Node:
    return arrow("integer", "day", need(d, "date", "datetime"))


@function("quarter(d)", "triwulan 1–4", "the quarter 1–4")
def _quarter(d: Node) -> Node:
    return arrow("integer", "quarter", need(d, "date", "datetime"))


@function("weekday(d)", "1 = Senin … 7 = Minggu", "1 = Monday … 7 = Sunday")
def _weekday(d: Node) -> Node:
    return arrow("integer", "day_of_week", need(d, "date", "datetime"), count_from_zero=False)


@function("missing(x)", "sel kosong", "the cell is empty")
def _missing(x: Node) -> Node:
    return compare("Is", x, Node.constant(None))


@function("first(a, b, …)", "yang pertama terisi", "the first that is not missing")
def _first(*nodes: Node) -> Node:
    import pyarrow.compute as pc

    result = nodes[0]
    for node in nodes[1:]:
        one, other, kind = unify(result, node)
        result = Node(kind, lambda frame, a=one, b=other: pc.coalesce(a.run(frame), b.run(frame)))  # type: ignore[misc]
    return result


@function("count(a, b, …)", "banyaknya yang terisi", "how many are not missing")
def _count(*nodes: Node) -> Node:
    def run(frame: pd.DataFrame) -> Any:
        import pyarrow as pa
        import pyarrow.compute as pc

        total: Any = pa.scalar(0, pa.int64())
        for node in nodes:
            total = pc.add(total, pc.cast(pc.is_valid(node.run(frame)), pa.int64()))
        return total

    return Node("integer", run)
