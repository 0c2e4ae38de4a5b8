"""What Frictionless would make of a schema and a header: the columns to judge, or its refusal."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from pipelines.validate.findings import Fault, fault_of
from pipelines.validate.proofs import Key, Proof, day_proof_for, number_proof_for, proof_for
from pipelines.validate.verdicts import CellVerdict, FieldJudge, frictionless

SUPPORTED = {
    "any": "required enum",
    "array": "required minLength maxLength enum",
    "boolean": "required enum",
    "duration": "required enum",
    "geojson": "required enum",
    "geopoint": "required enum",
    "list": "required minLength maxLength",
    "object": "required minLength maxLength enum",
    "string": "required minLength maxLength pattern enum",
}
#: exclusive bounds are of Data Package v2, which a schema must name: not plainly valid
BOUNDED = "required minimum maximum enum"
FORMATS = {
    "string": ("default", "email", "uri", "binary", "uuid"),
    "geojson": ("default", "topojson"),
}
#: keys whose value must have this Python type for the schema to be plainly valid
PLAIN: dict[str, type] = {
    "name": str, "type": str, "title": str, "description": str, "format": str, "rdfType": str,
    "bareNumber": bool, "floatNumber": bool, "decimalChar": str, "groupChar": str,
    "delimiter": str, "arrayItem": dict, "constraints": dict,
}  # fmt: skip
CONSTRAINT_TYPES: dict[str, type] = {
    "required": bool, "unique": bool, "pattern": str, "enum": list,
    "minLength": int, "maxLength": int,
}  # fmt: skip
#: types whose values Python can't hash: Frictionless breaks down on them in a key
UNHASHABLE = ("array", "geojson", "list", "object")
#: what Frictionless's readers let through on schemas and cells that nobody thought of
BREAKDOWNS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, re.error)
MATCHES = ("exact", "equal", "subset", "superset", "partial")


class NeedsFrictionless(Exception):
    """This table is one for Frictionless alone: nothing here reproduces it safely."""


class Codec(Protocol):
    """Turns the typed cells of a workbook into tokens and back."""

    def cell_of(self, token: str | None, others: Sequence[Any]) -> Any:
        """Return the cell that a token stands for."""

    def token_of(self, cell: Any, others: list[Any]) -> str | None:
        """Return the token of a cell, which `others` keeps if it is neither text nor number."""


@dataclass
class ColumnRules:
    """One column to judge: its field, the bulk proof, and Frictionless's reader of single cells.

    `key`: how its values are hashed; a proof with another way of its own proves no key values.

    `number_proof`, `day_proof`: the same for a workbook's numbers, and its dates as day numbers.
    `blank_ok`, `none_ok`: the empty text, or no cell, is a missing value that is allowed.
    `encode`: few distinct cells are expected, so each is judged once per block.
    `codec`: the cells come from a workbook and keep their types; `others` holds those of them
    that are neither text nor number, as far as keys need them.
    """

    name: str
    judge: FieldJudge
    proof: Proof | None
    blank_is_missing: bool
    blank_ok: bool
    none_ok: bool
    number_proof: Proof | None = None
    day_proof: Proof | None = None
    key: Key = "none"
    unique: bool = False
    encode: bool = True
    codec: Codec | None = None
    others: list[Any] = field(default_factory=list)

    def verdict(self, token: str | None) -> CellVerdict:
        """Return the verdict on a cell kept for a key: its text, or in a workbook its token."""
        return self.judge(self.codec.cell_of(token, self.others) if self.codec else token)

    def token(self, cell: Any) -> str | None:
        """Return what stands for a cell in a key."""
        return self.codec.token_of(cell, self.others) if self.codec else cell


@dataclass
class Shape:
    """The columns in the order of the data, the header's errors, and the keys by column index."""

    columns: list[ColumnRules]
    header_faults: list[Fault] = field(default_factory=list)
    primary_key: list[int] = field(default_factory=list)


def plan_columns(schema: Mapping[str, Any], labels: Sequence[str], header_row: int) -> Shape:
    """Pair labels and fields as Frictionless does.

    Raises `NeedsFrictionless` when Frictionless refuses the schema or the header altogether.
    """
    faults: list[Fault] = []
    plain = plainly_valid(schema)
    if not plain:
        check_schema(schema)
    if plain and list(labels) == [item["name"] for item in schema["fields"]]:
        columns = [make_column(item, schema) for item in schema["fields"]]
    else:
        columns, faults = _pair(schema, labels, header_row)
    where = {column.name: index for index, column in enumerate(columns)}
    key = schema.get("primaryKey") or []
    key = [key] if isinstance(key, str) else key
    whole = all(name in where for name in key)
    for column in columns:
        if column.judge.kind in UNHASHABLE and (column.unique or column.name in key):
            raise NeedsFrictionless
    return Shape(columns, faults, [where[name] for name in key] if whole else [])


def _pair(
    schema: Mapping[str, Any], labels: Sequence[str], header_row: int
) -> tuple[list[ColumnRules], list[Fault]]:
    api = frictionless()
    from frictionless.table import Header  # type: ignore[attr-defined]

    try:
        made = api.Schema.from_descriptor(dict(schema))
    except api.FrictionlessException as problem:
        raise NeedsFrictionless from problem  # it tells what is wrong with the schema
    header = Header(
        list(labels),
        fields=made.fields,
        row_numbers=[header_row],
        fields_match=made.fields_match if made.has_defined("fields_match") else "exact",
    )
    try:
        expected = header.get_expected_fields()
    except api.FrictionlessException as problem:
        raise NeedsFrictionless from problem
    # a field made up for a label without one stands outside the schema and its missing values
    columns = [
        make_column(item.to_descriptor(), schema if item.schema else {}) for item in expected
    ]
    return columns, [fault_of(error) for error in header.errors]


def check_schema(schema: Mapping[str, Any]) -> None:
    """Let Frictionless check the schema. Raises `NeedsFrictionless` when it refuses."""
    api = frictionless()
    if "foreignKeys" in schema and _of_version_2(schema):
        # with foreign keys Frictionless takes these parts for version 1, whatever `$schema` says
        raise NeedsFrictionless
    try:
        made = api.Schema.from_descriptor(dict(schema))
        for item in made.fields:
            item.create_cell_reader()
    except (api.FrictionlessException, *BREAKDOWNS) as problem:
        raise NeedsFrictionless from problem


def _of_version_2(schema: Mapping[str, Any]) -> bool:
    fields = schema["fields"]
    return any(isinstance(value, dict) for value in schema.get("missingValues") or []) or any(
        "exclusive" in str(item.get("constraints")) or "{" in str(item.get("missingValues"))
        for item in fields
    )


def make_column(descriptor: Mapping[str, Any], schema: Mapping[str, Any]) -> ColumnRules:
    """Prepare the judging of one field."""
    own = _texts(descriptor.get("missingValues"))
    general = _texts(schema.get("missingValues"))
    maybe = {"", *(own or ()), *(general or ())}
    surely = own if own is not None else general if general is not None else [""]
    constraints = descriptor.get("constraints") or {}
    proof, numbers = proof_for(descriptor, maybe), number_proof_for(descriptor, maybe)
    key = proof.key if proof else numbers.key if numbers else "none"
    blank_is_missing = "" in surely
    return ColumnRules(
        name=descriptor["name"],
        judge=FieldJudge(descriptor, schema, key),
        proof=proof,
        blank_is_missing=blank_is_missing,
        blank_ok=blank_is_missing and not constraints.get("required"),
        none_ok=not constraints.get("required"),
        number_proof=numbers,
        day_proof=day_proof_for(descriptor, maybe),
        key=key,
        unique=bool(constraints.get("unique")),
    )


def _texts(values: Any) -> list[str] | None:
    if values is None:
        return None
    return [value["value"] if isinstance(value, dict) else value for value in values]


def plainly_valid(schema: Mapping[str, Any]) -> bool:
    """Whether Frictionless certainly takes the schema, told without importing it."""
    if "$schema" in schema or "foreignKeys" in schema or "name" in schema or "type" in schema:
        return False
    if schema.get("fieldsMatch", "exact") not in MATCHES or not _plain_missing(schema):
        return False
    if not all(isinstance(schema.get(key, ""), str) for key in ("title", "description")):
        return False
    names = [item.get("name") for item in schema["fields"] if isinstance(item, dict)]
    if len(names) != len(schema["fields"]) or len(set(names)) != len(names) or not names:
        return False
    key = schema.get("primaryKey") or []
    key = [key] if isinstance(key, str) else key
    if not isinstance(key, list) or not all(name in names for name in key):
        return False
    return all(_plain_field(item) for item in schema["fields"])


def _plain_field(item: Mapping[str, Any]) -> bool:
    kind = item.get("type")
    if not isinstance(kind, str) or "example" in item or "required" in item:
        return False
    if any(name in item and not isinstance(item[name], type_) for name, type_ in PLAIN.items()):
        return False
    form = item.get("format", "default")
    if form.startswith("fmt:") or form not in FORMATS.get(kind, (form,)):
        return False
    if kind in ("array", "list") or not _plain_missing(item):
        return False
    for name in ("trueValues", "falseValues"):
        values = item.get(name, [])
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            return False
    constraints = item.get("constraints", {})
    allowed = [*SUPPORTED.get(kind, BOUNDED).split(), "unique"]
    if any(name not in allowed for name in constraints):
        return False
    for name, type_ in CONSTRAINT_TYPES.items():
        if name in constraints and type(constraints[name]) is not type_:
            return False
    try:
        re.compile(f"^{constraints.get('pattern', '')}$")
    except re.error:
        return False
    return True


def _plain_missing(item: Mapping[str, Any]) -> bool:
    values = item.get("missingValues", [])
    return isinstance(values, list) and all(isinstance(value, str) for value in values)


def own_names(path: Path) -> frozenset[str]:
    """Return what Frictionless takes for a reference to the file itself."""
    return frozenset({"", str(frictionless().Resource(path=str(path)).name)})
