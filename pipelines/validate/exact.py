"""The exact way: the whole table through Frictionless itself, cell by cell."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.schema import TableSchema
from pipelines.validate.findings import Fault, fault_of

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Verdict:
    """The errors of one table in Frictionless's order, the rows and labels it read.

    `stopped`: the limit was reached before the end of the table.
    """

    faults: list[Fault]
    rows: int
    labels: list[str]
    stopped: bool = False


def judge_file(path: Path, schema: TableSchema, *, limit: int) -> Verdict:
    """Validate a plain file as `frictionless validate FILE --schema SCHEMA --trusted` does."""
    return _judge(schema, limit, path=str(path))


def judge_frame(frame: pd.DataFrame, schema: TableSchema, *, limit: int) -> Verdict:
    """Validate a frame of n × m text cells (NA is None); its first row has row number 2."""
    cells = frame.astype(object).where(frame.notna(), None)
    data = [[str(label) for label in frame.columns], *cells.to_numpy().tolist()]
    return _judge(schema, limit, data=data)


def _judge(schema: TableSchema, limit: int, **source: Any) -> Verdict:
    from frictionless import FrictionlessException, Resource, Schema, system

    with system.use_context(trusted=True):
        try:
            resource = Resource(schema=Schema.from_descriptor(dict(schema.descriptor)), **source)
            report = resource.validate(limit_errors=limit)
        except FrictionlessException as problem:
            return Verdict([fault_of(error) for error in problem.to_errors()], 0, [])
    task = report.tasks[0]
    return Verdict(
        [fault_of(error) for error in task.errors],
        int(task.stats.get("rows") or 0),
        list(task.labels or []),
        any("error limit" in warning for warning in task.warnings),
    )
