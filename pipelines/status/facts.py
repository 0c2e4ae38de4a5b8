"""What is known of a dataset: how good its sources are, and what the portal holds of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal

from pipelines import messages

Freshness = Literal["fresh", "soon", "overdue", "never", "unscheduled", "unknown"]
#: From the worst to the best; an office is as fresh as its worst dataset.
FRESHNESS: tuple[Freshness, ...] = (
    "overdue", "never", "unknown", "soon", "unscheduled", "fresh",
)  # fmt: skip


@dataclass(frozen=True)
class Quality:
    """What the checks say of the sources as they lie on disk.

    personal: findings of personal data, a part of errors and warnings. cells, filled: over all
    fields of all tables. problem: why the sources could not be judged at all.
    """

    errors: int = 0
    warnings: int = 0
    personal: int = 0
    cells: int = 0
    filled: int = 0
    problem: str = ""

    @property
    def share(self) -> float | None:
        """The share of cells that hold something, None without cells."""
        return self.filled / self.cells if self.cells else None

    @property
    def percent(self) -> str:
        """The share in whole per cent, rounded down: 100 means that no cell is empty."""
        return "–" if not self.cells else f"{100 * self.filled // self.cells}%"

    def as_json(self) -> dict[str, Any]:
        """The shape of `status --json`."""
        return {
            "errors": self.errors,
            "warnings": self.warnings,
            "personal_data": self.personal,
            "cells": self.cells,
            "filled": self.filled,
            "completeness": None if self.share is None else round(self.share, 4),
            "problem": self.problem or None,
        }


@dataclass(frozen=True)
class Difference:
    """One thing that differs from the last release: its kind (`status-diff-KIND`), what, how."""

    kind: str
    name: str
    before: str = ""
    after: str = ""

    def text(self, lang: messages.Lang | None = None) -> str:
        """The difference in a few words."""
        return messages.text(
            f"status-diff-{self.kind}",
            lang=lang,
            name=self.name,
            before=self.before,
            after=self.after,
        )

    def as_json(self) -> dict[str, Any]:
        """The shape of `status --json`."""
        return {
            "kind": self.kind,
            "name": self.name,
            "before": self.before or None,
            "after": self.after or None,
        }


@dataclass(frozen=True)
class ReleaseDate:
    """A published version and when it was finished."""

    version: str
    time: dt.datetime


@dataclass(frozen=True)
class PortalFacts:
    """What the portal holds of a dataset.

    covered_to: the last day that the published data speak of. opens: the day on which the next
    period is over; due: the day by which its data are expected; both None without a schedule.
    days: from today to `due`, negative when overdue. drift: what somebody changed on the portal
    since the release; unpublished: what the local dataset has and the portal has not.
    """

    freshness: Freshness = "unknown"
    version: str = ""
    releases: tuple[ReleaseDate, ...] = ()
    covered_from: dt.date | None = None
    covered_to: dt.date | None = None
    opens: dt.date | None = None
    due: dt.date | None = None
    days: int | None = None
    drift: tuple[Difference, ...] = ()
    unpublished: tuple[Difference, ...] = ()
    unfinished: bool = False
    hidden: bool = False
    problem: str = ""
    url: str = ""

    @property
    def released(self) -> dt.datetime | None:
        """When the newest version was published."""
        return self.releases[-1].time if self.releases else None

    @property
    def moved(self) -> bool:
        """Whether newer data seem to lie in the sources already, to be published only."""
        return any(
            item.kind == "rows" or (item.kind, item.name) == ("metadata", "coverage.to")
            for item in self.unpublished
        )
