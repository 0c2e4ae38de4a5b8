"""The functions that expressions may call, each with its signature and a line of explanation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.expression.kinds import Kind, Node, arrow_type, cast_text, to_text
from pipelines.expression.operators import NUMERIC, as_moment, cast, compare, logic, unify

if TYPE_CHECKING:
    import pandas as pd

MAX_PAD = 100


@dataclass(frozen=True)
class Function:
    """A function: how it is written, what it does (both languages), how it is built."""

    signature: str
    says: dict[str, str]
    call: Callable[[Sequence[Node]], Node]


FUNCTIONS: dict[str, Function] = {}


def _function(
    signature: str, id: str, en: str
) -> Callable[[Callable[..., Node]], Callable[..., Node]]:
    def register(build: Callable[..., Node]) -> Callable[..., Node]:
        name, _, inside = signature.partition("(")
        wanted = [part.strip() for part in inside.rstrip(")").split(",")]
        open_ended = wanted[-1] == "…"
        least = sum(not part.endswith("?") and part != "…" for part in wanted)

        def call(nodes: Sequence[Node]) -> Node:
            if len(nodes) < least or (not open_ended and len(nodes) > len(wanted)):
                raise TypeError(signature)
            return build(*nodes)

        FUNCTIONS[name] = Function(signature, {"id": id, "en": en}, call)
        return build

    return register


def _need(node: Node, *kinds: str) -> Node:
    if node.kind not in kinds:
        raise TypeError(node.kind)
    return node


def _fixed(node: Node, kind: str) -> Any:
    """The value of a constant argument."""
    if not node.fixed or node.kind != kind:
        raise TypeError(node.kind)
    return node.value


def _arrow(kind: Kind, name: str, node: Node, **options: Any) -> Node:
    def run(frame: pd.DataFrame) -> Any:
        import pyarrow.compute as pc

        return pc.cast(getattr(pc, name)(node.run(frame), **options), arrow_type(kind), safe=False)

    return Node(kind, run)


@_function("abs(x)", "nilai mutlak", "absolute value")
def _abs(x: Node) -> Node:
    return _arrow(_need(x, *NUMERIC).kind, "abs", x)


@_function("round(x, places?)", "bulatkan (setengah ke atas)", "round (half away from zero)")
def _round(x: Node, places: Node | None = None) -> Node:
    digits = 0 if places is None else _fixed(places, "integer")
    if not -15 <= digits <= 15:
        raise TypeError("integer")
    number = cast(_need(x, *NUMERIC), "number")

    def run(frame: pd.DataFrame) -> Any:
        import pyarrow as pa
        import pyarrow.compute as pc

        values = number.run(frame)
        # 2.675 is stored a hair below; a nudge of the last bit rounds it as people do on paper.
        nudge = pc.multiply(values, 1e-15)
        result = pc.round(pc.add(values, nudge), ndigits=digits, round_mode="half_towards_infinity")
        return pc.cast(result, pa.float64() if digits > 0 else pa.int64(), safe=False)

    return Node("number" if digits > 0 else "integer", run)


@_function("floor(x)", "bulatkan ke bawah", "round down")
def _floor(x: Node) -> Node:
    return _arrow("integer", "floor", cast(_need(x, *NUMERIC), "number"))


@_function("ceil(x)", "bulatkan ke atas", "round up")
def _ceil(x: Node) -> Node:
    return _arrow("integer", "ceil", cast(_need(x, *NUMERIC), "number"))


def _extreme(name: str, nodes: Sequence[Node]) -> Node:
    kind = nodes[0].kind
    parts = [nodes[0]]
    for node in nodes[1:]:
        _, other, kind = unify(parts[0], node)
        parts = [*(cast(part, kind) for part in parts), cast(other, kind)]
    _need(parts[0], *NUMERIC, "date", "datetime")

    def run(frame: pd.DataFrame) -> Any:
        import pyarrow.compute as pc

        return getattr(pc, name)(*(part.run(frame) for part in parts), skip_nulls=False)

    return Node(kind, run)


@_function("min(a, b, …)", "yang terkecil", "the smallest")
def _min(*nodes: Node) -> Node:
    return _extreme("min_element_wise", nodes)


@_function("max(a, b, …)", "yang terbesar", "the largest")
def _max(*nodes: Node) -> Node:
    return _extreme("max_element_wise", nodes)


@_function("between(x, low, high)", "low <= x <= high", "low <= x <= high")
def _between(x: Node, low: Node, high: Node) -> Node:
    return logic("And", [compare("GtE", x, low), compare("LtE", x, high)])


@_function("lower(t)", "huruf kecil", "lower case")
def _lower(t: Node) -> Node:
    return _arrow("text", "utf8_lower", _need(t, "text"))


@_function("upper(t)", "huruf besar", "upper case")
def _upper(t: Node) -> Node:
    return _arrow("text", "utf8_upper", _need(t, "text"))


@_function("strip(t)", "buang spasi di tepi", "drop spaces at the ends")
def _strip(t: Node) -> Node:
    return _arrow("text", "utf8_trim_whitespace", _need(t, "text"))


@_function("length(t)", "banyaknya huruf", "number of characters")
def _length(t: Node) -> Node:
    return _arrow("integer", "utf8_length", _need(t, "text"))


@_function("starts(t, 'awal')", "diawali teks ini", "starts with this text")
def _starts(t: Node, pattern: Node) -> Node:
    return _arrow("boolean", "starts_with", _need(t, "text"), pattern=_fixed(pattern, "text"))


@_function("ends(t, 'akhir')", "diakhiri teks ini", "ends with this text")
def _ends(t: Node, pattern: Node) -> Node:
    return _arrow("boolean", "ends_with", _need(t, "text"), pattern=_fixed(pattern, "text"))


@_function("contains(t, 'isi')", "memuat teks ini", "contains this text")
def _contains(t: Node, pattern: Node) -> Node:
    return _arrow("boolean", "match_substring", _need(t, "text"), pattern=_fixed(pattern, "text"))


@_function("like(t, 'Kab%')", "cocok; % = apa saja, _ = satu huruf", "fits; % = any, _ = one")
def _like(t: Node, pattern: Node) -> Node:
    return _arrow("boolean", "match_like", _need(t, "text"), pattern=_fixed(pattern, "text"))


@_function("matches(t, 'regex')", "seluruh teks cocok dengan regex", "the whole text fits a regex")
def _matches(t: Node, pattern: Node) -> Node:
    import pyarrow as pa
    import pyarrow.compute as pc

    regex = f"^(?:{_fixed(pattern, 'text')})$"
    try:
        pc.match_substring_regex(pa.array([""]), regex)
    except pa.ArrowInvalid as error:
        raise TypeError("regex") from error
    return _arrow("boolean", "match_substring_regex", _need(t, "text"), pattern=regex)


@_function("left(t, n)", "n huruf pertama", "the first n characters")
def _left(t: Node, n: Node) -> Node:
    stop = max(0, _fixed(n, "integer"))
    return _arrow("text", "utf8_slice_codeunits", _need(t, "text"), start=0, stop=stop)


@_function("right(t, n)", "n huruf terakhir", "the last n characters")
def _right(t: Node, n: Node) -> Node:
    count = max(1, _fixed(n, "integer"))
    return _arrow("text", "utf8_slice_codeunits", _need(t, "text"), start=-count)


@_function("part(t, start, n)", "n huruf mulai huruf ke-start (1 = pertama)",
           "n characters from character start (1 = first)")  # fmt: skip
def _part(t: Node, start: Node, n: Node) -> Node:
    first = max(1, _fixed(start, "integer")) - 1
    stop = first + max(0, _fixed(n, "integer"))
    return _arrow("text", "utf8_slice_codeunits", _need(t, "text"), start=first, stop=stop)


@_function("replace(t, 'a', 'b')", "ganti a dengan b", "replace a by b")
def _replace(t: Node, old: Node, new: Node) -> Node:
    pattern = _fixed(old, "text")
    if not pattern:
        raise TypeError("text")
    return _arrow(
        "text", "replace_substring", _need(t, "text"),
        pattern=pattern, replacement=_fixed(new, "text"),
    )  # fmt: skip


@_function("pad(t, n)", "tambah nol di depan sampai n huruf", "zeros in front up to n characters")
def _pad(t: Node, n: Node) -> Node:
    width = _fixed(n, "integer")
    if not 0 <= width <= MAX_PAD:
        raise TypeError("integer")
    return _arrow("text", "utf8_lpad", _text(t), width=width, padding="0")


@_function("text(x)", "tulis sebagai teks", "write as text")
def _text(x: Node) -> Node:
    if x.kind == "text":
        return x

    def run(frame: pd.DataFrame) -> Any:
        import pyarrow as pa

        values = x.run(frame)
        if isinstance(values, pa.Scalar):
            values = pa.array([values.as_py()] * len(frame), type=values.type)
        return pa.array(to_text(values, frame.index), type=pa.string(), from_pandas=True)

    return Node("text", run)


@_function("number(t)", "baca sebagai angka; kosong bila bukan", "read as a number; missing if not")
def _number(t: Node) -> Node:
    if t.kind in NUMERIC:
        return cast(t, "number")
    _need(t, "text")
    return Node("number", lambda frame: cast_text(t.run(frame), "number"))


@_function("date('2024-01-31')", "tanggal", "a date")
def _date(t: Node) -> Node:
    if t.kind == "datetime":
        return cast(t, "date")
    if t.fixed:
        return as_moment(str(_fixed(t, "text")), "date")
    _need(t, "text")
    return Node("date", lambda frame: cast_text(t.run(frame), "date"))


@_function("year(d)", "tahun", "the year")
def _year(d: Node) -> Node:
    return _arrow("integer", "year", _need(d, "date", "datetime"))


@_function("month(d)", "bulan 1–12", "the month 1–12")
def _month(d: Node) -> Node:
    return _arrow("integer", "month", _need(d, "date", "datetime"))


@_function("day(d)", "hari dalam bulan", "day of the month")
def _day(d: Node) -> Node:
    return _arrow("integer", "day", _need(d, "date", "datetime"))


@_function("quarter(d)", "triwulan 1–4", "the quarter 1–4")
def _quarter(d: Node) -> Node:
    return _arrow("integer", "quarter", _need(d, "date", "datetime"))


@_function("weekday(d)", "1 = Senin … 7 = Minggu", "1 = Monday … 7 = Sunday")
def _weekday(d: Node) -> Node:
    return _arrow("integer", "day_of_week", _need(d, "date", "datetime"), count_from_zero=False)


@_function("missing(x)", "sel kosong", "the cell is empty")
def _missing(x: Node) -> Node:
    return compare("Is", x, Node.constant(None))


@_function("first(a, b, …)", "yang pertama terisi", "the first that is not missing")
def _first(*nodes: Node) -> Node:
    import pyarrow.compute as pc

    result = nodes[0]
    for node in nodes[1:]:
        one, other, kind = unify(result, node)
        result = Node(kind, lambda frame, a=one, b=other: pc.coalesce(a.run(frame), b.run(frame)))  # type: ignore[misc]
    return result


@_function("count(a, b, …)", "banyaknya yang terisi", "how many are not missing")
def _count(*nodes: Node) -> Node:
    def run(frame: pd.DataFrame) -> Any:
        import pyarrow as pa
        import pyarrow.compute as pc

        total: Any = pa.scalar(0, pa.int64())
        for node in nodes:
            total = pc.add(total, pc.cast(pc.is_valid(node.run(frame)), pa.int64()))
        return total

    return Node("integer", run)
