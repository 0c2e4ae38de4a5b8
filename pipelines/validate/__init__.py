"""Validation of a file or table: Frictionless's findings, one for one, 30 to 60 times as fast.

`dispatch` sends a table to the vectorised engine (`bulk/`), or to Frictionless itself (`exact`)
where the engine can't be certain. `findings` and `message_params` turn errors into findings;
`checks/` holds what a descriptor demands beyond the schema. Frictionless's and `re`'s private parts
are touched in `frictionless_api` and `regex_tree` only. Validation reads tables and changes none;
it knows nothing of the other stages, of reports or of the portal.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.model import Finding, Position, Source, Table, TableReport
from pipelines.project.schema import TableSchema
from pipelines.validate.dispatch import check_file, check_frame
from pipelines.validate.findings import Fault, FindingBuilder

if TYPE_CHECKING:
    from pipelines.validate.checks import CheckContext

#: Frictionless stops after this many errors (its `limit_errors`); 0 means no limit
DEFAULT_LIMIT = 1000


def validate_file(
    path: Path, schema: TableSchema, *, limit: int = DEFAULT_LIMIT, fail_fast: bool = False
) -> TableReport:
    """Validate a plain file (CSV, TSV, xlsx …) exactly as `frictionless validate` does.

    The header is the first row. Types, rows and fields of the findings equal Frictionless's, in
    its order; it stops after `limit` errors (0: never), after the first with `fail_fast`. Memory
    does not grow with the rows of a CSV file. Raises `Refused` where Frictionless breaks down.
    """
    started = time.perf_counter()
    result = check_file(path, schema, limit=1 if fail_fast else limit)
    wording = FindingBuilder(schema)
    file, name = path.name, path.stem
    findings = [
        wording.finding(
            fault,
            table=name,
            position=Position(
                file,
                result.sheet,
                fault.row or (1 if fault.number else None),
                fault.number,
            ),
            row=fault.row,
        )
        for fault in result.faults
    ]
    return TableReport(
        name=path.stem,
        source=path.name,
        rows=result.rows,
        fields=len(result.labels) or len(schema.fields),
        seconds=time.perf_counter() - started,
        errors=tuple(findings),
        field_names=tuple(result.labels),
        sources=(Source(path.name, result.sheet, path),),
        stopped=result.stopped,
    )


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

    Frictionless's result on the n × m text frame (NA: no cell), with all of Data Package v2 and
    the schema's `uniqueKeys`, then the `checks` and the `expect` of the descriptor. `limit`
    findings of the schema are listed (0: all); `more` counts the rest. Foreign keys to other
    tables are looked up through `context.load_reference`.
    """
    # Imported here: plain files are validated without pandas.
    from pipelines.validate.checks import run_checks
    from pipelines.validate.repeated_sources import find_repeated, without_consequences

    started = time.perf_counter()
    load = context.load_reference if context is not None else None
    result = check_frame(table.frame, schema, limit=1 if fail_fast else 0, load=load)
    repeated, told = find_repeated(table, schema)
    faults = without_consequences(result.faults, table, repeated, schema)
    if context is not None and context.unread:
        faults = [fault for fault in faults if not _is_unread(fault, table, context)]
    listed = faults[:limit] if limit else faults
    wording = FindingBuilder(schema)
    errors = [_table_finding(fault, table, wording) for fault in listed]
    more = Counter(_key(fault, table, wording) for fault in faults[len(listed) :])
    report = TableReport(
        name=table.name,
        source=", ".join(dict.fromkeys(source.file for source in table.sources)),
        rows=len(table),
        fields=table.frame.shape[1],
        seconds=time.perf_counter() - started,
        errors=(*told, *errors),
        field_names=tuple(str(label) for label in table.frame.columns),
        sources=table.sources,
        more=dict(more),
    )
    if not (fail_fast and errors):
        report = report.with_findings(run_checks(table, checks, schema, context))
    return report


def _is_unread(fault: Fault, table: Table, context: CheckContext) -> bool:
    """Whether a fault is that a cell is empty which only looks so."""
    if fault.row is None or fault.cell or not fault.field:
        return False
    place = table.position(fault.row - 2, fault.field)
    if place.row is None or place.column is None:
        return False
    return (place.file, place.sheet, place.row, place.column) in context.unread


def _key(fault: Fault, table: Table, wording: FindingBuilder) -> str:
    """Return the catalogue key of a fault's finding."""
    found = wording.finding(fault, table=table.name, position=None, row=None)
    return f"{found.code}.elsewhere" if _other_source(fault, table) else found.key


def _other_source(fault: Fault, table: Table) -> bool:
    """Whether a value repeats one of another file or sheet."""
    if fault.row is None or fault.other is None:
        return False
    return bool(table.source[fault.row - 2] != table.source[fault.other - 2])


def _table_finding(fault: Fault, table: Table, wording: FindingBuilder) -> Finding:
    position = None
    more: dict[str, str] = {}
    elsewhere = _other_source(fault, table)
    if fault.row is not None:
        position = table.position(fault.row - 2, fault.field or None)
        if len(table.sources) > 1 and position.cell:
            more["place"] = str(position)
        if fault.other is not None:
            other = table.position(fault.other - 2)
            if elsewhere:
                more["here"] = str(Position(position.file, position.sheet))
                more["there"] = str(Position(other.file, other.sheet))
            fault = replace(fault, other=other.row)
    found = wording.finding(
        fault,
        table=table.name,
        position=position,
        row=position.row if position else None,
    )
    variant = "elsewhere" if elsewhere else found.variant
    return replace(found, variant=variant, params={**found.params, **more})


__all__ = ["DEFAULT_LIMIT", "validate_file", "validate_table"]
