"""Whether a schema is certainly valid for Frictionless, decided without importing it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

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
MATCHES = ("exact", "equal", "subset", "superset", "partial")


def plainly_valid(schema: Mapping[str, Any]) -> bool:
    """Whether Frictionless certainly accepts the schema."""
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


def uses_version_2(schema: Mapping[str, Any]) -> bool:
    """Whether the schema has parts that only version 2 of the standard knows."""
    fields = schema["fields"]
    return any(isinstance(value, dict) for value in schema.get("missingValues") or []) or any(
        "exclusive" in str(item.get("constraints")) or "{" in str(item.get("missingValues"))
        for item in fields
    )
