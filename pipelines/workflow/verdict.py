"""The verdict over one clean table: checks and screen together; and the veto over a report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipelines import clean, validate
from pipelines.errors import Refused
from pipelines.model import Cleaned, Extraction, Finding, Position, Report, TableReport
from pipelines.privacy import screen
from pipelines.project.dataset import Dataset
from pipelines.project.descriptor import TableSpec
from pipelines.validate.checks import CheckContext
from pipelines.validate.coverage import find_outside
from pipelines.validate.formulas import find_formulas

if TYPE_CHECKING:
    import pandas as pd

#: Dataset and table → the rows that the portal holds, None when it holds none.
PublishedRows = Callable[[str, str], "pd.DataFrame | None"]


@dataclass(frozen=True)
class TableJudge:
    """Judges tables, for the length of a call.

    load_reference: the table that a check refers to. limit: errors listed per table (0: all).
    """

    load_reference: Callable[[str], pd.DataFrame]
    published: PublishedRows | None = None
    limit: int = 1000
    fail_fast: bool = False

    def report(
        self, dataset: Dataset, table: str, extraction: Extraction, cleaned: Cleaned
    ) -> TableReport:
        """Return the verdict over one table, unmasked: everything that the stages found."""
        spec, schema = dataset.spec.tables[table], dataset.schemas[table]
        context = CheckContext(
            totals=cleaned.totals,
            totals_table=cleaned.totals_table,
            load_reference=self.load_reference,
            published=self._published(dataset.name, table, spec),
            expect=spec.expect,
            unread=_unread(extraction),
        )
        report = validate.validate_table(
            cleaned.table,
            schema,
            checks=spec.checks,
            context=context,
            limit=self.limit,
            fail_fast=self.fail_fast,
        )
        screened = screen(
            cleaned.table, schema, spec.personal_data, texts=published_texts(dataset), name=table
        )
        # that not all files have a column does not matter when no field stands for it
        extracted = [
            finding
            for finding in extraction.findings
            if finding.code not in ("column-missing", "column-new", "column-renamed")
            or finding.value not in cleaned.spent
        ]
        # One cause is told once: of what cleaning could not decide, nothing else is told.
        undecided = {
            f.field
            for f in cleaned.findings
            if f.code in ("number-ambiguous", "date-order") and f.severity == "error"
        }
        report = replace(
            report,
            errors=tuple(
                error
                for error in report.errors
                if not (error.code in ("type-error", "total-differs") and error.field in undecided)
            ),
        )
        outside = find_outside(cleaned.table, schema, dataset.spec.coverage, where=dataset.where)
        if outside and "coverage" in dataset.unreviewed_keys():
            # a guess of `new`, which stands in the way of publishing by itself
            outside = [replace(finding, severity="warning") for finding in outside]
        formulas = find_formulas(cleaned.table, schema)
        findings = [*extracted, *cleaned.findings, *outside, *formulas, *screened]
        return replace(
            report.with_findings(findings),
            name=table,
            sources=cleaned.table.sources,
            left_out=extraction.left_out,
            read=len(extraction.table),
            changes=clean.changes(cleaned.audit),
        )

    def _published(self, name: str, table: str, spec: TableSpec) -> pd.DataFrame | None:
        """Return the published rows, read only for a check that compares with them."""
        compares = any(isinstance(check, Mapping) and "change" in check for check in spec.checks)
        return self.published(name, table) if self.published and compares else None


def _unread(extraction: Extraction) -> frozenset[tuple[str, str | None, int, int]]:
    """Return the cells whose formulas have no result: that they are empty is told already."""
    return frozenset(
        (place.file, place.sheet, row, place.column)
        for finding in extraction.findings
        if finding.code == "formula-uncached" and (place := finding.position) and place.column
        for row in finding.params["rows"]
    )


#: Codes of the warnings about a dataset's folder and descriptor, apart from its tables.
DATASET_WARNINGS = ("source-unused", "guess-unchecked")


def dataset_warnings(dataset: Dataset) -> list[Finding]:
    """Warn of files in `source/` that nothing reads, and of guesses that nobody has checked."""
    warnings = [
        Finding("source-unused", "warning", value=name, position=Position(name))
        for name in dataset.unused_sources()
    ]
    guessed = dataset.unreviewed_keys()
    if guessed:
        params = {"file": dataset.where, "keys": ", ".join(guessed)}
        place = Position(dataset.where)
        warnings.append(Finding("guess-unchecked", "warning", position=place, params=params))
    return warnings


def published_texts(dataset: Dataset) -> list[tuple[Position, str]]:
    """Return the texts that would be published beside the table and may name somebody."""
    spec = dataset.spec
    texts = [spec.title, spec.description, spec.method]
    texts += [text for table in spec.tables.values() for text in (table.title, table.description)]
    place = Position(dataset.where)
    placed = [(place, words) for text in texts if text for words in (text.id, text.en)]
    if dataset.notes:
        placed.append((Position(f"datasets/{dataset.name}/NOTES.md"), dataset.notes))
    return placed


def veto(report: Report) -> None:
    """Stop here when anything was found against the dataset. Raises `Refused`."""
    if not report.valid:
        count = sum(len(table.errors) + sum(table.more.values()) for table in report.tables)
        raise Refused("veto", where=report.name, count=count, name=report.name)
