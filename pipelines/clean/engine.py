"""Cleaning from end to end: labels to fields, steps in order, corrections, the account."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pipelines.clean.columns import map_labels, settle_columns
from pipelines.clean.defaults import run_defaults
from pipelines.clean.registry import Planned, plan, run_step
from pipelines.clean.steps import load_all
from pipelines.clean.work import Context, Work
from pipelines.model import Cleaned, Extraction, Table, Total

if TYPE_CHECKING:
    from pipelines.dataset import TableSpec
    from pipelines.schema import TableSchema


def clean(
    extraction: Extraction,
    spec: TableSpec,
    schema: TableSchema,
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
    the salt of `hash`.

    Raises `Refused`: a label or a field is missing or left over (the labels there are named), a
    correction's expectation does not hold. `UsageProblem`: a wrong step or parameter.
    """
    load_all()
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
    work = Work(extraction.table, context)
    _run(work, steps, spec, schema)
    totals_table, totals = None, extraction.totals
    if extraction.totals_table is not None and extraction.totals:
        side = Work(extraction.totals_table, context, main=False)
        _run(side, steps, spec, schema)
        totals_table = side.table()
        totals = traced(extraction.totals, side, work)
    audit = work.trail.finish(work.sources, work.published(), lambda values, field: values)
    return Cleaned(work.table(), audit, work.shown_findings(), totals, totals_table)


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
    settle_columns(work, schema)


def traced(totals: tuple[Total, ...], side: Work, work: Work) -> tuple[Total, ...]:
    """Return the totals as the cleaned tables stand: `index` into the cleaned totals' rows, the
    rows [start, stop) of the cleaned table that each should sum.

    A total whose rows no longer stand together (they were sorted apart) is left out.
    """
    found = []
    span = int(max([work.origin.max(initial=0), *(t.stop for t in totals)])) + 1
    key = work.part * span + work.origin
    ordered = bool((np.diff(key) > 0).all())
    for index in range(len(side)):
        total = totals[int(side.origin[index])]
        base = int(side.part[index]) * span
        if ordered:
            start, stop = np.searchsorted(key, [base + total.start, base + total.stop]).tolist()
        else:
            rows = np.flatnonzero((key >= base + total.start) & (key < base + total.stop))
            if len(rows) and rows[-1] - rows[0] + 1 != len(rows):
                continue
            start, stop = (int(rows[0]), int(rows[-1]) + 1) if len(rows) else (0, 0)
        found.append(Total(index, total.label, total.kind, int(start), int(stop)))
    return tuple(found)


def as_table(frame: pd.DataFrame, name: str = "") -> Table:
    """Return a pandas table of text as a raw table whose rows count from 2, under its labels."""
    from pipelines.model import Source

    count = len(frame)
    return Table(
        name,
        frame,
        (Source(name or "frame"),),
        np.zeros(count, dtype=np.int32),
        np.arange(2, count + 2, dtype=np.int32),
        tuple(range(1, frame.shape[1] + 1)),
    )
