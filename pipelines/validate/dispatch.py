"""Sends a file or a frame to the bulk engine, or to Frictionless where the engine can't decide."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.project.schema import TableSchema
from pipelines.validate import bulk, exact
from pipelines.validate.bulk.column_rules import make_column
from pipelines.validate.bulk.foreign_keys import Values
from pipelines.validate.findings import ValidationResult
from pipelines.validate.frictionless_api import BREAKDOWNS, NeedsFrictionless

if TYPE_CHECKING:
    import pandas as pd

    LoadFrame = Callable[[str], pd.DataFrame]

#: a project's schemas may use all of Data Package v2
VERSION_2 = "https://datapackage.org/profiles/2.0/tableschema.json"


def check_file(path: Path, schema: TableSchema, *, limit: int) -> ValidationResult:
    """Validate a plain file exactly as `frictionless validate FILE --schema SCHEMA --trusted`."""
    try:
        return bulk.validate(bulk.open_file(path), schema.descriptor, limit=limit)
    except (NeedsFrictionless, *BREAKDOWNS):
        # on a breakdown of its readers Frictionless has the last word too
        return exact.check_file(path, schema, limit=limit)


def check_frame(
    frame: pd.DataFrame, schema: TableSchema, *, limit: int, load: LoadFrame | None = None
) -> ValidationResult:
    """Validate a frame of n × m text cells (NA: no cell); its first row has row number 2.

    `load` gives the text frame of another table that foreign keys refer to.
    """
    descriptor = {"$schema": VERSION_2, **schema.descriptor}
    keys = [tuple(key) for key in descriptor.get("uniqueKeys") or []]
    try:
        return bulk.validate(
            bulk.FrameSource(frame, schema.name),
            descriptor,
            limit=limit,
            references=_references(load, descriptor) if load else None,
            unique_keys=keys,
        )
    except (NeedsFrictionless, *BREAKDOWNS):
        return exact.check_frame(frame, schema, limit=limit)


def _references(load: LoadFrame, descriptor: Mapping[str, Any]) -> bulk.References:
    """Look values up in other tables' text frames, read as the foreign key's own fields read."""
    fields = {item["name"]: item for item in descriptor["fields"]}

    def look_up(reference: str, theirs: tuple[str, ...], ours: tuple[str, ...]) -> set[Values]:
        frame = load(reference)
        if not set(theirs) <= set(frame.columns):
            raise NeedsFrictionless
        columns = [make_column(fields[name], descriptor) for name in ours]
        rows = frame[list(theirs)].astype(object).where(frame[list(theirs)].notna(), None)
        return {
            tuple(column.reader(cell).value for column, cell in zip(columns, row, strict=True))
            for row in set(rows.itertuples(index=False, name=None))
        }

    return look_up
