"""`new NAME --from FILE`: a dataset folder that works, made from what is in the file.

Types are guessed from the raw cells, then proved: the table is cleaned and validated with the
draft schema, and whatever does not hold is taken back until everything does.
"""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from rapidfuzz import fuzz

from pipelines import catalogue, clean, extract, validate
from pipelines.dataset import NAME, Layout, TableSpec, offices, services
from pipelines.delimited import write_csv
from pipelines.errors import UsageProblem
from pipelines.inference import guess, missing, running_number
from pipelines.model import Cleaned, Extraction
from pipelines.readers.remote import download, is_url
from pipelines.schema import TableSchema, parse_schema

#: Values are offered as `enum` when there are few and they repeat.
MOST_VALUES, LEAST_REPEATS = 12, 4
SAMPLE_ROWS = 5
TRIES = 6


@dataclass
class Draft:
    """Field descriptors in order, label → field, labels left out, and what was decided."""

    fields: list[dict[str, Any]] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)
    stated: list[str] = field(default_factory=list)
    key: list[str] = field(default_factory=list)


def scaffold(
    name: str,
    source: Path | str,
    project: Path,
    *,
    layout: Layout | None = None,
    allow_private: bool = False,
) -> Path:
    """Write `datasets/NAME`, `schemas/NAME.yaml` and its samples; return the dataset's folder.

    Raises `UsageProblem`: an unfit name, or something of that name exists; and as `extract` does
    for a file that cannot be read.
    """
    folder = project / "datasets" / name
    _check(name, folder, project)
    layout = layout or Layout()
    if is_url(source):
        data, file_name = download(str(source), allow_private=allow_private)
    else:
        data, file_name = None, Path(source).name
    found = extract.extract(source, layout, name=name, allow_private=allow_private)
    draft = draft_fields(found)
    spec = TableSpec.model_validate(_table(name, file_name, layout, draft))
    schema, cleaned = prove(found, spec, draft, folder, name)
    (folder / "source").mkdir(parents=True)
    if data is not None:
        (folder / "source" / file_name).write_bytes(data)
    else:
        shutil.copyfile(source, folder / "source" / file_name)
    _write(folder / "dataset.yaml", _descriptor(name, file_name, found, layout, draft, project))
    _write(project / "schemas" / f"{name}.yaml", dict(schema.descriptor))
    _samples(project / "schemas" / "samples", name, schema, cleaned)
    (folder / "NOTES.md").write_text(_notes(name, file_name, found, draft), encoding="utf-8")
    return folder


def _check(name: str, folder: Path, project: Path) -> None:
    if not re.fullmatch(NAME, name):
        raise UsageProblem("new-name", value=name, nearest=slug(name, "-") or "jumlah-penduduk")
    for path in (folder, project / "schemas" / f"{name}.yaml"):
        if path.exists():
            raise UsageProblem("new-exists", value=str(path.relative_to(project)))


def slug(text: str, mark: str = "_") -> str:
    """Return a label as a name: lower-case ASCII letters, digits and `mark`."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", mark, plain).strip(mark)[:60].strip(mark)


def draft_fields(found: Extraction) -> Draft:
    """Guess names, types and units of the fields from the raw table."""
    draft = Draft()
    units: Mapping[str, str] = found.evidence.get("units", {})
    frame = found.table.frame
    taken: set[str] = set()
    for index, label in enumerate(_told_apart([str(label) for label in frame.columns])):
        texts = [t for t in frame.iloc[:, index].dropna().tolist() if not missing(t)]
        if index == 0 and running_number(texts) and frame.shape[1] > 1:
            draft.dropped.append(label)
            continue
        name = slug(label) or f"kolom_{index + 1}"
        name = name if name[0].isalpha() else f"k_{name}"
        while name in taken:
            name = f"{name}_{index + 1}"
        taken.add(name)
        unit = (units.get(str(frame.columns[index])) or _unit(label)).strip("()[] ")
        kind = guess(label, texts)
        item = {"name": name, "type": kind.type, "title": label or name}
        draft.fields.append({**item, "unit": unit} if unit else item)
        draft.columns[label] = name
        if kind.why:
            draft.stated.append(catalogue.text(kind.why, "message", lang="id", label=label))
    return draft


def _told_apart(labels: list[str]) -> list[str]:
    """Number repeated labels as cleaning does: `Jumlah`, `Jumlah (2)`."""
    seen: dict[str, int] = {}
    told = []
    for label in labels:
        seen[label] = seen.get(label, 0) + 1
        told.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return told


def _unit(label: str) -> str:
    found = re.search(r"\(([^()\d]{1,20})\)\s*$", label)
    return found.group(1) if found else ""


def _schema(name: str, draft: Draft) -> TableSchema:
    data: dict[str, Any] = {"name": name, "title": name.replace("-", " ").capitalize()}
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
        wrong = {finding.field for finding in report.errors}
        if not wrong:
            break
        if None in wrong:
            draft.key = []
        for item in draft.fields:
            if item["name"] in wrong:
                item.pop("constraints", None)
                item["type"] = "string" if item["type"] != "string" else item["type"]
                draft.key = [key for key in draft.key if key != item["name"]]
        schema = _schema(name, draft)
        cleaned = clean.clean(found, spec, schema, folder=folder, name=name)
    return schema, cleaned


_FORMS = {
    "integer": r"-?\d+",
    "number": r"-?\d+(?:\.\d+)?",
    "date": r"\d{4}-\d{2}-\d{2}",
    "datetime": r"\d{4}-\d{2}-\d{2}T.+",
    "boolean": r"true|false",
    "year": r"\d{4}",
}


def _settle_types(draft: Draft, frame: pd.DataFrame) -> bool:
    """Take back types that the cleaned cells do not have; say whether any changed."""
    changed = False
    for item in draft.fields:
        texts = frame[item["name"]].dropna().tolist()
        form = _FORMS.get(item["type"])
        if form and not all(re.fullmatch(form, text) for text in texts):
            whole = all(re.fullmatch(_FORMS["number"], text) for text in texts)
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
        if len(texts) == len(column) and texts:
            constraints["required"] = True
        if item["type"] in ("integer", "number") and texts:
            if min(float(text) for text in texts) >= 0:
                constraints["minimum"] = 0
        elif item["type"] == "string" and texts:
            constraints.update(_text_constraints(texts))
        if constraints:
            item["constraints"] = constraints
    draft.key = _key(draft, frame)


def _text_constraints(texts: list[str]) -> dict[str, Any]:
    values = sorted(set(texts))
    if len(values) <= MOST_VALUES and len(texts) >= LEAST_REPEATS * len(values):
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


def _table(name: str, file_name: str, layout: Layout, draft: Draft) -> dict[str, Any]:
    asked = layout.model_dump(exclude_defaults=True)
    table: dict[str, Any] = {"schema": name, "source": f"source/{file_name}"}
    table["layout"] = asked or "auto"
    titles = {item["name"]: item["title"] for item in draft.fields}
    table["columns"] = {k: v for k, v in draft.columns.items() if k and titles[v] == k}
    if draft.dropped:
        table["clean"] = [{"drop": {"columns": draft.dropped, "why": "nomor urut baris"}}]
    return table


def _descriptor(
    name: str, file_name: str, found: Extraction, layout: Layout, draft: Draft, project: Path
) -> dict[str, Any]:
    titles = [left.text for left in found.left_out if left.rule == "left-title"]
    text = " ".join(titles)
    title = _title(titles) or name.replace("-", " ").capitalize()
    years = sorted({int(year) for year in re.findall(r"\b(?:19|20)\d{2}\b", text)})
    office = _closest(text, {k: v.title.id for k, v in _listed(offices, project).items()})
    service = _closest(text, {k: v.title.id for k, v in _listed(services, project).items()})
    table = _table(name, file_name, layout, draft)
    proven = [why for why in found.evidence["why"] if why["code"] == "why-sums"]
    if found.totals and len(proven) == len(found.totals):
        table["checks"] = [{"totals": True}]
    coverage: dict[str, Any] = {"region": "12"}
    if years:
        coverage |= {"from": str(years[0]), "to": str(years[-1])}
    return {
        "name": name,
        "title": {"id": title, "en": title},
        "description": {"id": title, "en": title},
        "organization": office or "kantor-penghasil-data",
        "groups": [service or "layanan-publik"],
        "license": "CC-BY-4.0",
        "contact": {"name": office.replace("-", " ").title() if office else "Walidata"},
        "frequency": "tahunan",
        "coverage": coverage,
        "tables": {name: table},
    }


def _listed(load: Any, project: Path) -> dict[str, Any]:
    try:
        known: dict[str, Any] = load(project)
    except UsageProblem:
        return {}
    return known


def _closest(text: str, titles: Mapping[str, str]) -> str:
    """Return the key whose title is most like a part of `text`; the first one as a last resort."""
    scored = {
        key: fuzz.token_set_ratio(text.casefold(), title.casefold())
        for key, title in titles.items()
    }
    return max(scored, key=lambda key: scored[key], default="")


def _title(titles: Iterable[str]) -> str:
    """The title row that says most: the longest that names no government or office."""
    chosen = ""
    for text in titles:
        line = " ".join(text.replace(" | ", " ").split())
        if re.match(r"(?:pemerintah|dinas|badan|biro|kantor|lampiran)\b", line, re.I):
            continue
        if len(line) > len(chosen):
            chosen = line
    return chosen.capitalize() if chosen.isupper() else chosen


def _write(path: Path, data: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump(
        dict(data), sort_keys=False, allow_unicode=True, width=100, default_flow_style=None
    )
    path.write_text(text, encoding="utf-8")


def _samples(folder: Path, name: str, schema: TableSchema, cleaned: Cleaned) -> None:
    """Write a few valid rows, and the same rows with one thing wrong in each field."""
    folder.mkdir(parents=True, exist_ok=True)
    good = cleaned.table.frame.head(SAMPLE_ROWS).reset_index(drop=True)
    bad = good.head(1).copy() if len(good) else pd.DataFrame({n: [""] for n in schema.names})
    for item in schema.fields:
        wrong = _wrong(item.type, item.constraints)
        if wrong is not None:
            bad[item.name] = wrong
    if len(good) and bad.equals(good.head(1)):
        bad = pd.concat([good.head(1), good.head(1)], ignore_index=True)
        bad[schema.names[0]] = ""
    write_csv(good, folder / f"{name}.valid.csv")
    write_csv(bad, folder / f"{name}.invalid.csv")


def _wrong(kind: str, constraints: Mapping[str, Any]) -> str | None:
    if kind in _FORMS:
        return "bukan nilai"
    if constraints.get("enum") or constraints.get("pattern"):
        return "tidak sesuai"
    return "" if constraints.get("required") else None


def _notes(name: str, file_name: str, found: Extraction, draft: Draft) -> str:
    accounts = found.evidence["rows"]
    left = ", ".join(
        f"{count} {catalogue.text(rule, lang='id')}" for rule, count in accounts["left"].items()
    )
    lines = [
        f"# {name}",
        "",
        f"Dibuat dari `{file_name}`: {accounts['data']} baris data, {accounts['header']} baris "
        f"judul kolom; tidak diambil: {left or 'tidak ada'}.",
        "",
        "Lengkapi sebelum terbit: judul, keterangan, perangkat daerah, layanan, kontak, cakupan.",
    ]
    if draft.stated:
        lines += ["", "## Keputusan tentang jenis isi", "", *(f"- {text}" for text in draft.stated)]
    return "\n".join(lines) + "\n"
