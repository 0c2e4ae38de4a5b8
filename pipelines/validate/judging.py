"""The verdict on a file or a frame: by the engine where it can, else by Frictionless alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.schema import TableSchema
from pipelines.validate import engine, exact
from pipelines.validate.findings import Verdict
from pipelines.validate.shape import BREAKDOWNS, NeedsFrictionless
from pipelines.validate.sources import FrameSource, open_file

if TYPE_CHECKING:
    import pandas as pd

#: a project's schemas may use all of Data Package v2
VERSION_2 = "https://datapackage.org/profiles/2.0/tableschema.json"


def judge_file(path: Path, schema: TableSchema, *, limit: int) -> Verdict:
    """Judge a plain file exactly as `frictionless validate FILE --schema SCHEMA --trusted`."""
    try:
        return engine.judge(open_file(path), schema.descriptor, limit=limit)
    except (NeedsFrictionless, *BREAKDOWNS):
        # on a breakdown of its readers Frictionless has the last word too
        return exact.judge_file(path, schema, limit=limit)


def judge_frame(
    frame: pd.DataFrame,
    schema: TableSchema,
    *,
    limit: int,
    references: engine.References | None = None,
) -> Verdict:
    """Judge a frame of n × m text cells (NA: no cell); its first row has row number 2."""
    descriptor = {"$schema": VERSION_2, **schema.descriptor}
    try:
        source = FrameSource(frame, schema.name)
        return engine.judge(source, descriptor, limit=limit, references=references)
    except (NeedsFrictionless, *BREAKDOWNS):
        return exact.judge_frame(frame, schema, limit=limit)
