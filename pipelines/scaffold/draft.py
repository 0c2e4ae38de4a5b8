"""The fields of a new dataset, inferred from the raw cells."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipelines import messages
from pipelines.domain.no_data import TYPED_MARKS, is_no_data
from pipelines.model import Extraction
from pipelines.scaffold.field_inference import (
    InferredType,
    infer_majority_type,
    infer_type,
    is_row_number,
)
from pipelines.scaffold.period_columns import PeriodColumns, find_period_columns
from pipelines.scaffold.stated_period import find_stated_period


@dataclass
class Draft:
    """The inferred fields of a table, and the cleaning steps that produce them.

    fields: Table Schema field descriptors in order. columns: source label → field name. dropped:
    labels that become no field. decisions: sentences for `NOTES.md`. key: the primary key.
    mistyped: field → number of cells that are not of its type, left for `validate` to report.
    coverage: first and last month of the rows, where the sheet states a period. undecided: fields
    whose cells can be read in two ways, left for the steward to settle. period: the field of the
    period that the sheet states.
    """

    fields: list[dict[str, Any]] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)
    decisions: list[str] = field(default_factory=list)
    key: list[str] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)
    mistyped: dict[str, int] = field(default_factory=dict)
    coverage: tuple[str, str] | None = None
    undecided: set[str] = field(default_factory=set)
    period: str = ""


def slug(text: str, mark: str = "_") -> str:
    """Return a label as a name: lower-case ASCII letters, digits and `mark`."""
    plain = text.replace("%", " persen ")
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", mark, plain).strip(mark)[:60].strip(mark)


def draft_fields(found: Extraction) -> Draft:
    """Infer names, types and units of the fields from the raw table."""
    draft = Draft()
    units: Mapping[str, str] = found.evidence.get("units", {})
    frame = found.table.frame
    labels = number_repeated([str(label) for label in frame.columns])
    raw = [frame.iloc[:, index].dropna().tolist() for index in range(frame.shape[1])]
    columns = [[text for text in texts if not is_no_data(text)] for texts in raw]
    periods = _period_columns(labels, columns)
    taken: set[str] = set()
    for index, (label, texts) in enumerate(zip(labels, columns, strict=True)):
        if periods is not None and index in periods.indexes:
            continue
        if index == 0 and is_row_number(label, texts) and frame.shape[1] > 1:
            draft.dropped.append(label)
            continue
        name = slug(label) or f"kolom_{index + 1}"
        name = name if name[0].isalpha() else f"k_{name}"
        while name in taken:
            name = f"{name}_{index + 1}"
        taken.add(name)
        inferred = _infer(draft, label, name, texts)
        unit = units.get(str(frame.columns[index])) or (
            _unit(label) if inferred.type in ("integer", "number") else ""
        )
        unit = unit.strip("()[] ")
        _propose_missing(draft, name, inferred.type, raw[index])
        item = {"name": name, "type": inferred.type, "title": label or name}
        draft.fields.append({**item, "unit": unit} if unit else item)
        draft.columns[label] = name
        if inferred.why:
            draft.decisions.append(messages.text(inferred.why, "message", lang="id", label=label))
    if periods is not None:
        texts = [text for index in sorted(periods.indexes) for text in raw[index]]
        _unpivot(draft, found, periods, texts)
    # Periods that become rows take their year from the titles themselves.
    stated = find_stated_period(found) if periods is None else None
    if stated is not None and stated.field["name"] not in {f["name"] for f in draft.fields}:
        name = stated.field["name"]
        draft.steps = [*stated.steps, *draft.steps]
        draft.fields.insert(0, dict(stated.field))
        draft.period = name
        draft.decisions.append(messages.text("infer-moment", "message", lang="id", field=name))
    return draft


def _propose_missing(draft: Draft, name: str, field_type: str, texts: list[str]) -> None:
    """Propose to empty the cells of a typed field that say in words that there is no data."""
    if field_type == "string":
        return
    words = dict.fromkeys(" ".join(text.split()) for text in texts if is_no_data(text))
    marks = [mark for mark in words if mark not in TYPED_MARKS]
    if marks:
        draft.steps.append({"missing": {"fields": [name], "marks": marks}})
        draft.decisions.append(
            messages.text(
                "infer-no-data", "message", lang="id", label=name, marks=", ".join(marks)
            )
        )


def _infer(draft: Draft, label: str, name: str, texts: list[str]) -> InferredType:
    """Infer a field's type; record the cells that are not of it."""
    inferred, mistyped = infer_majority_type(label, texts)
    if mistyped:
        draft.mistyped[name] = mistyped
        draft.decisions.append(
            messages.text(
                "infer-odd", "message", lang="id", label=label, count=mistyped, total=len(texts)
            )
        )
    return inferred


def _period_columns(labels: list[str], columns: list[list[str]]) -> PeriodColumns | None:
    """Return the period columns of a table whose other columns are all text and codes: a number
    beside them (a total, say) would be repeated in every row.
    """
    periods = find_period_columns(labels)
    if periods is None or len(periods.indexes) == len(labels):
        return None
    for index, (label, texts) in enumerate(zip(labels, columns, strict=True)):
        number = infer_type(label, texts).type in ("integer", "number")
        if (
            index not in periods.indexes
            and number
            and not (index == 0 and is_row_number(label, texts))
        ):
            return None
    return periods


def _unpivot(draft: Draft, found: Extraction, periods: PeriodColumns, texts: list[str]) -> None:
    """Propose the steps that turn period columns into rows, and the fields they make."""
    keep = [item["name"] for item in draft.fields]
    names = [name if name not in keep else f"{name}_data" for name in periods.names]
    value = next(n for n in ("jumlah", "nilai", "nilai_data", "isi") if n not in (*keep, *names))
    draft.steps.append({"unpivot": {"keep": keep, "names": names, "value": value}})
    if periods.period == "bulan":
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
        field_type = "date" if name == "tanggal" else "string"
        draft.fields.append({"name": name, "type": field_type, "title": title})
    inferred = _infer(
        draft, value.capitalize(), value, [text for text in texts if not is_no_data(text)]
    )
    _propose_missing(draft, value, inferred.type, texts)
    draft.fields.append({"name": value, "type": inferred.type, "title": value.capitalize()})
    draft.decisions.append(
        messages.text("infer-spread", "message", lang="id", names=", ".join(names))
    )


def number_repeated(labels: list[str]) -> list[str]:
    """Number repeated labels as cleaning does: `Jumlah`, `Jumlah (2)`."""
    seen: Counter[str] = Counter()
    numbered = []
    for label in labels:
        seen[label] += 1
        numbered.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return numbered


def _unit(label: str) -> str:
    if label.strip() == "%":
        return "%"
    found = re.search(r"(?<!/)\(([^()\d]{1,20})\)\s*$", label)
    return found.group(1) if found else ""
