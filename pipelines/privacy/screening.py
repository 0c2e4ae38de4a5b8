"""The screen: every text cell, every title and note that would be published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd

from pipelines.domain.identifiers import KINDS, Hits, find, mask
from pipelines.domain.identifiers.names import find_names
from pipelines.errors import UsageProblem, nearest
from pipelines.model import Finding, Position, Table
from pipelines.privacy import people
from pipelines.privacy.counts import counts_people, small_counts
from pipelines.privacy.detections import EXAMPLES, Detection, to_findings
from pipelines.privacy.policy import Policy, read_policy
from pipelines.privacy.remedies import column_steps
from pipelines.project.schema import TableSchema

#: Kinds that say whose row it is; the others may be an office's.
_OF_PEOPLE = ("nik", "kk", "nip", "other")
#: Least share of rows with such an identifier for the rows to be people.
_ROWS = 0.3


def screen(
    table: Table,
    schema: TableSchema,
    policy: Mapping[str, Any],
    *,
    texts: Sequence[tuple[Position, str]] = (),
    name: str = "",
) -> tuple[Finding, ...]:
    """Look for personal data in a table of n rows × m text columns and in the texts around it.

    policy: `personal_data:` of the descriptor. texts: titles and notes that would be published.
    name: the table's or descriptor's name, for messages. Findings of severity `error` are a veto;
    allowed ones are `info` with the reason. No finding holds a raw identifier.
    Raises `UsageProblem` for a policy with unknown keys or fields, or an allowance with no reason.
    """
    where = name or table.name
    rules = read_policy(policy, where)
    labels = _labels(table, schema)
    _known_fields(rules, labels, where)
    hits = {field: find(table.frame[field], label=" · ".join(labels[field])) for field in labels}
    detections = [a for field in labels for a in _identifiers(table, field, hits[field])]
    beside = any(len(found) for found in hits.values())
    detections += people.names(table, labels, persons=rules.persons, beside=beside)
    detections += _people(table, labels, hits, detections, rules, schema)
    detections += small_counts(table, schema, rules)
    detections += _texts([*texts, *_schema_texts(schema)])
    return tuple(to_findings(detections, rules, table))


def _labels(table: Table, schema: TableSchema) -> dict[str, list[str]]:
    """Return column → its name and titles, the columns of the frame in order."""
    fields = {field.name: field for field in schema.fields}
    labels = {}
    for column in table.frame.columns:
        field = fields.get(column)
        titles = [field.text("title"), field.text("title", "en")] if field else []
        labels[str(column)] = list(dict.fromkeys([str(column), *filter(None, titles)]))
    return labels


def _known_fields(policy: Policy, labels: Mapping[str, Any], where: str) -> None:
    for key, named in (
        ("small_counts.fields", policy.small_counts.fields),
        ("combinations.fields", policy.combinations.fields),
    ):
        for field in named or ():
            if field not in labels:
                raise UsageProblem(
                    "descriptor-reference",
                    where=where,
                    key=f"personal_data.{key}",
                    value=field,
                    nearest=nearest(field, labels) or ", ".join(labels),
                    listed="schemas/",
                )


def _identifiers(table: Table, field: str, hits: Hits) -> list[Detection]:
    """One detection per kind found in a column; names that stand beside them in the same cells."""
    found = []
    column = table.frame[field]
    for kind in hits.kinds:
        of_kind = hits.only(kind)
        shown: dict[str, None] = {}
        for hit in islice(of_kind, people.SAMPLE):
            shown.setdefault(mask(kind, str(column.iloc[hit.row])[hit.start : hit.stop]))
            if len(shown) >= EXAMPLES:
                break
        within = not _mostly_whole(column, of_kind)
        found.append(
            Detection(
                "personal-identifier",
                kind,
                field,
                of_kind.rows(),
                tuple(shown),
                KINDS[kind].legal,
                remedy=column_steps("personal-identifier", kind, field, within=within),
            )
        )
    if len(hits):
        found += _names_beside(column, field, hits)
    return found


def _mostly_whole(column: pd.Series[Any], hits: Hits) -> bool:
    """Say whether the identifiers are most of what their cells hold."""
    some = list(islice(hits, people.SAMPLE))
    held = [len(str(column.iloc[hit.row]).strip()) for hit in some]
    full = sum(hit.stop - hit.start >= size - 1 for hit, size in zip(some, held, strict=True))
    return full >= 0.5 * len(some)


def _names_beside(column: pd.Series[Any], field: str, hits: Hits) -> list[Detection]:
    spans: dict[int, list[tuple[int, int]]] = {}
    for hit in islice(hits, people.SAMPLE):
        spans.setdefault(hit.row, []).append((hit.start, hit.stop))
    rows, shown = [], []
    for row, near in spans.items():
        text = str(column.iloc[row])
        names = [text[a:b] for a, b in find_names(text, near)]
        if names:
            rows.append(row)
            shown += [mask("name", found) for found in names]
    examples = tuple(dict.fromkeys(shown))[:EXAMPLES]
    if not rows:
        return []
    remedy = column_steps("personal-name", "name", field, within=False)
    return [Detection("personal-name", "name", field, np.array(rows), examples, remedy=remedy)]


def _people(
    table: Table,
    labels: Mapping[str, Sequence[str]],
    hits: Mapping[str, Hits],
    detections: Sequence[Detection],
    policy: Policy,
    schema: TableSchema,
) -> list[Detection]:
    """Attributes and combinations, when the rows are people."""
    if policy.persons is False:
        return []
    found = people.attributes(table, labels)
    if not found:
        return []
    identified = any(
        len(hit.only(*_OF_PEOPLE).rows()) >= _ROWS * max(len(table), 1) for hit in hits.values()
    ) or any(a.code == "personal-name" for a in detections)
    persons = policy.persons or identified or "birth-date" in found
    if not persons:
        persons = {"age", "sex"} <= found.keys() and not _counted(schema)
    if not persons:
        return []
    single = people.combinations(table, found, policy)
    detections = list(single)
    if identified or single or "birth-date" in found:
        detections = people.attribute_detections(table, found) + detections
    return detections


def _counted(schema: TableSchema) -> bool:
    """Say whether the schema has a field that counts people, so that a row is a group of them."""
    return any(counts_people(field) for field in schema.fields)


def _schema_texts(schema: TableSchema) -> list[tuple[Position, str]]:
    """Everything that the schema says and that is published with the table: words and examples."""
    place = Position(schema.where)
    found: list[tuple[Position, str]] = []
    waiting: list[Any] = [dict(schema.descriptor)]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Mapping):
            waiting += [value for key, value in item.items() if key not in ("pattern", "format")]
        elif isinstance(item, list | tuple):
            waiting += item
        elif isinstance(item, str | int) and not isinstance(item, bool):
            found.append((place, str(item)))
    return list(dict.fromkeys(found))


def _texts(texts: Sequence[tuple[Position, str]]) -> list[Detection]:
    """Identifiers, and names beside them, in titles and notes."""
    kinds: dict[str, tuple[list[Position], list[str]]] = {}
    for place, text in texts:
        hits = find(text)
        spans = [(hit.start, hit.stop) for hit in hits]
        for hit in hits:
            places, shown = kinds.setdefault(hit.kind, ([], []))
            places.append(place)
            shown.append(mask(hit.kind, text[hit.start : hit.stop]))
        for start, stop in find_names(text, spans):
            places, shown = kinds.setdefault("name", ([], []))
            places.append(place)
            shown.append(mask("name", text[start:stop]))
    none = np.empty(0, dtype=np.int64)
    return [
        Detection(
            "personal-text",
            kind,
            None,
            none,
            tuple(dict.fromkeys(shown))[:EXAMPLES],
            KINDS[kind].legal if kind in KINDS else "general",
            places=places,
        )
        for kind, (places, shown) in kinds.items()
    ]
