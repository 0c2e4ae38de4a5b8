"""The text of a value as both sides write it, and one number for a whole table.

PostgreSQL keeps `1.50` but turns `1e3` into `1000` and `true` into `t`. Both the local table and
the one read back are brought to one form, so that equal values have equal texts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.project.schema import SchemaField, TableSchema

if TYPE_CHECKING:
    import pandas as pd

#: Table Schema type → PostgreSQL's name of the column type; everything else is text.
COLUMN_TYPES = {
    "integer": "int8",
    "year": "int4",
    "number": "numeric",
    "boolean": "bool",
    "date": "date",
    "datetime": "timestamp",
    "time": "time",
}
#: Between fields and after rows when a table is hashed (ASCII unit and record separators).
UNIT, RECORD = "\x1f", "\x1e"

_INTEGER = r"^(0|-?[1-9][0-9]*)$"
_NUMBER = (
    r"^(0|-?[1-9][0-9]*|(-?(0|[1-9][0-9]*)\.[0-9]*[1-9][0-9]*)|0\.[0-9]+|-?[1-9][0-9]*\.[0-9]+)$"
)


def column_type(field: SchemaField) -> str:
    """Return PostgreSQL's name of the type that a field's column has."""
    return COLUMN_TYPES.get(field.type, "text")


def _integer(text: str) -> str:
    return str(int(text))


def _number(text: str) -> str:
    known = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}
    if text.lower() in known:
        return known[text.lower()]
    value = Decimal(text)
    plain = format(value, "f")
    return plain.lstrip("-") if value == 0 else plain


def _normal(column: pa.Array, pattern: str, mend: Callable[[str], str]) -> pa.Array:
    """Return the column with the values that do not fit `pattern` mended, one by one."""
    odd = pc.invert(pc.fill_null(pc.match_substring_regex(column, pattern), True))
    if not pc.any(odd).as_py():
        return column
    values = []
    for text, is_odd in zip(column.to_pylist(), odd.to_pylist(), strict=True):
        try:
            values.append(mend(text) if is_odd else text)
        except (ValueError, InvalidOperation):
            values.append(text)
    return pa.array(values, column.type)


def _canonical(column: pa.Array, kind: str) -> pa.Array:
    if kind in ("int8", "int4"):
        return _normal(column, _INTEGER, _integer)
    if kind == "numeric":
        return _normal(column, _NUMBER, _number)
    if kind == "timestamp":
        # The DataStore gives whole seconds without a zone.
        return pc.replace_substring(pc.utf8_slice_codeunits(column, 0, 19), " ", "T")
    if kind == "bool":
        return pc.if_else(
            pc.is_in(column, pa.array(["t", "true"], column.type)),
            "true",
            pc.if_else(pc.is_in(column, pa.array(["f", "false"], column.type)), "false", column),
        ).cast(column.type)
    return column


def canonical(table: pa.Table, schema: TableSchema) -> pa.Table:
    """Return the n × m text table of the schema's fields, in order, each value in its one form.

    Missing and empty cells are null; a field that the table lacks is all null.
    """
    columns = {}
    for field in schema.fields:
        if field.name not in table.column_names:
            columns[field.name] = pa.nulls(table.num_rows, pa.large_string())
            continue
        column = table.column(field.name).combine_chunks()
        if isinstance(column, pa.ChunkedArray):
            column = (
                pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], pa.string())
            )
        column = column.cast(pa.large_string())
        column = pc.if_else(pc.equal(column, ""), None, column)
        columns[field.name] = _canonical(column, column_type(field))
    return pa.table(columns)


def local_table(frame: pd.DataFrame, schema: TableSchema) -> pa.Table:
    """Return a cleaned text frame as `canonical` gives it."""
    table = pa.Table.from_pandas(frame[schema.names], preserve_index=False)
    return canonical(table, schema)


def joined(table: pa.Table, names: Sequence[str]) -> pa.Array:
    """Return one string per row: its cells, missing ones empty, with a separator between."""
    if table.num_rows == 0:
        return pa.array([], pa.large_string())
    columns = [
        table.column(name).combine_chunks().cast(pa.large_string())
        if name in table.column_names
        else pa.nulls(table.num_rows, pa.large_string())
        for name in names
    ]
    columns = [pa.concat_arrays(c.chunks) if isinstance(c, pa.ChunkedArray) else c for c in columns]
    if len(columns) == 1:
        return pc.fill_null(columns[0], "")
    return pc.binary_join_element_wise(
        *columns, pa.scalar(UNIT, pa.large_string()),
        null_handling="replace", null_replacement="",
    )  # fmt: skip


def misfits(table: pa.Table, schema: TableSchema) -> list[tuple[str, str]]:
    """Return (field, value) of what a DataStore column cannot hold, one per field at most."""
    found = []
    for field in schema.fields:
        column, kind = table.column(field.name), column_type(field)
        if kind == "int8":
            long = pc.greater_equal(pc.utf8_length(column), 19)
            values = [v for v in column.filter(pc.fill_null(long, False)).to_pylist() if _huge(v)]
        else:
            values = column.filter(
                pc.fill_null(pc.match_substring(column, "\x00"), False)
            ).to_pylist()
        if values:
            found.append((field.name, values[0]))
    return found


def _huge(text: str) -> bool:
    return text.lstrip("-").isdigit() and not -(2**63) <= int(text) < 2**63


def checksum(table: pa.Table) -> str:
    """Return `sha256:…` of a canonical table, whatever the order of its rows.

    Hashed are the field names, then every row, sorted: cells parted by U+001F, rows ended by
    U+001E, missing cells empty.
    """
    digest = hashlib.sha256((UNIT.join(table.column_names) + RECORD).encode())
    lines = joined(table, table.column_names)
    if len(lines):
        lines = lines.take(pc.sort_indices(lines))
        ended = pc.binary_join_element_wise(
            lines, pa.scalar("", pa.large_string()), pa.scalar(RECORD, pa.large_string())
        )
        size = pc.sum(pc.binary_length(ended)).as_py()
        digest.update(memoryview(ended.buffers()[2])[:size])
    return f"sha256:{digest.hexdigest()}"
