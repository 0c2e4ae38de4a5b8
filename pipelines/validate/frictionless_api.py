"""Frictionless's API, its internals included: the one module to look at when its version changes.

Frictionless takes a third of a second to import, so it is imported when it is first needed: most
valid files never need it.
"""

from __future__ import annotations

import importlib
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

#: exceptions that Frictionless's readers let through on schemas and cells nobody anticipated
BREAKDOWNS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, re.error)
_IMPORT_LOCK = threading.Lock()

#: reads a cell: its value, and Frictionless's notes by name (`type`, or a constraint)
CellReader = Callable[[Any], tuple[Any, Mapping[str, str] | None]]


class NeedsFrictionless(Exception):
    """The bulk engine can't reproduce Frictionless safely on this table."""


def frictionless() -> Any:
    """Import Frictionless."""
    with _IMPORT_LOCK:
        importlib.import_module("frictionless.fields")
        return importlib.import_module("frictionless")


def match_header(
    schema: Mapping[str, Any], labels: Sequence[str], header_row: int
) -> tuple[list[Any], list[Any]]:
    """Pair labels and fields: the fields in the order of the data, and the header's errors.

    Raises `NeedsFrictionless` when Frictionless refuses the schema or the header.
    """
    api = frictionless()
    header_class = importlib.import_module("frictionless.table").Header
    try:
        made = api.Schema.from_descriptor(dict(schema))
        header = header_class(
            list(labels),
            fields=made.fields,
            row_numbers=[header_row],
            fields_match=made.fields_match if made.has_defined("fields_match") else "exact",
        )
        return header.get_expected_fields(), header.errors
    except api.FrictionlessException as problem:
        raise NeedsFrictionless from problem


def check_schema(schema: Mapping[str, Any]) -> None:
    """Let Frictionless check the schema. Raises `NeedsFrictionless` when it refuses."""
    api = frictionless()
    try:
        made = api.Schema.from_descriptor(dict(schema))
        for item in made.fields:
            item.create_cell_reader()
    except (api.FrictionlessException, *BREAKDOWNS) as problem:
        raise NeedsFrictionless from problem


def cell_reader(descriptor: Mapping[str, Any], schema: Mapping[str, Any]) -> CellReader:
    """Return the reader of a field, made as Frictionless's header makes it: a copy that knows its
    schema."""
    rest = {key: schema[key] for key in ("missingValues", "$schema") if key in schema}
    made = frictionless().Schema.from_descriptor({**rest, "fields": [dict(descriptor)]})
    field = made.fields[0].to_copy()
    field.schema = made
    reader: CellReader = field.create_cell_reader()
    return reader


def detect_encoding(buffer: bytes) -> str:
    """Return the encoding that Frictionless detects in the first bytes of a file."""
    return str(frictionless().Detector().detect_encoding(buffer))


def own_names(path: Path) -> frozenset[str]:
    """Return the resource names by which a foreign key may refer to the file itself."""
    return frozenset({"", str(frictionless().Resource(path=str(path)).name)})
