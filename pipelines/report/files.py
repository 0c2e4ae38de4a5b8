"""The report as JSON: the shape of `validate --json`, and the accounting beside it."""

from __future__ import annotations

import json as lib
from pathlib import Path
from typing import Any

from pipelines.model import Report
from pipelines.report.groups import left_out


def json(report: Report, path: Path) -> list[Path]:
    """Write the report as a JSON file (UTF-8, two spaces); return what was written."""
    path.write_text(lib.dumps(record(report), ensure_ascii=False, indent=2) + "\n", "utf-8")
    return [path]


def record(report: Report) -> dict[str, Any]:
    """Return the contract's shape; per table also rows left out and cells changed, by rule."""
    shape = report.as_json()
    for table, item in zip(report.tables, shape["tables"], strict=True):
        item["left_out"] = left_out(table)
        item["changes"] = {field: dict(steps) for field, steps in table.changes.items()}
        item["unlisted"] = dict(table.more)
    return shape
