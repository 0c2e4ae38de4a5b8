"""Frictionless's errors as findings: its type stays the code, its note becomes parameters."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.model import Finding, Position
from pipelines.project.schema import TableSchema
from pipelines.validate.message_params import (
    Params,
    choice_suggester,
    constraint_params,
    translations,
    type_params,
)

#: Frictionless writes the broken constraint into the note; array items put words before it
REPEATED = re.compile(r"the same as in the row at position (\d+)$")
#: a bound on times has messages of its own
MOMENTS = ("date", "datetime", "time", "year", "yearmonth")
BOUNDS = {"minimum": "earliest", "maximum": "latest"}
#: what Frictionless notes of a file without a row
EMPTY = "the source is empty"
ERRNO = re.compile(r"\[Errno -?\d+\] ")
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
class ValidationResult:
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


class FindingBuilder:
    """Makes findings of faults, with what their messages need to know of the schema."""

    def __init__(self, schema: TableSchema) -> None:
        self._fields = {field.name: field for field in schema.fields}
        self._key = ", ".join(schema.primary_key)
        self._types: dict[str, Params] = {}
        self._constraints: dict[tuple[str, str, str], Params] = {}
        self._guessers: dict[str, Callable[[str], Any]] = {}

    def finding(
        self, fault: Fault, *, table: str, position: Position | None, row: int | None
    ) -> Finding:
        """Return the finding for a fault; `row` and `position` are those of the source."""
        variant, own = self._params(fault)
        params: dict[str, Any] = {"note": ERRNO.sub("", fault.note), "number": fault.number or ""}
        value = fault.cell
        return Finding(
            code=fault.type,
            table=table,
            row=row,
            field=fault.field,
            value=value[:VALUE_LENGTH] if value else value,
            position=position,
            variant=variant,
            params={**params, **own},
        )

    def _params(self, fault: Fault) -> tuple[str, Params]:
        if fault.type == "type-error":
            return self._type(fault.field or "")
        if fault.type == "constraint-error":
            return self._constraint(fault)
        if fault.type in ("unique-error", "primary-key", "unique-key"):
            other = "" if fault.other is None else fault.other
            empty = fault.type == "primary-key" and fault.other is None
            params = {"other": other, "fields": self._key, **(fault.extra or {})}
            return "empty" if empty else "", params
        if fault.type == "foreign-key" and fault.extra:
            name = str(fault.extra["reference"])
            target = (
                translations("form-reference", name=name)
                if name
                else translations("form-reference-self")
            )
            return "", {**fault.extra, "target": target}
        if fault.note == EMPTY:
            return "empty", {}
        return "", dict(fault.extra or {})

    def _type(self, name: str) -> tuple[str, Params]:
        described = self._fields.get(name)
        if described is None:
            return "", {}
        if name not in self._types:
            self._types[name] = type_params(described.type, described.descriptor)
        params = self._types[name]
        decimal = params.get("point", ".") != "."
        return "decimal" if decimal else described.type, params

    def _constraint(self, fault: Fault) -> tuple[str, Params]:
        match = CONSTRAINT.match(fault.note)
        if not match:
            return "", {}
        name, field = match[1], fault.field or ""
        key = (field, name, match[2])
        if key not in self._constraints:
            described = self._fields.get(field)
            limit = described.constraints.get(name) if described else None
            self._constraints[key] = constraint_params(name, match[2] if limit is None else limit)
            if name == "enum" and isinstance(limit, list):
                self._guessers[field] = choice_suggester(limit)
        params = self._constraints[key]
        if name == "enum":
            suggest = self._guessers.get(field)
            params = {**params, "perhaps": suggest(fault.cell) if suggest and fault.cell else ""}
        described = self._fields.get(field)
        if described is not None and described.type in MOMENTS:
            name = BOUNDS.get(name, name)
        return name, params
