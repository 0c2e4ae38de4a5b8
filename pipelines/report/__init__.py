"""Reports of one verdict in four forms: terminal, HTML page, annotated workbook, JSON.

All are made from `pipelines.model.Report`, in the language in force; the HTML page carries both.
"""

from __future__ import annotations

from pathlib import Path

from pipelines.model import Report
from pipelines.report.explain import explain, list_codes
from pipelines.report.files import json
from pipelines.report.groups import Group, grouped
from pipelines.report.masking import masked
from pipelines.report.terminal import terminal

__all__ = [
    "Group", "explain", "grouped", "html", "json", "list_codes", "masked", "terminal", "workbook",
]  # fmt: skip


def html(report: Report, path: Path) -> list[Path]:
    """Write the report as one self-contained HTML page; return what was written."""
    from pipelines.report.page import html as write

    return write(report, path)


def workbook(report: Report, path: Path) -> list[Path]:
    """Write the office's workbook with its faulty cells marked; return what was written."""
    from pipelines.report.annotate import workbook as write

    return write(report, path)
