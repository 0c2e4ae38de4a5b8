"""Refines a draft: types and constraints that its own table contradicts are dropped.

The table is cleaned and validated with the draft until it passes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from pipelines import clean, validate
from pipelines.model import Cleaned, Extraction
from pipelines.project.descriptor import TableSpec
from pipelines.project.schema import TableSchema, parse_schema
from pipelines.scaffold.capitalisation import title_case
from pipelines.scaffold.draft import SECTIONS, Draft
from pipelines.scaffold.field_inference import MIN_SHARE, is_percentage

#: Values are offered as `enum` when there are few and they repeat.
MAX_ENUM_VALUES, MIN_REPEATS = 12, 4
TRIES = 6
#: Labels of names, places and codes: the next edition brings others, however few there are now.
_OPEN_ENDED = re.compile(
    r"\b(?:nama|name|alamat|lokasi|kec|kecamatan|kab|kabupaten|kota|desa|kelurahan|wilayah|daerah|"
    r"provinsi|kode|nomor|no|kbli|keterangan|catatan|uraian|bulan|tahun|minggu|periode|tanggal|tgl|"
    r"pasar|satuan|unit|kelompok|puskesmas|sekolah|komoditas|instansi|opd|skpd)\b",
    re.I,
)


def _schema(name: str, draft: Draft) -> TableSchema:
    data: dict[str, Any] = {"name": name, "title": title_case(name.replace("-", " "))}
    data["fields"] = draft.fields
    if draft.key:
        data["primaryKey"] = draft.key
    return parse_schema(data, name=name, where=f"schemas/{name}.yaml")


def refine(
    found: Extraction,
    spec: TableSpec,
    draft: Draft,
    folder: Path,
    name: str,
    key: Sequence[str] = (),
) -> tuple[TableSchema, Cleaned]:
    """Clean and validate with the draft until every type and constraint holds.

    key: the fields that the steward says identify a row; they stay so, even where they do not.
    """
    for _ in range(TRIES):
        schema = _schema(name, draft)
        cleaned = clean.clean(found, spec, schema, folder=folder, name=name)
        draft.undecided = {f.field for f in cleaned.findings if f.severity == "error" and f.field}
        if not _correct_types(draft, cleaned.table.frame):
            break
    _constrain(draft, cleaned.table.frame)
    draft.key = list(key) or draft.key
    schema = _schema(name, draft)
    for _ in range(TRIES):
        report = validate.validate_table(cleaned.table, schema)
        wrong = {
            finding.field
            for finding in report.errors
            if finding.field not in draft.undecided
            and not (key and finding.field is None)
            and (finding.code != "type-error" or finding.field not in draft.mistyped)
        }
        if not wrong:
            break
        if None in wrong:
            draft.key = []
        for item in draft.fields:
            if item["name"] in wrong:
                item.pop("constraints", None)
                item["type"] = "string"
                draft.mistyped.pop(item["name"], None)
                draft.key = [key for key in draft.key if key != item["name"]]
        schema = _schema(name, draft)
        cleaned = clean.clean(found, spec, schema, folder=folder, name=name)
    return schema, cleaned


def without_personal_values(
    draft: Draft, frame: pd.DataFrame, personal: Collection[str], name: str
) -> TableSchema:
    """Return the schema without constraints and keys that would reveal personal data."""
    if set(draft.key) & set(personal):
        draft.key = _primary_key(draft, frame, personal)
    for item in draft.fields:
        if item["name"] in personal:
            for key in ("enum", "pattern"):
                item.get("constraints", {}).pop(key, None)
    return _schema(name, draft)


#: Type → pattern of a cleaned cell.
TYPE_PATTERNS = {
    "integer": r"-?\d+",
    "number": r"-?\d+(?:\.\d+)?",
    "date": r"\d{4}-\d{2}-\d{2}",
    "datetime": r"\d{4}-\d{2}-\d{2}T.+",
    "boolean": r"true|false",
    "year": r"\d{4}",
}


def matches_type(field_type: str, text: str) -> bool:
    """Return whether a cleaned cell is of a type."""
    pattern = TYPE_PATTERNS.get(field_type)
    return pattern is None or re.fullmatch(pattern, text) is not None


def _correct_types(draft: Draft, frame: pd.DataFrame) -> bool:
    """Correct types that the cleaned cells contradict; return whether any changed."""
    changed = False
    for item in draft.fields:
        if item["name"] in draft.undecided:
            continue
        texts = frame[item["name"]].dropna().tolist()
        form = TYPE_PATTERNS.get(item["type"])
        matching = [text for text in texts if matches_type(item["type"], text)]
        if form and len(matching) < len(texts) and len(matching) >= MIN_SHARE * len(texts):
            draft.mistyped[item["name"]] = len(texts) - len(matching)
            texts = matching
        else:
            draft.mistyped.pop(item["name"], None)
        if form and not all(re.fullmatch(form, text) for text in texts):
            whole = all(re.fullmatch(TYPE_PATTERNS["number"], text) for text in texts)
            item["type"] = "number" if whole and item["type"] == "integer" else "string"
            changed = True
        elif item["type"] == "number" and texts and all(re.fullmatch(r"-?\d+", t) for t in texts):
            item["type"] = "integer"
            changed = True
    return changed


def _constrain(draft: Draft, frame: pd.DataFrame) -> None:
    """Propose constraints that the cells satisfy, and the primary key."""
    for item in draft.fields:
        column = frame[item["name"]]
        texts = column.dropna().tolist()
        constraints: dict[str, Any] = {}
        # A mistyped cell such as `kosong` may turn out to mean no data.
        # The next edition may have no rows that head groups.
        whole = len(texts) == len(column) and item["title"] != SECTIONS
        if whole and texts and item["name"] not in draft.mistyped:
            constraints["required"] = True
        if item["type"] in ("integer", "number") and texts:
            numbers = [float(text) for text in texts if matches_type(item["type"], text)]
            if numbers and min(numbers) >= 0:
                constraints["minimum"] = 0
                if is_percentage(item) and max(numbers) <= 100:
                    constraints["maximum"] = 100
        elif item["type"] == "string" and texts:
            constraints.update(_text_constraints(texts, item["title"]))
        if constraints:
            item["constraints"] = constraints
    draft.key = _primary_key(draft, frame)


def _text_constraints(texts: list[str], label: str) -> dict[str, Any]:
    values = sorted(set(texts))
    few = len(values) <= MAX_ENUM_VALUES and len(texts) >= MIN_REPEATS * len(values)
    if few and not _OPEN_ENDED.search(label) and not all(value.isdigit() for value in values):
        return {"enum": values}
    shapes = {re.sub(r"\d", "0", text) for text in texts}
    if len(shapes) == 1 and len(texts) > 2:
        shape = shapes.pop()
        if re.fullmatch(r"[0.\-/]+", shape) and len(shape) > 1:
            pattern = re.sub(r"0+", lambda run: f"[0-9]{{{len(run.group())}}}", re.escape(shape))
            return {"pattern": pattern.replace("\\-", "-").replace("\\/", "/")}
    return {}


def _primary_key(draft: Draft, frame: pd.DataFrame, personal: Collection[str] = ()) -> list[str]:
    """Return the fewest leading text, date or year fields that identify every row, and before them
    the period of the edition: the next one brings the same rows. Never a field about persons.
    """
    names = [
        item["name"]
        for item in draft.fields
        if item["type"] in ("string", "date", "year", "datetime")
        and item.get("constraints", {}).get("required")
        and item["name"] not in personal
    ]
    if len(frame) < 2:
        return []
    sizes = range(2, min(4, len(names)) + 1)
    choices = [*([name] for name in names), *(names[:size] for size in sizes)]
    key = next((choice for choice in choices if not frame.duplicated(choice).any()), [])
    return list(dict.fromkeys([draft.period, *key])) if key and draft.period else key
