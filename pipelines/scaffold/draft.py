"""The fields of a new dataset, guessed from the raw cells."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipelines import messages
from pipelines.model import Extraction
from pipelines.scaffold.inference import Guess, guess, guess_most, missing, running_number
from pipelines.scaffold.moment import FIELD, find_moment
from pipelines.scaffold.spread import Spread, find_spread


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
            draft.stated.append(messages.text(kind.why, "message", lang="id", label=label))
    if spread is not None:
        _unpivot(draft, found, spread, [t for index in spread.wide for t in columns[index]])
    elif (moment := find_moment(found)) and FIELD not in taken:
        draft.steps += moment.steps
        draft.fields.insert(0, {"name": FIELD, "type": "string", "title": FIELD.capitalize()})
        draft.stated.append(messages.text("infer-moment", "message", lang="id", field=FIELD))
    return draft


def _kind(draft: Draft, label: str, name: str, texts: list[str]) -> Guess:
    kind, odd = guess_most(label, texts)
    if odd:
        draft.odd[name] = odd
        draft.stated.append(
            messages.text(
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
    draft.stated.append(messages.text("infer-spread", "message", lang="id", names=", ".join(names)))


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
