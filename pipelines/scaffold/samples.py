"""The samples beside a new schema: valid rows, and a row that is invalid in every field."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from pipelines.model import Cleaned
from pipelines.project.schema import TableSchema
from pipelines.scaffold.refinement import TYPE_PATTERNS, matches_type
from pipelines.text.csv_writer import write_csv

SAMPLE_ROWS = 5


def write_samples(
    folder: Path, name: str, schema: TableSchema, cleaned: Cleaned, personal: Collection[str] = ()
) -> None:
    """Write `NAME.valid.csv` (up to 5 rows) and `NAME.invalid.csv` (a row wrong in each field).

    personal: fields with personal data, whose cells become placeholders.
    """
    folder.mkdir(parents=True, exist_ok=True)
    frame = cleaned.table.frame
    for item in schema.fields:
        column = frame[item.name]
        fits = [not isinstance(text, str) or matches_type(item.type, text) for text in column]
        frame = frame.loc[pd.Series(fits, index=frame.index, dtype=bool)]
    good = frame.head(SAMPLE_ROWS).reset_index(drop=True)
    for item in schema.fields:
        if item.name in personal:
            good[item.name] = [_placeholder(item.type, row) for row in range(1, len(good) + 1)]
    bad = good.head(1).copy() if len(good) else pd.DataFrame({n: [""] for n in schema.names})
    for item in schema.fields:
        wrong = _invalid_value(item.type, item.constraints)
        if wrong is not None:
            bad[item.name] = wrong
    if len(good) and bad.equals(good.head(1)):
        bad = pd.concat([good.head(1), good.head(1)], ignore_index=True)
        bad[schema.names[0]] = ""
    write_csv(good, folder / f"{name}.valid.csv")
    write_csv(bad, folder / f"{name}.invalid.csv")


def _placeholder(kind: str, row: int) -> str:
    forms = {"date": f"2000-01-{row:02d}", "datetime": f"2000-01-{row:02d}T00:00:00Z",
             "year": "2000", "boolean": "true", "string": f"contoh {row}"}  # fmt: skip
    return forms.get(kind, str(row))


def _invalid_value(kind: str, constraints: Mapping[str, Any]) -> str | None:
    if kind in TYPE_PATTERNS:
        return "bukan nilai"
    if constraints.get("enum") or constraints.get("pattern"):
        return "tidak sesuai"
    return "" if constraints.get("required") else None
