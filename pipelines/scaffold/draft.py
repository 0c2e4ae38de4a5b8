"""The fields of a new dataset: guessed from the raw cells, then proved.

The table is cleaned and validated with the draft, and whatever does not hold is taken back until
everything does.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from pipelines import catalogue, clean, validate
from pipelines.descriptor import TableSpec
from pipelines.model import Cleaned, Extraction
from pipelines.scaffold.inference import Guess, guess, guess_most, missing, running_number
from pipelines.scaffold.moment import FIELD, find_moment
from pipelines.scaffold.spread import Spread, find_spread
from pipelines.scaffold.titles import titled
from pipelines.schema import TableSchema, parse_schema

#: Values are offered as `enum` when there are few and they repeat.
MOST_VALUES, LEAST_REPEATS = 12, 4
TRIES = 6
#: Labels of names, places and codes: the next edition brings others, however few there are now.
_OPEN = re.compile(
    r"\b(?:nama|name|alamat|lokasi|kec|kecamatan|kab|kabupaten|kota|desa|kelurahan|wilayah|daerah|"
    r"provinsi|kode|nomor|no|kbli|keterangan|catatan|uraian|bulan|tahun|minggu|periode|tanggal|tgl|"
    r"pasar|satuan|unit|kelompok|puskesmas|sekolah|komoditas|instansi|opd|skpd)\b",
    re.I,
)


@dataclass
class Draft:
    """Field descriptors in order, label → field, labels left out, and what was decided.

    odd: field → cells that are not of its type, left for `validate` to tell. covered: the first and
    last month of the rows, where the sheet states one.
    """

    fields: list[dict[str, Any]] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)
    stated: list[str] = field(default_factory=list)
    key: list[str] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)
    odd: dict[str, int] = field(default_factory=dict)
    covered: tuple[str, str] | None = None


def slug(text: str, mark: str = "_") -> str:
    """Return a label as a name: lower-case ASCII letters, digits and `mark`."""
    plain = text.replace("%", " persen ")
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", mark, plain).strip(mark)[:60].strip(mark)


def draft_fields(found: Extraction) -> Draft:
    """Guess names, types and units of the fields from the raw table."""
    draft = Draft()
    units: Mapping[str, str] = found.evidence.get("units", {})
    frame = found.table.frame
    labels = _told_apart([str(label) for label in frame.columns])
    columns = [
        [t for t in frame.iloc[:, index].dropna().tolist() if not missing(t)]
        for index in range(frame.shape[1])
    ]
    spread = _spread(labels, columns)
    taken: set[str] = set()
    for index, (label, texts) in enumerate(zip(labels, columns, strict=True)):
        if spread is not None and index in spread.wide:
            continue
        if index == 0 and running_number(label, texts) and frame.shape[1] > 1:
            draft.dropped.append(label)
            continue
        name = slug(label) or f"kolom_{index + 1}"
        name = name if name[0].isalpha() else f"k_{name}"
        while name in taken:
            name = f"{name}_{index + 1}"
        taken.add(name)
        kind = _kind(draft, label, name, texts)
        unit = units.get(str(frame.columns[index])) or (
            _unit(label) if kind.type in ("integer", "number") else ""
        )
        unit = unit.strip("()[] ")
        item = {"name": name, "type": kind.type, "title": label or name}
        draft.fields.append({**item, "unit": unit} if unit else item)
        draft.columns[label] = name
        if kind.why:
            draft.stated.append(catalogue.text(kind.why, "message", lang="id", label=label))
    if spread is not None:
        _unpivot(draft, found, spread, [t for index in spread.wide for t in columns[index]])
    elif (moment := find_moment(found)) and FIELD not in taken:
        draft.steps += moment.steps
        draft.fields.insert(0, {"name": FIELD, "type": "string", "title": FIELD.capitalize()})
        draft.stated.append(catalogue.text("infer-moment", "message", lang="id", field=FIELD))
    return draft


def _kind(draft: Draft, label: str, name: str, texts: list[str]) -> Guess:
    kind, odd = guess_most(label, texts)
    if odd:
        draft.odd[name] = odd
        draft.stated.append(
            catalogue.text(
                "infer-odd", "message", lang="id", label=label, count=odd, total=len(texts)
            )
        )
    return kind


def _spread(labels: list[str], columns: list[list[str]]) -> Spread | None:
    """Return periods that stand as columns beside words and codes only: a number beside them (a
    total, say) would be repeated in every row.
    """
    spread = find_spread(labels)
    if spread is None or len(spread.wide) == len(labels):
        return None
    for index, (label, texts) in enumerate(zip(labels, columns, strict=True)):
        number = guess(label, texts).type in ("integer", "number")
        if (
            index not in spread.wide
            and number
            and not (index == 0 and running_number(label, texts))
        ):
            return None
    return spread


def _unpivot(draft: Draft, found: Extraction, spread: Spread, texts: list[str]) -> None:
    """Propose the steps that turn periods into rows, and the fields they make."""
    keep = [item["name"] for item in draft.fields]
    names = [name if name not in keep else f"{name}_data" for name in spread.names]
    value = next(n for n in ("jumlah", "nilai", "nilai_data", "isi") if n not in (*keep, *names))
    draft.steps.append({"unpivot": {"keep": keep, "names": names, "value": value}})
    if spread.period == "bulan":
        titles = " ".join(left.text for left in found.left_out if left.rule == "left-title")
        years = set(re.findall(r"\b(?:19|20)\d{2}\b", titles))
        labels = " ".join(str(label) for label in found.table.frame.columns)
        if len(years) == 1:
            draft.steps.append(
                {"periods": {"fields": names[0], "to": "month", "year": int(years.pop())}}
            )
        elif re.search(r"\b(?:19|20)\d{2}\b", labels):
            draft.steps.append({"periods": {"fields": names[0], "to": "month"}})
    for name in names:
        title = name.replace("_", " ").capitalize()
        kind_of = "date" if name == "tanggal" else "string"
        draft.fields.append({"name": name, "type": kind_of, "title": title})
    kind = _kind(draft, value.capitalize(), value, texts)
    draft.fields.append({"name": value, "type": kind.type, "title": value.capitalize()})
    draft.stated.append(
        catalogue.text("infer-spread", "message", lang="id", names=", ".join(names))
    )


def _told_apart(labels: list[str]) -> list[str]:
    """Number repeated labels as cleaning does: `Jumlah`, `Jumlah (2)`."""
    seen: dict[str, int] = {}
    told = []
    for label in labels:
        seen[label] = seen.get(label, 0) + 1
        told.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return told


def _unit(label: str) -> str:
    if label.strip() == "%":
        return "%"
    found = re.search(r"(?<!/)\(([^()\d]{1,20})\)\s*$", label)
    return found.group(1) if found else ""


def _schema(name: str, draft: Draft) -> TableSchema:
    data: dict[str, Any] = {"name": name, "title": titled(name.replace("-", " "))}
    data["fields"] = draft.fields
    if draft.key:
        data["primaryKey"] = draft.key
    return parse_schema(data, name=name, where=f"schemas/{name}.yaml")


def prove(
    found: Extraction, spec: TableSpec, draft: Draft, folder: Path, name: str
) -> tuple[TableSchema, Cleaned]:
    """Clean and validate with the draft until every type and constraint holds."""
    for _ in range(TRIES):
        schema = _schema(name, draft)
        cleaned = clean.clean(found, spec, schema, folder=folder, name=name)
        if not _settle_types(draft, cleaned.table.frame):
            break
    _constrain(draft, cleaned.table.frame)
    schema = _schema(name, draft)
    for _ in range(TRIES):
        report = validate.validate_table(cleaned.table, schema)
        wrong = {
            finding.field
            for finding in report.errors
            if finding.code != "type-error" or finding.field not in draft.odd
        }
        if not wrong:
            break
        if None in wrong:
            draft.key = []
        for item in draft.fields:
            if item["name"] in wrong:
                item.pop("constraints", None)
                item["type"] = "string"
                draft.odd.pop(item["name"], None)
                draft.key = [key for key in draft.key if key != item["name"]]
        schema = _schema(name, draft)
        cleaned = clean.clean(found, spec, schema, folder=folder, name=name)
    return schema, cleaned


def without_values(draft: Draft, personal: Collection[str], name: str) -> TableSchema:
    """Return the schema with no value or form of a person proposed as a constraint."""
    for item in draft.fields:
        if item["name"] in personal:
            for key in ("enum", "pattern"):
                item.get("constraints", {}).pop(key, None)
    return _schema(name, draft)


#: How a cleaned cell of each type is written.
FORMS = {
    "integer": r"-?\d+",
    "number": r"-?\d+(?:\.\d+)?",
    "date": r"\d{4}-\d{2}-\d{2}",
    "datetime": r"\d{4}-\d{2}-\d{2}T.+",
    "boolean": r"true|false",
    "year": r"\d{4}",
}


def fits(kind: str, text: str) -> bool:
    """Say whether a cleaned cell is of a type."""
    form = FORMS.get(kind)
    return form is None or re.fullmatch(form, text) is not None


def _settle_types(draft: Draft, frame: pd.DataFrame) -> bool:
    """Take back types that the cleaned cells do not have; say whether any changed."""
    changed = False
    for item in draft.fields:
        texts = frame[item["name"]].dropna().tolist()
        form = FORMS.get(item["type"])
        if item["name"] in draft.odd:
            fit = [text for text in texts if fits(item["type"], text)]
            if len(texts) - len(fit) <= draft.odd[item["name"]]:
                texts = fit
            else:
                draft.odd.pop(item["name"])
        if form and not all(re.fullmatch(form, text) for text in texts):
            whole = all(re.fullmatch(FORMS["number"], text) for text in texts)
            item["type"] = "number" if whole and item["type"] == "integer" else "string"
            changed = True
        elif item["type"] == "number" and texts and all(re.fullmatch(r"-?\d+", t) for t in texts):
            item["type"] = "integer"
            changed = True
    return changed


def _constrain(draft: Draft, frame: pd.DataFrame) -> None:
    """Propose constraints that the cells bear out, and the fields that identify a row."""
    for item in draft.fields:
        column = frame[item["name"]]
        texts = column.dropna().tolist()
        constraints: dict[str, Any] = {}
        # A slip such as `kosong` may turn out to be no data.
        if len(texts) == len(column) and texts and item["name"] not in draft.odd:
            constraints["required"] = True
        if item["type"] in ("integer", "number") and texts:
            numbers = [float(text) for text in texts if fits(item["type"], text)]
            if numbers and min(numbers) >= 0:
                constraints["minimum"] = 0
        elif item["type"] == "string" and texts:
            constraints.update(_text_constraints(texts, item["title"]))
        if constraints:
            item["constraints"] = constraints
    draft.key = _key(draft, frame)
    if draft.key and any("from_source" in step for step in draft.steps):
        # The next edition brings the same rows for another period.
        draft.key = list(dict.fromkeys([FIELD, *draft.key]))
        months = frame[FIELD].dropna()
        if len(months) and all(re.fullmatch(r"\d{4}-\d{2}", text) for text in months):
            draft.covered = (min(months), max(months))


def _text_constraints(texts: list[str], label: str) -> dict[str, Any]:
    values = sorted(set(texts))
    few = len(values) <= MOST_VALUES and len(texts) >= LEAST_REPEATS * len(values)
    if few and not _OPEN.search(label) and not all(value.isdigit() for value in values):
        return {"enum": values}
    shapes = {re.sub(r"\d", "0", text) for text in texts}
    if len(shapes) == 1 and len(texts) > 2:
        shape = shapes.pop()
        if re.fullmatch(r"[0.\-/]+", shape) and len(shape) > 1:
            pattern = re.sub(r"0+", lambda run: f"[0-9]{{{len(run.group())}}}", re.escape(shape))
            return {"pattern": pattern.replace("\\-", "-").replace("\\/", "/")}
    return {}


def _key(draft: Draft, frame: pd.DataFrame) -> list[str]:
    """The fewest leading fields of words, codes or times that tell all rows apart."""
    names = [
        item["name"]
        for item in draft.fields
        if item["type"] in ("string", "date", "year", "datetime")
        and item.get("constraints", {}).get("required")
    ]
    if len(frame) < 2:
        return []
    for name in names:
        if frame[name].is_unique:
            return [name]
    for size in range(2, min(4, len(names)) + 1):
        if not frame.duplicated(names[:size]).any():
            return names[:size]
    return []
