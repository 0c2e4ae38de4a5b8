"""The columns to check: each field with its proofs and its Frictionless reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from pipelines.validate.bulk.frictionless_cells import CellResult, FieldReader
from pipelines.validate.bulk.proofs import Key, Proof, day_proof_for, number_proof_for, proof_for
from pipelines.validate.bulk.schema_support import plainly_valid, uses_version_2
from pipelines.validate.findings import Fault, fault_of
from pipelines.validate.frictionless_api import NeedsFrictionless, check_schema, match_header

#: types whose values Python can't hash: Frictionless breaks down on them in a key
UNHASHABLE = ("array", "geojson", "list", "object")


class Codec(Protocol):
    """Turns the typed cells of a workbook into tokens and back."""

    def cell_of(self, token: str | None, others: Sequence[Any]) -> Any:
        """Return the cell that a token stands for."""

    def token_of(self, cell: Any, others: list[Any]) -> str | None:
        """Return the token of a cell, which `others` keeps if it is neither text nor number."""


@dataclass
class ColumnRules:
    """One column to check: its field, the bulk proof, and Frictionless's reader of single cells.

    `key`: how its values are hashed; a proof with another way of its own proves no key values.

    `number_proof`, `day_proof`: the same for a workbook's numbers, and its dates as day numbers.
    `blank_ok`, `none_ok`: the empty text, or no cell, is a missing value that is allowed.
    `encode`: few distinct cells are expected, so each is checked once per block.
    `codec`: the cells come from a workbook and keep their types; `others` holds those of them
    that are neither text nor number, as far as keys need them.
    """

    name: str
    reader: FieldReader
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

    def result(self, token: str | None) -> CellResult:
        """Return the result on a cell kept for a key: its text, or in a workbook its token."""
        return self.reader(self.codec.cell_of(token, self.others) if self.codec else token)

    def token(self, cell: Any) -> str | None:
        """Return what stands for a cell in a key."""
        return self.codec.token_of(cell, self.others) if self.codec else cell


@dataclass
class TableRules:
    """The columns in the order of the data, the header's errors, and the keys by column index."""

    columns: list[ColumnRules]
    header_faults: list[Fault] = field(default_factory=list)
    primary_key: list[int] = field(default_factory=list)


def plan_columns(schema: Mapping[str, Any], labels: Sequence[str], header_row: int) -> TableRules:
    """Pair labels and fields as Frictionless does.

    Raises `NeedsFrictionless` when Frictionless refuses the schema or the header altogether.
    """
    faults: list[Fault] = []
    plain = plainly_valid(schema)
    if not plain:
        if "foreignKeys" in schema and uses_version_2(schema):
            # with foreign keys Frictionless reads these as version 1, whatever `$schema` says
            raise NeedsFrictionless
        check_schema(schema)
    if plain and list(labels) == [item["name"] for item in schema["fields"]]:
        columns = [make_column(item, schema) for item in schema["fields"]]
    else:
        columns, faults = _match_header(schema, labels, header_row)
    where = {column.name: index for index, column in enumerate(columns)}
    key = schema.get("primaryKey") or []
    key = [key] if isinstance(key, str) else key
    whole = all(name in where for name in key)
    for column in columns:
        if column.reader.kind in UNHASHABLE and (column.unique or column.name in key):
            raise NeedsFrictionless
    return TableRules(columns, faults, [where[name] for name in key] if whole else [])


def _match_header(
    schema: Mapping[str, Any], labels: Sequence[str], header_row: int
) -> tuple[list[ColumnRules], list[Fault]]:
    fields, errors = match_header(schema, labels, header_row)
    # a field made up for a label without one stands outside the schema and its missing values
    columns = [make_column(item.to_descriptor(), schema if item.schema else {}) for item in fields]
    return columns, [fault_of(error) for error in errors]


def make_column(descriptor: Mapping[str, Any], schema: Mapping[str, Any]) -> ColumnRules:
    """Return the rules of one field."""
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
        reader=FieldReader(descriptor, schema, key),
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
