"""Tables whose rows are people: names, attributes, and combinations that single somebody out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.domain.identifiers import mask
from pipelines.domain.identifiers.names import name_shares, name_sign
from pipelines.model import Table
from pipelines.privacy.attributes import BY_NAME, Attribute, announced, name_label
from pipelines.privacy.detections import Detection, distinct_examples
from pipelines.privacy.policy import Policy
from pipelines.privacy.remedies import column_steps, combination_steps

if TYPE_CHECKING:
    import pandas as pd

#: Distinct values looked at to judge what a column holds.
SAMPLE = 1000
#: Least share of cells that fit for a column to be what its label says.
FIT = 0.6
#: Least share of cells with a person's sign, for names under a label that says nothing of people.
SIGNED = 0.3


#: How old somebody is, the telling ones first, and the level that makes it coarser.
_COARSER = {"birth-date": "year", "age": "band", "birth-year": "decade"}


def sample(column: pd.Series[Any]) -> list[str]:
    """Return up to `SAMPLE` distinct values, spread over the column."""
    filled = column.dropna()
    if len(filled) > 20 * SAMPLE:
        filled = filled.iloc[:: len(filled) // (20 * SAMPLE)]
    values = [value for value in filled.unique()[:SAMPLE] if value.strip()]
    return values


def names(
    table: Table, labels: Mapping[str, Sequence[str]], *, persons: bool | None, beside: bool
) -> list[Detection]:
    """Find columns of people's full names.

    beside: whether identifiers stand in the table; then a column under any label is judged by its
    contents. persons False silences all but labels that name people.
    """
    found = []
    for field, titles in labels.items():
        kinds = [name_label(title) for title in titles if title]
        label = next((k for k in ("person", "thing", "name") if k in kinds), "")
        if (
            label == "thing"
            or (label == "" and not beside)
            or (label != "person" and persons is False)
        ):
            continue
        column = table.frame[field]
        values = sample(column)
        possible, signed = name_shares(values)
        few = len(values) < 3
        if label == "person":
            convincing = possible >= 0.5 and (signed >= 0.05 or few or persons is not False)
        else:
            convincing = signed >= SIGNED
        if convincing:
            rows = np.flatnonzero(column.notna().to_numpy())
            shown = distinct_examples([v for v in values if name_sign(v)], partial(mask, "name"))
            remedy = column_steps("personal-name", "name", field, within=False)
            found.append(Detection("personal-name", "name", field, rows, shown, remedy=remedy))
    return found


def attributes(table: Table, labels: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return attribute → fields whose label announces it and whose contents fit."""
    found: dict[str, list[str]] = {}
    for field, titles in labels.items():
        for attribute in announced(*titles):
            values = sample(table.frame[field])
            if values and _fits(values, attribute) >= FIT:
                found.setdefault(attribute.name, []).append(field)
    return found


def _fits(values: Sequence[str], attribute: Attribute) -> float:
    pattern = re.compile(attribute.contents, re.DOTALL)
    return sum(bool(pattern.fullmatch(value.strip())) for value in values) / len(values)


def attribute_detections(table: Table, found: Mapping[str, Sequence[str]]) -> list[Detection]:
    """Detect the attributes of people whom the table also identifies."""
    detections = []
    for name, fields in found.items():
        attribute = BY_NAME[name]
        if attribute.role and attribute.role != "birth":
            continue
        hide = partial(mask, {"address": "address", "birth-date": "date"}.get(name, "text"))
        for field in fields:
            column = table.frame[field]
            rows = np.flatnonzero(column.notna().to_numpy())
            shown = distinct_examples(sample(column), hide)
            detections.append(
                Detection(
                    "personal-attribute",
                    name,
                    field,
                    rows,
                    shown,
                    attribute.legal,
                    remedy=column_steps("personal-attribute", name, field, within=False),
                )
            )
    return detections


def combinations(
    table: Table, found: Mapping[str, Sequence[str]], policy: Policy
) -> list[Detection]:
    """Detect birth + sex + area when fewer than k rows share the same ones (k-anonymity)."""
    first = {name: f[0] for name, f in found.items() if f}
    levels = {first[name]: level for name, level in _COARSER.items() if name in first}
    fields = policy.combinations.fields
    if fields is None:
        fields = [f for f in (*list(levels)[:1], first.get("sex"), first.get("area")) if f]
        if len(fields) < 2 or not levels:
            return []
    fields = [field for field in dict.fromkeys(fields) if field in table.frame.columns]
    if not fields or not len(table):
        return []
    groups = table.frame[fields].fillna("").groupby(fields, sort=False)[fields[0]]
    size = groups.transform("size").to_numpy()
    rows = np.flatnonzero(size < policy.combinations.k)
    if not len(rows):
        return []
    return [
        Detection(
            "personal-combination",
            "k",
            None,
            rows,
            fields=tuple(fields),
            params={"k": policy.combinations.k, "smallest": int(size.min())},
            remedy=combination_steps(
                {name: level for name, level in levels.items() if name in fields},
                [field for field in fields if field not in (*levels, first.get("sex"))],
            ),
        )
    ]
