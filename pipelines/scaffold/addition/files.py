"""A file as it was read, and what a file of a new edition turned out to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.clean.table.columns import unique_labels
from pipelines.model import Extraction
from pipelines.scaffold.addition.coverage import CoveredPeriod
from pipelines.scaffold.addition.labels import LabelComparison
from pipelines.scaffold.periods.stated import stated_periods


@dataclass(frozen=True)
class ReadFile:
    """A file as it was read. name: the name in `source/` (or the address)."""

    name: str
    path: Path | None
    extraction: Extraction

    @property
    def labels(self) -> list[str]:
        """Its labels, repeated ones numbered."""
        return unique_labels(self.extraction.table.frame.columns)

    @property
    def stated(self) -> str:
        """The period in its titles, its sheet's or its own name; empty when none is stated."""
        found = next(stated_periods(self.extraction), None)
        return ", ".join(dict.fromkeys(found.stated)) if found else ""


@dataclass(frozen=True)
class EditionFile:
    """One of the files given. action: `added`; `present` (it lies in `source/` already, and is to
    be read or described); `copy` and `same-rows`, of the file `of`: nothing is to be done.

    overlaps: earlier file → how many of its keys this one has, and how many it has in all. stated:
    the period in the file's titles or names; contradicts: what earlier files with such keys state.
    """

    path: Path
    name: str
    action: str
    of: str = ""
    rows: int = 0
    stated: str = ""
    period: CoveredPeriod | None = None
    labels: LabelComparison | None = None
    overlaps: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    contradicts: Mapping[str, str] = field(default_factory=dict)

    @property
    def taken(self) -> bool:
        """Whether the file becomes part of the dataset."""
        return self.action in ("added", "present")

    def as_json(self) -> dict[str, Any]:
        """Return what is known of the file as other programs read it."""
        shape: dict[str, Any] = {"file": str(self.path), "name": self.name, "action": self.action}
        if not self.taken:
            return {**shape, "of": self.of}
        period = [self.period.first, self.period.last] if self.period else None
        labels = self.labels.as_json() if self.labels else {}
        return {
            **shape,
            "rows": self.rows,
            "period": period,
            "labels": labels,
            "overlaps": {name: common for name, (common, _) in self.overlaps.items()},
        }
