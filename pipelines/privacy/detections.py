"""What the screen detects, before the policy is applied: columns, rows and masked examples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as member
from typing import Any

import numpy as np

from pipelines import messages
from pipelines.domain.identifiers.kinds import Legal
from pipelines.model import Finding, Position, Table
from pipelines.privacy import remedies
from pipelines.privacy.policy import TEXTS, Policy

#: How many masked examples and cells a finding shows.
EXAMPLES = 3
CELLS = 8


@dataclass(frozen=True)
class Detection:
    """Personal data of one kind in one column (or text, or combination of columns).

    code: catalogue code; kind: its variant, and the key of a kind-wise allowance. field: the
    column, None for texts. fields: the columns of a combination. rows: 0-based, sorted. examples:
    masked. places: of text findings. remedy: the cleaning steps that would mend it.
    """

    code: str
    kind: str
    field: str | None
    rows: np.ndarray[Any, Any]
    examples: Sequence[str] = ()
    legal: Legal = "general"
    fields: tuple[str, ...] = ()
    places: Sequence[Position] = ()
    remedy: str = ""
    params: dict[str, Any] = member(default_factory=dict)

    @property
    def key(self) -> str:
        """What `allow:` must name."""
        if self.fields:
            return "+".join(self.fields)
        return self.field if self.field is not None else TEXTS


def distinct_examples(values: Sequence[str], mask: Callable[[str], str]) -> tuple[str, ...]:
    """Return up to `EXAMPLES` distinct masked values."""
    shown: dict[str, None] = {}
    for value in values:
        shown.setdefault(mask(value))
        if len(shown) >= EXAMPLES:
            break
    return tuple(shown)


def to_findings(detections: Sequence[Detection], policy: Policy, table: Table) -> list[Finding]:
    """Turn detections into findings: vetoes, allowances with their reason, unused allowances."""
    findings, used = [], set()
    for detection in detections:
        reason, entry = _allowed(detection, policy)
        finding = _finding(detection, table)
        if reason is None:
            findings.append(finding)
            continue
        used.add(entry)
        params = {**finding.params, "reason": reason, "what": _named(detection)}
        findings.append(
            replace(finding, code="personal-allowed", variant="", severity="info", params=params)
        )
    for entry in _entries(policy):
        if entry not in used:
            name, kind = entry
            label = f"{name}.{kind}" if kind else name
            unused = {"entry": label}
            findings.append(
                Finding("personal-allow-unused", "warning", table=table.name, params=unused)
            )
    return findings


def _entries(policy: Policy) -> list[tuple[str, str]]:
    return [
        (name, kind)
        for name, reason in policy.allow.items()
        for kind in (reason if isinstance(reason, dict) else ("",))
    ]


def _allowed(detection: Detection, policy: Policy) -> tuple[str | None, tuple[str, str]]:
    """Return the stated reason and the entry of the policy it stands in."""
    for name, reason in policy.allow.items():
        same = name == detection.key or (
            detection.fields and {part.strip() for part in name.split("+")} == set(detection.fields)
        )
        if not same:
            continue
        if isinstance(reason, str):
            return reason, (name, "")
        if detection.kind in reason:
            return reason[detection.kind], (name, detection.kind)
    return None, ("", "")


def _named(detection: Detection) -> dict[str, str]:
    key = f"{detection.code}.{detection.kind}"
    return {lang: messages.text(key, "title", lang=lang) for lang in messages.LANGS}


def _finding(detection: Detection, table: Table) -> Finding:
    places = list(detection.places)
    row = None
    if not places and len(detection.rows):
        anchor = detection.field or (detection.fields[0] if detection.fields else None)
        places = [table.position(int(index), anchor) for index in detection.rows[:CELLS]]
        row = places[0].row
    shown = ", ".join(place.cell or str(place) for place in places[:CELLS])
    total = len(detection.rows) or len(detection.places)
    if total > CELLS:
        shown += ", …"
    return Finding(
        detection.code,
        "error",
        table=table.name,
        row=row if row is not None else (places[0].row if places else None),
        field=detection.field,
        value=detection.examples[0] if detection.examples else None,
        position=places[0] if places else None,
        variant=detection.kind,
        params={
            "column": detection.key,
            "count": total,
            "total": len(table),
            "examples": ", ".join(detection.examples) or "–",
            "cells": shown,
            "legal": _legal(detection.legal),
            "allow": remedies.allowance(detection.key),
            "remedies": detection.remedy,
            **detection.params,
        },
    )


def _legal(legal: Legal) -> dict[str, str]:
    key = f"label-legal-{legal}"
    return {lang: messages.text(key, "title", lang=lang) for lang in messages.LANGS}
