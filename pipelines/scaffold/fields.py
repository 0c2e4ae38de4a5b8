"""The fields of a new dataset, inferred from the raw cells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from pipelines import messages
from pipelines.clean.steps.totals_beside import SEPARATOR, compare_totals, is_total, total_parts
from pipelines.domain.no_data import is_no_data
from pipelines.domain.quantities import is_unit
from pipelines.model import Extraction
from pipelines.scaffold.answers import Answers
from pipelines.scaffold.derived_fields import add_period, add_region_codes, add_stated_scale
from pipelines.scaffold.draft import Draft, number_repeated, slug
from pipelines.scaffold.field_inference import (
    InferredType,
    infer_majority_type,
    infer_type,
    is_row_number,
    leading_columns,
)
from pipelines.scaffold.periods.columns import PeriodColumns, find_period_columns
from pipelines.scaffold.periods.steps import detail_parts, fits_rows, stays_wide, unpivoting


def draft_fields(found: Extraction, answers: Answers) -> Draft:
    """Infer names, types and units of the fields from the raw table."""
    draft = Draft()
    units: Mapping[str, str] = found.evidence.get("units", {})
    frame = found.table.frame
    labels = number_repeated([str(label) for label in frame.columns])
    raw = [frame.iloc[:, index].dropna().tolist() for index in range(frame.shape[1])]
    columns = [[text for text in texts if not is_no_data(text)] for texts in raw]
    periods = _period_columns(draft, found, labels, columns)
    taken: set[str] = set()
    leading = leading_columns(labels, columns)
    for index, (label, texts) in enumerate(zip(labels, columns, strict=True)):
        if periods is not None and index in periods.indexes | periods.totals:
            continue
        if index == 0 and is_row_number(label, texts) and frame.shape[1] > 1:
            draft.dropped.append(label)
            continue
        name = slug(label) or f"field{index + 1}"
        name = name if name[0].isalpha() else f"k_{name}"
        while name in taken:
            name = f"{name}_{index + 1}"
        taken.add(name)
        inferred = _infer(draft, label, name, texts, leading=index < leading)
        unit = _unit(units.get(str(frame.columns[index]), "")) or _unit(label)
        item = {"name": name, "type": inferred.type, "title": label or name}
        numeric = inferred.type in ("integer", "number")
        draft.fields.append({**item, "unit": unit} if unit and numeric else item)
        draft.columns[label] = name
        if inferred.why:
            draft.decisions.append(messages.text(inferred.why, "message", lang="id", label=label))
    if periods is not None:
        _unpivot(draft, found, periods, labels, raw)
    add_stated_scale(draft, found)
    add_region_codes(draft, found)
    # Periods that become rows take their year from the titles themselves.
    if periods is None or periods.period == "kelompok_umur" or answers.period:
        add_period(draft, found, answers)
    return draft


def _infer(
    draft: Draft, label: str, name: str, texts: list[str], *, leading: bool = False
) -> InferredType:
    """Infer a field's type; record the cells that are not of it."""
    inferred, mistyped = infer_majority_type(label, texts, leading=leading)
    if mistyped:
        draft.mistyped[name] = mistyped
        draft.decisions.append(
            messages.text(
                "infer-odd", "message", lang="id", label=label, count=mistyped, total=len(texts)
            )
        )
    return inferred


def _period_columns(
    draft: Draft, found: Extraction, labels: list[str], columns: list[list[str]]
) -> PeriodColumns | None:
    """Return the period columns of a table whose other columns are text, codes, and totals that
    agree with them: any other number would be repeated in every row.
    """
    titles = " ".join(left.text for left in found.left_out if left.rule == "left-title")
    periods = find_period_columns(labels, titles)
    if periods is None or len(periods.indexes) == len(labels):
        return None
    spread = [
        n
        for n, label in enumerate(labels)
        if n in periods.indexes or any(map(is_total, label.split(SEPARATOR)))
    ]
    totals = total_parts(labels, spread)
    left = [n for n in range(len(labels)) if n not in periods.indexes and n not in totals]
    leading = leading_columns(labels, columns)
    for index in left:
        label, texts = labels[index], columns[index]
        number = infer_type(label, texts, leading=index < leading).type in ("integer", "number")
        if number and not (index == 0 and is_row_number(label, texts)):
            return None
    keep = [n for n in left if not (n == 0 and is_row_number(labels[0], columns[0]))]
    if not fits_rows(found.table.frame, labels, periods, keep):
        return None
    if totals:
        told = compare_totals(found.table.frame.to_numpy().tolist(), totals)
        agree, differ = told.count(True), told.count(False)
        agreed = agree > 0 and not differ
        draft.decisions.append(
            messages.text(
                "infer-total-beside" if agreed else "infer-total-differs",
                "message",
                lang="id",
                labels=", ".join(labels[index] for index in sorted(totals)),
                count=agree if agreed else differ,
            )
        )
        if not agreed:
            return None
    return replace(periods, totals=frozenset(totals))


def _unpivot(
    draft: Draft,
    found: Extraction,
    periods: PeriodColumns,
    labels: list[str],
    columns: list[list[str]],
) -> None:
    """Propose the steps that turn period columns into rows, and the fields they make."""
    keep = [item["name"] for item in draft.fields]
    if periods.totals:
        draft.steps.append({"drop_totals": {"keep": list(keep)}})
    parts = detail_parts(labels, periods) if stays_wide(labels, periods) else []
    # A total of the same name would be taken for the field.
    used = (*keep, *periods.names, *(slug(labels[index]) for index in periods.totals))
    value = slug(periods.measure) if periods.measure else "jumlah"
    choice = (value, "jumlah", "nilai", "nilai_data", "isi")
    value = next(name for name in choice if name and name[0].isalpha() and name not in used)
    measures: dict[str, str] = {}
    for label in dict.fromkeys(part for part, _ in parts):
        name = slug(label) or "kolom"
        name = name if name[0].isalpha() else f"k_{name}"
        while name in (*used, *measures.values()):
            name = f"{name}_data"
        measures[label] = name
    made = unpivoting(found, periods, labels, keep, value, measures)
    draft.steps += made.steps
    for name in made.names:
        title = name.replace("_", " ").capitalize()
        field_type = "date" if name == "tanggal" else "string"
        draft.fields.append({"name": name, "type": field_type, "title": title})
    wide = sorted(periods.indexes)
    cells = {
        name: [text for index, (part, _) in zip(wide, parts, strict=True) if part == label
               for text in columns[index]]
        for label, name in measures.items()
    } or {value: [text for index in wide for text in columns[index]]}  # fmt: skip
    titles = {name: label for label, name in measures.items()}
    for name, texts in cells.items():
        title = titles.get(name) or periods.measure or value.capitalize()
        inferred = _infer(draft, title, name, [text for text in texts if not is_no_data(text)])
        unit = _unit(title) or periods.unit
        item = {"name": name, "type": inferred.type, "title": title}
        draft.fields.append({**item, "unit": unit} if unit else item)
    draft.decisions.append(
        messages.text("infer-spread", "message", lang="id", names=", ".join(made.names))
    )


def _unit(text: str) -> str:
    """Return the unit that a label ends with in brackets, or that a cell below it holds."""
    found = re.search(r"[(\[]([^()\[\]]{1,30})[)\]]\s*$", text)
    inner = (found.group(1) if found else text).strip()
    return inner if is_unit(inner) else ""
