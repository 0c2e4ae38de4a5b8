"""No identifier in the audit: what the recognisers find in an entry is masked there."""

from __future__ import annotations

from collections.abc import Callable, Collection

from pipelines import identifiers
from pipelines.clean.kernels import Strings, series, strings


def hider(allowed: Collection[str]) -> Callable[[Strings, str | None], Strings]:
    """Return a function (text, field) → the text with identifiers masked.

    allowed: the fields that the dataset's policy lets be published as they are.
    """

    def hide(values: Strings, field: str | None) -> Strings:
        if field in allowed:
            return values
        hits = identifiers.find(values, label=field or "")
        return strings(identifiers.redact(series(values), hits)) if len(hits) else values

    return hide
