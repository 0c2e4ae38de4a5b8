"""The slow, exact path: the whole table validated by Frictionless itself."""

from __future__ import annotations

import importlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from pipelines.errors import Refused
from pipelines.project.schema import TableSchema
from pipelines.validate.findings import ValidationResult, fault_of
from pipelines.validate.frictionless_api import BREAKDOWNS, frictionless

if TYPE_CHECKING:
    import pandas as pd

#: makes Frictionless read the schema by version 2 of the standard
VERSION_2 = "https://datapackage.org/profiles/2.0/dataresource.json"


def check_file(path: Path, schema: TableSchema, *, limit: int) -> ValidationResult:
    """Validate a plain file as `frictionless validate FILE --schema SCHEMA --trusted` does.

    Raises `Refused` where Frictionless itself breaks down.
    """
    api = frictionless()
    # our own sheet of findings, in front of a workbook that came back, is no data
    more = {}
    if path.suffix.lower() == ".xlsx":
        # the readers take a while to import, and CSV files need none of them
        from pipelines.readers.xlsx.annotated import is_annotated

        if is_annotated(path):
            more["control"] = importlib.import_module("frictionless.formats").ExcelControl(sheet=2)
    # given as a file, the schema's own `$schema` decides on its version; as an object it does not
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as file:
        yaml.safe_dump(dict(schema.descriptor), file, allow_unicode=True)
        file.flush()
        return _run(lambda: api.Resource(path=str(path), schema=file.name, **more), schema, limit)


def check_frame(frame: pd.DataFrame, schema: TableSchema, *, limit: int) -> ValidationResult:
    """Validate a frame of n × m text cells (NA is None); its first row has row number 2.

    Raises `Refused` where Frictionless itself breaks down.
    """
    api = frictionless()
    cells = frame.astype(object).where(frame.notna(), None)
    data = [[str(label) for label in frame.columns], *cells.to_numpy().tolist()]

    def make() -> Any:
        made = api.Schema.from_descriptor(dict(schema.descriptor))
        return api.Resource(data=data, schema=made, schema_profile=VERSION_2)

    return _run(make, schema, limit)


def _run(make: Callable[[], Any], schema: TableSchema, limit: int) -> ValidationResult:
    api = frictionless()
    with api.system.use_context(trusted=True):
        try:
            report = make().validate(limit_errors=limit)
        except api.FrictionlessException as problem:
            return ValidationResult([fault_of(error) for error in problem.to_errors()], 0, [])
        except BREAKDOWNS as problem:
            reason = str(problem) or type(problem).__name__
            raise Refused("schema-unusable", where=schema.where, reason=reason) from problem
    task = report.tasks[0]
    return ValidationResult(
        [fault_of(error) for error in task.errors],
        int(task.stats.get("rows") or 0),
        list(task.labels or []),
        any("error limit" in warning for warning in task.warnings),
    )
