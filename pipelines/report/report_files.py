"""Files of reports, written whole; the report as JSON, with the accounting beside it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pipelines.model import MaskedReport
from pipelines.report.groups import left_out
from pipelines.text import json_writer


def write_json(report: MaskedReport, path: Path) -> list[Path]:
    """Write the report as a JSON file (UTF-8); return what was written."""
    return [replace_text(path, json_writer.dump(record(report)) + "\n")]


def replace_text(path: Path, text: str) -> Path:
    """Write a text (UTF-8) in one step: whoever opens the file sees the old one or the new one."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8")
        return part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def record(report: MaskedReport) -> dict[str, Any]:
    """Return the contract's shape; per table also rows left out and cells changed, by rule."""
    shape = report.as_json()
    for table, item in zip(report.tables, shape["tables"], strict=True):
        item["left_out"] = left_out(table)
        item["changes"] = {field: dict(steps) for field, steps in table.changes.items()}
        item["unlisted"] = dict(table.more)
    return shape
