"""The coverage of a dataset follows its data."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from workflow.projects import NAME, write_project

from pipelines.publish.plan import metadata
from pipelines.status import drift
from pipelines.workflow import Run


@pytest.mark.parametrize(
    ("coverage", "ends", "codes"),
    [
        ({"region": "12"}, ("2024", "2025"), []),
        ({}, ("2024", "2025"), []),
        ({"region": "12", "from": 2020}, ("2020", "2025"), []),
        ({"region": "12", "from": 2024, "to": 2024}, ("2024", "2024"), ["coverage-outside"]),
    ],
)
def test_coverage(
    tmp_path: Path, coverage: dict[str, Any], ends: tuple[str, str], codes: list[str]
) -> None:
    source = write_project(tmp_path, coverage=coverage)
    (source / "a.csv").write_text("kode,tahun,jumlah\n01,2024,10\n02,2025,20\n")
    prepared = Run(tmp_path).prepare(NAME)
    assert [f.code for f in prepared.report.tables[0].errors] == codes
    extras = metadata.wanted(prepared.dataset, notes="", url="")["extras"]
    assert (extras["temporal_start"], extras["temporal_end"]) == ends
    assert drift.without_portal(prepared.dataset).covered_to == dt.date(int(ends[1]), 12, 31)
