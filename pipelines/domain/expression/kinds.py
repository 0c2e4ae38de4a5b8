"""What an expression's parts are made of: kinds, nodes, and columns of text read by their type."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["integer", "number", "text", "date", "datetime", "boolean", "missing"]
#: Kind → how messages name it.
KINDS: dict[str, dict[str, str]] = {
    "integer": {"id": "bilangan bulat", "en": "whole number"},
    "number": {"id": "angka", "en": "number"},
    "text": {"id": "teks", "en": "text"},
    "date": {"id": "tanggal", "en": "date"},
    "datetime": {"id": "waktu", "en": "time stamp"},
    "boolean": {"id": "benar/salah", "en": "true/false"},
    "missing": {"id": "kosong", "en": "missing"},
}
#: Table Schema type → kind; year-months and times compare rightly as ISO text.
TYPE_KINDS: dict[str, Kind] = {
    "integer": "integer",
    "year": "integer",
    "number": "number",
    "boolean": "boolean",
    "date": "date",
    "datetime": "datetime",
}
INTEGER = r"^[+-]?[0-9]{1,18}$"
NUMBER = r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$"


@dataclass(frozen=True)
class Node:
    """A part of an expression: its kind, how to run it over a frame, its value if constant."""

    kind: Kind
    run: Callable[[pd.DataFrame], Any]
    value: Any = None
    fixed: bool = False

    @staticmethod
    def constant(value: bool | int | float | str | dt.date | None) -> Node:
        """Return a node that is the same for each row."""
        kind: Kind
        if value is None:
            kind = "missing"
        elif isinstance(value, bool):
            kind = "boolean"
        elif isinstance(value, int):
            # Beyond 64 bits a whole number is carried as a float.
            kind, value = ("integer", value) if abs(value) < 2**63 else ("number", float(value))
        elif isinstance(value, float):
            kind = "number"
        elif isinstance(value, dt.datetime):
            kind = "datetime"
        elif isinstance(value, dt.date):
            kind = "date"
        else:
            kind = "text"

        def run(_: pd.DataFrame) -> Any:
            import pyarrow as pa

            return pa.scalar(value, type=arrow_type(kind))

        return Node(kind, run, value, fixed=True)


def arrow_type(kind: Kind) -> Any:
    """Return the Arrow type that carries a kind."""
    import pyarrow as pa

    return {
        "integer": pa.int64(),
        "number": pa.float64(),
        "text": pa.string(),
        "date": pa.date32(),
        "datetime": pa.timestamp("us"),
        "boolean": pa.bool_(),
        "missing": pa.null(),
    }[kind]


def column(name: str, type_: str) -> Node:
    """Return the node that reads a field; the frame may lack the column until it runs."""
    kind = TYPE_KINDS.get(type_, "text")
    return Node(kind, lambda frame: read(frame[name], kind))


def read(series: pd.Series[str], kind: Kind) -> Any:
    """Read text cells as a kind: an Arrow array of length n, null where they are not of it."""
    import pyarrow as pa
    import pyarrow.compute as pc

    text = pa.array(series.astype("str"), type=pa.large_string(), from_pandas=True)
    if isinstance(text, pa.ChunkedArray):
        text = text.combine_chunks()
    return cast_text(pc.cast(text, pa.string()), kind)


def cast_text(text: Any, kind: Kind) -> Any:
    """Cast an Arrow text array to a kind, null where the text is not of it."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    if kind == "text":
        return text
    text = pc.utf8_trim_whitespace(text)
    if kind in ("integer", "number"):
        pattern = INTEGER if kind == "integer" else NUMBER
        fits = pc.fill_null(pc.match_substring_regex(text, pattern), False)
        # Arrow's own number reader takes no leading plus sign.
        text = pc.replace_substring_regex(text, r"^\+", "")
        return pc.cast(pc.if_else(fits, text, pa.scalar(None, pa.string())), arrow_type(kind))
    if kind == "boolean":
        yes, no = pc.equal(text, "true"), pc.equal(text, "false")
        return pc.if_else(pc.or_(yes, no), yes, pa.scalar(None, pa.bool_()))
    form = "%Y-%m-%d" if kind == "date" else "ISO8601"
    found = pd.to_datetime(text.to_pandas(), format=form, errors="coerce", utc=kind == "datetime")
    if kind == "datetime":
        found = found.dt.tz_convert(None)
    moments = pa.array(found.astype("datetime64[us]"), type=pa.timestamp("us"), from_pandas=True)
    return pc.cast(moments, arrow_type(kind))


def to_text(values: Any, index: pd.Index[Any]) -> pd.Series[str]:
    """Write an Arrow array as Table Schema's default lexical forms, a `str` series of length n."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_floating(values.type):
        cells: list[Any] = [None if v is None else lexical(v) for v in values.to_pylist()]
        return pd.Series(cells, index=index, dtype="str")
    if pa.types.is_timestamp(values.type):
        values = pc.strftime(pc.cast(values, pa.timestamp("s"), safe=False), "%Y-%m-%dT%H:%M:%SZ")
    text = pc.cast(values, pa.string())
    return pd.Series(text.to_pylist(), index=index, dtype="str")


def lexical(value: float) -> str | None:
    """Write a number without exponent and without the noise of binary fractions (12 digits)."""
    import numpy as np

    if value != value or value in (float("inf"), float("-inf")):
        return None
    return str(np.format_float_positional(float(f"{value:.12g}"), trim="-"))
