"""The functions of text, and the ways from text to numbers and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.domain.expression.kinds import Node, cast_text, to_text
from pipelines.domain.expression.operators import NUMERIC, cast
from pipelines.domain.expression.registry import arrow, fixed, function, need

if TYPE_CHECKING:
    import pandas as pd

MAX_PAD = 100


@function("lower(t)", "huruf kecil", "lower case")
def _lower(t: Node) -> Node:
    return arrow("text", "utf8_lower", need(t, "text"))


@function("upper(t)", "huruf besar", "upper case")
def _upper(t: Node) -> Node:
    return arrow("text", "utf8_upper", need(t, "text"))


@function("strip(t)", "buang spasi di tepi", "drop spaces at the ends")
def _strip(t: Node) -> Node:
    return arrow("text", "utf8_trim_whitespace", need(t, "text"))


@function("length(t)", "banyaknya huruf", "number of characters")
def _length(t: Node) -> Node:
    return arrow("integer", "utf8_length", need(t, "text"))


@function("starts(t, 'awal')", "diawali teks ini", "starts with this text")
def _starts(t: Node, pattern: Node) -> Node:
    return arrow("boolean", "starts_with", need(t, "text"), pattern=fixed(pattern, "text"))


@function("ends(t, 'akhir')", "diakhiri teks ini", "ends with this text")
def _ends(t: Node, pattern: Node) -> Node:
    return arrow("boolean", "ends_with", need(t, "text"), pattern=fixed(pattern, "text"))


@function("contains(t, 'isi')", "memuat teks ini", "contains this text")
def _contains(t: Node, pattern: Node) -> Node:
    return arrow("boolean", "match_substring", need(t, "text"), pattern=fixed(pattern, "text"))


@function("like(t, 'Kab%')", "cocok; % = apa saja, _ = satu huruf", "fits; % = any, _ = one")
def _like(t: Node, pattern: Node) -> Node:
    return arrow("boolean", "match_like", need(t, "text"), pattern=fixed(pattern, "text"))


@function("matches(t, 'regex')", "seluruh teks cocok dengan regex", "the whole text fits a regex")
def _matches(t: Node, pattern: Node) -> Node:
    import pyarrow as pa
    import pyarrow.compute as pc

    regex = f"^(?:{fixed(pattern, 'text')})$"
    try:
        pc.match_substring_regex(pa.array([""]), regex)
    except pa.ArrowInvalid as error:
        raise TypeError("regex") from error
    return arrow("boolean", "match_substring_regex", need(t, "text"), pattern=regex)


@function("left(t, n)", "n huruf pertama", "the first n characters")
def _left(t: Node, n: Node) -> Node:
    stop = max(0, fixed(n, "integer"))
    return arrow("text", "utf8_slice_codeunits", need(t, "text"), start=0, stop=stop)


@function("right(t, n)", "n huruf terakhir", "the last n characters")
def _right(t: Node, n: Node) -> Node:
    count = max(1, fixed(n, "integer"))
    return arrow("text", "utf8_slice_codeunits", need(t, "text"), start=-count)


@function("part(t, start, n)", "n huruf mulai huruf ke-start (1 = pertama)",
           "n characters from character start (1 = first)")  # fmt: skip
def _part(t: Node, start: Node, n: Node) -> Node:
    first = max(1, fixed(start, "integer")) - 1
    stop = first + max(0, fixed(n, "integer"))
    return arrow("text", "utf8_slice_codeunits", need(t, "text"), start=first, stop=stop)


@function("replace(t, 'a', 'b')", "ganti a dengan b", "replace a by b")
def _replace(t: Node, old: Node, new: Node) -> Node:
    pattern = fixed(old, "text")
    if not pattern:
        raise TypeError("text")
    return arrow(
        "text", "replace_substring", need(t, "text"),
        pattern=pattern, replacement=fixed(new, "text"),
    )  # fmt: skip


@function("pad(t, n)", "tambah nol di depan sampai n huruf", "zeros in front up to n characters")
def _pad(t: Node, n: Node) -> Node:
    width = fixed(n, "integer")
    if not 0 <= width <= MAX_PAD:
        raise TypeError("integer")
    return arrow("text", "utf8_lpad", _text(t), width=width, padding="0")


@function("text(x)", "tulis sebagai teks", "write as text")
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


@function("number(t)", "baca sebagai angka; kosong bila bukan", "read as a number; missing if not")
def _number(t: Node) -> Node:
    if t.kind in NUMERIC:
        return cast(t, "number")
    need(t, "text")
    return Node("number", lambda frame: cast_text(t.run(frame), "number"))
