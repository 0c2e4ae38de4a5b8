"""Table Schemas (`schemas/<table>.yaml`), loaded and checked, and the typed form of a table.

A schema file is a plain Frictionless Table Schema. Titles and descriptions are Indonesian;
`title_en`, `description_en` and `unit` on a field are custom properties, which the
specification allows and Frictionless keeps.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines import messages
from pipelines.errors import UsageProblem, nearest
from pipelines.project import yaml_reader

if TYPE_CHECKING:
    import pandas as pd

#: Table Schema v2 field types (https://datapackage.org/standard/table-schema/#field-types)
TYPES = (
    "any", "array", "boolean", "date", "datetime", "duration", "geojson", "geopoint", "integer",
    "list", "number", "object", "string", "time", "year", "yearmonth",
)  # fmt: skip
FIELD_KEYS = frozenset(
    "name type title description format constraints missingValues rdfType example trueValues "
    "falseValues bareNumber decimalChar groupChar arrayItem delimiter itemType categories "
    "categoriesOrdered floatNumber title_en description_en unit reference".split()
)
SCHEMA_KEYS = frozenset(
    "fields primaryKey foreignKeys uniqueKeys missingValues fieldsMatch name title description "
    "title_en description_en $schema".split()
)
#: Properties that are lists of strings; in YAML `- 2024-01-01` and `- -999` are none.
STRING_LISTS = ("missingValues", "trueValues", "falseValues", "primaryKey")


@dataclass(frozen=True)
class SchemaField:
    """One field: the Table Schema properties, with what readers in both languages are shown."""

    name: str
    type: str
    descriptor: Mapping[str, Any]

    @property
    def constraints(self) -> Mapping[str, Any]:
        """The field's constraints, empty when it has none."""
        found: Mapping[str, Any] = self.descriptor.get("constraints") or {}
        return found

    @property
    def required(self) -> bool:
        """Whether a value must be there."""
        return bool(self.constraints.get("required"))

    @property
    def unit(self) -> str:
        """The unit of the values, empty when there is none."""
        return str(self.descriptor.get("unit") or "")

    def text(self, key: str, lang: str = "id") -> str:
        """Return `title` or `description` in a language, the Indonesian one by default."""
        english = self.descriptor.get(f"{key}_en") if lang == "en" else None
        return str(english or self.descriptor.get(key) or "")


@dataclass(frozen=True)
class TableSchema:
    """A Table Schema: m fields in order, keys, and where it was read from."""

    name: str
    descriptor: Mapping[str, Any]
    fields: tuple[SchemaField, ...]
    where: str

    @property
    def names(self) -> list[str]:
        """Field names in order."""
        return [field.name for field in self.fields]

    @property
    def primary_key(self) -> list[str]:
        """The fields that identify a row, empty when the schema names none."""
        key = self.descriptor.get("primaryKey") or []
        if isinstance(key, str):
            return [key]
        # an invalid key is reported by the check of the schema itself
        return [str(name) for name in key] if isinstance(key, list | tuple) else []

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits that change with what a cell must satisfy; titles do not count."""
        fields = [[field.name, field.type, dict(field.constraints)] for field in self.fields]
        text = json.dumps(fields, sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def field(self, name: str) -> SchemaField:
        """Return a field by name. Raises `KeyError`."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)


def load_schema(path: Path, *, strict: bool = True) -> TableSchema:
    """Read a schema from a YAML or JSON file.

    `strict` refuses unknown keys (a project's own schemas); without it they are custom properties,
    as Frictionless takes them. Raises `UsageProblem`: missing file, not YAML/JSON, unknown key
    (nearest named), unknown type.
    """
    where = "/".join(path.parts[-2:])
    if path.suffix == ".json":
        try:
            data = json.loads(path.read_text(encoding="utf-8-sig"))
        except FileNotFoundError as error:
            raise UsageProblem("file-missing", where=where) from error
        except (ValueError, RecursionError) as error:
            reason = " ".join(str(error).split())[:300]
            raise UsageProblem("yaml-broken", where=where, reason=reason) from error
    else:
        data = yaml_reader.read(path, where)
    if not isinstance(data, dict):
        raise UsageProblem("yaml-broken", where=where, reason="not a mapping")
    return parse_schema(data, name=path.stem, where=where, strict=strict)


def parse_schema(
    data: Mapping[str, Any], *, name: str, where: str, strict: bool = True
) -> TableSchema:
    """Check a schema descriptor's keys and types. Raises `UsageProblem` as `load_schema` does."""
    if strict:
        _check_keys(data, SCHEMA_KEYS, where)
        _check_string_lists(data, where)
    fields = []
    listed = data.get("fields")
    if not isinstance(listed, list):
        raise UsageProblem("descriptor-value", where=where, key="fields", reason="not a list")
    for number, item in enumerate(listed, start=1):
        key = f"fields[{number}]"
        if not isinstance(item, dict) or not item.get("name"):
            raise UsageProblem("descriptor-value", where=where, key=key, reason="no name")
        if strict:
            _check_keys(item, FIELD_KEYS, where, f"{item['name']}.")
            _check_string_lists(item, where, f"{item['name']}.")
        field_type = item.get("type", "any")
        if field_type not in TYPES:
            raise UsageProblem(
                "descriptor-key",
                where=where,
                key=f"{item['name']}.type: {field_type}",
                nearest=nearest(str(field_type), TYPES) or ", ".join(TYPES),
            )
        fields.append(SchemaField(str(item["name"]), str(field_type), item))
    return TableSchema(name, data, tuple(fields), where)


def _check_keys(
    data: Mapping[str, Any], keys: frozenset[str], where: str, prefix: str = ""
) -> None:
    for key in data:
        if key not in keys:
            near = nearest(str(key), sorted(keys))
            raise UsageProblem(
                "descriptor-key", where=where, key=f"{prefix}{key}", nearest=near or "–"
            )


def _check_string_lists(data: Mapping[str, Any], where: str, prefix: str = "") -> None:
    """Raise `UsageProblem` for a property that should be a list of strings and is not."""
    found = [(key, data.get(key)) for key in STRING_LISTS]
    keys = data.get("uniqueKeys")
    if isinstance(keys, list | tuple):
        found += [(f"uniqueKeys[{number}]", item) for number, item in enumerate(keys, start=1)]
    elif keys is not None:
        found.append(("uniqueKeys", keys))
    for key, value in found:
        if value is None or (key == "primaryKey" and isinstance(value, str)):
            continue
        listed = isinstance(value, list | tuple)
        if not listed or not all(isinstance(item, str) for item in value):
            reason = messages.text("reason-text" if listed else "reason-list")
            raise UsageProblem("descriptor-value", where=where, key=f"{prefix}{key}", reason=reason)


def typed(frame: pd.DataFrame, schema: TableSchema) -> pd.DataFrame:
    """Return the n × m text frame with pandas types by the schema, Arrow-backed.

    integer, year → int64; number → float64; boolean → bool; date → date32; datetime →
    timestamp; everything else stays text. The frame must have passed validation: text that the
    type does not take raises `ValueError`.
    """
    import pandas as pd

    kinds = {
        "integer": "int64[pyarrow]",
        "year": "int64[pyarrow]",
        "number": "double[pyarrow]",
        "date": "date32[pyarrow]",
        "datetime": "timestamp[us][pyarrow]",
    }
    columns = {}
    for field in schema.fields:
        text = frame[field.name]
        if field.type == "boolean":
            columns[field.name] = text.map({"true": True, "false": False}).astype("bool[pyarrow]")
        elif field.type == "datetime":
            columns[field.name] = text.str.removesuffix("Z").astype(kinds["datetime"])  # type: ignore[call-overload]
        else:
            columns[field.name] = text.astype(kinds.get(field.type, "str"))  # type: ignore[call-overload]
    return pd.DataFrame(columns, index=frame.index)
