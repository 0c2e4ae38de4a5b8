"""Chains the stages for one dataset or many. The veto lives here.

Nothing is planned, let alone sent, unless extraction, cleaning, validation and the screen for
personal data have all passed.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines import clean, extract, privacy, validate
from pipelines.errors import Refused, UsageProblem
from pipelines.model import Cleaned, Extraction, Finding, Position, Report, Table, TableReport
from pipelines.project.dataset import Dataset, dataset_names, load_dataset, require_dataset
from pipelines.project.descriptor import TableSpec
from pipelines.validate.checks import CheckContext
from pipelines.validate.formulas import find_formulas

if TYPE_CHECKING:
    import pandas as pd

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Prepared:
    """A dataset that went through every check: its tables, and the verdict over them."""

    dataset: Dataset
    report: Report
    cleaned: Mapping[str, Cleaned]

    @property
    def tables(self) -> dict[str, Table]:
        """Table name → clean table."""
        return {name: found.table for name, found in self.cleaned.items()}

    @property
    def unlisted(self) -> UsageProblem | None:
        """Why the portal would have no place for it: its office or a service is not listed."""
        try:
            _ = self.dataset.office, self.dataset.services
        except UsageProblem as problem:
            return problem
        return None


def choose(wanted: Iterable[str], project: Path, *, everything: bool = False) -> list[str]:
    """Return dataset names: those wanted, or every one.

    Raises `UsageProblem` for a name that the project does not have (before any work is begun on
    the others), for a project without datasets, and when none is named and `everything` is false.
    """
    chosen = list(dict.fromkeys(wanted))
    for name in chosen:
        require_dataset(name, project)
    if chosen:
        return chosen
    known = dataset_names(project)
    if not known:
        raise UsageProblem("project-empty", where=str(project))
    if everything:
        return known
    raise UsageProblem("usage-datasets", known=", ".join(known))


class Run:
    """One call's work over a project: loads datasets once and prepares each at most once."""

    def __init__(
        self,
        project: Path,
        *,
        allow_private: bool = False,
        limit: int = 1000,
        fail_fast: bool = False,
        progress: Progress | None = None,
        published: Callable[[str, str], pd.DataFrame | None] | None = None,
    ) -> None:
        self.project = project
        self.allow_private = allow_private
        self.limit = limit
        self.fail_fast = fail_fast
        self.progress = progress or (lambda _: None)
        self.published = published
        self._cleaned: dict[tuple[str, str], tuple[Extraction, Cleaned]] = {}
        self._open: list[str] = []

    def prepare(self, name: str) -> Prepared:
        """Take one dataset from its sources to the verdict.

        Raises `UsageProblem` for a wrong descriptor and `Refused` for a source that can't be read
        or cleaned at all; everything else is in the report.
        """
        dataset = load_dataset(name, self.project)
        cleaned: dict[str, Cleaned] = {}
        reports: list[TableReport] = []
        for table in dataset.spec.tables:
            self.progress(f"{name}: {table}")
            started = time.perf_counter()
            extraction, cleaned[table] = self._clean(dataset, table)
            report = self._judge(dataset, table, extraction, cleaned[table])
            audit = privacy.conceal_audit(cleaned[table].audit, report.errors)
            cleaned[table] = replace(cleaned[table], audit=audit)
            if not reports:
                report = report.with_findings(dataset_warnings(dataset))
            reports.append(replace(report, seconds=time.perf_counter() - started))
        return Prepared(dataset, Report(name, tuple(reports)), cleaned)

    def prepare_all(
        self, chosen: Iterable[str]
    ) -> tuple[list[Prepared], list[UsageProblem | Refused]]:
        """Prepare each dataset; return those with a verdict, and what kept others from one.

        A fault that stops several datasets is told once. Raises it when no dataset has a verdict.
        """
        prepared: list[Prepared] = []
        faults: dict[str, UsageProblem | Refused] = {}
        for name in chosen:
            try:
                prepared.append(self.prepare(name))
            except (UsageProblem, Refused) as fault:
                faults.setdefault(str(fault), fault)
        if faults and not prepared:
            raise next(iter(faults.values()))
        return prepared, list(faults.values())

    def _clean(self, dataset: Dataset, table: str) -> tuple[Extraction, Cleaned]:
        key = (dataset.name, table)
        if key not in self._cleaned:
            spec = dataset.spec.tables[table]
            found = [
                extract.extract(source, spec.layout, allow_private=self.allow_private)
                for source in dataset.sources(table)
            ]
            joined = extract.join(found, columns=spec.columns, name=table)
            self._cleaned[key] = (
                joined,
                clean.clean(
                    joined,
                    spec,
                    dataset.schemas[table],
                    folder=dataset.folder,
                    name=table,
                    secret=os.environ.get("PUBLISH_SECRET"),
                ),
            )
        return self._cleaned[key]

    def _judge(
        self, dataset: Dataset, table: str, extraction: Extraction, cleaned: Cleaned
    ) -> TableReport:
        spec, schema = dataset.spec.tables[table], dataset.schemas[table]
        context = CheckContext(
            totals=cleaned.totals,
            totals_table=cleaned.totals_table,
            load_reference=self._reference,
            published=self._before(dataset.name, table, spec),
            expect=spec.expect,
        )
        report = validate.validate_table(
            cleaned.table,
            schema,
            checks=spec.checks,
            context=context,
            limit=self.limit,
            fail_fast=self.fail_fast,
        )
        screened = privacy.screen(
            cleaned.table, schema, spec.personal_data, texts=_texts(dataset), name=table
        )
        # that not all files have a column does not matter when no field stands for it
        noticed = [
            f
            for f in extraction.findings
            if not (f.code in ("column-missing", "column-new") and f.value in cleaned.spent)
        ]
        report = report.with_findings((*noticed, *cleaned.findings))
        report = report.with_findings(find_formulas(cleaned.table, schema))
        report = replace(
            report,
            errors=privacy.conceal_findings(report.errors, screened),
            warnings=privacy.conceal_findings(report.warnings, screened),
            notes=privacy.conceal_findings(report.notes, screened),
        ).with_findings(screened)
        return replace(
            report,
            name=table,
            sources=cleaned.table.sources,
            left_out=extraction.left_out,
            read=len(extraction.table),
            changes=clean.changes(cleaned.audit),
        )

    def _before(self, name: str, table: str, spec: TableSpec) -> pd.DataFrame | None:
        """Return the published rows, read only for a check that compares with them."""
        compares = any(isinstance(check, Mapping) and "change" in check for check in spec.checks)
        return self.published(name, table) if self.published and compares else None

    def _reference(self, target: str) -> pd.DataFrame:
        """Return the clean table that a check refers to as `dataset` or `dataset/table`."""
        name, _, table = target.partition("/")
        if name in self._open:
            raise UsageProblem("reference-circle", value=" → ".join([*self._open, name]))
        dataset = load_dataset(name, self.project)
        table = table or next(iter(dataset.spec.tables))
        if table not in dataset.spec.tables:
            raise UsageProblem("reference-table", where=dataset.where, value=table)
        self._open.append(name)
        try:
            return self._clean(dataset, table)[1].table.frame
        finally:
            self._open.remove(name)


def dataset_warnings(dataset: Dataset) -> list[Finding]:
    """Warn of files in `source/` that nothing reads, and of guesses that nobody has checked."""
    found = [
        Finding("source-unused", "warning", value=name, position=Position(name))
        for name in dataset.unused_sources()
    ]
    unreviewed = dataset.unreviewed_keys()
    if unreviewed:
        params = {"file": dataset.where, "keys": ", ".join(unreviewed)}
        place = Position(dataset.where)
        found.append(Finding("guess-unchecked", "warning", position=place, params=params))
    return found


def _texts(dataset: Dataset) -> list[tuple[Position, str]]:
    """Texts that would be published beside the table and may name somebody."""
    spec = dataset.spec
    words = [spec.title, spec.description, spec.method]
    words += [text for table in spec.tables.values() for text in (table.title, table.description)]
    place = Position(dataset.where)
    found = [(place, part) for text in words if text for part in (text.id, text.en)]
    if dataset.notes:
        found.append((Position(f"datasets/{dataset.name}/NOTES.md"), dataset.notes))
    return found


def veto(prepared: Prepared) -> None:
    """Stop here when anything was found against the dataset. Raises `Refused`."""
    if not prepared.report.valid:
        count = sum(len(t.errors) + sum(t.more.values()) for t in prepared.report.tables)
        raise Refused("veto", where=prepared.dataset.name, count=count, name=prepared.dataset.name)
