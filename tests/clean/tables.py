"""Helpers for tables of input → output."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from pipelines.clean import as_table, cleaned_frame, replay, same
from pipelines.model import Cleaned


def frame(columns: dict[str, Sequence[str | None]]) -> pd.DataFrame:
    """A text table from columns."""
    return pd.DataFrame(
        {name: pd.Series(list(cells), dtype="str") for name, cells in columns.items()}
    )


def run(
    given: dict[str, Sequence[str | None]],
    steps: Sequence[Any] = (),
    *,
    fields: Sequence[dict[str, Any]] | None = None,
    **more: Any,
) -> Cleaned:
    """Clean columns by steps and a schema's fields; the audit must replay to the same table."""
    raw = frame(given)
    schema = {"fields": list(fields)} if fields is not None else None
    found = cleaned_frame(raw, list(steps), schema=schema, **more)
    assert same(replay(as_table(raw), found.audit), found.table.frame)
    return found


def cells(found: Cleaned, name: str) -> list[str | None]:
    """One column of the clean table, missing = None."""
    column = found.table.frame[name].astype(object)
    return column.where(column.notna(), None).tolist()


def codes(found: Cleaned) -> list[str]:
    """The findings as `severity code.variant`."""
    return [f"{f.severity} {f.key}" for f in found.findings]
