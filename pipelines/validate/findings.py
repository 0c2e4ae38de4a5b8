"""Frictionless's errors as findings: its type stays the code, its note becomes parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.model import Finding, Position
from pipelines.schema import TableSchema

#: Frictionless writes the broken constraint into the note; array items put words before it
REPEATED = re.compile(r"the same as in the row at position (\d+)$")
CONSTRAINT = re.compile(r'(?:array item )?constraint "(\w+)" is "(.*)"$', re.DOTALL)
#: how many characters of a cell a finding carries
VALUE_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Fault:
    """One error as Frictionless reports it: its type, row number, field and cell, and the note.

    `row` is None for errors of the header, the file and the schema. `number` is the 1-based
    column, None where the error names none. `other` is the row that a repeated value repeats.
    """

    type: str
    row: int | None = None
    field: str | None = None
    number: int | None = None
    cell: str | None = None
    note: str = ""
    extra: Mapping[str, Any] | None = None
    other: int | None = None


@dataclass(frozen=True)
class Verdict:
    """The errors of one table in Frictionless's order, the rows and labels it read.

    `stopped`: the limit was reached before the end of the table.
    """

    faults: list[Fault]
    rows: int
    labels: list[str]
    stopped: bool = False
    sheet: str | None = None


def fault_of(error: Any) -> Fault:
    """Take over one of Frictionless's error objects."""
    extra = None
    if error.type == "foreign-key":
        extra = {
            "fields": ", ".join(error.field_names),
            "reference": error.reference_name,
            "cells": ", ".join(error.field_cells),
        }
    cell = getattr(error, "cell", None)
    repeated = REPEATED.match(error.note)
    return Fault(
        error.type,
        getattr(error, "row_number", None),
        getattr(error, "field_name", None),
        getattr(error, "field_number", None),
        getattr(error, "label", None) if cell is None else cell,
        error.note,
        extra,
        int(repeated[1]) if repeated else None,
    )


def finding_of(
    fault: Fault, schema: TableSchema, *, table: str, position: Position | None, row: int | None
) -> Finding:
    """Return the finding for a fault; `row` and `position` are those of the source."""
    variant = ""
    params: dict[str, Any] = {"note": fault.note, "number": fault.number or ""}
    if fault.extra:
        params.update(fault.extra)
    if fault.type == "type-error":
        described = next((f for f in schema.fields if f.name == fault.field), None)
        if described is not None:
            variant = described.type
            params["format"] = str(described.descriptor.get("format") or "default")
    elif fault.type == "constraint-error":
        match = CONSTRAINT.match(fault.note)
        if match:
            variant, params["limit"] = match.groups()
    elif fault.type in ("unique-error", "primary-key", "unique-key"):
        params["other"] = "" if fault.other is None else fault.other
        variant = "empty" if fault.type == "primary-key" and fault.other is None else ""
    value = fault.cell
    return Finding(
        code=fault.type,
        table=table,
        row=row,
        field=fault.field,
        value=value[:VALUE_LENGTH] if value else value,
        position=position,
        variant=variant,
        params=params,
    )
