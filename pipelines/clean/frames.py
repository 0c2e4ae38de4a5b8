"""Library use: pandas in, pandas out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipelines.clean.engine import clean
from pipelines.model import Cleaned, Extraction, Source, Table
from pipelines.project.descriptor import TableSpec
from pipelines.project.schema import TableSchema, parse_schema, typed
from pipelines.project.strict import parse

Schema = TableSchema | Mapping[str, Any]


def clean_frame(
    frame: pd.DataFrame,
    steps: Sequence[str | Mapping[str, Any]] = (),
    *,
    schema: Schema | None = None,
    columns: Mapping[str, str] | None = None,
    folder: Path | None = None,
    secret: str | bytes | None = None,
) -> pd.DataFrame:
    """Clean a pandas table by the steps of a descriptor and return a pandas table.

    With a schema (a `TableSchema` or a descriptor) its defaults run too, the columns come out in
    its order and in its types where every cell fits; without one all columns stay text.

        clean_frame(frame, ["trim", {"numbers": "jumlah"}])
        clean_frame(frame, schema=load_schema(Path("schemas/ikm.yaml")))

    Raises what `clean` raises. `cleaned_frame` gives the audit and the findings as well.
    """
    found = cleaned_frame(
        frame, steps, schema=schema, columns=columns, folder=folder, secret=secret
    )
    if schema is None:
        return found.table.frame
    known = _schema(schema, frame)
    try:
        return typed(found.table.frame, known)
    except ValueError:
        return found.table.frame


def cleaned_frame(
    frame: pd.DataFrame,
    steps: Sequence[str | Mapping[str, Any]] = (),
    *,
    schema: Schema | None = None,
    columns: Mapping[str, str] | None = None,
    folder: Path | None = None,
    secret: str | bytes | None = None,
) -> Cleaned:
    """Clean a pandas table; return the clean text table, the audit and the findings.

    Rows are counted from 2, as if the labels stood in row 1 of a sheet.
    """
    table = as_table(frame)
    spec = parse(
        TableSpec,
        {"schema": "frame", "source": "frame", "clean": list(steps), "columns": columns or {}},
        "clean_frame",
    )
    return clean(
        Extraction(table),
        spec,
        None if schema is None else _schema(schema, frame),
        folder=folder or Path(),
        name="frame",
        secret=secret,
    )


def _schema(schema: Schema, frame: pd.DataFrame) -> TableSchema:
    if isinstance(schema, TableSchema):
        return schema
    return parse_schema(schema, name="frame", where="clean_frame")


def as_table(frame: pd.DataFrame, name: str = "frame") -> Table:
    """Return a pandas table of any types as a raw table of text.

    Numbers are written as short as they can be read back, days as `2024-04-05`, truth values as
    `true` and `false`.
    """
    count = len(frame)
    columns = [as_text(frame.iloc[:, index]) for index in range(frame.shape[1])]
    text = pd.concat(columns, axis=1) if columns else pd.DataFrame(index=range(count))
    text.columns = pd.Index([str(label) for label in frame.columns])
    return Table(
        name,
        text.reset_index(drop=True),
        (Source(name),),
        np.zeros(count, dtype=np.int32),
        np.arange(2, count + 2, dtype=np.int32),
        tuple(range(1, frame.shape[1] + 1)),
    )


def as_text(column: pd.Series[Any]) -> pd.Series[Any]:
    """Return one pandas column of any type as text, dtype `str`, missing = NA."""
    kind = column.dtype
    if pd.api.types.is_bool_dtype(kind):
        return column.map({True: "true", False: "false"}).astype("str")
    if pd.api.types.is_datetime64_any_dtype(kind):
        whole = bool((column.dropna() == column.dropna().dt.normalize()).all())
        written: pd.Series[Any] = column.dt.strftime(
            "%Y-%m-%d" if whole else "%Y-%m-%dT%H:%M:%S"
        ).astype("str")
        return written
    if pd.api.types.is_float_dtype(kind):
        return column.map(_number, na_action="ignore").astype("str")
    if pd.api.types.is_object_dtype(kind):
        return column.map(_cell, na_action="ignore").astype("str")
    return column.astype("str")


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _number(value)
    return str(value)
