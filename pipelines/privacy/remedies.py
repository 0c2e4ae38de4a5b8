"""The YAML that a refusal shows: what would allow it, and the cleaning steps that would mend it."""

from __future__ import annotations

import json

#: Words that YAML takes for something else than text.
_WORDS = frozenset("yes no on off true false null y n".split())


def allowance(key: str) -> str:
    """Return the descriptor line that would allow the column, the reason left to the steward."""
    return f'personal_data: {{allow: {{{_plain(key)}: "alasan …"}}}}'


def remedies(code: str, kind: str, key: str) -> str:
    """Return the cleaning steps that would mend the finding, as flow YAML, the mildest last."""
    if key == "texts":
        return ""
    fields = key.split("+")
    steps: list[str] = []
    if code == "personal-small-count":
        steps = [f"{{suppress: {{field: {_plain(key)}}}}}"]
    elif code == "personal-combination":
        steps = [f"{{generalise: {{field: {_plain(name)}}}}}" for name in fields]
    elif kind == "birth-date":
        steps = [f"{{generalise: {{field: {_plain(key)}, to: year}}}}", f"{{drop: {_plain(key)}}}"]
    else:
        steps = [f"{{drop: {_plain(key)}}}", f"{{mask: {_plain(key)}}}"]
        if code == "personal-identifier":
            steps.append(f"{{hash: {_plain(key)}}}")
    return ", ".join(f"clean: [{step}]" for step in steps)


def _plain(name: str) -> str:
    """Write a name as a YAML scalar; quoted when it would not be read as itself."""
    plain = name.replace("_", "").replace("+", "")
    if plain.isascii() and plain.isalnum() and not name[0].isdigit() and name.lower() not in _WORDS:
        return name
    return json.dumps(name, ensure_ascii=False)
