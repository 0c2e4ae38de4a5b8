"""What the screen found, before the policy has spoken: accusations and their masked evidence."""

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
class Accusation:
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


def verdict(accusations: Sequence[Accusation], policy: Policy, table: Table) -> list[Finding]:
    """Turn accusations into findings: vetoes, allowances with their reason, unused allowances."""
    findings, used = [], set()
    for accusation in accusations:
        reason, entry = _allowed(accusation, policy)
        finding = _finding(accusation, table)
        if reason is None:
            findings.append(finding)
            continue
        used.add(entry)
        params = {**finding.params, "reason": reason, "what": _named(accusation)}
        findings.append(
            replace(finding, code="personal-allowed", variant="", severity="info", params=params)
        )
    for entry in _entries(policy):
        if entry not in used:
            name, kind = entry
            label = f"{name}.{kind}" if kind else name
            findings.append(
                Finding(
                    "personal-allow-unused",
                    "warning",
                    table=table.name,
                    params={"entry": label},
                )
            )
    return findings


def _entries(policy: Policy) -> list[tuple[str, str]]:
    return [
        (name, kind)
        for name, reason in policy.allow.items()
        for kind in (reason if isinstance(reason, dict) else ("",))
    ]


def _allowed(accusation: Accusation, policy: Policy) -> tuple[str | None, tuple[str, str]]:
    """Return the stated reason and the entry of the policy it stands in."""
    for name, reason in policy.allow.items():
        same = name == accusation.key or (
            accusation.fields
            and {part.strip() for part in name.split("+")} == set(accusation.fields)
        )
        if not same:
            continue
        if isinstance(reason, str):
            return reason, (name, "")
        if accusation.kind in reason:
            return reason[accusation.kind], (name, accusation.kind)
    return None, ("", "")


def _named(accusation: Accusation) -> dict[str, str]:
    key = f"{accusation.code}.{accusation.kind}"
    return {lang: messages.text(key, "title", lang=lang) for lang in messages.LANGS}


def _finding(accusation: Accusation, table: Table) -> Finding:
    places = list(accusation.places)
    row = None
    if not places and len(accusation.rows):
        anchor = accusation.field or (accusation.fields[0] if accusation.fields else None)
        places = [table.position(int(index), anchor) for index in accusation.rows[:CELLS]]
        row = places[0].row
    shown = ", ".join(place.cell or str(place) for place in places[:CELLS])
    total = len(accusation.rows) or len(accusation.places)
    if total > CELLS:
        shown += ", …"
    return Finding(
        accusation.code,
        "error",
        table=table.name,
        row=row if row is not None else (places[0].row if places else None),
        field=accusation.field,
        value=accusation.examples[0] if accusation.examples else None,
        position=places[0] if places else None,
        variant=accusation.kind,
        params={
            "column": accusation.key,
            "count": total,
            "total": len(table),
            "examples": ", ".join(accusation.examples) or "–",
            "cells": shown,
            "legal": _legal(accusation.legal),
            "allow": remedies.allowance(accusation.key),
            "remedies": accusation.remedy,
            **accusation.params,
        },
    )


def _legal(legal: Legal) -> dict[str, str]:
    key = f"label-legal-{legal}"
    return {lang: messages.text(key, "title", lang=lang) for lang in messages.LANGS}
