"""Findings of a cleaning run. What they may show is known only at its end."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from pipelines.clean.disclosure import REDACTED
from pipelines.clean.hiding import plain
from pipelines.model import Finding


class Notes:
    """Findings, each with the identity of the column it is about."""

    def __init__(self) -> None:
        self.found: list[tuple[Finding, int | None]] = []

    def add(self, finding: Finding, uid: int | None) -> None:
        """Keep a finding."""
        self.found.append((finding, uid))

    def shown(self, published: Collection[int]) -> tuple[Finding, ...]:
        """Return the findings. Texts of a column that is not published read `•••`; elsewhere the
        identifiers in them are masked.
        """
        return tuple(
            _with_texts(finding, uid is not None and uid not in published)
            for finding, uid in self.found
        )


def _with_texts(finding: Finding, muted: bool) -> Finding:
    def show(text: str) -> str:
        return REDACTED if muted else plain(text)

    return replace(
        finding,
        value=None if finding.value is None else show(finding.value),
        params={
            name: show(value) if isinstance(value, str) else value
            for name, value in finding.params.items()
        },
    )
