"""The YAML that a refusal shows: what would allow it, and the cleaning steps that would mend it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

#: Words that YAML takes for something else than text.
_WORDS = frozenset("yes no on off true false null y n".split())


def allowance(key: str) -> str:
    """Return the descriptor line that would allow the column, the reason left to the steward."""
    return f'personal_data: {{allow: {{{scalar(key)}: "alasan …"}}}}'


def column_steps(code: str, kind: str, field: str, *, within: bool, threshold: int = 5) -> str:
    """Return the steps that mend a column, the surest first, as they stand under `clean:`.

    within: the identifiers stand inside longer texts, so that the rest of the text may stay.
    """
    name = scalar(field)
    if code == "personal-small-count":
        return _either(f"suppress: {{fields: {name}, below: {threshold}}}")
    drop = f"drop: {name}"
    if kind == "birth-date":
        return _either(f"generalise: {{fields: {name}, to: year}}", drop)
    if within:
        return _either(drop, f"mask: {{fields: {name}, within: true}}")
    if code == "personal-identifier":
        hidden = f"mask: {{fields: {name}, kind: {kind}}}"
        return _either(drop, f"hash: {name}", hidden)
    shown_as = {"personal-name": "name"}.get(code, "address" if kind == "address" else "text")
    return _either(drop, f"mask: {{fields: {name}, kind: {shown_as}}}")


def combination_steps(coarser: Mapping[str, str], rest: Sequence[str]) -> str:
    """Return the steps that make a combination coarser. coarser: field → level."""
    steps = [f"generalise: {{fields: {scalar(f)}, to: {level}}}" for f, level in coarser.items()]
    return _either(*steps, *(f"drop: {scalar(name)}" for name in rest))


def _either(*steps: str) -> str:
    return ", ".join(f"'- {step}'" for step in steps)


def scalar(name: str) -> str:
    """Write a name as a YAML scalar, quoted when it would not be read as itself."""
    plain = name.replace("_", "").replace("+", "")
    if plain.isascii() and plain.isalnum() and not name[0].isdigit() and name.lower() not in _WORDS:
        return name
    return json.dumps(name, ensure_ascii=False)
