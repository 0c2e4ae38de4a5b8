"""Cleaning from end to end: labels to fields, steps in order, corrections, the account."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pipelines.clean.columns import map_labels, settle_columns
from pipelines.clean.context import Context
from pipelines.clean.corrections import Correction, correct, read_corrections
from pipelines.clean.defaults import run_defaults
from pipelines.clean.disclosure import disclose
from pipelines.clean.editions import read_rule, replace_older
from pipelines.clean.hiding import hider, suspects
from pipelines.clean.lookups import inside
from pipelines.clean.registry import Planned, plan, run_step
from pipelines.clean.steps import load_all
from pipelines.clean.work import Work
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
    )
    steps = plan(spec.clean, where)
    corrections: list[Correction] = []
    if spec.corrections is not None:
        file = f"{where} › {spec.corrections}"
        corrections = read_corrections(inside(context, spec.corrections), file)
    rule = read_rule(spec.newer, where)
    work = Work(extraction.table, context)
    _run(work, steps, spec, schema)
    if corrections:
        correct(work, corrections, spec.corrections or "")
    if rule is not None:
        replace_older(work, rule)
        if rule.by in work and schema.fields and rule.by not in schema.names:
            work.drop_column(rule.by)
    if schema.fields:
        settle_columns(work, schema)
    totals, totals_table = _totals(extraction, steps, spec, schema, work)
    allow = spec.personal_data.get("allow")
    # what is written wrongly is told by the screen
    allowed = set(map(str, allow)) if isinstance(allow, list | dict) else set()
    table = work.table()
    audit = disclose(
        work.trail.chunks,
        work.sources,
        work.published(),
        hider(allowed),
        suspects(table.frame, allowed),
    )
    findings = work.notes.shown(work.published())
    return Cleaned(table, audit, findings, totals, totals_table, frozenset(work.spent))


def _run(work: Work, steps: list[Planned], spec: TableSpec, schema: TableSchema) -> None:
    map_labels(work, spec.columns, schema)
    run_step(work, "trim")
    asked = {field for planned in steps if planned.step.parses for field in planned.fields}
    done: set[str] = set()
    run_defaults(work, schema, done, asked)
    for planned in steps:
        if work.main or planned.step.totals:
            planned.run(work)
    run_defaults(work, schema, done, ())


def _totals(
    extraction: Extraction,
    steps: list[Planned],
    spec: TableSpec,
    schema: TableSchema,
    work: Work,
) -> tuple[tuple[Total, ...], Table | None]:
    """Take the total rows put aside through the same steps, so that they can be compared."""
    if extraction.totals_table is None or not extraction.totals:
        return (), None
    side = Work(extraction.totals_table, work.context, main=False)
    try:
        _run(side, steps, spec, schema)
        if schema.fields:
            settle_columns(side, schema)
    except Refused as problem:
        work.note("totals-unusable", "warning", reason=problem.message)
        return (), None
    return traced(extraction.totals, side, work), side.table()


def traced(totals: tuple[Total, ...], side: Work, work: Work) -> tuple[Total, ...]:
    """Return the totals as the cleaned tables stand: `index` into the cleaned totals' rows, the
    rows [start, stop) of the cleaned table that each should sum.

    A total whose rows no longer stand together (they were sorted apart), or some of which a newer
    file replaced, is left out.
    """
    found = []
    by_row = {total.index: total for total in totals}
    span, key = work.lineage.span, work.lineage.key
    ordered = bool((np.diff(key) > 0).all())
    for index in range(len(side)):
        total = by_row.get(int(side.lineage.origin[index]))
        if total is None:
            continue
        base = int(side.lineage.part[index]) * span
        if ((work.replaced >= base + total.start) & (work.replaced < base + total.stop)).any():
            continue
        if ordered:
            start, stop = np.searchsorted(key, [base + total.start, base + total.stop]).tolist()
        else:
            rows = np.flatnonzero((key >= base + total.start) & (key < base + total.stop))
            if len(rows) and rows[-1] - rows[0] + 1 != len(rows):
                continue
            start, stop = (int(rows[0]), int(rows[-1]) + 1) if len(rows) else (0, 0)
        found.append(Total(index, total.label, total.kind, int(start), int(stop)))
    return tuple(found)
