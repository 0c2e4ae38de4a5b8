"""The DataStore's columns and data dictionary that a schema asks for, and what differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pipelines.ckan import TableInfo
from pipelines.project.schema import SchemaField, TableSchema
from pipelines.publish.values import column_type

#: PostgreSQL name → the names that CKAN's dictionary form and its loaders know.
_OVERRIDES = {"int8": "numeric", "int4": "numeric", "numeric": "numeric", "date": "timestamp",
              "timestamp": "timestamp", "text": "text"}  # fmt: skip
#: Dictionary keys that publishing looks after; other keys stay as the portal has them.
DICTIONARY = (
    "label", "notes", "unit", "type_override", "label_id", "label_en", "notes_id", "notes_en",
)  # fmt: skip

Kind = Literal["added", "removed", "type", "dictionary", "key"]


@dataclass(frozen=True)
class FieldChange:
    """One difference between a schema and the portal's table."""

    table: str
    field: str
    change: Kind
    before: Any
    after: Any

    @property
    def breaking(self) -> bool:
        """Whether programs that read the table may break."""
        return self.change in ("removed", "type", "key")

    def as_json(self) -> dict[str, Any]:
        """The shape of `plan --json`."""
        return {
            "table": self.table,
            "field": self.field,
            "change": self.change,
            "before": self.before,
            "after": self.after,
        }


def dictionary(field: SchemaField) -> dict[str, str]:
    """Return the data dictionary entry of a field; empty texts are left out."""
    info = {
        "label": field.text("title"),
        "notes": field.text("description"),
        "unit": field.unit,
        "label_id": field.text("title"),
        "label_en": field.text("title", "en"),
        "notes_id": field.text("description"),
        "notes_en": field.text("description", "en"),
        "type_override": _OVERRIDES.get(column_type(field), ""),
    }
    return {key: text for key, text in info.items() if text}


def columns(schema: TableSchema, known: TableInfo | None = None) -> list[dict[str, Any]]:
    """Return the fields as `datastore_create` takes them, keeping foreign dictionary entries."""
    found = []
    for field in schema.fields:
        old = dict(known.fields.get(field.name, {}).get("info") or {}) if known else {}
        foreign = {key: value for key, value in old.items() if key not in DICTIONARY}
        found.append(
            {"id": field.name, "type": column_type(field), "info": {**foreign, **dictionary(field)}}
        )
    return found


def indexes(schema: TableSchema) -> list[str]:
    """Return the fields that get an index: references to other tables, and later key fields."""
    wanted = [*schema.primary_key[1:]]
    wanted += [field.name for field in schema.fields if field.descriptor.get("reference")]
    for key in schema.descriptor.get("foreignKeys") or ():
        names = key.get("fields", [])
        wanted += [names] if isinstance(names, str) else list(names)
    alone = schema.primary_key[:1] if len(schema.primary_key) == 1 else []
    return [name for name in dict.fromkeys(wanted) if name not in alone]


def released_table(schema: TableSchema, rows: int) -> TableInfo:
    """Return what the table of a finished release looks like, for `compare_fields`."""
    fields = {
        field.name: {"type": column_type(field), "info": dictionary(field)}
        for field in schema.fields
    }
    return TableInfo(fields, rows, 0)


def compare_fields(
    table: str, schema: TableSchema, info: TableInfo, key: list[str] | None
) -> list[FieldChange]:
    """Return what differs between the schema and the portal's table.

    key: the primary key that the portal's release records, None when it records none.
    """
    changes: list[FieldChange] = []
    for field in schema.fields:
        there: Mapping[str, Any] | None = info.fields.get(field.name)
        wanted = column_type(field)
        if there is None:
            changes.append(FieldChange(table, field.name, "added", None, wanted))
            continue
        if there["type"] != wanted:
            changes.append(FieldChange(table, field.name, "type", there["type"], wanted))
        have = {key: there["info"][key] for key in DICTIONARY if there["info"].get(key)}
        want = dictionary(field)
        if have != want:
            differing = sorted(k for k in DICTIONARY if have.get(k) != want.get(k))
            changes.append(
                FieldChange(
                    table,
                    field.name,
                    "dictionary",
                    {k: have.get(k) for k in differing},
                    {k: want.get(k) for k in differing},
                )
            )
    names = set(schema.names)
    for name, there in info.fields.items():
        if name not in names:
            changes.append(FieldChange(table, name, "removed", there["type"], None))
    if key is not None and key != schema.primary_key:
        changes.append(FieldChange(table, ", ".join(key) or "–", "key", key, schema.primary_key))
    return changes
