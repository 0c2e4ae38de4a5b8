"""Cleaning from end to end: labels to fields, steps in order, corrections, the account."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from pipelines.clean.audit.disclosure import disclose, disclose_findings
from pipelines.clean.audit.masking import identifier_columns, identifier_masker
from pipelines.clean.corrections import Correction, correct, read_corrections
from pipelines.clean.defaults import run_defaults
from pipelines.clean.editions import read_rule, replace_older
from pipelines.clean.labels import map_labels, order_columns
from pipelines.clean.mostly_numbers import report_text_of_numbers
from pipelines.clean.registry import Planned, plan, run_step
from pipelines.clean.steps import load_all
from pipelines.clean.table.context import Context
from pipelines.clean.table.working_table import WorkingTable
from pipelines.clean.totals import trace_totals
from pipelines.errors import Refused
from pipelines.model import Cleaned, Extraction, Table, Total
from pipelines.project.schema import TableSchema

if TYPE_CHECKING:
    from pipelines.project.descriptor import TableSpec

#: Stands for a missing schema: columns keep their labels, and none is read by its type.
NO_SCHEMA = TableSchema("", {}, (), "")


def clean(
    extraction: Extraction,
    spec: TableSpec,
    schema: TableSchema | None,
    *,
    folder: Path,
    name: str,
    lookups: Mapping[str, pd.DataFrame] | None = None,
    secret: str | bytes | None = None,
) -> Cleaned:
    """Clean one raw table: n rows of text in, the schema's fields in order out.

    The order: labels become fields; every column is trimmed; each field is read as its type asks;
    the descriptor's steps; fields that they made are read; corrections; rows of newer files replace
    older ones. A step of the descriptor that reads a field takes the place of the default one.
    folder: the dataset's, for corrections and lookups. lookups: tables by name, for `map`. secret:
    the salt of `hash`. Without a schema every column is trimmed, the steps run, and that is all.

    Raises `Refused`: a label or a field is missing or left over (the labels there are named), a
    correction's expectation does not hold. `UsageProblem`: a wrong step or parameter.
    """
    load_all()
    schema = schema or NO_SCHEMA
    where = f"{folder.name}/{name}"
    context = Context(
        schema,
        name=name,
        folder=folder,
        where=where,
        lookups=lookups or {},
        secret=secret.encode() if isinstance(secret, str) else secret,
        left_out=extraction.left_out,
        totals=extraction.totals,
        totals_table=extraction.totals_table,
    )
    steps = plan(spec.clean, where)
    corrections: list[Correction] = []
    if spec.corrections is not None:
        file = f"{where} › {spec.corrections}"
        corrections = read_corrections(context.dataset_file(spec.corrections), file)
    rule = read_rule(spec.newer, where)
    table = WorkingTable(extraction.table, context)
    _run(table, steps, spec, schema)
    if corrections:
        correct(table, corrections, spec.corrections or "")
    if rule is not None:
        replace_older(table, rule)
        if rule.by in table and schema.fields and rule.by not in schema.names:
            table.drop_column(rule.by)
    if schema.fields:
        order_columns(table, schema)
        report_text_of_numbers(table)
    totals, totals_table = _totals(extraction, steps, spec, schema, table)
    allow = spec.personal_data.get("allow")
    # A policy of another shape is reported by the screen.
    allowed = set(map(str, allow)) if isinstance(allow, list | dict) else set()
    result, published = table.result(), table.published_ids()
    audit = disclose(
        table.trail.chunks,
        table.sources,
        published,
        identifier_masker(allowed),
        identifier_columns(result.frame, allowed),
    )
    findings = disclose_findings(table.findings, published)
    consumed = frozenset(table.consumed_labels)
    return Cleaned(result, audit, findings, totals, totals_table, consumed)


def _run(table: WorkingTable, steps: list[Planned], spec: TableSpec, schema: TableSchema) -> None:
    map_labels(table, spec.columns, schema)
    run_step(table, "trim")
    overridden = {field for planned in steps if planned.step.parses for field in planned.fields}
    done: set[str] = set()
    run_defaults(table, schema, done, overridden)
    for planned in steps:
        if table.main or planned.step.totals:
            planned.run(table)
    run_defaults(table, schema, done, ())


def _totals(
    extraction: Extraction,
    steps: list[Planned],
    spec: TableSpec,
    schema: TableSchema,
    table: WorkingTable,
) -> tuple[tuple[Total, ...], Table | None]:
    """Take the total rows put aside through the same steps, so that they can be compared."""
    if extraction.totals_table is None or not extraction.totals:
        return (), None
    totals_working = WorkingTable(extraction.totals_table, table.context, main=False)
    try:
        _run(totals_working, steps, spec, schema)
        if schema.fields:
            order_columns(totals_working, schema)
    except Refused as problem:
        table.report("totals-unusable", "warning", reason=problem.message)
        return (), None
    return trace_totals(extraction.totals, totals_working, table), totals_working.result()
