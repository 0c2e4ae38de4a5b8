"""One dataset, or many, from the sources to the verdict.

Nothing is planned, let alone sent, unless extraction, cleaning, validation and the screen for
personal data have all passed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pipelines.errors import Refused, UsageProblem
from pipelines.model import Cleaned, MaskedReport, Report, Table, TableReport
from pipelines.privacy import mask_audit, mask_report
from pipelines.project.dataset import Dataset, load_dataset
from pipelines.validate.coverage import with_periods
from pipelines.workflow.tables import ProjectTables
from pipelines.workflow.verdict import PublishedRows, TableJudge, dataset_warnings

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Prepared:
    """A dataset that went through every check: its tables, and the verdict over them.

    What its coverage leaves open is filled in from the data.
    The report and the audits are masked; the tables are what would be published.
    """

    dataset: Dataset
    report: MaskedReport
    cleaned: Mapping[str, Cleaned]

    @property
    def tables(self) -> dict[str, Table]:
        """Table name → clean table."""
        return {name: cleaned.table for name, cleaned in self.cleaned.items()}

    @property
    def unlisted(self) -> UsageProblem | None:
        """Why the portal would have no place for it: its office or a service is not listed."""
        try:
            _ = self.dataset.office, self.dataset.services
        except UsageProblem as problem:
            return problem
        return None


class Run:
    """One call's work over a project: no table is read and cleaned twice."""

    def __init__(
        self,
        project: Path,
        *,
        allow_private: bool = False,
        limit: int = 1000,
        fail_fast: bool = False,
        progress: Progress | None = None,
        published: PublishedRows | None = None,
    ) -> None:
        self.project = project
        self.progress = progress or (lambda _: None)
        self._tables = ProjectTables(project, allow_private)
        self._judge = TableJudge(self._tables.reference, published, limit, fail_fast)

    def prepare(self, name: str) -> Prepared:
        """Take one dataset from its sources to the verdict.

        Raises `UsageProblem` for a wrong descriptor and `Refused` for a source that can't be read
        or cleaned at all; everything else is in the report.
        """
        dataset = load_dataset(name, self.project)
        cleaned_tables: dict[str, Cleaned] = {}
        reports: list[TableReport] = []
        for table in dataset.spec.tables:
            self.progress(f"{name}: {table}")
            started = time.perf_counter()
            extraction, cleaned = self._tables.cleaned(dataset, table)
            report = self._judge.report(dataset, table, extraction, cleaned)
            audit = mask_audit(cleaned.audit, report.errors)
            cleaned_tables[table] = replace(cleaned, audit=audit)
            if not reports:
                report = report.with_findings(dataset_warnings(dataset))
            reports.append(replace(report, seconds=time.perf_counter() - started))
        masked = mask_report(Report(name, tuple(reports)))
        clean_tables = {table: cleaned.table for table, cleaned in cleaned_tables.items()}
        coverage = with_periods(dataset.spec.coverage, clean_tables, dataset.schemas)
        return Prepared(dataset.covering(coverage), masked, cleaned_tables)

    def prepare_all(
        self, names: Iterable[str]
    ) -> tuple[list[Prepared], list[UsageProblem | Refused]]:
        """Prepare each dataset; return those with a verdict, and what kept others from one.

        An error that stops several datasets is returned once. Raises it when no dataset has a
        verdict.
        """
        prepared: list[Prepared] = []
        errors: dict[str, UsageProblem | Refused] = {}
        for name in names:
            try:
                prepared.append(self.prepare(name))
            except (UsageProblem, Refused) as error:
                errors.setdefault(str(error), error)
        if errors and not prepared:
            raise next(iter(errors.values()))
        return prepared, list(errors.values())
