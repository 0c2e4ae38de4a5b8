"""What a portal can answer instead of a result, in the domain's words: never a status code."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pipelines.errors import PortalProblem


class Missing(PortalProblem):
    """The portal has no such dataset, resource or table."""


class Denied(PortalProblem):
    """The token does not allow this, or is not valid."""


class Rejected(PortalProblem):
    """The portal's validators refuse what was sent.

    `fields`: CKAN's own errors, field → messages (nested as CKAN nests them).
    """

    def __init__(self, code: str, *, fields: Mapping[str, Any], where: str = "") -> None:
        super().__init__(code, where=where, reason=flat(fields))
        self.fields = fields

    def __reduce__(self) -> tuple[object, ...]:
        return (_rejected, (self.code, dict(self.fields)))


class Transient(PortalProblem):
    """The network or the portal failed; asking again may help.

    `done`: False when the portal certainly did not carry the call out, None when nobody knows.
    `wait`: seconds the portal asks to wait, if it said so.
    """

    done: bool | None = None
    wait: float | None = None


def _rejected(code: str, fields: Mapping[str, Any]) -> Rejected:
    return Rejected(code, fields=fields)


def flat(errors: object, prefix: str = "") -> str:
    """Return CKAN's nested field errors as one line: `title: Missing value; extras.0.value: …`."""
    if isinstance(errors, Mapping):
        parts = [
            flat(value, f"{prefix}.{key}" if prefix else str(key))
            for key, value in errors.items()
            if not str(key).startswith("__") and value
        ]
        return "; ".join(part for part in parts if part)
    if isinstance(errors, list):
        if any(isinstance(item, Mapping) for item in errors):
            parts = [flat(item, f"{prefix}.{n}") for n, item in enumerate(errors) if item]
            return "; ".join(part for part in parts if part)
        return f"{prefix}: {', '.join(str(item) for item in errors)}"[:400]
    text = errors if isinstance(errors, str) else json.dumps(errors, ensure_ascii=False)
    return f"{prefix}: {text}"[:400]
