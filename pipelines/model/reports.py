"""The verdict over tables, and the masked form of it that people may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as member
from functools import cached_property
from typing import Any

from pipelines.model.findings import Finding
from pipelines.model.tables import LeftOut, Source

#: The sheet that the annotated workbook puts in front; readers leave it out, so that a corrected
#: workbook can be fed back as it is.
SUMMARY_SHEET = "Temuan – Findings"


@dataclass(frozen=True)
class TableReport:
    """The verdict over one table: n `rows`, m `fields`, errors and warnings in source order.

    `read` is the number of data rows of the sources, before cleaning reshaped them (None: as they
    are). `notes` are what the stages decided and found in order (severity `info`). `more` counts
    errors beyond the limit that are not listed, by catalogue key. `stopped`: the check ended at
    the limit of errors, and the rows after `rows` were not looked at.
    """

    name: str
    source: str
    rows: int
    fields: int
    seconds: float
    errors: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    field_names: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    changes: Mapping[str, Mapping[str, int]] = member(default_factory=dict)
    more: Mapping[str, int] = member(default_factory=dict)
    notes: tuple[Finding, ...] = ()
    read: int | None = None
    stopped: bool = False

    @property
    def valid(self) -> bool:
        """No errors (warnings do not count)."""
        return not self.errors and not self.more

    def with_findings(self, findings: Iterable[Finding]) -> TableReport:
        """Return the report with more findings, sorted into errors, warnings and notes."""
        new = list(findings)
        return replace(
            self,
            errors=(*self.errors, *(f for f in new if f.severity == "error")),
            warnings=(*self.warnings, *(f for f in new if f.severity == "warning")),
            notes=(*self.notes, *(f for f in new if f.severity == "info")),
        )

    def as_json(self) -> dict[str, Any]:
        """The shape other programs rely on (`validate --json`)."""
        return {
            "name": self.name,
            "source": self.source,
            "rows": self.rows,
            "fields": self.fields,
            "seconds": round(self.seconds, 3),
            "errors": [finding.as_json() for finding in self.errors],
            "warnings": [finding.as_json() for finding in self.warnings],
        }


@dataclass(frozen=True)
class Report:
    """The verdict over one dataset, or over plain files, as the stages gave it.

    It may quote personal data. Only `MaskedReport` may be shown or written.
    """

    name: str
    tables: Sequence[TableReport]

    @cached_property
    def valid(self) -> bool:
        """Every table is valid."""
        return all(table.valid for table in self.tables)

    def as_json(self) -> dict[str, Any]:
        """The shape other programs rely on (`validate --json`). Raises `TypeError` unmasked."""
        require_masked(self)
        return {"valid": self.valid, "tables": [table.as_json() for table in self.tables]}


@dataclass(frozen=True)
class MaskedReport(Report):
    """A report without personal data: what every form of a report is made from.

    Made by `pipelines.privacy.mask_report` alone, and by putting masked ones together.
    """

    @classmethod
    def combined(cls, name: str, reports: Sequence[MaskedReport]) -> MaskedReport:
        """Return one report over the tables of several. Raises `TypeError` for an unmasked one."""
        for report in reports:
            require_masked(report)
        return cls(name, tuple(table for report in reports for table in report.tables))


def require_masked(report: Report) -> None:
    """Refuse a report that may quote personal data. Raises `TypeError`."""
    if not isinstance(report, MaskedReport):
        raise TypeError("an unmasked report can't be shown: see pipelines.privacy.mask_report")
