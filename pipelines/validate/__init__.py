"""Validation: Frictionless's verdict, finding for finding, at a fraction of its time."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.model import Finding, Position, Source, Table, TableReport
from pipelines.schema import TableSchema
from pipelines.validate.findings import Fault, finding_of
from pipelines.validate.judging import judge_file, judge_frame

if TYPE_CHECKING:
    from pipelines.validate.checks import CheckContext

#: Frictionless stops after this many errors (its `limit_errors`); 0 means no limit
DEFAULT_LIMIT = 1000


def validate_file(
    path: Path, schema: TableSchema, *, limit: int = DEFAULT_LIMIT, fail_fast: bool = False
) -> TableReport:
    """Validate a plain file (CSV, TSV, xlsx …) exactly as `frictionless validate` does.

    The header is the first row. Types, rows and fields of the findings equal Frictionless's;
    it stops after `limit` errors (0: never), after the first with `fail_fast`.
    """
    started = time.perf_counter()
    verdict = judge_file(path, schema, limit=1 if fail_fast else limit)
    findings = [
        finding_of(fault, schema, table=schema.name, position=_place(fault, path), row=fault.row)
        for fault in verdict.faults
    ]
    return TableReport(
        name=schema.name,
        source=path.name,
        rows=verdict.rows,
        fields=len(verdict.labels) or len(schema.fields),
        seconds=time.perf_counter() - started,
        errors=tuple(findings),
        field_names=tuple(verdict.labels),
        sources=(Source(path.name, None, path),),
    )


def _place(fault: Fault, path: Path) -> Position | None:
    if fault.row is not None:
        return Position(path.name, None, fault.row, fault.number)
    if fault.number is not None:
        return Position(path.name, None, 1, fault.number)
    return Position(path.name)


def validate_table(
    table: Table,
    schema: TableSchema,
    *,
    checks: Sequence[str | Mapping[str, Any]] = (),
    context: CheckContext | None = None,
    limit: int = DEFAULT_LIMIT,
    fail_fast: bool = False,
) -> TableReport:
    """Validate a dataset's table of text; findings carry their places in the source.

    Frictionless's verdict on the n × m text frame (a missing cell is an empty one), then the
    `checks` and the `expect` of the descriptor. `limit` findings are listed (0: all), `more` counts the rest.
    """
    started = time.perf_counter()
    verdict = judge_frame(table.frame, schema, limit=1 if fail_fast else limit)
    errors = [_table_finding(fault, table, schema) for fault in verdict.faults]
    report = TableReport(
        name=table.name,
        source=", ".join(dict.fromkeys(source.file for source in table.sources)),
        rows=len(table),
        fields=table.frame.shape[1],
        seconds=time.perf_counter() - started,
        errors=tuple(errors),
        field_names=tuple(str(label) for label in table.frame.columns),
        sources=table.sources,
    )
    if not (fail_fast and errors):
        from pipelines.validate.checks import run_checks

        report = report.with_findings(run_checks(table, checks, schema, context))
    return report


def _table_finding(fault: Fault, table: Table, schema: TableSchema) -> Finding:
    position = None
    if fault.row is not None:
        position = table.position(fault.row - 2, fault.field or None)
    return finding_of(
        fault,
        schema,
        table=table.name,
        position=position,
        row=position.row if position else None,
    )


__all__ = ["DEFAULT_LIMIT", "validate_file", "validate_table"]
