"""The policy of a table: `personal_data:` in the descriptor, checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import Field

from pipelines.errors import UsageProblem
from pipelines.project.strict import StrictModel, parse

#: The entry of `allow` that stands for titles and notes.
TEXTS = "texts"
#: Words of the printed example that are no reason yet.
_PLACEHOLDER = re.compile(r"(?i)^(?:alasan|reason|alasannya|why|todo|tbd|ok|ya|yes|true|x+)?$")


class SmallCounts(StrictModel):
    """Counts of people from 1 to threshold − 1 are small. fields: judge these, not by unit."""

    threshold: int = Field(default=5, ge=2, le=100)
    fields: list[str] | None = None


class Combinations(StrictModel):
    """Rows that fewer than k rows equal in `fields` are findable; by default birth, sex, area."""

    k: int = Field(default=5, ge=2, le=1000)
    fields: list[str] | None = None


class Policy(StrictModel):
    """What may be published all the same, and the thresholds.

    allow: field (`texts` for titles and notes, `a+b+c` for a combination) → the reason, or
    kind → reason, which allows that kind alone. persons: whether a row is about one person; left
    out, the screen judges by the columns.
    """

    allow: dict[str, str | dict[str, str]] = Field(default_factory=dict)
    small_counts: SmallCounts = SmallCounts()
    combinations: Combinations = Combinations()
    persons: bool | None = None


def read_policy(data: Mapping[str, Any], where: str) -> Policy:
    """Check a policy as the descriptor states it.

    Raises `UsageProblem`: unknown key (nearest named), wrong type, an allowance without a reason.
    """
    given = {**data}
    allow = given.get("allow")
    if isinstance(allow, list):
        raise UsageProblem("privacy-reason", where=where, field=str((allow or ["…"])[0]))
    if isinstance(allow, Mapping):
        for name, reason in allow.items():
            reasons = reason.values() if isinstance(reason, Mapping) else [reason]
            if not reasons or not all(_is_reason(text) for text in reasons):
                raise UsageProblem("privacy-reason", where=where, field=str(name))
    return parse(Policy, given, f"{where}: personal_data")


def _is_reason(text: object) -> bool:
    if not isinstance(text, str):
        return False
    plain = re.sub(r"[\W_]+", " ", text).strip()
    return len(plain) >= 5 and not _PLACEHOLDER.match(plain)
