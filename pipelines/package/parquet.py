"""Parquet: the table with its types and, per column, its title and unit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.project.schema import TableSchema, typed

if TYPE_CHECKING:
    import pandas as pd


def write_parquet(frame: pd.DataFrame, schema: TableSchema, path: Path) -> None:
    """Write n × m text cells with the schema's types; the Table Schema goes into the metadata."""
    table = pa.Table.from_pandas(typed(frame, schema), preserve_index=False)
    fields = []
    for field, column in zip(schema.fields, table.schema, strict=True):
        words = {
            "title": field.text("title"),
            "title_en": field.text("title", "en"),
            "unit": field.unit,
        }
        kind = pa.string() if pa.types.is_large_string(column.type) else column.type
        known = {key: text for key, text in words.items() if text}
        fields.append(pa.field(column.name, kind, metadata=known))
    described = json.dumps(dict(schema.descriptor), ensure_ascii=False, default=str)
    target = pa.schema(fields, metadata={"tableschema": described})
    pq.write_table(table.cast(target), path, compression="zstd")
