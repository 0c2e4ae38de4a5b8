"""Files without a dataset, validated against one schema."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipelines.model import MaskedReport, Report, TableReport
from pipelines.privacy import mask_report
from pipelines.project.schema import TableSchema, load_schema
from pipelines.validate import validate_file, validate_table


def validate_files(
    files: Sequence[str],
    schema: Path,
    *,
    auto_layout: bool = False,
    limit: int = 1000,
    fail_fast: bool = False,
) -> MaskedReport:
    """Return the verdict over files, masked; named after the first.

    auto_layout: look for the table in the sheet, instead of taking the first row as its header.
    limit: errors listed per file (0: all). Raises `UsageProblem` for a wrong schema and `Refused`
    for a file that can't be read.
    """
    table_schema = load_schema(schema, strict=False)
    validate = _validate_extracted if auto_layout else validate_file
    reports = [
        validate(Path(file), table_schema, limit=limit, fail_fast=fail_fast) for file in files
    ]
    return mask_report(Report(files[0], tuple(reports)))


def _validate_extracted(
    file: Path, schema: TableSchema, *, limit: int, fail_fast: bool
) -> TableReport:
    from pipelines.extract import extract  # 0.3 s, which plain files do without

    extraction = extract(file)
    report = validate_table(extraction.table, schema, limit=limit, fail_fast=fail_fast)
    return report.with_findings(extraction.findings)
